"""Explore's layout: its entries and blocks, where they stand, how formulas refer to them."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.language.expression import SlotKey, Span
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.numbers import Formats, NumberFormat
from tracer.workbook.plan.plan import area, picked
from tracer.workbook.sheets.band import WINDOW, window
from tracer.workbook.sheets.explore.bench import Bench, View
from tracer.workbook.sheets.explore.column_names import column_names
from tracer.workbook.sheets.explore.dependence import Dependence, Used
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation, ListedShow, entries
from tracer.workbook.sheets.explore.grid import laid_out
from tracer.workbook.sheets.explore.homes import Home, Windows, homes
from tracer.workbook.sheets.explore.places import (
    CELLS,
    ITERATION,
    POSITION,
    STARTS,
    TABLE_ROW,
    WINDOWS,
)
from tracer.workbook.sheets.spelled import Shown

#: Columns are usually so wide, and wider for long numbers; longer ones shrink, but to no less
#: than a part of their size, for paper, as far as a laptop's screen shows a whole band.
COLUMN_WIDTH, WIDEST, LEGIBLE, SCREEN_WIDTH = 7.4, 8.2, 0.7, 137.0
MOST_COLUMNS = 16_384
#: A cell's text holds no more.
LONGEST_LIST = 32_000


class Layout:
    """Where everything stands on the sheet, and how its formulas refer to it."""

    def __init__(
        self,
        trace: ProgramTrace,
        formats: Formats,
        readings: list[Dependence],
        inputs: dict[SlotKey, Home],
        wording: Wording,
        *,
        nearest: bool,
    ) -> None:
        """Lay everything out; `inputs` are the homes of given blocks.

        `nearest` says that not every iteration can be shown, but the nearest before.
        """
        self.wording = wording
        self.trace = trace
        self.nearest = nearest
        self.program = trace.program
        self.formats = formats
        self.state = trace.state(1)
        self.entries = entries(self.program, readings, wording)
        self.equations = [e for e in self.entries if isinstance(e, ListedEquation)]
        computed = [e for e in self.equations if e.slot.role != "prepared"]
        self.initial = (computed or self.equations)[0]
        self.count = sum(equation.count for equation in self.equations)
        self.bench = Bench(self.program, self.entries, wording)
        self.head_row = self.bench.last_row + 2
        #: What the columns of blocks are called, where all of them are shown.
        self.columns = {
            key: names
            for key, names in column_names(trace).items()
            if len(names) == window(len(names), WINDOW)
        }
        named = self.columns.keys()
        grid = laid_out(self.program, self.entries, self.head_row, wording, named)
        self.areas, self.bands = grid.areas, grid.bands
        self.last_row = grid.last_row
        self.last_column = max(grid.last_column, self.bench.last_column)
        self.helper = self.last_column + 3
        self.windows = Windows(self.areas.values(), wording)
        for k, side in enumerate(self.windows.sides):
            self.windows.cells[side] = area(WINDOWS, self.helper + STARTS + k, 1, 1)
        starts = max(self.bench.most_starts, len(self.windows.sides))
        self.in_full = self.helper + STARTS + starts + 2
        self.homes = homes(self.areas, inputs, TABLE_ROW, self.in_full)
        own = [home for home in self.homes.values() if not home.sheet]
        #: Below everything else there is room for parts of long sums.
        self.below = max(home.row + home.size[0] for home in own) + 2
        self.next_row = TABLE_ROW + 1
        self.fits = all(map(self._plan_list, self.equations)) and all(
            home.column + home.size[1] <= MOST_COLUMNS for home in own
        )

    def _plan_list(self, equation: ListedEquation) -> bool:
        """Find out which cells must be listed one by one; False if a list is too long."""
        reading = equation.reading
        for slot in reading.operands:
            if reading.products(slot) is None:
                equation.listed.add(slot)
        for view in self.bench.views[equation.number]:
            if view.leaf is not None and reading.leaf_product(view.leaf.span) is None:
                equation.listed_leaves.add(view.leaf.span)
        listed = equation.listed or equation.listed_leaves
        if listed or reading.coordinates() is None:
            if reading.sampled:
                return False
            equation.first = self.next_row
            # One row per element, and one for the whole block.
            self.next_row += len(reading.spots) + 1
        return len(self.listed(equation, reading.used)) <= LONGEST_LIST

    def widths(self) -> dict[int, float]:
        """Return the widths of columns whose largest numbers, of any iteration, need more."""
        wide: dict[int, float] = {}
        for key, block in self.areas.items():
            needed = self._needed(key)
            for column in range(block.column, block.column + block.shown[1]):
                # The bench's numbers shrink where they must.
                if needed > wide.get(column, COLUMN_WIDTH):
                    wide[column] = needed
        bench = range(1, self.bench.last_column + 1)
        widest = _shared([wide.get(column, COLUMN_WIDTH) for column in bench])
        return {column: round(min(width, widest), 1) for column, width in wide.items()}

    def _needed(self, key: SlotKey) -> float:
        values = self.trace.values(self.slot(key), self.trace.record.full_of)
        extremes = [float(values.min()), float(values.max())]
        shown = (Shown("", self.formats[key], value).text() for value in extremes)
        whole = max(map(len, shown)) * 1.05 + 0.9
        return min(whole, max(WIDEST, LEGIBLE * whole))

    # -- helper cells ---------------------------------------------------------------------

    def cell(self, name: str, column: int = 1) -> str:
        """Return a helper cell by its name; its second has what it needs besides."""
        return area(CELLS[name], self.helper + column, 1, 1)

    @property
    def iteration_cell(self) -> str:
        """The cell that holds the number of the iteration shown."""
        return self.cell(ITERATION)

    @property
    def position_cell(self) -> str:
        """The cell that holds the place in Training of the iteration before."""
        return self.cell(ITERATION, 2) if self.nearest else self.iteration_cell

    @property
    def equation_cell(self) -> str:
        """The cell that holds the chosen entry's number."""
        return self.cell("equation")

    @property
    def whole_cell(self) -> str:
        """The cell that holds 1 while a whole block is chosen."""
        return self.cell("whole")

    def axis_cell(self, axis: str) -> str:
        """Return the cell that holds the chosen "row" or "column"."""
        return self.cell(axis)

    def table(self, column: int) -> str:
        """Return the helper table's column, one row per entry."""
        return area(TABLE_ROW + 1, self.helper + column, len(self.entries), 1)

    def of_chosen(self, column: int) -> str:
        """Return the formula that picks the chosen entry's cell of a table's column."""
        return picked(self.table(column), (len(self.entries), 1), self.equation_cell)

    def later(self, equation: ListedEquation, row: str, column: str) -> str:
        """Return the test whether an element is calculated after the chosen one, and hidden."""
        place = f"({row}-1)*{equation.size[1]}+{column}"
        after = f"{place}+{equation.before}>{self.cell(POSITION)}"
        return f"AND({self.cell('hide')}=1,{after})"

    def here(self, slot: SlotKey, axis: int) -> str:
        """Return the formula for a cell's row (0) or column (1) in its block, from 1."""
        block = self.areas[slot]
        return within(block.row, block.column, axis, self.windows.first(block, axis))

    def slot(self, key: SlotKey) -> Slot:
        """Return the quantity of a block."""
        return self.program.at(key)

    def shown_as(self, view: View) -> NumberFormat:
        """Return the number format of a block on the bench."""
        return self.formats[view.slot.key]

    def first(self, entry: Entry, view: View, axis: int) -> str:
        """Return the cell that says where a side of a view begins; empty where all is shown."""
        start = view.starts[axis]
        if not start:
            return ""
        return area(TABLE_ROW + entry.number, self.helper + STARTS + start - 1, 1, 1)

    def name(self, entry: Entry) -> str:
        """Return what an entry shows or computes, with its size."""
        slots = entry.slots if isinstance(entry, ListedShow) else ()
        if isinstance(entry, ListedEquation):
            slots = (entry.slot,)
        return ", ".join(map(self.name_of, slots))

    def name_of(self, slot: Slot) -> str:
        """Return a quantity's name with its size."""
        return f"{self.wording.say(slot.label)} ({self.wording.size(slot.shape)})"

    def element_cell(self) -> str:
        """Return the cell that holds the chosen element's row in the lists."""
        return self.cell("listed", 2)

    def of_element(self, column: int) -> str:
        """Return the formula that picks the chosen element's cell of the lists' columns."""
        size = self.next_row - TABLE_ROW - 1, 1
        cells = area(TABLE_ROW + 1, self.helper + column, *size)
        return picked(cells, size, self.element_cell())

    def listed(self, equation: ListedEquation, used: Sequence[Sequence[Used]]) -> str:
        """Return the cells of the listed operands as text: `|block.row.column|…|`."""
        numbers = {key: str(number) for number, key in enumerate(self.areas, 1)}
        leaves = self.bench.leaf_marks(equation)
        spots: dict[str, None] = {}
        for use in (use for uses in used for use in uses):
            if use.slot in equation.listed:
                spots[_token(numbers[use.slot], use.row, use.column)] = None
            if use.leaf in equation.listed_leaves:
                spots[_token(leaves[use.leaf], *use.place)] = None
        return f"|{'|'.join(spots)}|" if spots else ""

    def in_list(self, mark: str, row: str, column: str) -> str:
        """Return the test whether the chosen element's list has a cell."""
        wanted = f'"|{mark}."&{row}&"."&{column}&"|"'
        return f"ISNUMBER(SEARCH({wanted},{self.cell('listed')}))"

    def block_mark(self, key: SlotKey) -> str:
        """Return what stands for a block in lists."""
        return str([*self.areas].index(key) + 1)

    def leaf_mark(self, equation: ListedEquation, leaf: Span) -> str:
        """Return what stands for a leaf in lists."""
        return self.bench.leaf_marks(equation)[leaf]


def _shared(needed: Sequence[float]) -> float:
    """Return how wide columns may be so that together they fit the screen's width.

    What narrow ones leave is the wide ones' to share.
    """
    left, ordered = SCREEN_WIDTH, sorted(needed)
    for number, width in enumerate(ordered):
        share = left / (len(ordered) - number)
        if width > share:
            return share
        left -= width
    return max(ordered)


def _token(mark: str, row: int, column: int) -> str:
    return f"{mark}.{row + 1}.{column + 1}"


def within(row: int, column: int, axis: int, first: str) -> str:
    """Return the formula for a cell's row (0) or column (1) in a block.

    Its corner stands at a row and a column, and shows the row or column `first`.
    """
    corner, function = area(row, column, 1, 1), ("ROW", "COLUMN")[axis]
    return f"{function}()-{function}({corner})+{first}"


def shifted(cell: str, shift: int) -> str:
    """Return a reference with a number added."""
    return f"{cell}+{shift}" if shift else cell
