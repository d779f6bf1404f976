"""CSV and Excel files → tables of texts and columns of numbers, read as they say they are."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tracer import limits
from tracer.data.numbers import read_number
from tracer.data.workbook_size import check_workbook
from tracer.errors import DataError, did_you_mean, in_line
from tracer.language.functions import Array
from tracer.paths import is_file

LARGEST_FILE = limits.DATA_FILE.most
#: A blank stands for any number of blanks and tabs.
BLANK = " "
#: Between these R writes names of rows that have no heading.
NAMED_ROWS = (BLANK, "\t")
SEPARATORS = (",", ";", "\t", "|", BLANK)
DECIMALS = (".", ",")
#: What a template may call an encoding, and what Python calls it (a mark at the start is skipped).
ENCODINGS = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
    "windows-1250": "cp1250",
    "windows-1251": "cp1251",
    "windows-1253": "cp1253",
    "windows-1254": "cp1254",
    "koi8-r": "koi8-r",
    "euc-kr": "cp949",
    "gb18030": "gb18030",
    "big5": "cp950",
    "shift-jis": "cp932",
    "euc-jp": "euc-jp",
}
#: A first line that says the separator.
SEPARATOR_LINE = re.compile(r"sep=([,;\t|])\r?(?:\n|$)", re.IGNORECASE)
_BLANKS_AT_END = re.compile(r" +(?=\r?\n|\r|$)")
#: The suffixes of text files that hold tables.
TEXT_FILES = (".csv", ".tsv", ".txt", ".data")
#: What stands among numbers in cells that hold nothing (compared in small letters).
NOTHING = frozenset(("", "na", "n/a", "nan", "null", "none", "?", "-"))
#: As numbers, the truth values of a column of nothing else.
TRUTH = {"true": 1.0, "false": 0.0}

Rows = list[tuple[int, tuple[str, ...]]]


@dataclass(frozen=True)
class TextFormat:
    """How the texts of a file are to be read; an Excel file needs only sheet and header.

    `header` is the row of the headings as a spreadsheet counts it; what is above is skipped. 0:
    there is none, and the columns are called x1, x2, ….
    """

    separator: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    sheet: str | None = None
    header: int | None = None


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
                f"{did_you_mean(heading, self.headings)}"
                f" Its columns: {', '.join(map(in_line, self.headings))}"
            )
        place = self.headings.index(heading)
        return [(row, texts[place]) for row, texts in self.rows]

    def numbers(self, heading: str) -> list[tuple[int, str, float | None]]:
        """Return a column's rows and texts, each with its number (None where it is none).

        TRUE and FALSE are 1 and 0 in a column that holds nothing else.
        """
        texts = self.texts(heading)
        if all(text.strip().casefold() in TRUTH for _, text in texts):
            return [(row, text, TRUTH[text.strip().casefold()]) for row, text in texts]
        return [(row, text, read_number(text, self.decimal)) for row, text in texts]

    def is_words(self, heading: str) -> bool:
        """Say whether a column is one of texts: fewer than half of what it says are numbers."""
        said = [number for _, text, number in self.numbers(heading) if not is_nothing(text)]
        if not said:
            # Such as none and NA: two of them mean something.
            return len({text.strip() for _, text in self.texts(heading)} - {""}) > 1
        return sum(number is not None for number in said) * 2 < len(said)

    def gaps(self, heading: str) -> list[int]:
        """Return the rows in which a column is empty, or among numbers says NA, ? and such."""
        words = self.is_words(heading)
        return [
            row
            for row, text in self.texts(heading)
            if (not text.strip() if words else is_nothing(text))
        ]

    def column(self, heading: str) -> Array:
        """Return a column as numbers. Raises DataError, naming the row, where one isn't."""
        return np.array(
            [
                self._refuse(row, text, heading) if number is None else number
                for row, text, number in self.numbers(heading)
            ]
        )

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
        """Return the rows in which none of these columns has a gap."""
        empty = {row for heading in headings for row in self.gaps(heading)}
        rows = tuple(pair for pair in self.rows if pair[0] not in empty)
        return TextTable(self.path, self.headings, rows, self.decimal)

    def _refuse(self, row: int, text: str, heading: str) -> float:
        """Raise DataError for a cell that is no number."""
        where = f"{self.path}: row {row}, column '{in_line(heading)}'"
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
    how = reading or TextFormat()
    return table_of(path, raw_rows(path, how), how)


def raw_rows(path: Path, reading: TextFormat) -> Rows:
    """Return the rows of a file that hold something, each with its number. Raises DataError."""
    check_file(path)
    if path.suffix.lower() == ".xlsx":
        return _read_excel(path, reading.sheet)
    if path.suffix.lower() not in TEXT_FILES:
        raise DataError(f"{path}: only {', '.join(TEXT_FILES)} and .xlsx tables can be read.")
    return fields_of(path, read_text(path, reading.encoding), reading.separator)


