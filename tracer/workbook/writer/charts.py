"""Charts as Excel writes them: their parts, and the drawings that say where each stands.

openpyxl's own lack what some programs need to show a chart at all, or as it is meant: where an
axis stands, that titles leave the plot alone, prefixes declared at the top, the drawn numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from html import escape
from math import isfinite, log10

from tracer.language.addresses import column_letters
from tracer.language.formula import quoted_sheet
from tracer.workbook.plan.palette import FAINT, INK, LINE, LOSS_LINE, Palette
from tracer.workbook.plan.plan import Curve, LineChart, PointChart, Sheet, Span
from tracer.workbook.writer.stored import Stored
from tracer.workbook.writer.texts import clean

_SCHEMAS = "http://schemas.openxmlformats.org"
_RELATIONS = f"{_SCHEMAS}/officeDocument/2006/relationships"
_CHART, _MAIN = f"{_SCHEMAS}/drawingml/2006/chart", f"{_SCHEMAS}/drawingml/2006/main"
_SHEET = f"{_SCHEMAS}/drawingml/2006/spreadsheetDrawing"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
#: Lengths in a drawing are told in these.
PER_POINT, PER_CM = 12_700, 360_000
WIDTH, LINES_HEIGHT, POINTS_HEIGHT = 14.5, 8.4, 12
#: A chart with more rows than this has no marker on each.
MOST_MARKED = 30
#: So many numbers of a chart are stored in it, for programs that show charts but don't compute.
MOST_STORED = 50_000
#: The x axis has at most so many parts.
MOST_TICKS = 8
X_AXIS, Y_AXIS = 10, 20

Chart = LineChart | PointChart


def chart_parts(sheets: Sequence[Sheet], palette: Palette) -> Mapping[str, Callable[[], bytes]]:
    """Return what writes each chart and each drawing, by the names of their parts."""
    with_charts = [sheet for sheet in sheets if sheet.charts]
    charts = [chart for sheet in with_charts for chart in sheet.charts]
    stored = Stored(sheets, charts)
    drawn = {
        f"xl/drawings/drawing{number}.xml": partial(_drawing, sheet.charts)
        for number, sheet in enumerate(with_charts, 1)
    }
    return drawn | {
        f"xl/charts/chart{number}.xml": partial(_chart, chart, stored, palette)
        for number, chart in enumerate(charts, 1)
    }


def _drawing(charts: Iterable[Chart]) -> bytes:
    """Return the part that says where a sheet's charts stand, and what they are."""
    frames = "".join(_frame(number, chart) for number, chart in enumerate(charts, 1))
    return (
        f'{_HEAD}<xdr:wsDr xmlns:xdr="{_SHEET}" xmlns:a="{_MAIN}" xmlns:c="{_CHART}"'
        f' xmlns:r="{_RELATIONS}">{frames}</xdr:wsDr>'
    ).encode()


def _frame(number: int, chart: Chart) -> str:
    row, column = chart.at
    height = LINES_HEIGHT if isinstance(chart, LineChart) else POINTS_HEIGHT
    title, says = _attribute(chart.title), _attribute(chart.says)
    return (
        f"<xdr:oneCellAnchor><xdr:from><xdr:col>{column - 1}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
        f'<xdr:ext cx="{round(WIDTH * PER_CM)}" cy="{round(height * PER_CM)}"/>'
        '<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>'
        f'<xdr:cNvPr id="{number + 1}" name="Chart {number}" descr="{says}" title="{title}"/>'
        "<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>"
        '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>'
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart r:id="rId{number}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:oneCellAnchor>"
    )


