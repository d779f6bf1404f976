"""CSV and Excel files → tables of texts and columns of numbers, read as they say they are."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tracer.data.numbers import read_number
from tracer.errors import DataError, did_you_mean, in_line
from tracer.language.functions import Array

LARGEST_FILE = 400_000_000
SEPARATORS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
#: What a template may call an encoding, and what Python calls it (a mark at the start is skipped).
ENCODINGS = {"utf-8": "utf-8-sig", "utf-16": "utf-16", "windows-1252": "cp1252"}
#: What stands in cells that hold nothing (compared in small letters).
NOTHING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-"))


@dataclass(frozen=True)
class TextFormat:
    """How the texts of a file are to be read; an Excel file needs only the sheet."""

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    sheet: str | None = None


@dataclass(frozen=True)
class TextTable:
    """A table as texts: headings, and each row with its number as a spreadsheet counts it."""

    path: Path
    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    decimal: str = "."

    def texts(self, heading: str) -> list[tuple[int, str]]:
        """Return a column's texts with their rows. Raises DataError if there is no such column."""
        if heading not in self.headings:
            raise DataError(
                f"{self.path}: there is no column '{heading}'."
                f"{did_you_mean(heading, self.headings)} Its columns: {', '.join(self.headings)}"
            )
        place = self.headings.index(heading)
        return [(row, texts[place]) for row, texts in self.rows]

    def column(self, heading: str) -> Array:
        """Return a column as numbers. Raises DataError, naming the row, where one isn't."""
        return np.array([self._number(row, text, heading) for row, text in self.texts(heading)])

    def positions(self, heading: str, classes: Sequence[str]) -> Array:
        """Return the position of each text in `classes`. Raises DataError where it has none."""
        places = {name: float(position) for position, name in enumerate(classes)}
        found = []
        for row, text in self.texts(heading):
            if text.strip() not in places:
                what = f"'{in_line(text.strip())}' is not one of the classes {', '.join(classes)}"
                what = what if text.strip() else "the cell is empty"
                raise DataError(f"{self.path}: row {row}, column '{heading}': {what}.")
            found.append(places[text.strip()])
        return np.array(found)

    def filled(self, headings: Iterable[str]) -> TextTable:
        """Return the rows in which none of these columns is empty (or says NA, ? and such)."""
        empty = {
            row for heading in headings for row, text in self.texts(heading) if is_nothing(text)
        }
        rows = tuple(pair for pair in self.rows if pair[0] not in empty)
        return TextTable(self.path, self.headings, rows, self.decimal)

    def _number(self, row: int, text: str, heading: str) -> float:
        number = read_number(text, self.decimal)
        if number is not None:
            return number
        where = f"{self.path}: row {row}, column '{heading}'"
        if not text.strip():
            raise DataError(f"{where}: the cell is empty.")
        kind = "a number" if _finite(text) else "a finite number"
        raise DataError(f"{where}: '{in_line(text)}' is not {kind}.")


def _finite(text: str) -> bool:
    """Say whether a text is no number that is infinite, too large, or what programs call NaN."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return True


def is_nothing(text: str) -> bool:
    """Say whether a cell's text means that it holds nothing."""
    return text.strip().casefold() in NOTHING


def read_rows(path: Path, reading: TextFormat | None = None) -> TextTable:
    """Return a CSV or Excel file as texts.

    Raises DataError for a missing, empty or broken file and for rows of other lengths than
    the headings.
    """
    check_file(path)
    readers = {".csv": _read_csv, ".xlsx": _read_excel}
    if path.suffix.lower() not in readers:
        raise DataError(f"{path}: only .csv and .xlsx tables can be read.")
    return readers[path.suffix.lower()](path, reading or TextFormat())


def check_file(path: Path) -> None:
    """Raise DataError for a file that is missing, empty or too large."""
    try:
        size = path.stat().st_size if path.is_file() else -1
    except OSError:
        size = -1
    if size < 0:
        raise DataError(f"{path}: there is no such file.")
    if size == 0:
        raise DataError(f"{path}: the file is empty.")
    if size > LARGEST_FILE:
        raise DataError(f"{path}: the file is larger than {LARGEST_FILE:,} bytes.")


def read_text(path: Path, encoding: str) -> str:
    """Return a file's text. Raises DataError where it isn't in this encoding."""
    try:
        return path.read_bytes().decode(ENCODINGS[encoding])
    except UnicodeError as error:
        reason = getattr(error, "reason", str(error))
        raise DataError(f"{path}: the file is not {encoding.upper()} text ({reason}).") from None
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None


def fields_of(path: Path, text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the fields of every line that has any, with its number. Raises DataError."""
    try:
        reader = csv.reader(
            text.splitlines(keepends=True), delimiter=separator, skipinitialspace=True, strict=True
        )
        return [(reader.line_num, tuple(fields)) for fields in reader if any(fields)]
    except csv.Error as error:
        raise DataError(f"{path}: this can't be read as a table: {error}") from None


def _read_csv(path: Path, reading: TextFormat) -> TextTable:
    numbered = fields_of(path, read_text(path, reading.encoding), reading.separator)
    if not numbered:
        raise DataError(f"{path}: the file is empty.")
    headings = tuple(heading.strip() for heading in numbered[0][1])
    if len(headings) == 1 and ";" in headings[0] and reading.separator == ",":
        raise DataError(
            f"{path}: its columns are separated by ';': give separator = \";\""
            ' (and decimal = "," if its numbers have commas).'
        )
    for row, fields in numbered[1:]:
        if len(fields) != len(headings):
            raise DataError(
                f"{path}: row {row} has {len(fields)} fields, but there are"
                f" {len(headings)} headings."
            )
    return TextTable(path, headings, tuple(numbered[1:]), reading.decimal)


def _read_excel(path: Path, reading: TextFormat) -> TextTable:
    import pandas as pd

    try:
        # The engine is named because pandas means to change its own choice.
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheets = [str(name) for name in book.sheet_names]
            if reading.sheet is not None and reading.sheet not in sheets:
                raise DataError(
                    f"{path}: there is no sheet '{reading.sheet}'."
                    f"{did_you_mean(reading.sheet, sheets)} Its sheets: {', '.join(sheets)}."
                )
            table = pd.read_excel(book, reading.sheet or 0, dtype=str, keep_default_na=False)
    except DataError:
        raise
    except Exception as error:  # a broken file raises a dozen different kinds
        reason = str(error).strip().splitlines()
        raise DataError(f"{path}: this can't be read as a table: {(reason or ['?'])[0]}") from None
    rows = [
        (row, tuple(str(text) for text in fields))
        for row, fields in enumerate(table.itertuples(index=False), 2)
    ]
    filled = tuple((row, fields) for row, fields in rows if any(fields))
    if not len(table.columns):
        raise DataError(f"{path}: the file is empty.")
    headings = tuple(str(heading).strip() for heading in table.columns)
    return TextTable(path, headings, filled, reading.decimal)
