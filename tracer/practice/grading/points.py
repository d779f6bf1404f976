"""Verdicts → points, points → grade: what the teacher's file says, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tracer.language.functions import Array, rounded_once
from tracer.practice.answers.answers import Truth
from tracer.practice.answers.marks import EACH, Credit, Verdict
from tracer.practice.exercise.assignment import ClassAssignment, Grading
from tracer.practice.exercise.worth import step_worths
from tracer.practice.sheets.paper import BlankBlock

#: A share of a step's points this near to all of them is all.
LAST_BITS = 1e-12
#: Points this near a half count as a half, whatever the last bits say; the sheet's formula
#: rounds as much.
FINE = 9


@dataclass(frozen=True)
class Scheme:
    """What every blank is worth. `steps` has each step's number, title, points and blanks.

    `step_of` says for every blank, in the order of the sheet, which of the steps it is in, and
    `weights` what share of a point it is worth where a result, or a blank, is worth one.
    """

    steps: tuple[tuple[str, str, float, int], ...]
    step_of: np.ndarray
    weights: Array
    credit: Credit
    grading: Grading

    @property
    def numbers(self) -> list[str]:
        """The steps' numbers."""
        return [number for number, *_ in self.steps]

    @property
    def possible(self) -> float:
        """All points that can be earned."""
        return float(sum(points for _, _, points, _ in self.steps))

    def points(self, verdicts: np.ndarray, formulas: Truth) -> Array:
        """Return the points of each step for the verdicts of all blanks."""
        worth = np.zeros(int(max(Verdict)) + 1)
        worth[[Verdict.RIGHT, Verdict.GIVEN]] = 1.0
        worth[Verdict.ROUNDED], worth[Verdict.FOLLOWS] = self.credit.rounded, self.credit.follows
        earned = worth[verdicts]
        if not self.credit.formulas:
            earned = np.where(formulas, 0.0, earned)
        sums = np.bincount(self.step_of, earned * self.weights, len(self.steps))
        most = np.array([points for _, _, points, _ in self.steps])
        all_right = np.bincount(self.step_of, self.weights, len(self.steps))
        # All of a step's blanks earn exactly its points, whatever the last bits of their sum say.
        shares = sums / all_right
        return np.asarray(most * np.where(shares > 1 - LAST_BITS, 1.0, shares))

    @property
    def graded(self) -> bool:
        """Whether a grade differs from the points."""
        return bool(self.grading.out_of or self.grading.round_to)

    @property
    def best(self) -> float:
        """The grade for all points."""
        return self.grade(self.possible)

    def grade(self, total: float) -> float:
        """Return the grade for a total of points: scaled, then rounded, halves up."""
        grading = self.grading
        possible = self.possible
        if grading.out_of and possible:
            total = total * grading.out_of / possible
        if not grading.round_to:
            return total
        return _rounded(_rounded(total / grading.round_to, FINE), 0) * grading.round_to

    def formula(self, total: str) -> str:
        """Return the formula of the grade over a cell with the total; it says what `grade` does."""
        grading = self.grading
        text = total
        if grading.out_of and self.possible:
            text = f"{total}*{grading.out_of!r}/{self.possible!r}"
        if grading.round_to:
            text = f"ROUND(ROUND({text}/{grading.round_to!r},{FINE}),0)*{grading.round_to!r}"
        return text


def _rounded(number: float, decimals: int) -> float:
    return float(rounded_once(np.array(number), decimals))


def scheme(assignment: ClassAssignment, blocks: Sequence[BlankBlock]) -> Scheme:
    """Return what the blanks of an assignment's blocks are worth."""
    exercise = assignment.exercise
    order = sorted({block.assignment.step for block in blocks})
    step_of = np.concatenate(
        [np.full(int(b.asked.sum()), order.index(b.assignment.step)) for b in blocks]
    )
    counts = [int(block.asked.sum()) for block in blocks]
    credit = assignment.credit
    each = [1.0 / count if credit.each == EACH[0] else 1.0 for count in counts]
    weights = np.repeat(each, counts)
    worths = step_worths(assignment.exercise, credit)
    steps = []
    for position, number in enumerate(order):
        step = exercise.program.steps[number]
        count = int((step_of == position).sum())
        steps.append((step.number, step.title, worths[number], count))
    return Scheme(tuple(steps), step_of, weights, credit, assignment.grading)
