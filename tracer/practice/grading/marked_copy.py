"""A student's marked copy: the exercise drawn anew with what they typed, in colours; no formulas.

Nothing of the student's file is copied but the numbers and texts in the blanks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from textwrap import wrap
from typing import Any

import numpy as np

from tracer.language.expression import Index, SlotKey
from tracer.practice.answers.grid import typed_cell
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, counted, verdict_word
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import Spot
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.judging import Sheets, StudentMarks
from tracer.practice.grading.points import Scheme
from tracer.practice.grading.remarks import credit_lines, look_first, points_text, slip_lines
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.sheets.front import Front
from tracer.practice.sheets.live import LOOKS
from tracer.practice.sheets.paper import BlankBlock, Blanks, draw, right_of
from tracer.practice.sheets.worksheet import count_column, exercise_page
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import Book, Pattern, Sheet
from tracer.workbook.plan.roles import CellRole

DECIMALS = 4
WIDTH = 110
MOST_SLIPS = 12
LONGEST_TEXT = 40
#: Below the title and what the copy is.
LEGEND_ROW = 3


@dataclass(frozen=True)
class _Pen(Blanks):
    """Draws what the student typed where the blanks were, in the verdicts' colours."""

    own: OwnNumbers
    texts: Mapping[Spot, str]
    verdicts: Mapping[tuple[int, SlotKey], np.ndarray]

    def draw_copied(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        self._number(row, column, role, block, index)

    def draw_derived(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        self._number(row, column, "shown", block, index)

    def _number(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        value = float(self.own.own(block.slot, block.iteration)[index])
        if np.isfinite(value):
            self.pattern.number(row, column, role, value)
        else:
            self.pattern.text(row, column, role, "")

    def draw_blank(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        verdict = Verdict(int(self.verdicts[block.iteration, block.slot.key][index]))
        value = float(self.own.own(block.slot, block.iteration)[index])
        if np.isfinite(value):
            role = LOOKS.get(verdict, "blank")
            self.pattern.number(row, column, role, value)
        elif verdict == Verdict.BLANK:
            self.pattern.text(row, column, "blank", "")
        else:
            text = self.texts[block.iteration, block.slot.key, index]
            self.pattern.verbatim(row, column, "wrong_text", text[:LONGEST_TEXT])


@dataclass(frozen=True)
class Feedback:
    """What a marked copy says: whose it is, the marks and the points of each step.

    `more` are points more or fewer in all that the teacher gave by hand.
    """

    student: Student
    exercise: Exercise
    own: OwnNumbers
    judged: StudentMarks
    points: Sequence[float]
    scheme: Scheme
    title: str
    more: float | None = None

    @property
    def total(self) -> float:
        """All points."""
        return float(np.sum(self.points)) + (self.more or 0.0)


def marked_copy(feedback: Feedback, sheets: Sheets, read: Mapping[str, Any]) -> Book:
    """Return the plan of a marked copy."""
    exercise = feedback.exercise
    wording = exercise.wording
    texts, verdicts = _by_spot(feedback, sheets, read)
    # How many digits the given numbers show, the sheet to fill in hid; here nothing is hidden.
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    pen = partial(_Pen, own=feedback.own, texts=texts, verdicts=verdicts)
    paper = draw(exercise, shown, pen=pen)
    drawn = []
    for iteration, pattern in paper.patterns.items():
        for block in paper.of(iteration):
            _symbols(pattern, block, verdicts.get((iteration, block.slot.key)))
        for slip in feedback.judged.slips:
            if sheets.blocks[slip.at].iteration == iteration and slip.key:
                block = paper.blocks[iteration, sheets.blocks[slip.at].slot.key]
                words = wording("grading.explained", sureness=slip.sureness, words=slip.words)
                pattern.text(block.area.row - 1, right_of(block), "note", words)
        here = [
            verdicts[b.iteration, b.slot.key] for b in sheets.blocks if b.iteration == iteration
        ]
        _legend(pattern, here, wording)
        drawn.append(exercise_page(exercise, paper, iteration, wording("grading.copy_says")).sheet)
    first = _front(feedback)
    return Book(
        title=wording("grading.titled", what=wording("grading.copy"), name=exercise.lesson.title),
        subject=exercise.lesson.source,
        description=wording("practice.made_by", version=__version__),
        sheets=[first, *drawn],
        names={},
        palette=find_palette(exercise.palette),
        footer=wording("common.footer"),
        beyond=wording("common.footer_beyond"),
    )


def _by_spot(
    feedback: Feedback, sheets: Sheets, read: Mapping[str, Any]
) -> tuple[dict[Spot, str], dict[tuple[int, SlotKey], np.ndarray]]:
    """Return the text that stands in each blank, and the verdicts of each result."""
    texts: dict[Spot, str] = {}
    verdicts: dict[tuple[int, SlotKey], np.ndarray] = {}
    given = iter(feedback.judged.verdicts.tolist())
    for block in sheets.filed:
        found = read.get(block.sheet, {})
        here = np.full(block.slot.shape, int(Verdict.GIVEN), np.int8)
        for at, index in block.cells():
            cell = found.get(at.local())
            spot = block.iteration, block.slot.key, index
            texts[spot] = "" if cell is None else typed_cell(tuple(cell)).text
            here[index] = next(given)
        verdicts[block.iteration, block.slot.key] = here
    return texts, verdicts


def _symbols(pattern: Pattern, block: BlankBlock, verdicts: np.ndarray | None) -> None:
    if verdicts is None:
        return
    rows: dict[int, list[str]] = {}
    for place, index in block.cells():
        rows.setdefault(place.row, []).append(SYMBOLS[Verdict(int(verdicts[index]))])
    for row, symbols in rows.items():
        pattern.text(row, right_of(block), "symbols", " ".join(symbols))


def _legend(pattern: Pattern, verdicts: Sequence[np.ndarray], wording: Wording) -> None:
    """Say above a sheet's steps what the colours mean, and of how many blanks that is so."""
    for position, verdict in enumerate(COUNTED):
        count = sum(int((one == verdict).sum()) for one in verdicts)
        column = count_column(position)
        role = LOOKS.get(verdict, "blank")
        pattern.text(LEGEND_ROW, column, role, f"{SYMBOLS[verdict]} {count}")
        pattern.text(LEGEND_ROW, column + 1, "meaning", counted(verdict, wording))


# -- the front sheet --------------------------------------------------------------------------


def _front(feedback: Feedback) -> Sheet:
    student, scheme = feedback.student, feedback.scheme
    wording = feedback.exercise.wording
    first = Front(feedback.exercise, wording("grading.copy_says"))
    first.field(wording("practice.name"), student.name)
    first.field(wording("practice.student"), student.id)
    total = feedback.total
    first.field(wording("practice.assignment_id"), feedback.title)
    first.field(wording("grading.points"), _of(total, scheme.possible, wording))
    if scheme.graded:
        first.field(wording("grading.grade"), _of(scheme.grade(total), scheme.best, wording))
    _mistakes(first, feedback)
    _steps(first, feedback)
    first.legend()
    return first.sheet


def _of(number: float, most: float, wording: Wording) -> str:
    points, possible = points_text(number, wording), points_text(most, wording)
    return wording("grading.of_points", points=points, possible=possible)


def _mistakes(first: Front, feedback: Feedback) -> None:
    slips, judged = feedback.judged.slips, feedback.judged
    wording = feedback.exercise.wording
    if not slips:
        left = judged.count(Verdict.BLANK) + judged.count(Verdict.NOT_A_NUMBER)
        first.heading(wording("grading.first_mistake"))
        if left:
            first.line(wording("grading.only_blank"))
        first.line(look_first(judged, wording))
    for position, slip in enumerate(slips[:MOST_SLIPS]):
        if position < 2:
            key = "grading.other_mistakes" if position else "grading.first_mistake"
            first.heading(wording(key))
        first.line(slip.place, "label")
        for text in slip_lines(slip, wording):
            first.lines(wrap(text, WIDTH, subsequent_indent="    "), "quoted")
    if len(slips) > MOST_SLIPS:
        first.line(wording("grading.more_results", count=len(slips) - MOST_SLIPS), "muted")
    first.row += 1
    first.lines(credit_lines(judged, feedback.scheme.credit, wording), "muted")


def _steps(first: Front, feedback: Feedback) -> None:
    judged, scheme = feedback.judged, feedback.scheme
    wording = feedback.exercise.wording
    first.heading(wording("grading.points"))
    names = (wording("grading.step_column"), "", wording("grading.points"), wording("grading.of"))
    first.heads([*names, *(verdict_word(verdict, wording) for verdict in COUNTED)], left=2)
    for position, (number, title, most, _) in enumerate(scheme.steps):
        here = judged.verdicts[scheme.step_of == position]
        counts = [int((here == verdict).sum()) for verdict in COUNTED]
        row = first.pair("index", number, title, beside="line")
        _numbers(first, row, "count", [feedback.points[position], most, *counts])
    if feedback.more is not None:
        row = first.pair("index", "", wording("grading.by_hand"), beside="line")
        _numbers(first, row, "count", [feedback.more])
    counts = [judged.count(verdict) for verdict in COUNTED]
    row = first.pair("subhead", "", wording("grading.all_steps"), beside="subhead_left")
    _numbers(first, row, "subhead", [feedback.total, scheme.possible, *counts])
    first.row += 1


def _numbers(first: Front, row: int, role: CellRole, numbers: Sequence[float]) -> None:
    for column, number in enumerate(numbers, 3):
        shown = "0.##" if column < 5 and not float(number).is_integer() else "General"
        first.pattern.number(row, column, role, round(float(number), 6), shown)
