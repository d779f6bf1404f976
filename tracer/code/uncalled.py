"""What a file defines and never calls, though it trains: how to call it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tracer.code.values.objects import Class, Instance, OwnFunction

_TRAINS = re.compile(
    r"^_*(fit|train|sgd|learn|optimi[sz]e|gradient_descent|backprop\w*|model)", re.I
)
_OBJECT = "net"


@dataclass(frozen=True)
class _Uncalled:
    """A function that trains: its line, and what is typed to call it."""

    likely: int
    lines: range
    call: str
    missing: tuple[str, ...]


def how_to_call(tree: ast.Module, names: Mapping[str, object], ran: Collection[int]) -> str:
    """Return what is to be said of a function that trains and isn't called; "" without one.

    `names` are what the file's names hold after it was run, `ran` the lines of the loops that ran.
    """
    found = [f for f in _functions(tree, names) if not any(line in f.lines for line in ran)]
    if not found:
        return ""
    best = max(found, key=lambda f: (f.likely, -len(f.missing), f.lines.start))
    own = ""
    if best.missing:
        own = f" with your own {', '.join(best.missing)} (--data NAME=FILE brings arrays)"
    quote = "'" if '"' in best.call else '"'
    first = f"Line {best.lines.start} trains and is never called"
    return f"{first}: add --call {quote}{best.call}{quote}{own}."


def _functions(tree: ast.Module, names: Mapping[str, object]) -> Iterator[_Uncalled]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _loops(node):
            call, missing = _called(node.name, node, names, method=False)
            yield _Uncalled(_likely(node), _lines(node), call, missing)
        elif isinstance(node, ast.ClassDef):
            yield from _methods(node, names)


def _methods(node: ast.ClassDef, names: Mapping[str, object]) -> Iterator[_Uncalled]:
    methods = {m.name: m for m in node.body if isinstance(m, ast.FunctionDef)}
    holder = next(
        (n for n, v in names.items() if isinstance(v, Instance) and v.cls.name == node.name), ""
    )
    made = ""
    lacking: tuple[str, ...] = ()
    if not holder:
        made, lacking = (
            _called(node.name, methods["__init__"], names, method=True)
            if "__init__" in methods
            else (f"{node.name}()", ())
        )
        made = f"{_OBJECT} = {made}; "
    for method in methods.values():
        if method.name != "__init__" and _loops(method):
            call, missing = _called(
                f"{holder or _OBJECT}.{method.name}", method, names, method=True
            )
            missing = tuple(dict.fromkeys((*lacking, *missing)))
            yield _Uncalled(_likely(method), _lines(method), f"{made}{call}", missing)


def _loops(node: ast.FunctionDef) -> bool:
    return any(isinstance(n, ast.For | ast.While) for n in ast.walk(node))


def _lines(node: ast.FunctionDef) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _likely(node: ast.FunctionDef) -> int:
    return 2 if re.match(_TRAINS, node.name) else 0


def _called(
    said: str, node: ast.FunctionDef, names: Mapping[str, object], *, method: bool
) -> tuple[str, tuple[str, ...]]:
    """Return a call with the file's own values, and which arguments the file has none for."""
    given = [a.arg for a in (*node.args.posonlyargs, *node.args.args)][int(method) :]
    wanted = given[: len(given) - len(node.args.defaults)]
    known = {n.lower(): n for n, v in names.items() if _usable(v)}
    args = [name if name in names else known.get(name.lower(), name) for name in wanted]
    missing = tuple(a for a in args if a not in names or not _usable(names[a]))
    return f"{said}({', '.join(args)})", missing


def _usable(value: object) -> bool:
    return isinstance(value, (np.ndarray, int, float, str, list, tuple, dict, OwnFunction, Class))
