"""Training: one row per iteration, every quantity spread over columns, all live.

One formula per column serves every row, and such a shared formula may use its own sheet
only: so the sheet's first row of numbers mirrors the inputs, and all rows compute from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tracer.language.elements import Leaf, element
from tracer.language.expression import Index
from tracer.language.formula import FormulaTooLong, Place, column_letters, formula, quoted_sheet
from tracer.language.functions import Array
from tracer.program.model import Assignment, Slot
from tracer.run.trace import LARGEST_BRIEF, ProgramTrace, brief_slots
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import (
    ROW_BEFORE,
    ROW_OF,
    Column,
    LineChart,
    NumberTable,
    Pattern,
    Sheet,
)
from tracer.workbook.sheets.band import flat, rounded
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
_ITERATION = f"$A{FIRST_ROW}"


def _thinned(trace: ProgramTrace, shown: Sequence[int]) -> NDArray[np.int64]:
    """Return which of the kept iterations get a row of stored values, evenly spaced if too many."""
    kept = trace.record.brief_of
    width = sum(slot.size for slot in brief_slots(trace.program)) + 1
    every = -(-len(kept) * width // MOST_STORED_CELLS)
    if every < 2:
        return kept
    needed = {1, trace.iterations, *shown, *(iteration - 1 for iteration in shown)}
    return np.intersect1d(kept, [*kept[::every].tolist(), *needed])


class Training:
    """The Training sheet, and where every iteration's numbers stand on it."""

    def __init__(
        self,
        trace: ProgramTrace,
        inputs: Inputs,
        formats: Mapping[tuple[str, int], str],
        shown: Sequence[int] = (),
    ) -> None:
        """`shown` are the iterations with a sheet: they and those before them keep their rows."""
        self._trace = trace
        self._program = trace.program
        self._inputs = inputs
        self._wording = inputs.wording
        self.title = self._wording.sheet("training")
        self.prefix = quoted_sheet(self.title)
        self._formats = formats
        self._made = {a.slot.key: a for a in trace.program.iterate}
        self._first: dict[tuple[str, int], int] = {}
        self._columns: dict[int, Column] = {}
        self.rows = np.arange(1, trace.iterations + 1)
        self.live = self._fits() and self._lay_out(self._live_slots(), live=True)
        if not self.live:
            self.rows = _thinned(trace, shown)
            self._lay_out(self._stored_slots(), live=False)
        self.sheet = self._plan()

    def row_of(self, iteration: int) -> int:
        """Return the row of an iteration; iteration 0 is the start."""
        if iteration == 0:
            return START_ROW
        return FIRST_ROW + int(np.searchsorted(self.rows, iteration))

    def start_formula(self, slot: Slot, index: Index) -> str | None:
        """Return the reference that shows a parameter as an iteration starts; None if not here."""
        if slot.role != "parameter":
            return None
        newest = self._program.newest(slot.name)
        if newest.key == slot.key:
            return self._inputs.formula(slot, index)
        first = self._first.get(newest.key)
        if first is None:
            return None
        return f"{self.prefix}{column_letters(first + flat(slot.shape, index))}{ROW_BEFORE}"

    def formula(self, slot: Slot, index: Index) -> str | None:
        """Return the reference that shows what an iteration used or computed; None if not here."""
        first = self._first.get(slot.key)
        if first is None:
            return None
        return f"{self.prefix}{column_letters(first + flat(slot.shape, index))}{ROW_OF}"

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
        kept = f"{self.prefix}$A${FIRST_ROW}:$A${FIRST_ROW + len(self.rows) - 1}"
        return f"IF({position}=1,0,INDEX({kept},MAX(1,{position}-1)))"

    def parameter_formula(self, slot: Slot, index: Index, position: str) -> str | None:
        """Return the formula for a parameter after the iteration at a place of the table.

        None where the table has no room for the parameter.
        """
        if self._program.newest(slot.name).key == slot.key:
            return self._inputs.formula(slot, index)
        column = self.parameter_column(slot, index)
        if column is None:
            return None
        letters = column_letters(column)
        last = FIRST_ROW + len(self.rows) - 1
        return f"INDEX({self.prefix}${letters}${START_ROW}:${letters}${last},{position})"

    def sample_formula(self, number: int, iteration: str) -> str | None:
        """Return the formula for which sample an iteration's batch has at a place; None if unkept.

        Samples and places in the batch count from 1.
        """
        if self.thinned or not self._samples:
            return None
        letters = column_letters(self._samples[number - 1])
        last = FIRST_ROW + len(self.rows) - 1
        return f"INDEX({self.prefix}${letters}${FIRST_ROW}:${letters}${last},{iteration})"

    def parameter_column(self, slot: Slot, index: Index) -> int | None:
        """Return the column of a parameter's values after each iteration; None if not here."""
        first = self._first.get(self._program.newest(slot.name).key)
        return None if first is None else first + flat(slot.shape, index)

    def column_of(self, slot: Slot) -> int | None:
        """Return a slot's first column; None if it isn't in the table."""
        return self._first[slot.key] if slot in self._tabled else None

    def any_formula(self, slot: Slot, index: Index, iteration: str) -> str:
        """Return the formula that shows an element in the iteration that a cell names.

        Only where Training is live: then everything stands here, or on Inputs.
        """
        newest = self._program.newest(slot.name) if slot.role == "parameter" else slot
        position = flat(slot.shape, index)
        if slot.role == "given" or (slot.role == "parameter" and newest.key == slot.key):
            return self._inputs.formula(slot, index) or ""
        letters = column_letters(self._first[newest.key] + position)
        if slot.role == "prepared":
            return f"{self.prefix}${letters}${START_ROW}"
        # A parameter starts from what the row above holds.
        first = START_ROW if slot.role == "parameter" else FIRST_ROW
        last = first + len(self.rows) - 1
        return f"INDEX({self.prefix}${letters}${first}:${letters}${last},{iteration})"

    def loss_column(self) -> int | None:
        """Return the column of the loss."""
        if self._program.loss is None:
            return None
        return self._first[self._program.newest(self._program.loss).key]

    # -- what stands where ------------------------------------------------------------

    def _ordered(self) -> list[Slot]:
        """Return loss and metrics first, then what iterations compute, in the order of steps."""
        program = self._program
        named = dict.fromkeys((program.loss, *program.metrics))
        first = [program.newest(name) for name in named if name is not None]
        others = [
            *program.of_role("batch"),
            *(assignment.slot for assignment in program.iterate),
        ]
        return first + [slot for slot in others if slot not in first]

    def _constants(self) -> list[Slot]:
        """Return what the start row mirrors beside the starting parameters."""
        program = self._program
        fixed = [s for s in program.of_role("parameter") if program.newest(s.name) == s]
        return [*program.of_role("given", "prepared"), *fixed]

    def _live_slots(self) -> list[Slot]:
        return [*self._ordered(), *self._constants()]

    def _stored_slots(self) -> list[Slot]:
        chosen: list[Slot] = []
        for slot in brief_slots(self._program):
            if sum(s.size for s in chosen) + slot.size <= MOST_STORED_COLUMNS:
                chosen.append(slot)
        return chosen

    def _fits(self) -> bool:
        trace, program = self._trace, self._program
        changing = sum(slot.size for slot in self._ordered())
        columns = changing + sum(slot.size for slot in self._constants())
        batch = program.batch.size + 1 if program.batch else 0
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
        self._first.clear()
        self._columns.clear()
        column = 2
        self._samples: range = range(0)
        if program.batch and program.batch.size <= LARGEST_BRIEF:
            self._columns[2] = Column("count")
            self._samples = range(3, 3 + program.batch.size)
            self._columns.update({c: Column("count") for c in self._samples})
            column = self._samples.stop
        named = {program.loss, *program.metrics}
        gap = False
        for slot in slots:
            if not gap and slot.name not in named:
                column += CHART_COLUMNS if program.loss else 0
                gap = True
            self._first[slot.key] = column
            column += slot.size
        self._last = column - 1
        constants = self._constants()
        self._tabled = [slot for slot in slots if slot not in constants]
        try:
            for slot in self._tabled:
                self._add_columns(slot, live=live)
        except FormulaTooLong:
            return False
        return True

    def _add_columns(self, slot: Slot, *, live: bool) -> None:
        assignment = self._made.get(slot.key)
        for number, index in enumerate(_indices(slot)):
            text = None
            if live and assignment is not None:
                text = self._formula(assignment, index)
            elif live and slot.role == "batch":
                text = self._sample_formula(slot, index)
            column = self._first[slot.key] + number
            self._columns[column] = Column("number", self._formats[slot.key], text)

    def _formula(self, assignment: Assignment, index: Index) -> str:
        tree = element(assignment.equation.expression, index)
        return rounded(formula(tree, self._place), self._program.decimals)

    def _place(self, cell: Leaf) -> Place:
        slot = self._program.slot(cell.name)
        position = flat(slot.shape, cell.origin)
        if slot.role in ("given", "prepared"):
            return Place(START_ROW, self._first[slot.key] + position, "", True, True)
        if slot.role == "parameter":
            newest = self._program.newest(slot.name)
            column = self._first[newest.key] + position
            if newest.key == slot.key:
                return Place(START_ROW, column, "", True, True)
            return Place(FIRST_ROW - 1, column, alone=True)
        # No ranges over columns that are computed in rows: LibreOffice (7.4) computes long
        # columns in parallel, and then reads such ranges before they are up to date.
        return Place(FIRST_ROW, self._first[slot.key] + position, alone=True)

    def _sample_formula(self, slot: Slot, index: Index) -> str:
        """Return the formula that picks one element of the samples that a row names."""
        batch = self._program.batch
        assert batch is not None
        whole = next(s for s in self._program.slots if s.key == (slot.name, slot.version - 1))
        first = self._first[whole.key]
        mirror = (
            f"${column_letters(first)}${START_ROW}:"
            f"${column_letters(first + whole.size - 1)}${START_ROW}"
        )
        sample = f"{column_letters(self._samples[index[batch.axis]])}{FIRST_ROW}"
        if slot.name in batch.cycle:
            place = f"({_ITERATION}-1)*{batch.size}+{index[batch.axis]}"
            sample = f"(MOD({place},{whole.shape[batch.axis]})+1)"
        if len(whole.shape) == 1:
            return f"INDEX({mirror},1,{sample})"
        columns = whole.shape[1]
        if batch.axis == 0:
            return f"INDEX({mirror},1,({sample}-1)*{columns}+{index[1] + 1})"
        return f"INDEX({mirror},1,{index[0] * columns}+{sample})"

    # -- the sheet ----------------------------------------------------------------------

    def _plan(self) -> Sheet:
        wording = self._wording
        self._widths = {1: 11.0}
        back = 4, wording.sheet("start")
        page = Page(self.title, about=self._about(), back=back, subtitle=self._says())
        page.hold(START_ROW, 2)
        self._headings(page.pattern)
        self._start_row(page.pattern)
        sheet, count = page.sheet, len(self.rows)
        sheet.state = lambda: self._trace.state(1)
        columns = {1: Column("index"), **self._columns}
        sheet.table = NumberTable(FIRST_ROW, count, columns, self._numbers)
        sheet.widths, sheet.printed = self._widths, self._printed()
        loss = self.loss_column()
        if loss is not None and count > 1:
            span = (FIRST_ROW, FIRST_ROW + count - 1)
            metrics = len([m for m in self._program.metrics if m != self._program.loss])
            sheet.charts.append(
                LineChart(
                    wording("common.loss_chart"),
                    self.title,
                    x=(1, *span),
                    y=(loss, *span),
                    # Right below the rows that every page repeats, its edge would repeat, too.
                    at=(FIRST_ROW, loss + 1 + metrics),
                    x_title=wording("common.iteration_column"),
                    y_title=self._program.loss or "",
                    last=self._trace.iterations,
                )
            )
        return sheet

    def _printed(self) -> tuple[int, int] | None:
        """Return the last row and column to print: of a wide table the loss and its chart."""
        loss = self.loss_column()
        if self._last <= 20 or loss is None:
            return None
        metrics = len([m for m in self._program.metrics if m != self._program.loss])
        last = FIRST_ROW + max(len(self.rows) - 1, CHART_ROWS)
        return last, loss + metrics + CHART_COLUMNS

    def _says(self) -> str:
        if self.live:
            return self._wording("training.live")
        stored, kept, count = (
            self._wording("training.stored"),
            len(self.rows),
            self._trace.iterations,
        )
        if kept == count:
            return stored
        return f"{stored} {self._wording('training.thinned', kept=kept, count=count)}"

    def _about(self) -> str:
        return self._wording("about.training_live" if self.live else "about.training_stored")

    def _headings(self, pattern: Pattern) -> None:
        program, wording = self._program, self._wording
        pattern.text(STEP_ROW, 1, "head_left", wording("common.step_short"))
        pattern.text(NAME_ROW, 1, "subhead", wording("common.iteration_column"))
        pattern.text(INDEX_ROW, 1, "index", wording("training.places"))
        if self._samples:
            pattern.text(NAME_ROW, 2, "subhead", wording("training.pass"))
            for number, column in enumerate(self._samples, 1):
                label = wording("training.sample", number=number)
                pattern.text(NAME_ROW, column, "subhead", label)
                self._widths[column] = max(10.0, len(label) * 1.15)
        by_slot = {a.slot.key: program.steps[a.step] for a in (*program.iterate, *program.prepare)}
        constants = self._constants()
        for slot in program.slots:
            first = self._first.get(slot.key)
            if first is None:
                continue
            step = by_slot.get(slot.key)
            head = wording("training.mirrored")
            if step is not None:
                key = "common.step_title" if slot.size > 2 else "common.step"
                head = wording(key, number=step.number, title=step.title)
            label = slot.name if slot in constants or slot.role == "updated" else slot.label
            for number, index in enumerate(_indices(slot)):
                column = first + number
                pattern.text(STEP_ROW, column, "head_left", "" if number else head)
                pattern.text(NAME_ROW, column, "subhead_left", "" if number else label)
                places = ", ".join(str(i + 1) for i in index)
                pattern.text(INDEX_ROW, column, "index", places)
            needed = max(len(label), len(head)) * 1.15 + 1
            for column in range(first, first + slot.size):
                self._widths[column] = max(10.0, needed / slot.size)

    def _start_row(self, pattern: Pattern) -> None:
        """Write what training starts from: the mirrored inputs and the first parameters."""
        program = self._program
        pattern.text(START_ROW, 1, "index", self._wording("training.start"))
        if not self.live:
            for slot in program.of_role("parameter"):
                self._mirror(pattern, slot, self._first.get(program.newest(slot.name).key))
            return
        for slot in program.of_role("given", "parameter"):
            column_of = program.newest(slot.name) if slot.role == "parameter" else slot
            self._mirror(pattern, slot, self._first.get(column_of.key))
        for assignment in program.prepare:
            for number, index in enumerate(_indices(assignment.slot)):
                column = self._first[assignment.slot.key] + number
                self._start_cell(
                    pattern, assignment.slot, number, column, self._formula(assignment, index)
                )

    def _mirror(self, pattern: Pattern, slot: Slot, first: int | None) -> None:
        if first is None:
            return
        for number, index in enumerate(_indices(slot)):
            text = self._inputs.formula(slot, index)
            self._start_cell(pattern, slot, number, first + number, text)

    def _start_cell(
        self, pattern: Pattern, slot: Slot, number: int, column: int, text: str | None
    ) -> None:
        shown = self._formats[slot.key]
        pattern.of_state(START_ROW, column, "start_row", slot.offset + number, shown, text)

    def _numbers(self, start: int, stop: int) -> Array:
        """Return the table's numbers for rows `start` to `stop`, a column each."""
        iterations = self.rows[start:stop]
        pieces: list[Array] = [iterations[:, None].astype(np.float64)]
        schedule = self._trace.record.schedule
        if self._samples and schedule is not None:
            size = schedule.shape[1]
            passes = (iterations - 1) * size // self._program.samples + 1
            samples = (schedule[iterations - 1] + 1).astype(np.float64)
            pieces += [passes[:, None].astype(np.float64), samples]
        for slot in self._tabled:
            pieces.append(self._trace.values(slot, iterations).reshape(len(iterations), -1))
        return np.hstack(pieces)


def _indices(slot: Slot) -> Sequence[Index]:
    return list(product(*(range(size) for size in slot.shape)))
