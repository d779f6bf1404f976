"""A gradebook that is to be replaced → what a teacher typed into it, so that nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path

from tracer.errors import OutputError
from tracer.language.addresses import column_letters
from tracer.practice.answers.grid import Typed, typed_cell
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.by_hand import NOTHING, ByHand
from tracer.practice.grading.columns import FIRST_ROW, FIRST_STEP, ID, GradeColumns
from tracer.practice.grading.grade_key import FROM, KEY_ROWS, LABEL, LEAST, MOST, GradeKey
from tracer.practice.grading.record import (
    BEGINS,
    SHEETS_ROW,
    TOP_ROW,
    GradeRecord,
    of_file,
    row_digest,
    sheet_digest,
    top_digest,
)
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.pool import read_file
from tracer.practice.safe.workbook import RawCell
from tracer.wording import LANGUAGES, load

#: Points this near those marked were not typed.
NEAR = 1e-6
LONGEST_NOTE = 1_000
Cells = Mapping[str, RawCell]


@dataclass(frozen=True)
class TypedBefore:
    """What was typed: for each student by id, and the grade key if it was changed."""

    students: Mapping[str, ByHand] = field(default_factory=dict)
    key: GradeKey | None = None

    def of(self, student: Student) -> ByHand:
        """Return what was typed for a student."""
        return self.students.get(student.id, NOTHING)


def typed_before(path: Path, students: Sequence[Student], steps: Sequence[str]) -> TypedBefore:
    """Return what was typed into a gradebook since it was written; nothing where there is none.

    Raises OutputError where something can't be carried over into a gradebook of these students
    and steps: then the file must not be replaced.
    """
    if not path.exists():
        return TypedBefore()
    try:
        sheets: dict[str, Cells] = read_file(path)["sheets"]
    except RefusedError as error:
        raise _lost(path, f"it can't be read ({str(error).rstrip('.')})") from None
    try:
        return _Reader(path, sheets).typed({s.id for s in students}, steps)
    except (LookupError, RecursionError, TypeError, ValueError):
        raise _lost(path, "its hidden columns were changed") from None


def _lost(path: Path, why: str) -> OutputError:
    return OutputError(
        f"{path}: {why}, so what was typed into it can't be carried over: move it away, or name"
        " another file with -o."
    )


class _Reader:
    """Reads one gradebook back."""

    def __init__(self, path: Path, sheets: Mapping[str, Cells]) -> None:
        self._path = path
        self._sheets = sheets
        titles = {load(lang)("grading.grades"): lang for lang in LANGUAGES}
        self._title = next((title for title in sheets if title in titles), "")
        found = [
            text for _, text, _ in sheets.get(self._title, {}).values() if text.startswith(BEGINS)
        ]
        if not found:
            raise _lost(path, "this is no gradebook as it is written now")
        self._record = GradeRecord.read(found[0])
        self._columns: GradeColumns = self._record.columns
        self._key_title = load(titles[self._title])("grading.key")
        self._cells = sheets[self._title]
        self._contents = of_file(self._cells)

    def typed(self, known: set[str], steps: Sequence[str]) -> TypedBefore:
        self._check()
        students = {student: by_hand for student, by_hand in self._rows() if by_hand != NOTHING}
        for student, by_hand in students.items():
            if student not in known:
                raise _lost(self._path, f"{student} is no longer in the class list")
            for step in by_hand.steps:
                if step not in steps:
                    raise _lost(self._path, f"step {step} has no blanks any more")
        return TypedBefore(students, self._key())

    def _hidden(self, row: int, at: int = 0) -> str:
        address = f"{column_letters(self._columns.record + at)}{row}"
        return str(self._cells.get(address, ("nothing", "", False))[1])

    def _at(self, row: int, column: int) -> Typed:
        return _cell(self._cells, row, column)

    def _check(self) -> None:
        """Raise OutputError where something was typed that isn't read back."""
        digests = dict(json.loads(self._hidden(SHEETS_ROW)))
        for title, cells in self._sheets.items():
            if title == self._title:
                continue
            if title not in digests:
                raise _lost(self._path, f"the sheet '{title}' was added")
            if sheet_digest(of_file(cells), key=title == self._key_title) != digests[title]:
                raise _lost(self._path, f"something was typed into the sheet '{title}'")
        if self._key_title not in self._sheets:
            raise _lost(self._path, f"its sheet '{self._key_title}' is missing")
        if top_digest(self._contents, self._columns) != self._hidden(TOP_ROW):
            raise _lost(self._path, f"something was typed above row {FIRST_ROW}")
        for row in self._student_rows():
            if row_digest(self._contents[row], self._columns) != self._hidden(row):
                typed = [self._columns.note, *self._columns.typed[:-1]]
                last = f"{column_letters(typed[1])} to {column_letters(typed[-1])}"
                where = f"columns {last} and {column_letters(typed[0])}"
                raise _lost(self._path, f"row {row} was changed outside {where}")

    def _student_rows(self) -> list[int]:
        return [row for row in sorted(self._contents) if row >= FIRST_ROW]

    def _rows(self) -> Iterator[tuple[str, ByHand]]:
        for row in self._student_rows():
            steps = {}
            for at, number in enumerate(self._record.steps):
                marked, cell = self._hidden(row, 1 + at), self._number(row, FIRST_STEP + at)
                # An emptied cell takes again what marking gives.
                if cell is not None and (not marked or abs(cell - float(marked)) > NEAR):
                    steps[number] = cell
            more = self._number(row, self._columns.more)
            note = self._at(row, self._columns.note).text[:LONGEST_NOTE]
            yield self._at(row, ID).text, ByHand(steps, more, note)

    def _number(self, row: int, column: int) -> float | None:
        """Return the number in a cell for typing; None if it is empty."""
        cell = self._at(row, column)
        if not (cell.text or cell.unreadable or isfinite(cell.value)):
            return None
        if not isfinite(cell.value):
            where = f"{column_letters(column)}{row}"
            raise _lost(self._path, f"{where} holds no number of points ('{cell.text[:40]}')")
        return cell.value

    def _key(self) -> GradeKey | None:
        """Return the key as it was typed; None where it is the one stated."""
        cells, found = self._sheets[self._key_title], []
        for row in KEY_ROWS:
            label, least = _cell(cells, row, LABEL), _cell(cells, row, FROM)
            if not (label.text or least.text):
                continue
            if not label.text or not LEAST <= least.value <= MOST:
                raise _lost(self._path, f"row {row} of its sheet '{self._key_title}' is no grade")
            name = f"{label.value:g}" if isfinite(label.value) else label.text
            found.append((name, least.value))
        found.sort(key=lambda one: -one[1])
        return None if tuple(found) == self._record.key or not found else found


def _cell(cells: Cells, row: int, column: int) -> Typed:
    raw = cells.get(f"{column_letters(column)}{row}")
    return Typed() if raw is None else typed_cell((raw[0], raw[1], raw[2]))
