"""Predict and Boundary, recalculated with other rows and iterations, against plain NumPy."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.spreadsheet import needs_office, numbers, recalculated, sheet_parts, with_value
from tests.workbook.made import TOLD, Made
from tracer.language.functions import Array
from tracer.workbook.sheets.boundary_points import AXIS_COLUMN, AXIS_ROW, CELLS, FIRST_COLUMN
from tracer.workbook.sheets.boundary_points import FIRST_ROW as GRID_ROW
from tracer.workbook.sheets.predict import FIRST_ROW, NAME_ROW

Weights = Callable[[str], Array]


def sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def _ray(x: Array, w: Weights, given: Mapping[str, Array]) -> Array:
    return sigmoid(sigmoid(x @ w("wh") + w("bh")) @ w("wout") + w("bout")).ravel()


def _exam(x: Array, w: Weights, given: Mapping[str, Array]) -> Array:
    return sigmoid(sigmoid(x / given["hours"].max(axis=0) @ w("W1")) @ w("W2")).ravel()


def _moons(x: Array, w: Weights, given: Mapping[str, Array]) -> Array:
    points = given["points"]
    scaled = (x - points.min()) / (points - points.min()).max()
    hidden = sigmoid(w("weights_input_hidden").T @ scaled.T)
    return sigmoid(w("weights_hidden_output").T @ hidden).ravel()


def _layers(x: Array, w: Weights, given: Mapping[str, Array]) -> Array:
    a = x.T
    for layer in (1, 2, 3):
        a = sigmoid(w(f"W{layer}") @ a + w(f"b{layer}"))
    return a.ravel()


Plain = Callable[[Array, Weights, Mapping[str, Array]], Array]
PLAIN: dict[str, tuple[Plain, str, Sequence[Sequence[float]]]] = {
    "ray": (_ray, "output", [[0.5, -2, 3, 1], [1, 1, 1, 1], [0, 0, 0, 0]]),
    "exam-scores": (_exam, "o", [[12, 3]]),
    "ray-moons": (_moons, "output", [[0.5, 0.2], [-1, 2]]),
    "ray-blobs": (_moons, "output", [[0.5, 0.2], [-1, 2]]),
    "diary-n-layer": (_layers, "A3", [[0.3, -0.4], [2, -2]]),
}
TWO_INPUTS = [name for name in PLAIN if name != "ray"]


def weights(made: Made, iteration: int) -> Weights:
    """Return the parameters after an iteration, 0 being the start."""

    def find(name: str) -> Array:
        if iteration == 0:
            return made.template.parameters[name]
        after: Array = made.trace[name][iteration - 1]
        return after

    return find


def iterations(made: Made) -> list[int]:
    return [0, 1, made.trace.iterations - 1]


@dataclass(frozen=True)
class Case:
    name: str
    iteration: int
    path: Path


@pytest.fixture(scope="session")
def cases(
    books: Mapping[str, Made], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[tuple[str, int], Path]:
    """Each workbook with other rows and another iteration, recalculated in one run."""
    folder = tmp_path_factory.mktemp("predict")
    made = []
    for name, (_, _, rows) in PLAIN.items():
        for iteration in iterations(books[name]):
            path = folder / f"{name}-{iteration}.xlsx"
            with_value(books[name].path, path, "Predict", "B4", iteration)
            if name in TWO_INPUTS:
                _again(path, "Boundary", "B4", iteration)
            for i, row in enumerate(rows):
                for j, value in enumerate(row):
                    _again(path, "Predict", f"{'BCDE'[j]}{FIRST_ROW + i}", value)
            made.append(Case(name, iteration, path))
    files = recalculated([case.path for case in made], folder / "out")
    return {(c.name, c.iteration): file for c, file in zip(made, files, strict=True)}


def _again(path: Path, sheet: str, address: str, value: float) -> None:
    """Change one more cell of a copy."""
    copy = path.with_suffix(".old")
    path.rename(copy)
    with_value(copy, path, sheet, address, value)
    copy.unlink()


def _column(found: Mapping[tuple[str, int, int], object], name: str) -> int:
    return next(
        column
        for (sheet, row, column), value in found.items()
        if sheet == "Predict" and row == NAME_ROW and value == name
    )


@pytest.mark.office
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("name", PLAIN)
def test_typed_rows_get_the_answers_of_the_iteration_chosen(
    name: str, books: Mapping[str, Made], cases: Mapping[tuple[str, int], Path]
) -> None:
    plain, output, rows = PLAIN[name]
    made = books[name]
    for iteration in iterations(made):
        found = numbers(cases[name, iteration])
        column = _column(found, output)
        wanted = plain(np.array(rows, float), weights(made, iteration), made.template.given)
        got = [found["Predict", FIRST_ROW + i, column] for i in range(len(rows))]
        assert got == pytest.approx(list(wanted), rel=1e-9), iteration
        threshold = made.template.predict and made.template.predict.threshold
        if threshold is not None:
            classes = [found["Predict", FIRST_ROW + i, column + 1] for i in range(len(rows))]
            assert classes == ["● class 1" if p > 0.5 else "○ class 0" for p in wanted]
        assert ("Predict", FIRST_ROW + 19, column) not in found


@pytest.mark.office
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("name", TWO_INPUTS)
def test_the_grid_shows_the_answers_of_the_iteration_chosen(
    name: str, books: Mapping[str, Made], cases: Mapping[tuple[str, int], Path]
) -> None:
    plain = PLAIN[name][0]
    made = books[name]
    for iteration in iterations(made):
        found = numbers(cases[name, iteration])
        steps = range(CELLS)
        xs = [found["Boundary", AXIS_ROW, FIRST_COLUMN + k] for k in steps]
        ys = [found["Boundary", GRID_ROW + k, AXIS_COLUMN] for k in steps]
        grid = np.array([[x, y] for y in ys for x in xs], float)
        got = [found["Boundary", GRID_ROW + i, FIRST_COLUMN + j] for i in steps for j in steps]
        wanted = plain(grid, weights(made, iteration), made.template.given)
        assert got == pytest.approx(list(wanted), rel=1e-9), iteration


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_a_row_answers_once_it_is_complete(books: Mapping[str, Made], tmp_path: Path) -> None:
    made = books["ray"]
    half = _typed(made.path, tmp_path / "half.xlsx", {"B13": 1, "C13": 1, "D13": 0})
    whole = _typed(made.path, tmp_path / "whole.xlsx", {"B13": 1, "C13": 1, "D13": 0, "E13": 0})
    before, after = (numbers(f) for f in recalculated([half, whole], tmp_path / "out"))
    column = _column(before, "output")
    assert ("Predict", 13, column) not in before
    wanted = _ray(np.array([[1.0, 1, 0, 0]]), weights(made, 3), {})
    last = made.trace.iterations
    assert last == 3
    assert after["Predict", 13, column] == pytest.approx(wanted[0], rel=1e-9)


def _typed(path: Path, out: Path, cells: Mapping[str, float]) -> Path:
    """Copy a workbook with numbers typed into blank cells of Predict."""
    titles = list(sheet_parts(path))
    changed = f"xl/worksheets/sheet{titles.index('Predict') + 1}.xml"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == changed:
                for address, value in cells.items():
                    blank = re.compile(rf'<c r="{address}" (s="\d+")/>'.encode())
                    cell = rf'<c r="{address}" \g<1>><v>{value}</v></c>'.encode()
                    content, count = blank.subn(cell, content)
                    assert count == 1, address
            target.writestr(name, content)
    return out


def test_exam_scores_opens_with_the_row_the_article_predicts(books: Mapping[str, Made]) -> None:
    found = numbers(books["exam-scores"].path)
    assert [found["Predict", FIRST_ROW, column] for column in (2, 3)] == [4, 8]
    column = _column(found, "o")
    trace = books["exam-scores"].trace
    assert found["Predict", FIRST_ROW, column] == pytest.approx(trace["o_new"][-1].item())


def test_several_outputs_name_the_largest(books: Mapping[str, Made]) -> None:
    found = numbers(books["two-class"].path)
    column = _column(found, "class")
    first, second = (float(str(found["Predict", FIRST_ROW, column - k])) for k in (2, 1))
    wanted = "class 1" if first > second else "class 2"
    assert found["Predict", FIRST_ROW, column] == wanted


def test_which_lessons_have_the_sheets(books: Mapping[str, Made]) -> None:
    asked = {n for n in tracer.template_names() if tracer.load_template(n).predict}
    titles = {n: {s.title for s in books[n].book.sheets} for n in {*TOLD, *asked}}
    without = {name for name, found in titles.items() if "Predict" not in found}
    assert without == {
        "activations",
        "attention",
        "convolution",
        "diary-mnist",
        "optimizers",
        "ray-r",
        "two-class-as-coded",
    }
    assert {name for name, found in titles.items() if "Boundary" in found} == {
        "deep-relu",
        "deep-sigmoid",
        "diary-linear",
        "diary-logistic",
        "diary-n-layer",
        "diary-two-layer",
        "exam-bias",
        "exam-scores",
        "layer-norm",
        "lstm",
        "ray-blobs",
        "ray-moons",
        "ten-points",
        "xor",
        "xor-linear",
        "svm",
    }


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("xor", [("○ class 0", "✓"), ("● class 1", "✓"), ("● class 1", "✓"), ("○ class 0", "✓")]),
        ("exam-scores", None),
        (
            "iris",
            [
                ("setosa", "✓"),
                ("setosa", "✓"),
                # On the border between two kinds, and on its wrong side.
                ("versicolor", "✗"),
                ("versicolor", "✗"),
                ("virginica", "✓"),
                ("virginica", "✓"),
            ],
        ),
    ],
)
def test_the_wanted_class_stands_beside_the_answer(
    name: str, wanted: list[tuple[str, str]] | None, books: Mapping[str, Made]
) -> None:
    made = books[name]
    found = numbers(made.path)
    heads = {str(found.get(("Predict", NAME_ROW, c))): c for c in range(1, 30)}
    assert ("wanted" in heads) == (wanted is not None)
    for number, (class_name, agrees) in enumerate(wanted or ()):
        row = FIRST_ROW + number
        assert found["Predict", row, heads["wanted"]] == class_name
        answers = found["Predict", row, heads["class"]]
        assert found["Predict", row, heads["agrees"]] == agrees
        assert (answers == class_name) == (agrees == "✓")


@pytest.mark.parametrize("name", ["iris", "ray-moons", "xor", "exam-scores", "diary-n-layer"])
def test_the_answer_is_on_a_laptops_screen(name: str, books: Mapping[str, Made]) -> None:
    sheet = next(s for s in books[name].book.sheets if s.title == "Predict")
    last = max(c.column for c in sheet.pattern.cells if c.role in ("result", "answer"))
    # So many characters are about 1,000 pixels of 1366.
    assert sum(sheet.widths.get(c, sheet.width) for c in range(1, last + 1)) < 145


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_a_row_that_is_typed_over_has_no_wanted_class(
    books: Mapping[str, Made], tmp_path: Path
) -> None:
    changed = with_value(books["xor"].path, tmp_path / "typed.xlsx", "Predict", "B11", 0.25)
    found = numbers(recalculated([changed], tmp_path / "out")[0])
    heads = {str(found.get(("Predict", NAME_ROW, c))): c for c in range(1, 30)}
    cells = [("Predict", row, heads[name]) for row in (10, 11) for name in ("wanted", "agrees")]
    assert [found.get(cell) or "" for cell in cells] == ["○ class 0", "✓", "", ""]
