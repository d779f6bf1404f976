"""Picture: every square is the number of the sample and the neuron chosen, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.spreadsheet import needs_office, numbers, recalculated, with_values
from tests.workbook.made import Made, make
from tracer.language.functions import Array
from tracer.language.places import written
from tracer.run import trace as tracing
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.wording import LANGUAGES
from tracer.workbook.book import BookOptions, plan_book
from tracer.workbook.plan.paging import paging
from tracer.workbook.plan.palette import INK_ON_PAPER, PALETTES
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets import inputs, training_columns
from tracer.workbook.sheets.picture.places import (
    ANSWER_ROW,
    CHOICE_ROWS,
    GRID_ROW,
    HEAD_ROW,
    Places,
)

BARS = """
title = "Bars, upright or lying"
iterations = 7
loss = "loss"
[given]
X = [
  [1, 0, 0, 0,  1, 0, 0, 0,  1, 0, 0, 0], [0, 0, 1, 0,  0, 0, 1, 0,  0, 0, 1, 0],
  [1, 1, 1, 1,  0, 0, 0, 0,  0, 0, 0, 0], [0, 0, 0, 0,  0, 0, 0, 0,  1, 1, 1, 1],
  [0, 0.5, 0, 0,  0, 1, 0, 0,  0, 0.25, 0, 0],
]
y = [[0], [0], [1], [1], [0]]
lr = 2.0
[parameters]
W = { random = "normal", shape = [12, 3], seed = 3 }
v = { random = "normal", shape = [3, 1], seed = 4 }
[[steps]]
equations = ["A = sigmoid(X @ W)", "p = sigmoid(A @ v)", "loss = mean((p - y) ** 2)"]
[[steps]]
phase = "backward"
equations = ["d = 2 * (p - y) * p * (1 - p) / 5", "D = X.T @ ((d @ v.T) * A * (1 - A))"]
[[steps]]
phase = "update"
equations = ["W = W - lr * D", "v = v - lr * A.T @ d"]
[images]
of = "X"
shape = [3, 4]
weights = "W"
target = "y"
output = "p"
threshold = 0.5
names = ["upright", "lying"]
"""
#: The same network, samples in columns, and an answer for each class.
COLUMNS = """
title = "Bars in columns"
iterations = 7
loss = "loss"
[given]
{DATA}
[parameters]
W = { random = "normal", shape = [3, 12], seed = 3 }
V = { random = "normal", shape = [2, 3], seed = 4 }
[[steps]]
phase = "prepare"
equations = ["C = X.T / 2", "T = hstack([1 - y, y]).T"]
[[steps]]
equations = ["A = sigmoid(W @ C)", "P = softmax(V @ A, axis=0)", "loss = mean((P - T) ** 2)"]
[[steps]]
phase = "backward"
equations = ["D = (P - T) / 5", "E = (V.T @ D) * A * (1 - A)"]
[[steps]]
phase = "update"
equations = ["W = W - lr * E @ C.T", "V = V - lr * D @ A.T"]
[images]
of = "C"
shape = [3, 4]
weights = "W"
target = "T"
output = "P"
names = ["upright", "lying"]
""".replace("{DATA}", BARS.partition("[given]")[2].partition("[parameters]")[0].strip())
PLACES = Places((3, 4), 2)


def _nothing(patch: pytest.MonkeyPatch) -> None:
    """Leave everything where it stands."""


def _not_live(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(training_columns, "MOST_LIVE_CELLS", 0)


def _hardly_anything(patch: pytest.MonkeyPatch) -> None:
    """Leave no block of images or weights in the workbook."""
    _not_live(patch)
    patch.setattr(tracing, "LARGEST_BRIEF", 8)
    patch.setattr(inputs, "MOST_CELLS", 8)


HOLDS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "all": _nothing,
    "no training": _not_live,
    "hardly anything": _hardly_anything,
}
TEXTS = {"rows": BARS, "columns": COLUMNS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], Made]]:
    folder = tmp_path_factory.mktemp("pictures")
    found = {}
    for lie, text in TEXTS.items():
        for holds, limit in HOLDS.items():
            path = folder / f"{lie} {holds}.toml"
            path.write_text(text, "utf-8")
            with pytest.MonkeyPatch.context() as patch:
                limit(patch)
                found[lie, holds] = make(read_template(path), path.with_suffix(".xlsx"))
    yield found


every_file = pytest.mark.parametrize(("lie", "holds"), [(n, h) for n in TEXTS for h in HOLDS])


def _sheet(made: Made) -> Sheet:
    return next(sheet for sheet in made.book.sheets if sheet.title == "Picture")


def _squares(found: dict[tuple[str, int, int], object], picture: int) -> Array:
    rows, left = range(GRID_ROW, GRID_ROW + 3), PLACES.column(picture)
    return np.array([[found["Picture", r, left + k] for k in range(4)] for r in rows], float)


def _expected(made: Made, sample: int, neuron: int, iteration: int) -> tuple[Array, Array, Array]:
    """Return the image, and the neuron's weights in an iteration and in the first."""
    trace, of = made.trace, made.trace.program.start
    images, weights = made.template.images, of("W")
    assert images is not None
    data, start = trace.value(of(images.of), 1), trace.value(weights, iteration)
    first = trace.value(weights, 1)
    if images.of == "C":
        data, start, first = data.T, start.T, first.T
    cut = [a.reshape(3, 4) for a in (data[sample - 1], start[:, neuron - 1], first[:, neuron - 1])]
    return cut[0], cut[1], cut[2]


