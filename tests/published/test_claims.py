"""What the lessons say of their own numbers, iteration by iteration."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from .figures import figure, template, traced

Array = np.ndarray

#: Lesson, quantity, first and last iteration, and between which numbers it lies in all of them.
CLAIMS = (
    ("activations", "loss_identity", 50, 200, 0.693, 0.6933),
    ("activations", "loss_relu", 50, 200, 0.0, 0.05),
    ("activations", "loss_sigmoid", 50, 50, 0.49, 0.52),
    ("activations", "loss_sigmoid", 1, 150, 0.05, 0.71),
    ("activations", "loss_sigmoid", 200, 200, 0.0, 0.05),
    ("activations", "loss_tanh", 50, 200, 0.0, 0.05),
    ("batches", "ratio", 1, 100, 0.92, 1.08),
    ("convolution", "pooled", 60, 60, -0.01, 1.01),
    ("deep-relu", "first_to_last", 1, 100, 0.37, 1.09),
    ("deep-relu", "loss", 100, 100, 0.0, 0.04),
    ("deep-sigmoid", "first_to_last", 1, 1, 0.0, 1 / 5_000),
    ("deep-sigmoid", "first_to_last", 1, 100, 0.0, 1 / 30),
    ("deep-sigmoid", "loss", 100, 100, 0.693, 0.694),
    ("diary-deep", "J", 100, 300, 0.679, 0.68),
    ("diary-deep", "accuracy", 100, 300, 7 / 12, 7 / 12),
    ("diary-deep", "error_left", 1, 300, 0.001, 0.0025),
    ("diary-deep", "spread_1", 300, 300, 0.7, 0.75),
    ("diary-deep", "spread_5", 300, 300, 0.0, 0.006),
    ("diary-n-layer", "J", 300, 300, 0.295, 0.305),
    ("diary-n-layer", "accuracy", 300, 300, 11 / 12, 11 / 12),
    ("diary-n-layer", "accuracy", 1_000, 1_000, 1.0, 1.0),
    ("diary-two-layer", "accuracy", 500, 500, 1.0, 1.0),
    ("optimizers", "ahead", 11, 100, 1.05, 4.5),
    ("exam-bias", "loss", 1_000, 1_000, 0.0, 0.001),
    ("ray", "loss", 1_000, 1_000, 0.06, 0.065),
    ("ray-moons", "output", 3, 3, 0.99999, 1.0),
    ("ray-100", "largest_slope", 1, 20, 0.0, 0.0),
    ("ray-100", "loss", 1, 20, 0.5, 0.5),
    ("ray-100", "output", 1, 20, 1.0, 1.0),
    ("ray-100", "centred_slope", 1, 1, 0.01, 0.25),
    ("ray-r", "loss", 1_000, 1_000, 0.0, 0.01),
    ("ray-step7", "loss", 1_000, 1_000, 0.33, 0.34),
    ("ray-rows", "total_loss", 600, 600, 0.0555, 0.0565),
    ("sigmoid-slope", "formulas_apart", 1, 1, 0.0, 1e-15),
    ("sigmoid-slope", "largest_slope", 1, 1, 0.25, 0.25),
    ("sigmoid-slope", "measured_apart", 1, 1, 0.0, 1e-7),
    ("two-class-matrix", "out_y", 100, 100, 0.49, 0.51),
    ("two-class-matrix", "total_error", 100, 100, 0.96035, 0.9605),
    ("two-class-rows", "total_error", 400, 400, 0.96035, 0.9605),
    ("xor", "accuracy", 200, 200, 1.0, 1.0),
    ("xor-linear", "loss", 200, 200, 0.693, 0.6932),
)


@pytest.mark.parametrize(("name", "quantity", "first", "last", "low", "high"), CLAIMS)
def test_what_a_lesson_says_of_its_numbers_holds(
    name: str, quantity: str, first: int, last: int, low: float, high: float
) -> None:
    trace = traced(name, 100 if name == "ray-moons" else template(name).iterations)
    values = [figure(trace, quantity, iteration) for iteration in range(first, last + 1)]
    assert low <= np.min(values) <= np.max(values) <= high


def test_no_lesson_stops_before_what_it_claims() -> None:
    assert all(last <= template(name).iterations for name, _, _, last, *_ in CLAIMS)


def test_moons_stay_at_a_quarter_for_three_thousand_epochs() -> None:
    trace = traced("ray-moons", max(p.iteration for p in template("ray-moons").published))
    errors = [figure(trace, "mean_error", n) for n in (3, 1_001, 2_001, 3_001, 4_001)]
    assert np.all(np.abs(np.array(errors[:4]) - 0.25) < 1e-5)
    assert errors[4] < 0.06


def sigmoid(x: Array) -> Array:
    """The sigmoid, written out here."""
    return np.asarray(1 / (1 + np.exp(-x)))


@pytest.mark.parametrize(
    ("name", "function", "slope"),
    [
        ("deep-sigmoid", sigmoid, lambda a: a * (1 - a)),
        ("deep-relu", lambda z: np.maximum(z, 0), lambda a: (a > 0) * 1.0),
    ],
)
def test_first_and_last_gradients_in_numpy_of_our_own(
    name: str, function: Callable[[Array], Array], slope: Callable[[Array], Array]
) -> None:
    rng, sizes = np.random.default_rng(271), [2, 3, 3, 3, 3, 1]
    weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    biases = [np.full((1, b), 0.1) for b in sizes[1:]]
    x, y = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]), np.array([[0], [0], [1], [1]])
    found = []
    for _ in range(100):
        passed = [x]
        for k in range(5):
            z = passed[-1] @ weights[k] + biases[k]
            passed.append(sigmoid(z) if k == 4 else function(z))
        changes: list[Array] = []
        delta = (passed[-1] - y) / 4
        for k in reversed(range(5)):
            changes.insert(0, passed[k].T @ delta)
            biases[k] = biases[k] - 0.3 * delta.sum(axis=0)
            delta = delta @ weights[k].T * slope(passed[k])
        weights = [w - 0.3 * g for w, g in zip(weights, changes, strict=True)]
        found.append(np.abs(changes[0]).mean() / np.abs(changes[4]).mean())
    recorded = [figure(traced(name, 100), "first_to_last", n) for n in range(1, 101)]
    np.testing.assert_allclose(np.array(recorded).reshape(-1), found, rtol=1e-7)


def test_ten_points_by_a_loop_of_our_own() -> None:
    """Full batch and SGD of ten-points, pass by pass, and what lr = 0.2 does to both."""
    given = template("ten-points").given
    x, y = given["x"], given["y"].reshape(-1)

    def totals(rate: float) -> tuple[list[float], list[float]]:
        full, sgd = np.zeros(2), np.zeros(2)
        by_full, by_sgd = [], []
        for _ in range(10):
            change = np.zeros(2)
            for one, wanted in zip(x, y, strict=True):
                change += (wanted - one @ full) * one
                sgd = sgd + rate * (wanted - one @ sgd) * one
            full = full + rate * change
            by_full.append(float(((y - x @ full) ** 2).sum() / 2))
            by_sgd.append(float(((y - x @ sgd) ** 2).sum() / 2))
        return by_full, by_sgd

    full, sgd = totals(0.1)
    trace = traced("ten-points", 100)
    for quantity, expected in (("total_full", full), ("total_sgd", sgd)):
        found = [float(figure(trace, quantity, 10 * (k + 1))) for k in range(10)]
        np.testing.assert_allclose(found, expected, rtol=1e-10)
    assert max(full[-1], sgd[-1]) < 1.1 * min(full[-1], sgd[-1])
    wild, calm = totals(0.2)
    assert wild[-1] > 1e6 and calm[-1] < 0.03


@pytest.mark.parametrize(
    ("batches", "total"), [([[0], [1], [2]], 0.0558), ([[0, 1, 2]], 0.0629)], ids=["rows", "full"]
)
def test_ray_row_by_row_and_at_once_in_numpy_of_our_own(
    batches: list[list[int]], total: float
) -> None:
    """What ray-rows says of both ways: 200 passes at a rate of 0.5."""
    given, start = template("ray").given, template("ray").parameters
    x, y = given["X"], given["y"]
    wh, bh, wout, bout = (start[name] for name in ("wh", "bh", "wout", "bout"))
    for _ in range(200):
        for rows in batches:
            hidden = sigmoid(x[rows] @ wh + bh)
            output = sigmoid(hidden @ wout + bout)
            delta = (y[rows] - output) * output * (1 - output)
            back = delta @ wout.T * hidden * (1 - hidden)
            wout, bout = wout + 0.5 * hidden.T @ delta, bout + 0.5 * delta.sum()
            wh, bh = wh + 0.5 * x[rows].T @ back, bh + 0.5 * back.sum(axis=0)
    output = sigmoid(sigmoid(x @ wh + bh) @ wout + bout)
    found = float(((y - output) ** 2).sum() / 2)
    assert round(found, 4) == total
    if len(batches) == 3:
        recorded = float(figure(traced("ray-rows", 600), "total_loss", 600))
        np.testing.assert_allclose(recorded, found, rtol=1e-9)


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_hundred_hidden_neurons_are_saturated_whatever_the_seed(seed: int) -> None:
    rng, x = np.random.default_rng(seed), template("ray").given["X"]
    hidden = sigmoid(x @ rng.uniform(size=(4, 100)) + rng.uniform(size=100))
    output = sigmoid(hidden @ rng.uniform(size=100) + rng.uniform())
    assert (output * (1 - output)).max() < 1e-12


def test_exam_scores_with_biases_in_numpy_of_our_own() -> None:
    start = template("exam-scores").parameters
    w1, w2, b1, b2 = start["W1"], start["W2"], np.zeros(3), np.zeros(1)
    hours, y = np.array([[2, 9], [1, 5], [3, 6]]), np.array([[0.92], [0.86], [0.89]])
    x = hours / hours.max(axis=0)
    for _ in range(1_000):
        hidden = sigmoid(x @ w1 + b1)
        output = sigmoid(hidden @ w2 + b2)
        delta = (y - output) * output * (1 - output)
        back = delta @ w2.T * hidden * (1 - hidden)
        w1, b1 = w1 + x.T @ back, b1 + back.sum(axis=0)
        w2, b2 = w2 + hidden.T @ delta, b2 + delta.sum()
    new = np.array([[4, 8]]) / hours.max(axis=0)
    score = 100 * sigmoid(sigmoid(new @ w1 + b1) @ w2 + b2).item()
    np.testing.assert_allclose(
        float(figure(traced("exam-bias", 1_000), "score_new", 1_000)), score, rtol=1e-9
    )


def test_four_activations_in_numpy_of_our_own() -> None:
    functions: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
        "sigmoid": (sigmoid, lambda a: a * (1 - a)),
        "tanh": (np.tanh, lambda a: 1 - a**2),
        "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0) * 1.0),
        "identity": (lambda z: z, np.ones_like),
    }
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])
    for name, (function, slope) in functions.items():
        start = template("activations").parameters
        w1, b1, w2, b2 = (start[f"{part}_{name}"] for part in ("W1", "b1", "W2", "b2"))
        losses = []
        for _ in range(200):
            hidden = function(x @ w1 + b1)
            p = sigmoid(hidden @ w2 + b2)
            losses.append(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
            delta = (p - y) / 4
            back = delta @ w2.T * slope(hidden)
            w2, b2 = w2 - 2 * hidden.T @ delta, b2 - 2 * delta.sum()
            w1, b1 = w1 - 2 * x.T @ back, b1 - 2 * back.sum(axis=0)
        found = traced("activations", 200)[f"loss_{name}"].reshape(-1)
        np.testing.assert_allclose(found, losses, rtol=1e-8)


def test_two_layers_without_an_activation_are_one() -> None:
    trace = traced("xor-linear", 200)
    both, one = (trace[name] for name in ("by_both_layers", "by_one_neuron"))
    np.testing.assert_allclose(both, one, rtol=1e-12)
    np.testing.assert_allclose(one[-1], 0.5, atol=1e-5)


@pytest.mark.parametrize(("iterations", "loss"), [(1_000, 1.16e-4), (10_000, 1.09e-5)])
def test_exam_scores_fall_on(iterations: int, loss: float) -> None:
    assert traced("exam-scores", iterations).loss is not None
    found = figure(traced("exam-scores", iterations), "loss", iterations)
    assert found == pytest.approx(loss, rel=0.01)
