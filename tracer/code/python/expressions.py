"""Expressions of a program, made ready to be evaluated."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import Any

from tracer.code.python.calling import call
from tracer.code.python.comprehensions import COMPREHENSIONS
from tracer.code.python.scope import Surroundings, find, unread
from tracer.code.python.subscripts import index_of, subscript
from tracer.code.values.frames import Eval, Frame
from tracer.code.values.objects import MISSING
from tracer.code.world.attributes import attribute
from tracer.code.world.builtins import BUILTINS
from tracer.code.world.operators import check_format
from tracer.code.world.truth import compare, truth

SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.MatMult: "@",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.USub: "-",
    ast.UAdd: "+",
    ast.Invert: "~",
    ast.Not: "not",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def expression(scope: Surroundings, node: ast.expr) -> Eval:
    """Return an expression, ready to be evaluated. Raises CodeError for what can't be read."""
    rule = _RULES.get(type(node))
    if rule is None:
        return unread(_WORDS.get(type(node), type(node).__name__))
    return rule(scope, node)


_WORDS: dict[type[ast.AST], str] = {
    ast.Await: "'await'",
    ast.Yield: "'yield'",
    ast.YieldFrom: "'yield from'",
}


def _constant(scope: Surroundings, node: ast.Constant) -> Eval:
    value = node.value
    if isinstance(value, complex):
        return unread("a complex number")
    if isinstance(value, str) and value.isidentifier():
        # Such texts are one and the same to `is`.
        value = sys.intern(value)
    return lambda frame: value


def _name(scope: Surroundings, node: ast.Name) -> Eval:
    name = scope.mangled(node.id)
    if scope.local is not None and name in scope.local:

        def local(frame: Frame) -> object:
            value = frame.names.get(name, MISSING)
            if value is MISSING:
                raise UnboundLocalError(f"'{name}' has no value yet in this function")
            return value

        return local
    return lambda frame: find(frame, name, BUILTINS)


def _attribute(scope: Surroundings, node: ast.Attribute) -> Eval:
    value, name = scope.expression(scope, node.value), scope.mangled(node.attr)
    return lambda frame: attribute(frame.machine, value(frame), name)


def _subscript(scope: Surroundings, node: ast.Subscript) -> Eval:
    value, index = scope.expression(scope, node.value), index_of(scope, node.slice)
    return lambda frame: subscript(frame.machine, value(frame), index(frame))


def _binary(scope: Surroundings, node: ast.BinOp) -> Eval:
    left, right = scope.expression(scope, node.left), scope.expression(scope, node.right)
    sign = SIGNS[type(node.op)]
    old = scope.text.old and sign == "/"

    def evaluate(frame: Frame) -> object:
        a, b = left(frame), right(frame)
        return frame.machine.operate(sign, a, b, old=old)

    return evaluate


def _unary(scope: Surroundings, node: ast.UnaryOp) -> Eval:
    operand = scope.expression(scope, node.operand)
    sign = SIGNS[type(node.op)]
    if sign == "not":
        return lambda frame: not truth(frame.machine, operand(frame))
    return lambda frame: frame.machine.unary(sign, operand(frame))


def _boolean(scope: Surroundings, node: ast.BoolOp) -> Eval:
    values = [scope.expression(scope, v) for v in node.values]
    wanted = isinstance(node.op, ast.Or)

    def evaluate(frame: Frame) -> object:
        value: object = None
        for part in values:
            value = part(frame)
            if truth(frame.machine, value) is wanted:
                return value
        return value

    return evaluate


def _compare(scope: Surroundings, node: ast.Compare) -> Eval:
    first = scope.expression(scope, node.left)
    rest = [
        (SIGNS[type(op)], scope.expression(scope, right))
        for op, right in zip(node.ops, node.comparators, strict=True)
    ]
    if len(rest) == 1:
        sign, right = rest[0]
        return lambda frame: compare(frame.machine, sign, first(frame), right(frame))

    def evaluate(frame: Frame) -> object:
        left, result = first(frame), None
        for sign, part in rest:
            value = part(frame)
            result = compare(frame.machine, sign, left, value)
            if not truth(frame.machine, result):
                return result
            left = value
        return result

    return evaluate


