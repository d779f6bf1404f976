"""Names that every spreadsheet program accepts for a range."""

from __future__ import annotations

import re
from collections.abc import Iterable

_ADDRESS = re.compile(r"^[A-Za-z]{1,3}\d+$")
# R, C, R1, C2, R1C1 and RC are addresses in the other notation.
_ROW_COLUMN = re.compile(r"^([Rr]\d*)?([Cc]\d*)?$")
LONGEST_NAME = 255


def refused(name: str) -> bool:
    """Say whether Excel refuses this as a name or reads it as an address."""
    return bool(
        _ADDRESS.match(name) or _ROW_COLUMN.match(name) or name.casefold() in ("true", "false")
    )


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a range name for each quantity: its own, with underscores where it must differ.

    Range names ignore case: of `X` and `x`, the second gets an underscore.
    """
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        candidate = name[: LONGEST_NAME - 8]
        while refused(candidate) or candidate.casefold() in taken:
            candidate += "_"
        taken.add(candidate.casefold())
        safe[name] = candidate
    return safe
