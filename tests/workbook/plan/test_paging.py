"""Print: no step is cut in two, letters are legible, and A4 and Letter both hold a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

import tracer
from tests.spreadsheet import convert, needs_office
from tracer.run.trace import trace_template
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.paging import Paging, paging
from tracer.workbook.plan.palette import PALETTES
from tracer.workbook.plan.plan import Book, LineChart, Sheet

LOOKS = PALETTES["tutorial"].looks
#: As wide as Letter, as high as A4, without the margins; in points.
WIDTH, HEIGHT = (11 - 0.8) * 72, (210 / 25.4 - 1.05) * 72
LESSONS = ("ray", "two-class", "xor", "iris", "lstm", "deep-sigmoid", "exam-scores")


def _book(name: str) -> Book:
    template = tracer.load_template(name)
    trace = trace_template(template, min(template.iterations, 20))
    return plan_book(trace, BookOptions(sheets=[1]))


@pytest.fixture(scope="module")
def sheets() -> Mapping[str, list[Sheet]]:
    return {name: _book(name).sheets for name in LESSONS}


def _pages(sheet: Sheet, paged: Paging) -> Iterator[tuple[int, int]]:
    """Yield the first and the last row of each page."""
    ends = [*paged.rows, paged.last[0]]
    yield from zip([1, *(end + 1 for end in ends)], ends, strict=False)


@pytest.mark.parametrize("name", LESSONS)
def test_a_step_that_fits_a_page_is_on_one(name: str, sheets: Mapping[str, list[Sheet]]) -> None:
    cut = 0
    for sheet in sheets[name]:
        paged = paging(sheet, LOOKS)
        if sheet.table is not None:
            continue
        heads = {c.row for c in sheet.pattern.cells if c.column == 1 and c.role == "band"}
        starts = sorted({1, *heads})
        room = HEIGHT * 100 / paged.scale - sum(
            sheet.pattern.heights.get(row, 15.0) for row in range(1, sheet.repeat_rows + 1)
        )
        for first, below in zip(starts, [*starts[1:], paged.last[0] + 1], strict=True):
            rows = range(first, below)
            # Letters of 12 points make a row a little higher.
            high = sum(sheet.pattern.heights.get(row, 16.3) for row in rows)
            if any(row in paged.rows for row in rows[:-1]):
                cut += 1
                assert high > room, f"{sheet.title}: rows {first} to {below - 1}"
    assert cut < 20


@pytest.mark.parametrize("name", LESSONS)
def test_pages_hold_what_is_on_them_in_legible_letters(
    name: str, sheets: Mapping[str, list[Sheet]]
) -> None:
    for sheet in sheets[name]:
        paged = paging(sheet, LOOKS)
        for cell in sheet.pattern.cells:
            if cell.row <= paged.last[0] and cell.column <= paged.last[1] and cell.text:
                assert LOOKS[cell.role].size * paged.scale / 100 >= 7, (sheet.title, cell)
        ends = [0, *paged.columns, paged.last[1]]
        for before, end in pairwise(ends):
            shown = (c for c in range(before + 1, end + 1) if c not in sheet.hidden)
            # In Excel, a character of a column's width is 7 pixels wide.
            wide = sum(sheet.widths.get(c, sheet.width) for c in shown) * 5.25
            assert wide * paged.scale / 100 <= WIDTH, sheet.title
        if sheet.table is None:
            for number, (first, last) in enumerate(_pages(sheet, paged)):
                rows = range(first, last + 1)
                high = sum(sheet.pattern.heights.get(row, 15.0) for row in rows)
                if number:
                    again = range(1, sheet.repeat_rows + 1)
                    high += sum(sheet.pattern.heights.get(row, 15.0) for row in again)
                assert high * paged.scale / 100 <= HEIGHT, (sheet.title, first, last)


@pytest.mark.parametrize("name", ["ray", "optimizers"])
def test_no_chart_is_cut_and_its_letters_are_legible(name: str) -> None:
    (sheet,) = (sheet for sheet in _book(name).sheets if sheet.title == "Charts")
    paged = paging(sheet, LOOKS)
    assert paged.columns == () and paged.scale * 9 / 100 >= 7
    for chart in sheet.charts:
        assert isinstance(chart, LineChart)
        # 8.4 cm high, 14.5 cm wide.
        rows = range(chart.at[0], chart.at[0] + int(8.4 / 2.54 * 72 / 15))
        assert not set(rows) & set(paged.rows)
        assert (chart.at[1] - 1) * 52.5 + 14.5 / 2.54 * 72 <= WIDTH * 100 / paged.scale


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_a_spreadsheet_program_begins_no_page_of_its_own(
    sheets: Mapping[str, list[Sheet]], tmp_path: Path
) -> None:
    """Its pages are as many as planned; those without anything on them it leaves out."""
    plans: dict[Path, Paging] = {}
    for name in ("ray", "xor", "two-class", "exam-scores"):
        book = _book(name)
        for sheet in book.sheets:
            if sheet.charts and sheet.charts[0].sheet != sheet.title:
                continue
            path = tmp_path / f"{name}-{len(plans)}.xlsx"
            write_book(replace(book, sheets=[sheet], names={}), path)
            plans[path] = paging(sheet, LOOKS)
    written = convert([*plans], tmp_path / "out", "pdf")
    for path, (planned, paged) in zip(written, plans.items(), strict=True):
        count = len(re.findall(rb"/Type\s*/Page\b", path.read_bytes()))
        if paged.columns:
            assert len(paged.rows) + 1 <= count <= paged.pages, planned
        else:
            assert count == paged.pages, planned
