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
WIDTH, HEIGHT = (11 - 0.6) * 72, (210 / 25.4 - 1.05) * 72
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
            # In LibreOffice, where columns are widest: in Excel a character takes 5.25 points.
            wide = sum(sheet.widths.get(c, sheet.width) for c in shown) * 5.55
            assert wide * paged.scale / 100 <= WIDTH, sheet.title
        if sheet.table is None:
            for number, (first, last) in enumerate(_pages(sheet, paged)):
                rows = range(first, last + 1)
                high = sum(sheet.pattern.heights.get(row, 15.0) for row in rows)
                if number:
                    again = range(1, sheet.repeat_rows + 1)
                    high += sum(sheet.pattern.heights.get(row, 15.0) for row in again)
                assert high * paged.scale / 100 <= HEIGHT, (sheet.title, first, last)


#: Blocks and entries of more columns or rows than these may be cut: a page may not hold them.
WIDE, HIGH = 17, 25
OTHERS = [
    pytest.param(name, marks=pytest.mark.slow)
    for name in tracer.template_names()
    if name not in LESSONS
]


def _run(there: set[tuple[int, int]], cell: tuple[int, int], step: tuple[int, int]) -> int:
    """Return how many cells are there side by side, through a cell, in a direction."""
    count = 1
    for sign in (1, -1):
        row, column = cell
        while (row := row + sign * step[0], column := column + sign * step[1]) in there:
            count += 1
    return count


@pytest.mark.parametrize("name", [*LESSONS, *OTHERS])
def test_pages_end_between_blocks(name: str) -> None:
    """On iteration sheets, Preparation and Explore; its bench shows other things all the time."""
    template = tracer.load_template(name)
    book = plan_book(trace_template(template, 1), BookOptions(sheets=[1]))
    for sheet in book.sheets:
        if not sheet.title.startswith(("Iteration", "Explore", "Preparation")):
            continue
        paged = paging(sheet, LOOKS)
        cells = [c for c in sheet.pattern.cells if c.role != "bench" and c.column <= paged.last[1]]
        there = {(c.row, c.column) for c in cells if c.at is not None or c.number is not None}
        for end in paged.columns:
            cut = [(r, c) for r, c in there if c == end and (r, c + 1) in there]
            # With columns wider than usual, a page holds fewer than blocks are laid out for.
            wider = sum(sheet.widths.get(c, sheet.width) > 10 for c in range(1, end))
            assert wider > 5 or all(_run(there, at, (0, 1)) > WIDE for at in cut), end
        if sheet.title.startswith("Iteration"):
            # Bands are set in lines; of wider blocks only the beginning is printed.
            every = {(c.row, c.column) for c in sheet.pattern.cells if c.at is not None}
            assert paged.beyond == any(_run(every, at, (0, 1)) > WIDE for at in every)
            assert not paged.columns
        for end in paged.rows:
            cut = [(r, c) for r, c in there if r == end and (r + 1, c) in there]
            assert all(_run(there, at, (1, 0)) > HIGH for at in cut), (sheet.title, end)


@pytest.mark.parametrize("name", LESSONS)
def test_no_entry_is_cut(name: str, sheets: Mapping[str, list[Sheet]]) -> None:
    """What stands beside a wrapped place on Article, or under a term on Glossary, stays with it."""
    for sheet in sheets[name]:
        if sheet.title == "Article":
            held = sheet.repeat_rows + 1
            labels = {c.row for c in sheet.pattern.cells if c.column == 1 and c.row > held}
            entries = {c.row for c in sheet.pattern.cells if c.column == 4 and c.row > held}
            inside = (labels | {*range(held, sheet.extent()[0] + 1)}) - entries
            assert not {end + 1 for end in paging(sheet, LOOKS).rows} & inside
        elif sheet.title == "Glossary":
            terms = {c.row for c in sheet.pattern.cells if c.column == 1 and c.role == "label"}
            assert {end + 1 for end in paging(sheet, LOOKS).rows} <= terms


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
        assert (chart.at[1] - 1) * 55.5 + 14.5 / 2.54 * 72 <= WIDTH * 100 / paged.scale


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
