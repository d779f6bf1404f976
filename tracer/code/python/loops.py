"""Loops."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from tracer.code.python.scope import Surroundings
from tracer.code.python.targets import target
from tracer.code.values.frames import BREAK, CONTINUE, Frame, Run, run_body
from tracer.code.world.truth import truth


def _for(scope: Surroundings, node: ast.For) -> Run:
    over, put = scope.expression(scope, node.iter), target(scope, node.target)
    body, other = scope.body(scope, node.body), scope.body(scope, node.orelse)
    line = node.lineno

    def run(frame: Frame) -> object:
        machine = frame.machine
        with machine.looping(line, frame) as turn:
            for item in machine.iterate(over(frame)):
                turn()
                put(frame, item if machine.recorder is None else machine.recorder.taken(item))
                signal = run_body(body, frame)
                if signal is not None and signal is not CONTINUE:
                    return None if signal is BREAK else signal
        return run_body(other, frame)

    return run


def _while(scope: Surroundings, node: ast.While) -> Run:
    test = scope.expression(scope, node.test)
    body, other = scope.body(scope, node.body), scope.body(scope, node.orelse)
    line = node.lineno

    def run(frame: Frame) -> object:
        machine = frame.machine
        with machine.looping(line, frame) as turn:
            while truth(machine, test(frame)):
                machine.budget.step()
                turn()
                signal = run_body(body, frame)
                if signal is not None and signal is not CONTINUE:
                    return None if signal is BREAK else signal
        return run_body(other, frame)

    return run


def _break(scope: Surroundings, node: ast.Break) -> Run:
    return lambda frame: BREAK


def _continue(scope: Surroundings, node: ast.Continue) -> Run:
    return lambda frame: CONTINUE


LOOPS: dict[type[ast.stmt], Callable[[Surroundings, Any], Run]] = {
    ast.For: _for,
    ast.While: _while,
    ast.Break: _break,
    ast.Continue: _continue,
}
