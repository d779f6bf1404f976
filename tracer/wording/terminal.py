"""Texts for a terminal: lines of one width, and tables in columns."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from unicodedata import category

#: Characters of a line.
LINE = 96


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows as lines, each column as wide as its longest text."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def wrapped(
    text: str, indent: str = "", hanging: str = "", *, whole_words: bool = True
) -> list[str]:
    """Return a text in lines, the first after `indent`, further ones after `hanging`.

    Not to keep words whole lets a line end behind a hyphen, and cuts a longer word than a line.
    """
    return wrap(
        text,
        LINE,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=not whole_words,
        break_on_hyphens=not whole_words,
    )


def shown(text: str) -> str:
    """Return a text that a terminal shows and doesn't obey: `\\x1b` for the sign that it means.

    A text may come from a file: with an escape a title could set the clipboard, or hide what
    stands before it. Lines stay lines; what joins the letters of some scripts stays, too.
    """
    return "".join(map(_harmless, text))


#: Control and format characters that only shape words: joiners, a soft hyphen.
_SHAPING = frozenset("\n\u200c\u200d\u00ad")


def _harmless(sign: str) -> str:
    if sign.isprintable() or sign in _SHAPING or category(sign) == "Zs":
        return sign
    return " " if sign == "\t" else sign.encode("unicode_escape").decode("ascii")
