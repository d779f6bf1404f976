"""How a gradient goes back through an operator: a rule each."""

from __future__ import annotations

from collections.abc import Callable

from tracer.calculus.algebra import Terms, call, negated, operation, terms, times, transposed
from tracer.calculus.fitted import column, row
from tracer.calculus.shares import Shares
from tracer.language.build import number
from tracer.language.expression import Name, Node, Number, Operation


def through_operator(
    pullback: Shares, node: Operation, gradient: Terms, whole: Name | None
) -> None:
    """Go back through an operator; a comparison has no slope."""
    if node.operator == "@":
        _product(pullback, node, gradient)
    elif node.operator in _OPERATORS:
        _OPERATORS[node.operator](pullback, node, pullback.split(node, gradient))


def _plus(pullback: Shares, node: Operation, gradient: Terms) -> None:
    for arg in node.args:
        pullback.share(node, arg, gradient)


def _minus(pullback: Shares, node: Operation, gradient: Terms) -> None:
    pullback.share(node, node.args[0], gradient)
    pullback.share(node, node.args[1], negated(gradient))


def _negative(pullback: Shares, node: Operation, gradient: Terms) -> None:
    pullback.share(node, node.args[0], negated(gradient))


def _times(pullback: Shares, node: Operation, gradient: Terms) -> None:
    left, right = node.args
    pullback.share(node, left, times(gradient, pullback.factor(right)))
    pullback.share(node, right, times(gradient, pullback.factor(left)))


def _divided(pullback: Shares, node: Operation, gradient: Terms) -> None:
    left, right = node.args
    divisor = terms(operation("/", number(1), pullback.of(right)))
    pullback.share(node, left, times(gradient, divisor))
    squared = terms(operation("/", pullback.of(left), _power(pullback.of(right), 2)))
    pullback.share(node, right, negated(times(gradient, squared)))


def _to_the_power(pullback: Shares, node: Operation, gradient: Terms) -> None:
    base, exponent = node.args
    if isinstance(exponent, Number) and not exponent.text:
        slope = times(terms(exponent), terms(_power(pullback.of(base), exponent.value - 1)))
    else:
        lower = operation("-", pullback.of(exponent), number(1))
        slope = times(pullback.factor(exponent), terms(operation("**", pullback.of(base), lower)))
    pullback.share(node, base, times(gradient, slope))
    growth = times(terms(pullback.of(node)), terms(call("log", pullback.of(base))))
    pullback.share(node, exponent, times(gradient, growth))


def _product(pullback: Shares, node: Operation, gradient: Terms) -> None:
    left, right = node.args
    g = pullback.full(pullback.split(node, gradient), node)
    a, b = pullback.of(left), pullback.of(right)
    match len(a.shape), len(b.shape):
        case 1, 1:
            to_left, to_right = operation("*", g, b), operation("*", g, a)
        case 1, 2:
            to_left, to_right = operation("@", b, g), operation("*", column(a), row(g))
        case 2, 1:
            to_left = operation("*", column(g), row(b))
            to_right = operation("@", transposed(a), g)
        case _:
            to_left = operation("@", g, transposed(b))
            to_right = operation("@", transposed(a), g)
    if pullback.wanted(left):
        pullback.pull(left, terms(to_left))
    if pullback.wanted(right):
        pullback.pull(right, terms(to_right))


def _power(base: Node, exponent: float) -> Node:
    if exponent == 1:
        return base
    return number(1) if exponent == 0 else operation("**", base, number(exponent))


_OPERATORS: dict[str, Callable[[Shares, Operation, Terms], None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
    "**": _to_the_power,
    "neg": _negative,
}
