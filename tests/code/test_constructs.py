"""What Python's and NumPy's constructs mean in read programs, beside Python itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.code.beside import check_as_python

HEAD = """import numpy as np
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 0.4], [-1.5, -0.3]])
y = np.array([1.0, 0.2, 0.9, 0.5, -0.3])
Y = y.reshape(-1, 1)
"""
PROGRAMS: dict[str, str] = {
    "a dictionary of parameters": """
params = {'W1': np.ones((2, 3)) * 0.1, 'b1': np.zeros(3), 'W2': np.ones((3, 1)) * 0.2}
m = {k: np.zeros_like(v) for k, v in params.items()}
v = {k: np.zeros_like(p) for k, p in params.items()}
for t in range(1, 8):
    h = np.maximum(0, X @ params['W1'] + params['b1'])
    out = h @ params['W2']
    d = 2 * (out - Y) / len(X)
    dh = d @ params['W2'].T
    dh[h <= 0] = 0
    grads = {'W2': h.T @ d, 'W1': X.T @ dh, 'b1': dh.sum(0)}
    for k in params:
        m[k] = 0.9 * m[k] + 0.1 * grads[k]
        v[k] = 0.99 * v[k] + 0.01 * grads[k] ** 2
        params[k] -= 0.05 * (m[k] / (1 - 0.9 ** t)) / (np.sqrt(v[k] / (1 - 0.99 ** t)) + 1e-8)
""",
    "dropout": """
np.random.seed(7)
W1 = np.random.randn(2, 4); W2 = np.random.randn(4, 1)
for i in range(8):
    h = np.tanh(X @ W1)
    mask = (np.random.rand(*h.shape) > 0.3) / 0.7
    h *= mask
    o = h @ W2
    e = o - Y
    dW2 = h.T @ e
    dh = (e @ W2.T) * mask * (1 - np.tanh(X @ W1) ** 2)
    W2 -= 0.05 * dW2
    W1 -= 0.05 * X.T @ dh
""",
    "batch normalisation": """
W = np.ones((2, 3)) * 0.1
g, b = np.ones(3), np.zeros(3)
rm = np.zeros(3)
for i in range(6):
    z = X @ W + np.arange(3) * X[:, :1]
    mu, var = z.mean(0), z.var(0)
    zn = (z - mu) / np.sqrt(var + 1e-5)
    out = (g * zn + b).sum(1)
    rm = 0.9 * rm + 0.1 * mu
    d = (out - y)[:, None] / 5
    b = b - 0.1 * (d * np.ones(3)).sum(0)
    g = g - 0.1 * (d * zn).sum(0)
""",
    "states in a dictionary": """
np.random.seed(1)
Wx, Wh, Wy = np.random.randn(3, 1), np.random.randn(3, 3) * 0.3, np.random.randn(1, 3)
seq = [0.1, 0.5, -0.3, 0.8]
for epoch in range(6):
    hs = {-1: np.zeros((3, 1))}
    loss = 0
    for t in range(3):
        hs[t] = np.tanh(Wx * seq[t] + Wh @ hs[t - 1])
        loss += 0.5 * ((Wy @ hs[t])[0, 0] - seq[t + 1]) ** 2
    dWx, dWh, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wy)
    dn = np.zeros((3, 1))
    for t in reversed(range(3)):
        e = Wy @ hs[t] - seq[t + 1]
        dWy += e @ hs[t].T
        dh = Wy.T @ e + dn
        da = dh * (1 - hs[t] * hs[t])
        dWx += da * seq[t]
        dWh += da @ hs[t - 1].T
        dn = Wh.T @ da
    for p, d in zip([Wx, Wh, Wy], [dWx, dWh, dWy]):
        np.clip(d, -5, 5, out=d)
        p -= 0.1 * d
""",
    "patience and break": """
W = np.zeros(2)
best, wait, best_W = np.inf, 0, None
for epoch in range(100):
    e = X @ W - y
    loss = np.mean(e ** 2)
    if loss < best - 1e-3:
        best, wait, best_W = loss, 0, W.copy()
    else:
        wait += 1
        if wait >= 3:
            break
    W -= 0.3 * X.T @ e / 5
""",
    "properties, static and class methods": """
class Neuron:
    count = 0
    def __init__(self, n):
        self._w = np.zeros(n)
        Neuron.count += 1
    @property
    def w(self):
        return self._w
    @w.setter
    def w(self, v):
        self._w = np.clip(v, -0.3, 0.3)
    @staticmethod
    def act(z):
        return np.where(z > 0, z, 0.1 * z)
    @classmethod
    def make(cls, n):
        return cls(n)
    def __call__(self, X):
        return self.act(X @ self.w)
n = Neuron.make(2)
for i in range(7):
    z = X @ n.w
    d = (n(X) - y) * np.where(z > 0, 1, 0.1)
    n.w = n.w - 0.2 * X.T @ d
