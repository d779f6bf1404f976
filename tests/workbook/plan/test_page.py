"""The kit for sheets: how a sheet opens, what is drawn on it, and what every cell is for."""

from __future__ import annotations

from typing import get_args

from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import ROLES
from tracer.workbook.plan.plan import Link, Pattern
from tracer.workbook.plan.roles import STORED, CellRole


def _texts(page: Page) -> list[tuple[int, int, str, str | None]]:
    return [(cell.row, cell.column, cell.role, cell.text) for cell in page.pattern.cells]


def test_every_role_has_a_look_and_every_look_a_role() -> None:
    assert set(get_args(CellRole)) == set(ROLES)
    assert all(ROLES[stored].italic and stored in ROLES for stored in STORED.values())


def test_a_sheet_opens_with_its_title_a_link_back_and_a_subtitle() -> None:
    page = Page("Sums", heading="All sums", back=(6, "Start"), subtitle="Of every row.")
    assert _texts(page) == [
        (1, 1, "title", "All sums"),
        (1, 6, "link", "Start"),
        (2, 1, "subtitle", "Of every row."),
    ]
    assert page.sheet.title == "Sums" and page.sheet.links == [Link(1, 6, "Start")]
    assert page.pattern.heights == {1: 27.0} and page.row == 4


def test_a_sheet_is_drawn_from_the_top_down() -> None:
    page = Page("Sums")
    page.heading("Rows", columns=2)
    assert page.line("one") == 6 and page.pair("label", "two", "the second") == 7
    page.heads(["name", "sum"], left=1)
    page.link(page.row, 3, "Start", "back")
    page.hold(4, 2)
    assert _texts(page)[1:] == [
        (5, 1, "band", "Rows"),
        (5, 2, "band", ""),
        (6, 1, "line", "one"),
        (7, 1, "label", "two"),
        (7, 2, "meaning", "the second"),
        (8, 1, "subhead_left", "name"),
        (8, 2, "subhead", "sum"),
        (9, 3, "link", "back"),
    ]
    assert (page.sheet.freeze, page.sheet.repeat_rows) == ((4, 2), 3)


def test_a_pattern_knows_how_far_it_reaches_whenever_it_is_asked() -> None:
    pattern = Pattern()
    assert pattern.extent() == (1, 1)
    pattern.number(3, 2, "number", 1.5, "0.0")
    assert pattern.extent() == pattern.extent() == (3, 2)
    pattern.verbatim(2, 9, "field", "=not a formula")
    assert pattern.extent() == (3, 9)


def test_a_cell_shows_what_its_formula_gives_now() -> None:
    pattern = Pattern()
    pattern.live(1, 1, "shown", "A2+1", 3.0, "0.00")
    pattern.live(1, 2, "shown", 'IF(A2="","",A2)', "")
    pattern.of_state(1, 3, "result", 7, "0.000", "A1*2")
    number, text, state = pattern.cells
    assert (number.number, number.text, number.format) == (3.0, None, "0.00")
    assert (text.number, text.text, text.format) == (None, "", "General")
    assert (state.at, state.formula, state.format) == (7, "A1*2", "0.000")
    assert pattern.formulas() == 3
