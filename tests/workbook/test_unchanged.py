"""Whether an input was changed, by a formula that other programs compute as well."""

from __future__ import annotations

from pathlib import Path

import formualizer
import numpy as np
import pytest

import tracer
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.read import read_template
from tracer.workbook.book import plan_book
from tracer.workbook.plan.plan import Sheet

LARGE = {
    "numbers": "[[1, 2.5], [3, 4]]",
    "sums of rows and columns": '{ random = "normal", shape = [12, 9], seed = 1 }',
    "sums of all": '{ random = "normal", shape = [60, 3], seed = 1 }',
    "a vector": "[3, 1, 2]",
    "long digits": '{ random = "uniform", shape = [3, 4], seed = 2 }',
}


def traced(folder: Path, array: str) -> ProgramTrace:
    path = folder / "t.toml"
    path.write_text(
        f'title = "t"\nsource = "s"\n[given]\nX = {array}\nlr = 0.1\n'
        '[[steps]]\nequations = ["y = sum(X) * lr"]\n',
        "utf-8",
    )
    return trace_template(read_template(path), 1)


def sheet(trace: ProgramTrace, title: str) -> Sheet:
    return next(sheet for sheet in plan_book(trace).sheets if sheet.title == title)


def said(trace: ProgramTrace, changes: dict[tuple[int, int], float]) -> object:
    """What the sheet says of the inputs once cells of Inputs hold other numbers."""
    book = formualizer.Workbook()
    for title in ("Inputs", "Article"):
        book.add_sheet(title)
    state = trace.state(1)
    for cell in sheet(trace, "Inputs").pattern.cells:
        if cell.at is not None:
            value = changes.get((cell.row, cell.column), float(state[cell.at]))
            book.set_value("Inputs", cell.row, cell.column, value)
    cells = sheet(trace, "Article").pattern.cells
    formula = next(cell.formula for cell in cells if cell.row == 3 and cell.formula)
    assert isinstance(formula, str)
    book.set_formula("Article", 3, 2, f"={formula}")
    return book.evaluate_cell("Article", 3, 2)


def places(trace: ProgramTrace) -> dict[tuple[int, int], float]:
    state = trace.state(1)
    cells = sheet(trace, "Inputs").pattern.cells
    return {(c.row, c.column): float(state[c.at]) for c in cells if c.at is not None}


@pytest.mark.parametrize("name", LARGE)
def test_any_one_change_is_told(name: str, tmp_path: Path) -> None:
    trace = traced(tmp_path, LARGE[name])
    assert said(trace, {}) == "the lesson's own"
    found = places(trace)
    for where in [*found][:: max(1, len(found) // 9)]:
        assert said(trace, {where: found[where] + 1e-6}) == "changed", where


@pytest.mark.parametrize("name", ["numbers", "sums of rows and columns", "a vector"])
def test_two_numbers_that_change_places_are_told(name: str, tmp_path: Path) -> None:
    trace = traced(tmp_path, LARGE[name])
    (one, first), (other, second) = [*places(trace).items()][:2]
    assert first != second
    assert said(trace, {one: second, other: first}) == "changed"


@pytest.mark.parametrize("name", ["ray", "two-class", "exam-hand", "lstm", "iris"])
def test_lessons_are_unchanged_as_they_are_made(name: str) -> None:
    trace = trace_template(tracer.load_template(name), 1)
    if np.isfinite(trace.state(1)).all():
        assert said(trace, {}) == "the lesson's own"
