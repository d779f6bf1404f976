"""A class list: who gets a sheet. Ids stay texts (00123), and nothing in it becomes a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tracer.errors import DataError, did_you_mean

#: Headings, as course systems write them; the first that is there counts.
ID_HEADINGS = ("id", "student id", "id number", "sis user id", "username", "email address", "email")
NAME_HEADINGS = ("name", "full name", "student name", "student")
NAME_PARTS = ("first name", "last name")
MOST_STUDENTS, LONGEST_TEXT, LARGEST_FILE = 5_000, 100, 5_000_000
#: A line that Canvas puts below the headings.
NO_STUDENT = "points possible"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Student:
    """One line of the class list; a name may be empty. `line` is all of it, by heading."""

    id: str
    name: str = ""
    line: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def file_name(self) -> str:
        """The name of the student's file, without its ending: the id, safe on every system."""
        return re.sub(r"[^A-Za-z0-9@.-]+", "_", self.id).strip(".") or "_"


def read_roster(path: Path) -> list[Student]:
    """Return the students of a CSV file with a heading for the id, and perhaps one for the name.

    Raises DataError with every faulty line: ids that are missing, twice or too long.
    """
    lines = _lines(path)
    if not lines:
        raise DataError(f"{path}: the file is empty.")
    headings = [heading.strip().casefold() for heading in lines[0][1]]
    if len(headings) == 1 and ";" in headings[0]:
        raise DataError(f"{path}: its columns are separated by ';'; save it with commas.")
    at = _column(headings, ID_HEADINGS)
    if at is None:
        near = next((did_you_mean(heading, ID_HEADINGS) for heading in headings), "")
        raise DataError(
            f"{path}: no column says who is who: a heading must be one of"
            f" {', '.join(ID_HEADINGS)}.{near}"
        )
    named = _column(headings, NAME_HEADINGS)
    parts = [headings.index(part) for part in NAME_PARTS if part in headings]
    students: list[Student] = []
    faults: list[str] = []
    lines_of: dict[str, int] = {}
    for number, fields in lines[1:]:
        where = f"{path}, line {number}"
        if len(fields) != len(headings):
            faults.append(f"{where}: {len(fields)} fields, but there are {len(headings)} headings.")
            continue
        texts = [field.strip() for field in fields]
        name = texts[named] if named is not None else " ".join(texts[part] for part in parts)
        if name.casefold() == NO_STUDENT:
            continue
        line = dict(zip(headings, texts, strict=True))
        student = Student(texts[at], name.strip(), line)
        fault = _fault(student)
        key = student.file_name.casefold()
        if fault is None and key in lines_of:
            same = f"line {lines_of[key]}"
            fault = f"the id '{student.id}' is that of {same}, or gives the same file name."
        if fault is not None:
            faults.append(f"{where}: {fault}")
            continue
        lines_of[key] = number
        students.append(student)
    if len(students) > MOST_STUDENTS:
        faults.append(f"{path}: more than {MOST_STUDENTS:,} students.")
    if faults:
        raise DataError("\n".join(faults))
    if not students:
        raise DataError(f"{path}: the file has headings but no students.")
    return students


def _fault(student: Student) -> str | None:
    if not student.id:
        return "the id is missing."
    for text in (student.id, student.name):
        if len(text) > LONGEST_TEXT:
            return f"a text of {len(text)} characters is too long (at most {LONGEST_TEXT})."
        if _CONTROL.search(text):
            return "a control character or line break stands in a field."
    return None


def _column(headings: Sequence[str], known: Sequence[str]) -> int | None:
    return next((headings.index(heading) for heading in known if heading in headings), None)


def _lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, each with its number in the file."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(f"{path}: the file is larger than {LARGEST_FILE:,} bytes.")
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            return [(reader.line_num, line) for line in reader if any(map(str.strip, line))]
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise DataError(f"{path}: the file is not UTF-8 text; save it as 'CSV UTF-8'.") from None
    except (csv.Error, ValueError) as error:
        raise DataError(f"{path}: this can't be read as a table: {error}.") from None
