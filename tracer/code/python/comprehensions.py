"""Comprehensions: loops written as expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from tracer.code.python.scope import Surroundings
from tracer.code.values.frames import Eval, Frame
from tracer.code.world.truth import truth

#: Runs the loops, and calls the last argument each time.
Loops = Callable[[Frame], Iterator[None]]


def _loops(scope: Surroundings, generators: list[ast.comprehension]) -> tuple[Surroundings, Loops]:
    from tracer.code.python.targets import target

    names = {n.id for g in generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
    # Its own names are looked up first, all others where it stands.
    inner = replace(scope, local=frozenset(names), outer_names=frozenset())
    parts = []
    for position, generator in enumerate(generators):
        if generator.is_async:
            raise scope.text.at(generator.target, "'async for' can't be read")
        # The first is computed where the comprehension stands.
        over = scope.expression(scope if position == 0 else inner, generator.iter)
        tests = [inner.expression(inner, test) for test in generator.ifs]
        parts.append((over, target(inner, generator.target), tests))

    def run(frame: Frame, depth: int) -> Iterator[None]:
        if depth == len(parts):
            yield None
            return
        over, put, tests = parts[depth]
        machine = frame.machine
        where = frame.outer if depth == 0 and frame.outer is not None else frame
        for item in machine.iterate(over(where)):
            put(frame, item)
            if all(truth(machine, test(frame)) for test in tests):
                yield from run(frame, depth + 1)

    return inner, lambda frame: run(frame, 0)


def _inside(frame: Frame) -> Frame:
    return Frame({}, frame.unit, frame.machine, frame, frame.function)


def _list(scope: Surroundings, node: ast.ListComp) -> Eval:
    inner, loops = _loops(scope, node.generators)
    item = inner.expression(inner, node.elt)

    def evaluate(frame: Frame) -> object:
        own = _inside(frame)
        found = [item(own) for _ in loops(own)]
        frame.machine.budget.items(len(found))
        return found

    return evaluate


def _set(scope: Surroundings, node: ast.SetComp) -> Eval:
    inner, loops = _loops(scope, node.generators)
    item = inner.expression(inner, node.elt)

    def evaluate(frame: Frame) -> object:
        own = _inside(frame)
        return {item(own) for _ in loops(own)}

    return evaluate


def _dict(scope: Surroundings, node: ast.DictComp) -> Eval:
    inner, loops = _loops(scope, node.generators)
    key, value = inner.expression(inner, node.key), inner.expression(inner, node.value)

    def evaluate(frame: Frame) -> object:
        own = _inside(frame)
        return {key(own): value(own) for _ in loops(own)}

    return evaluate


def _generator(scope: Surroundings, node: ast.GeneratorExp) -> Eval:
    inner, loops = _loops(scope, node.generators)
    item = inner.expression(inner, node.elt)

    def evaluate(frame: Frame) -> object:
        own = _inside(frame)
        return (item(own) for _ in loops(own))

    return evaluate


COMPREHENSIONS: dict[type[ast.expr], Callable[[Surroundings, Any], Eval]] = {
    ast.ListComp: _list,
    ast.SetComp: _set,
    ast.DictComp: _dict,
    ast.GeneratorExp: _generator,
}
