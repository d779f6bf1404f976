"""Where a picture's numbers stand in the workbook, and the formula that picks one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.language.functions import Array
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.template.images import Items
from tracer.workbook.plan.plan import Pattern, area
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.iteration import Preparation
from tracer.workbook.sheets.training import Training


@dataclass(frozen=True)
class Moment:
    """An iteration as formulas name it: its number, and which of those stored it is, from 1."""

    iteration: str
    state: str


#: What training starts from.
FIRST = Moment("1", "1")


@dataclass(frozen=True)
class InBlock:
    """A block on Inputs or Preparation, which is the same in every iteration."""

    items: Items
    where: str
    varies = False

    @property
    def reach(self) -> int:
        """How many items can be chosen."""
        return self.items.count

    def pick(self, item: str, number: int, moment: Moment) -> str:
        """Return the formula for an item's number; both count from 1."""
        rows, columns = (self.items.size, self.items.count)[:: 1 if self.items.across else -1]
        row, column = (str(number), item)[:: 1 if self.items.across else -1]
        return _indexed(self.where, (rows, columns), row, column)


@dataclass(frozen=True)
class Tabled:
    """The columns of Training that hold a quantity, a row for each iteration or one in all."""

    items: Items
    where: str
    size: tuple[int, int]
    varies: bool

    @property
    def reach(self) -> int:
        """How many items can be chosen."""
        return self.items.count

    def pick(self, item: str, number: int, moment: Moment) -> str:
        """Return the formula for an item's number; both count from 1."""
        before = (number - 1) * self.items.count
        column = f"({item}-1)*{self.items.size}+{number}"
        if self.items.across:
            column = f"{before}+{item}" if before else item
        row = moment.iteration if self.size[0] > 1 else "1"
        return _indexed(self.where, self.size, row, column)


@dataclass(frozen=True)
class Kept:
    """Numbers that the sheet itself stores: an item a column, of each iteration that it has."""

    items: Items
    row: int
    column: int
    states: Sequence[int]
    reach: int
    varies: bool

    @property
    def size(self) -> tuple[int, int]:
        """How many rows and columns are stored."""
        return self.items.size, self.reach * len(self.states)

    @property
    def where(self) -> str:
        """The range that holds the numbers."""
        return area(self.row, self.column, *self.size)

    def pick(self, item: str, number: int, moment: Moment) -> str:
        """Return the formula for an item's number; both count from 1."""
        column = item
        if len(self.states) > 1:
            column = f"({moment.state}-1)*{self.reach}+{item}"
        return _indexed(self.where, self.size, str(number), column)

    def draw(self, pattern: Pattern, trace: ProgramTrace) -> None:
        """Store the numbers."""
        for place, iteration in enumerate(self.states):
            numbers = values(self.items, trace, iteration)[: self.reach]
            for k, item in enumerate(numbers, self.column + place * self.reach):
                for number, value in enumerate(item.tolist()):
                    pattern.number(self.row + number, k, "stored_shown", value)


Source = InBlock | Tabled | Kept


def values(items: Items, trace: ProgramTrace, iteration: int) -> Array:
    """Return the numbers in an iteration, an item a row."""
    block = trace.value(items.slot, iteration)
    rows, columns = (1, 1, *block.shape)[-2:]
    found: Array = block.reshape(rows, columns)
    return found.T if items.across else found


def constant(slot: Slot, trace: ProgramTrace) -> bool:
    """Say whether no iteration changes a quantity."""
    return slot.role in ("given", "prepared") or (
        slot.role == "parameter" and trace.program.newest(slot.name).key == slot.key
    )


def standing(
    items: Items,
    trace: ProgramTrace,
    inputs: Inputs,
    preparation: Preparation,
    training: Training,
) -> InBlock | Tabled | None:
    """Return where all of a quantity stands in the workbook; None where it doesn't."""
    slot, fixed = items.slot, constant(items.slot, trace)
    size = (1, 1, *slot.shape)[-2:]
    if fixed and slot.role != "prepared" and inputs.whole(slot):
        place = inputs.place(slot, (0,) * len(slot.shape))
        assert place is not None
        return InBlock(items, area(place.row, place.column, *size, sheet=inputs.prefix))
    home = preparation.origins.get(slot.key)
    if home is not None and home.whole:
        return InBlock(items, area(home.row, home.column, *size, sheet=preparation.prefix))
    found = training.over_iterations(slot)
    return None if found is None else Tabled(items, *found, varies=not fixed)


def _indexed(where: str, size: tuple[int, int], row: str, column: str) -> str:
    """Return what picks a cell of a block in a way that every program understands."""
    if size == (1, 1):
        return where
    if size[1] == 1:
        return f"INDEX({where},{row})"
    return f"INDEX({where},{'1' if size[0] == 1 else row},{column})"
