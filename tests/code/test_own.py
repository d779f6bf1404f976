"""A function of the running Python as a program: its source is read, never run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracer
from tracer.errors import TracerError

Array = np.ndarray[Any, Any]
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8]])
y = np.array([1.0, 0.2, 0.9])
rows = X
settings: dict[str, Any] = {"rate": 0.2, "sizes": [2, 1]}
never = object()


def squash(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


class Layer:
    def __init__(self, size: int) -> None:
        self.w = np.zeros(size) + 0.1

    def step(self, rows: Array, y: Array) -> None:
        p = squash(rows @ self.w)
        self.w = self.w - settings["rate"] * rows.T @ ((p - y) * p * (1 - p))


def train(rows: Array, y: Array, turns: int = 9) -> Array:
    w = np.zeros(settings["sizes"][0]) + 0.1
    for _ in range(turns):
        p = squash(rows @ w)
        w = w - settings["rate"] * rows.T @ ((p - y) * p * (1 - p))
    return w


def by_layers(turns: int) -> Array:
    layer = Layer(2)
    for _ in range(turns):
        layer.step(X, y)
    return layer.w


def test_a_function_is_read_with_the_values_that_its_names_have() -> None:
    made = tracer.read(train)
    assert made.remarks[0] == "train, line 3: the loop that trains, 9 iterations"
    assert tracer.trace(made.template)["w"][-1] == pytest.approx(train(X, y), rel=1e-9)
    assert tracer.verify(made.template).agree


def test_what_it_calls_is_read_too_and_how_it_is_called_can_be_said() -> None:
    made = tracer.read(by_layers, call="by_layers(5)")
    assert tracer.trace(made.template)["w"][-1] == pytest.approx(by_layers(5), rel=1e-9)


def test_what_a_function_remembers_is_known() -> None:
    rate = 0.3

    def inside() -> Array:
        w = np.ones(2)
        for _ in range(4):
            w = w - rate * X.T @ (X @ w - y)
        return w

    made = tracer.read(inside)
    assert tracer.trace(made.template)["w"][-1] == pytest.approx(inside(), rel=1e-9)


#: What can't be read, and what is said.
REFUSED = [
    (by_layers, 'by_layers: there is no turns to call it with: say call="by_layers(…)".'),
    (len, "a function of your own, or a program's path, can be read."),
]


@pytest.mark.parametrize(("function", "said"), REFUSED)
def test_a_function_that_can_t_be_read_is_refused(function: object, said: str) -> None:
    with pytest.raises(TracerError) as error:
        tracer.read(function)  # type: ignore[arg-type]
    assert said in str(error.value)
