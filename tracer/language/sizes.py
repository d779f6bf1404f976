"""Numbers that are known as soon as shapes are: sizes, and what is calculated from them."""

from __future__ import annotations

import operator
from collections.abc import Callable

from tracer.language.expression import EquationError, Node, Number, Operation
from tracer.language.source import source

_ARITHMETIC: dict[str, Callable[..., float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "//": operator.floordiv,
    "%": operator.mod,
    "neg": operator.neg,
}
#: Operators that only such numbers have, and what is written for others.
ONLY_KNOWN = {"//": "Write floor(a / b).", "%": "Write a - b * floor(a / b)."}


def known_number(node: Node) -> float | None:
    """Return what a shaped expression gives that is made of numbers and sizes; else None."""
    match node:
        case Number(value=value):
            return value
        case Operation(operator=sign, args=args) if sign in _ARITHMETIC:
            values = [known_number(arg) for arg in args]
            if None in values or (sign in ("/", "//", "%") and not values[1]):
                return None
            return _ARITHMETIC[sign](*values)
    return None


def known_only(node: Operation) -> Number:
    """Return the number that `//` or `%` gives. Raises EquationError if it isn't known."""
    value = known_number(node)
    if value is None:
        raise EquationError(
            f"{node.operator} is only for numbers that are known beforehand, such as len(X)",
            node.span,
            ONLY_KNOWN[node.operator],
        )
    return Number(value=value, text=f"({source(node)})", span=node.span, shape=())
