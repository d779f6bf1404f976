"""Values → expressions of the language: how each kind of value is written."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from tracer.code.record.graph import HELPER, Value
from tracer.code.values.faults import Refusal

#: Returns what stands for a value inside another: its name, or how it is computed.
Said = Callable[[Value], ast.expr]

_OPERATORS: dict[str, ast.operator] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "/": ast.Div(),
    "**": ast.Pow(),
    "@": ast.MatMult(),
    "//": ast.FloorDiv(),
    "%": ast.Mod(),
}
_COMPARED: dict[str, ast.cmpop] = {
    "<": ast.Lt(),
    "<=": ast.LtE(),
    ">": ast.Gt(),
    ">=": ast.GtE(),
    "==": ast.Eq(),
    "!=": ast.NotEq(),
}
_STACKING = {"concatenate", "vstack", "hstack", "stack", "column_stack", "append", "c_", "r_"}


_ADVICE = {
    "an array of more than two dimensions": "Reshape it to a matrix, or go through its parts in a"
    " loop: arrays of up to two dimensions are read.",
}


def written(value: Value, said: Said) -> ast.expr:
    """Return how a value is computed. Raises Refusal where the language can't say it."""
    try:
        return _RULES.get(value.kind, _unsaid)(value, said)
    except Refusal as refusal:
        # The innermost value is the one that can't be said.
        refusal.line = refusal.line or value.line
        raise


def _unsaid(value: Value, said: Said) -> ast.expr:
    what = f"{value.what} of numbers that the training changes"
    raise Refusal(what, _ADVICE.get(value.what, ""))


def _number(value: Value, said: Said) -> ast.expr:
    return number(value.real)


def number(real: Any) -> ast.expr:
    """Return a number as it is written."""
    plain = real.item() if isinstance(real, np.generic | np.ndarray) else real
    plain = int(plain) if isinstance(plain, int) else float(plain)
    if plain < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-plain))
    return ast.Constant(plain)


def _operation(value: Value, said: Said) -> ast.expr:
    parts = [said(a) for a in value.args]
    if len(parts) == 1:
        return ast.UnaryOp(ast.USub(), parts[0])
    if value.what in _COMPARED:
        return ast.Compare(parts[0], [_COMPARED[value.what]], [parts[1]])
    if value.what not in _OPERATORS:
        raise Refusal(f"'{value.what}' of numbers that the training changes")
    return ast.BinOp(parts[0], _OPERATORS[value.what], parts[1])


def _call(value: Value, said: Said) -> ast.expr:
    parts = [said(a) for a in value.args]
    if value.what == "transpose":
        return ast.Attribute(parts[0], "T", ast.Load())
    if value.what == "reshape":
        return _reshaped(parts[0], value)
    if value.what in _STACKING:
        return _stacked(value, parts)
    if not value.args:
        return _literal(value.real)
    keywords = [
        ast.keyword(key, ast.Constant(what))
        for key, what in value.detail
        if key != HELPER and what is not None and what is not False
    ]
    return called(value.what, parts, keywords)


def called(name: str, parts: list[ast.expr], keywords: list[ast.keyword] | None = None) -> ast.Call:
    """Return a function's call."""
    return ast.Call(ast.Name(name, ast.Load()), parts, keywords or [])


def _pick(value: Value, said: Said) -> ast.expr:
    array, *labels = value.args
    return ast.Subscript(said(array), index(value, labels, said), ast.Load())


def index(value: Value, labels: list[Value], said: Said) -> ast.expr:
    """Return what stands in the brackets of a pick or of an assigned part."""
    rest = iter([_label(value, position, label, said) for position, label in enumerate(labels)])
    items = [next(rest) if i is ... else _item(i) for i in value.detail]
    return items[0] if len(items) == 1 else ast.Tuple(items, ast.Load())


def _label(value: Value, position: int, label: Value, said: Said) -> ast.expr:
    """Return a label: before those of the rows, the rows one after the other are counted."""
    counted = len(label.shape) == 1 and np.array_equal(label.real, np.arange(label.shape[0]))
    if position == 0 and counted and value.detail == (..., ...):
        return called("arange", [number(label.shape[0])])
    return said(label)


def _item(item: Any) -> ast.expr:
    if item is None:
        return ast.Constant(None)
    if isinstance(item, slice):
        return ast.Slice(
            *(None if e is None else number(e) for e in (item.start, item.stop, item.step))
        )
    return number(item)


def _array(value: Value, said: Said) -> ast.expr:
    if len(value.shape) == 2 and any(a.kind != "array" for a in value.args):
        return called("vstack", [ast.List([said(a) for a in value.args], ast.Load())])
    parts = [_array(a, said) if a.kind == "array" and not a.name else said(a) for a in value.args]
    return ast.List(parts, ast.Load())


_RULES: dict[str, Callable[[Value, Said], ast.expr]] = {
    "number": _number,
    "operation": _operation,
    "call": _call,
    "pick": _pick,
    "array": _array,
}


def _literal(real: Any) -> ast.expr:
    if not np.ndim(real):
        return number(real)
    return ast.List([_literal(part) for part in real], ast.Load())


def _at(inner: ast.expr, *items: ast.expr) -> ast.expr:
    index = items[0] if len(items) == 1 else ast.Tuple([*items], ast.Load())
    return ast.Subscript(inner, index, ast.Load())


def _reshaped(inner: ast.expr, value: Value) -> ast.expr:
    """Return a new shape as the language says it: an axis more or less, or `reshape`."""
    before, after = value.args[0].shape, value.shape
    every, none, first = ast.Slice(), ast.Constant(None), ast.Constant(0)
    if len(before) == 1 and after in ((before[0], 1), (1, before[0])):
        return _at(inner, every, none) if after[1] == 1 else _at(inner, none, every)
    if len(before) == 2 and len(after) == 1 and 1 in before:
        return _at(inner, every, first) if before[1] == 1 else _at(inner, first, every)
    if len(before) == 2 and before[::-1] == after and 1 in before:
        return ast.Attribute(inner, "T", ast.Load())
    if not after:
        return _at(inner, *[first] * len(before))
    if not before and after in ((1,), (1, 1)):
        made: ast.expr = ast.List([inner], ast.Load())
        return made if len(after) == 1 else ast.List([made], ast.Load())
    return called("reshape", [inner, ast.Tuple([ast.Constant(n) for n in after], ast.Load())])


def _stacked(value: Value, parts: list[ast.expr]) -> ast.expr:
    """Return arrays put together: below each other or beside each other."""
    axis = dict(value.detail).get("axis")
    beside = {"hstack": True, "column_stack": True, "c_": True}.get(value.what, axis in (1, -1))
    if value.what in {"append", "concatenate", "stack", "r_"} and len(value.shape) == 1:
        beside = True
    elif value.what == "stack":
        beside = False
    if value.what in {"column_stack", "c_"}:
        parts = [
            _at(p, ast.Slice(), ast.Constant(None)) if len(a.shape) == 1 else p
            for p, a in zip(parts, value.args, strict=True)
        ]
    return called("hstack" if beside else "vstack", [ast.List(parts, ast.Load())])
