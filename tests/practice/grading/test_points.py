"""Points of steps, grades and their rounding; and the tables for course systems."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.practice.answers.marks import Credit, Verdict
from tracer.practice.exercise.assignment import Grading, read_assignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.exports import as_id, as_text, canvas_csv, moodle_csv
from tracer.practice.grading.points import Scheme
from tracer.practice.grading.points import scheme as points_scheme
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.practice.sheets.paper import layout

SEVEN = (("1", "One", 7.0, 3), ("2", "Two", 2.0, 2))


def scheme(grading: Grading | None = None, credit: Credit | None = None) -> Scheme:
    steps = np.array([0, 0, 1, 0, 1])
    return Scheme(SEVEN, steps, np.ones(5), credit or Credit(), grading or Grading())


def test_results_earn_the_same_however_many_blanks_they_have() -> None:
    """Of 2 points for a step, one for four blanks and one for the single blank beside them."""
    weights = np.array([0.25, 0.25, 0.25, 0.25, 1.0])
    one = Scheme((("1", "One", 2.0, 5),), np.zeros(5, int), weights, Credit(), Grading())
    right, wrong, made = Verdict.RIGHT, Verdict.WRONG, np.zeros(5, bool)
    for verdicts, points in (
        ([right] * 4 + [wrong], 1.0),
        ([wrong] * 4 + [right], 1.0),
        ([right, right, wrong, wrong, right], 1.5),
        ([right] * 5, 2.0),
    ):
        assert one.points(np.array(verdicts, np.int8), made).tolist() == [points]


@pytest.mark.parametrize(
    ("each", "points"),
    [
        ("result", [2, 1, 1, 1, 2, 2]),
        ("blank", [12, 3, 9, 9, 15, 4]),
    ],
)
def test_what_the_steps_of_ray_are_worth(each: str, points: list[float], tmp_path: Path) -> None:
    path = tmp_path / "hw.toml"
    secret = "a secret that only this test knows"
    text = f'template = "ray"\nsecret = "{secret}"\nblank = ["backward", "update"]\n'
    path.write_text(f'{text}[rules]\neach = "{each}"\n', "utf-8")
    made = read_assignment(path)
    found = points_scheme(made, layout(made.exercise))
    assert [worth for _, _, worth, _ in found.steps] == points
    exact = np.full(52, int(Verdict.RIGHT), np.int8)
    assert found.points(exact, np.zeros(52, bool)).tolist() == points


ALL = [int(Verdict.RIGHT)] * 5
MIXED = [Verdict.RIGHT, Verdict.FOLLOWS, Verdict.FOLLOWS, Verdict.WRONG, Verdict.ROUNDED]
NONE = [Verdict.BLANK, Verdict.NOT_A_NUMBER, Verdict.WRONG, Verdict.VAGUE, Verdict.BLANK]


@pytest.mark.parametrize(
    ("verdicts", "formulas", "credit", "expected"),
    [
        (ALL, [], Credit(), [7.0, 2.0]),
        (ALL, [0, 2], Credit(), [7.0, 2.0]),
        (ALL, [0, 2], Credit(formulas=False), [7 * 2 / 3, 1.0]),
        (MIXED, [], Credit(), [7 * 2 / 3, 2.0]),
        (MIXED, [], Credit(follows=0.5, rounded=0.25), [7 * 0.5, 0.75]),
        (NONE, [], Credit(), [0.0, 0.0]),
    ],
)
def test_points(
    verdicts: list[int], formulas: list[int], credit: Credit, expected: list[float]
) -> None:
    made = np.isin(np.arange(5), formulas)
    found = scheme(credit=credit).points(np.array(verdicts, np.int8), made)
    assert found.tolist() == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize(
    ("total", "out_of", "round_to", "expected"),
    [
        (4.5, 0, 0, 4.5),
        (4.5, 20, 0, 10.0),
        (4.5, 0, 1, 5.0),  # halves up
        (4.4, 0, 1, 4.0),
        (4.25, 0, 0.5, 4.5),
        (4.2, 0, 0.5, 4.0),
        (9 * 0.285, 100, 1, 29.0),  # 28.499999999999996 in binary
        (0.3 * 9, 1, 0.1, 0.3),
        (0.0, 10, 0.5, 0.0),
        (9.0, 10, 0.25, 10.0),
    ],
)
def test_grades(total: float, out_of: float, round_to: float, expected: float) -> None:
    made = scheme(Grading("", out_of, round_to))
    assert made.grade(total) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Ann", "Ann"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_texts_for_csv(text: str, written: str) -> None:
    assert as_text(text) == written


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("00123", "00123"),
        ("-5", "-5"),
        ("+5", "+5"),
        ("a@b.org", "a@b.org"),
        ("@ann", "@ann"),
        ("=1+1", "'=1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-1+cmd|' /c'!A1", "'-1+cmd|' /c'!A1"),
    ],
)
def test_ids_for_csv(text: str, written: str) -> None:
    assert as_id(text) == written


def marks(line: Mapping[str, str]) -> ClassMarks:
    student = Student("7", "Ann Bell", line)
    exercise = Exercise(tracer.load_template("ray"))
    return ClassMarks("Week 1", exercise, (), scheme(), (StudentRow(student),), ())


@pytest.mark.parametrize(
    ("line", "canvas", "moodle"),
    [
        ({"id": "7"}, "Ann Bell,,7,,,", ",7,,Ann Bell,,No file was handed in."),
        (
            {
                "student": "Ann Bell",
                "id": "7",
                "sis user id": "u7",
                "sis login id": "ann",
                "section": "A",
            },
            "Ann Bell,7,u7,ann,A,",
            "ann,u7,,Ann Bell,,No file was handed in.",
        ),
        (
            {"first name": "Ann", "last name": "Bell", "id number": "7", "email address": "a@b.c"},
            "Ann Bell,,7,a@b.c,,",
            ",7,a@b.c,Ann Bell,,No file was handed in.",
        ),
        ({"email": "7"}, "Ann Bell,,,7,,", ",,7,Ann Bell,,No file was handed in."),
    ],
    ids=["plain", "Canvas", "Moodle", "email"],
)
def test_columns_that_course_systems_match_by(
    line: dict[str, str], canvas: str, moodle: str
) -> None:
    made = marks(line)
    assert canvas_csv(made).split("\r\n")[2] == canvas
    assert moodle_csv(made).split("\r\n")[1] == moodle
