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
#: Of how many turns it is remembered what they start from, and of how many runs.
_STARTS, _RUNS = 3, 20
#: How many steps of one loop are enough to see what it does.
_LONG = 300_000
#: How many numbers it computes are enough.
_LARGE = 200_000_000


class ProbeEnough(BaseException):
    """What is asked is known; the rest of the program needn't run."""


@dataclass
class Run:
    """One run of a loop: how its first turns changed what a program remembers."""

    number: int
    turns: int = 0
    starts: list[Snapshot] = field(default_factory=list)
    ended: Snapshot | None = None
    #: The ways to places from where the loop runs, without other ways to the same.
    nearest: frozenset[Path] = frozenset()

    def changed(self) -> set[Path]:
        """Return the places that every turn changes."""
        if len(self.starts) < 2:
            return set()
        first, second, *third = self.starts
        # What only stands elsewhere now, as in a list that is shuffled, is not changed.
        before = {v for v in first.values() if isinstance(v, tuple)}
        changed = {p for p, v in second.items() if p in first and first[p] != v and v not in before}
        if not third:
            return changed or self._moved(before)
        again = changed & {p for p, v in third[0].items() if second.get(p) != v}
        if any(isinstance(third[0][p], tuple) for p in again):
            return again
        # Where training has come to a stop at once, its first turn tells.
        return {p for p in changed if isinstance(first[p], tuple)} or self._moved(before) or again

    def _moved(self, before: set[Any]) -> set[Path]:
        """Return the arrays that only some turns change."""
        first, ended = self.starts[0], self.ended or {}
        moved = {p for p, v in ended.items() if isinstance(v, tuple) and first.get(p, v) != v}
        return {p for p in moved if ended[p] not in before}

    def arrays(self) -> set[Path]:
        """Return the arrays of one shape that every turn changes."""
        changed = self.changed() & self.nearest
        return {p for p in changed if _shapes(self.starts[0][p]) == _shapes(self._next(p))}

    def _next(self, path: Path) -> Any:
        return self.starts[1].get(path)


def _shapes(content: Any) -> Any:
    """Return the shape of an array that is remembered; of a number itself, which is none."""
    return content[0] if isinstance(content, tuple) else object()


@dataclass
class Loop:
    """What is known of a loop: its runs, those left out that go on where another ended."""

    key: Key
    outer: Key | None
    runs: int = 0
    turns: int = 0
    most: int = 0
    steps: int = 0
    #: The first run, and those that start anew: a try with little data before the real one.
    anew: list[Run] = field(default_factory=list)
    again: Snapshot | None = None
    #: What the latest run ended with.
    ended: Snapshot = field(default_factory=dict)

    @property
    def chosen(self) -> Run:
        """The run that is read: the longest of those that start anew, the last of several."""
        return max(self.anew, key=lambda run: (run.turns, run.number))

    def carried(self) -> set[Path]:
        """Return the places that every turn changes, and that nothing sets back between runs."""
        first = self.anew[0]
        changed = first.changed()
        if first.ended is not None and self.again is not None:
            changed = {p for p in changed if first.ended.get(p) == self.again.get(p)}
        return changed

    def trained(self) -> set[Path]:
        """Return what the chosen run changes, also where another run sets it back."""
        return self.carried() or (self.chosen.arrays() if len(self.anew) > 1 else set())


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
        run = self._run(loop)
        budget = self._machine.budget
        turns, before = 0, (budget.steps, budget.numbers)

        def turn() -> None:
            nonlocal turns
            turns += 1
            loop.turns += 1
            if run is not None:
                run.turns = turns
                if turns == 1:
                    run.nearest = self._nearest()
                if turns <= _STARTS:
                    run.starts.append(self._snapshot())
            if len(self._running) == 1:
                self._enough(loop, before)

        self._running.append(key)
        try:
            yield turn
        finally:
            self._running.pop()
            loop.most = max(loop.most, turns)
            loop.steps += before[0] - budget.steps
            if loop.runs <= _RUNS:
                loop.ended = self._snapshot()
            if run is not None:
                run.ended = loop.ended
                if turns < _STARTS:
                    run.starts.append(loop.ended)

    def _run(self, loop: Loop) -> Run | None:
        """Return a loop's run that begins: the first, or one whose numbers begin anew."""
        if loop.runs > _RUNS:
            return None
        if loop.runs > 1:
            before = self._snapshot()
            loop.again = loop.again or before
            arrays = loop.anew[-1].arrays()
            if not arrays or any(loop.ended.get(p) == before.get(p) for p in arrays):
                return None
        loop.anew.append(Run(loop.runs))
        return loop.anew[-1]

    def _enough(self, loop: Loop, before: tuple[int, int]) -> None:
        """End the run where most of it is this loop, which changes what it starts from."""
        budget = self._machine.budget
        steps, numbers = before[0] - budget.steps, before[1] - budget.numbers
        much = 2 * steps > MOST_STEPS - budget.steps and (steps > _LONG or numbers > _LARGE)
        if much and loop.turns > _STARTS and loop.trained():
            loop.steps = steps
            loop.most = loop.turns
            raise ProbeEnough

    def _snapshot(self) -> Snapshot:
        machine = self._machine
        return {p.path: _content(p) for p in places(machine.frames, [machine.unit.names])}

    def _nearest(self) -> frozenset[Path]:
        machine = self._machine
        nearest: dict[int, Path] = {}
        for place in places(machine.frames, [machine.unit.names]):
            nearest.setdefault(id(place.value), place.path)
        return frozenset(nearest.values())


