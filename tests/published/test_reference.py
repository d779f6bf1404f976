"""The lessons against full-precision numbers that plain NumPy computed (reference.json)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from .figures import figure, traced

REFERENCE = {
    name: iterations
    for name, iterations in json.loads(
        (Path(__file__).parent / "reference.json").read_text("utf-8")
    ).items()
    if name != "_readme"
}
ROWS = [
    pytest.param(name, int(iteration), quantity, id=f"{name}-{iteration}-{quantity}")
    for name, iterations in REFERENCE.items()
    for iteration, quantities in iterations.items()
    for quantity in quantities
]


@pytest.mark.parametrize(("name", "iteration", "quantity"), ROWS)
def test_number_to_the_last_digits(name: str, iteration: int, quantity: str) -> None:
    trace = traced(name, max(map(int, REFERENCE[name])))
    expected = np.array(REFERENCE[name][str(iteration)][quantity])
    computed = figure(trace, quantity, iteration)
    assert computed.shape == expected.shape
    np.testing.assert_allclose(computed, expected, rtol=1e-12, atol=1e-12)
