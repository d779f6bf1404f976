"""Nearly equal numbers are equal, and errors on the way are errors: what NumPy makes of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.language.strategies import element_of, read
from tracer.language.elements import element, value
from tracer.language.evaluate import evaluate

#: Numbers that are equal but for their last bits, and large ones.
KNOWN = {
    "third": np.array(0.1 + 0.2),
    "noise": np.array(0.1 + 0.2 - 0.3),
    "ratio": np.array(0.3 / 0.1),
    "small": np.array(1e-11),
    "million": np.array(1e6 * (0.1 + 0.2)),
    "nought": np.array(0.0),
    "far": np.array(900.0),
    "huge": np.array(1e200),
    "v": np.array([0.3, 0.1 + 0.2, 0.3, 0.2]),
    "x": np.array([0.0, 2.0]),
}
SHAPES = {name: array.shape for name, array in KNOWN.items()}

DECIDED: dict[str, float | list[float]] = {
    "third > 0.3": 0,
    "0.3 < third": 0,
    "third >= 0.3": 1,
    "0.3 >= third": 1,
    "third == 0.3": 1,
    "third != 0.3": 0,
    "noise > 0": 0,
    "noise == nought": 1,
    "noise < -noise": 0,
    "-noise >= noise": 1,
    "million == 300000": 1,
    "million > nought + 300000": 0,
    "million <= nought + 300000": 1,
    "small > 0": 1,
    "small == nought": 0,
    "noise < 1e-15": 1,
    "small < 1e-15": 0,
    "sign(noise)": 0,
    "sign(-small)": -1,
    "floor(ratio)": 3,
    "floor(-ratio)": -3,
    "floor(noise - small)": -1,
    "floor(4503599627370497 + nought)": 4503599627370497,
    "step(noise - noise - noise)": 1,
    "where(noise, 1, 2)": 2,
    "where(small, 1, 2)": 1,
    "argmax(v)": 0,
    "argmax(v * 1e6)": 0,
    "argmin(-v)": 0,
    "argmax(v == 0.2)": 3,
    "argmax(v[::-1])": 1,
    "leaky_relu(noise, 0.5)": (0.1 + 0.2 - 0.3) / 2,
    "nought ** nought": 1,
    "x ** 0": [1, 1],
    # What isn't chosen makes no difference.
    "where(x > 1, 1 / x, 5)": [5, 0.5],
    "(1 / x)[1]": 0.5,
    # In these, NumPy itself would have an ordinary number.
    "1 / (1 + exp(far))": np.nan,
    "minimum(1 / nought, 5)": np.nan,
    "maximum(-1 / x, 5)": [np.nan, 5],
    "1 / x > 3": [np.nan, 0],
    "3 < 1 / x": [np.nan, 0],
    "1 / x == x": [np.nan, 0],
    "1 / (1 / x)": [np.nan, 2],
    "where(1 / x > 2, 1, 0)": [np.nan, 0],
    "where(nought / x > 2, 1, 0)": [np.nan, 0],
    "sign(1 / x)": [np.nan, 1],
    "tanh(1 / x)": [np.nan, np.tanh(0.5)],
    "sigmoid(1 / x)": [np.nan, 1 / (1 + np.exp(-0.5))],
    "relu(-1 / x)": [np.nan, 0],
    "exp(-huge * huge)": np.nan,
    "(nought / nought) ** 0": np.nan,
    "2 ** (-1 / x)": [np.nan, 2**-0.5],
    "max(-1 / x)": np.nan,
    "argmax(1 / x)": np.nan,
    "argmin(1 / x)": np.nan,
    "argmax(-1 / x)": np.nan,
    "huge * huge > 3": np.nan,
    "softplus(huge * huge)": np.nan,
    "clip(1 / x, 0, 1)": [np.nan, 0.5],
    "log(1 / (1 / x))": [np.nan, np.log(2)],
}


@pytest.mark.parametrize("text", DECIDED)
def test_decides(text: str) -> None:
    expression = read(text, SHAPES)
    found = evaluate(expression, lambda name: KNOWN[name.id])
    np.testing.assert_allclose(found, np.array(DECIDED[text], float), rtol=1e-14)


@pytest.mark.parametrize("text", DECIDED)
def test_one_number_is_decided_alike(text: str) -> None:
    """Marks, hints and diagnoses compute single numbers."""
    expression = read(text, SHAPES)
    wanted = np.array(DECIDED[text], float)
    trees = [element(expression, index) for index in np.ndindex(wanted.shape)]
    with np.errstate(all="ignore"):
        found = [value(tree, element_of(KNOWN)) for tree in trees]
    np.testing.assert_allclose(np.reshape(found, wanted.shape), wanted, rtol=1e-14)
