"""The text of the program that a template was read from: its lines, as messages name them."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.wording import Said


@dataclass(frozen=True)
class Listing:
    """The text of one file that is read, and how a line of it is named."""

    name: str
    lines: tuple[str, ...]
    #: Of a notebook: each line's cell, and its line in that cell.
    cells: tuple[tuple[int, int], ...] = ()

    def where(self, line: int) -> str:
        """Return how a message names a line."""
        if self.cells and 0 < line <= len(self.cells):
            cell, inside = self.cells[line - 1]
            return f"{self.name}, cell {cell}, line {inside} (line {line})"
        return f"{self.name}, line {line}"

    def place(self, line: int) -> Said:
        """Return the same in the language of whoever reads it."""
        if self.cells and 0 < line <= len(self.cells):
            cell, inside = self.cells[line - 1]
            said = {"file": self.name, "cell": cell, "inside": inside, "line": line}
            return Said("code.cell", said)
        return Said("code.line", {"file": self.name, "line": line})

    def quoted(self, line: int) -> str:
        """Return a line's name and its own text."""
        return f"{self.where(line)}: {self.text(line)}"

    def text(self, line: int) -> str:
        """Return what stands on a line."""
        return self.lines[line - 1].strip() if 0 < line <= len(self.lines) else ""
