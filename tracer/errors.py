"""What can be wrong with what a user gave; each error's text is what to show."""

from __future__ import annotations

from collections.abc import Collection, Iterable


class TracerError(Exception):
    """A fault in the input: its text says what, where, and what to do.

    Where it is told to somebody who uses Python, it names arguments rather than a command's
    options; `typed` is then what commands say.
    """

    typed: str = ""


class TemplateError(TracerError):
    """A template that can't be used; the text lists every fault found in it."""


class DataError(TracerError):
    """A data file or a given array that can't be used."""


class RunError(TracerError):
    """Numbers that stop being numbers while the program runs.

    `iteration` is the first iteration (counted from 1) that is not finite.
    """

    def __init__(self, message: str, iteration: int) -> None:
        super().__init__(message)
        self.iteration = iteration


class OutputError(TracerError):
    """A result that can't be written where it was asked for."""


class FileExistsAlreadyError(OutputError):
    """A file that is there, and would be replaced if one said so."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ' Did you mean …?' with the nearest known names, or nothing."""
    # Loaded when it is needed: most commands have nothing to say.
    from difflib import get_close_matches

    folded = {candidate.casefold(): candidate for candidate in known}
    near = get_close_matches(name.casefold(), list(folded), n=3, cutoff=0.6)
    return f" Did you mean {' or '.join(folded[n] for n in near)}?" if near else ""


def in_line(text: str) -> str:
    """Return a file's text for a message of one line: a cell may hold line breaks."""
    return " ".join(text.splitlines())


#: Of a longer line of a file, a message shows so much around the fault.
LONGEST_LINE, BEFORE = 200, 80


def in_sight(line: str, start: int, end: int) -> tuple[str, int, int]:
    """Return as much of a line as a message can show, and where [start, end) lies in that."""
    if len(line) <= LONGEST_LINE:
        return line, start, end
    first = max(0, start - BEFORE)
    last = min(len(line), first + LONGEST_LINE)
    opened, closed = "…" * (first > 0), "…" * (last < len(line))
    moved = first - len(opened)
    return f"{opened}{line[first:last]}{closed}", start - moved, min(end, last) - moved


def wrong_keys(table: Iterable[str], known: Collection[str], what: str) -> list[str]:
    """Return a fault for each key of a table that isn't known; `what` names the table."""
    return [
        f"'{key}' is not a key of {what}.{did_you_mean(key, known)} Known: {', '.join(known)}."
        for key in table
        if key not in known
    ]
