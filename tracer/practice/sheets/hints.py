"""A hint for each result, shown on demand: its equation, then the arithmetic of one blank."""

from __future__ import annotations

from tracer.language.addresses import column_letters
from tracer.language.elements import cells, element
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.sheets.paper import BlankBlock, Paper
from tracer.wording import Wording
from tracer.workbook.plan.numbers import GENERAL, Formats
from tracer.workbook.plan.plan import Choice
from tracer.workbook.sheets.band import leaf_key
from tracer.workbook.sheets.digits import SMALL, Exactness, Shown
from tracer.workbook.sheets.spelled import literal, spelled

#: How far above a result's block its hint stands.
ABOVE = 2
CHOICE_COLUMN, TEXT_COLUMN = 1, 2
#: What stands for a number that isn't there yet, and for the one that is asked.
UNKNOWN, WANTED = "…", "?"


class _Perhaps(Shown):
    """A number that a student may not have filled in yet."""

    @property
    def known(self) -> bool:
        """Say that it may not stand there yet."""
        return False

    def formula(self, exactness: Exactness = SMALL) -> str:
        """Return what writes the number once it is there."""
        number = Shown.formula(self, exactness)
        return f'IF(ISNUMBER({self.reference}),{number},"{UNKNOWN}")'

    def text(self, exactness: Exactness = SMALL) -> str:
        """Return what that writes while it isn't."""
        return UNKNOWN


class _Asked(Shown):
    """The number that is asked for."""

    @property
    def known(self) -> bool:
        """Say that it doesn't stand there."""
        return False

    def formula(self, exactness: Exactness = SMALL) -> str:
        """Return what stands for it."""
        return literal(WANTED)

    def text(self, exactness: Exactness = SMALL) -> str:
        """Return what stands for it."""
        return WANTED


def add_hints(exercise: Exercise, paper: Paper, formats: Formats) -> None:
    """Draw a drop-down above each block with blanks, and beside it the hint that it asks for."""
    wording = exercise.wording
    choices = hint_choices(wording)
    for block in paper.blocks.values():
        pattern, row = paper.patterns[block.iteration], block.area.row - ABOVE
        chosen = f"${column_letters(CHOICE_COLUMN)}${row}"
        pattern.text(row, CHOICE_COLUMN, "hint", choices[0])
        pattern.choices.append(_choice(f"{column_letters(CHOICE_COLUMN)}{row}", choices, wording))
        equation = block.assignment.equation.text
        numbers = _numbers(exercise, block, formats)
        more = f'IF({chosen}="{choices[2]}",{numbers},"")'
        hint = f'IF({chosen}="{choices[1]}",{literal(equation)},{more})'
        pattern.live(row, TEXT_COLUMN, "hint_text", hint, "")


def _choice(where: str, choices: tuple[str, ...], wording: Wording) -> Choice:
    return Choice(
        where,
        "list",
        choices,
        title=wording("practice.hint_title"),
        error=wording("practice.hint_error"),
    )


def hint_choices(wording: Wording) -> tuple[str, str, str]:
    """Return what the drop-downs offer: nothing, the equation, the first blank's numbers."""
    return (
        wording("practice.hint_none"),
        wording("practice.hint_equation"),
        wording("practice.hint_numbers"),
    )


def _numbers(exercise: Exercise, block: BlankBlock, formats: Formats) -> str:
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
            return _Perhaps(place.text(), GENERAL, 0.0)
        value = exercise.trace.value(slot, max(1, block.iteration))[cell.origin]
        return Shown(place.text(), formats[slot.key], float(value))

    return spelled(tree, operand, _Asked("", GENERAL, 0.0), exercise.wording)[0]
