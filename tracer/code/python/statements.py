"""Statements of a program, made ready to be run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from tracer.code.python.classes import class_definition
from tracer.code.python.expressions import SIGNS, expression
from tracer.code.python.functions import function_definition
from tracer.code.python.imports import IMPORTS
from tracer.code.python.loops import LOOPS
from tracer.code.python.scope import Surroundings, unread
from tracer.code.python.targets import augmented, deleted, target
from tracer.code.python.trying import TRYING
from tracer.code.values.faults import CodeError, Refusal, Text
from tracer.code.values.frames import Body, Frame, Return, Run, run_body
from tracer.code.values.objects import MISSING
from tracer.code.world.truth import truth

#: Where what a program raised stands: the innermost statement says it first.
WHERE = "tracer_where"


def scope_of(text: Text) -> Surroundings:
    """Return the scope of a file's own lines."""
    return Surroundings(text, expression=expression, body=body)


def body(scope: Surroundings, nodes: list[ast.stmt]) -> Body:
    """Return statements, ready to be run."""
    return tuple(_located(scope, node, _statement(scope, node)) for node in nodes)


def _statement(scope: Surroundings, node: ast.stmt) -> Run:
    rule = _RULES.get(type(node))
    if rule is None:
        return unread(f"'{_WORDS.get(type(node), type(node).__name__)}'")
    return rule(scope, node)


_WORDS: dict[type[ast.AST], str] = {
    ast.AsyncFunctionDef: "async def",
    ast.AsyncFor: "async for",
    ast.AsyncWith: "async with",
    ast.Match: "match",
}


def _located(scope: Surroundings, node: ast.stmt, run: Run) -> Run:
    """Return a statement that counts as a step, and says where what it raises stands."""
    text = scope.text

    def located(frame: Frame) -> object:
        try:
            machine = frame.machine
            machine.budget.step()
            if machine.recorder is not None:
                machine.recorder.line = node.lineno if frame.unit is machine.unit else 0
            return run(frame)
        except CodeError:
            raise
        except Refusal as refusal:
            raise text.at(node, refusal.what, refusal.advice) from None
        except Exception as error:
            if not hasattr(error, WHERE):
                setattr(error, WHERE, (text, node))
            raise

    return located


def _expression(scope: Surroundings, node: ast.Expr) -> Run:
    if isinstance(node.value, ast.Constant):
        return lambda frame: None
    value = scope.expression(scope, node.value)

    def run(frame: Frame) -> object:
        value(frame)
        return None

    return run


def _assign(scope: Surroundings, node: ast.Assign) -> Run:
    value = scope.expression(scope, node.value)
    puts = [target(scope, t) for t in node.targets]

    def run(frame: Frame) -> object:
        try:
            found = value(frame)
        except Refusal:
            found = _given(frame, node.targets[0])
            if found is MISSING:
                raise
        for put in puts:
            put(frame, found)
        return None

    return run


def _given(frame: Frame, node: ast.expr) -> Any:
    """Return what is given for the variables of a line that can't be read, or MISSING."""
    if not isinstance(node, ast.Tuple | ast.List):
        return frame.machine.given(ast.unparse(node))
    found = [_given(frame, part) for part in node.elts]
    return MISSING if any(part is MISSING for part in found) else tuple(found)


def _annotated(scope: Surroundings, node: ast.AnnAssign) -> Run:
    if node.value is None:
        return lambda frame: None
    value, put = scope.expression(scope, node.value), target(scope, node.target)

    def run(frame: Frame) -> object:
        put(frame, value(frame))
        return None

    return run


def _augmented(scope: Surroundings, node: ast.AugAssign) -> Run:
    return augmented(scope, node, SIGNS[type(node.op)])


def _if(scope: Surroundings, node: ast.If) -> Run:
    test = scope.expression(scope, node.test)
    yes, no = scope.body(scope, node.body), scope.body(scope, node.orelse)

    def run(frame: Frame) -> object:
        return run_body(yes if truth(frame.machine, test(frame)) else no, frame)

    return run


def _return(scope: Surroundings, node: ast.Return) -> Run:
    if node.value is None:
        return lambda frame: Return(None)
    value = scope.expression(scope, node.value)
    return lambda frame: Return(value(frame))


def _pass(scope: Surroundings, node: ast.stmt) -> Run:
    return lambda frame: None


def _assert(scope: Surroundings, node: ast.Assert) -> Run:
    test = scope.expression(scope, node.test)
    message = None if node.msg is None else scope.expression(scope, node.msg)

    def run(frame: Frame) -> object:
        if not truth(frame.machine, test(frame)):
            raise AssertionError(str(message(frame)) if message else "")
        return None

    return run


_RULES: dict[type[ast.stmt], Callable[[Surroundings, Any], Run]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.Return: _return,
    ast.Pass: _pass,
    # What these name is known when the function is read.
    ast.Global: _pass,
    ast.Nonlocal: _pass,
    ast.Delete: deleted,
    ast.Assert: _assert,
    ast.FunctionDef: function_definition,
    ast.ClassDef: class_definition,
    **LOOPS,
    **TRYING,
    **IMPORTS,
}
