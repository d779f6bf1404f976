"""Charts: loss, metrics and parameters over the iterations, drawn from Training's cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import LineChart, Sheet, Span
from tracer.workbook.sheets.training import FIRST_ROW, Training

#: So many lines a chart can show apart, and so many charts.
MOST_LINES, MOST_CHARTS = 12, 12
FIRST_CHART_ROW = 5
#: How many rows and columns a chart takes with its caption, and how many stand side by side.
ROWS, COLUMNS, ACROSS = 21, 9, 3

Line = tuple[str, int]
Curves = tuple[str, Sequence[Line], str]


def charts_sheet(trace: ProgramTrace, training: Training, wording: Wording) -> Sheet | None:
    """Return the Charts sheet; None where one iteration gives no curve."""
    count = len(training.rows)
    if count < 2:
        return None
    page = Page(
        wording.sheet("charts"),
        about=wording("about.charts"),
        back=(6, wording.sheet("start")),
        subtitle=wording("charts.subtitle"),
    )
    page.hold(3)
    pattern, sheet = page.pattern, page.sheet
    rows = (FIRST_ROW, FIRST_ROW + count - 1)
    for number, (title, lines, note) in enumerate(_curves(trace, training, wording)):
        if number == MOST_CHARTS:
            pattern.text(3, 1, "note", wording("charts.first", count=MOST_CHARTS))
            break
        down, across = divmod(number, ACROSS)
        row, column = FIRST_CHART_ROW + down * ROWS, 1 + across * COLUMNS
        pattern.text(row - 1, column, "note", note)
        spans: list[tuple[str, Span]] = [(name, (at, *rows)) for name, at in lines]
        one = len(lines) == 1
        sheet.charts.append(
            LineChart(
                title,
                training.title,
                x=(1, *rows),
                y=spans[0][1],
                at=(row, column),
                x_title=wording("common.iteration_column"),
                y_title=lines[0][0] if one else "",
                lines=() if one else tuple(spans),
                last=trace.iterations,
            )
        )
    if not sheet.charts:
        return None
    down = -(-len(sheet.charts) // ACROSS)
    sheet.printed = FIRST_CHART_ROW + down * ROWS, ACROSS * COLUMNS
    sheet.pages = 1  # else a page ends in the middle of a chart
    return sheet


def _curves(trace: ProgramTrace, training: Training, wording: Wording) -> Iterator[Curves]:
    """Yield each chart's title, its lines and a note on what is left out."""
    program = trace.program
    for name in dict.fromkeys((program.loss, *program.metrics)):
        column = None if name is None else training.column_of(program.newest(name))
        if name is not None and column is not None:
            key = "common.loss_chart" if name == program.loss else "common.over_iterations"
            yield wording(key, names=name), [(name, column)], ""
    changing = {
        slot: column
        for slot in program.of_role("parameter")
        if (newest := program.newest(slot.name)).key != slot.key
        and (column := training.column_of(newest)) is not None
    }
    for slot, column in changing.items():
        if slot.size > 1:
            yield _of_elements(slot, column, wording)
    alone = [(slot.name, column) for slot, column in changing.items() if slot.size == 1]
    for first in range(0, len(alone), MOST_LINES):
        group = alone[first : first + MOST_LINES]
        names = ", ".join(name for name, _ in group)
        yield wording("common.over_iterations", names=names), group, ""


def _of_elements(slot: Slot, column: int, wording: Wording) -> Curves:
    """Return a chart of a parameter's elements; of many, evenly spaced ones."""
    lines = [(name, column + k) for k, name in enumerate(_elements(slot))]
    note = ""
    if len(lines) > MOST_LINES:
        note = wording("charts.part", shown=MOST_LINES, count=len(lines), name=slot.name)
        lines = [lines[k * len(lines) // MOST_LINES] for k in range(MOST_LINES)]
    return wording("charts.elements", name=slot.name), lines, note


def _elements(slot: Slot) -> list[str]:
    every = product(*(range(n) for n in slot.shape))
    return [", ".join(str(i + 1) for i in index) for index in every]
