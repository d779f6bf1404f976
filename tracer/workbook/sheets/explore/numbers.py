"""Where Explore's numbers come from: Training's rows, or computed on the sheet itself.

Where Training has every quantity of an iteration, a block picks its row there. Else each
number is computed on Explore by its equation, from the parameters that Training keeps for the
chosen iteration's start and from the data on Inputs.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Protocol

from tracer.language.blocks import block_formula
from tracer.language.build import named
from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce, rebuilt, value
from tracer.language.expression import Index, SlotKey
from tracer.language.formula import FormulaTooLong, formula, rounded
from tracer.language.functions import Array
from tracer.language.places import COLUMN, ROW, Place, written
from tracer.program.model import Program, Slot
from tracer.workbook.plan.plan import Cell
from tracer.workbook.sheets.band import cell_of, drawn, flat, index_at
from tracer.workbook.sheets.explore.dependence import Dependence
from tracer.workbook.sheets.explore.homes import Home
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training import Training
from tracer.workbook.sheets.training_columns import turn_form

#: A sum too long for one formula is summed in pieces of so many terms.
PIECES, LONGEST_SHORT = (64, 8), 500
#: No equation can call a quantity this.
_PIECE = "Σ"


class Numbers(Protocol):
    """Says what computes each number."""

    def formulas(self, slot: Slot) -> Iterator[str]:
        """Yield a block's formulas, row by row. Raises FormulaTooLong or NotKept."""
        ...


class NotKept(Exception):
    """The workbook holds too little to compute a number."""


class FromTraining:
    """Every number picks its iteration from Training."""

    def __init__(self, training: Training, iteration: str) -> None:
        self._training = training
        self._iteration = iteration

    def formulas(self, slot: Slot) -> Iterator[str]:
        """Yield a block's formulas, row by row."""
        for index in _indices(slot):
            yield self._training.any_formula(slot, index, self._iteration)


class Computed:
    """Every number is computed on the sheet, from what the iteration started from.

    `iteration` is the cell with the chosen iteration, `position` the one with the place of the
    iteration before in Training; `pieces` are the cells with parts of sums that no formula
    holds: they stand in `row` from `column` on.
    """

    def __init__(
        self,
        program: Program,
        inputs: Inputs,
        training: Training,
        readings: list[Dependence],
        homes: dict[SlotKey, Home],
        state: Array,
        cells: tuple[str, str],
        at: tuple[int, int],
    ) -> None:
        self._program = program
        self._inputs = inputs
        self._training = training
        self._readings = {reading.assignment.slot.key: reading for reading in readings}
        self._homes = homes
        self._state = state
        self._iteration, self._position = cells
        self._row, self._column = at
        self.pieces: list[Cell] = []

    def formulas(self, slot: Slot) -> Iterator[str]:
        """Yield a block's formulas, row by row. Raises FormulaTooLong or NotKept."""
        reading = self._readings.get(slot.key)
        if reading is None:
            for index in _indices(slot):
                yield self._started(slot, index)
            return
        made = self._alike(reading) if reading.sampled else self._each(reading)
        for text in made:
            yield rounded(text, self._program.decimals)

    def _started(self, slot: Slot, index: Index) -> str:
        match slot.role:
            case "given":
                text = self._inputs.formula(slot, index)
            case "batch":
                text = self._sample(slot, index)
            case _:
                text = self._training.parameter_formula(slot, index, self._position)
        if text is None:
            raise NotKept
        return text

    def _sample(self, slot: Slot, index: Index) -> str | None:
        """Return the formula for an element of the samples that the iteration used."""
        batch = self._program.batch
        assert batch is not None
        number, whole = index[batch.axis], self._program.whole(slot)
        sample: str | None
        if slot.name in batch.turns:
            sample = turn_form(batch, slot.name, number, whole).format(self._iteration)
        else:
            sample = self._training.sample_formula(number + 1, self._iteration)
        if sample is None:
            return None
        row, column = (str(n + 1) for n in cell_of(index))
        home = self._homes[whole.key]
        if batch.axis == 0 and len(slot.shape) > 1:
            return home.pick(sample, column)
        return home.pick(row, sample)

    # -- equations ----------------------------------------------------------------------

    def _place(self, cell: Leaf) -> Place:
        if cell.name.id == _PIECE:
            return Place(self._row + cell.name.version, self._column + cell.origin[0])
        return self._homes[self._key(cell)].place(*cell_of(cell.origin))

    def _key(self, cell: Leaf) -> SlotKey:
        return self._program.slot(cell.name).key

    def _each(self, reading: Dependence) -> Iterator[str]:
        """Yield the formula of each element, written for itself."""
        for tree in reading.trees:
            try:
                text = formula(tree, self._place)
            except FormulaTooLong:
                text = formula(self._in_pieces(tree), self._place)
            yield text

    def _alike(self, reading: Dependence) -> Iterator[str]:
        """Yield the one formula of all elements, moved to each of them."""
        assignment, size = reading.assignment, reading.size
        shape = assignment.slot.shape
        found = block_formula(
            assignment.equation.expression, size, partial(index_at, shape), self._place
        )
        if found is None:
            raise FormulaTooLong
        for row, column in product(*map(range, size)):
            yield written(found, {ROW: row, COLUMN: column})

    # -- long sums ----------------------------------------------------------------------

    def _in_pieces(self, tree: Element) -> Element:
        """Return an element whose long sums are sums of pieces, each in a cell of its own."""
        if not isinstance(tree, Reduce):
            return rebuilt(tree, self._in_pieces)
        return tree if self._short(tree) else self._pieces(tree.function, tree.terms)

    def _short(self, tree: Element) -> bool:
        try:
            return len(formula(tree, self._place)) <= LONGEST_SHORT
        except FormulaTooLong:
            return False

    def _pieces(self, function: str, terms: tuple[Element, ...]) -> Element:
        if function not in ("sum", "mean", "max", "min"):
            raise FormulaTooLong
        inner = "sum" if function == "mean" else function
        for length in PIECES:
            parts = [Reduce(inner, terms[k : k + length]) for k in range(0, len(terms), length)]
            try:
                texts = [formula(part, self._place) for part in parts]
                break
            except FormulaTooLong:
                continue
        else:
            raise FormulaTooLong
        line = len({cell.row for cell in self.pieces})
        name = named((_PIECE, line))
        for k, (part, text) in enumerate(zip(parts, texts, strict=True)):
            now = value(part, self._value)
            row, column = self._row + line, self._column + k
            self.pieces.append(Cell(row, column, "helper", number=now, formula=text))
        whole = Reduce(inner, tuple(Leaf(name, (k,), name, (k,)) for k in range(len(parts))))
        return Compute("/", (whole, Constant(len(terms)))) if function == "mean" else whole

    def _value(self, cell: Leaf) -> float:
        slot = self._program.slot(cell.name)
        return float(self._state[slot.offset + flat(slot.shape, cell.origin)])


def _indices(slot: Slot) -> Iterator[Index]:
    rows, columns = drawn(slot.shape)
    return (index_at(slot.shape, i, j) for i in range(rows) for j in range(columns))
