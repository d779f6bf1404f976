"""Inputs: the given data and the starting parameters, the only cells to type in."""

from __future__ import annotations

from collections.abc import Mapping

from tracer.language.expression import Index
from tracer.language.formula import Place, quoted_sheet
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.names import safe_names
from tracer.workbook.plan.plan import TITLE_HEIGHT, Cell, Choice, Link, Pattern, Sheet, area
from tracer.workbook.sheets.band import WINDOW, cell_of, drawn, flat, index_at

#: Larger arrays are shown as a window.
MOST_CELLS, MOST_COLUMNS = 40_000, 16_000


class Inputs:
    """The Inputs sheet, and where every given and starting parameter stands on it."""

    def __init__(
        self, trace: ProgramTrace, formats: Mapping[tuple[str, int], str], wording: Wording
    ) -> None:
        self.wording = wording
        self.title = wording.sheet("inputs")
        self.prefix = quoted_sheet(self.title)
        self._trace = trace
        self._formats = formats
        self._corner: dict[tuple[str, int], tuple[int, int]] = {}
        self.slots = trace.program.of_role("given", "parameter")
        self.safe = safe_names(slot.name for slot in self.slots)
        self.names: dict[str, str] = {}
        self._choices: list[Choice] = []
        self.sheet = self._plan()

    def whole(self, slot: Slot) -> bool:
        """Say whether all of an array stands on the sheet."""
        return slot.size <= MOST_CELLS and drawn(slot.shape)[1] <= MOST_COLUMNS

    def place(self, slot: Slot, index: Index) -> Place | None:
        """Return where an element stands; None if it isn't on the sheet."""
        corner = self._corner.get(slot.key)
        if corner is None or (not self.whole(slot) and max(cell_of(index)) >= WINDOW):
            return None
        row, column = cell_of(index)
        return Place(corner[0] + row, corner[1] + column, self.prefix)

    def formula(self, slot: Slot, index: Index) -> str | None:
        """Return the formula that shows an element on another sheet."""
        place = self.place(slot, index)
        return None if place is None else place.text()

    def _plan(self) -> Sheet:
        wording = self.wording
        pattern = Pattern(heights={1: TITLE_HEIGHT})
        pattern.text(1, 1, "title", self.title)
        pattern.text(1, 6, "link", wording.sheet("start"))
        pattern.text(2, 1, "subtitle", wording("inputs.subtitle"))
        row = 4
        for heading, role in (
            (wording("inputs.given"), "given"),
            (wording("inputs.parameters"), "parameter"),
        ):
            slots = [slot for slot in self.slots if slot.role == role]
            if slots:
                pattern.band(row, 1, 11, heading)
                row += 2
            for slot in slots:
                row = self._block(pattern, slot, row) + 1
        widest = max((len(slot.name) for slot in self.slots), default=8)
        return Sheet(
            self.title, pattern, about=wording("about.inputs"),
            state=lambda: self._trace.state(1), widths={1: max(12.0, widest * 1.2 + 2)},
            freeze=(3, 1), repeat_rows=2, choices=self._choices,
            links=[Link(1, 6, wording.sheet("start"))],
        )  # fmt: skip

    def _block(self, pattern: Pattern, slot: Slot, row: int) -> int:
        rows, columns = drawn(slot.shape)
        if not self.whole(slot):
            rows, columns = min(rows, WINDOW), min(columns, WINDOW)
        size = self.wording.size(slot.shape)
        caption = [size]
        if not self.whole(slot):
            caption = [self.wording("inputs.window", size=size, rows=rows, columns=columns)]
        origin = self._trace.template.origins.get(slot.name)
        if origin:
            caption.append(origin)
        self._corner[slot.key] = (row, 2)
        name = self.safe[slot.name]
        if self.whole(slot):
            self.names[name] = area(row, 2, rows, columns, sheet=self.prefix)
            caption.append(self.wording("inputs.name", name=name))
            self._choices.append(
                Choice(
                    area(row, 2, rows, columns, fixed=False), "decimal",
                    low="-1E+300", high="1E+300", title=slot.name[:32],
                    message=self.wording("inputs.message", name=slot.name, size=size),
                    error=self.wording("common.number_only"),
                )
            )  # fmt: skip
        if slot.shape:
            pattern.text(row - 1, 2, "size", " · ".join(caption))
        else:
            pattern.text(row, 3, "size", " · ".join(caption))
        pattern.text(row, 1, "label", slot.name)
        role = "input" if self.whole(slot) else "stored_input"
        for i in range(rows):
            for j in range(columns):
                index = index_at(slot.shape, i, j)
                pattern.cells.append(
                    Cell(
                        row + i, 2 + j, role,
                        at=slot.offset + flat(slot.shape, index), format=self._format(slot),
                    )
                )  # fmt: skip
        return row + rows + (1 if slot.shape else 0)

    def _format(self, slot: Slot) -> str:
        # What a person typed is shown as typed; drawn numbers have more digits than a cell.
        drawn_at_random = slot.name in self._trace.template.origins
        return self._formats[slot.key] if drawn_at_random else "General"
