"""An expression as people draw it: blocks of numbers with signs between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tracer.language.expression import (
    Apply,
    Constants,
    Fill,
    Helper,
    Hits,
    Labelled,
    Literal,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Reshape,
    Stack,
    Transpose,
    is_leaf,
)
from tracer.language.functions import PRIMITIVES
from tracer.language.known import CONSTANT_ARRAYS
from tracer.language.operators import NEGATIVE, OPERATORS
from tracer.wording import Wording, load


@dataclass(frozen=True, slots=True)
class Block:
    """A leaf to draw as a block of numbers."""

    leaf: Node


@dataclass(frozen=True, slots=True)
class Sign:
    """Text between blocks: operators, brackets, function names, plain numbers."""

    text: str


Part = Block | Sign
_ATOM = 9
#: How a reduction along an axis is marked: down the columns, or along the rows.
AXIS_ARROWS = {None: "", 0: " ↓", 1: " →"}


def drawing(expression: Node, wording: Wording | None = None) -> list[Part]:
    """Return the parts from left to right, neighbouring signs joined into one.

    `wording` says what isn't a sign; English if not given.
    """
    wording = wording or load()
    joined: list[Part] = []
    for part in _draw(expression, wording):
        if isinstance(part, Sign) and joined and isinstance(joined[-1], Sign):
            joined[-1] = Sign(f"{joined[-1].text} {part.text}")
        else:
            joined.append(part)
    return joined


def _draw(node: Node, wording: Wording) -> Iterator[Part]:
    if is_leaf(node):
        yield Block(node)
        return
    match node:
        case Number(value=value):
            yield Sign(wording.number(f"{value:.10g}".replace("-", "−")))
        case Operation(operator="neg", args=(arg,)):
            yield Sign("−")
            yield from _bracketed(arg, _ATOM, wording)
        case Operation(operator=operator, args=(left, right)):
            row = OPERATORS[operator]
            yield from _bracketed(left, _ATOM if operator == "**" else row.binding, wording)
            yield Sign(row.sign)
            yield from _bracketed(right, row.binding + 1, wording)
        case Hits(args=args):
            yield from _call(wording("drawing.hits"), args, wording)
        case Labelled(args=(table, labels)):
            yield from _bracketed(table, _ATOM, wording)
            yield Sign(wording("drawing.by_label"))
            yield from _bracketed(labels, _ATOM, wording)
        case Helper(name=name, args=args):
            yield from _call(name, args, wording)
        case Apply(function=function, args=args, axis=axis):
            arrow = AXIS_ARROWS[axis] if PRIMITIVES[function].kind == "reduction" else ""
            yield from _call(function + arrow, args, wording)
        case Transpose(arg=arg):
            yield from _bracketed(arg, _ATOM, wording)
            yield Sign("ᵀ")
        case Pick(arg=arg, items=items):
            yield from _bracketed(arg, _ATOM, wording)
            yield Sign(f"[{', '.join(map(item_text, items))}]")
        case _:
            yield from _draw_array(node, wording)


def _draw_array(node: Node, wording: Wording) -> Iterator[Part]:
    """Yield the parts of what builds or reshapes arrays."""
    match node:
        case Fill(value=value, shape=shape):
            yield Sign(f"{wording.number(f'{value:g}')} ({wording.size(shape)})")
        case Constants(function=function, shape=shape):
            yield Sign(f"{CONSTANT_ARRAYS[function].sign} ({wording.size(shape)})")
        case Reshape(arg=arg, shape=shape):
            yield from _call(wording("drawing.as", size=wording.size(shape)), (arg,), wording)
        case Put(arg=arg, items=items, value=value):
            yield from _draw(arg, wording)
            yield Sign(wording("drawing.with", part=f"[{', '.join(map(item_text, items))}]"))
            yield from _draw(value, wording)
        case Stack(args=args, axis=axis):
            yield from _call(wording("drawing.beside" if axis else "drawing.below"), args, wording)
        case Literal(rows=rows):
            yield from _call(
                wording("drawing.array"), tuple(p for row in rows for p in row), wording
            )


def _call(name: str, args: tuple[Node, ...], wording: Wording) -> Iterator[Part]:
    yield Sign(f"{name} (")
    for position, arg in enumerate(args):
        if position:
            yield Sign(wording("numbers.between").strip())
        yield from _draw(arg, wording)
    yield Sign(")")


def _bracketed(node: Node, binding: int, wording: Wording) -> Iterator[Part]:
    own = OPERATORS[node.operator].binding if isinstance(node, Operation) else _ATOM
    if isinstance(node, Number) and node.value < 0:
        own = NEGATIVE
    if is_leaf(node) or own >= binding:
        yield from _draw(node, wording)
        return
    yield Sign("(")
    yield from _draw(node, wording)
    yield Sign(")")


def item_text(item: int | slice | None) -> str:
    """Return one part of an index as it is written: `0`, `1:3`, `None`."""
    if not isinstance(item, slice):
        return str(item)
    bounds = ["" if bound is None else str(bound) for bound in (item.start, item.stop)]
    return ":".join(bounds) + (f":{item.step}" if item.step is not None else "")


def leaves(expression: Node) -> list[Node]:
    """Return the leaves that are drawn, in the order of the drawing."""
    return [part.leaf for part in drawing(expression) if isinstance(part, Block)]
