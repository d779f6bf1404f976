"""How a sheet is printed: one scale for all of it, and where pages begin.

Fitting a sheet to a page's width makes Excel ignore manual breaks; so the scale is calculated
here, and a page begins before what would be cut in two. Pages fit A4 and Letter alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from math import ceil, floor

from tracer.workbook.plan.palette import Look
from tracer.workbook.plan.plan import Cell, Sheet
from tracer.workbook.plan.roles import CellRole

#: Margins in inches: left and right, top, bottom, and how far below the footer stands.
SIDE, TOP, BOTTOM, FOOTER = 0.3, 0.4, 0.65, 0.3
#: What is left of a page on its side, in points: as wide as Letter, as high as A4.
PAGE_WIDTH = 279.4 / 25.4 * 72 - 2 * SIDE * 72
PAGE_HEIGHT = 210 / 25.4 * 72 - (TOP + BOTTOM) * 72
#: The smallest letters on paper, in points.
SMALLEST = 7.0
#: A column is so many points wide for each character (a digit of the ordinary font, in the
#: program where that is widest); a row so many high where nothing else is said, or so many times
#: its letters; a letter so wide for each point.
PER_CHARACTER, ROW_HEIGHT, PER_LETTER, PER_POINT = 5.56, 15.0, 1.35, 0.52
#: So many columns of the usual width, of ten characters, a page holds with the smallest letters
#: where the ordinary ones are of nine points: none of a sheet's blocks need be cut there.
USUAL_WIDTH = 10.0
PAGE_COLUMNS = floor(PAGE_WIDTH / (SMALLEST / 9 * USUAL_WIDTH * PER_CHARACTER))
#: A chart is so many columns wide.
CHART_COLUMNS = 8
#: A chart that is cut counts as much as so many rows.
CHART_CUT = 100
#: So many rows stay with the heading above them.
HEAD_ROWS = 5
#: What stands above the numbers of a block, and belongs to it.
ABOVE: tuple[CellRole, ...] = ("label", "column_name", "heading", "subhead")


@dataclass(frozen=True)
class Paging:
    """The scale in per cent, the last row and column, and those after which a page ends."""

    scale: int
    last: tuple[int, int]
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()
    #: Whether blocks go on to the right of what is printed.
    beyond: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return (len(self.rows) + 1) * (len(self.columns) + 1)


def paging(sheet: Sheet, looks: Mapping[str, Look]) -> Paging:
    """Return how a sheet is printed: the fewest blocks cut, the fewest pages, as large as fits.

    Letters are legible. Where a long table's pages end is left to the program: it has no blocks.
    """
    drawn = _Drawn(sheet, looks)
    found: list[tuple[int, int, Paging]] = []
    for scale in range(drawn.most, drawn.least - 1, -1):
        columns = tuple(drawn.column_breaks(PAGE_WIDTH * 100 / scale))
        rows = () if sheet.table else tuple(drawn.row_breaks(PAGE_HEIGHT * 100 / scale))
        paged = Paging(scale, drawn.last, rows, columns, sheet.across is not None)
        found.append((sum(map(drawn.cut, columns)), paged.pages, paged))
    return drawn.begun(min(found, key=lambda pages: pages[:2])[2])


class _Drawn:
    """What of a sheet is printed, and how large it is."""

    def __init__(self, sheet: Sheet, looks: Mapping[str, Look]) -> None:
        self.last = printed(sheet, looks)
        last_row, last_column = self.last
        cells = [c for c in sheet.pattern.cells if c.row <= last_row and c.column <= last_column]
        sizes = [looks[c.role].size for c in cells if _says(c)]
        self.least = min(100, ceil(100 * SMALLEST / min(sizes, default=10)))
        self.right = [0.0, *accumulate(_widths(sheet, last_column))]
        self.below = [0.0, *accumulate(_heights(sheet, looks, last_row))]
        fits = min(100, floor(100 * PAGE_WIDTH / self.right[-1]))
        # What doesn't fit the width anyway can be as large as it may.
        self.most = fits if fits >= self.least else 100
        self.repeated = self.below[min(sheet.repeat_rows, last_row)]
        first_of = {chart.at for chart in sheet.charts}
        steps = {c.row for c in cells if c.column == 1 and c.role == "band"} | sheet.begins
        equations = {c.row for c in cells if c.column == 1 and c.role == "equation"}
        self._steps = _parts(steps | {row - 1 for row, _ in first_of}, 1, last_row)
        self._equations = {part: _parts(equations, *part) for part in self._steps}
        self._charts = {column for _, column in first_of}
        numbers = (c for c in cells if c.at is not None or c.number is not None)
        # What the bench shows is other with each choice.
        self._numbers = _columns(c for c in numbers if c.role != "bench")
        self._said = _columns(c for c in cells if _says(c) or c.role == "blank")
        self._parts = sheet.parts
        above = _columns(c for c in cells if c.role in ABOVE)
        below = _columns(c for c in cells if c.role == "size")
        #: The rows that belong to the one above: of a block the name, the numbers and the size;
        #: what stands below a heading.
        self._joined = {c.row + 1 for c in cells if c.role == "band" and c.text} | {
            row + 1
            for column, rows in self._numbers.items()
            for row in rows | above.get(column, set())
            if row + 1 in rows or (row in rows and row + 1 in below.get(column, ()))
        }

    def column_breaks(self, page: float) -> list[int]:
        """Return the columns after which a page ends: the fewest blocks cut, then fewest pages."""
        right, last = self.right, self.last[1]
        if right[last] <= page:
            return []
        #: What it costs to end a page with a column, at best, and where the page before ends.
        best: dict[int, tuple[tuple[int, int], int]] = {0: ((0, 0), 0)}
        for end in range(1, last + 1):
            begins = [c for c in best if c < end and right[end] - right[c] <= page] or [end - 1]
            cut = self.cut(end) if end < last else 0
            # Of equally good ones, fuller pages come first.
            (cuts, pages), before = min((best[c][0], -c) for c in begins)
            best[end] = (cuts + cut, pages + 1), -before
        ends, end = [], best[last][1]
        while end:
            ends.append(end)
            end = best[end][1]
        return ends[::-1]

    def cut(self, column: int) -> int:
        """Return how many rows of blocks and charts a page that ends with a column cuts in two."""
        inside = any(at <= column < at + CHART_COLUMNS - 1 for at in self._charts)
        return len(self._goes_on(column)) + CHART_CUT * inside

    def _goes_on(self, column: int) -> set[int]:
        """Return the rows of the blocks that go on to the right of a column."""
        if column + 1 in self._parts:
            return set()
        return self._numbers.get(column, set()) & self._numbers.get(column + 1, set())

    def begun(self, paged: Paging) -> Paging:
        """Return the pages without the last ones across on which blocks only go on."""
        columns, (row, last) = paged.columns, paged.last
        while columns and self._only_goes_on(columns[-1] + 1, last):
            columns, last = columns[:-1], columns[-1]
        if last == paged.last[1]:
            return paged
        return replace(paged, last=(row, last), columns=columns, beyond=True)

    def _only_goes_on(self, first: int, last: int) -> bool:
        said = [self._said.get(column, set()) for column in _rows(first, last)]
        return any(said) and all(
            rows <= self._goes_on(column - 1)
            for column, rows in zip(_rows(first, last), said, strict=True)
        )

    def row_breaks(self, page: float) -> Iterator[int]:
        """Yield the rows after which a page ends: before a step, of a long one before an equation.

        What is still longer than a page ends where the page does.
        """
        fresh = page - self.repeated
        left = page
        for top, bottom in self._wholes(fresh):
            high = self._high(top, bottom)
            if high > left and left < fresh:
                yield top - 1
                left = fresh
            left -= high

    def _wholes(self, room: float) -> Iterator[tuple[int, int]]:
        """Yield what is kept together: steps, of longer ones equations, of those rows."""
        for step in self._steps:
            for part in [step] if self._high(*step) <= room else self._equations[step]:
                if self._high(*part) <= room:
                    yield part
                else:
                    begun = min(part[0] + HEAD_ROWS, part[1])
                    yield from self._blocks(part[0], begun, part[1], room)

    def _blocks(self, first: int, begun: int, last: int, room: float) -> Iterator[tuple[int, int]]:
        """Yield the blocks below each other in rows; those to `begun` stay with the first.

        One that is longer than a page begins one, but for the first, and is cut where it ends.
        """
        starts = [row for row in _rows(begun + 1, last) if row not in self._joined]
        for top, bottom in _parts(starts, first, last):
            if self._high(top, bottom) <= room:
                yield top, bottom
            else:
                on_a_page = (row for row in _rows(top, bottom) if self._high(top, row) <= room)
                held = max(top, begun) if top == first else max(on_a_page, default=top)
                yield top, held
                yield from ((row, row) for row in _rows(held + 1, bottom))

    def _high(self, first: int, last: int) -> float:
        return self.below[last] - self.below[first - 1]


def _columns(cells: Iterable[Cell]) -> dict[int, set[int]]:
    """Return in which rows of each column cells stand."""
    found: dict[int, set[int]] = {}
    for cell in cells:
        found.setdefault(cell.column, set()).add(cell.row)
    return found


def _rows(first: int, last: int) -> range:
    """Return the rows from a first to a last one."""
    return range(first, last + 1)


def page_columns(width: float) -> int:
    """Return how many columns of a width, and no narrower than usual, a page holds."""
    return floor(PAGE_COLUMNS * USUAL_WIDTH / max(USUAL_WIDTH, width))


def printed(sheet: Sheet, looks: Mapping[str, Look]) -> tuple[int, int]:
    """Return the last row and column to print: texts may reach further than their cells."""
    if sheet.printed is not None:
        return sheet.printed
    row, column = sheet.extent()
    if sheet.across is not None:
        return row, min(column, sheet.across)
    reach = max(_reaches(sheet, looks), default=0.0)
    while sum(_widths(sheet, column)) < reach:
        column += 1
    return row, column


def _reaches(sheet: Sheet, looks: Mapping[str, Look]) -> Iterator[float]:
    """Yield how far to the right the last text of each row reaches, in points."""
    ends: dict[int, Cell] = {}
    for cell in sheet.pattern.cells:
        if _says(cell) and (cell.row not in ends or cell.column > ends[cell.row].column):
            ends[cell.row] = cell
    left = [0.0, *accumulate(_widths(sheet, sheet.extent()[1]))]
    for cell in ends.values():
        if cell.text and looks[cell.role].across in ("left", "general"):
            yield left[cell.column - 1] + len(cell.text) * looks[cell.role].size * PER_POINT


def _says(cell: Cell) -> bool:
    return bool(cell.text or cell.varies) or cell.at is not None or cell.number is not None


def _widths(sheet: Sheet, last: int) -> Iterator[float]:
    """Yield how wide each column is, in points."""
    for column in _rows(1, last):
        if column in sheet.hidden:
            yield 0.0
        else:
            yield sheet.widths.get(column, sheet.width) * PER_CHARACTER


def _heights(sheet: Sheet, looks: Mapping[str, Look], last: int) -> Iterator[float]:
    """Yield how high each row is, in points."""
    largest: dict[int, float] = {}
    for cell in sheet.pattern.cells:
        if _says(cell):
            largest[cell.row] = max(looks[cell.role].size, largest.get(cell.row, 0.0))
    for row in _rows(1, last):
        fitting = max(ROW_HEIGHT, largest.get(row, 0.0) * PER_LETTER)
        yield sheet.pattern.heights.get(row, fitting)


def _parts(starts: Iterable[int], first: int, last: int) -> list[tuple[int, int]]:
    """Return the first and the last row of each part of some rows."""
    edges = [first, *sorted(start for start in starts if first < start <= last), last + 1]
    return [(top, below - 1) for top, below in pairwise(edges)]
