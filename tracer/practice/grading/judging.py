"""One student's answers → verdicts, mistakes with reasons, and what looks odd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.language.expression import Index, element_said
from tracer.language.functions import Array
from tracer.practice.answers.answers import Truth
from tracer.practice.answers.marks import Marked, Marks, Verdict
from tracer.practice.answers.plain import plain
from tracer.practice.checking.checking import answers_in
from tracer.practice.checking.report import Report, WrongBlock
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import Numbers, Spot, calculated_from
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.marking.tolerance import INCLUSIVE, SAME, old_slot
from tracer.practice.mistakes.diagnosis import LIKELY
from tracer.practice.sheets.paper import BlankBlock

#: Verdicts on what can be neither right nor wrong.
NOTHING_SAID = (Verdict.BLANK, Verdict.NOT_A_NUMBER, Verdict.VAGUE)


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
    `leaning` is how many later numbers follow from those zeros; `idle` how many are 0, or the old
    ones of an update, since other wrong numbers make them so. `left` is the first blank that
    holds nothing that could be right or wrong: why not, and where. `unread` are the cells that
    hold something else than a number, with what; `unstored` counts formulas without a stored value.
    """

    verdicts: np.ndarray
    typed: Array
    exact: Array
    formulas: Truth
    slips: tuple[WrongResult, ...]
    zeros: tuple[tuple[str, int], ...] = ()
    leaning: int = 0
    left: tuple[Verdict, str] | None = None
    unread: tuple[tuple[str, str], ...] = ()
    unstored: int = 0
    idle: int = 0

    def count(self, verdict: Verdict) -> int:
        """Return how many blanks have a verdict."""
        return int((self.verdicts == verdict).sum())

    @property
    def by_formula(self) -> int:
        """How many blanks have a number that a formula made."""
        return int((self.formulas & np.isfinite(self.typed)).sum())

    @property
    def rights(self) -> int:
        """How many blanks are right, if perhaps rounded too much."""
        return self.count(Verdict.RIGHT) + self.count(Verdict.ROUNDED)


@dataclass(frozen=True)
class Sheets:
    """What all students' sheets have in common: the blocks, and where each blank stands.

    Both are as marks are told; the `filed` blocks are those of the files handed in, in the same
    order: in another language sheets have other names, and blocks perhaps other places.
    """

    blocks: tuple[BlankBlock, ...]
    where: Mapping[Spot, str]
    filed: tuple[BlankBlock, ...]

    @classmethod
    def of(cls, blocks: Sequence[BlankBlock], filed: Sequence[BlankBlock] | None = None) -> Sheets:
        """Return the sheets that have these blocks, and what is handed in, perhaps others."""
        where = {
            (block.iteration, block.slot.key, index): f"{block.sheet}!{at.local()}"
            for block in blocks
            for at, index in block.cells()
        }
        return cls(tuple(blocks), where, tuple(blocks if filed is None else filed))


def numbers_in(exercise: Exercise, sheets: Sheets, read: Mapping[str, Any]) -> OwnNumbers:
    """Return the student's numbers that stand in a file's cells, and what they give."""
    answers = answers_in(sheets.filed, read)
    return OwnNumbers(exercise.trace, answers, exercise.live, exercise.printed)


def judge(exercise: Exercise, sheets: Sheets, own: OwnNumbers, title: str) -> StudentMarks:
    """Mark a student's numbers. Raises TracerError where that can't be done."""
    marks = mark(own, exercise.rules)
    report = Report(title, own, marks, sheets.where, exercise.wording)
    marked = {(m.answer.iteration, m.answer.key): m for m in marks.marked}
    order = [marked[block.iteration, block.slot.key] for block in sheets.blocks]

    def gathered(arrays: Sequence[np.ndarray]) -> np.ndarray:
        # A blank's place in a block is row by row, as in Block.cells.
        return np.concatenate(
            [a[m.answer.asked].reshape(-1) for a, m in zip(arrays, order, strict=True)]
        )

    numbers = {(b.iteration, b.slot.key): at for at, b in enumerate(sheets.blocks)}
    zeros, leaning = _leaning_on_zeros(exercise, marks)
    verdicts = gathered([m.verdicts for m in order])
    return StudentMarks(
        verdicts,
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
        _left(exercise, sheets, verdicts),
        *_unread(order, sheets),
        _idle(own, marks),
    )


