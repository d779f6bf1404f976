"""A data file → a table: how it is written is found out as far as it isn't said, and noted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracer.data.tables import TextFormat, TextTable, raw_rows, sheet_names, table_of
from tracer.errors import DataError, in_line
from tracer.network.detect import detect
from tracer.network.heads import find_header
from tracer.network.signs import decimal_sign
from tracer.wording import Said


@dataclass(frozen=True)
class DataOptions:
    """What the options say about the data; each default leaves it to the file."""

    targets: Sequence[str] = ()
    columns: Sequence[str] = ()
    task: str | None = None
    drop_missing: bool = False
    separator: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    encoding: str | None = None
    header: int | None = None


class TableReader:
    """Reads one file; `notes` gets what was found out."""

    def __init__(self, path: Path, wanted: DataOptions, notes: list[Said]) -> None:
        self.path = path
        self.wanted = wanted
        self.notes = notes
        self.reading = TextFormat()

    def table(self) -> TextTable:
        """Return the table. Raises DataError."""
        wanted = self.wanted
        reading = detect(
            self.path,
            separator=wanted.separator,
            decimal=wanted.decimal,
            sheet=wanted.sheet,
            encoding=wanted.encoding,
        )
        rows = raw_rows(self.path, reading)
        header, note = wanted.header, None
        if header is None:
            header, note = find_header(rows, self.path.name)
        reading = replace(reading, header=header)
        table = table_of(self.path, rows, reading)
        if not table.rows:
            raise DataError(f"{self.path}: the file has headings but no rows.")
        self.notes += [note] if note else []
        if wanted.decimal is None:
            sign, note = decimal_sign(table, reading)
            reading = replace(reading, decimal=sign)
            table = replace(table, decimal=sign)
            self.notes += [note] if note else []
        self.reading = reading
        return table

    def source(self, shown: str) -> dict[str, Any]:
        """Return what a template says to read the file so; `shown` is its path there."""
        source: dict[str, Any] = {"file": shown}
        plain = TextFormat()
        for key in ("separator", "decimal", "encoding", "sheet"):
            value = getattr(self.reading, key)
            if value != getattr(plain, key):
                source[key] = value
                said: Said | str = Said("new.tab") if value == "\t" else f"'{value}'"
                self.notes.append(Said(f"new.data_{key}", {"file": self.path.name, "sign": said}))
        if self.reading.header is not None:
            source["header"] = self.reading.header
        return source

    def check_heading(self, table: TextTable, heading: str) -> None:
        """Raise DataError for a heading that isn't there, with what may be why."""
        try:
            table.texts(heading)
        except DataError as error:
            raise DataError(f"{error}{self._why(table)}") from None

    def _why(self, table: TextTable) -> str:
        if self.reading.header == 0 and self.wanted.header is None:
            return " (its first row looks like data; if it holds the headings: --header 1)"
        if self.reading.encoding == "windows-1252" and self.wanted.encoding is None:
            return " (it was read as windows-1252; another: --encoding)"
        sheets = sheet_names(self.path) if self.wanted.sheet is None else []
        if len(sheets) > 1:
            return f" (the file's sheets: {', '.join(map(in_line, sheets))}; choose with --sheet)"
        if self.path.suffix.lower() == ".xlsx":
            return ""
        if len(table.headings) == 1 and len(table.headings[0].split()) > 1:
            return " (blanks don't separate columns; commas, semicolons, tabs and | do)"
        return ""
