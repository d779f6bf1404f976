"""An update is not blamed for what is wrong before it: what would make it right is."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracer.template.read import read_template
from tracer.verify.findings import check_gradients

NETWORK = """
title = "Two layers"
loss  = "loss"
[given]
x  = [[0.5], [-1.2]]
y  = [[0.2], [0.9], [0.4]]
lr = 0.5
[parameters]
W1 = [[0.3, -0.4], [0.6, 0.1], [-0.2, 0.7], [0.9, -0.8]]
W2 = [[0.7, -0.9, 0.4, 0.2], [0.1, 0.5, -0.3, 0.6], [-0.6, 0.3, 0.8, -0.1]]
[[steps]]
title = "Forward"
equations = ["h = sigmoid(W1 @ x)", "o = sigmoid(W2 @ h)", "loss = sum((o - y) ** 2) / 2"]
[[steps]]
title = "Output error"
phase = "backward"
equations = ["d_o = (o - y) * o * (1 - o)"]
[[steps]]
title = "Hidden error"
phase = "backward"
equations = ["s_h = h * (1 - h)", "d_h = W2.T @ d_o * s_h"]
[[steps]]
title = "Updates"
phase = "update"
equations = ["W2 = W2 - lr * d_o @ h.T", "W1 = W1 - lr * d_h @ x.T"]
"""

#: What is changed, and the number of the step and the equation that are blamed, by parameter.
WRONG = {
    "right": ("", "", {}),
    "the output's slope is left out": (
        "d_o = (o - y) * o * (1 - o)",
        "d_o = o - y",
        {"W2": ("2", "d_o = o - y"), "W1": ("2", "d_o = o - y")},
    ),
    "the update itself": (
        "W2 = W2 - lr * d_o @ h.T",
        "W2 = W2 - lr * d_o @ (h * h).T",
        {"W2": ("4", "W2 = W2 - lr * d_o @ (h * h).T")},
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_who_is_blamed(name: str, tmp_path: Path) -> None:
    old, new, expected = WRONG[name]
    path = tmp_path / "network.toml"
    path.write_text(NETWORK.replace(old, new) if old else NETWORK, "utf-8")
    checks = check_gradients(read_template(path)).checks
    found = {c.parameter: (c.step[0], c.equation) for c in checks if c.step is not None}
    assert found == expected
