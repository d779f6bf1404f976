"""Answers in tables and sheets: a number a row, or blocks below or beside a quantity's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from tracer.language.expression import place_text, shape_text
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.grid import BLANK, Grid, Typed, answer_of, typed_text
from tracer.practice.answers.source import HIGHEST_ITERATION, Source, counted_in, misfit
from tracer.program.model import Slot

#: How far beside its name a row of numbers may begin.
MOST_BESIDE = 100


def of_table(source: Source, rows: Sequence[Sequence[str]]) -> Iterator[Answer]:
    """Yield the answers of a table: one row a number, or blocks below or beside a name."""
    headings = [text.strip().lower() for text in rows[0]] if rows else []
    if {"quantity", "value"} <= set(headings):
        yield from _of_tidy(source, headings, rows[1:])
    else:
        yield from of_grid(source, Grid.of_rows(rows))


def _of_tidy(
    source: Source, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> Iterator[Answer]:
    """Yield the answers of a table such as `tracer trace -o ray.csv` writes."""
    cells: dict[tuple[int, str], dict[tuple[int, ...], Typed]] = {}
    for number, row in enumerate(rows, 2):
        said = dict(zip(headings, row, strict=False))
        name = said.get("quantity", "").strip()
        if not name:
            continue
        iteration = _whole(source, said.get("iteration", ""), number, "iteration", 0)
        iteration = source.iteration if iteration is None else iteration
        if not iteration and all(a.slot.name != name for a in source.program.prepare):
            continue  # what there was before training
        index = tuple(
            at - 1
            for what in ("row", "column")
            if (at := _whole(source, said.get(what, ""), number, what, 1)) is not None
        )
        block = cells.setdefault((iteration, name), {})
        if index in block:
            raise source.fault(f"row {number}: {name} has this row and column twice.")
        block[index] = typed_text(said.get("value", ""))
    for (iteration, name), block in cells.items():
        slot = source.slot(name, iteration)
        placed = [_element(source, slot, index) for index in block]
        by_index = dict(zip(placed, block.values(), strict=True))
        listed = [by_index.get(index, BLANK) for index in np.ndindex(slot.shape)]
        yield answer_of(counted_in(source, slot, iteration), slot.key, listed, slot.shape)


def _whole(source: Source, text: str, number: int, what: str, least: int) -> int | None:
    text = text.strip().removesuffix(".0")
    if not text:
        return None
    if not re.fullmatch(r"\d{1,7}", text) or not least <= int(text) <= HIGHEST_ITERATION:
        raise source.fault(f"row {number}: the {what} '{text[:20]}' is not a whole number.")
    return int(text)


def _element(source: Source, slot: Slot, index: tuple[int, ...]) -> tuple[int, ...]:
    """Return an index in a slot's shape; sides of 1 need not be said."""
    full = index
    if len(index) != len(slot.shape):
        rest = iter(index)
        full = tuple(next(rest, 0) if size > 1 else 0 for size in slot.shape)
    if any(not i < size for i, size in zip(full, slot.shape, strict=True)):
        raise source.fault(
            f"{slot.name} is {shape_text(slot.shape)}: it has no row and column"
            f" {place_text(index)}."
        )
    return full


def of_grid(source: Source, grid: Grid) -> Iterator[Answer]:
    """Yield the blocks that stand beside or below a quantity's name."""
    names = source.names()
    headings = {at: text for at, text in grid.words().items() if text in names}
    # What stands beside a name belongs to it, not to the block above.
    stops = {at for row, column in headings for at in ((row, column), (row, column + 1))}
    for (row, column), name in headings.items():
        beside, below = (row, column + 1), (row + 1, column)
        corner = beside if _row_follows(grid, row, column, stops) else below
        yield block(source, grid, name, corner, stops - {corner})


def _as_written(
    grid: Grid, corner: tuple[int, int], size: int, stops: set[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return the sides of a line of numbers as it lies there; None where that can't be seen."""
    top, left = corner
    across = [(top, left + k) for k in range(1, size)]
    down = [(top + k, left) for k in range(1, size)]
    lies = [any(grid.filled(*at) and at not in stops for at in line) for line in (across, down)]
    if lies[0] == lies[1]:
        return None
    return (1, size) if lies[0] else (size, 1)


def _row_follows(grid: Grid, row: int, column: int, stops: set[tuple[int, int]]) -> bool:
    """Say whether numbers stand beside a name, perhaps after blanks."""
    for at in range(column + 1, column + 1 + MOST_BESIDE):
        if (row, at) in stops and at > column + 1:
            return False
        if grid.filled(row, at):
            return (row, at) not in grid.words() or not grid.filled(row + 1, column)
    return False


def block(
    source: Source, grid: Grid, name: str, corner: tuple[int, int], stops: set[tuple[int, int]]
) -> Answer:
    """Return the answer whose first number stands at a corner; a name at `stops` ends it."""
    slot = source.slot(name, source.iteration)
    rows, columns = _sides(slot)
    high, wide = grid.extent(corner, stops)
    if 1 in (rows, columns):  # a row may be written as a column, and the other way round
        rows, columns = _as_written(grid, corner, slot.size, stops) or (rows, columns)
    if high > rows or wide > columns:
        raise source.fault(misfit(name, (high, wide), slot))
    cells = grid.block(corner, rows, columns)
    return answer_of(counted_in(source, slot, source.iteration), slot.key, cells, slot.shape)


def _sides(slot: Slot) -> tuple[int, int]:
    return (1, 1, *slot.shape)[-2], (1, 1, *slot.shape)[-1]
