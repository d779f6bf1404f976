"""The way back from indexing, slicing and stacking: where each piece of a gradient belongs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import prod

from tracer.calculus.algebra import Terms, added, expression, filled, picked, terms
from tracer.language.build import NOWHERE
from tracer.language.expression import Item, Literal, Node, Shape, Stack

Items = tuple[Item, ...]
#: An array of at most so many numbers is written out number by number.
MOST_WRITTEN = 36


@dataclass(frozen=True)
class Piece:
    """The gradient of one place of an array: of `array[items]`, in the shape of that."""

    items: Items
    gradient: Terms


def gathered(pieces: Sequence[Piece], arg: Node) -> Terms:
    """Return the gradient of `arg` from those of places in it.

    Where the places don't overlap, what belongs to them is put side by side, or written out
    number by number; else each is filled up with zeros and all are added.
    """
    alike: dict[str, Piece] = {}
    for piece in pieces:
        # What is read twice has the sum of both gradients.
        known = alike.get(repr(piece.items))
        before = known.gradient if known else ()
        alike[repr(piece.items)] = Piece(piece.items, added(before, piece.gradient))
    found = [piece for piece in alike.values() if piece.gradient]
    if len(found) > 1:
        whole = _written_out(found, arg) or _side_by_side(found, arg)
        if whole is not None:
            return terms(whole)
    return added(*(terms(unpicked(expression(p.gradient), arg, p.items)) for p in found))


def _written_out(pieces: Sequence[Piece], arg: Node) -> Node | None:
    """Return the gradient as a table of single numbers, where single numbers were picked."""
    dimensions = len(arg.shape)
    single = all(len(p.items) == dimensions and all(map(_is_index, p.items)) for p in pieces)
    if not single or prod(arg.shape) > MOST_WRITTEN:
        return None
    at: dict[tuple[int, ...], Terms] = {}
    for piece in pieces:
        place = tuple(int(i) % n for i, n in zip(piece.items, arg.shape, strict=True))  # type: ignore[arg-type]
        at[place] = added(at.get(place, ()), piece.gradient)
    vector = dimensions == 1
    rows = tuple(
        tuple(expression(at.get((j,) if vector else (i, j), ())) for j in range(arg.shape[-1]))
        for i in range(1 if vector else arg.shape[0])
    )
    return Literal(rows=rows, vector=vector, span=NOWHERE, shape=arg.shape)


def _side_by_side(pieces: Sequence[Piece], arg: Node) -> Node | None:
    """Return the gradient as one stack, where the places part one axis and don't overlap."""
    axes = {axis for piece in pieces for axis in _parted(piece, arg)}
    if len(axes) != 1:
        return None
    axis = axes.pop()
    parts: dict[int, tuple[Node, int]] = {}
    for piece in pieces:
        gradient = _reshaped(expression(piece.gradient), piece.items)
        kept = tuple(item for item in piece.items if item is not None)
        for position, place in enumerate(_places(kept[axis], arg.shape[axis])):
            if place in parts:
                return None
            parts[place] = gradient, position
    return _stacked(_pieces(parts, arg, (slice(None),) * axis, axis), axis, len(arg.shape))


def _parted(piece: Piece, arg: Node) -> list[int]:
    """Return the axes along which a piece is not the whole."""
    kept = [item for item in piece.items if item is not None]
    return [
        axis
        for axis, item in enumerate(kept)
        if _places(item, arg.shape[axis]) != list(range(arg.shape[axis]))
    ]


def _places(item: Item, size: int) -> list[int]:
    assert item is not None
    return [item % size] if isinstance(item, int) else list(range(size)[item])


def is_strided(items: Items, shape: Shape) -> bool:
    """Say whether an index leaves gaps between what it picks."""
    kept = [item for item in items if item is not None]
    found = [_places(item, size) for item, size in zip(kept, shape, strict=False)]
    return any(b != a + 1 for places in found for a, b in pairwise(places))


