"""A real spreadsheet program for tests: recalculate files by force, render them, read them."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import python_calamine

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
needs_office = pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice (soffice)")

# LibreOffice trusts stored values unless its configuration says "always recalculate" (0).
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"
 xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N">
<prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>{locale}</value></prop></item>
</oor:items>
"""


def convert(files: Sequence[Path], out: Path, target: str, locale: str = "en-US") -> list[Path]:
    """Convert files with LibreOffice, everything recalculated; return the new files.

    `locale` is where the reader is: it decides on the decimal sign.
    """
    assert SOFFICE is not None
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        profile = Path(home) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(
            _SETTINGS.format(locale=locale), "utf-8"
        )
        subprocess.run(
            [
                SOFFICE,
                f"-env:UserInstallation={profile.as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                target,
                "--outdir",
                str(out),
                *map(str, files),
            ],
            check=True,
            capture_output=True,
            timeout=900,
        )
    suffix = "." + target.partition(":")[0]
    made = [out / (file.stem + suffix) for file in files]
    for file in made:
        assert file.is_file(), f"LibreOffice did not make {file}"
    return made


def recalculated(files: Sequence[Path], out: Path, locale: str = "en-US") -> list[Path]:
    """Return copies of workbooks with every formula computed anew."""
    return convert(files, out, "xlsx:Calc MS Excel 2007 XML", locale)


def numbers(path: Path) -> dict[tuple[str, int, int], object]:
    """Return every stored value of a workbook by sheet, row and column."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    return {
        (title, row, column): value
        for title in book.sheet_names
        for row, cells in enumerate(
            book.get_sheet_by_name(title).to_python(skip_empty_area=False), 1
        )
        for column, value in enumerate(cells, 1)
        if value != ""
    }


def parts(path: Path) -> dict[str, str]:
    """Return a workbook's XML parts as text, by their names in the archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sheet_parts(path: Path) -> dict[str, str]:
    """Return each sheet's XML by its title (the order of the parts is the sheets')."""
    every = parts(path)
    titles = re.findall(r'<sheet [^>]*?name="([^"]+)"', every["xl/workbook.xml"])
    return {
        title: every[f"xl/worksheets/sheet{number}.xml"] for number, title in enumerate(titles, 1)
    }


def with_value(path: Path, out: Path, sheet: str, address: str, value: float) -> Path:
    """Copy a workbook with another stored number in one cell; its formula stays."""
    return with_values(path, out, sheet, {address: value})


def with_values(path: Path, out: Path, sheet: str, values: Mapping[str, float | str]) -> Path:
    """Copy a workbook with other stored numbers or texts; formulas stay.

    A text takes the place of one: a choice that is made by typing it.
    """
    titles = list(sheet_parts(path))
    changed = f"xl/worksheets/sheet{titles.index(sheet) + 1}.xml"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for address, value in values.items() if name == changed else ():
                if isinstance(value, str):
                    typed = html.escape(value, quote=False)
                    content, count = re.subn(
                        rf'(<c r="{address}"[^>]*) t="s"><v>\d+</v>'.encode(),
                        rf'\g<1> t="inlineStr"><is><t>{typed}</t></is>'.encode(),
                        content,
                    )
                    assert count == 1, f"{sheet}!{address} holds no text"
                    continue
                stored = repr(value)
                pattern = rf'(<c r="{address}"[^>]*>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?<v>)[^<]*(</v>)'
                content, count = re.subn(
                    pattern.encode(), rb"\g<1>" + stored.encode() + rb"\g<2>", content
                )
                assert count == 1, f"{sheet}!{address} holds no value"
            target.writestr(name, content)
    return out


@dataclass(frozen=True, slots=True)
class Seen:
    """A cell as LibreOffice shows it: its colour, its number or its text."""

    color: str
    number: float | None
    text: str


BLANK = Seen("", None, "")


class Page(dict[tuple[int, int], Seen]):
    """The cells of a sheet that aren't blank, by row and column; any other is a blank one."""

    def __missing__(self, where: tuple[int, int]) -> Seen:
        return BLANK


def seen(page: Path, sheet: str) -> Page:
    """Return the cells of a sheet of a workbook that was converted to HTML."""
    content = page.read_text("utf-8")
    tables = re.split(r'<a name="table\d+"><h1>[^<]*<em>', content, flags=re.IGNORECASE)[1:]
    table = next(t for t in tables if html.unescape(t.partition("</em>")[0]) == sheet)
    cells = Page()
    # Millions of cells may be blank, all alike.
    known: dict[str, Seen] = {}
    for row, line in enumerate(table.split("</tr>"), 1):
        for column, cell in enumerate(line.split("</td>")[:-1], 1):
            found = known.get(cell)
            if found is None:
                found = known[cell] = _seen(cell)
            if found is not BLANK:
                cells[row, column] = found
    return cells


def _seen(cell: str) -> Seen:
    head, _, inside = cell[cell.index("<td") + 3 :].partition(">")
    color = re.search(r'bgcolor="#(\w+)"', head, re.IGNORECASE)
    number = re.search(r'sdval="([^"]+)"', head, re.IGNORECASE)
    text = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"\s*\n\s*", " ", inside)))
    found = Seen(color[1] if color else "", float(number[1]) if number else None, text.strip())
    return BLANK if found == BLANK else found


RELATIVE = 1e-9
#: LibreOffice rounds a difference of nearly equal numbers on purpose, and any program's last
#: bits show where large terms cancel: there, and only in few cells, this much is allowed.
CANCELLED, MOST_CANCELLED = 2e-13, 1e-4

Difference = tuple[tuple[str, int, int], object, object]


def differences(
    first: Path, second: Path, *, texts: bool = True, without: Collection[str] = ()
) -> list[Difference]:
    """Return the cells in which two workbooks' values differ, but on sheets left out.

    Numbers differ beyond 1e-9 of their size. Cells where only the last bits of cancelled
    terms differ count when they are more than one in ten thousand.
    """
    ours, theirs = numbers(first), numbers(second)
    found: list[Difference] = []
    cancelled: list[Difference] = []
    for key in sorted({*ours, *theirs}):
        if key[0] in without:
            continue
        a, b = ours.get(key), theirs.get(key)
        if isinstance(a, int | float) and isinstance(b, int | float):
            if abs(a - b) > RELATIVE * max(abs(a), abs(b)):
                (cancelled if abs(a - b) < CANCELLED else found).append((key, a, b))
        elif a != b and texts:
            found.append((key, a, b))
    return found + cancelled * (len(cancelled) > MOST_CANCELLED * len(ours))
