"""Numbers that are known as soon as shapes are: sizes, and arrays and shapes made from them."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import replace
from math import isfinite, prod

from tracer import limits
from tracer.language.build import number
from tracer.language.expression import (
    Constants,
    EquationError,
    Node,
    Number,
    Operation,
    Reshape,
    Shape,
    shape_text,
)
from tracer.language.known import CONSTANT_ARRAYS
from tracer.language.source import source

#: The largest array that is written as one that is known beforehand.
MOST_KNOWN = limits.KNOWN.most
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
            found = _ARITHMETIC[sign](*values)
            return found if isfinite(found) else None
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


def known_array(node: Constants) -> Constants:
    """Return an array of constants with its shape; its sizes have theirs. Raises EquationError."""
    row = CONSTANT_ARRAYS[node.function]
    of = _beforehand if node.function == "arange" else _size
    numbers = [float(of(arg)) for arg in node.args]
    shape = row.shape(numbers)
    if 0 in shape:
        raise EquationError("this range is empty", node.span)
    if prod(shape) > MOST_KNOWN:
        raise EquationError(f"this has more than {MOST_KNOWN:,} numbers", node.span)
    args = tuple(
        Number(value=value, text=_text_of(arg), span=arg.span, shape=())
        for value, arg in zip(numbers, node.args, strict=True)
    )
    return replace(node, args=args, shape=at_most_two(node, shape))


def reshaped(node: Reshape) -> Node:
    """Return an array in another shape; its parts have theirs. Raises EquationError."""
    arg, shape = node.arg, tuple(size for size in node.arg.shape if size != 1)
    if node.like is not None:
        shape = node.like.shape
    elif node.sizes:
        shape = _with_the_rest(node, tuple(_size(size, -1) for size in node.sizes))
    if prod(shape) != prod(arg.shape):
        raise EquationError(
            f"a {shape_text(arg.shape)} has {prod(arg.shape)} numbers, and a {shape_text(shape)}"
            f" {prod(shape)}",
            node.span,
            "The sizes must multiply to as many numbers.",
        )
    if shape == arg.shape:
        return replace(arg, span=node.span)
    sizes = tuple(number(size) for size in shape)
    return replace(node, sizes=sizes, like=None, shape=at_most_two(node, shape))


def _with_the_rest(node: Reshape, sizes: Shape) -> Shape:
    """Return sizes in which one of -1 stands for what is left."""
    if sizes.count(-1) > 1:
        raise EquationError("only one size can be -1", node.span)
    left = prod(node.arg.shape) // max(1, -prod(sizes))
    return tuple(left if size == -1 else size for size in sizes)


def _beforehand(node: Node) -> float:
    found = known_number(node)
    if found is None:
        raise EquationError(
            "a size must be known beforehand",
            node.span,
            "Write a number, len(X) or X.shape[1]: a given number may be changed later.",
        )
    return found


def _size(node: Node, least: int = 1) -> int:
    found = _beforehand(node)
    if found != int(found) or found < least or found == 0:
        raise EquationError("a size is a whole number from 1", node.span)
    return int(found)


def _text_of(size: Node) -> str:
    return size.text if isinstance(size, Number) else source(size)


def at_most_two(node: Node, shape: Shape) -> Shape:
    """Return a shape. Raises EquationError if there are more dimensions."""
    if len(shape) > 2:
        raise EquationError("arrays have at most two dimensions here", node.span)
    return shape
