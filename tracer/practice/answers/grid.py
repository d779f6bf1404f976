"""What stands in cells, as a teacher reads it, and blocks of cells found by their heading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from math import isfinite, nan

import numpy as np

from tracer.data.numbers import read_number
from tracer.language.expression import SlotKey
from tracer.practice.answers.answers import Answer
from tracer.practice.safe.workbook import RawCell, place

#: A row and a column, counted from 1.
At = tuple[int, int]


@dataclass(frozen=True)
class Typed:
    """One cell as read: its number (NaN for none), whether it can't be read, is a formula."""

    value: float = nan
    unreadable: bool = False
    formula: bool = False
    text: str = ""


BLANK = Typed()
#: Workbooks count days from here.
_DAY_0 = date(1899, 12, 30)


def typed_text(text: str, *, formula: bool = False) -> Typed:
    """Return what a text says: nothing, a number, or something that is none."""
    if not text.strip():
        return Typed(formula=formula, unreadable=formula)
    number = read_number(text)
    if number is None:
        return Typed(unreadable=True, formula=formula, text=text.strip())
    return Typed(number, formula=formula, text=text.strip())


def typed_cell(cell: RawCell) -> Typed:
    """Return what a workbook's cell holds.

    A formula without a stored value can't be read: nothing is recalculated here. A date is no
    number, but a fraction of a day is: 0.5 typed into a cell formatted as a time.
    """
    kind, text, formula = cell
    if kind == "nothing":
        return Typed(unreadable=formula, formula=formula)
    if kind in ("number", "date"):
        number = _plain(text)
        if not isfinite(number) or (kind == "date" and abs(number) >= 1):
            shown = _date(number) if kind == "date" and isfinite(number) else text
            return Typed(unreadable=True, formula=formula, text=shown)
        return Typed(number, formula=formula, text=text)
    if kind == "text":
        return typed_text(text, formula=formula)
    return Typed(unreadable=True, formula=formula, text=text)


def _date(days: float) -> str:
    """Return the date that a workbook stores as days, as far as there is one."""
    try:
        return (_DAY_0 + timedelta(days=days)).isoformat()
    except OverflowError:
        return f"{days:g}"


def _plain(text: str) -> float:
    """Return the number that a workbook stores, which is written as in a program."""
    try:
        return nan if "_" in text else float(text)
    except ValueError:
        return nan


def typed_value(value: object) -> Typed:
    """Return what a value of a list or an array is: None and NaN are blank, truth is no number."""
    if value is None:
        return BLANK
    if isinstance(value, str):
        return typed_text(value)
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
        return Typed(unreadable=True, text=str(value)[:40])
    try:
        number = float(value)
    except (OverflowError, TypeError, ValueError):
        return Typed(unreadable=True, text=str(value)[:40])
    if np.isnan(number):
        return BLANK
    return Typed(number) if isfinite(number) else Typed(unreadable=True, text=str(value)[:40])


def answer_of(
    iteration: int, key: SlotKey, cells: Sequence[Typed], shape: tuple[int, ...]
) -> Answer:
    """Return cells, row by row, as the answer to a whole quantity."""
    return Answer(
        iteration,
        key,
        np.array([c.value for c in cells], float).reshape(shape),
        np.ones(shape, np.bool_),
        np.array([c.unreadable for c in cells], np.bool_).reshape(shape),
        np.array([c.formula for c in cells], np.bool_).reshape(shape),
        {
            index: cell.text
            for index, cell in zip(np.ndindex(shape), cells, strict=True)
            if cell.unreadable
        },
    )


class Grid:
    """A sheet or a table as cells by row and column, counted from 1."""

    def __init__(self, cells: Mapping[At, Typed]) -> None:
        self.cells = {
            at: cell
            for at, cell in cells.items()
            if cell.text or cell.unreadable or isfinite(cell.value)
        }

    @classmethod
    def of_rows(cls, rows: Iterable[Sequence[str]]) -> Grid:
        """Return the grid of a table of texts."""
        return cls(
            {
                (i, j): typed_text(text)
                for i, row in enumerate(rows, 1)
                for j, text in enumerate(row, 1)
            }
        )

    @classmethod
    def of_sheet(cls, cells: Mapping[str, RawCell]) -> Grid:
        """Return the grid of a sheet."""
        placed = ((place(address), cell) for address, cell in cells.items())
        return cls({at: typed_cell(cell) for at, cell in placed if at is not None})

    def at(self, row: int, column: int) -> Typed:
        """Return a cell."""
        return self.cells.get((row, column), BLANK)

    def filled(self, row: int, column: int) -> bool:
        """Say whether a cell holds something."""
        return (row, column) in self.cells

    @cached_property
    def words(self) -> dict[At, str]:
        """The cells that hold words, row by row."""
        return {at: c.text for at, c in sorted(self.cells.items()) if c.unreadable and c.text}

    @cached_property
    def high(self) -> int:
        """The last row in which something stands."""
        return max((row for row, _ in self.cells), default=0)

    @cached_property
    def wide(self) -> int:
        """The last column in which something stands."""
        return max((column for _, column in self.cells), default=0)

    def corner(self) -> At | None:
        """Return the corner of the block that the sheet's numbers make."""
        numbers = [at for at, cell in self.cells.items() if isfinite(cell.value)]
        if not numbers:
            return None
        return min(row for row, _ in numbers), min(column for _, column in numbers)

    def block(self, corner: At, rows: int, columns: int) -> list[Typed]:
        """Return a block's cells, row by row."""
        top, left = corner
        return [self.at(top + i, left + j) for i in range(rows) for j in range(columns)]

    def extent(self, corner: At, stop: set[At]) -> tuple[int, int]:
        """Return how many rows and columns are filled from a corner on, up to a `stop`."""
        top, left = corner
        columns = 0
        while self.filled(top, left + columns) and (top, left + columns) not in stop:
            columns += 1
        rows = 0
        while self.filled(top + rows, left) and (top + rows, left) not in stop:
            rows += 1
        return rows, columns
