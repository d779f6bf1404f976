"""The sheets of an exercise filled in, live: to show how it is done, each answer in its place."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.errors import TracerError
from tracer.language.expression import Index
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.sheets.paper import BlankBlock, Blanks, draw, from_beside, origin
from tracer.practice.sheets.worksheet import DECIMALS, exercise_page
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.plan.roles import CellRole


@dataclass(frozen=True)
class _FilledIn(Blanks):
    """Draws each result with its formula over the operands beside it, and its value."""

    def draw_copied(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        self._live(row, column, role, block, index, origin(block, index, self.iteration))

    def draw_derived(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        self.draw_blank(row, column, block, index)

    def draw_blank(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        try:
            _, text = from_beside(block, index, self.program.decimals)
        except TracerError:  # calculated from more than a formula can say
            value = self._value(block, index)
            form = self.formats[block.slot.key]
            self.pattern.number(row, column, "stored_result", value, form)
        else:
            self._live(row, column, "result", block, index, text)

    def _live(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index, text: str
    ) -> None:
        value, form = self._value(block, index), self.formats[block.slot.key]
        self.pattern.live(row, column, role, text, value, form)

    def _value(self, block: BlankBlock, index: Index) -> float:
        return float(self.exercise.trace.value(block.slot, max(1, block.iteration))[index])


def filled_in(exercise: Exercise, subtitle: str) -> list[Sheet]:
    """Return the exercise's sheets with all answers; `subtitle` says whose numbers these are.

    Raises TracerError for an exercise that no sheet can hold.
    """
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    paper = draw(exercise, shown, pen=_FilledIn)
    return [
        exercise_page(exercise, paper, iteration, subtitle, front="book").sheet
        for iteration in paper.patterns
    ]
