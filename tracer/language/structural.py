"""Functions that build or reshape arrays: how a call of each becomes a node, a row each."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tracer.language.expression import EquationError, Fill, Length, Node, Span, Stack, Transpose

#: Reads any part of an expression.
Read = Callable[[Any], Node]
#: Makes the node of a call from its name, its only argument and where it stands.
Maker = Callable[[str, ast.expr, Read, Span], Node]


def _shown(written: str, arg: ast.expr, read: Read, span: Span) -> Node:
    return replace(read(arg), span=span)


def _transposed(written: str, arg: ast.expr, read: Read, span: Span) -> Node:
    return Transpose(arg=read(arg), span=span)


def _length(written: str, arg: ast.expr, read: Read, span: Span) -> Node:
    return Length(arg=read(arg), axis=0, span=span)


def _filled(value: float) -> Maker:
    def make(written: str, arg: ast.expr, read: Read, span: Span) -> Node:
        return Fill(arg=read(arg), value=value, span=span)

    return make


def _stacked(axis: int) -> Maker:
    def make(written: str, arg: ast.expr, read: Read, span: Span) -> Node:
        if not isinstance(arg, ast.List | ast.Tuple) or not arg.elts:
            raise EquationError(
                f"{written} takes a list of arrays", span, f"Write {written}([a, b])."
            )
        return Stack(args=tuple(map(read, arg.elts)), axis=axis, span=span)

    return make


MAKERS: dict[str, Maker] = {
    "array": _shown,
    "transpose": _transposed,
    "zeros_like": _filled(0.0),
    "ones_like": _filled(1.0),
    "vstack": _stacked(0),
    "hstack": _stacked(1),
    "len": _length,
}
