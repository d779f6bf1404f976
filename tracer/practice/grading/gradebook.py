"""The gradebook: grades and their key, what the class got wrong most, what to look at, files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracer.language.addresses import column_letters
from tracer.practice.answers.wording import COUNTED, verdict_word
from tracer.practice.grading.columns import HEAD_ROW
from tracer.practice.grading.grade_key import grade_of, key_sheet
from tracer.practice.grading.grades import (
    book_title,
    columns_of,
    gradebook_page,
    grades_sheet,
    share_of,
)
from tracer.practice.grading.remarks import slip_lines
from tracer.practice.grading.results import ClassMarks
from tracer.version import __version__
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Book, Sheet

MOST_NAMED = 12
PERCENT = "0%"


def gradebook(marks: ClassMarks) -> Book:
    """Return the plan of a class's gradebook."""
    wording = marks.exercise.wording
    columns = columns_of(marks)
    given = [
        grade_of(share, marks.key)
        for share in (share_of(marks, row) for row in marks.rows)
        if share is not None
    ]
    key = key_sheet(marks.key, given, (columns.grade, len(marks.rows)), wording)
    makers = (_mistakes, _results, _remarks, _files)
    others = [key, *(make(marks) for make in makers)]
    return Book(
        title=book_title(marks),
        subject=marks.exercise.lesson.title,
        description=wording("practice.made_by", version=__version__),
        sheets=[grades_sheet(marks, others), *others],
        names={},
        footer=wording("common.footer"),
    )


def _rows(page: Page, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of texts from elsewhere."""
    for texts in rows:
        for column, text in enumerate(texts, 1):
            page.pattern.verbatim(page.row, column, "quoted", text)
        page.row += 1


# -- mistakes ---------------------------------------------------------------------------------


def _mistakes(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = gradebook_page(wording, "mistakes")
    pattern = page.pattern
    pattern.text(HEAD_ROW, 7, "subhead_left", wording("grading.who"))
    heads = ("step_column", "title", "quantity", "mistake", "students", "share")
    page.heads([wording(f"grading.{head}") for head in heads], left=4)
    marked = len(marks.with_status("marked"))
    for mistake in marks.mistakes():
        block = marks.blocks[mistake.at]
        step = marks.exercise.program.steps[block.assignment.step]
        words = mistake.words or wording("grading.unexplained")
        _result(page, step.number, [step.title, wording.say(block.slot.label), words])
        count = len(mistake.students)
        pattern.number(page.row, 5, "count", float(count))
        pattern.number(page.row, 6, "count", count / marked, PERCENT)
        named = ", ".join(mistake.students[:MOST_NAMED]) + (" …" if count > MOST_NAMED else "")
        pattern.verbatim(page.row, 7, "quoted", named)
        page.row += 1
    page.sheet.widths = {2: 30.0, 3: 26.0, 4: 58.0, 5: 11.0, 6: 16.0, 7: 40.0}
    return page.sheet


def _result(page: Page, step: str, texts: Sequence[str]) -> None:
    """Write into the next row which result it is about."""
    page.pattern.text(page.row, 1, "index", step)
    for column, text in enumerate(texts, 2):
        page.pattern.verbatim(page.row, column, "quoted", text)


def _results(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = gradebook_page(wording, "results")
    names = ("step_column", "title", "quantity", "right_share")
    heads = [wording(f"grading.{name}") for name in names]
    page.heads([*heads, *(verdict_word(verdict, wording) for verdict in COUNTED)], left=3)
    first, second, last = (column_letters(5 + at) for at in (0, 1, len(COUNTED) - 1))
    for result in marks.results():
        row = page.row
        _result(page, result.step, [result.title, result.quantity])
        counts = [result.counts[verdict] for verdict in COUNTED]
        blanks = f"{first}{row}:{last}{row}"
        right = f"({first}{row}+{second}{row})/SUM({blanks})"
        now = sum(counts[:2]) / sum(counts) if sum(counts) else ""
        page.pattern.live(row, 4, "total", f'IF(SUM({blanks})=0,"",{right})', now, PERCENT)
        for at, count in enumerate(counts):
            page.pattern.number(row, 5 + at, "count", float(count))
        page.row += 1
    page.sheet.widths = {2: 30.0, 3: 26.0}
    return page.sheet


# -- remarks and files ------------------------------------------------------------------------


def _remarks(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = gradebook_page(wording, "remarks")
    heads = ("id", "name", "quantity", "remark")
    page.heads([wording(f"grading.{head}") for head in heads], left=4)
    for one in marks.rows:
        said = [(wording("grading.look"), text) for text in one.remarks]
        said += [(wording(f"grading.{one.status}"), one.why_not)] if one.why_not else []
        for slip in one.slips:
            lines = " ".join(slip_lines(slip, wording))
            said.append((slip.quantity, f"{slip.place}: {lines}"))
        _rows(page, ((one.student.id, one.student.name, *words) for words in said))
    for label, count, most in marks.zero_counts():
        text = wording("grading.zero_is_right", right=count, count=most, quantity=label)
        _rows(page, [("", "", label, text)])
    page.sheet.widths = {1: 16.0, 2: 24.0, 3: 26.0, 4: 120.0}
    return page.sheet


def _files(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = gradebook_page(wording, "files")
    page.heads([wording(f"grading.{head}") for head in ("file", "whose", "became")], left=3)
    for outcome in marks.outcomes:
        whose = outcome.student.id if outcome.student is not None else ""
        _rows(page, [(outcome.file.name, whose, outcome.why_not or wording("grading.marked"))])
    page.sheet.widths = {1: 44.0, 2: 16.0, 3: 100.0}
    return page.sheet
