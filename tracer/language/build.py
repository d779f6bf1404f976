"""Nodes that nobody wrote: made by deriving, by trying out mistakes, by leaving out terms."""

from __future__ import annotations

from tracer.language.expression import Apply, Name, Node, Number, Operation, Shape, SlotKey, Span

#: Where a node stands that stands in no text.
NOWHERE = Span(0, 0)
#: The shape of a node that isn't known yet.
UNSHAPED: Shape = (-1,)


def number(value: float, text: str = "") -> Number:
    """Return a constant; `text` is how it is written where that isn't the number itself."""
    return Number(value=float(value), text=text, span=NOWHERE, shape=())


def named(key: SlotKey, shape: Shape = UNSHAPED) -> Name:
    """Return a name that reads a slot."""
    return Name(id=key[0], version=key[1], span=NOWHERE, shape=shape)


def operation(operator: str, *args: Node, shape: Shape = UNSHAPED) -> Operation:
    """Return an operator with its operands."""
    return Operation(operator=operator, args=args, span=NOWHERE, shape=shape)


def applied(function: str, *args: Node, shape: Shape = UNSHAPED) -> Apply:
    """Return an elementwise function of the table, applied."""
    return Apply(function=function, args=args, span=NOWHERE, shape=shape)
