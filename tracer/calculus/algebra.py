"""Sums of products, kept tidy: what a derivative is while it is being put together.

A gradient is a sum of terms, each a whole-number fraction times factors over factors. Put
together in this form, `1/2 * 2 * E` is `E` and `error / p * (p * (1 - p))` loses its `p`
without any rule for it. A factor may be smaller than the product: it broadcasts, as in NumPy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from tracer.language import build
from tracer.language.build import NOWHERE, number
from tracer.language.expression import (
    Apply,
    Fill,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Reshape,
    Shape,
    Transpose,
    key,
)


@dataclass(frozen=True)
class Term:
    """`coefficient * product of over / product of under`."""

    coefficient: Fraction = Fraction(1)
    over: tuple[Node, ...] = ()
    under: tuple[Node, ...] = ()

    @property
    def shape(self) -> Shape:
        """The shape of the product."""
        return np.broadcast_shapes(*(node.shape for node in (*self.over, *self.under)))


Terms = tuple[Term, ...]
ZERO: Terms = ()
ONE: Terms = (Term(),)


# -- building nodes, with their shapes ---------------------------------------------------


def operation(operator: str, *args: Node) -> Node:
    """Return an operator over operands whose shapes are known."""
    if operator == "@":
        left, right = (arg.shape for arg in args)
        shape: Shape = (*left[:-1], *right[1:])
    else:
        shape = np.broadcast_shapes(*(arg.shape for arg in args))
    return build.operation(operator, *args, shape=shape)


def call(function: str, *args: Node) -> Node:
    """Return an elementwise function of the table."""
    shape = np.broadcast_shapes(*(arg.shape for arg in args))
    return build.applied(function, *args, shape=shape)


def reduced(function: str, node: Node, axis: int | None, keepdims: bool) -> Node:
    """Return a reduction of the table along an axis, or over everything."""
    shape = np.empty(node.shape, np.bool_).sum(axis=axis, keepdims=keepdims).shape
    return Apply(
        function=function, args=(node,), axis=axis, keepdims=keepdims, span=NOWHERE, shape=shape
    )


def transposed(node: Node) -> Node:
    """Return the transpose; twice is the thing itself, and a vector is its own."""
    if isinstance(node, Transpose):
        return node.arg
    if isinstance(node, Operation) and node.operator == "@" and len(node.shape) == 2:
        return operation("@", *(transposed(arg) for arg in reversed(node.args)))
    return (
        node if len(node.shape) < 2 else Transpose(arg=node, span=NOWHERE, shape=node.shape[::-1])
    )


def picked(node: Node, *items: int | slice | None) -> Node:
    """Return an index or a slice."""
    shape = np.broadcast_to(np.float64(0), node.shape)[items].shape
    return Pick(arg=node, items=items, span=NOWHERE, shape=shape)


def reshaped(node: Node, shape: Shape) -> Node:
    """Return the same numbers in another shape."""
    if isinstance(node, Reshape):
        node = node.arg
    if node.shape == shape:
        return node
    if not shape:
        return picked(node, *(0,) * len(node.shape))
    sizes = tuple(map(number, shape))
    return Reshape(arg=node, sizes=sizes, span=NOWHERE, shape=shape)


def filled(like: Node, value: float) -> Node:
    """Return zeros or ones in the shape of something."""
    return Fill(arg=like, value=value, span=NOWHERE, shape=like.shape)


# -- terms -------------------------------------------------------------------------------


def terms(node: Node) -> Terms:
    """Return an expression as a sum of terms; what isn't a sum or a product is one factor."""
    match node:
        case Number(value=value, text="") if (2 * value).is_integer():
            return (Term(Fraction(value)),) if value else ZERO
        case Fill(value=0):
            return ZERO
        case Operation(operator="neg", args=(arg,)):
            return negated(terms(arg))
        case Operation(operator="+", args=(left, right)):
            return added(terms(left), terms(right))
        case Operation(operator="-", args=(left, right)):
            return added(terms(left), negated(terms(right)))
        case Operation(operator="*", args=(left, right)):
            return times(_one(left), _one(right))
        case Operation(operator="/", args=(left, right)):
            below = _one(right)
            return times(_one(left), (_upside_down(below[0]),)) if below else _factor(node)
    return _factor(node)


def _factor(node: Node) -> Terms:
    return (Term(over=(node,)),)


def _one(node: Node) -> Terms:
    """Return a factor's terms; a sum stays together as one factor."""
    found = terms(node)
    return found if len(found) < 2 else _factor(node)


