"""Classes of a program's own."""

from __future__ import annotations

import ast
from dataclasses import replace

from tracer.code.python.scope import Surroundings
from tracer.code.python.targets import target
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Frame, Run
from tracer.code.values.objects import Class, Decorated, Inert, Native, OwnFunction, Unknown

#: Classes of Python's that one inherits from without a consequence for what is computed.
_PLAIN_BASES = {"object", "ABC", "Generic", "Protocol"}


def class_definition(scope: Surroundings, node: ast.ClassDef) -> Run:
    """Return a `class`, ready to be run."""
    inner = replace(
        scope, local=None, global_names=frozenset(), outer_names=frozenset(), class_name=node.name
    )
    body = inner.body(inner, node.body)
    bases = [scope.expression(scope, base) for base in node.bases]
    put = target(scope, ast.copy_location(ast.Name(node.name, ast.Store()), node))
    dataclass = any("dataclass" in ast.unparse(d) for d in node.decorator_list)
    fields = _fields(scope, node) if dataclass else []

    def run(frame: Frame) -> object:
        made = Class(node.name, tuple(b for base in bases for b in _base(base(frame))))
        own = Frame(made.attributes, frame.unit, frame.machine, frame, None)
        for statement in body:
            statement(own)
        _own(made)
        if dataclass:
            made.attributes["__fields__"] = fields
        put(frame, made)
        return None

    return run


def _fields(scope: Surroundings, node: ast.ClassDef) -> list[str]:
    return [
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
    ]


def _own(cls: Class) -> None:
    """Tell its methods which class they belong to."""
    for value in cls.attributes.values():
        method = value.function if isinstance(value, Decorated) else value
        if isinstance(method, OwnFunction) and method.owner is None:
            method.owner = cls


def _base(value: object) -> tuple[Class, ...]:
    if isinstance(value, Class):
        return (value,)
    if isinstance(value, Inert):
        return ()
    if isinstance(value, type) and issubclass(value, BaseException):
        return (Class(value.__name__, exception=value),)
    if value is object or (isinstance(value, Native) and value.name in _PLAIN_BASES):
        return ()
    if isinstance(value, Unknown):
        raise Refusal(value.what, value.advice)
    raise Refusal(f"a class that inherits from {getattr(value, '__name__', value)!s}")