def unpicked(gradient: Node, arg: Node, items: Items) -> Node:
    """Return the gradient of `arg` from that of `arg[items]`: zeros where nothing was picked."""
    kept = tuple(item for item in items if item is not None)
    gradient = _reshaped(gradient, items)
    for axis in reversed(range(len(kept))):
        gradient = _placed(gradient, arg, kept, axis)
    return gradient


def _reshaped(gradient: Node, items: Items) -> Node:
    """Return a gradient with one axis for every axis of the array that was picked from.

    First the axes go that `None` added, then those come back that an index took away.
    """
    if None in items:
        left = [0 if item is None else slice(None) for item in items if not _is_index(item)]
        gradient = picked(gradient, *left)
    indices = sum(map(_is_index, items))
    if indices and not gradient.shape:
        shape = (1,) * indices
        rows = ((gradient,),)
        return Literal(rows=rows, vector=indices == 1, span=NOWHERE, shape=shape)
    if indices:
        gradient = picked(
            gradient, *(None if _is_index(i) else slice(None) for i in items if i is not None)
        )
    return gradient


def _is_index(item: Item) -> bool:
    return isinstance(item, int)


def _placed(gradient: Node, arg: Node, kept: Items, axis: int) -> Node:
    """Return a gradient that fills the whole of one axis of `arg`.

    Later axes are whole already, earlier ones still as picked.
    """
    places = _places(kept[axis], arg.shape[axis])
    if places == list(range(arg.shape[axis])):
        return gradient
    before = tuple(_as_slice(one) for one in kept[:axis])
    parts = {place: (gradient, position) for position, place in enumerate(places)}
    return _stacked(_pieces(parts, arg, before, axis), axis, len(arg.shape))


def _pieces(
    parts: Mapping[int, tuple[Node, int]], arg: Node, before: Items, axis: int
) -> list[Node]:
    """Return what to stack: runs of places that lie in one gradient, and zeros between.

    `parts` says in which gradient a place lies, and at which of its positions.
    """
    size = arg.shape[axis]

    def lies(place: int) -> tuple[Node, int] | None:
        """Return in which gradient a place lies, and how far from its position there."""
        gradient, position = parts.get(place, (None, 0))
        return None if gradient is None else (gradient, position - place)

    pieces: list[Node] = []
    for where, run in groupby(range(size), lies):
        places = [*run]
        here, end = places[0], places[-1] + 1
        if where is None:
            gap = slice(here or None, None if end == size else end)
            pieces.append(filled(picked(arg, *before, gap), 0))
            continue
        gradient, off = where
        first, last = here + off, end + off
        whole = (first, last) == (0, gradient.shape[axis])
        pieces.append(gradient if whole else _along(gradient, axis, first, last))
    return pieces


def _along(node: Node, axis: int, first: int, last: int) -> Node:
    return picked(node, *(slice(None),) * axis, slice(first, last))


def _as_slice(item: Item) -> Item:
    if not isinstance(item, int):
        return item
    return slice(item, item + 1 if item != -1 else None)


def _stacked(pieces: Sequence[Node], axis: int, dimensions: int) -> Node:
    if len(pieces) == 1:
        return pieces[0]
    total = sum(piece.shape[axis] for piece in pieces)
    shape: Shape = tuple(
        total if place == axis else size for place, size in enumerate(pieces[0].shape)
    )
    beside = 1 if dimensions == 1 else axis
    return Stack(args=tuple(pieces), axis=beside, span=NOWHERE, shape=shape)


def unstacked(node: Stack, axis: int) -> list[Items]:
    """Return, for each array of a stack, where in the whole it lies."""
    found: list[Items] = []
    start = 0
    along = 0 if len(node.shape) == 1 else axis
    for arg in node.args:
        flat = len(arg.shape) < len(node.shape)
        size = 1 if flat or not arg.shape else arg.shape[along]
        item: Item = start if flat else slice(start, start + size)
        found.append((*(slice(None),) * along, item))
        start += size
    return found
