"""A program that decides by last bits has numbers that no spreadsheet has: it is told where."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tracer.errors import TracerError

PROGRAM = """import numpy as np

X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([0.0, 1, 1, 1])
w = np.array([0.1, 0.2])
for i in range(4):
    z = X @ w
    out = (z > 0.3) * 1.0
    w = w + 0.1 * X.T @ (y - out)
    print(np.mean(out == y))
"""
#: What stands in the place of the comparison, and what is said of it.
DECIDING = {
    "(z > 0.3) * 1.0": "line 8: element 4 of out .* iteration 1 it is 1 in NumPy, and 0 in spread",
    "np.sign(z - 0.3)": "line 8: element 4 of out .* it is 1 in NumPy, and 0 in spread",
    "np.floor(z / 0.1)": "line 8: element 2 of out .* iteration 2 it is -2 in NumPy, and -1 in",
    "np.where(z <= 0.3, 0.5, z)": "line 8: element 4 of out .* 0.3 in NumPy, and 0.5 in spread",
    "(z > 0.3 + 1e-9) * 1.0": "",
    "(z > 0.35) * 1.0": "",
    "np.maximum(z - 0.3, 0)": "",
}


@pytest.mark.parametrize("deciding", DECIDING)
def test_is_told(deciding: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(PROGRAM.replace("(z > 0.3) * 1.0", deciding), "utf-8")
    if not DECIDING[deciding]:
        assert tracer.load_template(path).iterations == 4
        return
    with pytest.raises(TracerError, match=DECIDING[deciding]):
        tracer.load_template(path)
