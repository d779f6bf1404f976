"""Which columns Training has, and by which formula each row computes a number.

One formula per column serves every row, and such a shared formula may use its own sheet
only: so the sheet's first row of numbers mirrors the inputs, and all rows compute from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tracer.language.elements import Leaf, element
from tracer.language.expression import Index, SlotKey
from tracer.language.formula import FormulaTooLong, moving_formula, rounded
from tracer.language.pieces import filled, joined
from tracer.language.places import ROW, Place, Text
from tracer.program.model import Assignment, Batch, Slot
from tracer.run.trace import LARGEST_BRIEF, ProgramTrace, brief_slots
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.plan import Column, area
from tracer.workbook.sheets.band import flat
from tracer.workbook.sheets.inputs import Inputs

STEP_ROW, NAME_ROW, INDEX_ROW, START_ROW = 4, 5, 6, 7
FIRST_ROW = START_ROW + 1
MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576 - FIRST_ROW
#: Above this many live cells the sheet stores parameters and loss instead.
MOST_LIVE_CELLS = MOST_STORED_CELLS = 3_000_000
MOST_STORED_COLUMNS = 4_096
CHART_COLUMNS, CHART_ROWS = 9, 19
#: Where a row has the number of its iteration.
_ITERATION = Place(FIRST_ROW, 1, fixed_column=True, down=ROW)


def _thinned(trace: ProgramTrace, shown: Sequence[int]) -> NDArray[np.int64]:
    """Return which of the kept iterations get a row of stored values, evenly spaced if too many."""
    kept = trace.record.brief_of
    width = sum(slot.size for slot in brief_slots(trace.program)) + 1
    every = -(-len(kept) * width // MOST_STORED_CELLS)
    if every < 2:
        return kept
    needed = {1, trace.iterations, *shown, *(iteration - 1 for iteration in shown)}
    return np.intersect1d(kept, [*kept[::every].tolist(), *needed])


class TrainingColumns:
    """The columns of a table with a row for each iteration; `first` has each slot's first one.

    If `live`, rows compute themselves; else they are stored, of the iterations in `rows`.
    `tabled` are the slots with a column of numbers, `samples` the columns that name a batch's
    samples, `last` is the last column in use.
    """

    def __init__(
        self,
        trace: ProgramTrace,
        inputs: Inputs,
        formats: Formats,
        prepared: Callable[[Slot, Index], str | None],
        shown: Sequence[int],
    ) -> None:
        """Lay out the table.

        `prepared` says where else a prepared number is computed; `shown` are the iterations
        with a sheet: they and those before them keep their rows.
        """
        self._trace = trace
        self._program = trace.program
        self._inputs = inputs
        self._formats = formats
        self._prepared = prepared
        #: The formulas of prepared quantities, in the order of their elements.
        self.prepared: dict[SlotKey, list[Text]] = {}
        self.first: dict[SlotKey, int] = {}
        self.columns: dict[int, Column] = {}
        self.rows = np.arange(1, trace.iterations + 1)
        self.live = self._fits() and self._lay_out(self._live_slots(), live=True)
        if not self.live:
            self.rows = _thinned(trace, shown)
            self._lay_out(self._stored_slots(), live=False)

    def ordered(self) -> list[Slot]:
        """Return loss and metrics first, then what iterations compute, in the order of steps."""
        program = self._program
        named = dict.fromkeys((program.loss, *program.metrics))
        first = [program.newest(name) for name in named if name is not None]
        others = [
            *program.of_role("batch"),
            *(assignment.slot for assignment in program.iterate),
        ]
        return first + [slot for slot in others if slot not in first]

    def constants(self) -> list[Slot]:
        """Return what the start row mirrors beside the starting parameters."""
        program = self._program
        fixed = [s for s in program.of_role("parameter") if program.newest(s.name) == s]
        return [*program.of_role("given", "prepared"), *fixed]

    def _live_slots(self) -> list[Slot]:
        return [*self.ordered(), *self.constants()]

    def _stored_slots(self) -> list[Slot]:
        chosen: list[Slot] = []
        for slot in brief_slots(self._program):
            if sum(s.size for s in chosen) + slot.size <= MOST_STORED_COLUMNS:
                chosen.append(slot)
        return chosen

    def _fits(self) -> bool:
        trace, program = self._trace, self._program
        changing = sum(slot.size for slot in self.ordered())
        columns = changing + sum(slot.size for slot in self.constants())
        batch = program.batch.size + 1 if program.batch and program.batch.size else 0
        return (
            batch <= LARGEST_BRIEF
            and columns + batch + CHART_COLUMNS + 1 <= MOST_COLUMNS
            and changing * trace.iterations <= MOST_LIVE_CELLS
            and trace.iterations <= MOST_ROWS
            and len(trace.record.full_of) == trace.iterations
            and all(self._inputs.whole(slot) for slot in self._inputs.slots)
        )

    def _lay_out(self, slots: Sequence[Slot], *, live: bool) -> bool:
        """Give every slot its columns, and each column its formula; False if one is too long."""
        program = self._program
        self.first.clear()
        self.columns.clear()
        column = 2
        self.samples: range = range(0)
        if program.batch and 0 < program.batch.size <= LARGEST_BRIEF:
            self.columns[2] = Column("count")
            self.samples = range(3, 3 + program.batch.size)
            self.columns.update({c: Column("count") for c in self.samples})
            column = self.samples.stop
        named = {program.loss, *program.metrics}
        gap = False
        for slot in slots:
            if not gap and slot.name not in named:
                column += CHART_COLUMNS if program.loss else 0
                gap = True
            self.first[slot.key] = column
            column += slot.size
        self.last = column - 1
        constants = self.constants()
        self.tabled = [slot for slot in slots if slot not in constants]
        try:
            for slot in self.tabled:
                self._add_columns(slot, live=live)
            for assignment in program.prepare if live else ():
                slot = assignment.slot
                found = [self._once(assignment, index) for index in indices(slot)]
                self.prepared[slot.key] = found
        except FormulaTooLong:
            return False
        return True

    def _once(self, assignment: Assignment, index: Index) -> Text:
        """Return the formula of a prepared element. Raises FormulaTooLong."""
        try:
            return self.formula(assignment, index)
        except FormulaTooLong:
            # Data lie in one row here, each column's numbers apart: no range reaches over them,
            # as it does where they stand in a block.
            text = self._prepared(assignment.slot, index)
            if text is None:
                raise
            return text

    def _add_columns(self, slot: Slot, *, live: bool) -> None:
        assignment = self._program.made(slot.key)
        for number, index in enumerate(indices(slot)):
            text: Text | None = None
            if live and assignment is not None:
                text = self.formula(assignment, index)
            elif live and slot.role == "batch":
                text = self._sample_formula(slot, index)
            column = self.first[slot.key] + number
            self.columns[column] = Column("number", self._formats[slot.key], text)

    def formula(self, assignment: Assignment, index: Index) -> Text:
        """Return the formula by which a row computes an element."""
        tree = element(assignment.equation.expression, index)
        return rounded(moving_formula(tree, self._place), self._program.decimals)

    def _place(self, cell: Leaf) -> Place:
        slot = self._program.slot(cell.name)
        position = flat(slot.shape, cell.origin)
        if slot.role in ("given", "prepared"):
            return Place(START_ROW, self.first[slot.key] + position, "", True, True)
        if slot.role == "parameter":
            newest = self._program.newest(slot.name)
            column = self.first[newest.key] + position
            if newest.key == slot.key:
                return Place(START_ROW, column, "", True, True)
            return Place(FIRST_ROW - 1, column, alone=True, down=ROW)
        # No ranges over columns that are computed in rows: LibreOffice (7.4) computes long
        # columns in parallel, and then reads such ranges before they are up to date.
        return Place(FIRST_ROW, self.first[slot.key] + position, alone=True, down=ROW)

    def _sample_formula(self, slot: Slot, index: Index) -> Text:
        """Return the formula that picks one element of the samples that a row names."""
        batch = self._program.batch
        assert batch is not None
        whole = self._program.whole(slot)
        first = self.first[whole.key]
        mirror = area(START_ROW, first, 1, whole.size)
        if whole.size == 1:
            return mirror
        number = index[batch.axis]
        if slot.name in batch.turns:
            sample = filled(turn_form(batch, slot.name, number, whole), _ITERATION.reference())
        else:
            sample = Place(FIRST_ROW, self.samples[number], down=ROW).reference()
        if len(whole.shape) == 1:
            return joined(f"INDEX({mirror},1,", sample, ")")
        columns = whole.shape[1]
        if batch.axis == 0:
            return joined(f"INDEX({mirror},1,(", sample, f"-1)*{columns}+{index[1] + 1})")
        return joined(f"INDEX({mirror},1,{index[0] * columns}+", sample, ")")


def turn_form(batch: Batch, name: str, number: int, whole: Slot) -> str:
    """Return the formula for which row, from 1, an array with a length of its own gives.

    `number` says which of an iteration's rows, from 0; `{0}` stands for the iteration.
    """
    return f"(MOD(({{0}}-1)*{batch.taken(name)}+{number},{whole.shape[batch.axis]})+1)"


def indices(slot: Slot) -> Sequence[Index]:
    """Return the indices of a slot's elements, in the order of their columns."""
    return list(product(*(range(size) for size in slot.shape)))
