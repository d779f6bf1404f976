"""Arrays put together as NumPy's functions do it: each becomes a stack, once shapes are known."""

from __future__ import annotations

from collections.abc import Callable

from tracer.language.as_written import Join
from tracer.language.expression import EquationError, Item, Node, Pick, Stack, shape_text

ALL = slice(None)


def as_stack(node: Join) -> Stack:
    """Return the stack that a call means; its arrays have their shapes. Raises EquationError."""
    return _JOINS[node.function](node)


def _concatenate(node: Join) -> Stack:
    dimensions = {len(arg.shape) for arg in node.args}
    if len(dimensions) > 1 or dimensions == {0}:
        raise _unlike(node, "Write hstack or vstack, or give a vector a new axis: v[:, None].")
    (count,) = dimensions
    if not -count <= node.axis < count:
        raise EquationError(
            f"{node.function} has no axis {node.axis} to work along:"
            f" it joins arrays of {count} dimension{'s' * (count > 1)}",
            node.span,
            "Leave axis out.",
        )
    return _stack(node, node.args, node.axis % count if count > 1 else 1)


def _below_or_behind(node: Join) -> Stack:
    matrices = [len(arg.shape) == 2 for arg in node.args]
    if any(matrices) and not all(matrices):
        raise _unlike(node, "Write vstack, or give a vector a new axis: v[None, :].")
    return _stack(node, node.args, 0 if all(matrices) else 1)


def _columns(node: Join) -> Stack:
    return _stack(node, tuple(map(_as_columns, node.args)), 1)


def _as_columns(arg: Node) -> Node:
    """Return a vector as a matrix of one column, a number as one of one number."""
    items: tuple[Item, ...] = ((None, None), (ALL, None), ())[len(arg.shape)]
    shape = (*arg.shape, 1) if arg.shape else (1, 1)
    return Pick(arg=arg, items=items, span=arg.span, shape=shape) if items else arg


def _stack(node: Join, args: tuple[Node, ...], axis: int) -> Stack:
    return Stack(args=args, axis=axis, span=node.span)


def _unlike(node: Join, hint: str) -> EquationError:
    listed = ", ".join(shape_text(arg.shape) for arg in node.args)
    return EquationError(f"{node.function} can't join these arrays: {listed}", node.span, hint)


_JOINS: dict[str, Callable[[Join], Stack]] = {
    "concatenate": _concatenate,
    "column_stack": _columns,
    "c_": _columns,
    "r_": _below_or_behind,
}
