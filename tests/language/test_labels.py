"""Picking by label, and assigning the places of labels and masks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.language.sheet import Grid
from tests.language.strategies import (
    assigned_by_numpy,
    element_of,
    numpy_of,
    read,
    read_equation,
    values,
)
from tracer.language.drawing import Block, drawing
from tracer.language.elements import element, value
from tracer.language.evaluate import evaluate
from tracer.language.expression import EquationError, Node
from tracer.language.formula import formula
from tracer.language.functions import Array
from tracer.language.source import source
from tracer.language.words import words

SHAPES = {"A": (3, 4), "u": (3,), "s": (), "c": (3, 1)}
KNOWN = values(SHAPES)
#: Which of four columns for each row, and which of three rows for each column.
LABELS = {"y": np.array([2.0, 0, 1]), "z": np.array([1.0, 2, 0, 1])}
NUMBERS = {**KNOWN, **LABELS}
#: NumPy picks by whole numbers only.
WHOLE = {**KNOWN, **{name: array.astype(int) for name, array in LABELS.items()}}
GRID = Grid(NUMBERS)

#: expression → the formula of its last number, its arithmetic, how it is drawn, its text
PICKED = {
    "A[arange(len(y)), y]": (
        "IF(Q2=0,B4,0)+IF(Q2=1,C4,0)+IF(Q2=2,D4,0)+IF(Q2=3,E4,0)",
        " + ".join(f"(A2{k} if y2 = {k}, else 0)" for k in range(4)),
        "▢ at ▢",
        "A[arange(len(A)), y]",
    ),
    "A[z, range(4)] * 2": (
        "(IF(V2=0,E2,0)+IF(V2=1,E3,0)+IF(V2=2,E4,0))*2",
        "((A03 if z3 = 0, else 0) + (A13 if z3 = 1, else 0) + (A23 if z3 = 2, else 0)) × 2",
        "▢ at ▢ × 2",
        "A[z, arange(A.shape[1])] * 2",
    ),
    "np.eye(3)[y]": (
        "IF(Q2=2,1,0)",
        "y2 = 2",
        "1 at ( ▢ )",
        "y[:, None] == arange(3)",
    ),
    "A[y]": (
        "IF(Q2=0,1,0)*E2+IF(Q2=1,1,0)*E3+IF(Q2=2,1,0)*E4",
        "(y2 = 0) × A03 + (y2 = 1) × A13 + (y2 = 2) × A23",
        "▢ at ▢",
        "A[y]",
    ),
    "u[[2, 0]]": (
        "IF(0=0,1,0)*G2+IF(0=1,1,0)*H2+IF(0=2,1,0)*I2",
        "(0 = 0) × u0 + (0 = 1) × u1 + (0 = 2) × u2",
        "▢ at array ( 2 , 0 )",
        "u[[2, 0]]",
    ),
    "eye(4)[argmax(A, axis=1)]": (
        (
            "IF(IF(B4-MAX(B4:E4)>=-1E-12*(1+ABS(B4)),0,IF(C4-MAX(B4:E4)>=-1E-12*(1+ABS(C4)),1,"
            "IF(D4-MAX(B4:E4)>=-1E-12*(1+ABS(D4)),2,3)))=3,1,0)"
        ),
        "place from 0 of the largest of (A20, A21, A22, A23) = 3",
        "1 at ( argmax → ( ▢ ) )",
        "argmax(A, axis=1)[:, None] == arange(4)",
    ),
}

#: equation → the formula of its last number, what it is the same as
ASSIGNED = {
    "A[arange(3), y] -= 1": (
        "IF(Q2=3,E4-1,E4)",
        "where(y[:, None] == arange(4), A - 1, A)",
    ),
    "A[arange(3), y] = u * 2": (
        "IF(Q2=3,I2*2,E4)",
        "where(y[:, None] == arange(4), (u * 2)[:, None], A)",
    ),
    "A[z, arange(4)] *= s": (
        "IF(V2=2,E4*K2,E4)",
        "where(z[None, :] == arange(3)[:, None], A * s, A)",
    ),
    "A[A <= 0] = 0": ("IF(E4<=1E-12,0,E4)", "where(A <= 0, 0, A)"),
    "A[(A > 0) * (A < 1)] *= s": (
        "IF(IF(E4>1E-12,1,0)*IF(E4<0.999999999998,1,0),E4*K2,E4)",
        "where((A > 0) * (A < 1), A * s, A)",
    ),
    "A[u > 0] = 7": ("IF(I2>1E-12,7,E4)", "where((u > 0)[:, None], 7, A)"),
    "u[u > 0] -= 1": ("IF(I2>1E-12,I2-1,I2)", "where(u > 0, u - 1, u)"),
}


def agree(expression: Node, expected: Array) -> str:
    """Assert that all numbers are as expected; return the formula of the last."""
    whole = evaluate(expression, lambda name: NUMBERS[name.id])
    np.testing.assert_allclose(whole, expected, rtol=1e-12)
    for index in np.ndindex(whole.shape):
        found = value(element(expression, index), element_of(NUMBERS))
        assert found == pytest.approx(whole[index], rel=1e-12)
    last = element(expression, tuple(size - 1 for size in whole.shape))
    return formula(last, GRID.place)


def shapes() -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in NUMBERS.items()}


@pytest.mark.parametrize("text", PICKED)
def test_picking(text: str) -> None:
    expression = read(text, shapes())
    wanted, arithmetic, drawn, again = PICKED[text]
    assert agree(expression, numpy_of(text, WHOLE)) == wanted
    last = element(expression, tuple(size - 1 for size in expression.shape))
    said = words(last, lambda cell: cell.name.id + "".join(map(str, cell.origin)))
    assert said == arithmetic
    parts = drawing(expression)
    assert " ".join("▢" if isinstance(p, Block) else p.text for p in parts) == drawn
    assert source(expression) == again
    agree(read(again, shapes()), numpy_of(text, WHOLE))


@pytest.mark.parametrize("text", ASSIGNED)
def test_assigning(text: str) -> None:
    expression = read_equation(text, shapes())
    wanted, again = ASSIGNED[text]
    assert agree(expression, assigned_by_numpy(text, WHOLE)) == wanted
    assert source(expression) == again


#: equation → a part of the message, the text under the carets
REFUSED = {
    "x = A[s]": ("a vector of labels, and this is a number", "s"),
    "x = A[c, arange(4)]": ("a vector of labels, and this is a 3 × 1", "c"),
    "x = A[arange(2), y]": ("3 labels, 2 places counted, and 3 rows", "A[arange(2), y]"),
    "x = A[arange(3), z]": ("4 labels, 3 places counted, and 3 rows", "A[arange(3), z]"),
    "x = A[y, arange(4)]": ("3 labels, 4 places counted, and 4 columns", "A[y, arange(4)]"),
    "x = u[arange(3), y]": ("one number of each row, and a vector of 3", "u[arange(3), y]"),
    "x = s[y]": ("a number has no places to pick", "s[y]"),
    "x = A[A > 0]": ("how many numbers a mask picks isn't known", "A > 0"),
    "x = A[1, y]": ("an index must be a whole number written out", "y"),
    "A[y] = 0": ("two labels may be the same", "A[y]"),
    "A[u > 0] = u": ("where a mask is true, a single number is assigned", "u"),
    "A[z > 0] = 0": ("the mask is a vector of 4, and what it is for a 3 × 4", "z > 0"),
    "A[arange(3), y] = z": ("the part is a vector of 3", "z"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_picks_nothing_is_said(text: str) -> None:
    message, under = REFUSED[text]
    with pytest.raises(EquationError, match=message) as caught:
        read_equation(text, shapes())
    span = caught.value.span
    assert text[span.start : span.end] == under
    assert caught.value.hint or "no places" in message


#: Python's own functions: expression → whether the two meanings give different numbers
NESTED = {
    "sum(sum(A))": False,
    "max(max(A)) - min(min(A))": False,
    "sum(A ** 2) / sum(A)": False,
    "sum(u - sum(u))": False,
    "sum(c * sum(c))": False,
    "sum(A - np.sum(A))": False,
    "np.sum(A - sum(A))": False,
    "sum(A - sum(A, axis=0))": False,
    "sum(sum(A) ** 2)": True,
    "max(sum(A))": True,
    "2 * min(exp(A - sum(A)))": True,
    "sum(sum(sum(A) * A))": True,
}


@pytest.mark.parametrize("text", NESTED)
def test_python_and_numpy_give_the_same_sum_or_it_is_refused(text: str) -> None:
    if NESTED[text]:
        with pytest.raises(EquationError, match="Python's own sum adds up a matrix's rows"):
            read(text, SHAPES)
    else:
        found = evaluate(read(text, SHAPES), lambda name: KNOWN[name.id])
        np.testing.assert_allclose(found, numpy_of(text, KNOWN), rtol=1e-9, atol=1e-12)


def test_a_text_of_nested_sums_is_read_again() -> None:
    expression = read("np.sum(A - sum(A))", SHAPES)
    assert source(expression) == "np.sum(A - sum(A))"
    assert source(read("sum(sum(A))", SHAPES)) == "sum(sum(A))"
