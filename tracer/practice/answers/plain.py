"""Text that came from a file, made harmless for a terminal."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return a text with control and direction characters replaced; lines stay lines."""
    return "".join(c if c == "\n" or c.isprintable() else " " if c.isspace() else "?" for c in text)
