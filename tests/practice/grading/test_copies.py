"""Copies: what is told, and what honest work must not be taken for."""

from __future__ import annotations

import numpy as np
import pytest

from tracer.practice.answers.marks import Verdict
from tracer.practice.grading.copies import same_bytes, same_numbers
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.wording import load

BLOCKS = np.array([0, 0, 0, 1, 1, 1])
SLIP = WrongResult(0, "a", "", "1", "2", False, 0, "", "bias left out", "the bias is left out")
W, R = int(Verdict.WRONG), int(Verdict.RIGHT)


def judged(typed: list[float], verdicts: list[int], *slips: WrongResult) -> StudentMarks:
    zeros = np.zeros(6)
    return StudentMarks(np.array(verdicts), np.array(typed), zeros, zeros.astype(bool), slips)


ODD = [1.3, 2.7, 9.1, 4.0, 5.0, 6.0]
THREE = [W, W, W, R, R, R]


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (judged(ODD, THREE), judged(ODD, THREE), True),
        (judged(ODD, [R] * 6), judged(ODD, THREE), True),  # right for one, wrong for the other
        (judged(ODD, [R] * 6), judged(ODD, [R] * 6), False),
        (judged(ODD, THREE, SLIP), judged(ODD, THREE, SLIP), False),  # a mistake that many make
        (judged(ODD, [W, W, R, R, R, R]), judged(ODD, [W, W, R, R, R, R]), False),  # too few
        (judged([0.0] * 6, [W] * 6), judged([0.0] * 6, [W] * 6), False),
        (judged([np.nan] * 6, [0] * 6), judged([np.nan] * 6, [0] * 6), False),
        (judged(ODD, THREE), judged([1.31, 2.71, 9.11, 4, 5, 6], THREE), False),
    ],
)
def test_two_students(first: StudentMarks, second: StudentMarks, told: bool) -> None:
    found = same_numbers({"a": first, "b": second}, BLOCKS, {"a": "a.xlsx", "b": "b.xlsx"}, load())
    if told:
        said = "3 wrong numbers are the same as in {}.xlsx."
        assert found == {"a": [said.format("b")], "b": [said.format("a")]}
    else:
        assert found == {}


def test_what_many_share_is_one_remark() -> None:
    everyone = {name: judged(ODD, THREE) for name in "abcdef"}
    found = same_numbers(everyone, BLOCKS, {name: f"{name}.xlsx" for name in "abcdef"}, load())
    files = "b.xlsx, c.xlsx, d.xlsx, …"
    said = f"wrong numbers are the same as in 5 other files ({files}): perhaps a mistake"
    assert found["a"] == [f"{said} that many made."]


def test_the_same_bytes() -> None:
    files = [("a", "1"), ("b", "2"), ("c", "1"), ("d", ""), ("e", "")]
    assert same_bytes(files) == {"a": ["c"], "c": ["a"]}
