"""Which of the numbers that a turn computes is the loss."""

from __future__ import annotations

import re

from tracer.code.record.graph import Value
from tracer.code.record.names import identifier
from tracer.code.record.places import Path
from tracer.code.turns import Turn

_CALLED = re.compile(r"loss|cost|mse|sse|rmse|entropy|objective|^J$|^E$|criterion", re.I)
_MAYBE = re.compile(r"err|total|sum", re.I)


def losses(turn: Turn, moving: set[int], ends: dict[Path, Value]) -> list[Value]:
    """Return the likeliest loss of a turn, as a list of one or none."""
    behind = {v.number for end in ends.values() for v in end.behind()}
    updated = {end.number for end in ends.values() if end.kind != "leaf"}
    numbers = [
        v
        for v in turn.values
        if v.shape == () and v.number in moving and v.number not in behind and v.kind != "leaf"
    ]
    for wanted in (_CALLED, None, _MAYBE):
        found = [v for v in numbers if _fits(v, wanted, turn) and _said(v)]
        if found:
            return [once(max(found, key=lambda v: _shared(v, behind, updated)))]
    return []


def _shared(value: Value, behind: set[int], updated: set[int]) -> tuple[int, int]:
    """Return how much of a value the updates are computed from, too, and when it was computed.

    The loss of test data isn't what the updates follow, nor that of a part of what they do.
    """
    own = {inner.number for inner in value.behind(updated)}
    return len(own & behind), value.number


def _said(value: Value) -> bool:
    """Say whether a template can say how a value is computed."""
    return not any(inner.kind == "refused" for inner in value.behind())


def _fits(value: Value, wanted: re.Pattern[str] | None, turn: Turn) -> bool:
    if wanted is None:
        return value in turn.shown
    return bool(value.name) and bool(wanted.search(identifier(value.name)))


def once(value: Value) -> Value:
    """Return what is added to a total, where the value is one."""
    if value.kind == "operation" and value.what == "+" and len(value.args) == 2:
        left, right = value.args
        if left.kind in {"leaf", "number"} and right.kind not in {"leaf", "number"}:
            right.name, right.line = right.name or value.name, right.line or value.line
            return right
    return value
