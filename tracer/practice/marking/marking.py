"""Marking: every answer against the exact value, then against what follows from earlier answers.

One rule for each cell, in this order:

1. no number: BLANK or NOT_A_NUMBER;
2. within the tolerance of the exact value: RIGHT;
3. 0, or the old value of an update, where another number is right: FOLLOWS where the student's
   own numbers give just that, not through zeros that are no answers; VAGUE where the right
   number, or the one that follows, rounds to it; else WRONG;
4. near what the equation gives from the student's own numbers: RIGHT or ROUNDED where all of
   those are, and the exact value isn't farther than their rounding can cause; else FOLLOWS;
5. the exact value, rounded to the decimals that were typed: ROUNDED;
6. else WRONG; but VAGUE where a divisor among the own numbers is rounded to 0, so that
   anything may come out.

"Near what follows" is within the tolerance, half a unit of the decimals typed, and what the
rounding of the student's own numbers can cause in this equation (rounding.py), together. The
practice sheet's formulas (verdict.py) say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import isfinite

import numpy as np

from tracer.language.elements import Leaf, cells, element
from tracer.language.expression import Index, SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.marks import Marked, Marks, Rules, Verdict
from tracer.practice.exercise.made import BEFORE_TRAINING, Spot, made_from, made_in
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.marking.rounding import rounding, spread
from tracer.practice.marking.tolerance import (
    HUNDREDTH,
    INCLUSIVE,
    SAME,
    Size,
    coarsest,
    follows_within,
    grain_of,
    half_units,
    old_slot,
    size_of,
)
from tracer.program.model import Assignment


@np.errstate(all="ignore")  # whatever somebody typed
def mark(numbers: OwnNumbers, rules: Rules, most_amiss: int | None = None) -> Marks:
    """Mark one student's answers against the trace of the exercise, in the order of its steps.

    With so many results that aren't right, marking ends with their iteration.
    """
    return _AnswerMarker(numbers, rules).marks(most_amiss)


def slip_rounding(typed: float, half: float) -> float:
    """Return how far a wrong number may be from the one that a student went on with."""
    return min(half, HUNDREDTH * max(1.0, abs(typed)))


@dataclass(frozen=True)
class _Facts:
    """What a verdict on one number depends on.

    `half` is half a unit of its decimals, `grain` half of one that the calculation itself rounds
    to (0: to none), `old` the own value before an update (NaN: none),
    `spread` what the rounding of the own operands can cause in what `follows`; `open` says that
    this may be anything.
    """

    typed: float
    half: float
    exact: float
    allowed: float
    old: float
    idle: bool
    follows: float
    spread: float
    least: int
    leans: bool
    grain: float
    open: bool
    rules: Rules

    def rounded(self, wanted: float, least: float | None = None) -> float:
        """Return how far rounding may put the number from another."""
        return max(min(self.half, coarsest(wanted, self.rules, least)), self.grain)

    def near(self, wanted: float, within: float) -> bool:
        """Say whether the number is within so much of another."""
        return abs(self.typed - wanted) <= within * INCLUSIVE

    @cached_property
    def within(self) -> float:
        """How near to what follows counts as that."""
        old = self.old if isfinite(self.old) else 0.0
        return follows_within(self.follows, old, self.rules)

    def near_follows(self, least: float | None = None) -> bool:
        """Say whether the number is what follows, rounded."""
        if not isfinite(self.follows):
            return False
        rounded = self.rounded(self.follows, least)
        return self.near(self.follows, self.within + rounded + self.spread)

    @property
    def verdict(self) -> Verdict:
        """The verdict on a number that isn't within the tolerance of the exact one."""
        if self.idle:
            return self._on_idle()
        rounded = self.rounded(self.exact)
        drift = self.allowed + rounded + self.spread
        if self.near_follows():
            if self.least >= Verdict.ROUNDED and self.near(self.exact, drift):
                right = self.least >= Verdict.RIGHT and self.near(self.follows, self.within)
                return Verdict.RIGHT if right else Verdict.ROUNDED
            return Verdict.ROUNDED if self.near(self.exact, rounded) else Verdict.FOLLOWS
        if self.near(self.exact, rounded):
            return Verdict.ROUNDED
        return Verdict.VAGUE if self.open else Verdict.WRONG

    def _on_idle(self) -> Verdict:
        """Return the verdict on 0, or the old value, where another number is right."""
        least = max(HUNDREDTH, coarsest(0.0, self.rules))
        target = 0.0 if self.typed == 0 else self.old
        same = abs(self.follows - target) <= SAME * abs(target)
        if same and not self.leans:
            return Verdict.FOLLOWS
        rounded = self.rounded(self.exact, least)
        if self.near(self.exact, rounded) or self.near_follows(least):
            return Verdict.VAGUE
        return Verdict.WRONG


