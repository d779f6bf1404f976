"""Compares turns of a training loop: the same equations, of the same or other numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from tracer.code.record.graph import Value
from tracer.code.record.places import Path
from tracer.code.record.simpler import sayable
from tracer.code.turns import Turn


class Mismatch(BaseException):
    """Two turns compute something else; `value` is the first that differs."""

    def __init__(self, value: Value, other: Value) -> None:
        super().__init__(value.what)
        self.value = value
        self.other = other


def carried(turn: Turn) -> dict[Path, Value]:
    """Return the places that a turn changes and the next one starts from, with their new values.

    What only adds up, and is read by nothing else, is none of them: a total of losses.
    """
    reads: dict[Path, set[Path]] = {}
    for path, value in turn.ends.items():
        if path in turn.starts:
            reads[path] = {v.detail[0] for v in value.behind() if v.kind == "leaf"} & set(turn.ends)
    made = {path: read for path, read in reads.items() if turn.ends[path].kind != "leaf"}
    kept = {
        path
        for path, read in made.items()
        if path in _reached(reads, read) and not _adds_up(turn, path)
    }
    # What those start from, in turn.
    waiting = list(kept)
    while waiting:
        for path in reads.get(waiting.pop(), ()):
            if path in reads and path not in kept:
                kept.add(path)
                waiting.append(path)
    read_by_others = {p for q in kept for p in reads[q] if p != q}
    read_by_others |= _asked_together(turn, kept)
    alone = {p for p in kept if p not in read_by_others and _only_counts(turn, p)}
    found = kept - alone
    if not any(turn.ends[p].shape for p in found):
        # Weights that always change by the same, or by themselves, where nothing else is trained.
        arrays = {p for p in made if turn.ends[p].shape and turn.ends[p].kind != "put"}
        filled = {p for p in arrays if turn.ends[p].what == "where"}
        found |= {p for p in arrays - filled if p in alone or _adds_up(turn, p)}
    return {p: turn.ends[p] for p in turn.ends if p in found}


def _asked_together(turn: Turn, kept: set[Path]) -> set[Path]:
    """Return which of some places a question is about, together with another one."""
    found: set[Path] = set()
    for value, _ in turn.decided.values():
        behind = value.behind() if value is not None else ()
        read = {v.detail[0] for v in behind if v.kind == "leaf"} & kept
        found |= read if len(read) > 1 else set()
    return found


def _reached(reads: dict[Path, set[Path]], first: Iterable[Path]) -> set[Path]:
    found: set[Path] = set()
    waiting = list(first)
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += reads.get(path, ())
    return found


def _adds_up(turn: Turn, path: Path) -> bool:
    """Say whether a place's new value is the old one and something that doesn't depend on it.

    Nor is an array carried over that is only filled, place by place.
    """
    value, leaf = turn.ends[path], turn.leaf(path)
    if leaf is None:
        return False
    while value is not leaf:
        inside = [a for a in value.args if leaf in set(a.behind())]
        if len(inside) != 1 or not _keeps(value, inside[0]):
            return False
        value = inside[0]
    ends = [end for p, end in turn.ends.items() if p != path and p in turn.starts]
    asked = [value for value, _ in turn.decided.values() if value is not None]
    return not any(leaf in set(value.behind()) for value in (*ends, *asked))


def _keeps(value: Value, part: Value) -> bool:
    """Say whether a value is one of its parts, added to or in some of its places."""
    if value.kind == "operation" and len(value.args) == 2:
        return value.what == "+" or (value.what == "-" and value.args[0] is part)
    put = value.kind == "put" or (value.kind == "call" and value.what == "where")
    return put and part is (value.args[0] if value.kind == "put" else value.args[2])


def _only_counts(turn: Turn, path: Path) -> bool:
    """Say whether a place's new value depends on nothing but the place."""
    leaves = {v.detail[0] for v in turn.ends[path].behind() if v.kind == "leaf"}
    return leaves <= {path}


class Alignment:
    """Which values of a first turn are other numbers, not other equations, in later ones.

    `varying` has what each of those was, turn by turn.
    """

    def __init__(self, first: Turn, ends: dict[Path, Value], extra: list[Value]) -> None:
        self.first = first
        self.ends = ends
        self.extra = extra
        self.moving = dependent(first.values, set(ends))
        self.varying: dict[int, list[Any]] = {}
        self.turns = 1
        #: What was asked about what moves, and is the same question in each turn.
        self.questions = {
            key: value
            for key, (value, _) in first.decided.items()
            if value is not None and value.number in self.moving
        }

    def take(self, turn: Turn, ends: dict[Path, Value], extra: list[Value]) -> None:
        """Compare the next turn. Raises Mismatch where it computes something else."""
        moving = dependent(turn.values, set(self.ends))
        pairs = [(value, ends[path]) for path, value in self.ends.items()]
        met = self._met([*pairs, *zip(self.extra, extra, strict=False)], moving)
        for key, value in [*self.questions.items()]:
            other = turn.decided.get(key, (None, True))[0]
            try:
                met |= self._met([(value, other)], moving) if other is not None else {}
            except Mismatch:
                other = None
            if other is None:
                del self.questions[key]
        for number in met.keys() - self.varying.keys():
            self.varying[number] = [np.array(self.first.values[number].real, float)] * self.turns
        for number, history in self.varying.items():
            # It isn't met where it is the same as in the turns before.
            history.append(met.get(number, self.first.values[number].real))
        self.turns += 1

    def _met(self, stack: list[tuple[Value, Value]], moving: set[int]) -> dict[int, Any]:
        """Return the constants that are other numbers in another turn, of pairs of values."""
        seen: set[int] = set()
        met: dict[int, Any] = {}
        while stack:
            a, b = stack.pop()
            if a.number in seen:
                continue
            seen.add(a.number)
            if (a.number in self.moving) != (b.number in moving):
                raise Mismatch(a, b)
            if a.number not in self.moving:
                stack += self._constant(a, b, met)
            elif alike(a, b):
                stack += zip(a.args, b.args, strict=True)
            else:
                raise Mismatch(a, b)
        return met

    def _constant(self, a: Value, b: Value, met: dict[int, Any]) -> list[tuple[Value, Value]]:
        """Compare what doesn't depend on what is carried; return what is inside to compare."""
        inside = list(zip(a.args, b.args, strict=True)) if alike(a, b) else []
        if a.number not in self.varying and (same(a, b) or (inside and self._told(a))):
            return inside
        if a.shape != b.shape:
            raise Mismatch(a, b)
        met[a.number] = np.array(b.real, float)
        return []

    @staticmethod
    def _told(value: Value) -> bool:
        """Say whether an equation says how a constant is computed, not its numbers alone.

        Rows that are drawn from the data are a batch.
        """
        drawn = value.kind == "pick" and value.what == "labels"
        return not drawn and all(map(sayable, value.behind()))


def dependent(values: list[Value], paths: set[Path]) -> set[int]:
    """Return the numbers of the values that depend on places."""
    found: set[int] = set()
    for value in values:
        if (value.kind == "leaf" and value.detail[0] in paths) or any(
            a.number in found for a in value.args
        ):
            found.add(value.number)
    return found


def alike(a: Value, b: Value) -> bool:
    """Say whether two values were made in the same way."""
    return a.what == b.what and a.made_by() == b.made_by()


def same(a: Value, b: Value) -> bool:
    """Say whether two values that depend on nothing carried are the same numbers."""
    return a.shape == b.shape and np.array_equal(np.asarray(a.real), np.asarray(b.real))
