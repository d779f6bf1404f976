"""Follows the turns of the training loop, one graph of values for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from tracer.code.probe import Key
from tracer.code.python.machine import Interpreter
from tracer.code.record.graph import Asked, Shape, Value, Whole, Wide
from tracer.code.record.helpers import OwnFunctions
from tracer.code.record.places import Path, Standing, places
from tracer.code.record.recorder import Recording
from tracer.code.values.frames import Frame


@dataclass
class Turn:
    """One turn: what stood in each place before, and the values that stand there after it."""

    starts: dict[Path, Any]
    values: list[Value] = field(default_factory=list)
    ends: dict[Path, Value] = field(default_factory=dict)
    #: What was printed or kept in a list.
    shown: list[Value] = field(default_factory=list)
    #: What was asked on the way: the value, and the answer.
    decided: dict[Asked, tuple[Value | None, bool]] = field(default_factory=dict)

    def end(self, path: Path) -> Value:
        """Return the value that stands in a place after the turn."""
        found = self.ends.get(path) or self.leaf(path)
        if found is None:
            real = self.starts[path]
            found = Value(len(self.values), "leaf", "", (), np.shape(real), real, (path,))
            self.values.append(found)
        return found

    def leaf(self, path: Path) -> Value | None:
        """Return the value that a place had at the start, if it was used."""
        return next((v for v in self.values if v.kind == "leaf" and v.detail[0] == path), None)


class Enough(BaseException):
    """As many turns as were wanted have been followed."""


class Follower:
    """Follows a loop's turns; `take` gets each, and says whether to follow the next.

    `whole` is the loop that the training ends with, which may be one around it, and which run of
    that is followed. `widened` are the shapes that places get which start smaller.
    """

    def __init__(
        self,
        machine: Interpreter,
        key: Key,
        whole: tuple[Key, int],
        take: Callable[[Turn], bool],
        most: int,
        widened: Mapping[Path, Shape],
    ) -> None:
        self._machine = machine
        self._key = key
        self._whole, self._run = whole
        self._take = take
        self._most = most
        self._widened = widened
        self._turn: Turn | None = None
        self._recorder: Recording | None = None
        self._follow = True
        self._runs = 0
        self._paths: set[Path] = set()
        self._helpers = OwnFunctions()
        self.turns = 0
        self.last: dict[Path, Any] = {}
        machine.on_loop = self._looping

    @contextmanager
    def _looping(self, line: int, frame: Frame) -> Iterator[Callable[[], None]]:
        key = (frame.unit.text.name, line)
        self._runs += key == self._whole
        followed = self._runs == self._run
        if key == self._key and followed:
            yield self._next
            self._end()
        else:
            yield _nothing
        if key == self._whole and followed:
            self._finish()

    def _finish(self) -> NoReturn:
        """Keep what stands in every place after the last turn, and end the run."""
        machine = self._machine
        for place in places(machine.frames, [machine.unit.names]):
            self.last.setdefault(place.path, np.array(place.value, float))
        raise Enough

    def _next(self) -> None:
        self._end()
        if self.turns >= self._most:
            self._finish()
        self.turns += 1
        if self._follow:
            self._begin()

    def _begin(self) -> None:
        machine = self._machine
        leaves: dict[int, tuple[Any, Path]] = {}
        starts: dict[Path, Any] = {}
        for place in places(machine.frames, [machine.unit.names]):
            value = self._wide(place) if self.turns == 1 else place.value
            if not isinstance(value, np.ndarray):
                if place.put is None:
                    continue
                # Numbers are told apart by where they stand.
                value = _apart(value)
                place.put(value)
            # What the first turn called something, it is called in the others, too.
            if id(value) not in leaves or (
                place.path in self._paths and leaves[id(value)][1] not in self._paths
            ):
                leaves[id(value)] = (value, place.path)
            starts[place.path] = (
                np.array(value, float) if isinstance(value, np.ndarray) else float(value)
            )
        self._paths = self._paths or {path for _, path in leaves.values()}
        self._recorder = machine.recorder = Recording(leaves, machine.frames, self._helpers)
        self._turn = Turn(starts)

    def _wide(self, place: Standing) -> Any:
        """Return what stands in a place, before the first turn in the shape that it will get."""
        shape = self._widened.get(place.path)
        if shape is None or place.put is None:
            return place.value
        wide = np.array(np.broadcast_to(place.value, shape), float)
        place.put(wide)
        return wide

    def _end(self) -> None:
        turn, recorder = self._turn, self._recorder
        machine = self._machine
        machine.recorder = self._recorder = self._turn = None
        if turn is None or recorder is None:
            return
        turn.values = recorder.values
        turn.shown = recorder.shown
        turn.decided = recorder.decided
        for place in places(machine.frames, [machine.unit.names]):
            made = recorder.now(place.value)
            if made is not None and not (made.kind == "leaf" and made.detail[0] == place.path):
                turn.ends[place.path] = made
        self._follow = self._take(turn)


def _nothing() -> None:
    """Do nothing before another loop's turn."""


def _apart(value: Any) -> Any:
    """Return a number as one that is told apart from others of its size."""
    if isinstance(value, np.generic):
        return type(value)(value)
    return Whole(value) if isinstance(value, int) else Wide(value)
