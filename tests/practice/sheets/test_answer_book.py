"""The answer book: sheets to show with the answers in place, and everyone's exact results."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.spreadsheet import needs_office, numbers, recalculated
from tracer.practice.exercise.assignment import ClassAssignment, read_assignment
from tracer.practice.exercise.roster import Student
from tracer.practice.sheets.answer_book import answer_book
from tracer.practice.sheets.paper import layout
from tracer.workbook.book import write_book

SECRET = "a secret that only this test knows"
LESSONS = ("ray", "exam-scores", "lstm")


def made(folder: Path, lesson: str, more: str = "", lang: str = "en") -> ClassAssignment:
    path = folder / "hw.toml"
    text = f'template = "{lesson}"\nsecret = "{SECRET}"\niterations = 2\nlang = "{lang}"\n{more}'
    path.write_text(text, "utf-8")
    return read_assignment(path)


def book_of(assignment: ClassAssignment, path: Path) -> Path:
    ann = Student("1", "Ann")
    write_book(answer_book(assignment, {ann: assignment.exercise_of("1")}, {ann: "1.xlsx"}), path)
    return path


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_answer_stands_in_its_place(lesson: str, tmp_path: Path) -> None:
    assignment = made(tmp_path, lesson)
    exercise = assignment.exercise
    path = book_of(assignment, tmp_path / "answers.xlsx")
    shown = openpyxl.load_workbook(path, data_only=True)
    formulas = openpyxl.load_workbook(path)
    found = 0
    for block in layout(exercise):
        exact = exercise.trace.value(block.slot, max(1, block.iteration))
        for place, index in block.cells():
            value = shown[block.sheet][place.local()].value
            assert value == pytest.approx(float(exact[index]), rel=1e-12), place
            assert str(formulas[block.sheet][place.local()].value).startswith("=")
            found += 1
    assert found == exercise.count


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("[vary]\nwh = true", "with the lesson's own numbers, which nobody has"),
        ("[vary]", "with the numbers that everyone has"),
    ],
)
def test_it_says_whose_numbers_are_shown(more: str, says: str, tmp_path: Path) -> None:
    path = book_of(made(tmp_path, "ray", more), tmp_path / "answers.xlsx")
    sheet = openpyxl.load_workbook(path)["Iteration 1"]
    assert says in sheet["A2"].value
    assert sheet["G1"].value == "◀ Answer book"
    assert sheet["G1"].hyperlink.location.startswith("'Answer book'!")


def test_rows_and_columns_are_numbers(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(book_of(made(tmp_path, "ray"), tmp_path / "answers.xlsx"))
    assert [cell.value for cell in book["Numbers"][6]][:3] == ["wh", 1, 2]
    assert [cell.value for cell in book["Answers"][6]][4:6] == [1, 2]
    kinds = {cell.data_type for row in book["Answers"]["E5:F9"] for cell in row}
    assert kinds == {"n"}


@pytest.mark.slow
@pytest.mark.office
@needs_office
def test_a_spreadsheet_program_calculates_the_same(tmp_path: Path) -> None:
    path = book_of(made(tmp_path, "ray"), tmp_path / "answers.xlsx")
    before, after = numbers(path), numbers(recalculated([path], tmp_path / "out")[0])
    assert before.keys() == after.keys()
    for at, value in before.items():
        if isinstance(value, str):
            continue
        assert after[at] == pytest.approx(value, rel=1e-9, abs=1e-12), at


LONG = """
title = "A sum that no formula can hold"
loss = "loss"
[given]
x = { random = "normal", shape = [24, 12], seed = 1 }
[parameters]
w = 0.5
[[steps]]
title = "Sum"
phase = "forward"
equations = ["loss = sum(log(1 + exp(w * x)) * tanh(x))"]
"""


def test_what_no_formula_can_hold_is_a_number(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(LONG, "utf-8")
    assignment = made(tmp_path, "long.toml")
    path = book_of(assignment, tmp_path / "answers.xlsx")
    sheets = openpyxl.load_workbook(path)
    for block in layout(assignment.exercise):
        exact = float(assignment.exercise.trace.value(block.slot, block.iteration))
        for place, _ in block.cells():
            assert sheets[block.sheet][place.local()].value == pytest.approx(exact, rel=1e-12)
