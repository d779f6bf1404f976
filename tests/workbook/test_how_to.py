"""What Start says to try is there to be tried."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

import tracer
from tests.workbook.made import Made
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.wording import load
from tracer.workbook.book import BookOptions, plan_book, worded
from tracer.workbook.plan.numbers import formats
from tracer.workbook.plan.palette import TUTORIAL
from tracer.workbook.sheets.how_to import how_to
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training import Training

CURVE = "and the curve of the loss"
#: A lesson, the number to change, a name beside it, and whether there is a curve.
LESSONS = (
    ("ray", "lr", "lr or X", True),
    ("exam-hand", "X", "X or _W1 (for W1)", False),
    ("iris", "lr", "lr or X", True),
    ("perceptron-weights", "x1", "threshold or _x1 (for x1)", False),
)


def _lines(name_or_path: str | Path, sheets: list[int] | None = None) -> list[str]:
    """Return what Start says to try, a sentence that runs over rows joined."""
    template = (
        tracer.load_template(name_or_path)
        if isinstance(name_or_path, str)
        else read_template(name_or_path)
    )
    trace = trace_template(template, min(template.iterations, 3))
    start = plan_book(trace, BookOptions(sheets=sheets)).sheets[0]
    texts = [cell.text for cell in start.pattern.cells if cell.text]
    wording = load("en")
    first, last = (texts.index(wording(f"start.{key}")) for key in ("how_to", "sheets"))
    lines: list[str] = []
    for text in texts[first + 1 : last]:
        if text[0].isdigit():
            lines.append(text)
        else:
            lines[-1] += f" {text}"
    return lines


@pytest.mark.parametrize(("name", "changed", "names", "curve"), LESSONS)
def test_hints_use_names_of_the_lesson(name: str, changed: str, names: str, curve: bool) -> None:
    lines = _lines(name)
    assert [line[:2] for line in lines] == ["1.", "2.", "3.", "4.", "5."]
    assert "Open the sheet Iteration 1 " in lines[0]
    assert f", {changed} say: every formula" in lines[2]
    assert (CURVE in lines[3]) == curve
    assert lines[4].startswith(f"5. Names such as {names} can be used")


@pytest.mark.parametrize("name", tracer.template_names())
def test_every_name_said_is_one_of_the_workbook(name: str) -> None:
    """The number to change stands on Inputs, and the names are those of its Name box."""
    template = tracer.load_template(name)
    trace, wording = trace_template(template, 1), worded("en", TUTORIAL)
    formatted = formats(trace, [1])
    inputs = Inputs(trace, formatted, wording)
    training = Training(trace, inputs, formatted, lambda slot, index: None)
    *_, change, _, names = how_to(trace, inputs, training, None)
    labels = {cell.text for cell in inputs.sheet.pattern.cells if cell.role == "label"}
    assert change.partition(" cell on Inputs, ")[2].partition(" say")[0] in labels
    said = re.search(r"(?: such as | The name )(.+?) can be", names)
    assert said
    for safe, _, shown in re.findall(r"(\w+)( \(for (\w+)\))?(?: or |$)", said[1]):
        assert safe in inputs.names
        assert (shown or safe) in labels


def test_italics_are_explained_where_there_are_any() -> None:
    words = load("en")("legend.stored_shown")
    for name, there in (("ray", False), ("diary-mnist", True)):
        book = plan_book(trace_template(tracer.load_template(name), 1))
        assert (words in [cell.text for cell in book.sheets[0].pattern.cells]) == there


def test_one_iteration_is_not_said_to_be_several() -> None:
    assert "4. Training holds the one iteration, in one row." in _lines("exam-hand")


def test_without_iteration_sheets_none_is_to_be_opened() -> None:
    lines = _lines("ray", [])
    assert lines[0].startswith("1. Change a blue cell on Inputs, lr say")
    assert not any("Iteration" in line for line in lines)


def test_a_single_name_is_not_said_to_be_several(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        """title = "Twice"
iterations = 1
[given]
a = 3
[[steps]]
number = 1
title = "Twice"
phase = "forward"
equations = ["b = 2 * a"]
""",
        "utf-8",
    )
    assert _lines(path)[-1] == "5. The name a can be used in formulas of your own, on any sheet."


@pytest.mark.parametrize("name", ["ray", "exam-scores", "xor", "iris", "ray-moons", "diary-mnist"])
def test_start_says_of_training_what_it_does(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    start, training = (
        made.book.sheets[0],
        next(s for s in made.book.sheets if s.title == "Training"),
    )
    texts = [cell.text for cell in start.pattern.cells if cell.text]
    assert any("follows, on every sheet" in text for text in texts) == made.live
    assert any("What Training stores" in text for text in texts) == (not made.live)
    assert training.table is not None
    rows, count = training.table.count, made.trace.iterations
    every = f"4. Training holds every iteration, one per row, {CURVE}."
    part = every.replace("every iteration", f"{rows:,} of the {count:,} iterations")
    assert (every if rows == count else part) in texts
