"""Which loop of a file trains, and which of its runs; what is said where none does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.code.beside import run
from tracer import trace
from tracer.code.read import read
from tracer.code.values.faults import CodeError

HEAD = """import numpy as np
X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8]])
y = np.array([1.0, 0.0, 1.0])
"""
FIT = """
def fit(X, y, rate, turns):
    w = np.zeros(X.shape[1])
    for i in range(turns):
        e = X @ w - y
        w = w - rate * X.T @ e
    return w
"""
NET = """
class Net:
    def __init__(self, size):
        self.w = np.zeros(size)
    def fit(self, X, y, epochs, rate=0.1):
        for i in range(epochs):
            self.w = self.w - rate * X.T @ (X @ self.w - y)
"""

#: Programs, the line of their loop, how often it turns, and what it trains.
READ: dict[str, tuple[str, int, int, str]] = {
    "a try before": (f"{FIT}t = fit(X[:1], y[:1], 0.1, 3)\nw = fit(X, y, 0.2, 9)", 7, 9, "w"),
    "a try after": (f"{FIT}w = fit(X, y, 0.2, 9)\nt = fit(X[:1], y[:1], 0.1, 3)", 7, 9, "w"),
    "the last of equals": (f"{FIT}t = fit(X, y, 0.1, 5)\nw = fit(X, y, 0.2, 5)", 7, 5, "w"),
    "several rates": (f"{FIT}for r in [0.1, 0.2, 0.3]:\n    w = fit(X, y, r, 6)", 7, 6, "w"),
    "two networks": (
        f"{NET}a = Net(2)\na.fit(X[:2], y[:2], 2)\nb = Net(2)\nb.fit(X, y, 7)\nw = b.w",
        9,
        7,
        "w",
    ),
    "it stops at once": (
        (
            "w = np.ones((2, 1))\nfor i in range(5):\n    h = 1 / (1 + np.exp(-60 * X @ w))\n"
            "    w += 0.5 * (w == 1) + X.T @ ((1 - h) * h)\n    seen = h"
        ),
        5,
        5,
        "w",
    ),
    "only added": (
        (
            "w = np.ones(2)\ng = X.T @ y\nfor i in range(4):\n    for r in range(3):\n"
            "        w = w - 0.1 * g * round(X[r][0] * 1.23456789, 3)"
        ),
        7,
        12,
        "w",
    ),
    "a name that begins with _": (
        (
            "def _squash(x):\n    return x / (1 + abs(x))\nw = np.zeros(2)\nfor i in range(4):\n"
            "    w = w - 0.1 * X.T @ (_squash(X @ w) - y)"
        ),
        7,
        4,
        "w",
    ),
}


@pytest.mark.parametrize("name", READ)
def test_the_run_that_trains_is_read(name: str, tmp_path: Path) -> None:
    program, line, turns, trained = READ[name]
    path = tmp_path / "net.py"
    path.write_text(HEAD + program + "\n", "utf-8")
    found = read(path)
    assert (found.line, found.template.iterations) == (line, turns)
    real = run(path)[trained]
    assert trace(found.template)[trained][-1] == pytest.approx(np.asarray(real), rel=1e-9)


#: Programs of which nothing is read, the line that is named, and what is said.
REFUSED: dict[str, tuple[str, int, str]] = {
    "nothing moves": (
        "w = np.zeros(2)\nfor i in range(9):\n    new = w - X.T @ (X @ w - y)",
        5,
        "no turn of this loop changes what the next one starts from: nothing is trained",
    ),
    "a class that nobody calls": (
        f"{NET}epochs = 8",
        1,
        (
            'Line 8 trains and is never called: add --call "net = Net(size); net.fit(X, y, epochs)"'
            " with your own size (--data NAME=FILE brings arrays)."
        ),
    ),
    "an object that nobody trains": (
        f"{NET}model = Net(2)",
        1,
        (
            'Line 8 trains and is never called: add --call "model.fit(X, y, epochs)"'
            " with your own epochs (--data NAME=FILE brings arrays)."
        ),
    ),
    "a function that nobody calls": (
        f"{FIT}rate, turns = 0.1, 20",
        1,
        'Line 5 trains and is never called: add --call "fit(X, y, rate, turns)".',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_said_where_nothing_trains(name: str, tmp_path: Path) -> None:
    program, line, said = REFUSED[name]
    path = tmp_path / "net.py"
    path.write_text(HEAD + program + "\n", "utf-8")
    with pytest.raises(CodeError) as error:
        read(path)
    assert str(error.value).startswith(f"net.py, line {line}: ")
    assert said in str(error.value)


def test_the_call_that_is_named_is_read(tmp_path: Path) -> None:
    from tracer.code.read import Options

    path = tmp_path / "net.py"
    path.write_text(f"{HEAD}{FIT}rate, turns = 0.1, 20\n", "utf-8")
    assert read(path, Options(call="fit(X, y, rate, turns)")).template.iterations == 20
