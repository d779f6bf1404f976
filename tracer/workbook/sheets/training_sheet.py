"""The sheet Training as it is drawn: headings, the row it starts from, the table, its chart."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tracer.language.expression import place_text
from tracer.language.functions import Array
from tracer.language.places import Text
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.numbers import Formats, column_width
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Column, LineChart, NumberTable, Pattern, Sheet
from tracer.workbook.sheets.curves import OverIterations
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training_columns import (
    CHART_COLUMNS,
    CHART_ROWS,
    FIRST_ROW,
    INDEX_ROW,
    NAME_ROW,
    START_ROW,
    STEP_ROW,
    TrainingColumns,
    indices,
)


def training_sheet(
    trace: ProgramTrace,
    inputs: Inputs,
    columns: TrainingColumns,
    formats: Formats,
    loss: int | None,
) -> Sheet:
    """Return the sheet; `loss` is the column of the loss."""
    return _TrainingDrawn(trace, inputs, columns, formats, loss).sheet()


@dataclass
class _TrainingDrawn:
    trace: ProgramTrace
    inputs: Inputs
    columns: TrainingColumns
    formats: Formats
    loss: int | None
    widths: dict[int, float] = field(default_factory=lambda: {1: 11.0})

    @property
    def wording(self) -> Wording:
        return self.inputs.wording

    def sheet(self) -> Sheet:
        """Draw everything."""
        wording = self.wording
        title, back = wording.sheet("training"), (4, wording.sheet("start"))
        about = wording("about.training_live" if self.columns.live else "about.training_stored")
        page = Page(title, about=about, back=back, subtitle=self._says())
        page.hold(START_ROW, 2)
        self._headings(page.pattern)
        self._start_row(page.pattern)
        sheet, count = page.sheet, len(self.columns.rows)
        sheet.state = lambda: self.trace.state(1)
        columns = {1: Column("index"), **self.columns.columns}
        sheet.table = NumberTable(FIRST_ROW, count, columns, self._numbers)
        sheet.widths = self.widths
        if self.loss is not None:
            sheet.printed = self._printed(self.loss)
            if count > 1:
                sheet.charts.append(self._chart(self.loss, title))
        return sheet

    @property
    def _metrics(self) -> int:
        """How many columns of metrics follow that of the loss."""
        program = self.trace.program
        return len([metric for metric in program.metrics if metric != program.loss])

    def _chart(self, loss: int, title: str) -> LineChart:
        name = self.trace.program.loss or ""
        # Right below the rows that every page repeats, its edge would repeat, too.
        at = (FIRST_ROW, loss + 1 + self._metrics)
        over = OverIterations(self.trace, self.columns.rows, title, self.wording)
        return over.of_measures([(name, loss)], at, self.wording("common.loss_chart"), name)

    def _printed(self, loss: int) -> tuple[int, int] | None:
        """Return the last row and column to print: of a wide table the loss and its chart."""
        if self.columns.last <= 20:
            return None
        last = FIRST_ROW + max(len(self.columns.rows) - 1, CHART_ROWS)
        return last, loss + self._metrics + CHART_COLUMNS

    def _says(self) -> str:
        if self.columns.live:
            return self.wording("training.live")
        stored = self.wording("training.stored")
        kept, count = len(self.columns.rows), self.trace.iterations
        if kept == count:
            return stored
        return f"{stored} {self.wording('training.thinned', kept=kept, count=count)}"

    def _headings(self, pattern: Pattern) -> None:
        wording = self.wording
        pattern.text(STEP_ROW, 1, "head_left", wording("common.step_short"))
        pattern.text(NAME_ROW, 1, "subhead", wording("common.iteration_column"))
        pattern.text(INDEX_ROW, 1, "index", wording("training.places"))
        if self.columns.samples:
            pattern.text(NAME_ROW, 2, "subhead", wording("training.pass"))
            for number, column in enumerate(self.columns.samples, 1):
                label = wording("training.sample", number=number)
                pattern.text(NAME_ROW, column, "subhead", label)
                self.widths[column] = max(10.0, len(label) * 1.15)
        for slot in self.trace.program.slots:
            if slot.key in self.columns.first:
                self._heading(pattern, slot, self.columns.first[slot.key])

    def _heading(self, pattern: Pattern, slot: Slot, first: int) -> None:
        """Write above a quantity's columns its step, its name, and which element each is."""
        head, label = self._head(slot), self.wording.say(slot.label)
        if slot.role == "updated" or slot in self.columns.constants():
            label = slot.name
        for column, index in enumerate(indices(slot), first):
            pattern.text(STEP_ROW, column, "head_left", head if column == first else "")
            pattern.text(NAME_ROW, column, "subhead_left", label if column == first else "")
            pattern.text(INDEX_ROW, column, "index", place_text(index))
        needed = max(len(label), len(head)) * 1.15 + 1
        for column in range(first, first + slot.size):
            widest = column_width(self.formats[slot.key])
            self.widths[column] = max(10.0, needed / slot.size, widest)

    def _head(self, slot: Slot) -> str:
        step = self.trace.program.step_of(slot.key)
        if step is None:
            return self.wording("training.mirrored")
        key = "common.step_title" if slot.size > 2 else "common.step"
        return self.wording(key, number=step.number, title=step.title)

    def _start_row(self, pattern: Pattern) -> None:
        """Write what training starts from: the mirrored inputs and the first parameters."""
        program = self.trace.program
        pattern.text(START_ROW, 1, "index", self.wording("training.start"))
        if not self.columns.live:
            for slot in program.of_role("parameter"):
                self._mirror(pattern, slot, self.columns.first.get(program.newest(slot.name).key))
            return
        for slot in program.of_role("given", "parameter"):
            column_of = program.newest(slot.name) if slot.role == "parameter" else slot
            self._mirror(pattern, slot, self.columns.first.get(column_of.key))
        for assignment in program.prepare:
            slot = assignment.slot
            for number, text in enumerate(self.columns.prepared[slot.key]):
                column = self.columns.first[slot.key] + number
                self._start_cell(pattern, slot, number, column, text)

    def _mirror(self, pattern: Pattern, slot: Slot, first: int | None) -> None:
        if first is None:
            return
        for number, index in enumerate(indices(slot)):
            text = self.inputs.formula(slot, index)
            self._start_cell(pattern, slot, number, first + number, text)

    def _start_cell(
        self, pattern: Pattern, slot: Slot, number: int, column: int, text: Text | None
    ) -> None:
        shown = self.formats[slot.key]
        pattern.of_state(START_ROW, column, "start_row", slot.offset + number, shown, text)

    def _numbers(self, start: int, stop: int) -> Array:
        """Return the table's numbers for rows `start` to `stop`, a column each."""
        iterations = self.columns.rows[start:stop]
        pieces: list[Array] = [iterations[:, None].astype(np.float64)]
        schedule = self.trace.record.schedule
        if self.columns.samples and schedule is not None:
            size, batch = schedule.shape[1], self.trace.program.batch
            assert batch is not None
            passes = (iterations - 1) * size // batch.passed(self.trace.program.samples) + 1
            samples = (schedule[iterations - 1] + 1).astype(np.float64)
            pieces += [passes[:, None].astype(np.float64), samples]
        for slot in self.columns.tabled:
            pieces.append(self.trace.values(slot, iterations).reshape(len(iterations), -1))
        return np.hstack(pieces)