def _answer(made: Made, sample: int, iteration: int) -> str:
    """Return what the sheet should say of an answer."""
    name = "P" if made.template.images and made.template.images.of == "C" else "p"
    block = made.trace.value(made.trace.program.newest(name), iteration)
    numbers_of = block[:, sample - 1] if name == "P" else block[sample - 1]
    answered = int(numbers_of.argmax()) if name == "P" else int(numbers_of[0] > 0.5)
    right = answered == int(made.template.given["y"][sample - 1, 0])
    shown, names = f"{numbers_of.max():.3g}", ("upright", "lying")
    return f"In iteration {iteration} the network answers {shown}: {names[answered]} {'✗✓'[right]}"


@every_file
def test_it_opens_with_the_first_sample_and_what_training_changed(
    lie: str, holds: str, made: dict[tuple[str, str], Made]
) -> None:
    book = made[lie, holds]
    found = numbers(book.path)
    image, weights, first = _expected(book, 1, 1, 7)
    assert np.array_equal(_squares(found, 0), image)
    assert np.array_equal(_squares(found, 1), weights - first) and np.any(weights != first)
    assert found["Picture", HEAD_ROW, PLACES.column(0)] == "Sample 1: upright"
    assert found["Picture", ANSWER_ROW, PLACES.column(0)] == _answer(book, 1, 7)
    head = "Neuron 1: how W changed from iteration 1 to 7"
    assert found["Picture", HEAD_ROW, PLACES.column(1)] == head


@pytest.mark.parametrize("lie", TEXTS)
def test_numbers_come_from_where_they_stand(lie: str, made: dict[tuple[str, str], Made]) -> None:
    home = {"rows": "Inputs!", "columns": "Preparation!"}[lie]
    wanted = {
        "all": (home, "Training!"),
        "no training": (home, "Training!"),
        "hardly anything": (home if lie == "columns" else "INDEX($", "INDEX($"),
    }
    for holds, homes in wanted.items():
        cells = {(c.row, c.column): c for c in _sheet(made[lie, holds]).pattern.cells}
        for picture, start in enumerate(homes):
            formula = written(cells[GRID_ROW, PLACES.column(picture)].formula or "")
            assert start in formula, (holds, formula)


