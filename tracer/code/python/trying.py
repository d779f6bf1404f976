"""`try`, `raise` and `with`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from tracer.code.python.scope import Surroundings
from tracer.code.python.targets import target
from tracer.code.values.faults import CodeError, Refusal
from tracer.code.values.frames import Body, Eval, Frame, Run, run_body
from tracer.code.values.objects import Bound, Inert, Instance, OwnFunction
from tracer.code.world.exceptions import Raised, exception_of, matches
from tracer.code.world.opened import OPENED
from tracer.code.world.progress import Progress

#: An `except`: which exceptions, what they are called, what is done.
_Handler = tuple[Eval | None, str | None, Body]


def _try(scope: Surroundings, node: ast.Try) -> Run:
    body, other = scope.body(scope, node.body), scope.body(scope, node.orelse)
    last = scope.body(scope, node.finalbody)
    handlers = [_handler(scope, h) for h in node.handlers]

    def guarded(frame: Frame) -> object:
        try:
            signal = run_body(body, frame)
        except (CodeError, Refusal):
            raise
        except Exception as error:
            handled = _caught(frame, error, handlers)
            if handled is None:
                raise
            return run_body(handled, frame)
        return signal if signal is not None else run_body(other, frame)

    return guarded if not last else _finally(guarded, last)


def _finally(guarded: Run, last: Body) -> Run:
    """Return a `try` with what is done at its end in any case."""

    def run(frame: Frame) -> object:
        try:
            signal = guarded(frame)
        except (CodeError, Refusal):
            raise
        except Exception:
            ended = run_body(last, frame)
            if ended is not None:
                return ended
            raise
        ended = run_body(last, frame)
        return ended if ended is not None else signal

    return run


def _handler(scope: Surroundings, node: ast.ExceptHandler) -> _Handler:
    kind = None if node.type is None else scope.expression(scope, node.type)
    return kind, node.name, scope.body(scope, node.body)


def _caught(frame: Frame, error: Exception, handlers: list[_Handler]) -> Body | None:
    """Return what is done about an exception; None where nothing catches it."""
    for kind, name, body in handlers:
        if kind is None or matches(error, kind(frame)):
            if name is not None:
                frame.names[name] = getattr(error, "value", error)
            return body
    return None


def _raise(scope: Surroundings, node: ast.Raise) -> Run:
    if node.exc is None:

        def again(frame: Frame) -> object:
            raise Raised("RuntimeError", "raised again")

        return again
    value = scope.expression(scope, node.exc)

    def run(frame: Frame) -> object:
        raise exception_of(frame.machine, value(frame))

    return run


def _with(scope: Surroundings, node: ast.With) -> Run:
    items = [
        (
            scope.expression(scope, item.context_expr),
            None if item.optional_vars is None else target(scope, item.optional_vars),
        )
        for item in node.items
    ]
    body = scope.body(scope, node.body)

    def run(frame: Frame) -> object:
        for value, put in items:
            entered = _entered(frame, value(frame))
            if put is not None:
                put(frame, entered)
        return run_body(body, frame)

    return run


def _entered(frame: Frame, value: object) -> object:
    if isinstance(value, Instance):
        method = value.cls.find("__enter__")
        if isinstance(method, OwnFunction):
            return frame.machine.call(Bound(method, value), ())
        raise TypeError(f"an object of {value.cls.name} can't stand in 'with'")
    if isinstance(value, Inert):
        return value
    if isinstance(value, (*OPENED, Progress)):
        return value
    raise Refusal("'with' of this")


TRYING: dict[type[ast.stmt], Callable[[Surroundings, Any], Run]] = {
    ast.Try: _try,
    ast.Raise: _raise,
    ast.With: _with,
}
