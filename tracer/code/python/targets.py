"""What stands left of an equals sign."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from tracer.code.python.scope import Surroundings, owner
from tracer.code.python.subscripts import index_of, put, subscript
from tracer.code.values.frames import Frame, Run
from tracer.code.world.attributes import attribute, set_attribute

#: Puts a value where a target says.
Put = Callable[[Frame, object], None]


def target(scope: Surroundings, node: ast.expr) -> Put:
    """Return what puts a value into a target."""
    match node:
        case ast.Name():
            return _name(scope, node)
        case ast.Attribute():
            return _attribute(scope, node)
        case ast.Subscript():
            return _subscript(scope, node)
        case ast.Tuple() | ast.List():
            return _several(scope, node)
    raise scope.text.at(node, "nothing can be assigned to this")


def _store(scope: Surroundings, name: str) -> Put:
    if name in scope.outer_names:

        def outside(frame: Frame, value: object) -> None:
            owner(frame, name).names[name] = value

        return outside
    if name in scope.global_names:

        def globally(frame: Frame, value: object) -> None:
            frame.unit.names[name] = value

        return globally

    def here(frame: Frame, value: object) -> None:
        frame.names[name] = value

    return here


def _name(scope: Surroundings, node: ast.Name) -> Put:
    store = _store(scope, scope.mangled(node.id))
    name = node.id

    def assign(frame: Frame, value: object) -> None:
        store(frame, frame.machine.named(name, value, node))

    return assign


def _attribute(scope: Surroundings, node: ast.Attribute) -> Put:
    value, name = scope.expression(scope, node.value), scope.mangled(node.attr)
    place = ast.unparse(node)

    def assign(frame: Frame, new: object) -> None:
        named = frame.machine.named(place, new, node)
        set_attribute(frame.machine, value(frame), name, named)

    return assign


def _subscript(scope: Surroundings, node: ast.Subscript) -> Put:
    value, index = scope.expression(scope, node.value), index_of(scope, node.slice)
    place = ast.unparse(node)

    def assign(frame: Frame, new: object) -> None:
        where = value(frame)
        if not isinstance(where, np.ndarray):
            new = frame.machine.named(place, new, node)
        put(frame.machine, where, index(frame), new)

    return assign


def _several(scope: Surroundings, node: ast.Tuple | ast.List) -> Put:
    starred = [i for i, part in enumerate(node.elts) if isinstance(part, ast.Starred)]
    if len(starred) > 1:
        raise scope.text.at(node, "two names with a * in one assignment")
    puts = [
        target(scope, part.value if isinstance(part, ast.Starred) else part) for part in node.elts
    ]
    count = len(puts)

    def assign(frame: Frame, value: object) -> None:
        items: list[object] = list(frame.machine.iterate(value))
        if starred:
            if len(items) < count - 1:
                raise ValueError(f"not enough values: {len(items)} for {count} names")
            first, after = starred[0], count - starred[0] - 1
            last = len(items) - after
            items = [*items[:first], items[first:last], *items[last:]]
        elif len(items) != count:
            raise ValueError(f"{len(items)} values for {count} names")
        for one, item in zip(puts, items, strict=True):
            one(frame, item)

    return assign


def augmented(scope: Surroundings, node: ast.AugAssign, sign: str) -> Run:
    """Return `target += value`, ready to be run."""
    value = scope.expression(scope, node.value)
    old = scope.text.old and sign == "/"
    where = node.target
    if isinstance(where, ast.Subscript):
        return _augmented_item(scope, where, value, sign, old)
    read_node = ast.copy_location(
        ast.Name(where.id, ast.Load())
        if isinstance(where, ast.Name)
        else ast.Attribute(where.value, where.attr, ast.Load()),
        where,
    )
    read, assign = scope.expression(scope, read_node), target(scope, where)

    def run(frame: Frame) -> object:
        before = read(frame)
        assign(frame, frame.machine.operate(sign, before, value(frame), in_place=True, old=old))
        return None

    return run


def _augmented_item(
    scope: Surroundings, node: ast.Subscript, value: Any, sign: str, old: bool
) -> Run:
    holder, index = scope.expression(scope, node.value), index_of(scope, node.slice)
    place = ast.unparse(node)

    def run(frame: Frame) -> object:
        machine = frame.machine
        held, at = holder(frame), index(frame)
        before = subscript(machine, held, at)
        after = machine.operate(sign, before, value(frame), in_place=True, old=old)
        if isinstance(held, np.ndarray):
            # What shares its numbers has changed them already.
            if not (isinstance(after, np.ndarray) and np.may_share_memory(after, held)):
                put(machine, held, at, after)
        else:
            put(machine, held, at, machine.named(place, after, node))
        return None

    return run


def deleted(scope: Surroundings, node: ast.Delete) -> Run:
    """Return `del …`, ready to be run."""
    from tracer.code.python.subscripts import delete

    names = [scope.mangled(t.id) for t in node.targets if isinstance(t, ast.Name)]
    items = [
        (scope.expression(scope, t.value), index_of(scope, t.slice))
        for t in node.targets
        if isinstance(t, ast.Subscript)
    ]
    others = [
        (scope.expression(scope, t.value), t.attr)
        for t in node.targets
        if isinstance(t, ast.Attribute)
    ]

    def run(frame: Frame) -> object:
        for name in names:
            if name not in frame.names:
                raise NameError(f"name '{name}' is not defined")
            del frame.names[name]
        for value, index in items:
            delete(frame.machine, value(frame), index(frame))
        for value, name in others:
            attribute(frame.machine, value(frame), name)
            getattr(value(frame), "attributes", {}).pop(name, None)
        return None

    return run
