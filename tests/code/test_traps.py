"""Programs whose meaning is easily missed, beside the same programs run by Python itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.code.beside import check_as_python
from tracer.code.read import read
from tracer.code.values.faults import CodeError

HEAD = """import numpy as np
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 0.4], [-1.5, -0.3]])
y = np.array([1.0, 0.2, 0.9, 0.5, -0.3])
Y = y.reshape(-1, 1)
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
"""
PROGRAMS: dict[str, str] = {
    "in place, through a second name": """
W = np.ones((2, 1)) * 0.1
alias = W
for i in range(7):
    a = sigmoid(X @ W)
    d = a
    d -= Y
    alias -= 0.1 * X.T @ d * 1.0
""",
    "lists that are never copied": """
import copy
w = [np.array([0.1, 0.2]), np.array([0.3])]
old = w
shallow = w[:]
for i in range(6):
    e = X @ w[0] + w[1] - y
    w[0] = w[0] - 0.1 * X.T @ e
    w[1] -= 0.1 * e.sum()
    w[1] += 0.01 * (old[0].sum() - shallow[0].sum())
W = w[0]
b = w[1]
""",
    "weights changed before the error passes through them": """
np.random.seed(0)
W1 = np.random.randn(2, 3); W2 = np.random.randn(3, 1)
for i in range(9):
    h = sigmoid(X.dot(W1)); o = sigmoid(h.dot(W2))
    d2 = (Y - o) * o * (1 - o)
    W2 += h.T.dot(d2)
    d1 = d2.dot(W2.T) * h * (1 - h)
    W1 += X.T.dot(d1)
""",
    "clip with out=": """
W = np.ones((2, 1))
for i in range(9):
    d = X.T @ (X @ W - Y)
    np.clip(d, -0.5, 0.5, out=d)
    W -= 0.3 * d
""",
    "an argument that a function overwrites": """
W = np.ones((2, 1))
def relu_(z):
    z[z < 0] = 0
    return z
for i in range(9):
    z = X @ W
    a = relu_(z)
    d = (a - Y) * (z > 0)
    W -= 0.1 * X.T @ d
""",
    "a half goes to even": """
W = np.array([0.5, 1.5])
for i in range(6):
    r = np.array([round(2.5), round(0.5), round(-1.5), np.round(3.5), np.around(4.5)])
    W = W - 0.01 * X.T @ (X @ W - r)
""",
    "private names of a class": """
class Net:
    __rate = 0.2
    def __init__(self):
        self.__w = np.ones(2)
    def __step(self):
        self.__w = self.__w - self.__rate * X.T @ (X @ self.__w - y)
    def train(self):
        for _ in range(5):
            self.__step()
        return self.__w
W = Net().train()
""",
    "a loop variable that is used again inside": """
W = np.array([0.1, 0.2])
for i in range(5):
    for i in range(2):
        W[i] = W[i] - 0.05 * (X[:, i] @ (X @ W - y))
    W = W * (1 - 0.01 * i)
""",
    "(n, 1) and (n,) make n × n": """
W = np.ones((2, 1)) * 0.1
for i in range(5):
    e = X @ W - y
    W = W - 0.01 * X.T @ e.mean(axis=1, keepdims=True)
""",
    "a row that is shown and changed": """
W = np.ones((3, 2)) * 0.1
Xb = np.c_[X, np.ones(5)]
for i in range(5):
    row = W[0]
    g = Xb.T @ (Xb @ W - np.c_[y, 1 - y])
    W -= 0.1 * g
    row *= 0.99
    W[2] += 0.001
""",
    "a transposed array that is changed": """
W = np.ones((2, 3)) * 0.1
T = W.T
for i in range(4):
    e = T @ X.T - np.vstack([y, 1 - y, y * 2])
    T -= 0.05 * e @ X
""",
    "a default list that is kept": """
def step(w, hist=[]):
    hist.append(w)
    return hist[-1] * 0.9 + 0.1 * hist[0]
