"""The iteration that a sheet computes with, and its weights, mirrored on that sheet."""

from __future__ import annotations

from dataclasses import replace

from tracer.language.addresses import column_letters
from tracer.language.elements import Leaf
from tracer.language.expression import Index
from tracer.language.formula import FormulaTooLong, formula
from tracer.language.places import Place
from tracer.run.forward import Fixed, Forward, Ref, reference
from tracer.workbook.plan.numbers import Formats, NumberFormat, decimals_format
from tracer.workbook.plan.plan import Choice, Pattern, Sheet, Spin, area
from tracer.workbook.plan.roles import STORED, CellRole
from tracer.workbook.sheets.band import cell_of, drawn
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Preparation
from tracer.workbook.sheets.training import Training

#: Where the chosen iteration is typed, on every sheet that has such a choice.
CHOICE_ROW, CHOICE_COLUMN = 4, 2
#: What a choice means stands beyond the button beside it.
SAYS_COLUMN = CHOICE_COLUMN + 2


class Chosen:
    """Draws the choice of an iteration and the numbers no sample changes; knows where each is."""

    def __init__(
        self,
        forward: Forward,
        inputs: Inputs,
        preparation: Preparation,
        training: Training,
        formats: Formats,
    ) -> None:
        self.forward = forward
        self.wording = inputs.wording
        self.inputs = inputs
        self._preparation = preparation
        self._training = training
        self._formats = formats
        self._trace = forward.trace
        self.last = self._trace.iterations
        self.places: dict[Ref, Place] = {}

    def possible(self) -> bool:
        """Say whether every weight of every iteration stands in the workbook."""
        return all(
            self._fixed_formula(item, ref[2]) is not None
            for item in self.forward.fixed
            if item.slot is not None and item.slot.role in ("parameter", "given")
            for ref in item.refs
        )

    # -- the choice ---------------------------------------------------------------------

    def draw_choice(self, sheet: Sheet) -> None:
        """Draw the cell in which an iteration is chosen, and beside it a button that counts it."""
        row, column, wording, pattern = CHOICE_ROW, CHOICE_COLUMN, self.wording, sheet.pattern
        pattern.text(row, 1, "label", wording("common.iteration"))
        pattern.number(row, column, "input", float(self.last), "0")
        says = "chosen.says_thinned" if self._training.thinned else "chosen.says"
        pattern.text(row, SAYS_COLUMN, "meaning", wording(says, count=self.last))
        error, cell = wording("chosen.error", count=self.last), area(row, column, 1, 1)
        sheet.choices.append(
            Choice(
                f"{column_letters(column)}{row}",
                "whole",
                low="0",
                high=str(self.last),
                title=wording("common.iteration"),
                error=error,
            )
        )
        sheet.spins.append(Spin(row, column + 1, cell, 0, self.last, self.last, error))

    def draw_threshold(self, pattern: Pattern) -> Place | None:
        """Draw the number above which the answer is class 1; None where there is none."""
        threshold = self.forward.prediction.threshold
        if threshold is None:
            return None
        row, column = CHOICE_ROW + 1, CHOICE_COLUMN
        pattern.text(row, 1, "label", self.wording("chosen.threshold"))
        pattern.number(row, column, "input", threshold)
        below, above = self.class_names()
        says = self.wording("chosen.threshold_says", above=above, below=below)
        pattern.text(row, SAYS_COLUMN, "meaning", says)
        return Place(row, column, "", True, True)

    def class_names(self) -> tuple[str, str]:
        """Return what the answers below and above the threshold are called."""
        names = self.forward.prediction.names
        if len(names) == 2:
            return names[0], names[1]
        return self.wording("common.class_marks_0"), self.wording("common.class_marks_1")

    def _position(self) -> str:
        """Return the formula for the chosen iteration's place from Training's start row on."""
        return self._training.position(f"${column_letters(CHOICE_COLUMN)}${CHOICE_ROW}")

    # -- the weights --------------------------------------------------------------------

    def draw_fixed(self, pattern: Pattern, row: int, column: int, across: int) -> int:
        """Draw every number that no sample changes from a row on; return the next free row.

        Blocks that reach over `across` columns start a new line.
        """
        values = self.forward.fixed_values(self.last)
        left, tallest = column, 0
        for item in self.forward.fixed:
            rows, columns = drawn(item.shape)
            if column > left and column - left + columns > across:
                row, column, tallest = row + tallest + 3, left, 0
            label = item.label if isinstance(item.label, str) else self.wording.say(item.label)
            pattern.text(row, column, "label", label)
            pattern.text(row + rows + 1, column, "size", self._caption(item))
            for ref in item.refs:
                i, j = cell_of(ref[2])
                self.places[ref] = Place(row + 1 + i, column + j, "", True, True)
                text = self._fixed_formula(item, ref[2])
                role: CellRole = "operand" if text is not None else STORED["operand"]
                shown = self._format(item)
                pattern.live(row + 1 + i, column + j, role, text, values[ref], shown)
            tallest = max(tallest, rows)
            column += max(columns, -(-len(label) // 9)) + 1
        return row + tallest + 3

    def _caption(self, item: Fixed) -> str:
        if item.slot is None:
            return self.wording("chosen.of_training")
        if item.slot.role == "prepared":
            return self.wording("chosen.from_preparation", size=self.wording.size(item.shape))
        return self.wording("common.size", size=self.wording.size(item.shape))

    def _format(self, item: Fixed) -> NumberFormat:
        program = self._trace.program
        if item.slot is None:
            return decimals_format(6)
        keys = [item.slot.key]
        if item.slot.role == "parameter":
            keys.append(program.newest(item.slot.name).key)
        return max((self._formats[key] for key in keys), key=lambda shown: shown.digits)

    def _fixed_formula(self, item: Fixed, index: Index) -> str | None:
        """Return where a fixed number comes from; None for one that is stored."""
        slot = item.slot
        if slot is None:
            return self._taken(item)
        if slot.role == "given":
            return self.inputs.formula(slot, index)
        if slot.role == "prepared":
            return self._preparation.formula(slot, index)
        return self._training.parameter_formula(slot, index, self._position())

    def _taken(self, item: Fixed) -> str | None:
        """Return the formula for what all training samples give together."""
        assert item.tree is not None
        try:
            return formula(item.tree, self._at_home)
        except (FormulaTooLong, _Elsewhere):
            return None

    def _at_home(self, cell: Leaf) -> Place:
        slot = self._trace.program.slot(cell.name)
        place = self.inputs.place(slot, cell.origin)
        if slot.role == "prepared":
            place = self._preparation.origins[slot.key].place(cell.origin)
            place = place and replace(place, sheet=self._preparation.prefix)
        if place is None:
            raise _Elsewhere
        return place

    def place(self, cell: Leaf) -> Place:
        """Return where a fixed number stands on this sheet."""
        return self.places[reference(cell)]


class _Elsewhere(Exception):
    """A number that stands nowhere in the workbook."""


def as_shown(value: float) -> str | float:
    """Return a number as a spreadsheet shows it: one that is none as the error it gives."""
    return value if value - value == 0 else "#NUM!"
