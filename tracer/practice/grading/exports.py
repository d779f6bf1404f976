"""Grades as course systems take them: Canvas and Moodle, as CSV. Missing is not zero: empty."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from tracer.practice.answers.plain import plain
from tracer.practice.exercise.roster import LONGEST_TEXT, NO_STUDENT, Student
from tracer.practice.grading.remarks import summary
from tracer.practice.grading.results import ClassMarks, StudentRow

CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
#: Headings that only a list from Canvas has: in one, "id" is Canvas's own number.
FROM_CANVAS = ("sis user id", "sis login id", "section")
#: Which column of ours a class list's heading fills.
CANVAS_FROM = {
    "ID": (),
    "SIS User ID": ("sis user id", "student id", "id number", "id"),
    "SIS Login ID": ("sis login id", "username", "email address", "email"),
    "Section": ("section",),
}
MOODLE_FROM = {
    "Username": ("username", "sis login id"),
    "ID number": ("id number", "student id", "sis user id", "id"),
    "Email address": ("email address", "email"),
}
#: An id is matched as it is, so it is never changed; this is what ids look like.
_ID = re.compile(r"[+-]?[\w.@ -]*")
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_STARTS) else text


def as_id(text: str) -> str:
    """Return an id as it is; what can't be one is made safe like any text."""
    return text if _ID.fullmatch(text) else as_text(text)


def _grade(marks: ClassMarks, row: StudentRow) -> str:
    if not row.counts:
        return ""
    return _number(marks.scheme.grade(marks.total(row)))


def _number(number: float) -> str:
    return f"{round(number, 6) + 0.0:.12g}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def _of(student: Student, headings: Sequence[str]) -> str:
    """Return what the class list says under the first of some headings."""
    found = (student.line[heading] for heading in headings if student.line.get(heading))
    return as_id(plain(next(found, ""))[:LONGEST_TEXT])


def canvas_csv(marks: ClassMarks) -> str:
    """Return the table that Canvas imports: a line with the points possible, then students."""
    scheme = marks.scheme
    rows: list[Sequence[str]] = [
        (*CANVAS, as_text(marks.name)),
        (f"    {NO_STUDENT.title()}", "", "", "", "", _number(scheme.best)),
    ]
    for row in marks.rows:
        columns = dict(CANVAS_FROM)
        if any(heading in row.student.line for heading in FROM_CANVAS):
            columns |= {"ID": ("id",), "SIS User ID": ("sis user id",)}
        said = (_of(row.student, headings) for headings in columns.values())
        rows.append((as_text(row.student.name), *said, _grade(marks, row)))
    return _table(rows)


def moodle_csv(marks: ClassMarks) -> str:
    """Return the table that Moodle imports, matching by user name, id number or email."""
    name = as_text(marks.name)
    feedback = marks.exercise.wording("grading.feedback_column", name=name)
    rows: list[Sequence[str]] = [(*MOODLE_FROM, "Full name", name, feedback)]
    for row in marks.rows:
        said = (_of(row.student, headings) for headings in MOODLE_FROM.values())
        full = as_text(row.student.name)
        rows.append((*said, full, _grade(marks, row), as_text(_feedback(marks, row))))
    return _table(rows)


def _feedback(marks: ClassMarks, row: StudentRow) -> str:
    wording = marks.exercise.wording
    if row.judged is not None:
        return summary(row.judged, marks.total(row), marks.scheme, wording)
    if row.why_not:
        return wording("grading.could_not_read", why=row.why_not)
    if row.others:
        return wording("grading.somebody_elses", file=row.others[0])
    return wording("grading.nothing_handed_in")
