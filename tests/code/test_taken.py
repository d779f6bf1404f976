"""A program wherever a template is taken: in every command, and in Python."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

import tracer
from tracer.commands.main import main
from tracer.errors import TracerError

PROGRAM = (Path(__file__).parent / "programs" / "flat.py").read_text("utf-8")
NAME = "my net.py"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path(NAME).write_text(PROGRAM, "utf-8")


def typed(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


#: What is typed, the exit status, and what is said.
COMMANDS = [
    (("verify", NAME), 0, "✓ agrees"),
    (("templates", NAME), 0, "w1 = w1 - rate * (X.T @ d_h)"),
    (("templates", NAME, "--derive"), 0, "rate * gradient_w2"),
    (("practice", NAME, "-b", "backward"), 0, "my net-practice.xlsx"),
    (("practice", NAME, "--assignment", "hw.toml"), 0, "hw-answers.xlsx"),
    (("check", NAME, "answers.json"), 0, "1 number: 1 right"),
    (("trace", NAME, "--seed", "3"), 2, f"{NAME}: --seed changes nothing: the program draws"),
    (("trace", "gone.py"), 2, "gone.py: No such file or directory."),
]


@pytest.mark.parametrize(("words", "status", "said"), COMMANDS)
def test_a_command_takes_a_program(words: tuple[str, ...], status: int, said: str) -> None:
    loss = tracer.trace(NAME, 1)["loss"][0]
    Path("answers.json").write_text(f'{{"loss": {float(loss)!r}}}', "utf-8")
    found = typed(*words)
    assert found[0] == status, found[1]
    assert said in found[1]


def test_the_command_that_a_workbook_was_made_with_makes_it_again() -> None:
    assert typed("trace", NAME, "-n", "3", "-o", "first.xlsx")[0] == 0
    book = openpyxl.load_workbook("first.xlsx")
    texts = (str(c.value) for row in book["Start"].iter_rows() for c in row if c.value)
    command = next(m for text in texts if (m := re.search(r"tracer (trace '.*)", text)))[1]
    words = shlex.split(command.rstrip("."))
    assert typed(*words, "-o", "second.xlsx")[0] == 0
    assert Path("first.xlsx").read_bytes() == Path("second.xlsx").read_bytes()


def test_another_seed_is_for_what_is_drawn_without_one() -> None:
    Path(NAME).write_text(PROGRAM.replace("np.random.seed(3)\n", ""), "utf-8")
    first, other = (tracer.trace(NAME, 1, seed=seed)["w1"] for seed in (1, 2))
    assert np.array_equal(first, tracer.trace(NAME, 1)["w1"])
    assert not np.array_equal(first, other)
    assert np.array_equal(other, tracer.trace(tracer.read(NAME, seed=2).template, 1)["w1"])
    assert typed("trace", NAME, "-n", "1", "--seed", "2", "-o", "seed.xlsx")[0] == 0
    texts = (
        c.value for row in openpyxl.load_workbook("seed.xlsx")["Start"].iter_rows() for c in row
    )
    assert any("--seed 2" in str(text) for text in texts)


def test_no_command_replaces_a_program() -> None:
    Path("net.xlsx").hardlink_to(NAME)
    status, said = typed("trace", NAME, "-o", "net.xlsx", "--force")
    assert status == 2
    assert "is read here" in said
    assert Path(NAME).read_text("utf-8") == PROGRAM


def test_an_assignment_s_program_is_meant_from_its_folder() -> None:
    Path("week").mkdir()
    Path("week/net.py").write_text(PROGRAM, "utf-8")
    assert typed("practice", "week/net.py", "--assignment", "week/hw.toml")[0] == 0
    assert 'template   = "net.py"' in Path("week/hw.toml").read_text("utf-8")


def test_python_takes_a_program() -> None:
    template = tracer.load_template(NAME)
    made = tracer.trace(NAME)
    assert np.array_equal(made["w1"], tracer.trace(template)["w1"])
    assert tracer.verify(Path(NAME)).agree


def test_python_reads_a_program_and_shows_what_was_read() -> None:
    found = tracer.read(NAME, iterations=5)
    assert (found.template.iterations, found.line) == (5, 12)
    assert f"{NAME}, line 12: the loop that trains, 5 iterations" in found.remarks
    assert repr(found).startswith("<Template my net: Two layers, written line by line")
    assert all(f"\n  {line}" in repr(found) for line in found.remarks)


WRONG = [
    (("net.toml",), {}, "net.toml: a program's name ends in .py or .ipynb."),
    ((3,), {}, "3 is no path."),
    ((NAME,), {"loop": 0}, "loop must be a whole number from 1, not 0."),
    ((NAME,), {"seed": -1}, "seed must be a whole number from 0"),
    ((NAME,), {"call": 3}, "call must be a text, not 3."),
    ((NAME,), {"data": {"X": 3}}, "3 is no path."),
    ((NAME,), {"loop": 3}, f"{NAME}, line 3: no loop that runs stands here"),
]


@pytest.mark.parametrize(("given", "named", "said"), WRONG)
def test_what_can_t_be_read_is_one_error(
    given: tuple[Any, ...], named: dict[str, Any], said: str
) -> None:
    with pytest.raises(TracerError) as error:
        tracer.read(*given, **named)
    assert said in str(error.value)


CLASS = """import numpy as np
X = np.loadtxt("rows.csv", delimiter=",")
class Net:
    def __init__(self):
        self.w = np.zeros(2)
    def fit(self, X, y, n):
        for i in range(n):
            e = X @ self.w - y
            loss = np.sum(e ** 2) / 2
            self.w = self.w - 0.1 * X.T @ e
"""
CALLED = ("--data", "rows.csv=d.csv", "--call", "Net().fit(X[:, :2], X[:, 2], 7)", "--loop", "7")
#: What is typed before how the program is read, and what is said.
ASKED = [
    (("verify", "class.py"), 0, "w          vector of 2  2 of 2   0.1"),
    (("templates", "class.py"), 0, "w = w - 0.1 * X[:, 0:2].T @ e"),
    (("trace", "class.py", "-o", "b.xlsx"), 0, "class: 7 iterations"),
    (("practice", "class.py", "-o", "p.xlsx"), 0, "p.xlsx"),
    (("check", "class.py", "answers.json"), 0, "1 number: 1 right"),
    (("practice", "class.py", "--assignment", "hw.toml"), 2, "Write its template first"),
    (("verify", "ray"), 2, "--loop 7 is for programs, and ray is a template."),
]


@pytest.mark.parametrize(("words", "status", "said"), ASKED)
def test_how_a_program_is_read_can_be_said_wherever_one_is_taken(
    words: tuple[str, ...], status: int, said: str
) -> None:
    Path("class.py").write_text(CLASS, "utf-8")
    Path("d.csv").write_text("1,2,3\n0.5,-1,0.2\n", "utf-8")
    Path("answers.json").write_text('{"loss": 4.52}', "utf-8")
    found = typed(*words, *CALLED)
    assert found[0] == status, found[1]
    assert said in found[1]


def test_a_workbook_says_how_its_program_was_read() -> None:
    Path("class.py").write_text(CLASS, "utf-8")
    Path("d.csv").write_text("1,2,3\n0.5,-1,0.2\n", "utf-8")
    assert typed("trace", "class.py", "-o", "b.xlsx", *CALLED)[0] == 0
    book = openpyxl.load_workbook("b.xlsx")
    texts = [str(c.value) for row in book["Start"].iter_rows() for c in row if c.value]
    said = " ".join(texts)
    assert "--loop 7" in said
    assert "--data rows.csv=d.csv" in said