def _chart(chart: Chart, stored: Stored, palette: Palette) -> bytes:
    """Return a chart's part."""
    if isinstance(chart, LineChart):
        series = _lines(chart, stored, palette)
        x_axis, y_axis = _line_axes(chart, palette)
        meant = any(curve.mean for curve in chart.curves)
        # What means are called is too long for a legend beside the plot.
        legend = _legend("b") if meant else _legend("r") if len(chart.curves) > 1 else ""
    else:
        series = _points(chart, stored, palette)
        grid = palette.tones[FAINT]
        x_axis = _axis(X_AXIS, Y_AXIS, "b", chart.x_title, grid=grid)
        y_axis = _axis(Y_AXIS, X_AXIS, "l", chart.y_title, grid=grid)
        legend = _legend("b")
    return (
        f'{_HEAD}<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f'<c:roundedCorners val="0"/><c:chart>{_title(chart.title, 1200)}'
        '<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/><c:scatterChart>'
        f'<c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{series}'
        f'<c:axId val="{X_AXIS}"/><c:axId val="{Y_AXIS}"/></c:scatterChart>{x_axis}{y_axis}'
        f'</c:plotArea>{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        '<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900"/></a:pPr>'
        '<a:endParaRPr lang="en-US"/></a:p></c:txPr></c:chartSpace>'
    ).encode()


