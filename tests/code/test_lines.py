"""What `tracer verify` says of a wrong program: the file's line, and what stands there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import tracer

PROGRAM = """import numpy as np

def squash(x):
    return 1 / (1 + np.exp(-x))

def slope(x):
    return x * (1 - x)

X = np.array([[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8]])
y = np.array([[1.0, 0.2], [0.0, 0.6], [1.0, 0.9]])
np.random.seed(1)
w1 = np.random.randn(2, 3)
w2 = np.random.randn(3, 2)
for i in range(20):
    h = squash(X.dot(w1))
    out = squash(h.dot(w2))
    loss = np.sum((out - y) ** 2) / 2
    deltas = [(out - y) * slope(out)]
    deltas.append(deltas[-1].dot(w2.T) * slope(h))
    w2 -= 0.3 * h.T.dot(deltas[0])
    w1 -= 0.3 * X.T.dot(deltas[1])
"""

#: What is changed, and the lines that are named: of the call, and of a helper inside.
WRONG: dict[str, tuple[str, str, list[str]]] = {
    "right": ("", "", []),
    "a slope left out": (
        "deltas = [(out - y) * slope(out)]",
        "deltas = [out - y]",
        ["line 18: deltas = [out - y]"] * 2,
    ),
    "a slope left out in a list": (
        "deltas[-1].dot(w2.T) * slope(h)",
        "deltas[-1].dot(w2.T)",
        ["line 19: deltas.append(deltas[-1].dot(w2.T))"],
    ),
    "a helper": (
        "return x * (1 - x)",
        "return 1 - x",
        ["line 18: deltas = [(out - y) * slope(out)]", "line 7: return 1 - x"] * 2,
    ),
    "the update": (
        "w1 -= 0.3 * X.T.dot(deltas[1])",
        "w1 -= 0.3 * (X ** 2).T.dot(deltas[1])",
        ["line 21: w1 -= 0.3 * (X ** 2).T.dot(deltas[1])"],
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_the_line_is_named_in_the_file_s_words(name: str, tmp_path: Path) -> None:
    old, new, lines = WRONG[name]
    path = tmp_path / "net.py"
    path.write_text(PROGRAM.replace(old, new) if old else PROGRAM, "utf-8")
    found = tracer.verify(path)
    assert [line for c in found.gradients.checks for line in c.code] == [
        f"net.py, {line}" for line in lines
    ]
    for line in lines:
        assert f"    net.py, {line}" in str(found)
    assert found.agree is not bool(lines)


def test_a_notebook_s_cell_is_named(tmp_path: Path) -> None:
    lines = PROGRAM.replace(" * slope(h)", "").splitlines(keepends=True)
    cells = [{"cell_type": "code", "source": part} for part in (lines[:13], lines[13:])]
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps({"cells": cells}), "utf-8")
    check = tracer.verify(path).gradients.checks[0]
    assert check.sentence.startswith("net.ipynb, cell 2, line 6 (line 19) (step ")
    assert check.code == (
        "net.ipynb, cell 2, line 6 (line 19): deltas.append(deltas[-1].dot(w2.T))",
    )


def test_a_line_of_a_file_beside_is_not_taken_for_one_of_the_program(tmp_path: Path) -> None:
    head, loop = PROGRAM.replace("return x * (1 - x)", "return 1 - x").split("X = ", 1)
    (tmp_path / "parts.py").write_text(head, "utf-8")
    program = f"import numpy as np\nfrom parts import *\nX = {loop}"
    (tmp_path / "net.py").write_text(program, "utf-8")
    codes = [c.code for c in tracer.verify(tmp_path / "net.py").gradients.checks]
    assert codes == [
        ("net.py, line 12: deltas = [(out - y) * slope(out)]",),
        ("net.py, line 12: deltas = [(out - y) * slope(out)]",),
    ]


#: What the program does with its bias, and the line that is named.
BIASES: dict[str, tuple[str, str]] = {
    "changed": ("b = b - 0.3 * d_b", ""),
    "the new value goes elsewhere": (
        "d_b = b - 0.3 * d_b",
        "24: d_b = b - 0.3 * d_b",
    ),
    "no update": (
        "pass",
        "23: d_b = deltas[0].sum(axis=0)",
    ),
    "no gradient either": ("d_b = 0", ""),
}


@pytest.mark.parametrize("name", BIASES)
def test_what_is_never_changed_is_told(name: str, tmp_path: Path) -> None:
    update, quoted = BIASES[name]
    line, _, text = quoted.partition(": ")
    said = f"b is never changed, though net.py, line {line} computes what should change it: {text}"
    gradient = "" if name == "no gradient either" else "    d_b = deltas[0].sum(axis=0)\n"
    program = PROGRAM.replace("w2))\n    loss", "w2) + b)\n    loss").replace(
        "for i", "b = np.array([0.1, -0.2])\nfor i"
    )
    path = tmp_path / "net.py"
    path.write_text(f"{program}{gradient}    {update}\n", "utf-8")
    found = tracer.verify(path)
    assert found.gradients.notes == ((said,) if quoted else ())
    assert found.gradients.agree
    told = [line for line in tracer.read(path).remarks if line.startswith("never changed: b,")]
    assert len(told) == bool(quoted)


#: What is changed, and what is said of the sizes of steps.
SIZES: dict[str, tuple[str, str, str]] = {
    "once": ("", "", ""),
    "of a mean": (
        "/ 2",
        "/ 6",
        "Each step is rate × 3 times the gradient of loss: only its size differs",
    ),
    "one of them": (
        "w1 -= rate * X.T.dot(deltas[1])",
        "w1 -= rate * X.T.dot(deltas[1]) / 3",
        "w1: the step is rate × 0.333333 times the gradient, the others' rate times; what",
    ),
}


@pytest.mark.parametrize("name", SIZES)
def test_steps_of_another_size_are_told(name: str, tmp_path: Path) -> None:
    old, new, said = SIZES[name]
    program = PROGRAM.replace("0.3 *", "rate *").replace("for i", "rate = 0.3\nfor i")
    path = tmp_path / "net.py"
    path.write_text(program.replace(old, new) if old else program, "utf-8")
    found = tracer.verify(path).gradients
    assert found.agree
    assert [note[: len(said)] for note in found.notes] == ([said] if said else [])
