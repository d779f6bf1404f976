"""A program's own functions, classes and objects."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracer.code.values.frames import Body, Eval, Frame, Unit

#: Stands for "not there" where None is a value.
MISSING = object()


@dataclass(eq=False)
class OwnFunction:
    """A function of the program's own; `defaults` were computed where it was defined."""

    name: str
    parameters: ast.arguments
    #: The names of its parameters, and everything else it assigns.
    local: frozenset[str]
    body: Body
    defaults: tuple[object, ...]
    keyword_defaults: dict[str, object]
    frame: Frame
    unit: Unit
    node: ast.AST
    #: Of a lambda: its one expression.
    result: Eval | None = None
    owner: Class | None = None
    generator: bool = False

    def __repr__(self) -> str:
        return f"<function {self.name}>"


@dataclass(eq=False)
class Class:
    """A class of the program's own, or one that it inherits from."""

    name: str
    bases: tuple[Class, ...] = ()
    attributes: dict[str, object] = field(default_factory=dict)
    #: The exception of Python's own that it stands for, if it is one.
    exception: type[BaseException] | None = None

    def __repr__(self) -> str:
        return f"<class {self.name}>"

    def line(self) -> Iterator[Class]:
        """Yield the class and what it inherits from, the nearest first."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            cls = waiting.pop(0)
            if id(cls) not in seen:
                seen.add(id(cls))
                yield cls
                waiting[:0] = cls.bases

    def find(self, name: str, after: Class | None = None) -> object:
        """Return an attribute, or MISSING; `after` looks only in what comes after that class."""
        looking = after is None
        for cls in self.line():
            if looking and name in cls.attributes:
                return cls.attributes[name]
            looking = looking or cls is after
        return MISSING

    def is_a(self, other: Class) -> bool:
        """Say whether it is that class or inherits from it."""
        return any(cls is other for cls in self.line())


@dataclass(eq=False)
class Instance:
    """An object of a class of the program's own."""

    cls: Class
    attributes: dict[str, object] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<{self.cls.name}>"


@dataclass(eq=False)
class Bound:
    """A method with the object it belongs to."""

    function: object
    owner: object


@dataclass(eq=False)
class Decorated:
    """A method that `staticmethod`, `classmethod` or `property` changed."""

    kind: str
    function: OwnFunction
    #: Of a property: what is called where it is assigned.
    setter: OwnFunction | None = None


@dataclass(eq=False)
class Super:
    """What `super()` gives."""

    owner: object
    cls: Class
    after: Class


@dataclass(eq=False)
class Module:
    """A module that a program may import: what it offers, by name."""

    name: str
    members: dict[str, object]

    def __repr__(self) -> str:
        return f"<module {self.name}>"


@dataclass(eq=False)
class Inert:
    """What only draws, prints or measures time: whatever is done with it does nothing."""

    name: str

    def __repr__(self) -> str:
        return f"<{self.name}>"


@dataclass(eq=False)
class Unknown:
    """What can't be read and may never be used: it is refused where it is."""

    name: str
    what: str
    advice: str = ""


@dataclass(eq=False)
class Native:
    """A function that a program may call: `compute` has the arguments as Python has them.

    `machine` says that it wants the machine first (it calls functions of the program). What
    follows what a program computes is told of a call unless `followed` says that it was.
    """

    name: str
    compute: Callable[..., Any]
    machine: bool = False
    followed: bool = False
    #: How many numbers a call computes, asked before it.
    cost: Callable[..., int] | None = None

    def __repr__(self) -> str:
        return f"<function {self.name}>"
