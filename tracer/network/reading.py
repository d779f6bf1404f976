"""A data file → a table: how it is written is found out as far as it isn't said, and noted."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tracer.data.tables import BLANK, TextFormat, TextTable, raw_rows, sheet_names, table_of
from tracer.errors import DataError, in_line
from tracer.network.detect import detect
from tracer.network.heads import find_header
from tracer.network.signs import decimal_sign
from tracer.wording import Said

#: What separators are called that can't be seen.
NAMED_SIGNS = {"\t": "new.tab", BLANK: "new.blank"}


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
        table, reading, note = self._read(reading)
        for sheet in [] if self._serves(table) else self._other_sheets():
            with suppress(DataError):  # a sheet that is no table isn't the one
                other = self._read(replace(reading, sheet=sheet))
                if self._serves(other[0]):
                    table, reading, note = other
                    break
        if not table.rows:
            raise DataError(
                f"{self.path}: the file has headings but no rows.{self._choose_sheet()}"
            )
        self.notes += [note] if note else []
        if wanted.decimal is None:
            sign, note = decimal_sign(table, reading)
            reading = replace(reading, decimal=sign)
            table = replace(table, decimal=sign)
            self.notes += [note] if note else []
        self.reading = reading
        return table

    def _read(self, reading: TextFormat) -> tuple[TextTable, TextFormat, Said | None]:
        """Return the table, how it was read, and a note on its headings. Raises DataError."""
        rows = raw_rows(self.path, reading)
        header, note = self.wanted.header, None
        if header is None:
            header, note = find_header(rows, self.path.name)
        reading = replace(reading, header=header)
        return table_of(self.path, rows, reading), reading, note

    def _serves(self, table: TextTable) -> bool:
        """Say whether a table has every target that was named."""
        return bool(table.rows) and all(target in table.headings for target in self.wanted.targets)

    def _other_sheets(self) -> list[str]:
        return sheet_names(self.path) if self.wanted.sheet is None else []

    def _choose_sheet(self) -> str:
        """Return which sheets there are, where there are several and none was chosen."""
        sheets = self._other_sheets()
        if len(sheets) < 2:
            return ""
        return f" (the file's sheets: {', '.join(map(in_line, sheets))}; choose with --sheet)"

    def source(self, shown: str) -> dict[str, Any]:
        """Return what a template says to read the file so; `shown` is its path there."""
        source: dict[str, Any] = {"file": shown}
        plain = TextFormat()
        for key in ("separator", "decimal", "encoding", "sheet"):
            value = getattr(self.reading, key)
            if value != getattr(plain, key):
                source[key] = value
                named = NAMED_SIGNS.get(value)
                said: Said | str = f"'{value}'" if named is None else Said(named)
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
        sheets = self._choose_sheet()
        if sheets:
            return sheets
        if self.path.suffix.lower() == ".xlsx":
            return ""
        if len(table.headings) == 1 and len(table.headings[0].split()) > 1:
            return " (if blanks separate its columns: --separator blank)"
        return ""
