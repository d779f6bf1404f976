"""A student's marked copy: the exercise drawn anew with what they typed, in colours; no formulas.

Nothing of the student's file is copied but the numbers and texts in the blanks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from textwrap import wrap
from typing import Any

import numpy as np

from tracer.language.elements import Leaf, cells, element
from tracer.language.expression import Index
from tracer.practice.answers.answers import Key
from tracer.practice.answers.grid import Typed, typed_cell
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import SYMBOLS
from tracer.practice.answers.wording import TEXTS as SHEETS
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.judging import Sheets, StudentMarks
from tracer.practice.grading.points import Scheme
from tracer.practice.grading.remarks import credit_lines, points_text, slip_lines
from tracer.practice.grading.wording import COUNTED, TEXTS
from tracer.practice.marking.marking import follow
from tracer.practice.sheets.front import Front
from tracer.practice.sheets.live import LOOKS
from tracer.practice.sheets.paper import BlankBlock, Blanks, draw, right_of
from tracer.practice.sheets.worksheet import exercise_page
from tracer.program.model import Assignment, Slot
from tracer.version import __version__
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import Book, Pattern, Sheet
from tracer.workbook.plan.roles import CellRole

DECIMALS = 4
WIDTH = 110
MOST_SLIPS = 12
LONGEST_TEXT = 40


@dataclass
class OwnCells:
    """What stands in a student's sheet: typed in the blanks, calculated from that elsewhere."""

    exercise: Exercise
    typed: Mapping[tuple[int, Key, Index], Typed]
    _found: dict[tuple[int, Key, Index], float] = field(default_factory=dict)

    def text(self, iteration: int, key: Key, index: Index) -> str:
        """Return the text that stands where a number should."""
        return self.typed.get((iteration, key, index), Typed()).text[:LONGEST_TEXT]

    def number(self, iteration: int, slot: Slot, index: Index) -> float:
        """Return a number of the student's sheet; NaN where there is none."""
        spot = iteration, slot.key, index
        if spot in self.typed:
            return self.typed[spot].value
        exercise = self.exercise
        if not exercise.own(iteration, slot.key, index):
            return float(exercise.trace.value(slot, max(1, iteration))[index])
        if spot not in self._found:
            made_by = {a.slot.key: a for a in exercise.assignments(iteration)}
            self._found[spot] = self._calculated(made_by[slot.key], iteration, index)
        return self._found[spot]

    def _calculated(self, assignment: Assignment, iteration: int, index: Index) -> float:
        tree = element(assignment.equation.expression, index)
        own = {cell: self._operand(cell, iteration) for cell in cells(tree)}
        return follow(tree, own, self.exercise.program.decimals)

    def _operand(self, cell: Leaf, iteration: int) -> float:
        slot = self.exercise.program.slot(cell.name)
        made, source, index = self.exercise.made_in(slot, cell.origin, iteration)
        return self.number(made, source, index)


