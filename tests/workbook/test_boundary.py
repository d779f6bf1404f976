"""Boundary: the marks, the two groups of the chart, and the arcs of the moons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.spreadsheet import needs_office, numbers, parts, recalculated, sheet_parts, with_value
from tests.workbook.made import Made, make
from tracer.workbook.plan.plan import PointChart, Sheet
from tracer.workbook.sheets.boundary_points import CELLS, FIRST_COLUMN, FIRST_ROW, HELPER_COLUMN


def _sheet(made: Made) -> Sheet:
    return next(sheet for sheet in made.book.sheets if sheet.title == "Boundary")


def _chart(made: Made) -> PointChart:
    chart = _sheet(made).charts[0]
    assert isinstance(chart, PointChart)
    return chart


def _points(made: Made, found: Mapping[tuple[str, int, int], object], group: int) -> set[object]:
    _, x, y = _chart(made).groups[group]
    rows = range(x[1], x[2] + 1)
    return {(found["Boundary", r, x[0]], found["Boundary", r, y[0]]) for r in rows}


@pytest.mark.parametrize("name", ["ray-blobs", "diary-n-layer", "ray-moons"])
def test_each_group_of_the_chart_holds_its_class(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    predict = made.template.predict
    assert predict is not None and predict.target is not None
    data = made.template.given[predict.input[0]]
    data = data.T if predict.in_columns else data
    classes = made.template.given[predict.target].ravel()
    found = numbers(made.path)
    for group in (0, 1):
        assert _points(made, found, group) == set(map(tuple, data[classes == group].tolist()))


def test_marks_stand_where_the_data_lie(books: Mapping[str, Made]) -> None:
    made = books["diary-n-layer"]
    found = numbers(made.path)
    xs = np.array([found["Boundary", FIRST_ROW - 1, FIRST_COLUMN + k] for k in range(CELLS)])
    ys = np.array([found["Boundary", FIRST_ROW + k, FIRST_COLUMN - 1] for k in range(CELLS)])
    data = made.template.given["X"].T
    first = _chart(made).groups[0][1][1]
    for sample, (x, y) in enumerate(data):
        key = int(float(str(found["Boundary", first + sample, HELPER_COLUMN + 3])))
        row, column = divmod(key, 100)
        assert abs(ys[row] - y) <= abs(ys[1] - ys[0]) * 0.5001
        assert abs(xs[column] - x) <= abs(xs[1] - xs[0]) * 0.5001


def test_marked_cells_keep_the_colour_of_the_scale(books: Mapping[str, Made]) -> None:
    made = books["ray-blobs"]
    xml = sheet_parts(made.path)["Boundary"]
    rules = re.findall(r"<cfRule ([^>]*)>", xml)
    assert len(rules) == 3 and not any("stopIfTrue" in rule for rule in rules)
    styles = parts(made.path)["xl/styles.xml"]
    dxfs = styles[styles.index("<dxfs") : styles.index("</dxfs>")]
    assert "●" in dxfs and "○" in dxfs


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_data_and_classes_are_live(books: Mapping[str, Made], tmp_path: Path) -> None:
    made = books["diary-n-layer"]
    home = made.book.names
    first_x = home["X"].replace("Inputs!", "").replace("$", "").split(":")[0]
    name = next(n for n in home if n.lstrip("_") == "Y" and n != "y")
    first_y = home[name].replace("Inputs!", "").replace("$", "").split(":")[0]
    one = with_value(made.path, tmp_path / "one.xlsx", "Inputs", first_x, 7.0)
    two = with_value(one, tmp_path / "two.xlsx", "Inputs", first_y, 0)
    found = numbers(recalculated([two], tmp_path / "out")[0])
    assert (7.0, 0.3) in _points(made, found, 0)
    assert (7.0, 0.3) not in _points(made, found, 1)
    smallest, largest = -1.0, 7.0
    last = found["Boundary", FIRST_ROW - 1, FIRST_COLUMN + CELLS - 1]
    assert last == pytest.approx(largest + 0.1 * (largest - smallest))


@pytest.mark.slow
def test_the_moons_are_told_apart_at_the_last_iteration(tmp_path: Path) -> None:
    made = make(tracer.load_template("ray-moons"), tmp_path / "moons.xlsx", 7_000)
    found = numbers(made.path)
    assert found["Boundary", 4, 2] == 7_000
    grid = np.array(
        [
            [found["Boundary", FIRST_ROW + i, FIRST_COLUMN + j] for j in range(CELLS)]
            for i in range(CELLS)
        ],
        float,
    )
    first = _chart(made).groups[0][1][1]
    classes = made.template.given["classes"].ravel()
    keys = [found["Boundary", first + n, HELPER_COLUMN + 3] for n in range(len(classes))]
    answers = np.array([grid[divmod(int(float(str(key))), 100)] for key in keys])
    # Training is chaotic by then: on some machines the last answers are a little worse.
    assert np.mean((answers > 0.5) == classes) > 0.75
