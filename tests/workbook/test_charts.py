"""Charts: which curves are drawn, from which cells."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

import tracer
from tests.spreadsheet import numbers, parts
from tests.workbook.made import Made
from tracer.workbook.plan.plan import LineChart, Sheet


def _sheet(made: Made) -> Sheet | None:
    return next((sheet for sheet in made.book.sheets if sheet.title == "Charts"), None)


def _charts(made: Made) -> dict[str, LineChart]:
    sheet = _sheet(made)
    assert sheet is not None
    return {chart.title: chart for chart in sheet.charts if isinstance(chart, LineChart)}


def test_each_line_follows_its_column_of_training(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    found = numbers(made.path)
    charts = _charts(made)
    assert list(charts) == [
        "Loss over iterations",
        "wh (row, column)",
        "bh (row, column)",
        "wout (row, column)",
        "bout over iterations",
    ]
    chart = charts["wh (row, column)"]
    assert [name for name, _ in chart.lines][:4] == ["1, 1", "1, 2", "1, 3", "2, 1"]
    for k, (_, (column, first, last)) in enumerate(chart.lines):
        drawn = [found["Training", row, column] for row in range(first, last + 1)]
        assert drawn == pytest.approx(list(made.trace["wh"].reshape(3, -1)[:, k]))


def test_what_is_left_out_is_said(books: Mapping[str, Made]) -> None:
    made = books["ray-moons"]
    chart = _charts(made)["weights_input_hidden (row, column)"]
    assert len(chart.lines) == 12
    sheet = _sheet(made)
    assert sheet is not None
    texts = [cell.text for cell in sheet.pattern.cells]
    assert "12 of the 20 elements of weights_input_hidden, spread evenly." in texts


def test_metrics_have_a_chart(books: Mapping[str, Made]) -> None:
    assert "accuracy over iterations" in _charts(books["ray-moons"])
    assert "score_new over iterations" in _charts(books["exam-scores"])


def test_single_numbers_share_a_chart(books: Mapping[str, Made]) -> None:
    found = {n: _sheet(books[n]) for n in ("two-class", "perceptron-bias", "exam-hand")}
    assert found == dict.fromkeys(found), "one iteration is no curve"


@pytest.mark.parametrize("name", tracer.template_names())
def test_charts_in_the_file_name_existing_cells(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    every = parts(made.path)
    wanted = sum(len(sheet.charts) for sheet in made.book.sheets)
    drawn = [xml for part, xml in every.items() if re.match(r"xl/charts/chart\d+\.xml", part)]
    assert len(drawn) == wanted
    titles = {sheet.title for sheet in made.book.sheets}
    for xml in drawn:
        for sheet in re.findall(r"<(?:c:)?f>'?([^'!<]+)'?!", xml):
            assert sheet in titles


def test_an_axis_without_a_title_has_none(books: Mapping[str, Made]) -> None:
    every = parts(books["ray"].path)
    charts = [xml for name, xml in every.items() if name.startswith("xl/charts/chart")]
    assert len(charts) > 3
    for xml in charts:
        titles = re.findall(r"<a:t>([^<]*)</a:t>", xml)
        assert "" not in titles and "None" not in titles
        assert len(titles) == xml.count("<title>")
