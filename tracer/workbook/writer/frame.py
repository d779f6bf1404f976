"""First pass: openpyxl makes the file without its cells: styles, names, charts, print set-up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import Reference, ScatterChart, Series
from openpyxl.chart.legend import Legend
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.formatting.rule import ColorScaleRule, Rule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import NumberFormat
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tracer.language.formula import column_letters, quoted_sheet
from tracer.version import __version__
from tracer.workbook.plan.palette import FAINT, INK, LOSS_LINE, Palette
from tracer.workbook.plan.plan import Book, Choice, Highlight, LineChart, PointChart, Sheet, Span
from tracer.workbook.writer.cells import clean

FONT, MONO = "Calibri", "Consolas"


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
            cell.alignment = Alignment(
                horizontal=look.across,
                vertical="center",
                indent=look.indent,
            )
            cell.number_format = number_format
            cell.quotePrefix = look.quoted
            self._made[key] = cell.style_id
        return self._made[key]


def frame(book: Book, models: Sequence[Sheet]) -> tuple[Workbook, Styles]:
    """Return a workbook with the model sheets, without any cells, and its styles."""
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    sheets = [workbook.create_sheet(sheet.title) for sheet in models]
    styles = Styles(workbook, book.palette)
    for plan, sheet in zip(models, sheets, strict=True):
        for cell in plan.pattern.cells:
            styles.number(cell.role, cell.format)
        if plan.table is not None:
            for column in plan.table.columns.values():
                styles.number(column.role, column.format)
        _set_up(plan, sheet, book)
    for name, where in book.names.items():
        workbook.defined_names[name] = DefinedName(name, attr_text=where)
    workbook.remove(workbook["scratch"])
    for plan, sheet in zip(models, sheets, strict=True):
        _add_charts(plan, sheet, workbook, book.palette)
    properties = workbook.properties
    properties.title, properties.subject = clean(book.title), clean(book.subject)
    properties.creator = f"step-tracer {__version__}"
    properties.description = clean(book.description)
    # Programs that recalculate on opening should: what they show is then their own.
    workbook.calculation.fullCalcOnLoad = True
    return workbook, styles


def _set_up(plan: Sheet, sheet: Worksheet, book: Book) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_format.defaultColWidth = plan.width
    sheet.sheet_format.baseColWidth = int(plan.width)
    for column, width in plan.widths.items():
        sheet.column_dimensions[column_letters(column)].width = width
    for column in plan.hidden:
        sheet.column_dimensions[column_letters(column)].hidden = True
    if plan.freeze:
        sheet.freeze_panes = f"{column_letters(plan.freeze[1])}{plan.freeze[0]}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = "9"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, plan.pages
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"1:{plan.repeat_rows}"
    if plan.printed:
        sheet.print_area = f"A1:{column_letters(plan.printed[1])}{plan.printed[0]}"
    footer = sheet.oddFooter
    assert footer is not None
    footer.center.text = book.footer or None
    for link in plan.links:
        place = f"{column_letters(link.column)}{link.row}"
        target = f"{quoted_sheet(link.sheet)}A1"
        sheet[place].hyperlink = Hyperlink(ref=place, location=target, display=link.sheet)
    _add_rules(plan, sheet, book.palette)
    for name, where in plan.names.items():
        there = quoted_sheet(plan.title) + where
        sheet.defined_names[name] = DefinedName(name, attr_text=there)


def _add_rules(plan: Sheet, sheet: Worksheet, palette: Palette) -> None:
    """Add what reacts: choices with their messages, highlights, colour scales."""
    for choice in (*plan.choices, *plan.pattern.choices):
        sheet.add_data_validation(_validation(choice))
    for highlight in plan.highlights:
        sheet.conditional_formatting.add(highlight.area, _rule(highlight, palette))
    for scale in plan.scales:
        kinds = ("min", "percentile", "max") if scale.bounds is None else ("num",) * 3
        low, middle, high = scale.bounds or (None, 50, None)
        rule = ColorScaleRule(  # type: ignore[no-untyped-call]
            start_type=kinds[0],
            start_value=low,
            start_color=scale.colors[0],
            mid_type=kinds[1],
            mid_value=middle,
            mid_color=scale.colors[1],
            end_type=kinds[2],
            end_value=high,
            end_color=scale.colors[2],
        )
        sheet.conditional_formatting.add(scale.area, rule)


def _rule(highlight: Highlight, palette: Palette) -> Rule:
    look = palette.looks[highlight.role]
    side = Side("thin", color=look.border) if look.border else None
    fill = PatternFill("solid", start_color=look.fill, end_color=look.fill) if look.fill else None
    changed = DifferentialStyle(
        font=Font(color=look.color, bold=look.bold or None, italic=look.italic or None),
        numFmt=_mark_format(highlight.mark) if highlight.mark else None,
        fill=fill,
        border=Border(left=side, right=side, top=side, bottom=side) if side else None,
    )
    # A rule that stops would take the colour of a scale away.
    stop = None if highlight.mark else True
    return Rule("expression", dxf=changed, stopIfTrue=stop, formula=[highlight.formula])


def _mark_format(mark: str) -> NumberFormat:
    """Return the number format that shows every number as a mark: a text in quotes."""
    # Each format code needs a number of its own; a file's cell formats stay well below 200.
    return NumberFormat(200 + ord(mark[0]) % 100, f'"{mark}"')


def _validation(choice: Choice) -> DataValidation:
    validation = DataValidation(sqref=choice.area, allow_blank=True)
    # Typed as closed sets of words, which the plan's are checked against by openpyxl itself.
    rule: Any = validation
    if choice.kind == "list":
        given = choice.values
        rule.type = "list"
        rule.formula1 = given if isinstance(given, str) else '"' + ",".join(given) + '"'
    elif choice.kind != "any":
        rule.type, rule.operator = choice.kind, "between"
        rule.formula1, rule.formula2 = choice.low, choice.high
    if choice.message:
        rule.showInputMessage = True
        rule.promptTitle, rule.prompt = choice.title[:32] or None, choice.message[:255]
    if choice.error:
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = choice.title[:32] or None, choice.error[:255]
    return validation


def _add_charts(plan: Sheet, sheet: Worksheet, workbook: Workbook, palette: Palette) -> None:
    faint = palette.tones[FAINT]
    for chart in plan.charts:
        source = workbook[chart.sheet]
        drawn = (
            _line_chart(chart, source, palette)
            if isinstance(chart, LineChart)
            else _point_chart(chart, source, palette)
        )
        drawn.title = chart.title
        # An empty title would be drawn as one.
        drawn.x_axis.title, drawn.y_axis.title = chart.x_title or None, chart.y_title or None
        drawn.x_axis.delete = drawn.y_axis.delete = False
        for axis in (drawn.x_axis, drawn.y_axis):
            if axis.majorGridlines is not None:
                axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=faint))
        sheet.add_chart(drawn, f"{column_letters(chart.at[1])}{chart.at[0]}")


def _line_chart(chart: LineChart, source: Worksheet, palette: Palette) -> ScatterChart:
    drawn = ScatterChart()
    drawn.style, drawn.scatterStyle = 13, "lineMarker"
    drawn.x_axis.number_format, drawn.y_axis.number_format = "0", "General"
    drawn.x_axis.majorGridlines = None
    drawn.x_axis.tickLblPos = "low"
    rows = chart.x[2] - chart.x[1] + 1
    drawn.x_axis.scaling.min, drawn.x_axis.scaling.max = 1, chart.last or rows
    if chart.lines:
        drawn.legend = Legend(legendPos="r")
    else:
        drawn.legend = None
    for number, (name, span) in enumerate(chart.lines or (("", chart.y),)):
        series = _series(source, name, chart.x, span)
        series.marker.symbol = "none" if rows > 30 else "circle"
        line = series.graphicalProperties.line
        colors, dashes = palette.lines, palette.dashes
        line.solidFill = colors[number % len(colors)] if chart.lines else palette.tones[LOSS_LINE]
        if chart.lines:
            # Colours come round again after these; dashes tell the rounds apart.
            line.width, line.dashStyle = 19_050, dashes[number // len(colors) % len(dashes)]
            series.marker.size = 4
            series.marker.graphicalProperties = GraphicalProperties(solidFill=line.solidFill)
            series.marker.graphicalProperties.line.noFill = True
        drawn.series.append(series)
    drawn.width, drawn.height = 16, 9
    return drawn


def _point_chart(chart: PointChart, source: Worksheet, palette: Palette) -> ScatterChart:
    drawn = ScatterChart()
    drawn.style, drawn.scatterStyle = 13, "lineMarker"
    drawn.x_axis.number_format = drawn.y_axis.number_format = "General"
    drawn.legend = Legend(legendPos="b")
    # Axes cross at their low ends, so that their numbers don't stand among the points.
    drawn.x_axis.tickLblPos = drawn.y_axis.tickLblPos = "low"
    for (name, x, y), (symbol, color) in zip(chart.groups, palette.markers, strict=False):
        series = _series(source, name, x, y)
        series.marker.symbol, series.marker.size = symbol, 6
        series.marker.graphicalProperties = GraphicalProperties(solidFill=color)
        series.marker.graphicalProperties.line.solidFill = palette.tones[INK]
        series.graphicalProperties.line.noFill = True
        drawn.series.append(series)
    drawn.width, drawn.height = 16, 13
    return drawn


def _series(source: Worksheet, name: str, x: Span, y: Span) -> Any:
    xs, ys = (
        Reference(source, min_col=column, min_row=first, max_row=last)
        for column, first, last in (x, y)
    )
    series = Series(ys, xs, title=clean(name) or None)
    series.smooth = False
    return series
