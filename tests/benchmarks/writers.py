"""The same cells written by what a user would pick instead."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tracer.language.addresses import column_letters
from tracer.language.places import ROW, written
from tracer.run.trace import ProgramTrace
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.palette import TUTORIAL
from tracer.workbook.plan.plan import Book, Sheet
from tracer.workbook.writer.patterns import by_position

#: A cell as the other libraries take it: row, column, role, number format, formula, value.
Cell = tuple[int, int, str, str, str | None, float | str]
Sheets = list[tuple[str, Callable[[], Iterator[Cell]]]]


def with_tracer(trace: ProgramTrace, sheets: list[int], path: Path) -> None:
    """Plan and write the whole workbook."""
    write_book(plan_book(trace, BookOptions(sheets=sheets)), path, force=True)


def content(path: Path) -> tuple[list[bytes], list[float]]:
    """Return the parts of a workbook, unpacked, and every number in them."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    numbers = [float(n) for part in parts for n in re.findall(rb"<v>([-\d.e]+)</v>", part)]
    return parts, numbers


def floor(parts: list[bytes], numbers: list[float]) -> int:
    """Do what no writer can do without; return the size."""
    for number in numbers:
        repr(number)
    return sum(len(zlib.compress(part, 1)) for part in parts)


def cells_of(book: Book, wanted: str) -> Sheets:
    """Return the sheets whose title starts with `wanted`, their cells in rows."""
    return [
        (sheet.title, partial(_cells, sheet))
        for sheet in book.sheets
        if sheet.title.startswith(wanted)
    ]


def _cells(sheet: Sheet) -> Iterator[Cell]:
    state = sheet.state() if sheet.state else None
    for _, row in by_position(sheet.pattern.cells):
        for cell in row:
            value: float | str = cell.text or ""
            if cell.at is not None and state is not None:
                value = float(state[cell.at])
            elif cell.number is not None:
                value = cell.number
            formula = None if cell.formula is None else written(cell.formula, sheet.moves)
            yield cell.row, cell.column, cell.role, cell.format, formula, value
    table = sheet.table
    if table is None:
        return
    columns = sorted(table.columns)
    for start in range(0, table.count, 256):
        stop = min(start + 256, table.count)
        for i, values in enumerate(table.rows(start, stop).tolist(), start):
            for column, value in zip(columns, values, strict=True):
                plan = table.columns[column]
                row_number = table.first_row + i
                # Other writers have no shared formula: each cell gets its own.
                formula = None if plan.formula is None else written(plan.formula, {ROW: i})
                yield row_number, column, plan.role, plan.format, formula, value


def with_xlsxwriter(sheets: Sheets, path: Path, *, constant_memory: bool = False) -> None:
    """Formula, value and format in every cell."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": constant_memory})
    formats: dict[tuple[str, str], Any] = {}
    for title, cells in sheets:
        sheet = book.add_worksheet(title)
        for row, column, role, number_format, formula, value in cells():
            key = role, number_format
            if key not in formats:
                look = TUTORIAL.looks[role]
                properties: dict[str, object] = {"num_format": number_format, "bold": look.bold}
                if look.fill:
                    properties["bg_color"] = "#" + look.fill
                if look.border:
                    properties["border"] = 1
                formats[key] = book.add_format(properties)
            if formula is not None:
                sheet.write_formula(row - 1, column - 1, "=" + formula, formats[key], value)
            elif isinstance(value, str):
                sheet.write_string(row - 1, column - 1, value, formats[key])
            else:
                sheet.write_number(row - 1, column - 1, value, formats[key])
    book.close()


def with_openpyxl(sheets: Sheets, path: Path) -> None:
    """Formula or value (openpyxl can't store both), with a named style per cell."""
    from openpyxl import Workbook
    from openpyxl.styles import Font, NamedStyle, PatternFill

    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[tuple[str, str], str] = {}
    for title, cells in sheets:
        sheet = book.create_sheet(title)
        for row, column, role, number_format, formula, value in cells():
            key = role, number_format
            if key not in styles:
                look = TUTORIAL.looks[role]
                style = NamedStyle(f"style{len(styles)}", number_format=number_format)
                style.font = Font(bold=look.bold)
                if look.fill:
                    style.fill = PatternFill("solid", start_color=look.fill)
                book.add_named_style(style)
                styles[key] = style.name
            cell = sheet.cell(row, column)
            cell.value = value if formula is None else "=" + formula
            cell.style = styles[key]
    book.save(path)


def with_openpyxl_write_only(sheets: Sheets, path: Path) -> None:
    """Formula or value, without styles, row by row."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for title, cells in sheets:
        sheet = book.create_sheet(title)
        line: list[object] = []
        current = 1
        for row, column, _, _, formula, value in cells():
            while current < row:
                sheet.append(line)
                line, current = [], current + 1
            line += [None] * (column - 1 - len(line))
            line.append(value if formula is None else "=" + formula)
        sheet.append(line)
    book.save(path)


def with_pandas(sheets: Sheets, path: Path) -> None:
    """Values only: what pandas.to_excel can do."""
    import pandas as pd

    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for title, cells in sheets:
            grid: dict[int, dict[str, float | str]] = {}
            for row, column, _, _, _, value in cells():
                grid.setdefault(row, {})[column_letters(column)] = value
            table = pd.DataFrame.from_dict(grid, orient="index")
            table.to_excel(writer, sheet_name=title, index=False)


OTHERS: dict[str, Callable[[Sheets, Path], None]] = {
    "XlsxWriter": with_xlsxwriter,
    "XlsxWriter, constant memory": lambda sheets, path: with_xlsxwriter(
        sheets, path, constant_memory=True
    ),
    "openpyxl, named styles": with_openpyxl,
    "openpyxl, write-only": with_openpyxl_write_only,
    "pandas.to_excel, values only": with_pandas,
}
