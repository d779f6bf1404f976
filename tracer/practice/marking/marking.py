"""Marking: every answer against the exact value, then against what follows from earlier answers.

One rule for each cell, in this order:

1. no number: BLANK or NOT_A_NUMBER;
2. near the exact value: RIGHT;
3. near what the equation gives from the student's own numbers, all of them right, and not
   further than DRIFT tolerances from the exact value: RIGHT too, since rounding at every step
   drifts by more than a tolerance, and is no mistake;
4. the exact value, correctly rounded to fewer decimals: ROUNDED;
5. near what the equation gives from the student's own numbers: FOLLOWS;
6. else WRONG.

The practice sheet's formulas (live.py) say the same.
"""

from __future__ import annotations

from math import floor, isfinite, log10

import numpy as np

from tracer.language.expression import Index, SlotKey
from tracer.language.functions import at_decimals
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.marks import Marked, Marks, Rules, Verdict
from tracer.practice.exercise.made import BEFORE_TRAINING, Spot, made_from
from tracer.practice.marking.own import OwnNumbers
from tracer.program.model import Assignment

#: The boundary counts as inside, whatever the last bits say.
INCLUSIVE = 1 + 1e-9
#: Answers with more decimals than this are not looked at for rounding.
MOST_DECIMALS = 7
SAME = 1e-9
#: How many tolerances rounding may drift. Of 2,801 results of 14 lessons over two iterations,
#: each rounded to two decimals, 402 drift further than one, 2 further than four, none than ten;
#: only where rounding left a divisor at zero do they run away.
DRIFT = 10


def mark(numbers: OwnNumbers, rules: Rules) -> Marks:
    """Mark one student's answers against the trace of the exercise, in the order of its steps."""
    return _AnswerMarker(numbers, rules).marks()


def near(answer: float, wanted: float, rules: Rules, tolerances: int = 1) -> bool:
    """Say whether an answer is within so many tolerances of a value."""
    allowed = max(rules.absolute, rules.relative * abs(wanted))
    return abs(answer - wanted) <= allowed * (tolerances * INCLUSIVE)


def roundings(exact: float, rules: Rules) -> list[float]:
    """Return the exact value correctly rounded, to ever more decimals, as far as that is allowed.

    Those that are near the exact value count as right anyway.
    """
    if exact == 0:
        return []
    fewest = max(0, rules.fewest_digits - 1 - floor(log10(abs(exact))))
    found: list[float] = []
    for decimals in range(fewest, MOST_DECIMALS + 1):
        one = float(at_decimals(np.array(exact), decimals))
        if one and not near(one, exact, rules) and one not in found:
            found.append(one)
    return found


class _AnswerMarker:
    def __init__(self, numbers: OwnNumbers, rules: Rules) -> None:
        self._numbers = numbers
        self._trace = numbers.trace
        self._rules = rules
        self._marked: dict[tuple[int, SlotKey], Marked] = {}
        self._carried: dict[Spot, int] = {}

    def marks(self) -> Marks:
        """Mark everything that was asked."""
        program, answers = self._trace.program, self._numbers.answers
        last = max((answer.iteration for answer in answers), default=0)
        for iteration in range(BEFORE_TRAINING, last + 1):
            for assignment in program.in_iteration(iteration):
                answer = answers.of(iteration, assignment.slot.key)
                if answer is not None:
                    marked = self._mark(assignment, iteration, answer)
                    self._marked[iteration, assignment.slot.key] = marked
        return Marks(tuple(self._marked.values()))

    def _mark(self, assignment: Assignment, iteration: int, answer: Answer) -> Marked:
        slot = assignment.slot
        exact = self._numbers.exact(slot, iteration)
        follows = np.full(slot.shape, np.nan)
        verdicts = np.full(slot.shape, int(Verdict.GIVEN), np.int8)
        for index in np.ndindex(slot.shape):
            if not answer.asked[index]:
                continue
            if not answer.unreadable[index] and near(
                float(answer.values[index]), float(exact[index]), self._rules
            ):  # right, whatever it would follow from
                verdicts[index] = Verdict.RIGHT
                continue
            follows[index] = self._numbers.follows(assignment, iteration, index)
            verdicts[index] = self._verdict(
                answer, assignment, index, float(exact[index]), float(follows[index])
            )
        return Marked(answer, exact, follows, verdicts)

    def _verdict(
        self, answer: Answer, assignment: Assignment, index: Index, exact: float, follows: float
    ) -> Verdict:
        """Judge one cell that isn't near the exact value."""
        typed, rules = float(answer.values[index]), self._rules
        if answer.unreadable[index]:
            return Verdict.NOT_A_NUMBER
        if not isfinite(typed):
            return Verdict.BLANK if np.isnan(typed) else Verdict.NOT_A_NUMBER
        follows_here = isfinite(follows) and near(typed, follows, rules)
        drifted = follows_here and near(typed, exact, rules, DRIFT)
        if drifted and self._least(assignment, index, answer.iteration) >= Verdict.RIGHT:
            return Verdict.RIGHT
        if any(abs(typed - one) <= SAME for one in roundings(exact, rules)):
            return Verdict.ROUNDED
        return Verdict.FOLLOWS if follows_here else Verdict.WRONG

    def _least(self, assignment: Assignment, index: Index, iteration: int) -> int:
        """Return the least verdict on the numbers that a result is calculated from."""
        behind = made_from(self._trace, assignment, index, iteration)
        return min(map(self._verdict_on, behind), default=int(Verdict.GIVEN))

    def _verdict_on(self, spot: Spot) -> int:
        """Return the verdict on a number; the least behind it where the sheet calculates it."""
        iteration, key, index = spot
        marked = self._marked.get((iteration, key))
        if marked is not None and marked.answer.asked[index]:
            return int(marked.verdicts[index])
        assignment = self._trace.program.made(key)
        if assignment is None or not self._numbers.live:
            return int(Verdict.GIVEN)
        if spot not in self._carried:
            self._carried[spot] = self._least(assignment, index, iteration)
        return self._carried[spot]
