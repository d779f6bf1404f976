"""The teacher's answer book: sheets filled in, and every student's numbers and exact results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from tracer.language.expression import Index
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.sheets.filled_in import filled_in
from tracer.practice.sheets.paper import layout
from tracer.program.model import Slot
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import Book, Sheet
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
    template, wording = assignment.exercise.lesson, assignment.exercise.wording
    front = _page(wording("practice.book"), wording("practice.book_says"))
    front.sheet.widths = {1: 24.0, 2: 24.0, 3: 24.0}
    named = assignment.id if _own_numbers(assignment, exercises) else assignment.everyones_id
    for label, text in (("assignment_id", named), ("due", assignment.due)):
        row = front.line(wording(f"practice.{label}"), "label")
        front.pattern.verbatim(row, 2, "field", text)
    front.row += 1
    front.heads([wording(f"practice.{name}") for name in ("student", "name", "file")], left=3)
    for student in exercises:
        for column, text in enumerate((_called(student, wording), student.name, files[student]), 1):
            front.pattern.verbatim(front.row, column, "field", text)
        front.row += 1
    return Book(
        title=f"{wording('practice.book')}: {template.title}",
        subject=template.source,
        description=wording("practice.made_by", version=__version__),
        sheets=[
            front.sheet,
            *filled_in(assignment.exercise, _for_whom(assignment, exercises)),
            _numbers(assignment, exercises),
            _answers(assignment, exercises),
        ],
        names={},
        palette=find_palette(assignment.exercise.palette),
        footer=wording("common.footer"),
        beyond=wording("common.footer_beyond"),
    )


def _own_numbers(assignment: ClassAssignment, students: Iterable[Student]) -> bool:
    """Say whether these students have numbers of their own."""
    return bool(assignment.ranges) and any(student.id for student in students)


def _for_whom(assignment: ClassAssignment, students: Iterable[Student]) -> str:
    """Return whose numbers the lesson's own are: everyone's, or nobody's."""
    whose = "nobodys" if _own_numbers(assignment, students) else "everyones"
    return assignment.exercise.wording(f"practice.book_{whose}")


def _numbers(assignment: ClassAssignment, exercises: Mapping[Student, Exercise]) -> Sheet:
    wording = assignment.exercise.wording
    page = _page(wording("practice.book_numbers"), wording("practice.book_numbers_says"))
    heads = [wording("practice.quantity"), wording("practice.row"), wording("practice.column")]
    _heads(page, heads, list(exercises), wording)
    program = assignment.exercise.program
    for slot in program.of_role("given", "parameter"):
        for index in _indices(slot) if slot.name in assignment.ranges else ():
            said = [slot.name, *_counted(slot, index)]
            numbers = [_of(exercise, slot, index, 1) for exercise in exercises.values()]
            _row(page, said, numbers, "General")
    return page.sheet


def _answers(assignment: ClassAssignment, exercises: Mapping[Student, Exercise]) -> Sheet:
    exercise, wording = assignment.exercise, assignment.exercise.wording
    page = _page(wording("practice.book_answers"), wording("practice.book_answers_says"))
    names = ("sheet", "cell", "step", "quantity", "row", "column")
    _heads(page, [wording(f"practice.{name}") for name in names], list(exercises), wording)
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    for block in layout(exercise):
        slot, step = block.slot, exercise.program.steps[block.assignment.step].number
        at = max(1, block.iteration)
        for place, index in block.cells():
            said = [block.sheet, place.text(), step, block.label, *_counted(slot, index)]
            numbers = [_of(own, slot, index, at) for own in exercises.values()]
            _row(page, said, numbers, shown[slot.key])
    return page.sheet


def _of(exercise: Exercise, slot: Slot, index: Index, iteration: int) -> float:
    return float(exercise.trace.value(slot, iteration)[index])


def _indices(slot: Slot) -> list[Index]:
    return list(np.ndindex(slot.shape))


def _counted(slot: Slot, index: Index) -> list[int | str]:
    """Return row and column as people count them; a single number has none."""
    row, column = cell_of(index)
    return [row + 1, column + 1] if slot.shape else ["", ""]


def _called(student: Student, wording: Wording) -> str:
    return student.id or wording("practice.everyone")


def _page(title: str, about: str) -> Page:
    page = Page(title, about=about, subtitle=about)
    page.sheet.width = 14.0
    page.hold(HEAD_ROW + 1)
    return page


def _heads(page: Page, heads: Sequence[str], students: Sequence[Student], wording: Wording) -> None:
    page.sheet.widths = {heads.index(wording("practice.quantity")) + 1: 26.0}
    page.sheet.freeze = HEAD_ROW + 1, len(heads) + 1
    page.heads(heads, left=len(heads))
    for column, student in enumerate(students, len(heads) + 1):
        page.pattern.verbatim(HEAD_ROW, column, "field", _called(student, wording))


def _row(page: Page, said: Sequence[str | int], numbers: Sequence[float], shown: str) -> None:
    for column, one in enumerate(said, 1):
        if isinstance(one, str):
            page.pattern.text(page.row, column, "line", one)
        else:
            page.pattern.number(page.row, column, "count", float(one))
    for column, number in enumerate(numbers, len(said) + 1):
        page.pattern.number(page.row, column, "number", number, shown)
    page.row += 1
