"""How the blocks of an equation and the signs between them are set in lines, as text is.

A line is as long as a printed page is wide, which is also what a laptop's screen shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Extent:
    """How many columns a part needs, and whether it is a block of numbers or a sign."""

    columns: int
    block: bool = True


def fits(column: int, columns: int, across: int) -> bool:
    """Say whether a part that begins in a column is whole in a line of so many `across`.

    In a fresh line, all are.
    """
    return column == 1 or column + columns - 1 <= across


def in_lines(parts: Sequence[Extent], across: int) -> list[tuple[int, int]]:
    """Return the line, counted from 0, and the column of each part; `across` columns are a line.

    A sign begins the line of the block after it, unless the block fills a line: then it ends
    the one before. A block wider than a line has one for itself. No two signs follow each other.
    """
    return list(_set(parts, across))


def _set(parts: Sequence[Extent], across: int) -> Iterator[tuple[int, int]]:
    line, column = 0, 1
    for number, part in enumerate(parts):
        if part.block:
            together = part.columns
        else:
            block = parts[number + 1].columns if number + 1 < len(parts) else 0
            together = part.columns + block
            if block <= across < together:
                together = part.columns
        held = number > 0 and not parts[number - 1].block and part.columns > across
        if not (held or fits(column, together, across)):
            line, column = line + 1, 1
        yield line, column
        column += part.columns
