"""Recalculation beyond the lessons: batches, rounding, and every corner of the language."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

import tracer
from tests.spreadsheet import differences, needs_office, recalculated
from tests.workbook.made import Made, make
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.workbook.book import BookOptions, plan_book, write_book

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

DATA = """
[given]
X  = [[1, 2], [0.5, -1], [0, 3], [2, 2], [-1, 0.5]]
y  = [[1], [0], [1], [1], [0]]
lr = 0.1
[parameters]
W = [[0.3], [-0.2]]
b = [[0.1]]
"""
STEPS = """
[[steps]]
equations = ["p = sigmoid(X @ W + b)", "E = p - y", "loss = sum(E ** 2)"]
[[steps]]
phase = "update"
equations = ["W = W - lr * X.T @ E", "b = b - lr * sum(E, axis=0, keepdims=True)"]
"""
HEAD = 'title = "t"\niterations = 12\nloss = "loss"\n'
PROGRAMS = {
    "one row at a time": HEAD + "batch = 1\n" + DATA + STEPS,
    "mini-batches that wrap around": HEAD + "batch = 2\n" + DATA + STEPS,
    "shuffled mini-batches": HEAD
    + 'batch = { size = 3, order = "shuffled", seed = 4 }\n'
    + DATA
    + STEPS,
    "batches of prepared columns": HEAD
    + 'batch = { size = 2, of = ["A", "T"], axis = "columns", order = "shuffled" }\n'
    + DATA
    + '[[steps]]\nphase = "prepare"\n'
    + 'equations = ["s = X.max(axis=0)", "A = (X / s).T", "T = y.T"]\n'
    + '[[steps]]\nequations = ["p = W.T @ A + b", "E = p - T", "loss = mean(E ** 2)"]\n'
    + '[[steps]]\nphase = "update"\nequations = ["W -= lr * A @ E.T", "b = b - lr * sum(E)"]\n',
    "an array that cycles on its own": HEAD
    + 'batch = { size = 2, of = ["X", "y"], order = "shuffled", cycle = ["M"] }\n'
    + DATA.replace("lr =", "M = [[1, 0], [0, 2], [3, 1]]\nlr =")
    + STEPS.replace("X @ W", "(X * M) @ W").replace("X.T", "(X * M).T"),
    "an order written out, and more rows of an array that cycles": HEAD
    + "batch = { size = 2, order = [3, 0, 4, 1, 1], cycle = { M = 3, R = 1 } }\n"
    + DATA.replace("lr =", "M = [[1, 0], [0, 2], [3, 1], [1, 1]]\nR = [0.1, 0.2, 0.3]\nlr =")
    + STEPS.replace("X @ W", "(X * sum(M, axis=0)) @ W").replace("lr *", "R[0] *"),
    "nothing but arrays that cycle": HEAD
    + "batch = { of = [], cycle = { R = 1 } }\n"
    + DATA.replace("lr =", "R = [0.1, 0.2, 0.3]\nlr =")
    + STEPS.replace("lr *", "R[0] *"),
    "assigned parts": HEAD
    + DATA
    + '[[steps]]\nequations = ["h = X @ W + 2 * b", "h[0] = tanh(W[1])", "h[1:3, 0] += W[0]",'
    ' "E = h - y", "loss = mean(E ** 2)"]\n'
    + '[[steps]]\nphase = "update"\nequations = ["W[0, 0] -= lr * mean(E)",'
    ' "b[:] = b - lr * mean(E)"]\n',
    "labels, a mask and their batches": HEAD
    + 'batch = { size = 3, of = ["X", "k"], order = "shuffled" }\n'
    + "[given]\nX  = [[1, 2], [0.5, -1], [0, 3], [2, 2], [-1, 0.5]]\n"
    + "k  = [[1], [0], [2], [1], [0]]\nlr = 0.1\n"
    + "[parameters]\nW = [[0.3, 0.1, -0.2], [-0.2, 0.4, 0.15]]\n"
    + '[[steps]]\nequations = ["p = softmax(X @ W)", "c = p[range(3), k.ravel()]",'
    ' "loss = -mean(log(c))", "hit = mean(argmax(p, axis=1) == k[:, 0])"]\n'
    + '[[steps]]\nphase = "backward"\nequations = ["d = p", "d[range(3), k.ravel()] -= 1",'
    ' "g = X.T @ d / len(X)", "g[abs(g) < 0.05] = 0", "t = eye(3)[k[:, 0]] - p"]\n'
    + '[[steps]]\nphase = "update"\nequations = ["W -= lr * g"]\n',
    "softmax, variance and the rest": HEAD
    + DATA
    + '[[steps]]\nequations = ["Z = hstack([X @ W, -X, abs(X[:, :1])])",'
    ' "P = softmax(Z)", "V = var(P, axis=1)", "m = maximum(P.max(axis=0), 0.3)",'
    ' "q = where(Z > 0, log(P), P ** 3)", "r = round(100 * tanh(Z[1]), 1)",'
    ' "u = vstack([m, r[:4]])", "k = leaky_relu(Z) + softplus(-Z) + sqrt(abs(Z))",'
    ' "j = np.dot(Z.T, Z)[0, ::2] * len(X) - minimum(V, 1).mean()",'
    ' "c = (Z >= 0.5) * (Z != 2)", "a = [[1, V[0]], [b[0, 0], 3]]", "e = [1, 2, 3, 4] @ u.T",'
    ' "loss = sum(P * P) / X.shape[0] + sum(q) * 1e-3", "loss += sum(k) * 1e-4"]\n'
    + '[[steps]]\nphase = "update"\nequations = ["W = W * 0.9", "b = b + W[0] * W[1]"]\n',
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Made, Path]]:
    folder = tmp_path_factory.mktemp("programs")
    books = {}
    for number, (name, text) in enumerate(PROGRAMS.items()):
        template = folder / f"p{number}.toml"
        template.write_text(text, "utf-8")
        books[name] = make(read_template(template), folder / f"p{number}.xlsx")
    for decimals in (0, 2, 4):
        trace = trace_template(tracer.load_template("ray"), 6, decimals=decimals)
        book = plan_book(trace, BookOptions())
        path = folder / f"rounded{decimals}.xlsx"
        write_book(book, path)
        books[f"rounded to {decimals}"] = Made(trace.template, trace, book, path)
    files = recalculated([book.path for book in books.values()], folder / "out")
    return {name: (books[name], file) for name, file in zip(books, files, strict=True)}


@pytest.mark.parametrize("name", [*PROGRAMS, "rounded to 0", "rounded to 2", "rounded to 4"])
def test_the_numbers_are_the_recorded_ones(
    name: str, made: Mapping[str, tuple[Made, Path]]
) -> None:
    book, recomputed = made[name]
    assert book.live
    assert differences(book.path, recomputed) == []
