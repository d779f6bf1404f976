"""First pass: openpyxl makes the file without its cells: styles, names, charts, print set-up."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.chart import ScatterChart
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from tracer.language.addresses import column_letters
from tracer.language.formula import quoted_sheet
from tracer.version import __version__
from tracer.workbook.plan.paging import BOTTOM, FOOTER, SIDE, TOP, Paging, paging
from tracer.workbook.plan.palette import Look, Palette
from tracer.workbook.plan.plan import Book, Sheet
from tracer.workbook.writer.parts import FONT
from tracer.workbook.writer.rules import CellRules, share_styles
from tracer.workbook.writer.texts import clean

MONO = "Consolas"


class Styles:
    """Numbers each pair of role and number format as the file's style table does."""

    def __init__(self, workbook: Workbook, palette: Palette) -> None:
        self._looks = palette.looks
        self._scratch = workbook.create_sheet("scratch")
        self._made: dict[tuple[str, str], int] = {}

    def number(self, role: str, number_format: str) -> int:
        """Return a style's number, making the style when it is first asked for."""
        key = role, number_format
        if key not in self._made:
            look = self._looks[role]
            cell = self._scratch.cell(1, len(self._made) + 1)
            cell.font = Font(
                name=MONO if look.mono else FONT,
                size=look.size,
                bold=look.bold,
                italic=look.italic,
                color=look.color,
                underline="single" if look.underline else None,
            )
            if look.fill:
                # Both colours, or some programs show the fill black or not at all.
                cell.fill = PatternFill("solid", start_color=look.fill, end_color=look.fill)
            if look.border:
                side = Side("medium" if look.heavy else "thin", color=look.border)
                cell.border = Border(left=side, right=side, top=side, bottom=side)
            cell.alignment = _alignment(look)
            cell.number_format = number_format
            cell.quotePrefix = look.quoted
            self._made[key] = cell.style_id
        return self._made[key]


def _alignment(look: Look) -> Alignment:
    return Alignment(
        horizontal=look.across,
        vertical="bottom" if look.low else "center",
        indent=look.indent,
        wrap_text=look.wrap or None,
        shrink_to_fit=look.shrink or None,
    )


def frame(book: Book, models: Sequence[Sheet]) -> tuple[Workbook, Styles]:
    """Return a workbook with the model sheets, without any cells, and its styles."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = [workbook.create_sheet(sheet.title) for sheet in models]
    styles, rules = Styles(workbook, book.palette), CellRules(book.palette)
    for plan, sheet in zip(models, sheets, strict=True):
        for cell in plan.pattern.cells:
            styles.number(cell.role, cell.format)
        if plan.table is not None:
            for column in plan.table.columns.values():
                styles.number(column.role, column.format)
        _set_up(plan, sheet, book, rules)
    for name, where in book.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=where)
    workbook.remove(workbook["scratch"])
    share_styles(workbook)
    for plan, sheet in zip(models, sheets, strict=True):
        _add_charts(plan, sheet)
    properties = workbook.properties
    properties.title, properties.subject = clean(book.title), clean(book.subject)
    properties.creator = f"step-tracer {__version__}"
    properties.description = clean(book.description)
    # Programs that recalculate on opening should: what they show is then their own.
    workbook.calculation.fullCalcOnLoad = True
    return workbook, styles


def _set_up(plan: Sheet, sheet: Worksheet, book: Book, rules: CellRules) -> None:
    sheet.sheet_view.showGridLines = False
    if plan.zoom != 100:
        sheet.sheet_view.zoomScale = sheet.sheet_view.zoomScaleNormal = plan.zoom
    sheet.sheet_format.defaultColWidth = plan.width
    sheet.sheet_format.baseColWidth = int(plan.width)
    for column, width in plan.widths.items():
        sheet.column_dimensions[column_letters(column)].width = width
    for column in plan.hidden:
        sheet.column_dimensions[column_letters(column)].hidden = True
    if plan.freeze:
        sheet.freeze_panes = f"{column_letters(plan.freeze[1])}{plan.freeze[0]}"
    pages = paging(plan, book.palette.looks)
    _set_up_print(plan, sheet, pages)
    footer = sheet.oddFooter
    assert footer is not None
    footer.center.text = (book.footer + book.beyond * pages.beyond) or None
    for link in plan.links:
        place = f"{column_letters(link.column)}{link.row}"
        target = f"{quoted_sheet(link.sheet)}{link.cell}"
        sheet[place].hyperlink = Hyperlink(ref=place, location=target, display=link.sheet)
    rules.add(plan, sheet)
    for name, where in plan.names.items():
        there = quoted_sheet(plan.title) + where
        sheet.defined_names[name] = DefinedName(name, attr_text=there)


def _set_up_print(plan: Sheet, sheet: Worksheet, pages: Paging) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.scale = pages.scale
    margins = sheet.page_margins
    margins.left = margins.right = SIDE
    margins.top, margins.bottom = TOP, BOTTOM
    margins.header, margins.footer = FOOTER, FOOTER
    for row in pages.rows:
        sheet.row_breaks.append(Break(id=row))
    for column in pages.columns:
        sheet.col_breaks.append(Break(id=column))
    if pages.columns:
        # What stands beside each other follows each other.
        sheet.page_setup.pageOrder = "overThenDown"
    sheet.print_title_rows = f"1:{plan.repeat_rows}"
    row, column = pages.last
    sheet.print_area = f"A1:{column_letters(column)}{row}"


def _add_charts(plan: Sheet, sheet: Worksheet) -> None:
    """Add a chart's place and its parts; what is in them is written in the second pass."""
    for chart in plan.charts:
        sheet.add_chart(ScatterChart(), f"{column_letters(chart.at[1])}{chart.at[0]}")
