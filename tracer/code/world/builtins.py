"""Python's own functions, as far as a program may use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import (
    MISSING,
    Bound,
    Class,
    Inert,
    Instance,
    Native,
    OwnFunction,
    Unknown,
)
from tracer.code.world.attributes import attribute, set_attribute
from tracer.code.world.constructors import CONSTRUCTORS
from tracer.code.world.exceptions import EXCEPTIONS, Ended
from tracer.code.world.opened import open_file
from tracer.code.world.operators import check_format
from tracer.code.world.truth import compare, truth

_CALLABLE = (OwnFunction, Bound, Native, Class, type)


def _print(machine: Runner, *values: Any, **_: Any) -> None:
    machine.left_out("print")
    machine.followed("builtins.print", values, {}, None)


def _input(machine: Runner, *_: Any) -> Inert:
    machine.left_out("input")
    return Inert("input()")


def _length(machine: Runner, value: Any) -> Any:
    if isinstance(value, Instance):
        return machine.call(attribute(machine, value, "__len__"), ())
    return len(value)


def _sum(machine: Runner, values: Any, start: Any = 0) -> Any:
    """Add up as Python does: of a matrix, its rows."""
    if isinstance(values, np.ndarray):
        return machine.followed("builtins.sum", (values, start), {}, sum(values, start))
    total = start
    for value in machine.iterate(values):
        total = machine.operate("+", total, value)
    return total


def _best(sign: str) -> Callable[..., Any]:
    name, plain = ("max", max) if sign == ">" else ("min", min)

    def best(machine: Runner, *values: Any, key: Any = None, default: Any = MISSING) -> Any:
        items = list(machine.iterate(values[0])) if len(values) == 1 else list(values)
        if not items:
            if default is MISSING:
                raise ValueError("of nothing there is no largest and no smallest")
            return default
        if key is None and all(isinstance(i, int | float | np.number) for i in items):
            return machine.followed(f"builtins.{name}", tuple(items), {}, plain(items))
        return _chosen(machine, sign, items, key)

    return best


def _chosen(machine: Runner, sign: str, items: list[Any], key: Any) -> Any:
    """Return the item that compares best, or whose key does."""
    measured = items if key is None else [machine.call(key, (item,)) for item in items]
    place = 0
    for position, value in enumerate(measured):
        if position and truth(machine, compare(machine, sign, value, measured[place])):
            place = position
    return items[place]


def _sorted(machine: Runner, values: Any, *, key: Any = None, reverse: Any = False) -> list[Any]:
    how = None if key is None else (lambda value: machine.call(key, (value,)))
    return sorted(machine.iterate(values), key=how, reverse=bool(reverse))


def _map(machine: Runner, function: Any, *values: Any) -> Iterator[Any]:
    return (
        machine.call(function, args) for args in zip(*map(machine.iterate, values), strict=False)
    )


def _filter(machine: Runner, function: Any, values: Any) -> Iterator[Any]:
    return (
        v
        for v in machine.iterate(values)
        if truth(machine, v if function is None else machine.call(function, (v,)))
    )


def _zip(machine: Runner, *values: Any, **_: Any) -> Iterator[Any]:
    return zip(*map(machine.iterate, values), strict=False)


def _enumerate(machine: Runner, values: Any, start: int = 0) -> Iterator[Any]:
    return enumerate(machine.iterate(values), int(start))


def _reversed(machine: Runner, values: Any) -> Any:
    if isinstance(values, range | list | tuple | str):
        return reversed(values)
    return reversed(list(machine.iterate(values)))


def _any(machine: Runner, values: Any) -> bool:
    return any(truth(machine, v) for v in machine.iterate(values))


def _all(machine: Runner, values: Any) -> bool:
    return all(truth(machine, v) for v in machine.iterate(values))


def _next(machine: Runner, iterator: Any, default: Any = MISSING) -> Any:
    try:
        return next(iterator)
    except StopIteration:
        if default is MISSING:
            raise
        return default


def _is_a(machine: Runner, value: Any, kind: Any) -> bool:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    cls = machine.class_of(value)
    return any(
        (isinstance(k, Class) and cls is not None and cls.is_a(k))
        or (isinstance(k, type) and cls is None and isinstance(value, k))
        for k in kinds
    )


def _get(machine: Runner, value: Any, name: str, default: Any = MISSING) -> Any:
    try:
        return attribute(machine, value, name)
    except AttributeError:
        if default is MISSING:
            raise
        return default


def _has(machine: Runner, value: Any, name: str) -> bool:
    return _get(machine, value, name, None) is not None


def _set(machine: Runner, value: Any, name: str, new: Any) -> None:
    set_attribute(machine, value, name, new)


def _callable(value: Any) -> bool:
    return isinstance(value, _CALLABLE)


def _globals(machine: Runner) -> Any:
    return machine.frames[-1].unit.names


def _format(value: Any, form: str = "") -> str:
    check_format(form)
    try:
        return format(value, form)
    except (TypeError, ValueError):
        return str(value)


def _power(machine: Runner, number: Any, power: Any, modulus: Any = None) -> Any:
    if modulus is not None:
        raise Refusal("pow with three numbers")
    return machine.operate("**", number, power)


def _round(value: Any, digits: Any = None) -> Any:
    return np.round(value, digits or 0) if isinstance(value, np.ndarray) else round(value, digits)


def _refused(name: str) -> Unknown:
    return Unknown(name, f"{name}() can't be read", "Write what it would do into the program.")


_WITH_MACHINE: dict[str, Callable[..., Any]] = {
    "print": _print,
    "input": _input,
    "raw_input": _input,
    "len": _length,
    "sum": _sum,
    "max": _best(">"),
    "min": _best("<"),
    "sorted": _sorted,
    "map": _map,
    "filter": _filter,
    "zip": _zip,
    "enumerate": _enumerate,
    "reversed": _reversed,
    "any": _any,
    "all": _all,
    "next": _next,
    "iter": lambda machine, value: machine.iterate(value),
    "isinstance": _is_a,
    "getattr": _get,
    "hasattr": _has,
    "setattr": _set,
    "globals": _globals,
    "locals": lambda machine: machine.frames[-1].names,
    "vars": lambda machine, value: attribute(machine, value, "__dict__"),
    "pow": _power,
    "open": open_file,
}
_PLAIN: dict[str, Callable[..., Any]] = {
    "round": _round,
    "divmod": divmod,
    "callable": _callable,
    "format": _format,
    "repr": repr,
    "ord": ord,
    "chr": chr,
    "hash": lambda value: 0,
    "id": id,
    "bin": bin,
    "hex": hex,
    "oct": oct,
}
_REFUSED = listed("eval exec compile __import__ breakpoint memoryview delattr dir complex")

BUILTINS: dict[str, Any] = {
    **{
        name: Native(f"builtins.{name}", function, machine=True, followed=True)
        for name, function in _WITH_MACHINE.items()
    },
    **{name: Native(f"builtins.{name}", function) for name, function in _PLAIN.items()},
    "abs": Native("builtins.abs", abs),
    "quit": Native("builtins.quit", lambda *_: _end()),
    "exit": Native("builtins.exit", lambda *_: _end()),
    **{name: _refused(name) for name in _REFUSED},
    **EXCEPTIONS,
    **{kind.__name__: kind for kind in CONSTRUCTORS},
    "xrange": range,
    "long": int,
    "unicode": str,
    "True": True,
    "False": False,
    "None": None,
    "NotImplemented": NotImplemented,
    "Ellipsis": ...,
    "__name__": "__main__",
    "__file__": "program.py",
    "__doc__": None,
    "display": Inert("display"),
    "get_ipython": Inert("get_ipython"),
}


def _end() -> None:
    raise Ended()
