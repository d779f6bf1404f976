"""Training: one row per iteration, every quantity spread over columns, all live."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tracer.language.addresses import column_letters
from tracer.language.expression import Index
from tracer.language.formula import quoted_sheet
from tracer.language.places import Place, Text
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.plan import BEFORE, OF, area, picked
from tracer.workbook.sheets.band import flat
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training_columns import FIRST_ROW, START_ROW, TrainingColumns
from tracer.workbook.sheets.training_sheet import training_sheet


class Training:
    """Where every iteration's numbers stand on the sheet Training, and how formulas reach them."""

    def __init__(
        self,
        trace: ProgramTrace,
        inputs: Inputs,
        formats: Formats,
        prepared: Callable[[Slot, Index], str | None],
        shown: Sequence[int] = (),
    ) -> None:
        """Lay out the table.

        `prepared` says where else a prepared number is computed; `shown` are the iterations
        with a sheet: they and those before them keep their rows.
        """
        self._trace = trace
        self._program = trace.program
        self._inputs = inputs
        self.title = inputs.wording.sheet("training")
        self.prefix = quoted_sheet(self.title)
        self._columns = TrainingColumns(trace, inputs, formats, prepared, shown)
        self.live, self.rows = self._columns.live, self._columns.rows
        self.sheet = training_sheet(trace, inputs, self._columns, formats, self.loss_column())

    def row_of(self, iteration: int) -> int:
        """Return the row of an iteration; iteration 0 is the start."""
        if iteration == 0:
            return START_ROW
        return FIRST_ROW + int(np.searchsorted(self.rows, iteration))

    def start_formula(self, slot: Slot, index: Index) -> Text | None:
        """Return the reference that shows a parameter as an iteration starts; None if not here."""
        if slot.role != "parameter":
            return None
        newest = self._program.newest(slot.name)
        if newest.key == slot.key:
            return self._inputs.formula(slot, index)
        first = self._columns.first.get(newest.key)
        if first is None:
            return None
        column = first + flat(slot.shape, index)
        return Place(0, column, self.prefix, down=BEFORE).reference()

    def formula(self, slot: Slot, index: Index) -> Text | None:
        """Return the reference that shows what an iteration used or computed; None if not here."""
        first = self._columns.first.get(slot.key)
        if first is None:
            return None
        return Place(0, first + flat(slot.shape, index), self.prefix, down=OF).reference()

    @property
    def thinned(self) -> bool:
        """Whether only some iterations are kept."""
        return len(self.rows) < self._trace.iterations

    def position(self, after: str) -> str:
        """Return the formula for an iteration's place in the table, its start row being 1.

        `after` is a formula for an iteration, 0 for the start; of one that isn't kept, the
        place is that of the last before it.
        """
        if not self.thinned:
            return f"{after}+1"
        kept = f"{self.prefix}$A${FIRST_ROW}:$A${FIRST_ROW + len(self.rows) - 1}"
        return f"IF({after}<{self.prefix}$A${FIRST_ROW},1,MATCH({after},{kept},1)+1)"

    def kept_at(self, position: str) -> str:
        """Return the formula for the iteration at a place that `position` gave."""
        if not self.thinned:
            return f"{position}-1"
        return f"IF({position}=1,0,{self._picked(FIRST_ROW, 1, f'MAX(1,{position}-1)')})"

    def parameter_formula(self, slot: Slot, index: Index, position: str) -> str | None:
        """Return the formula for a parameter after the iteration at a place of the table.

        None where the table has no room for the parameter.
        """
        if self._program.newest(slot.name).key == slot.key:
            return self._inputs.formula(slot, index)
        column = self.parameter_column(slot, index)
        if column is None:
            return None
        return self._picked(START_ROW, column, position)

    def keeps(self, parameter: Slot) -> bool:
        """Say whether a parameter can be had as any iteration leaves it."""
        if self._program.newest(parameter.name).key == parameter.key:
            return self._inputs.whole(parameter)
        return self.parameter_column(parameter, (0,) * len(parameter.shape)) is not None

    def sample_formula(self, number: int, iteration: str) -> str | None:
        """Return the formula for which sample an iteration's batch has at a place; None if unkept.

        Samples and places in the batch count from 1.
        """
        if self.thinned or not self._columns.samples:
            return None
        return self._picked(FIRST_ROW, self._columns.samples[number - 1], iteration)

    def parameter_column(self, slot: Slot, index: Index) -> int | None:
        """Return the column of a parameter's values after each iteration; None if not here."""
        first = self._columns.first.get(self._program.newest(slot.name).key)
        return None if first is None else first + flat(slot.shape, index)

    def over_iterations(self, slot: Slot) -> tuple[str, tuple[int, int]] | None:
        """Return the range that holds all of a quantity, and its rows and columns.

        Iterations have a row each, what never changes has one. None where it isn't in the table, or
        not of every iteration.
        """
        newest = self._program.newest(slot.name) if slot.role == "parameter" else slot
        column = self._columns.first.get(newest.key)
        if column is None or self.thinned:
            return None
        fixed = slot.role in ("given", "prepared") or newest.role == "parameter"
        size = 1 if fixed else len(self.rows), slot.size
        first = START_ROW if fixed or slot.role == "parameter" else FIRST_ROW
        return area(first, column, *size, sheet=self.prefix), size

    def column_of(self, slot: Slot) -> int | None:
        """Return a slot's first column; None if it isn't in the table."""
        return self._columns.first[slot.key] if slot in self._columns.tabled else None

    def any_formula(self, slot: Slot, index: Index, iteration: str) -> str:
        """Return the formula that shows an element in the iteration that a cell names.

        Only where Training is live: then everything stands here, or on Inputs.
        """
        newest = self._program.newest(slot.name) if slot.role == "parameter" else slot
        position = flat(slot.shape, index)
        if slot.role == "given" or (slot.role == "parameter" and newest.key == slot.key):
            return self._inputs.formula(slot, index) or ""
        column = self._columns.first[newest.key] + position
        if slot.role == "prepared":
            return f"{self.prefix}${column_letters(column)}${START_ROW}"
        # A parameter starts from what the row above holds.
        first = START_ROW if slot.role == "parameter" else FIRST_ROW
        return self._picked(first, column, iteration, len(self.rows))

    def _picked(self, first: int, column: int, position: str, count: int = 0) -> str:
        """Return what picks a cell of a column from a first row on, the last one if not `count`."""
        size = count or FIRST_ROW + len(self.rows) - first, 1
        return picked(area(first, column, *size, sheet=self.prefix), size, position)

    def loss_column(self) -> int | None:
        """Return the column of the loss."""
        if self._program.loss is None:
            return None
        return self._columns.first[self._program.newest(self._program.loss).key]
