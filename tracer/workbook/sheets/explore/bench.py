"""Explore's bench: the chosen equation as a band, in the same place whichever is chosen.

Each entry has its picture here: operands in the order of the equation, with the signs between
them, then the result; all pictures lie over each other, and the choice says which is seen.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tracer.language.drawing import Sign, drawing
from tracer.language.expression import Node, Shape, Span, base
from tracer.program.model import Program, Slot
from tracer.wording import Wording
from tracer.workbook.sheets.band import WINDOW, drawn, leaf_label
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation, ListedShow
from tracer.workbook.sheets.explore.places import BENCH_COLUMN, BENCH_ROW

#: So many columns fit a laptop's screen; blocks show fewer of their columns until a band does.
BENCH_COLUMNS = 17
ACROSS = (WINDOW, 6, 5, 4, 3, 2, 1)
#: So many characters of a sign fit into a column.
SIGN_CHARACTERS = 9


@dataclass(frozen=True)
class View:
    """A block on the bench: of which quantity, how it is used, where it stands.

    `leaf` is the operand as the equation has it, None for what is computed or only shown. Of
    the rows and columns in `size`, `shown` many are shown; where those are fewer, `starts`
    counts the cell of the entry that says with which they begin (from 1; 0 where all are).
    """

    slot: Slot
    leaf: Node | None
    label: str
    row: int
    column: int
    size: tuple[int, int]
    shown: tuple[int, int]
    starts: tuple[int, int]

    @property
    def shape(self) -> Shape:
        """The shape of what is drawn."""
        return self.slot.shape if self.leaf is None else self.leaf.shape


@dataclass(frozen=True)
class SignPlace:
    """A piece of a sign, in its cell."""

    row: int
    column: int
    text: str


class Bench:
    """Where the picture of each entry stands."""

    def __init__(self, program: Program, entries: Sequence[Entry], wording: Wording) -> None:
        self._program = program
        self._wording = wording
        self.views: dict[int, list[View]] = {}
        self.signs: dict[int, list[SignPlace]] = {}
        for entry in entries:
            self._draw(entry)
        every = [view for views in self.views.values() for view in views]
        self.height = max((view.shown[0] for view in every), default=1)
        #: The row below the numbers, where sizes stand.
        self.last_row = BENCH_ROW + self.height
        right = [view.column + view.shown[1] - 1 for view in every]
        self.last_column = max(
            [*right, *(sign.column for signs in self.signs.values() for sign in signs)], default=1
        )
        self.most_starts = max((max(view.starts) for view in every), default=0)

    def leaf_marks(self, equation: ListedEquation) -> dict[Span, str]:
        """Return what stands for each operand on the bench in lists of cells."""
        views = self.views[equation.number]
        return {v.leaf.span: f"L{k}" for k, v in enumerate(views) if v.leaf is not None}

    def _draw(self, entry: Entry) -> None:
        parts = self._parts(entry)
        signs = [_pieces(part) if isinstance(part, str) else [] for part in parts]
        columns = [0 if isinstance(part, str) else drawn(_shape(part))[1] for part in parts]
        across = next(
            (
                most
                for most in ACROSS
                if sum(map(len, signs)) + sum(min(n, most) for n in columns) <= BENCH_COLUMNS
            ),
            ACROSS[-1],
        )
        rows = [min(drawn(_shape(part))[0], WINDOW) for part in parts if not isinstance(part, str)]
        middle = BENCH_ROW + (min(rows, default=1) - 1) // 2
        views: list[View] = []
        places: list[SignPlace] = []
        column, starts = BENCH_COLUMN, 0
        for part, pieces in zip(parts, signs, strict=True):
            if isinstance(part, str):
                places += [SignPlace(middle, column + k, text) for k, text in enumerate(pieces)]
                column += len(pieces)
                continue
            slot, leaf = part
            size = drawn(_shape(part))
            shown = min(size[0], WINDOW), min(size[1], across)
            begins = [0, 0]
            for axis in range(2):
                if shown[axis] < size[axis]:
                    starts += 1
                    begins[axis] = starts
            label = (
                self._wording.say(slot.label)
                if leaf is None
                else leaf_label(self._program, leaf, self._wording)
            )
            begin = begins[0], begins[1]
            views.append(View(slot, leaf, label, BENCH_ROW, column, size, shown, begin))
            column += shown[1]
        self.views[entry.number], self.signs[entry.number] = views, places

    def _parts(self, entry: Entry) -> list[str | tuple[Slot, Node | None]]:
        """Return an entry's signs and blocks, in order."""
        if isinstance(entry, ListedShow):
            # A free column between the blocks, where there is room.
            apart = 2 * len(entry.slots) - 1 <= BENCH_COLUMNS
            found: list[str | tuple[Slot, Node | None]] = []
            for slot in entry.slots:
                found += [" ", (slot, None)] if found and apart else [(slot, None)]
            return found
        assert isinstance(entry, ListedEquation)
        expression = entry.reading.assignment.equation.expression
        parts = [*drawing(expression, self._wording)]
        last = parts.pop() if isinstance(parts[-1], Sign) else None
        return [
            *(
                part.text
                if isinstance(part, Sign)
                else (self._program.slot(base(part.leaf)), part.leaf)
                for part in parts
            ),
            f"{last.text} =" if isinstance(last, Sign) else "=",
            (entry.slot, None),
        ]


def _shape(part: tuple[Slot, Node | None] | str) -> Shape:
    assert not isinstance(part, str)
    slot, leaf = part
    return slot.shape if leaf is None else leaf.shape


def _pieces(text: str) -> list[str]:
    """Return a sign in pieces that fit a column each, none of them like a number being typed."""
    pieces = [""]
    # Broken at spaces and behind underscores; a bracket stays with its function's name.
    for part in re.findall(r"[^ _]*_|[^ _]+ ?|_", text.replace(" (", "(")):
        if pieces[-1] and len(pieces[-1]) + len(part.rstrip()) > SIGN_CHARACTERS:
            pieces.append("")
        pieces[-1] += part
    stripped = [piece.strip() for piece in pieces if piece.strip()] or [text]
    return [f"\N{NO-BREAK SPACE}{piece}" if piece[0].isdigit() else piece for piece in stripped]
