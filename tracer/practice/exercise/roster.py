"""A class list: who gets a sheet. Ids stay texts (00123), and nothing in it becomes a formula."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from tracer.errors import DataError, did_you_mean
from tracer.practice.exercise.class_table import read_lines
from tracer.practice.exercise.file_names import file_name, folded, shared, telling

#: Headings, as course systems write them; the first that is there counts.
ID_HEADINGS = ("id", "student id", "id number", "sis user id", "username", "email address", "email")
NAME_HEADINGS = ("name", "full name", "student name", "student")
NAME_PARTS = ("first name", "last name")
MOST_STUDENTS, LONGEST_TEXT = 5_000, 100
#: A line that Canvas puts below the headings.
NO_STUDENT = "points possible"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Student:
    """One line of the class list; a name may be empty. `line` is all of it, by heading."""

    id: str
    name: str = ""
    line: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)
    #: Whether somebody else's file would have the same name.
    shared: bool = field(default=False, compare=False, repr=False)

    @property
    def file_name(self) -> str:
        """The name of the student's file, without its ending: the id, safe on every system."""
        name = file_name(self.id)
        return telling(name, self.id) if self.shared else name


def read_roster(path: Path) -> list[Student]:
    """Return the students of a table with a heading for the id, and perhaps one for the name.

    The table is a CSV file, separated by commas, semicolons or tabs, or an .xlsx or .ods file.

    Raises DataError with every faulty line: ids that are missing, twice or too long.
    """
    lines = read_lines(path)
    if not lines:
        raise DataError(f"{path}: the file is empty.")
    columns = _Columns.of([heading.strip().casefold() for heading in lines[0][1]], path)
    students: list[Student] = []
    faults: list[str] = []
    lines_of: dict[str, int] = {}
    for number, fields in lines[1:]:
        student = columns.student(fields)
        if student is None:
            continue
        fault = student if isinstance(student, str) else _fault(student, lines_of)
        if isinstance(student, str) or fault is not None:
            faults.append(f"{path}, line {number}: {fault}")
            continue
        lines_of[folded(student.id)] = number
        students.append(student)
    if len(students) > MOST_STUDENTS:
        faults.append(f"{path}: more than {MOST_STUDENTS:,} students.")
    if faults:
        raise DataError("\n".join(faults))
    if not students:
        raise DataError(f"{path}: the file has headings but no students.")
    names = shared(student.id for student in students)
    return [replace(student, shared=student.id in names) for student in students]


@dataclass(frozen=True)
class _Columns:
    """The headings of a class list, and which of its columns say who is who."""

    headings: Sequence[str]
    id: int
    name: int | None
    name_parts: Sequence[int]

    @classmethod
    def of(cls, headings: Sequence[str], path: Path) -> Self:
        """Return them. Raises DataError where no column says who is who."""
        at = _column(headings, ID_HEADINGS)
        if at is None:
            near = next((did_you_mean(heading, ID_HEADINGS) for heading in headings), "")
            raise DataError(
                f"{path}: no column says who is who: a heading must be one of"
                f" {', '.join(ID_HEADINGS)}.{near}"
            )
        parts = [headings.index(part) for part in NAME_PARTS if part in headings]
        return cls(headings, at, _column(headings, NAME_HEADINGS), parts)

    def student(self, fields: Sequence[str]) -> Student | str | None:
        """Return the student of a line, what is wrong with it, or None for a line of no student."""
        if len(fields) != len(self.headings):
            return f"{len(fields)} fields, but there are {len(self.headings)} headings."
        texts = [field.strip() for field in fields]
        parts = self.name_parts if self.name is None else [self.name]
        name = " ".join(texts[part] for part in parts)
        if name.casefold() == NO_STUDENT:
            return None
        line = dict(zip(self.headings, texts, strict=True))
        return Student(texts[self.id], name.strip(), line)


def _fault(student: Student, lines_of: Mapping[str, int]) -> str | None:
    if not student.id:
        return "the id is missing."
    for text in (student.id, student.name):
        if len(text) > LONGEST_TEXT:
            return f"a text of {len(text)} characters is too long (at most {LONGEST_TEXT})."
        if _CONTROL.search(text):
            return "a control character or line break stands in a field."
    same = lines_of.get(folded(student.id))
    if same is not None:
        return f"the id '{student.id}' is that of line {same}; capitals alone tell no ids apart."
    return None


def _column(headings: Sequence[str], known: Sequence[str]) -> int | None:
    return next((headings.index(heading) for heading in known if heading in headings), None)
