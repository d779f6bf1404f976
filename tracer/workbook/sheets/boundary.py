"""Boundary: what a network with two inputs answers all over the plane, in colour, live."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tracer.language.addresses import column_letters
from tracer.language.elements import Leaf
from tracer.language.formula import FormulaTooLong, moving_formula
from tracer.language.functions import Array
from tracer.language.places import COLUMN, ROW, Place, written
from tracer.run.forward import Forward, reference
from tracer.workbook.plan.numbers import NumberFormat
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import Palette
from tracer.workbook.plan.plan import Pattern, Scale, Sheet, area
from tracer.workbook.sheets.boundary_points import (
    AXIS_COLUMN,
    AXIS_ROW,
    CELLS,
    FIRST_COLUMN,
    FIRST_ROW,
    HELPER_COLUMN,
    MARGIN,
    RANGE_ROW,
    DataPoints,
    grid_range,
)
from tracer.workbook.sheets.chosen import SAYS_COLUMN, Chosen, as_shown
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.predict import training_rows

#: How high a row of the grid is, in points: with it, the grid is whole on a screen and on a page.
GRID_HEIGHT = 9.75
#: With these, grid and chart are whole on a laptop: with wider columns, and with narrow ones.
ZOOMS = 65, 70
#: Where each cell of the grid finds its own two inputs.
_X = Place(AXIS_ROW, FIRST_COLUMN, fixed_row=True, alone=True, right=COLUMN)
_Y = Place(FIRST_ROW, AXIS_COLUMN, fixed_column=True, alone=True, down=ROW)


def boundary_sheet(chosen: Chosen, inputs: Inputs, palette: Palette) -> Sheet | str | None:
    """Return the Boundary sheet, or why the workbook has none; None unless there are two inputs.

    It shows one output that one formula computes from them, over a plane that data span.
    """
    forward, wording = chosen.forward, chosen.wording
    if len(forward.inputs) != 2:
        return None
    if len(forward.outputs) != 1:
        return wording("left_out.outputs", count=len(forward.outputs))
    points = training_rows(forward, forward.trace.template.given)
    if len(points) < 2:
        return wording("left_out.one_sample")
    wanted = [forward.prediction.input[0], forward.prediction.target]
    slots = [forward.trace.program.start(name) for name in wanted if name]
    if not all(map(inputs.whole, slots)):
        return wording("left_out.no_room")
    if not np.ptp(points, axis=0).all():
        return wording("left_out.no_plane")
    try:
        return _Boundary(chosen, inputs, points).sheet(palette)
    except FormulaTooLong:
        return wording("left_out.too_deep")


class _Boundary:
    def __init__(self, chosen: Chosen, inputs: Inputs, points: Array) -> None:
        self.chosen = chosen
        self.forward: Forward = chosen.forward
        self.wording = chosen.wording
        self.title = self.wording.sheet("boundary")
        self.points = points
        self.pattern = Pattern()
        self.low = points.min(axis=0) - MARGIN * np.ptp(points, axis=0)
        self.step = np.ptp(points, axis=0) * (1 + 2 * MARGIN) / (CELLS - 1)
        self.data = DataPoints(self.forward, inputs, points, self.low, self.step)

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
        self.chosen.draw_choice(sheet)
        threshold = forward.prediction.threshold
        target = forward.prediction.target
        pattern.text(5, 1, "label", wording("common.colours"))
        pattern.text(5, SAYS_COLUMN, "meaning", self._legend(threshold, target))
        row = self._ranges()
        row = self.chosen.draw_fixed(pattern, row, HELPER_COLUMN, 16)
        data = replace(self.data, start=row)
        data.draw(pattern)
        self._grid()
        grid = area(FIRST_ROW, FIRST_COLUMN, CELLS, CELLS, fixed=False)
        bounds = None
        if threshold is not None:
            reach = max(threshold, 1 - threshold)
            bounds = threshold - reach, threshold, threshold + reach
        sheet.widths, sheet.zoom = self._widths(), ZOOMS[self.format.decimals == 1]
        pattern.heights.update(dict.fromkeys(range(FIRST_ROW, FIRST_ROW + CELLS), GRID_HEIGHT))
        sheet.freeze, sheet.repeat_rows = (AXIS_ROW, 1), 2
        sheet.charts.append(data.chart(self.title))
        sheet.highlights += data.marks(grid)
        sheet.scales.append(Scale(grid, palette.surface, bounds))
        sheet.printed = FIRST_ROW + CELLS, HELPER_COLUMN - 2
        return sheet

    def _legend(self, threshold: float | None, target: str | None) -> str:
        kind = "plain" if threshold is None else "threshold"
        where = self.wording(f"boundary.legend_{kind}", threshold=threshold or 0.0)
        names = {f"class_{number}": self.data.class_name(number) for number in (0, 1)}
        marks = self.wording("boundary.marks")
        if target:
            marks = self.wording("boundary.marks_classes", **names)
        return f"{where}; {marks}"

    def _widths(self) -> dict[int, float]:
        widths = {1: 12.0, AXIS_COLUMN: 8.0}
        wide = 2.5 if self.format.decimals == 1 else 3.5
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
            where = self.data.data(k)
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

    # -- the grid -----------------------------------------------------------------------

    def _grid(self) -> None:
        pattern, forward = self.pattern, self.forward
        steps = np.arange(CELLS)
        xs = self.low[0] + steps * self.step[0]
        ys = self.low[1] + steps[::-1] * self.step[1]
        pattern.text(AXIS_ROW, 1, "label", forward.input_labels[1] + " ↑")
        pattern.text(AXIS_ROW - 1, FIRST_COLUMN, "label", forward.input_labels[0] + " →")
        for k in range(CELLS):
            right = f"{grid_range(0, 0)}+{k}*{grid_range(0, 1)}"
            pattern.live(AXIS_ROW, FIRST_COLUMN + k, "axis", right, float(xs[k]), _short(xs))
            down = f"{grid_range(1, 0)}+{CELLS - 1 - k}*{grid_range(1, 1)}"
            pattern.live(FIRST_ROW + k, AXIS_COLUMN, "axis", down, float(ys[k]), "0.00")
        text = moving_formula(forward.whole(forward.outputs[0]), self._place)
        across, down = np.meshgrid(xs, ys)
        rows = np.column_stack([across.ravel(), down.ravel()])
        answers = forward.run(rows, self.chosen.last)[forward.outputs[0]]
        self.format = _short(answers)
        for number, value in enumerate(answers.tolist()):
            i, j = divmod(number, CELLS)
            here = written(text, {ROW: i, COLUMN: j})
            if number == 0 and len(here) + 64 > 8_191:
                raise FormulaTooLong
            now = as_shown(value)
            pattern.live(FIRST_ROW + i, FIRST_COLUMN + j, "grid", here, now, self.format)

    def _place(self, cell: Leaf) -> Place:
        ref = reference(cell)
        if ref in self.forward.inputs:
            return (_X, _Y)[self.forward.inputs.index(ref)]
        return self.chosen.place(cell)


def _short(numbers: Array) -> NumberFormat:
    """Return a number format that tells neighbours apart and fits the grid's columns."""
    if not np.abs(numbers).max() < 10:
        return NumberFormat(0)
    return NumberFormat(2 if np.ptp(numbers) < 0.5 else 1)
