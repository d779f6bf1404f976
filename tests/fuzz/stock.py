"""The files among which fuzzed commands choose: sound ones, broken ones, and no files at all."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import struct
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import openpyxl
from click.testing import CliRunner

from tests.practice.hostile import package, zipped
from tracer.commands.main import main

LINE = """
title = "Line"
iterations = 3
loss = "loss"
[given]
x = [[0.0], [1.0], [2.0]]
y = [[1.0], [3.0], [5.0]]
lr = 0.1
[parameters]
w = [[0.5]]
b = 0.0
[[steps]]
title = "Forward"
equations = ["p = x @ w + b", "loss = mean((p - y) ** 2)"]
[[steps]]
title = "Backward"
phase = "backward"
equations = ["d = 2 * (p - y) / len(x)", "dw = x.T @ d", "db = sum(d)"]
[[steps]]
title = "Update"
phase = "update"
equations = ["w -= lr * dw", "b -= lr * db"]
"""
DERIVED = """
title = "Derived"
epochs = 2
loss = "loss"
backward = "derived"
metrics = ["error"]
helpers = ["half(a) = a / 2"]
[batch]
size = 2
order = "shuffled"
[given]
X = { file = "data.csv", columns = ["x1", "x2"] }
y = { file = "data.csv", columns = ["y"] }
[parameters]
w = { random = "normal", shape = [2, 1], seed = 3 }
[[steps]]
equations = ["p = sigmoid(X @ w)", "loss = mean(half((p - y) ** 2))"]
[[steps]]
phase = "measure"
equations = ["error = mean(abs(p - y))"]
[optimizer]
name = "adam"
[predict]
input = "X"
output = "p"
threshold = 0.5
"""
PROGRAM = """
import numpy as np
X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 0.0]])
y = np.array([[1.0], [2.0], [3.0]])
np.random.seed(1)
w = np.random.randn(2, 1)
for epoch in range(20):
    p = X @ w
    loss = np.mean((p - y) ** 2)
    w -= 0.1 * 2 * X.T @ (p - y) / len(X)
"""
TABLE = "x1,x2,y,name\n1,2,0,a\n2,1,1,b\n3,5,0,a\n4,4,1,b\n5,1,0,c\n6,2,1,a\n"
CLASS = "id,name\nada,Ada\nbob,Bob\n"

#: Texts under their files' names; these are what is mutated.
TEXTS: Mapping[str, str] = {
    "line.toml": LINE,
    "derived.toml": DERIVED,
    "line.de.toml": '[texts]\n"Forward" = "Vorwärts"\n',
    "data.csv": TABLE,
    "semicolons.csv": TABLE.replace(",", ";"),
    "class.csv": CLASS,
    "answers.csv": "loss,5.0\np\n0.5\n1\n1.5\n",
    "answers.json": '{"loss": 5.0, "2": {"dw": [[1.0]]}}',
    "iterations.csv": "iteration,loss,w\n1,2,3\n2,3,4\n3,4,5\n",
    "net.py": PROGRAM,
    "book.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": [PROGRAM]}]}),
    "empty.toml": "",
    "empty.csv": "",
    "text.txt": "no table\n",
}
#: What is no text, and what is no file.
OTHERS = (
    *("practice.xlsx", "small.xlsx", "data.xlsx", "hw.toml", "handed/ada.xlsx", "answers.npz"),
    *("images-idx3-ubyte.gz", "labels-idx1-ubyte", "bomb-idx1-ubyte.gz", "bytes.toml", "bytes.csv"),
    *("pipe.toml", "pipe.csv", "pipe.xlsx", "pipe.py", "link.csv", "circle.toml", "folder"),
    *("folder.toml", "folder.csv", "closed.csv"),
)
NAMES = (*TEXTS, *OTHERS)


def make(folder: Path) -> None:
    """Fill a folder with the stock."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    before = Path.cwd()
    os.chdir(folder)
    try:
        _commands()
    finally:
        os.chdir(before)
    table = openpyxl.Workbook()
    for row in TABLE.splitlines():
        table.active.append(row.split(","))  # type: ignore[union-attr]
    table.save(folder / "data.xlsx")
    (folder / "small.xlsx").write_bytes(zipped(package()))
    np.savez(folder / "answers.npz", loss=np.array(5.0), p=np.ones((3, 1)))
    images = b"\0\0\x08\3" + struct.pack(">3I", 4, 2, 2) + bytes(range(16))
    (folder / "images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
    (folder / "labels-idx1-ubyte").write_bytes(b"\0\0\x08\1" + struct.pack(">I", 4) + bytes(4))
    bomb = gzip.compress(b"\0\0\x08\1" + struct.pack(">I", 5) + bytes(10_000_000), 1)
    (folder / "bomb-idx1-ubyte.gz").write_bytes(bomb)
    for suffix in ("toml", "csv"):
        (folder / f"bytes.{suffix}").write_bytes(random.Random(1).randbytes(500))
        (folder / f"folder.{suffix}").mkdir()
    for suffix in ("toml", "csv", "xlsx", "py"):
        os.mkfifo(folder / f"pipe.{suffix}")
    (folder / "link.csv").symlink_to("/etc/passwd")
    (folder / "circle.toml").symlink_to("circle.toml")
    (folder / "folder").mkdir()


def _commands() -> None:
    """Make what only commands make."""
    assigned = ["practice", "line.toml", "-b", "loss,p", "--assignment", "hw.toml"]
    for words in (
        ["practice", "line.toml", "-o", "practice.xlsx"],
        [*assigned, "--students", "class.csv", "-o", "handed"],
    ):
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
    shutil.rmtree("outputs", ignore_errors=True)
    for left in Path().glob("*-answers.xlsx"):
        left.unlink()
