"""Formulas in a real spreadsheet program: LibreOffice computes what NumPy computes."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.language.sheet import Grid
from tests.language.strategies import (
    TARGETS,
    assigned_by_numpy,
    grow,
    grow_assignment,
    numpy_of,
    read,
    read_equation,
    values,
)
from tests.spreadsheet import needs_office, numbers, recalculated
from tracer.language.elements import Leaf, cells, element
from tracer.language.expression import Node
from tracer.language.formula import FormulaTooLong, formula, rounded
from tracer.language.functions import Array, at_decimals, rounded_once
from tracer.language.places import Place

pytestmark = [pytest.mark.office, needs_office]

KNOWN = values()
COUNT, PARTS = 500, 50
#: What the random formulas have in them.
FORMS = (
    *("SUMPRODUCT(MMULT(", "SUMPRODUCT(V", "SUM(", "AVERAGE(", "VARP(", "IF(", "^("),
    *("STDEVP(", "SUMSQ(", ">=-1E-12*(1+ABS(", "LN(1+(", "TANH((", "/LN(2)", "/LN(10)"),
)


def _random_formulas() -> list[tuple[str, float, str]]:
    """Return texts, what NumPy gives, and the formula; every other one has vectors lie down."""
    texts = ["argmax(L, axis=1)", "argmin(M, axis=0)", "norm(W)", "std(g)"]
    texts += ["1e7 * log1p(g * 1e-07)", "1e15 * log1p(v * 1e-15)", "log1p(exp(g))"]
    texts += ["1e7 * expm1(g * 1e-07)"]
    texts += ["L @ M", "L @ M", "M.T @ L.T", "L @ g", "M.T @ g", "g @ M", "g @ g", "L @ M * s"]
    choose = random.Random(20).choice
    grids = [Grid(KNOWN, "V!"), Grid(KNOWN, "V2!", vectors_down=("u", "v", "g"))]
    found: list[tuple[str, float, str]] = []
    while len(found) < COUNT:
        text = (
            texts.pop() if texts else grow(choose, choose(TARGETS), choose((1, 2, 3)), (3, 4, 10))
        )
        found += _formula(choose, text, read(text), numpy_of(text, KNOWN), grids[len(found) % 2])
    for _ in range(PARTS):
        text = grow_assignment(choose, (3, 4))
        expected = assigned_by_numpy(text, KNOWN)
        found += _formula(choose, text, read_equation(text), expected, grids[len(found) % 2])
    return found


def _formula(
    choose: Callable[[Any], Any], text: str, expression: Node, expected: Array, grid: Grid
) -> list[tuple[str, float, str]]:
    """Return the formula of one of an expression's numbers; nothing where it is too long."""
    index = tuple(choose(range(n)) for n in expression.shape)
    try:
        return [(text, float(expected[index]), formula(element(expression, index), grid.place))]
    except FormulaTooLong:
        return []


def _fill(sheet: Worksheet, grid: Grid) -> None:
    for row, column, number in grid.cells():
        sheet.cell(row, column).value = number


def test_libreoffice_computes_what_numpy_computes(tmp_path: Path) -> None:
    cases = _random_formulas()
    written = " ".join(text for _, _, text in cases)
    for form in FORMS:
        assert form in written, form
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("F")
    _fill(book.create_sheet("V"), Grid(KNOWN))
    _fill(book.create_sheet("V2"), Grid(KNOWN, vectors_down=("u", "v", "g")))
    for row, (_, _, text) in enumerate(cases, 1):
        sheet.cell(row, 1).value = "=" + text
    path = tmp_path / "formulas.xlsx"
    book.save(path)
    (made,) = recalculated([path], tmp_path / "out")
    results = numbers(made)
    wrong = [
        (text, expected, results.get(("F", row, 1)), written)
        for row, (text, expected, written) in enumerate(cases, 1)
        if results.get(("F", row, 1)) != pytest.approx(expected, rel=1e-9, abs=1e-9)
    ]
    assert not wrong


DRAWN = ("L @ L.T", "L @ M", "L.T[1:] @ A", "sum(A.T, axis=0)", "W[:, 9::-1] @ g", "g[::-1] @ L.T")


