"""Boundary: what a network with two inputs answers all over the plane, in colour, live."""

from __future__ import annotations

import numpy as np

from tracer.language.elements import Leaf
from tracer.language.expression import Index
from tracer.language.formula import FormulaTooLong, Place, column_letters, formula
from tracer.language.functions import Array
from tracer.run.forward import Forward, reference
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import Palette
from tracer.workbook.plan.plan import (
    Highlight,
    Pattern,
    PointChart,
    Scale,
    Sheet,
    area,
)
from tracer.workbook.sheets.chosen import Chosen, as_shown
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.predict import training_rows

#: The grid: so many cells each way, the data's range and this share of it on either side.
CELLS, MARGIN = 41, 0.1
AXIS_ROW, AXIS_COLUMN = 8, 2
FIRST_ROW, FIRST_COLUMN = AXIS_ROW + 1, AXIS_COLUMN + 1
CHART_COLUMN = FIRST_COLUMN + CELLS + 1
#: From here on stand the numbers that the grid is computed from.
HELPER_COLUMN = CHART_COLUMN + 9
RANGE_ROW = 5
#: Of more data points, the first are drawn.
MOST_POINTS = 2_000
#: Points halfway between two cells go to the same one in every program.
_NUDGE = 0.0001
_X, _Y = "\ue0a1", "\ue0a2"


def boundary_sheet(chosen: Chosen, inputs: Inputs, palette: Palette) -> Sheet | None:
    """Return the Boundary sheet; None unless two inputs lead to one output in one formula."""
    forward = chosen.forward
    if len(forward.inputs) != 2 or len(forward.outputs) != 1 or len(forward.prediction.input) != 1:
        return None
    points = training_rows(forward, forward.trace.template.given)
    wanted = [forward.prediction.input[0], forward.prediction.target]
    slots = [forward.trace.program.start(name) for name in wanted if name]
    if len(points) < 2 or not all(map(inputs.whole, slots)) or not np.ptp(points, axis=0).all():
        return None
    try:
        return _Boundary(chosen, inputs, points).sheet(palette)
    except FormulaTooLong:
        return None


