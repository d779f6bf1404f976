"""An array that shows part of another: how it lies in it, as indices, transposes and reshapes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Item = int | slice | None


@dataclass(frozen=True)
class PartOf:
    """How one array lies in another: first `items`, then transposed, then of another shape."""

    items: tuple[Item, ...]
    transposed: bool = False
    #: The shape that it is brought into afterwards, its numbers in the order of its rows.
    reshaped: tuple[int, ...] | None = None


def root(array: Array) -> Array:
    """Return the array that owns the numbers of this one."""
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def view(whole: Array, part: Array) -> PartOf | None:
    """Return how `part` lies in `whole`, whose numbers it shows; None where no form says it."""
    if part.size == 0 or whole.ndim > 2:
        return None
    offset = (part.ctypes.data - whole.ctypes.data) // whole.itemsize
    strides = tuple(s // part.itemsize for s in part.strides)
    if part.itemsize != whole.itemsize:
        return None
    for found in _candidates(whole, part, offset, strides):
        if found is not None and _shows(whole, part, found):
            return found
    return None


def _candidates(
    whole: Array, part: Array, offset: int, strides: tuple[int, ...]
) -> list[PartOf | None]:
    own = tuple(s // whole.itemsize for s in whole.strides)
    start = _start(whole.shape, own, offset)
    return [
        _straight(whole, part, start, own, strides),
        _turned(whole, part, start, own, strides),
        _block(whole, part, start),
    ]


def _start(shape: tuple[int, ...], strides: tuple[int, ...], offset: int) -> tuple[int, ...]:
    """Return the index of the element at an offset."""
    index = [0] * len(shape)
    for axis in sorted(range(len(shape)), key=lambda a: -abs(strides[a])):
        if shape[axis] > 1 and strides[axis]:
            index[axis], offset = divmod(offset, strides[axis])
    return tuple(index)


def _run(start: int, count: int, step: int, size: int) -> slice | None:
    """Return the slice that goes from a start in steps; None where it leaves the array."""
    last = start + (count - 1) * step
    if count > 1 and (step == 0 or not 0 <= last < size):
        return None
    if count == 1:
        return slice(start, start + 1)
    if step == 1:
        whole = start == 0 and count == size
        return slice(None) if whole else slice(start, start + count)
    if step < 0:
        return slice(start, None if last == 0 else last - 1, step)
    return slice(start, min(last + 1, size), step)


def _straight(whole: Array, part: Array, start: Any, own: Any, strides: Any) -> PartOf | None:
    """Return rows and columns of the array, or one row or column of it."""
    if whole.ndim == part.ndim:
        return _axes(whole, part, start, own, strides, tuple(range(part.ndim)))
    if whole.ndim == 2 and part.ndim == 1:
        row = _axes(whole, part, start, own, strides, (1,))
        return row or _axes(whole, part, start, own, strides, (0,))
    if part.ndim == 0:
        return PartOf(start)
    if whole.ndim == 1 and part.ndim == 2 and 1 in part.shape:
        axis = 0 if part.shape[1] == 1 else 1
        run = _steps(whole, part, start, own, strides, 0, axis)
        return None if run is None else PartOf((run, None) if axis == 0 else (None, run))
    return None


def _steps(
    whole: Array, part: Array, start: Any, own: Any, strides: Any, axis: int, of: int
) -> slice | None:
    count = part.shape[of]
    stride = own[axis] or 1
    if count > 1 and strides[of] % stride:
        return None
    return _run(start[axis], count, strides[of] // stride, whole.shape[axis])


def _axes(
    whole: Array, part: Array, start: Any, own: Any, strides: Any, axes: tuple[int, ...]
) -> PartOf | None:
    """Return the view whose axes are these of the whole; the others are one index each."""
    items: list[Item] = list(start)
    for of, axis in enumerate(axes):
        run = _steps(whole, part, start, own, strides, axis, of)
        if run is None:
            return None
        items[axis] = run
    return PartOf(tuple(items))


def _turned(whole: Array, part: Array, start: Any, own: Any, strides: Any) -> PartOf | None:
    if whole.ndim != 2 or part.ndim != 2:
        return None
    straight = _axes(whole, part.T, start, own, strides[::-1], (0, 1))
    return None if straight is None else PartOf(straight.items, transposed=True)


def _block(whole: Array, part: Array, start: tuple[int, ...]) -> PartOf | None:
    """Return some whole rows in another shape."""
    if not (part.flags.c_contiguous and whole.flags.c_contiguous) or not whole.ndim:
        return None
    if whole.ndim == 1:
        run = _run(start[0], part.size, 1, whole.shape[0])
        return None if run is None else PartOf((run,), reshaped=part.shape)
    width = whole.shape[1]
    if start[1] == 0 and part.size % width == 0:
        run = _run(start[0], part.size // width, 1, whole.shape[0])
        return None if run is None else PartOf((run, slice(None)), reshaped=part.shape)
    run = _run(start[1], part.size, 1, width)
    return None if run is None else PartOf((start[0], run), reshaped=part.shape)


def applied(whole: Array, found: PartOf) -> Array:
    """Return what a view shows."""
    # Also one number is to be shown, not copied.
    part = whole[(*found.items, ...)]
    part = part.T if found.transposed else part
    return part if found.reshaped is None else part.reshape(found.reshaped)


def _shows(whole: Array, part: Array, found: PartOf) -> bool:
    """Say whether a view shows just these numbers of the memory."""
    try:
        shown = applied(whole, found)
    except (IndexError, ValueError):
        return False
    if shown.shape != part.shape or shown.ctypes.data != part.ctypes.data:
        return False
    return all(
        a == b or n == 1 for a, b, n in zip(shown.strides, part.strides, part.shape, strict=True)
    )


def plain(items: tuple[Item, ...], shape: tuple[int, ...]) -> bool:
    """Say whether indices take the whole array."""
    return len(items) == len(shape) and all(
        isinstance(i, slice) and i.indices(n) == (0, n, 1)
        for i, n in zip(items, shape, strict=True)
    )