def test_leaves_where_they_are_drawn(tmp_path: Path) -> None:
    """Iteration sheets draw `A.T` or `A[1:]` as a block of its own, and point there."""
    book = openpyxl.Workbook()
    expected = {}
    for number, text in enumerate(DRAWN):
        sheet = book.create_sheet(f"S{number}")
        result = numpy_of(text, KNOWN)
        last = tuple(n - 1 for n in result.shape)
        tree = element(read(text), last)
        place = _Blocks()
        for cell in cells(tree):
            at = place(cell)
            sheet.cell(at.row, at.column).value = float(KNOWN[cell.name.id][cell.origin])
        sheet.cell(1, 1).value = "=" + formula(tree, place)
        expected[sheet.title] = result[last]
    path = tmp_path / "leaves.xlsx"
    book.save(path)
    (made,) = recalculated([path], tmp_path / "out")
    results = numbers(made)
    assert {title: results[title, 1, 1] for title in expected} == pytest.approx(expected, rel=1e-9)


class _Blocks:
    """Gives every leaf a block of its own, as it is drawn."""

    def __init__(self) -> None:
        self.first_columns: dict[str, int] = {}

    def __call__(self, cell: Leaf) -> Place:
        row, column = (0, 0, *cell.index)[-2:]
        first = self.first_columns.setdefault(repr(cell.leaf), 2 + 20 * len(self.first_columns))
        return Place(1 + row, first + column)


def _rounding_cases() -> list[tuple[float, int]]:
    draw = random.Random(7)
    cases = [
        *((x, 0) for x in (0.5, 1.5, 2.5, -0.5, -2.5, 0.285 * 100, 1.15 * 10)),
        *((x, 0) for x in (0.49999999999999994, 2.4999999999999996, 4503599627370497.5)),
        *((x, 2) for x in (0.125, 1.005, 2.675, -2.675, 1e-9, 1.004999999999999, 1.00499999999999)),
        *((x, 1) for x in (0.285 * 100, 0.1 + 0.2)),
        *((1e-9, 9), (150, -2), (-1250, -2), (35, -1), (123456789012.345, 2), (1e300, 10)),
    ]
    cases += [
        (draw.uniform(-1, 1) * 10 ** draw.randint(-4, 6), draw.randint(0, 8)) for _ in range(1_000)
    ]
    for _ in range(1_000):  # ties, and up to 9 doubles beside them
        decimals = draw.randint(0, 6)
        x = float(f"{draw.randint(-(10**5), 10**5)}5e-{decimals + 1}")
        toward = draw.choice([-1e9, 1e9])
        for _ in range(draw.randint(0, 9)):
            x = float(np.nextafter(x, toward))
        cases.append((x, decimals))
    for _ in range(1_000):  # products of short decimals
        x = round(draw.uniform(-10, 10), draw.randint(1, 4)) * 10 ** draw.randint(0, 3)
        cases.append((x * round(draw.uniform(0, 3), draw.randint(0, 3)), draw.randint(0, 6)))
    cases += [(float(5 * draw.randint(-(10**6), 10**6)), -draw.randint(1, 4)) for _ in range(300)]
    return cases


def test_rounding_is_libreoffices(tmp_path: Path) -> None:
    cases = _rounding_cases()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "R"
    for row, (x, decimals) in enumerate(cases, 1):
        # Into the formula: openpyxl stores cells with 16 digits only.
        sheet.cell(row, 1).value = f"=ROUND({x!r},{decimals})".upper()
        sheet.cell(row, 2).value = "=" + rounded(f"{x!r}".upper(), decimals)
    sheet.cell(len(cases) + 1, 1).value = "=ROUND(0.285*100,0)"
    sheet.cell(len(cases) + 1, 2).value = "=" + rounded("0.285*100", 0)
    path = tmp_path / "rounding.xlsx"
    book.save(path)
    (made,) = recalculated([path], tmp_path / "out")
    results = numbers(made)
    wrong = []
    for row, (x, decimals) in enumerate([*cases, (0.285 * 100, 0)], 1):
        for column, way in enumerate((rounded_once, at_decimals), 1):
            ours, theirs = float(way(np.array(float(x)), decimals)), results["R", row, column]
            if theirs != pytest.approx(ours, rel=1e-14, abs=0):
                wrong.append((x, decimals, column, ours, theirs))
    assert not wrong
