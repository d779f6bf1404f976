"""One equation as a band: operands in orange, signs between them, the result in yellow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate
from math import ceil, prod

from tracer.language.blocks import block_formula
from tracer.language.drawing import Part, Sign, drawing, item_text
from tracer.language.elements import Leaf, element, is_kept
from tracer.language.expression import Index, Node, Pick, Shape, SlotKey, Transpose, base
from tracer.language.formula import FormulaTooLong, formula, rounded
from tracer.language.places import COLUMN, ROW, Place, Text, written
from tracer.program.model import Assignment, Program, Slot
from tracer.wording import Wording
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.paging import PAGE_COLUMNS
from tracer.workbook.plan.plan import Pattern
from tracer.workbook.plan.roles import STORED, CellRole
from tracer.workbook.sheets.lines import Extent, fits, in_lines

#: A longer side of a block is shown as a window of this many rows or columns.
LONGEST_SIDE, WINDOW = 128, 8
#: A block of so many elements gets one formula; of fewer, each is written for itself.
FEWEST = 5
#: Characters of bold text that fit one column of the sheet's width.
COLUMN_CHARACTERS = 9.5


def window(length: int, longest: int = LONGEST_SIDE) -> int:
    """Return how many rows or columns of a block are shown, all of them up to `longest`."""
    return length if length <= longest else WINDOW


def drawn(shape: Shape) -> tuple[int, int]:
    """Return a block's rows and columns: a number is one cell, a vector one row."""
    rows, columns = (1, 1, *shape)[-2:]
    return rows, columns


def cell_of(index: Index) -> tuple[int, int]:
    """Return where in its block an element is drawn, counted from 0."""
    row, column = (0, 0, *index)[-2:]
    return row, column


def index_at(shape: Shape, row: int, column: int) -> Index:
    """Return the index of the element drawn at a block's row and column."""
    return (row, column)[2 - len(shape) :]


def flat(shape: Shape, index: Index) -> int:
    """Return an element's position in the flattened array."""
    position = 0
    for size, i in zip(shape, index, strict=True):
        position = position * size + i
    return position


@dataclass(frozen=True)
class Area:
    """Where a whole block stands, and how much of it is shown: no more than fits `longest`."""

    row: int
    column: int
    shape: Shape
    longest: int = LONGEST_SIDE
    #: The first row and column shown, counted from 0.
    first: tuple[int, int] = (0, 0)

    @property
    def shown(self) -> tuple[int, int]:
        """How many rows and columns are shown."""
        rows, columns = drawn(self.shape)
        return window(rows, self.longest), window(columns, self.longest)

    @property
    def whole(self) -> bool:
        """Whether everything is shown."""
        return self.shown == drawn(self.shape)

    def place(self, index: Index) -> Place | None:
        """Return where an element stands; None outside the window."""
        row, column = cell_of(index)
        row, column = row - self.first[0], column - self.first[1]
        if not (0 <= row < self.shown[0] and 0 <= column < self.shown[1]):
            return None
        return Place(self.row + row, self.column + column)

    def index(self, row: int, column: int) -> Index:
        """Return the index of the element in a row and column of what is shown."""
        return index_at(self.shape, self.first[0] + row, self.first[1] + column)

    def caption(self, wording: Wording) -> str:
        """Return the size, and how much of it is shown where that is not all."""
        size = wording.size(self.shape)
        if self.whole:
            return wording("common.size", size=size)
        return wording("common.showing", size=size, part=part(wording, self.first, self.shown))


def part(wording: Wording, first: tuple[int, int], shown: tuple[int, int]) -> str:
    """Return what a window shows: how much from the first number on, else which part."""
    (top, left), (rows, columns) = first, shown
    if first == (0, 0):
        return wording("common.shown_size", rows=rows, columns=columns)
    return wording(
        "common.shown_part", top=top + 1, bottom=top + rows, left=left + 1, right=left + columns
    )


def span(area: Area, label: str) -> int:
    """Return how many columns a block needs, its label included."""
    return max(area.shown[1], ceil(len(label) / COLUMN_CHARACTERS - 0.9))


