"""The modules collections, functools and itertools, as far as a program may use them."""

from __future__ import annotations

import itertools
import math
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from typing import Any

from tracer.code.values.frames import Runner
from tracer.code.values.objects import Class, Inert, Module, Native
from tracer.code.world.hosts import DefaultDictionary


def _default(factory: Any = None, *rest: Any) -> DefaultDictionary:
    made = DefaultDictionary(*rest)
    made.default_factory = factory
    return made


def _named_tuple(name: str, fields: Any, **_: Any) -> Class:
    names = fields.replace(",", " ").split() if isinstance(fields, str) else list(fields)
    return Class(name, attributes={"__fields__": names})


def _reduce(machine: Runner, function: Any, values: Any, *start: Any) -> Any:
    items = [*start, *machine.iterate(values)]
    total = items[0]
    for item in items[1:]:
        total = machine.call(function, (total, item))
    return total


def _partial(machine: Runner, function: Any, *first: Any, **fixed: Any) -> Native:
    return Native(
        "functools.partial",
        lambda *args, **keywords: machine.call(function, (*first, *args), {**fixed, **keywords}),
        followed=True,
    )


def _chain(machine: Runner, *values: Any) -> Any:
    return (item for value in values for item in machine.iterate(value))


def _listed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of itertools over what a program iterates."""

    def call(machine: Runner, values: Any, *rest: Any, **keywords: Any) -> Any:
        return function(machine.iterate(values), *rest, **keywords)

    return call


def _product(machine: Runner, *values: Any, repeat: int = 1) -> Any:
    lists = [list(machine.iterate(v)) for v in values] * int(repeat)
    machine.budget.items(math.prod(map(len, lists)))
    return itertools.product(*lists)


def _accumulate(machine: Runner, values: Any, function: Any = None) -> list[Any]:
    found: list[Any] = []
    for value in machine.iterate(values):
        if not found:
            found.append(value)
        elif function is None:
            found.append(machine.operate("+", found[-1], value))
        else:
            found.append(machine.call(function, (found[-1], value)))
    return found


def natives(prefix: str, **functions: Callable[..., Any]) -> dict[str, Any]:
    """Return functions that want the machine, by name."""
    return {
        name.rstrip("_"): Native(
            f"{prefix}.{name.rstrip('_')}", function, machine=True, followed=True
        )
        for name, function in functions.items()
    }


def container_modules() -> dict[str, Any]:
    """Return these modules by name."""
    return {
        "collections": Module(
            "collections",
            {
                "defaultdict": Native("collections.defaultdict", _default),
                **natives(
                    "collections",
                    OrderedDict=lambda machine, values=(), **others: OrderedDict(
                        values.items()
                        if isinstance(values, dict)
                        else [tuple(v) for v in machine.iterate(values)],
                        **others,
                    ),
                    Counter=lambda machine, values=(): dict(Counter(machine.iterate(values))),
                    deque=lambda machine, values=(), maxlen=None: list(
                        deque(machine.iterate(values), maxlen)
                    ),
                ),
                "namedtuple": Native("collections.namedtuple", _named_tuple),
            },
        ),
        "functools": Module(
            "functools",
            natives("functools", reduce=_reduce, partial=_partial)
            | {n: Inert(f"functools.{n}") for n in ("lru_cache", "wraps", "cache")},
        ),
        "itertools": Module(
            "itertools",
            natives(
                "itertools",
                chain=_chain,
                product=_product,
                accumulate=_accumulate,
                islice=_listed(itertools.islice),
                combinations=_listed(itertools.combinations),
                permutations=_listed(itertools.permutations),
                cycle=_listed(itertools.cycle),
                count=lambda machine, *start: itertools.count(*start),
                repeat=lambda machine, value, *times: itertools.repeat(value, *times),
                zip_longest=lambda machine, *values, **k: itertools.zip_longest(
                    *map(machine.iterate, values), **k
                ),
            ),
        ),
    }
