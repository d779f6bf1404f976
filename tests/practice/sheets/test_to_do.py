"""What a sheet says of its blanks: how many are empty, what they are worth, what colours mean."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tests.practice import students
from tests.spreadsheet import convert, needs_office, seen
from tracer.practice.answers.wording import COUNTED
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.sheets.live import LOOKS
from tracer.practice.sheets.paper import layout
from tracer.practice.sheets.worksheet import HandIn, assignment, self_study
from tracer.workbook.book import write_book
from tracer.workbook.plan.palette import PALETTES


@pytest.mark.slow
@pytest.mark.office
@needs_office
def test_an_assignment_counts_its_empty_blanks(tmp_path: Path) -> None:
    """Of 31 blanks, drawn at random, those of one step are filled in."""
    choice = BlankChoice(("backward", "update"), 0.6, 2)
    exercise = Exercise(tracer.load_template("ray"), 1, choice, live=True)
    points = {7: 4.0}
    write_book(assignment(exercise, HandIn("id", points=points)), tmp_path / "a.xlsx")
    sheet = students.exact(exercise)
    filled = 0
    for block in layout(exercise):
        step = exercise.program.steps[block.assignment.step].number
        if step == "10":
            filled += int(block.asked.sum())
        else:
            sheet[block.iteration, block.slot.key][...] = None
    out = students.fill(exercise, tmp_path / "a.xlsx", tmp_path / "b.xlsx", sheet)
    pages = convert([tmp_path / "a.xlsx", out], tmp_path / "html", "html:HTML (StarCalc)")
    for page, left in zip(pages, (exercise.count, exercise.count - filled), strict=True):
        said = seen(page, "Iteration 1")[2, 1].text
        assert said == f"Blanks: {exercise.count}. Still empty: {left}"
        first = seen(page, "Practice")
        (row,) = (at for (at, column), cell in first.items() if cell.text == "All steps")
        assert [first[row, column].number for column in (3, 4, 5)] == [4, exercise.count, left]


def test_every_sheet_has_the_colours() -> None:
    for sheet in self_study(Exercise(tracer.load_template("ray"), 2)).sheets[1:-1]:
        roles = {cell.role for cell in sheet.pattern.cells if cell.row == 2}
        assert roles >= {LOOKS[verdict] for verdict in COUNTED if verdict in LOOKS}


@pytest.mark.parametrize("name", ["tutorial", "okabe-ito"])
def test_what_follows_is_no_operand(name: str) -> None:
    """Their colours lie apart: by a fifth of what red, green or blue can be, at least."""
    looks = PALETTES[name].looks
    follows, operand = (looks[role].fill or "" for role in ("follows", "operand"))
    far = [abs(int(follows[i : i + 2], 16) - int(operand[i : i + 2], 16)) for i in (0, 2, 4)]
    assert max(far) >= 0.2 * 255, far
