"""Practice files keep the rules that every workbook keeps."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from openxml_audit import OpenXmlValidator

import tracer
from tests.practice import students
from tests.spreadsheet import sheet_parts
from tests.workbook.test_rules import ALLOWED, CELL
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.sheets.worksheet import HandIn, assignment, self_study
from tracer.workbook.book import write_book
from tracer.workbook.plan.plan import Book

FUNCTIONS = ALLOWED | {"COUNTBLANK", "COUNTIF", "ISERROR", "SUBSTITUTE", "TRIM"}
FORBIDDEN = ("INDIRECT", "OFFSET", "RAND", "NOW", "TODAY", "[", "{")


def _books() -> dict[str, Book]:
    ray = Exercise(tracer.load_template("ray"), 2)
    some = Exercise(students.softmax(), 2, BlankChoice(("all",), 0.4, 2))
    live = Exercise(students.softmax(), 2, BlankChoice(("Z", "S"), 0.5, 2), live=True)
    hand_in = HandIn("id", "=1", "@x", "today")
    return {
        "ray": self_study(ray),
        "softmax": self_study(some),
        "two-class": self_study(Exercise(tracer.load_template("two-class"))),
        "wide": self_study(Exercise(tracer.load_template("diary-n-layer"), 1)),
        "ray-assignment": assignment(ray, hand_in),
        "softmax-assignment": assignment(live, hand_in),
    }


@pytest.mark.parametrize("name", _books())
def test_files_are_valid_and_formulas_plain(name: str, tmp_path: Path) -> None:
    book = _books()[name]
    write_book(book, tmp_path / "a.xlsx")
    write_book(_books()[name], tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    assert [str(e) for e in OpenXmlValidator().validate(str(tmp_path / "a.xlsx")).errors] == []
    formulas = 0
    for title, xml in sheet_parts(tmp_path / "a.xlsx").items():
        for cell in CELL.finditer(xml):
            if cell[5] is None:
                continue
            formulas += 1
            code = re.sub(r'"[^"]*"', '""', html.unescape(cell[5]))
            assert len(html.unescape(cell[5])) <= 8_192, (title, cell[1], cell[2])
            assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", code)) <= FUNCTIONS, code
            assert not [word for word in FORBIDDEN if word in code], code
            assert cell[6] is not None, f"no value in {title} {cell[1]}{cell[2]}"
        # Excel keeps colours that other sheets decide out of old versions.
        for formula in re.findall(r"<cfRule.*?<formula>(.*?)</formula>", xml):
            assert "!" not in formula
    assert formulas == book.live_cells()
    titles = [sheet.title for sheet in book.sheets]
    assert len(set(titles)) == len(titles) and max(map(len, titles)) <= 31
