"""What can be said more simply, or not at all, of values."""

from __future__ import annotations

import numpy as np

from tracer.code.record.graph import Value
from tracer.code.record.names import of_path

#: A constant array of more numbers than this is no part of an equation: it is given.
_MOST_WRITTEN = 6


def sayable(value: Value) -> bool:
    """Say whether the language can say how a constant is computed, in few words."""
    if value.kind in {"refused", "put"} or len(value.shape) > 2:
        return False
    return not (value.kind == "call" and not value.args and value.real.size > _MOST_WRITTEN)


def base_name(value: Value) -> str:
    """Return what the array is called that a value is a part of."""
    for inner in value.behind():
        if inner.name or (inner.kind == "leaf" and inner.detail[0]):
            return inner.name or of_path(inner.detail[0])
    return "data"


def simplified(value: Value) -> Value:
    """Return a value without what changes nothing: what is added to zeros, a copy."""
    inner = _simpler(value)
    while inner is not None:
        if not inner.name and inner.kind not in {"leaf", "number"}:
            inner.name, inner.line = value.name, value.line
        value, inner = inner, _simpler(inner)
    return value


def _simpler(value: Value) -> Value | None:
    """Return what a value is the same as; None where it says something itself."""
    if value.kind == "operation" and value.what == "+" and len(value.args) == 2:
        for zeros, other in (value.args, value.args[::-1]):
            if _zeros(zeros) and other.shape == value.shape:
                return other
    if value.kind == "call" and value.what == "reshape" and value.args[0].shape == value.shape:
        return value.args[0]
    return None


def _zeros(value: Value) -> bool:
    made = value.kind == "call" and value.what in {"zeros", "empty", "zeros_like"}
    return (made and not np.any(value.real)) or (value.kind == "number" and value.real == 0)