@dataclass(frozen=True)
class _Pen(Blanks):
    """Draws what the student typed where the blanks were, in the verdicts' colours."""

    own: OwnCells
    verdicts: Mapping[tuple[int, Key], np.ndarray]

    def draw_copied(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        self._number(row, column, role, block, index)

    def draw_derived(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        self._number(row, column, "shown", block, index)

    def _number(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        value = self.own.number(block.iteration, block.slot, index)
        if np.isfinite(value):
            self.pattern.number(row, column, role, value)
        else:
            self.pattern.text(row, column, role, "")

    def draw_blank(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        verdict = Verdict(int(self.verdicts[block.iteration, block.slot.key][index]))
        value = self.own.number(block.iteration, block.slot, index)
        if np.isfinite(value):
            role = LOOKS.get(verdict, "blank")
            self.pattern.number(row, column, role, value)
        elif verdict == Verdict.BLANK:
            self.pattern.text(row, column, "blank", "")
        else:
            text = self.own.text(block.iteration, block.slot.key, index)
            self.pattern.verbatim(row, column, "wrong_text", text)

    def draw_prompt(self, assignment: Assignment, area: object) -> None:
        """Nothing is to be filled in here."""


@dataclass(frozen=True)
class Feedback:
    """What a marked copy says: whose it is, the marks and the points of each step."""

    student: Student
    exercise: Exercise
    judged: StudentMarks
    points: Sequence[float]
    scheme: Scheme
    title: str


def marked_copy(feedback: Feedback, sheets: Sheets, read: Mapping[str, Any]) -> Book:
    """Return the plan of a marked copy."""
    exercise = feedback.exercise
    typed, verdicts = _by_spot(feedback, sheets, read)
    # How many digits the given numbers show, the sheet to fill in hid; here nothing is hidden.
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    pen = partial(_Pen, own=OwnCells(exercise, typed), verdicts=verdicts)
    paper = draw(exercise, shown, pen=pen)
    drawn = []
    for iteration, pattern in paper.patterns.items():
        for block in paper.of(iteration):
            _symbols(pattern, block, verdicts.get((iteration, block.slot.key)))
        for slip in feedback.judged.slips:
            if sheets.blocks[slip.at].iteration == iteration and slip.key:
                block = paper.blocks[iteration, sheets.blocks[slip.at].slot.key]
                words = TEXTS["explained"].format(sureness=slip.sureness, words=slip.words)
                pattern.text(block.area.row - 1, right_of(block), "note", words)
        drawn.append(exercise_page(exercise, paper, iteration, TEXTS["copy_says"]).sheet)
    first = _front(feedback)
    return Book(
        title=f"{TEXTS['copy']}: {exercise.template.title}",
        subject=exercise.template.source,
        description=SHEETS["made_by"].format(version=__version__),
        sheets=[first, *drawn],
        names={},
        palette=find_palette(exercise.palette),
        footer=exercise.wording("common.footer"),
    )


def _by_spot(
    feedback: Feedback, sheets: Sheets, read: Mapping[str, Any]
) -> tuple[dict[tuple[int, Key, Index], Typed], dict[tuple[int, Key], np.ndarray]]:
    typed: dict[tuple[int, Key, Index], Typed] = {}
    verdicts: dict[tuple[int, Key], np.ndarray] = {}
    given = iter(feedback.judged.verdicts.tolist())
    for block in sheets.blocks:
        found = read.get(block.sheet, {})
        here = np.full(block.slot.shape, int(Verdict.GIVEN), np.int8)
        for at, index in block.cells():
            cell = found.get(at.local())
            spot = block.iteration, block.slot.key, index
            typed[spot] = Typed() if cell is None else typed_cell(tuple(cell))
            here[index] = next(given)
        verdicts[block.iteration, block.slot.key] = here
    return typed, verdicts


def _symbols(pattern: Pattern, block: BlankBlock, verdicts: np.ndarray | None) -> None:
    if verdicts is None:
        return
    rows: dict[int, list[str]] = {}
    for place, index in block.cells():
        rows.setdefault(place.row, []).append(SYMBOLS[Verdict(int(verdicts[index]))])
    for row, symbols in rows.items():
        pattern.text(row, right_of(block), "symbols", " ".join(symbols))


# -- the front sheet --------------------------------------------------------------------------


def _front(feedback: Feedback) -> Sheet:
    first = Front(feedback.exercise, TEXTS["copy_says"])
    student, scheme = feedback.student, feedback.scheme
    wording = feedback.exercise.wording
    first.field(wording("practice.name"), student.name)
    first.field(wording("practice.student"), student.id)
    total = float(np.sum(feedback.points))
    first.field(wording("practice.assignment_id"), feedback.title)
    first.field(TEXTS["points"], _of(total, scheme.possible))
    if scheme.graded:
        first.field(TEXTS["grade"], _of(scheme.grade(total), scheme.best))
    _mistakes(first, feedback)
    _steps(first, feedback)
    first.legend()
    return first.sheet


def _of(number: float, most: float) -> str:
    return f"{points_text(number)} {TEXTS['of']} {points_text(most)}"


def _mistakes(first: Front, feedback: Feedback) -> None:
    slips, judged = feedback.judged.slips, feedback.judged
    if not slips:
        left = judged.count(Verdict.BLANK) + judged.count(Verdict.NOT_A_NUMBER)
        first.heading(TEXTS["first_mistake"])
        first.line(TEXTS["only_blank" if left else "no_mistake"])
    for position, slip in enumerate(slips[:MOST_SLIPS]):
        if position < 2:
            first.heading(TEXTS["other_mistakes" if position else "first_mistake"])
        first.line(slip.place, "label")
        for text in slip_lines(slip):
            first.lines(wrap(text, WIDTH, subsequent_indent="    "), "quoted")
    if len(slips) > MOST_SLIPS:
        first.line(TEXTS["more_results"].format(count=len(slips) - MOST_SLIPS), "muted")
    first.row += 1
    first.lines(credit_lines(judged, feedback.scheme.credit), "muted")


def _steps(first: Front, feedback: Feedback) -> None:
    judged, scheme = feedback.judged, feedback.scheme
    first.heading(TEXTS["points"])
    heads = [TEXTS["step_column"], "", TEXTS["points"], TEXTS["of"], *COUNTED.values()]
    first.heads(heads, left=2)
    for position, (number, title, most, _) in enumerate(scheme.steps):
        here = judged.verdicts[scheme.step_of == position]
        counts = [int((here == verdict).sum()) for verdict in COUNTED]
        row = first.pair("index", number, title, beside="line")
        _numbers(first, row, "count", [feedback.points[position], most, *counts])
    counts = [judged.count(verdict) for verdict in COUNTED]
    row = first.pair("subhead", "", TEXTS["all_steps"], beside="subhead_left")
    total = float(np.sum(feedback.points))
    _numbers(first, row, "subhead", [total, scheme.possible, *counts])
    first.row += 1


def _numbers(first: Front, row: int, role: CellRole, numbers: Sequence[float]) -> None:
    for column, number in enumerate(numbers, 3):
        shown = "0.##" if column < 5 and not float(number).is_integer() else "General"
        first.pattern.number(row, column, role, round(float(number), 6), shown)
