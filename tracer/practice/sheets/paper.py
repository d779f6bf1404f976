"""The picture of each iteration with blanks where results go, and where every blank stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from tracer.errors import TracerError
from tracer.language.elements import Leaf, cells, element
from tracer.language.expression import Index, SlotKey
from tracer.language.formula import LONGEST_FORMULA, FormulaTooLong, formula, quoted_sheet, rounded
from tracer.language.places import Place, Text
from tracer.practice.answers.answers import Truth
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import BEFORE_TRAINING
from tracer.practice.marking.sparing import Own, nobodys, spared_on_sheets
from tracer.practice.sheets.references import count
from tracer.program.model import Assignment, Slot
from tracer.wording import Wording, load
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.plan import Pattern
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import Area, Bands, index_at, leaf_key, nowhere, span
from tracer.workbook.sheets.iteration import draw_steps, write_equation


def sheet_title(iteration: int, wording: Wording | None = None) -> str:
    """Return the title of the sheet of an iteration; iteration 0 are the prepare steps."""
    wording = wording or load()
    if iteration == BEFORE_TRAINING:
        return wording.sheet("preparation")
    return wording("sheets.iteration", number=str(iteration))


@dataclass(frozen=True)
class BlankBlock:
    """One result with blanks: its corner on a sheet, and which of its cells are asked.

    `label` is what its sheet calls it. Its `derived` cells are calculated from blanks elsewhere.
    """

    label: str
    sheet: str
    iteration: int
    assignment: Assignment
    area: Area
    asked: Truth
    derived: Truth
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
    blocks: dict[tuple[int, SlotKey], BlankBlock]
    #: The numbers that are shown, by iteration, row and column.
    given: dict[tuple[int, int, int], tuple[Slot, Index]] = field(default_factory=dict)

    def of(self, iteration: int) -> list[BlankBlock]:
        """Return the blocks of one iteration, from the top down."""
        return [block for block in self.blocks.values() if block.iteration == iteration]


def layout(exercise: Exercise) -> tuple[BlankBlock, ...]:
    """Return every block with blanks, in the order of the steps, iteration by iteration.

    The same exercise gives the same places, whatever its numbers are. Raises TracerError for
    an exercise that no sheet can hold.
    """
    return tuple(block for block in draw(exercise).blocks.values() if block.asked.any())


def draw(
    exercise: Exercise,
    formats: Formats | None = None,
    *,
    hints: bool = False,
    pen: Callable[..., Blanks] | None = None,
) -> Paper:
    """Draw every iteration; with `formats` also the numbers that are given.

    With `hints`, the line above a block with blanks stays free instead of saying the equation.
    A `pen` other than Blanks draws something else in the same places.
    """
    paper = Paper({}, {})
    iterations = [*range(1, exercise.iterations + 1)]
    if any(iteration == BEFORE_TRAINING for iteration, _ in exercise.asked):
        iterations.insert(0, BEFORE_TRAINING)
    for iteration in iterations:
        pattern = Pattern()
        paper.patterns[iteration] = pattern
        bands = (pen or Blanks)(
            exercise.program,
            pattern,
            formats or {},
            *(nowhere, nowhere, nowhere),
            {},
            exercise.wording,
            {},
            exercise,
            iteration,
            paper,
        )
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


@dataclass(frozen=True)
class Blanks(Bands):
    """Draws bands whose results are left blank where the exercise asks for them.

    A number that was asked elsewhere is shown as the student typed it there.
    """

    exercise: Exercise
    iteration: int
    paper: Paper

    def draw_number(
        self,
        row: int,
        column: int,
        slot: Slot,
        index: Index,
        role: CellRole,
        text: Text | None,
        *,
        here: bool = True,
    ) -> None:
        """Draw an operand, or a quantity that is only shown."""
        made, source, origin = self.exercise.made_in(slot, index, self.iteration)
        if not self.exercise.own(made, source.key, origin):
            self._given(row, column, slot, index, role)
            return
        if (made, source.key) not in self.paper.blocks:  # shown before its step
            self.pattern.text(row, column, role, "")
            return
        self.draw_copied(row, column, role, self.paper.blocks[made, source.key], origin)

    def draw_copied(
        self, row: int, column: int, role: CellRole, block: BlankBlock, index: Index
    ) -> None:
        """Draw a number of the student's where it is used."""
        reference = origin(block, index, self.iteration)
        self.pattern.live(row, column, role, f'IF({reference}="","",{reference})', "")

    def _given(self, row: int, column: int, slot: Slot, index: Index, role: CellRole) -> None:
        self.paper.given[self.iteration, row, column] = slot, index
        if not self.formats:  # only the places are wanted
            return
        value = self.exercise.trace.value(slot, max(1, self.iteration))[index]
        self.pattern.number(row, column, role, float(value), self.formats[slot.key])

    def draw_result(
        self, assignment: Assignment, area: Area, areas: Mapping[tuple[int, int], Area]
    ) -> None:
        """Draw a result's block: blank cells, and given ones."""
        slot, label = assignment.slot, self.wording.say(assignment.slot.label)
        self.draw_caption(label, area)
        nothing = np.zeros(slot.shape, np.bool_)
        where = self.iteration, slot.key
        asked = self.exercise.asked.get(where, nothing)
        derived = self.exercise.derived.get(where, nothing)
        title = sheet_title(self.iteration, self.wording)
        block = BlankBlock(label, title, self.iteration, assignment, area, asked, derived, areas)
        if asked.any() or derived.any():
            if not (area.whole and all(operand.whole for operand in areas.values())):
                raise TracerError(
                    f"{block.label} or what it is calculated from is too large for a practice"
                    " sheet: leave other quantities blank."
                )
            self.paper.blocks[where] = block
        rows, columns = area.shown
        for i in range(rows):
            for j in range(columns):
                index = index_at(slot.shape, i, j)
                row, column = area.row + i, area.column + j
                if asked[index]:
                    self.draw_blank(row, column, block, index)
                elif derived[index]:
                    self.draw_derived(row, column, block, index)
                else:
                    self._given(row, column, slot, index, "shown")

    def draw_blank(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        """Draw a cell to fill in."""
        self.pattern.text(row, column, "blank", "")

    def draw_derived(self, row: int, column: int, block: BlankBlock, index: Index) -> None:
        """Draw a result that is calculated from what the student fills in."""
        text = follows(block, index, self.exercise)
        self.pattern.live(row, column, "shown", text, "")


def origin(block: BlankBlock, index: Index, iteration: int) -> str:
    """Return how the sheet of an iteration refers to a number where it was made."""
    place = block.place(index)
    if block.iteration != iteration:
        place = replace(place, sheet=quoted_sheet(block.sheet))
    return place.text()


def follows(block: BlankBlock, index: Index, exercise: Exercise) -> str:
    """Return the formula over the operands beside a result, empty until all are numbers.

    A blank operand would else count as zero, and earn credit. Raises TracerError where a
    spreadsheet can't hold the formula.
    """
    decimals, own = exercise.program.decimals, students_own(exercise, block.iteration)
    places, text = from_beside(block, index, decimals, own)
    return checked(f'IF({count(places)}={len(places)},{text},"")', block)


def students_own(exercise: Exercise, iteration: int) -> Callable[[Leaf], bool]:
    """Return what says whether a cell that an iteration's equation reads is a student's."""

    def own(cell: Leaf) -> bool:
        slot = exercise.program.slot(cell.name)
        made, source, origin = exercise.made_in(slot, cell.origin, iteration)
        return exercise.own(made, source.key, origin)

    return own


def from_beside(
    block: BlankBlock, index: Index, decimals: int | None, own: Own = nobodys
) -> tuple[set[Place], str]:
    """Return the operands beside a result from which a number is calculated, and its formula.

    0 times what may fail of a student's `own` numbers is 0 in it. Raises TracerError where a
    spreadsheet can't hold the formula.
    """

    def beside(cell: Leaf) -> Place:
        place = block.operands[leaf_key(cell.leaf)].place(cell.index)
        assert place is not None
        return place

    tree = spared_on_sheets(element(block.assignment.equation.expression, index), own)
    try:
        text = checked(rounded(formula(tree, beside), decimals), block)
    except FormulaTooLong:
        raise too_long(block) from None
    return {beside(cell) for cell in cells(tree)}, text


def checked(text: str, block: BlankBlock) -> str:
    """Return a formula that a spreadsheet can hold. Raises TracerError for a longer one."""
    if len(text) >= LONGEST_FORMULA:
        raise too_long(block)
    return text


def too_long(block: BlankBlock) -> TracerError:
    """Return the fault of a result that is calculated from too much."""
    return TracerError(
        f"{block.label} is calculated from too many numbers for a practice sheet:"
        " leave other quantities blank."
    )


def right_of(block: BlankBlock) -> int:
    """Return the first column right of a result's block and its name."""
    return block.area.column + span(block.area, block.label)