def _upside_down(term: Term) -> Term:
    return Term(1 / term.coefficient, term.under, term.over)


def negated(them: Terms) -> Terms:
    """Return minus a sum."""
    return tuple(replace(term, coefficient=-term.coefficient) for term in them)


def added(*sums: Terms) -> Terms:
    """Return the sum of sums; terms that are alike become one."""
    found: dict[object, Term] = {}
    for term in (term for them in sums for term in them):
        alike = (_keys(term.over), _keys(term.under))
        known = found.get(alike)
        coefficient = term.coefficient + (known.coefficient if known else 0)
        found[alike] = replace(known or term, coefficient=coefficient)
    return tuple(term for term in found.values() if term.coefficient)


def times(left: Terms, right: Terms) -> Terms:
    """Return the product of two sums; a sum of several terms counts as one factor."""
    if not left or not right:
        return ZERO
    a, b = (them[0] if len(them) == 1 else Term(over=(expression(them),)) for them in (left, right))
    over, under = [*a.over, *b.over], [*a.under, *b.under]
    for node in tuple(under):
        same = next((other for other in over if key(other) == key(node)), None)
        if same is not None:
            over.remove(same)
            under.remove(node)
    return (Term(a.coefficient * b.coefficient, tuple(over), tuple(under)),)


def difference(a: Node, b: Node) -> Terms:
    """Return `a - b` as one factor."""
    return (Term(over=(operation("-", a, b),)),)


def _keys(nodes: Iterable[Node]) -> tuple[object, ...]:
    return tuple(sorted((key(node) for node in nodes), key=repr))


def shape_of(them: Terms) -> Shape:
    """Return the shape of a sum."""
    return np.broadcast_shapes(*(term.shape for term in them))


def expression(them: Terms) -> Node:
    """Return a sum of terms as an expression."""
    if not them:
        return number(0)
    # A sum reads better when it doesn't begin with a minus.
    first = next((term for term in them if term.coefficient > 0), them[0])
    ordered = [first, *(term for term in them if term is not first)]
    whole = _product(ordered[0])
    for term in ordered[1:]:
        size = replace(term, coefficient=abs(term.coefficient))
        whole = operation("+" if term.coefficient > 0 else "-", whole, _product(size))
    return whole


def _product(term: Term) -> Node:
    top, bottom = abs(term.coefficient.numerator), term.coefficient.denominator
    # Numbers first, then arrays, as one writes it.
    factors: list[Node] = [number(top)] if top != 1 or not term.over else []
    factors += sorted(term.over, key=lambda node: isinstance(node, Number), reverse=True)
    whole = factors[0]
    if term.coefficient < 0:
        whole, factors = _minus(factors)
    for factor in factors[1:]:
        whole = operation("*", whole, factor)
    for divisor in [*([number(bottom)] if bottom != 1 else []), *term.under]:
        whole = operation("/", whole, divisor)
    return whole


def _minus(factors: list[Node]) -> tuple[Node, list[Node]]:
    """Return the first factor of a negative product, and the factors with it in its place.

    `-2 * (y - p)` is `2 * (p - y)`: a difference is turned round rather than given a minus.
    """
    for place, factor in enumerate(factors):
        if isinstance(factor, Operation) and factor.operator == "-":
            turned = operation("-", *reversed(factor.args))
            factors = [*factors[:place], turned, *factors[place + 1 :]]
            return factors[0], factors
    first = factors[0]
    if isinstance(first, Number) and not first.text:
        return number(-first.value), factors
    return operation("neg", first), factors


def is_plain(them: Terms) -> bool:
    """Say whether a sum is so short that it needs no name: a number, `E`, `-E`, `E.T`."""
    if len(them) != 1:
        return not them
    term = them[0]
    if not term.over:
        return all(isinstance(node, Number) for node in term.under)
    alone = len(term.over) == 1 and not term.under and abs(term.coefficient) == 1
    return alone and isinstance(term.over[0], Name | Number | Fill)


def contains(nodes: Sequence[Node], wanted: Node) -> bool:
    """Say whether a factor is among factors."""
    return any(key(node) == key(wanted) for node in nodes)


def without(nodes: Sequence[Node], unwanted: Node) -> tuple[Node, ...]:
    """Return the factors less one of those that equal `unwanted`."""
    for place, node in enumerate(nodes):
        if key(node) == key(unwanted):
            return (*nodes[:place], *nodes[place + 1 :])
    return tuple(nodes)
