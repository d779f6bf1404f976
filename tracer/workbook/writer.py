"""Plan → .xlsx. The one module that knows the file format.

Two passes: openpyxl saves the book with its styles, names, charts and print set-up but
empty sheets; then its archive is copied, and the rows of each sheet are streamed in,
formula and value side by side (openpyxl alone stores no value beside a formula).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray
from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

import tracer
from tracer.language.formula import column_letters, quoted_sheet
from tracer.workbook.palette import LOSS_LINE, ROLES
from tracer.workbook.plan import Book, Cell, Pattern, Sheet, Table, by_position

#: Level 1 writes three times faster than level 6, for files about a fifth larger.
COMPRESSION = 1
ROWS_AT_A_TIME = 256
#: The earliest date a zip archive can state: the same inputs give the same bytes.
STAMP = (1980, 1, 1, 0, 0, 0)
FONT, MONO = "Calibri", "Consolas"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROW = "\ue004"
#: Marks in a pattern that each sheet replaces (see plan.Sheet.replace).
_MARK = re.compile("[\ue001-\ue00f]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TEXTS = "xl/sharedStrings.xml"

Progress = Callable[[int], None]


def write(book: Book, path: Path, progress: Progress | None = None) -> None:
    """Write a planned workbook to `path`. `progress` is told the cells written."""
    workbook, styles = _frame(book)
    frame = io.BytesIO()
    workbook.save(frame)
    sheets = {f"xl/worksheets/sheet{i}.xml": s for i, s in enumerate(book.sheets, 1)}
    patterns = _Patterns(styles)
    texts = patterns.texts
    with zipfile.ZipFile(frame) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            entry = _entry(name)
            content = source.read(name)
            if name in sheets:
                with target.open(entry, "w") as stream:
                    for piece in _sheet_xml(content, sheets[name], patterns, progress):
                        stream.write(piece)
            elif name != TEXTS:
                target.writestr(entry, _MENDED.get(name, bytes)(content))
        # Last, because only now every sheet has said which texts it holds.
        target.writestr(_entry(TEXTS), texts.xml())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    # Public since Python 3.13; before, a stream's level can be set in no other way.
    level = "compress_level" if hasattr(entry, "compress_level") else "_compresslevel"
    setattr(entry, level, COMPRESSION)
    return entry


# -- first pass: everything but the cells ---------------------------------------------


class _Styles:
    """Numbers each pair of role and number format as the file's style table does."""

    def __init__(self, workbook: Workbook) -> None:
        self._scratch = workbook.create_sheet("scratch")
        self._made: dict[tuple[str, str], int] = {}

    def number(self, role: str, number_format: str) -> int:
        key = role, number_format
        if key not in self._made:
            look = ROLES[role]
            cell = self._scratch.cell(1, len(self._made) + 1)
            cell.font = Font(
                name=MONO if look.mono else FONT, size=look.size, bold=look.bold,
                italic=look.italic, color=look.color,
                underline="single" if look.underline else None,
            )  # fmt: skip
            if look.fill:
                # Both colours, or some programs show the fill black or not at all.
                cell.fill = PatternFill("solid", start_color=look.fill, end_color=look.fill)
            if look.border:
                side = Side("medium" if look.heavy else "thin", color=look.border)
                cell.border = Border(left=side, right=side, top=side, bottom=side)
            cell.alignment = Alignment(
                horizontal=look.across, vertical="top" if look.top else "center",
                wrap_text=look.wrap or None, indent=look.indent,
            )  # fmt: skip
            cell.number_format = number_format
            self._made[key] = cell.style_id
        return self._made[key]


