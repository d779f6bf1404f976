"""Which parts of an expression are whole numbers whatever happens: they need no reach.

Counts, labels, answers of comparisons: programs and people alike compare these as they are, and
so does a short formula. Only small numbers: far below those whose distance a reach could bridge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from tracer.language.build import number, operation
from tracer.language.expression import (
    ARRANGED,
    Apply,
    Constants,
    Fill,
    Helper,
    Hits,
    Labelled,
    Name,
    Node,
    Number,
    Operation,
    map_parts,
    parts,
)
from tracer.language.functions import Array
from tracer.language.labels import is_truth
from tracer.language.nearly import SMALLEST_WRITTEN
from tracer.language.operators import is_comparison

#: Larger ones, added up, could lie so far apart that a reach bridges 1.
LARGEST_WHOLE = 1e6
IsWhole = Callable[[Name], bool]
#: Whole where all of their arguments are.
_KEEPING = ("maximum", "minimum", "max", "min", "abs")
_WHOLE = ("argmax", "argmin", "sign")


def whole_ones(arrays: Mapping[str, Array]) -> tuple[str, ...]:
    """Return which arrays hold nothing but small whole numbers: labels, classes, counts."""
    return tuple(
        name
        for name, array in arrays.items()
        if np.all((np.floor(array) == array) & (np.abs(array) <= LARGEST_WHOLE))
    )


def is_whole(node: Node, whole: IsWhole) -> bool:
    """Say whether a shaped expression can only be whole numbers; `whole` says it of names."""

    def every(*nodes: Node) -> bool:
        return all(is_whole(part, whole) for part in nodes)

    match node:
        case Number(value=value) | Fill(value=value):
            return value.is_integer() and abs(value) <= LARGEST_WHOLE
        case Name():
            return whole(node)
        case Hits():
            return True
        case Constants():
            return all(map(float.is_integer, node.numbers))
        case Operation(operator=sign, args=args):
            kept = sign in ("+", "-", "neg") or (sign == "*" and any(map(is_truth, args)))
            return is_comparison(sign) or (kept and every(*args))
        case Apply(function="where", args=(_, yes, no)):
            return every(yes, no)
        case Apply(function=function, args=args):
            return function in _WHOLE or (function in _KEEPING and every(*args))
        case Labelled(args=(table, _)):
            return every(table)
        case Helper(body=body):
            return every(body)
    return isinstance(node, ARRANGED) and every(*parts(node))


def told_whole(node: Node, whole: IsWhole) -> Node:
    """Return a shaped expression in which comparisons of whole numbers know that they are such.

    So do those with a number that is a bound of its own. A condition that is a number is told
    from 0 as everything is.
    """
    if isinstance(node, Hits):
        return node
    node = map_parts(node, lambda part: told_whole(part, whole))
    match node:
        case Operation(operator=sign, args=args) if is_comparison(sign):
            exact = any(map(is_bound, args)) or all(is_whole(arg, whole) for arg in args)
            return replace(node, exact=exact)
        case Apply(function="where", args=(condition, *branches)) if not is_whole(condition, whole):
            told = operation("!=", condition, number(0), shape=condition.shape)
            return replace(node, args=(replace(told, span=condition.span), *branches))
    return node


def is_bound(node: Node) -> bool:
    """Say whether a number that an equation is written with is so small that it is a bound."""
    return isinstance(node, Number) and 0 < abs(node.value) < SMALLEST_WRITTEN
