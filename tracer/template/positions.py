"""Where the texts of a TOML file stand: the line on which each begins.

A walk over a file that is known to be TOML. It reads no values, so it needs no more of the
grammar than where keys, texts, lists and tables begin and end (TOML 1.0).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping

#: How to get to a value: keys, and the position in a list.
Place = tuple[str | int, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_TEXT = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' + r"'''.*?'{3,5}|" + r'"(?:\\.|[^"\\\n])*"|' + r"'[^'\n]*'",
    re.DOTALL,
)
_BARE = re.compile(r"[\w-]+")
#: A list of numbers: most of a large file.
_FLAT = re.compile(r"\[[^\[\]\"'#{}]*\]")
_OTHER = re.compile(r"[^,\]}\n#]+")


def text_lines(text: str) -> dict[Place, int]:
    """Return the line on which each text begins, from 1; of one over several, its first words'.

    `("steps", 0, "equations", 1)` is the second equation of the first step.
    """
    walk = _Walk(text)
    walk.file()
    return walk.lines


class _Walk:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Place, int] = {}
        #: How often each `[[…]]` has been met.
        self._counts: dict[Place, int] = {}
        self._passed = 0
        self._line = 1

    def file(self) -> None:
        table: Place = ()
        while self._skip(_BLANK) < len(self.text):
            if self._takes("[["):
                table = self._next_of(self._key())
                self._skip(re.compile(r"\s*\]\]"))
            elif self._takes("["):
                table = self._within(self._key())
                self._skip(re.compile(r"\s*\]"))
            else:
                self._pair(table)

    def _next_of(self, key: Place) -> Place:
        """Return the place of the next table of a list of tables."""
        lists = self._within(key[:-1]) + key[-1:]
        self._counts[lists] = self._counts.get(lists, -1) + 1
        return (*lists, self._counts[lists])

    def _within(self, key: Place) -> Place:
        """Return a table's place: of a list of tables on the way, the last is meant."""
        place: Place = ()
        for part in key:
            place = (*place, part)
            if place in self._counts:
                place = (*place, self._counts[place])
        return place

    def _pair(self, table: Place) -> None:
        key = self._key()
        self._skip(re.compile(r"\s*=[ \t]*"))
        self._value(table + key)

    def _key(self) -> Place:
        parts: list[str] = []
        while True:
            self._skip(_SPACE)
            quoted = _TEXT.match(self.text, self.at)
            match = quoted or _BARE.match(self.text, self.at)
            if match is None:
                return tuple(parts)
            parts.append(_value_of(match[0]) if quoted else match[0])
            self.at = match.end()
            self._skip(_SPACE)
            if not self._takes("."):
                return tuple(parts)

    def _value(self, place: Place) -> None:
        if flat := _FLAT.match(self.text, self.at):
            self.at = flat.end()
        elif self._takes("["):
            count = 0
            while self._more("]"):
                self._value((*place, count))
                count += 1
        elif self._takes("{"):
            while self._more("}"):
                self._pair(place)
        elif match := _TEXT.match(self.text, self.at):
            words = re.match(r"(?:\"\"\"|'''|[\"'])\s*", match[0])
            self.lines[place] = self._line_at(match.start() + (words.end() if words else 0))
            self.at = match.end()
        else:
            self._skip(_OTHER)

    def _more(self, end: str) -> bool:
        """Say whether a list or table goes on; stand at its next item."""
        self._skip(_BLANK)
        if self._takes(","):
            self._skip(_BLANK)
        return self.at < len(self.text) and not self._takes(end)

    def _takes(self, sign: str) -> bool:
        found = self.text.startswith(sign, self.at)
        self.at += len(sign) * found
        return found

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self.text, self.at)
        # What isn't understood is passed sign by sign, so that the walk always ends.
        self.at = (
            match.end() if match and (match.end() > self.at or pattern in _EMPTY) else (self.at + 1)
        )
        return self.at

    def _line_at(self, position: int) -> int:
        self._line += self.text.count("\n", self._passed, position)
        self._passed = position
        return self._line


_EMPTY = (_BLANK, _SPACE)


def _value_of(text: str) -> str:
    """Return what a quoted key says."""
    read: Mapping[str, str] = tomllib.loads(f"key = {text}")
    return read["key"]
