"""Every row of the tables gives a template that reads, checks, runs, is right, and learns."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pytest

from tests.network.made import designed, templated
from tracer.backward.optimizers import OPTIMIZERS, SCHEDULES
from tracer.errors import TracerError
from tracer.network.activations import ACTIVATIONS
from tracer.network.initialisations import INITIALISATIONS
from tracer.network.losses import LOSSES
from tracer.network.scalings import SCALINGS
from tracer.run.trace import trace_template
from tracer.template.template import Template
from tracer.verify.findings import check_gradients

CLASSES = "a,b,kind\n" + "".join(f"{i % 5},{i * 7 % 4},{'xyz'[i % 3]}\n" for i in range(12))
#: A kind of target: its data and the options it needs.
KINDS: dict[str, tuple[str, dict[str, object]]] = {
    "number": ("line", {"samples": "8"}),
    "two": ("or", {"layers": "4,1"}),
    "two columns": ("moons", {"layers": "4,2", "samples": "8"}),
    "several": ("three.csv", {"target": ("kind",)}),
}


def learns(template: Template) -> None:
    losses = trace_template(template)["loss"].reshape(-1)
    assert np.isfinite(losses).all()
    assert losses[-1] < losses[0]


def fits(kind: str, output: str, loss: str) -> bool:
    """Say, without asking the package, whether the three belong together."""
    if output == "step" or (output == "softmax" and kind in ("number", "two")):
        return False
    if loss == "binary_cross_entropy":
        return output == "sigmoid" and kind != "number"
    if loss == "categorical_cross_entropy":
        return output == "softmax" and kind in ("two columns", "several")
    if loss == "hinge":
        return output in ("identity", "tanh") and kind != "number"
    return True


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("output", "loss"), [*product(ACTIVATIONS, LOSSES)])
def test_output_and_loss(tmp_path: Path, kind: str, output: str, loss: str) -> None:
    (tmp_path / "three.csv").write_text(CLASSES, "utf-8")
    data, options = KINDS[kind]
    asked = {**options, "output_activation": output, "loss": loss, "iterations": "60"}
    if not fits(kind, output, loss):
        with pytest.raises(TracerError) as caught:
            designed(tmp_path, data, **asked)
        assert len(str(caught.value).splitlines()) == 1
        return
    made = templated(tmp_path, data, **asked)
    learns(made)
    assert check_gradients(made).agree


@pytest.mark.parametrize("names", ["words", "ng"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_hidden_activation(tmp_path: Path, activation: str, names: str) -> None:
    made = templated(
        tmp_path,
        "moons",
        samples="20",
        activation=f"{activation},tanh",
        layers="5,4,1",
        names=names,
        iterations="60",
    )
    learns(made)
    assert check_gradients(made).agree


@pytest.mark.parametrize(
    ("options", "drawn"),
    [({"activation": "step"}, ["wh", "bh"]), ({"activation": "tanh"}, [])],
)
def test_what_a_step_hides_stays_as_drawn(
    tmp_path: Path, options: dict[str, str], drawn: list[str]
) -> None:
    made = templated(tmp_path, "or", **options)
    assert [name for name in ("wh", "bh") if name in made.given] == drawn


@pytest.mark.parametrize("name", INITIALISATIONS)
def test_initialisation(tmp_path: Path, name: str) -> None:
    made = templated(tmp_path, "or", init=name, layers="3,1", iterations="40")
    learns(made)
    weights = made.parameters["wh"]
    assert weights.shape == (2, 3)
    assert str(made.origins["wh"]).startswith(f"random {name}")
    assert (np.ptp(weights) == 0) == (name in ("zeros", "constant"))


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizer(tmp_path: Path, name: str) -> None:
    learns(templated(tmp_path, "moons", optimizer=name, iterations="60"))


def test_every_optimizer_has_a_usual_rate() -> None:
    assert all(0 < row.rate <= 0.1 for row in OPTIMIZERS.values())


@pytest.mark.parametrize(
    "schedule",
    ["constant", "step:every=20", "exponential:factor=0.9", "cosine:over=60", "warm_up:over=9"],
)
def test_schedule(tmp_path: Path, schedule: str) -> None:
    assert schedule.partition(":")[0] in SCHEDULES
    learns(templated(tmp_path, "or", schedule=schedule, iterations="60"))


NUMBERS = "a,b,y\n1,-5,10\n2,7,-20\n3,6,40\n10,0,5\n"


@pytest.mark.parametrize("name", SCALINGS)
def test_scaling(tmp_path: Path, name: str) -> None:
    (tmp_path / "numbers.csv").write_text(NUMBERS, "utf-8")
    made = templated(
        tmp_path,
        "numbers.csv",
        target=("y",),
        scale=name,
        scale_target=name,
        rate="0.0001" if name == "none" else "0.1",
    )
    trace = trace_template(made, 5)
    x = np.array([[1, -5], [2, 7], [3, 6], [10, 0]], float)
    expected = {
        "none": x,
        "max": x / [10, 7],
        "min-max": (x - [1, -5]) / [9, 12],
        "standardise": (x - x.mean(axis=0)) / x.std(axis=0),
    }[name]
    assert trace["X"][0] == pytest.approx(expected)
    answer = trace["output" if name == "none" else "answer"][-1]
    y = np.array([[10.0], [-20], [40], [5]])
    off = np.abs(answer - y).mean()
    assert trace["mean_error"][-1] == pytest.approx(off)


@pytest.mark.parametrize("name", SCALINGS)
@pytest.mark.parametrize("value", ["0", "0.1", "-3"])
def test_a_constant_column_divides_by_nothing(tmp_path: Path, name: str, value: str) -> None:
    (tmp_path / "d.csv").write_text(f"a,b,y\n1,{value},1\n2,{value},2\n3,{value},4\n", "utf-8")
    made = templated(tmp_path, "d.csv", target=("y",), scale=name, iterations="3", rate="0.001")
    column = trace_template(made)["X"][0][:, 1]
    assert np.isfinite(column).all() and np.ptp(column) == 0
    assert np.abs(column).max() < 4
