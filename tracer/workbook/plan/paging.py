"""How a sheet is printed: one scale for all of it, and where pages begin.

Fitting a sheet to a page's width makes Excel ignore manual breaks; so the scale is calculated
here, and a page begins before what would be cut in two. Pages fit A4 and Letter alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import ceil, floor

from tracer.workbook.plan.palette import Look
from tracer.workbook.plan.plan import Cell, Sheet

#: Margins in inches: left and right, top, bottom, and how far below the footer stands.
SIDE, TOP, BOTTOM, FOOTER = 0.4, 0.4, 0.65, 0.3
#: What is left of a page on its side, in points: as wide as Letter, as high as A4.
PAGE_WIDTH = 279.4 / 25.4 * 72 - 2 * SIDE * 72
PAGE_HEIGHT = 210 / 25.4 * 72 - (TOP + BOTTOM) * 72
#: The smallest letters on paper, in points.
SMALLEST = 7.0
#: A column is so many points wide for each character (a digit of the ordinary font, in the
#: program where that is widest), one of the sheet's own width a little less; a row so many high
#: where nothing else is said, or so many times its letters; a letter so wide for each point.
PER_CHARACTER, PER_DEFAULT, ROW_HEIGHT, PER_LETTER, PER_POINT = 5.6, 5.3, 15.0, 1.35, 0.52
#: A page that ends early, because a block would be cut, is at least so full.
FULL_ENOUGH = 0.5


#: So many rows stay with the heading above them.
HEAD_ROWS = 5


@dataclass(frozen=True)
class Paging:
    """The scale in per cent, the last row and column, and those after which a page ends."""

    scale: int
    last: tuple[int, int]
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return (len(self.rows) + 1) * (len(self.columns) + 1)


def paging(sheet: Sheet, looks: Mapping[str, Look]) -> Paging:
    """Return how a sheet is printed: on as few pages as legible letters allow, as large as fits.

    Where a long table's pages end is left to the program: it has no blocks.
    """
    drawn = _Drawn(sheet, looks)
    found: list[tuple[int, int, Paging]] = []
    for scale in range(drawn.most, drawn.least - 1, -1):
        columns = tuple(drawn.column_breaks(PAGE_WIDTH * 100 / scale))
        rows = () if sheet.table else tuple(drawn.row_breaks(PAGE_HEIGHT * 100 / scale))
        paged = Paging(scale, drawn.last, rows, columns)
        found.append((paged.pages, sum(map(drawn.cut, columns)), paged))
    return min(found, key=lambda pages: pages[:2])[2]


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
        steps = {c.row for c in cells if c.column == 1 and c.role == "band"}
        equations = {c.row for c in cells if c.column == 1 and c.role == "equation"}
        self._steps = _parts(steps | {row - 1 for row, _ in first_of}, 1, last_row)
        self._equations = {part: _parts(equations, *part) for part in self._steps}
        self._charts = {column for _, column in first_of}
        self._numbers: dict[int, set[int]] = {}
        for cell in cells:
            if cell.at is not None or cell.number is not None:
                self._numbers.setdefault(cell.column, set()).add(cell.row)

    def column_breaks(self, page: float) -> Iterator[int]:
        """Yield the columns after which a page ends: where the fewest blocks are cut in two."""
        done, right = 0, self.right
        while right[-1] - right[done] > page:
            places = range(done + 1, self.last[1])
            fit = [c for c in places if right[c] - right[done] <= page] or [done + 1]
            full = [c for c in fit if right[c] - right[done] >= FULL_ENOUGH * page] or fit[-1:]
            done = min(reversed(full), key=self.cut)
            yield done

    def cut(self, column: int) -> int:
        """Return how many rows of blocks a page that ends with a column cuts in two."""
        if column + 1 in self._charts:
            return -1
        return len(self._numbers.get(column, set()) & self._numbers.get(column + 1, set()))

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
                    yield part[0], begun
                    yield from ((row, row) for row in _rows(begun + 1, part[1]))

    def _high(self, first: int, last: int) -> float:
        return self.below[last] - self.below[first - 1]


def _rows(first: int, last: int) -> range:
    """Return the rows from a first to a last one."""
    return range(first, last + 1)


def printed(sheet: Sheet, looks: Mapping[str, Look]) -> tuple[int, int]:
    """Return the last row and column to print: texts may reach further than their cells."""
    if sheet.printed is not None:
        return sheet.printed
    row, column = sheet.extent()
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
        elif column in sheet.widths:
            yield sheet.widths[column] * PER_CHARACTER
        else:
            yield sheet.width * PER_DEFAULT


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
