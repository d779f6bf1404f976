"""What a command reads, no command replaces: not with --force, however its name is spelled."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

import tracer
from tracer.commands.main import main
from tracer.errors import OutputError

DATA = "hours,sleep,score\n2,9,92\n1,5,86\n3,6,89\n"
TEMPLATE = ("new", "exam.toml", "--data", "exam.csv", "--target", "score", "--layers", "2,1")
REFUSED = "is read here, and what is read is never replaced, not even with --force."


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "exam.csv").write_text(DATA, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert call(*TEMPLATE).exit_code == 0
    return tmp_path


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


def _link(name: str, to: str) -> str:
    Path(name).symlink_to(to)
    return name


def _same(name: str, to: str) -> str:
    os.link(to, name)
    return name


def _around(name: str) -> str:
    Path("sub").mkdir()
    return f"sub/../{name}"


#: How else the name of a file can be spelled.
SPELLINGS: dict[str, Callable[[], str]] = {
    "as it is": lambda: "exam.csv",
    "from here": lambda: "./exam.csv",
    "around": lambda: _around("exam.csv"),
    "whole": lambda: str(Path("exam.csv").resolve()),
    "a link": lambda: _link("link.csv", "exam.csv"),
    "a link to a link": lambda: _link("b.csv", _link("a.csv", "exam.csv")),
    "another name": lambda: _same("again.csv", "exam.csv"),
    "another suffix": lambda: _link("book.XLSX", "exam.csv"),
    "the template": lambda: _link("t.csv", "exam.toml"),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_trace_keeps_what_its_template_reads(spelling: str) -> None:
    name = SPELLINGS[spelling]()
    for force in ((), ("--force",)):
        done = call("trace", "exam.toml", "-o", name, *force)
        assert (done.exit_code, done.output.count("\n")) == (2, 1)
        assert done.output.startswith(f"Error: {Path(name)}: this file {REFUSED}")
    assert Path("exam.csv").read_text("utf-8") == DATA
    assert call("trace", "exam.toml", "-o", "other.csv").exit_code == 0


def test_a_usual_output_may_be_an_input_too() -> None:
    """Without -o, too: a template in `outputs` that reads a workbook of its own name."""
    Path("outputs").mkdir()
    text = Path("exam.toml").read_text("utf-8").replace("exam.csv", "exam.xlsx")
    Path("outputs/exam.toml").write_text(text, "utf-8")
    pd.read_csv("exam.csv").to_excel("outputs/exam.xlsx", index=False)
    done = call("trace", "outputs/exam.toml", "--force")
    assert done.exit_code == 2 and f"outputs/exam.xlsx: this file {REFUSED}" in done.output


#: What the other commands read: the command without the file, and the file.
OTHERS: dict[str, tuple[tuple[str, ...], str]] = {
    "new": (("new", "data.toml", "--data", "exam.csv", "--target", "score"), "exam.csv"),
    "practice": (("practice", "exam.toml", "-o", "linked.xlsx"), "exam.csv"),
    "an assignment": (("practice", "--assignment", "hw.toml", "-o", "linked.xlsx"), "hw.toml"),
    "its template": (("practice", "--assignment", "hw.toml", "-o", "linked.xlsx"), "exam.toml"),
    "its answers": (("practice", "--assignment", "hw.toml", "-o", "o.xlsx"), "exam.csv"),
    "a class list": (
        ("practice", "--assignment", "hw.toml", "--students", "class.csv", "-o", "h"),
        "class.csv",
    ),
    "check": (("check", "exam.toml", "answers.json", "--html", "linked.html"), "answers.json"),
    "check's data": (("check", "exam.toml", "answers.json", "--html", "linked.html"), "exam.csv"),
    "grade": (
        ("grade", "in", "--assignment", "hw.toml", "--roster", "class.csv", "-o", "linked.xlsx"),
        "in/1.xlsx",
    ),
    "grade, roster": (
        ("grade", "in", "--assignment", "hw.toml", "--roster", "class.csv", "--moodle", "m.csv"),
        "class.csv",
    ),
    "marked copies": (
        ("grade", "in", "--assignment", "hw.toml", "--roster", "class.csv", "--feedback", "in"),
        "in/1.xlsx",
    ),
}
#: Which of a command's outputs is the file by another name.
LINKED = {
    "new": "data.toml",
    "its answers": "o-answers.xlsx",
    "a class list": "h-answers.xlsx",
    "check": "linked.html",
    "check's data": "linked.html",
    "grade, roster": "m.csv",
    "marked copies": "",
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_commands_keep_what_they_read(name: str) -> None:
    words, file = OTHERS[name]
    Path("class.csv").write_text("id,name\n1,Ada\n", "utf-8")
    Path("answers.json").write_text("{}", "utf-8")
    assert call("practice", "exam.toml", "-b", "loss", "--assignment", "hw.toml").exit_code == 0
    Path("in").mkdir()
    Path("in/1.xlsx").write_bytes(Path("outputs/hw.xlsx").read_bytes())
    if output := LINKED.get(name, "linked.xlsx"):
        _link(output, str(Path(file).resolve()))
    before = Path(file).read_bytes()
    done = call(*words, "--force")
    assert (done.exit_code, done.output.count("\n")) == (2, 1), done.output
    assert REFUSED in done.output
    assert Path(file).read_bytes() == before


@pytest.mark.parametrize("copies", ["in", "in/marked", "./in/../in", "linked"])
def test_marked_copies_never_lie_among_what_is_handed_in(copies: str) -> None:
    Path("class.csv").write_text("id,name\n1,Ada\n", "utf-8")
    assert call("practice", "exam.toml", "-b", "loss", "--assignment", "hw.toml").exit_code == 0
    Path("in").mkdir()
    Path("in/homework.xlsx").write_bytes(Path("outputs/hw.xlsx").read_bytes())
    _link("linked", "in")
    words = ("grade", "in", "--assignment", "hw.toml", "--roster", "class.csv", "--force")
    done = call(*words, "--feedback", copies)
    assert (done.exit_code, done.output.count("\n")) == (2, 1)
    assert "would be taken for handed-in files the next time" in done.output
    assert list(Path("in").iterdir()) == [Path("in/homework.xlsx")]


def test_python_keeps_them_too() -> None:
    made = tracer.trace("exam.toml", 1)
    with pytest.raises(OutputError, match="never replaced"):
        made.to_csv("exam.csv", force=True)
    with pytest.raises(OutputError, match="never replaced"):
        made.to_excel(_link("w.xlsx", "exam.toml"), force=True)
    assert Path("exam.csv").read_text("utf-8") == DATA
