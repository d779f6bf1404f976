"""Charts: loss, metrics and parameters over the iterations, drawn from Training's cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from tracer.program import Slot
from tracer.tracing import Trace
from tracer.workbook.plan import TITLE_HEIGHT, LineChart, Link, Pattern, Sheet, Span
from tracer.workbook.sheets.training import FIRST_ROW, Training
from tracer.workbook.sheets.training import TITLE as TRAINING

TITLE = "Charts"
#: So many lines a chart can show apart, and so many charts.
MOST_LINES, MOST_CHARTS = 12, 12
FIRST_CHART_ROW = 5
#: How many rows and columns a chart takes with its caption, and how many stand side by side.
ROWS, COLUMNS, ACROSS = 21, 9, 3

Line = tuple[str, int]


def charts_sheet(trace: Trace, training: Training) -> Sheet | None:
    """Return the Charts sheet; None where one iteration gives no curve."""
    count = len(training.rows)
    if count < 2:
        return None
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", TITLE)
    pattern.text(1, 6, "link", "Start")
    pattern.text(2, 1, "subtitle", "Drawn from the cells of Training: they follow every change.")
    rows = (FIRST_ROW, FIRST_ROW + count - 1)
    charts = []
    for number, (title, lines, note) in enumerate(_curves(trace, training)):
        if number == MOST_CHARTS:
            pattern.text(3, 1, "note", f"The first {MOST_CHARTS} are drawn.")
            break
        down, across = divmod(number, ACROSS)
        row, column = FIRST_CHART_ROW + down * ROWS, 1 + across * COLUMNS
        pattern.text(row - 1, column, "note", note)
        spans: list[tuple[str, Span]] = [(name, (at, *rows)) for name, at in lines]
        charts.append(
            LineChart(
                title, TRAINING, (1, *rows), spans[0][1], (row, column), "iteration",
                lines[0][0] if len(lines) == 1 else "",
                lines=tuple(spans) if len(lines) > 1 else (),
                last=trace.iterations,
            )
        )  # fmt: skip
    if not charts:
        return None
    return Sheet(
        TITLE, pattern, about="loss, metrics and parameters over the iterations",
        freeze=(3, 1), repeat_rows=2, links=[Link(1, 6, "Start")], charts=list(charts),
        printed=(FIRST_CHART_ROW + -(-len(charts) // ACROSS) * ROWS, ACROSS * COLUMNS),
    )  # fmt: skip


def _curves(trace: Trace, training: Training) -> Iterator[tuple[str, Sequence[Line], str]]:
    """Yield each chart's title, its lines and a note on what is left out."""
    program = trace.program
    for name in dict.fromkeys((program.loss, *program.metrics)):
        column = None if name is None else training.column_of(program.newest(name))
        if name is not None and column is not None:
            title = "Loss over iterations" if name == program.loss else f"{name} over iterations"
            yield title, [(name, column)], ""
    alone: list[Line] = []
    for slot in program.of_role("parameter"):
        newest = program.newest(slot.name)
        column = training.column_of(newest)
        if column is None or newest.key == slot.key:
            continue
        if slot.size == 1:
            alone.append((slot.name, column))
            continue
        lines = [(name, column + k) for k, name in enumerate(_elements(slot))]
        note = ""
        if len(lines) > MOST_LINES:
            note = f"{MOST_LINES} of the {len(lines)} elements of {slot.name}, spread evenly."
            lines = [lines[k * len(lines) // MOST_LINES] for k in range(MOST_LINES)]
        yield f"{slot.name} (row, column)", lines, note
    for first in range(0, len(alone), MOST_LINES):
        group = alone[first : first + MOST_LINES]
        yield ", ".join(name for name, _ in group) + " over iterations", group, ""


def _elements(slot: Slot) -> list[str]:
    every = product(*(range(n) for n in slot.shape))
    return [", ".join(str(i + 1) for i in index) for index in every]
