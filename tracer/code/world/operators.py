"""Python's operators on the values of a program, within limits."""

from __future__ import annotations

import operator
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from tracer.code.values.budget import LONGEST_NUMBER, Budget
from tracer.code.values.faults import Refusal
from tracer.code.values.objects import Class, Inert, Instance, Unknown

#: Each operator by its sign, and how it is done in place.
BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "**": operator.pow,
    "@": operator.matmul,
    "&": operator.and_,
    "|": operator.or_,
    "^": operator.xor,
    "<<": operator.lshift,
    ">>": operator.rshift,
}
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.iadd,
    "-": operator.isub,
    "*": operator.imul,
    "/": operator.itruediv,
    "//": operator.ifloordiv,
    "%": operator.imod,
    "**": operator.ipow,
    "@": operator.imatmul,
    "&": operator.iand,
    "|": operator.ior,
    "^": operator.ixor,
    "<<": operator.ilshift,
    ">>": operator.irshift,
}
COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
UNARY: dict[str, Callable[[Any], Any]] = {
    "-": operator.neg,
    "+": operator.pos,
    "~": operator.invert,
}

_SIMPLE = frozenset({float, bool, np.float64})
_SEQUENCES = (str, bytes, list, tuple)


def operate(budget: Budget, sign: str, left: Any, right: Any, *, in_place: bool = False) -> Any:
    """Return `left sign right`. Raises what Python raises, and Refusal beyond the limits."""
    if not (type(left) in _SIMPLE and type(right) in _SIMPLE):
        if isinstance(left, Inert) or isinstance(right, Inert):
            return left if isinstance(left, Inert) else right
        _guard(budget, sign, left, right)
    return (IN_PLACE if in_place else BINARY)[sign](left, right)


def divide_as_of_old(left: Any, right: Any) -> bool:
    """Say whether Python 2 would divide these to a whole number."""
    return all(
        isinstance(v, int) or (isinstance(v, np.ndarray | np.generic) and v.dtype.kind in "iub")
        for v in (left, right)
    )


def _guard(budget: Budget, sign: str, left: Any, right: Any) -> None:
    for value in (left, right):
        if isinstance(value, Instance | Class | Unknown):
            raise Refusal(
                f"'{sign}' of an object of {_called(value)}",
                "Operators of one's own (__add__, __mul__ and the like) are not read: compute with"
                " numbers and NumPy arrays.",
            )
        if isinstance(value, np.matrix):
            raise Refusal("np.matrix, whose * is a matrix product", "Use np.array, and @.")
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        _count(budget, sign, left, right)
    elif isinstance(left, int) and isinstance(right, int):
        _whole(sign, left, right)
    else:
        _texts(budget, sign, left, right)


def _texts(budget: Budget, sign: str, left: Any, right: Any) -> None:
    """Refuse texts and lists that would be too long."""
    if sign == "*":
        for text, times in ((left, right), (right, left)):
            if isinstance(text, _SEQUENCES) and isinstance(times, int):
                budget.items(len(text) * max(0, times))
    elif sign == "+" and isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES):
        budget.items(len(left) + len(right))
    elif sign == "%" and isinstance(left, str | bytes):
        check_format(left if isinstance(left, str) else left.decode("latin-1"))


def _called(value: object) -> str:
    if isinstance(value, Instance):
        return value.cls.name
    return getattr(value, "name", type(value).__name__)


def _count(budget: Budget, sign: str, left: Any, right: Any) -> None:
    a, b = np.shape(left), np.shape(right)
    if sign == "@" and a and b:
        budget.compute(int(np.prod(a)) * (b[-1] if len(b) > 1 else 1) // 64 + 1)
        return
    # Where they don't fit, NumPy says it better.
    with suppress(ValueError):
        budget.compute(int(np.prod(np.broadcast_shapes(a, b))))


def _whole(sign: str, left: int, right: int) -> None:
    """Refuse whole numbers that are too long to be meant."""
    size = 0
    if sign == "*":
        size = left.bit_length() + right.bit_length()
    elif sign == "**" and right > 0:
        size = left.bit_length() * right
    elif sign == "<<":
        size = left.bit_length() + right
    if size > LONGEST_NUMBER:
        raise Refusal(f"a whole number of more than {LONGEST_NUMBER} binary digits")


def check_format(text: str) -> None:
    """Refuse a format that asks for very many characters."""
    digits = 0
    for character in text:
        digits = digits + 1 if character.isdigit() else 0
        if digits > 5:
            raise Refusal("a format with so large a number in it")