def _frame(book: Book) -> tuple[Workbook, _Styles]:
    """Return the workbook without its cells, and its styles."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = [workbook.create_sheet(sheet.title) for sheet in book.sheets]
    styles = _Styles(workbook)
    for plan, sheet in zip(book.sheets, sheets, strict=True):
        for cell in plan.pattern.cells:
            styles.number(cell.role, cell.format)
        if plan.table is not None:
            for column in plan.table.columns.values():
                styles.number(column.role, column.format)
        _set_up(plan, sheet)
    for name, where in book.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=where)
    workbook.remove(workbook["scratch"])
    for plan, sheet in zip(book.sheets, sheets, strict=True):
        _add_charts(plan, sheet, workbook)
    properties = workbook.properties
    properties.title, properties.subject = _clean(book.title), _clean(book.subject)
    properties.creator = f"step-tracer {tracer.__version__}"
    properties.description = _clean(book.description)
    # Programs that recalculate on opening should: what they show is then their own.
    workbook.calculation.fullCalcOnLoad = True
    return workbook, styles


def _set_up(plan: Sheet, sheet: Worksheet) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_format.defaultColWidth = plan.width
    sheet.sheet_format.baseColWidth = int(plan.width)
    for column, width in plan.widths.items():
        sheet.column_dimensions[column_letters(column)].width = width
    if plan.freeze:
        sheet.freeze_panes = f"{column_letters(plan.freeze[1])}{plan.freeze[0]}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"1:{plan.repeat_rows}"
    if plan.printed:
        sheet.print_area = f"A1:{column_letters(plan.printed[1])}{plan.printed[0]}"
    footer = sheet.oddFooter
    assert footer is not None
    footer.center.text = "&A, page &P of &N"
    for link in plan.links:
        place = f"{column_letters(link.column)}{link.row}"
        target = f"{quoted_sheet(link.sheet)}A1"
        sheet[place].hyperlink = Hyperlink(ref=place, location=target, display=link.sheet)
    for name, where in plan.names.items():
        sheet.defined_names[name] = DefinedName(name, attr_text=where)


def _add_charts(plan: Sheet, sheet: Worksheet, workbook: Workbook) -> None:
    for chart in plan.charts:
        drawn = ScatterChart()
        drawn.style, drawn.scatterStyle = 13, "lineMarker"
        drawn.title, drawn.legend = chart.title, None
        drawn.x_axis.title, drawn.y_axis.title = chart.x_title, chart.y_title
        drawn.x_axis.delete = drawn.y_axis.delete = False
        drawn.x_axis.number_format, drawn.y_axis.number_format = "0", "General"
        drawn.x_axis.majorGridlines = None
        drawn.x_axis.scaling.min, drawn.x_axis.scaling.max = 1, chart.x[2] - chart.x[1] + 1
        source = workbook[chart.sheet]
        ranges = [
            Reference(source, min_col=c, min_row=first, max_row=last)
            for c, first, last in (chart.x, chart.y)
        ]
        series = Series(ranges[1], ranges[0])
        series.marker.symbol = "none" if chart.x[2] - chart.x[1] > 30 else "circle"
        series.graphicalProperties.line.solidFill = LOSS_LINE
        series.smooth = False
        drawn.series.append(series)
        drawn.width, drawn.height = 16, 9
        sheet.add_chart(drawn, f"{column_letters(chart.at[1])}{chart.at[0]}")


# -- second pass: the cells -----------------------------------------------------------


def _sheet_xml(
    content: bytes, sheet: Sheet, patterns: _Patterns, progress: Progress | None
) -> Iterator[bytes]:
    row, column = sheet.extent()
    dimension = f'<dimension ref="A1:{column_letters(column)}{row}"/>'.encode()
    content = re.sub(rb"<dimension [^>]*/>", dimension, content, count=1)
    found = re.search(rb"<sheetData\s*/>|<sheetData>.*</sheetData>", content, re.DOTALL)
    assert found is not None
    yield content[: found.start()] + b"<sheetData>"
    yield patterns.filled(sheet)
    if progress is not None:
        progress(len(sheet.pattern.cells))
    if sheet.table is not None:
        yield from _table_xml(sheet.table, patterns.styles, progress)
    yield b"</sheetData>" + content[found.end() :]


class _Texts:
    """The file's table of texts: every text once, cells name its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._used = 0

    def number(self, text: str) -> int:
        """Return a text's number in the table."""
        self._used += 1
        return self._numbers.setdefault(_clean(text), len(self._numbers))

    def xml(self) -> bytes:
        """Return the table as XML."""
        items = "".join(
            f"<si><t{_space(text)}>{escape(text)}</t></si>" for text in self._numbers
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
    """A pattern as XML with gaps: numbers from `places`, and texts that differ by sheet."""

    xml: str
    places: NDArray[np.int64]
    texts: tuple[str, ...]
    pattern: Pattern


class _Patterns:
    """Writes a pattern once as XML with gaps, then fills the gaps for each sheet."""

    def __init__(self, styles: _Styles) -> None:
        self.styles = styles
        self.texts = _Texts()
        self._compiled: dict[int, _Compiled] = {}

    def filled(self, sheet: Sheet) -> bytes:
        """Return a sheet's rows as XML."""
        key = id(sheet.pattern)
        if key not in self._compiled:
            self._compiled[key] = self._compile(sheet.pattern)
        compiled = self._compiled[key]
        xml = compiled.xml
        for text in compiled.texts:
            xml = xml.replace(_gap(text), str(self.texts.number(_replaced(text, sheet))))
        xml = _replaced(xml, sheet)
        if sheet.state is None or not len(compiled.places):
            return (xml % ()).encode()
        return (xml % tuple(sheet.state()[compiled.places].tolist())).encode()

    def _compile(self, pattern: Pattern) -> _Compiled:
        pieces: list[str] = []
        places: list[int] = []
        texts: list[str] = []
        for row, cells in by_position(pattern.cells):
            height = pattern.heights.get(row)
            pieces.append(
                f'<row r="{row}">' if height is None
                else f'<row r="{row}" ht="{height}" customHeight="1">'
            )  # fmt: skip
            for cell in cells:
                pieces.append(self._cell(cell))
                if cell.at is not None:
                    places.append(cell.at)
                if cell.text and _MARK.search(cell.text):
                    texts.append(cell.text)
            pieces.append("</row>")
        return _Compiled("".join(pieces), np.array(places, np.int64), tuple(texts), pattern)

    def _cell(self, cell: Cell) -> str:
        style = self.styles.number(cell.role, cell.format)
        start = f'<c r="{column_letters(cell.column)}{cell.row}" s="{style}"'
        text = "" if cell.formula is None else f"<f>{_escaped(cell.formula)}</f>"
        if cell.at is not None:
            return f"{start}>{text}<v>%r</v></c>"
        if cell.number is not None:
            return f"{start}>{text}<v>{cell.number!r}</v></c>"
        if not cell.text:
            return f"{start}/>"
        varies = _MARK.search(cell.text)
        number = _gap(cell.text) if varies else self.texts.number(cell.text)
        return f'{start} t="s"><v>{number}</v></c>'


def _gap(text: str) -> str:
    """Return what stands in the XML for a text that differs from sheet to sheet."""
    return f"\ue010{text.encode().hex()}\ue011"


def _replaced(text: str, sheet: Sheet) -> str:
    for mark, value in sheet.replace.items():
        text = text.replace(mark, value)
    return text


def _table_xml(
    table: Table, styles: _Styles, progress: Progress | None
) -> Iterator[bytes]:
    """Yield a long table's rows: one shared formula per column, the value beside each."""
    head, line = _table_lines(table, styles)
    for start in range(0, table.count, ROWS_AT_A_TIME):
        stop = min(start + ROWS_AT_A_TIME, table.count)
        numbers = table.rows(start, stop)
        texts = [
            (head if start + i == 0 else line).replace(_ROW, str(table.first_row + start + i))
            for i in range(stop - start)
        ]
        yield ("".join(texts) % tuple(numbers.ravel().tolist())).encode()
        if progress is not None:
            progress(numbers.size)


def _table_lines(table: Table, styles: _Styles) -> tuple[str, str]:
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


@lru_cache(maxsize=4_096)
def _escaped(text: str) -> str:
    """Return text for XML, with its percent signs safe from filling in."""
    return escape(_clean(text)).replace("%", "%%")


def _clean(text: str) -> str:
    """Return text without the control characters that XML can't hold, cut to a cell's size."""
    return _CONTROL.sub("", text)[:32_767]


def _undated(core: bytes) -> bytes:
    return re.sub(rb"<dcterms:(created|modified)[^>]*>[^<]*</dcterms:\1>", b"", core)


#: The order that the file format's schema wants inside a font; openpyxl writes another.
_FONT_ORDER = (
    b"b", b"i", b"strike", b"condense", b"extend", b"outline", b"shadow", b"u",
    b"vertAlign", b"sz", b"color", b"name", b"family", b"charset", b"scheme",
)  # fmt: skip


def _in_order(styles: bytes) -> bytes:
    def sort(font: re.Match[bytes]) -> bytes:
        parts = re.findall(rb"<(\w+)[^>]*/>", font[1])
        whole = re.findall(rb"<\w+[^>]*/>", font[1])
        pairs = sorted(zip(parts, whole, strict=True), key=lambda p: _FONT_ORDER.index(p[0]))
        return b"<font>" + b"".join(text for _, text in pairs) + b"</font>"

    return re.sub(rb"<font>(.*?)</font>", sort, styles, flags=re.DOTALL)


def _with_texts(opening: bytes, entry: bytes, end: bytes) -> Callable[[bytes], bytes]:
    """Return what names the table of texts in a part, where openpyxl hasn't."""

    def mend(part: bytes) -> bytes:
        return part if opening in part else part.replace(end, entry + end)

    return mend


_TEXTS_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_TEXTS_RELATION = (
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
)
_MENDED: dict[str, Callable[[bytes], bytes]] = {
    "[Content_Types].xml": _with_texts(
        _TEXTS_TYPE,
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="' + _TEXTS_TYPE + b'"/>',
        b"</Types>",
    ),
    "xl/_rels/workbook.xml.rels": _with_texts(
        _TEXTS_RELATION,
        b'<Relationship Type="' + _TEXTS_RELATION + b'" Target="sharedStrings.xml" Id="texts"/>',
        b"</Relationships>",
    ),
    "docProps/core.xml": _undated,
    "xl/styles.xml": _in_order,
}


