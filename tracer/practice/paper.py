"""The picture of each iteration with blanks where results go, and where every blank stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

import numpy as np

from tracer.errors import TracerError
from tracer.language.expression import Index
from tracer.language.formula import Place, quoted_sheet
from tracer.practice.answers import Key, Truth
from tracer.practice.exercise import BEFORE_TRAINING, Exercise
from tracer.practice.wording import TEXTS
from tracer.program import Assignment, Slot
from tracer.workbook.plan import TITLE_HEIGHT, Cell, Choice, Pattern
from tracer.workbook.plan import area as cell_area
from tracer.workbook.sheets.band import Area, Bands, index_at
from tracer.workbook.sheets.iteration import draw_steps, write_equation

#: What a cell that refers to a blank shows: any number, as it was typed.
ANY_FORMAT = "General"


def sheet_title(iteration: int) -> str:
    """Return the title of the sheet of an iteration; iteration 0 are the prepare steps."""
    if iteration == BEFORE_TRAINING:
        return TEXTS["preparation"]
    return TEXTS["iteration"].format(iteration=iteration)


@dataclass(frozen=True)
class Block:
    """One result with blanks: its corner on a sheet, and which of its cells are asked."""

    sheet: str
    iteration: int
    assignment: Assignment
    area: Area
    asked: Truth
    operands: Mapping[tuple[int, int], Area] = field(default_factory=dict)

    @property
    def slot(self) -> Slot:
        """The slot whose values are asked."""
        return self.assignment.slot

    def place(self, index: Index) -> Place:
        """Return where an element stands; a block with blanks is always shown whole."""
        place = self.area.place(index)
        assert place is not None
        return place

    def cells(self) -> Iterator[tuple[Place, Index]]:
        """Yield the place and index of every blank, row by row."""
        for index in np.ndindex(self.slot.shape):
            if self.asked[index]:
                yield self.place(index), index


@dataclass
class Paper:
    """The sheets of an exercise as drawn: a pattern for each iteration, and every block."""

    patterns: dict[int, Pattern]
    blocks: dict[tuple[int, Key], Block]

    def asks(self, iteration: int, key: Key, index: Index) -> bool:
        """Say whether a number is to be filled in."""
        block = self.blocks.get((iteration, key))
        return block is not None and bool(block.asked[index])

    def of(self, iteration: int) -> list[Block]:
        """Return the blocks of one iteration, from the top down."""
        return [block for block in self.blocks.values() if block.iteration == iteration]


def layout(exercise: Exercise) -> tuple[Block, ...]:
    """Return every block with blanks, in the order of the steps, iteration by iteration.

    The same exercise gives the same places, whatever its numbers are. Raises TracerError for
    an exercise that no sheet can hold.
    """
    return tuple(draw(exercise).blocks.values())


def draw(
    exercise: Exercise, formats: Mapping[Key, str] | None = None, *, hints: bool = False
) -> Paper:
    """Draw every iteration; with `formats` also the numbers that are given.

    With `hints`, the line above a block with blanks stays free instead of saying the equation.
    """
    paper = Paper({}, {})
    iterations = [*range(1, exercise.iterations + 1)]
    if any(iteration == BEFORE_TRAINING for iteration, _ in exercise.asked):
        iterations.insert(0, BEFORE_TRAINING)
    for iteration in iterations:
        pattern = Pattern(heights={1: TITLE_HEIGHT})
        paper.patterns[iteration] = pattern
        bands = Blanks(
            exercise.program, pattern, formats or {}, _nowhere, _no_place, _nowhere, {},
            exercise, iteration, paper,
        )  # fmt: skip
        steps = [
            (number, step)
            for number, step in enumerate(exercise.program.steps)
            if (step.phase == "prepare") == (iteration == BEFORE_TRAINING)
        ]
        draw_steps(bands, steps, _above_given if hints else write_equation)
    return paper


def _above_given(bands: Bands, assignment: Assignment, row: int) -> None:
    assert isinstance(bands, Blanks)
    if (bands.iteration, assignment.slot.key) not in bands.exercise.asked:
        write_equation(bands, assignment, row)


def _nowhere(slot: Slot, index: Index) -> str | None:
    return None


def _no_place(slot: Slot, index: Index) -> Place | None:
    return None


@dataclass(frozen=True)
class Blanks(Bands):
    """Draws bands whose results are left blank where the exercise asks for them.

    A number that was asked elsewhere is shown as the student typed it there; every other one
    is given.
    """

    exercise: Exercise
    iteration: int
    paper: Paper

    def number(
        self,
        row: int,
        column: int,
        slot: Slot,
        index: Index,
        role: str,
        text: str | None,
        *,
        here: bool = True,
    ) -> None:
        """Draw an operand, or a quantity that is only shown."""
        made, source, origin = self.exercise.made_in(slot, index, self.iteration)
        if not self.paper.asks(made, source.key, origin):
            self._given(row, column, slot, index, role)
            return
        block = self.paper.blocks[made, source.key]
        place = block.place(origin)
        if made != self.iteration:
            place = replace(place, sheet=quoted_sheet(block.sheet))
        reference = place.text()
        self.pattern.cells.append(
            Cell(
                row, column, role,
                text="", formula=f'IF({reference}="","",{reference})', format=ANY_FORMAT,
            )
        )  # fmt: skip

    def _given(self, row: int, column: int, slot: Slot, index: Index, role: str) -> None:
        if not self.formats:  # only the places are wanted
            return
        value = self.exercise.trace.value(slot, max(1, self.iteration))[index]
        self.pattern.cells.append(
            Cell(row, column, role, number=float(value), format=self.formats[slot.key])
        )

    def result(
        self, assignment: Assignment, area: Area, areas: Mapping[tuple[int, int], Area]
    ) -> None:
        """Draw a result's block: blank cells, and given ones."""
        slot = assignment.slot
        asked = self.exercise.asked.get((self.iteration, slot.key))
        self.caption(slot.label, area)
        if asked is not None:
            if not (area.whole and all(operand.whole for operand in areas.values())):
                raise TracerError(
                    f"{slot.label} or what it is calculated from is too large for a practice"
                    " sheet: leave other quantities blank."
                )
            block = Block(
                sheet_title(self.iteration), self.iteration, assignment, area, asked, areas
            )
            self.paper.blocks[self.iteration, slot.key] = block
        rows, columns = area.shown
        for i in range(rows):
            for j in range(columns):
                index = index_at(slot.shape, i, j)
                if asked is not None and asked[index]:
                    self.pattern.text(area.row + i, area.column + j, "blank", "")
                else:
                    self._given(area.row + i, area.column + j, slot, index, "shown")
        if asked is not None:
            self._prompt(assignment, area)

    def _prompt(self, assignment: Assignment, area: Area) -> None:
        """Let a selected blank say what belongs there."""
        step = self.program.steps[assignment.step]
        rows, columns = area.shown
        self.pattern.choices.append(
            Choice(
                cell_area(area.row, area.column, rows, columns, fixed=False),
                "any",
                title=TEXTS["prompt_title"].format(step=step.number, label=assignment.slot.label),
                message=TEXTS["prompt"],
            )
        )


def right_of(block: Block) -> int:
    """Return the first column right of a result's block and its name."""
    label = ceil(len(block.slot.label) / 9.5 - 0.9)
    return block.area.column + max(block.area.shown[1], label)
