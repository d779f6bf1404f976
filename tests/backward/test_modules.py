"""Lessons with a derived backward pass against PyTorch's own modules and optimizers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import tracer
from tests.autograd import Tensor, tensor, torch
from tests.backward.forward_modules import FORWARD
from tests.backward.test_optimizers import assert_equal_after_20
from tracer.language.functions import Array

Values = Mapping[str, Tensor]
#: Lessons with several losses are in test_losses.py.
DERIVED = [
    name
    for name in tracer.template_names()
    if tracer.load_template(name).gradients and not tracer.load_template(name).losses
]


def sgd(rate: float, momentum: float = 0.0) -> Callable[[Any], Any]:
    return lambda p: torch.optim.SGD(list(p.values()), lr=rate, momentum=momentum)


def adam(rate: float) -> Callable[[Any], Any]:
    return lambda p: torch.optim.Adam(list(p.values()), lr=rate)


def five(p: dict[str, Tensor]) -> list[Any]:
    return [
        torch.optim.SGD([p["w_descent"]], lr=0.065),
        torch.optim.SGD([p["w_momentum"]], lr=0.03, momentum=0.9),
        torch.optim.Adagrad([p["w_adagrad"]], lr=0.7),
        torch.optim.RMSprop([p["w_rmsprop"]], lr=0.1),
        torch.optim.Adam([p["w_adam"]], lr=0.4),
    ]


def six(p: dict[str, Tensor]) -> list[Any]:
    rates = {"w_001": 0.01, "w_01": 0.1, "w_05": 0.5, "w_09": 0.9, "w_10": 1.0, "w_11": 1.1}
    return [torch.optim.SGD([p[name]], lr=rate) for name, rate in rates.items()]


#: lesson → its optimizer, or optimizers, in PyTorch.
OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "activations": sgd(2.0),
    "diary-deep": sgd(1.0),
    "xor": sgd(0.5, 0.9),
    "xor-linear": sgd(0.5, 0.9),
    "iris": sgd(0.3),
    "optimizers": five,
    "batches": sgd(0.05),
    "deep-sigmoid": sgd(0.3),
    "deep-relu": sgd(0.3),
    "rnn": sgd(0.05),
    "lstm": adam(0.1),
    "attention": adam(0.1),
    "convolution": sgd(0.3),
    "ladder-update": sgd(0.3),
    "layer-norm": sgd(0.1),
    "residual": sgd(0.2),
    "word2vec": sgd(1.0),
    "gru": adam(0.1),
    "multi-head-attention": sgd(0.3, 0.9),
    "transformer-block": adam(0.05),
    "gpt": adam(0.05),
    "learning-rates": six,
    "autoencoder": adam(0.1),
    "seq2seq": adam(0.03),
    "svm": sgd(0.4),
    "lora": adam(0.1),
    "mixture-of-experts": adam(0.1),
    "mamba": adam(0.1),
    "graph-convolution": adam(0.1),
    "clip": adam(0.1),
    "reinforce": sgd(1.0),
    "vae": adam(0.1),
    "diffusion": adam(0.03),
}


#: lesson → how its learning rate changes.
SCHEDULES: dict[str, Callable[[Any], Any]] = {
    "svm": lambda optimizer: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.96)
}
#: Lessons whose point is that they don't learn; how far they come, their own claims say.
STUCK = ("deep-sigmoid", "diary-deep", "xor-linear")
#: Lessons whose loss isn't meant to fall.
GROWING = ("learning-rates", "reinforce")


def test_every_derived_lesson_is_compared() -> None:
    assert set(DERIVED) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", DERIVED)
def test_twenty_iterations_are_pytorchs(name: str) -> None:
    schedule = SCHEDULES.get(name)
    assert_equal_after_20(tracer.load_template(name), OPTIMIZERS[name], schedule, by_name=True)


@pytest.mark.parametrize("name", [name for name in DERIVED if name not in GROWING])
def test_the_loss_falls(name: str) -> None:
    trace = tracer.trace(name)
    loss = trace[trace.program.loss or ""].reshape(-1)
    # Means over the first and the last iterations: mini-batches tremble.
    some = min(5, len(loss) // 2)
    assert loss[-some:].mean() < (1 if name in STUCK else 0.8) * loss[:some].mean()


def layers(sizes: list[int], activation: Any, last: Any, v: Values) -> Any:
    """Return a stack of nn.Linear with a lesson's W1, b1, W2, …"""
    parts: list[Any] = []
    for k in range(1, len(sizes)):
        linear = torch.nn.Linear(sizes[k - 1], sizes[k]).double()
        linear.weight.data, linear.bias.data = v[f"W{k}"].T, v[f"b{k}"].reshape(-1)
        parts += [linear, activation() if k + 1 < len(sizes) else last()]
    return torch.nn.Sequential(*parts)


def deep(activation: Any) -> Callable[[Values], dict[str, Tensor]]:
    def of(v: Values) -> dict[str, Tensor]:
        p = layers([2, 3, 3, 3, 3, 1], activation, torch.nn.Sigmoid, v)(v["X"])
        return {"p": p, "loss": torch.nn.functional.binary_cross_entropy(p, v["y"])}

    return of


