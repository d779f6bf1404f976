"""The least length of a formula: below each real one, and quick where that one is endless."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings

from tests.language.sheet import Grid
from tests.language.strategies import expressions, numpy_of, read, values
from tests.work import calls
from tracer.language.elements import Compute, Constant, Element, Leaf, element
from tracer.language.formula import FormulaTooLong, formula
from tracer.language.least import LeastLengths
from tracer.language.places import Place

KNOWN = values()


@settings(deadline=None)
@given(text=expressions(inner=(1, 3, 4)))
def test_no_formula_is_shorter(text: str) -> None:
    expression = read(text)
    index = (0,) * numpy_of(text, KNOWN).ndim
    tree = element(expression, index)
    try:
        written = formula(tree, Grid(KNOWN).place)
    except FormulaTooLong:
        assume(False)
    assert 0 < LeastLengths().length(tree) <= len(written)


def _shared(layers: int) -> Element:
    """Return what two neurons a layer make of one input: each part is used by both of the next."""
    tree = element(read("s"), ())
    for _ in range(layers):
        tree = Compute("sigmoid", (Compute("+", (tree, tree)),))
    return tree


def test_what_would_be_endless_is_refused_at_once() -> None:
    def refused() -> None:
        with pytest.raises(FormulaTooLong):
            formula(tree, lambda cell: Place(1, 1))

    tree = _shared(60)  # written out, more characters than any memory holds
    assert calls(refused) < 10_000


@pytest.mark.parametrize(
    ("tree", "levels"),
    [(Constant(1.0), 0), (element(read("s"), ()), 0), (_shared(1), 2), (_shared(20), 40)],
)
def test_levels(tree: Element, levels: int) -> None:
    assert LeastLengths().levels(tree) == levels


def test_cells_in_line_may_be_a_range() -> None:
    tree = element(read("sum(a * b)", {"a": (500,), "b": (500,)}), ())
    places = {"a": 1, "b": 2}

    def place(cell: Leaf) -> Place:
        return Place(cell.origin[0] + 1, places[cell.name.id])

    assert LeastLengths().length(tree) <= len(formula(tree, place)) < 40