def _unread(marked: Sequence[Marked], sheets: Sheets) -> tuple[tuple[tuple[str, str], ...], int]:
    """Return the cells that hold no numbers with their texts, and how many have no value at all."""
    found = [
        (sheets.where[m.answer.iteration, m.answer.key, index], text)
        for m in marked
        for index, text in m.answer.texts.items()
    ]
    texts = tuple((cell, plain(text)[:40]) for cell, text in found if text)
    return texts, len(found) - len(texts)


def _left(exercise: Exercise, sheets: Sheets, verdicts: np.ndarray) -> tuple[Verdict, str] | None:
    spots = ((block, index) for block in sheets.blocks for _, index in block.cells())
    for verdict, (block, index) in zip(verdicts.tolist(), spots, strict=True):
        if verdict in NOTHING_SAID:
            return Verdict(verdict), _place(exercise, block, index, sheets)
    return None


def _place(exercise: Exercise, block: BlankBlock, index: Index, sheets: Sheets) -> str:
    """Return where a number stands: its step, its name, and its cell."""
    step = exercise.program.steps[block.assignment.step]
    return exercise.wording(
        "grading.place",
        step=step.number,
        title=step.title,
        quantity=element_said(block.slot.label, index),
        # The sheet's name says which iteration.
        cell=sheets.where[block.iteration, block.slot.key, index],
    )


def _slip(exercise: Exercise, wrong: WrongBlock, at: int, sheets: Sheets) -> WrongResult:
    block, marked = sheets.blocks[at], wrong.marked
    found, wording = wrong.diagnosis, exercise.wording
    likely = found is not None and found.chance <= LIKELY
    return WrongResult(
        at,
        wording.say(block.slot.label),
        _place(exercise, block, wrong.index, sheets),
        wording.digits(wrong.typed),
        wording.digits(wrong.wanted),
        wrong.own,
        int((marked.verdicts == Verdict.WRONG).sum()) - 1,
        wrong.arithmetic,
        found.best.key if found is not None and likely else "",
        found.best.words(wording) if found is not None and likely else "",
        found.words(wording) if found is not None else "",
        wording(f"diagnosis.{found.sureness}") if found is not None else "",
    )


def _idle(own: OwnNumbers, marks: Marks) -> int:
    """Return how many numbers that follow are 0 or an old value: made so easy by wrong ones."""
    count, program = 0, own.trace.program
    for m in marks.marked:
        easy = np.abs(m.answer.values) <= SAME
        old = old_slot(program, program.at(m.answer.key))
        if old is not None:
            before = own.own(old, m.answer.iteration)
            easy |= np.abs(m.answer.values - before) <= SAME * np.abs(before)
        count += int((easy & (m.verdicts == Verdict.FOLLOWS)).sum())
    return count


# -- zeros typed to make later steps easy -----------------------------------------------------


def _leaning_on_zeros(exercise: Exercise, marks: Marks) -> tuple[tuple[tuple[str, int], ...], int]:
    """Return the results with zeros in place of other numbers, and how much follows from them.

    What is within the tolerance of 0 makes later steps as easy, and counts as a zero.
    """
    rules = exercise.rules
    zeros = {}
    for m in marks.marked:
        most = np.maximum(rules.absolute, rules.relative * np.abs(m.exact)) * INCLUSIVE
        missed = (m.verdicts == Verdict.WRONG) | (m.verdicts == Verdict.VAGUE)
        zeros[m.answer.iteration, m.answer.key] = (np.abs(m.answer.values) <= most) & missed
    if not any(there.any() for there in zeros.values()):
        return (), 0
    say, slot = exercise.wording.say, exercise.program.at
    found = ((say(slot(key).label), int(there.sum())) for (_, key), there in zeros.items())
    named = {label: count for label, count in found if count}
    return tuple(named.items()), _leaning(exercise, marks, zeros)


def _leaning(exercise: Exercise, marks: Marks, zeros: Numbers) -> int:
    """Return how many numbers that follow are calculated from zeros.

    What lies between was calculated by the sheet, or follows, too.
    """
    marked = {(m.answer.iteration, m.answer.key): m for m in marks.marked}

    def through(spot: Spot) -> bool:
        iteration, key, index = spot
        here = marked.get((iteration, key))
        asked = here is not None and bool(here.answer.asked[index])
        return here is None or not asked or bool(here.verdicts[index] == Verdict.FOLLOWS)

    found = calculated_from(exercise.trace, exercise.iterations, zeros, through)
    asked = {where: m.answer.asked for where, m in marked.items()}
    return sum(int((mask & asked[where]).sum()) for where, mask in found.items() if where in asked)
