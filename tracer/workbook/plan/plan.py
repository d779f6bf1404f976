"""The neutral plan of a workbook: what stands in which cell, and nothing of file formats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from tracer.language.addresses import column_letters
from tracer.language.functions import Array
from tracer.language.places import Text
from tracer.workbook.plan.palette import TUTORIAL, Palette
from tracer.workbook.plan.roles import CellRole

#: The height of a sheet's first row, in points.
TITLE_HEIGHT = 27.0
#: The number format of a text that stays one, whatever it begins with.
TEXT_FORMAT = "@"
#: What moves the references of a pattern: the Training rows of the iteration before, and of this.
BEFORE, OF = "before", "of"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, a number, or a number from the state at `at`; maybe with a formula.

    What `varies` names, each sheet has its own text for (see `Sheet.texts`).
    """

    row: int
    column: int
    role: CellRole
    text: str | None = None
    number: float | None = None
    at: int | None = None
    formula: Text | None = None
    format: str = "General"
    varies: str = ""


@dataclass
class Pattern:
    """Cells that several sheets share; only the state and the Training rows change."""

    cells: list[Cell] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    _extent: tuple[int, int, int] = field(default=(0, 1, 1), repr=False)

    def extend(self, cells: Iterable[Cell]) -> None:
        """Add cells that were made elsewhere."""
        self.cells.extend(cells)

    def text(
        self, row: int, column: int, role: CellRole, text: str, shown: str = "General"
    ) -> None:
        """Add a text."""
        self.cells.append(Cell(row, column, role, text=text, format=shown))

    def varying(self, row: int, column: int, role: CellRole, name: str) -> None:
        """Add a text that each sheet has its own of."""
        self.cells.append(Cell(row, column, role, varies=name))

    def verbatim(self, row: int, column: int, role: CellRole, text: str) -> None:
        """Add a text from elsewhere: it stays one, whatever it begins with."""
        self.text(row, column, role, text, TEXT_FORMAT)

    def number(
        self, row: int, column: int, role: CellRole, number: float | None, shown: str = "General"
    ) -> None:
        """Add a number with its number format; None leaves the cell empty."""
        self.cells.append(Cell(row, column, role, number=number, format=shown))

    def live(
        self,
        row: int,
        column: int,
        role: CellRole,
        formula: Text | None,
        now: str | float,
        shown: str = "General",
    ) -> None:
        """Add a formula with what it gives now, a text or a number."""
        text, number = (now, None) if isinstance(now, str) else (None, now)
        self.cells.append(Cell(row, column, role, text, number, formula=formula, format=shown))

    def of_state(
        self,
        row: int,
        column: int,
        role: CellRole,
        at: int,
        shown: str,
        formula: Text | None = None,
    ) -> None:
        """Add the number that each sheet's state has at a place, maybe with a formula for it."""
        self.cells.append(Cell(row, column, role, at=at, formula=formula, format=shown))

    def band(self, row: int, first: int, last: int, text: str) -> None:
        """Add a heading: a band over the columns `first` to `last`."""
        self.fill(row, first, last, "band", text)

    def fill(self, row: int, first: int, last: int, role: CellRole, text: str = "") -> None:
        """Give the columns `first` to `last` of a row one look; the first has the text."""
        for column in range(first, last + 1):
            self.text(row, column, role, text if column == first else "")

    def extent(self) -> tuple[int, int]:
        """Return the last row and the last column in use."""
        # Many sheets share a pattern and ask for this again: only what came since is read.
        seen, row, column = self._extent
        for cell in islice(self.cells, seen, None):
            row, column = max(row, cell.row), max(column, cell.column)
        self._extent = len(self.cells), row, column
        return row, column

    def formulas(self) -> int:
        """Return how many cells are live."""
        return sum(cell.formula is not None for cell in self.cells)


@dataclass(frozen=True)
class Column:
    """One column of a long table: stored values, or a formula whose references move by `ROW`."""

    role: CellRole
    format: str = "General"
    formula: Text | None = None


@dataclass(frozen=True)
class NumberTable:
    """A long table: rows from `first_row`; `rows(start, stop)` returns the numbers."""

    first_row: int
    count: int
    columns: Mapping[int, Column]
    rows: Callable[[int, int], Array]


@dataclass(frozen=True)
class Link:
    """A cell that leads to another sheet, and to which of its cells."""

    row: int
    column: int
    sheet: str
    cell: str = "A1"


@dataclass(frozen=True)
class Spin:
    """A button over a cell that counts another cell up and down, where a program has such."""

    row: int
    column: int
    cell: str
    low: int
    high: int
    now: int
    says: str
    rows: int = 1  # how high it is


#: A column's number, first row and last row.
Span = tuple[int, int, int]


@dataclass(frozen=True)
class Curve:
    """One line of a chart: name and numbers; `mean`: of how many one is drawn, and its name."""

    name: str
    span: Span
    mean: tuple[int, str] | None = None


@dataclass(frozen=True)
class LineChart:
    """Lines over the iterations: ranges on one sheet, and where the chart stands.

    `says` describes it to those who can't see it.
    """

    title: str
    sheet: str
    x: Span
    curves: tuple[Curve, ...]
    at: tuple[int, int]  # row, column
    last: int  # the last iteration
    x_title: str = ""
    y_title: str = ""
    log: bool = False
    says: str = ""


