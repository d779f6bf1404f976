"""How large an expression can become: where it can't be infinite, nobody has to look.

NumPy goes on with infinities, and some operations make ordinary numbers of them again: 1 / inf is
0, the smaller of inf and 5 is 5. A spreadsheet has an error there and carries it on. So what such
an operation would hide is looked at, unless it is finite whatever the cells hold.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from math import exp, inf, prod

from tracer.language.expression import (
    ARRANGED,
    Apply,
    Constants,
    Fill,
    Helper,
    Node,
    Number,
    Operation,
    is_leaf,
    key,
    parts,
)
from tracer.language.operators import is_comparison

#: A cell's number is finite: that is looked at after every iteration.
_CELL = sys.float_info.max
#: exp of more is infinite.
_LARGEST_EXPONENT = 709.0


def is_finite(node: Node) -> bool:
    """Say whether a shaped expression is finite whatever finite numbers its cells hold."""
    return largest(node) < inf


def largest(node: Node) -> float:
    """Return the largest size of a shaped expression; infinite where it may be, or no number."""
    if is_leaf(node):
        return _CELL
    match node:
        case Number(value=value) | Fill(value=value):
            return abs(value)
        case Constants():
            return _CELL
        case Helper(body=body):
            return largest(body)
        case Operation(operator=operator, args=args):
            return _by_operator(operator, args)
        case Apply(function="exp", args=(exponent,)):
            return _power_of_e(exponent)
        case Apply(function=function, args=args):
            return _FUNCTIONS.get(function, _unknown)(max(map(largest, args)))
    return max(map(largest, parts(node))) if isinstance(node, ARRANGED) else inf


def _by_operator(operator: str, args: tuple[Node, ...]) -> float:
    sizes = [largest(arg) for arg in args]
    if operator in ("+", "-", "neg"):
        return sum(sizes)
    if operator == "*":
        return prod(sizes)
    if operator == "@":
        return prod(sizes) * args[0].shape[-1]
    return _one(max(sizes)) if is_comparison(operator) else inf


def _power_of_e(exponent: Node) -> float:
    size = largest(exponent)
    if size < inf and _is_negative(exponent):
        return 1.0
    return exp(size) if size <= _LARGEST_EXPONENT else inf


def _is_negative(node: Node) -> bool:
    """Say whether an expression is at most 0, by how it is written."""
    match node:
        case Operation(operator="neg", args=(Apply(function="abs"),)):
            return True
        case Apply(function="minimum", args=args):
            return any(isinstance(arg, Number) and arg.value <= 0 for arg in args)
        case Operation(operator="-", args=(whole, Apply(function="max", args=(same,)))):
            return key(whole) == key(same)
    return False


def _same(size: float) -> float:
    return size


def _one(size: float) -> float:
    return 1.0 if size < inf else inf


def _next(size: float) -> float:
    return size + 1.0


def _unknown(size: float) -> float:
    return inf


#: The largest size of a function of the table by that of its arguments.
_FUNCTIONS: dict[str, Callable[[float], float]] = {
    **dict.fromkeys(("abs", "relu", "maximum", "minimum", "where", "mean", "max", "min"), _same),
    **dict.fromkeys(("tanh", "sigmoid", "sign", "sin", "cos"), _one),
    **dict.fromkeys(("floor", "round"), _next),
}
