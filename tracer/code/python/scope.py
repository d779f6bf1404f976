"""Looking names up: in the function, in those around it, in the file, in Python itself."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tracer.code.values.faults import Refusal, Text
from tracer.code.values.frames import Body, Eval, Frame
from tracer.code.values.objects import MISSING
from tracer.errors import did_you_mean


@dataclass(frozen=True)
class Surroundings:
    """Where a piece of a program stands: what compiling its parts depends on."""

    text: Text
    #: The names that are the function's own; None in a file's and a class's own lines.
    local: frozenset[str] | None = None
    global_names: frozenset[str] = frozenset()
    outer_names: frozenset[str] = frozenset()
    #: The class whose body this is, for names that begin with two underscores.
    class_name: str = ""
    #: What makes the parts of a piece ready: they stand in modules that need this one.
    expression: Callable[[Surroundings, ast.expr], Eval] = field(repr=False, kw_only=True)
    body: Callable[[Surroundings, list[ast.stmt]], Body] = field(repr=False, kw_only=True)

    def mangled(self, name: str) -> str:
        """Return a name as Python stores it: private names of a class carry the class's."""
        if self.class_name and name.startswith("__") and not name.endswith("__"):
            return f"_{self.class_name.lstrip('_')}{name}"
        return name


def unread(word: str) -> Eval:
    """Refuse what can't be read where it is run: much of a program never is."""

    def evaluate(frame: Frame) -> object:
        raise Refusal(f"{word} can't be read")

    return evaluate


def find(frame: Frame, name: str, builtins: Mapping[str, object]) -> object:
    """Return what a name means where a part of a program runs."""
    place: Frame | None = frame
    while place is not None:
        value = place.names.get(name, MISSING)
        if value is not MISSING:
            return value
        place = place.outer
    value = frame.unit.names.get(name, MISSING)
    if value is MISSING:
        value = builtins.get(name, MISSING)
    if value is MISSING:
        known = [*frame.names, *frame.unit.names]
        raise NameError(f"name '{name}' is not defined.{did_you_mean(name, known)}")
    return value


def owner(frame: Frame, name: str) -> Frame:
    """Return the frame around this one that has a nonlocal name."""
    place = frame.outer
    while place is not None:
        if name in place.names:
            return place
        place = place.outer
    raise NameError(f"no function around this one has the name '{name}'")