@dataclass(frozen=True)
class PointChart:
    """Points of several groups in a plane, a marker for each: name, x and y of each group."""

    title: str
    sheet: str
    groups: tuple[tuple[str, Span, Span], ...]
    at: tuple[int, int]
    x_title: str = ""
    y_title: str = ""
    says: str = ""


@dataclass(frozen=True)
class Choice:
    """What may be typed in some cells, and what is said to whoever types something else.

    `kind` is "list" (one of `values`: texts, or a range such as `Lists!$A$1:$A$9`), "whole"
    or "decimal" (from `low` to `high`: numbers or references). Nothing pops up before: it would
    lie over the cells beside, which are what one looks at.
    """

    area: str
    kind: Literal["list", "whole", "decimal"]
    values: tuple[str, ...] | str = ()
    low: str = ""
    high: str = ""
    title: str = ""
    error: str = ""


@dataclass(frozen=True)
class Highlight:
    """Cells that take on a role's look while a formula holds; the first that holds wins.

    With a `mark` they show it in place of their number, and keep their colour; `format` is theirs.
    """

    area: str
    formula: str
    role: CellRole
    mark: str = ""
    format: str = ""


@dataclass(frozen=True)
class Scale:
    """Cells coloured by their numbers, from `low` over `middle` to `high` (0 to 1).

    Texts are references. Without bounds: the smallest number, the one in the middle, the largest.
    """

    area: str
    colors: tuple[str, str, str]
    bounds: tuple[float | str, float | str, float | str] | None = (0.0, 0.5, 1.0)


@dataclass
class Sheet:
    """A planned sheet."""

    title: str
    pattern: Pattern
    about: str = ""
    state: Callable[[], Array] | None = None
    texts: Mapping[str, str] = field(default_factory=dict)  # what varies in its pattern
    moves: Mapping[str, int] = field(default_factory=dict)  # how far its pattern's references do
    table: NumberTable | None = None
    widths: dict[int, float] = field(default_factory=dict)
    width: float = 10.0
    freeze: tuple[int, int] | None = None
    repeat_rows: int = 1
    zoom: int = 100  # per cent on the screen
    links: list[Link] = field(default_factory=list)
    names: Mapping[str, str] = field(default_factory=dict)  # name → range on this sheet
    charts: list[LineChart | PointChart] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    spins: list[Spin] = field(default_factory=list)
    highlights: list[Highlight] = field(default_factory=list)
    scales: list[Scale] = field(default_factory=list)
    hidden: range = range(0)  # columns that are not shown
    printed: tuple[int, int] | None = None  # last row, last column
    begins: set[int] = field(default_factory=set)  # rows of entries that pages don't cut
    parts: set[int] = field(default_factory=set)  # columns before which a page may end
    across: int | None = None  # the last column to print, though blocks go on

    def extent(self) -> tuple[int, int]:
        """Return the last row and the last column in use."""
        row, column = self.pattern.extent()
        if self.table is not None:
            row = max(row, self.table.first_row + self.table.count - 1)
            column = max(column, *self.table.columns)
        return row, column

    def cells(self) -> int:
        """Return how many cells there are."""
        table = self.table
        return len(self.pattern.cells) + (0 if table is None else table.count * len(table.columns))

    def live_cells(self) -> int:
        """Return how many cells hold a formula."""
        table = self.table
        live = 0 if table is None else sum(c.formula is not None for c in table.columns.values())
        return self.pattern.formulas() + live * (0 if table is None else table.count)


@dataclass
class Book:
    """A planned workbook; `doubt` says, where there is some, which numbers may be others."""

    title: str
    subject: str
    description: str
    sheets: list[Sheet]
    names: dict[str, str]
    palette: Palette = TUTORIAL
    footer: str = ""
    beyond: str = ""  # added to it where blocks go on to the right of what is printed
    doubt: str = ""

    def cells(self) -> int:
        """Return how many cells there are."""
        return sum(sheet.cells() for sheet in self.sheets)

    def live_cells(self) -> int:
        """Return how many cells hold a formula."""
        return sum(sheet.live_cells() for sheet in self.sheets)


def area(
    row: int, column: int, height: int, width: int, *, sheet: str = "", fixed: bool = True
) -> str:
    """Return a range such as `Inputs!$B$5:$E$7`; one cell where it is no larger."""
    mark = "$" if fixed else ""

    def corner(r: int, c: int) -> str:
        return f"{mark}{column_letters(c)}{mark}{r}"

    first = corner(row, column)
    if height == width == 1:
        return sheet + first
    return f"{sheet}{first}:{corner(row + height - 1, column + width - 1)}"


def picked(where: str, size: tuple[int, int], position: str) -> str:
    """Return the formula that picks a cell of a row or a column of a `size` by its place, from 1.

    Said as all programs understand it: Gnumeric takes a position alone for a row's.
    """
    inside = f"1,{position}" if size[0] == 1 else position
    return where if size == (1, 1) else f"INDEX({where},{inside})"
