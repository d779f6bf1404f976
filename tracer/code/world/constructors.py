"""Python's own types, called: what makes lists, numbers, texts and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import Bound, Class, Inert, Instance, OwnFunction
from tracer.code.world.truth import truth


def kind_of(machine: Runner, value: Any) -> Any:
    """Return the type of a value, as the program knows it."""
    cls = machine.class_of(value)
    if cls is not None:
        return cls
    return next((kind for kind in (int, float) if type(value).__mro__[1:2] == (kind,)), type(value))


#: What makes values of Python's own types, with the machine.
CONSTRUCTORS: dict[type, Callable[..., Any]] = {}


def _constructor(kind: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def keep(function: Callable[..., Any]) -> Callable[..., Any]:
        CONSTRUCTORS[kind] = function
        return function

    return keep


@_constructor(list)
def _list(machine: Runner, values: Iterable[Any] = ()) -> list[Any]:
    made = list(machine.iterate(values))
    machine.budget.items(len(made))
    return made


@_constructor(tuple)
def _tuple(machine: Runner, values: Iterable[Any] = ()) -> tuple[Any, ...]:
    return tuple(_list(machine, values))


@_constructor(set)
def _set_of(machine: Runner, values: Iterable[Any] = ()) -> set[Any]:
    return set(_list(machine, values))


@_constructor(frozenset)
def _frozen(machine: Runner, values: Iterable[Any] = ()) -> frozenset[Any]:
    return frozenset(_list(machine, values))


@_constructor(dict)
def _dict(machine: Runner, values: Any = (), **others: Any) -> dict[Any, Any]:
    pairs = (
        values.items()
        if isinstance(values, dict)
        else map(machine.iterate, machine.iterate(values))
    )
    return {**dict(tuple(p) for p in pairs), **others}


def _number(kind: type) -> Callable[..., Any]:
    def make(machine: Runner, value: Any = 0, *rest: Any) -> Any:
        if isinstance(value, Inert):
            return value
        if isinstance(value, Instance | Class | OwnFunction):
            raise TypeError(f"{kind.__name__}() of what is no number")
        if isinstance(value, str) and len(value) > 4000:
            raise ValueError(f"no number: {value[:20]}…")
        return machine.followed(f"builtins.{kind.__name__}", (value, *rest), {}, kind(value, *rest))

    return make


CONSTRUCTORS[int] = _number(int)
CONSTRUCTORS[float] = _number(float)


@_constructor(bool)
def _bool(machine: Runner, value: Any = False) -> bool:
    return truth(machine, value)


@_constructor(str)
def _str(machine: Runner, value: Any = "", *rest: Any) -> str:
    if isinstance(value, Instance):
        for name in ("__str__", "__repr__"):
            method = value.cls.find(name)
            if isinstance(method, OwnFunction):
                return str(machine.call(Bound(method, value), ()))
    machine.followed("builtins.print", (value,), {}, None)
    return str(value)


@_constructor(range)
def _range(machine: Runner, *ends: Any) -> range:
    if any(isinstance(end, Inert) for end in ends):
        raise Refusal("the program asks for a number here", "Write the number instead of input().")
    return range(*(end.__index__() for end in ends))


@_constructor(slice)
def _slice(machine: Runner, *ends: Any) -> slice:
    return slice(*ends)


@_constructor(object)
def _object(machine: Runner) -> Instance:
    return Instance(Class("object"))


@_constructor(type)
def _type_of(machine: Runner, value: Any, *rest: Any) -> Any:
    if rest:
        raise Refusal("a class made by type()")
    return kind_of(machine, value)


@_constructor(bytes)
def _bytes(machine: Runner, value: Any = b"", *rest: Any) -> bytes:
    if isinstance(value, int):
        machine.budget.items(value)
    return bytes(value, *rest)
