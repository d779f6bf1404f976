"""One student's answers → verdicts, mistakes with reasons, and what looks odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.language.elements import cells, element
from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answers, Key, Truth
from tracer.practice.answers.marks import Marked, Marks, Verdict
from tracer.practice.checking.checking import answers_in
from tracer.practice.checking.report import Report, WrongBlock, number
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.grading.wording import TEXTS
from tracer.practice.marking.marking import mark
from tracer.practice.mistakes.diagnosis import LIKELY
from tracer.practice.sheets.paper import BlankBlock
from tracer.program.model import Assignment

Spot = tuple[int, Key, Index]


@dataclass(frozen=True)
class WrongResult:
    """A result with wrong numbers: where, what was typed, what is right, and perhaps why.

    `key` names the mistake in the catalogue and `cause` says it; both are empty where none is
    likely enough. `words` is all that may explain it. `at` is the block's number; `own` says
    whether `wanted` comes from the student's own numbers.
    """

    at: int
    quantity: str
    place: str
    typed: str
    wanted: str
    own: bool
    more: int
    arithmetic: str
    key: str = ""
    cause: str = ""
    words: str = ""
    sureness: str = ""


@dataclass(frozen=True)
class StudentMarks:
    """What marking one student's file found; arrays have a value for every blank, in order.

    `zeros` are results where zeros were typed in place of other numbers, with how many;
    `leaning` is how many later numbers follow from those zeros.
    """

    verdicts: np.ndarray
    typed: Array
    exact: Array
    formulas: Truth
    slips: tuple[WrongResult, ...]
    zeros: tuple[tuple[str, int], ...] = ()
    leaning: int = 0

    def count(self, verdict: Verdict) -> int:
        """Return how many blanks have a verdict."""
        return int((self.verdicts == verdict).sum())

    @property
    def rights(self) -> int:
        """How many blanks are right, if perhaps rounded too much."""
        return self.count(Verdict.RIGHT) + self.count(Verdict.ROUNDED)


@dataclass(frozen=True)
class Sheets:
    """What all students' sheets have in common: the blocks, and where each blank stands."""

    blocks: tuple[BlankBlock, ...]
    where: Mapping[Spot, str]

    @classmethod
    def of(cls, blocks: Sequence[BlankBlock]) -> Sheets:
        """Return the sheets that have these blocks."""
        where = {
            (block.iteration, block.slot.key, index): f"{block.sheet}!{at.local()}"
            for block in blocks
            for at, index in block.cells()
        }
        return cls(tuple(blocks), where)


def judge(exercise: Exercise, sheets: Sheets, read: Mapping[str, Any], title: str) -> StudentMarks:
    """Mark what stands in a file's cells. Raises TracerError where that can't be done."""
    answers = answers_in(sheets.blocks, read)
    marks = mark(exercise.trace, answers, exercise.rules, live=exercise.live)
    report = Report(title, exercise.trace, answers, marks, sheets.where, exercise.live)
    marked = {(m.answer.iteration, m.answer.key): m for m in marks.marked}
    order = [marked[block.iteration, block.slot.key] for block in sheets.blocks]

    def gathered(arrays: Sequence[np.ndarray]) -> np.ndarray:
        # A blank's place in a block is row by row, as in Block.cells.
        return np.concatenate(
            [a[m.answer.asked].reshape(-1) for a, m in zip(arrays, order, strict=True)]
        )

    numbers = {(b.iteration, b.slot.key): at for at, b in enumerate(sheets.blocks)}
    zeros, leaning = _leaning_on_zeros(exercise, answers, marks)
    return StudentMarks(
        gathered([m.verdicts for m in order]),
        gathered([m.answer.values for m in order]),
        gathered([m.exact for m in order]),
        gathered([m.answer.formulas for m in order]),
        tuple(
            _slip(
                exercise,
                wrong,
                numbers[wrong.marked.answer.iteration, wrong.marked.answer.key],
                sheets,
            )
            for wrong in report.wrong
        ),
        zeros,
        leaning,
    )


