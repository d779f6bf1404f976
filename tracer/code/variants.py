"""The turns of a loop that go one way or another, by what an `if` asks, and when they do."""

from __future__ import annotations

from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.code.align import Alignment, Mismatch, carried, dependent
from tracer.code.drawn import Drawn, differing, with_drawn
from tracer.code.loss import losses, once
from tracer.code.merged import Joined, joined, side
from tracer.code.record.graph import Asked, Shape, Value
from tracer.code.record.places import Path
from tracer.code.turns import Turn

#: How many turns are followed before the rest is trusted to be alike.
FOLLOWED = 12
#: In how many ways the turns may go.
MOST_WAYS = 12
#: How many turns may pass before one changes what the next one starts from.
_WAITING = 400


class More(BaseException):
    """The turns have to be followed again: for more places, from wider starts, by drawn indices."""

    def __init__(
        self,
        paths: dict[Path, Any],
        widened: dict[Path, Shape] | None = None,
        drawn: Set[Drawn] = frozenset(),
    ) -> None:
        super().__init__()
        self.paths = paths
        self.widened = widened or {}
        self.drawn = drawn


@dataclass
class Variant:
    """Turns that compute the same: the first of them, and which they are."""

    alignment: Alignment
    turns: list[int]
    answers: dict[Asked, bool] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """Whether the turns change nothing that is carried, as one that ends the loop."""
        return all(value.kind == "leaf" for value in self.alignment.ends.values())

    def take(self, number: int, turn: Turn, ends: dict[Path, Value], extra: list[Value]) -> None:
        """Take another turn. Raises Mismatch where it computes something else."""
        self.alignment.take(turn, ends, extra)
        self.turns.append(number)
        self.answers = {
            k: v for k, v in self.answers.items() if turn.decided.get(k, (None, not v))[1] == v
        }


