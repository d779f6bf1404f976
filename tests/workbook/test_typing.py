"""What a person types stays what was typed: a spreadsheet completes it to no text of ours.

LibreOffice and Excel complete what is typed by texts that stand in the same column, so none
that begins as a number does may stand where numbers are typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from openpyxl.utils import range_boundaries

import tracer
from tests.practice import students
from tests.workbook.made import Made
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.sheets.worksheet import HandIn, assignment, self_study
from tracer.wording import LANGUAGES
from tracer.workbook.book import BookOptions, plan_book
from tracer.workbook.plan.plan import Book, Sheet

#: How a number may begin, also one that is typed with a comma or a minus sign of its own.
NUMBER = re.compile(r"([-+−–.,]\s*)?\d")
#: Roles of cells to be filled in; what may be typed on other sheets, their choices say.
TYPED = {"choice", "choice_wide", "blank", "hint", "field"}
HAND_IN = HandIn("id", "=1", "@x", "today")


def _typed_columns(sheet: Sheet) -> set[int]:
    """Return the columns with cells in which something is typed or chosen."""
    found = {cell.column for cell in sheet.pattern.cells if cell.role in TYPED}
    for choice in (*sheet.choices, *sheet.pattern.choices):
        first, _, last, _ = range_boundaries(choice.area)
        assert first is not None and last is not None
        found.update(range(first, last + 1))
    return found


def _completing(book: Book) -> Iterator[str]:
    """Yield every text that a typed digit could be completed to."""
    for sheet in book.sheets:
        columns = _typed_columns(sheet)
        for cell in sheet.pattern.cells:
            text = sheet.texts.get(cell.varies, "") if cell.varies else cell.text or ""
            if cell.column in columns and NUMBER.match(text):
                yield f"{sheet.title} row {cell.row} column {cell.column}: {text}"


@pytest.mark.parametrize("name", tracer.template_names())
def test_no_text_completes_a_number_in_a_workbook(name: str, books: Mapping[str, Made]) -> None:
    book = books[name].book
    assert any(map(_typed_columns, book.sheets))
    assert [*_completing(book)] == []


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
@pytest.mark.parametrize("name", ["ray", "ray-r", "iris", "two-class-rows"])
def test_nor_in_another_language(name: str, lang: str, books: Mapping[str, Made]) -> None:
    assert [*_completing(plan_book(books[name].trace, BookOptions(lang=lang)))] == []


EXERCISES = {
    "ray": Exercise(tracer.load_template("ray"), 2),
    "all": Exercise(students.softmax(), 2, BlankChoice(("all",), 0.4, 2)),
    "prepared": Exercise(tracer.load_template("exam-scores"), 1, BlankChoice(("all",))),
    "diary-linear": Exercise(tracer.load_template("diary-linear"), 1, BlankChoice(("all",))),
    "wide": Exercise(tracer.load_template("diary-n-layer"), 1),
}


@pytest.mark.parametrize("name", EXERCISES)
def test_nor_in_practice_sheets(name: str) -> None:
    assert [*_completing(self_study(EXERCISES[name]))] == []
    assert [*_completing(assignment(EXERCISES[name], HAND_IN))] == []
