"""Answers that come without a sheet of ours: tables, lists and arrays by quantity name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracer.errors import DataError, did_you_mean
from tracer.language.expression import shape_text
from tracer.practice.answers.answers import Answer, Answers
from tracer.practice.answers.grid import BLANK, Grid, Typed, answer_of, typed_text, typed_value
from tracer.practice.answers.plain import plain
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.pool import read_file
from tracer.program.model import Program, Slot

SUFFIXES = (".csv", ".txt", ".json", ".npz", ".xlsx")
HIGHEST_ITERATION = 1_000_000
#: How far beside its name a row of numbers may begin.
MOST_BESIDE = 100


@dataclass(frozen=True)
class Source:
    """Where answers come from, for messages; and the iteration of those that don't say one."""

    where: str
    program: Program
    iteration: int = 1

    def fault(self, text: str) -> DataError:
        """Return an error that says where."""
        return DataError(f"{self.where}: {plain(text)}")

    def slot(self, name: str, iteration: int) -> Slot:
        """Return the result that a name means. Raises DataError."""
        program = self.program
        made = program.iterate if iteration else program.prepare
        plain = name.strip()
        named = [a.slot for a in made if plain in (a.slot.name, a.slot.label)]
        if not named and iteration:
            named = [a.slot for a in program.prepare if a.slot.name == plain]
        if named:
            exact = [slot for slot in named if slot.label == plain]
            return (exact or named)[-1]
        if plain in program.quantities():
            when = "" if iteration else " before training"
            raise self.fault(f"'{plain[:60]}' is given{when}, not calculated: nothing to check.")
        known = list(dict.fromkeys(a.slot.name for a in (*program.prepare, *program.iterate)))
        raise self.fault(
            f"'{plain[:60]}' is not a quantity here.{did_you_mean(plain[:60], known)}"
            f" Its results: {', '.join(known)}."
        )

    def names(self) -> set[str]:
        """Return every name and label that a heading could be."""
        made = (*self.program.prepare, *self.program.iterate)
        return {text for a in made for text in (a.slot.name, a.slot.label)}


def read_loose(path: Path, program: Program, iteration: int = 1) -> Answers:
    """Return the answers of a .csv, .json, .npz or .xlsx file.

    Raises DataError, one line, for a file or a name that can't be used.
    """
    source = Source(str(path), program, iteration)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise source.fault(f"answers are read from {', '.join(SUFFIXES)} files.")
    try:
        found = read_file(path)
    except RefusedError as refused:
        raise source.fault(str(refused)) from None
    if suffix == ".json":
        return _collected(source, _of_json(source, found))
    if suffix == ".npz":
        return _collected(source, _of_arrays(source, found))
    if suffix == ".xlsx":
        return _collected(source, _of_workbook(source, found))
    return _collected(source, _of_table(source, found))


def read_values(values: Mapping[str, Any], program: Program, iteration: int = 1) -> Answers:
    """Return arrays or lists by quantity name as answers. Raises DataError."""
    source = Source("check", program, iteration)
    found = (one for name, value in values.items() for one in _of_array(source, name, value))
    return _collected(source, found)


def _collected(source: Source, answers: Iterator[Answer]) -> Answers:
    found = tuple(answers)
    if not found:
        some = ", ".join(list(dict.fromkeys(a.slot.name for a in source.program.iterate))[:8])
        raise source.fault(
            f"no quantity of this lesson is in it; name what the numbers are, such as: {some}."
        )
    places = [(a.iteration, a.key) for a in found]
    for place in places:
        if places.count(place) > 1:
            raise source.fault(f"{place[1][0]} is answered twice for iteration {place[0]}.")
    return Answers(found)


def _made(source: Source, slot: Slot, iteration: int) -> int:
    """Return the iteration that a result counts as: prepared ones belong before training."""
    return 0 if slot.role == "prepared" else iteration


# -- arrays and lists -------------------------------------------------------------------------


def _of_array(source: Source, name: str, value: Any) -> Iterator[Answer]:
    """Yield the answers of one array: the quantity's shape, or one such for each iteration."""
    if type(value).__module__.partition(".")[0] == "torch":
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ma.MaskedArray):
        value = value.tolist()  # None where masked
    try:
        array = np.array(value, dtype=object) if not isinstance(value, np.ndarray) else value
    except ValueError:
        raise source.fault(f"{name}: its rows are not equally long.") from None
    if any(isinstance(part, list | tuple | np.ndarray) for part in array.reshape(-1)[:1]):
        raise source.fault(f"{name}: its rows are not equally long.")
    yield from _of_cells(source, name, array.shape, [typed_value(v) for v in array.flat])


