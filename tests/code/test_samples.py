"""One sample a turn: the loss is of the turn's own sample, and a slope left out is found."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tracer

PROGRAM = """import numpy as np

def squash(x):
    return 1 / (1 + np.exp(-x))

X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8]])
y = [0.9, 0.2, 0.6]
w = np.array([[0.3, -0.4], [0.8, 0.1]])
v = np.array([0.7, -0.5])
b = 0.1
rate = 0.5
for epoch in range(4):
    total = 0
    for k in range(3):
        rate *= 0.9
        h = squash(w.dot(X[k]))
        out = squash(v.dot(h) + b)
        total += 0.5 * (out - y[k]) ** 2
        miss = (out - y[k]) * out * (1 - out)
        d_h = miss * v * h * (1 - h)
        v -= rate * miss * h
        b -= rate * miss
        w -= rate * np.outer(d_h, X[k])
    print(total)
"""

#: What is changed, and what is blamed for which parameters.
WRONG: dict[str, tuple[str, str, set[str], str]] = {
    "right, while the rate falls": ("", "", set(), ""),
    "right, with one rate": ("        rate *= 0.9\n", "\n", set(), ""),
    "the output's slope is left out": (
        "miss = (out - y[k]) * out * (1 - out)",
        "miss = (out - y[k])",
        {"w", "v", "b"},
        "net.py, line 19: miss = (out - y[k])",
    ),
    "one update's is": (
        "v -= rate * miss * h",
        "v -= rate * (out - y[k]) * h",
        {"v"},
        "net.py, line 21: v -= rate * (out - y[k]) * h",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_factor_that_changes_with_the_samples_is_no_rate(name: str, tmp_path: Path) -> None:
    old, new, wrong, code = WRONG[name]
    path = tmp_path / "net.py"
    path.write_text(PROGRAM.replace(old, new) if old else PROGRAM, "utf-8")
    checks = tracer.verify(path).gradients.checks
    assert {c.parameter for c in checks if not c.agrees} == wrong
    assert {c.code for c in checks if not c.agrees} == ({(code,)} if wrong else set())


def test_the_loss_is_that_of_each_turn_s_sample(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(PROGRAM, "utf-8")
    made = tracer.trace(path)
    targets = np.tile([0.9, 0.2, 0.6], 4)
    expected = 0.5 * (made["out"].reshape(-1) - targets) ** 2
    np.testing.assert_allclose(made["total"].reshape(-1), expected, rtol=1e-12)
