"""What rounding of its operands can cause in a result: a bound, from the equation itself.

The bound is an element like the result's own, over the same cells and over how much each of
them may be rounded. So NumPy computes it, and a spreadsheet's formula says the same. For sums
and products it is the interval that the operands' intervals give; for functions the two ends
of theirs. (Moore 1966, Interval Analysis, in the form of a number and its radius.)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.operators import is_comparison
from tracer.practice.marking.sparing import spared_value

#: A bound over more operations than this is not looked for: a sheet could hardly hold it.
MOST_OPERATIONS = 400
#: Nor one that is nested deeper.
DEEPEST = 24
Rough = Callable[[Leaf], float]


@dataclass(frozen=True, slots=True)
class Roundness(Leaf):
    """How far a cell's number may be from what was calculated before it was rounded."""


def rounding(tree: Element, rounded: Callable[[Leaf], bool]) -> Element | None:
    """Return the bound for a result of which some cells may be `rounded`; None where none are.

    None, too, where the bound would be too long.
    """
    found = _bound(tree, rounded)
    if found is None or _operations(found) > MOST_OPERATIONS or _depth(found) > DEEPEST:
        return None
    return found


def spread(tree: Element | None, of: Rough, rough: Rough) -> float:
    """Return a bound's value; infinite where rounding decides everything, so tells nothing."""
    if tree is None:
        return 0.0

    def either(cell: Leaf) -> float:
        return rough(cell) if isinstance(cell, Roundness) else of(cell)

    found = spared_value(tree, either)
    return found if np.isfinite(found) else np.inf


def _bound(tree: Element, rounded: Callable[[Leaf], bool]) -> Element | None:
    match tree:
        case Leaf(leaf=leaf, index=index, name=name, origin=origin) if rounded(tree):
            return Roundness(leaf, index, name, origin)
        case Compute(function=function, args=args):
            return _computed(function, args, tuple(_bound(arg, rounded) for arg in args))
        case Reduce(function=function, terms=terms):
            found = [_bound(term, rounded) for term in terms]
            return _reduced(function, terms, tuple(one for one in found if one is not None))
    return None


def _computed(
    function: str, args: tuple[Element, ...], bounds: tuple[Element | None, ...]
) -> Element | None:
    if is_comparison(function) or not any(bounds):
        return None
    if function == "*":
        return _product(args, bounds)
    if function == "**" and args[1] == Constant(2.0):
        return _product((args[0], args[0]), (bounds[0], bounds[0]))
    if function == "/":
        return _quotient(args, bounds)
    if function in ("+", "-", "neg", "maximum", "minimum"):
        return _sum(bounds)
    if function == "where":
        return _sum(bounds[1:])
    return _ends(function, args, bounds)


def _sum(bounds: tuple[Element | None, ...]) -> Element | None:
    some = tuple(one for one in bounds if one is not None)
    if not some:
        return None
    return some[0] if len(some) == 1 else Reduce("sum", some)


def _product(args: tuple[Element, ...], bounds: tuple[Element | None, ...]) -> Element | None:
    (left, right), (one, other) = args, bounds
    parts: list[Element | None] = []
    if other is not None:
        parts.append(Compute("*", (_size(left), other)))
    if one is not None:
        parts.append(Compute("*", (_size(right), one)))
    if one is not None and other is not None:
        parts.append(Compute("*", (one, other)))
    return _sum(tuple(parts))


def _quotient(args: tuple[Element, ...], bounds: tuple[Element | None, ...]) -> Element | None:
    """Bound a / b: (Δa + |a / b| Δb) / (|b| − Δb), where b keeps away from 0."""
    below, (one, other) = _size(args[1]), bounds
    if other is None:
        return None if one is None else Compute("/", (one, below))
    share = Compute("*", (_size(Compute("/", args)), other))
    away = Compute("maximum", (Constant(0.0), Compute("-", (below, other))))
    above = share if one is None else Compute("+", (one, share))
    return Compute("/", (above, away))


def _ends(
    function: str, args: tuple[Element, ...], bounds: tuple[Element | None, ...]
) -> Element | None:
    """Bound a function by how far it is at the two ends of its argument's interval."""
    inside, bound = args[0], bounds[0]
    if bound is None:
        return None
    here = Compute(function, args)
    ends = []
    for sign in ("+", "-"):
        moved = Compute(function, (Compute(sign, (inside, bound)), *args[1:]))
        ends.append(_size(Compute("-", (moved, here))))
    return Compute("maximum", (ends[0], ends[1]))


def _reduced(
    function: str, terms: tuple[Element, ...], bounds: tuple[Element, ...]
) -> Element | None:
    if not bounds:
        return None
    if function == "sum":
        return _sum(bounds)
    if function == "mean":
        total = _sum(bounds)
        return None if total is None else Compute("/", (total, Constant(float(len(terms)))))
    largest = bounds[0] if len(bounds) == 1 else Reduce("max", bounds)
    if function in ("max", "min"):
        return largest
    # Of a variance: every deviation from the mean is at most the range, and moves by 2 Δ.
    across = Compute("-", (Reduce("max", terms), Reduce("min", terms)))
    twice = Compute("*", (Constant(2.0), largest))
    return Compute("*", (twice, Compute("+", (Compute("*", (Constant(2.0), across)), twice))))


def _size(tree: Element) -> Element:
    if isinstance(tree, Constant):
        return Constant(abs(tree.value))
    return Compute("abs", (tree,))


def _operations(tree: Element) -> int:
    return 1 + sum(map(_operations, _parts(tree)))


def _depth(tree: Element) -> int:
    return 1 + max(map(_depth, _parts(tree)), default=0)


def _parts(tree: Element) -> tuple[Element, ...]:
    match tree:
        case Compute(args=args):
            return args
        case Reduce(terms=terms):
            return terms
    return ()
