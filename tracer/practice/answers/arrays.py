"""Answers as arrays and lists: from Python, from JSON, from .npz files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tracer.practice.answers.answers import Answer
from tracer.practice.answers.grid import Typed, answer_of, typed_value
from tracer.practice.answers.source import Source, counted_in, fits, misfit
from tracer.practice.answers.tables import of_table


def of_array(source: Source, name: str, value: Any) -> Iterator[Answer]:
    """Yield the answers of one array: the quantity's shape, or one such for each iteration."""
    if type(value).__module__.partition(".")[0] == "torch":
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ma.MaskedArray):
        value = value.tolist()  # None where masked
    try:
        array = np.array(value, dtype=object) if not isinstance(value, np.ndarray) else value
    except ValueError:
        raise source.fault(f"{name}: its rows are not equally long.") from None
    if any(isinstance(part, list | tuple | np.ndarray) for part in array.reshape(-1)[:1]):
        raise source.fault(f"{name}: its rows are not equally long.")
    yield from _of_cells(source, name, array.shape, [typed_value(v) for v in array.flat])


def _of_cells(
    source: Source, name: str, shape: tuple[int, ...], cells: Sequence[Typed]
) -> Iterator[Answer]:
    slot = source.slot(name, source.iteration)
    first = counted_in(source, slot, source.iteration)
    # A row where a column is asked for is transposed, and no list of iterations.
    turned = len(shape) == 2 and shape[::-1] == slot.shape
    each = bool(shape) and not turned and fits(shape[1:], slot.shape)
    if fits(shape, slot.shape):
        yield answer_of(first, slot.key, cells, slot.shape)
    elif each and first and shape[0]:
        for number in range(shape[0]):
            part = cells[number * slot.size : (number + 1) * slot.size]
            yield answer_of(first + number, slot.key, part, slot.shape)
    else:
        raise source.fault(misfit(name, shape, slot))


def of_arrays(source: Source, found: Mapping[str, Any]) -> Iterator[Answer]:
    """Yield the answers of the arrays of an .npz file, as read."""
    for name, stored in found.items():
        values = np.array(stored["values"], dtype=object)
        shape = tuple(stored["shape"])
        array = values.reshape(shape[::-1]).T if stored["by_columns"] else values.reshape(shape)
        yield from of_array(source, name, array)


def of_json(source: Source, found: Any) -> Iterator[Answer]:
    """Yield the answers of a table of records, of iterations, or of quantities."""
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        headings = list(dict.fromkeys(str(key) for row in found for key in row))
        rows = [["" if row.get(h) is None else str(row.get(h)) for h in headings] for row in found]
        yield from of_table(source, [headings, *rows])
        return
    if not isinstance(found, dict):
        raise source.fault('it must be an object such as {"output": [[0.79], [0.8], [0.79]]}.')
    if found and all(re.fullmatch(r"\d{1,6}", key) for key in found):
        yield from _of_iterations(source, found)
        return
    for name, value in found.items():
        if isinstance(value, dict):
            raise source.fault(f"{name[:60]} must be a number or a list, not an object.")
        yield from of_array(source, name, value)


def _of_iterations(source: Source, found: Mapping[str, Any]) -> Iterator[Answer]:
    for key, inner in found.items():
        if not isinstance(inner, dict):
            raise source.fault(f"iteration {key} must hold an object of quantities.")
        yield from of_json(Source(source.where, source.program, int(key)), inner)