def _slip(exercise: Exercise, wrong: WrongBlock, at: int, sheets: Sheets) -> WrongResult:
    block, marked = sheets.blocks[at], wrong.marked
    found = wrong.diagnosis
    likely = found is not None and found.chance <= LIKELY
    step = exercise.program.steps[block.assignment.step]
    # A cell's address says which element; the sheet's name says which iteration.
    cell = sheets.where[block.iteration, block.slot.key, wrong.index]
    return WrongResult(
        at,
        block.slot.label,
        TEXTS["place"].format(
            step=step.number, title=step.title, quantity=block.slot.label, cell=cell
        ),
        number(wrong.typed),
        number(wrong.wanted),
        wrong.own,
        int((marked.verdicts == Verdict.WRONG).sum()) - 1,
        wrong.arithmetic,
        found.best.key if found is not None and likely else "",
        found.best.words if found is not None and likely else "",
        _words(wrong),
        found.sureness if found is not None else "",
    )


def _words(wrong: WrongBlock) -> str:
    """Return what explains a block's wrong numbers, without how sure that is."""
    found = wrong.diagnosis
    return "" if found is None else found.sentence.removeprefix(f"{found.sureness}: ")


# -- zeros typed to make later steps easy -----------------------------------------------------


def _leaning_on_zeros(
    exercise: Exercise, answers: Answers, marks: Marks
) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the results with zeros in place of other numbers, and how much follows from them."""
    zeros = {
        (m.answer.iteration, m.answer.key): (m.answer.values == 0) & (m.verdicts == Verdict.WRONG)
        for m in marks.marked
    }
    if not any(there.any() for there in zeros.values()):
        return (), 0
    labels = {s.key: s.label for s in exercise.program.slots}
    named = {f"{labels[key]}": int(there.sum()) for (_, key), there in zeros.items() if there.any()}
    leaning = _Leaning(exercise, marks, zeros)
    return tuple(named.items()), leaning.count()


class _Leaning:
    """Follows numbers forward from zeros, through results that the sheet calculates."""

    def __init__(
        self, exercise: Exercise, marks: Marks, zeros: Mapping[tuple[int, Key], Truth]
    ) -> None:
        self._exercise = exercise
        self._marked = {(m.answer.iteration, m.answer.key): m for m in marks.marked}
        self._reached = {where: np.array(there) for where, there in zeros.items()}

    def count(self) -> int:
        """Return how many numbers that follow are calculated from zeros."""
        found = 0
        for iteration in range(self._exercise.iterations + 1):
            for assignment in self._exercise.assignments(iteration):
                found += self._step(assignment, iteration)
        return found

    def _step(self, assignment: Assignment, iteration: int) -> int:
        slot = assignment.slot
        where = iteration, slot.key
        marked = self._marked.get(where)
        reached = self._reached.setdefault(where, np.zeros(slot.shape, np.bool_))
        found = 0
        for index in np.ndindex(slot.shape):
            if self._passes(marked, index) and self._leans(assignment, index, iteration):
                reached[index] = True
                found += marked is not None and bool(marked.answer.asked[index])
        return found

    def _passes(self, marked: Marked | None, index: Index) -> bool:
        """Say whether a number may come from a zero: one that follows, or that isn't asked."""
        if marked is None or not marked.answer.asked[index]:
            return True
        return bool(marked.verdicts[index] == Verdict.FOLLOWS)

    def _leans(self, assignment: Assignment, index: Index, iteration: int) -> bool:
        program = self._exercise.program
        for cell in cells(element(assignment.equation.expression, index)):
            made, source, origin = self._exercise.made_in(
                program.slot(cell.name), cell.origin, iteration
            )
            reached = self._reached.get((made, source.key))
            if reached is not None and reached[origin]:
                return True
        return False
