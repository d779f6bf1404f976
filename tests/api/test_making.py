"""verify, practice, new and grade from Python do what the commands do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import tracer
from tests.api.said import says_in_one_line
from tests.practice.grading.classroom import assignment, build
from tracer.commands.main import main


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> str:
    return CliRunner().invoke(main, words).output


@pytest.mark.parametrize(("name", "agree"), [("ray", True), ("ray-r", False)])
def test_verify(name: str, agree: bool) -> None:
    found = tracer.verify(name)
    assert found.agree is agree
    assert str(found) + "\n" == call("verify", name) and repr(found) == str(found)
    assert tracer.verify(tracer.load_template(name)).figures == found.figures


def test_verify_says_what_disagrees() -> None:
    text = (tracer.load_template("ray-r").path).read_text("utf-8")
    Path("wrong.toml").write_text(text.replace("wout = wout +", "wout = wout -"), "utf-8")
    found = tracer.verify("wrong.toml")
    assert not found.agree and "✗ differs" in str(found)


def test_practice() -> None:
    made = tracer.practice("ray", "p.xlsx", blank=["backward", "loss"], iterations=2, lr=0.5)
    assert made == Path("p.xlsx")
    words = ("-b", "backward,loss", "-n", "2", "--set", "lr=0.5", "-o", "c.xlsx")
    call("practice", "ray", *words)
    by_python, by_command = (openpyxl.load_workbook(name) for name in ("p.xlsx", "c.xlsx"))
    assert by_python.sheetnames == by_command.sheetnames
    name = next(title for title in by_python.sheetnames if "1" in title)
    cells = [[(c.coordinate, c.value) for c in row] for row in by_python[name]]
    assert cells == [[(c.coordinate, c.value) for c in row] for row in by_command[name]]
    assert not tracer.check("p.xlsx").right


def test_new() -> None:
    made = tracer.new("p.toml", "moons", layers=[3, 1], optimizer="adam", test=0.2, batch_norm=True)
    call("new", "c.toml", "--data", "moons", "--layers", "3,1", "--optimizer", "adam", "--test",
         "0.2", "--batch-norm")  # fmt: skip
    by_python, by_command = (Path(f"{name}.toml").read_text("utf-8") for name in "pc")
    assert by_python.startswith("# Made by: tracer.new(…, 'moons', layers=[3, 1], optimizer='adam'")
    without = [text[text.index("\ntitle") :] for text in (by_python, by_command)]
    assert without[0] == without[1]
    assert tracer.trace(made, 2).iterations == 2


def test_new_reads_a_table() -> None:
    Path("t.csv").write_text("a,b,c,y\n1,2,3,4\n3,1,2,5\n2,2,1,9\n", "utf-8")
    made = tracer.new("t.toml", Path("t.csv"), target="y", columns=["a", "c"], layers=1, rate=0.5)
    assert made.network == "2-1" and made.given["lr"] == 0.5


def test_grade() -> None:
    build(Path(), assignment(Path()))
    words = ("in", "--assignment", "week-1.toml", "--roster", "class.csv")
    said = call("grade", *words)
    marks = tracer.grade("in", "week-1.toml", "class.csv", "g.xlsx", moodle="m.csv")
    assert f"{marks}\noutputs/week-1-grades.xlsx\n" == said and repr(marks) == str(marks)
    assert Path("g.xlsx").is_file() and Path("m.csv").is_file()


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "an unknown lesson": (lambda: tracer.verify("rey"), "there is no template 'rey'. Did you mean"),
    "a name": (lambda: tracer.practice("ray", "p.txt"), "p.txt: the name must end in .xlsx."),
    "half an iteration": (
        lambda: tracer.practice("ray", "p.xlsx", iterations=1.5),  # type: ignore[arg-type]
        "iterations must be a whole number from 1 to 50, not 1.5.",
    ),
    "nothing blank": (lambda: tracer.practice("ray", "p.xlsx", share=0), "share must be above 0"),
    "a share": (lambda: tracer.practice("ray", "p.xlsx", share=2), "share must be a number from 0"),
    "a tolerance": (
        lambda: tracer.practice("ray", "p.xlsx", tolerance=-1),
        "tolerance must be a number from 0 to 1e+09, not -1.",
    ),
    "no names": (
        lambda: tracer.practice("ray", "p.xlsx", blank=3),  # type: ignore[arg-type]
        "blank must be names, such as ['backward', 'loss'], not 3.",
    ),
    "an option": (lambda: tracer.new("n.toml", "moons", layer=3), "new has no option 'layer'. Did"),
    "a flag": (
        lambda: tracer.new("n.toml", "moons", batch_norm="yes"),
        "batch_norm must be True or",
    ),
    "a flag for a value": (
        lambda: tracer.new("n.toml", "moons", layers=True),
        "layers must be a v",
    ),
    "no data": (
        lambda: tracer.new("n.toml", None),  # type: ignore[arg-type]
        "data must be a path or a kind of made-up data, not None.",
    ),
    "what doesn't fit": (
        lambda: tracer.new("n.toml", "moons", layers=1, output_activation="softmax"),
        "output_activation: softmax of one neuron is always 1; use sigmoid,",
    ),
    "a folder's number": (
        lambda: tracer.grade("in", 3, "r.csv", "g.xlsx"),  # type: ignore[arg-type]
        "3 is no path.",
    ),
    "no folder": (lambda: tracer.grade("in", "a.toml", "r.csv", "g.xlsx"), "a.toml: there is no"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(name: str) -> None:
    says_in_one_line(*WRONG[name])
    assert not list(Path().iterdir())
