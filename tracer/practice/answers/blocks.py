"""Blocks of numbers beside or below a quantity's name, bare or with headings and labels around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import isfinite

from tracer.practice.answers.answers import Answer
from tracer.practice.answers.grid import BLANK, At, Grid, Typed, answer_of
from tracer.practice.answers.source import Source, counted_in, misfit
from tracer.program.model import Slot

#: How far beside its name a row of numbers may begin.
MOST_BESIDE = 100


@dataclass(frozen=True)
class Found:
    """A block's cells, row by row, in the shape they have, and all that belongs to the block.

    `rows` and `columns` say how it lies. `around` are its headings, labels and cells.
    """

    cells: Sequence[Typed]
    rows: int
    columns: int
    around: set[At] = field(default_factory=set)


def of_grid(source: Source, grid: Grid) -> Iterator[Answer]:
    """Yield the blocks that stand beside or below a quantity's name."""
    names, given = source.names(), source.given()
    words = {at: text.rstrip(" :=") for at, text in grid.words.items()}
    headings = {at: text for at, text in words.items() if text in names}
    # What stands beside a name belongs to it, not to the block above.
    named = [at for at, text in words.items() if text in names or text in given]
    stops = {at for row, column in named for at in ((row, column), (row, column + 1))}
    used: set[At] = set(named)
    for at, name in headings.items():
        slot = source.slot(name, source.iteration)
        found = _found(grid, at, slot, stops, named)
        used |= found.around
        if slot.size == 1 and len(found.cells) > 1:
            yield from by_iteration(source, slot, found.cells)
        elif fits_slot(found, slot):
            iteration = counted_in(source, slot, source.iteration)
            yield answer_of(iteration, slot.key, found.cells, slot.shape)
        else:
            raise source.fault(misfit(name, (found.rows, found.columns), slot))
    _tell_unknown(source, grid, words, used, given)


def by_iteration(source: Source, slot: Slot, cells: Sequence[Typed]) -> Iterator[Answer]:
    """Yield a single number for each iteration. Raises DataError before training."""
    first = counted_in(source, slot, source.iteration)
    if not first:
        raise source.fault(misfit(slot.name, (len(cells),), slot))
    for number, cell in enumerate(cells):
        yield answer_of(first + number, slot.key, [cell], slot.shape)


def of_sheet(source: Source, grid: Grid, name: str, corner: At) -> Answer:
    """Return the answer whose first number stands at the corner of a sheet of its own."""
    slot = source.slot(name, source.iteration)
    found = _bare(grid, corner, slot, set())
    if not fits_slot(found, slot):
        raise source.fault(misfit(name, (found.rows, found.columns), slot))
    return answer_of(counted_in(source, slot, source.iteration), slot.key, found.cells, slot.shape)


def fits_slot(found: Found, slot: Slot) -> bool:
    """Say whether a block has the sides of a quantity; a line may lie either way."""
    rows, columns = _sides(slot)
    sides = {(rows, columns)}
    if 1 in (rows, columns):
        sides.add((columns, rows))
    return (found.rows, found.columns) in sides


def _found(grid: Grid, at: At, slot: Slot, stops: set[At], named: Sequence[At]) -> Found:
    """Return the numbers that belong to a name, in the shape of its quantity if they have it."""
    row, column = at
    corner = row, column + 1
    if not _row_follows(grid, row, column, stops):
        corner = row + 1, column
        # What stands below another name of the row belongs to that one.
        others = [j for i, j in named if i == row and j > column]
        stops = stops | {(row + k, j) for j in others for k in range(1, slot.size + 1)}
    bare = _bare(grid, corner, slot, stops - {corner})
    if _sound(bare, slot):
        return bare
    framed = _framed(grid, at, slot, stops)
    if framed is not None or corner[0] > row:
        return framed or bare
    # What stands beside another word may be that word's.
    more = stops | {(i, j + 1) for i, j in grid.words if i > row and j == column}
    short = _bare(grid, corner, slot, more - {corner})
    return short if _sound(short, slot) else bare


def _sound(found: Found, slot: Slot) -> bool:
    """Say whether a block has a quantity's sides, and holds numbers and nothing else."""
    numbers = any(isfinite(cell.value) for cell in found.cells)
    return numbers and fits_slot(found, slot) and not any(c.unreadable for c in found.cells)


def _bare(grid: Grid, corner: At, slot: Slot, stops: set[At]) -> Found:
    """Return the block that begins at a corner, up to the names beside and below it."""
    rows, columns = _sides(slot)
    high, wide = grid.extent(corner, stops)
    if slot.size == 1 and 1 in (high, wide):  # perhaps one for each iteration
        rows, columns = high, wide
    elif 1 in (rows, columns):  # a row may be written as a column, and the other way round
        rows, columns = _as_written(grid, corner, slot.size, stops) or (rows, columns)
    if high > rows or wide > columns:
        return Found([], high, wide)
    cells, around = _cells(grid, corner, (rows, columns), stops)
    return Found(cells, rows, columns, around)


