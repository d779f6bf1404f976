"""What looks odd in one student's numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.calculator import holds
from tests.practice import students
from tests.practice.grading.classroom import assignment, sheet_of
from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.grading.judging import Sheets, judge
from tracer.practice.grading.remarks import slip_lines
from tracer.practice.sheets.paper import layout


@pytest.mark.parametrize(
    ("typed", "zeros", "leaning"),
    [
        # What follows from zeros doesn't count, where it is 0 or the old value again.
        ([0.0, 0.0], (("z", 2), ("a", 2), ("loss", 1), ("d", 2)), 0),
        ([0.000001, -0.000001], (("z", 2),), 7),  # within the tolerance of 0, it is one
        ([0.005, 0.0], (("z", 2), ("a", 1), ("d", 1)), 5),
        ([0.03, 11.0], (), 0),
        ([5.0, 11.0], (), 0),
    ],
)
def test_zeros_typed_to_make_the_rest_easy(
    typed: list[float], zeros: tuple[tuple[str, int], ...], leaning: int, tmp_path: Path
) -> None:
    made = assignment(tmp_path)
    exercise = made.exercise
    z = np.array(typed)
    d = 2 * z
    follow = {
        "z": typed,
        "a": list(z * z),
        "loss": [float(sum(z * z))],
        "d": list(d),
        "w": [2 - 0.01 * (d[0] + 3 * d[1]), 1 - 0.01 * (2 * d[0] + 4 * d[1])],
    }
    own = students.numbers(exercise, sheet_of(exercise, follow), live=True)
    judged = judge(exercise, Sheets.of(layout(exercise)), own, "s")
    assert (judged.zeros, judged.leaning) == (zeros, leaning)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("name", ["ray", "two-class"])
def test_how_a_number_is_made_adds_up(name: str, lang: str) -> None:
    choice = BlankChoice(("backward", "update"))
    exercise = Exercise(tracer.load_template(name), 1, choice, live=True, lang=lang)
    typed = students.calculated(exercise, lambda *result: 1.1 * result[-1] + 0.013)
    own = students.numbers(exercise, typed)
    judged = judge(exercise, Sheets.of(layout(exercise)), own, "s")
    said = [slip_lines(slip, exercise.wording)[1] for slip in judged.slips]
    lines = [line.partition(": ")[2] for line in said]
    if lang == "de":
        assert not any("." in line for line in lines)
        lines = [line.replace(",", ".") for line in lines]
    assert len(lines) == len(judged.slips) > 5
    assert [line for line in lines if not holds(line)] == []


@pytest.mark.parametrize(
    ("typed", "idle"), [(1000.0, 33), (-1000.0, 45), (1.1, 0)], ids=["ones", "zeros", "neither"]
)
def test_a_neuron_made_deaf_to_make_the_rest_easy(typed: float, idle: int) -> None:
    """Far out, the sigmoid's slope is 0: so is what follows, and the weights stay."""
    exercise = Exercise(tracer.load_template("ray"), 1, BlankChoice(), live=True)

    def change(iteration: int, key: SlotKey, value: Array) -> Array:
        return np.full_like(value, typed) if key[0] == "hidden_layer_input" else value

    own = students.numbers(exercise, students.calculated(exercise, change), live=True)
    judged = judge(exercise, Sheets.of(layout(exercise)), own, "s")
    assert (judged.idle, judged.leaning) == (idle, 0)
