"""What a stranger's file may cost, and how it is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

# At runtime only where a refusal is told: the process that reads files starts without texts.
if TYPE_CHECKING:
    from tracer.wording import Said

#: What files with sheets are called.
WORKBOOKS: Final = (".xlsx", ".xlsm", ".ods")
#: Other kinds, of which another program can make such.
OTHER_WORKBOOKS: Final = (".numbers", ".xls", ".xlsb", ".fods", ".gnumeric")
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
    """A file that can't be used: why, in one line, without the file's name.

    `key` is one of the wording's section `refused`, and `values` what its placeholders hold. As
    a text the error is in the language of the commands.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        """Refuse a file."""
        super().__init__(key)
        self.key, self.values = key, values

    @property
    def said(self) -> Said:
        """What it says, without a language."""
        from tracer.wording import Said

        return Said(f"refused.{self.key}", self.values)

    def __str__(self) -> str:
        from tracer.wording import load

        return load().say(self.said)
