"""The training loop of the 4-3-1 example as one writes it by hand in NumPy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def train(values: dict[str, Array], iterations: int) -> Array:
    """Train with nothing recorded; return the last output."""
    X, y, lr = values["X"], values["y"], float(values["lr"])  # noqa: N806
    wh, bh, wout, bout = (values[name].copy() for name in ("wh", "bh", "wout", "bout"))
    output = y
    for _ in range(iterations):
        hidden = sigmoid(np.dot(X, wh) + bh)
        output = sigmoid(np.dot(hidden, wout) + bout)
        error = y - output
        slope_output = output * (1 - output)
        slope_hidden = hidden * (1 - hidden)
        d_output = error * slope_output
        d_hidden = d_output.dot(wout.T) * slope_hidden
        wout += hidden.T.dot(d_output) * lr
        bout += np.sum(d_output, axis=0, keepdims=True) * lr
        wh += X.T.dot(d_hidden) * lr
        bh += np.sum(d_hidden, axis=0, keepdims=True) * lr
    return output
