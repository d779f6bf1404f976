"""`--sheets 1-3,10,last`: which iterations get a sheet of their own."""

from __future__ import annotations

from tracer.errors import TracerError

#: More would be a workbook that no spreadsheet opens in reasonable time.
MOST_SHEETS = 2_000
#: Digits that are read of a number: enough to be beyond every last iteration.
MOST_DIGITS = 20


def parse_sheets(text: str | None, iterations: int) -> list[int] | None:
    """Return the iterations that `1-3,10,last` names; None where nothing was asked for.

    Raises TracerError for what can't be read and for iterations there are not.
    """
    if text is None:
        return None
    if text.strip().lower() == "none":
        return []
    chosen: set[int] = set()
    for part in text.split(","):
        chosen.update(_range(part.strip(), iterations))
    return sorted(chosen)


def _range(part: str, iterations: int) -> range:
    """Return what one part such as `3`, `1-3`, `last` or `all` names."""
    first, dash, last = (piece.strip() for piece in part.lower().partition("-"))
    if first == "all" and not dash:
        return _range("1-last", iterations)
    start = _bound(first, part, iterations)
    end = _bound(last, part, iterations) if dash else start
    if start < 1 or end > iterations or start > end:
        raise TracerError(f"--sheets: '{part}' is outside the iterations 1 to {iterations:,}.")
    if end - start >= MOST_SHEETS:
        raise TracerError(
            f"--sheets: '{part}' asks for more than {MOST_SHEETS:,} sheets; the sheet Training"
            " has every iteration anyway."
        )
    return range(start, end + 1)


def _bound(text: str, part: str, iterations: int) -> int:
    if text == "last":
        return iterations
    if not (text.isascii() and text.isdigit()):
        raise TracerError(f"--sheets: '{part}' can't be read; write such as 1-3,10,last.")
    return int(text[:MOST_DIGITS])