def _sign_columns(text: str) -> int:
    columns = len(text) + text[0].isdigit()
    return max(1, ceil(columns / COLUMN_CHARACTERS))


def _wide(text: str, shape: Shape | None) -> Extent:
    """Return how many columns a sign needs, or a block of a shape with its name."""
    if shape is None:
        return Extent(_sign_columns(text), block=False)
    return Extent(span(Area(0, 0, shape), text))


def nowhere(slot: Slot, index: Index) -> None:
    """Say of every element that it stands nowhere else."""


#: Says where an operand's cell gets its number from: a formula, or None for a stored value.
Source = Callable[[Slot, Index], Text | None]
#: Where a given array stands in full, for results whose operands don't fit their window.
Home = Callable[[Slot, Index], Place | None]


@dataclass(frozen=True)
class Bands:
    """Draws bands into a pattern; `origins` remembers where each result stands.

    A result is computed from the cells beside it; where those are not all shown, from where
    its operands stand in full (`home`); failing that it is taken from `elsewhere`.
    """

    program: Program
    pattern: Pattern
    formats: Formats
    source: Source
    home: Home
    elsewhere: Source
    origins: dict[SlotKey, Area]
    wording: Wording
    #: Where windows begin, for each length of a longer side.
    starts: Mapping[int, int]
    #: How many columns a line of blocks has.
    across: int = field(default=PAGE_COLUMNS, kw_only=True)

    def area(self, row: int, column: int, shape: Shape) -> Area:
        """Return where a block stands, and which part of it."""
        down, across = drawn(shape)
        first = self.starts.get(down, 0), self.starts.get(across, 0)
        return Area(row, column, shape, first=first)

    def draw(self, assignment: Assignment, row: int) -> int:
        """Draw an equation's blocks from `row` on; return the next free row."""
        parts = [*drawing(assignment.equation.expression, self.wording), Sign("=")]
        if len(parts) > 1 and isinstance(parts[-2], Sign):
            parts[-2:] = [Sign(f"{parts[-2].text} =")]
        items: list[tuple[str, Shape | None]] = [self._item(part) for part in parts]
        items.append((self.wording.say(assignment.slot.label), assignment.slot.shape))
        places = in_lines([_wide(*item) for item in items], self.across)
        heights: list[list[int]] = [[] for _ in range(places[-1][0] + 1)]
        for (_, shape), (line, _) in zip(items, places, strict=True):
            heights[line] += [] if shape is None else [Area(0, 0, shape).shown[0]]
        tops = [*accumulate((max(high, default=-1) + 2 for high in heights), initial=row)]
        areas: dict[tuple[int, int], Area] = {}
        for part, (line, column) in zip(parts, places[:-1], strict=True):
            if isinstance(part, Sign):
                middle = (min(heights[line], default=-1) + 1) // 2
                self._sign(part.text, tops[line] + middle, column)
            else:
                area = self.area(tops[line] + 1, column, part.leaf.shape)
                self._operand(part.leaf, area)
                areas[leaf_key(part.leaf)] = area
        line, column = places[-1]
        area = self.area(tops[line] + 1, column, assignment.slot.shape)
        self.draw_result(assignment, area, areas)
        self.origins[assignment.slot.key] = area
        return tops[-1]

    def show(self, slots: Sequence[Slot], row: int) -> int:
        """Draw quantities alone beside each other, in lines; return the next free row."""
        column, below = 1, row
        for slot in slots:
            label = self.wording.say(slot.label)
            columns = span(Area(0, 0, slot.shape), label)
            if not fits(column, columns, self.across):
                row, column = below, 1
            area = self.area(row + 1, column, slot.shape)
            self.draw_caption(label, area)
            self._numbers(slot, area, lambda index: "shown", partial(self.source, slot))
            column += columns + 1
            below = max(below, area.row + area.shown[0] + 1)
        return below

    def _sign(self, text: str, row: int, column: int) -> None:
        columns = _sign_columns(text)
        if text[0].isdigit():
            # Else a spreadsheet completes a number that is typed below to this text.
            text = f"\N{NO-BREAK SPACE}{text}"
        role: CellRole = "sign" if columns == 1 else "sign_left"
        if text.endswith("("):
            # Right-aligned in its last column, long text runs out to the left.
            role = "sign_right"
            column += columns - 1
        self.pattern.text(row, column, role, text)

    def _item(self, part: Part) -> tuple[str, Shape | None]:
        """Return what is written of a part of an equation, and the shape of a block."""
        if isinstance(part, Sign):
            return part.text, None
        return self._label(part.leaf), part.leaf.shape

    def _label(self, leaf: Node) -> str:
        return leaf_label(self.program, leaf, self.wording)

    def draw_caption(self, label: str, area: Area) -> None:
        """Write a block's name above it and its size below."""
        self.pattern.text(area.row - 1, area.column, "label", label)
        self.pattern.text(area.row + area.shown[0], area.column, "size", area.caption(self.wording))

    def _operand(self, leaf: Node, area: Area) -> None:
        slot = self.program.slot(base(leaf))
        self.draw_caption(self._label(leaf), area)
        rows, columns = area.shown
        for i in range(rows):
            for j in range(columns):
                cell = element(leaf, area.index(i, j))
                assert isinstance(cell, Leaf)
                text = self.source(slot, cell.origin)
                self.draw_number(area.row + i, area.column + j, slot, cell.origin, "operand", text)

    def _numbers(
        self,
        slot: Slot,
        area: Area,
        role_of: Callable[[Index], CellRole],
        formula_of: Callable[[Index], Text | None],
        *,
        computed: bool = False,
    ) -> None:
        rows, columns = area.shown
        for i in range(rows):
            for j in range(columns):
                index = area.index(i, j)
                text, here, role = formula_of(index), True, role_of(index)
                if text is None and computed:
                    text, here = self.elsewhere(slot, index), False
                self.draw_number(area.row + i, area.column + j, slot, index, role, text, here=here)

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
        """Draw one number of a block; a practice sheet leaves some of them blank."""
        at, shown = slot.offset + flat(slot.shape, index), self.formats[slot.key]
        seen = role if here and text is not None else STORED[role]
        self.pattern.of_state(row, column, seen, at, shown, text)

    def draw_result(
        self, assignment: Assignment, area: Area, areas: Mapping[tuple[int, int], Area]
    ) -> None:
        """Draw the result's block; `areas` says where each operand stands beside it."""
        slot = assignment.slot
        self.draw_caption(self.wording.say(slot.label), area)
        expression = assignment.equation.expression

        def here(cell: Leaf) -> Place:
            place = areas[leaf_key(cell.leaf)].place(cell.index)
            if place is None:
                raise _NotShown
            return place

        def at_home(cell: Leaf) -> Place:
            place = self.home(self.program.slot(cell.name), cell.origin)
            if place is None:
                raise _NotShown
            return place

        whole: Text | None = None
        if prod(area.shown) >= FEWEST:
            with suppress(_NotShown):
                whole = block_formula(expression, area.shown, area.index, here)

        def live(index: Index) -> Text | None:
            if whole is not None:
                row, column = cell_of(index)
                moves = {ROW: row - area.first[0], COLUMN: column - area.first[1]}
                return rounded(written(whole, moves), self.program.decimals)
            for place in (here, at_home):
                try:
                    tree = element(expression, index, place)
                    return rounded(formula(tree, place), self.program.decimals)
                except (_NotShown, FormulaTooLong):
                    continue
            return None

        def role(index: Index) -> CellRole:
            return "shown" if is_kept(expression, index) else "result"

        self._numbers(slot, area, role, live, computed=True)


def leaf_label(program: Program, leaf: Node, wording: Wording) -> str:
    """Return what stands above an operand: the name of its quantity, and which part of it."""
    if isinstance(leaf, Transpose):
        return f"{leaf_label(program, leaf.arg, wording)}ᵀ"
    if isinstance(leaf, Pick):
        items = ", ".join(map(item_text, leaf.items))
        return f"{leaf_label(program, leaf.arg, wording)}[{items}]"
    return wording.say(program.slot(base(leaf)).label)


class _NotShown(Exception):
    """An operand's element lies outside the window."""


def leaf_key(leaf: Node) -> tuple[int, int]:
    """Return what tells an equation's leaves apart: where each is written."""
    return leaf.span.start, leaf.span.end
