"""How much of one array another is, however large or small their numbers are."""

from __future__ import annotations

import numpy as np

from tracer.language.functions import Array

EPSILON = float(np.finfo(float).eps)
#: What is nearer than this, relatively, is the same factor.
SAME_FACTOR = 1e-5
#: The same of the factors of two parameters, or of two iterations.
SAME_RATE = 1e-3


def scaled(values: Array) -> tuple[Array, int]:
    """Return values divided by a power of two, the largest below 1, and that power.

    A power of two changes no digit; products and squares of what comes back neither overflow
    nor vanish.
    """
    power = int(np.frexp(np.abs(values).max(initial=0))[1])
    return np.ldexp(values, -power), power


def likeness(values: Array, others: Array) -> float:
    """Return a number with the sign of the sum of products: whether two point the same way."""
    return float(scaled(values)[0] @ scaled(others)[0])


def quotient(values: Array, others: Array) -> float:
    """Return the factor that brings others nearest to values; 0 where all others are 0."""
    (above, up), (below, down) = scaled(values), scaled(others)
    square = float(below @ below)
    return float(np.ldexp(float(above @ below) / square, up - down)) if square else 0.0


def shared_factor(step: Array, slopes: Array, expected: float) -> float:
    """Return the number that makes most slopes into steps; 0 where the step is 0.

    The quotient that most elements share; between equals, the one nearest to the expected.
    It is negative only where no element goes downhill, and some go uphill. Where the step has
    nothing to do with the slopes, it is what is expected, so that it is shown in those units.
    """
    (moved, up), (rise, down) = scaled(step), scaled(slopes)
    if not moved.any() or not rise.any():
        return expected if moved.any() else 0.0
    steep = np.abs(rise) > 1e-3 * np.abs(rise).max()
    quotients = moved[steep] / rise[steep]
    quotients = quotients[quotients > 0]
    if not len(quotients):
        found = quotient(step, slopes)
        return found if found < 0 else expected
    apart = np.abs(moved[:, None] - quotients * rise[:, None])
    shared = apart <= SAME_FACTOR * np.abs(rise).max() * quotients
    counts = shared.sum(axis=0)
    wanted = float(np.ldexp(expected, down - up))
    near = np.abs(np.log(quotients / wanted)) if wanted else np.zeros(len(quotients))
    best = int(np.lexsort((near, -counts))[0])
    agreed = shared[:, best]
    if counts[best] * 2 < len(step) and likeness(step, slopes) > 0:
        agreed = np.ones(len(step), bool)
    return quotient(step[agreed], slopes[agreed])
