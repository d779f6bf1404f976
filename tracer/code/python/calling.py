"""Calls, made ready to be evaluated."""

from __future__ import annotations

import ast
from typing import Any

from tracer.code.python.scope import Surroundings
from tracer.code.values.frames import Eval, Frame
from tracer.code.values.objects import Super


def call(scope: Surroundings, node: ast.Call) -> Eval:
    """Return a call, ready to be evaluated."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
        return lambda frame: _super(frame)
    function = scope.expression(scope, node.func)
    starred = any(isinstance(a, ast.Starred) for a in node.args)
    args = [
        scope.expression(scope, a.value if isinstance(a, ast.Starred) else a) for a in node.args
    ]
    stars = [isinstance(a, ast.Starred) for a in node.args]
    keywords = [(k.arg, scope.expression(scope, k.value)) for k in node.keywords]
    line = node.lineno

    if not keywords and not starred:

        def simply(frame: Frame) -> object:
            machine = frame.machine
            called = function(frame)
            values = tuple([arg(frame) for arg in args])
            machine.line = line
            return machine.call(called, values)

        return simply

    def evaluate(frame: Frame) -> object:
        machine = frame.machine
        called = function(frame)
        values: list[object] = []
        for star, arg in zip(stars, args, strict=True):
            values.extend(machine.iterate(arg(frame)) if star else (arg(frame),))
        named = _named(frame, keywords)
        machine.line = line
        return machine.call(called, tuple(values), named)

    return evaluate


def _named(frame: Frame, keywords: list[tuple[str | None, Eval]]) -> dict[str, object]:
    """Return a call's arguments with names."""
    named: dict[str, object] = {}
    for name, value in keywords:
        if name is None:
            named.update(_names(value(frame)))
        elif name in named:
            raise TypeError(f"'{name}' is given twice")
        else:
            named[name] = value(frame)
    return named


def _names(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise TypeError("after ** stands a dictionary of names")
    return value


def _super(frame: Frame) -> object:
    """Return `super()`: the object, and the class after which to look."""
    function, names = frame.function, frame.names
    place: Frame | None = frame
    while function is None or function.owner is None:
        place = place.outer if place else None
        if place is None:
            raise RuntimeError("super() stands in no method")
        function, names = place.function, place.names
    first = function.parameters.posonlyargs + function.parameters.args
    me = names[first[0].arg]
    cls = frame.machine.class_of(me)
    if cls is None:
        raise RuntimeError("super() of what is no object of a class")
    return Super(me, cls, function.owner)
