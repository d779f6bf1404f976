"""An .ods file → the cells that were asked for, as from an .xlsx file; nothing is recalculated.

What is repeated (`number-columns-repeated`, `number-rows-repeated`) is counted as often as it
stands for before any of it is made.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tracer.language.addresses import column_letters
from tracer.practice.safe import limits
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.markup import Attributes, MarkupReader, attribute
from tracer.practice.safe.unpack import Archive, opened
from tracer.practice.safe.workbook import RawCell, Wanted, read_workbook

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
#: The last row and column of a sheet, in any program.
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_KINDS = {
    "float": ("number", "value"),
    "percentage": ("number", "value"),
    "currency": ("number", "value"),
    "boolean": ("truth", "boolean-value"),
    "date": ("date", "date-value"),
    "time": ("date", "time-value"),
}
_TIME = re.compile(r"PT(\d{1,6})H(\d{1,4})M(\d{1,4}(?:\.\d{1,12})?)S")
_REFERENCE = re.compile(
    r"\$?'?([^'$]+)'?\.(\$?[A-Z]{1,3}\$?\d+)(?::(?:[^.:]*\.)?(\$?[A-Z]{1,3}\$?\d+))?"
)


def read_sheets(path: Path, wanted: Wanted | None) -> dict[str, Any]:
    """Return what `read_workbook` does, of an .xlsx or an .ods file, whatever its name.

    Raises RefusedError.
    """
    with opened(path, "not_a_workbook") as archive:
        if CONTENT in archive.names:
            return _read(archive, wanted)
    return read_workbook(path, wanted)


def _read(archive: Archive, wanted: Wanted | None) -> dict[str, Any]:
    if MANIFEST in archive.names:
        _Manifest().read(archive.chunks(MANIFEST))
    reader = _Content(wanted)
    reader.read(archive.chunks(CONTENT))
    reader.end_row()
    if not reader.titles:
        raise RefusedError("no_sheets")
    return {"sheets": reader.sheets, "names": reader.names}


class _Manifest(MarkupReader):
    """The list of parts, which says whether they are encrypted."""

    def __init__(self) -> None:
        super().__init__()
        self._starts["encryption-data"] = self._encrypted

    def _encrypted(self, attributes: Attributes) -> None:
        raise RefusedError("password")


class _Content(MarkupReader):
    """The cells of the wanted sheets, and the names of ranges."""

    last = frozenset(("database-ranges", "dde-links", "data-pilot-tables"))

    def __init__(self, wanted: Wanted | None) -> None:
        super().__init__()
        self.titles: set[str] = set()
        self.sheets: dict[str, dict[str, RawCell]] = {}
        self.names: dict[str, str] = {}
        self._wanted: Mapping[str, frozenset[str] | None] | None = None
        if wanted is not None:
            self._wanted = {t: None if a is None else frozenset(a) for t, a in wanted.items()}
        self._sheet: dict[str, RawCell] | None = None
        self._addresses: frozenset[str] | None = None
        self._cells = self._rows = self._row = self._height = self._column = 0
        self._line: list[tuple[int, int, RawCell]] = []
        self._cell = ("", "", False)
        self._wide = 1
        self._starts |= {
            "table": self._table,
            "table-row": self._begin_row,
            "table-cell": self._begin_cell,
            "covered-table-cell": self._begin_cell,
            "annotation": self._aside,
            "named-range": self._named,
        }
        self._ends |= {
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "annotation": self._forget,
        }
        self.inline = {"s": _spaces, "p": self._paragraph, "tab": _tab, "line-break": _line}

    def _table(self, attributes: Attributes) -> None:
        self.end_row()
        title = attribute(attributes, "name") or ""
        self._row = self._height = 0
        self._sheet = None
        if not title:
            return
        if title.casefold() in self.titles:
            raise RefusedError("sheet_twice", sheet=title[:32])
        self.titles.add(title.casefold())
        if len(self.titles) > limits.SHEETS:
            raise RefusedError("many_sheets", count=limits.SHEETS)
        if self._wanted is None or title in self._wanted:
            self._addresses = None if self._wanted is None else self._wanted[title]
            self._sheet = self.sheets[title] = {}

    def _begin_row(self, attributes: Attributes) -> None:
        self.end_row()
        self._rows += 1
        if self._rows > limits.ROWS:
            raise RefusedError("many_rows", count=limits.ROWS)
        self._row += self._height
        self._height = _repeated(attributes, "number-rows-repeated")
        self._column = 0

    def _begin_cell(self, attributes: Attributes) -> None:
        self._column += self._wide if self._column else 1
        self._wide = _repeated(attributes, "number-columns-repeated")
        kind = attribute(attributes, "value-type")
        formula = attribute(attributes, "formula") is not None
        if self._sheet is None or (kind is None and not formula):
            self._spend(1)
            return
        self._spend(self._wide * self._height)
        name, value = _KINDS.get(kind or "", ("text" if kind else "nothing", ""))
        text = attribute(attributes, value) or "" if value else ""
        if kind == "string" and attributes.get("calcext:value-type") == "error":
            name = "error"
        if kind == "time":
            text = _part_of_a_day(text)
        if kind == "boolean":
            text = text.upper()
        self._cell = (name, text, formula)
        self.collect()

    def _spend(self, cells: int) -> None:
        self._cells += cells
        if self._cells > limits.CELLS:
            raise RefusedError("many_cells", count=limits.CELLS)

    def _end_cell(self, text: str) -> None:
        self.release()
        kind, value, formula = self._cell
        if kind in ("text", "error"):
            value = text
        if value or kind == "text" or formula:
            name = kind if value or kind == "text" else "nothing"
            self._line.append((self._column, self._wide, (name, value, formula)))

    def end_row(self) -> None:
        """Put the cells of a row where they stand, as often as they are repeated."""
        line, self._line = self._line, []
        for column, wide, cell in line:
            for row in range(self._row + 1, min(self._row + self._height, LAST_ROW) + 1):
                for at in range(column, min(column + wide, LAST_COLUMN + 1)):
                    self._put(f"{column_letters(at)}{row}", cell)

    def _put(self, address: str, cell: RawCell) -> None:
        if self._sheet is None or (self._addresses is not None and address not in self._addresses):
            return
        if self._addresses is None and len(self._sheet) >= limits.CELLS_RETURNED:
            raise RefusedError("many_filled", count=limits.CELLS_RETURNED)
        self._sheet[address] = cell

    def _aside(self, attributes: Attributes) -> None:
        """Begin a comment, which is no part of its cell."""

    def _forget(self, text: str) -> None:
        self._kept, self._length = [], 0

    def _paragraph(self, attributes: Attributes) -> str:
        return "\n" if self._kept else ""

    def _named(self, attributes: Attributes) -> None:
        match = _REFERENCE.fullmatch(attribute(attributes, "cell-range-address") or "")
        if match is not None and len(self.names) < limits.MEMBERS:
            end = f":{match[3]}" if match[3] else ""
            name = attribute(attributes, "name") or ""
            self.names[name] = f"'{match[1]}'!{match[2]}{end}"


def _repeated(attributes: Attributes, name: str) -> int:
    text = attribute(attributes, name) or "1"
    known = text.isascii() and text.isdigit() and len(text) < 10
    return max(1, int(text)) if known else 1


def _part_of_a_day(text: str) -> str:
    match = _TIME.fullmatch(text)
    if match is None:
        return text
    return repr((int(match[1]) + int(match[2]) / 60 + float(match[3]) / 3600) / 24)


def _spaces(attributes: Attributes) -> str:
    return " " * min(_repeated(attributes, "c"), limits.TEXT)


def _tab(attributes: Attributes) -> str:
    return "\t"


def _line(attributes: Attributes) -> str:
    return "\n"
