"""Training loops of lessons as one writes them by hand in NumPy: nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Values = Mapping[str, Array]


def sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result


def ray(values: Values, iterations: int) -> Array:
    """Train the 4-3-1 example; return the last output."""
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


def loy(values: Values, iterations: int) -> Array:
    """Train the network in thirty lines, with loss and accuracy; return the last output."""
    x, y = values["input"], values["y"]
    weights1, weights2 = values["weights1"].copy(), values["weights2"].copy()
    output = y
    for _ in range(iterations):
        layer1 = sigmoid(np.dot(x, weights1))
        output = sigmoid(np.dot(layer1, weights2))
        d_output = 2 * (y - output) * (output * (1 - output))
        d_weights2 = np.dot(layer1.T, d_output)
        d_weights1 = np.dot(x.T, np.dot(d_output, weights2.T) * (layer1 * (1 - layer1)))
        weights1 += d_weights1
        weights2 += d_weights2
        _ = np.sum((y - output) ** 2)
        _ = np.mean((output > 0.5) == y)
    return output


def moons(values: Values, iterations: int) -> Array:
    """Train on the two moons, with the mean error and the accuracy; return the last output."""
    shifted = values["points"] - values["points"].min()
    x, y, lr = (shifted / shifted.max()).T, values["classes"].T, float(values["lr"])
    w1, w2 = values["weights_input_hidden"].copy(), values["weights_hidden_output"].copy()
    output = y
    for _ in range(iterations):
        hidden = sigmoid(np.dot(w1.T, x))
        output = sigmoid(np.dot(w2.T, hidden))
        _ = np.mean((y - output) ** 2 / 2)
        d_output = -(y - output) * (output * (1 - output))
        d_w2 = np.dot(hidden, d_output.T)
        d_w1 = np.dot(x, (np.dot(w2, d_output) * (hidden * (1 - hidden))).T)
        w2 -= lr * d_w2
        w1 -= lr * d_w1
        _ = np.mean((output > 0.5) == y)
    return output


def mnist(values: Values, iterations: int) -> Array:
    """Train on fives and eights, with cost and both accuracies; return the last output."""
    x, x_test = values["images"].T / 255, values["test_images"].T / 255
    y, y_test = (values["labels"].T == 8) * 1.0, (values["test_labels"].T == 8) * 1.0
    n, lr = x.shape[1], float(values["lr"])
    w1, b1, w2, b2 = (values[name].copy() for name in ("W1", "b1", "W2", "b2"))
    a2: Array = y
    for _ in range(iterations):
        a1 = sigmoid(np.dot(w1, x) + b1)
        a2 = sigmoid(np.dot(w2, a1) + b2)
        _ = -np.sum(y * np.log(a2) + (1 - y) * np.log(1 - a2)) / n
        _ = 100 * np.mean((a2 > 0.5) == y)
        tested = sigmoid(np.dot(w2, sigmoid(np.dot(w1, x_test) + b1)) + b2)
        _ = 100 * np.mean((tested > 0.5) == y_test)
        dz2 = a2 - y
        dw2 = np.dot(dz2, a1.T) / n
        db2 = np.sum(dz2, axis=1, keepdims=True) / n
        dz1 = np.dot(w2.T, dz2) * a1 * (1 - a1)
        dw1 = np.dot(dz1, x.T) / n
        db1 = np.sum(dz1, axis=1, keepdims=True) / n
        w1 -= lr * dw1
        b1 -= lr * db1
        w2 -= lr * dw2
        b2 -= lr * db2
    return a2


#: lesson → its loop by hand, and the name of what that returns.
LOOPS: dict[str, tuple[Callable[[Values, int], Array], str]] = {
    "ray": (ray, "output"),
    "loy": (loy, "output"),
    "ray-moons": (moons, "output"),
    "diary-mnist": (mnist, "A2"),
}
