"""Training loops of lessons in PyTorch: eager, with autograd and its plain SGD, in doubles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

Array = NDArray[np.float64]
Values = Mapping[str, Array]
Tensor = Any


def _trained(values: Values, names: tuple[str, ...]) -> list[Tensor]:
    return [torch.tensor(values[name]).requires_grad_() for name in names]


def _train(
    parameters: list[Tensor],
    rate: float,
    iterations: int,
    forward: Callable[[], tuple[Tensor, Tensor]],
) -> Array:
    """Run `forward`, which returns output and loss; return the last output."""
    optimizer = torch.optim.SGD(parameters, lr=rate)
    output: Tensor = None
    for _ in range(iterations):
        optimizer.zero_grad()
        output, loss = forward()
        loss.backward()
        optimizer.step()
    return np.asarray(output.detach().numpy())


def ray(values: Values, iterations: int) -> Array:
    """Train the 4-3-1 example."""
    x, y = torch.tensor(values["X"]), torch.tensor(values["y"])
    parameters = wh, bh, wout, bout = _trained(values, ("wh", "bh", "wout", "bout"))

    def forward() -> tuple[Tensor, Tensor]:
        output = torch.sigmoid(torch.sigmoid(x @ wh + bh) @ wout + bout)
        return output, ((y - output) ** 2).sum() / 2

    return _train(parameters, float(values["lr"]), iterations, forward)


def loy(values: Values, iterations: int) -> Array:
    """Train the network in thirty lines."""
    x, y = torch.tensor(values["input"]), torch.tensor(values["y"])
    parameters = w1, w2 = _trained(values, ("weights1", "weights2"))

    def forward() -> tuple[Tensor, Tensor]:
        output = torch.sigmoid(torch.sigmoid(x @ w1) @ w2)
        return output, ((y - output) ** 2).sum()

    return _train(parameters, 1.0, iterations, forward)


def moons(values: Values, iterations: int) -> Array:
    """Train on the two moons; the gradient is added up, as the lesson has it."""
    shifted = values["points"] - values["points"].min()
    x, y = torch.tensor((shifted / shifted.max()).T), torch.tensor(values["classes"].T)
    parameters = w1, w2 = _trained(values, ("weights_input_hidden", "weights_hidden_output"))

    def forward() -> tuple[Tensor, Tensor]:
        output = torch.sigmoid(w2.T @ torch.sigmoid(w1.T @ x))
        _ = ((output > 0.5) == y).double().mean()
        return output, ((y - output) ** 2).sum() / 2

    return _train(parameters, float(values["lr"]), iterations, forward)


def mnist(values: Values, iterations: int) -> Array:
    """Train on fives and eights."""
    x, x_test = (torch.tensor(values[n].T / 255) for n in ("images", "test_images"))
    y, y_test = (torch.tensor((values[n].T == 8) * 1.0) for n in ("labels", "test_labels"))
    parameters = w1, b1, w2, b2 = _trained(values, ("W1", "b1", "W2", "b2"))

    def forward() -> tuple[Tensor, Tensor]:
        output = torch.sigmoid(w2 @ torch.sigmoid(w1 @ x + b1) + b2)
        with torch.no_grad():
            _ = ((output > 0.5) == y).double().mean()
            tested = torch.sigmoid(w2 @ torch.sigmoid(w1 @ x_test + b1) + b2)
            _ = ((tested > 0.5) == y_test).double().mean()
        loss = -(y * torch.log(output) + (1 - y) * torch.log(1 - output)).mean()
        return output, loss

    return _train(parameters, float(values["lr"]), iterations, forward)


#: lesson → its loop.
LOOPS: dict[str, Callable[[Values, int], Array]] = {
    "ray": ray,
    "loy": loy,
    "ray-moons": moons,
    "diary-mnist": mnist,
}
