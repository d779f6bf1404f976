"""Answers in tables: a number a row, an iteration a row, or blocks with a quantity's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from tracer.language.expression import place_text, shape_text
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.blocks import of_grid
from tracer.practice.answers.grid import BLANK, Grid, Typed, answer_of, typed_text
from tracer.practice.answers.iterations import find_table, of_iterations
from tracer.practice.answers.source import HIGHEST_ITERATION, Source, counted_in
from tracer.program.model import Slot


def of_table(source: Source, rows: Sequence[Sequence[str]]) -> Iterator[Answer]:
    """Yield the answers of a table: one row a number, or blocks below or beside a name."""
    headings = [text.strip().lower() for text in rows[0]] if rows else []
    if {"quantity", "value"} <= set(headings):
        yield from _of_tidy(source, headings, rows[1:])
    else:
        yield from of_any_grid(source, Grid.of_rows(rows))


def of_any_grid(source: Source, grid: Grid) -> Iterator[Answer]:
    """Yield the answers of a table with a row for each iteration, or of blocks with names."""
    table = find_table(source, grid)
    yield from of_grid(source, grid) if table is None else of_iterations(source, grid, table)


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
        answer = answer_of(counted_in(source, slot, iteration), slot.key, listed, slot.shape)
        asked = np.zeros(slot.shape, np.bool_)
        asked[tuple(np.array(placed).T)] = True
        yield replace(answer, asked=asked)  # a table says itself which numbers are in it


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
