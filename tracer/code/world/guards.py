"""Methods of Python's own values, kept within limits; options of functions that read files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from string import Formatter
from typing import Any

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.world.operators import check_format

#: Methods whose arguments say how long the text becomes.
_WIDTHS = {"str.zfill", "str.ljust", "str.rjust", "str.center"}
_WIDEST = 10_000


class _Plain(Formatter):
    """`str.format` without attributes: they would lead out of the closed world."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:
        if "." in field_name:
            raise Refusal("an attribute in a format", "Compute it before, and format the value.")
        return super().get_field(field_name, args, kwargs)

    def format_field(self, value: Any, format_spec: str) -> Any:
        check_format(format_spec)
        try:
            return super().format_field(value, format_spec)
        except (TypeError, ValueError):
            return str(value)


def guarded(
    machine: Runner, name: str, value: Any, method: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a method that stays within the limits."""
    if name == "str.format":
        return lambda *args, **keywords: _Plain().vformat(value, args, keywords)
    if name in _WIDTHS:
        return lambda width, *args: method(min(int(width), _WIDEST), *args)
    if name == "str.replace":
        return lambda *args: _replaced(machine, value, method, args)
    if name in {"array.resize", "array.view"}:
        raise Refusal(f"{name.split('.')[1]} of an array", "Use reshape.")

    def call(*args: Any, **keywords: Any) -> Any:
        result = method(*args, **keywords)
        if isinstance(value, list | str):
            machine.budget.items(len(value))
        if isinstance(result, list | str):
            machine.budget.items(len(result))
        return machine.followed(name, (value, *args), keywords, result)

    return call


def check_options(function: str, options: Iterable[str], known: frozenset[str]) -> None:
    """Raise Refusal for an option of a function that isn't among those that can be read."""
    unknown = sorted(set(options) - known)
    if unknown:
        raise Refusal(f"{function} with {unknown[0]}=")


def _replaced(machine: Runner, value: str, method: Callable[..., str], args: Any) -> str:
    if len(args) > 1 and isinstance(args[1], str):
        machine.budget.items(len(value) * max(1, len(args[1])))
    return method(*args)
