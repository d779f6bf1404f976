"""An .xlsx file → the cells that were asked for: what they hold, nothing recalculated.

Formula and stored value come from one pass over a sheet. Merges, links, comments, charts
and everything else in the file are passed over, so that they cost nothing.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tracer.language.addresses import column_letters
from tracer.practice.safe import limits
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.markup import Attributes, MarkupReader, attribute
from tracer.practice.safe.unpack import Archive, opened

#: Addresses wanted of each sheet; None is all of them.
Wanted = Mapping[str, Sequence[str] | None]
#: Kind ("number", "text", "truth", "error", "date", "nothing"), the text stored, formula?
RawCell = tuple[str, str, bool]
_KINDS = {
    "n": "number",
    "s": "shared",
    "str": "text",
    "inlineStr": "text",
    "b": "truth",
    "e": "error",
    "d": "date",
}
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")


def read_workbook(path: Path, wanted: Wanted | None) -> dict[str, Any]:
    """Return {"sheets": {title: {address: cell}}, "names": {name: reference}}.

    Of a sheet that isn't there nothing is returned. Raises RefusedError.
    """
    with opened(path) as archive:
        contents = _contents(archive)
        found: dict[str, _SheetReader] = {}
        cells = 0
        for title, part in contents.sheets.items():
            if wanted is not None and title not in wanted:
                continue
            sheet = _SheetReader(None if wanted is None else wanted[title], cells)
            sheet.read(archive.chunks(part))
            cells = sheet.cells
            found[title] = sheet
        strings = _shared(archive, contents, found)
        dates = _dates(archive, contents, found)
        return {
            "sheets": {t: s.finished(strings, dates) for t, s in found.items()},
            "names": contents.names,
        }


class _Relations(MarkupReader):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}

    def start_Relationship(self, attributes: Attributes) -> None:  # noqa: N802
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode") != "External" and len(self.found) <= limits.MEMBERS:
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))


class _Contents(MarkupReader):
    """The workbook's own part: its sheets and defined names."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: dict[str, str] = {}
        self.names: dict[str, str] = {}
        self.sheets: dict[str, str] = {}
        self.parts: dict[str, str] = {}
        self._titles: set[str] = set()
        self._name = ""

    def start_sheet(self, attributes: Attributes) -> None:
        if len(self.ids) >= limits.SHEETS:
            raise RefusedError("many_sheets", count=limits.SHEETS)
        title = attributes.get("name", "")
        if title.casefold() in self._titles:  # no program makes such; each would show another one
            raise RefusedError("sheet_twice", sheet=title[:32])
        self._titles.add(title.casefold())
        self.ids[title] = attribute(attributes, "id") or ""

    def start_definedName(self, attributes: Attributes) -> None:  # noqa: N802
        self._name = attributes.get("name", "")
        self.collect()

    def end_definedName(self, text: str) -> None:  # noqa: N802
        self.release()
        if len(self.names) < limits.MEMBERS and len(text) <= 500:
            self.names[self._name] = text


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: id → (kind, full name of the part)."""
    folder, name = posixpath.split(part)
    source = posixpath.join(folder, "_rels", f"{name}.rels")
    if source not in archive.names:
        return {}
    reader = _Relations()
    reader.read(archive.chunks(source))
    return {
        key: (kind, posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        for key, (kind, target) in reader.found.items()
    }


def _contents(archive: Archive) -> _Contents:
    roots = _relations(archive, "")
    part = next((p for kind, p in roots.values() if kind == "officeDocument"), "xl/workbook.xml")
    if part not in archive.names:
        raise RefusedError("not_a_workbook")
    contents = _Contents()
    contents.read(archive.chunks(part))
    related = _relations(archive, part)
    for title, key in contents.ids.items():
        kind, target = related.get(key, ("", ""))
        if kind == "worksheet":
            contents.sheets[title] = target
    contents.parts = {kind: target for kind, target in related.values() if kind != "worksheet"}
    if not contents.ids:
        raise RefusedError("no_sheets")
    return contents


class _SheetReader(MarkupReader):
    """One sheet's cells, as far as they are wanted; merges and the like come after them."""

    last = frozenset(
        (
            *("sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter"),
            *("sortState", "dataConsolidate", "customSheetViews", "mergeCells", "phoneticPr"),
            *("conditionalFormatting", "dataValidations", "hyperlinks", "printOptions"),
            *("pageMargins", "pageSetup", "headerFooter", "drawing", "legacyDrawing"),
            *("tableParts", "extLst"),
        )
    )

    def __init__(self, wanted: Sequence[str] | None, cells: int) -> None:
        super().__init__()
        self.cells = cells
        self.found: dict[str, list[Any]] = {}
        self._wanted = None if wanted is None else frozenset(wanted)
        self._rows = 0
        self._row = 0
        self._column = 0
        self._cell: list[Any] = []

    def start_row(self, attributes: Attributes) -> None:
        self._rows += 1
        if self._rows > limits.ROWS:
            raise RefusedError("many_rows", count=limits.ROWS)
        number = attributes.get("r", "")
        self._row = int(number) if number.isascii() and number[:8].isdigit() else self._row + 1
        self._column = 0

    def start_c(self, attributes: Attributes) -> None:
        self.cells += 1
        if self.cells > limits.CELLS:
            raise RefusedError("many_cells", count=limits.CELLS)
        self._column += 1
        address = attributes.get("r")
        if address is None:
            address = f"{column_letters(self._column)}{self._row}"
        elif self._wanted is None:
            self._column = _column(address)
        if self._wanted is not None and address not in self._wanted:
            return
        if address in self.found:
            raise RefusedError("cell_twice", cell=address[:12])
        if self._wanted is None and len(self.found) >= limits.CELLS_RETURNED:
            raise RefusedError("many_filled", count=limits.CELLS_RETURNED)
        # type, style, text, has a formula
        self._cell = [attributes.get("t", "n"), attributes.get("s", ""), "", False]
        self.found[address] = self._cell
        self.collect()

    def start_f(self, attributes: Attributes) -> None:
        if self._cell:
            self._cell[3] = True

    def start_v(self, attributes: Attributes) -> None:
        """Begin the text anew."""

    def start_t(self, attributes: Attributes) -> None:
        """Begin the text anew."""

    def end_v(self, text: str) -> None:
        self._cell[2] = text

    def end_t(self, text: str) -> None:
        if self._cell and self._cell[0] == "inlineStr":
            self._cell[2] = (self._cell[2] + text)[: limits.TEXT]

    def end_c(self, text: str) -> None:
        self._cell = []
        self.release()

    def of_type(self, kind: str) -> list[list[Any]]:
        return [cell for cell in self.found.values() if cell[0] == kind]

    def finished(self, strings: Mapping[int, str], dates: Sequence[bool]) -> dict[str, RawCell]:
        return {a: self._finished(cell, strings, dates) for a, cell in self.found.items()}

    def _finished(
        self, cell: list[Any], strings: Mapping[int, str], dates: Sequence[bool]
    ) -> RawCell:
        kind, style, text, formula = cell
        name = _KINDS.get(kind, "text")
        if name == "shared":
            return "text", strings.get(_whole(text), ""), formula
        if not text and name != "text":
            return "nothing", "", formula
        if name == "number" and 0 <= _whole(style) < len(dates) and dates[_whole(style)]:
            return "date", text, formula
        return name, text, formula


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


