"""The kit for sheets: how every sheet opens, and what is drawn on it from the top down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tracer.workbook.plan.plan import TITLE_HEIGHT, Link, Pattern, Sheet
from tracer.workbook.plan.roles import CellRole

#: The first row below a sheet's title, its subtitle, and a row that stays free.
FIRST_FREE_ROW = 4
#: A heading's band reaches over so many columns where nothing else is said.
BAND_COLUMNS = 8
#: The number that legends show in each look.
SAMPLE, SAMPLE_FORMAT = 1.23, "0.00"


class Page:
    """A sheet as it is drawn: opened with its title; `row` is the next free one.

    What a sheet has beside cells (widths, choices, charts …) is set on `sheet`.
    """

    columns = BAND_COLUMNS

    def __init__(
        self,
        name: str,
        *,
        about: str = "",
        heading: str | None = None,
        back: tuple[int, str] | None = None,
        subtitle: str = "",
        pattern: Pattern | None = None,
        varies: str = "",
    ) -> None:
        """Open a sheet; `heading` is its title where that is another than its name.

        `back` is the column of a link to another sheet, and that sheet's name. In a `pattern`
        that is given, cells stand already. What the title `varies` with, each of several sheets
        has its own text for.
        """
        self.sheet = Sheet(name, Pattern() if pattern is None else pattern, about=about)
        self.row = FIRST_FREE_ROW
        self.pattern.heights[1] = TITLE_HEIGHT
        if varies:
            self.pattern.varying(1, 1, "title", varies)
        else:
            self.pattern.text(1, 1, "title", name if heading is None else heading)
        if back is not None:
            self.link(1, *back)
        if subtitle:
            self.pattern.text(2, 1, "subtitle", subtitle)

    @property
    def pattern(self) -> Pattern:
        """The sheet's cells."""
        return self.sheet.pattern

    def link(self, row: int, column: int, sheet: str, text: str | None = None) -> None:
        """Add a cell that leads to another sheet, and shows its name or a text."""
        self.pattern.text(row, column, "link", sheet if text is None else text)
        self.sheet.links.append(Link(row, column, sheet))

    def hold(self, row: int, column: int = 1) -> None:
        """Keep what stands above a row in sight, on screen and on every printed page."""
        self.sheet.freeze = row, column
        self.sheet.repeat_rows = row - 1

    def line(self, text: str, role: CellRole = "line") -> int:
        """Write a text into the next row; return that row."""
        self.pattern.text(self.row, 1, role, text)
        self.row += 1
        return self.row - 1

    def lines(self, texts: Iterable[str], role: CellRole = "line") -> None:
        """Write texts, each into a row."""
        for text in texts:
            self.line(text, role)

    def pair(self, role: CellRole, text: str, says: str, beside: CellRole = "meaning") -> int:
        """Write a text and, beside it, what it means; return their row."""
        row = self.line(text, role)
        self.pattern.text(row, 2, beside, says)
        return row

    def sample(self, role: CellRole, says: str) -> None:
        """Draw a number that shows a role's look and, beside it, what the look means."""
        self.pattern.number(self.row, 1, role, SAMPLE, SAMPLE_FORMAT)
        self.pattern.text(self.row, 2, "meaning", says)
        self.row += 1

    def heading(self, text: str, columns: int | None = None) -> None:
        """Leave a row free and draw a heading: a band over the first columns."""
        self.row += 1
        self.pattern.band(self.row, 1, columns or self.columns, text)
        self.row += 1

    def heads(self, texts: Sequence[str], left: int = 0) -> None:
        """Write a table's headings; the first `left` of them stand over texts."""
        for column, text in enumerate(texts, 1):
            role: CellRole = "subhead_left" if column <= left else "subhead"
            self.pattern.text(self.row, column, role, text)
        self.row += 1
