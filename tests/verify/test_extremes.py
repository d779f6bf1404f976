"""Numbers at the edge of what a computer holds: every check ends with a verdict that is true."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.network.made import templated
from tracer.template.read import read_template
from tracer.verify.findings import check_gradients

TEMPLATE = """
title = "At the edge"
loss  = "loss"
[given]
X = [[1.0, 2.0], [3.0, 4.0]]
lr = {rate}
[parameters]
w = {start}
[[steps]]
equations = ["z = X @ w", "loss = {loss}"]
[[steps]]
phase = "update"
equations = ["w = {new}"]
"""
LINEAR = "sum(z)", "sum(X, axis=0)"
SQUARES = "sum(z * z)", "2 * z @ X"
ROOTS = "sum(sqrt(w)) + 0 * sum(z)", "0.5 / sqrt(w)"


def _found(folder: Path, rate: str, start: str, loss: str, new: str) -> list[str]:
    """Return what is said of each parameter: its factor, or what is wrong; then the notes."""
    path = folder / "edge.toml"
    path.write_text(TEMPLATE.format(rate=rate, start=start, loss=loss, new=new), "utf-8")
    gradients = check_gradients(read_template(path))
    said = [c.sentence.partition(": ")[2] or c.factor_text for c in gradients.checks]
    assert all(row.relative < 1e-3 for c in gradients.checks if c.agrees for row in c.rows)
    return [*said, *gradients.notes]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("rate", "start", "loss", "new", "begins"),
    [
        ("0.1", "[1.0, 2.0]", "1e200 * sum(z)", "w - lr * 1e200 * sum(X, axis=0)", "lr"),
        ("0.1", "[1.0, 2.0]", "1e200 * sum(z)", "w + lr * 1e200 * sum(X, axis=0)", "the sign"),
        ("0.1", "[1.0, 2.0]", "1e200 * sum(z)", "w - lr * 1e200 * w", "w doesn't follow"),
        ("0.1", "[0.0, 0.0]", "1e-200 * sum(z)", "w - lr * 1e-200 * sum(X, axis=0)", "lr"),
        ("1e200", "[1.0, 2.0]", "1e-200 * sum(z)", "w - lr * 1e-200 * sum(X, axis=0)", "lr"),
        ("1e200", "[1.0, 2.0]", "1e-200 * sum(z)", "w + lr * 1e-200 * sum(X, axis=0)", "the sign"),
        ("1e-300", "[0.0, 0.0]", LINEAR[0], f"w - lr * {LINEAR[1]}", "lr"),
        ("1e306", "[1.0, 2.0]", LINEAR[0], f"w - lr * {LINEAR[1]}", "lr"),
        ("0.001", "[1e153, 1e153]", SQUARES[0], f"w - lr * {SQUARES[1]}", "lr"),
        ("0.001", "[1e153, 1e153]", SQUARES[0], f"w - lr * w * {SQUARES[1]} / w[0]", "lr"),
        ("400.0", "[1.0, 2.0]", LINEAR[0], f"w - exp(lr) * {LINEAR[1]}", "5.2"),
        ("0.7", "[1.0, 2.0]", LINEAR[0], f"w - sqrt(1 - lr) * {LINEAR[1]}", "0.547"),
        ("1e-160", "[0.0, 0.0]", LINEAR[0], f"w - lr * (lr * 1e200) * {LINEAR[1]}", "the learn"),
        ("1e200", "[0.0, 0.0]", "1e-200 * sum(z)", "w - lr * (lr * 1e-300) * z[0]", "the upd"),
        ("1e160", "[0.0, 0.0]", LINEAR[0], f"w - lr * (lr * 1e-200) * {LINEAR[1]}", "the learn"),
        ("0.7", "[0.0005, 0.2]", ROOTS[0], f"w - lr * {ROOTS[1]}", "lr"),
        ("0.7", "[0.00002, 0.2]", ROOTS[0], f"w - lr * {ROOTS[1]}", "lr"),
        ("0.7", "[0.000001, 0.2]", ROOTS[0], f"w - lr * {ROOTS[1]}", "lr"),
        ("0.7", "[0.0, 0.0]", ROOTS[0], "w - lr", "w: 2 elements are left out"),
        ("0.7", "[0.00001, 0.00001]", "tanh(1e5 * w[0])", "w - lr * [41997.434161402605, 0]", "lr"),
        ("0.1", "[1.0, 2.0]", "1e12 + sum(z)", "w - lr * w", "w: "),
        ("0.1", "[1.0, 2.0]", "0 * sum(z)", "w - lr * w", "w doesn't follow"),
        ("0.1", "[1.0, 2.0]", "0 * sum(z)", "w - lr * 0 * w", "—"),
    ],
)
def test_every_check_ends_with_a_true_verdict(
    rate: str, start: str, loss: str, new: str, begins: str, tmp_path: Path
) -> None:
    (said,) = _found(tmp_path, rate, start, loss, new)
    assert said.startswith(begins)


def test_differences_that_are_all_off_alike_tell_nothing(tmp_path: Path) -> None:
    """Batch normalisation of numbers that are nearly equal: the loss bends within the width."""
    options = {"layers": "1,1", "activation": "softplus", "output_activation": "sigmoid"}
    options |= {"loss": "sum_of_squares", "init": "constant:value=0.1"}
    found = check_gradients(templated(tmp_path, "and", batch_norm=True, **options))
    assert found.agree
