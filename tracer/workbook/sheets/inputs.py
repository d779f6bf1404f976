"""Inputs: the given data and the starting parameters, the only cells to type in."""

from __future__ import annotations

from tracer.language.expression import Index, SlotKey
from tracer.language.formula import quoted_sheet
from tracer.language.places import Place
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.template.headings import shown
from tracer.wording import Wording
from tracer.workbook.plan.headings import heading_height, heading_width
from tracer.workbook.plan.names import safe_names
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Choice, Pattern, Sheet, area
from tracer.workbook.plan.roles import STORED, CellRole
from tracer.workbook.sheets.band import WINDOW, cell_of, drawn, flat, index_at, part
from tracer.workbook.sheets.windows import window_starts

#: Larger arrays are shown as a window.
MOST_CELLS, MOST_COLUMNS = 40_000, 16_000
#: Of more classes, the first are named.
MOST_NAMES = 8


class Inputs:
    """The Inputs sheet, and where every given and starting parameter stands on it."""

    def __init__(self, trace: ProgramTrace, formats: Formats, wording: Wording) -> None:
        self.wording = wording
        self.title = wording.sheet("inputs")
        self.prefix = quoted_sheet(self.title)
        self._trace = trace
        self._formats = formats
        #: Where windows begin, for each length of a longer side; on every sheet alike.
        self.starts = window_starts(trace)
        self._corner: dict[SlotKey, tuple[int, int]] = {}
        self.slots = trace.program.of_role("given", "parameter")
        self.safe = safe_names(slot.name for slot in self.slots)
        self.names: dict[str, str] = {}
        self._choices: list[Choice] = []
        self._widths: dict[int, float] = {}
        self.sheet = self._plan()

    def whole(self, slot: Slot) -> bool:
        """Say whether all of an array stands on the sheet."""
        return slot.size <= MOST_CELLS and drawn(slot.shape)[1] <= MOST_COLUMNS

    def place(self, slot: Slot, index: Index) -> Place | None:
        """Return where an element stands; None if it isn't on the sheet."""
        corner = self._corner.get(slot.key)
        if corner is None:
            return None
        top, left = self._first(slot)
        row, column = cell_of(index)
        row, column = row - top, column - left
        if min(row, column) < 0 or (not self.whole(slot) and max(row, column) >= WINDOW):
            return None
        return Place(corner[0] + row, corner[1] + column, self.prefix)

    def _first(self, slot: Slot) -> tuple[int, int]:
        """Return the first row and column shown, counted from 0."""
        if self.whole(slot):
            return 0, 0
        rows, columns = drawn(slot.shape)
        return self.starts.get(rows, 0), self.starts.get(columns, 0)

    def formula(self, slot: Slot, index: Index) -> str | None:
        """Return the formula that shows an element on another sheet."""
        place = self.place(slot, index)
        return None if place is None else place.text()

    def _plan(self) -> Sheet:
        wording = self.wording
        page = Page(
            self.title,
            about=wording("about.inputs"),
            back=(6, wording.sheet("start")),
            subtitle=wording("inputs.subtitle"),
        )
        page.hold(3)
        row = page.row
        for heading, role in (("given", "given"), ("parameters", "parameter")):
            slots = [slot for slot in self.slots if slot.role == role]
            if slots:
                page.pattern.band(row, 1, 11, wording(f"inputs.{heading}"))
                row += 2
            for slot in slots:
                row = self._block(page.pattern, slot, row) + 1
        widest = max((len(slot.name) for slot in self.slots), default=8)
        page.sheet.widths = {1: max(12.0, widest * 1.2 + 2), **self._widths}
        page.sheet.state = lambda: self._trace.state(1)
        page.sheet.choices = self._choices
        return page.sheet

    def _block(self, pattern: Pattern, slot: Slot, row: int) -> int:
        rows, columns = drawn(slot.shape)
        if not self.whole(slot):
            rows, columns = min(rows, WINDOW), min(columns, WINDOW)
        top_shown, left = first = self._first(slot)
        size = self.wording.size(slot.shape)
        caption = [self.wording("common.size", size=size)]
        if not self.whole(slot):
            shown_part = part(self.wording, first, (rows, columns))
            caption = [self.wording("inputs.window", size=size, part=shown_part)]
        origin = self._trace.template.origins.get(slot.name)
        if origin:
            caption.append(self.wording.say(origin))
        caption += self._classes(slot)
        named = self._trace.template.headings.get(slot.name, ())
        headings = [*map(shown, named[left : left + columns])]
        for j, heading in enumerate(headings):
            pattern.text(row, 2 + j, "heading", heading)
            self._widths[2 + j] = max(self._widths.get(2 + j, 10.0), heading_width(heading))
        top, row = row, row + bool(headings)
        if headings:
            pattern.heights[top] = heading_height(headings)
        self._corner[slot.key] = (row, 2)
        name = self.safe[slot.name]
        if self.whole(slot):
            self.names[name] = area(row, 2, rows, columns, sheet=self.prefix)
            caption.append(self.wording("inputs.name", name=name))
            self._choices.append(self._choice(slot, area(row, 2, rows, columns, fixed=False)))
        if slot.shape:
            pattern.text(top - 1, 2, "size", " · ".join(caption))
        else:
            pattern.text(row, 3, "size", " · ".join(caption))
        pattern.text(row, 1, "label", slot.name)
        role: CellRole = "input" if self.whole(slot) else STORED["input"]
        for i in range(rows):
            for j in range(columns):
                index = index_at(slot.shape, top_shown + i, left + j)
                at = slot.offset + flat(slot.shape, index)
                pattern.of_state(row + i, 2 + j, role, at, self._format(slot))
        return row + rows + (1 if slot.shape else 0)

    def _classes(self, slot: Slot) -> list[str]:
        """Return which number stands for which class, in a target that has such."""
        prediction = self._trace.template.predict
        if prediction is None or slot.name != prediction.target or not prediction.names:
            return []
        names = [f"{shown(name)} = {k}" for k, name in enumerate(prediction.names)]
        return [", ".join(names if len(names) <= MOST_NAMES else [*names[:MOST_NAMES], "…"])]

    def _choice(self, slot: Slot, where: str) -> Choice:
        """Return what may be typed into a slot's cells: numbers."""
        return Choice(
            where,
            "decimal",
            low="-1E+300",
            high="1E+300",
            title=slot.name[:32],
            error=self.wording("common.number_only"),
        )

    def _format(self, slot: Slot) -> str:
        # What is typed over it later shows as typed, too; drawn numbers have too many digits.
        drawn_at_random = slot.name in self._trace.template.origins
        typed = slot.role == "parameter" and not drawn_at_random
        return "General" if typed else self._formats[slot.key]