def _of_cells(
    source: Source, name: str, shape: tuple[int, ...], cells: Sequence[Typed]
) -> Iterator[Answer]:
    slot = source.slot(name, source.iteration)
    first = _made(source, slot, source.iteration)
    if _fits(shape, slot.shape):
        yield answer_of(first, slot.key, cells, slot.shape)
    elif len(shape) > 1 and first and _fits(shape[1:], slot.shape) and shape[0]:
        for number in range(shape[0]):
            part = cells[number * slot.size : (number + 1) * slot.size]
            yield answer_of(first + number, slot.key, part, slot.shape)
    else:
        raise source.fault(_misfit(name, shape, slot))


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Say whether numbers come in the wanted shape, but for sides of 1."""
    return [n for n in shape if n > 1] == [n for n in wanted if n > 1] and 0 not in shape


def _misfit(name: str, shape: tuple[int, ...], slot: Slot) -> str:
    hint = ""
    if len(shape) == 2 and shape[::-1] == slot.shape:
        hint = " It seems to be transposed: rows and columns are exchanged."
    return f"{name} has shape {shape_text(shape)}, but must be {shape_text(slot.shape)}.{hint}"


def _of_arrays(source: Source, found: Mapping[str, Any]) -> Iterator[Answer]:
    for name, stored in found.items():
        values = np.array(stored["values"], dtype=object)
        shape = tuple(stored["shape"])
        array = values.reshape(shape[::-1]).T if stored["by_columns"] else values.reshape(shape)
        yield from _of_array(source, name, array)


def _of_json(source: Source, found: Any) -> Iterator[Answer]:
    if isinstance(found, list) and found and all(isinstance(row, dict) for row in found):
        headings = list(dict.fromkeys(str(key) for row in found for key in row))
        rows = [["" if row.get(h) is None else str(row.get(h)) for h in headings] for row in found]
        yield from _of_table(source, [headings, *rows])
        return
    if not isinstance(found, dict):
        raise source.fault('it must be an object such as {"output": [[0.79], [0.8], [0.79]]}.')
    if found and all(re.fullmatch(r"\d{1,6}", key) for key in found):
        for key, inner in found.items():
            if not isinstance(inner, dict):
                raise source.fault(f"iteration {key} must hold an object of quantities.")
            yield from _of_json(Source(source.where, source.program, int(key)), inner)
        return
    for name, value in found.items():
        if isinstance(value, dict):
            raise source.fault(f"{name[:60]} must be a number or a list, not an object.")
        yield from _of_array(source, name, value)


# -- tables and sheets ------------------------------------------------------------------------


def _of_table(source: Source, rows: Sequence[Sequence[str]]) -> Iterator[Answer]:
    """Yield the answers of a table: one row a number, or blocks below or beside a name."""
    headings = [text.strip().lower() for text in rows[0]] if rows else []
    if {"quantity", "value"} <= set(headings):
        yield from _of_tidy(source, headings, rows[1:])
    else:
        yield from _of_grid(source, Grid.of_rows(rows))


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
        yield answer_of(_made(source, slot, iteration), slot.key, listed, slot.shape)


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
        shown = ", ".join(str(i + 1) for i in index)
        raise source.fault(
            f"{slot.name} is {shape_text(slot.shape)}: it has no row and column {shown}."
        )
    return full


def _of_grid(source: Source, grid: Grid) -> Iterator[Answer]:
    """Yield the blocks that stand beside or below a quantity's name."""
    names = source.names()
    headings = {at: text for at, text in grid.words().items() if text in names}
    # What stands beside a name belongs to it, not to the block above.
    stops = {at for row, column in headings for at in ((row, column), (row, column + 1))}
    for (row, column), name in headings.items():
        beside, below = (row, column + 1), (row + 1, column)
        corner = beside if _row_follows(grid, row, column, stops) else below
        yield _block(source, grid, name, corner, stops - {corner})


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


def _block(
    source: Source, grid: Grid, name: str, corner: tuple[int, int], stops: set[tuple[int, int]]
) -> Answer:
    slot = source.slot(name, source.iteration)
    rows, columns = _sides(slot)
    high, wide = grid.extent(corner, stops)
    if 1 in (rows, columns):  # a row may be written as a column, and the other way round
        rows, columns = _as_written(grid, corner, slot.size, stops) or (rows, columns)
    if high > rows or wide > columns:
        raise source.fault(_misfit(name, (high, wide), slot))
    cells = grid.block(corner, rows, columns)
    return answer_of(_made(source, slot, source.iteration), slot.key, cells, slot.shape)


def _sides(slot: Slot) -> tuple[int, int]:
    return (1, 1, *slot.shape)[-2], (1, 1, *slot.shape)[-1]


_RANGE = re.compile(r"'?([^'!]+)'?!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


def _of_workbook(source: Source, found: Mapping[str, Any]) -> Iterator[Answer]:
    """Yield what defined names, sheets called after a quantity, or headings say."""
    names = source.names()
    grids = {title: Grid.of_sheet(cells) for title, cells in found["sheets"].items()}
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
                yield _block(source, grid, title, corner, set())
        elif first is not None:
            yield from _of_table(source, first)
        else:
            shown = {at: c for at, c in grid.cells.items() if c.text not in taken}
            yield from _of_grid(source, Grid(shown))


def _named(source: Source, name: str, grid: Grid, match: re.Match[str]) -> Answer:
    slot = source.slot(name, source.iteration)
    top, left = int(match[3]), _number(match[2])
    bottom, right = int(match[5] or top), _number(match[4] or match[2])
    shape = (bottom - top + 1, right - left + 1)
    if not _fits(shape, slot.shape):
        raise source.fault(_misfit(name, shape, slot))
    cells = grid.block((top, left), *shape)
    return answer_of(_made(source, slot, source.iteration), slot.key, cells, slot.shape)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number


def _tidy_rows(grid: Grid) -> list[list[str]] | None:
    """Return a sheet as a table of texts, if its first row has the headings of one."""
    if not grid.cells:
        return None
    high = max(row for row, _ in grid.cells)
    wide = max(column for _, column in grid.cells)
    headings = {grid.at(1, j).text.lower() for j in range(1, min(wide, 50) + 1)}
    if not {"quantity", "value"} <= headings:
        return None
    return [[grid.at(i, j).text for j in range(1, wide + 1)] for i in range(1, high + 1)]
