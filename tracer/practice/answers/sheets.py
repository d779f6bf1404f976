"""Answers in anyone's workbook: defined names, sheets called after a quantity, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tracer.language.addresses import column_number
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.blocks import of_sheet
from tracer.practice.answers.grid import Grid, answer_of
from tracer.practice.answers.iterations import find_table, of_iterations
from tracer.practice.answers.source import Source, counted_in, fits, misfit
from tracer.practice.answers.tables import of_any_grid, of_table
from tracer.practice.answers.wording import training_titles

_RANGE = re.compile(r"'?([^'!]+)'?!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def of_workbook(source: Source, found: Mapping[str, Any]) -> Iterator[Answer]:
    """Yield what defined names, sheets called after a quantity, or headings say."""
    names = source.names()
    grids = {title: Grid.of_sheet(cells) for title, cells in found["sheets"].items()}
    for title in training_titles() & grids.keys():  # one of our own workbooks: all is there
        table = find_table(source, grids[title])
        if table is not None:
            yield from of_iterations(source, grids[title], table)
            return
    taken: set[str] = set()
    for name, reference in found["names"].items():
        match = _RANGE.fullmatch(reference)
        if name in names and match is not None and match[1] in grids:
            taken.add(name)
            yield _named(source, name, grids[match[1]], match)
    for title, grid in grids.items():
        first = _tidy_rows(grid)
        if title in names - taken:
            corner = grid.corner()
            if corner is not None:
                taken.add(title)
                yield of_sheet(source, grid, title, corner)
        elif first is not None:
            yield from of_table(source, first)
        else:
            shown = {at: c for at, c in grid.cells.items() if c.text not in taken}
            yield from of_any_grid(source, Grid(shown))


def _named(source: Source, name: str, grid: Grid, match: re.Match[str]) -> Answer:
    slot = source.slot(name, source.iteration)
    top, left = int(match[3]), column_number(match[2])
    bottom, right = int(match[5] or top), column_number(match[4] or match[2])
    shape = (bottom - top + 1, right - left + 1)
    if not fits(shape, slot.shape):
        raise source.fault(misfit(name, shape, slot))
    cells = grid.block((top, left), *shape)
    return answer_of(counted_in(source, slot, source.iteration), slot.key, cells, slot.shape)


def _tidy_rows(grid: Grid) -> list[list[str]] | None:
    """Return a sheet as a table of texts, if its first row has the headings of one."""
    if not grid.cells:
        return None
    high, wide = grid.high, grid.wide
    headings = {grid.at(1, j).text.lower() for j in range(1, min(wide, 50) + 1)}
    if not {"quantity", "value"} <= headings:
        return None
    return [[grid.at(i, j).text for j in range(1, wide + 1)] for i in range(1, high + 1)]
