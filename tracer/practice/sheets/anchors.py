"""Where a sheet's blanks stand in the file that came back: found again by names and sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tracer.errors import DataError
from tracer.language.addresses import column_letters
from tracer.language.expression import Index
from tracer.practice.answers.grid import typed_cell
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.safe.workbook import place
from tracer.practice.sheets.paper import BlankBlock, Paper, draw, sheet_title
from tracer.program.model import Slot
from tracer.wording import Wording

#: Shown numbers that differ by less, relatively, are the same: programs store 15 digits.
SAME = 1e-9
#: Beside a block of blanks so many given numbers are looked at, at most.
MOST_GIVEN = 100

Cells = Mapping[str, Any]


class ChangedError(DataError):
    """A sheet that was changed so that its blanks can't be found; says so without the file."""


@dataclass(frozen=True)
class Anchor:
    """A block on a sheet: its name at a cell, and its size so many rows below."""

    row: int
    column: int
    label: str
    rows: int
    size: str

    def stands(self, cells: Cells, row: int, column: int) -> bool:
        """Say whether the block's name and size stand at another place."""
        below = row + self.rows + 1
        name, size = _text(cells, row, column), _text(cells, below, column)
        # Sheets of an earlier version have the size without brackets.
        return name == self.label.strip() and size.strip("[]") == self.size.strip("[]")


@dataclass(frozen=True)
class ShownNumber:
    """A number that a sheet shows: where, and which one it is."""

    row: int
    column: int
    slot: Slot
    index: Index
    iteration: int


@dataclass(frozen=True)
class Expected:
    """What the sheets of an exercise hold: the blanks, each block's name, and given numbers."""

    blocks: tuple[BlankBlock, ...]
    frames: Mapping[str, tuple[Anchor, ...]]
    given: Mapping[str, tuple[ShownNumber, ...]]

    def wanted(self) -> dict[str, list[str]]:
        """Return the addresses to read, by sheet."""
        found: dict[str, list[str]] = {}
        for block in self.blocks:
            found.setdefault(block.sheet, []).extend(p.local() for p, _ in block.cells())
        for title, addresses in found.items():
            for f in self.results[title]:
                addresses += [_address(f.row, f.column), _address(f.row + f.rows + 1, f.column)]
            addresses += [_address(g.row, g.column) for g in self.given[title]]
        return found

    def in_place(self, sheets: Mapping[str, Cells]) -> bool:
        """Say whether the name and size of every block with blanks stand where they stood."""
        return all(
            frame.stands(sheets.get(title, {}), frame.row, frame.column)
            for title in self.titles
            for frame in self.results[title]
        )

    @cached_property
    def results(self) -> dict[str, list[Anchor]]:
        """The blocks with blanks, by sheet: where these stand, their blanks do."""
        places = {(b.sheet, b.area.row - 1, b.area.column) for b in self.blocks}
        return {
            title: [frame for frame in frames if (title, frame.row, frame.column) in places]
            for title, frames in self.frames.items()
        }

    @property
    def titles(self) -> list[str]:
        """The sheets with blanks, in order."""
        return list(dict.fromkeys(block.sheet for block in self.blocks))

    def empty(self, sheets: Mapping[str, Cells]) -> bool:
        """Say whether nothing stands in any blank."""
        return all(
            cell is None or (not str(cell[1]).strip() and not cell[2])
            for block in self.blocks
            for at, _ in block.cells()
            for cell in (sheets.get(block.sheet, {}).get(at.local()),)
        )

    def found_again(self, sheets: Mapping[str, Cells], wording: Wording) -> dict[str, Cells]:
        """Return whole sheets' cells where they belong.

        The names of blocks must follow each other as they did; each block moves with its name.
        Raises ChangedError where a block can't be found.
        """
        return {title: self._back(title, sheets[title], wording) for title in self.titles}

    def _back(self, title: str, cells: Cells, wording: Wording) -> Cells:
        frames = self.frames[title]
        kinds = {(frame.label, frame.size): frame for frame in frames}
        places = sorted(at for at in map(place, cells) if at is not None)
        there = [(at, k) for at in places for k, frame in kinds.items() if frame.stands(cells, *at)]
        for number, frame in enumerate(frames):
            if number >= len(there) or there[number][1] != (frame.label, frame.size):
                raise _changed(title, frame, wording)
        if len(there) > len(frames):
            raise _changed(title, frames[-1], wording)
        moves = {
            frame: (row - frame.row, column - frame.column)
            for frame, ((row, column), _) in zip(frames, there, strict=True)
        }
        found: dict[str, Any] = {}
        for row, column in self._cells(title):
            down, right = moves[_frame_of(frames, row, column)]
            cell = cells.get(_address(row + down, column + right))
            if cell is not None:
                found[_address(row, column)] = cell
        return found

    def _cells(self, title: str) -> Iterator[tuple[int, int]]:
        for block in self.blocks:
            if block.sheet == title:
                yield from ((p.row, p.column) for p, _ in block.cells())
        yield from ((given.row, given.column) for given in self.given[title])

    def check_order(self, exercise: Exercise, sheets: Mapping[str, Cells]) -> None:
        """Raise ChangedError where a block's given numbers were sorted.

        A number that was only typed over is none of our business.
        """
        for title in self.titles:
            by_frame: dict[Anchor, list[ShownNumber]] = {}
            for given in self.given[title]:
                frame = _frame_of(self.frames[title], given.row, given.column)
                by_frame.setdefault(frame, []).append(given)
            for frame, numbers in by_frame.items():
                if _reordered(numbers, exercise, sheets.get(title, {})):
                    raise ChangedError(
                        exercise.wording("grading.sorted", sheet=title, label=frame.label)
                    )


