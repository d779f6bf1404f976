"""`tracer read`: what it writes and says, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from tracer.commands.main import main
from tracer.template.read import read_template

PROGRAM = (Path(__file__).parent / "programs" / "flat.py").read_text("utf-8")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.py").write_text(PROGRAM, "utf-8")


def typed(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_it_writes_a_template_and_a_workbook_that_says_the_lines() -> None:
    status, said = typed("read", "net.py", "-n", "5")
    assert status == 0
    assert "net.py, line 12: the loop that trains, 5 iterations" in said
    assert said.endswith("next: tracer verify net.toml\n")
    book = openpyxl.load_workbook("outputs/net.xlsx", data_only=True)
    texts = [c.value for row in book["Iteration 1"].iter_rows() for c in row if c.value]
    assert any("Lines 16 to 17 of net.py." in str(text) for text in texts)
    assert typed("verify", "net.toml")[0] == 0


def test_nothing_is_replaced_unless_asked_for() -> None:
    assert typed("read", "net.py", "--toml", "-n", "5")[0] == 0
    before = Path("net.toml").read_bytes()
    status, said = typed("read", "net.py", "--toml", "-n", "7")
    assert status == 2
    assert (
        said == ("Error: net.toml: the file exists: tracer read net.py --toml -n 7 --force\n")
        or "--force" in said
    )
    assert Path("net.toml").read_bytes() == before
    assert typed("read", "net.py", "--toml", "-n", "7", "--force")[0] == 0


def test_a_notebook_is_read_across_its_cells() -> None:
    lines = PROGRAM.splitlines(keepends=True)
    cells = [
        {"cell_type": "markdown", "source": ["# Net"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", *lines[:11]]},
        {"cell_type": "code", "source": lines[11:]},
    ]
    Path("book.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
    status, said = typed("read", "book.ipynb", "--toml", "-n", "3")
    assert status == 0
    assert "book.ipynb, cell 2, line 1 (line 13): the loop that trains" in said


PYTHON_2 = """
import numpy as np
w = np.array([1.0, 2.0])
half = 1 / 2
for i in xrange(4):
    print "turn", i
    print "{} of {}".format(
        i, 4)  # on two lines
    w = w - 0.1 * (w - half)
"""


def test_a_program_for_python_2_divides_as_python_2_does() -> None:
    Path("old.py").write_text(PYTHON_2, "utf-8")
    status, said = typed("read", "old.py", "--toml")
    assert status == 0, said
    assert "half = 0\n" in Path("old.toml").read_text("utf-8")


LINE = """
import numpy as np

class Line:
    def __init__(self):
        self.w = np.random.rand(2, 1)

    def fit(self, X, y, rate):
        for i in range(6):
            self.w = self.w - rate * X.T @ (X @ self.w - y)
"""


def test_what_nobody_calls_is_called_with_data_and_a_seed() -> None:
    Path("line.py").write_text(LINE, "utf-8")
    Path("d.csv").write_text("1,2,3\n4,5,6\n", "utf-8")
    call = "d = np.loadtxt('x.csv', delimiter=','); Line().fit(d[:, :2], d[:, 2:], 0.01)"
    words = ["read", "line.py", "--toml", "--call", call, "--data", "d=d.csv", "--seed", "5"]
    status, said = typed(*words, "--data", "e=d.csv")
    assert status == 0, said
    assert "line.py, line 9: the loop that trains, 6 iterations" in said
    assert "random numbers of numpy are drawn without a seed: ours is 5" in said
    assert "not loaded by the program: --data e=…" in said
    first = np.random.RandomState(5).rand(2, 1)
    assert f"{first[0, 0]!s}" in Path("line.toml").read_text("utf-8")


WRONG_OPTIONS: dict[tuple[str, ...], str] = {
    ("--call", "fit("): "line.py, --call: '(' was never closed",
    ("--call", "fit(1)"): "line.py, --call: NameError: name 'fit' is not defined.",
    ("--data", "d.csv"): "--data d.csv: say NAME=FILE",
    ("--data", "d=gone.csv"): "gone.csv: there is no such file.",
    ("--seed", "-1"): "--seed",
}


@pytest.mark.parametrize("words", WRONG_OPTIONS, ids=" ".join)
def test_options_that_are_wrong_say_so(words: tuple[str, ...]) -> None:
    Path("line.py").write_text(LINE, "utf-8")
    status, said = typed("read", "line.py", *words)
    assert status == 2
    assert WRONG_OPTIONS[words] in said
    assert not Path("line.toml").exists()


REFUSED = {
    "no.py": ("x = 1\n", "no.py, line 1: no loop trains here"),
    "indent.py": ("for i in range(3):\nx = 1\n", "indent.py, line 2: expected an indented block"),
    "gone.py": (None, "gone.py: No such file or directory."),
    "book.ipynb": ("{", "book.ipynb: this is not a notebook that can be read."),
    "shape.py": (
        "import numpy as np\nw = np.ones((2, 3))\nfor i in range(5):\n    w = w @ w\n",
        "shape.py, line 4: ValueError: matmul",
    ),
    "deep.py": ("x = " + "(" * 300 + ")" * 300 + "\n", "deep.py"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_t_be_read_is_one_message_and_leaves_nothing(name: str) -> None:
    content, message = REFUSED[name]
    if content is not None:
        Path(name).write_text(content, "utf-8")
    status, said = typed("read", name)
    assert status == 2
    assert message in said
    assert "Traceback" not in said
    assert not Path(name).with_suffix(".toml").exists()
    assert not Path("outputs").exists()


def test_one_iteration_can_be_read() -> None:
    status, said = typed("read", "net.py", "-n", "1", "--toml")
    assert status == 0
    assert "the loop that trains, 1 iterations" in said
    assert read_template(Path("net.toml")).iterations == 1


@pytest.mark.parametrize("option", ["-n", "--loop"])
@pytest.mark.parametrize("value", ["0", "-2", "x"])
def test_what_is_no_count_is_refused(option: str, value: str) -> None:
    status, said = typed("read", "net.py", option, value)
    assert status == 2
    assert f"Invalid value for '{option}'" in said
    assert not Path("net.toml").exists()
