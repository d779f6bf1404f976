"""What a stranger's file may cost, and how it is refused."""

from __future__ import annotations

from typing import Final

FILE_BYTES: Final = 20_000_000
MEMBERS: Final = 2_000
DIRECTORY_BYTES: Final = 1_000_000
UNPACKED_BYTES: Final = 200_000_000
PART_BYTES: Final = 100_000_000
#: Parts above this size may not be packed more tightly than RATIO to 1.
RATIO_FROM, RATIO = 1_000_000, 200
SHEETS: Final = 500
ROWS: Final = 200_000
CELLS: Final = 600_000
ELEMENTS: Final = 1_400_000
STRINGS: Final = 300_000
STYLES: Final = 65_000
TEXT: Final = 32_767
#: Cells that are handed on where a whole sheet is asked for.
CELLS_RETURNED: Final = 50_000
NUMBERS: Final = 200_000
ANSWER_CHARACTERS: Final = 40_000_000
SECONDS: Final = 60.0
MEMORY_BYTES: Final = 500_000_000


class RefusedError(Exception):
    """A file that can't be used: its text says why, in one line, without the file's name."""
