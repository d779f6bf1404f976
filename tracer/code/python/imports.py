"""Imports: of what a program may use, and of files that lie beside it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from tracer.code.python.scope import Surroundings
from tracer.code.python.targets import target
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Frame, Run
from tracer.code.values.objects import MISSING, Inert, Module, Unknown
from tracer.errors import did_you_mean


def _import(scope: Surroundings, node: ast.Import) -> Run:
    wanted = [
        (
            alias.name,
            alias.asname is not None,
            target(
                scope,
                ast.copy_location(
                    ast.Name(alias.asname or alias.name.split(".")[0], ast.Store()), node
                ),
            ),
        )
        for alias in node.names
    ]

    def run(frame: Frame) -> object:
        for name, renamed, put in wanted:
            module = frame.machine.module(name, 0, frame)
            put(frame, module if renamed else frame.machine.module(name.split(".")[0], 0, frame))
        return None

    return run


def _import_from(scope: Surroundings, node: ast.ImportFrom) -> Run:
    puts = [
        (
            alias.name,
            None
            if alias.name == "*"
            else target(
                scope, ast.copy_location(ast.Name(alias.asname or alias.name, ast.Store()), node)
            ),
        )
        for alias in node.names
    ]

    def run(frame: Frame) -> object:
        if node.module == "__future__":
            return None
        for name, put in puts:
            if put is None:
                module = frame.machine.module(node.module or "", node.level, frame)
                frame.names.update(_everything(module))
            elif node.module is None:
                put(frame, _of_package(frame, node, name))
            else:
                put(frame, _member(frame, node, name))
        return None

    return run


def _of_package(frame: Frame, node: ast.ImportFrom, name: str) -> object:
    """Return what `from . import name` gives: a file of the package, or a name in it."""
    module = frame.machine.module(name, node.level, frame)
    package = frame.machine.module("", node.level, frame)
    known = getattr(package, "members", {}).get(name, module)
    return known if isinstance(module, Unknown) else module


def _everything(module: object) -> dict[str, object]:
    if isinstance(module, Module):
        return {n: v for n, v in module.members.items() if not n.startswith("_")}
    if isinstance(module, Unknown):
        raise Refusal(module.what, module.advice)
    return {}


def _member(frame: Frame, node: ast.ImportFrom, name: str) -> object:
    module = frame.machine.module(node.module or "", node.level, frame)
    if isinstance(module, Inert):
        return Inert(f"{module.name}.{name}")
    if isinstance(module, Unknown):
        return Unknown(f"{module.name}.{name}", module.what, module.advice)
    if not isinstance(module, Module):
        raise Refusal(f"the import of {name}")
    found = module.members.get(name, MISSING)
    if found is MISSING:
        inner = frame.machine.module(f"{node.module}.{name}", node.level, frame)
        if not isinstance(inner, Unknown):
            return inner
        return Unknown(
            f"{module.name}.{name}",
            f"{module.name}.{name} is not among what can be read."
            f"{did_you_mean(name, module.members)}",
        )
    return found


IMPORTS: dict[type[ast.stmt], Callable[[Surroundings, Any], Run]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
