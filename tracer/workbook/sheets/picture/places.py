"""Where everything stands on the sheet Picture, and how large its squares are."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from tracer.workbook.plan.plan import TITLE_HEIGHT, area

#: The two lines above a picture, and its first row of squares.
HEAD_ROW, ANSWER_ROW, GRID_ROW = 4, 5, 6
#: What is chosen stands left of the pictures: a label, a cell, a button.
LABEL_COLUMN, CHOICE_COLUMN, SPIN_COLUMN, GRID_COLUMN = 1, 2, 3, 5
CHOICE_ROWS = {"sample": 6, "neuron": 9, "iteration": 12, "show": 15}
LAST_CHOICE = 16
#: A button that is wider than it is high would lie on its side.
SPIN_ROWS = 2
LEFT_WIDTHS = {1: 13.0, 2: 12.0, 3: 3.5, 4: 2.0}
BETWEEN, HELPER_WIDTH = 3.0, 24.0
#: In points: the side of a square, of a few of them a larger one; a gap; a line of text.
SIDE, LARGE_SIDE, GAP, LINE = 12.75, 20.0, 5.0, 15.0
#: Up to so many squares a side they are large.
FEW = 14
#: In points: what lines above and below all pictures need, and what fits a laptop's screen.
LEAST_WIDTH, SCREEN = 600.0, (930.0, 392.0)
#: A column's width of 1 is so many points in Excel (5.25) and in LibreOffice (5.6), between them.
PER_WIDTH = 5.4
ZOOMS = (100, 90, 80, 70)


@dataclass(frozen=True)
class Places:
    """The places that depend on an image's shape; `pictures` is how many there are."""

    shape: tuple[int, int]
    pictures: int

    @property
    def side(self) -> float:
        """The side of a square in points."""
        return LARGE_SIDE if max(self.shape) <= FEW else SIDE

    @property
    def across(self) -> int:
        """How many columns a picture has: some for its heading where the image is small."""
        return max(self.shape[1], ceil(LEAST_WIDTH / self.pictures / self.side))

    def column(self, picture: int) -> int:
        """Return the first column of a picture, counted from 0."""
        return GRID_COLUMN + picture * (self.across + 1)

    @property
    def last_column(self) -> int:
        """The last column of the pictures."""
        return self.column(self.pictures) - 2

    @property
    def bar_row(self) -> int:
        """The row of the squares that show which colour is which number; the numbers are below."""
        return GRID_ROW + self.shape[0] + 1

    @property
    def notes_row(self) -> int:
        """The first row below pictures and choices."""
        return max(self.bar_row + 2, LAST_CHOICE + 1) + 1

    @property
    def helper(self) -> int:
        """The first column of what the pictures are made from."""
        return self.last_column + 3

    def grid(self, picture: int) -> str:
        """Return the range of a picture's squares."""
        return area(GRID_ROW, self.column(picture), *self.shape)

    def bar(self, picture: int) -> str:
        """Return the range of the squares that show the colours."""
        return area(self.bar_row, self.column(picture), 1, self.shape[1])

    def widths(self) -> dict[int, float]:
        """Return the widths of the columns."""
        columns = range(GRID_COLUMN, self.last_column + 1)
        widths = {**LEFT_WIDTHS, **dict.fromkeys(columns, self.side / PER_WIDTH)}
        widths[self.helper] = HELPER_WIDTH
        widths |= {self.column(k) - 1: BETWEEN for k in range(1, self.pictures)}
        return widths

    def heights(self) -> dict[int, float]:
        """Return the heights of the rows."""
        rows = (*range(GRID_ROW, GRID_ROW + self.shape[0]), self.bar_row)
        gaps = [] if self.bar_row <= LAST_CHOICE else [self.bar_row - 1]
        return {1: TITLE_HEIGHT, **dict.fromkeys(rows, self.side), **dict.fromkeys(gaps, GAP)}

    def _wide(self) -> float:
        """Return how wide choices and pictures are, in points."""
        return sum(self.widths()[c] for c in range(1, self.last_column + 1)) * PER_WIDTH

    def zoom(self) -> int:
        """Return at how many per cent pictures and choices fit a laptop's screen."""
        high = sum(self.heights().values()) + 5 * LINE
        wide = self._wide()
        fit = (z for z in ZOOMS if high * z <= SCREEN[1] * 100 and wide * z <= SCREEN[0] * 100)
        return next(fit, ZOOMS[-1])
