"""Factors between arrays: the same whatever the size of the numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from tracer.verify.proportion import likeness, quotient, shared_factor

SIZES = (1.0, 1e-200, 1e200, 1e-300, 1e300)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("step", "slopes", "expected", "factor"),
    [
        ([2, 4], [1, 2], 1.0, 2.0),
        ([-2, -4], [1, 2], 1.0, -2.0),
        ([2, 4, 9], [1, 2, 3], 1.0, 2.0),
        ([2, 9], [1, 3], 2.9, 3.0),
        ([2, 9], [1, 3], 1.9, 2.0),
        ([0, 0], [1, 2], 0.5, 0.0),
        ([1, 2], [0, 0], 0.5, 0.5),
        ([0, 2], [1, 0], 0.5, 0.5),
    ],
    ids=["all", "uphill", "most", "near 3", "near 2", "no step", "no slope", "elsewhere"],
)
def test_the_factor_that_most_elements_share(
    step: Sequence[float], slopes: Sequence[float], expected: float, factor: float, size: float
) -> None:
    found = shared_factor(np.multiply(step, size), np.multiply(slopes, size), expected)
    assert found == pytest.approx(factor, rel=1e-12)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("size", SIZES)
def test_quotients_neither_overflow_nor_vanish(size: float) -> None:
    one, other = np.array([3.0, 0.0]), np.array([size, 0.0])
    assert quotient(other, one) == pytest.approx(size / 3, rel=1e-12)
    assert quotient(other, -other) == -1
    assert np.sign([likeness(one, other), likeness(one, -other)]).tolist() == [1, -1]
    assert quotient(one, 0 * one) == likeness(one, 0 * one) == 0