def _content(place: Standing) -> Any:
    """Return what tells a place's content apart from another."""
    value = place.value
    if not isinstance(value, np.ndarray):
        return float(value)
    if value.size > _SAMPLED:
        value = value.ravel()[:: value.size // _SAMPLED]
    return (value.shape, hash(value.tobytes()))


def training_loops(loops: dict[Key, Loop]) -> list[tuple[Loop, Loop]]:
    """Return the loops that may be the training, the likeliest first.

    With each stands the loop that the training ends with: itself, or one around it.
    """
    found = [loop for loop in loops.values() if loop.most > 1 and _trains(loops, loop)]
    tops = [loop for loop in found if not any(_inside(loops, loop, other) for other in found)]
    tops.sort(key=lambda loop: -loop.steps)
    return [way for top in tops for way in ways(loops, _innermost(loops, found, top))]


def ways(loops: dict[Key, Loop], chosen: Loop) -> list[tuple[Loop, Loop]]:
    """Return how a loop may be read: as it is, or one around it, and what it ends with."""
    outer = around(loops, chosen)
    alone = [(chosen, chosen)] if len(chosen.anew) > 1 or not outer else []
    return alone + [(loop, outer[-1]) for loop in (chosen, *outer) if outer]


def _innermost(loops: dict[Key, Loop], found: list[Loop], chosen: Loop) -> Loop:
    """Return the innermost loop inside one that changes most of what that one changes."""
    while True:
        trained = _arrays(chosen)
        inner = [
            loop
            for loop in found
            if _inside(loops, loop, chosen) and 2 * len(_arrays(loop) & trained) >= len(trained) > 0
        ]
        if not inner:
            return chosen
        chosen = max(inner, key=lambda loop: loop.steps)


def around(loops: dict[Key, Loop], loop: Loop) -> list[Loop]:
    """Return the loops around one that change what the next turn of theirs starts from."""
    found: list[Loop] = []
    while loop.outer is not None and loops[loop.outer].carried():
        loop = loops[loop.outer]
        found.append(loop)
    return found


def _arrays(loop: Loop) -> set[Path]:
    trained = loop.trained()
    return {p for p in trained if isinstance(loop.chosen.starts[0][p], tuple)} or trained


def _trains(loops: dict[Key, Loop], loop: Loop) -> bool:
    """Say whether a loop may train: also one that begins anew with each run, if none is around."""
    return bool(loop.carried() or (loop.trained() and not around(loops, loop)))


def _inside(loops: dict[Key, Loop], loop: Loop, other: Loop) -> bool:
    """Say whether a loop runs inside another one."""
    outer = loop.outer
    while outer is not None and outer != loop.key:
        if outer == other.key:
            return True
        outer = loops[outer].outer
    return False
