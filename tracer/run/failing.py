"""Why a number is infinite or none: the operation on the way that was the first to fail."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tracer.language.elements import Compute, Element, Leaf, Reduce, element, value
from tracer.language.expression import Index, Node
from tracer.language.words import left_out, shortened, words

Number = Callable[[Leaf], float]
#: Terms of a sum that are shown.
_MOST_TERMS = 4


def first_failure(expression: Node, index: Index, number: Number) -> tuple[str, float] | None:
    """Return the arithmetic that fails first on the way to a number, and what NumPy makes of it.

    None where it is the last one: what is to be said of it, the equation says.
    """
    tree = element(expression, index)
    with np.errstate(all="ignore"):
        failed = _first(tree, number)
        if failed is None or failed is tree:
            return None
        shown = words(
            shortened(failed, _MOST_TERMS), lambda cell: left_out(cell) or _shown(number(cell))
        )
        return shown, value(failed, number)


def _first(tree: Element, number: Number) -> Element | None:
    if not isinstance(tree, Compute | Reduce) or np.isfinite(value(tree, number)):
        return None
    inside = tree.args if isinstance(tree, Compute) else tree.terms
    if isinstance(tree, Compute) and tree.function == "where":
        condition, yes, no = tree.args
        inside = (condition, yes if value(condition, number) else no)
    return next((found for part in inside if (found := _first(part, number))), tree)


def _shown(number: float) -> str:
    return f"{number:.6g}".replace("-", "−")
