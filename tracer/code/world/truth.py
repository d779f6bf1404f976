"""Comparisons, and what counts as true."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import Bound, Class, Inert, Instance, Native, OwnFunction, Unknown
from tracer.code.world.operators import COMPARED

_OWN = {
    "<": "__lt__",
    "<=": "__le__",
    ">": "__gt__",
    ">=": "__ge__",
    "==": "__eq__",
    "!=": "__ne__",
}


def truth(machine: Runner, value: Any) -> bool:
    """Say whether a value counts as true."""
    answer = _truth(machine, value)
    if machine.recorder is not None:
        machine.recorder.asked(value, answer)
    return answer


def _truth(machine: Runner, value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    if isinstance(value, Instance):
        for name in ("__bool__", "__len__"):
            method = value.cls.find(name)
            if isinstance(method, OwnFunction):
                return bool(machine.call(Bound(method, value), ()))
        return True
    if isinstance(value, Unknown):
        raise Refusal(value.what, value.advice)
    return bool(value)


def compare(machine: Runner, sign: str, left: Any, right: Any) -> Any:
    """Return `left sign right` of a comparison."""
    if sign == "is":
        return left is right or _same_plain(left, right)
    if sign == "is not":
        return not (left is right or _same_plain(left, right))
    if sign in {"in", "not in"}:
        return _contains(machine, left, right) is (sign == "in")
    if isinstance(left, Instance | Class | OwnFunction | Native | Inert | Unknown):
        return _own(machine, sign, left, right)
    return machine.compare(sign, left, right, COMPARED[sign])


def _same_plain(left: object, right: object) -> bool:
    """Say whether two numbers are one and the same to `is`: small whole numbers are."""
    return (
        isinstance(left, int)
        and isinstance(right, int)
        and left == right
        and abs(left) < 257
        and isinstance(left, bool) is isinstance(right, bool)
    )


def _contains(machine: Runner, item: Any, holder: Any) -> bool:
    if isinstance(holder, Instance):
        method = holder.cls.find("__contains__")
        if isinstance(method, OwnFunction):
            return truth(machine, machine.call(Bound(method, holder), (item,)))
        return any(item is one or one == item for one in machine.iterate(holder))
    if isinstance(holder, Inert):
        return False
    return bool(item in holder)


def _own(machine: Runner, sign: str, left: Any, right: Any) -> Any:
    if isinstance(left, Instance):
        method = left.cls.find(_OWN[sign])
        if isinstance(method, OwnFunction):
            return machine.call(Bound(method, left), (right,))
    if isinstance(left, Unknown):
        raise Refusal(left.what, left.advice)
    if sign in {"==", "!="}:
        return (left is right) is (sign == "==")
    if isinstance(left, Inert):
        return np.False_
    raise TypeError(f"these can't be compared with {sign}")
