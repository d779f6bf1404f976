"""What a student reads in a course system: what is how, and where to look first."""

from __future__ import annotations

import numpy as np
import pytest

from tracer.practice.answers.marks import Credit, Verdict
from tracer.practice.exercise.assignment import Grading
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.practice.grading.points import Scheme
from tracer.practice.grading.remarks import summary
from tracer.wording import load

R, N, F, V, W, T, B = sorted(Verdict, reverse=True)[1:]
CAUSE = "the bias is left out"
SLIP = WrongResult(0, "z", "step 1, z (B5)", "1.5", "2.5", False, 3, "", "bias", CAUSE)
PUZZLE = WrongResult(0, "z", "step 1, z (B5)", "1.5", "2.5", True, 0, "")
LEFT = "step 2, a (C7)"


def said(
    verdicts: list[Verdict],
    slips: tuple[WrongResult, ...] = (),
    lang: str = "en",
    rounded: float = 1.0,
) -> str:
    left = next(((v, LEFT) for v in verdicts if v in (B, T, V)), None)
    nothing = np.zeros(len(verdicts))
    made = np.zeros(len(verdicts), bool)
    judged = StudentMarks(
        np.array(verdicts), nothing, nothing, made, slips, zeros=(), leaning=0, left=left
    )
    steps = (("1", "One", 4.0, len(verdicts)),)
    weights = np.ones(len(verdicts))
    credit = Credit(rounded=rounded)
    scheme = Scheme(steps, np.zeros(len(verdicts), int), weights, credit, Grading())
    total = float(scheme.points(judged.verdicts, made).sum())
    return summary(judged, total, scheme, load(lang))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            said([R, R, R, N]),
            "4 of 4 points; of 4 numbers: 4 right. Nothing is wrong. Well done.",
        ),
        (
            said([R, R, R, N], rounded=0.5),
            "3.5 of 4 points; of 4 numbers: 3 right, 1 rounded. Nothing is wrong. Well done.",
        ),
        (
            said([R, W, F, B], (SLIP,)),
            (
                "2 of 4 points; of 4 numbers: 1 right, 1 follow, 1 wrong, 1 blank."
                " Look first at step 1, z (B5): the bias is left out."
            ),
        ),
        (
            said([R, W, R, R], (PUZZLE,)),
            (
                "3 of 4 points; of 4 numbers: 3 right, 1 wrong. Look first at step 1, z (B5):"
                " You wrote 1.5; with your own earlier numbers it is 2.5."
            ),
        ),
        (
            said([B, B, B, B]),
            "0 of 4 points; of 4 numbers: 4 blank. The first blank is step 2, a (C7).",
        ),
        (
            said([R, R, B, T]),
            (
                "2 of 4 points; of 4 numbers: 2 right, 1 no number, 1 blank."
                " The first blank is step 2, a (C7)."
            ),
        ),
        (
            said([T, R, B, B]),
            (
                "1 of 4 points; of 4 numbers: 1 right, 1 no number, 2 blank."
                " What can't be read as a number: step 2, a (C7)."
            ),
        ),
        (
            said([R, R, R, V]),
            (
                "3 of 4 points; of 4 numbers: 3 right, 1 too few digits."
                " Too few digits to tell whether it was calculated: step 2, a (C7)."
            ),
        ),
        (
            said([R, R, B, N], lang="de", rounded=0.5),
            (
                "2,5 von 4 Punkten; von 4 Zahlen: 2 richtig, 1 gerundet, 1 leer."
                " Die erste Lücke ist step 2, a (C7)."
            ),
        ),
    ],
)
def test_two_sentences(text: str, expected: str) -> None:
    assert text == expected
