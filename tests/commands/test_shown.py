"""What names, titles, headings and cells say is shown on a terminal, never obeyed by it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracer.commands.main import main
from tracer.wording.terminal import shown

ROOT = Path(__file__).resolve().parents[2]
#: Sets the clipboard, clears the screen, turns the reading direction, breaks a line.
EVIL = "\x1b]52;c;eA==\x07\x1b[2J\u202e\x9b31m\u2028\ufffe"
OBEYED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe]")

TEMPLATE = """
title = {evil}
source = {evil}
about = {evil}
loss = "loss"
[given]
x = {{ file = "d.csv" }}
[parameters]
w = [[1.0]]
[[steps]]
number = {evil}
title = {evil}
explain = {evil}
equations = ["p = x @ w", "loss = mean(p ** 2)"{more}]
[[steps]]
phase = "update"
equations = ["w -= 0.1 * x.T @ p"]
[[published]]
place = {evil}
quantity = "loss"
printed = "99"
note = {evil}
[[errata]]
place = {evil}
text = {evil}
"""


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    evil = json.dumps(EVIL)
    Path("t.toml").write_text(TEMPLATE.format(evil=evil, more=""), "utf-8")
    Path("wrong.toml").write_text(TEMPLATE.format(evil=evil, more=', "q = zz"'), "utf-8")
    Path("d.csv").write_text("x\n1\n2\n", "utf-8")
    Path("cell.csv").write_text(f'x,y\n1,2\n3,"{EVIL}"\n4,4\n5,6\n', "utf-8")
    Path("head.csv").write_text(f'x,"{EVIL}"\n1,2\n', "utf-8")
    Path("a.json").write_text(json.dumps({EVIL: 1, "loss": EVIL}), "utf-8")
    Path("a.csv").write_text(f'"{EVIL}",1\nloss,"{EVIL}"\n', "utf-8")
    Path("net.py").write_text(f"import {EVIL!r}\nx = y '{EVIL}'\n", "utf-8")
    Path(f"{EVIL}.toml").write_text(TEMPLATE.format(evil=evil, more=""), "utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ("templates", "t.toml"),
        ("templates", "wrong.toml"),
        ("templates", "t.toml", "--derive"),
        ("templates", EVIL),
        ("verify", "t.toml"),
        ("verify", f"{EVIL}.toml"),
        ("trace", f"{EVIL}.toml", "-o", "x.csv"),
        ("trace", "t.toml", "-o", f"{EVIL}.txt"),
        ("trace", "t.toml", "--set", f"{EVIL}=1"),
        ("trace", "t.toml", f"--{EVIL}"),
        ("trace", "t.toml", "-n", EVIL),
        ("practice", "t.toml", "-b", EVIL),
        ("practice", f"{EVIL}.toml", "-o", f"{EVIL}.xlsx"),
        ("new", "n.toml", "--data", "cell.csv", "--target", "y"),
        ("new", "n.toml", "--data", "cell.csv", "--target", "y", "--task", "number"),
        ("new", "n.toml", "--data", "head.csv", "--target", "q"),
        ("new", "n.toml", "--data", EVIL),
        ("check", "t.toml", "a.json"),
        ("check", "t.toml", "a.csv"),
        ("check", "t.toml", f"{EVIL}.json"),
        ("read", "net.py"),
        ("read", f"{EVIL}.py"),
        (EVIL,),
    ],
    ids=lambda words: "-".join(words).encode("unicode_escape").decode()[:60],
)
def test_nothing_that_is_printed_is_obeyed(words: tuple[str, ...]) -> None:
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code in (0, 1, 2)
    assert not OBEYED.search(done.output)


def test_only_one_module_prints() -> None:
    printing = re.compile(r"\bclick\.s?echo\b")
    found = {
        path.relative_to(ROOT / "tracer").as_posix()
        for path in (ROOT / "tracer").rglob("*.py")
        if printing.search(path.read_text("utf-8"))
    }
    assert found == {"commands/streams.py"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("w -= 0.1 × 3 ✓\nnext", "w -= 0.1 × 3 ✓\nnext"),
        ("\x1b[2J\r\t.", "\\x1b[2J\\r ."),
        ("a\u202eb\ud800\ue004", "a\\u202eb\\ud800\\ue004"),
        ("1\u00a0000 क्\u200dष", "1\u00a0000 क्\u200dष"),
    ],
)
def test_signs_are_shown_by_their_numbers(text: str, expected: str) -> None:
    assert shown(text) == expected