def _cells(
    grid: Grid, corner: At, sides: tuple[int, int], stops: set[At]
) -> tuple[list[Typed], set[At]]:
    """Return a block's cells; those from another name on are blank, in the rows below, too."""
    (top, left), (rows, columns) = corner, sides
    cells: list[Typed] = []
    around: set[At] = set()
    open_until = columns
    for i in range(rows):
        places = [(top + i, left + j) for j in range(columns)]
        open_until = min([open_until, *(j for j, at in enumerate(places) if at in stops)])
        around.update(places[:open_until])
        cells += [grid.at(*at) if j < open_until else BLANK for j, at in enumerate(places)]
    return cells, around


def _as_written(grid: Grid, corner: At, size: int, stops: set[At]) -> tuple[int, int] | None:
    """Return the sides of a line of numbers as it lies there; None where that can't be seen."""
    top, left = corner
    across = [(top, left + k) for k in range(1, size)]
    down = [(top + k, left) for k in range(1, size)]
    lies = [any(grid.filled(*at) for at in _until(line, stops)) for line in (across, down)]
    if lies[0] == lies[1]:
        return None
    return (1, size) if lies[0] else (size, 1)


def _until(line: Iterable[At], stops: set[At]) -> Iterator[At]:
    for at in line:
        if at in stops:
            return
        yield at


def _row_follows(grid: Grid, row: int, column: int, stops: set[At]) -> bool:
    """Say whether numbers stand beside a name, perhaps after blanks."""
    for at in range(column + 1, column + 1 + MOST_BESIDE):
        if (row, at) in stops and at > column + 1:
            return False
        if grid.filled(row, at):
            return (row, at) not in grid.words or not grid.filled(row + 1, column)
    return False


# -- headings and labels around a block -------------------------------------------------------


def _framed(grid: Grid, at: At, slot: Slot, stops: set[At]) -> Found | None:
    """Return the block below and beside a name without the texts that head and label it.

    Numbers that only count (0, 1, 2, … or 1, 2, 3, …) are labels where the rest has the
    quantity's sides, and they with it have not. None where nothing has them.
    """
    area = _area(grid, at, stops - {at, (at[0], at[1] + 1)})
    numbers = [place for place in area if place not in grid.words]
    if not numbers:
        return None
    rows, columns = _lines(numbers)
    # A label or a heading may stand at a number that is still blank.
    more_rows = sorted({*rows, *(i for i, j in area if j < columns[0])})
    more_columns = sorted({*columns, *(j for i, j in area if i < rows[0])})
    worded = 1 in _sides(slot) and len(numbers) < len(area)  # then the words are the labels
    for lines in ((rows, columns), (more_rows, columns), (rows, more_columns)):
        for labels in ((0, 0),) if worded else ((0, 0), (0, 1), (1, 0), (1, 1)):
            found = _inside(grid, lines, labels, area)
            if found is not None and fits_slot(found, slot):
                return found
    return None


def _lines(places: Iterable[At]) -> tuple[list[int], list[int]]:
    """Return the rows and columns in which something stands."""
    there = list(places)
    return sorted({row for row, _ in there}), sorted({column for _, column in there})


def _inside(
    grid: Grid, lines: tuple[list[int], list[int]], labels: tuple[int, int], area: set[At]
) -> Found | None:
    """Return the cells where rows and columns cross, without so many first ones that only count."""
    (rows, columns), (above, beside) = lines, labels
    inner = rows[above:], columns[beside:]
    heads = [[grid.at(i, j) for j in inner[1]] for i in rows[:above]]
    heads += [[grid.at(i, j) for i in inner[0]] for j in columns[:beside]]
    if not all(map(_counts, heads)):
        return None
    cells = [grid.at(i, j) for i in inner[0] for j in inner[1]]
    return Found(cells, len(inner[0]), len(inner[1]), area)


def _counts(line: Sequence[Typed]) -> bool:
    """Say whether some numbers only count."""
    values = [cell.value for cell in line]
    return len(values) > 1 and any(
        values == [first + k for k in range(len(values))] for first in (0.0, 1.0)
    )


def _area(grid: Grid, at: At, stops: set[At]) -> set[At]:
    """Return the filled cells around which a name is the corner: to a blank row or column."""
    row, column = at
    end = column + MOST_BESIDE
    right = next((j for j in range(column + 1, end) if (row, j) in stops), end)
    rows: list[list[At]] = []
    for i in range(row, row + grid.high + 1):
        places = [(i, j) for j in range(column, right) if grid.filled(i, j)]
        if not places or any(place in stops for place in places):
            break
        rows.append(places)
    filled = {place for places in rows for place in places}
    last = column
    while any((i, last + 1) in filled for i in range(row, row + len(rows))):
        last += 1
    return {place for place in filled if place[1] <= last} - {at}


# -- names that nobody knows ------------------------------------------------------------------


def _tell_unknown(
    source: Source, grid: Grid, words: dict[At, str], used: set[At], given: set[str]
) -> None:
    """Tell of words beside or above numbers that belong to no quantity; none is passed over."""
    for (row, column), text in words.items():
        if (row, column) in used or text in given:
            continue
        for near in ((row, column + 1), (row + 1, column)):
            if near not in used and isfinite(grid.at(*near).value):
                source.unknown(text, row)
                break


def _sides(slot: Slot) -> tuple[int, int]:
    return (1, 1, *slot.shape)[-2], (1, 1, *slot.shape)[-1]
