"""Networks trained where it is tight: weights of tenths, thresholds that are met, kinks at 0."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

from tests.network.made import templated
from tracer.backward.optimizers import OPTIMIZERS
from tracer.network.activations import ACTIVATIONS
from tracer.network.losses import LOSSES
from tracer.template.read import read_template
from tracer.template.template import Template

_PERCEPTRON = """title = "Perceptron"
[given]
X = {X}
y = {y}
lr = {lr}
threshold = {threshold}
[parameters]
w = {w}
[[steps]]
equations = ["z = X @ w", "p = {answer}", "E = y - p", "right = mean(p == y)"]
[[steps]]
phase = "update"
equations = ["w = w + lr * X.T @ E"]
"""
_ANSWERS = (
    *("z > threshold", "step(z - threshold)", "z >= threshold", "sign(z - threshold)"),
    *("relu(z - threshold)", "where(z - threshold, 1, 0)", "floor(z / threshold)"),
)
_TENTHS = (0.1, 0.2, 0.3, -0.1, -0.2, 0.0, 0.5, 0.7, 0.05)
_ROWS = ([0, 0], [0, 1], [1, 0], [1, 1], [2, 1], [0.1, 0.2], [0.3, 0.7], [3, -1])


def perceptrons(folder: Path, seed: int) -> Iterator[Template]:
    """Yield perceptrons whose sums meet their thresholds again and again."""
    choose = random.Random(f"perceptrons {seed}").choice
    for number, answer in enumerate(_ANSWERS):
        rows = [choose(_ROWS) for _ in range(5)]
        path = folder / f"perceptron-{seed}-{number}.toml"
        text = _PERCEPTRON.format(
            X=rows,
            y=[choose((0, 1)) for _ in rows],
            lr=choose((0.1, 0.2, 0.05, 0.3)),
            threshold=choose((0.3, 0.1, 0.5, 0.7)),
            w=[choose(_TENTHS), choose(_TENTHS)],
            answer=answer,
        )
        path.write_text(text, "utf-8")
        yield read_template(path)


def networks(folder: Path, seed: int, count: int) -> Iterator[Template]:
    """Yield networks as `tracer new` writes them, with equal or round weights and steep steps."""
    choose = random.Random(f"networks {seed}").choice
    for _ in range(count):
        loss = choose(list(LOSSES))
        data = {"number": "line", "two": choose(("xor", "moons"))}.get(choose(LOSSES[loss].kinds))
        if data is None:
            continue
        yield templated(
            folder,
            data,
            layers=choose(("2,1", "3,1", "2,2,1")),
            **({} if data == "xor" else {"samples": choose(("4", "6"))}),
            activation=choose(list(ACTIVATIONS)),
            loss=loss,
            optimizer=choose(list(OPTIMIZERS)),
            init=choose(("uniform", "constant:value=0.1", "zero", "normal")),
            iterations="40",
        )
