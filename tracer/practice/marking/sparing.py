"""What 0 times anything is on paper: 0, whether or not the other factor can be calculated.

Who took a negative number for a probability writes 0 for 0 × ln(−0.08), and goes on.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce, cells, rebuilt, value
from tracer.language.nearly import AS_THEY_ARE

#: What can't be calculated of some numbers in its part of this position; nor on a sheet. There,
#: logarithms are of at least a tiny number.
FAILS_ON_SHEETS = {"sqrt": 0, "log1p": 0, "**": 0, "/": 1}
FAILS = {**FAILS_ON_SHEETS, "log": 0, "log2": 0, "log10": 0}
Own = Callable[[Leaf], bool]


def spared_value(tree: Element, of: Callable[[Leaf], float]) -> float:
    """Return an element's value from those of its cells; NaN for an arithmetic fault on the way."""
    found = _sound(tree, of)
    if np.isfinite(found):
        return found
    return _sound(_spared(tree, lambda cell: True, FAILS), of)


def _sound(tree: Element, of: Callable[[Leaf], float]) -> float:
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            return value(tree, of)
    except FloatingPointError:
        return np.nan


def spared_on_sheets(tree: Element, own: Own) -> Element:
    """Return an element in which 0 times what fails of some of a student's `own` numbers is 0."""
    return _spared(tree, own, FAILS_ON_SHEETS)


def nobodys(cell: Leaf) -> bool:
    """Say that no cell holds a student's number."""
    return False


def _spared(tree: Element, own: Own, fails: dict[str, int]) -> Element:
    tree = rebuilt(tree, lambda part: _spared(part, own, fails))
    if not isinstance(tree, Compute) or tree.function != "*":
        return tree
    left, right = tree.args
    for factor, other in ((left, right), (right, left)):
        if _may_fail(other, own, fails):
            nonzero = Compute("!=" + AS_THEY_ARE, (factor, Constant(0.0)))
            tree = Compute("where", (nonzero, tree, Constant(0.0)))
    return tree


def _may_fail(tree: Element, own: Own, fails: dict[str, int]) -> bool:
    match tree:
        case Compute(function=function, args=args):
            at = fails.get(function)
            square = function == "**" and args[1] == Constant(2.0)
            if at is not None and not square and any(own(cell) for cell in cells(args[at])):
                return True
            return any(_may_fail(part, own, fails) for part in args)
        case Reduce(terms=terms):
            return any(_may_fail(part, own, fails) for part in terms)
    return False
