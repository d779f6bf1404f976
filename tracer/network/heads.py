"""Where a table's headings are: under titles, in the first row, or nowhere."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from tracer.data.numbers import read_number
from tracer.data.tables import Rows
from tracer.wording import Said

#: So many rows are looked at.
LOOKED_AT = 50
_YEARS = (1800, 2200)


def find_header(rows: Rows, file: str) -> tuple[int | None, Said | None]:
    """Return the row of the headings (None: the first; 0: there is none), and a note on it.

    Titles are rows with one text above a table of more columns. A first row has no headings
    where it has numbers above all numbers, unless they are years in order.
    """
    if not rows:
        return None, None
    filled = [sum(map(bool, fields)) for _, fields in rows[:LOOKED_AT]]
    usual = Counter(filled).most_common(1)[0][0]
    titles = next((k for k, count in enumerate(filled) if count > 1), 0) if usual > 1 else 0
    if titles:
        row = rows[titles][0]
        return row, Said("new.data_header", {"file": file, "row": row})
    if len(rows) > 1 and _looks_like_data(rows[0][1], rows[1][1]):
        last = f"x{len(rows[0][1])}"
        return 0, Said("new.data_headless", {"file": file, "last": last})
    return None, None


def _looks_like_data(first: tuple[str, ...], second: tuple[str, ...]) -> bool:
    below = [read_number(text) for text in second]
    above = [
        read_number(text) for text, number in zip(first, below, strict=False) if number is not None
    ]
    numbers = [number for number in above if number is not None]
    return bool(above) and len(numbers) == len(above) and not _years(numbers, below)


def _years(headings: list[float], below: list[float | None]) -> bool:
    """Say whether numbers are years in order, and what is below them is none."""
    low, high = _YEARS
    return (
        len(headings) > 1
        and all(low <= year <= high and year == int(year) for year in headings)
        and all(a + 1 == b or a - 1 == b for a, b in pairwise(headings))
        and not all(low <= number <= high for number in below if number is not None)
    )
