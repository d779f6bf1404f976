"""Values and how they were computed: nodes of a graph, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

Shape = tuple[int, ...]
#: A question: its line, and how often it was asked before in the same turn.
Asked = tuple[int, int]
#: What a call's detail is called that defines a helper: its name, its text, its line.
HELPER = "helper"
Kind = Literal["leaf", "number", "operation", "call", "pick", "put", "array", "refused"]


@dataclass(eq=False)
class Value:
    """One value: a number or an array, and the operation that made it.

    `what` is an operator's sign, a function's name in the language, a place's name, or why the
    value can't be said in the language. `detail` are constants of the operation: indices, axes.
    `real` is what it was in the turn that was followed.
    """

    number: int
    kind: Kind
    what: str
    args: tuple[Value, ...]
    shape: Shape
    real: Any = field(repr=False)
    detail: tuple[Any, ...] = ()
    #: What the program calls it, and the line that does.
    name: str = ""
    line: int = 0

    def behind(self, ends: Collection[int] = ()) -> Iterator[Value]:
        """Yield the value and everything it was computed from, each once.

        Those whose numbers are among the `ends` are left out, and what stands behind them alone.
        """
        seen = set(ends)
        waiting = [self]
        while waiting:
            value = waiting.pop()
            if value.number not in seen:
                seen.add(value.number)
                yield value
                waiting += value.args

    def helpers(self) -> Iterator[tuple[str, Any]]:
        """Yield the definitions of helpers that a call brings."""
        for detail in self.detail if self.kind == "call" else ():
            if isinstance(detail, tuple) and detail[:1] == (HELPER,):
                yield detail

    def made_by(self) -> tuple[Any, ...]:
        """Return what tells how it was made from how others were, but for its arguments."""
        said = tuple(map(_told, self.detail))
        return (self.kind, self.what, self.shape, len(self.args), said)


def _told(detail: Any) -> Any:
    """Return a constant of an operation as what can be compared."""
    if isinstance(detail, np.ndarray):
        return (detail.shape, detail.dtype.str, detail.tobytes())
    return tuple(map(_told, detail)) if isinstance(detail, tuple) else repr(detail)


class Wide(float):
    """A number that a program computed, told apart from others of the same size."""

    __slots__ = ("__weakref__",)


class Whole(int):
    """A whole number that a program computed, or a truth, told apart from others."""
