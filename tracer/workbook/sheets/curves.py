"""Charts over the iterations: lines of Training's columns, whose axis suits their numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tracer.language.functions import Array
from tracer.program.model import Program, Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.plan import Curve, LineChart
from tracer.workbook.sheets.training_columns import FIRST_ROW

#: Positive numbers of which the largest is so many times the smallest have a logarithmic axis.
WIDE = 100.0
#: A mean over more rows than this is none that spreadsheet programs draw.
MOST_MEANT = 255

Iterations = NDArray[np.int64]
#: A line's name and its column of Training.
Line = tuple[str, int]


class OverIterations:
    """Draws charts from the rows that Training keeps."""

    def __init__(self, trace: ProgramTrace, rows: Iterations, title: str, wording: Wording) -> None:
        """`rows` are Training's iterations, `title` is its name."""
        self._trace, self._title, self._wording = trace, title, wording
        self._rows = rows
        self._span = FIRST_ROW, FIRST_ROW + len(rows) - 1

    def of_measures(
        self, lines: Sequence[Line], at: tuple[int, int], title: str, y_title: str
    ) -> LineChart:
        """Return the chart of followed numbers, which are of one kind."""
        slots = [self._trace.program.newest(name) for name, _ in lines]
        log = _wide(np.array([self._trace.values(slot, self._rows) for slot in slots]))
        if log:
            y_title = self._wording("charts.logarithmic", name=y_title)
        curves = [
            Curve(name, (column, *self._span), self._mean(slot))
            for (name, column), slot in zip(lines, slots, strict=True)
        ]
        return self._chart(curves, at, title, y_title, log)

    def of_numbers(
        self, lines: Sequence[Line], at: tuple[int, int], title: str, y_title: str
    ) -> LineChart:
        """Return the chart of some numbers of parameters."""
        curves = [Curve(name, (column, *self._span)) for name, column in lines]
        return self._chart(curves, at, title, y_title, log=False)

    def _chart(
        self, curves: Sequence[Curve], at: tuple[int, int], title: str, y_title: str, log: bool
    ) -> LineChart:
        wording, last = self._wording, self._trace.iterations
        x_title = wording("common.iteration_column")
        names = "; ".join(curve.name for curve in curves)
        says = wording("charts.line_chart", title=title, x=x_title, last=last, names=names)
        x = (1, *self._span)
        return LineChart(
            title, self._title, x, tuple(curves), at, last, x_title, y_title, log, says
        )

    def _mean(self, slot: Slot) -> tuple[int, str] | None:
        """Return over how many rows a number's mean is that of a pass, and what it is called.

        None where the number doesn't tremble with the samples that an iteration happens to use.
        """
        program, count = self._trace.program, len(self._rows)
        batch = program.batch
        if batch is None or not batch.size or count < self._trace.iterations:
            return None
        passed = -(-batch.passed(program.samples) // batch.size)
        if not _trembles(program, slot):
            return None
        if not 1 < passed <= min(MOST_MEANT, count // 2):
            return None
        return passed, self._wording("charts.mean", name=slot.name, count=passed)


def _wide(numbers: Array) -> bool:
    return bool(
        np.all(np.isfinite(numbers))
        and np.min(numbers) > 0
        and np.max(numbers) / np.min(numbers) > WIDE
    )


def _trembles(program: Program, slot: Slot) -> bool:
    """Say whether a number is of the samples of its iteration, not only of the parameters."""
    ends = ("parameter", "updated")
    behind = program.behind(slot, ends=lambda found: found.role in ends)
    return any(found.role == "batch" for found in behind.values())