class _Boundary:
    def __init__(self, chosen: Chosen, inputs: Inputs, points: Array) -> None:
        self.chosen = chosen
        self.forward: Forward = chosen.forward
        self.inputs = inputs
        self.wording = chosen.wording
        self.title = self.wording.sheet("boundary")
        self.points = points
        self.pattern = Pattern()
        self.low = points.min(axis=0) - MARGIN * np.ptp(points, axis=0)
        self.step = np.ptp(points, axis=0) * (1 + 2 * MARGIN) / (CELLS - 1)

    def sheet(self, palette: Palette) -> Sheet:
        pattern, forward, wording = self.pattern, self.forward, self.wording
        x, y = forward.input_labels
        page = Page(
            self.title,
            about=wording("about.boundary"),
            back=(16, wording.sheet("start")),
            subtitle=wording("boundary.subtitle", x=x, y=y),
            pattern=pattern,
        )
        sheet = page.sheet
        sheet.choices.append(self.chosen.draw_choice(pattern))
        threshold = forward.prediction.threshold
        target = forward.prediction.target
        pattern.text(5, 1, "label", wording("common.colours"))
        pattern.text(5, FIRST_COLUMN, "meaning", self._legend(threshold, target))
        row = self._ranges()
        row = self.chosen.draw_fixed(pattern, row, HELPER_COLUMN, 16)
        self._points(row)
        self._grid()
        grid = area(FIRST_ROW, FIRST_COLUMN, CELLS, CELLS, fixed=False)
        bounds = None
        if threshold is not None:
            reach = max(threshold, 1 - threshold)
            bounds = threshold - reach, threshold, threshold + reach
        sheet.widths = self._widths()
        sheet.freeze, sheet.repeat_rows = (AXIS_ROW, 1), 2
        sheet.charts.append(self._chart())
        sheet.highlights += self._marks(grid)
        sheet.scales.append(Scale(grid, palette.surface, bounds))
        sheet.printed = FIRST_ROW + CELLS, HELPER_COLUMN - 2
        return sheet

    def _legend(self, threshold: float | None, target: str | None) -> str:
        kind = "plain" if threshold is None else "threshold"
        where = self.wording(f"boundary.legend_{kind}", threshold=threshold or 0.0)
        marks = self.wording("boundary.marks_classes" if target else "boundary.marks")
        return f"{where}; {marks}"

    def _widths(self) -> dict[int, float]:
        widths = {1: 12.0, AXIS_COLUMN: 8.0}
        wide = 2.5 if self.format == "0.0" else 3.5
        widths.update(dict.fromkeys(range(FIRST_COLUMN, FIRST_COLUMN + CELLS), wide))
        widths[FIRST_COLUMN + CELLS] = 3.0
        return widths

    # -- the numbers the grid needs -----------------------------------------------------

    def _ranges(self) -> int:
        """Draw where the grid begins and its steps, from the data's range; return the next row."""
        pattern, column = self.pattern, HELPER_COLUMN
        pattern.band(RANGE_ROW - 1, column, column + 15, self.wording("boundary.helpers"))
        pattern.text(RANGE_ROW, column, "subhead", "")
        for k, head in enumerate(("smallest", "largest", "grid_from", "step"), 1):
            pattern.text(RANGE_ROW, column + k, "subhead", self.wording(f"boundary.{head}"))
        for k in range(2):
            row = RANGE_ROW + 1 + k
            where = self._data(k)
            least, most = (f"{column_letters(column + 1 + i)}{row}" for i in range(2))
            points = self.points[:, k]
            pattern.text(row, column, "label", self.forward.input_labels[k])
            for number, (value, text) in enumerate(
                (
                    (points.min(), f"MIN({where})"),
                    (points.max(), f"MAX({where})"),
                    (self.low[k], f"{least}-{MARGIN}*({most}-{least})"),
                    (self.step[k], f"({most}-{least})*{1 + 2 * MARGIN}/{CELLS - 1}"),
                ),
                1,
            ):
                pattern.live(row, column + number, "shown", text, float(value), "0.000")
        return RANGE_ROW + 4

    def _range(self, k: int, which: int) -> str:
        letters = column_letters(HELPER_COLUMN + 3 + which)
        return f"${letters}${RANGE_ROW + 1 + k}"

    def _index(self, sample: int, k: int) -> Index:
        return (k, sample) if self.forward.prediction.in_columns else (sample, k)

    def _home(self, sample: int, k: int) -> Place:
        slot = self.forward.trace.program.start(self.forward.prediction.input[0])
        place = self.inputs.place(slot, self._index(sample, k))
        assert place is not None
        return place

    def _data(self, k: int) -> str:
        first, last = self._home(0, k), self._home(len(self.points) - 1, k)
        return f"{first.text()}:{last.local()}"

    # -- the grid -----------------------------------------------------------------------

    def _grid(self) -> None:
        pattern, forward = self.pattern, self.forward
        steps = np.arange(CELLS)
        xs = self.low[0] + steps * self.step[0]
        ys = self.low[1] + steps[::-1] * self.step[1]
        pattern.text(AXIS_ROW, 1, "label", forward.input_labels[1] + " ↑")
        pattern.text(AXIS_ROW - 1, FIRST_COLUMN, "label", forward.input_labels[0] + " →")
        for k in range(CELLS):
            right = f"{self._range(0, 0)}+{k}*{self._range(0, 1)}"
            pattern.live(AXIS_ROW, FIRST_COLUMN + k, "axis", right, float(xs[k]), _short(xs))
            down = f"{self._range(1, 0)}+{CELLS - 1 - k}*{self._range(1, 1)}"
            pattern.live(FIRST_ROW + k, AXIS_COLUMN, "axis", down, float(ys[k]), "0.00")
        text = formula(forward.whole(forward.outputs[0]), self._place)
        across, down = np.meshgrid(xs, ys)
        rows = np.column_stack([across.ravel(), down.ravel()])
        answers = forward.run(rows, self.chosen.last)[forward.outputs[0]]
        self.format = _short(answers)
        letters = [column_letters(FIRST_COLUMN + k) for k in range(CELLS)]
        for number, value in enumerate(answers.tolist()):
            i, j = divmod(number, CELLS)
            here = text.replace(_X, f"{letters[j]}${AXIS_ROW}").replace(
                _Y, f"${column_letters(AXIS_COLUMN)}{FIRST_ROW + i}"
            )
            if number == 0 and len(here) + 64 > 8_191:
                raise FormulaTooLong
            now = as_shown(value)
            pattern.live(FIRST_ROW + i, FIRST_COLUMN + j, "grid", here, now, self.format)

    def _place(self, cell: Leaf) -> Place:
        ref = reference(cell)
        if ref in self.forward.inputs:
            return _GridPlace(1, 1, (_X, _Y)[self.forward.inputs.index(ref)], alone=True)
        return self.chosen.place(cell)

    # -- the data -----------------------------------------------------------------------

    def _points(self, row: int) -> None:
        """Draw the data points: mirrored, then split by class for the chart's two groups.

        In a group's columns, a point of the other class is replaced by the group's first
        point, so that it shows nothing of its own: a chart would draw a blank text as 0.
        """
        pattern, column = self.pattern, HELPER_COLUMN
        target = self.forward.prediction.target
        labels = self.forward.input_labels
        count = min(len(self.points), MOST_POINTS)
        truth = self._truth()[:count] if target else np.ones(count)
        firsts = [int(np.argmax(truth == c)) if (truth == c).any() else 0 for c in (0, 1)]
        self.first, self.last = row + 3, row + 2 + count
        x, y, kind = (column_letters(column + k) for k in range(3))
        span = f"${kind}${self.first}:${kind}${self.last}"
        wording = self.wording
        heads = [*labels, wording("common.class"), wording("boundary.grid_cell")]
        heads += [f"{label}, {self._class(c)}" for c in (0, 1) for label in labels]
        if not target:
            heads = heads[:4]
        for k, head in enumerate(heads):
            pattern.text(row + 1, column + k, "subhead", head)
        for c in range(2 if target else 0):
            at = column + 4 + 2 * c
            pattern.text(row, at, "muted", wording("boundary.first_at"))
            first_of = f"IF(COUNTIFS({span},{c})>0,MATCH({c},{span},0),1)"
            pattern.live(row, at + 1, "shown", first_of, float(firsts[c] + 1), "0")
        keys = self._keys()
        for n in range(count):
            r = self.first + n
            cells = [(float(self.points[n, k]), self._home(n, k).text(), "0.000") for k in range(2)]
            cells.append((float(truth[n]), self._class_formula(n), "0"))
            (x0, xs), (y0, ys) = ((self._range(k, 0), self._range(k, 1)) for k in range(2))
            key = (
                f"({CELLS - 1}-ROUND(({y}{r}-{y0})/{ys}+{_NUDGE},0))*100"
                f"+ROUND(({x}{r}-{x0})/{xs}+{_NUDGE},0)"
            )
            cells.append((float(keys[n]), key, "0"))
            for c in range(2 if target else 0):
                first = f"${column_letters(column + 5 + 2 * c)}${row}"
                shown = n if truth[n] == c else firsts[c]
                for k, letters in enumerate((x, y)):
                    every = f"${letters}${self.first}:${letters}${self.last}"
                    text = f"IF({kind}{r}={c},{letters}{r},INDEX({every},{first}))"
                    cells.append((float(self.points[shown, k]), text, "0.000"))
            for k, (value, text, form) in enumerate(cells):
                pattern.live(r, column + k, "number", text, value, form)

    def _keys(self) -> Array:
        across = np.floor((self.points[:, 0] - self.low[0]) / self.step[0] + 0.5 + _NUDGE)
        up = np.floor((self.points[:, 1] - self.low[1]) / self.step[1] + 0.5 + _NUDGE)
        keys: Array = (CELLS - 1 - up) * 100 + across
        return keys

    def _truth(self) -> Array:
        template, target = self.forward.trace.template, self.forward.prediction.target
        assert target is not None
        truth: Array = (template.given[target].reshape(-1) > 0.5).astype(float)
        return truth

    def _class_formula(self, sample: int) -> str:
        target = self.forward.prediction.target
        if target is None:
            return "1"
        slot = self.forward.trace.program.start(target)
        index = np.unravel_index(sample, slot.shape)
        place = self.inputs.place(slot, tuple(int(i) for i in index))
        assert place is not None
        return f"IF({place.text()}>0.5,1,0)"

    def _marks(self, grid: str) -> list[Highlight]:
        kind, key = (
            f"${letters}${self.first}:${letters}${self.last}"
            for letters in (column_letters(HELPER_COLUMN + 2), column_letters(HELPER_COLUMN + 3))
        )
        here = f"(ROW()-{FIRST_ROW})*100+COLUMN()-{FIRST_COLUMN}"
        return [
            Highlight(grid, f"COUNTIFS({key},{here},{kind},{c})>0", "mark", mark)
            for c, mark in ((1, "●"), (0, "○"))
        ]

    def _chart(self) -> PointChart:
        rows = (self.first, self.last)
        labels = self.forward.input_labels
        column = HELPER_COLUMN
        groups: tuple[tuple[str, tuple[int, int, int], tuple[int, int, int]], ...] = (
            (self.wording("boundary.data"), (column, *rows), (column + 1, *rows)),
        )
        if self.forward.prediction.target:
            groups = tuple(
                (self._class(c), (column + 4 + 2 * c, *rows), (column + 5 + 2 * c, *rows))
                for c in (0, 1)
            )
        title = self.wording("boundary.chart")
        return PointChart(
            title, self.title, groups, (FIRST_ROW, CHART_COLUMN), labels[0], labels[1]
        )

    def _class(self, number: int) -> str:
        return self.wording("common.class_number", number=number)


class _GridPlace(Place):
    """A place that each cell of the grid fills with its own reference."""

    __slots__ = ()

    def text(self) -> str:
        return self.sheet


def _short(numbers: Array) -> str:
    """Return a number format that tells neighbours apart and fits the grid's columns."""
    if not np.abs(numbers).max() < 10:
        return "0"
    return "0.00" if np.ptp(numbers) < 0.5 else "0.0"
