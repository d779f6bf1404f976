"""How many digits a line of arithmetic shows, so that its numbers give its result."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite

import numpy as np

from tracer.language.elements import Compute, Element, Leaf, Reduce, value

#: Digits that matter of the numbers and of the result, tried in this order.
DIGITS = ((6, 6), (7, 6), (8, 6), (10, 6), (12, 6), (15, 6), (15, 5), (15, 4))


def digits_that_add_up(
    tree: Element, number: Callable[[Leaf], float], result: float
) -> tuple[int, int] | None:
    """Return how many digits to show of the numbers and of the result.

    From the numbers as shown follows the result as shown. None where no such digits do.
    """
    for operands, shown in DIGITS:

        def kept(cell: Leaf, digits: int = operands) -> float:
            return significant(number(cell), digits)

        with np.errstate(all="ignore"):
            found = value(tree, kept)
        if isfinite(found) and significant(found, shown) == significant(result, shown):
            return operands, shown
    return None


def without_residue(tree: Element, number: Callable[[Leaf], float], result: float) -> float:
    """Return a result; 0 where it is no more than what rounding leaves of terms that cancel.

    Less than the last bit of the terms' sizes together says nothing of their sum.
    """
    match tree:
        case Reduce(function="sum", terms=terms) | Compute(function="+" | "-", args=terms):
            with np.errstate(all="ignore"):
                sizes = sum(abs(value(term, number)) for term in terms)
            return 0.0 if abs(result) <= float(np.finfo(float).eps) * sizes else result
    return result


def significant(number: float, digits: int) -> float:
    """Return a number rounded to so many digits that matter."""
    return float(f"{number:.{digits}g}")
