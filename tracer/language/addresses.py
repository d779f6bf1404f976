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


def column_number(letters: str) -> int:
    """Return which column some letters name: A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number
