"""What `tracer trace` writes, by the suffix of the file: a row each. Adding one is adding a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.commands.streams import complain

if TYPE_CHECKING:
    from tracer.run.trace import ProgramTrace
    from tracer.workbook.book import BookOptions

#: Given how much there is to write, shows how far it is: a context with the function to call.
Bar = Callable[[int], AbstractContextManager[Callable[[int], None]]]


@dataclass(frozen=True)
class Output:
    """A kind of file: what it is called, shortly and in full; how a trace is written into one.

    `write` returns lines about what was written, apart from the file's name and size.
    """

    suffix: str
    noun: str
    words: str
    write: Callable[[ProgramTrace, Path, BookOptions, Bar, bool], list[str]]


def _workbook(
    trace: ProgramTrace, path: Path, looks: BookOptions, bar: Bar, force: bool
) -> list[str]:
    from tracer.workbook.book import plan_book, write_book

    book = plan_book(trace, looks)
    with bar(book.cells()) as progress:
        write_book(book, path, force=force, progress=progress)
    warn(book.doubt)
    titles = [sheet.title for sheet in book.sheets]
    return [f"{len(titles)} sheets: {_shortened(titles)}", f"{book.live_cells():,} live cells"]


def warn(doubt: str) -> None:
    """Say what is doubtful about a workbook's numbers, if anything is, also where all is quiet."""
    if doubt:
        complain(f"Warning: {doubt}")


def _shortened(titles: Sequence[str]) -> str:
    if len(titles) <= 9:
        return ", ".join(titles)
    return f"{', '.join(titles[:6])}, … {titles[-1]}"


def _table(trace: ProgramTrace, path: Path, looks: BookOptions, bar: Bar, force: bool) -> list[str]:
    trace.to_csv(path, force=force)
    return []


#: By suffix; where no file is named, the first.
WRITTEN: dict[str, Output] = {
    row.suffix: row
    for row in (
        Output(".xlsx", "workbook", "a workbook", _workbook),
        Output(".csv", "table", "a tidy table", _table),
    )
}
USUAL = next(iter(WRITTEN))


def kinds(form: str, between: str) -> str:
    """Return all kinds of files in words, each by a form over the fields of `Output`."""
    return between.join(form.format(output=output) for output in WRITTEN.values())
