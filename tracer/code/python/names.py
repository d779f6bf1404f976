"""Which names a function assigns: the others it takes from where it stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """Return the names of a function's parameters."""
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
    return tuple(a.arg for a in every)


def assigned(body: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that these statements assign, without those they call global."""
    found: set[str] = set()
    elsewhere: set[str] = set()
    for node in _within(body):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                found.update(a.asname or a.name.split(".")[0] for a in aliases)
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                elsewhere.update(names)
            case _:
                pass
    return frozenset(found - elsewhere)


def nonlocal_names(body: Iterable[ast.AST]) -> frozenset[str]:
    """Return the names that these statements call nonlocal."""
    return frozenset(
        name for node in _within(body) if isinstance(node, ast.Nonlocal) for name in node.names
    )


def _within(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield these statements' parts, but for what has names of its own."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _INNER):
            waiting += getattr(node, "decorator_list", [])
        elif isinstance(node, _COMPREHENSIONS):
            # Its own names are its own, but `:=` assigns outside.
            waiting += [n for n in ast.walk(node) if isinstance(n, ast.NamedExpr)]
        else:
            waiting += ast.iter_child_nodes(node)


def yields(body: Iterable[ast.AST]) -> ast.AST | None:
    """Return the `yield` of a function, if it has one."""
    found = (n for n in _within(body) if isinstance(n, ast.Yield | ast.YieldFrom))
    return next(found, None)
