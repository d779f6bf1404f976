"""Texts as XML: escaped, cut to a cell's size, and each once in the file's table."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: Of UTF-16's units, in which a cell's size is counted.
_LONGEST = 32_767
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class Texts:
    """The file's table of texts: every text once, cells name its number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._used = 0

    def number(self, text: str) -> int:
        """Return a text's number in the table."""
        self._used += 1
        return self._numbers.setdefault(clean(text), len(self._numbers))

    def xml(self) -> bytes:
        """Return the table as XML."""
        items = "".join(
            f"<si><t{_space(text)}>{escape(text, quote=False)}</t></si>" for text in self._numbers
        )
        return (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            f'<sst xmlns="{_MAIN}" count="{self._used}" uniqueCount="{len(self._numbers)}">'
            f"{items}</sst>"
        ).encode()


def _space(text: str) -> str:
    return ' xml:space="preserve"' if text != text.strip() else ""


@lru_cache(maxsize=4_096)
def escaped(text: str) -> str:
    """Return text for XML, with its percent signs safe from filling in."""
    return escape(clean(text), quote=False).replace("%", "%%")


def clean(text: str) -> str:
    """Return text without the characters that XML can't hold, cut to a cell's size."""
    text = _CONTROL.sub("", text)[:_LONGEST]
    if 2 * len(text) <= _LONGEST or text.isascii():
        return text
    return text.encode("utf-16-le")[: 2 * _LONGEST].decode("utf-16-le", "ignore")
