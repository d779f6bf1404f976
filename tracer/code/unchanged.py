"""Numbers that a program computes a change of and never changes: a result in the wrong name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracer.code.equations import Given
from tracer.code.record.graph import Value
from tracer.code.record.names import identifier
from tracer.code.record.places import Path
from tracer.code.turns import Turn

#: What a gradient is called, beside the name of what it belongs to.
_GRADIENT = re.compile(r"_?(d|grad|grads|gradient|delta|nabla)_?", re.I)


def unchanged(
    turn: Turn, givens: Iterable[Given], ends: dict[Path, Value], losses: list[Value]
) -> dict[str, int]:
    """Return the givens that the loss depends on and that only look as if they were updated.

    With each stands the line that computes its new value, or its gradient, which nothing reads.
    """
    behind = {v.number for end in ends.values() for v in end.behind()}
    known = {v.number for loss in losses for v in loss.behind()}
    unread = [v for v in turn.values if v.number not in behind | known and v.line]
    found: dict[str, int] = {}
    for given in givens:
        if given.path and given.value.number in known:
            lines = [v.line for v in unread if v.shape == given.value.shape and _of(v, given)]
            if lines:
                found[given.name] = lines[-1]
    return found


def _of(value: Value, given: Given) -> bool:
    """Say whether a value is a new value of a given, or its gradient by its name."""
    if value.kind == "operation" and value.what in {"+", "-"} and len(value.args) == 2:
        start, step = value.args
        return start.number == given.value.number and _scaled(step)
    called = identifier(value.name) if value.name else ""
    before, found, after = called.partition(given.name)
    return bool(found) and bool(_GRADIENT.fullmatch(before + after))


def _scaled(step: Value) -> bool:
    """Say whether a step is a number times something, as a rate times a gradient is."""
    while step.kind == "operation" and step.what == "-" and len(step.args) == 1:
        step = step.args[0]
    return step.kind == "operation" and step.what == "*" and any(not a.shape for a in step.args)
