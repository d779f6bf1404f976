"""Defined functions looked at from outside: whose they are, and their slopes' texts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from tracer.calculus.algebra import number
from tracer.language.calls import Definition
from tracer.language.expression import (
    Apply,
    Helper,
    Name,
    Node,
    Number,
    Operation,
    key,
    map_parts,
)
from tracer.language.functions import DEFINITIONS, PRIMITIVES, definition_text
from tracer.language.parse import parse_definition, parse_expression
from tracer.language.shapes import shaped
from tracer.language.source import helper_axis


@cache
def parsed(text: str) -> Node:
    """Return an expression of the function table, read once."""
    return parse_expression(text)


@cache
def definition(name: str, axis: int | None = None) -> Definition:
    """Return a function that the table defines in the language."""
    return parse_definition(definition_text(name, axis))


def arguments(node: Helper, args: Sequence[Node]) -> dict[str, Node]:
    """Return what each parameter of a call of the table's definition stands for."""
    found = definition(node.name, helper_axis(node.name, node.body))
    values: dict[str, Node] = dict(zip(found.parameters, args, strict=False))
    for parameter, default in zip(found.parameters, found.defaults, strict=True):
        if default is not None:
            values.setdefault(parameter, number(default))
    return values


def put_in(node: Node, values: Mapping[str, Node]) -> Node:
    """Return an expression with other expressions in place of its names."""

    def put(part: Node) -> Node:
        if isinstance(part, Name) and part.id in values:
            return values[part.id]
        return map_parts(part, put)

    return shaped(put(node), lambda name: (name.version, name.shape))


def is_builtin(node: Helper) -> bool:
    """Say whether a call is of the table's own definition: a template may have its own."""
    if node.name not in DEFINITIONS:
        return False
    found = definition(node.name, helper_axis(node.name, node.body))
    return key(put_in(found.body, arguments(node, node.args))) == key(node.body)


def is_elementwise(node: Helper, arg: Node) -> bool:
    """Say whether each number of a call depends on the number at its place only."""
    if node.shape != arg.shape:
        return False

    def fits(part: Node) -> bool:
        if key(part) == key(arg):
            return True
        match part:
            case Number():
                return True
            case Operation(operator=operator, args=args):
                return operator != "@" and all(map(fits, args))
            case Apply(function=function, args=args):
                return PRIMITIVES[function].kind == "elementwise" and all(map(fits, args))
            case Helper(body=body):
                return fits(body)
        return False

    return fits(node.body)
