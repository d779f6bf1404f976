"""What would cost too much is refused before it costs anything; the limits stand in one table."""

from __future__ import annotations

import gzip
import re
import struct
import tracemalloc
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tracer import limits
from tracer.commands.main import main
from tracer.errors import TracerError
from tracer.limits import LIMITS
from tracer.template.read import read_template

PAGE = Path(__file__).resolve().parent.parent / "templates" / "README.md"
#: What a refusal may hold at once, in bytes. Most of it is the text of the template.
MOST_HELD = 80_000_000
HUGE = "0x" + "F" * 5_000


def test_the_page_prints_every_limit() -> None:
    printed = re.findall(r"^\| ([\d,]+|2\*\*63 − 1) \| (.+) \|$", PAGE.read_text("utf-8"), re.M)
    assert printed == [
        ("2**63 − 1" if row is limits.WHOLE else f"{row.most:,}", row.says) for row in LIMITS
    ]


def line(given: str = "x = [[0], [1]]", top: str = "", steps: str = "", helpers: str = "") -> str:
    """Return a template with something in one of its places."""
    return (
        f'title = "t"\n{top}\n{helpers}\n[given]\ny = 1.0\n{given}\n[parameters]\nw = [[0.5]]\n'
        f'[[steps]]\nequations = ["e = y * w"]\n{steps}'
    )


def equations(*texts: str) -> str:
    return "[[steps]]\nequations = [" + ", ".join(f'"{text}"' for text in texts) + "]\n"


def doubled(call: str) -> str:
    """Return equations that each put the array before twice into one."""
    return equations("a0 = x", *(f"a{k + 1} = {call}([a{k}, a{k}])" for k in range(40)))


def tower(call: str, height: int) -> str:
    """Return helpers that each call the one before twice."""
    floors = [f"f{k}(a) = {call.replace('f', f'f{k - 1}')}" for k in range(1, height)]
    return "helpers = [" + ", ".join(f'"{text}"' for text in ["f0(a) = a * a", *floors]) + "]"


SKIPPED = 'random = "normal", shape = 2, skip = 9999999'
#: What is asked for → what the refusal says.
TOO_MUCH: dict[str, tuple[str, str]] = {
    "a dotted key": (".".join("a" * 100_000) + " = 1", "a key has more than 20 parts"),
    "a dotted key of quoted parts": (".".join(['"a"'] * 90_000) + " = 1", "more than 20 parts"),
    "a dotted heading": ("[" + " . ".join("a" * 90_000) + "]", "a key has more than 20 parts"),
    "a text of words and dots": (line(top="about = '" + "a. " * 50 + "'"), "more than 20 parts"),
    "lists in lists": (line("q = " + "[" * 200_000), "this is not TOML"),
    "a hexadecimal number": (line(f"q = {HUGE}"), "a whole number has more than 64 bits"),
    "a step's number": (line(steps=f"[[steps]]\nnumber = {HUGE}"), "more than 64 bits"),
    "a figure's iteration": (line(steps=f"[[published]]\niteration = {HUGE}"), "64 bits"),
    "a large number": (line("q = 1" + "0" * 400), "a whole number has more than 64 bits"),
    "a random array": (line('q = { random = "normal", shape = [70000, 1000] }'), "70,000,000"),
    "random arrays": (
        line("".join(f'q{k} = {{ random = "zeros", shape = 30000000 }}\n' for k in range(3))),
        "90,000,000 random numbers",
    ),
    "skipped numbers": (
        line("\n".join(f'q{k} = {{ {SKIPPED} }}' for k in range(9))),
        "90,000,009 random numbers",
    ),
    "arrays on top of each other": (
        line(steps=doubled("vstack")),
        "elements, and at most 60,000,000 are computed",
    ),
    "arrays beside each other": (
        line(steps=doubled("hstack")),
        "elements, and at most",
    ),
    "a product inside an equation": (
        line('q = { random = "zeros", shape = [1, 9000] }', steps=equations("s = sum(q.T @ q)")),
        "81,000,000 elements",
    ),
    "broadcasting inside an equation": (
        line('q = { random = "zeros", shape = [9000, 1] }', steps=equations("s = sum(q + q.T)")),
        "81,000,000 elements",
    ),
    "results together": (
        line(
            'q = { random = "zeros", shape = [1, 5000] }',
            steps=equations(*(f"s{k} = q.T @ q" for k in range(3))),
        ),
        "have 75,000,001 numbers together",
    ),
    "a helper on helpers": (line(helpers=tower("f(f(a))", 40)), "the helpers unfold to too long"),
    "helpers side by side": (line(helpers=tower("f(a) + f(a)", 40)), "the helpers unfold"),
    "brackets": (line(steps=equations("z = " + "(" * 1_900 + "y" + ")" * 1_900)), "too"),
    "a chain of signs": (line(steps=equations("z = " + "-" * 3_000 + "y")), "nested too deeply"),
}  # fmt: skip


