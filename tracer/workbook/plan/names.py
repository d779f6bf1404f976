"""Names that every spreadsheet program accepts for a range."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: What begins like a cell's address, whatever follows. Excel refuses a name that begins with one
#: in the notation R1C1, whose letters are another pair in many of its languages: a file with
#: such a name opens with a repair, in those languages. Source: [MS-XLSB] 2.5.166.
_ADDRESS = re.compile(r"[A-Z]{1,3}\d", re.IGNORECASE)
#: The letters of a row and of a column in Excel's languages, alone or together: "this row",
#: "this column", "this cell" (R and C, German Z and S, French L and C, Spanish F and C,
#: Dutch R and K, Finnish R and S, Polish W and K, Hungarian S and O).
_HERE = re.compile(r"[RZLFWS]?[CSKO]?", re.IGNORECASE)
LONGEST_NAME = 255


def refused(name: str) -> bool:
    """Say whether Excel, in any of its languages, refuses this as a name or may take it amiss."""
    return bool(
        _ADDRESS.match(name) or _HERE.fullmatch(name) or name.casefold() in ("true", "false")
    )


def safe_names(names: Iterable[str]) -> dict[str, str]:
    """Return a range name for each quantity: its own, underscores in front where it must differ.

    Range names ignore case: of `X` and `x`, the second gets an underscore.
    """
    taken: set[str] = set()
    safe: dict[str, str] = {}
    for name in names:
        candidate = name[: LONGEST_NAME - 8]
        while refused(candidate) or candidate.casefold() in taken:
            candidate = "_" + candidate
        taken.add(candidate.casefold())
        safe[name] = candidate
    return safe
