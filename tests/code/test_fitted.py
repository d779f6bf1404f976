"""A program that computes no loss, or only a distance for people: which loss its updates follow."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer

PROGRAM = """import numpy as np
np.random.seed(1)
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8]])
y = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
w = np.random.randn(2, 3)
rate = 0.3
for i in range(5):
    z = X.dot(w)
    out = OUT
    error = y - out
    SHOWN
    delta = DELTA
    w += rate * X.T.dot(delta)
"""
SIGMOID, SOFTMAX = "1 / (1 + np.exp(-z))", "np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)"
SLOPE = "error * out * (1 - out)"

#: The output, the error carried back, what is printed, and the loss that is found.
PROGRAMS = {
    "half the squares": (SIGMOID, SLOPE, "pass", "sum((out - y) ** 2) / 2"),
    "squares": (SIGMOID, f"2 * {SLOPE}", "pass", "sum((out - y) ** 2)"),
    "mean of squares": (SIGMOID, f"2 * {SLOPE} / 9", "pass", "mean((out - y) ** 2)"),
    "cross-entropy of each": (
        *(SIGMOID, "error", "pass"),
        "-sum(y * log(out) + (1 - y) * log(1 - out))",
    ),
    "cross-entropy": (SOFTMAX, "error", "pass", "-sum(y * log(out))"),
    "mean cross-entropy": (SOFTMAX, "error / 3", "pass", "-sum(y * log(out)) / 3"),
    "a distance is shown": (
        *(SIGMOID, SLOPE, "print(np.mean(np.abs(error)))"),
        "sum((out - y) ** 2) / 2",
    ),
    "none": (SIGMOID, "error * (1 - out)", "pass", ""),
    "none fits, a distance is shown": (
        *(SIGMOID, "error * (1 - out)", "print(np.mean(np.abs(error)))"),
        "",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_loss_that_the_updates_follow_is_found_and_said(name: str, tmp_path: Path) -> None:
    out, delta, shown, loss = PROGRAMS[name]
    program = PROGRAM.replace("OUT", out).replace("DELTA", delta).replace("SHOWN", shown)
    path = tmp_path / "net.py"
    path.write_text(program, "utf-8")
    found = tracer.read(path)
    assert found.fitted == loss
    (said,) = (line for line in found.remarks if line.startswith(("loss: ", "no loss")))
    assert said.endswith(f"the updates follow the gradient of {loss}") is bool(loss)
    if loss:
        assert tracer.verify(found.template).agree


def test_a_loss_of_the_file_s_own_stays(tmp_path: Path) -> None:
    program = PROGRAM.replace("OUT", SIGMOID).replace("DELTA", "error")
    path = tmp_path / "net.py"
    path.write_text(program.replace("SHOWN", "loss = np.sum(error ** 2) / 2"), "utf-8")
    found = tracer.read(path)
    assert (found.fitted, found.template.loss) == ("", "loss")
    assert not tracer.verify(path).agree
