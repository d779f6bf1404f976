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

from tracer.language.elements import Element, Leaf, cells, element, value
from tracer.language.expression import Index
from tracer.language.functions import Array, round_half_away
from tracer.practice.answers.answers import Answer, Answers, Key
from tracer.practice.answers.marks import Marked, Marks, Rules, Verdict
from tracer.practice.exercise.exercise import BEFORE_TRAINING, made_in
from tracer.program.model import Assignment, Slot
from tracer.run.trace import ProgramTrace

#: The boundary counts as inside, whatever the last bits say.
INCLUSIVE = 1 + 1e-9
#: Answers with more decimals than this are not looked at for rounding.
MOST_DECIMALS = 7
SAME = 1e-9
#: How many tolerances rounding may drift. Of 2,801 results of 14 lessons over two iterations,
#: each rounded to two decimals, 402 drift further than one, 2 further than four, none than ten;
#: only where rounding left a divisor at zero do they run away.
DRIFT = 10


def mark(trace: ProgramTrace, answers: Answers, rules: Rules, *, live: bool = False) -> Marks:
    """Mark one student's answers against the trace of the exercise, in the order of its steps.

    Results that weren't asked were given; if `live`, as in an assignment, the sheet calculated
    them from the student's own numbers.
    """
    return _AnswerMarker(trace, answers, rules, live).marks()


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
        out = np.empty(())
        round_half_away(np.array(exact), decimals, out)
        if out and not near(float(out), exact, rules) and float(out) not in found:
            found.append(float(out))
    return found


def follow(tree: Element, own: dict[Leaf, float], decimals: int | None) -> float:
    """Return what an equation's element gives from a student's numbers; NaN where it gives none.

    An arithmetic fault on the way counts as none, as it does in a spreadsheet.
    """
    if any(np.isnan(number) for number in own.values()):
        return np.nan
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            found = value(tree, own.__getitem__)
    except FloatingPointError:
        return np.nan
    if decimals is not None and isfinite(found):
        out = np.empty(())
        round_half_away(np.array(found), decimals, out)
        found = float(out)
    return found if isfinite(found) else np.nan


class _AnswerMarker:
    def __init__(self, trace: ProgramTrace, answers: Answers, rules: Rules, live: bool) -> None:
        self._trace = trace
        self._program = trace.program
        self._answers = answers
        self._rules = rules
        self._marked: dict[tuple[int, Key], Marked] = {}
        self._live = live
        self._made_by = {a.slot.key: a for a in (*trace.program.prepare, *trace.program.iterate)}
        self._carried: dict[tuple[int, Key, Index], tuple[float, int]] = {}

    def marks(self) -> Marks:
        """Mark everything that was asked."""
        last = max((answer.iteration for answer in self._answers), default=0)
        for iteration in range(BEFORE_TRAINING, last + 1):
            for assignment in self._program.iterate if iteration else self._program.prepare:
                answer = self._answers.of(iteration, assignment.slot.key)
                if answer is not None:
                    marked = self._mark(assignment, iteration, answer)
                    self._marked[iteration, assignment.slot.key] = marked
        return Marks(tuple(self._marked.values()))

    def _mark(self, assignment: Assignment, iteration: int, answer: Answer) -> Marked:
        slot = assignment.slot
        exact = self._exact(slot, iteration)
        follows = np.full(slot.shape, np.nan)
        verdicts = np.full(slot.shape, int(Verdict.GIVEN), np.int8)
        for index in np.ndindex(slot.shape):
            if answer.asked[index]:
                if not answer.unreadable[index] and near(
                    float(answer.values[index]), float(exact[index]), self._rules
                ):  # right, whatever it would follow from
                    verdicts[index] = Verdict.RIGHT
                    continue
                follows[index], worst = self._follow(assignment, index, iteration)
                verdicts[index] = self._verdict(
                    answer, index, float(exact[index]), float(follows[index]), worst
                )
        return Marked(answer, exact, follows, verdicts)

    def _verdict(
        self, answer: Answer, index: Index, exact: float, follows: float, worst: int
    ) -> Verdict:
        """Judge one cell; `worst` is the least verdict of what it is calculated from."""
        typed, rules = float(answer.values[index]), self._rules
        if answer.unreadable[index]:
            return Verdict.NOT_A_NUMBER
        if not isfinite(typed):
            return Verdict.BLANK if np.isnan(typed) else Verdict.NOT_A_NUMBER
        follows_here = isfinite(follows) and near(typed, follows, rules)
        if follows_here and worst >= Verdict.RIGHT and near(typed, exact, rules, DRIFT):
            return Verdict.RIGHT
        if any(abs(typed - one) <= SAME for one in roundings(exact, rules)):
            return Verdict.ROUNDED
        return Verdict.FOLLOWS if follows_here else Verdict.WRONG

    def _follow(self, assignment: Assignment, index: Index, iteration: int) -> tuple[float, int]:
        """Return what follows from a student's numbers, and the least verdict on those."""
        tree = element(assignment.equation.expression, index)
        found = {cell: self._own(cell, iteration) for cell in cells(tree)}
        own = {cell: number for cell, (number, _) in found.items()}
        worst = min((verdict for _, verdict in found.values()), default=int(Verdict.GIVEN))
        return follow(tree, own, self._program.decimals), worst

    def _exact(self, slot: Slot, iteration: int) -> Array:
        return self._trace.value(slot, max(1, iteration))

    def _own(self, cell: Leaf, iteration: int) -> tuple[float, int]:
        """Return a student's number and its verdict; a given one is exact."""
        slot = self._program.slot(cell.name)
        made, source, index = made_in(self._trace, slot, cell.origin, iteration)
        marked = self._marked.get((made, source.key))
        if marked is None or not marked.answer.asked[index]:
            return self._given(source, index, made)
        verdict = int(marked.verdicts[index])
        numberless = verdict in (Verdict.BLANK, Verdict.NOT_A_NUMBER)
        return np.nan if numberless else float(marked.answer.values[index]), verdict

    def _given(self, slot: Slot, index: Index, iteration: int) -> tuple[float, int]:
        """Return a number that wasn't asked, and the least verdict on what it depends on."""
        exact = float(self._exact(slot, iteration)[index]), int(Verdict.GIVEN)
        assignment = self._made_by.get(slot.key)
        if assignment is None or not self._live:
            return exact
        key = iteration, slot.key, index
        if key not in self._carried:
            carried = self._follow(assignment, index, iteration)
            self._carried[key] = exact if carried[1] == Verdict.GIVEN else carried
        return self._carried[key]
