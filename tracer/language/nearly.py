"""Nearly equal numbers: one rule that NumPy and spreadsheets both follow.

Spreadsheet programs take numbers as equal that differ in their last bits, each in its own way
(LibreOffice's `approxEqual`, Excel's 15 digits), and add up in another order or precision than
NumPy (Gnumeric's long doubles). So nothing is decided by last bits, but by a distance far above
them: a and b are nearly equal where |a − b| ≤ 1e-12 · (1 + |b|). That is computed here, and
`tracer/language/formula.py` writes it into the formulas.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: How near is nearly equal: to 0, and in relation to a number's size.
NEAR = 1e-12
#: A smaller number written in an equation is a bound of its own: it is compared as it is.
SMALLEST_WRITTEN = 1e-9
#: Excel's own limits of numbers: the largest one in a formula, the smallest one that isn't 0.
LARGEST_WRITTEN, SMALLEST_NUMBER = 9.99999999999999e307, 2.2250738585072014e-308
#: What a number may lack to the next whole one at most, to count as it.
MOST_LACKING = 0.25


def reach(size: float) -> float:
    """Return how far from a number another one is nearly equal to it."""
    return NEAR * (1.0 + abs(size))


_NEAR, _ONE, _NOTHING = np.array(NEAR), np.array(1.0), np.array(0.0)


@dataclass(frozen=True)
class Comparison:
    """A comparison of two numbers, nearly equal ones being equal.

    What is compared is a − b with the reach (`side` 1) or with its negative (-1), or |a − b| with
    it (0): by `ufunc`, which spreadsheets write as `sign`.
    """

    ufunc: np.ufunc
    sign: str
    side: int

    def bound(self, number: float) -> float:
        """Return what is compared with in place of a number that is known beforehand."""
        return number + self.side * reach(number) if self.side else reach(number)

    def __call__(self, a: Array, b: Array, out: Array) -> None:
        """Write 1 where it holds, else 0; NaN where a number is infinite or none."""
        for call in self.calls(a, b, out):
            call()

    def calls(self, a: Array, b: Array, out: Array) -> list[Callable[[], object]]:
        """Return what computes it into `out`, anew each time."""
        apart, reaches = np.empty(out.shape), np.empty(np.shape(b))
        near = _NEAR if self.side >= 0 else -_NEAR
        sizes = [] if self.side else [partial(np.absolute, apart, apart)]
        return [
            partial(np.subtract, a, b, apart),
            *sizes,
            partial(np.absolute, b, reaches),
            partial(np.add, reaches, _ONE, reaches),
            partial(np.multiply, reaches, near, reaches),
            partial(self.ufunc, apart, reaches, out),
            partial(np.multiply, apart, _NOTHING, apart),
            partial(np.add, out, apart, out),
        ]


#: The comparisons of the language.
COMPARISONS: dict[str, Comparison] = {
    "<": Comparison(np.less, "<", -1),
    "<=": Comparison(np.less_equal, "<=", 1),
    ">": Comparison(np.greater, ">", 1),
    ">=": Comparison(np.greater_equal, ">=", -1),
    "==": Comparison(np.less_equal, "<=", 0),
    "!=": Comparison(np.greater, ">", 0),
}
#: The same comparison with its operands exchanged.
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
#: What is behind an operator's sign where numbers are compared as they are: whole ones.
AS_THEY_ARE = " as they are"


def spoil(operand: Array, out: Array) -> None:
    """Write NaN into a result where an operand is infinite or none: errors carry on in sheets."""
    np.add(out, 0.0 * operand, out=out)


def sign(x: Array, out: Array) -> None:
    """Write −1, 0 or 1 into `out`: 0 of numbers that are nearly 0."""
    nearly = np.abs(x) <= NEAR
    np.sign(x, out=out)
    np.copyto(out, 0.0, where=nearly)


def floor(x: Array, out: Array) -> None:
    """Write whole numbers into `out`: the next above where it is nearly reached, else below."""
    np.floor(x + np.minimum(MOST_LACKING, NEAR * (1.0 + np.abs(x))), out=out)


def argmax(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write where the largest number stands, from 0; the first of nearly equal ones."""
    largest = np.max(x, axis=axis, keepdims=True)
    out[...] = np.argmax(x >= largest - NEAR * (1.0 + np.abs(largest)), axis, keepdims=keepdims)
    spoil(largest.reshape(out.shape), out)


def argmin(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write where the smallest number stands, from 0; the first of nearly equal ones."""
    argmax(-x, axis, keepdims, out)
