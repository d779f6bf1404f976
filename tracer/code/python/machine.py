"""Runs a program that is read: in a closed world, within limits, followed where asked."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from tracer.code.python.called import Calling
from tracer.code.python.statements import WHERE, body, scope_of
from tracer.code.values.budget import Budget
from tracer.code.values.faults import CodeError, Refusal, Text
from tracer.code.values.frames import Frame, Unit
from tracer.code.values.objects import (
    MISSING,
    Bound,
    Class,
    Inert,
    Instance,
    Module,
    OwnFunction,
    Unknown,
)
from tracer.code.values.seeds import OUR_SEED
from tracer.code.world.exceptions import Ended, Raised
from tracer.code.world.files import Files
from tracer.code.world.imported import Imports
from tracer.code.world.numpy_files import given_array
from tracer.code.world.random_module import RandomStreams
from tracer.code.world.tables import Table


class Interpreter(Calling):
    """Runs one program.

    `beside` gives the text of a file that lies beside it, `known` are values of its names.
    """

    def __init__(
        self,
        text: Text,
        tree: ast.Module,
        *,
        budget: Budget | None = None,
        files: Files | None = None,
        seed: int = OUR_SEED,
        known: Mapping[str, object] | None = None,
        beside: Callable[[str], tuple[Text, ast.Module] | None] = lambda name: None,
    ) -> None:
        super().__init__(budget or Budget())
        self.text = text
        self.remarks: list[str] = []
        self._tree = tree
        self._beside = beside
        self.files = files or Files()
        self.streams = RandomStreams(self._unseeded, seed)
        self._imports = Imports(self.streams)
        # What is known before is this run's own: it may be changed in its place.
        self.unit = Unit(text, {"__name__": "__main__", **deepcopy(dict(known or {}))})
        self.frames = [Frame(self.unit.names, self.unit, self)]
        self._units: dict[str, Module] = {}

    def run(self) -> None:
        """Run the program to its end. Raises CodeError for what can't be read, or goes wrong."""
        statements = body(scope_of(self.text), self._tree.body)
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            try:
                for statement in statements:
                    statement(self.frames[0])
            except Ended:
                pass
            except CodeError:
                raise
            except RecursionError:
                raise self.text.fault(self.line, 0, "the program is nested too deep") from None
            except MemoryError:
                raise self.text.fault(self.line, 0, "the program needs too much memory") from None
            except Exception as error:
                if not hasattr(error, WHERE):
                    raise
                raise self._said(error) from None

    def _said(self, error: Exception) -> CodeError:
        """Return what a program's own error says, at its place."""
        text: Text
        text, node = getattr(error, WHERE)
        name = error.name if isinstance(error, Raised) else type(error).__name__
        what = " ".join(str(error).split())
        return text.at(node, f"{name}: {what}" if what else name)

    def _unseeded(self, which: str) -> None:
        self.remarks.append(which)

    def data_file(self, written: object) -> Path:
        """Return the data file that the program calls so. Raises Refusal."""
        lines = self.frames[-1].unit.text.lines
        return self.files.find(written, lines[self.line - 1] if self.line else "")

    def given(self, name: str) -> Any:
        """Return the array that is given for a variable, or MISSING."""
        path = self.files.given(name)
        return MISSING if path is None else given_array(self, path)

    def is_there(self, written: object) -> bool:
        """Say whether the program would find a file."""
        return self.files.is_there(written)

    def stream(self) -> np.random.RandomState:
        """Return NumPy's own stream of random numbers, to draw from."""
        self.streams.used("numpy")
        return self.streams.legacy

    # -- what is there --------------------------------------------------------------------------

    def iterate(self, value: Any) -> Iterator[Any]:
        """Return an iterator over a value's items, each of which counts as a step."""
        if isinstance(value, Instance):
            return self._own_iterator(value)
        if isinstance(value, Inert):
            if value.name.startswith("input"):
                raise Refusal("the program asks for something here", "Write it into the program.")
            return iter(())
        if isinstance(value, Unknown):
            raise Refusal(value.what, value.advice)
        if isinstance(value, Table) and value.real.ndim == 1 and self.recorder is not None:
            value = value.array if value.numeric else value
        if isinstance(value, np.ndarray) and value.ndim and self.recorder is not None:
            return self.budget.each(
                self.recorder.picked(value, i, value[i]) for i in range(len(value))
            )
        iterated = getattr(value, "iterated", None)
        return self.budget.each(iter(value) if iterated is None else iterated())

    def _own_iterator(self, value: Instance) -> Iterator[Any]:
        method = value.cls.find("__iter__")
        if isinstance(method, OwnFunction):
            made = self.call(Bound(method, value), ())
            return self.iterate(made) if made is not value else self._next(value)
        method = value.cls.find("__getitem__")
        if isinstance(method, OwnFunction):
            return self._by_position(Bound(method, value))
        raise TypeError(f"an object of {value.cls.name} can't be gone through")

    def _by_position(self, method: Bound) -> Iterator[Any]:
        """Yield the items of an object that has them by position, as Python does."""
        for position in self.budget.each(count()):
            try:
                item = self.call(method, (position,))
            except IndexError:
                return
            yield item

    def _next(self, value: Instance) -> Iterator[Any]:
        method = value.cls.find("__next__")
        while isinstance(method, OwnFunction):
            self.budget.step()
            try:
                item = self.call(Bound(method, value), ())
            except StopIteration:
                return
            yield item

    def class_of(self, value: Any) -> Class | None:
        """Return the class of the program's own that a value has."""
        return value.cls if isinstance(value, Instance) else None

    def module(self, name: str, level: int, frame: Frame) -> Any:
        """Return a module by its name, or one that lies beside the program."""
        found = MISSING if level else self._imports.get(name)
        if found is not MISSING:
            return found
        package = str(frame.unit.names.get("__package__", ""))
        above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
        whole = ".".join(part for part in (*above, name) if part)
        made = self._unit(whole)
        if made is None and package and not level:
            # Python 2 looked beside the importing file first.
            made = self._unit(f"{package}.{name}")
        return made or self._imports.missing(name, level)

    def _unit(self, name: str) -> Module | None:
        """Return the module of a file that lies beside the program; None without one."""
        if name in self._units:
            return self._units[name]
        read = self._beside(name)
        if read is None:
            return None
        package, _, last = name.rpartition(".")
        parent = self._unit(package) if package else None
        if name in self._units:
            return self._units[name]
        text, tree = read
        whole = text.name in {"__init__.py", f"{last}/"}
        members: dict[str, object] = {"__name__": name, "__package__": name if whole else package}
        made = self._units[name] = Module(name, members)
        if parent is not None:
            parent.members[last] = made
        inner = Frame(members, Unit(text, members), self)
        self.budget.enter()
        self.frames.append(inner)
        for statement in body(scope_of(text), tree.body):
            statement(inner)
        self.frames.pop()
        self.budget.leave()
        return made
