"""Functions that build or reshape arrays: how a call of each becomes a node, a row each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tracer.language.as_written import Join
from tracer.language.build import number
from tracer.language.expression import (
    Constants,
    EquationError,
    Fill,
    Length,
    Node,
    Operation,
    Reshape,
    Span,
    Stack,
    Transpose,
)

#: Reads any part of an expression.
Read = Callable[[Any], Node]


@dataclass(frozen=True)
class ArrayCall:
    """A call as it is written, and what reads its parts."""

    name: str
    args: Sequence[ast.expr]
    keywords: Mapping[str, ast.expr]
    span: Span
    read: Read


@dataclass(frozen=True)
class ArrayMaker:
    """A row of the table: what makes the node of a call, and how many arguments it takes."""

    make: Callable[[ArrayCall], Node]
    arguments: tuple[int, int] = (1, 1)
    keywords: tuple[str, ...] = ()


def _shown(call: ArrayCall) -> Node:
    return replace(call.read(call.args[0]), span=call.span)


def _transposed(call: ArrayCall) -> Node:
    return Transpose(arg=call.read(call.args[0]), span=call.span)


def _length(call: ArrayCall) -> Node:
    return Length(arg=call.read(call.args[0]), axis=0, span=call.span)


def _filled_like(value: float) -> ArrayMaker:
    def make(call: ArrayCall) -> Node:
        return Fill(arg=call.read(call.args[0]), value=value, span=call.span)

    return ArrayMaker(make)


def _stacked(axis: int) -> ArrayMaker:
    def make(call: ArrayCall) -> Node:
        return Stack(args=_listed(call), axis=axis, span=call.span)

    return ArrayMaker(make)


def _joined(call: ArrayCall) -> Node:
    axis = 0
    tree = call.keywords.get("axis", call.args[1] if len(call.args) > 1 else None)
    if tree is not None:
        node = call.read(tree)
        axis = int(getattr(node, "value", 9))
        if axis not in (-2, -1, 0, 1):
            raise EquationError(
                "axis must be 0 (below each other) or 1 (beside each other)", node.span
            )
    return Join(function=call.name, args=_listed(call), axis=axis, span=call.span)


def _listed(call: ArrayCall) -> tuple[Node, ...]:
    arg = call.args[0]
    if not isinstance(arg, ast.List | ast.Tuple) or not arg.elts:
        raise EquationError(
            f"{call.name} takes a list of arrays", call.span, f"Write {call.name}([a, b])."
        )
    return tuple(map(call.read, arg.elts))


def _of_size(value: float | None) -> Callable[[ArrayCall], Node]:
    """Return what makes an array of a shape: of one number, or of the second argument's."""

    def make(call: ArrayCall) -> Node:
        shape = _array_of_shape(call.args[0])
        ones: Node
        if shape is not None:
            ones = Fill(arg=call.read(shape), value=1 if value is None else value, span=call.span)
        else:
            sizes = _sizes(call.args[:1], call.read)
            function = "ones" if value is None or value else "zeros"
            ones = Constants(function=function, args=sizes, span=call.span)
        if value is not None:
            return ones
        return Operation(operator="*", args=(ones, call.read(call.args[1])), span=call.span)

    return make


def _known(call: ArrayCall) -> Node:
    args = tuple(map(call.read, call.args))
    return Constants(function=_KNOWN.get(call.name, call.name), args=args, span=call.span)


def _reshaped(call: ArrayCall) -> Node:
    arg, *rest = call.args
    if not rest:
        raise EquationError(
            f"{call.name} takes an array and its new shape",
            call.span,
            f"Write {call.name}(a, (2, 3)).",
        )
    shape = _array_of_shape(rest[0]) if len(rest) == 1 else None
    like = None if shape is None else call.read(shape)
    sizes = () if shape is not None else _sizes(rest, call.read)
    return Reshape(arg=call.read(arg), sizes=sizes, like=like, span=call.span)


def _raveled(call: ArrayCall) -> Node:
    return Reshape(arg=call.read(call.args[0]), sizes=(number(-1),), span=call.span)


def _squeezed(call: ArrayCall) -> Node:
    return Reshape(arg=call.read(call.args[0]), sizes=(), span=call.span)


def _sizes(args: Sequence[ast.expr], read: Read) -> tuple[Node, ...]:
    """Return the sizes of a shape: `(2, 3)`, `2, 3` or `4`."""
    if len(args) == 1 and isinstance(args[0], ast.Tuple | ast.List):
        args = args[0].elts
    return tuple(map(read, args))


def _array_of_shape(tree: ast.expr) -> ast.expr | None:
    """Return the array whose shape is meant: X in `X.shape`."""
    return tree.value if isinstance(tree, ast.Attribute) and tree.attr == "shape" else None


#: Other names of arrays that are known by their sizes.
_KNOWN = {"identity": "eye"}
#: `c_` and `r_` are written with square brackets.
BRACKETED = ("c_", "r_")

MAKERS: dict[str, ArrayMaker] = {
    "array": ArrayMaker(_shown),
    "asarray": ArrayMaker(_shown),
    "copy": ArrayMaker(_shown),
    "transpose": ArrayMaker(_transposed),
    "zeros_like": _filled_like(0.0),
    "ones_like": _filled_like(1.0),
    "zeros": ArrayMaker(_of_size(0.0)),
    "ones": ArrayMaker(_of_size(1.0)),
    "full": ArrayMaker(_of_size(None), (2, 2)),
    "eye": ArrayMaker(_known, (1, 2)),
    "identity": ArrayMaker(_known),
    "arange": ArrayMaker(_known, (1, 3)),
    "reshape": ArrayMaker(_reshaped, (1, 3)),
    "ravel": ArrayMaker(_raveled),
    "flatten": ArrayMaker(_raveled),
    "squeeze": ArrayMaker(_squeezed),
    "vstack": _stacked(0),
    "hstack": _stacked(1),
    "concatenate": ArrayMaker(_joined, (1, 2), ("axis",)),
    "column_stack": ArrayMaker(_joined),
    "len": ArrayMaker(_length),
}
#: Those of which `dtype=float` says nothing new.
TYPED = ("array", "asarray", "zeros", "ones", "full", "eye", "identity", "arange", "zeros_like")
