"""Which shape every part of an expression has, by NumPy's own rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod

import numpy as np

from tracer import limits
from tracer.language.as_written import ByLabel, Join, OwnSum, PutAt
from tracer.language.expression import (
    Apply,
    Constants,
    EquationError,
    Fill,
    Helper,
    Hits,
    Labelled,
    Length,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Reshape,
    Shape,
    Stack,
    Transpose,
    shape_text,
)
from tracer.language.functions import PRIMITIVES
from tracer.language.joining import as_stack
from tracer.language.labels import chosen_places, picked_by_label
from tracer.language.sizes import ONLY_KNOWN, at_most_two, known_array, known_only, reshaped
from tracer.language.source import length_text

#: Finds a name's newest version and shape; raises EquationError for an unknown one.
Lookup = Callable[[Name], tuple[int, Shape]]


def shaped(node: Node, lookup: Lookup) -> Node:
    """Return the expression with every part's shape and every name's version filled in.

    Raises EquationError where shapes don't fit.
    """
    found: Node = _RULES[type(node)](node, lookup)
    if prod(found.shape) > limits.NUMBERS.most:
        raise EquationError(
            f"the result would have {prod(found.shape):,} elements, and at most"
            f" {limits.NUMBERS.most:,} are computed",
            node.span,
        )
    return found


def _number(node: Number, lookup: Lookup) -> Node:
    return replace(node, shape=())


def _name(node: Name, lookup: Lookup) -> Node:
    version, shape = lookup(node)
    return replace(node, version=version, shape=shape)


def _operation(node: Operation, lookup: Lookup) -> Node:
    args = tuple(shaped(arg, lookup) for arg in node.args)
    if node.operator in ONLY_KNOWN:
        return known_only(replace(node, args=args))
    if node.operator == "@":
        shape = _product_shape(node, args[0], args[1])
    else:
        shape = _broadcast(node, args)
    return replace(node, args=args, shape=shape)


def _apply(node: Apply, lookup: Lookup) -> Node:
    args = tuple(shaped(arg, lookup) for arg in node.args)
    if PRIMITIVES[node.function].kind == "elementwise":
        return replace(node, args=args, shape=_broadcast(node, args))
    shape = args[0].shape
    if node.axis is None:
        kept: Shape = (1,) * len(shape) if node.keepdims else ()
        return replace(node, args=args, shape=kept)
    if not -len(shape) <= node.axis < len(shape):
        raise EquationError(
            f"{node.function} has no axis {node.axis} to work along:"
            f" its argument is a {shape_text(shape)}",
            node.span,
            "Leave axis out.",
        )
    axis = node.axis % len(shape)
    middle: Shape = (1,) if node.keepdims else ()
    return replace(node, args=args, axis=axis, shape=(*shape[:axis], *middle, *shape[axis + 1 :]))


def _helper(node: Helper, lookup: Lookup) -> Node:
    body = shaped(node.body, lookup)
    args = tuple(shaped(arg, lookup) for arg in node.args)
    axis = None if node.axis is None else node.axis % len(body.shape)
    return replace(node, args=args, body=body, axis=axis, shape=body.shape)


def _transpose(node: Transpose, lookup: Lookup) -> Node:
    arg = shaped(node.arg, lookup)
    return replace(node, arg=arg, shape=arg.shape[::-1])


def _pick(node: Pick, lookup: Lookup) -> Node:
    arg = shaped(node.arg, lookup)
    try:
        shape = np.broadcast_to(np.float64(0), arg.shape)[node.items].shape
    except IndexError:
        raise EquationError(
            f"this index is outside a {shape_text(arg.shape)}",
            node.span,
            "Indices count from 0.",
        ) from None
    if 0 in shape:
        raise EquationError(f"this slice of a {shape_text(arg.shape)} is empty", node.span)
    return replace(node, arg=arg, shape=at_most_two(node, shape))


def _put(node: Put, lookup: Lookup) -> Node:
    arg, value = shaped(node.arg, lookup), shaped(node.value, lookup)
    part = _pick(Pick(arg=node.arg, items=node.items, span=node.span), lookup).shape
    while len(value.shape) > len(part) and value.shape[0] == 1:
        # NumPy leaves out the ones in front here.
        value = _pick(Pick(arg=value, items=(0,), span=value.span), _as_it_is)
    if value.shape != part and not _spreads(value.shape, part):
        raise EquationError(
            f"the part is a {shape_text(part)}, and what is assigned to it a"
            f" {shape_text(value.shape)}",
            node.value.span,
            "What is assigned must have the part's sizes, or be 1 there.",
        )
    return replace(node, arg=arg, value=value, shape=arg.shape)


def _spreads(shape: Shape, target: Shape) -> bool:
    """Say whether an array broadcasts to just a shape."""
    pairs = zip(reversed(shape), reversed(target), strict=False)
    return len(shape) <= len(target) and all(a in (1, b) for a, b in pairs)


def _stack(node: Stack, lookup: Lookup) -> Node:
    args = tuple(shaped(arg, lookup) for arg in node.args)
    shape = _stacked([arg.shape for arg in args], node.axis)
    if shape is None:
        raise EquationError(
            "these arrays can't be stacked: " + ", ".join(shape_text(arg.shape) for arg in args),
            node.span,
            "Below each other they need equally many columns, beside each other rows.",
        )
    return replace(node, args=args, shape=shape)


def _stacked(shapes: Sequence[Shape], axis: int) -> Shape | None:
    """Return the shape of arrays below (0) or beside (1) each other; None where they don't fit.

    As `np.vstack` and `np.hstack` do it, without an array of that size.
    """
    least = (1,) if axis else (1, 1)
    filled = [(*least[len(shape) :], *shape) for shape in shapes]
    along = 0 if len(filled[0]) == 1 else axis
    others = {(len(shape), *shape[:along], *shape[along + 1 :]) for shape in filled}
    if len(others) > 1:
        return None
    return (*filled[0][:along], sum(s[along] for s in filled), *filled[0][along + 1 :])


def _join(node: Join, lookup: Lookup) -> Node:
    args = tuple(shaped(arg, lookup) for arg in node.args)
    return _stack(as_stack(replace(node, args=args)), _as_it_is)


def _as_it_is(name: Name) -> tuple[int, Shape]:
    """Find the version and shape that a name has already."""
    return name.version, name.shape


def _by_label(node: ByLabel, lookup: Lookup) -> Node:
    return shaped(picked_by_label(_parts_shaped(node, lookup)), _as_it_is)


def _put_at(node: PutAt, lookup: Lookup) -> Node:
    at = node.at
    at = _parts_shaped(at, lookup) if isinstance(at, ByLabel) else shaped(at, lookup)
    arg, value = shaped(node.arg, lookup), shaped(node.value, lookup)
    return shaped(chosen_places(replace(node, arg=arg, at=at, value=value)), _as_it_is)


def _parts_shaped(node: ByLabel, lookup: Lookup) -> ByLabel:
    counted = None if node.counted is None else shaped(node.counted, lookup)
    arg, labels = shaped(node.arg, lookup), shaped(node.labels, lookup)
    return replace(node, arg=arg, labels=labels, counted=counted)


def _own_sum(node: OwnSum, lookup: Lookup) -> Node:
    found = shaped(node.arg, lookup)
    assert isinstance(found, Apply)
    if len(found.args[0].shape) == 2 and found.args[0].shape[1] > 1:
        raise EquationError(
            "inside another sum, max or min this means two things: Python's own sum adds up a"
            " matrix's rows, np.sum all its numbers",
            node.span,
            "Write np.sum(a) for one number, or sum(a, axis=0) for one of each column.",
        )
    return found


def _reshape(node: Reshape, lookup: Lookup) -> Node:
    sizes = tuple(shaped(size, lookup) for size in node.sizes)
    like = None if node.like is None else shaped(node.like, lookup)
    return reshaped(replace(node, arg=shaped(node.arg, lookup), sizes=sizes, like=like))


def _known(node: Constants, lookup: Lookup) -> Node:
    return known_array(replace(node, args=tuple(shaped(arg, lookup) for arg in node.args)))


def _literal(node: Literal, lookup: Lookup) -> Node:
    rows = tuple(tuple(shaped(part, lookup) for part in row) for row in node.rows)
    for part in (part for row in rows for part in row):
        if part.shape != ():
            raise EquationError(
                f"an array is written out of numbers, and this is a {shape_text(part.shape)}",
                part.span,
                "Use vstack([a, b]) or hstack([a, b]).",
            )
    shape = (len(rows[0]),) if node.vector else (len(rows), len(rows[0]))
    return replace(node, rows=rows, shape=shape)


def _fill(node: Fill, lookup: Lookup) -> Node:
    arg = shaped(node.arg, lookup)
    return replace(node, arg=arg, shape=arg.shape)


def _length(node: Length, lookup: Lookup) -> Node:
    arg = shaped(node.arg, lookup)
    if not -len(arg.shape) <= node.axis < len(arg.shape):
        raise EquationError(f"a {shape_text(arg.shape)} has no size number {node.axis}", node.span)
    size = float(arg.shape[node.axis])
    return Number(value=size, span=node.span, shape=(), text=length_text(arg, node.axis))


def _broadcast(node: Node, args: tuple[Node, ...]) -> Shape:
    try:
        return np.broadcast_shapes(*(arg.shape for arg in args))
    except ValueError:
        what = " and ".join(shape_text(arg.shape) for arg in args)
        hint = "Element by element, sizes must be equal or 1."
        if isinstance(node, Operation) and node.operator == "*" and _fits(args[0], args[1]):
            hint += " For the matrix product write @."
        elif len(args) == 2 and args[0].shape == args[1].shape[::-1]:
            hint += " Transposing one of them (.T) would make them fit."
        raise EquationError(f"the shapes don't fit: {what}", node.span, hint) from None


def _fits(left: Node, right: Node) -> bool:
    return bool(left.shape and right.shape) and left.shape[-1] == right.shape[0]


def _product_shape(node: Node, left: Node, right: Node) -> Shape:
    a, b = left.shape, right.shape
    if not a or not b:
        raise EquationError(
            f"@ needs two arrays, and this multiplies {shape_text(a)} by {shape_text(b)}",
            node.span,
            "Write * to multiply by a number.",
        )
    if a[-1] != b[0]:
        hints = ["The left one's columns must be as many as the right one's rows."]
        if a[-1] == b[-1] and len(b) == 2:
            hints.append("Transposing the right one (.T) would make them fit.")
        elif a[0] == b[0] and len(a) == 2:
            hints.append("Transposing the left one (.T) would make them fit.")
        raise EquationError(
            f"the inner sizes don't fit: {shape_text(a)} @ {shape_text(b)}",
            node.span,
            " ".join(hints),
        )
    return (*a[:-1], *b[1:])


_RULES: dict[type[Node], Callable[..., Node]] = {
    Number: _number,
    Name: _name,
    Operation: _operation,
    Apply: _apply,
    Helper: _helper,
    Hits: _helper,
    Labelled: _helper,
    ByLabel: _by_label,
    PutAt: _put_at,
    OwnSum: _own_sum,
    Transpose: _transpose,
    Pick: _pick,
    Put: _put,
    Stack: _stack,
    Join: _join,
    Reshape: _reshape,
    Constants: _known,
    Literal: _literal,
    Fill: _fill,
    Length: _length,
}