def expected(exercise: Exercise) -> Expected:
    """Return what the sheets of an exercise hold. Raises TracerError as `layout` does."""
    paper = draw(exercise)
    blocks = tuple(block for block in paper.blocks.values() if block.asked.any())
    frames = {
        sheet_title(iteration, exercise.wording): _frames(paper, iteration)
        for iteration in paper.patterns
    }
    given = {title: _given(paper, blocks, title, frames[title]) for title in frames}
    return Expected(blocks, frames, given)


def _given(
    paper: Paper, blocks: Sequence[BlankBlock], title: str, frames: Sequence[Anchor]
) -> tuple[ShownNumber, ...]:
    """Return the numbers that tell the order of a sheet's rows: one block beside each of blanks."""
    iteration = next((block.iteration for block in blocks if block.sheet == title), None)
    by_block: dict[Anchor, list[ShownNumber]] = {}
    for (made, row, column), (slot, index) in paper.given.items():
        if made == iteration:
            frame = _frame_of(frames, row, column)
            by_block.setdefault(frame, []).append(ShownNumber(row, column, slot, index, made))
    chosen: dict[Anchor, list[ShownNumber]] = {}
    for block in blocks:
        beside = [f for f in by_block if block.sheet == title and f.row + 1 == block.area.row]
        tallest = max(beside, key=_alike(block), default=None)
        if tallest is not None:
            chosen[tallest] = by_block[tallest][:MOST_GIVEN]
    return tuple(number for numbers in chosen.values() for number in numbers)


def _alike(block: BlankBlock) -> Callable[[Anchor], tuple[bool, int, int]]:
    """Return what ranks the blocks beside one of blanks: as many rows, many rows, far left."""
    rows = block.area.shown[0]
    return lambda frame: (frame.rows == rows, frame.rows, -frame.column)


def _frames(paper: Paper, iteration: int) -> tuple[Anchor, ...]:
    """Return the blocks of a sheet in the order of its rows, each as its name and size say."""
    cells = paper.patterns[iteration].cells
    names = [cell for cell in cells if cell.role == "label"]
    sizes = [cell for cell in cells if cell.role == "size"]
    frames = [
        Anchor(name.row, name.column, name.text or "", size.row - name.row - 1, size.text or "")
        for name, size in zip(names, sizes, strict=True)
    ]
    return tuple(sorted(frames, key=lambda frame: (frame.row, frame.column)))


def _frame_of(frames: Sequence[Anchor], row: int, column: int) -> Anchor:
    """Return the block in which a cell stands: the nearest name left of it in its rows."""
    around = [f for f in frames if f.row < row <= f.row + f.rows and f.column <= column]
    return max(around, key=lambda frame: frame.column)


def _reordered(numbers: Sequence[ShownNumber], exercise: Exercise, cells: Cells) -> bool:
    """Say whether a block's numbers are all there, but in other rows or columns."""
    exact = [float(exercise.trace.value(n.slot, max(1, n.iteration))[n.index]) for n in numbers]
    there = [typed_cell(tuple(cells.get(_address(n.row, n.column), _NOTHING))) for n in numbers]
    typed = [cell.value for cell in there]
    if all(map(_same, typed, exact)):
        return False
    return all(map(_same, sorted(typed), sorted(exact)))


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * abs(other)


_NOTHING = ("nothing", "", False)


def _changed(title: str, frame: Anchor, wording: Wording) -> ChangedError:
    return ChangedError(wording("grading.changed", sheet=title, label=frame.label))


def _text(cells: Cells, row: int, column: int) -> str:
    cell = cells.get(_address(row, column))
    return "" if cell is None else str(cell[1]).strip()


def _address(row: int, column: int) -> str:
    return f"{column_letters(column)}{row}"
