"""The command that a workbook says it was made with: pasted, it makes the same workbook."""

from __future__ import annotations

import shlex
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from tracer.commands.main import main

#: A template that reads a file of bytes, and the sizes of such a file's two axes.
BYTES = """
title = "Bytes"
iterations = 2
[given]
x = { file = "elsewhere/numbers-idx2-ubyte" }
[parameters]
w = [[1.0], [2.0]]
[[steps]]
equations = ["z = x @ w"]
"""
SIZES = (0, 0, 0, 2) * 2


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my networks").mkdir()
    made = call("new", "my networks/it's.toml", "--data", "xor", "--iterations", "4")
    assert made.exit_code == 0, made.output
    Path("bytes.toml").write_text(BYTES, "utf-8")
    Path("my data").mkdir()
    Path("my data/numbers-idx2-ubyte").write_bytes(bytes([0, 0, 8, 2, *SIZES, 1, 2, 3, 4]))


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words)


COMMANDS = {
    "a lesson": "ray -n 3 --sheets 1,3",
    "no sheets": "ray -n 2 --sheets none --decimals 0",
    "settings": "ray -n 2 --set lr=1 --set 'wout=[[0.1], [0.2], [0.3]]' --decimals 5 --round 4",
    "a seed": "loy -n 2 --seed 9 --palette grey --lang de",
    "a folder of data": "bytes.toml --data 'my data'",
    "a path of one's own": "'my networks/it'\"'\"'s.toml'",
}


@pytest.mark.parametrize("name", COMMANDS)
def test_it_makes_the_same_workbook(name: str) -> None:
    done = call("trace", *shlex.split(COMMANDS[name]), "-o", "first.xlsx")
    assert done.exit_code == 0, done.output
    said = str(openpyxl.load_workbook("first.xlsx", read_only=True).properties.description)
    command = said[said.index("tracer trace ") :].splitlines()[0]
    words = shlex.split(command)
    again = call(*words[1:], "-o", "second.xlsx")
    assert again.exit_code == 0, again.output
    assert Path("second.xlsx").read_bytes() == Path("first.xlsx").read_bytes()


AGAIN = {
    "trace": "trace ray -n 1 -o 'a b.xlsx'",
    "new": "new n.toml --data xor",
    "practice": "practice ray -b loss",
    "usual": "trace ray -n 1",
    "check": "check ray a.json --html p.html",
}


@pytest.mark.parametrize("name", AGAIN)
def test_a_second_run_says_what_to_type(name: str) -> None:
    Path("a.json").write_text('{"output": [[0.5], [0.5], [0.5]]}', "utf-8")
    words = shlex.split(AGAIN[name])
    assert call(*words).exit_code in (0, 1)
    second = call(*words)
    assert second.exit_code == 2 and "the file exists; --force replaces it: " in second.output
    typed = second.output.strip().rpartition(" it: ")[2]
    assert typed == f"tracer {shlex.join(words)} --force"
    assert call(*shlex.split(typed)[1:]).exit_code in (0, 1)
