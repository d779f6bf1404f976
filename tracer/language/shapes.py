"""Which shape every part of an expression has, by NumPy's own rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import prod

import numpy as np

from tracer.language.build import number
from tracer.language.expression import (
    Apply,
    EquationError,
    Fill,
    Helper,
    Join,
    Known,
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
from tracer.language.known import CONSTANT_ARRAYS
from tracer.language.sizes import ONLY_KNOWN, known_number, known_only
from tracer.language.source import length_text, source

#: The largest array that is written as one that is known beforehand.
MOST_KNOWN = 1_000_000
#: Finds a name's newest version and shape; raises EquationError for an unknown one.
Lookup = Callable[[Name], tuple[int, Shape]]


def shaped(node: Node, lookup: Lookup) -> Node:
    """Return the expression with every part's shape and every name's version filled in.

    Raises EquationError where shapes don't fit.
    """
    return _RULES[type(node)](node, lookup)


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
    return replace(node, arg=arg, shape=_at_most_two(node, shape))


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
    blanks = [np.broadcast_to(np.float64(0), arg.shape) for arg in args]
    try:
        shape = (np.hstack if node.axis else np.vstack)(blanks).shape
    except ValueError:
        raise EquationError(
            "these arrays can't be stacked: " + ", ".join(shape_text(arg.shape) for arg in args),
            node.span,
            "Below each other they need equally many columns, beside each other rows.",
        ) from None
    return replace(node, args=args, shape=shape)


def _join(node: Join, lookup: Lookup) -> Node:
    args = tuple(shaped(arg, lookup) for arg in node.args)
    return _stack(as_stack(replace(node, args=args)), _as_it_is)


def _as_it_is(name: Name) -> tuple[int, Shape]:
    """Find the version and shape that a name has already."""
    return name.version, name.shape


def _reshape(node: Reshape, lookup: Lookup) -> Node:
    arg = shaped(node.arg, lookup)
    if node.like is not None:
        shape = shaped(node.like, lookup).shape
    elif node.sizes:
        shape = _with_the_rest(node, arg, tuple(_size(size, lookup, -1) for size in node.sizes))
    else:
        shape = tuple(size for size in arg.shape if size != 1)
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
    return replace(node, arg=arg, sizes=sizes, like=None, shape=_at_most_two(node, shape))


def _with_the_rest(node: Node, arg: Node, sizes: Shape) -> Shape:
    """Return sizes in which one of -1 stands for what is left."""
    if sizes.count(-1) > 1:
        raise EquationError("only one size can be -1", node.span)
    return tuple(prod(arg.shape) // max(1, -prod(sizes)) if n == -1 else n for n in sizes)


def _beforehand(node: Node, lookup: Lookup) -> float:
    found = known_number(shaped(node, lookup))
    if found is None:
        raise EquationError(
            "a size must be known beforehand",
            node.span,
            "Write a number, len(X) or X.shape[1]: a given number may be changed later.",
        )
    return found


def _size(node: Node, lookup: Lookup, least: int = 1) -> int:
    found = _beforehand(node, lookup)
    if found != int(found) or found < least or found == 0:
        raise EquationError("a size is a whole number from 1", node.span)
    return int(found)


def _known(node: Known, lookup: Lookup) -> Node:
    row = CONSTANT_ARRAYS[node.function]
    if node.function == "arange":
        numbers = [_beforehand(arg, lookup) for arg in node.args]
    else:
        numbers = [float(_size(arg, lookup)) for arg in node.args]
    shape = row.shape(numbers)
    if 0 in shape:
        raise EquationError("this range is empty", node.span)
    if prod(shape) > MOST_KNOWN:
        raise EquationError(f"this has more than {MOST_KNOWN:,} numbers", node.span)
    args = tuple(
        Number(value=value, text=_text_of(shaped(arg, lookup)), span=arg.span, shape=())
        for value, arg in zip(numbers, node.args, strict=True)
    )
    return replace(node, args=args, shape=_at_most_two(node, shape))


def _text_of(size: Node) -> str:
    return source(size) if not isinstance(size, Number) else size.text


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


def _at_most_two(node: Node, shape: Shape) -> Shape:
    if len(shape) > 2:
        raise EquationError("arrays have at most two dimensions here", node.span)
    return shape


_RULES: dict[type[Node], Callable[..., Node]] = {
    Number: _number,
    Name: _name,
    Operation: _operation,
    Apply: _apply,
    Helper: _helper,
    Transpose: _transpose,
    Pick: _pick,
    Put: _put,
    Stack: _stack,
    Join: _join,
    Reshape: _reshape,
    Known: _known,
    Literal: _literal,
    Fill: _fill,
    Length: _length,
}
