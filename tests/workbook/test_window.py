"""What is typed in a window of a real spreadsheet program arrives in the cell as it was typed."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tests.spreadsheet import numbers
from tests.window import needs_window, opened
from tests.workbook.made import make
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.sheets.worksheet import self_study
from tracer.workbook.book import write_book
from tracer.workbook.plan.plan import Book

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_window]


def _cell(book: Book, sheet: str, role: str, number: int = 0) -> tuple[int, int]:
    """Return the place of one of a sheet's cells of a role."""
    page = next(page for page in book.sheets if page.title == sheet)
    cells = sorted((c.row, c.column) for c in page.pattern.cells if c.role == role)
    return cells[number]


def _address(where: tuple[int, int]) -> str:
    row, column = where
    return f"{chr(64 + column)}{row}"


def test_typed_numbers_stay_numbers(tmp_path: Path) -> None:
    made = make(tracer.load_template("ray"), tmp_path / "ray.xlsx", 3, sheets=[1])
    # The learning rate, the last of the single numbers, and one of the data.
    typed = {("Inputs", "B16"): "1", ("Inputs", "B8"): "1", ("Explore", "C4"): "3"}
    typed |= {("Explore", "K4"): "2", ("Explore", "M4"): "3", ("Explore", "A4"): "17"}
    with opened(made.path, tmp_path) as window:
        for (sheet, cell), text in typed.items():
            window.type(f"{sheet}.{cell}", text)
        window.save(made.path)
    found = numbers(made.path)
    for (sheet, cell), text in typed.items():
        at = sheet, int(cell[1:]), ord(cell[0]) - 64
        assert found[at] == float(text), (sheet, cell)
    # Everything follows: number 17 of the walk is an activation of the second row.
    assert str(found["Explore", 5, 2]).startswith("Iteration 3: hiddenlayer_activations (3 × 3)")


def test_typed_answers_stay_numbers(tmp_path: Path) -> None:
    exercise = Exercise(tracer.load_template("diary-linear"), 1, BlankChoice(("all",)))
    book, path = self_study(exercise), tmp_path / "practice.xlsx"
    write_book(book, path)
    blanks = [_cell(book, "Iteration 1", "blank", number) for number in (0, 2)]
    with opened(path, tmp_path) as window:
        for where in blanks:
            window.type(f"$'Iteration 1'.{_address(where)}", "1")
        window.save(path)
    found = numbers(path)
    assert [found["Iteration 1", *where] for where in blanks] == [1.0, 1.0]
