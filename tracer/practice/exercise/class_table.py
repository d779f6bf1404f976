"""The lines of a class list: of a CSV file as any program writes it, or of a workbook's sheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracer.data.tables import SEPARATOR_LINE
from tracer.errors import DataError
from tracer.paths import check_ordinary
from tracer.practice.safe.flat import decoded
from tracer.practice.safe.limits import WORKBOOKS, RefusedError
from tracer.practice.safe.pool import read_file
from tracer.practice.safe.workbook import place

LARGEST_FILE = 5_000_000
#: What may stand between columns, where Excel's own first line doesn't say which.
SEPARATORS = ",;\t"

Line = tuple[int, list[str]]


def read_lines(path: Path) -> list[Line]:
    """Return the lines that hold anything, each with its number in the file.

    Raises DataError for a file that can't be read as a table.
    """
    if path.suffix.lower() in WORKBOOKS:
        return _of_workbook(path)
    text = _text(path)
    separator = _separator(text)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator)
        lines = [(reader.line_num, line) for line in reader if any(map(str.strip, line))]
    except (csv.Error, ValueError) as error:
        raise DataError(f"{path}: this can't be read as a table: {error}.") from None
    return lines[1:] if SEPARATOR_LINE.match(text) else lines


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise DataError(f"{path}: the file is larger than {LARGEST_FILE:,} bytes.")
        check_ordinary(path)
        raw = path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: this can't be read: {error.strerror}.") from None
    text = decoded(raw)
    if text is None:
        raise DataError(f"{path}: the file is not UTF-8 text; save it as 'CSV UTF-8'.")
    return text


def _separator(text: str) -> str:
    """Return what separates the headings; a comma where nothing does."""
    said = SEPARATOR_LINE.match(text)
    if said:
        return said[1]
    headings = text.lstrip().partition("\n")[0]
    return max(SEPARATORS, key=headings.count)


def _of_workbook(path: Path) -> list[Line]:
    try:
        sheets = read_file(path)["sheets"]
    except RefusedError as refused:
        raise DataError(f"{path}: {refused}") from None
    cells: Mapping[str, Any] = next((found for found in sheets.values() if found), {})
    return _of_sheet(cells)


def _of_sheet(cells: Mapping[str, Any]) -> list[Line]:
    """Return the lines of a sheet, as wide as its headings."""
    rows: dict[int, dict[int, str]] = {}
    for address, cell in cells.items():
        at, text = place(address), _said(cell)
        if at is not None and text.strip():
            rows.setdefault(at[0], {})[at[1]] = text
    if not rows:
        return []
    headings = rows[min(rows)]
    first, last = min(headings), max(headings)
    return [
        (number, [row.get(column, "") for column in range(first, max(last, *row) + 1)])
        for number, row in sorted(rows.items())
    ]


def _said(cell: Any) -> str:
    """Return a cell's text; a whole number without a point, as an id is written."""
    kind, text, _ = cell
    if kind == "number" and len(text) < 40:
        number = float(text)
        return str(int(number)) if number == int(number) else text
    return str(text)