class _AnswerMarker:
    def __init__(self, numbers: OwnNumbers, rules: Rules) -> None:
        self._numbers = numbers
        self._trace = numbers.trace
        self._rules = rules
        self._marked: dict[tuple[int, SlotKey], Marked] = {}
        self._halves: dict[tuple[int, SlotKey], Array] = {}
        self._spreads: dict[Spot, float] = {}
        self._behind: dict[Spot, tuple[int, bool]] = {}

    def marks(self, most_amiss: int | None) -> Marks:
        """Mark everything that was asked, at most up to so many results that aren't right."""
        answers = self._numbers.answers
        last = max((answer.iteration for answer in answers), default=0)
        amiss = 0
        for iteration in range(BEFORE_TRAINING, last + 1):
            amiss += self._mark_iteration(iteration)
            if most_amiss is not None and amiss >= most_amiss and iteration < last:
                return Marks(tuple(self._marked.values()), iteration)
        return Marks(tuple(self._marked.values()))

    def _mark_iteration(self, iteration: int) -> int:
        """Mark what was asked in one iteration; return how many results aren't right."""
        amiss = 0
        for assignment in self._trace.program.in_iteration(iteration):
            answer = self._numbers.answers.of(iteration, assignment.slot.key)
            if answer is not None:
                marked = self._mark(assignment, iteration, answer)
                self._marked[iteration, assignment.slot.key] = marked
                amiss += bool((marked.verdicts < Verdict.RIGHT)[answer.asked].any())
        return amiss

    def _mark(self, assignment: Assignment, iteration: int, answer: Answer) -> Marked:
        slot = assignment.slot
        exact = self._numbers.exact(slot, iteration)
        size = size_of(self._trace, assignment, iteration, answer.asked & ~answer.blank)
        allowed = size.allowed(self._rules)
        with np.errstate(invalid="ignore"):
            near = np.abs(answer.values - exact) <= allowed * INCLUSIVE
        near &= ~answer.unreadable
        follows = np.full(slot.shape, np.nan)
        verdicts = np.full(slot.shape, int(Verdict.GIVEN), np.int8)
        verdicts[answer.asked & near] = Verdict.RIGHT  # whatever it would follow from
        marked = Marked(answer, exact, follows, verdicts)
        verdicts[answer.blank] = Verdict.BLANK  # nothing is calculated for what isn't there
        rest = answer.asked & ~near & ~answer.blank
        if rest.any():
            self._halves[iteration, slot.key] = half_units(np.nan_to_num(answer.values))
        for place in np.argwhere(rest).tolist():
            index: Index = tuple(place)
            follows[index] = self._numbers.follows(assignment, iteration, index)
            verdicts[index] = self._verdict(assignment, marked, index, size, float(allowed[index]))
        return marked

    def _verdict(
        self, assignment: Assignment, marked: Marked, index: Index, size: Size, allowed: float
    ) -> Verdict:
        """Judge one cell that isn't near the exact value."""
        answer, iteration = marked.answer, marked.answer.iteration
        typed = float(answer.values[index])
        if answer.unreadable[index]:
            return Verdict.NOT_A_NUMBER
        if not isfinite(typed):
            return Verdict.BLANK if np.isnan(typed) else Verdict.NOT_A_NUMBER
        half = float(self._halves[iteration, assignment.slot.key][index])
        old = self._old(assignment, iteration, index)
        idle = bool(size.counts[index]) and typed == 0
        idle |= bool(size.moves[index]) and abs(typed - old) <= max(
            half * INCLUSIVE, SAME * abs(old)
        )
        spread_here = self._spread_at((iteration, assignment.slot.key, index))
        least, leans = self._operands(assignment, index, iteration)
        exact, follows = float(marked.exact[index]), float(marked.follows[index])
        if least == Verdict.GIVEN:  # nothing of it is the student's own
            follows = np.nan
        grain = grain_of(self._trace.program)
        anything = isfinite(follows) and not isfinite(spread_here)
        spread_here = spread_here if isfinite(spread_here) else 0.0
        facts = (exact, allowed, old, idle, follows, spread_here, least, leans, grain, anything)
        return _Facts(typed, half, *facts, self._rules).verdict

    def _old(self, assignment: Assignment, iteration: int, index: Index) -> float:
        """Return the student's own value before an update; NaN for what is no update."""
        old = old_slot(self._trace.program, assignment.slot)
        return np.nan if old is None else float(self._numbers.own(old, iteration)[index])

    # -- what stands behind a number ---------------------------------------------------

    def _operands(self, assignment: Assignment, index: Index, iteration: int) -> tuple[int, bool]:
        """Return the least verdict on what a result is calculated from.

        And whether a zero that is no answer is among it.
        """
        behind = [self._on(spot) for spot in made_from(self._trace, assignment, index, iteration)]
        least = min((one for one, _ in behind), default=int(Verdict.GIVEN))
        return least, any(leans for _, leans in behind)

    def _on(self, spot: Spot) -> tuple[int, bool]:
        """Say the same of a number; of what is behind it where the sheet calculates it."""
        iteration, key, index = spot
        marked = self._marked.get((iteration, key))
        if marked is not None and marked.answer.asked[index]:
            verdict = int(marked.verdicts[index])
            return verdict, verdict < Verdict.FOLLOWS and marked.answer.values[index] == 0
        assignment = self._trace.program.made(key)
        if assignment is None or not self._numbers.live:
            return int(Verdict.GIVEN), False
        slot, numbers = assignment.slot, self._numbers
        if numbers.own(slot, iteration) is numbers.exact(slot, iteration):
            return int(Verdict.GIVEN), False  # nothing typed is behind it
        if spot not in self._behind:
            self._behind[spot] = self._operands(assignment, index, iteration)
        return self._behind[spot]

    def _spread(self, assignment: Assignment, index: Index, iteration: int) -> float:
        """Return what rounding of the student's own numbers can cause in a result."""

        def spot(cell: Leaf) -> Spot:
            slot = self._trace.program.slot(cell.name)
            made, source, origin = made_in(self._trace, slot, cell.origin, iteration)
            return made, source.key, origin

        tree = element(assignment.equation.expression, index)
        own = {cell for cell in cells(tree) if self._is_own(spot(cell))}
        if not own:
            return 0.0
        bound = rounding(tree, own.__contains__)
        return spread(bound, self._numbers.operand(iteration), lambda cell: self._rough(spot(cell)))

    def _is_own(self, spot: Spot) -> bool:
        iteration, key, index = spot
        marked = self._marked.get((iteration, key))
        if marked is not None and marked.answer.asked[index]:
            return True
        return self._on(spot)[0] != Verdict.GIVEN

    def _rough(self, spot: Spot) -> float:
        """Return how far a student's number may be from what they calculated with."""
        iteration, key, index = spot
        marked = self._marked.get((iteration, key))
        if marked is None or not marked.answer.asked[index]:
            return self._rough_between(spot)
        verdict, typed = int(marked.verdicts[index]), float(marked.answer.values[index])
        if verdict >= Verdict.ROUNDED:
            off = abs(typed - float(marked.exact[index]))
            return max(off, self._rough_after_slip(spot, typed))
        if verdict == Verdict.FOLLOWS:
            return abs(typed - float(marked.follows[index])) + self._caused(spot)
        if verdict < Verdict.WRONG:
            return 0.0
        there = marked.answer.asked & np.isfinite(marked.answer.values) & ~marked.answer.unreadable
        finest = float(self._halves[iteration, key][there].min())
        return slip_rounding(typed, finest)

    def _rough_after_slip(self, spot: Spot, typed: float) -> float:
        """Return the same of a right number that, rounded, as well follows from a wrong one."""
        iteration, key, index = spot
        assignment = self._trace.program.made(key)
        assert assignment is not None  # only what is computed is asked
        if self._operands(assignment, index, iteration)[0] >= Verdict.ROUNDED:
            return 0.0
        follows = self._numbers.follows(assignment, iteration, index)
        caused = self._caused(spot)
        off = abs(typed - follows)
        half = float(half_units(np.array(typed)))
        return off + caused if off <= (half + caused) * INCLUSIVE else 0.0

    def _caused(self, spot: Spot) -> float:
        """Return what rounding can cause in a number; 0 where that may be anything."""
        found = self._spread_at(spot)
        return found if isfinite(found) else 0.0

    def _spread_at(self, spot: Spot) -> float:
        if spot not in self._spreads:
            iteration, key, index = spot
            assignment = self._trace.program.made(key)
            assert assignment is not None
            self._spreads[spot] = self._spread(assignment, index, iteration)
        return self._spreads[spot]

    def _rough_between(self, spot: Spot) -> float:
        """Return the same of a number that the sheet calculates from a student's."""
        iteration, key, index = spot
        if self._on(spot)[0] < Verdict.ROUNDED:
            return self._caused(spot)
        slot = self._trace.program.at(key)
        exact = float(self._numbers.exact(slot, iteration)[index])
        off = abs(float(self._numbers.own(slot, iteration)[index]) - exact)
        return off if isfinite(off) else 0.0
