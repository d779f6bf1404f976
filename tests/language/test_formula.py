from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import formualizer
import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.language.sheet import Grid
from tests.language.strategies import expressions, numpy_of, read, values
from tracer.language.addresses import column_letters
from tracer.language.elements import Constant, Leaf, Reduce, element
from tracer.language.expression import Index, Shape
from tracer.language.formula import (
    LONGEST_FORMULA,
    FormulaTooLong,
    formula,
    moving_formula,
    number_text,
    quoted_sheet,
    rectangle,
)
from tracer.language.places import Place, written

#: The sheet of the exact texts: rows from 1, one block a name.
SHAPES: dict[str, Shape] = {
    "s": (),
    "t": (),
    "u": (3,),
    "X": (3, 4),
    "w": (4, 2),
    "L": (3, 9),
    "M": (9, 2),
    "g": (9,),
    "d": (9,),
    "one": (1,),
}
CORNER = {
    "s": "A1",
    "t": "B1",
    "u": "D1",
    "X": "A5",
    "w": "F5",
    "L": "A10",
    "M": "L10",
    "g": "A15",
    "d": "P10",
    "one": "A20",
}
DOWN = ("d",)


def place(cell: Leaf) -> Place:
    corner = CORNER[cell.name.id]
    row, column = (0, 0, *cell.origin)[-2:]
    if cell.name.id in DOWN:
        row, column = column, row
    return Place(int(corner[1:]) + row, ord(corner[0]) - 64 + column)


