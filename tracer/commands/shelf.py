"""The lessons as `tracer templates` lists them: by article or group, in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from tracer.template.reading import Listed, by_heading, listed, matching
from tracer.wording import load

#: What stands before a lesson to begin with, and before another.
BEGIN, OTHER = "▶ ", "  "
#: How wide lines are made where nobody knows the screen, at least, and at most.
USUAL, LEAST, MOST = 80, 50, 110


def shelf(width: int = 0) -> str:
    """Return all lessons; lines fit `width` characters, or the usual ones where it is 0."""
    found = listed()
    begin = next((one for one in found if one.reading.begin), None)
    head = [] if begin is None else [load()("lessons.begin", name=begin.name, sign=BEGIN.strip())]
    return _page(head, found, width)


def search(words: str, width: int = 0) -> str | None:
    """Return the lessons whose files have these words; None where there are none."""
    found = matching(listed(), words)
    if not found:
        return None
    return _page([load()("lessons.found", words=words, count=len(found))], found, width)


def _page(head: Sequence[str], found: Sequence[Listed], width: int) -> str:
    line = min(max(width or USUAL, LEAST), MOST)
    names = max(len(one.name) for one in found)
    rows = [text for paragraph in head for text in wrap(paragraph, line)]
    for heading, group in by_heading(found):
        rows += ["", *wrap(heading or load()("lessons.own"), line)]
        for one in group:
            rows += _lesson(one, names, line)
    return "\n".join(rows)


def _lesson(one: Listed, names: int, line: int) -> list[str]:
    """Return a lesson's lines: its name, and beside it what it shows and its article's part."""
    network = f" ({one.network})" if one.network else ""
    said = f"{one.title}{network}" + (f" · {one.reading.part}" if one.reading.part else "")
    first = f"{BEGIN if one.reading.begin else OTHER}{one.name:<{names}}  "
    return wrap(said, line, initial_indent=first, subsequent_indent=" " * len(first))
