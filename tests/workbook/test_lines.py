"""How an equation's blocks are set in lines, and what of a wide block is printed."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import tracer
from tracer.run.trace import trace_template
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.paging import PAGE_COLUMNS, paging
from tracer.workbook.plan.palette import TUTORIAL
from tracer.workbook.sheets.lines import Extent, in_lines


@pytest.mark.parametrize(
    ("parts", "places"),
    [
        ("4 + 4 = 4", [(0, 1), (0, 5), (0, 6), (0, 10), (0, 11)]),
        # The sign goes along with a block that doesn't fit.
        ("8 + 8 = 8", [(0, 1), (0, 9), (0, 10), (1, 1), (1, 2)]),
        ("8 + 7 = 8", [(0, 1), (0, 9), (0, 10), (1, 1), (1, 2)]),
        # One that fills a line leaves its sign in the line before, or in one of its own.
        ("8 + 17", [(0, 1), (0, 9), (1, 1)]),
        ("17 + 17", [(0, 1), (1, 1), (2, 1)]),
        ("( 17", [(0, 1), (1, 1)]),
        # A block wider than a line has one for itself, sign and all.
        ("4 @ 40 + 1", [(0, 1), (1, 1), (1, 2), (2, 1), (2, 2)]),
        ("( 40 = 40", [(0, 1), (0, 2), (1, 1), (1, 2)]),
    ],
)
def test_where_a_line_ends(parts: str, places: list[tuple[int, int]]) -> None:
    wide = [
        Extent(int(part)) if part.isdigit() else Extent(1, block=False) for part in parts.split()
    ]
    assert PAGE_COLUMNS == 17
    assert in_lines(wide, PAGE_COLUMNS) == places


def test_of_blocks_wider_than_a_page_the_first_columns_are_printed(tmp_path: Path) -> None:
    trace = trace_template(tracer.load_template("ray-100"), 1)
    book = plan_book(trace, BookOptions(sheets=[1]))
    sheets = {sheet.title: sheet for sheet in book.sheets}
    for title, across in (("Inputs", 1), ("Predict", 2), ("Iteration 1", 1)):
        sheet = sheets[title]
        assert sheet.extent()[1] > 100
        paged = paging(sheet, TUTORIAL.looks)
        assert paged.beyond and len(paged.columns) + 1 == across, title
        assert paged.last[1] in range(PAGE_COLUMNS - 1, 2 * PAGE_COLUMNS)
    assert not paging(sheets["Explore"], TUTORIAL.looks).beyond
    iteration = sheets["Iteration 1"]
    narrow = [c for c in iteration.pattern.cells if c.role == "label"]
    assert len(narrow) > 30 and all(c.column <= PAGE_COLUMNS for c in narrow)
    book.sheets = [iteration, sheets["Explore"]]
    book.names = {}
    write_book(book, tmp_path / "wide.xlsx")
    opened = openpyxl.load_workbook(tmp_path / "wide.xlsx")
    feet = [opened[name].oddFooter for name in ("Iteration 1", "Explore")]
    said = [str(foot and foot.center and foot.center.text) for foot in feet]
    assert [book.beyond in text for text in said] == [True, False]