class Variants:
    """Takes the turns: compares each with those before, and keeps what varies.

    Where nothing varied in the first turns, the others are not followed, unless `every`. `paths`
    are places that are known to be carried over, with zeros of their shapes: what a turn makes
    first starts from those.
    """

    def __init__(
        self, paths: dict[Path, Any], drawn: Set[Drawn] = frozenset(), *, every: bool = False
    ) -> None:
        self.every = every
        self._drawn = drawn
        self.paths = paths
        self.starts: dict[Path, Any] = {}
        self.variants: list[Variant] = []
        self._waiting: list[Turn] = []
        self._turns = 0
        #: How many turns at the end are none: they end the loop before they change anything.
        self.dropped = 0

    def take(self, turn: Turn) -> bool:
        """Take a turn; say whether the next one is to be followed."""
        turn = with_drawn(turn, self._drawn)
        if self.variants:
            self._add(turn)
        else:
            self._waiting.append(turn)
            if len(self._waiting) > 1:
                self._begin()
        first = self.variants[0].alignment if self.variants else None
        if first is None:
            return len(self._waiting) < _WAITING
        return self.every or self._turns < FOLLOWED or len(self.variants) > 1 or bool(first.varying)

    def _begin(self) -> None:
        for turn in self._waiting:
            self.paths |= _zeros(turn)
        if self.paths:
            self.starts = self._waiting[0].starts
            for turn in self._waiting:
                self._add(turn)
            self._waiting = []

    def _add(self, turn: Turn) -> None:
        """Add a turn to those that compute the same as it, or as the first of others."""
        for path, zeros in self.paths.items():
            turn.starts.setdefault(path, zeros)
        ends = {path: turn.end(path) for path in self.paths}
        self._check_starts(turn)
        self._turns += 1
        fault: Mismatch | None = None
        for variant in self.variants:
            first = variant.alignment
            try:
                extra = matching(first.extra, first.first, turn)
                variant.take(self._turns, turn, ends, extra)
            except Mismatch as mismatch:
                fault = fault or mismatch
            else:
                # The likeliest is tried first.
                self.variants.sort(key=lambda v: -len(v.turns))
                return
        self._vary(turn, ends, fault)

    def _vary(self, turn: Turn, ends: dict[Path, Value], fault: Mismatch | None) -> None:
        """Begin another way for the turns to go. Raises More, and Mismatch where they are many."""
        found = _zeros(turn)
        if found.keys() - self.paths.keys():
            raise More(self.paths | found)
        if fault is None:
            extra = losses(turn, dependent(turn.values, set(ends)), ends)
        else:
            drawn = differing(fault.value, fault.other) - self._drawn
            if drawn:
                raise More(self.paths, drawn=drawn)
            if len(self.variants) == MOST_WAYS:
                raise fault
            first = self.variants[0].alignment
            extra = matching(first.extra, first.first, turn)
        answers = {key: answer for key, (_, answer) in turn.decided.items()}
        variant = Variant(Alignment(turn, ends, extra), [self._turns], answers)
        self.variants.append(variant)
        parting = (v.turns == [1] or _parting(variant, v) for v in self.variants[:-1])
        if fault is not None and not any(parting) and not variant.idle:
            raise fault

    def _check_starts(self, turn: Turn) -> None:
        """Raise More where a turn widened what the later ones start from."""
        widened: dict[Path, Shape] = {}
        for path in self.paths:
            first, later = (np.shape(t[path]) for t in (self.starts, turn.starts))
            with suppress(ValueError):
                if first != later and np.broadcast_shapes(first, later) == later:
                    widened[path] = later
        if widened:
            raise More(self.paths, widened)

    def joined(self) -> Joined:
        """Return all turns as one. Raises Mismatch where nothing tells when they go which way."""
        last = [v for v in self.variants if v.idle and v.turns == [self._turns]]
        if last and self._turns > 1:
            # It only found out that it was the last.
            self.variants.remove(last[0])
            self.dropped = 1
        found = self._joined(self.variants)
        found.turn.starts = self.starts
        return found

    def _joined(self, variants: list[Variant]) -> Joined:
        first = variants[0]
        if len(variants) == 1:
            return side(first.alignment, first.turns)
        for key in first.answers:
            yes = [v for v in variants if v.answers.get(key) is True]
            no = [v for v in variants if v.answers.get(key) is False]
            if yes and no and len(yes) + len(no) == len(variants) and _alike(key, variants):
                self._check_question(first.alignment, key)
                return joined(key, self._joined(yes), self._joined(no))
        began = [v for v in variants if v.turns == [1]]
        if began:
            # What the first turn makes, the others find.
            others = [v for v in variants if v.turns != [1]]
            return joined(None, self._joined(began), self._joined(others))
        last = variants[-1].alignment
        end = next(iter(last.ends))
        raise Mismatch(last.ends[end], first.alignment.ends[end])

    def _check_question(self, alignment: Alignment, key: Asked) -> None:
        """Raise More where a question is about what changes with what is trained."""
        turn = alignment.first
        value = turn.decided[key][0]
        leaves = {v.detail[0] for v in value.behind() if v.kind == "leaf"} if value else set()
        more = {
            p: np.zeros(np.shape(turn.starts[p]))
            for p in leaves & turn.ends.keys() - self.paths.keys()
            if turn.ends[p].number in alignment.moving
        }
        if more:
            raise More(self.paths | more)


def _zeros(turn: Turn) -> dict[Path, Any]:
    """Return what a turn carries over, with zeros of each shape."""
    return {path: np.zeros(np.shape(turn.starts[path])) for path in carried(turn)}


def _alike(key: Asked, variants: list[Variant]) -> bool:
    """Say whether a question is the same one in all turns, or about no number that moves."""
    found = [v.alignment for v in variants]
    values = [a.first.decided[key][0] for a in found]
    moves = [v is not None and v.number in a.moving for v, a in zip(values, found, strict=True)]
    return not any(moves) or all(key in a.questions for a in found)


def _parting(variant: Variant, other: Variant) -> bool:
    """Say whether a question was answered one way in some turns, and otherwise in others."""
    return any(other.answers.get(key, answer) != answer for key, answer in variant.answers.items())


def matching(extra: list[Value], first: Turn, turn: Turn) -> list[Value]:
    """Return the values of another turn that are called or shown as these are in the first."""
    found: list[Value] = []
    for value in extra:
        if value.name:
            named = [once(v) for v in turn.values if v.name == value.name]
            found += [v for v in named if (v.line, v.what) == (value.line, value.what)][-1:]
        elif value in first.shown and first.shown.index(value) < len(turn.shown):
            found.append(turn.shown[first.shown.index(value)])
    return found if len(found) == len(extra) else []
