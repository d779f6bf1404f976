"""Numbers and lists as they stand in a template or a command → arrays."""

from __future__ import annotations

import math

import numpy as np

from tracer.errors import DataError
from tracer.language.functions import Array


def as_array(value: object, what: str) -> Array:
    """Return a number, list or list of lists as an array of 0, 1 or 2 dimensions.

    Raises DataError, which names `what`, for ragged, empty or non-numeric values.
    """
    if isinstance(value, list) and all(row == [] for row in value):
        raise DataError(f"{what}: the list is empty.")
    if isinstance(value, list) and isinstance(value[0], list):
        lengths = [len(row) if isinstance(row, list) else 0 for row in value]
        odd = next((i for i, n in enumerate(lengths) if n != lengths[0] or n == 0), None)
        if odd is not None:
            raise DataError(
                f"{what}: row {odd + 1} has {lengths[odd]} numbers, row 1 has {lengths[0]};"
                " every row of a matrix must be equally long."
            )
        return np.array([[_number(x, what) for x in row] for row in value])
    if isinstance(value, list):
        return np.array([_number(x, what) for x in value])
    return np.array(_number(value, what))


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError(f"{what}: {value!r} is not a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        # Python doesn't print whole numbers of more than 4,300 digits.
        shown = "this" if isinstance(value, int) and value.bit_length() > 10_000 else value
        raise DataError(f"{what}: {shown} is not a finite number.")
    return number