def xor(v: Values) -> dict[str, Tensor]:
    p = layers([2, 3, 1], torch.nn.Tanh, torch.nn.Sigmoid, v)(v["X"])
    return {"p": p, "loss": torch.nn.functional.binary_cross_entropy(p, v["y"])}


def rnn(v: Values) -> dict[str, Tensor]:
    cell = torch.nn.RNNCell(1, 2).double()
    cell.weight_ih.data, cell.weight_hh.data = v["W"].T, v["U"].T
    cell.bias_ih.data, cell.bias_hh.data = v["b"][0], torch.zeros(2).double()
    h, found = torch.zeros(4, 2).double(), {}
    for k in range(3):
        found[f"h{k + 1}"] = h = cell(v["X"][:, k : k + 1], h)
    return found


def lstm(v: Values) -> dict[str, Tensor]:
    cell = torch.nn.LSTMCell(1, 2).double()
    cell.weight_ih.data, cell.weight_hh.data = v["W"].T, v["U"].T
    cell.bias_ih.data, cell.bias_hh.data = v["b"][0], torch.zeros(8).double()
    h1, c1 = cell(v["X"][:, :1])
    h2, c2 = cell(v["X"][:, 1:], (h1, c1))
    return {"h1": h1, "c1": c1, "h2": h2, "c2": c2}


def attention(v: Values) -> dict[str, Tensor]:
    q, k, values = (v["X"] @ v[name] for name in ("Wq", "Wk", "Wv"))
    out = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], values[None])
    return {"Z": out[0]}


def convolution(v: Values) -> dict[str, Tensor]:
    z = torch.nn.functional.conv2d(
        v["picture"][None, None], v["kernel"][None, None], v["bias"].reshape(1)
    )
    pooled = torch.nn.functional.max_pool2d(torch.relu(z), 2)
    return {"z": z[0, 0], "pooled": pooled[0, 0]}


#: lesson → what PyTorch's modules make of its starting values.
MODULES: dict[str, Callable[[Values], dict[str, Tensor]]] = {
    "xor": xor,
    "deep-sigmoid": deep(torch.nn.Sigmoid),
    "deep-relu": deep(torch.nn.ReLU),
    "rnn": rnn,
    "lstm": lstm,
    "attention": attention,
    "convolution": convolution,
    **FORWARD,
}


@pytest.mark.parametrize("name", MODULES)
def test_the_forward_pass_is_that_of_pytorchs_modules(name: str) -> None:
    template = tracer.load_template(name)
    trace = tracer.trace(template, 1)
    values = {n: tensor(a) for n, a in {**template.given, **template.parameters}.items()}
    for quantity, expected in MODULES[name](values).items():
        found = trace[quantity][0]
        np.testing.assert_allclose(
            found.reshape(-1), expected.detach().numpy().reshape(-1), rtol=1e-12, atol=1e-14
        )


# -- what the lessons say of themselves ---------------------------------------------------


def final(name: str, quantity: str) -> Array:
    return np.asarray(tracer.trace(name)[quantity][-1])


def test_xor_is_learnt() -> None:
    assert final("xor", "p").round().reshape(-1).tolist() == [0, 1, 1, 0]


def test_most_flowers_are_told_apart() -> None:
    trace = tracer.trace("iris")
    assert trace["accuracy"][-20:].mean() > 0.9
    # The targets that a prepare step makes are the file's own column of names.
    names = (tracer.template.lessons.folder() / "iris.csv").read_text("utf-8").split()[1:][30:]
    kinds = ["setosa", "versicolor", "virginica"]
    expected = [[float(line.endswith(kind)) for kind in kinds] for line in names]
    assert trace["Y"].shape[-1] == 3
    assert trace.value(trace.program.start("Y"), 1).tolist() == expected


def test_sigmoids_let_gradients_vanish_and_relu_does_not() -> None:
    ratios, losses = {}, {}
    for name in ("deep-sigmoid", "deep-relu"):
        trace = tracer.trace(name)
        ratios[name] = float(trace["size_5"][0].item() / trace["size_1"][0].item())
        losses[name] = float(trace["loss"][-1].item())
    assert 5_000 < ratios["deep-sigmoid"] < 5_200  # "5,000 times smaller"
    assert ratios["deep-relu"] < 1
    assert losses["deep-relu"] < 0.1 * losses["deep-sigmoid"]


def test_both_deep_lessons_start_from_the_same_weights() -> None:
    one, other = (tracer.load_template(name) for name in ("deep-sigmoid", "deep-relu"))
    assert all(np.array_equal(a, other.parameters[n]) for n, a in one.parameters.items())


def test_every_token_looks_at_the_one_before() -> None:
    assert final("attention", "A").round(1).tolist() == [[0, 0, 1], [1, 0, 0], [0, 1, 0]]


def test_the_cell_remembers_the_first_number() -> None:
    trace = tracer.trace("lstm")
    np.testing.assert_allclose(trace["p"][-1], trace.template.given["X"][:, :1], atol=0.02)


def test_the_mini_batch_comes_nearly_as_far() -> None:
    trace = tracer.trace("batches")
    assert trace["gap"][-1].item() < 0.1
    assert trace["loss_full"][-1].item() < 0.02 * trace["loss_full"][0].item()
