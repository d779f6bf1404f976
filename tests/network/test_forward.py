"""What is written is the textbook's network: checked against NumPy written out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.network.made import templated
from tracer.language.functions import Array
from tracer.run.trace import ProgramTrace, trace_template

TABLE = "a,b,kind\n" + "".join(f"{i % 5},{i * 7 % 4},{'xyz'[i % 3]}\n" for i in range(12))


def one(function: Callable[[float], float]) -> Callable[[Array], Array]:
    """Return a function of numbers as one of arrays, element by element."""
    return lambda z: np.array([function(float(x)) for x in z.flat]).reshape(z.shape)


def softmax(z: Array) -> Array:
    return np.array([[math.exp(x) / sum(map(math.exp, row)) for x in row] for row in z])


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "identity": one(lambda x: x),
    "sigmoid": one(lambda x: 1 / (1 + math.exp(-x))),
    "tanh": one(math.tanh),
    "relu": one(lambda x: max(x, 0)),
    "leaky_relu": one(lambda x: x if x > 0 else x / 100),
    "elu": one(lambda x: x if x > 0 else math.expm1(x)),
    "softplus": one(lambda x: math.log1p(math.exp(x))),
    "silu": one(lambda x: x / (1 + math.exp(-x))),
    # The exact GELU; its tanh form differs by less than 0.0005.
    "gelu": one(lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    "softmax": softmax,
    "step": one(lambda x: float(x >= 0)),
}
LOSSES: dict[str, Callable[[Array, Array], float]] = {
    "half_squared_error": lambda a, y: 0.5 * ((a - y) ** 2).sum(),
    "sum_of_squares": lambda a, y: ((a - y) ** 2).sum(),
    "mean_squared_error": lambda a, y: ((a - y) ** 2).sum() / y.size,
    "mean_absolute_error": lambda a, y: np.abs(a - y).sum() / y.size,
    "huber": lambda a, y: (
        sum(d * d / 2 if d <= 1 else d - 0.5 for d in np.abs(a - y).flat) / y.size
    ),
    "binary_cross_entropy": lambda a, y: (
        -sum(math.log(p if t else 1 - p) for p, t in zip(a.flat, y.flat, strict=True)) / len(y)
    ),
    "categorical_cross_entropy": lambda a, y: -sum(map(math.log, a[y == 1])) / len(y),
    "hinge": lambda a, y: (
        sum(max(0.0, 1 - (p if t else -p)) for p, t in zip(a.flat, y.flat, strict=True)) / len(y)
    ),
}
OUTPUTS = {"binary_cross_entropy": "sigmoid", "categorical_cross_entropy": "softmax"}


def traced(folder: Path, **options: str) -> ProgramTrace:
    (folder / "three.csv").write_text(TABLE, "utf-8")
    asked = {"target": ("kind",), "layers": "4,3", "iterations": "3", **options}
    return trace_template(templated(folder, "three.csv", **asked))


def scaled() -> tuple[Array, Array]:
    x = np.array([[i % 5, i * 7 % 4] for i in range(12)], float)
    return (x - x.mean(axis=0)) / x.std(axis=0), np.tile(np.eye(3), (4, 1))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation(tmp_path: Path, name: str) -> None:
    trace = traced(tmp_path, activation=name)
    z = trace["hidden_layer_input"][0]
    x, _ = scaled()
    start = {key: trace.start(key)[0] for key in ("wh", "bh")}
    assert z == pytest.approx(x @ start["wh"] + start["bh"])
    allowed = 5e-4 if name == "gelu" else 1e-12
    assert trace["hiddenlayer_activations"][0] == pytest.approx(ACTIVATIONS[name](z), abs=allowed)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_at_0(tmp_path: Path, name: str) -> None:
    """With weights and biases of 0 every sum is exactly 0: a bend or a jump, if there is one."""
    made = templated(tmp_path, "moons", samples="5", layers="3,1", activation=name)

    def start(arrays: Mapping[str, Array]) -> dict[str, Array]:
        return {key: a * 0 if key in ("wh", "bh") else a for key, a in arrays.items()}

    # What no gradient reaches (through a step) is given, not learnt.
    made = replace(made, given=start(made.given), parameters=start(made.parameters))
    trace = trace_template(made, 1)
    z = trace["hidden_layer_input"][0]
    assert not z.any()
    wanted = ACTIVATIONS[name](z)
    assert trace["hiddenlayer_activations"][0] == pytest.approx(wanted, abs=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_loss(tmp_path: Path, name: str) -> None:
    trace = traced(tmp_path, loss=name, output_activation=OUTPUTS.get(name, "identity"))
    _, y = scaled()
    for k in range(3):
        assert trace["loss"][k] == pytest.approx(LOSSES[name](trace["output"][k], y))


def test_every_row_is_looked_at() -> None:
    from tracer.network import activations, losses

    assert set(ACTIVATIONS) == set(activations.ACTIVATIONS)
    assert set(LOSSES) == set(losses.LOSSES)


def test_regularisation(tmp_path: Path) -> None:
    trace = traced(tmp_path, l1="0.01", l2="0.1")
    w = np.concatenate([trace.start(name)[0].reshape(-1) for name in ("wh", "wout")])
    penalty = 0.01 * np.abs(w).sum() + 0.05 * (w**2).sum()
    assert trace["loss"][0] - trace["data_loss"][0] == pytest.approx(penalty)


def test_accuracy_and_each_class(tmp_path: Path) -> None:
    trace = traced(tmp_path, iterations="40")
    for k in (0, 10, 39):
        chosen = trace["output"][k].argmax(axis=1)
        truth = np.arange(12) % 3
        assert trace["accuracy"][k] == pytest.approx((chosen == truth).mean())
        for place, name in enumerate("xyz"):
            both = ((chosen == place) & (truth == place)).sum()
            assert trace[f"recall_{name}"][k] == pytest.approx(both / 4)
            taken = max((chosen == place).sum(), 1)
            assert trace[f"precision_{name}"][k] == pytest.approx(both / taken)


def test_two_classes_and_each_of_them(tmp_path: Path) -> None:
    made = templated(tmp_path, "moons", samples="15", iterations="9", loss="hinge")
    trace = trace_template(made)
    truth = made.given["targets"].reshape(-1) == 1
    for k in range(9):
        chosen = trace["output"][k].reshape(-1) > 0
        assert trace["accuracy"][k] == pytest.approx((chosen == truth).mean())
        for name, right, taken in (("0", ~truth, ~chosen), ("1", truth, chosen)):
            both = (right & taken).sum()
            assert trace[f"recall_{name}"][k] == pytest.approx(both / right.sum())
            assert trace[f"precision_{name}"][k] == pytest.approx(both / max(taken.sum(), 1))


def test_dropout_and_batch_normalisation(tmp_path: Path) -> None:
    trace = traced(tmp_path, dropout="0.25", batch_norm=True, batch="5", iterations="30")  # type: ignore[arg-type]
    masks = trace.template.given["dropout_mask"]
    x, y = scaled()
    assert trace.record.schedule is not None
    mean, variance = np.zeros(4), np.ones(4)
    for k in range(30):
        now = {n: trace.start(n)[k] for n in ("wh", "gamma", "beta", "wout", "bout")}
        rows = trace.record.schedule[k]
        z = x[rows] @ now["wh"]
        normal = (z - z.mean(axis=0)) / np.sqrt(z.var(axis=0) + 1e-5)
        mask = masks[(np.arange(5) + 5 * k) % len(masks)]
        h = np.tanh(normal * now["gamma"] + now["beta"]) * mask / 0.75
        out = softmax(h @ now["wout"] + now["bout"])
        assert trace["output"][k] == pytest.approx(out)
        assert trace["loss"][k] == pytest.approx(LOSSES["categorical_cross_entropy"](out, y[rows]))
        mean, variance = 0.9 * mean + 0.1 * z.mean(axis=0), 0.9 * variance + 0.1 * z.var(axis=0)
    new = {n: trace[n][-1] for n in ("wh", "gamma", "beta", "wout", "bout")}
    normal = (x[rows] @ new["wh"] - mean) / np.sqrt(variance + 1e-5)
    plain = softmax(np.tanh(normal * new["gamma"] + new["beta"]) @ new["wout"] + new["bout"])
    assert trace["output_plain"][-1] == pytest.approx(plain)
    assert 0.6 < masks.mean() < 0.9


def test_held_out_rows(tmp_path: Path) -> None:
    trace = traced(tmp_path, test="3", iterations="20")
    given = trace.template.given
    x, y = given["inputs"], given["targets"].reshape(-1)
    new = {n: trace[n][-1] for n in ("wh", "bh", "wout", "bout")}
    held = (given["inputs_test"] - x.mean(axis=0)) / x.std(axis=0)
    out = softmax(np.tanh(held @ new["wh"] + new["bh"]) @ new["wout"] + new["bout"])
    truth = given["targets_test"].reshape(-1).astype(int)
    assert (len(y), len(truth)) == (9, 3)
    assert trace["loss_test"][-1] == pytest.approx(-np.log(out[range(3), truth]).mean())
    assert trace["accuracy_test"][-1] == pytest.approx((out.argmax(axis=1) == truth).mean())