def test_what_is_stored_is_said(made: dict[tuple[str, str], Made]) -> None:
    said = {
        holds: " ".join(
            c.text or "" for c in _sheet(made["rows", holds]).pattern.cells if c.role == "note"
        )
        for holds in HOLDS
    }
    assert "stored" not in said["all"]
    assert "p: this workbook doesn't hold all of it." in said["no training"]
    assert "W: from Training, where it is stored" in said["no training"]
    assert "X, W, p: this workbook doesn't hold all of it." in said["hardly anything"]
    # Of iterations without a sheet nothing is stored: there they are chosen from a list.
    kinds = {holds: [c.kind for c in _sheet(made["rows", holds]).choices] for holds in HOLDS}
    assert kinds["all"] == ["whole", "whole", "whole", "list"]
    assert kinds["no training"] == kinds["hardly anything"] == ["whole", "whole", "list", "list"]


@pytest.mark.parametrize("palette", PALETTES)
def test_both_pictures_and_their_bars_are_coloured(
    palette: str, made: dict[tuple[str, str], Made]
) -> None:
    book = plan_book(made["rows", "all"].trace, BookOptions(palette=palette))
    sheet = next(sheet for sheet in book.sheets if sheet.title == "Picture")
    image, weights = sheet.scales
    assert image.colors == INK_ON_PAPER and weights.colors == PALETTES[palette].signed
    areas = [f"{PLACES.grid(k)} {PLACES.bar(k)}" for k in (0, 1)]
    assert [scale.area for scale in (image, weights)] == areas


def test_a_picture_without_weights_or_answers(tmp_path: Path) -> None:
    path = tmp_path / "alone.toml"
    path.write_text(BARS.partition("weights")[0], "utf-8")
    trace = trace_template(read_template(path))
    for lang in LANGUAGES:
        book = plan_book(trace, BookOptions(lang=lang))
        (sheet,) = (s for s in book.sheets if s.scales)
        (choice,) = sheet.choices
        assert choice.kind == "whole" and len(sheet.spins) == len(sheet.scales) == 1
        assert paging(sheet, PALETTES["tutorial"].looks).pages == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("shape", [(3, 4), (28, 28), (32, 32)])
def test_it_fits_a_laptop_and_a_page(
    shape: tuple[int, int], lang: str, made: dict[tuple[str, str], Made]
) -> None:
    trace = made["rows", "all"].trace
    places = Places(shape, 2)
    high = sum(places.heights().get(r, 15.0) for r in range(1, places.bar_row + 2))
    # What LibreOffice shows of a sheet at 1366 × 768, in points.
    assert high * places.zoom() / 100 <= 397
    wide = sum(places.widths()[c] for c in range(1, places.last_column + 1)) * 5.6
    assert wide * places.zoom() / 100 <= 937
    if shape == (3, 4):
        book = plan_book(trace, BookOptions(lang=lang))
        sheet = next(s for s in book.sheets if s.scales and s.spins)
        assert paging(sheet, PALETTES["tutorial"].looks).pages == 1


#: Of the files, those that LibreOffice calculates: together they pick numbers in every way.
CALCULATED = [("rows", "all"), ("rows", "no training"), ("columns", "hardly anything")]
CHOSEN = {"sample": 4.0, "neuron": 2.0, "iteration": 2.0}


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_what_is_chosen_is_shown(made: dict[tuple[str, str], Made], tmp_path: Path) -> None:
    files = []
    for lie, holds in CALCULATED:
        typed: dict[str, float | str] = {f"B{CHOICE_ROWS[n]}": v for n, v in CHOSEN.items()}
        if lie == "rows":
            typed[f"B{CHOICE_ROWS['show']}"] = "weights"
        out = tmp_path / f"{lie} {holds}.xlsx"
        files.append(with_values(made[lie, holds].path, out, "Picture", typed))
    for path, (lie, holds) in zip(recalculated(files, tmp_path / "out"), CALCULATED, strict=True):
        book, found = made[lie, holds], numbers(path)
        image, weights, first = _expected(book, 4, 2, 2)
        wanted = weights if lie == "rows" else weights - first
        assert np.array_equal(_squares(found, 0), image)
        assert _squares(found, 1) == pytest.approx(wanted, rel=1e-9)
        assert found["Picture", HEAD_ROW, PLACES.column(0)] == "Sample 4: lying"
        assert found["Picture", ANSWER_ROW, PLACES.column(0)] == _answer(book, 4, 2)
