"""What is computed, and who is told of it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np

from tracer.code.values.budget import Budget
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Follows, Frame
from tracer.code.values.objects import Class, Inert, Instance, Unknown
from tracer.code.world.operators import UNARY, divide_as_of_old, operate
from tracer.code.world.tables import Table, combined, numbers, wrapped

#: What is told of a loop: its line, the frame it runs in; returns what is called before each turn.
Looping = Callable[[int, Frame], AbstractContextManager[Callable[[], None]]]


def _nothing() -> None:
    """Do nothing before a loop's turn."""


class Told:
    """Computes with a program's values, and tells who follows."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.recorder: Follows | None = None
        self.line = 0
        self.left: dict[str, list[int]] = {}
        self.on_loop: Looping | None = None

    def operate(
        self, sign: str, left: Any, right: Any, *, in_place: bool = False, old: bool = False
    ) -> Any:
        """Return `left sign right`; `old` divides as Python 2 does."""
        if old and divide_as_of_old(left, right):
            sign = "//"
        recorder = self.recorder
        if isinstance(left, Table) or isinstance(right, Table):
            if recorder is None:
                return combined(self.budget, sign, left, right, in_place=in_place)
            left, right = numbers(left), numbers(right)
        if recorder is None:
            return operate(self.budget, sign, left, right, in_place=in_place)
        if in_place and isinstance(left, np.ndarray):
            # What is overwritten is told of before.
            recorder.updated(sign, left, right)
            return operate(self.budget, sign, left, right, in_place=True)
        result = operate(self.budget, sign, left, right, in_place=in_place)
        return recorder.operated(sign, (left, right), result)

    def unary(self, sign: str, value: Any) -> Any:
        """Return `sign value`."""
        if isinstance(value, Inert):
            return value
        if isinstance(value, Instance | Class | Unknown):
            raise Refusal(f"'{sign}' of an object", "Compute with numbers and NumPy arrays.")
        if isinstance(value, Table):
            if self.recorder is None:
                return wrapped(UNARY[sign](value.real))
            value = value.array
        result = UNARY[sign](value)
        return result if self.recorder is None else self.recorder.operated(sign, (value,), result)

    def compare(self, sign: str, left: Any, right: Any, how: Callable[[Any, Any], Any]) -> Any:
        """Return a comparison of numbers or arrays."""
        if isinstance(left, Table) or isinstance(right, Table):
            if self.recorder is None:
                return combined(self.budget, sign, left, right)
            left, right = numbers(left), numbers(right)
        result = how(left, right)
        if self.recorder is None:
            return result
        return self.recorder.operated(sign, (left, right), result)

    # -- what is told to who follows ------------------------------------------------------------

    def picked(self, value: Any, index: Any, result: Any) -> Any:
        """Tell who follows of `value[index]`."""
        return result if self.recorder is None else self.recorder.picked(value, index, result)

    def put(self, target: Any, index: Any, value: Any) -> None:
        """Tell who follows of `target[index] = value`."""
        if self.recorder is not None:
            self.recorder.put(target, index, value)

    def named(self, place: str, value: Any, node: ast.AST) -> Any:
        """Tell who follows of an assignment."""
        return value if self.recorder is None else self.recorder.named(place, value, node)

    def followed(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        """Tell who follows of a call of a function of the world."""
        if self.recorder is None:
            return result
        return self.recorder.called(name, args, keywords, result)

    def looping(self, line: int, frame: Frame) -> AbstractContextManager[Callable[[], None]]:
        """Tell of a loop; what is entered is called before each turn."""
        return nullcontext(_nothing) if self.on_loop is None else self.on_loop(line, frame)

    def left_out(self, what: str) -> None:
        """Note that something was left out: it only prints, draws or measures time."""
        lines = self.left.setdefault(what.split(".")[0], [])
        if self.line not in lines and len(lines) < 100:
            lines.append(self.line)
