"""Arrays that are known as soon as their sizes are: zeros, ones, eye, arange. A row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from tracer.language.expression import Index, Shape
from tracer.language.kernels import Array

#: The numbers that a call was given.
Numbers = Sequence[float]


@dataclass(frozen=True)
class ConstantArray:
    """A row of the table: its shape, one of its numbers, all of them, and how it is drawn."""

    shape: Callable[[Numbers], Shape]
    at: Callable[[Numbers, Index], float]
    array: Callable[[Numbers], Array]
    sign: str


def _sizes(numbers: Numbers) -> Shape:
    return tuple(map(int, numbers))


def _square(numbers: Numbers) -> tuple[int, int]:
    return int(numbers[0]), int(numbers[-1])


def _steps(numbers: Numbers) -> tuple[float, float, float]:
    """Return where a range starts, where it ends, and its step."""
    start, stop = (0.0, numbers[0]) if len(numbers) == 1 else numbers[:2]
    return start, stop, numbers[2] if len(numbers) > 2 else 1.0


def _count(numbers: Numbers) -> Shape:
    start, stop, step = _steps(numbers)
    # More than 2 ** 62 are as many as infinitely many.
    return (max(0, ceil(min((stop - start) / step, 2.0**62))) if step else 0,)


def _counted(numbers: Numbers, index: Index) -> float:
    start, _, step = _steps(numbers)
    return start + index[0] * step


def _range(numbers: Numbers) -> Array:
    start, _, step = _steps(numbers)
    return start + np.arange(float(_count(numbers)[0])) * step


def _identity(numbers: Numbers) -> Array:
    rows, columns = _square(numbers)
    return np.eye(rows, columns)


CONSTANT_ARRAYS: dict[str, ConstantArray] = {
    "zeros": ConstantArray(_sizes, lambda n, i: 0.0, lambda n: np.zeros(_sizes(n)), "0"),
    "ones": ConstantArray(_sizes, lambda n, i: 1.0, lambda n: np.ones(_sizes(n)), "1"),
    "eye": ConstantArray(_square, lambda n, i: float(i[0] == i[1]), _identity, "eye"),
    "arange": ConstantArray(_count, _counted, _range, "arange"),
}
