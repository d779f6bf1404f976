"""A real spreadsheet program for tests: recalculate files by force, render them, read them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (soffice)")

# LibreOffice trusts stored values unless its configuration says "always recalculate" (0).
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def convert(files: Sequence[Path], out: Path, target: str) -> list[Path]:
    """Convert files with LibreOffice, everything recalculated; return the new files."""
    assert SOFFICE is not None
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        profile = Path(home) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_SETTINGS)
        subprocess.run(
            [
                SOFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
                "--convert-to", target, "--outdir", str(out), *map(str, files),
            ],
            check=True, capture_output=True, timeout=900,
        )  # fmt: skip
    suffix = "." + target.partition(":")[0]
    made = [out / (file.stem + suffix) for file in files]
    for file in made:
        assert file.is_file(), f"LibreOffice did not make {file}"
    return made


def recalculated(files: Sequence[Path], out: Path) -> list[Path]:
    """Return copies of workbooks with every formula computed anew."""
    return convert(files, out, "xlsx:Calc MS Excel 2007 XML")


def numbers(path: Path) -> dict[tuple[str, int, int], object]:
    """Return every stored value of a workbook by sheet, row and column."""
    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    try:
        return {
            (sheet.title, row, column): value
            for sheet in book.worksheets
            for row, cells in enumerate(sheet.iter_rows(values_only=True), 1)
            for column, value in enumerate(cells, 1)
            if value is not None
        }
    finally:
        book.close()


def formulas(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield every formula of a workbook: sheet, address, text (shared ones once a cell)."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    yield sheet.title, cell.coordinate, str(cell.value)


def differences(
    first: Path, second: Path, relative: float = 1e-9
) -> list[tuple[tuple[str, int, int], object, object]]:
    """Return the cells in which two workbooks' values differ."""
    ours, theirs = numbers(first), numbers(second)
    found = []
    for key in sorted({*ours, *theirs}):
        a, b = ours.get(key), theirs.get(key)
        if isinstance(a, int | float) and isinstance(b, int | float):
            if abs(a - b) > relative * max(abs(a), abs(b)) and abs(a - b) > 1e-300:
                found.append((key, a, b))
        elif a != b and not (isinstance(a, str) and str(b) == a):
            found.append((key, a, b))
    return found