WRITTEN: dict[tuple[str, Index], str] = {
    ("s", ()): "A1",
    ("X.T", (1, 2)): "B7",
    ("s + t", ()): "A1+B1",
    ("s - (t - 1)", ()): "A1-(B1-1)",
    ("s - t - 1", ()): "A1-B1-1",
    ("s + (t + 1)", ()): "A1+(B1+1)",
    ("s * (t + 1)", ()): "A1*(B1+1)",
    ("s * t + 1", ()): "A1*B1+1",
    ("s / (t * 2)", ()): "A1/(B1*2)",
    ("s / t / 2", ()): "A1/B1/2",
    ("(s + 1) / -t", ()): "(A1+1)/-B1",
    ("-s", ()): "-A1",
    ("-(s + t)", ()): "-(A1+B1)",
    ("s - -t", ()): "A1--B1",
    ("s * -2", ()): "A1*-2",
    # A spreadsheet's minus binds tighter than its power, and powers group to the left.
    ("-s ** 2", ()): "-(A1^2)",
    ("(-s) ** 2", ()): "(-A1)^2",
    ("(-2) ** s", ()): "IF(A1=0,1,(-2)^A1)",
    ("0 - s ** 2", ()): "0-A1^2",
    ("s ** -1", ()): "A1^(-1)",
    ("s ** t ** 2", ()): "IF(B1^2=0,1,A1^(B1^2))",
    ("(s ** t) ** 2", ()): "IF(B1=0,1,A1^B1)^2",
    ("(s * t) ** 0.5", ()): "(A1*B1)^0.5",
    ("2 * s ** 2", ()): "2*A1^2",
    ("-exp(s) ** 2", ()): "-(EXP(A1)^2)",
    ("1e-7 * s", ()): "1E-07*A1",
    ("s * 1e20", ()): "A1*1E+20",
    ("1 / 3", ()): "1/3",
    ("s * 0.1", ()): "A1*0.1",
    ("exp(-s)", ()): "EXP(-A1)",
    ("log(s)", ()): "LN(MAX(A1,1E-300))",
    ("-log(s + t)", ()): "-LN(MAX(A1+B1,1E-300))",
    ("sqrt(abs(s))", ()): "SQRT(ABS(A1))",
    ("sign(s) * tanh(t)", ()): "IF(ABS(A1)>1E-12,SIGN(A1),0)*TANH(B1)",
    ("sigmoid(s)", ()): "1/(1+EXP(-MAX(-700,A1)))",
    ("sigmoid(s) ** 2", ()): "(1/(1+EXP(-MAX(-700,A1))))^2",
    ("s / sigmoid(t)", ()): "A1/(1/(1+EXP(-MAX(-700,B1))))",
    ("2 * sigmoid(t)", ()): "2*(1/(1+EXP(-MAX(-700,B1))))",
    ("1 - sigmoid(t)", ()): "1-1/(1+EXP(-MAX(-700,B1)))",
    ("relu(s - t)", ()): "MAX(0,A1-B1)",
    ("maximum(s, 0) - minimum(s, t)", ()): "MAX(A1,0)-MIN(A1,B1)",
    ("round(s * t, 2)", ()): "ROUND(ROUND(A1*B1,10),2)",
    ("round(s)", ()): "ROUND(ROUND(A1,8),0)",
    ("round(s, -2)", ()): "ROUND(ROUND(A1,6),-2)",
    ("square(s + 1)", ()): "(A1+1)^2",
    ("leaky_relu(s)", ()): "IF(A1>1E-12,A1,0.01*A1)",
    ("softplus(s)", ()): "MAX(0,A1)+LN(MAX(1+EXP(-ABS(A1)),1E-300))",
    # A comparison is 1 or 0, never TRUE or FALSE.
    ("s > 0", ()): "IF(A1>1E-12,1,0)",
    ("s == t", ()): "IF(ABS(A1-B1)<=1E-12*(1+ABS(A1)),1,0)",
    ("s != t", ()): "IF(ABS(A1-B1)>1E-12*(1+ABS(A1)),1,0)",
    ("(s >= 0) * (t <= 1)", ()): "IF(A1>=-1E-12,1,0)*IF(B1<=1.000000000002,1,0)",
    ("-(s < t)", ()): "-IF(A1-B1<-1E-12*(1+ABS(A1)),1,0)",
    ("(s > 0) == (t > 0)", ()): "IF(IF(A1>1E-12,1,0)=IF(B1>1E-12,1,0),1,0)",
    ("0.5 < s", ()): "IF(A1>0.5000000000015,1,0)",
    ("s == 2", ()): "IF(ABS(A1-2)<=3E-12,1,0)",
    ("abs(s) < 1e-15", ()): "IF(ABS(A1)<1E-15,1,0)",
    ("s + 1 >= t * 2", ()): "IF(A1+1-B1*2>=-1E-12*(1+ABS(A1+1)),1,0)",
    ("floor(s)", ()): "INT(A1+MIN(0.25,1E-12*(1+ABS(A1))))",
    ("s ** t", ()): "IF(B1=0,1,A1^B1)",
    ("s ** 0", ()): "IF(0=0,1,A1^0)",
    ("(s > 0) ** 2", ()): "IF(A1>1E-12,1,0)^2",
    ("exp(s > 0)", ()): "EXP(IF(A1>1E-12,1,0))",
    ("sum(u > 0)", ()): "IF(D1>1E-12,1,0)+IF(E1>1E-12,1,0)+IF(F1>1E-12,1,0)",
    ("mean(u > 0)", ()): "(IF(D1>1E-12,1,0)+IF(E1>1E-12,1,0)+IF(F1>1E-12,1,0))/3",
    ("max(u > 0)", ()): "MAX(IF(D1>1E-12,1,0),IF(E1>1E-12,1,0),IF(F1>1E-12,1,0))",
    ("where(s > 0, t > 0, 2)", ()): "IF(A1>1E-12,IF(B1>1E-12,1,0),2)",
    ("where(s, t, 2)", ()): "IF(ABS(A1)>1E-12,B1,2)",
    ("where((s > 0) * (t > 0), 1, 2)", ()): "IF(IF(A1>1E-12,1,0)*IF(B1>1E-12,1,0),1,2)",
    # Sums
    ("X @ w", (1, 0)): "A6*F5+B6*F6+C6*F7+D6*F8",
    ("X @ w + 1", (1, 1)): "A6*G5+B6*G6+C6*G7+D6*G8+1",
    ("1 - X @ w", (0, 0)): "1-(A5*F5+B5*F6+C5*F7+D5*F8)",
    ("-(X @ w)", (0, 0)): "-(A5*F5+B5*F6+C5*F7+D5*F8)",
    ("X @ w * s", (0, 0)): "(A5*F5+B5*F6+C5*F7+D5*F8)*A1",
    ("(X - 1) @ (-w)", (0, 0)): "(A5-1)*-F5+(B5-1)*-F6+(C5-1)*-F7+(D5-1)*-F8",
    ("sum(u)", ()): "SUM(D1:F1)",
    ("sum(u[:2])", ()): "D1+E1",
    ("sum(u[:2]) * 2", ()): "(D1+E1)*2",
    ("sum(one)", ()): "A20",
    ("sum(one + 1) * 2", ()): "(A20+1)*2",
    ("sum(u ** 2) / 2", ()): "(D1^2+E1^2+F1^2)/2",
    ("sum(X)", ()): "SUM(A5:D7)",
    ("sum(X.T)", ()): "A5+A6+A7+B5+B6+B7+C5+C6+C7+D5+D6+D7",
    ("sum(X, axis=0)", (1,)): "SUM(B5:B7)",
    ("sum(X, axis=1)", (1,)): "SUM(A6:D6)",
    ("sum(u[::-1])", ()): "F1+E1+D1",
    ("mean(X, axis=0)", (0,)): "AVERAGE(A5:A7)",
    ("mean(u[:2])", ()): "AVERAGE(D1:E1)",
    ("mean(one)", ()): "(A20)/1",
    ("mean(u * 2)", ()): "(D1*2+E1*2+F1*2)/3",
    ("1 / mean(u * 2)", ()): "1/((D1*2+E1*2+F1*2)/3)",
    ("max(X)", ()): "MAX(A5:D7)",
    ("min(u)", ()): "MIN(D1:F1)",
    ("max(u - 1)", ()): "MAX(D1-1,E1-1,F1-1)",
    ("max(u[::-1])", ()): "MAX(F1,E1,D1)",
    ("var(u)", ()): "VARP(D1:F1)",
    ("var(u - s)", ()): "VARP(D1-A1,E1-A1,F1-A1)",
    # More than eight terms: over ranges, where the cells lie in line.
    ("g @ g", ()): "SUMPRODUCT(A15:I15,A15:I15)",
    ("d @ d", ()): "SUMPRODUCT(P10:P18,P10:P18)",
    ("L @ g", (1,)): "SUMPRODUCT(A11:I11,A15:I15)",
    ("M.T @ d", (1,)): "SUMPRODUCT(M10:M18,P10:P18)",
    ("L @ M", (2, 1)): "SUMPRODUCT(MMULT(A12:I12,M10:M18))",
    ("M.T @ L.T", (1, 2)): "SUMPRODUCT(MMULT(A12:I12,M10:M18))",
    ("L @ M + s", (0, 0)): "SUMPRODUCT(MMULT(A10:I10,L10:L18))+A1",
    ("s * (L @ M)", (0, 0)): "A1*SUMPRODUCT(MMULT(A10:I10,L10:L18))",
    ("L[:, :8] @ M[:8]", (0, 0)): "+".join(f"{'ABCDEFGH'[k]}10*L{10 + k}" for k in range(8)),
    ("g[::-1] @ g", ()): "+".join(f"{'IHGFEDCBA'[k]}15*{'ABCDEFGHI'[k]}15" for k in range(9)),
    ("sum(g ** 2)", ()): "+".join(f"{letter}15^2" for letter in "ABCDEFGHI"),
    ("sum(g * g)", ()): "SUMPRODUCT(A15:I15,A15:I15)",
    ("sum(g * 2)", ()): "+".join(f"{letter}15*2" for letter in "ABCDEFGHI"),
    ("L @ (M * 2)", (0, 0)): "+".join(f"{'ABCDEFGHI'[k]}10*(L{10 + k}*2)" for k in range(9)),
    ("sum(L * L)", ()): "+".join(
        f"{letter}{row}*{letter}{row}" for row in (10, 11, 12) for letter in "ABCDEFGHI"
    ),
}


