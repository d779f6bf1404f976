"""Equations that take a range (`X[:, :1]`) go all the way: practice, check, grade."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

import tracer
from tests.practice.students import Sheet, exact, fill
from tracer.commands.main import main
from tracer.language.expression import Pick, walk
from tracer.practice.exercise.assignment import read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.program.model import Assignment
from tracer.run.trace import trace_template


def _ranges(assignment: Assignment) -> list[Pick]:
    """Return the parts of an equation that take a range."""
    return [
        node
        for node in walk(assignment.equation.expression)
        if isinstance(node, Pick) and any(isinstance(item, slice) for item in node.items)
    ]


def _with_range(name: str) -> list[Assignment]:
    """Return the assignments of a lesson whose equations take a range."""
    return [
        one for one in trace_template(tracer.load_template(name), 1).program.iterate if _ranges(one)
    ]


#: A lesson of each kind of range: steps in time, gates beside each other, a window that slides.
LESSONS = ("rnn", "lstm", "convolution")
every_lesson = pytest.mark.parametrize("name", LESSONS)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def call(*words: str) -> Result:
    """Call `tracer`; a fault that isn't the user's is raised, not printed."""
    return CliRunner().invoke(main, words, catch_exceptions=False)


def off_by_one(exercise: Exercise) -> Sheet:
    """Return what a student types who is off by one in every number."""
    return {place: right + 1.0 for place, right in exact(exercise).items()}


@pytest.mark.parametrize("name", tracer.template_names())
def test_parts_of_an_equation_can_be_keys(name: str) -> None:
    """Python's own ranges have a hash only from 3.12 on."""
    for assignment in _with_range(name):
        for part in _ranges(assignment):
            assert {part: "found"}[replace(part)] == "found"
            other = replace(part, items=(*part.items[:-1], slice(3, 17)))
            assert other not in {part}


@every_lesson
def test_self_study(name: str) -> None:
    done = call("practice", name, "--share", "0.1", "-o", "blank.xlsx")
    assert done.exit_code == 0, done.output
    checked = call("check", "blank.xlsx")
    assert checked.exit_code == 1 and "blank" in checked.output, checked.output
    exercise = Exercise(tracer.load_template(name), 1, BlankChoice(("all",), 0.1, 1))
    for typed, verdict, status in (
        (exact(exercise), "right", 0),
        (off_by_one(exercise), "wrong", 1),
    ):
        fill(exercise, Path("blank.xlsx"), Path("filled.xlsx"), typed)
        checked = call("check", "filled.xlsx")
        assert checked.exit_code == status, checked.output
        assert verdict in checked.output


@every_lesson
def test_loose_answers(name: str) -> None:
    """All zeros but for a wrong 999."""
    slot = _with_range(name)[-1].slot
    wrong = np.zeros(slot.shape)
    wrong.reshape(-1)[0] = 999
    rows = np.atleast_2d(wrong)
    Path("a.csv").write_text(
        "\n".join([slot.name, *(",".join(map(str, r)) for r in rows)]), "utf-8"
    )
    done = call("check", name, "a.csv")
    assert done.exit_code == 1, done.output
    assert "wrong" in done.output


@every_lesson
def test_a_class(name: str) -> None:
    """One student leaves everything blank, one is off by one, one has it right."""
    Path("class.csv").write_text("id\nblank\noff\nright\n", "utf-8")
    asked = ("--share", "0.1", "--assignment", "hw.toml", "--students", "class.csv")
    done = call("practice", name, *asked, "-o", "in")
    assert done.exit_code == 0, done.output
    made = read_assignment(Path("hw.toml"))
    for who, typed in (("off", off_by_one), ("right", exact)):
        own = made.exercise_of(who)
        fill(own, Path(f"in/{who}.xlsx"), Path(f"in/{who}.xlsx"), typed(own))
    words = ("in", "--assignment", "hw.toml", "--roster", "class.csv")
    done = call("grade", *words)
    assert done.exit_code == 0, done.output
    assert "3 of 3 students marked" in done.output
    told = call("grade", *words, "--student", "off", "-o", "off.xlsx")
    assert told.exit_code == 0 and "wrong" in told.output, told.output