W = np.array([1.0, 2.0])
for i in range(6):
    W = step(W) - 0.05 * X.T @ (X @ W - y)
""",
    "what a function inside remembers": """
def make(rate):
    v = np.zeros(2)
    def step(w):
        nonlocal v
        v = 0.9 * v - rate * X.T @ (X @ w - y)
        return w + v
    return step
step = make(0.05)
W = np.zeros(2)
for i in range(6):
    W = step(W)
""",
    "global names": """
W = np.zeros(2)
t = 0
m = v = np.zeros(2)
def adam(g):
    global m, v, t, W
    t += 1
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g ** 2
    W = W - 0.1 * (m / (1 - 0.9 ** t)) / (np.sqrt(v / (1 - 0.999 ** t)) + 1e-8)
for i in range(6):
    adam(X.T @ (X @ W - y))
""",
    "two names for one array": """
W = np.zeros(2)
m = v = np.zeros(2)
for i in range(6):
    g = X.T @ (X @ W - y)
    m += g
    v *= 0.5
    W -= 0.05 * (m + v)
""",
    "a last batch that is smaller": """
W = np.zeros(2)
for epoch in range(4):
    for s in range(0, 5, 2):
        xb, yb = X[s:s+2], y[s:s+2]
        W -= 0.1 * xb.T @ (xb @ W - yb) / len(xb)
""",
    "an order that is shuffled": """
np.random.seed(3)
W = np.zeros(2)
idx = np.arange(5)
for epoch in range(4):
    np.random.shuffle(idx)
    for i in idx:
        W -= 0.1 * X[i] * (X[i] @ W - y[i])
""",
    "labels of a batch": """
rng = np.random.default_rng(3)
W = rng.normal(size=(2, 3)) * 0.1
lab = np.array([0, 2, 1, 2, 0])
for step in range(12):
    idx = rng.permutation(5)[:3]
    xb, yb = X[idx], lab[idx]
    s = xb @ W
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[range(3), yb]).mean()
    p[range(3), yb] -= 1
    W -= 0.1 * xb.T @ p / 3
""",
    "a label for each sample": """
W = np.ones((2, 3)) * 0.1
lab = [0, 2, 1, 2, 0]
for epoch in range(3):
    for x, t in zip(X, lab):
        s = x @ W
        p = np.exp(s) / np.exp(s).sum()
        loss = -np.log(p[t])
        d = p.copy()
        d[t] -= 1
        W -= 0.1 * np.outer(x, d)
""",
    "rows of weights by a number of the data": """
np.random.seed(1)
E = np.random.randn(4, 2)
W = np.random.randn(2, 4)
words = [0, 2, 1, 3, 2, 0]
for epoch in range(3):
    for a, b in zip(words, words[1:]):
        h = E[a]
        u = h @ W
        p = np.exp(u) / np.sum(np.exp(u))
        p[b] -= 1
        g = W @ p
        W -= 0.1 * np.outer(h, p)
        E[a] -= 0.1 * g
""",
    "arguments with defaults": """
import argparse
p = argparse.ArgumentParser()
p.add_argument('--lr', type=float, default=0.1)
p.add_argument('--epochs', type=int, default=6)
args = p.parse_args()
W = np.zeros(2)
for i in range(args.epochs):
    W -= args.lr * X.T @ (X @ W - y)
""",
    "Python's own sum": """
W = np.zeros(2)
for i in range(5):
    p = X @ W
    g0 = sum((p - y) * X[:, 0]); g1 = sum([(a - b) * c for a, b, c in zip(p, y, X[:, 1])])
    loss = sum((p - y) ** 2) / len(y)
    W = W - 0.1 * np.array([g0, g1])
""",
    "Python's own max and min": """
W = np.zeros(2)
for i in range(5):
    e = X @ W - y
    g = X.T @ e
    scale = max(abs(g[0]), abs(g[1]), 0.1)
    W = W - 0.1 * g / scale
    W[0] = min(W[0], 0.2)
""",
    "whole numbers that become fractions": """
