"""Places of arrays that are another one in each turn: `p[t]`, where `t` is a sample's label.

Which place it is becomes a given: a row of 0 and a 1. What is picked is that row times the array,
and what is assigned goes where the 1 is.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import numpy as np

from tracer.code.record.graph import Value
from tracer.code.turns import Turn

#: A line, and which of the indices on it.
Drawn = tuple[int, int]
_ALL = slice(None)


def differing(a: Value, b: Value) -> set[Drawn]:
    """Return the indices in which two picks or assigned parts differ, and nothing else does."""
    if a.kind != b.kind or a.kind not in {"pick", "put"} or a.what or b.what or not a.line:
        return set()
    if a.shape != b.shape or len(a.detail) != len(b.detail) or a.line != b.line:
        return set()
    found = {
        n for n, (i, j) in enumerate(zip(a.detail, b.detail, strict=True)) if repr(i) != repr(j)
    }
    whole = all(isinstance(v.detail[n], int) for n in found for v in (a, b))
    return {(a.line, n) for n in found} if whole else set()


def with_drawn(turn: Turn, drawn: Set[Drawn]) -> Turn:
    """Return a turn in which such indices are givens."""
    if not drawn:
        return turn
    found: list[Value] = []
    for value in turn.values:
        at = [n for n, item in enumerate(value.detail) if (value.line, n) in drawn]
        if value.kind in {"pick", "put"} and not value.what and at:
            rule = _picked if value.kind == "pick" else _assigned
            found += rule(value, [n for n in at if isinstance(value.detail[n], int)])
        found.append(value)
    for number, value in enumerate(found):
        value.number = number
    turn.values = found
    return turn


def _picked(value: Value, at: list[int]) -> list[Value]:
    """Make a pick one by a row of 0 and a 1; return the values that are new."""
    (base,) = value.args
    if len(at) != 1 or len(base.shape) > 2 or None in value.detail:
        return []
    (axis,) = at
    row = _leaf(value, _hits(base.shape[axis], value.detail[axis]))
    rest = [i for n, i in enumerate(value.detail) if n != axis]
    args = (row, base) if axis == 0 else (base, row)
    real = np.asarray(args[0].real, float) @ np.asarray(args[1].real, float)
    made = Value(0, "operation", "@", args, np.shape(real), real, line=value.line)
    if not rest or rest == [_ALL]:
        value.kind, value.what, value.args, value.detail = "operation", "@", args, ()
        return [row]
    value.args, value.detail = (made,), tuple(rest)
    return [row, made]


def _assigned(value: Value, at: list[int]) -> list[Value]:
    """Make an assigned part a choice; return the values that are new."""
    before, new = value.args
    shape = before.shape
    items = (*value.detail, *[_ALL] * (len(shape) - len(value.detail)))
    others = [i for n, i in enumerate(items) if n not in at]
    if not at or len(shape) > 2 or None in items or not all(_is_plain(i) for i in others):
        return []
    mask = np.zeros(shape)
    mask[items] = 1
    column = len(shape) == 2 and items[1] == _ALL
    if column or (len(shape) == 2 and items[0] == _ALL):
        mask = mask[:, :1] if column else mask[0]
    made = [_leaf(value, mask)]
    if not column and len(shape) == 2 and len(new.shape) == 1 and items[0] == _ALL:
        real = np.asarray(new.real)[:, None]
        new = Value(0, "pick", "", (new,), real.shape, real, (_ALL, None), line=value.line)
        made.append(new)
    value.kind, value.what, value.detail = "call", "where", ()
    value.args = (made[0], new, before)
    return made


def _is_plain(item: Any) -> bool:
    return isinstance(item, int) or item == _ALL


def _hits(size: int, place: int) -> Any:
    row = np.zeros(size)
    row[place] = 1
    return row


def _leaf(value: Value, real: Any) -> Value:
    """Return the given that says which place is meant."""
    name = f"at_{value.line}"
    return Value(0, "leaf", "", (), np.shape(real), real, ((),), name, value.line)
