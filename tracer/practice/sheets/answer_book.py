"""The teacher's answer book: every student's own numbers and exact results, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracer.language.expression import Index
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.sheets.paper import layout
from tracer.program.model import Slot
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import TITLE_HEIGHT, Book, Cell, Pattern, Sheet
from tracer.workbook.sheets.band import cell_of

HEAD_ROW = 4
#: Exact results show more decimals than the sheets do.
DECIMALS = 6


def answer_book(
    assignment: ClassAssignment, exercises: Mapping[Student, Exercise], files: Mapping[Student, str]
) -> Book:
    """Return the plan of the answer book; `files` says which file is whose.

    Without students, the one exercise is everyone's.
    """
    students = list(exercises)
    template, wording = assignment.exercise.template, assignment.exercise.wording
    front = _sheet(wording("practice.book"), wording("practice.book_says"))
    rows = [
        (wording("practice.assignment_id"), assignment.id),
        (wording("practice.due"), assignment.due),
    ]
    for row, (label, text) in enumerate(rows, HEAD_ROW):
        front.pattern.text(row, 1, "label", label)
        front.pattern.cells.append(Cell(row, 2, "field", text=text, format="@"))
    heads = (wording("practice.student"), wording("practice.name"), wording("practice.file"))
    for column, text in enumerate(heads, 1):
        front.pattern.text(HEAD_ROW + 3, column, "subhead_left", text)
    for row, student in enumerate(students, HEAD_ROW + 4):
        for column, text in enumerate((_called(student, wording), student.name, files[student]), 1):
            front.pattern.cells.append(Cell(row, column, "field", text=text, format="@"))
    return Book(
        title=f"{wording('practice.book')}: {template.title}",
        subject=template.source,
        description=wording("practice.made_by", version=__version__),
        sheets=[front, _numbers(assignment, exercises), _answers(assignment, exercises)],
        names={},
        palette=find_palette(assignment.exercise.palette),
        footer=wording("common.footer"),
    )


def _numbers(assignment: ClassAssignment, exercises: Mapping[Student, Exercise]) -> Sheet:
    wording = assignment.exercise.wording
    sheet = _sheet(wording("practice.book_numbers"), wording("practice.book_numbers_says"))
    heads = [wording("practice.quantity"), wording("practice.row"), wording("practice.column")]
    _heads(sheet, heads, list(exercises), wording)
    row = HEAD_ROW + 1
    program = assignment.exercise.program
    for slot in program.of_role("given", "parameter"):
        for index in _indices(slot) if slot.name in assignment.ranges else ():
            said = [slot.name, *_counted(slot, index)]
            numbers = [_of(exercise, slot, index, 1) for exercise in exercises.values()]
            _row(sheet.pattern, row, said, numbers, "General")
            row += 1
    return sheet


def _answers(assignment: ClassAssignment, exercises: Mapping[Student, Exercise]) -> Sheet:
    exercise, wording = assignment.exercise, assignment.exercise.wording
    sheet = _sheet(wording("practice.book_answers"), wording("practice.book_answers_says"))
    heads = [
        wording(f"practice.{name}")
        for name in ("sheet", "cell", "step", "quantity", "row", "column")
    ]
    _heads(sheet, heads, list(exercises), wording)
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    row = HEAD_ROW + 1
    for block in layout(exercise):
        step = exercise.program.steps[block.assignment.step].number
        for place, index in block.cells():
            said = [
                block.sheet, place.text(), step, block.slot.label, *_counted(block.slot, index)
            ]  # fmt: skip
            numbers = [
                _of(own, block.slot, index, max(1, block.iteration)) for own in exercises.values()
            ]
            _row(sheet.pattern, row, said, numbers, shown[block.slot.key])
            row += 1
    return sheet


def _of(exercise: Exercise, slot: Slot, index: Index, iteration: int) -> float:
    return float(exercise.trace.value(slot, iteration)[index])


def _indices(slot: Slot) -> list[Index]:
    return list(np.ndindex(slot.shape))


def _counted(slot: Slot, index: Index) -> list[str]:
    """Return row and column as people count them; a single number has none."""
    row, column = cell_of(index)
    return [str(row + 1), str(column + 1)] if slot.shape else ["", ""]


def _called(student: Student, wording: Wording) -> str:
    return student.id or wording("practice.everyone")


def _sheet(title: str, about: str) -> Sheet:
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", title)
    pattern.text(2, 1, "subtitle", about)
    return Sheet(
        title, pattern, about=about, width=14.0, widths={1: 24.0, 2: 24.0, 3: 24.0},
        freeze=(HEAD_ROW + 1, 1), repeat_rows=HEAD_ROW,
    )  # fmt: skip


def _heads(
    sheet: Sheet, heads: Sequence[str], students: Sequence[Student], wording: Wording
) -> None:
    sheet.widths = {heads.index(wording("practice.quantity")) + 1: 26.0}
    sheet.freeze = HEAD_ROW + 1, len(heads) + 1
    for column, text in enumerate(heads, 1):
        sheet.pattern.text(HEAD_ROW, column, "subhead_left", text)
    for column, student in enumerate(students, len(heads) + 1):
        sheet.pattern.cells.append(
            Cell(HEAD_ROW, column, "field", text=_called(student, wording), format="@")
        )


def _row(
    pattern: Pattern, row: int, said: Sequence[str], numbers: Sequence[float], form: str
) -> None:
    for column, text in enumerate(said, 1):
        pattern.text(row, column, "line", text)
    for column, number in enumerate(numbers, len(said) + 1):
        pattern.cells.append(Cell(row, column, "number", number=number, format=form))
