"""How NumPy computes the functions of the table that it has no ufunc of its own for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Below this the logarithm's argument is taken as this: keeps 0 × log(0) finite.
SMALLEST_LOG_ARGUMENT = 1e-300
#: Numbers that have more decimals than these are no larger than the smallest there are.
MOST_DECIMALS = 300
#: How many further decimals say whether a number is half-way between two.
FURTHER = 8
#: exp(700) is still a double; exp(710) is not.
LARGEST_EXPONENT = 700.0


def log(x: Array, out: Array) -> None:
    """Write the natural logarithm into `out`, of an array of any shape: NaN below 0."""
    np.maximum(x, SMALLEST_LOG_ARGUMENT, out=out)
    np.log(out, out=out)
    if np.min(x) < 0:
        out[np.less(x, 0)] = np.nan


def where(condition: Array, yes: Array, no: Array, out: Array) -> None:
    """Write `yes` where the condition is not 0, else `no`; all of one shape."""
    np.copyto(out, no)
    np.copyto(out, yes, where=np.not_equal(condition, 0))


def rounded(x: Array, decimals: Array | None = None, *, out: Array) -> None:
    """Write the rounded numbers into `out`: see `round_nearly`."""
    round_nearly(x, 0 if decimals is None else int(decimals), out)


def round_half_away(x: Array, decimals: int, out: Array) -> None:
    """Round as by hand and as a spreadsheet's ROUND does: halves away from zero.

    A half is judged at 15 significant digits, so that 1.005 (stored as 1.00499…) rounds to
    1.01 at two decimals, as its reader expects; at no decimals it is judged exactly, as
    LibreOffice does.
    """
    if decimals > MOST_DECIMALS:
        np.copyto(out, x)
        return
    power = 10.0 ** abs(decimals)
    size = np.abs(x)
    with np.errstate(all="ignore"):
        scaled = size * power if decimals >= 0 else size / power
        if decimals:
            whole = np.floor(_to_15_digits(scaled + 0.5))
        else:
            whole = np.floor(scaled)
            whole = whole + (scaled - whole >= 0.5)
        rounded = whole / power if decimals >= 0 else whole * power
    # From 2**52 on there is nothing behind the point; also NaN and infinity stay themselves.
    np.copysign(np.where(scaled < 2.0**52, rounded, size), x, out=out)
    np.add(out, 0.0, out=out)  # no minus before a zero


def round_nearly(x: Array, decimals: int, out: Array) -> None:
    """Round halves away from zero, also what lacks no more to a half than last bits do.

    Eight further decimals say what is a half, as two ROUNDs do on a sheet: programs differ in
    what they take for one.
    """
    places = decimals + FURTHER
    power = 10.0 ** abs(places)
    with np.errstate(all="ignore"):
        scaled = x * power if places >= 0 else x / power
        whole = np.rint(scaled)
        nearly = whole / power if places >= 0 else whole * power
    # From 2**52 on there is nothing behind the point.
    round_half_away(np.where(np.abs(scaled) < 2.0**52, nearly, x), decimals, out)


def at_decimals(x: Array, decimals: int | None) -> Array:
    """Return results rounded by `round_nearly`; as they are where nothing is rounded."""
    if decimals is None:
        return x
    out = np.empty(np.shape(x))
    round_nearly(x, decimals, out)
    return out


def rounded_once(x: Array, decimals: int) -> Array:
    """Return numbers rounded by `round_half_away`, as one ROUND does."""
    out = np.empty(np.shape(x))
    round_half_away(x, decimals, out)
    return out


def _to_15_digits(x: Array) -> Array:
    """Return positive numbers as a spreadsheet takes them: at 15 significant digits."""
    power = 10.0 ** (14 - np.floor(np.log10(x)))
    near = np.floor(x * power + 0.5) / power
    few_binary_digits = np.floor(x * 2048) == x * 2048
    return np.where(few_binary_digits | ~(x <= 2.0**41), x, near)


def mean(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write the sum divided by the count, along an axis or of all."""
    np.add.reduce(x, axis=axis, out=out, keepdims=keepdims)
    np.divide(out, x.size if axis is None else x.shape[axis], out)


def var(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write the mean square of what lies between the numbers and their mean (not n − 1)."""
    np.var(x, axis=axis, out=out, keepdims=keepdims)


def log2(x: Array, out: Array) -> None:
    """Write the logarithm to base 2 into `out`, as `log` does."""
    log(x, out)
    np.divide(out, np.log(2), out=out)


def log10(x: Array, out: Array) -> None:
    """Write the logarithm to base 10 into `out`, as `log` does."""
    log(x, out)
    np.divide(out, np.log(10), out=out)


def std(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write the square root of the variance, by n as `var`."""
    np.std(x, axis=axis, out=out, keepdims=keepdims)


def norm(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    """Write the square root of the sum of squares, along an axis or of all."""
    np.add.reduce(np.square(x), axis=axis, out=out, keepdims=keepdims)
    np.sqrt(out, out=out)


def filling(ufunc: np.ufunc, operands: Sequence[Array], out: Array) -> Callable[[], object]:
    """Return the call of a ufunc that writes into `out`."""
    if ufunc in (np.maximum, np.minimum):
        # NumPy deprecates a positional `out` for these two.
        return partial(ufunc, *operands, out=out)
    # Positional `out` is the fastest call.
    return partial(ufunc, *operands, out)


class Chain:
    """A function of one argument as ufuncs that work one after the other, in place.

    Each link is a ufunc with its second operand, if it has one. A training loop runs the
    links directly, without a call of Python's own around them.
    """

    def __init__(self, *links: tuple[np.ufunc, float | None]) -> None:
        self._links = tuple(
            (ufunc, () if operand is None else (np.array(operand),)) for ufunc, operand in links
        )

    def calls(self, x: Array, out: Array) -> list[Callable[[], object]]:
        """Return what computes the function of `x` into `out`."""
        sources = [x] + [out] * (len(self._links) - 1)
        return [
            filling(ufunc, (source, *operands), out)
            for source, (ufunc, operands) in zip(sources, self._links, strict=True)
        ]

    def __call__(self, x: Array, out: Array) -> None:
        """Compute the function of `x` into `out`."""
        for call in self.calls(x, out):
            call()


sigmoid = Chain(
    (np.maximum, -LARGEST_EXPONENT),
    (np.negative, None),
    (np.exp, None),
    (np.add, 1.0),
    (np.reciprocal, None),
)
relu = Chain((np.maximum, 0.0))
