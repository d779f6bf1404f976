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
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import product
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from tests.spreadsheet import numbers

#: A cell by its sheet's title, its row and its column, from 1.
Cell = tuple[str, int, int]
#: A number, a text or a truth; None for nothing; anything else is an engine's error.
Values = Mapping[Cell, object]

_VALUE = re.compile(rb"(<f[^>]*/>|</f>)<v>[^<]*</v>")
_REFERENCE = re.compile(r"(?:'([^']+)'!|(\w+)!)?\b([A-Z]{1,3}\d+)(?::([A-Z]{1,3}\d+))?\b(?!\()")


@dataclass(frozen=True, slots=True)
class Computed:
    """A cell's formula and what it holds: a number, a text, a truth."""

    formula: str
    value: object


def computed(path: Path) -> dict[Cell, Computed]:
    """Return every cell of a workbook that has a formula."""
    formulas, values = load_workbook(path), load_workbook(path, data_only=True)
    return {
        (sheet.title, row, column): Computed(str(cell.value), "" if held is None else held)
        for sheet, valued in zip(formulas.worksheets, values.worksheets, strict=True)
        for row, (cells, all_held) in enumerate(
            zip(sheet.iter_rows(), valued.iter_rows(values_only=True), strict=True), 1
        )
        for column, (cell, held) in enumerate(zip(cells, all_held, strict=True), 1)
        if cell.data_type == "f"
    }


def mentions(formula: str, sheet: str, cells: Collection[Cell]) -> bool:
    """Say whether a formula on a sheet refers to one of some cells."""
    for quoted, plain, corner, to in _REFERENCE.findall(formula.replace("$", "")):
        top, left = coordinate_to_tuple(corner)
        bottom, right = coordinate_to_tuple(to or corner)
        area = product(range(top, bottom + 1), range(left, right + 1))
        if any((quoted or plain or sheet, *place) in cells for place in area):
            return True
    return False


def without_values(path: Path, out: Path) -> Path:
    """Copy a workbook without any formula's value; the formulas stay."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name.startswith("xl/worksheets/"):
                content = _VALUE.sub(rb"\1", content)
            target.writestr(name, content)
    return out


def resaved_by_gnumeric(path: Path, out: Path) -> Path:
    """Have Gnumeric open a workbook, compute all of it and save it as a new one."""
    subprocess.run(
        ["ssconvert", "--recalc", str(path), str(out)], check=True, capture_output=True, timeout=300
    )
    return out


def _gnumeric(path: Path, _: Collection[Cell]) -> Values:
    return numbers(resaved_by_gnumeric(path, path.with_suffix(".gnumeric.xlsx")))


def _formulon(path: Path, cells: Collection[Cell]) -> Values:
    with import_module("formulon").Workbook.load(path.read_bytes()) as book:
        book.recalc()
        sheets = {book.sheet_name(number): number for number in range(book.sheet_count())}
        return {
            (title, row, column): book.get_value(sheets[title], row - 1, column - 1).to_python()
            for title, row, column in cells
        }


def _ironcalc(path: Path, cells: Collection[Cell]) -> Values:
    book = import_module("ironcalc").load_from_xlsx(str(path), "en", "UTC")
    book.evaluate()
    sheets = [sheet["name"] for sheet in book.get_worksheets_properties()]
    return {
        (title, row, column): book.get_cell_value(sheets.index(title), row, column)
        for title, row, column in cells
    }


def _formualizer(path: Path, cells: Collection[Cell]) -> Values:
    book = import_module("formualizer").load_workbook(str(path))
    book.evaluate_all()
    return {cell: book.get_value(*cell) for cell in cells}


def _betteroffice(path: Path, cells: Collection[Cell]) -> Values:
    book = import_module("betteroffice_xlsx").Workbook.open_recalculated(path.read_bytes())
    return {
        (title, row, column): book[title][f"{get_column_letter(column)}{row}"]
        for title, row, column in cells
    }


@dataclass(frozen=True, slots=True)
class Engine:
    """A spreadsheet engine: whether it is here, what installs it, how it is asked, its faults.

    `calculate` takes a workbook and the cells that are wanted, and may write beside the workbook.
    `faults` are its own, known ones: what a formula has that it gets wrong, and what it does.
    One that is `slow` is not asked for thousands of formulas.
    """

    here: bool
    install: str
    calculate: Callable[[Path, Collection[Cell]], Values]
    faults: Mapping[str, str] = field(default_factory=dict)
    slow: bool = False


def _package(
    name: str,
    calculate: Callable[[Path, Collection[Cell]], Values],
    faults: Mapping[str, str],
    *,
    slow: bool = False,
) -> Engine:
    here = find_spec(name.replace("-", "_")) is not None
    install = f"the Python package {name}: pip install -e '.[engines]'"
    return Engine(here, install, calculate, faults, slow)


ENGINES = {
    "Gnumeric": Engine(
        shutil.which("ssconvert") is not None,
        "ssconvert: the Debian package gnumeric",
        _gnumeric,
        {r'ROUND\([^"]*\)&""': "some rounded numbers become texts of 20 digits"},
    ),
    "formulon": _package("formulon", _formulon, {}, slow=True),
    "IronCalc": _package(
        "ironcalc",
        _ironcalc,
        {
            r"COUNTIF\([^:,]*,": "to count in a single cell is an error",
            r"=0\)=\(": "a comparison of two comparisons loses its brackets",
        },
    ),
    "formualizer": _package("formualizer", _formualizer, {"MMULT": "not known"}),
    "BetterOffice": _package(
        "betteroffice-xlsx", _betteroffice, {r"(\+[^+]*){100}": "more than 100 terms are nothing"}
    ),
}
