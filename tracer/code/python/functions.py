"""Functions of a program's own: defined, and called."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import Any

from tracer.code.python.names import assigned, nonlocal_names, parameters, yields
from tracer.code.python.scope import Surroundings
from tracer.code.python.targets import target
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Eval, Frame, Return, Run, Runner
from tracer.code.values.objects import Decorated, OwnFunction

#: What may stand above a function and changes nothing that counts here.
_IGNORED = {"jit", "njit", "lru_cache", "cache", "wraps", "abstractmethod", "override", "vectorize"}
_KINDS = {"staticmethod", "classmethod", "property"}


def _inner(
    scope: Surroundings, arguments: ast.arguments, body: list[Any]
) -> tuple[Surroundings, frozenset[str]]:
    elsewhere = frozenset(
        name
        for node in body
        for n in ast.walk(node)
        if isinstance(n, ast.Global)
        for name in n.names
    )
    local = frozenset(map(scope.mangled, {*parameters(arguments), *assigned(body)}))
    inner = replace(
        scope,
        local=local - elsewhere,
        global_names=elsewhere,
        outer_names=nonlocal_names(body),
    )
    return inner, local


def function_definition(scope: Surroundings, node: ast.FunctionDef) -> Run:
    """Return a `def`, ready to be run."""
    inner, local = _inner(scope, node.args, node.body)
    body = inner.body(inner, node.body)
    defaults = [scope.expression(scope, d) for d in node.args.defaults]
    keyword_defaults = _keyword_defaults(scope, node.args)
    decorators = [(d, scope.expression(scope, d)) for d in node.decorator_list if not _known(d)]
    kinds = [k for d in node.decorator_list if (k := _word(d)) in _KINDS]
    put = target(scope, ast.copy_location(ast.Name(node.name, ast.Store()), node))
    generator = yields(node.body) is not None
    setter = any(_word(d) == "setter" for d in node.decorator_list)

    def run(frame: Frame) -> object:
        made: Any = OwnFunction(
            node.name,
            node.args,
            local,
            body,
            tuple(default(frame) for default in defaults),
            {name: value(frame) for name, value in keyword_defaults},
            frame,
            frame.unit,
            node,
            generator=generator,
        )
        for kind in kinds:
            made = Decorated(kind, made)
        if setter:
            made = _with_setter(frame.names.get(node.name), made)
        for _, decorator in reversed(decorators):
            made = frame.machine.call(decorator(frame), (made,))
        put(frame, made)
        return None

    return run


def _with_setter(known: object, setter: OwnFunction) -> Decorated:
    """Return a property that can be assigned, too."""
    if not isinstance(known, Decorated):
        raise TypeError(f"there is no property '{setter.name}' before its setter")
    return Decorated(known.kind, known.function, setter)


def _word(node: ast.expr) -> str:
    """Return the last name of a decorator."""
    match node:
        case ast.Call(func=function):
            return _word(function)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _known(node: ast.expr) -> bool:
    return _word(node) in _IGNORED | _KINDS | {"setter"}


def _keyword_defaults(scope: Surroundings, arguments: ast.arguments) -> list[tuple[str, Eval]]:
    return [
        (argument.arg, scope.expression(scope, default))
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    ]


def lambda_function(scope: Surroundings, node: ast.Lambda) -> Eval:
    """Return a `lambda`, ready to be evaluated."""
    inner, local = _inner(scope, node.args, [node.body])
    result = inner.expression(inner, node.body)
    defaults = [scope.expression(scope, d) for d in node.args.defaults]
    keyword_defaults = _keyword_defaults(scope, node.args)

    def evaluate(frame: Frame) -> object:
        return OwnFunction(
            # A helper may be called so.
            "function",
            node.args,
            local,
            (),
            tuple(default(frame) for default in defaults),
            {name: value(frame) for name, value in keyword_defaults},
            frame,
            frame.unit,
            node,
            result=result,
        )

    return evaluate


def call_function(
    machine: Runner, function: OwnFunction, args: tuple[object, ...], keywords: dict[str, object]
) -> object:
    """Call a function of the program's own."""
    if function.generator:
        raise Refusal(
            f"'yield' in {function.name}",
            "Return a list instead of yielding one item after the other.",
        )
    names = bound(function, args, keywords)
    # A method's body sees the file's names, not those of its class's lines.
    outer = function.frame if function.frame.function is not None else None
    frame = Frame(names, function.unit, machine, outer, function)
    machine.budget.enter()
    machine.frames.append(frame)
    try:
        if function.result is not None:
            return function.result(frame)
        for statement in function.body:
            signal = statement(frame)
            if isinstance(signal, Return):
                return signal.value
        return None
    finally:
        machine.frames.pop()
        machine.budget.leave()


def bound(
    function: OwnFunction, args: tuple[object, ...], keywords: dict[str, object]
) -> dict[str, object]:
    """Return a call's arguments by the names of the parameters."""
    given = function.parameters
    positional = [a.arg for a in (*given.posonlyargs, *given.args)]
    names: dict[str, object] = dict(zip(positional, args, strict=False))
    if len(args) > len(positional) and given.vararg is None:
        raise TypeError(
            f"{function.name}() takes {len(positional)} arguments, and {len(args)} are given"
        )
    if given.vararg is not None:
        names[given.vararg.arg] = tuple(args[len(positional) :])
    _keywords(function, positional, names, keywords)
    for name, default in zip(reversed(positional), reversed(function.defaults), strict=False):
        names.setdefault(name, default)
    for name, default in function.keyword_defaults.items():
        names.setdefault(name, default)
    missing = [n for n in (*positional, *(a.arg for a in given.kwonlyargs)) if n not in names]
    if missing:
        raise TypeError(f"{function.name}() lacks its argument {', '.join(missing)}")
    return names


def _keywords(
    function: OwnFunction,
    positional: list[str],
    names: dict[str, object],
    keywords: dict[str, object],
) -> None:
    given = function.parameters
    taken = {*positional, *(a.arg for a in given.kwonlyargs)} - {a.arg for a in given.posonlyargs}
    others: dict[str, object] = {}
    for name, value in keywords.items():
        if name not in taken:
            if given.kwarg is None:
                raise TypeError(f"{function.name}() has no argument '{name}'")
            others[name] = value
        elif name in names:
            raise TypeError(f"{function.name}() gets '{name}' twice")
        else:
            names[name] = value
    if given.kwarg is not None:
        names[given.kwarg.arg] = others
