"""Charts: loss, metrics and parameters over the iterations, drawn from Training's cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product

from tracer.language.expression import place_text
from tracer.program.alike import of_one_kind, shared_words
from tracer.program.model import Program, Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import LineChart, Sheet
from tracer.workbook.sheets.curves import Line, OverIterations
from tracer.workbook.sheets.training import Training

#: So many lines a chart can show apart, and so many charts.
MOST_LINES, MOST_CHARTS = 12, 12
FIRST_CHART_ROW = 5
#: How many rows and columns a chart takes with its caption, and how many stand side by side.
ROWS, COLUMNS, ACROSS = 17, 8, 2

#: Where a chart stands: its row and column.
At = tuple[int, int]
#: What draws a chart at a place, and a note on what is left out of it.
Drawn = tuple[Callable[[At], LineChart], str]


def charts_sheet(trace: ProgramTrace, training: Training, wording: Wording) -> Sheet | None:
    """Return the Charts sheet; None where one iteration gives no curve."""
    if len(training.rows) < 2:
        return None
    drawn = list(_drawn(trace, training, wording))
    says = [wording("charts.subtitle" if training.live else "charts.subtitle_stored")]
    if len(drawn) > MOST_CHARTS:
        says.append(wording("charts.first", count=MOST_CHARTS))
    page = Page(
        wording.sheet("charts"),
        about=wording("about.charts"),
        back=(6, wording.sheet("start")),
        subtitle=" ".join(says),
    )
    page.hold(3)
    pattern, sheet = page.pattern, page.sheet
    for number, (draw, note) in enumerate(drawn[:MOST_CHARTS]):
        down, across = divmod(number, ACROSS)
        row, column = FIRST_CHART_ROW + down * ROWS, 1 + across * COLUMNS
        pattern.text(row - 1, column, "note", note)
        sheet.charts.append(draw((row, column)))
    if not sheet.charts:
        return None
    down = -(-len(sheet.charts) // ACROSS)
    sheet.printed = FIRST_CHART_ROW + down * ROWS, ACROSS * COLUMNS
    return sheet


def _drawn(trace: ProgramTrace, training: Training, wording: Wording) -> Iterator[Drawn]:
    """Yield what draws each chart."""
    program = trace.program
    over = OverIterations(trace, training.rows, training.title, wording)
    for group in of_one_kind(program):
        columns = {name: training.column_of(program.newest(name)) for name in group}
        lines = [(name, column) for name, column in columns.items() if column is not None]
        for some in _portions(lines):
            yield _of_measures(over, program, some, wording), ""
    changing = {
        slot: column
        for slot in program.of_role("parameter")
        if (newest := program.newest(slot.name)).key != slot.key
        and (column := training.column_of(newest)) is not None
    }
    for slot, column in changing.items():
        if slot.size > 1:
            yield _of_elements(over, slot, column, wording)
    alone = [(slot.name, column) for slot, column in changing.items() if slot.size == 1]
    for some in _portions(alone):
        names = ", ".join(name for name, _ in some)
        title = wording("common.over_iterations", names=names)
        one = names if len(some) == 1 else wording("charts.value")
        yield partial(over.of_numbers, some, title=title, y_title=one), ""


def _portions(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    for first in range(0, len(lines), MOST_LINES):
        yield lines[first : first + MOST_LINES]


def _of_measures(
    over: OverIterations, program: Program, lines: Sequence[Line], wording: Wording
) -> Callable[[At], LineChart]:
    names = [name for name, _ in lines]
    listed = ", ".join(names) if len(names) < 4 else f"{names[0]} … {names[-1]}"
    title = wording("common.over_iterations", names=listed)
    if program.loss in names:
        title = wording("common.loss_chart")
    y_title = names[0] if len(names) == 1 else shared_words(names)
    return partial(over.of_measures, lines, title=title, y_title=y_title)


def _of_elements(over: OverIterations, slot: Slot, column: int, wording: Wording) -> Drawn:
    """Return a chart of a parameter's elements; of many, evenly spaced ones."""
    lines = [(name, column + k) for k, name in enumerate(_elements(slot))]
    note = ""
    if len(lines) > MOST_LINES:
        note = wording("charts.part", shown=MOST_LINES, count=len(lines), name=slot.name)
        lines = [lines[k * len(lines) // MOST_LINES] for k in range(MOST_LINES)]
    title = wording("charts.elements", name=slot.name)
    return partial(over.of_numbers, lines, title=title, y_title=slot.name), note


def _elements(slot: Slot) -> list[str]:
    return list(map(place_text, product(*map(range, slot.shape))))