def table_of(path: Path, numbered: Rows, reading: TextFormat) -> TextTable:
    """Return rows as a table, under the headings that `reading` says. Raises DataError."""
    if not numbered:
        raise DataError(f"{path}: the file is empty.")
    if reading.header == 0:
        width = max(len(fields) for _, fields in numbered)
        head, headings = 0, tuple(f"x{place}" for place in range(1, width + 1))
    else:
        head, fields = _heading_row(path, numbered, reading.header)
        headings = tuple(heading.strip() for heading in fields)
    if len(headings) == 1 and ";" in headings[0] and reading.separator == ",":
        raise DataError(
            f"{path}: its columns are separated by ';': give separator = \";\""
            ' (and decimal = "," if its numbers have commas).'
        )
    rows = tuple(pair for pair in numbered if pair[0] > head)
    if reading.separator in NAMED_ROWS and _have_names(rows, len(headings)):
        headings = ("", *headings)
    for row, fields in rows:
        if len(fields) != len(headings):
            raise DataError(
                f"{path}: row {row} has {len(fields)} fields, but there are"
                f" {len(headings)} headings."
            )
    return TextTable(path, headings, rows, reading.decimal)


def _have_names(rows: Sequence[tuple[int, tuple[str, ...]]], width: int) -> bool:
    """Say whether each row has its name or number in front, which no heading is for, as R does."""
    longer = bool(rows) and all(len(fields) == width + 1 for _, fields in rows)
    return longer and len({fields[0] for _, fields in rows}) == len(rows)


def _heading_row(path: Path, rows: Rows, header: int | None) -> tuple[int, tuple[str, ...]]:
    """Return the row of the headings and its number; by default the first that isn't blank."""
    found = [pair for pair in rows if header is None or pair[0] == header]
    if not found:
        raise DataError(f"{path}: row {header} is empty or isn't there; it can't be the headings.")
    return found[0]


def check_file(path: Path) -> None:
    """Raise DataError for a file that is missing, empty or too large."""
    size = path.stat().st_size if is_file(path) else -1
    if size < 0:
        raise DataError(f"{path}: there is no such file.")
    if size == 0:
        raise DataError(f"{path}: the file is empty.")
    if size > LARGEST_FILE:
        raise DataError(f"{path}: the file is larger than {LARGEST_FILE:,} bytes.")


def read_text(path: Path, encoding: str) -> str:
    """Return a file's text. Raises DataError where it isn't in this encoding."""
    try:
        held = path.read_bytes()
        marks = sum(map(held.count, (*(sign.encode() for sign in SEPARATORS[:4]), b"\n", b"\r")))
        if marks > limits.TABLE.most:
            raise DataError(f"{path}: more than {limits.TABLE.most:,} cells; fewer are read.")
        return held.decode(ENCODINGS[encoding])
    except UnicodeError as error:
        reason = getattr(error, "reason", str(error))
        raise DataError(f"{path}: the file is not {encoding.upper()} text ({reason}).") from None
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None


def fields_of(path: Path, text: str, separator: str) -> list[tuple[int, tuple[str, ...]]]:
    """Return the fields of every line that has any, with its number. Raises DataError.

    A first line `sep=;`, which Excel writes and obeys, is none of the table's.
    """
    if separator == BLANK:
        text = _BLANKS_AT_END.sub("", text.replace("\t", BLANK))
    # Of the marks at which Python breaks lines, CSV knows two.
    lines = io.StringIO(text, newline="")
    try:
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
        rows = [(reader.line_num, tuple(fields)) for fields in reader if any(fields)]
        return rows[1:] if SEPARATOR_LINE.match(text) else rows
    except csv.Error as error:
        raise DataError(f"{path}: this can't be read as a table: {error}") from None


def sheet_names(path: Path) -> list[str]:
    """Return the names of an Excel file's sheets, which was read already; none of other files."""
    import pandas as pd

    if path.suffix.lower() != ".xlsx":
        return []
    with pd.ExcelFile(path, engine="openpyxl") as book:
        return [str(name) for name in book.sheet_names]


def _read_excel(path: Path, sheet: str | None) -> Rows:
    import pandas as pd

    check_workbook(path)
    try:
        # The engine is named because pandas means to change its own choice.
        with pd.ExcelFile(path, engine="openpyxl") as book:
            sheets = [str(name) for name in book.sheet_names]
            if sheet is not None and sheet not in sheets:
                raise DataError(
                    f"{path}: there is no sheet '{sheet}'."
                    f"{did_you_mean(sheet, sheets)} Its sheets: {', '.join(sheets)}."
                )
            # Without a name, the first sheet that holds something.
            for name in [sheet] if sheet is not None else sheets:
                table = pd.read_excel(book, name, header=None, dtype=str, keep_default_na=False)
                if not table.empty:
                    break
    except DataError:
        raise
    except Exception as error:  # a broken file raises a dozen different kinds
        reason = str(error).strip().splitlines()
        raise DataError(f"{path}: this can't be read as a table: {(reason or ['?'])[0]}") from None
    rows = [
        (row, tuple(str(text) for text in fields))
        for row, fields in enumerate(table.itertuples(index=False), 1)
    ]
    return [(row, fields) for row, fields in rows if any(fields)]
