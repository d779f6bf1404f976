"""The data on the sheet Boundary: mirrored, put into cells of the grid, split into two groups."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tracer.language.addresses import column_letters
from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.language.places import Place
from tracer.run.forward import Forward
from tracer.wording import Wording
from tracer.workbook.plan.plan import Highlight, Pattern, PointChart, area, picked
from tracer.workbook.sheets.inputs import Inputs

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


#: A number with its formula and its number format.
_Cell = tuple[float, str, str]


@dataclass(frozen=True)
class DataPoints:
    """The training data of two inputs, `points`, and where they lie on the grid.

    The grid begins at `low` and goes on by `step`, in both directions. `start` is the row from
    which the numbers that the chart needs are drawn.
    """

    forward: Forward
    inputs: Inputs
    points: Array
    low: Array
    step: Array
    start: int = 0

    @property
    def _wording(self) -> Wording:
        return self.inputs.wording

    @property
    def count(self) -> int:
        """How many points are drawn."""
        return min(len(self.points), MOST_POINTS)

    @property
    def classes(self) -> tuple[int, ...]:
        """The classes that points are told apart by; none without a target."""
        return (0, 1) if self.forward.prediction.target else ()

    @property
    def _rows(self) -> tuple[int, int]:
        """The first and the last row with a point."""
        return self.start + 3, self.start + 2 + self.count

    def _every(self, column: int) -> str:
        return area(self._rows[0], column, self.count, 1)

    def data(self, k: int) -> str:
        """Return where all numbers of an input stand."""
        first, last = self._home(0, k), self._home(len(self.points) - 1, k)
        return f"{first.text()}:{last.local()}"

    def _home(self, sample: int, k: int) -> Place:
        slot = self.forward.trace.program.start(self.forward.prediction.input[0])
        index: Index = (k, sample) if self.forward.prediction.in_columns else (sample, k)
        place = self.inputs.place(slot, index)
        assert place is not None
        return place

    # -- drawn --------------------------------------------------------------------------

    def draw(self, pattern: Pattern) -> None:
        """Draw the points: mirrored, then split by class for the chart's two groups.

        In a group's columns, a point of the other class is replaced by the group's first
        point, so that it shows nothing of its own: a chart would draw a blank text as 0.
        """
        column, labels, wording = HELPER_COLUMN, self.forward.input_labels, self._wording
        heads = [*labels, wording("common.class"), wording("boundary.grid_cell")]
        heads += [f"{label}, {self.class_name(c)}" for c in self.classes for label in labels]
        for k, head in enumerate(heads):
            pattern.text(self.start + 1, column + k, "subhead", head)
        for c in self.classes:
            at, span = column + 4 + 2 * c, self._every(column + 2)
            pattern.text(self.start, at, "muted", wording("boundary.first_at"))
            first_of = f"IF(COUNTIFS({span},{c})>0,MATCH({c},{span},0),1)"
            now = float(self._firsts[c] + 1)
            pattern.live(self.start, at + 1, "shown", first_of, now, "0")
        for n in range(self.count):
            for k, (value, text, form) in enumerate(self._cells(n)):
                pattern.live(self._rows[0] + n, column + k, "number", text, value, form)

    def _cells(self, n: int) -> list[_Cell]:
        """Return the numbers of a point: inputs, class, cell of the grid, those in the groups."""
        row = self._rows[0] + n
        x, y, kind = (f"{column_letters(HELPER_COLUMN + k)}{row}" for k in range(3))
        (x0, xs), (y0, ys) = ((grid_range(k, 0), grid_range(k, 1)) for k in range(2))
        key = (
            f"({CELLS - 1}-ROUND(({y}-{y0})/{ys}+{_NUDGE},0))*100+ROUND(({x}-{x0})/{xs}+{_NUDGE},0)"
        )
        cells: list[_Cell] = [
            (float(self.points[n, k]), self._home(n, k).text(), "0.000") for k in range(2)
        ]
        cells.append((float(self._truth[n]), self._class_formula(n), "0"))
        cells.append((float(self._keys[n]), key, "0"))
        for c in self.classes:
            first = f"${column_letters(HELPER_COLUMN + 5 + 2 * c)}${self.start}"
            shown = n if self._truth[n] == c else self._firsts[c]
            for k, own in enumerate((x, y)):
                other = picked(self._every(HELPER_COLUMN + k), (self.count, 1), first)
                text = f"IF({kind}={c},{own},{other})"
                cells.append((float(self.points[shown, k]), text, "0.000"))
        return cells

    # -- now ----------------------------------------------------------------------------

    @cached_property
    def _keys(self) -> Array:
        across = np.floor((self.points[:, 0] - self.low[0]) / self.step[0] + 0.5 + _NUDGE)
        up = np.floor((self.points[:, 1] - self.low[1]) / self.step[1] + 0.5 + _NUDGE)
        keys: Array = (CELLS - 1 - up) * 100 + across
        return keys

    @cached_property
    def _truth(self) -> Array:
        template, target = self.forward.trace.template, self.forward.prediction.target
        if target is None:
            return np.ones(self.count)
        truth: Array = (template.given[target].reshape(-1) > 0.5).astype(float)
        return truth[: self.count]

    @cached_property
    def _firsts(self) -> list[int]:
        """The first point of each class; of one that has none, the first of all."""
        here = [self._truth == c for c in (0, 1)]
        return [int(np.argmax(of_class)) if of_class.any() else 0 for of_class in here]

    def _class_formula(self, sample: int) -> str:
        target = self.forward.prediction.target
        if target is None:
            return "1"
        slot = self.forward.trace.program.start(target)
        index = np.unravel_index(sample, slot.shape)
        place = self.inputs.place(slot, tuple(int(i) for i in index))
        assert place is not None
        return f"IF({place.text()}>0.5,1,0)"

    # -- shown --------------------------------------------------------------------------

    def marks(self, grid: str) -> list[Highlight]:
        """Return what marks the cells of the grid in which points lie."""
        kind, key = self._every(HELPER_COLUMN + 2), self._every(HELPER_COLUMN + 3)
        here = f"(ROW()-{FIRST_ROW})*100+COLUMN()-{FIRST_COLUMN}"
        return [
            Highlight(grid, f"COUNTIFS({key},{here},{kind},{c})>0", "mark", mark)
            for c, mark in ((1, "●"), (0, "○"))
        ]

    def chart(self, sheet: str) -> PointChart:
        """Return the chart of the points, a group for each class."""
        rows, labels, column = self._rows, self.forward.input_labels, HELPER_COLUMN
        groups: tuple[tuple[str, tuple[int, int, int], tuple[int, int, int]], ...] = (
            (self._wording("boundary.data"), (column, *rows), (column + 1, *rows)),
        )
        if self.classes:
            groups = tuple(
                (self.class_name(c), (column + 4 + 2 * c, *rows), (column + 5 + 2 * c, *rows))
                for c in self.classes
            )
        at = FIRST_ROW, CHART_COLUMN
        title = self._wording("boundary.chart")
        names = "; ".join(name for name, _, _ in groups)
        x, y = labels[:2]
        says = self._wording("charts.point_chart", title=title, x=x, y=y, names=names)
        return PointChart(title, sheet, groups, at, x, y, says)

    def class_name(self, number: int) -> str:
        """Return what a class is called."""
        names = self.forward.prediction.names
        if len(names) == 2:
            return names[number]
        return self._wording("common.class_number", number=number)


def grid_range(k: int, which: int) -> str:
    """Return the cell from which the grid begins (0) or by which it goes on (1) for an input."""
    letters = column_letters(HELPER_COLUMN + 3 + which)
    return f"${letters}${RANGE_ROW + 1 + k}"