""",
    "layers that inherit": """
class Layer:
    def __init__(self): self.x = None
    def forward(self, x): raise NotImplementedError
    def backward(self, g, lr): raise NotImplementedError
class Dense(Layer):
    def __init__(self, i, o, rng):
        super().__init__()
        self.W = rng.standard_normal((i, o)) * np.sqrt(2 / i)
        self.b = np.zeros((1, o))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g, lr):
        gi = g @ self.W.T
        self.W -= lr * self.x.T @ g
        self.b -= lr * g.sum(axis=0, keepdims=True)
        return gi
class Act(Layer):
    def __init__(self, f, df):
        super().__init__()
        self.f, self.df = f, df
    def forward(self, x):
        self.x = x
        return self.f(x)
    def backward(self, g, lr):
        return g * self.df(self.x)
rng = np.random.default_rng(0)
net = [Dense(2, 3, rng), Act(np.tanh, lambda x: 1 - np.tanh(x) ** 2), Dense(3, 1, rng)]
for e in range(8):
    a = X
    for l in net: a = l.forward(a)
    loss = np.mean((a - Y) ** 2)
    g = 2 * (a - Y) / Y.size
    for l in net[::-1]: g = l.backward(g, 0.1)
""",
    "a penalty for large weights": """
rng = np.random.RandomState(0)
lab = np.array([0, 2, 1, 1, 0])
W = rng.randn(2, 3) * 0.01
reg = 1e-2
for i in range(9):
    s = X.dot(W)
    s -= np.max(s, axis=1, keepdims=True)
    p = np.exp(s)
    p /= np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[np.arange(5), lab])) / 5 + 0.5 * reg * np.sum(W * W)
    p[np.arange(5), lab] -= 1
    W += -0.5 * (X.T.dot(p) / 5 + reg * W)
""",
    "lists, weight by weight": """
w = [0.1, -0.2]
b = 0.0
rate = 0.05
for epoch in range(5):
    total = 0
    dw = [0.0] * len(w)
    db = 0.0
    for i in range(len(X)):
        pred = sum(w[j] * X[i][j] for j in range(len(w))) + b
        err = pred - y[i]
        total += err ** 2
        for j in range(len(w)):
            dw[j] += 2 * err * X[i][j]
        db += 2 * err
    for j in range(len(w)):
        w[j] -= rate * dw[j] / len(X)
    b -= rate * db / len(X)
""",
    "a gradient by differences": """
def f(w):
    return np.sum((X @ w - y) ** 2)
def grad(f, w, h=1e-4):
    g = np.zeros_like(w)
    for i in range(w.size):
        t = w[i]
        w[i] = t + h
        a = f(w)
        w[i] = t - h
        b = f(w)
        g[i] = (a - b) / (2 * h)
        w[i] = t
    return g
W = np.zeros(2)
for i in range(5):
    W -= 0.1 * grad(f, W)
""",
    "batches of unequal size": """
def batches(X, y, n):
    return [(X[i:i + n], y[i:i + n]) for i in range(0, len(X), n)]
W = np.zeros(2)
for epoch in range(4):
    for xb, yb in batches(X, y, 2):
        W -= 0.1 * xb.T @ (xb @ W - yb) / xb.shape[0]
""",
    "clip without a bound": """
W = np.zeros(2)
for i in range(5):
    g = X.T @ (X @ W - y)
    W = np.clip(W - 0.3 * g, None, 0.25)
    W = W.clip(min=-0.2)
""",
    "parameters that are parts of one array": """
theta = np.linspace(-0.5, 0.5, 9)
W1, W2 = theta[:6].reshape(2, 3), theta[6:].reshape(3, 1)
for i in range(5):
    h = np.tanh(X @ W1)
    e = h @ W2 - Y
    g2 = h.T @ e
    g1 = X.T @ (e @ W2.T * (1 - h ** 2))
    theta -= 0.05 * np.concatenate([g1.ravel(), g2.ravel()])
""",
    "c_ and r_ without np": """
from numpy import c_, r_, ones, dot, zeros
Xb = c_[X, ones(len(X))]
W = zeros(3)
for i in range(5):
    W = W - 0.1 * dot(Xb.T, dot(Xb, W) - y)
    W = r_[W[:2], 0.9 * W[2]]
""",
    "a rate that falls": """
W = np.zeros(2)
lr0, decay = 0.3, 0.9
for epoch in range(8):
    lr = lr0 * decay ** epoch
    lr2 = lr0 / (1 + 0.1 * epoch)
    W = W - lr * X.T @ (X @ W - y) - 1e-3 * lr2 * W
""",
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_construct_is_read_as_python_runs_it(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "net.py"
    path.write_text(HEAD + PROGRAMS[name], "utf-8")
    check_as_python(path, monkeypatch)
