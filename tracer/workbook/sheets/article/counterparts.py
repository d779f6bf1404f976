"""Where in the workbook a quantity's number of some iteration stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.language.expression import Index
from tracer.language.places import Place
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.sheets.band import flat
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Iterations, Preparation, title
from tracer.workbook.sheets.training import Training


@dataclass(frozen=True)
class Counterpart:
    """A cell of another sheet, and what stands in it: which element of which value.

    `iteration` is named where the sheet has several.
    """

    sheet: str
    place: Place
    slot: Slot
    index: Index
    value: float
    iteration: int | None = None


@dataclass(frozen=True)
class Counterparts:
    """Finds the cell of a number: on an iteration's sheet, else where its number is kept."""

    trace: ProgramTrace
    inputs: Inputs
    preparation: Preparation
    training: Training
    iterations: Iterations
    shown: Sequence[int]

    def slot(self, quantity: str, iteration: int) -> Slot:
        """Return the value that is meant by a quantity in an iteration, 0 being before them."""
        program = self.trace.program
        return program.newest(quantity) if iteration else program.start(quantity)

    def find(self, slot: Slot, index: Index, iteration: int) -> Counterpart | None:
        """Return where an element stands; None where the workbook hasn't got it."""
        if iteration > self.trace.iterations:
            return None
        match slot.role:
            case "given" | "parameter":
                return self._on(self.inputs.title, self.inputs.place(slot, index), slot, index)
            case "prepared":
                area = self.preparation.origins.get(slot.key)
                sheet = self.preparation.sheet
                place = area.place(index) if area else None
                return self._on(sheet.title if sheet else "", place, slot, index)
        return self._in_iteration(slot, index, iteration)

    def _in_iteration(self, slot: Slot, index: Index, iteration: int) -> Counterpart | None:
        area = self.iterations.origins.get(slot.key)
        if iteration in self.shown and area is not None:
            sheet = title(iteration, self.inputs.wording)
            found = self._on(sheet, area.place(index), slot, index, iteration)
            if found is not None:
                return found
        column = self.training.column_of(slot)
        if column is None or iteration not in self.training.rows:
            return None
        place = Place(self.training.row_of(iteration), column + flat(slot.shape, index))
        return self._on(self.training.title, place, slot, index, iteration, named=True)

    def _on(
        self,
        sheet: str,
        place: Place | None,
        slot: Slot,
        index: Index,
        iteration: int = 1,
        *,
        named: bool = False,
    ) -> Counterpart | None:
        if place is None:
            return None
        value = float(self.trace.value(slot, iteration)[index])
        here = Place(place.row, place.column)
        return Counterpart(sheet, here, slot, index, value, iteration if named else None)

    def first(self, slot: Slot) -> Counterpart | None:
        """Return where the first element shown stands, in the first iteration that has a sheet."""
        iteration = self.shown[0] if self.shown else 1
        corner = tuple(self.inputs.starts.get(length, 0) for length in slot.shape)
        return self.find(slot, corner, iteration)
