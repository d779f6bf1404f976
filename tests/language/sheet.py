"""A grid of cells for formulas in tests: every name of the strategies has its block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from tracer.language.elements import Leaf
from tracer.language.functions import Array
from tracer.language.places import Place

FIRST_ROW = 2


class Grid:
    """Blocks beside each other from row 2; a vector lies across, or down if asked."""

    def __init__(
        self, known: Mapping[str, Array], sheet: str = "", vectors_down: tuple[str, ...] = ()
    ) -> None:
        self.known = known
        self.sheet = sheet
        self.down = vectors_down
        self.first_column: dict[str, int] = {}
        column = 2
        for name, array in known.items():
            self.first_column[name] = column
            column += np.atleast_2d(array).shape[1] + 1

    def at(self, name: str, origin: tuple[int, ...]) -> Place:
        """Return where an element of a named array lies."""
        row, column = (0, 0, *origin)[-2:]
        if name in self.down:
            row, column = column, row
        return Place(FIRST_ROW + row, self.first_column[name] + column, self.sheet)

    def place(self, cell: Leaf) -> Place:
        """Return where a cell of an element lies."""
        return self.at(cell.name.id, cell.origin)

    def cells(self) -> Iterator[tuple[int, int, float]]:
        """Yield row, column and value of every number."""
        for name, array in self.known.items():
            for index in np.ndindex(array.shape):
                place = self.at(name, index)
                yield place.row, place.column, float(array[index])