@pytest.mark.parametrize(("text", "index"), WRITTEN, ids=str)
def test_writes(text: str, index: Index) -> None:
    assert formula(element(read(text, SHAPES), index), place) == WRITTEN[text, index]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (3.0, "3"),
        (-7.0, "-7"),
        (0.1, "0.1"),
        (1e15, "1000000000000000.0"),
        (123456789012345.0, "123456789012345"),
        (1e-5, "1E-05"),
        (1 / 3, repr(1 / 3)),
        (1.7976931348623157e308, "1.7976931348623157E+308"),
        (-2.5e-300, "-2.5E-300"),
    ],
)
def test_number_text(number: float, text: str) -> None:
    assert number_text(number) == text
    assert float(text) == number


@pytest.mark.parametrize(
    ("column", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (702, "ZZ"), (703, "AAA"), (16_384, "XFD")],
)
def test_column_letters(column: int, letters: str) -> None:
    assert column_letters(column) == letters


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Inputs", "Inputs!"),
        ("Iteration 12", "'Iteration 12'!"),
        ("A1", "'A1'!"),
        ("It's", "'It''s'!"),
        ("Größe", "'Größe'!"),
        ("2x", "'2x'!"),
    ],
)
def test_quoted_sheet(title: str, text: str) -> None:
    assert quoted_sheet(title) == text


def test_places() -> None:
    assert Place(5, 2).text() == "B5"
    assert Place(5, 2, "Inputs!", fixed_row=True).text() == "Inputs!B$5"
    assert Place(5, 28, "Inputs!", fixed_row=True, fixed_column=True).local() == "$AB$5"


