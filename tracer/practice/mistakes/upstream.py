"""A mistake in a step that wasn't written down, found by what follows from it.

Every mistake of the catalogue is tried in every result behind a wrong one that the student
calculated without writing it down, and carried through to all that was written. What follows
must be all that is wrong in the block, must leave right what is right, and speaks the more the
more blocks it explains. How much is tried is bounded by counted work, never by a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, product

import numpy as np

from tracer.language.expression import Node, SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.marks import Marked, Verdict
from tracer.practice.mistakes import MISTAKES
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.carried import Carried, Values
from tracer.practice.mistakes.diagnosis import before_update
from tracer.practice.mistakes.evidence import SAME, WIDTHS, WrongCells, unit_typed
from tracer.practice.mistakes.kinds import Mistake, Part, changed, detail, left_out, said, variants
from tracer.practice.mistakes.repeated import Repeated
from tracer.practice.mistakes.timing import STARTS, printed_sets
from tracer.program.model import Assignment
from tracer.wording import Said

#: What all tries for one page may cost, in products of numbers, and what each costs besides.
MOST_WORK, EACH_TRY = 400_000_000, 150_000
#: The same of tries from the first iteration on.
MOST_REPEATED = 2_000_000_000
#: So many units of the last digit may a number be off that is no part of the mistake.
SLACK = 2.5
COMMONNESS = (1, 2, 3)
#: With so many decimals people go on.
ROUNDED = (1, 2, 3, 4)
PRINTED = next(row for row in MISTAKES if row.key == "printed_numbers")
THROUGHOUT = Mistake("rounded_on_the_way", "whole", lambda attempt, node: iter(()), 1)
#: In more places at once nothing is left out.
MOST_PLACES = 8


@dataclass
class Allowance:
    """How much may still be tried for a page."""

    left: int = MOST_WORK

    def spend(self, work: int) -> bool:
        """Take the cost of a try; say whether there was enough."""
        self.left -= EACH_TRY + work
        return self.left >= 0


@dataclass(frozen=True)
class Always:
    """What mistakes in every iteration are tried with."""

    runs: Repeated
    budget: Allowance


@dataclass(frozen=True)
class Cause:
    """A mistake upstream that explains a block: in which results, and what follows from it.

    `explained` are the blocks with wrong numbers that it explains, `missed` how many it doesn't;
    `chance` is how likely a random page would be explained as well; `exact` says whether just
    what was typed comes out, rounded to it.
    """

    key: str
    at: tuple[SlotKey, ...]
    happened: tuple[Said, ...]
    explained: tuple[SlotKey, ...]
    missed: int
    chance: float
    values: Values
    exact: bool


@dataclass(frozen=True)
class _Handed:
    """A written result: what was typed, and what of it is wrong."""

    marked: Marked
    wrong: WrongCells | None
    unit: float
    base: Array

    @classmethod
    def of(cls, marked: Marked, base: Array, old: Array | None) -> _Handed:
        wrong = WrongCells.of_verdict(marked, Verdict.WRONG, old)
        return cls(marked, wrong, unit_typed(marked.answer.values), base)

    def fits(self, values: Array) -> float | None:
        """Return how likely random numbers would fit as well; None where these don't.

        1 where nothing is wrong and nothing speaks against it.
        """
        if not np.isfinite(values).all():
            return None
        typed = self.marked.answer.values
        fine = (self.marked.verdicts > Verdict.WRONG) & self.marked.answer.asked
        # What is right or follows was perhaps calculated from rounded numbers.
        off = np.abs(typed - self.base)
        slack = SLACK * np.maximum(self.unit, SAME * np.abs(typed)) + 2 * off
        if not (np.abs(typed - values)[fine] <= slack[fine]).all():
            return None
        if self.wrong is None:
            return 1.0
        there = self.wrong.of(values)
        width = None if self.wrong.are_right(there) else self.wrong.within(there)
        return None if width is None else float(np.prod(self.wrong.chances(width)))


@dataclass
class _Tries:
    """What was tried for one wrong block: distinct numbers, by how common their mistakes are."""

    target: _Handed
    seen: dict[bytes, int] = field(default_factory=dict)

    def note(self, values: Array, common: int) -> None:
        """Remember what a mistake would give."""
        wrong = self.target.wrong
        assert wrong is not None
        there = wrong.of(values)
        if wrong.are_right(there):
            return
        height = float(np.abs(wrong.right).max()) or 1.0
        mark = np.round(there / height, 9).tobytes()
        self.seen[mark] = min(common, self.seen.get(mark, common))

    def count(self, common: int) -> int:
        """Return how many different results mistakes that are as common give."""
        return sum(other <= common for other in self.seen.values())


@dataclass(frozen=True)
class _Try:
    """A mistake, made in one unwritten result or in several, and what follows from it.

    `throughout` is what it concerns where it is made in all of them; `always` says that it is
    made in every iteration.
    """

    row: Mistake
    places: tuple[tuple[Assignment, Part], ...]
    values: Values
    throughout: Part | None = None
    always: bool = False


@dataclass(frozen=True)
class _Carries:
    tried: _Try
    chance: float
    explained: tuple[SlotKey, ...]
    missed: int


class Upstream:
    """Looks for mistakes behind the wrong blocks of one iteration."""

    def __init__(
        self,
        carried: Carried,
        blocks: Sequence[Marked],
        budget: Allowance,
        always: Always | None = None,
    ) -> None:
        """Take `always` where nothing of the iterations before was written."""
        self._carried = carried
        self._repeatedly = always
        self._budget = budget
        self._blocks: Mapping[SlotKey, _Handed] = {
            m.answer.key: _Handed.of(
                m, carried.base(m.answer.key), before_update(carried.numbers, m)
            )
            for m in blocks
        }

    def found(self, target: SlotKey) -> list[Cause]:
        """Return what explains a wrong block; all that fit, the most common mistakes first."""
        block = self._blocks[target]
        if block.wrong is None or block.wrong.are_nothing():
            return []
        behind = [a for a in self._carried.order if target in self._carried.reaches(a.slot.key)]
        tries = _Tries(block)
        fits: list[_Carries] = []
        whole = chain(self._rounded(), self._printed()) if behind else ()
        single = chain(whole, self._single(behind[::-1]), self._always(target))
        for kind in (single, self._everywhere(behind)):
            for tried in () if fits else kind:
                tries.note(tried.values[target], tried.row.common)
                fit = self._fit(target, tried)
                if fit is not None:
                    fits.append(fit)
        return [self._as_found(block.wrong, target, fit, tries) for fit in fits]

    def _rounded(self) -> Iterator[_Try]:
        """Round every unwritten result, as people do, and as is no mistake of the equations."""
        for decimals in ROUNDED:
            if self._budget.spend(self._carried.all_work):
                values = self._carried.with_rounding(decimals)
                yield _Try(THROUGHOUT, (), values, detail("to_decimals", count=decimals))

    def _printed(self) -> Iterator[_Try]:
        """Start from the lesson's own numbers: one of them, all parameters, everything."""
        numbers, iteration = self._carried.numbers, self._carried.iteration
        starts = numbers.trace.program.of_role(*STARTS)
        for slots in printed_sets(numbers, starts, iteration):
            if numbers.printed is not None and self._budget.spend(self._carried.all_work):
                others = {s.key: numbers.printed.value(s, iteration) for s in slots}
                said = ", ".join(slot.name for slot in slots)
                yield _Try(PRINTED, (), self._carried.with_starts(others), said)

    def _single(self, behind: Sequence[Assignment]) -> Iterator[_Try]:
        """Make every mistake in every one of some results, the most common ones first."""
        attempts = [self._attempt(assignment) for assignment in behind]
        for common in COMMONNESS:
            rows = [row for row in MISTAKES if row.common == common and not row.typing]
            for attempt in attempts:
                yield from self._in_one(attempt, rows)

    def _in_one(self, attempt: Attempt, rows: Sequence[Mistake]) -> Iterator[_Try]:
        key = attempt.slot.key
        base, work = self._carried.base(key), self._carried.work(key)
        known: dict[bytes, Values] = {}
        for row, concerned, result in variants(attempt, rows):
            if np.allclose(result, base, rtol=SAME, atol=0):
                continue
            mark = result.tobytes()
            if mark not in known:
                if not self._budget.spend(work):
                    return
                known[mark] = self._carried.with_change(key, result)
            yield _Try(row, ((attempt.assignment, concerned),), known[mark])

    def _always(self, target: SlotKey) -> Iterator[_Try]:
        """Make every mistake in every equation behind a result, in every iteration."""
        program, always = self._carried.numbers.trace.program, self._repeatedly
        if always is None:
            return
        behind = program.behind(program.at(target))
        there = [self._attempt(a) for a in reversed(program.iterate) if a.slot.key in behind]
        rows = [row for row in MISTAKES if not row.typing]
        for common, attempt in product(COMMONNESS, there):
            for row in (row for row in rows if row.common == common):
                for node, concerned in changed(attempt, row):
                    lasting = attempt.lasting(node)
                    if lasting is None or not always.budget.spend(always.runs.work):
                        continue
                    values = always.runs.with_equation(attempt.assignment, lasting)
                    yield _Try(row, ((attempt.assignment, concerned),), values, always=True)

    def _everywhere(self, behind: Sequence[Assignment]) -> Iterator[_Try]:
        """Leave out the same kind of thing in every step of a phase: every weight, every slope."""
        program = self._carried.numbers.trace.program
        for phase in ("forward", "backward"):
            there = [self._attempt(a) for a in behind if program.steps[a.step].phase == phase]
            for row in MISTAKES:
                places, equations = list[tuple[Assignment, Part]](), dict[SlotKey, Node]()
                for attempt in there:
                    node, concerned = left_out(attempt, row)
                    if node is not None:
                        equations[attempt.slot.key] = node
                        places += [(attempt.assignment, part) for part in concerned]
                work = sum(self._carried.work(key) for key in equations)
                if 1 < len(places) <= MOST_PLACES and self._budget.spend(work):
                    yield _Try(row, tuple(places), self._carried.with_equations(equations))

    def _attempt(self, assignment: Assignment) -> Attempt:
        return Attempt(self._carried.numbers, self._carried.iteration, assignment)

    def _fit(self, target: SlotKey, tried: _Try) -> _Carries | None:
        values = tried.values
        chance = self._blocks[target].fits(values[target])
        if chance is None:
            return None
        explained, missed = [target], 0
        for key, block in self._blocks.items():
            if key == target or key not in values:
                continue
            other = block.fits(values[key])
            if other is None and block.wrong is None:
                return None  # what is right would be wrong
            if other is None:
                missed += 1
            elif block.wrong is not None:
                explained.append(key)
                chance *= other
        return _Carries(tried, chance, tuple(explained), missed)

    def _as_found(self, wrong: WrongCells, target: SlotKey, fit: _Carries, tries: _Tries) -> Cause:
        steps, row = self._carried.numbers.trace.program.steps, fit.tried.row
        throughout = fit.tried.throughout
        happened: tuple[Said, ...] = () if throughout is None else (said(row, throughout),)
        happened += tuple(
            Said(
                "diagnosis.always" if fit.tried.always else "diagnosis.upstream",
                {
                    "words": said(row, concerned),
                    "step": steps[assignment.step].number,
                    "quantity": assignment.slot.label,
                },
            )
            for assignment, concerned in fit.tried.places
        )
        at = tuple(dict.fromkeys(assignment.slot.key for assignment, _ in fit.tried.places))
        chance = min(1.0, max(1, tries.count(row.common)) * fit.chance)
        values = fit.tried.values
        exact = (wrong.within(wrong.of(values[target])) or 0.0) <= WIDTHS[0]
        return Cause(row.key, at, happened, fit.explained, fit.missed, chance, values, exact)
