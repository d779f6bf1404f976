"""A program's own short functions, as helpers of a template: `sigmoid(x) = 1 / (1 + exp(-x))`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.code.record.graph import HELPER, Value
from tracer.code.record.written import written
from tracer.code.values.faults import Refusal
from tracer.language.functions import ALIASES, PRIMITIVES

_LARGEST = 30


@dataclass
class Call:
    """A call that runs: its arguments as values, where its own values begin, and its line."""

    name: str
    first: int
    args: list[tuple[str, Value]]
    #: Constants that chose what the function does, such as `deriv=True`.
    chosen: list[str] = field(default_factory=list)
    line: int = 0


class OwnFunctions:
    """The helpers that were found, by what they say; the same for all turns."""

    def __init__(self) -> None:
        self._named: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        #: Functions of the language that functions of the program are.
        self._meant: set[str] = set()

    def made(
        self, call: Call, result: Value
    ) -> tuple[str, tuple[Value, ...], tuple[tuple[str, Any], ...]] | None:
        """Return a helper's name, arguments and definitions for what a call computed.

        A helper that calls others brings those definitions, too, each after those it needs.

        None where the call is no short expression of its arguments.
        """
        if result.number < call.first:
            return None
        names = {value.number: name for name, value in call.args}
        inside = _inside(result, call.first, names)
        if inside is None:
            return None
        used = [(n, v) for n, v in call.args if any(v is a for i in inside for a in i.args)]
        if not any(v.shape for _, v in used):
            return None

        def said(value: Value) -> ast.expr:
            name = names.get(value.number)
            return ast.Name(name, ast.Load()) if name else written(value, said)

        try:
            body = ast.unparse(written(result, said))
        except Refusal:
            return None
        args = tuple(v for _, v in used)
        known = _known(call.name, result, args)
        if known and (known in self._meant or known not in self._taken):
            self._meant.add(known)
            self._taken.add(known)
            return known, args, ()
        listed = ", ".join(n for n, _ in used)
        name = self._name(call, f"({listed}) = {body}")
        inner = [definition for v in reversed(inside) for definition in v.helpers()]
        own = (HELPER, (name, f"{name}({listed}) = {body}", result.line))
        return name, args, (*inner, own)

    def _name(self, call: Call, text: str) -> str:
        found = self._named.get((call.name, text))
        if found is None:
            # A helper may have the name of a function of the language: then it is meant.
            wanted = [call.name, *(f"{call.name}_{c}" for c in call.chosen)]
            free = [n for n in wanted if n not in self._taken]
            found = free[0] if free else f"{call.name}_{len(self._taken) + 2}"
            self._taken.add(found)
            self._named[call.name, text] = found
        return found


def _inside(result: Value, first: int, names: dict[int, str]) -> list[Value] | None:
    """Return what a call computed, without its arguments; None if it is more than an expression."""
    found: dict[int, Value] = {}
    waiting = [result]
    while waiting:
        value = waiting.pop()
        if value.number in names or value.number in found:
            continue
        if value.kind not in {"operation", "call", "number"} or (
            value.number < first and value.kind != "number"
        ):
            return None
        if value.kind == "call" and (not value.args or value.what == "reshape"):
            return None
        found[value.number] = value
        if len(found) > _LARGEST:
            return None
        waiting += value.args
    return list(found.values())


_TRIED = np.array([-3.0, -1.25, -0.5, 0.0, 0.3, 1.0, 2.5])


def _known(name: str, result: Value, args: tuple[Value, ...]) -> str:
    """Return the function of the language that a program's own function of that name is."""
    meant = ALIASES.get(name, name)
    row = PRIMITIVES.get(meant)
    if row is None or row.kind != "elementwise" or row.arguments != (1, 1) or len(args) != 1:
        return ""
    with np.errstate(all="ignore"):
        own = _again(result, {args[0].number: _TRIED})
        if own is None:
            return ""
        theirs = np.zeros_like(_TRIED)
        row.compute(_TRIED, out=theirs)
    return meant if np.allclose(own, theirs, rtol=1e-12, atol=1e-15) else ""


def _again(value: Value, known: dict[int, Any]) -> Any:
    """Compute an expression of one array with other numbers; None where that isn't simple."""
    if value.number in known:
        return known[value.number]
    if value.kind == "number":
        return value.real
    parts = [_again(a, known) for a in value.args]
    if any(p is None for p in parts):
        return None
    if value.kind == "operation":
        compute = _SIGNS.get((value.what, len(parts)))
        return None if compute is None else compute(*parts)
    if value.what in _FUNCTIONS and not any(w for _, w in value.detail):
        return _FUNCTIONS[value.what](*parts)
    return None


_SIGNS: dict[tuple[str, int], Callable[..., Any]] = {
    ("+", 2): np.add,
    ("-", 2): np.subtract,
    ("-", 1): np.negative,
    ("*", 2): np.multiply,
    ("/", 2): np.divide,
    ("**", 2): np.power,
    (">", 2): np.greater,
    ("<", 2): np.less,
    (">=", 2): np.greater_equal,
    ("<=", 2): np.less_equal,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "abs": np.abs,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": np.where,
    "sign": np.sign,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
}