@pytest.mark.parametrize("what", TOO_MUCH)
def test_a_template_that_asks_for_too_much(tmp_path: Path, what: str) -> None:
    text, said = TOO_MUCH[what]
    path = tmp_path / "t.toml"
    path.write_text(text, "utf-8")
    tracemalloc.start()
    try:
        with pytest.raises(TracerError) as caught:
            read_template(path).program()
        held = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert said in str(caught.value)
    assert held < MOST_HELD


def test_equations_that_are_too_much_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ALL_PARTS", limits.Limit(1_000, ""))
    path = tmp_path / "t.toml"
    many = equations(*(f"z{k} = f3(y)" for k in range(50)))
    path.write_text(line(helpers=tower("f(a) + f(a)", 4), steps=many), "utf-8")
    with pytest.raises(TracerError, match="have more than 1,000 parts together"):
        read_template(path).program()


def call(*words: str) -> Result:
    return CliRunner().invoke(main, words, catch_exceptions=False)


def refused(*words: str) -> str:
    """Return the one line in which a command is refused."""
    done = call(*words)
    assert done.exit_code == 2
    assert done.output.startswith("Error: ")
    return done.output


def test_packed_files_are_unpacked_as_far_as_they_promise(tmp_path: Path) -> None:
    path = tmp_path / "bomb-idx3-ubyte.gz"
    for promised, said in ((1, "promises 1 bytes, the file holds more"), (2**31, "at most")):
        heading = b"\0\0\x08\1" + struct.pack(">I", promised)
        path.write_bytes(gzip.compress(heading + bytes(20_000_000), 1))
        template = tmp_path / "t.toml"
        template.write_text(line(f'q = {{ file = "{path.name}" }}'), "utf-8")
        tracemalloc.start()
        try:
            assert said in refused("trace", str(template))
            held = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert held < 10_000_000


#: Words after `tracer`, and what is said of them.
RUNS: dict[str, tuple[tuple[str, ...], str]] = {
    "iterations": (("trace", "ray", "-n", "2147483648"), "1 to 100,000,000 can be traced"),
    "more iterations": (("trace", "ray", "-n", "9" * 30), "1 to 100,000,000 can be traced"),
    "samples": (("trace", "batch.toml", "-n", "9000000"), "would take 90,000,000 samples"),
    "work": (("trace", "wide.toml", "-n", "90000000"), "would take days"),
    "sheets": (("trace", "wide.toml", "-n", "900", "--sheets", "all"), "kept whole would be"),
    "far answers": (("check", "ray", "far.json"), "so many iterations take too long"),
}


@pytest.mark.parametrize("what", RUNS)
def test_a_run_that_takes_too_much(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    batch = '[batch]\nsize = 10\nof = ["q"]\n'
    drawn = 'q = { random = "zeros", shape = [20, 2] }'
    Path("batch.toml").write_text(line(drawn, batch), "utf-8")
    wide = 'q = { random = "normal", shape = [1, 500] }'
    Path("wide.toml").write_text(line(wide, steps=equations("s = w * (q.T @ q)")), "utf-8")
    Path("far.json").write_text('{"999999": {"loss": 0.3}}', "utf-8")
    words, said = RUNS[what]
    assert said in refused(*words)


LONG = "x" * 300
#: Every place where a path or a template's name is typed.
LONG_NAMES = (
    *((command, LONG) for command in ("trace", "templates", "verify", "practice")),
    *((command, f"{LONG}.toml") for command in ("trace", "templates", "verify", "practice", "new")),
    ("read", f"{LONG}.py"),
    ("check", f"{LONG}.xlsx"),
    ("check", LONG, "answers.csv"),
    ("check", "ray", f"{LONG}.csv"),
    ("check", "ray.xlsx", "--assignment", LONG),
    ("check", "ray", "a.csv", "--html", f"{LONG}.html"),
    ("trace", "ray", "-o", f"{LONG}.xlsx"),
    ("trace", "ray", "--data", LONG),
    ("practice", "ray", "-o", f"{LONG}.xlsx"),
    ("practice", "ray", "--assignment", LONG),
    ("practice", "ray", "--assignment", "a.toml", "--students", LONG),
    ("grade", LONG, "--assignment", "a.toml"),
    ("grade", ".", "--assignment", LONG),
    ("new", "n.toml", "--data", f"{LONG}.csv", "--target", "y"),
    ("read", "net.py", "-o", f"{LONG}.toml"),
)


@pytest.mark.parametrize("words", LONG_NAMES, ids=" ".join)
def test_names_that_no_file_can_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = call(*words)
    assert done.exit_code == 2
    assert "Error: " in done.output
    assert list(tmp_path.iterdir()) == []
