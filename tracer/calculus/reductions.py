"""How a gradient goes back through a reduction: what each number had a share of."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from tracer.calculus.algebra import (
    ONE,
    ZERO,
    Term,
    Terms,
    operation,
    reduced,
    shape_of,
    terms,
    times,
)
from tracer.calculus.fitted import column
from tracer.calculus.shares import Shares
from tracer.language.build import number
from tracer.language.expression import Apply, Node, names
from tracer.language.source import length_text


def through_reduction(pullback: Shares, node: Apply, gradient: Terms) -> None:
    """Go back through a reduction."""
    arg, axis = node.args[0], node.axis
    if axis == 1 and not node.keepdims and shape_of(gradient):
        # One number a row: as a column it broadcasts along the row.
        gradient = terms(column(pullback.full(gradient, node)))
    rule = _REDUCTIONS[node.function]
    pullback.pull(arg, times(gradient, rule(node, pullback.of(arg))))


def _each(node: Apply, arg: Node) -> Terms:
    return ONE


def _share_of_mean(node: Apply, arg: Node) -> Terms:
    return terms(operation("/", number(1), _count(arg, node.axis)))


def _share_of_largest(node: Apply, arg: Node) -> Terms:
    # Equals share the gradient.
    largest = reduced(node.function, arg, node.axis, True)
    hit = operation("==", arg, largest)
    return terms(operation("/", hit, reduced("sum", hit, node.axis, True)))


def _share_of_variance(node: Apply, arg: Node) -> Terms:
    apart = operation("-", arg, reduced("mean", arg, node.axis, True))
    twice = (Term(over=(apart,)),)
    count = terms(operation("/", number(2), _count(arg, node.axis)))
    return times(count, twice)


def _share_of_deviation(node: Apply, arg: Node) -> Terms:
    deviation = reduced(node.function, arg, node.axis, True)
    apart = operation("-", arg, reduced("mean", arg, node.axis, True))
    share = terms(operation("/", number(1), _count(arg, node.axis)))
    return times(share, (Term(over=(apart,), under=(deviation,)),))


def _share_of_norm(node: Apply, arg: Node) -> Terms:
    return (Term(over=(arg,), under=(reduced(node.function, arg, node.axis, True),)),)


def _nothing(node: Apply, arg: Node) -> Terms:
    return ZERO


def _count(node: Node, axis: int | None) -> Node:
    """Return over how many numbers a mean goes, as one writes it."""
    size = prod(node.shape) if axis is None else node.shape[axis]
    along = range(len(node.shape)) if axis is None else (axis,)
    for name in names(node):
        # A name says where the number comes from.
        if name.shape == node.shape and size > 1:
            lengths = [length_text(name, k) for k in along if node.shape[k] > 1]
            text = " * ".join(lengths)
            return number(size, f"({text})" if len(lengths) > 1 else text)
    return number(size)


_REDUCTIONS: dict[str, Callable[[Apply, Node], Terms]] = {
    "sum": _each,
    "mean": _share_of_mean,
    "max": _share_of_largest,
    "min": _share_of_largest,
    "var": _share_of_variance,
    "std": _share_of_deviation,
    "norm": _share_of_norm,
    "argmax": _nothing,
    "argmin": _nothing,
}
