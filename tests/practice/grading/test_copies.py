"""Copies: what is told, and what honest work must not be taken for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from tracer.language.places import Place
from tracer.practice.answers.marks import Verdict
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.copies import Copied, Papers, same_bytes, same_numbers
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.practice.grading.results import StudentRow
from tracer.wording import load

BLOCKS = np.array([0, 0, 0, 1, 1, 1])
SLIP = WrongResult(0, "a", "", "1", "2", False, 0, "", "bias left out", "the bias is left out")
UNEXPLAINED = WrongResult(0, "a", "", "1", "2", False, 0, "")
W, R, F = int(Verdict.WRONG), int(Verdict.RIGHT), int(Verdict.FOLLOWS)


def judged(typed: list[float], verdicts: list[int], *slips: WrongResult) -> StudentMarks:
    zeros = np.zeros(6)
    return StudentMarks(np.array(verdicts), np.array(typed), zeros, zeros.astype(bool), slips)


ODD = [1.3, 2.7, 9.1, 4.0, 5.0, 6.0]
THREE = [W, W, W, R, R, R]


def said_of(judged: Mapping[str, StudentMarks]) -> dict[str, list[str]]:
    places = [Place(1 + at // 3, 2 + at % 3, "Iteration 1!") for at in range(6)]
    papers = Papers([f"{name}.xlsx" for name in judged], [*judged.values()], BLOCKS, places)
    said = zip(judged, same_numbers(papers, load()), strict=True)
    return {name: [*copied.remarks] for name, copied in said if copied.remarks}


def test_another_s_right_numbers_are_no_mistake() -> None:
    """Neither among what the class got wrong, nor one by one in the remarks; the copy is told."""
    row = StudentRow(Student("b", ""), "b.xlsx", judged(ODD, THREE, UNEXPLAINED, SLIP))
    row.copied = Copied(("told",), frozenset({UNEXPLAINED.at}))
    assert [*row.slips] == [SLIP]
    row.copied = Copied()
    assert [*row.slips] == [UNEXPLAINED, SLIP]


SAME = "3 wrong numbers are the same as in {}.xlsx (Iteration 1!B1:D1)."
THEIRS = "3 numbers that are wrong here are the right ones in {}.xlsx (Iteration 1!B1:D1)."
FEW = [W, W, R, R, R, R]
ONES = [1.0, -1.0, 1.0, 4.0, 5.0, 6.0]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (judged(ODD, THREE), judged(ODD, THREE), {"a": [SAME], "b": [SAME]}),
        # Right for one, wrong for the other: nobody with right numbers is accused.
        (judged(ODD, [R] * 6), judged(ODD, THREE), {"b": [THEIRS]}),
        (judged(ODD, THREE), judged(ODD, [F] * 6), {"a": [THEIRS]}),
        (judged(ODD, [R] * 6), judged(ODD, [R] * 6), {}),
        (judged(ODD, THREE, SLIP), judged(ODD, THREE, SLIP), {}),  # a mistake that many make
        (judged(ODD, FEW), judged(ODD, FEW), {}),
        (judged([0.0] * 6, [W] * 6), judged([0.0] * 6, [W] * 6), {}),
        (judged(ONES, THREE), judged(ONES, [R] * 6), {}),  # ones are many a result
        (judged([np.nan] * 6, [0] * 6), judged([np.nan] * 6, [0] * 6), {}),
        (judged(ODD, THREE), judged([1.31, 2.71, 9.11, 4, 5, 6], THREE), {}),
        # Half of one's wrong numbers and all of the other's: both are told.
        (judged(ODD, [W] * 6), judged([*ODD[:3], 7, 8, 9], THREE), {"a": [SAME], "b": [SAME]}),
    ],
)
def test_two_students(
    first: StudentMarks, second: StudentMarks, told: dict[str, list[str]]
) -> None:
    others = {"a": "b", "b": "a"}
    expected = {name: [t.format(others[name]) for t in texts] for name, texts in told.items()}
    assert said_of({"a": first, "b": second}) == expected


def test_what_many_share_is_one_remark() -> None:
    found = said_of({name: judged(ODD, THREE) for name in "abcdef"})
    files = "b.xlsx, c.xlsx, d.xlsx, …"
    said = f"wrong numbers are the same as in 5 other files ({files}): perhaps a mistake"
    assert found["a"] == [f"{said} that many made."]


def test_cells_are_ranges_and_only_the_first_are_named() -> None:
    verdicts = [W, R, W, W, R, W]
    found = said_of({"a": judged(ODD, [R] * 6), "b": judged(ODD, verdicts)})
    assert found["b"][0].endswith("in a.xlsx (Iteration 1!B1:B2, D1:D2).")


def test_the_same_bytes() -> None:
    files = [("a", "1"), ("b", "2"), ("c", "1"), ("d", ""), ("e", "")]
    assert same_bytes(files) == {"a": ["c"], "c": ["a"]}
