"""The numbers of Explore: every block where it is looked at, larger ones in full as well."""

from __future__ import annotations

from itertools import product

from tracer.program.model import Slot
from tracer.workbook.plan.plan import Pattern
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import Area, flat, index_at
from tracer.workbook.sheets.explore.column_names import in_lines
from tracer.workbook.sheets.explore.entries import ListedShow
from tracer.workbook.sheets.explore.layout import Layout
from tracer.workbook.sheets.explore.name_lines import NAME_LINE
from tracer.workbook.sheets.explore.numbers import Computed, FromTraining
from tracer.workbook.sheets.explore.places import TABLE_ROW
from tracer.workbook.sheets.spelled import literal


class Blocks:
    """Draws every block; what its numbers are, `numbers` knows."""

    def __init__(self, layout: Layout, pattern: Pattern, numbers: Computed | FromTraining) -> None:
        self._layout = layout
        self._pattern = pattern
        self._numbers_of = numbers
        self._wording = layout.wording

    @property
    def lines(self) -> int:
        """How many rows of parts of sums there are."""
        found = self._numbers_of.pieces if isinstance(self._numbers_of, Computed) else ()
        return len({cell.row for cell in found})

    def draw(self) -> None:
        """Draw all blocks, then in full those that are shown in part."""
        for key, block in self._layout.areas.items():
            self._labelled(self._layout.slot(key), block)
        self._in_full()

    def _labelled(self, slot: Slot, block: Area) -> None:
        """Write a block: its label, which says its part in the chosen equation, and its numbers."""
        made = next((e for e in self._layout.equations if e.slot.key == slot.key), None)
        users = [e.number for e in self._layout.equations if slot.key in e.reading.operands]
        users += [
            entry.number
            for entry in self._layout.entries
            if isinstance(entry, ListedShow) and slot in entry.slots
        ]
        name = self._layout.wording.say(slot.label) if made is None else made.text
        formula = literal(name)
        marks = []
        if users:
            tests = [f"{self._layout.equation_cell}={number}" for number in users]
            test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            marks.append((test, "• "))
        if made is not None:
            marks.append((f"{self._layout.equation_cell}={made.number}", "▶ "))
        mark = '""'
        for test, sign in marks:
            mark = f'IF({test},"{sign}",{mark})'
        now = ""
        if self._layout.initial.number in users:
            now = "• "
        if made is self._layout.initial:
            now = "▶ "
        names = [*map(in_lines, self._layout.columns.get(slot.key, ()))]
        row, column = block.row - 1 - bool(names), block.column
        if marks:
            self._pattern.live(row, column, "label", f"{mark}&{formula}", now + name)
        else:
            self._pattern.text(row, column, "label", name)
        for k, text in enumerate(names):
            self._pattern.text(row + 1, column + k, "column_name", text)
            needed = NAME_LINE * (text.count("\n") + 1)
            heights = self._pattern.heights
            heights[row + 1] = max(heights.get(row + 1, 15.0), needed)
        self._block(slot, block)

    def _block(self, slot: Slot, block: Area) -> None:
        """Write a block's numbers; of a window, those that its home holds."""
        if block.whole:
            self._whole(slot, block.row, block.column, block.shown, "shown")
            return
        windows, home = self._layout.windows, self._layout.homes[slot.key]
        first = [windows.first(block, axis) for axis in range(2)]
        for i, j in product(*map(range, block.shown)):
            row, column = (
                str(k + 1) if start == "1" else f"{start}+{k}"
                for start, k in zip(first, (i, j), strict=True)
            )
            picked = home.pick(row, column)
            self._number(slot, (i, j), (block.row + i, block.column + j), "shown", picked)
        formula, now = windows.caption(slot, block)
        self._pattern.live(block.row + block.shown[0], block.column, "size", formula, now)

    def _in_full(self) -> None:
        """Write larger blocks in full, out of the way, and what long sums need."""
        layout, pattern = self._layout, self._pattern
        homes = {k: layout.homes[k] for k, b in layout.areas.items() if not b.whole}
        own = {key: home for key, home in homes.items() if not home.sheet}
        if own:
            pattern.text(TABLE_ROW - 1, layout.in_full, "helper", self._wording("explore.in_full"))
        for key, home in own.items():
            slot = layout.slot(key)
            pattern.text(home.row - 1, home.column, "helper", layout.name_of(slot))
            self._whole(slot, home.row, home.column, home.size, "helper")
        if isinstance(self._numbers_of, Computed) and self._numbers_of.pieces:
            pattern.text(layout.below - 1, layout.in_full, "helper", self._wording("explore.parts"))
            pattern.extend(self._numbers_of.pieces)

    def _whole(
        self, slot: Slot, row: int, column: int, size: tuple[int, int], role: CellRole
    ) -> None:
        """Write all numbers of a block from a corner on."""
        every = product(*map(range, size))
        for (i, j), formula in zip(every, self._numbers_of.formulas(slot), strict=True):
            self._number(slot, (i, j), (row + i, column + j), role, formula)

    def _number(
        self,
        slot: Slot,
        element: tuple[int, int],
        where: tuple[int, int],
        role: CellRole,
        formula: str | None,
    ) -> None:
        at = slot.offset + flat(slot.shape, index_at(slot.shape, *element))
        self._pattern.of_state(*where, role, at, self._layout.formats[slot.key], formula)
