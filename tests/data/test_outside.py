"""A template reads its folder's files; others only where somebody asks for them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tracer
from tracer.commands.main import main
from tracer.errors import DataError, TracerError

TEMPLATE = """
title = "T"
loss = "loss"
[given]
x = {{ file = {file!r}, columns = ["secret"] }}
[parameters]
w = 1.0
[[steps]]
equations = ["loss = mean((x * w) ** 2)"]
[[steps]]
phase = "update"
equations = ["w -= 0.1 * mean(2 * x * x * w)"]
"""


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make two folders with data, and stand in one of them."""
    for name in ("mine", "theirs", "theirs/sub"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data.csv").write_text("secret\n1\n2\n", "utf-8")
    monkeypatch.chdir(tmp_path / "theirs")
    Path("link.csv").symlink_to("../mine/data.csv")
    Path("linked").symlink_to("../mine")
    Path("round.csv").symlink_to("round.csv")
    Path("inner.csv").symlink_to("sub/data.csv")
    os.mkfifo("pipe.csv")
    Path("device.csv").symlink_to("/dev/zero")


def made(file: str) -> None:
    Path("t.toml").write_text(TEMPLATE.format(file=file), "utf-8")


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


OUTSIDE: dict[str, Callable[[Path], str]] = {
    "above": lambda root: "../mine/data.csv",
    "by way of a folder": lambda root: "sub/../../mine/data.csv",
    "absolute": lambda root: str(root / "mine" / "data.csv"),
    "absolute, in the folder": lambda root: str(root / "theirs" / "data.csv"),
    "a link": lambda root: "link.csv",
    "a folder's link": lambda root: "linked/data.csv",
}


@pytest.mark.parametrize("way", OUTSIDE)
def test_what_lies_outside_is_read_only_where_it_is_asked_for(tmp_path: Path, way: str) -> None:
    made(OUTSIDE[way](tmp_path))
    commands = [
        ("trace", "t.toml", "-o", "t.csv", "-n", "2"),
        ("templates", "t.toml"),
        ("verify", "t.toml"),
        ("practice", "t.toml", "-o", "p.xlsx"),
        ("check", "t.toml", "a.json", "--set", "w=2"),
    ]
    Path("a.json").write_text('{"loss": 10.0}', "utf-8")
    for words in commands:
        done = call(*words)
        assert (done.exit_code, "outside of the template's folder" in done.output) == (2, True)
        assert "--outside" in done.output
    with pytest.raises(DataError, match="outside=True"):
        tracer.load_template("t.toml")
    assert sorted(tracer.load_template("t.toml", outside=True).given) == ["x"]
    for words in commands:
        assert call(*words, "--outside").exit_code in (0, 1)
    assert call(*commands[0], "--force").exit_code == 2, "asked for once is not for ever"


@pytest.mark.parametrize("file", ["data.csv", "sub/data.csv", "sub/../data.csv", "inner.csv"])
def test_what_lies_inside_is_read(file: str) -> None:
    made(file)
    assert call("templates", "t.toml").exit_code == 0


@pytest.mark.parametrize(
    "file", ["pipe.csv", "round.csv", "device.csv", "/dev/zero", "\0.csv", "x" * 300, "sub", ""]
)
def test_what_is_no_file_is_refused_at_once(file: str) -> None:
    made(file.replace("\0", "\\u0000"))
    for options in ((), ("--outside",)):
        done = call("templates", "t.toml", *options)
        assert (done.exit_code, done.output[:7]) == (2, "Error: ")


@pytest.mark.parametrize("name", ["/dev/zero", "./pipe.csv", "round.toml/x"])
def test_a_template_is_an_ordinary_file(name: str) -> None:
    with pytest.raises(TracerError):
        tracer.load_template(name)


def test_a_new_template_says_where_its_data_lies() -> None:
    words = ("new", "n.toml", "--data", "../mine/data.csv", "--target", "secret", "--force")
    Path("../mine/data.csv").write_text("a,secret\n1,2\n2,3\n3,5\n", "utf-8")
    said = call(*words)
    assert said.output.splitlines()[-1] == "next: tracer trace n.toml --outside"
    assert call("trace", "n.toml", "--outside", "-n", "2", "-o", "n.csv").exit_code == 0
    assert tracer.new("m.toml", "../mine/data.csv", target="secret").given
