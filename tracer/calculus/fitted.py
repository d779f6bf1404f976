"""Gradients of what was broadcast: added up over what an operand was repeated along."""

from __future__ import annotations

from math import prod

from tracer.calculus.algebra import Terms, expression, picked, reduced, shape_of, terms, times
from tracer.language.build import number
from tracer.language.expression import Node, Shape


def column(node: Node) -> Node:
    """Return a vector as a matrix of one column."""
    return picked(node, slice(None), None)


def row(node: Node) -> Node:
    """Return a vector as a matrix of one row."""
    return picked(node, None, slice(None))


def fitted(gradient: Terms, shape: Shape, target: Shape) -> Terms:
    """Return a gradient of something of `shape`, for an operand that broadcasts to it."""
    if shape == target:
        return gradient
    own = shape_of(gradient)
    own = (1,) * (len(shape) - len(own)) + own
    wanted = (1,) * (len(shape) - len(target)) + target
    repeated = [axis for axis in range(len(shape)) if shape[axis] != wanted[axis]]
    count = prod(shape[axis] for axis in repeated if own[axis] == 1)
    gradient = times(gradient, terms(number(count)))
    summed = [axis for axis in repeated if own[axis] != 1]
    node = expression(gradient)
    if len(node.shape) <= len(target) and not summed:
        return gradient
    return terms(_summed(node, target))


def _summed(node: Node, target: Shape) -> Node:
    """Return an array added up to a smaller shape."""
    if node.shape == target:
        return node
    if not target:
        return reduced("sum", node, None, False)
    if len(node.shape) > len(target):
        node = reduced("sum", node, 0, False)
    elif len(node.shape) < len(target):
        node = row(node)
    along = [k for k in range(len(target)) if target[k] == 1 and node.shape[k] != 1]
    if not along:
        return node
    return reduced("sum", node, None if len(along) == len(target) else along[0], True)
