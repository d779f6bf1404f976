"""What stops the reading of a program: each fault says where it stands."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tracer.errors import TracerError, in_sight
from tracer.template.listing import Listing


class CodeError(TracerError):
    """A program that can't be read; the text names file, line and column, and what to do."""


class Refusal(Exception):
    """What the reader doesn't understand, before it is known where it stands.

    `advice` says what to change.
    """

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        #: The line that it is about, where that isn't the one that runs.
        self.line = 0


@dataclass(frozen=True)
class Text(Listing):
    """The text of one file that is read, and faults in it."""

    #: How many lines are the file's own; after them stands what is called besides.
    own: int | None = None
    #: It was written for Python 2, where whole numbers divide to whole numbers.
    old: bool = False

    def where(self, line: int) -> str:
        """Return how a message names a line."""
        if self.own is not None and line > self.own:
            return f"{self.name}, --call"
        return super().where(line)

    def fault(self, line: int, column: int, what: str, advice: str = "") -> CodeError:
        """Return the error for a place; `column` counts from 0."""
        shown = self.lines[line - 1].rstrip() if 0 < line <= len(self.lines) else ""
        bare = shown.lstrip()
        at = max(0, min(column, len(shown)) - (len(shown) - len(bare)))
        bare, at, _ = in_sight(bare, at, at)
        caret = " " * at + "^"
        pointed = f"\n    {bare}\n    {caret}" if bare else ""
        end = f"\n  {advice}" if advice else ""
        return CodeError(f"{self.where(line)}: {what}{pointed}{end}")

    def at(self, node: ast.AST, what: str, advice: str = "") -> CodeError:
        """Return the error for a part of the program."""
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0)
        shown = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        # The tree counts bytes, people count characters.
        return self.fault(
            line, len(shown.encode()[:column].decode("utf-8", "ignore")), what, advice
        )
