"""Elements and slices."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from tracer.code.python.scope import Surroundings
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Eval, Frame, Runner
from tracer.code.values.objects import Bound, Class, Inert, Instance, Native, OwnFunction, Unknown
from tracer.code.world.hosts import SUBSCRIPTED
from tracer.code.world.numpy_module import Joiner
from tracer.code.world.tables import TABLES, Table


def index_of(scope: Surroundings, node: ast.expr) -> Eval:
    """Return what stands between the brackets, ready to be evaluated."""
    if isinstance(node, ast.Slice):
        return _slice(scope, node)
    if isinstance(node, ast.Tuple):
        parts = [index_of(scope, part) for part in node.elts]
        return lambda frame: tuple([part(frame) for part in parts])
    return scope.expression(scope, node)


def _slice(scope: Surroundings, node: ast.Slice) -> Eval:
    ends = [
        None if end is None else scope.expression(scope, end)
        for end in (node.lower, node.upper, node.step)
    ]

    def evaluate(frame: Frame) -> object:
        return slice(*(None if end is None else _whole(end(frame)) for end in ends))

    return evaluate


def _whole(value: Any) -> Any:
    """Return a slice's end as a plain number."""
    return int(value) if isinstance(value, int | np.integer) else value


def _places(index: Any) -> Any:
    """Return an array's index with the places of a range written out, as NumPy takes them."""
    if isinstance(index, range):
        return np.arange(index.start, index.stop, index.step)
    if isinstance(index, tuple) and any(isinstance(i, range) for i in index):
        return tuple(map(_places, index))
    return index


def subscript(machine: Runner, value: Any, index: Any) -> Any:
    """Return `value[index]`."""
    if isinstance(value, list | tuple | str):
        return value[index]
    if isinstance(value, np.ndarray):
        index = _places(index)
        found = value[index]
        machine.budget.compute(np.size(found))
        return machine.picked(value, index, found)
    if isinstance(value, dict):
        return _of_dictionary(machine, value, index)
    if isinstance(value, SUBSCRIPTED):
        return value[index]
    if isinstance(value, TABLES):
        return value.item(machine, index)
    if isinstance(value, Joiner):
        arrays = index if isinstance(index, tuple) else (index,)
        return machine.followed(value.name, arrays, {}, value.builder[index])
    if isinstance(value, Instance):
        method = value.cls.find("__getitem__")
        if isinstance(method, OwnFunction):
            return machine.call(Bound(method, value), (index,))
        raise TypeError(f"an object of {value.cls.name} has no items")
    if isinstance(value, Inert):
        return value
    if isinstance(value, Unknown):
        raise Refusal(value.what, value.advice)
    if isinstance(value, Class | Native) or value is type:
        return value  # A hint of types, such as list[int].
    raise TypeError(f"'{type(value).__name__}' has no items")


def _of_dictionary(machine: Runner, value: dict[Any, object], index: Any) -> object:
    try:
        return value[index]
    except KeyError:
        default = getattr(value, "default_factory", None)
        if default is None:
            raise
        made = machine.call(default, ())
        value[index] = made
        return made


def put(machine: Runner, value: Any, index: Any, new: Any) -> None:
    """Do `value[index] = new`."""
    if isinstance(value, np.ndarray):
        index = _places(index)
        if not isinstance(new, np.ndarray | np.generic):
            new = plain(new)
        machine.put(value, index, new)
        value[index] = new
    elif isinstance(value, list | dict):
        value[index] = new
        if isinstance(value, list):
            machine.budget.items(len(value))
    elif isinstance(value, SUBSCRIPTED):
        value[index] = new
    elif isinstance(value, TABLES):
        value.put(machine, index, new)
    elif isinstance(value, Instance):
        method = value.cls.find("__setitem__")
        if not isinstance(method, OwnFunction):
            raise TypeError(f"an object of {value.cls.name} has no items")
        machine.call(Bound(method, value), (index, new))
    elif isinstance(value, Unknown):
        raise Refusal(value.what, value.advice)
    elif not isinstance(value, Inert):
        raise TypeError(f"items of '{type(value).__name__}' can't be assigned")


def plain(value: Any) -> Any:
    """Return what may go into an array: numbers, texts, and lists of them."""
    if isinstance(value, Instance | Class | OwnFunction | Native | Inert | Unknown):
        raise TypeError("only numbers can stand in an array")
    return value


def delete(machine: Runner, value: Any, index: Any) -> None:
    """Do `del value[index]`."""
    if isinstance(value, Table):
        value.change(machine, part=True)
        del value.real[index]
        return
    if not isinstance(value, list | dict):
        raise TypeError(f"items of '{type(value).__name__}' can't be deleted")
    del value[index]
