"""Where a running part of a program keeps its names, and how its parts are run."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from tracer.code.values.faults import Text

if TYPE_CHECKING:
    from tracer.code.values.budget import Budget
    from tracer.code.values.objects import Class, OwnFunction


class Unit:
    """A file that is read: its text and its global names."""

    def __init__(self, text: Text, names: dict[str, object]) -> None:
        self.text = text
        self.names = names


class Frame:
    """The names of a function that runs, or of a file."""

    __slots__ = ("function", "machine", "names", "outer", "unit")

    def __init__(
        self,
        names: dict[str, object],
        unit: Unit,
        machine: Runner,
        outer: Frame | None = None,
        function: OwnFunction | None = None,
    ) -> None:
        self.names = names
        self.unit = unit
        self.machine = machine
        self.outer = outer
        self.function = function


#: An expression, ready to be evaluated; a statement, ready to be run.
Eval = Callable[[Frame], object]
Run = Callable[[Frame], object]
Body = tuple[Run, ...]

#: What a statement gives back where it doesn't simply go on.
BREAK, CONTINUE = object(), object()


def run_body(statements: Body, frame: Frame) -> object:
    """Run statements; return what ended them early, or None."""
    for statement in statements:
        signal = statement(frame)
        if signal is not None:
            return signal
    return None


class Return:
    """What a `return` gives back."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value


class Follows(Protocol):
    """Who follows what a program computes: sees each operation with its real result.

    Each method that returns something returns the value that the program goes on with. `line` is
    that of the statement that runs; 0 in a file beside the program.
    """

    line: int

    def operated(self, sign: str, args: tuple[Any, ...], result: Any) -> Any:
        """Follow an operator."""
        ...

    def called(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        """Follow a function of the world, by its full name (`numpy.dot`)."""
        ...

    def picked(self, value: Any, index: Any, result: Any) -> Any:
        """Follow `value[index]`."""
        ...

    def put(self, target: Any, index: Any, value: Any) -> None:
        """Follow `target[index] = value`, before it is done."""
        ...

    def updated(self, sign: str, target: Any, value: Any) -> None:
        """Follow `target += value` on an array, in its place, before it is done."""
        ...

    def named(self, place: str, value: Any, node: ast.AST) -> Any:
        """Follow an assignment to a name, an attribute or an item."""
        ...

    def taken(self, item: Any) -> Any:
        """Follow what a loop goes through: numbers of the data."""
        ...

    def asked(self, value: Any, answer: bool) -> None:
        """Follow that it was asked whether a value counts as true."""
        ...

    def entered(
        self, function: OwnFunction, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> None:
        """Follow a call of a function of the program's own, with its arguments."""
        ...

    def left(self, function: OwnFunction, result: Any) -> Any:
        """Follow what such a call gives back."""
        ...


class Runner(Protocol):
    """Who runs a program."""

    budget: Budget
    recorder: Follows | None
    unit: Unit
    frames: list[Frame]
    line: int

    def call(
        self, function: Any, args: tuple[Any, ...], keywords: dict[str, Any] | None = None
    ) -> Any:
        """Call whatever can be called."""
        ...

    def iterate(self, value: Any) -> Iterator[Any]:
        """Return an iterator over a value's items, each of which counts as a step."""
        ...

    def class_of(self, value: Any) -> Class | None:
        """Return the class of the program's own that a value has."""
        ...

    def operate(
        self, sign: str, left: Any, right: Any, *, in_place: bool = False, old: bool = False
    ) -> Any:
        """Return `left sign right`; `old` divides as Python 2 does."""
        ...

    def unary(self, sign: str, value: Any) -> Any:
        """Return `sign value`."""
        ...

    def compare(self, sign: str, left: Any, right: Any, how: Callable[[Any, Any], Any]) -> Any:
        """Return a comparison of numbers or arrays."""
        ...

    def picked(self, value: Any, index: Any, result: Any) -> Any:
        """Tell who follows of `value[index]`."""
        ...

    def put(self, target: Any, index: Any, value: Any) -> None:
        """Tell who follows of `target[index] = value`."""
        ...

    def named(self, place: str, value: Any, node: ast.AST) -> Any:
        """Tell who follows of an assignment."""
        ...

    def followed(
        self, name: str, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        """Tell who follows of a call of a function of the world."""
        ...

    def looping(self, line: int, frame: Frame) -> AbstractContextManager[Callable[[], None]]:
        """Tell of a loop; what is entered is called before each turn."""
        ...

    def module(self, name: str, level: int, frame: Frame) -> Any:
        """Return a module by its name, or one that lies beside the program."""
        ...

    def data_file(self, written: object) -> Path:
        """Return the data file that the program calls so. Raises Refusal."""
        ...

    def given(self, name: str) -> Any:
        """Return the array that is given for a variable, or MISSING."""
        ...

    def is_there(self, written: object) -> bool:
        """Say whether the program would find a file."""
        ...

    def stream(self) -> np.random.RandomState:
        """Return NumPy's own stream of random numbers, to draw from."""
        ...

    def left_out(self, what: str) -> None:
        """Note that something was left out: it only prints, draws or measures time."""
        ...
