"""Spreadsheet engines besides LibreOffice, each of its own making, that calculate a workbook.

They get copies in which no formula has a value, so that there is nothing to trust: what they say,
they have computed.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from openpyxl.utils.cell import coordinate_to_tuple

from tests.spreadsheet import numbers, sheet_parts

#: A cell by its sheet's title, its row and its column, from 1.
Cell = tuple[str, int, int]
Values = Mapping[Cell, object]

_FORMULA = re.compile(
    r'<c r="(\w+)"(?P<attributes>[^>]*)>'
    r"<f[^>]*?(?:/>|>(?P<formula>[^<]*)</f>)<v>(?P<value>[^<]*)</v>"
)
_VALUE = re.compile(rb"(<f[^>]*/>|</f>)<v>[^<]*</v>")


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell with a formula of its own (or none: a shared one) and what it holds."""

    formula: str
    value: float | str


def computed(path: Path) -> dict[Cell, Computed]:
    """Return every cell of a workbook that has a formula; errors and truths as texts."""
    found: dict[Cell, Computed] = {}
    for title, part in sheet_parts(path).items():
        for cell in _FORMULA.finditer(part):
            row, column = coordinate_to_tuple(cell[1])
            number = ' t="' not in cell["attributes"]
            value = float(cell["value"]) if number else unescape(cell["value"])
            found[title, row, column] = Computed(unescape(cell["formula"] or ""), value)
    return found


def without_values(path: Path, out: Path) -> Path:
    """Copy a workbook without any formula's value; the formulas stay."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = _VALUE.sub(rb"\1", content)
            target.writestr(name, content)
    assert not computed(out)
    return out


@dataclass(frozen=True, slots=True)
class Engine:
    """A spreadsheet engine: whether it is here, what installs it, and how it is asked.

    `calculate` takes a workbook and the cells that are wanted, and may write beside the workbook.
    """

    here: bool
    install: str
    calculate: Callable[[Path, Collection[Cell]], Values]


def resaved_by_gnumeric(path: Path, out: Path) -> Path:
    """Have Gnumeric open a workbook, compute all of it and save it as a new one."""
    subprocess.run(
        ["ssconvert", "--recalc", str(path), str(out)], check=True, capture_output=True, timeout=300
    )
    return out


def _gnumeric(path: Path, _: Collection[Cell]) -> Values:
    return numbers(resaved_by_gnumeric(path, path.with_suffix(".gnumeric.xlsx")))


ENGINES = {
    "Gnumeric": Engine(
        shutil.which("ssconvert") is not None, "the Debian package gnumeric", _gnumeric
    ),
}
