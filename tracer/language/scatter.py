"""The way back from indexing, slicing and stacking: where each piece of a gradient belongs."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.language.algebra import NOWHERE, filled, picked
from tracer.language.expression import Item, Literal, Node, Shape, Stack

Items = tuple[Item, ...]


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
    item, size = kept[axis], arg.shape[axis]
    assert item is not None
    places = [item % size] if isinstance(item, int) else list(range(size)[item])
    if places == list(range(size)):
        return gradient
    before = tuple(_as_slice(one) for one in kept[:axis])
    pieces: list[Node] = []
    wanted = {place: number for number, place in enumerate(places)}
    here = 0
    while here < size:
        run = here
        if here in wanted:
            while run + 1 < size and wanted.get(run + 1) == wanted[run] + 1:
                run += 1
            first, last = wanted[here], wanted[run] + 1
            whole = (first, last) == (0, len(places))
            pieces.append(gradient if whole else _along(gradient, axis, first, last))
        else:
            while run + 1 < size and run + 1 not in wanted:
                run += 1
            end = None if run + 1 == size else run + 1
            start = None if here == 0 else here
            pieces.append(filled(picked(arg, *before, slice(start, end)), 0))
        here = run + 1
    return _stacked(pieces, axis, len(arg.shape))


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
