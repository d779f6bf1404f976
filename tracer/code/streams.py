"""Constants that are other numbers in each turn: rows of the data, or numbers of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Rows:
    """What varies is rows of an array: which, turn by turn, and how they lie in the value.

    `form` is "matrix" (rows below each other), "turned" (beside each other), "vector" (one row,
    or one number of a vector in each place) or "number".
    """

    source: str
    order: tuple[tuple[int, ...], ...]
    form: str

    @property
    def size(self) -> int:
        """How many rows a turn takes."""
        return len(self.order[0])


def rows_of(values: Sequence[Array], sources: Mapping[str, Array]) -> list[Rows]:
    """Return each way in which every turn's value is rows of one of the arrays."""
    found = []
    for name, array in sources.items():
        for form in _FORMS:
            order = _order(values, array, form)
            if order is not None:
                found.append(Rows(name, order, form))
    return found


_FORMS = ("matrix", "turned", "vector", "number")


def _lines(value: Array, form: str, array: Array) -> Array | None:
    """Return a value as rows such as the array has; None where it has none of this form."""
    wide = array.ndim == 2
    if (
        form == "matrix"
        and value.ndim == array.ndim
        and (not wide or value.shape[1] == array.shape[1])
    ):
        return value
    if form == "turned" and wide and value.ndim == 2 and value.shape[0] == array.shape[1]:
        return value.T
    if form == "vector" and wide and value.ndim == 1 and value.shape[0] == array.shape[1]:
        return value[None, :]
    if form == "number" and not value.ndim and (not wide or array.shape[1] == 1):
        return value.reshape(1, 1) if wide else value.reshape(1)
    return None


def _order(values: Sequence[Array], array: Array, form: str) -> tuple[tuple[int, ...], ...] | None:
    where: dict[bytes, list[int]] = {}
    for position, row in enumerate(np.ascontiguousarray(array, float)):
        where.setdefault(np.asarray(row).tobytes(), []).append(position)
    order = []
    for value in values:
        lines = _lines(value, form, array)
        if lines is None:
            return None
        places = [where.get(np.ascontiguousarray(line, float).tobytes()) for line in lines]
        if not places or any(p is None for p in places):
            return None
        order.append(tuple(p[0] for p in places if p))
    return tuple(order)
