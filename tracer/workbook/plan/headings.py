"""How much room the headings of data columns take: as wide as they are, up to a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

#: In characters; longer headings are wrapped.
NARROWEST, WIDEST = 10.0, 20.0
#: A bold character in columns' characters, what stays free beside them, and a line in points.
_BOLD, _BESIDE, _LINE = 1.15, 1.5, 15.0


def heading_width(heading: str) -> float:
    """Return how wide a heading's column is, in characters."""
    return min(max(NARROWEST, len(heading) * _BOLD + _BESIDE), WIDEST)


def heading_height(headings: Sequence[str]) -> float:
    """Return how high a row of headings is, in points."""
    return max(ceil((len(text) * _BOLD + _BESIDE) / WIDEST) for text in headings) * _LINE
