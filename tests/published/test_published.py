"""Every figure that a lesson's source prints is what the lesson computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import tracer
from tracer.template.cited import Published

from .figures import disagreements, figure, half_a_unit, template, traced

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

#: The least that a lesson must list of what its source prints: entries of [[published]], and
#: numbers in them.
EXPECTED = {
    "exam-hand": (12, 22),
    "exam-scores": (3, 11),
    "loy": (2, 16),
    "perceptron-bias": (7, 7),
    "perceptron-threshold": (5, 5),
    "perceptron-weights": (7, 7),
    "ray": (7, 43),
    "ray-columns": (4, 30),
    "ray-columns-training": (14, 40),
    "ray-moons": (7, 7),
    "ray-r": (2, 6),
    "ray-step7": (7, 43),
    "two-class": (29, 29),
    "two-class-as-coded": (10, 28),
    "two-class-matrix": (9, 27),
    "two-class-rows": (12, 30),
}
#: Words that must stand in a lesson's errata: one row per mistake of its source.
ERRATA = {
    "diary-logistic": (("subtracted", "added"),),
    "diary-mnist": (("db = dZ", "sum over the pictures"), ("60,000",)),
    "diary-n-layer": (
        ("plus",),
        ("A[2]", "A[L]"),
        ("g(b[l])", "g(Z[l])"),
        ("taken at dA", "taken at Z"),
        ("dW[L] = dZ[L] A[L-1]^T",),
        ("W^T dZ",),
        ("db = dZ", "sum over the samples"),
    ),
    "diary-two-layer": (
        ("dJ/dW[2]", "dJ/dW[1]", "dJ/db[1]"),
        ("plus",),
        ("dZ[1] A[0]^T",),
        ("W[2]^T dZ[2]",),
        ("sum over the samples",),
    ),
    "exam-hand": (("7.5", "3.9"), ("1.000553084", "0.999447221"), ("1.79832", "0.85674680")),
    "exam-scores": (
        ("three inputs", "two"),
        ("7.5", "3.9"),
        ("1.000553084", "0.999447221"),
        ("3x2", "2 × 3"),
        ("affect the input", "loss"),
        ("four steps", "five"),
        ("factor 2/n",),
        ("94.77", "91.38"),
        (".857 to .858", ".8567", "one thousandth"),
    ),
    "loy": (("squared difference",),),
    "perceptron-bias": (("two inputs", "three inputs"),),
    "ray": (
        ("three inputs", "four inputs"),
        ("comma", "matrix product"),
        ("mean square loss", "half the squared error"),
        ("x * (1 - x)", "sigmoid's result"),
        ("Step 7", "learning rate"),
        ("Step 11", "hidden bias"),
        ("Mathematical", "sign is wrong"),
        ("dY/du", "dh/du"),
        ("(1) and (2)", "transposed"),
        ("E = Y - t", "opposite sign"),
    ),
    "ray-columns-training": (("0.01", "0.1"),),
    "ray-r": (("byrow", "each training row"), ("rowSums", "colSums")),
    "ray-step7": (("Step 7", "learning rate", "ten times"),),
    "two-class": (
        ("H1", "H2"),
        ("Outh", "without a number"),
        ("mean square error", "half the squared error"),
        ("w1", "w5"),
        ("output layer", "hidden layer"),
    ),
    "two-class-as-coded": (
        ("row_stack", "vstack"),
        ("forward pass", "never computed again"),
        ("first row", "row 0", "every row"),
        ("comments", "dE/dw_5", "dE/dw_1"),
        ("w7 and w8", "y1", "y2"),
        ("w3 and w4", "h1", "h2"),
        ("w5 to w8", "throughout"),
        ("rounded to 8 decimals",),
        ("biases", "never updated"),
        ("1.12543373", "1.81960248", "0.96045598"),
    ),
    "two-class-matrix": (("10,000 times", "0.9604", "0.9545", "one half"),),
    "two-class-rows": (("10,000 times", "0.9604", "0.9524", "one half"),),
}
#: Figures that follow from a source without being printed there.
COMPUTED = {
    "diary-logistic": 2,
    "exam-hand": 4,
    "ray-columns-training": 1,
    "ray-r": 2,
    "two-class-as-coded": 2,
    "two-class-matrix": 1,
    "two-class-rows": 1,
}
UNREPRODUCIBLE = {
    "exam-scores": ("without a seed",),
    "loy": ("without a seed",),
    "ray": ("0.98032096", "0.96845624", "0.04532167"),
    "ray-moons": ("0.00775", "0.00689", "0.07556"),
}


def _entries() -> list[ParameterSet]:
    entries = []
    for name in tracer.template_names():
        for number, published in enumerate(template(name).published, 1):
            words = [name, str(number), published.quantity, *map(str, published.index)]
            case = f"{'-'.join(words)}-iteration-{published.iteration}"
            entries.append(pytest.param(name, published, id=case))
    return entries


def _last(name: str) -> int:
    return max((p.iteration for p in template(name).published), default=0)


@pytest.mark.parametrize(("name", "published"), _entries())
def test_published_figure_is_reproduced(name: str, published: Published) -> None:
    assert disagreements(traced(name, _last(name)), published) == []


@pytest.mark.parametrize("name", EXPECTED)
def test_every_listed_figure_is_there(name: str) -> None:
    published = template(name).published
    entries, numbers = EXPECTED[name]
    assert len(published) >= entries
    assert sum(len(p.printed) for p in published) >= numbers


@pytest.mark.parametrize(
    ("name", "words"), [(name, words) for name, rows in ERRATA.items() for words in rows]
)
def test_erratum_is_there(name: str, words: tuple[str, ...]) -> None:
    texts = [f"{e.place} {e.text}".lower() for e in template(name).errata]
    assert any(all(word.lower() in text for word in words) for text in texts)


def test_what_the_source_leaves_right_is_no_erratum() -> None:
    # The article says that it takes the biases as 0, and its code gives the activation.
    assert [e.place for e in template("loy").errata] == ["Loss function"]


@pytest.mark.parametrize("name", tracer.template_names())
def test_what_is_computed_and_not_printed_says_so(name: str) -> None:
    ours = [p for p in template(name).published if p.computed]
    assert len(ours) == COMPUTED.get(name, 0)
    assert all(p.note for p in ours)


@pytest.mark.parametrize("name", UNREPRODUCIBLE)
def test_what_cannot_be_reproduced_is_named(name: str) -> None:
    text = " ".join(f"{e.place} {e.text}" for e in template(name).unreproducible)
    assert [word for word in UNREPRODUCIBLE[name] if word not in text] == []


@pytest.mark.parametrize("name", tracer.template_names())
def test_places_are_told_apart(name: str) -> None:
    seen = [(p.place, p.quantity, p.iteration, p.index) for p in template(name).published]
    assert len(set(seen)) == len(seen)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("1.48", 0.005), ("7", 0.5), (".94", 0.005), ("-0.1130", 0.00005), ("12.", 0.5)],
)
def test_half_a_unit(printed: str, expected: float) -> None:
    assert half_a_unit(printed) == pytest.approx(expected, rel=1e-15)


def test_a_wrong_digit_is_found() -> None:
    trace = traced("ray", 1)
    right = Published("here", "hidden_layer_input", 1, ("1.48", "1.78", "1.10"), (0,))
    wrong = Published("here", "hidden_layer_input", 1, ("1.48", "1.79", "1.10"), (0,))
    short = Published("here", "hidden_layer_input", 1, ("1.48",), (0,))
    assert disagreements(trace, right) == []
    assert disagreements(trace, wrong) == ["number 2: printed 1.79, computed 1.78"]
    assert disagreements(trace, short) == ["1 numbers printed, 3 computed"]


def test_a_parameter_means_its_value_after_the_update() -> None:
    trace = traced("ray", 1)
    assert figure(trace, "bout", 0, (0, 0)) == 0.69
    np.testing.assert_allclose(figure(trace, "bout", 1, (0, 0)), 0.6836322439645574, rtol=1e-12)


@pytest.mark.parametrize(
    ("quantity", "shape"),
    [
        ("samples", (3, 4)),
        ("X", (4, 3)),
        ("y", (1, 3)),
        ("error_wrt_output", (1, 3)),
        ("output_wrt_Z2", (1, 3)),
        ("Z2_wrt_hiddenLayer_activations", (3, 1)),
        ("hiddenLayer_activations_wrt_Z1", (3, 3)),
        ("Z1_wrt_weights_input_hidden", (4, 3)),
        ("error_wrt_weights_input_hidden", (4, 3)),
    ],
)
def test_shapes_that_the_second_python_part_prints(quantity: str, shape: tuple[int, ...]) -> None:
    for name in ("ray-columns", "ray-columns-training"):
        assert template(name).program().newest(quantity).shape == shape


def test_moons_are_told_apart() -> None:
    last = _last("ray-moons")
    assert figure(traced("ray-moons", last), "accuracy", last) > 0.95
    assert template("ray-moons").iterations >= last


def test_blobs_are_told_apart() -> None:
    trace = tracer.trace("ray-blobs")
    assert figure(trace, "accuracy", trace.iterations) == 1
    assert trace.loss is not None
    assert trace.loss[1] < 0.01


def sigmoid(x: np.ndarray) -> np.ndarray:
    """The sigmoid, written out here."""
    return np.asarray(1 / (1 + np.exp(-x)))


@pytest.mark.parametrize(
    ("batches", "passes", "expected"),
    [
        ([[0, 1, 2, 3]], 1_000, 0.9604),
        ([[0, 1, 2, 3]], 10_000, 0.9545),
        ([[0], [1], [2], [3]], 1_000, 0.9604),
        ([[0], [1], [2], [3]], 10_000, 0.9524),
    ],
)
def test_four_rows_stay_near_one_half(
    batches: list[list[int]], passes: int, expected: float
) -> None:
    """Errata of two-class-matrix and two-class-rows, in NumPy of our own."""
    x = np.array([[0.03, 0.09], [0.04, 0.10], [0.05, 0.11], [0.06, 0.12]])
    t = np.array([[0.01, 0.99], [0.99, 0.01]] * 2)
    wh, wy = np.array([[0.11, 0.27], [0.19, 0.52]]), np.array([[0.44, 0.48], [0.23, 0.29]])
    for _ in range(passes):
        for rows in batches:
            h = sigmoid(x[rows] @ wh.T + 0.39)
            o = sigmoid(h @ wy.T + 0.42)
            d = (o - t[rows]) * o * (1 - o)
            back = d @ wy * h * (1 - h)
            wy, wh = wy - 0.3 * d.T @ h, wh - 0.3 * back.T @ x[rows]
    o = sigmoid(sigmoid(x @ wh.T + 0.39) @ wy.T + 0.42)
    assert round(float(((t - o) ** 2).sum() / 2), 4) == expected
    assert np.abs(o - 0.5).max() < 0.01
    assert round(4 * 2 * 0.49**2 / 2, 4) == 0.9604


@pytest.mark.parametrize(("row", "score"), [([4, 8], 94.77), ([4 / 3, 8 / 9], 91.38)])
def test_a_row_that_is_not_scaled_predicts_otherwise(row: list[float], score: float) -> None:
    trace = traced("exam-scores", 1000)
    first, second = (figure(trace, name, 1000) for name in ("W1", "W2"))
    found = sigmoid(sigmoid(np.array([row]) @ first) @ second)
    assert round(100 * float(found[0, 0]), 2) == score
