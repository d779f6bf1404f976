"""Templates whose blocks are too long to be drawn whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

import tracer
from tracer.template.read import read_template
from tracer.template.template import Template

_DATA = """
iterations = 6
loss       = "loss"
metrics    = ["right"]
{batch}

[given]
X  = {{ file = "{name}.csv", columns = ["a", "b", "c"] }}
y  = {{ file = "{name}.csv", columns = ["y"] }}
lr = 0.3

[parameters]
W1 = {{ random = "normal", shape = [3, 4], seed = 1 }}
b1 = {{ random = "normal", shape = [1, 4], seed = 2 }}
W2 = {{ random = "normal", shape = [4, 1], seed = 3 }}

[[steps]]
phase = "prepare"
equations = ["centred = X - mean(X, axis=0)", "Xs = centred / max(abs(centred), axis=0)"]
"""
_NETWORK = """
[[steps]]
equations = [
    "Z1 = Xs @ W1 + b1",
    "A1 = tanh(Z1)",
    "p = sigmoid(A1 @ W2)",
    "loss = -mean(y * log(p) + (1 - y) * log(1 - p))",
    "right = mean((p > 0.5) == y)",
    "largest = max(p ** 2 * (1 - y))",
]

[[steps]]
phase = "backward"
equations = [
    "d2 = (p - y) / len(y)",
    "dW2 = A1.T @ d2",
    "d1 = d2 @ W2.T * (1 - A1 ** 2)",
    "dW1 = Xs.T @ d1",
    "db1 = sum(d1, axis=0, keepdims=True)",
]

[[steps]]
phase = "update"
equations = ["W1 = W1 - lr * dW1", "b1 = b1 - lr * db1", "W2 = W2 - lr * dW2"]
"""
BATCH = 'batch = { size = 130, of = ["Xs", "y"], order = "shuffled", seed = 5 }'


def large(name: str, folder: Path, samples: int = 150) -> Template:
    """Return one: "moons" with samples in columns, "tall" in rows, "batched" in parts."""
    if name == "moons":
        return fewer_samples(tracer.load_template("ray-moons"), samples)
    random = np.random.default_rng(7)
    points = random.normal(size=(samples, 3)).round(3)
    y = (points.sum(axis=1, keepdims=True) > 0).astype(int)
    rows = [",".join(map(str, (*x, *t))) for x, t in zip(points.tolist(), y.tolist(), strict=True)]
    (folder / f"{name}.csv").write_text("\n".join(["a,b,c,y", *rows]) + "\n", "utf-8")
    text = _DATA.format(name=name, batch=BATCH if name == "batched" else "")
    (folder / f"{name}.toml").write_text(f'title = "{name}"\n{text}{_NETWORK}', "utf-8")
    return read_template(folder / f"{name}.toml")


def fewer_samples(template: Template, samples: int) -> Template:
    """Return a template with only the first samples, one in each row of what is given."""
    given = {n: array[:samples] if array.ndim else array for n, array in template.given.items()}
    return replace(template, given=given)
