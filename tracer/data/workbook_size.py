"""How large an Excel file would be once it is read, found out before it is."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO
from xml.parsers import expat

from tracer import limits
from tracer.errors import DataError

_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_SHEETS = "xl/worksheets/"
_PIECE = 1 << 20


def check_workbook(path: Path) -> None:
    """Raise DataError for a file that would unpack to too much, or that has cells far apart.

    What reads it makes a row of every line and a cell of every column up to the last. A broken
    file is left to what reads it.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if size > limits.UNPACKED.most:
                raise DataError(
                    f"{path}: {size:,} bytes once it is unpacked; at most"
                    f" {limits.UNPACKED.most:,} are read."
                )
            for member in members:
                if member.filename.startswith(_SHEETS) and member.filename.endswith(".xml"):
                    with archive.open(member) as part:
                        _check_area(path, part)
    except (OSError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile):
        return
    except (EOFError, expat.ExpatError):
        return


def _check_area(path: Path, part: IO[bytes]) -> None:
    area = _Spread()
    while piece := part.read(_PIECE):
        area.parser.Parse(piece)
        if area.cells > limits.SHEET.most:
            raise DataError(
                f"{path}: its cells spread over {area.row:,} rows and {area.column:,} columns;"
                f" at most {limits.SHEET.most:,} cells are read, empty ones between them included."
            )


class _Spread:
    """The last row and column of a sheet that have a cell."""

    def __init__(self) -> None:
        self.row = self.column = self._at = 0
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start

    @property
    def cells(self) -> int:
        """How many cells there are up to there."""
        return self.row * self.column

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind, said = name.rpartition(":")[2], attributes.get("r", "")
        if kind == "row":
            self._at = 0
            self.row = max(self.row + 1, int(said) if said.isdecimal() else 0)
        elif kind == "c":
            found = _CELL.fullmatch(said)
            self._at = _number(found[1]) if found else self._at + 1
            self.column = max(self.column, self._at)
            self.row = max(self.row, int(found[2]) if found else 0)


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
