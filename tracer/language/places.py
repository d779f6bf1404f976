"""Where cells lie, and formulas over cells that move: values, written for a place at the end.

A formula in which no reference moves is its text. Of one in which some do, each move has a
name and is told when the formula is written: so one formula serves all cells of a block, all
rows of a table, or the same cell of many sheets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tracer.language.addresses import column_letters
from tracer.language.pieces import Pieces

#: The usual moves: how many rows further down a formula is written, how many columns to the right.
ROW, COLUMN = "row", "column"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell lies: row and column counted from 1; `sheet` as a formula writes it.

    A cell that is `alone` is never referred to as part of a range. `down` and `right` name how
    far the row and the column move where the formula is written.
    """

    row: int
    column: int
    sheet: str = ""
    fixed_row: bool = False
    fixed_column: bool = False
    alone: bool = False
    down: str = ""
    right: str = ""

    def text(self) -> str:
        """Return the reference, such as `B5`, `$C$3` or `Inputs!C5`, unmoved."""
        return self.sheet + self.local()

    def local(self) -> str:
        """Return the reference without its sheet, unmoved."""
        return self._written(self.row, self.column)

    def reference(self) -> Text:
        """Return the reference as a part of a formula."""
        return Pieces((self,)) if self.down or self.right else self.text()

    def corner(self) -> Text:
        """Return the reference without its sheet, as the end of a range."""
        return replace(self, sheet="").reference()

    def at(self, moves: Mapping[str, int]) -> str:
        """Return the reference, moved."""
        row = self.row + moves[self.down] if self.down else self.row
        column = self.column + moves[self.right] if self.right else self.column
        return self.sheet + self._written(row, column)

    def before_row(self) -> str:
        """Return the reference as far as its row."""
        letters = ("$" if self.fixed_column else "") + column_letters(self.column)
        return f"{self.sheet}{letters}{'$' if self.fixed_row else ''}"

    def _written(self, row: int, column: int) -> str:
        letters = ("$" if self.fixed_column else "") + column_letters(column)
        return f"{letters}{'$' if self.fixed_row else ''}{row}"


#: A formula with references that move.
Formula = Pieces[Place]
#: A formula, or a part of one: a text where nothing in it moves.
Text = str | Formula


def written(formula: Text, moves: Mapping[str, int] | None = None) -> str:
    """Return a formula's text with its references moved; without `moves`, where they are."""
    if isinstance(formula, str):
        return formula
    if moves is None:
        return formula.written(Place.text)
    return formula.written(lambda place: place.at(moves))
