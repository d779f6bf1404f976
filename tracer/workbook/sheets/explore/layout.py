"""Explore's layout: its equations and blocks, where they stand, how formulas refer to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil

from tracer.program.model import Assignment, Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.plan import area
from tracer.workbook.sheets.band import Area
from tracer.workbook.sheets.explore.dependence import Dependence, SlotKey, Used
from tracer.workbook.sheets.explore.homes import Home, Windows, homes, windowed
from tracer.workbook.sheets.spelled import Shown

ITERATION_ROW, EQUATION_ROW, SHOW_ROW, ROW_ROW, COLUMN_ROW = 3, 4, 5, 6, 7
HEAD_ROW = 9
LABEL, CHOICE, SAYS = 1, 2, 4
#: Blocks stand beside each other in so many columns, then below.
MOST_ACROSS, COLUMN_WIDTH, LABEL_CHARACTERS = 20, 9.0, 8.5
MOST_COLUMNS = 16_384
#: A cell's text holds no more.
LONGEST_LIST = 32_000
LINE = 150
#: The groups of blocks, by their headings' keys: what no step makes, then the phases.
GROUPS = ("given", "prepare", "forward", "backward", "update", "measure")
#: The columns of the helper table, counted from its first.
NUMBER, ROWS, COLUMNS, NAME, EQUATION, STEP, WHY, MORE, WORDS, FIRST = range(10)
HEADS = (
    "number",
    "rows",
    "columns",
    "name",
    "equation",
    "step",
    "why",
    "more",
    "words",
    "first",
)
LIST, LIST_WORDS = 11, 12


@dataclass
class ListedEquation:
    """An equation as the sheet lists it."""

    number: int
    reading: Dependence
    entry: str
    #: For operands whose cells follow no simple rule, the sheet lists them: from this row on.
    listed: set[SlotKey] = field(default_factory=set)
    first: int = 0

    @property
    def slot(self) -> Slot:
        """What the equation computes."""
        return self.reading.assignment.slot


class Layout:
    """Where everything stands on the sheet, and how its formulas refer to it."""

    def __init__(
        self,
        trace: ProgramTrace,
        formats: Mapping[tuple[str, int], str],
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
        self.formats = dict(formats)
        for slot in self.program.of_role("given", "parameter"):
            # What a person typed is shown as typed, as on Inputs.
            if slot.role == "given" and slot.name not in trace.template.origins:
                self.formats[slot.key] = "General"
        self.state = trace.state(1)
        self._slots = {slot.key: slot for slot in self.program.slots}
        self.equations = self._list(readings)
        computed = [e.number for e in self.equations if e.slot.role != "prepared"]
        self.initial = self.equations[(computed or [1])[0] - 1]
        self.areas: dict[SlotKey, Area] = {}
        self.bands: list[tuple[int, str]] = []
        self.last_row, self.last_column = self._lay_out()
        self.helper = self.last_column + 3
        self.windows = Windows(self.areas.values(), wording)
        for k, length in enumerate(self.windows.lengths):
            self.windows.cells[length] = self.helper_cell(SHOW_ROW, 4 + k)
        self.in_full = self.helper + LIST_WORDS + 3
        self.homes = homes(self.areas, inputs, HEAD_ROW, self.in_full)
        own = [home for home in self.homes.values() if not home.sheet]
        #: Below everything else there is room for parts of long sums.
        self.below = max(home.row + home.size[0] for home in own) + 2
        self.next_row = HEAD_ROW + 1
        self.fits = all(map(self._plan_list, self.equations)) and all(
            home.column + home.size[1] <= MOST_COLUMNS for home in own
        )

    def _list(self, readings: list[Dependence]) -> list[ListedEquation]:
        """Name every equation for the drop-down: texts that a spreadsheet tells apart."""
        taken: set[str] = set()
        found = []
        for number, reading in enumerate(readings, 1):
            assignment = reading.assignment
            entry = self._entry(assignment)
            while entry.casefold() in taken:
                entry += " ′"
            taken.add(entry.casefold())
            found.append(ListedEquation(number, reading, entry))
        return found

    def _entry(self, assignment: Assignment) -> str:
        number = self.program.steps[assignment.step].number
        # What a spreadsheet's search takes for any text.
        plain = number.translate(str.maketrans("*?~", "···"))
        return f"{plain} {assignment.slot.label}"[:200]

    def _lay_out(self) -> tuple[int, int]:
        """Give every block its place; return the last row and column."""
        shown = {e.slot.key for e in self.equations}
        shown.update(key for e in self.equations for key in e.reading.operands())
        entries = {e.slot.key: e.entry for e in self.equations}
        row, last = HEAD_ROW, SAYS
        for group in GROUPS:
            slots = [
                slot
                for slot in self.program.slots
                if slot.key in shown and self._belongs(slot, group)
            ]
            if not slots:
                continue
            self.bands.append((row, self.wording(f"explore.{group}")))
            row, column, height = row + 1, SAYS, 0
            for slot in slots:
                block = Area(0, 0, slot.shape)
                rows, columns = block.shown
                label = len(entries.get(slot.key, slot.label)) + 2
                span = max(columns, ceil(label / LABEL_CHARACTERS - 0.2))
                if column > SAYS and column + span > SAYS + MOST_ACROSS:
                    row, column, height = row + height + 2, SAYS, 0
                self.areas[slot.key] = Area(row + 1, column, slot.shape)
                last = max(last, column + max(columns, span) - 1)
                column += span + 1
                # A window says below how much it shows.
                height = max(height, rows + any(windowed(block)))
            row += height + 2
        return max(row - 2, HEAD_ROW + len(self.equations)), max(last, SAYS + MOST_ACROSS - 1)

    def _belongs(self, slot: Slot, group: str) -> bool:
        return group == ("given" if slot.step is None else self.program.steps[slot.step].phase)

    def _plan_list(self, equation: ListedEquation) -> bool:
        """Find out which cells must be listed one by one; False if a list is too long."""
        reading = equation.reading
        sides = windowed(self.areas[equation.slot.key])
        if sides[0] and sides[0] == sides[1]:
            # Its window can't begin at the chosen row and at the chosen column.
            return False
        for slot in reading.operands():
            if reading.products(slot) is None:
                equation.listed.add(slot)
        if equation.listed or reading.coordinates() is None:
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
            values = self.trace.values(self.slot(key), self.trace.record.full_of)
            number_format = self.formats[key]
            extremes = [float(values.min()), float(values.max())]
            characters = max(len(Shown("", number_format, value).text()) for value in extremes)
            # A chosen number is bold.
            needed = min(characters, 14) * 1.15 + 1.2
            for column in range(block.column, block.column + block.shown[1]):
                if needed > wide.get(column, COLUMN_WIDTH):
                    wide[column] = round(needed, 1)
        return wide

    def helper_cell(self, row: int, column: int = 1) -> str:
        """Return a helper cell beside the choices."""
        return area(row, self.helper + column, 1, 1)

    @property
    def iteration_cell(self) -> str:
        """The cell that holds the number of the iteration shown."""
        return self.helper_cell(ITERATION_ROW)

    @property
    def position_cell(self) -> str:
        """The cell that holds the place in Training of the iteration before."""
        return self.helper_cell(ITERATION_ROW, 2) if self.nearest else self.iteration_cell

    @property
    def equation_cell(self) -> str:
        """The cell that holds the chosen equation's number."""
        return self.helper_cell(EQUATION_ROW)

    @property
    def whole_cell(self) -> str:
        """The cell that holds 1 while a whole block is chosen."""
        return self.helper_cell(SHOW_ROW)

    def axis_cell(self, axis: str) -> str:
        """Return the cell that holds the chosen "row" or "column"."""
        return self.helper_cell(ROW_ROW if axis == "row" else COLUMN_ROW)

    def table(self, column: int) -> str:
        """Return the helper table's column, one row per equation."""
        return area(HEAD_ROW + 1, self.helper + column, len(self.equations), 1)

    def of_chosen(self, column: int) -> str:
        """Return the formula that picks the chosen equation's cell of a table's column."""
        return f"INDEX({self.table(column)},{self.equation_cell})"

    def here(self, slot: SlotKey, axis: int) -> str:
        """Return the formula for a cell's row (0) or column (1) in its block, from 1."""
        block = self.areas[slot]
        corner, function = area(block.row, block.column, 1, 1), ("ROW", "COLUMN")[axis]
        return f"{function}()-{function}({corner})+{self.windows.first(block, axis)}"

    def slot(self, key: SlotKey) -> Slot:
        """Return the quantity of a block."""
        return self._slots[key]

    def name(self, equation: ListedEquation) -> str:
        """Return what an equation computes, with its size."""
        return self.name_of(equation.slot)

    def name_of(self, slot: Slot) -> str:
        """Return a quantity's name with its size."""
        return f"{slot.label} ({self.wording.size(slot.shape)})"

    def element_cell(self) -> str:
        """Return the cell that holds the chosen element's row in the lists."""
        return self.helper_cell(COLUMN_ROW + 1, 2)

    def listed(self, equation: ListedEquation, used: list[list[Used]]) -> str:
        """Return the cells of the listed operands as text: `|block.row.column|…|`."""
        numbers = {key: number for number, key in enumerate(self.areas, 1)}
        spots = dict.fromkeys(
            f"{numbers[u.slot]}.{u.row + 1}.{u.column + 1}"
            for uses in used
            for u in uses
            if u.slot in equation.listed
        )
        return f"|{'|'.join(spots)}|" if spots else ""


def shifted(cell: str, shift: int) -> str:
    """Return a reference with a number added."""
    return f"{cell}+{shift}" if shift else cell
