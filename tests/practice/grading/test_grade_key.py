"""Grades by the key: thresholds, the usual ones of a language, an assignment's own; live."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.practice.grading.classroom import MARKED, assignment, build
from tests.spreadsheet import needs_office, recalculated, with_value
from tracer.errors import DataError
from tracer.practice.exercise.assignment import read_assignment
from tracer.practice.exercise.roster import read_roster
from tracer.practice.grading.grade_key import as_number, grade_of, mean_grade, usual_key
from tracer.practice.grading.grading import Outputs, grade_class
from tracer.wording import load

GERMAN, ENGLISH = usual_key(load("de")), usual_key(load("en"))
OWN = [("pass", 50.0)]


@pytest.mark.parametrize(
    ("share", "key", "grade"),
    [
        (1.0, GERMAN, 1.0),
        (0.92, GERMAN, 1.0),
        (0.9199, GERMAN, 2.0),
        (0.6700000000001, GERMAN, 3.0),
        (0.6699999999999, GERMAN, 3.0),  # the last bits of a sum are no grade
        (0.0, GERMAN, 6.0),
        (-0.1, GERMAN, ""),
        (1.2, ENGLISH, "A"),
        (0.9, ENGLISH, "A"),
        (0.5999, ENGLISH, "F"),
        (0.5, OWN, "pass"),
        (0.49, OWN, ""),
    ],
)
def test_grades(share: float, key: list[tuple[str, float]], grade: str | float) -> None:
    assert grade_of(share, key) == grade


@pytest.mark.parametrize(
    ("label", "grade"),
    [("1", 1.0), ("15", 15.0), ("0", 0.0), ("05", "05"), ("2+", "2+"), ("A", "A"), ("²", "²")],
)
def test_grades_that_are_numbers(label: str, grade: str | float) -> None:
    assert as_number(label) == grade


@pytest.mark.parametrize(
    ("grades", "mean"), [([1.0, 2.0, 4.5], 2.5), (["A", 1.0], 1.0), (["A"], ""), ([], "")]
)
def test_means(grades: list[str | float], mean: str | float) -> None:
    assert mean_grade(grades) == mean


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("{ A = 90, B = 101 }", "grade.key.B must be a number from 0 to 100"),
        ('{ A = "90" }', "grade.key.A must be a number from 0 to 100"),
        ("{ A = 90, B = 90 }", "each from another per cent on"),
        ('{ "" = 90 }', "must have 1 to 12 letters"),
        ("3", "grade.key must be a table"),
    ],
)
def test_faults_of_a_key(key: str, fault: str, tmp_path: Path) -> None:
    made = assignment(tmp_path)
    text = made.path.read_text("utf-8").replace("round_to = 0.5", f"round_to = 0.5\nkey = {key}")
    made.path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=fault):
        read_assignment(made.path)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("key")
    build(folder, assignment(folder))
    return folder


def book_of(school: Path, path: Path, key: str = "") -> Path:
    made = assignment(school)
    if key:
        text = made.path.read_text("utf-8")
        made.path.write_text(text.replace("[grade]", f"[grade]\nkey = {key}"), "utf-8")
        made = read_assignment(made.path)
    grade_class(school / "in", made, read_roster(school / "class.csv"), Outputs(path))
    return path


#: The shares of 11 points, and the grades from A to F and by an assignment's own key.
SHARES = [sum(case.points) / 11 for case in MARKED]


@pytest.mark.parametrize(
    ("key", "grades"),
    [
        ("", [*"AFAFBFDDA"]),
        ("{ fail = 0, 3 = 50, 2 = 60, 1 = 80 }", [1, 3, 1, "fail", 1, "fail", 2, 2, 1]),
    ],
)
def test_the_gradebook_has_grades_by_the_key(
    key: str, grades: list[str | int], school: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(book_of(school, tmp_path / "b.xlsx", key), data_only=True)
    sheet = book["Grades"]
    shares = [sheet.cell(row, 10).value for row in range(7, 7 + len(MARKED))]
    assert shares == pytest.approx(SHARES)
    assert [sheet.cell(row, 11).value for row in range(7, 7 + len(MARKED))] == grades
    assert not sheet.cell(7 + len(MARKED), 11).value  # without a file no grade
    rows = book["Grade key"].iter_rows(min_row=5, max_row=20, max_col=3, values_only=True)
    counts = {label: count for label, _, count in rows if label}
    assert {label: n for label, n in counts.items() if n} == {g: grades.count(g) for g in grades}


def test_blank_and_wrong_are_told_apart(school: Path, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(book_of(school, tmp_path / "b.xlsx"))["Grades"]
    signs = {
        case.id: [sheet.cell(row, column).number_format for column in range(4, 8)]
        for row, case in enumerate(MARKED, 7)
    }
    assert signs["101"] == ["General"] * 4
    assert signs["102"] == ['General" ✗"', "General", "0.##", "General"]
    assert signs["104"] == ['General" ·"'] * 4
    assert signs["106"] == ['General" ✗"'] * 4
    coloured = {
        cell
        for ranges in sheet.conditional_formatting
        for part in str(ranges.sqref).split()
        for row in sheet[part if ":" in part else f"{part}:{part}"]
        for cell in (one.coordinate for one in row)
    }
    # 104 left all blank: grey, not red; 106 typed zeros.
    assert {"D10", "E10", "F10", "G10"}.isdisjoint(coloured)
    assert {"D12", "E12", "F12", "G12", "I10"} <= coloured
    assert sheet["D10"].fill.start_color.rgb != sheet["D7"].fill.start_color.rgb


@pytest.mark.slow
@pytest.mark.office
@needs_office
def test_grades_follow_the_key(school: Path, tmp_path: Path) -> None:
    book = book_of(school, tmp_path / "b.xlsx")
    changed = with_value(book, tmp_path / "c.xlsx", "Grade key", "B5", 99.0)
    shown = openpyxl.load_workbook(recalculated([changed], tmp_path / "out")[0], data_only=True)
    grades = [shown["Grades"].cell(row, 11).value for row in range(7, 7 + len(MARKED))]
    assert grades == [*"AFBFBFDDA"]
    assert [shown["Grade key"].cell(row, 3).value for row in range(5, 10)] == [2, 2, 0, 2, 3]
