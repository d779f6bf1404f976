"""What a gradebook keeps of itself, hidden: how to tell what was typed into it since.

A digest for each row of the grades' sheet, one for every other sheet, and beside them the points
as marked. Digests are of what is written there: texts, numbers, and where formulas are; not of
what formulas give, which spreadsheet programs calculate anew, nor of cells that are for typing.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tracer.practice.grading.columns import FIRST_ROW, HEAD_ROW, GradeColumns
from tracer.practice.grading.grade_key import FROM, KEY_ROWS, LABEL
from tracer.practice.safe.workbook import RawCell, place
from tracer.workbook.plan.plan import Cell, Pattern, Sheet

#: With this a record begins; another number is of another kind of gradebook.
BEGINS = '{"gradebook": 1,'
#: Where the record stands: its text, the digests of the other sheets, that of the rows on top.
TEXT_ROW, SHEETS_ROW, TOP_ROW = HEAD_ROW, HEAD_ROW + 1, HEAD_ROW + 2
LONGEST = 500
_CONTROL = re.compile(r"[\x00-\x20\x7f-\xa0\ufffe\uffff]+")
#: What stands in cells, by row, then by column.
Contents = dict[int, dict[int, str]]
FORMULA = "f"


def of_plan(cells: Iterable[Cell]) -> Contents:
    """Return what stands in planned cells."""
    found: Contents = {}
    for cell in cells:
        said = _number(cell.number) if cell.number is not None else _text(cell.text or "")
        _put(found, (cell.row, cell.column), FORMULA if cell.formula is not None else said)
    return found


def of_file(cells: Mapping[str, RawCell]) -> Contents:
    """Return what stands in the cells of a sheet that was read."""
    found: Contents = {}
    for address, (kind, text, formula) in cells.items():
        said = _number(float(text)) if kind == "number" else _text(text)
        at = place(address)
        if at is not None:
            _put(found, at, FORMULA if formula else said)
    return found


def _put(found: Contents, at: tuple[int, int], said: str) -> None:
    if said:
        found.setdefault(at[0], {})[at[1]] = said


def _number(number: float) -> str:
    return f"{number:.9g}"


def _text(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()[:LONGEST]


def _digest(said: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:16]


def row_digest(row: Mapping[int, str], columns: GradeColumns) -> str:
    """Return the digest of a student's row, wherever the row stands."""
    apart = {*columns.typed, *columns.hidden}
    return _digest([f"{c}={row[c]}" for c in sorted(row) if c not in apart])


def top_digest(contents: Contents, columns: GradeColumns) -> str:
    """Return the digest of the rows above the students."""
    return _digest(
        [
            f"{row},{column}={contents[row][column]}"
            for row in sorted(contents)
            for column in sorted(contents[row])
            if row < FIRST_ROW and column not in columns.hidden
        ]
    )


def sheet_digest(contents: Contents, *, key: bool = False) -> str:
    """Return the digest of another sheet; of the grade `key`'s, without what may be typed."""
    return _digest(
        [
            f"{row},{column}={contents[row][column]}"
            for row in sorted(contents)
            for column in sorted(contents[row])
            if not (key and column in (LABEL, FROM) and row in KEY_ROWS)
        ]
    )


@dataclass(frozen=True)
class GradeRecord:
    """What a gradebook says of itself: the numbers of its steps, whether scaled, the stated key.

    A key that was typed differs from the stated one, also after marking again.
    """

    steps: tuple[str, ...]
    scaled: bool
    key: tuple[tuple[str, float], ...]

    @property
    def columns(self) -> GradeColumns:
        """Where its columns are."""
        return GradeColumns(len(self.steps), self.scaled)

    def text(self) -> str:
        """Return the record as it is written."""
        said = {"steps": self.steps, "scaled": self.scaled, "key": self.key}
        return BEGINS + json.dumps(said)[1:]

    @classmethod
    def read(cls, text: str) -> GradeRecord:
        """Return a record that was written. Raises ValueError, KeyError or TypeError."""
        said = json.loads(text)
        key = tuple((str(label), float(least)) for label, least in said["key"])
        return cls(tuple(map(str, said["steps"])), bool(said["scaled"]), key)


def write_record(
    grades: Pattern, others: Sequence[Sheet], key_title: str, record: GradeRecord, rows: int
) -> None:
    """Write the record into the hidden columns of the sheet of grades, which has so many rows."""
    columns, at = record.columns, record.columns.record
    contents = of_plan(grades.cells)
    digests = [
        (sheet.title, sheet_digest(of_plan(sheet.pattern.cells), key=sheet.title == key_title))
        for sheet in others
    ]
    grades.verbatim(TEXT_ROW, at, "helper", record.text())
    grades.verbatim(SHEETS_ROW, at, "helper", json.dumps(digests))
    grades.verbatim(TOP_ROW, at, "helper", top_digest(contents, columns))
    for row in range(FIRST_ROW, FIRST_ROW + rows):
        grades.verbatim(row, at, "helper", row_digest(contents.get(row, {}), columns))
