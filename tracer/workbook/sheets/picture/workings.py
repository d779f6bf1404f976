"""What the pictures are made from, right of them: a few cells, lists, and stored numbers."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.run.trace import ProgramTrace
from tracer.template.images import Items
from tracer.wording import Wording
from tracer.workbook.plan.plan import Pattern, area
from tracer.workbook.sheets.picture.places import HEAD_ROW, Places
from tracer.workbook.sheets.picture.sources import Kept, constant

#: Lists begin so many columns after the cells; each has a column.
LISTS, BAND_COLUMNS = 3, 8
#: Of what stands nowhere else in the workbook, so many samples or neurons are stored.
MOST_SAMPLES, MOST_NEURONS = 20, 10


class Workings:
    """Draws what the pictures need, one below or beside the other."""

    def __init__(self, pattern: Pattern, places: Places, wording: Wording) -> None:
        self.wording = wording
        self._pattern = pattern
        self._first = places.helper
        self._row = HEAD_ROW + 1
        self._list = self._first + LISTS
        self._block = self._first + BAND_COLUMNS + 1
        last = self._first + BAND_COLUMNS - 1
        pattern.band(HEAD_ROW - 2, self._first, last, wording("picture.workings"))

    def cell(self, name: str, formula: str, now: str | float) -> str:
        """Calculate something in a cell; return its address."""
        self._pattern.text(self._row, self._first, "helper", self.wording(f"picture.{name}"))
        self._pattern.live(self._row, self._first + 1, "helper", formula, now)
        self._row += 1
        return area(self._row - 1, self._first + 1, 1, 1)

    def names(self, texts: Sequence[str]) -> tuple[str, tuple[int, int]]:
        """List texts; return their range and its size."""
        where = self._listed("classes", len(texts))
        for k, text in enumerate(texts, HEAD_ROW + 1):
            self._pattern.verbatim(k, self._list - 1, "helper", text)
        return where, (len(texts), 1)

    def numbers(self, name: str, found: Sequence[tuple[str, float]]) -> str:
        """List what formulas give; return their range."""
        where = self._listed(name, len(found))
        for k, (formula, now) in enumerate(found, HEAD_ROW + 1):
            self._pattern.live(k, self._list - 1, "helper", formula, now)
        return where

    def iterations(self, iterations: Sequence[int]) -> str:
        """List iterations; return their range."""
        where = self._listed("iterations", len(iterations))
        for k, iteration in enumerate(iterations, HEAD_ROW + 1):
            self._pattern.number(k, self._list - 1, "helper", iteration, "0")
        return where

    def _listed(self, name: str, count: int) -> str:
        self._pattern.text(HEAD_ROW, self._list, "helper", self.wording(f"picture.{name}"))
        self._list += 1
        return area(HEAD_ROW + 1, self._list - 1, count, 1)

    def keep(self, items: Items, states: Sequence[int], trace: ProgramTrace) -> Kept:
        """Store numbers of the first items: in each of these iterations, where they differ."""
        neurons = items.slot.role == "parameter"
        most = MOST_NEURONS if neurons else MOST_SAMPLES
        varies = not constant(items.slot, trace)
        states = states if varies else [1]
        kept = Kept(items, HEAD_ROW + 1, self._block, states, min(most, items.count), varies)
        key = "picture.stored"
        if neurons or kept.varies:
            key = "picture.stored_neurons" if neurons else "picture.stored_iterations"
        text = self.wording(key, name=items.slot.name, reach=kept.reach)
        self._pattern.text(HEAD_ROW, self._block, "size", text)
        kept.draw(self._pattern, trace)
        self._block += kept.size[1] + 1
        return kept
