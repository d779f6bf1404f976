"""Addresses of cells. Imports nothing, so that the reader of strangers' files may use it, too."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=20_000)
def column_letters(column: int) -> str:
    """Return a column's letters: 1 → A, 27 → AA; none below 1."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