def _rectangles() -> Iterable[tuple[str, list[Place], str | None]]:
    yield "row", [Place(1, 1), Place(1, 2)], "A1:B1"
    yield "column", [Place(1, 1), Place(2, 1)], "A1:A2"
    yield "square", [Place(1, 1), Place(1, 2), Place(2, 1), Place(2, 2)], "A1:B2"
    yield "one cell", [Place(1, 1)], None
    yield "gap", [Place(1, 1), Place(1, 3)], None
    yield "backwards", [Place(1, 2), Place(1, 1)], None
    yield "by columns", [Place(1, 1), Place(2, 1), Place(1, 2), Place(2, 2)], None
    yield "twice", [Place(1, 1), Place(1, 1), Place(1, 2), Place(1, 3)], None
    yield "sheet", [Place(1, 1, "S!"), Place(1, 2, "S!")], "S!A1:B1"
    yield "two sheets", [Place(1, 1, "S!"), Place(1, 2, "T!")], None
    yield "fixed", [Place(1, 1, "", True), Place(1, 2, "", True)], "A$1:B$1"
    yield "half fixed", [Place(1, 1, "", True), Place(1, 2)], None


@pytest.mark.parametrize(
    ("places", "area"), [pytest.param(p, a, id=name) for name, p, a in _rectangles()]
)
def test_rectangle(places: list[Place], area: str | None) -> None:
    assert rectangle(places) == area


def test_many_arguments_are_nested() -> None:
    tree = element(read("max(a - 1)", {"a": (600,)}), ())
    text = formula(tree, lambda cell: Place(1, cell.origin[0] + 1))
    parts = text.removeprefix("MAX(").removesuffix(")").split("),MAX(")
    assert [part.count(",") + 1 for part in parts] == [255, 255, 90]


@pytest.mark.parametrize(
    "text",
    ["sum(a ** 2)", "var(a - 1)", "exp(" * 65 + "s" + ")" * 65],
    ids=["long", "args", "deep"],
)
def test_what_no_spreadsheet_takes_is_refused(text: str) -> None:
    tree = element(read(text, {"a": (1_500,), "s": ()}), ())
    with pytest.raises(FormulaTooLong):
        formula(tree, lambda cell: Place(1, (*cell.origin, 0)[0] + 1))


def test_the_deepest_formula_is_written() -> None:
    tree = element(read("exp(" * 64 + "s" + ")" * 64, {"s": ()}), ())
    assert formula(tree, place).count("EXP(") == 64


def test_a_constant_alone() -> None:
    assert formula(Constant(-0.5), place) == "-0.5"


KNOWN = values()


@pytest.fixture(scope="module")
def calculate() -> Callable[[str], object]:
    """A spreadsheet engine, in process, over the cells of every name."""
    book = formualizer.Workbook()
    book.add_sheet("S")
    for row, column, number in Grid(KNOWN).cells():
        book.set_value("S", row, column, number)

    def calculated(text: str) -> object:
        book.set_formula("S", 100, 1, "=" + text)
        return book.evaluate_cell("S", 100, 1)

    return calculated


@settings(deadline=None)
@given(text=expressions(inner=(1, 3, 4)))
def test_a_spreadsheet_engine_computes_what_numpy_computes(
    calculate: Callable[[str], object], text: str
) -> None:
    expected = numpy_of(text, KNOWN)
    expression = read(text)
    indices = list(np.ndindex(expected.shape))
    for index in {indices[0], indices[-1]}:
        try:
            written = formula(element(expression, index), Grid(KNOWN).place)
        except FormulaTooLong:
            assume(False)
        assert "MMULT" not in written
        result = calculate(written)
        assert isinstance(result, int | float), f"{written} gives {result}"
        assert not isinstance(result, bool)
        assert math.isclose(result, expected[index], rel_tol=1e-9, abs_tol=1e-9), written


def test_there_is_room_for_what_goes_around_a_formula() -> None:
    """Sheets round it, ask whether its inputs are there, and move its references down."""
    for terms in range(300, 1_500, 9):
        tree = Reduce("sum", tuple(element(read("s"), ()) for _ in range(terms)))

        def moves(cell: Leaf) -> Place:
            return Place(8, 3, alone=True, down="row")

        try:
            found = moving_formula(tree, moves)
        except FormulaTooLong:
            break
        longest = written(found, {"row": 1_000_000})
        assert (
            len(f'IF(COUNT(A1000000:D1000000)=4,ROUND(ROUND({longest},23),15),"")')
            < LONGEST_FORMULA
        )
    assert 500 < terms < 1_000
