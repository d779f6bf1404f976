"""Assigned parts of arrays: the new value is the old one with that part replaced."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.language.sheet import Grid
from tests.language.strategies import (
    assigned_by_numpy,
    assignments,
    element_of,
    read_equation,
    values,
)
from tracer.language.drawing import Block, drawing
from tracer.language.elements import element, is_kept, value
from tracer.language.evaluate import evaluate
from tracer.language.expression import EquationError, Index, Put
from tracer.language.formula import formula
from tracer.language.parse import parse_equation
from tracer.language.source import equation_source, source
from tracer.language.words import words
from tracer.wording import load

KNOWN = values()
GRID = Grid(KNOWN)

#: equation, place → the formula of that cell, and its arithmetic in words
CELLS: dict[tuple[str, Index], tuple[str, str]] = {
    ("u[0] = 7", (0,)): ("7", "7"),
    ("u[0] = 7", (1,)): ("G2", "u1"),
    ("u[1:] += s", (0,)): ("F2", "u0"),
    ("u[1:] += s", (2,)): ("H2+B2", "u2 + s"),
    ("A[:, 1] *= u", (2, 1)): ("P4*H2", "A21 × u2"),
    ("A[:, 1] *= u", (2, 2)): ("Q4", "A22"),
    ("A[1] = v - v[0]", (1, 3)): ("M2-J2", "v3 − v0"),
    ("A[::2, 0] = A[2:, 1] / 2", (0, 0)): ("P4/2", "A21 ÷ 2"),
    ("A[0, 0] = A[0, 0] - s * t", (0, 0)): ("O2-B2*D2", "A00 − s × t"),
    ("A[0:1, :] = sum(A, axis=0, keepdims=True)", (0, 1)): ("SUM(P2:P4)", "A01 + A11 + A21"),
    ("Q[::-1] = Q", (0, 0)): ("Y4", "Q20"),
}


@pytest.mark.parametrize(("text", "index"), CELLS, ids=str)
def test_a_cell_is_computed_or_copied(text: str, index: Index) -> None:
    expression = read_equation(text)
    tree = element(expression, index)
    said = words(tree, lambda cell: cell.name.id + "".join(map(str, cell.origin)))
    assert (formula(tree, GRID.place), said) == CELLS[text, index]
    old = KNOWN[parse_equation(text).target]
    mark = assigned_by_numpy(text.split("=")[0].rstrip("+-*/ ") + " = np.nan", KNOWN)
    assert is_kept(expression, index) == bool(mark[index] == old[index])


@settings(deadline=None)
@given(assignments())
def test_random_parts_equal_numpy(text: str) -> None:
    expression = read_equation(text)
    whole = evaluate(expression, lambda name: KNOWN[name.id])
    np.testing.assert_allclose(whole, assigned_by_numpy(text, KNOWN), rtol=1e-9, atol=1e-9)
    for index in np.ndindex(whole.shape):
        found = value(element(expression, index), element_of(KNOWN))
        assert found == pytest.approx(whole[index], rel=1e-9, abs=1e-9)


@settings(deadline=None)
@given(assignments())
def test_their_text_is_read_as_the_same(text: str) -> None:
    expression, target = read_equation(text), parse_equation(text).target
    again = equation_source(target, expression)
    assert parse_equation(again).target == target
    found, same = (
        evaluate(one, lambda name: KNOWN[name.id]) for one in (expression, read_equation(again))
    )
    np.testing.assert_array_equal(found, same)


#: equation → how it is drawn
DRAWN = {
    "A[0, 0] = A[0, 0] - s * t": "▢ with [0, 0] = ▢ − ▢ × ▢",
    "A[1:3] += v": "▢ with [1:3] = ▢ + ▢",
    "u[-1] = 2": "▢ with [-1] = 2",
}


@pytest.mark.parametrize("text", DRAWN)
def test_drawing(text: str) -> None:
    parts = drawing(read_equation(text))
    assert " ".join("▢" if isinstance(p, Block) else p.text for p in parts) == DRAWN[text]
    german = drawing(read_equation(text), load("de"))
    assert any("mit [" in part.text for part in german if not isinstance(part, Block))


#: equation → message, the text under the carets, a part of the hint
UNFITTING = {
    "A[0] = u": (
        "the part is a vector of 4, and what is assigned to it a vector of 3",
        "u",
        "must have the part's sizes",
    ),
    "u[0] = u": ("the part is a number, and what is assigned to it a vector of 3", "u", ""),
    "A[1:, 0] = A[1:]": ("the part is a vector of 2, and what is assigned", "A[1:]", ""),
    "A[3] = 0": ("this index is outside a 3 × 4", "A[3] = 0", "Indices count from 0."),
    "u[1:1] = 0": ("this slice of a vector of 3 is empty", "u[1:1] = 0", ""),
    "s[0] = 0": ("this index is outside a number", "s[0] = 0", ""),
    "A[0] += u": ("the shapes don't fit: vector of 4 and vector of 3", "A[0] += u", "Element"),
}


@pytest.mark.parametrize("text", UNFITTING)
def test_what_does_not_fit_is_said(text: str) -> None:
    message, under, hint = UNFITTING[text]
    with pytest.raises(EquationError, match=message) as caught:
        read_equation(text)
    span = caught.value.span
    assert text[span.start : span.end] == under
    assert hint in caught.value.hint


def test_ones_in_front_of_a_value_are_left_out() -> None:
    expression = read_equation("u[:] = r[:, :3]")
    assert isinstance(expression, Put)
    assert expression.value.shape == (3,)
    assert source(expression.value) == "r[:, :3][0]"
