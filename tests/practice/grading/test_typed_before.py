"""What a teacher types into a gradebook: it survives marking again, or nothing is replaced."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.practice.grading.classroom import assignment, build
from tests.spreadsheet import needs_office, numbers, recalculated
from tracer.errors import OutputError
from tracer.practice.exercise.roster import Student, read_roster
from tracer.practice.grading.grading import Outputs, grade_class
from tracer.practice.grading.results import ClassMarks

#: Rows of students on the sheet of grades: 101 to 109, then those without marks.
ROW = {f"1{n:02d}": 6 + n for n in range(1, 17)}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("typed")
    build(folder, assignment(folder))
    return folder


@pytest.fixture(scope="module")
def first(school: Path) -> Path:
    """Return a gradebook as it is written at first."""
    mark(school, school / "first.xlsx")
    return school / "first.xlsx"


def mark(school: Path, book: Path, students: list[Student] | None = None) -> ClassMarks:
    made, everyone = assignment(school), read_roster(school / "class.csv")
    outputs = Outputs(book, moodle=book.with_suffix(".csv"), feedback=book.with_suffix(""))
    return grade_class(school / "in", made, students or everyone, outputs, force=True)


def changed(first: Path, path: Path, change: Callable[[Workbook], object]) -> Path:
    book = openpyxl.load_workbook(first)
    change(book)
    book.save(path)
    return path


def put(sheet: str, **cells: str | float | None) -> Callable[[Workbook], object]:
    def change(book: Workbook) -> None:
        for address, value in cells.items():
            book[sheet][address] = value

    return change


def of(marks: ClassMarks, student: str) -> tuple[float, list[str]]:
    row = next(row for row in marks.rows if row.student.id == student)
    return marks.total(row), [text for text in row.remarks if "hand" in text]


@pytest.mark.parametrize(
    ("student", "cells", "total", "remarks"),
    [
        ("102", {"H8": 1.5}, 8.0, ["points by hand: +1.5."]),
        ("102", {"H8": "−0,5"}, 6.0, ["points by hand: −0.5."]),
        ("102", {"D8": 3.5}, 8.0, ["step 1: 3.5 points typed by hand (marked: 2)."]),
        (
            "102",
            {"D8": 3.5, "G8": 0, "H8": 1},
            8.0,
            [
                "step 1: 3.5 points typed by hand (marked: 2).",
                "step 4: 0 points typed by hand (marked: 1).",
                "points by hand: +1.",
            ],
        ),
        ("102", {"D8": None}, 6.5, []),  # emptied: marking's again
        ("102", {}, 6.5, []),
        # Someone whose file is missing: what was handed in on paper.
        ("114", {"E20": 2}, 2.0, ["step 2: 2 points typed by hand."]),
        ("114", {"H20": 5}, 5.0, ["points by hand: +5."]),
    ],
)
def test_points_survive_marking_again_and_again(
    student: str,
    cells: dict[str, str | float | None],
    total: float,
    remarks: list[str],
    school: Path,
    first: Path,
    tmp_path: Path,
) -> None:
    book = changed(first, tmp_path / "book.xlsx", put("Grades", **cells))
    for _ in range(2):
        found, said = of(mark(school, book), student)
        assert said == remarks and found == pytest.approx(total)
    table = (tmp_path / "book.csv").read_text("utf-8").splitlines()
    line = next(x for x in table if f",{student}," in x)
    if remarks:  # of 20 points for 11, in halves
        assert f",{round(total / 11 * 40) / 2:g}," in line
    copy = tmp_path / "book" / f"{student}.xlsx"
    if copy.exists():
        assert openpyxl.load_workbook(copy)["Practice"]["B7"].value == f"{total:g} of 11"


def test_notes_and_the_key_survive(school: Path, first: Path, tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        put("Grades", T8="=asked again")(book)
        book["Grades"]["T8"].data_type = "s"
        put("Grade key", A5="very good", B5=85, A10="ungraded", B9=20, B10=0)(book)

    book = changed(first, tmp_path / "book.xlsx", change)
    for _ in range(2):
        marks = mark(school, book)
        again = openpyxl.load_workbook(book)
        assert again["Grades"]["T8"].value == "=asked again"
        assert again["Grades"]["T8"].data_type == "s"
        expected = [("very good", 85), ("B", 80), ("C", 70), ("D", 60), ("F", 20), ("ungraded", 0)]
        assert list(marks.key) == expected
        rows = again["Grade key"].iter_rows(min_row=5, max_row=11, max_col=2, values_only=True)
        assert list(rows) == [*expected, (None, None)]


def test_sorted_rows_are_read_by_their_students(school: Path, first: Path, tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        put("Grades", H8=2)(book)
        sheet = book["Grades"]
        rows = list(sheet.iter_rows(min_row=7, max_row=22))
        found = [[(cell.value, cell.data_type) for cell in row] for row in rows]
        for row, before in zip(rows, reversed(found), strict=True):
            for cell, (value, kind) in zip(row, before, strict=True):
                cell.value = value
                cell.data_type = kind  # a text that looks like a formula stays one

    marks = mark(school, changed(first, tmp_path / "book.xlsx", change))
    assert of(marks, "102") == (8.5, ["points by hand: +2."])


def moved(book: Workbook) -> None:
    book["Grades"].title = "Mine"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (put("Grades", B8="Annabel"), "row 8 was changed outside columns D to H and T"),
        (put("Grades", I8=11), "row 8 was changed outside"),  # a number over the live total
        (put("Grades", B40="Please note"), "row 40 was changed outside"),
        (put("Grades", D5=8), "something was typed above row 7"),
        (put("Grades", H8="well said"), "H8 holds no number of points ('well said')"),
        (put("Grades", W8=None), ""),
        (put("Grades", V8="0"), "row 8 was changed outside"),
        (put("Grades", V4="{"), "this is no gradebook as it is written now"),
        (put("Grades", V5="{"), "its hidden columns were changed"),
        (put("Remarks", D5="not so"), "something was typed into the sheet 'Remarks'"),
        (put("Grade key", D5="strict"), "something was typed into the sheet 'Grade key'"),
        (put("Grade key", B7=None), "row 7 of its sheet 'Grade key' is no grade"),
        (put("Grade key", B7=700), "row 7 of its sheet 'Grade key' is no grade"),
        (lambda book: book.create_sheet("Oral"), "the sheet 'Oral' was added"),
        (lambda book: book.remove(book["Grade key"]), "its sheet 'Grade key' is missing"),
        (moved, "this is no gradebook as it is written now"),
    ],
)
def test_what_cannot_be_carried_over_is_one_line_and_nothing_is_replaced(
    change: Callable[[Workbook], object], why: str, school: Path, first: Path, tmp_path: Path
) -> None:
    book = changed(first, tmp_path / "book.xlsx", change)
    before = book.read_bytes()
    if not why:
        mark(school, book)
        return
    with pytest.raises(OutputError) as error:
        mark(school, book)
    assert str(error.value).startswith(f"{book}: ") and why in str(error.value)
    assert "\n" not in str(error.value) and book.read_bytes() == before
    assert not book.with_suffix(".csv").exists() and not book.with_suffix("").exists()


def test_students_and_steps_that_are_gone(school: Path, first: Path, tmp_path: Path) -> None:
    book = changed(first, tmp_path / "book.xlsx", put("Grades", D8=3.5))
    others = [s for s in read_roster(school / "class.csv") if s.id != "102"]
    with pytest.raises(OutputError, match="102 is no longer in the class list"):
        mark(school, book, others)
    # Where nothing was typed for them, they may go.
    shutil.copyfile(first, book)
    assert len(mark(school, book, others).rows) == len(others)


def test_another_file_is_not_replaced(school: Path, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    for content in (b"", b"PK", (school / "answers.xlsx").read_bytes()):
        book.write_bytes(content)
        with pytest.raises(OutputError, match="move it away, or name another file with -o"):
            mark(school, book)
        assert book.read_bytes() == content


@pytest.mark.slow
@pytest.mark.office
@needs_office
def test_a_spreadsheet_program_saves_what_is_read_back(
    school: Path, first: Path, tmp_path: Path
) -> None:
    book = changed(first, tmp_path / "book.xlsx", put("Grades", H8=1.5))
    saved = recalculated([book], tmp_path / "saved")[0]
    shown = numbers(saved)
    assert shown["Grades", 8, 9] == 8.0 and shown["Grades", 8, 10] == pytest.approx(8 / 11)
    assert of(mark(school, saved), "102") == (8.0, ["points by hand: +1.5."])
