"""Finds the loop that trains: each of its turns changes what the next one starts from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.code.python.machine import Interpreter
from tracer.code.record.places import Path, Standing, places
from tracer.code.values.budget import MOST_STEPS
from tracer.code.values.frames import Frame

#: A loop's file and line.
Key = tuple[str, int]
#: What stood in each place.
Snapshot = dict[Path, Any]

_SAMPLED = 500_000
#: How many steps of one loop are enough to see what it does.
_LONG = 300_000


class ProbeEnough(BaseException):
    """What is asked is known; the rest of the program needn't run."""


@dataclass
class Loop:
    """What is known of a loop: how its first turns changed what a program remembers."""

    key: Key
    outer: Key | None
    runs: int = 0
    turns: int = 0
    most: int = 0
    steps: int = 0
    starts: list[Snapshot] = field(default_factory=list)
    ended: Snapshot | None = None
    again: Snapshot | None = None

    def carried(self) -> set[Path]:
        """Return the places that every turn changes, and that nothing sets back between runs."""
        if len(self.starts) < 2:
            return set()
        first, second, *third = self.starts
        changed = {p for p, v in second.items() if p in first and first[p] != v}
        if third:
            again = {p for p, v in third[0].items() if second.get(p) != v}
            if any(isinstance(third[0][p], tuple) for p in again):
                changed &= again
            else:
                # Where training has come to a stop at once, its first turn tells.
                changed = {p for p in changed if isinstance(first[p], tuple)} or changed & again
        if self.ended is not None and self.again is not None:
            changed = {p for p in changed if self.ended.get(p) == self.again.get(p)}
        return changed


class Probe:
    """Is told of every loop that runs, and remembers how the first turns changed things."""

    def __init__(self, machine: Interpreter) -> None:
        self._machine = machine
        self.loops: dict[Key, Loop] = {}
        self._running: list[Key] = []
        machine.on_loop = self._looping

    @contextmanager
    def _looping(self, line: int, frame: Frame) -> Iterator[Callable[[], None]]:
        key = (frame.unit.text.name, line)
        loop = self.loops.setdefault(key, Loop(key, self._running[-1] if self._running else None))
        loop.runs += 1
        turns, before = 0, self._machine.budget.steps
        if loop.runs == 2:
            loop.again = self._snapshot()

        def turn() -> None:
            nonlocal turns
            turns += 1
            loop.turns += 1
            if len(self._running) == 1:
                self._enough(loop, before)
            if loop.runs == 1 and turns <= 3:
                loop.starts.append(self._snapshot())

        self._running.append(key)
        try:
            yield turn
        finally:
            self._running.pop()
            loop.most = max(loop.most, turns)
            loop.steps += before - self._machine.budget.steps
            if loop.runs == 1:
                if len(loop.starts) == turns < 3:
                    loop.starts.append(self._snapshot())
                loop.ended = self._snapshot()

    def _enough(self, loop: Loop, before: int) -> None:
        """End the run where most of it is this loop, which changes what it starts from."""
        used, all_used = (
            before - self._machine.budget.steps,
            MOST_STEPS - self._machine.budget.steps,
        )
        if used > _LONG and 2 * used > all_used and loop.turns > 3 and loop.carried():
            loop.steps = used
            loop.most = loop.turns
            raise ProbeEnough

    def _snapshot(self) -> Snapshot:
        machine = self._machine
        return {p.path: _content(p) for p in places(machine.frames, [machine.unit.names])}


def _content(place: Standing) -> Any:
    """Return what tells a place's content apart from another."""
    value = place.value
    if not isinstance(value, np.ndarray):
        return float(value)
    if value.size > _SAMPLED:
        value = value.ravel()[:: value.size // _SAMPLED]
    return (value.shape, hash(value.tobytes()))


def training_loop(loops: dict[Key, Loop]) -> Loop | None:
    """Return the innermost loop whose turns are the training's iterations; None without one."""
    found = [loop for loop in loops.values() if loop.most > 1 and _trains(loop)]
    tops = [loop for loop in found if not any(_inside(loops, loop, other) for other in found)]
    if not tops:
        return None
    chosen = max(tops, key=lambda loop: loop.steps)
    while True:
        carried = _arrays(chosen)
        inner = [
            loop
            for loop in found
            if _inside(loops, loop, chosen) and 2 * len(_arrays(loop) & carried) >= len(carried) > 0
        ]
        if not inner:
            return chosen
        chosen = max(inner, key=lambda loop: loop.steps)


def _arrays(loop: Loop) -> set[Path]:
    return {p for p in loop.carried() if isinstance(loop.starts[0][p], tuple)} or loop.carried()


def _trains(loop: Loop) -> bool:
    return bool(loop.carried())


def _inside(loops: dict[Key, Loop], loop: Loop, other: Loop) -> bool:
    """Say whether a loop runs inside another one."""
    outer = loop.outer
    while outer is not None and outer != loop.key:
        if outer == other.key:
            return True
        outer = loops[outer].outer
    return False
