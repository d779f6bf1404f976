"""In which order lessons are read: by article or group, each one's parts one after the other.

What a lesson is listed by stands at the top of its file; nothing is computed to list it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from typing import Any

from tracer.template.source import read_text, read_toml


@dataclass(frozen=True)
class Reading:
    """Which article a lesson goes with, which part of it, and where it comes among the lessons.

    A lesson without an article may be in a `group`. `begin` marks a lesson to begin with.
    """

    article: str = ""
    part: str = ""
    order: int | None = None
    begin: bool = False
    group: str = ""

    @property
    def heading(self) -> str:
        """What the lesson is listed under: its article, else its group."""
        return self.article or self.group

    @property
    def source(self) -> str:
        """The article and its part, as a source is named."""
        return ": ".join(filter(None, (self.article, self.part)))


def reading_of(raw: Mapping[str, Any]) -> Reading:
    """Return what a template's keys say of its place among the lessons."""
    return Reading(
        raw.get("article") or "",
        raw.get("part") or "",
        raw.get("order"),
        bool(raw.get("begin")),
        raw.get("group") or "",
    )


@dataclass(frozen=True)
class Listed:
    """A lesson as it is listed: its name, what it shows, and where it is read."""

    name: str
    title: str
    network: str
    reading: Reading


def listed() -> list[Listed]:
    """Return the lessons in reading order; those in no group come last."""
    from tracer.template.lessons import lessons

    found = []
    for name, path in lessons().items():
        raw = read_toml(path, head=True)
        found.append(Listed(name, str(raw["title"]), str(raw.get("network", "")), reading_of(raw)))
    return _in_order(found)


def by_heading(found: Sequence[Listed]) -> list[tuple[str, list[Listed]]]:
    """Return lessons in reading order, in groups, each with its heading; the last may have none."""
    return [
        (heading, list(group))
        for heading, group in groupby(found, key=lambda lesson: lesson.reading.heading)
    ]


def matching(found: Sequence[Listed], words: str) -> list[Listed]:
    """Return the lessons whose files have, for each of these words, one that begins with it."""
    from tracer.template.lessons import lessons

    paths = lessons()
    wanted = [re.compile(rf"(?<!\w){re.escape(word)}", re.IGNORECASE) for word in words.split()]

    def text(name: str) -> str:
        return f"{name}\n{read_text(paths[name])}"

    return [one for one in found if all(word.search(text(one.name)) for word in wanted)]


def _in_order(found: Sequence[Listed]) -> list[Listed]:
    """Sort by heading, headings by their first lesson, lessons without an order last."""
    first: dict[str, float] = {}
    for one in found:
        heading, order = one.reading.heading, _order(one)
        first[heading] = min(order, first.get(heading, inf))

    def place(one: Listed) -> tuple[bool, float, str, float, str]:
        heading = one.reading.heading
        return not heading, first[heading], heading, _order(one), one.name

    return sorted(found, key=place)


def _order(one: Listed) -> float:
    return inf if one.reading.order is None else one.reading.order
