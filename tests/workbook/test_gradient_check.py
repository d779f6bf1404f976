"""The sheet Gradient check: what it says of right and of wrong gradients, and what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import openpyxl
import pytest

import tracer
from tests.work import calls
from tests.workbook.made import Made
from tracer.run.trace import ProgramTrace, trace_template
from tracer.wording import load
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets.gradient_check import gradient_sheet

TITLE = "Gradient check"

#: Lessons that only compute: without a loss there are no gradients.
WITHOUT = {n for n in tracer.template_names() if tracer.load_template(n).loss is None}
#: Not a line of the sheet may be longer than the sheet is wide.
LONGEST = 125


def _sheet(made: Made, *, values: bool = False) -> Any:
    return openpyxl.load_workbook(made.path, data_only=values)[TITLE]


def _planned(trace: ProgramTrace) -> Sheet | None:
    return gradient_sheet(trace, load())


def _texts(sheet: Any) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]


@pytest.mark.parametrize("name", tracer.template_names())
def test_it_stands_before_the_iterations_where_there_is_something_to_check(
    name: str, books: Mapping[str, Made]
) -> None:
    titles = [sheet.title for sheet in books[name].book.sheets]
    assert (TITLE in titles) is (name not in WITHOUT)
    if TITLE in titles:
        assert titles.index("Training") < titles.index(TITLE) < titles.index("Iteration 1")
        sheet = books[name].book.sheets[titles.index(TITLE)]
        assert sheet.extent()[0] < 250 * len(books[name].template.parameters)
        assert max(len(cell.text or "") for cell in sheet.pattern.cells) <= LONGEST
        assert [(link.row, link.column, link.sheet) for link in sheet.links] == [(1, 6, "Start")]


def test_a_right_network_agrees(books: Mapping[str, Made]) -> None:
    sheet = _sheet(books["ray"])
    texts = _texts(sheet)
    assert texts.count("✓ agrees") == 5
    assert "✗ differs" not in texts
    assert texts.count("step / gradient = lr") == 4
    assert any("They do not follow the sheet Inputs" in text for text in texts)


@pytest.mark.parametrize(
    ("name", "wrong", "words"),
    [
        ("ray-r", "bh: see below", 'Step 11 "New hidden weights and biases" is the first'),
        ("ray-step7", "wh, bh, wout, bout: see below", 'Step 7 "Delta at the output layer" is'),
        ("two-class-as-coded", "weights_h, weights_y: see below", 'Step 8 "Gradients of the'),
    ],
)
def test_a_wrong_one_is_said_to_be(
    name: str, wrong: str, words: str, books: Mapping[str, Made]
) -> None:
    texts = _texts(_sheet(books[name]))
    assert texts.count("✗ differs") == 1 + wrong.count(",") + 1
    assert wrong in texts
    assert any(text.startswith(words) for text in texts)


def test_the_numbers_are_stored_and_the_largest_is_live(books: Mapping[str, Made]) -> None:
    sheet, values = _sheet(books["ray-r"]), _sheet(books["ray-r"], values=True)
    live = [c for row in sheet.iter_rows() for c in row if str(c.value).startswith("=")]
    assert len(live) == 4
    for cell in live:
        first, _, last = cell.value.removeprefix("=MAX(").removesuffix(")").partition(":")
        stored = [c.value for (c,) in sheet[f"{first}:{last}"]]
        assert all(isinstance(value, float) for value in stored)
        assert values[cell.coordinate].value == max(stored)
    (wh, bh, *_) = live
    assert values[wh.coordinate].value < 1e-6 < values[bh.coordinate].value


def test_what_is_special_is_said() -> None:
    rounded = _planned(tracer.trace("ray", 1, decimals=2))
    batch = _planned(tracer.trace("two-class-rows", 1))
    large = _planned(tracer.trace("diary-mnist", 1))
    for sheet, words in (
        (rounded, "without the rounding"),
        (batch, "the first batch"),
        (large, "12 of 153,664 elements"),
    ):
        assert sheet is not None
        assert any(words in (cell.text or "") for cell in sheet.pattern.cells)


def test_changed_values_are_the_ones_checked() -> None:
    plain = _planned(tracer.trace("ray", 1))
    changed = _planned(tracer.trace("ray", 1, wout=[[1], [2], [3]]))
    assert plain is not None and changed is not None
    assert plain.pattern.cells != changed.pattern.cells


@pytest.mark.parametrize("name", ["ray", "ray-moons", "diary-mnist"])
def test_it_is_soon_done(name: str) -> None:
    """About 35,000 calls, also of 153,664 elements: only a sample of those is looked at."""
    trace = trace_template(tracer.load_template(name), 1)
    assert calls(lambda: _planned(trace)) < 100_000