def _choice(scope: Surroundings, node: ast.IfExp) -> Eval:
    test = scope.expression(scope, node.test)
    body, other = scope.expression(scope, node.body), scope.expression(scope, node.orelse)

    def evaluate(frame: Frame) -> object:
        return (body if truth(frame.machine, test(frame)) else other)(frame)

    return evaluate


def _items(scope: Surroundings, nodes: list[ast.expr]) -> Callable[[Frame], list[object]]:
    parts = [
        (
            isinstance(n, ast.Starred),
            scope.expression(scope, getattr(n, "value", n) if isinstance(n, ast.Starred) else n),
        )
        for n in nodes
    ]
    if not any(starred for starred, _ in parts):
        plain = [part for _, part in parts]
        return lambda frame: [part(frame) for part in plain]

    def evaluate(frame: Frame) -> list[object]:
        found: list[object] = []
        for starred, part in parts:
            if starred:
                found.extend(frame.machine.iterate(part(frame)))
            else:
                found.append(part(frame))
        return found

    return evaluate


def _list(scope: Surroundings, node: ast.List) -> Eval:
    return _items(scope, node.elts)


def _tuple(scope: Surroundings, node: ast.Tuple) -> Eval:
    items = _items(scope, node.elts)
    return lambda frame: tuple(items(frame))


def _set(scope: Surroundings, node: ast.Set) -> Eval:
    items = _items(scope, node.elts)
    return lambda frame: set(items(frame))


def _dict(scope: Surroundings, node: ast.Dict) -> Eval:
    pairs = [
        (None if key is None else scope.expression(scope, key), scope.expression(scope, value))
        for key, value in zip(node.keys, node.values, strict=True)
    ]

    def evaluate(frame: Frame) -> object:
        found: dict[Any, object] = {}
        for key, value in pairs:
            if key is None:
                found.update(_a_dictionary(value(frame)))
            else:
                found[key(frame)] = value(frame)
        return found

    return evaluate


def _a_dictionary(value: object) -> dict[Any, object]:
    if not isinstance(value, dict):
        raise TypeError("after ** stands a dictionary")
    return value


def _lambda(scope: Surroundings, node: ast.Lambda) -> Eval:
    from tracer.code.python.functions import lambda_function

    return lambda_function(scope, node)


def _joined(scope: Surroundings, node: ast.JoinedStr) -> Eval:
    parts = [scope.expression(scope, value) for value in node.values]
    return lambda frame: "".join(str(part(frame)) for part in parts)


def _formatted(scope: Surroundings, node: ast.FormattedValue) -> Eval:
    value = scope.expression(scope, node.value)
    form = None if node.format_spec is None else scope.expression(scope, node.format_spec)
    how = {-1: None, 114: repr, 115: str, 97: ascii}[node.conversion]

    def evaluate(frame: Frame) -> object:
        shown = value(frame)
        frame.machine.followed("builtins.print", (shown,), {}, None)
        text = str(form(frame)) if form else ""
        check_format(text)
        converted = shown if how is None else how(shown)
        try:
            return format(converted, text)
        except (TypeError, ValueError):
            # What is printed is left out anyway.
            return str(converted)

    return evaluate


def _walrus(scope: Surroundings, node: ast.NamedExpr) -> Eval:
    from tracer.code.python.targets import target

    value, put = scope.expression(scope, node.value), target(scope, node.target)

    def evaluate(frame: Frame) -> object:
        found = value(frame)
        put(frame, found)
        return found

    return evaluate


def _starred(scope: Surroundings, node: ast.Starred) -> Eval:
    raise scope.text.at(node, "a * can't stand here")


_RULES: dict[type[ast.expr], Callable[[Surroundings, Any], Eval]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
    ast.UnaryOp: _unary,
    ast.BoolOp: _boolean,
    ast.Compare: _compare,
    ast.IfExp: _choice,
    ast.List: _list,
    ast.Tuple: _tuple,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.Lambda: _lambda,
    ast.JoinedStr: _joined,
    ast.FormattedValue: _formatted,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
    ast.Call: call,
    **COMPREHENSIONS,
}
