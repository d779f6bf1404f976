"""Parts of an equation as they are written: once shapes are known, others stand for them."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.language.expression import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Join(Node):
    """Arrays put together as a function of NumPy does it: a stack, once shapes are known."""

    function: str
    args: tuple[Node, ...]
    axis: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ByLabel(Node):
    """An index by labels as written: `counted` is the arange beside them, of axis 1 - `axis`."""

    arg: Node
    labels: Node
    counted: Node | None = None
    axis: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PutAt(Node):
    """Assigning the places of a mask or of labels, as written; `operator` is that of `-=`."""

    arg: Node
    at: Node
    value: Node
    operator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSum(Node):
    """A sum, written without np., inside another of Python's own functions."""

    arg: Node
