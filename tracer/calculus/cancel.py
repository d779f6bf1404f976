"""Where the slope of an activation and that of a cross-entropy cancel: prediction minus target."""

from __future__ import annotations

from collections.abc import Callable

from tracer.calculus.algebra import (
    ZERO,
    Term,
    Terms,
    added,
    contains,
    difference,
    negated,
    operation,
    times,
    without,
)
from tracer.language.build import number
from tracer.language.expression import Node


def sigmoid_with_cross_entropy(a: Node, gradient: Terms) -> Terms:
    """Return the delta in front of a sigmoid `a`, if its loss is a cross-entropy, else nothing.

    The gradient of `-u * (y * log(a) + (1 - y) * log(1 - a))` with respect to a is
    `-u * y / a + u * (1 - y) / (1 - a)`; times a (1 - a) that is u (a - y).
    """
    if len(gradient) != 2:
        return ZERO
    rest = operation("-", number(1), a)
    for one, other in (gradient, gradient[::-1]):
        if not contains(one.under, a) or not contains(other.under, rest):
            continue
        for y in one.over:
            left = operation("-", number(1), y)
            if not contains(other.over, left):
                continue
            scale = Term(-one.coefficient, without(one.over, y), without(one.under, a))
            partner = Term(other.coefficient, without(other.over, left), without(other.under, rest))
            if not added((scale,), negated((partner,))):
                return times((scale,), difference(a, y))
    return ZERO


def softmax_with_cross_entropy(
    p: Node, axis: int, gradient: Terms, adds_up_to_one: Callable[[Node, int], bool]
) -> Terms:
    """Return the delta in front of a softmax `p`, if its loss is a cross-entropy, else nothing.

    The gradient of `-u * sum(y * log(p))` with respect to p is `-u * y / p`; through the
    softmax that is u (p - y), where each sample's y add up to 1.
    """
    if len(gradient) != 1 or not contains(gradient[0].under, p):
        return ZERO
    term = gradient[0]
    for y in term.over:
        scale = Term(-term.coefficient, without(term.over, y), without(term.under, p))
        shape = (1,) * (len(p.shape) - len(scale.shape)) + scale.shape
        if shape[axis] == 1 and y.shape == p.shape and adds_up_to_one(y, axis):
            return times((scale,), difference(p, y))
    return ZERO
