"""A turn's values → equations in the language of templates."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.code.record.graph import Value
from tracer.code.record.names import FreeNames, identifier, of_path
from tracer.code.record.places import Path
from tracer.code.record.simpler import base_name, sayable, simplified
from tracer.code.record.written import index, number, written


@dataclass(frozen=True)
class Stated:
    """One equation, the line of the program that it comes from, and the value it makes."""

    text: str
    name: str
    line: int
    value: Value


@dataclass(frozen=True)
class Given:
    """A constant of the training: its name and its numbers, or those of each turn."""

    name: str
    real: Any
    value: Value
    path: Path = ()


class Equations:
    """Writes the equations of a turn.

    `ends` are what is carried, `others` what else is wanted, `history` what the values that are
    other numbers in each turn were, turn by turn.
    """

    def __init__(
        self,
        ends: dict[Path, Value],
        others: list[Value],
        history: Mapping[int, list[Any]],
        moving: set[int],
    ) -> None:
        self.ends = ends
        self.givens: dict[int, Given] = {}
        self.lines: list[Stated] = []
        self.parameters: dict[Path, str] = {}
        self._varying = set(history)
        self._moving = moving
        self.names = FreeNames()
        self._called: dict[int, str] = {}
        self._shared: dict[Any, str] = {}
        self._holder: dict[str, Value] = {}
        #: The definitions of the program's own short functions, and their lines, by name.
        self.helpers: dict[str, tuple[str, int]] = {}
        self._order: dict[int, int] = {}
        self._last_read: dict[int, int] = {}
        #: The new values of what is carried: their names stand for them to the end.
        self._final: set[int] = set()
        self._history = history
        self._others = others
        self._needed = self._collect([*ends.values(), *others])
        self._uses = self._count()
        self._write()

    # -- which values get an equation of their own ------------------------------------------------

    def _given(self, value: Value) -> bool:
        """Say whether a value is a constant that stands as it is among the givens."""
        if value.number in self._varying:
            return True
        if value.number in self._moving:
            return False
        if value.kind == "leaf":
            return True
        return any(v.number not in self._moving and not sayable(v) for v in value.behind())

    def _inside(self, value: Value) -> tuple[Value, ...]:
        return () if self._given(value) else simplified(value).args

    def _collect(self, roots: list[Value]) -> list[Value]:
        found: dict[int, Value] = {}
        waiting = [simplified(v) for v in roots]
        while waiting:
            value = waiting.pop()
            if value.number not in found:
                found[value.number] = value
                waiting += [simplified(a) for a in self._inside(value)]
        return [found[n] for n in sorted(found)]

    def _count(self) -> dict[int, int]:
        uses: dict[int, int] = {}
        for value in self._needed:
            for arg in self._inside(value):
                number = simplified(arg).number
                uses[number] = uses.get(number, 0) + 1
        return uses

    def _stated(self, value: Value) -> bool:
        if self._given(value) or value.kind in {"leaf", "number"}:
            return False
        if value.name or value.kind == "put":
            return True
        cheap = value.kind == "pick" or (
            value.kind == "call" and value.what in {"transpose", "reshape"}
        )
        return self._uses.get(value.number, 0) > 1 and not cheap

    # -- writing ----------------------------------------------------------------------------------

    def _write(self) -> None:
        last: dict[int, Path] = {}
        for path, value in self.ends.items():
            self.parameters[path] = self.names.take(of_path(path), of_path(path, long=True))
            if self._makes(value):
                last.setdefault(simplified(value).number, path)
        late = [(p, v) for p, v in self.ends.items() if last.get(simplified(v).number) != p]
        wanted = {simplified(v).number for v in self._others}
        stated = [
            v
            for v in self._needed
            if v.number in last
            or self._stated(v)
            or (v.number in wanted and v.kind not in {"leaf", "number"} and not self._given(v))
        ]
        self._order = {v.number: position for position, v in enumerate(stated)}
        self._last_read = self._read_last(stated, [v for _, v in late])
        self._final = set(last)
        self._start(last)
        for value in stated:
            place = last.get(value.number)
            self._state(value, self.parameters[place] if place else self._hint(value))
        for path, value in late:
            name, text = self.parameters[path], ast.unparse(self.said(value))
            self.lines.append(Stated(f"{name} = {text}", name, value.line, simplified(value)))

    def _makes(self, value: Value) -> bool:
        made = simplified(value)
        return made.kind not in {"leaf", "number"} and not self._given(made)

    def _read_last(self, stated: list[Value], late: list[Value]) -> dict[int, int]:
        """Return where each value is read for the last time, as a position among the stated."""
        found: dict[int, int] = {}
        for position, value in enumerate(stated):
            for read in self._direct(value):
                found[read.number] = position
        for value in late:
            found[simplified(value).number] = len(stated)
        return found

    def _start(self, last: dict[int, Path]) -> None:
        """Name what the parameters start from; keep it where it is read after their update."""
        changed = {path: self._order[number] for number, path in last.items()}
        for value in self._needed:
            path: Path = value.detail[0] if value.kind == "leaf" else ()
            if path not in self.parameters:
                continue
            name = self.parameters[path]
            self._called[value.number] = name
            if self._last_read.get(value.number, -1) > changed.get(path, len(self._order)):
                before = self.names.take(f"{name}_before")
                self._called[value.number] = before
                self.lines.append(Stated(f"{before} = {name}", before, 0, value))
            else:
                self._holder[name] = value

    def _hint(self, value: Value) -> str:
        """Return a name for a value: the program's own, also again where nothing needs the old."""
        if value.kind == "put":
            name = self._called.get(simplified(value.args[0]).number) or base_name(value)
        else:
            name = identifier(value.name) if value.name else "part"
        held = self._holder.get(name)
        if held is None or held.number in self._final:
            return self.names.take(name)
        read = self._last_read.get(held.number, -1) > self._order[value.number]
        return self.names.take(name) if read else name

    def _direct(self, value: Value) -> list[Value]:
        """Return the leaves and stated values that a value's equation reads by itself."""
        found: list[Value] = []
        waiting = [simplified(a) for a in self._inside(value)]
        while waiting:
            inner = waiting.pop()
            if inner.kind == "leaf" or inner.number in self._order:
                found.append(inner)
            else:
                waiting += [simplified(a) for a in self._inside(inner)]
        return found

    def _state(self, value: Value, name: str) -> None:
        if value.kind == "put":
            self._put(value, name)
        else:
            text = ast.unparse(self._whole(value))
            self.lines.append(Stated(f"{name} = {text}", name, value.line, value))
        self._called[value.number] = name
        self._holder[name] = value

    def _put(self, value: Value, name: str) -> None:
        """Write an assignment to a part: first what it is a part of, unless it has that name."""
        before, new, *labels = value.args
        base = ast.unparse(self.said(simplified(before)))
        if base != name:
            self.lines.append(Stated(f"{name} = {base}", name, value.line, value))
        place = index(value, labels, self.said)
        target = ast.Subscript(ast.Name(name, ast.Load()), place, ast.Load())
        text = ast.unparse(self.said(simplified(new)))
        self.lines.append(Stated(f"{ast.unparse(target)} = {text}", name, value.line, value))

    # -- expressions --------------------------------------------------------------------------

    def said(self, value: Value) -> ast.expr:
        """Return what stands for a value in an equation: its name, or how it is computed."""
        value = simplified(value)
        name = self._called.get(value.number)
        if name is not None:
            return ast.Name(name, ast.Load())
        if self._given(value):
            return self._constant(value)
        return self._whole(value)

    def _constant(self, value: Value) -> ast.expr:
        if value.number not in self._varying and value.kind != "leaf" and not value.shape:
            return number(value.real)
        key = _content(value, self._history)
        if key in self._shared:
            self._called[value.number] = self._shared[key]
            return ast.Name(self._shared[key], ast.Load())
        path: Path = value.detail[0] if value.kind == "leaf" else ()
        hints = (
            [of_path(path), of_path(path, long=True)]
            if path
            else [identifier(value.name or base_name(value))]
        )
        name = self.names.take(*hints)
        self._called[value.number] = name
        self.givens[value.number] = Given(name, value.real, value, path)
        self._shared[key] = name
        return ast.Name(name, ast.Load())

    def _whole(self, value: Value) -> ast.expr:
        for _, (name, text, line) in value.helpers():
            self.helpers.setdefault(name, (text, line))
        return written(value, self.said)


def _content(value: Value, history: Mapping[int, list[Any]]) -> Any:
    """Return what tells a given from another: two of the same numbers may be one."""
    if value.kind == "leaf" and value.detail[0] and value.number not in history:
        return value.detail[0]
    turns = history.get(value.number, [value.real])
    return (value.shape, *(np.asarray(t, float).tobytes() for t in turns))
