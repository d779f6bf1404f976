"""A function of a running Python, such as a notebook's, as a program: its source, and values."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from tracer.code.source import ProgramText, with_call
from tracer.code.values.faults import CodeError, Text

_PLAIN = (bool, int, float, str, type(None), np.ndarray)
#: How deep lists and dictionaries are looked into.
_DEEPEST = 20


def program_of(function: Callable[..., Any], call: str) -> ProgramText:
    """Return a function's source, after those that it calls, as a program.

    What its names mean where it was defined are the program's values: numbers, arrays, texts, and
    lists and dictionaries of them. It is called with values that have its arguments' names, unless
    `call` says how. Raises CodeError.
    """
    if not isinstance(function, FunctionType):
        raise CodeError(f"{function!r}: a function of your own, or a program's path, can be read.")
    known = function.__globals__ | dict(_closed(function))
    names: dict[str, object] = {}
    sources: dict[str, tuple[str, ...]] = {}
    _gather(function, known, names, sources)
    own = sources.pop(function.__name__)
    lines = (*own, *(line for part in sources.values() for line in part))
    name = function.__name__
    called = with_call(Text(name, lines), call or _call(function, known))
    return ProgramText(*called, Path(f"{name}.py"), names)


def _closed(function: FunctionType) -> Iterator[tuple[str, object]]:
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            yield name, cell.cell_contents
        except ValueError:
            continue


def _gather(
    thing: FunctionType | type,
    known: dict[str, Any],
    names: dict[str, object],
    sources: dict[str, tuple[str, ...]],
) -> None:
    """Collect the source of a function or class, and what its names mean."""
    name = thing.__name__
    try:
        lines = textwrap.dedent(inspect.getsource(thing)).rstrip().split("\n")
    except (OSError, TypeError):
        raise CodeError(f"{name}: its source isn't known; read the file it stands in.") from None
    sources[name] = tuple(lines)
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        raise CodeError(f"{name}: its source can't be read by itself.") from None
    used = [n.id for n in ast.walk(tree) if isinstance(n, ast.Name)]
    for inner in dict.fromkeys([*used, *_parameters(thing)]):
        if inner in names or inner in sources or inner not in known:
            continue
        value = known[inner]
        if isinstance(value, ModuleType):
            sources[inner] = (f"import {value.__name__} as {inner}",)
        elif isinstance(value, FunctionType | type) and value.__module__ not in _LIBRARIES:
            _gather(value, known | getattr(value, "__globals__", {}), names, sources)
        elif _plain(value):
            names[inner] = value


_LIBRARIES = frozenset(("builtins", "numpy", "math", "random"))


def _parameters(thing: FunctionType | type) -> list[str]:
    return list(inspect.signature(thing).parameters) if isinstance(thing, FunctionType) else []


def _plain(value: object, deep: int = 0) -> bool:
    """Say whether a value is numbers, arrays and texts, or holds such."""
    if isinstance(value, dict):
        return deep < _DEEPEST and all(_plain(v, deep + 1) for v in (*value, *value.values()))
    if isinstance(value, list | tuple):
        return deep < _DEEPEST and all(_plain(v, deep + 1) for v in value)
    return type(value) in _PLAIN or isinstance(value, np.generic)


def _call(function: FunctionType, known: dict[str, Any]) -> str:
    """Return a call with values that have the arguments' names. Raises CodeError."""
    wanted = [
        p.name
        for p in inspect.signature(function).parameters.values()
        if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    missing = [name for name in wanted if name not in known]
    if missing:
        raise CodeError(
            f"{function.__name__}: there is no {', '.join(missing)} to call it with: say"
            f' call="{function.__name__}(…)".'
        )
    return f"{function.__name__}({', '.join(wanted)})"
