"""Second pass: the rows of each sheet as XML, formula and value side by side."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracer.language.formula import column_letters
from tracer.workbook.plan.plan import Cell, NumberTable, Pattern, Sheet, by_position

ROWS_AT_A_TIME = 256
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROW = "\ue004"
#: Marks in a pattern that each sheet replaces (see plan.Sheet.replace).
_MARK = re.compile("[\ue001-\ue00f]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

Progress = Callable[[int], None]


class StyleNumbers(Protocol):
    """Numbers a role with a number format as the file's style table does."""

    def number(self, role: str, number_format: str) -> int:
        """Return the style's number."""


class Texts:
    """The file's table of texts: every text once, cells name its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._used = 0

    def number(self, text: str) -> int:
        """Return a text's number in the table."""
        self._used += 1
        return self._numbers.setdefault(clean(text), len(self._numbers))

    def xml(self) -> bytes:
        """Return the table as XML."""
        items = "".join(
            f"<si><t{_space(text)}>{escape(text, quote=False)}</t></si>" for text in self._numbers
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<sst xmlns="{_MAIN}" count="{self._used}" uniqueCount="{len(self._numbers)}">'
            f"{items}</sst>"
        ).encode()


def _space(text: str) -> str:
    return ' xml:space="preserve"' if text != text.strip() else ""


@dataclass(frozen=True)
class _Compiled:
    """A pattern as XML with gaps for a sheet's numbers and for its words.

    `numbers` are places in the state, `words` marks (in formulas) and whole texts with marks
    (in the table of texts: True); `order` says which number or, counted on behind those, which
    word goes into each gap.
    """

    xml: str
    numbers: NDArray[np.int64]
    words: tuple[tuple[str, bool], ...]
    order: tuple[int, ...]
    pattern: Pattern


class Patterns:
    """Writes a pattern once as XML with gaps, then fills the gaps for each sheet."""

    def __init__(self, styles: StyleNumbers) -> None:
        self.styles = styles
        self.texts = Texts()
        self._compiled: dict[int, _Compiled] = {}

    def filled(self, sheet: Sheet) -> bytes:
        """Return a sheet's rows as XML."""
        key = id(sheet.pattern)
        if key not in self._compiled:
            self._compiled[key] = self._compile(sheet.pattern)
        compiled = self._compiled[key]
        values: list[float | str] = []
        if sheet.state is not None and len(compiled.numbers):
            values += sheet.state()[compiled.numbers].tolist()
        for word, is_text in compiled.words:
            replaced = _replaced(word, sheet)
            values.append(str(self.texts.number(replaced)) if is_text else replaced)
        return (compiled.xml % tuple(map(values.__getitem__, compiled.order))).encode()

    def _compile(self, pattern: Pattern) -> _Compiled:
        pieces: list[str] = []
        numbers: list[int] = []
        for row, cells in by_position(pattern.cells):
            height = pattern.heights.get(row)
            pieces.append(
                f'<row r="{row}">'
                if height is None
                else f'<row r="{row}" ht="{height}" customHeight="1">'
            )
            for cell in cells:
                pieces.append(self._cell(cell))
                if cell.at is not None:
                    numbers.append(cell.at)
            pieces.append("</row>")
        gaps = _Gaps(len(numbers))
        xml = _GAP.sub(gaps, "".join(pieces))
        places = np.array(numbers, np.int64)
        return _Compiled(xml, places, tuple(gaps.words), tuple(gaps.order), pattern)

    def _cell(self, cell: Cell) -> str:
        style = self.styles.number(cell.role, cell.format)
        start = f'<c r="{column_letters(cell.column)}{cell.row}" s="{style}"'
        text = "" if cell.formula is None else f"<f>{_escaped(cell.formula)}</f>"
        if cell.at is not None:
            return f"{start}>{text}<v>%r</v></c>"
        if cell.number is not None:
            return f"{start}>{text}<v>{cell.number!r}</v></c>"
        if cell.formula is not None:
            return f'{start} t="str">{text}<v>{_escaped(cell.text or "")}</v></c>'
        if not cell.text:
            return f"{start}/>"
        varies = _MARK.search(cell.text)
        number = _gap(cell.text) if varies else self.texts.number(cell.text)
        return f'{start} t="s"><v>{number}</v></c>'


def _gap(text: str) -> str:
    """Return what stands in the XML for a text that differs from sheet to sheet."""
    return f"\ue010{text.encode().hex()}\ue011"


#: What `_Gaps` looks at: a percent sign of the text, a number's gap, a text's gap, a mark.
_GAP = re.compile(f"%%|%r|\ue010([0-9a-f]+)\ue011|{_MARK.pattern}")


