"""Tables with a row for each iteration and a column for each number, as textbooks print them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from tracer.language.expression import Index, shape_text
from tracer.practice.answers.answers import Answer
from tracer.practice.answers.grid import BLANK, At, Grid, Typed, answer_of
from tracer.practice.answers.source import HIGHEST_ITERATION, Source
from tracer.program.model import Slot
from tracer.wording import LANGUAGES, load

#: The place of a number as a heading says it, else which number of the quantity it is, from 0.
Place = Sequence[int] | int
#: What people write above the numbers of the iterations, beside our own word in each language.
COUNTERS = frozenset(
    (
        *("iteration", "iter", "it", "epoch", "epoche", "epochs", "durchlauf", "runde", "round"),
        *("k", "t", "n", "i", "nr", "nr.", "no", "no.", "#", "update", "pass"),
    )
)
#: A heading of one number: `w1`, `w_1`, `w[1]`, `W 2, 1`, `W[2,1]`.
_ELEMENT = re.compile(r"(.+?)[ _]?[\[({]?(\d+(?:\s*,\s*\d+)*)[\])}]?")


@dataclass(frozen=True)
class IterationTable:
    """Where a table's headings are, and the rows of its iterations."""

    heading: At
    rows: Mapping[int, int]


def find_table(source: Source, grid: Grid) -> IterationTable | None:
    """Return the table that a grid is: a heading for iterations, and a name beside it."""
    names = source.names()
    counters = COUNTERS | {load(lang)("report.iteration").casefold() for lang in LANGUAGES}
    for at, text in grid.words.items():
        if text.casefold() not in counters or text in names:
            continue
        rows = _counted(grid, at)
        beside = (grid.words.get((at[0], j), "") for j in range(at[1] + 1, grid.wide + 1))
        if rows and any(_named(text, names) for text in beside):
            return IterationTable(at, rows)
    return None


def _counted(grid: Grid, at: At) -> dict[int, int]:
    """Return which iteration each row below a heading is of; rows that say none are left out."""
    rows = {}
    for row in range(at[0] + 1, grid.high + 1):
        value = grid.at(row, at[1]).value
        if isfinite(value) and value == int(value) and 0 <= value <= HIGHEST_ITERATION:
            rows[row] = int(value)
        elif rows:
            break
    return rows


def _named(text: str, names: set[str]) -> str | None:
    """Return the name that a heading says, alone or with the place of a number."""
    text = text.strip()
    if text in names:
        return text
    match = _ELEMENT.fullmatch(text)
    return match[1] if match and match[1] in names else None


def of_iterations(source: Source, grid: Grid, table: IterationTable) -> Iterator[Answer]:
    """Yield the answers of a table with a row for each iteration.

    The columns right of a name without a heading are its next numbers; a line of places below
    the headings says which. What was before training isn't asked.
    """
    columns = _columns(source, grid, table)
    seen: set[int] = set()
    for row, iteration in table.rows.items():
        if iteration in seen:
            raise source.fault(f"row {row}: iteration {iteration} has two rows.")
        seen.add(iteration)
        if not iteration:
            continue
        for name, places in columns.items():
            slot = source.slot(name, iteration)
            cells = {
                _index(source, slot, name, place): grid.at(row, column)
                for column, place in places.items()
            }
            yield _answer(slot, iteration, cells)


def _answer(slot: Slot, iteration: int, cells: Mapping[Index, Typed]) -> Answer:
    listed = [cells.get(index, BLANK) for index in np.ndindex(slot.shape)]
    return answer_of(iteration, slot.key, listed, slot.shape)


def _columns(source: Source, grid: Grid, table: IterationTable) -> dict[str, dict[int, Place]]:
    """Return the columns of each name, with the place that each is said to be, else its number."""
    (row, start), names = table.heading, source.names()
    first = min(table.rows)
    found: dict[str, dict[int, Place]] = {}
    current = ""
    for column in range(start + 1, grid.wide + 1):
        text = grid.words.get((row, column), "").rstrip(" :=")
        name = _named(text, names)
        if text:
            current = name or ""
            _tell(source, grid, text, (first, column), row)
        if not current or not any(grid.filled(r, column) for r in table.rows):
            current = current if text else ""
            continue
        places = found.setdefault(current, {})
        said = _said(text, current) or _below(grid, row, first, column)
        places[column] = said or len(places)
    return {name: _from_one(places) for name, places in found.items()}


def _from_one(places: dict[int, Place]) -> dict[int, Place]:
    """Return places counted from 1, as ours are; `w0` beside `w1` says that they are not."""
    said = [place for place in places.values() if not isinstance(place, int)]
    if not any(0 in place for place in said):
        return places
    return {
        column: place if isinstance(place, int) else tuple(number + 1 for number in place)
        for column, place in places.items()
    }


def _tell(source: Source, grid: Grid, text: str, below: At, row: int) -> None:
    """Tell of a heading above numbers that is neither a result nor given."""
    known = source.names() | source.given()
    if _named(text, known) is None and isfinite(grid.at(*below).value):
        source.unknown(text, row)


def _said(text: str, name: str) -> Sequence[int]:
    """Return the place that a heading says behind a name, counted as it counts."""
    match = _ELEMENT.fullmatch(text)
    if text == name or match is None:
        return ()
    return tuple(int(number) for number in match[2].split(","))


def _below(grid: Grid, heading: int, first: int, column: int) -> Sequence[int]:
    """Return the place that a line between headings and numbers says."""
    for row in range(heading + 1, first):
        cell = grid.at(row, column)
        if re.fullmatch(r"\d+(, ?\d+)*", cell.text):
            return tuple(int(number) for number in cell.text.split(","))
    return ()


def _index(source: Source, slot: Slot, name: str, place: Place) -> Index:
    """Return a place in a slot's shape. Raises DataError for one that isn't there."""
    if isinstance(place, int):
        if place < slot.size:
            return tuple(int(i) for i in np.unravel_index(place, slot.shape))
        raise source.fault(f"{name} has more columns than its {slot.size} numbers.")
    numbers = iter(place)
    full = (
        place
        if len(place) == len(slot.shape)
        else [next(numbers, 1) if size > 1 else 1 for size in slot.shape]
    )
    index = tuple(number - 1 for number in full)
    if all(0 <= i < size for i, size in zip(index, slot.shape, strict=True)):
        return index
    said = ", ".join(map(str, place))
    raise source.fault(f"{name} is {shape_text(slot.shape)}: it has no element {said}.")
