"""Defined functions looked at from outside: whose they are, and their slopes' texts read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from tracer.language.build import number
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
from tracer.language.functions import DEFINED, PRIMITIVES, DefinedFunction
from tracer.language.parse import parse_definition, parse_expression
from tracer.language.shapes import shaped


@cache
def parsed(text: str) -> Node:
    """Return an expression of the function table, read once."""
    return parse_expression(text)


@cache
def definition(name: str, axis: int | None = None) -> Definition:
    """Return a function that the table defines in the language."""
    return parse_definition(DEFINED[name].text(axis))


def arguments(node: Helper, args: Sequence[Node], axis: int | None) -> dict[str, Node]:
    """Return what each parameter of a call of the table's definition stands for."""
    found = definition(node.name, axis)
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


@dataclass(frozen=True)
class TableCall:
    """A call that means a function of the table: which one, and along which axis."""

    function: DefinedFunction
    axis: int | None


def table_call(node: Helper) -> TableCall | None:
    """Return what a call means in the table, if it means something there.

    A template may define a helper of the same name: it means the table's function only if
    its body says the same, along one axis or another.
    """
    row = DEFINED.get(node.name)
    if row is None:
        return None
    axes: Sequence[int | None] = (node.axis,)
    if row.takes_axis and not node.table:
        axes = (*range(len(node.shape)), None)
    for axis in axes:
        if _says(node, axis):
            return TableCall(row, axis)
    return None


def _says(node: Helper, axis: int | None) -> bool:
    """Say whether a call's body is that of the table's function along an axis."""
    values = arguments(node, node.args, axis)
    found = definition(node.name, axis)
    if set(values) != set(found.parameters):
        return False
    return key(put_in(found.body, values)) == key(node.body)


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
