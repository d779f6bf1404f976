"""Charts: which curves are drawn, from which cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from openpyxl.utils import range_boundaries

import tracer
from tests.spreadsheet import numbers, parts
from tests.workbook.made import Made, make
from tracer.template.read import read_template
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
    assert [curve.name for curve in chart.curves][:4] == ["1, 1", "1, 2", "1, 3", "2, 1"]
    for k, curve in enumerate(chart.curves):
        column, first, last = curve.span
        drawn = [found["Training", row, column] for row in range(first, last + 1)]
        assert drawn == pytest.approx(list(made.trace["wh"].reshape(3, -1)[:, k]))


def test_what_is_left_out_is_said(books: Mapping[str, Made]) -> None:
    made = books["ray-moons"]
    chart = _charts(made)["weights_input_hidden (row, column)"]
    assert len(chart.curves) == 12
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


MEASURED = """
title = "t"
iterations = {iterations}
loss = "loss"
batch = 1
metrics = ["loss_test", "size_1", "size_2", "size", "share", "miss_a", "miss_b", "first", "second"]
[given]
X = [[1, 2], [0.5, -1], [0, 3], [2, 2]]
y = [[1], [0], [1], [1]]
X_test = [[1, 1]]
T = [3, 4]
[parameters]
W = [[0.3], [-0.2]]
[[steps]]
equations = ["p = X @ W", "loss = mean((p - y) ** 2) + 0.1 * sum(W * W)"]
[[steps]]
phase = "update"
equations = ["g = X.T @ (p - y)", "W = W - 0.05 * g"]
[[steps]]
phase = "measure"
equations = [
    "loss_test = mean((X_test @ W) ** 2)",
    "size_1 = mean(abs(g))", "size_2 = mean(abs(W))", "size = max(abs(W))",
    "share = mean(p > 0)", "both = [W[0, 0] + 5, W[1, 0] + 5]", "miss_a = both[0]",
    "miss_b = both[1]", "first = T[0]", "second = T[1]",
]
"""


def _measured(tmp_path: Path, iterations: int) -> dict[str, LineChart]:
    path = tmp_path / "t.toml"
    path.write_text(MEASURED.replace("{iterations}", str(iterations)), "utf-8")
    return _charts(make(read_template(path), tmp_path / "t.xlsx"))


def test_numbers_of_one_kind_share_a_chart(books: Mapping[str, Made], tmp_path: Path) -> None:
    """Of one kind: other rows, or a word in common and equations of the same form."""
    shared = {
        title: ([curve.name for curve in chart.curves], chart.y_title)
        for title, chart in _measured(tmp_path, 12).items()
    }
    assert shared == {
        "Loss over iterations": (["loss", "loss_test"], "loss"),
        "size_1, size_2 over iterations": (["size_1", "size_2"], "size"),
        "size over iterations": (["size"], "size"),
        "share over iterations": (["share"], "share"),
        "miss_a, miss_b over iterations": (["miss_a", "miss_b"], "miss"),
        "first over iterations": (["first"], "first"),
        "second over iterations": (["second"], "second"),
        "W (row, column)": (["1, 1", "2, 1"], "W"),
    }


@pytest.mark.parametrize(
    ("name", "title", "curves"),
    [
        ("optimizers", "loss_descent … loss_adam over iterations", 5),
        ("deep-sigmoid", "size_1 … size_5 over iterations", 5),
        ("deep-relu", "size_1 … size_5 over iterations", 5),
        ("batches", "loss_full, loss_mini over iterations", 2),
        ("diary-mnist", "train_accuracy, test_accuracy over iterations", 2),
    ],
)
def test_lessons_that_compare_do_so_in_one_chart(
    name: str, title: str, curves: int, books: Mapping[str, Made]
) -> None:
    assert len(_charts(books[name])[title].curves) == curves


@pytest.mark.parametrize("name", ["optimizers", "deep-sigmoid", "ray", "diary-linear", "xor"])
def test_an_axis_is_logarithmic_where_positive_numbers_lie_far_apart(
    name: str, books: Mapping[str, Made]
) -> None:
    made = books[name]
    found = numbers(made.path)
    for chart in _charts(made).values():
        spans = [curve.span for curve in chart.curves]
        drawn = [float(str(found["Training", r, c])) for c, a, z in spans for r in range(a, z + 1)]
        parameters = chart.title.endswith("(row, column)") or chart.curves[0].name in (
            made.template.parameters
        )
        wide = min(drawn) > 0 and max(drawn) > 100 * min(drawn)
        assert chart.log is (wide and not parameters), chart.title
        assert ("logarithmic" in chart.y_title) is chart.log


def test_what_trembles_with_the_samples_has_the_mean_of_a_pass(
    books: Mapping[str, Made], tmp_path: Path
) -> None:
    means = {
        curve.name: curve.mean
        for chart in _measured(tmp_path, 12).values()
        for curve in chart.curves
        if curve.mean
    }
    assert means == {
        name: (4, f"mean of 4 iterations: {name}") for name in ("loss", "size_1", "share")
    }
    assert not [c for ch in _measured(tmp_path, 7).values() for c in ch.curves if c.mean]
    (rows,) = _charts(books["two-class-rows"])["Loss over iterations"].curves
    assert rows.mean == (4, "mean of 4 iterations: E_row")


@pytest.mark.parametrize(
    ("iterations", "step", "most"),
    [(2, 1, 2), (8, 1, 8), (9, 2, 10), (17, 5, 20), (100, 20, 100), (130, 20, 140), (81, 20, 100)],
)
def test_iterations_are_counted_in_round_steps_from_0_on(
    iterations: int, step: int, most: int, tmp_path: Path
) -> None:
    path = tracer.trace("two-class", iterations).to_excel(tmp_path / "t.xlsx")
    for xml in (x for part, x in parts(path).items() if part.startswith("xl/charts/chart")):
        axis = xml[xml.index("<c:valAx>") : xml.index("</c:valAx>")]
        assert f'<c:max val="{most}"/><c:min val="0"/>' in axis
        assert f'<c:majorUnit val="{step}"/>' in axis


@pytest.mark.parametrize("name", ["ray", "two-class-rows", "diary-n-layer", "optimizers"])
def test_charts_are_written_as_excel_writes_them(name: str, books: Mapping[str, Made]) -> None:
    """What Gnumeric, Calligra, exceljs and Aspose need, and Excel to draw them as meant."""
    every = parts(books[name].path)
    for part, xml in every.items():
        if part.endswith(".rels"):
            assert 'Target="/' not in xml, part
        elif part.startswith("xl/drawings/drawing"):
            assert re.match(r"<\?xml [^>]*>\s*<xdr:wsDr [^>]*xmlns:a=", xml), part
            described = re.findall(r'<xdr:cNvPr [^>]*descr="([^"]+)" title="([^"]+)"', xml)
            assert len(described) == xml.count("<xdr:graphicFrame ") > 0
        elif part.startswith("xl/charts/chart"):
            _as_excel_writes(xml)


def _as_excel_writes(xml: str) -> None:
    assert re.match(r"<\?xml [^>]*>\s*<c:chartSpace xmlns:c=[^>]* xmlns:a=", xml)
    assert xml.count("xmlns:") == 3
    assert re.findall(r'<c:axPos val="(.)"', xml) == ["b", "l"]
    assert xml.count("</c:title>") == xml.count('<c:overlay val="0"/></c:title>') == 3
    assert xml.count("<c:legend>") == xml.count('<c:overlay val="0"/></c:legend>')
    assert '<c:roundedCorners val="0"/>' in xml
    for marker in re.findall(r"<c:marker>.*?</c:marker>", xml):
        if 'symbol val="none"' not in marker:
            assert "<a:solidFill>" in marker
    for series in re.findall(r"<c:ser>.*?</c:ser>", xml):
        assert re.search(r"<c:spPr><a:ln[^>]*><a:(solidFill|noFill)", series)


@pytest.mark.parametrize("name", ["ray", "two-class-rows", "diary-n-layer"])
def test_charts_store_the_numbers_they_draw(name: str, books: Mapping[str, Made]) -> None:
    every, found = parts(books[name].path), numbers(books[name].path)
    stored = 0
    for part, xml in every.items():
        if not part.startswith("xl/charts/chart"):
            continue
        for where, count, points in re.findall(
            r"<c:f>([^<]*)</c:f><c:numCache>.*?<c:ptCount val=\"(\d+)\"/>(.*?)</c:numCache>", xml
        ):
            sheet, cells = where.rsplit("!", 1)
            column, top, _, bottom = (int(n or 0) for n in range_boundaries(cells.replace("$", "")))
            assert int(count) == bottom - top + 1
            kept = re.findall(r'<c:pt idx="(\d+)"><c:v>([^<]*)</c:v>', points)
            stored += len(kept)
            wanted = [found.get((sheet.strip("'"), top + k, column)) for k in range(int(count))]
            assert {int(k): float(v) for k, v in kept} == {
                k: pytest.approx(v, rel=1e-15) for k, v in enumerate(wanted) if v is not None
            }
    assert stored > 100


def test_a_long_training_stores_no_chart_of_megabytes(tmp_path: Path) -> None:
    path = tracer.trace("ray", 5_000).to_excel(tmp_path / "ray.xlsx", sheets=[])
    charts = {p: x for p, x in parts(path).items() if p.startswith("xl/charts/chart")}
    assert {"<c:numCache>" in xml for xml in charts.values()} == {True, False}
    assert max(map(len, charts.values())) < 2_500_000


@pytest.mark.parametrize("name", tracer.template_names())
def test_charts_in_the_file_name_existing_cells(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    every = parts(made.path)
    wanted = sum(len(sheet.charts) for sheet in made.book.sheets)
    drawn = [xml for part, xml in every.items() if re.match(r"xl/charts/chart\d+\.xml", part)]
    assert len(drawn) == wanted
    titles = {sheet.title for sheet in made.book.sheets}
    for xml in drawn:
        for sheet in re.findall(r"<c:f>'?([^'!<]+)'?!", xml):
            assert sheet in titles


def test_an_axis_without_a_title_has_none(books: Mapping[str, Made]) -> None:
    every = parts(books["ray"].path)
    charts = [xml for name, xml in every.items() if name.startswith("xl/charts/chart")]
    assert len(charts) > 3
    for xml in charts:
        titles = re.findall(r"<a:t>([^<]*)</a:t>", xml)
        assert "" not in titles and "None" not in titles
        assert len(titles) == xml.count("<c:title>")
