"""Attributes of a program's values: through tables only."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import (
    MISSING,
    Bound,
    Class,
    Decorated,
    Inert,
    Instance,
    Module,
    Native,
    OwnFunction,
    Super,
    Unknown,
)
from tracer.code.world.guards import guarded
from tracer.code.world.hosts import (
    ARRAY_ATTRIBUTES,
    ARRAY_FUNCTIONS,
    ARRAY_METHODS,
    ATTRIBUTES,
    METHODS,
    allowed,
    kinds,
)
from tracer.code.world.numpy_functions import FUNCTIONS
from tracer.code.world.progress import Progress
from tracer.code.world.tables import Table, unwrapped
from tracer.errors import did_you_mean


def attribute(machine: Runner, value: Any, name: str) -> Any:
    """Return `value.name`. Raises AttributeError, and Refusal for what can't be read."""
    if isinstance(value, Instance):
        return _of_instance(machine, value, name)
    if isinstance(value, np.ndarray):
        return _of_array(machine, value, name)
    rule = _RULES.get(type(value))
    if rule is not None:
        return rule(machine, value, name)
    return _of_host(machine, value, name)


def _of_instance(machine: Runner, value: Instance, name: str) -> Any:
    found = value.attributes.get(name, MISSING)
    if found is not MISSING:
        return found
    found = value.cls.find(name)
    if found is not MISSING:
        return _bound(machine, found, value, value.cls)
    if name == "__dict__":
        return value.attributes
    if name == "__class__":
        return value.cls
    getter = value.cls.find("__getattr__")
    if isinstance(getter, OwnFunction):
        return machine.call(Bound(getter, value), (name,))
    known = [*value.attributes, *(n for c in value.cls.line() for n in c.attributes)]
    raise AttributeError(
        f"'{value.cls.name}' object has no attribute '{name}'.{did_you_mean(name, known)}"
    )


def _bound(machine: Runner, found: object, owner: object, cls: Class) -> object:
    """Return what an attribute of a class is for an object."""
    if isinstance(found, OwnFunction):
        return Bound(found, owner)
    if isinstance(found, Decorated):
        if found.kind == "staticmethod":
            return found.function
        if found.kind == "classmethod":
            return Bound(found.function, cls)
        return machine.call(Bound(found.function, owner), ())
    return found


def _of_class(machine: Runner, value: Class, name: str) -> Any:
    if name in {"__name__", "__qualname__"}:
        return value.name
    found = value.find(name)
    if found is MISSING:
        raise AttributeError(f"class {value.name} has no attribute '{name}'")
    if isinstance(found, Decorated):
        return found.function if found.kind == "staticmethod" else Bound(found.function, value)
    return found


def _of_super(machine: Runner, value: Super, name: str) -> Any:
    found = value.cls.find(name, value.after)
    if found is MISSING:
        # What every class inherits does nothing.
        if name == "__init__":
            return Native("object.__init__", lambda *args, **keywords: None)
        raise AttributeError(f"no class above {value.after.name} has '{name}'")
    return _bound(machine, found, value.owner, value.cls)


def _of_module(machine: Runner, value: Module, name: str) -> Any:
    found = value.members.get(name, MISSING)
    if found is MISSING:
        raise Refusal(
            f"{value.name}.{name} is not among what can be read.{did_you_mean(name, value.members)}"
        )
    return found


def _of_function(machine: Runner, value: Any, name: str) -> Any:
    if name == "__name__":
        return value.name
    if getattr(value, "compute", None) is Progress:
        return Inert(f"tqdm.{name}")
    raise AttributeError(f"a function has no attribute '{name}' here")


def _of_bound(machine: Runner, value: Bound, name: str) -> Any:
    if name == "__self__":
        return value.owner
    return attribute(machine, value.function, name)


def _of_array(machine: Runner, value: Any, name: str) -> Any:
    if name in ARRAY_ATTRIBUTES:
        return getattr(value, name)
    if name in ARRAY_FUNCTIONS:
        return Native(f"array.{name}", _method(machine, value, name), followed=True)
    if name in ARRAY_METHODS:
        return Native(
            f"array.{name}",
            guarded(machine, f"array.{name}", value, getattr(value, name)),
            followed=True,
        )
    raise AttributeError(
        f"an array has no '{name}' that can be read."
        f"{did_you_mean(name, ARRAY_ATTRIBUTES | ARRAY_FUNCTIONS | ARRAY_METHODS)}"
    )


def _of_unknown(machine: Runner, value: Unknown, name: str) -> Any:
    raise Refusal(value.what, value.advice)


def _method(machine: Runner, value: Any, name: str) -> Any:
    """Return a method of an array that is a function of NumPy's, too."""
    function = FUNCTIONS[name]

    def call(*args: Any, **keywords: Any) -> Any:
        # Sizes and axes may stand one by one in a method's call.
        if name in {"reshape", "transpose"} and len(args) > 1:
            args = (args,)
        return machine.call(function, (value, *args), keywords)

    return call


def _of_host(machine: Runner, value: Any, name: str) -> Any:
    if allowed(METHODS, value, name):
        kind = type(value).__name__
        return Native(
            f"{kind}.{name}",
            guarded(machine, f"{kind}.{name}", value, getattr(value, name)),
            followed=True,
        )
    if allowed(ATTRIBUTES, value, name):
        return getattr(value, name)
    offered = getattr(type(value), "offered", None)
    if offered is not None:
        return offered(value, machine, name)
    if isinstance(value, type) and name == "__name__":
        return value.__name__
    if isinstance(value, BaseException) and name == "args":
        return value.args
    known = kinds(METHODS, value) | kinds(ATTRIBUTES, value)
    raise AttributeError(
        f"'{type(value).__name__}' has no '{name}' that can be read.{did_you_mean(name, known)}"
    )


def _of_inert(machine: Runner, value: Inert, name: str) -> Any:
    if name == "imread" or (name == "open" and value.name.startswith("PIL")):
        return Unknown(
            f"{value.name}.{name}",
            "images can't be read",
            "Save their numbers with np.save, and load those with np.load.",
        )
    return Inert(f"{value.name}.{name}")


_RULES: dict[type, Any] = {
    Class: _of_class,
    Super: _of_super,
    Module: _of_module,
    OwnFunction: _of_function,
    Native: _of_function,
    Bound: _of_bound,
    Inert: _of_inert,
    Unknown: _of_unknown,
}


def _set_of_instance(machine: Runner, value: Instance, name: str, new: Any) -> None:
    setter = value.cls.find("__setattr__")
    found = value.cls.find(name)
    if isinstance(setter, OwnFunction):
        raise Refusal(f"__setattr__ of {value.cls.name}")
    if isinstance(found, Decorated) and found.kind == "property":
        if found.setter is not None:
            machine.call(Bound(found.setter, value), (new,))
            return
        raise AttributeError(f"'{name}' of {value.cls.name} can't be assigned")
    value.attributes[name] = new


def set_attribute(machine: Runner, value: Any, name: str, new: Any) -> None:
    """Do `value.name = new`."""
    if isinstance(value, Instance):
        _set_of_instance(machine, value, name, new)
    elif isinstance(value, Class):
        value.attributes[name] = new
    elif isinstance(value, Table) and name in {"columns", "index"}:
        value.change(machine, part=True)
        setattr(value.real, name, unwrapped(new))
    elif isinstance(value, np.ndarray) and name == "shape":
        value.shape = new
    elif isinstance(value, Unknown):
        raise Refusal(value.what, value.advice)
    elif not isinstance(value, Inert | OwnFunction):
        raise AttributeError(f"attributes of '{type(value).__name__}' can't be assigned")