class _Gaps:
    """Makes every gap of a pattern one that the % operator fills, and notes what fills it."""

    def __init__(self, numbers: int) -> None:
        self.words: dict[tuple[str, bool], int] = {}
        self.order: list[int] = []
        self._numbers = numbers
        self._next = 0

    def __call__(self, found: re.Match[str]) -> str:
        """Return what stands in a gap's place."""
        if found[0] == "%%":
            return "%%"
        if found[0] == "%r":
            self.order.append(self._next)
            self._next += 1
            return "%r"
        text = found[1] and bytes.fromhex(found[1]).decode()
        word = (text, True) if text else (found[0], False)
        self.order.append(self._numbers + self.words.setdefault(word, len(self.words)))
        return "%s"


def _replaced(text: str, sheet: Sheet) -> str:
    for mark, value in sheet.replace.items():
        text = text.replace(mark, value)
    return text


#: Every so many rows, a column's formula is written a little differently (it adds 0).
#: LibreOffice computes equal formulas below each other as a group, from 100 rows on on several
#: processors at once, and then reads cells of other groups before they are up to date: after
#: an input changed, a long table that feeds itself row by row came out wrong without a word.
RUN = 64
#: The row of a reference that moves with its formula: not 1E-300, and not behind a dollar sign.
_RELATIVE_ROW = re.compile(r"(?<=[A-Z])(?<![0-9.][A-Z])(\d+)(?![\d(.])")


def table_xml(
    table: NumberTable, styles: StyleNumbers, progress: Progress | None
) -> Iterator[bytes]:
    """Yield a long table's rows: one shared formula per column, the value beside each."""
    head, line = _table_lines(table, styles)
    breaks = _Breaks(table, styles)
    for start in range(0, table.count, ROWS_AT_A_TIME):
        stop = min(start + ROWS_AT_A_TIME, table.count)
        numbers = table.rows(start, stop)
        texts = []
        for row in range(start, stop):
            text = head if row == 0 else line
            if row % RUN == RUN - 1:
                text = breaks.line(row)
            texts.append(text.replace(_ROW, str(table.first_row + row)))
        yield ("".join(texts) % tuple(numbers.ravel().tolist())).encode()
        if progress is not None:
            progress(numbers.size)


def _table_lines(table: NumberTable, styles: StyleNumbers) -> tuple[str, str]:
    """Return the XML of the first row, which holds the formulas, and of the rows after it."""
    head, line = [f'<row r="{_ROW}">'], [f'<row r="{_ROW}">']
    last = table.first_row + table.count - 1
    for shared, number in enumerate(sorted(table.columns)):
        column = table.columns[number]
        letters = column_letters(number)
        start = f'<c r="{letters}{_ROW}" s="{styles.number(column.role, column.format)}">'
        first = rest = ""
        if column.formula is not None:
            text = _escaped(column.formula)
            rest = f'<f t="shared" si="{shared}"/>'
            area = f"{letters}{table.first_row}:{letters}{last}"
            first = f'<f t="shared" ref="{area}" si="{shared}">{text}</f>'
            if table.count == 1:
                first = f"<f>{text}</f>"
        head.append(f"{start}{first}<v>%r</v></c>")
        line.append(f"{start}{rest}<v>%r</v></c>")
    return "".join([*head, "</row>"]), "".join([*line, "</row>"])


class _Breaks:
    """The rows in between, whose formulas are written out and add 0."""

    def __init__(self, table: NumberTable, styles: StyleNumbers) -> None:
        self._cells = []
        for number in sorted(table.columns):
            column = table.columns[number]
            style = styles.number(column.role, column.format)
            start = f'<c r="{column_letters(number)}{_ROW}" s="{style}">'
            pieces = []
            if column.formula is not None:
                # Text before a row's number, the number, text, …, text.
                pieces = _RELATIVE_ROW.split(_escaped(column.formula))
            self._cells.append((start, pieces))

    def line(self, down: int) -> str:
        """Return the XML of the row so many rows below the first."""
        cells = [f'<row r="{_ROW}">']
        for start, pieces in self._cells:
            formula = ""
            if pieces:
                shifted = [
                    str(int(piece) + down) if place % 2 else piece
                    for place, piece in enumerate(pieces)
                ]
                formula = f"<f>({''.join(shifted)})+0</f>"
            cells.append(f"{start}{formula}<v>%r</v></c>")
        return "".join([*cells, "</row>"])


@lru_cache(maxsize=4_096)
def _escaped(text: str) -> str:
    """Return text for XML, with its percent signs safe from filling in."""
    return escape(clean(text), quote=False).replace("%", "%%")


def clean(text: str) -> str:
    """Return text without the control characters that XML can't hold, cut to a cell's size."""
    return _CONTROL.sub("", text)[:32_767]
