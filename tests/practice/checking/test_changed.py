"""Sheets that came back changed, or saved by other programs: found again or refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from tests.practice.students import exact, fill
from tracer.errors import DataError
from tracer.practice.answers.marks import Verdict
from tracer.practice.checking.checking import check_workbook
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.sheets.handing_out import write_self_study
from tracer.template.lessons import load_template

RAY = Exercise(load_template("ray"), 1, BlankChoice(("forward",)))
SHEET = "Iteration 1"
Change = Callable[[Worksheet], object]


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("changed")
    write_self_study(RAY, folder / "blank.xlsx")
    return fill(RAY, folder / "blank.xlsx", folder / "a.xlsx", exact(RAY))


def changed(answered: Path, out: Path, change: Change) -> Path:
    book = openpyxl.load_workbook(answered)
    change(book[SHEET])
    book.save(out)
    return out


def _move_block(sheet: Worksheet) -> None:
    sheet.move_range("N25:P29", rows=0, cols=4)


def _earlier(sheet: Worksheet) -> None:
    """Make the sheet of an earlier version: another row at the top, sizes without brackets."""
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and cell.value.startswith("["):
                cell.value = cell.value.strip("[]")
    sheet.insert_rows(3)


FOUND: dict[str, Change] = {
    "as it was": lambda sheet: None,
    "a row below the legend": lambda sheet: sheet.insert_rows(4),
    "three rows between two steps": lambda sheet: sheet.insert_rows(31, 3),
    "an empty row deleted": lambda sheet: sheet.delete_rows(4),
    "a column before everything": lambda sheet: sheet.insert_cols(1),
    "a column between operands and result": lambda sheet: sheet.insert_cols(13),
    "a block moved to the right": _move_block,
    "the layout of an earlier version": _earlier,
    "a given number typed over": lambda sheet: sheet.cell(9, 1, 7),
}


@pytest.mark.parametrize("name", FOUND)
def test_answers_are_found_again(name: str, answered: Path, tmp_path: Path) -> None:
    report = check_workbook(changed(answered, tmp_path / "b.xlsx", FOUND[name]))
    assert report.right
    assert report.counts[Verdict.RIGHT] == 28


def _sort(sheet: Worksheet) -> None:
    """Sort the rows of step 2's block by their last column."""
    rows = [[cell.value for cell in row] for row in sheet["A26:P28"]]
    for i, row in enumerate(sorted(rows, key=lambda row: float(row[15]))):
        for j, value in enumerate(row):
            sheet.cell(26 + i, 1 + j, value)


LOST: dict[str, tuple[Change, str]] = {
    "a row within a block": (lambda sheet: sheet.insert_rows(27), "the block “X” can't"),
    "a row of a block deleted": (lambda sheet: sheet.delete_rows(27), "the block “X” can't"),
    "a name deleted": (
        lambda sheet: sheet.cell(25, 14).__setattr__("value", None),
        "the block “hidden_layer_input” can't",
    ),
    "rows sorted": (_sort, "the numbers of “X” stand in another order"),
}


@pytest.mark.parametrize("name", LOST)
def test_what_can_t_be_found_is_told_by_one_line(name: str, answered: Path, tmp_path: Path) -> None:
    change, message = LOST[name]
    with pytest.raises(DataError) as error:
        check_workbook(changed(answered, tmp_path / "b.xlsx", change))
    assert f"its sheet '{SHEET}' was changed: {message}" in str(error.value)
    assert "\n" not in str(error.value)


def test_formulas_without_a_stored_value_are_told(answered: Path, tmp_path: Path) -> None:
    def calculate(sheet: Worksheet) -> None:
        for row in range(26, 29):
            sheet.cell(row, 14, f"=A{row}*F26")

    report = check_workbook(changed(answered, tmp_path / "b.xlsx", calculate))
    assert "3 formulas have no stored value: open the file, save it" in " ".join(
        str(report).split()
    )


TEXTS = {
    "1.48 V": "“1.48 V” is not a number; write it without a unit.",
    "ca. 1,48": "“ca. 1,48” is not a number; write the number alone.",
    "1/2/2026": "“1/2/2026” is not a number, but a date; write a fraction as a formula",
    "none": "“none” is not a number.",
}


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_no_number_is_named(text: str, answered: Path, tmp_path: Path) -> None:
    path = changed(answered, tmp_path / "b.xlsx", lambda sheet: sheet.cell(26, 14, text))
    said = " ".join(str(check_workbook(path)).split())
    assert f"({SHEET}!N26): {TEXTS[text]}" in said


#: How other programs save a workbook: the command, with the file and the new one's ending.
PROGRAMS = {
    "soffice": ["soffice", "--headless", "--convert-to"],
    "ssconvert": ["ssconvert"],
}


@pytest.mark.slow
@pytest.mark.parametrize("suffix", [".xlsx", ".ods"])
@pytest.mark.parametrize("program", PROGRAMS)
def test_files_that_other_programs_save_are_read(
    program: str, suffix: str, answered: Path, tmp_path: Path
) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    (tmp_path / "out").mkdir()
    saved = tmp_path / "out" / f"a{suffix}"
    more = [str(answered), str(saved)]
    if program == "soffice":
        profile = f"-env:UserInstallation=file://{tmp_path}/profile"
        more = [suffix[1:], "--outdir", str(saved.parent), profile, str(answered)]
    subprocess.run([*PROGRAMS[program], *more], check=True, capture_output=True, timeout=300)
    report = check_workbook(saved)
    assert report.right
    assert report.counts[Verdict.RIGHT] == 28
