"""A hint for each result, shown on demand: its equation, then the arithmetic of one blank."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.language.elements import cells, element
from tracer.language.formula import column_letters
from tracer.practice.answers import Key
from tracer.practice.exercise import Exercise
from tracer.practice.paper import ANY_FORMAT, Block, Paper
from tracer.practice.wording import TEXTS
from tracer.workbook.plan import Choice
from tracer.workbook.sheets.band import leaf_key
from tracer.workbook.sheets.spelled import Shown, literal, spelled

#: How far above a result's block its hint stands.
ABOVE = 2
CHOICE_COLUMN, TEXT_COLUMN = 1, 2
CHOICES = (TEXTS["hint_none"], TEXTS["hint_equation"], TEXTS["hint_numbers"])


class _Perhaps(Shown):
    """A number that a student may not have filled in yet."""

    def formula(self) -> str:
        """Return what writes the number once it is there."""
        number = Shown.formula(self)
        return f'IF(ISNUMBER({self.reference}),{number},"{TEXTS["unknown_number"]}")'

    def text(self) -> str:
        """Return what that writes while it isn't."""
        return TEXTS["unknown_number"]


class _Wanted(Shown):
    """The number that is asked for."""

    def formula(self) -> str:
        """Return what stands for it."""
        return literal(TEXTS["wanted"])

    def text(self) -> str:
        """Return what stands for it."""
        return TEXTS["wanted"]


def add_hints(exercise: Exercise, paper: Paper, formats: Mapping[Key, str]) -> None:
    """Draw a drop-down above each block with blanks, and beside it the hint that it asks for."""
    for block in paper.blocks.values():
        pattern, row = paper.patterns[block.iteration], block.area.row - ABOVE
        chosen = f"${column_letters(CHOICE_COLUMN)}${row}"
        pattern.text(row, CHOICE_COLUMN, "hint", TEXTS["hint_none"])
        pattern.choices.append(
            Choice(
                f"{column_letters(CHOICE_COLUMN)}{row}", "list", CHOICES,
                title=TEXTS["hint_title"], message=TEXTS["hint_prompt"], error=TEXTS["hint_error"],
            )
        )  # fmt: skip
        equation = block.assignment.equation.text
        numbers = _numbers(exercise, block, formats)
        pattern.live(
            row, TEXT_COLUMN, "hint_text",
            f'IF({chosen}="{CHOICES[1]}",{literal(equation)},IF({chosen}="{CHOICES[2]}",'
            f'{numbers},""))', "",
        )  # fmt: skip


def _numbers(exercise: Exercise, block: Block, formats: Mapping[Key, str]) -> str:
    """Return the formula that spells out the first blank of a block."""
    _, index = next(block.cells())
    tree = element(block.assignment.equation.expression, index)
    leaves = list(cells(tree))

    def operand(position: int) -> Shown:
        cell = leaves[position]
        place = block.operands[leaf_key(cell.leaf)].place(cell.index)
        assert place is not None
        slot = exercise.program.slot(cell.name)
        made, source, origin = exercise.made_in(slot, cell.origin, block.iteration)
        if exercise.own(made, source.key, origin):
            return _Perhaps(place.text(), ANY_FORMAT, 0.0)
        value = exercise.trace.value(slot, max(1, block.iteration))[cell.origin]
        return Shown(place.text(), formats[slot.key], float(value))

    return spelled(tree, operand, _Wanted("", ANY_FORMAT, 0.0))[0]