def _lines(chart: LineChart, stored: Stored, palette: Palette) -> str:
    """Return the series of a chart of lines."""
    rows = chart.x[2] - chart.x[1] + 1
    keep = 2 * rows * len(chart.curves) <= MOST_STORED
    colors, dashes = palette.lines, palette.dashes
    several = len(chart.curves) > 1
    written = []
    for number, curve in enumerate(chart.curves):
        color = colors[number % len(colors)] if several else palette.tones[LOSS_LINE]
        # Colours come round again after these; dashes tell the rounds apart.
        dash = dashes[number // len(colors) % len(dashes)]
        thin = _line(palette.tones[LINE] if not several else color, 0.25)
        line = _line(color, 1.5 if several else 2.25, dash)
        marker = _marker("circle", 5, color) if rows <= MOST_MARKED else _marker("none")
        numbers = _numbers(chart.sheet, chart.x, curve.span, stored if keep else None)
        drawn = thin if curve.mean else line
        inside = f"<c:spPr>{drawn}</c:spPr>{marker}{_means(curve, line)}{numbers}"
        written.append(_series(number, curve.name, inside))
    return "".join(written)


def _means(curve: Curve, line: str) -> str:
    """Return the line of a curve's means, each of so many numbers up to its own."""
    if curve.mean is None:
        return ""
    count, name = curve.mean
    return (
        f"<c:trendline><c:name>{_text(name)}</c:name><c:spPr>{line}</c:spPr>"
        f'<c:trendlineType val="movingAvg"/><c:period val="{count}"/>'
        '<c:dispRSqr val="0"/><c:dispEq val="0"/></c:trendline>'
    )


def _line_axes(chart: LineChart, palette: Palette) -> tuple[str, str]:
    """Return the axes of a chart of lines: round numbers of iterations from 0 on."""
    step = _round_step(chart.last)
    most = -(-chart.last // step) * step
    x_axis = _axis(X_AXIS, Y_AXIS, "b", chart.x_title, code="0", bounds=(0, most), unit=f"{step}")
    base = '<c:logBase val="10"/>' if chart.log else ""
    grid = palette.tones[FAINT]
    return x_axis, _axis(Y_AXIS, X_AXIS, "l", chart.y_title, base=base, grid=grid)


def _round_step(last: int) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, … that divides an axis into few parts."""
    power: int = 10 ** int(log10(max(1, last / MOST_TICKS)))
    return next(k * power for k in (1, 2, 5, 10) if last <= MOST_TICKS * k * power)


def _points(chart: PointChart, stored: Stored, palette: Palette) -> str:
    """Return the series of a chart of points: a marker for each group."""
    ink = palette.tones[INK]
    written = []
    for number, ((name, x, y), (symbol, color)) in enumerate(
        zip(chart.groups, palette.markers, strict=False)
    ):
        none = "<c:spPr><a:ln><a:noFill/></a:ln></c:spPr>"
        marker = _marker(symbol, 6, color, _line(ink, 0.75))
        numbers = _numbers(chart.sheet, x, y, stored)
        written.append(_series(number, name, none + marker + numbers))
    return "".join(written)


def _series(number: int, name: str, inside: str) -> str:
    return (
        f'<c:ser><c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:v>{_text(name)}</c:v>'
        f'</c:tx>{inside}<c:smooth val="0"/></c:ser>'
    )


def _numbers(sheet: str, x: Span, y: Span, stored: Stored | None) -> str:
    return f"<c:xVal>{_range(sheet, x, stored)}</c:xVal><c:yVal>{_range(sheet, y, stored)}</c:yVal>"


def _range(sheet: str, span: Span, stored: Stored | None) -> str:
    """Return a range and, where they are to be stored, its numbers."""
    column, first, last = span
    letters = column_letters(column)
    cells = f"{quoted_sheet(sheet)}${letters}${first}:${letters}${last}"
    cache = ""
    if stored is not None:
        points = "".join(
            f'<c:pt idx="{k}"><c:v>{number:.16g}</c:v></c:pt>'
            for k, number in enumerate(stored.numbers(sheet, span))
            if number is not None and isfinite(number)
        )
        cache = (
            "<c:numCache><c:formatCode>General</c:formatCode>"
            f'<c:ptCount val="{last - first + 1}"/>{points}</c:numCache>'
        )
    return f"<c:numRef><c:f>{escape(cells)}</c:f>{cache}</c:numRef>"


def _axis(
    own: int,
    other: int,
    side: str,
    title: str,
    *,
    code: str = "General",
    bounds: tuple[int, int] | None = None,
    base: str = "",
    grid: str = "",
    unit: str = "",
) -> str:
    # Its numbers stand at the plot's edge, also where the axes cross among the points.
    limits = f'<c:max val="{bounds[1]}"/><c:min val="{bounds[0]}"/>' if bounds else ""
    lines = f"<c:majorGridlines><c:spPr>{_line(grid, 0.75)}</c:spPr></c:majorGridlines>"
    turned = side == "l"
    return (
        f'<c:valAx><c:axId val="{own}"/><c:scaling>{base}<c:orientation val="minMax"/>{limits}'
        f'</c:scaling><c:delete val="0"/><c:axPos val="{side}"/>{lines if grid else ""}'
        f"{_title(title, 900, turned) if title else ''}"
        f'<c:numFmt formatCode="{code}" sourceLinked="0"/><c:majorTickMark val="out"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:crossAx val="{other}"/>'
        '<c:crosses val="autoZero"/><c:crossBetween val="midCat"/>'
        + (f'<c:majorUnit val="{unit}"/>' if unit else "")
        + "</c:valAx>"
    )


def _title(text: str, size: int, turned: bool = False) -> str:
    """Return a title that leaves the plot alone; `size` in hundredths of a point."""
    body = '<a:bodyPr rot="-5400000" vert="horz"/>' if turned else "<a:bodyPr/>"
    looks = f'sz="{size}" b="{int(size > 1000)}"'
    return (
        f"<c:title><c:tx><c:rich>{body}<a:lstStyle/><a:p><a:pPr><a:defRPr {looks}/></a:pPr>"
        f'<a:r><a:rPr lang="en-US" {looks}/><a:t>{_text(text)}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )


def _legend(side: str) -> str:
    return f'<c:legend><c:legendPos val="{side}"/><c:overlay val="0"/></c:legend>'


def _marker(symbol: str, size: int = 0, color: str = "", line: str = "") -> str:
    if symbol == "none":
        return '<c:marker><c:symbol val="none"/></c:marker>'
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{fill}'
        f"{line or _line(color, 0.75)}</c:spPr></c:marker>"
    )


def _line(color: str, points: float, dash: str = "solid") -> str:
    return (
        f'<a:ln w="{round(points * PER_POINT)}"><a:solidFill><a:srgbClr val="{color}"/>'
        f'</a:solidFill><a:prstDash val="{dash}"/></a:ln>'
    )


def _text(text: str) -> str:
    return escape(clean(text), quote=False)


def _attribute(text: str) -> str:
    return escape(clean(text))
