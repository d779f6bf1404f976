"""Turns that go one way or another: an `if` on what is computed, what the first turn makes, …"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.code.beside import run
from tracer import trace
from tracer.code.read import read
from tracer.code.values.faults import CodeError

HEAD = """import numpy as np
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 0.4], [-1.5, -0.3]])
y = np.array([1.0, -1.0, 1.0, 1.0, -1.0])
w, b = np.array([0.1, -0.2]), 0.0
"""
#: Programs that train `w`.
READ: dict[str, str] = {
    "perceptron": """
for epoch in range(6):
    for xi, target in zip(X, y):
        if target * (xi @ w + b) <= 0:
            w = w + 0.3 * target * xi
            b += 0.3 * target
""",
    "perceptron in place": """
for epoch in range(6):
    for i in range(len(X)):
        guess = 1 if np.dot(X[i], w) + b >= 0 else -1
        if guess == y[i]:
            continue
        w += 0.3 * y[i] * X[i]
        b += 0.3 * y[i]
""",
    "hinge": """
for epoch in range(8):
    for xi, target in zip(X, y):
        if target * (np.dot(xi, w) - b) >= 1:
            w -= 0.1 * (2 * 0.01 * w)
        else:
            w -= 0.1 * (2 * 0.01 * w - xi * target)
            b -= 0.1 * target
""",
    "a gradient that is cut to a length": """
for epoch in range(20):
    g = X.T @ (X @ w - y)
    length = np.sqrt(np.sum(g ** 2))
    if length > 1.5:
        g = g * 1.5 / length
    w = w - 0.2 * g
""",
    "a rate that follows the loss": """
rate, before = 0.4, 1e9
for epoch in range(25):
    e = X @ w - y
    loss = float(np.mean(e ** 2))
    if loss > before:
        rate *= 0.5
    elif loss < 0.9 * before:
        rate *= 1.05
    before = loss
    w = w - rate * X.T @ e / 3
""",
    "a schedule": """
rate = 0.1
for epoch in range(30):
    if epoch in (10, 20):
        rate /= 2
    w = w - rate * X.T @ (X @ w - y)
""",
    "weights that are reset": """
h = np.zeros(2)
for epoch in range(14):
    if epoch % 4 == 0:
        h = np.zeros(2)
    h = np.tanh(X[epoch % 5] * w + 0.5 * h)
    w = w - 0.1 * (h - 0.3)
""",
    "a speed from the first turn": """
class Momentum:
    def __init__(self):
        self.v = None
    def step(self, w, g):
        if self.v is None:
            self.v = np.zeros_like(w)
        self.v = 0.9 * self.v - 0.05 * g
        return w + self.v
rule = Momentum()
for epoch in range(10):
    w = rule.step(w, X.T @ (X @ w - y))
""",
    "a speed that begins as a number": """
v = 0
for epoch in range(10):
    v = 0.9 * v - 0.05 * X.T @ (X @ w - y)
    w = w + v
""",
    "a dictionary that is filled": """
cache = {}
for epoch in range(10):
    g = X.T @ (X @ w - y)
    cache['s'] = cache.get('s', 0) + g ** 2
    w -= 0.3 * g / (np.sqrt(cache['s']) + 1e-8)
""",
    "dropped by chance": """
np.random.seed(5)
for epoch in range(12):
    if np.random.rand() < 0.5:
        w = w - 0.1 * X[:2].T @ (X[:2] @ w - y[:2])
    else:
        w = w - 0.1 * X.T @ (X @ w - y)
""",
    "until it is near": """
err, turns = 1.0, 0
while err > 0.05 and turns < 200:
    g = X.T @ (X @ w - y)
    w = w - 0.1 * g
    err = np.abs(g).max()
    turns += 1
""",
    "and, or, not": """
for epoch in range(15):
    e = X @ w - y
    if not (e[0] > 0 and e[1] > 0) or e[2] > 5:
        w = w - 0.1 * X.T @ e
    else:
        w = 0.9 * w
""",
    "nested": """
for epoch in range(15):
    for xi, t in zip(X, y):
        e = xi @ w - t
        if abs(e) > 0.1:
            if e > 0:
                w = w - 0.1 * xi
            else:
                w = w + 0.2 * xi
""",
    "shuffled pairs": """
import random
random.seed(2)
pairs = [(xi, t) for xi, t in zip(X, y)]
for epoch in range(4):
    random.shuffle(pairs)
    for xi, t in pairs:
        w = w - 0.1 * (xi @ w - t) * xi
""",
    "a mask with a name": """
W = np.array([[0.3, -0.4, 0.5], [0.2, 0.6, -0.1]])
for epoch in range(6):
    z = X @ W
    mask = z <= 0
    a = z.copy()
    a[mask] = 0
    d = a.sum(axis=1, keepdims=True) - y[:, None] + 0 * a
    d[mask] = 0
    W -= 0.05 * X.T @ d
w = W
""",
}


@pytest.mark.parametrize("name", READ)
def test_either_way_is_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + READ[name], "utf-8")
    template = read(path).template
    traced = trace(template)
    real = np.asarray(run(path)["w"], float)
    parameter = "W" if "W = " in READ[name] else "w"
    assert traced[parameter][-1] == pytest.approx(real, rel=1e-9, abs=1e-12)


def test_which_way_is_an_equation_s_own_question(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + READ["perceptron"], "utf-8")
    equations = [e for s in read(path).template.steps for e in s.equations]
    assert equations == [
        "part = target[0, 0] * (X[0] @ w + b) <= 0",
        "w_2 = w + 0.3 * target[0, 0] * X[0]",
        "w = where(part, w_2, w)",
        "b_2 = b + 0.3 * target[0, 0]",
        "b = where(part, b_2, b)",
    ]


def test_what_is_another_calculation_is_refused_at_its_line(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        f"{HEAD}for n in range(1, 9):\n    for k in range(n):\n        w -= 0.1 * w * X[k % 5]\n",
        "utf-8",
    )
    assert read(path).template.iterations == 36
    path.write_text(
        HEAD + "f = [np.sin, np.cos]\nfor n in range(9):\n    w = f[n % 2](w) - 0.1 * X[0]\n",
        "utf-8",
    )
    with pytest.raises(CodeError, match=r"net\.py, line 7: this is not the same calculation"):
        read(path)
