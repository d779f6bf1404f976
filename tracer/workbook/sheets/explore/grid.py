"""Where Explore's blocks stand: the whole network, phase by phase, below the bench."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from math import ceil

from tracer.language.expression import SlotKey
from tracer.program.model import Program, Slot
from tracer.wording import Wording
from tracer.workbook.sheets.band import WINDOW, Area
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation, ListedShow
from tracer.workbook.sheets.explore.homes import windowed
from tracer.workbook.sheets.explore.places import NETWORK_COLUMN

#: Blocks stand beside each other in so many columns, then below; so many fit a laptop.
MOST_ACROSS, LABEL_CHARACTERS = 14, 7.0
#: The groups of blocks, by their headings' keys: what no step makes, then the phases.
GROUPS = ("given", "prepare", "forward", "backward", "update", "measure")


@dataclass
class LaidOut:
    """The blocks by their quantities, the headings with their rows, and where all of it ends."""

    areas: dict[SlotKey, Area]
    bands: list[tuple[int, str]]
    last_row: int
    last_column: int


def laid_out(
    program: Program, entries: Sequence[Entry], top: int, wording: Wording, named: Set[SlotKey]
) -> LaidOut:
    """Give every block that can be looked at its place, from a row on.

    Those that are `named` have names of their columns above their numbers.
    """
    texts = {e.slot.key: e.text for e in entries if isinstance(e, ListedEquation)}
    shown = _shown(entries)
    grid = LaidOut({}, [], top, NETWORK_COLUMN + MOST_ACROSS - 1)
    row = top
    for group in GROUPS:
        slots = [s for s in program.slots if s.key in shown and _group(program, s) == group]
        if not slots:
            continue
        grid.bands.append((row, wording(f"explore.{group}")))
        row += 1
        for line in _lines(slots, lambda slot: texts.get(slot.key, wording.say(slot.label))):
            # Where columns have names, those stand between a block's label and its numbers.
            below = 1 + any(slot.key in named for slot, _, _ in line)
            height = 0
            for slot, column, span in line:
                grid.last_column = max(grid.last_column, column + span - 1)
                block = Area(row + below, column, slot.shape, WINDOW)
                grid.areas[slot.key] = block
                # A window says below how much it shows.
                height = max(height, block.shown[0] + any(windowed(block)))
            row += height + below + 1
    grid.last_row = max(row - 2, top + len(entries))
    return grid


def _lines(
    slots: Sequence[Slot], label: Callable[[Slot], str]
) -> Iterator[list[tuple[Slot, int, int]]]:
    """Yield blocks that stand beside each other, each with its column and how many it needs."""
    line: list[tuple[Slot, int, int]] = []
    column = NETWORK_COLUMN
    for slot in slots:
        columns = Area(0, 0, slot.shape, WINDOW).shown[1]
        span = max(columns, ceil((len(label(slot)) + 2) / LABEL_CHARACTERS - 0.2))
        if line and column + span > NETWORK_COLUMN + MOST_ACROSS:
            yield line
            line, column = [], NETWORK_COLUMN
        line.append((slot, column, span))
        column += span + 1
    yield line


def _shown(entries: Sequence[Entry]) -> set[SlotKey]:
    """Return which blocks are drawn: results, what they are made from, what steps show."""
    found: set[SlotKey] = set()
    for entry in entries:
        if isinstance(entry, ListedEquation):
            found |= {entry.slot.key, *entry.reading.operands}
        elif isinstance(entry, ListedShow):
            found |= {slot.key for slot in entry.slots}
    return found


def _group(program: Program, slot: Slot) -> str:
    return "given" if slot.step is None else program.steps[slot.step].phase
