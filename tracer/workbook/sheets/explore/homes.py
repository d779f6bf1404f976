"""Where Explore's numbers stand in full, and how formulas pick one of them.

A block that is drawn whole is its own home. Of a larger one the sheet shows a window, and
all of it stands to the right of the helper cells, or, where it is given, on Inputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracer.language.expression import SlotKey
from tracer.language.places import Place
from tracer.program.model import Slot
from tracer.wording import Wording
from tracer.workbook.plan.plan import area
from tracer.workbook.sheets.band import WINDOW, Area, drawn
from tracer.workbook.sheets.spelled import literal


@dataclass(frozen=True)
class Picked:
    """A piece of a caption: the formula that gives it, and what that gives at first."""

    formula: str
    now: int | str


@dataclass(frozen=True)
class Home:
    """A block in full: its first cell, its rows and columns, its sheet as formulas write it."""

    row: int
    column: int
    size: tuple[int, int]
    sheet: str = ""

    def place(self, row: int, column: int) -> Place:
        """Return where an element stands, its row and column counted from 0."""
        return Place(self.row + row, self.column + column, self.sheet)

    def pick(self, row: str, column: str) -> str:
        """Return the formula for the element at a row and a column that formulas give, from 1."""
        if self.size == (1, 1):
            return area(self.row, self.column, 1, 1, sheet=self.sheet)
        if row.isdigit() and column.isdigit():
            where = area(self.row + int(row) - 1, self.column + int(column) - 1, 1, 1)
            return self.sheet + where
        return f"INDEX({area(self.row, self.column, *self.size, sheet=self.sheet)},{row},{column})"


def page_start(number: str, shown: int, length: int) -> str:
    """Return the formula for the first number of the page, of `shown`, that holds a number."""
    return f"MIN({shown}*INT(({number}-1)/{shown})+1,{length - shown + 1})"


class Windows:
    """Where the windows of larger blocks begin: all alike sides of one length at the same number.

    They turn pages: the page that holds the chosen row or column of the result, where that
    has such a side, else the first. A side is a length and an axis, 0 for rows.
    """

    def __init__(self, areas: Iterable[Area], wording: Wording) -> None:
        self._wording = wording
        found = {(n, axis) for block in areas for axis, n in enumerate(windowed(block)) if n}
        self.sides = sorted(found)
        #: The cell that holds each side's first number.
        self.cells: dict[tuple[int, int], str] = {}

    def first(self, block: Area, axis: int) -> str:
        """Return the formula for the first row (0) or column (1) that a block shows."""
        length = windowed(block)[axis]
        return self.cells[length, axis] if length else "1"

    def formula(
        self, side: tuple[int, int], sizes: tuple[str, str], chosen: tuple[str, str]
    ) -> str:
        """Return the formula for the first number, from the result's size and the choice."""
        length, axis = side

        def page(number: str) -> str:
            return page_start(number, WINDOW, length)

        # A result's rows tell the rows of a block, if they can, else its columns.
        other = f"IF({sizes[1 - axis]}={length},{page(chosen[1 - axis])},1)"
        return f"IF({sizes[axis]}={length},{page(chosen[axis])},{other})"

    def caption(self, slot: Slot, block: Area) -> tuple[str, str]:
        """Return the formula that says how much of a block is shown, and what it says at first."""
        shown: list[object] = []
        for axis, length in enumerate(windowed(block)):
            if length:
                part = window_parts(self._wording, axis, self.first(block, axis), WINDOW)
                shown += [", ", *part] if shown else part
        size = self._wording.size(slot.shape)
        parts: list[object] = []
        for piece in self._wording.parts("explore.window", size=size, part=shown):
            parts += piece if isinstance(piece, list) else [piece]
        return joined(parts)


def window_parts(wording: Wording, axis: int, first: str, shown: int) -> list[object]:
    """Return what says which rows (0) or columns (1) are shown, from the one in a cell on."""
    last = Picked(f"{first}+{shown - 1}", shown)
    key = ("explore.window_rows", "explore.window_columns")[axis]
    return wording.parts(key, first=Picked(first, 1), last=last)


def joined(parts: Sequence[object]) -> tuple[str, str]:
    """Return the formula that joins texts and what is picked, and what it says at first."""
    return _formula(parts), "".join(_now(part) for part in parts)


def _now(part: object) -> str:
    return str(part.now) if isinstance(part, Picked) else str(part)


def _formula(parts: Iterable[object]) -> str:
    """Return the formula that joins texts and what is picked."""
    texts, found = "", []
    for part in parts:
        if isinstance(part, Picked):
            found += [literal(texts), part.formula] if texts else [part.formula]
            texts = ""
        else:
            texts += str(part)
    return "&".join([*found, literal(texts)] if texts else found)


def windowed(block: Area) -> tuple[int, int]:
    """Return the lengths of a block's sides that are not all shown; 0 for one that is."""
    (rows, columns), shown = drawn(block.shape), block.shown
    return (rows if shown[0] < rows else 0), (columns if shown[1] < columns else 0)


def homes(
    areas: dict[SlotKey, Area], inputs: dict[SlotKey, Home], row: int, column: int
) -> dict[SlotKey, Home]:
    """Return every block's home; larger ones that aren't on Inputs stand from a cell on down."""
    found: dict[SlotKey, Home] = dict(inputs)
    for key, block in areas.items():
        if block.whole:
            found[key] = Home(block.row, block.column, block.shown)
        elif key not in inputs:
            found[key] = Home(row + 1, column, drawn(block.shape))
            row += drawn(block.shape)[0] + 2
    return found
