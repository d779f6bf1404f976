"""How many blanks of an assignment are still empty: live, and it tells nothing of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracer.language.formula import LONGEST_FORMULA, quoted_sheet
from tracer.language.places import Place
from tracer.practice.sheets.paper import BlankBlock, Paper, right_of
from tracer.practice.sheets.references import ranges, total
from tracer.wording import Wording


@dataclass(frozen=True)
class Counter:
    """Where the count of a block's empty blanks stands."""

    block: BlankBlock
    place: Place

    @property
    def count(self) -> int:
        """How many blanks the block has."""
        return int(self.block.asked.sum())


def draw_counters(paper: Paper, wording: Wording) -> list[Counter]:
    """Draw below every block how many of its blanks are empty, and above each sheet's steps.

    Returns where they stand; none where a block's blanks are too scattered for a formula.
    """
    found: list[Counter] = []
    for block in paper.blocks.values():
        if not block.asked.any():
            continue
        text = "+".join(f"COUNTBLANK({part})" for part in ranges(p for p, _ in block.cells()))
        if len(text) >= LONGEST_FORMULA:
            continue
        at = Place(block.area.row + block.area.shown[0], right_of(block))
        counter = Counter(block, at)
        form = f'"· "0"{wording("practice.counter", count=counter.count)}"'
        pattern = paper.patterns[block.iteration]
        pattern.live(at.row, at.column, "counter", text, float(counter.count), form)
        found.append(counter)
    for iteration, pattern in paper.patterns.items():
        here = [one for one in found if one.block.iteration == iteration]
        if here:
            count = sum(one.count for one in here)
            said = wording("practice.still_empty", count=count)
            now = f"{said} {count}"
            pattern.live(2, 1, "subtitle", f'"{said} "&{total(one.place for one in here)}', now)
    return found


def empty_in(counters: Sequence[Counter]) -> str:
    """Return the formula that adds up counters, from another sheet."""
    return total(replace(one.place, sheet=quoted_sheet(one.block.sheet)) for one in counters)
