"""Turns that go one way or another → one turn, in which `where` says which way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.code.align import Alignment, Mismatch, alike, dependent, same
from tracer.code.record.graph import Asked, Kind, Value
from tracer.code.record.places import Path
from tracer.code.record.simpler import base_name, sayable
from tracer.code.turns import Turn


@dataclass
class Joined:
    """A turn that stands for several, what was other numbers in each, and which those are."""

    turn: Turn
    extra: list[Value]
    moving: set[int]
    #: What values that depend on nothing carried were, by their numbers and those of the turns.
    history: dict[int, dict[int, Any]]
    turns: list[int]

    @property
    def ends(self) -> dict[Path, Value]:
        """The new values of what is carried."""
        return self.turn.ends

    @property
    def varying(self) -> dict[int, list[Any]]:
        """Return what varies, turn by turn; where a turn has none, that of the one before."""
        found: dict[int, list[Any]] = {}
        for number, known in self.history.items():
            last = next(iter(known.values()))
            found[number] = [last := known.get(turn, last) for turn in sorted(self.turns)]
        return found


def side(alignment: Alignment, turns: list[int]) -> Joined:
    """Return turns that compute the same."""
    history = {n: dict(zip(turns, h, strict=True)) for n, h in alignment.varying.items()}
    first = alignment.first
    turn = Turn(first.starts, first.values, alignment.ends, first.shown, first.decided)
    return Joined(turn, alignment.extra, alignment.moving, history, turns)


def joined(key: Asked | None, yes: Joined, no: Joined) -> Joined:
    """Return the turns in which a question was answered by yes, and those by no, as one.

    Without a question it is whether the turn is the first.

    Raises Mismatch where the question itself isn't the same.
    """
    return _Joining(key, yes, no).result()


@dataclass
class _Joining:
    """Two turns being joined: whatever isn't the same in both is chosen by the answer."""

    key: Asked | None
    yes: Joined
    no: Joined
    made: list[Value] = field(default_factory=list)
    history: dict[int, dict[int, Any]] = field(default_factory=dict)
    #: Where each value stood, to bring them back into the program's order.
    places: dict[int, tuple[float, int]] = field(default_factory=dict)
    answer: Value | None = None
    _memo: dict[tuple[int, int], Value] = field(default_factory=dict)
    _same: dict[tuple[Any, ...], Value] = field(default_factory=dict)

    def result(self) -> Joined:
        """Return both as one."""
        self.answer = self._question()
        ends = {path: self._both(v, self.no.ends[path]) for path, v in self.yes.ends.items()}
        whole = len(self.yes.extra) == len(self.no.extra)
        pairs = zip(self.yes.extra, self.no.extra, strict=True) if whole else ()
        extra = [self._both(a, b) for a, b in pairs]
        turn = Turn(self.yes.turn.starts, self._ordered(), ends, [], self._decided())
        history = {v.number: self.history[id(v)] for v in turn.values if id(v) in self.history}
        moving = dependent(turn.values, set(ends))
        return Joined(turn, extra, moving, history, [*self.yes.turns, *self.no.turns])

    # -- the question -----------------------------------------------------------------------------

    def _question(self) -> Value:
        """Return what decides, as a value that is 1 or 0."""
        if self.key is None:
            return self._told("first")
        (a, _), (b, _) = self.yes.turn.decided[self.key], self.no.turn.decided[self.key]
        if a is None or b is None:
            return self._told(f"if_{self.key[0]}")
        if a.number not in self.yes.moving or b.number not in self.no.moving:
            return self._told(f"if_{self.key[0]}")
        found = self._both(a, b)
        compared = found.kind == "operation" and found.what in {"<", "<=", ">", ">=", "==", "!="}
        if compared:
            return found
        zero = self._made("number", "0", (), 0, line=self.key[0])
        return self._made("operation", "!=", (found, zero), True, line=self.key[0])

    def _told(self, name: str) -> Value:
        """Return a constant that is 1 in the turns in which the answer was yes, else 0."""
        value = self._made("leaf", "", (), 1.0, ((),), name=name)
        answers = dict.fromkeys(self.yes.turns, 1.0) | dict.fromkeys(self.no.turns, 0.0)
        self.history[id(value)] = {n: np.array(v) for n, v in sorted(answers.items())}
        return value

    def _decided(self) -> dict[Asked, tuple[Value | None, bool]]:
        """Return the questions that were asked in both, as this turn's."""
        found: dict[Asked, tuple[Value | None, bool]] = {}
        theirs = self.no.turn.decided
        for key, (value, answer) in self.yes.turn.decided.items():
            if key in theirs and theirs[key][1] == answer:
                other = theirs[key][0]
                known = self._memo.get((value.number, other.number)) if value and other else None
                found[key] = (known, answer)
        return found

    # -- values -----------------------------------------------------------------------------------

    def _made(
        self,
        kind: Kind,
        what: str,
        args: tuple[Value, ...],
        real: Any,
        detail: tuple[Any, ...] = (),
        line: int = 0,
        name: str = "",
    ) -> Value:
        value = Value(len(self.made), kind, what, args, np.shape(real), real, detail, name, line)
        self.made.append(value)
        return value

    def _again(self, value: Value, args: tuple[Value, ...], place: float) -> Value:
        """Return a value of one of the two turns as one of this one."""
        known = (*value.made_by(), *map(id, args))
        if known in self._same:
            return self._same[known]
        made = self._made(value.kind, value.what, args, value.real, value.detail, value.line)
        made.name = value.name
        self.places[id(made)] = (place, len(self.places))
        if value.kind != "number" and (value.kind != "leaf" or value.detail[0]):
            self._same[known] = made
        return made

    def _constant_of(self, value: Value, history: dict[int, Any], place: float) -> Value:
        """Return a constant that is other numbers in each turn, the same one for the same."""
        name = value.name or ("" if value.kind == "leaf" and value.detail[0] else base_name(value))
        detail = value.detail if value.kind == "leaf" else ((),)
        for made in self.made:
            known = self.history.get(id(made))
            if known and made.name == name and made.detail == detail and _within(history, known):
                return made
        made = self._made("leaf", "", (), value.real, detail, value.line, name)
        self.places[id(made)] = (place, len(self.places))
        self.history[id(made)] = history
        return made

    def _both(self, a: Value, b: Value) -> Value:
        """Return what is `a` in the turns of yes, and `b` in those of no."""
        root: tuple[Value | None, Value | None] = (a, b)
        waiting = [root]
        while waiting:
            pair = waiting[-1]
            key = self._key(pair)
            inside = [] if key in self._memo else self._inside(pair)
            open_ = [p for p in inside if self._key(p) not in self._memo]
            if open_:
                waiting += open_
                continue
            if key not in self._memo:
                self._memo[key] = self._pair(pair, tuple(self._memo[self._key(p)] for p in inside))
                if -1 not in key and self._memo[key].args[:1] != (self.answer,):
                    # What is computed either way stands for itself also where one way is meant.
                    self._memo.setdefault((key[0], -1), self._memo[key])
                    self._memo.setdefault((-1, key[1]), self._memo[key])
            waiting.pop()
        return self._memo[self._key(root)]

    @staticmethod
    def _key(pair: tuple[Value | None, Value | None]) -> tuple[int, int]:
        a, b = pair
        return (-1 if a is None else a.number, -1 if b is None else b.number)

    def _inside(self, pair: tuple[Value | None, Value | None]) -> list[tuple[Any, Any]]:
        """Return the pairs that a pair's value is made of."""
        a, b = pair
        if a is None or b is None:
            value = a or b
            assert value is not None
            history = (self.yes if b is None else self.no).history
            return [] if value.number in history else [self._one(v, b is None) for v in value.args]
        if self._together(a, b):
            return list(zip(a.args, b.args, strict=True))
        if self._constant(a, b):
            return []
        return [(a, None), (None, b)]

    @staticmethod
    def _one(value: Value, yes: bool) -> tuple[Value | None, Value | None]:
        return (value, None) if yes else (None, value)

    def _constant(self, a: Value, b: Value) -> bool:
        return a.number not in self.yes.moving and b.number not in self.no.moving

    def _together(self, a: Value, b: Value) -> bool:
        """Say whether two values are made in the same way, of what is to be looked at."""
        if not alike(a, b) or any(x.shape != y.shape for x, y in zip(a.args, b.args, strict=True)):
            return False
        if not self._constant(a, b):
            return a.number in self.yes.moving and b.number in self.no.moving
        if a.number in self.yes.history or b.number in self.no.history:
            return False
        # Of a constant that is said, the parts may vary; one that isn't must be the same.
        return all(map(sayable, a.behind())) and bool(a.args or same(a, b))

    def _pair(self, pair: tuple[Value | None, Value | None], args: tuple[Value, ...]) -> Value:
        a, b = pair
        if a is None or b is None:
            value, found = (a, self.yes) if b is None else (b, self.no)
            assert value is not None
            place = value.number / len(found.turn.values)
            history = found.history.get(value.number)
            if history is not None:
                return self._constant_of(value, history, place)
            return self._again(value, args, place)
        place = a.number / len(self.yes.turn.values)
        if self._together(a, b):
            return self._again(a, args, place)
        if a.shape != b.shape:
            raise Mismatch(a, b)
        if self._constant(a, b):
            return self._varied(a, b, place)
        answer = self.answer
        if answer is None:
            # The question itself is another one.
            raise Mismatch(a, b)
        return self._made("call", "where", (answer, *args), a.real, (), a.line or b.line)

    def _varied(self, a: Value, b: Value, place: float) -> Value:
        """Return a constant that is other numbers in the turns of yes than in those of no."""
        history = {
            **self.yes.history.get(a.number, dict.fromkeys(self.yes.turns, a.real)),
            **self.no.history.get(b.number, dict.fromkeys(self.no.turns, b.real)),
        }
        numbers = {n: np.array(v, float) for n, v in sorted(history.items())}
        return self._constant_of(a, numbers, place)

    def _ordered(self) -> list[Value]:
        """Return the values in the program's order, each after those it is made of; number them."""
        place: dict[int, tuple[float, int]] = {}
        for value in self.made:
            own = self.places.get(id(value), (0.0, 0))
            place[id(value)] = max([own, *(place[id(a)] for a in value.args)])
        positions = {id(v): n for n, v in enumerate(self.made)}
        found = sorted(self.made, key=lambda v: (place[id(v)][0], positions[id(v)]))
        for number, value in enumerate(found):
            value.number = number
        return found


def _within(part: dict[int, Any], whole: dict[int, Any]) -> bool:
    """Say whether a constant is the same as another in all turns in which it is known."""
    return all(n in whole and np.array_equal(v, whole[n]) for n, v in part.items())