class _Strings(MarkupReader):
    """The shared texts, of which only the wanted ones are kept."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self.found: dict[int, str] = {}
        self._wanted = wanted
        self._number = -1
        self._pieces: list[str] = []
        self._aloud = False

    def start_si(self, attributes: Attributes) -> None:
        self._number += 1
        if self._number >= limits.STRINGS:
            raise RefusedError("many_texts", count=limits.STRINGS)
        if self._number in self._wanted:
            self._pieces, self._aloud = [], False
            self.collect()

    def start_rPh(self, attributes: Attributes) -> None:  # noqa: N802
        self._aloud = True  # how to pronounce a text, not part of it

    def end_rPh(self, text: str) -> None:  # noqa: N802
        self._aloud = False

    def start_t(self, attributes: Attributes) -> None:
        """Begin the text anew."""

    def end_t(self, text: str) -> None:
        if not self._aloud:
            self._pieces.append(text)

    def end_si(self, text: str) -> None:
        self.found[self._number] = "".join(self._pieces)[: limits.TEXT]
        self.release()


def _shared(
    archive: Archive, contents: _Contents, sheets: Mapping[str, _SheetReader]
) -> Mapping[int, str]:
    wanted = {_whole(cell[2]) for sheet in sheets.values() for cell in sheet.of_type("s")}
    part = contents.parts.get("sharedStrings")
    if not wanted or part is None:
        return {}
    reader = _Strings(wanted)
    reader.read(archive.chunks(part))
    return reader.found


class _StyleReader(MarkupReader):
    """Which cell styles show a number as a date or a time."""

    def __init__(self) -> None:
        super().__init__()
        self.dates: list[bool] = []
        self._own: dict[str, str] = {}
        self._cells = False

    def start_numFmt(self, attributes: Attributes) -> None:  # noqa: N802
        if len(self._own) < limits.STYLES:
            self._own[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")[:300]

    def start_cellStyleXfs(self, attributes: Attributes) -> None:  # noqa: N802
        self._cells = False

    def start_cellXfs(self, attributes: Attributes) -> None:  # noqa: N802
        self._cells = True

    def start_cellStyles(self, attributes: Attributes) -> None:  # noqa: N802
        self._cells = False

    def start_dxfs(self, attributes: Attributes) -> None:
        self._cells = False

    def start_xf(self, attributes: Attributes) -> None:
        if not self._cells:
            return
        if len(self.dates) >= limits.STYLES:
            raise RefusedError("many_styles", count=limits.STYLES)
        number = attributes.get("numFmtId", "0")
        built_in = _whole(number) in _BUILT_IN_DATES
        self.dates.append(built_in or shows_date(self._own.get(number, "")))


_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NOT_SHOWN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def shows_date(code: str) -> bool:
    """Say whether a number format shows a date or a time."""
    shown = _NOT_SHOWN.sub("", code.partition(";")[0]).lower()
    return "general" not in shown and any(letter in shown for letter in "dmyhs")


def _dates(
    archive: Archive, contents: _Contents, sheets: Mapping[str, _SheetReader]
) -> Sequence[bool]:
    part = contents.parts.get("styles")
    styled = any(cell[1] for sheet in sheets.values() for cell in sheet.of_type("n"))
    if not styled or part not in archive.names or part is None:
        return []
    reader = _StyleReader()
    reader.read(archive.chunks(part))
    return reader.dates


def place(address: str) -> tuple[int, int] | None:
    """Return (row, column) of an address such as B3, from 1; None for anything else."""
    match = _ADDRESS.fullmatch(address)
    return (int(match[2]), _column(address)) if match else None


def _column(address: str) -> int:
    number = 0
    for letter in address[:3]:
        if not "A" <= letter <= "Z":
            break
        number = 26 * number + ord(letter) - 64
    return number
