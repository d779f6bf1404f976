"""The sheet of a read program: its lines, what each computes, and the way there."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import tracer
from tracer.template.listing import Listing
from tracer.wording import load
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.sheets.article import code as code_module

PROGRAM = """import numpy as np

X = np.array([[0.5, -1.2], [1.1, 0.3]])
y = np.array([1.0, 0.2])
w = np.zeros(2) + 0.1
for i in range(4):
\te = X @ w - y
\t# the loss
\tloss = np.sum(e ** 2) / 2
\tw = w - 0.1 * X.T @ e
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tracer.ProgramTrace:
    path = tmp_path_factory.mktemp("code") / "net.py"
    path.write_text(PROGRAM, "utf-8")
    return tracer.trace(path)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_each_line_stands_there_and_leads_to_its_band(
    made: tracer.ProgramTrace, lang: str, tmp_path: Path
) -> None:
    wording = load(lang)
    path = tmp_path / "net.xlsx"
    write_book(plan_book(made, BookOptions(lang=lang)), path)
    book = openpyxl.load_workbook(path)
    sheet = book[wording.sheet("code")]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=4, max_col=3)]
    assert rows[0] == [wording("code.number"), wording("code.computes"), "net.py"]
    assert [row[2] for row in rows[1:11]] == [
        line.replace("\t", "    ") or None for line in PROGRAM.split("\n")[:10]
    ]
    assert {row[0]: row[1] for row in rows if row[1] and row is not rows[0]} == {
        "7": "e",
        "9": "loss",
        "10": "w",
    }
    links = {c.value: c.hyperlink.location for c in sheet["B"] if c.hyperlink}
    first = wording("sheets.iteration", number=1)
    for name in ("e", "loss", "w"):
        target, _, cell = links[name].partition("!")
        assert target.strip("'") == first
        assert isinstance(book[first][cell.replace("$", "")].value, str | float)
    said = [c.value for row in book[first].iter_rows() for c in row]
    assert wording("code.from_line", line=10, file="net.py") in said


def test_only_a_read_program_has_the_sheet() -> None:
    book = plan_book(tracer.trace("ray", 1))
    assert load().sheet("code") not in [sheet.title for sheet in book.sheets]


def test_of_a_long_file_the_lines_around_what_it_computes_are_shown(
    made: tracer.ProgramTrace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_module, "MOST_LINES", 4)
    listing = Listing("net.py", tuple(PROGRAM.split("\n")))
    assert code_module._shown(listing, {7: [], 9: []}) == range(6, 10)
