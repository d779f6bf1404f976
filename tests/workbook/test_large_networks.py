"""Networks whose formulas would be too long for a spreadsheet have a workbook all the same."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tests.network.made import templated
from tests.work import calls
from tracer.language.places import Place
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.template import Template
from tracer.workbook.book import BookOptions, plan_book
from tracer.workbook.plan.plan import Book, Sheet
from tracer.workbook.sheets.training_columns import START_ROW

FOUR = "a,b,c,d,y\n" + "".join(f"{k % 7},{k % 5},{k % 11},{k % 3},{k % 13}\n" for k in range(700))


def _planned(template: Template, iterations: int = 2) -> tuple[ProgramTrace, Book]:
    trace = trace_template(template, iterations)
    return trace, plan_book(trace, BookOptions(sheets=[1]))


def _sheet(book: Book, title: str) -> Sheet:
    return next(sheet for sheet in book.sheets if sheet.title == title)


@pytest.mark.parametrize(
    ("data", "options"),
    [
        pytest.param(data, options, id=" ".join([data, *map(str, options.values())]))
        for data, options in (
            ("moons", {"samples": "256"}),
            ("moons", {"samples": "300", "batch": "all"}),
            ("circles", {"samples": "1000", "scale": "max", "layers": "10,1"}),
            ("spiral", {"samples": "1000", "scale": "min-max", "test": "0.2"}),
            ("moons", {"samples": "2000", "noise": "0.1"}),
            ("four.csv", {"target": ("y",)}),
        )
    ],
)
def test_any_number_of_rows_has_a_workbook(
    data: str, options: Mapping[str, object], tmp_path: Path
) -> None:
    (tmp_path / "four.csv").write_text(FOUR, "utf-8")
    trace, book = _planned(templated(tmp_path, data, **options))
    training = _sheet(book, "Training")
    assert training.table is not None and training.state is not None
    live = any(column.formula for column in training.table.columns.values())
    starts = [c for c in training.pattern.cells if c.row == START_ROW and c.at is not None]
    # Where rows compute themselves, all they start from is computed, too.
    assert not live or all(cell.formula is not None for cell in starts)
    assert np.isfinite(trace.state(1)).all()


def test_prepared_numbers_are_read_where_they_are_computed(tmp_path: Path) -> None:
    _, book = _planned(templated(tmp_path, "moons", samples="300"))
    starts = [str(c.formula) for c in _sheet(book, "Training").pattern.cells if c.row == START_ROW]
    there = [text.removeprefix("Preparation!") for text in starts if "Preparation!" in text]
    computed = {
        Place(cell.row, cell.column).text(): str(cell.formula)
        for cell in _sheet(book, "Preparation").pattern.cells
        if cell.formula is not None
    }
    assert len(there) == 2  # how much each input scatters
    assert all("VARP(" in computed[text] for text in there)


@pytest.mark.parametrize("names", ["Boundary", "Predict"])
def test_a_network_of_few_layers_is_drawn_whole(names: str, tmp_path: Path) -> None:
    _, book = _planned(templated(tmp_path, "moons", layers="3,3,1"))
    assert names in [sheet.title for sheet in book.sheets]


def test_each_layer_takes_about_as_long_as_the_one_before(tmp_path: Path) -> None:
    def planned(layers: int) -> int:
        trace = trace_template(
            templated(tmp_path, "moons", samples="12", layers="3," * layers + "1"), 2
        )
        titles: list[str] = []

        def plan() -> None:
            book = plan_book(trace, BookOptions(sheets=[1]))
            titles.extend(sheet.title for sheet in book.sheets)

        count = calls(plan)
        assert "Predict" in titles and "Boundary" not in titles
        return count

    # Before, each layer took three times as many calls: 27 times as many for three more.
    assert planned(8) < 3 * planned(5)
