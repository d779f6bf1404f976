"""Calls of a program, run: its own functions and classes, and those it may use."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tracer.code.python.functions import call_function
from tracer.code.python.told import Told
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Frame, Unit
from tracer.code.values.objects import (
    Bound,
    Class,
    Decorated,
    Inert,
    Instance,
    Native,
    OwnFunction,
    Unknown,
)
from tracer.code.world.constructors import CONSTRUCTORS
from tracer.code.world.tables import LOOP_ADVICE, REDUCED, Table, numbers, unwrapped, wrapped


class Calling(Told, ABC):
    """Calls whatever can be called; how a program's values are gone through, others say."""

    frames: list[Frame]
    unit: Unit

    @abstractmethod
    def iterate(self, value: Any) -> Iterator[Any]:
        """Return an iterator over a value's items, each of which counts as a step."""

    @abstractmethod
    def class_of(self, value: Any) -> Class | None:
        """Return the class of the program's own that a value has."""

    @abstractmethod
    def module(self, name: str, level: int, frame: Frame) -> Any:
        """Return a module by its name, or one that lies beside the program."""

    @abstractmethod
    def data_file(self, written: object) -> Path:
        """Return the data file that the program calls so. Raises Refusal."""

    @abstractmethod
    def given(self, name: str) -> Any:
        """Return the array that is given for a variable, or MISSING."""

    @abstractmethod
    def is_there(self, written: object) -> bool:
        """Say whether the program would find a file."""

    @abstractmethod
    def stream(self) -> np.random.RandomState:
        """Return NumPy's own stream of random numbers, to draw from."""

    def call(
        self, function: Any, args: tuple[Any, ...], keywords: dict[str, Any] | None = None
    ) -> Any:
        """Call whatever can be called."""
        named = keywords or {}
        if isinstance(function, OwnFunction):
            if self.recorder is None:
                return call_function(self, function, args, named)
            return self._followed_call(function, args, named)
        if isinstance(function, Native):
            return self._native(function, args, named)
        if isinstance(function, Bound):
            return self.call(function.function, (function.owner, *args), named)
        if isinstance(function, Class):
            return self._made(function, args, named)
        if isinstance(function, type):
            return self._constructed(function, args, named)
        return self._other(function, args, named)

    def _followed_call(
        self, function: OwnFunction, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> Any:
        recorder = self.recorder
        assert recorder is not None
        recorder.entered(function, args, keywords)
        return recorder.left(function, call_function(self, function, args, keywords))

    def _other(self, function: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        if isinstance(function, Inert):
            self.left_out(function.name)
            return function
        if isinstance(function, Unknown):
            raise Refusal(function.what, function.advice)
        if isinstance(function, Instance):
            method = function.cls.find("__call__")
            if isinstance(method, OwnFunction):
                return self.call(Bound(method, function), args, keywords)
            raise TypeError(f"an object of {function.cls.name} can't be called")
        if isinstance(function, Decorated):
            return self.call(function.function, args, keywords)
        raise TypeError(f"'{type(function).__name__}' can't be called")

    def _native(self, function: Native, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        for value in (*args, *keywords.values()):
            if isinstance(value, Unknown):
                raise Refusal(value.what, value.advice)
        if function.machine:
            return self._told(function, args, keywords, function.compute(self, *args, **keywords))
        if any(isinstance(a, Inert) for a in args):
            return Inert(function.name)
        tables = any(isinstance(a, Table) for a in (*args, *keywords.values()))
        if tables and self.recorder is not None and function.name in REDUCED and len(args) == 1:
            raise Refusal(f"{function.name} of a table in the training loop", LOOP_ADVICE)
        args = tuple(self._usable(a) for a in args)
        keywords = {k: self._usable(v) for k, v in keywords.items()}
        if function.cost is not None:
            # Of wrong arguments, the function itself says what is wrong.
            with suppress(TypeError, ValueError, OverflowError):
                self.budget.compute(function.cost(*args, **keywords))
        found = self._told(function, args, keywords, function.compute(*args, **keywords))
        return wrapped(found) if tables else found

    def _told(
        self, function: Native, args: tuple[Any, ...], keywords: dict[str, Any], result: Any
    ) -> Any:
        if isinstance(result, np.ndarray):
            self.budget.compute(result.size)
        if function.followed or self.recorder is None:
            return result
        return self.recorder.called(function.name, args, keywords, result)

    def _usable(self, value: Any) -> Any:
        """Return an argument as a function of Python's own can use it."""
        if isinstance(value, OwnFunction | Bound | Class):
            return lambda *args, **keywords: self.call(value, args, keywords)
        if isinstance(value, list) and any(isinstance(v, Instance) for v in value[:1]):
            raise TypeError("an array can't hold objects")
        return unwrapped(value) if self.recorder is None else numbers(value)

    def _constructed(self, kind: type, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        make = CONSTRUCTORS.get(kind)
        if make is not None:
            return make(self, *args, **keywords)
        if issubclass(kind, np.generic) or issubclass(kind, Exception):
            return self.followed(f"numpy.{kind.__name__}", args, keywords, kind(*args, **keywords))
        if kind is np.ndarray:
            return self._native(Native("numpy.zeros", np.zeros), args, keywords)
        raise Refusal(f"{kind.__name__}()")

    def _made(self, cls: Class, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        made = Instance(cls)
        method = cls.find("__init__")
        if isinstance(method, OwnFunction):
            self.call(Bound(method, made), args, keywords)
            return made
        fields = cls.find("__fields__")
        if isinstance(fields, list):
            made.attributes.update(zip(fields, args, strict=False))
            made.attributes.update(keywords)
        elif any(c.exception for c in cls.line()):
            made.attributes["args"] = args
        elif args or keywords:
            raise TypeError(f"{cls.name}() takes no arguments")
        return made