W = np.array([1, 2])
for i in range(5):
    W = W - 0.1 * X.T @ (X @ W - y)
""",
    "lists, zip, reversed": """
np.random.seed(2)
sizes = [2, 3, 1]
Ws = [np.random.randn(a, b) for a, b in zip(sizes[:-1], sizes[1:])]
bs = [np.zeros((1, b)) for b in sizes[1:]]
for i in range(5):
    acts = [X]
    for W, b in zip(Ws, bs):
        acts.append(sigmoid(acts[-1] @ W + b))
    delta = acts[-1] - Y
    for l in reversed(range(len(Ws))):
        gw = acts[l].T @ delta; gb = delta.sum(0, keepdims=True)
        delta = delta @ Ws[l].T * acts[l] * (1 - acts[l])
        Ws[l] -= 0.5 * gw; bs[l] -= 0.5 * gb
W = Ws[0]
b = bs[1]
""",
    "dataclass and namedtuple": """
from dataclasses import dataclass
from collections import namedtuple
@dataclass
class Layer:
    w: object
    rate: float = 0.1
Batch = namedtuple('Batch', 'x y')
L = Layer(np.zeros(2))
batch = Batch(X, y)
for i in range(5):
    L.w = L.w - L.rate * batch.x.T @ (batch.x @ L.w - batch.y)
W = L.w
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_is_easily_missed_is_read_as_python_does_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + PROGRAMS[name], "utf-8")
    check_as_python(path, monkeypatch)


#: What is refused, the line, and what is said.
REFUSED: dict[str, tuple[str, int, str]] = {
    "np.matrix": (
        "W = np.matrix([[0.1], [0.2]])\nfor i in range(5):\n    W = W - 0.1 * X.T * (X * W - Y)",
        6,
        "np.matrix, whose * is a matrix product can't be read",
    ),
    "cut to whole numbers": (
        "W = np.array([10, 20])\nfor i in range(5):\n    W[:] = W - X.T @ (X @ W - y)",
        8,
        "the cut to whole numbers",
    ),
    "a generator": (
        (
            "def rows():\n    for x in X:\n        yield x\nW = np.zeros(2)\n"
            "for i in range(5):\n    for x in rows():\n        W = W - 0.1 * x"
        ),
        11,
        "'yield' in rows",
    ),
    "three dimensions": (
        "W = np.ones((2, 3, 4))\nfor i in range(5):\n    W = W - 0.1 * np.tanh(W)",
        8,
        "an array of more than two dimensions",
    ),
    "lost indentation": ("for i in range(5):\nW = 3", 7, "expected an indented block"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_t_be_read_is_refused_at_its_line(name: str, tmp_path: Path) -> None:
    program, line, said = REFUSED[name]
    path = tmp_path / "net.py"
    path.write_text(
        HEAD.replace("def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n", "") + "\n" + program,
        "utf-8",
    )
    with pytest.raises(CodeError) as error:
        read(path)
    assert str(error.value).startswith(f"net.py, line {line}: ")
    assert said in str(error.value)


def test_numbers_of_seven_digits_are_told(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        f"{HEAD}W = np.zeros(2, dtype=np.float32)\nfor i in range(40):\n"
        "    W -= 0.1 * X.T @ (X @ W - y)\n",
        "utf-8",
    )
    said = read(path).remarks[-1]
    assert said.startswith("after 40 iterations its numbers are the program's own, which it rounds")


def test_a_helper_that_calls_another_is_read_with_it(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        f"{HEAD}def soft(z):\n    return z / (1 + abs(z))\n"
        "def _net(X, W):\n    return soft(X @ W) + soft(2 * (X @ W))\n"
        "W = np.ones(2)\nfor i in range(9):\n    W = W - 0.1 * X.T @ (_net(X, W) - y)\n",
        "utf-8",
    )
    template = read(path).template
    assert template.helpers == (
        "soft(z) = z / (1 + abs(z))",
        "net(X, W) = soft(X @ W) + soft(2 * (X @ W))",
    )
