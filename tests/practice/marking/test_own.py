"""The student's own numbers: typed, carried on, rounded; the same for whoever asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.practice import students
from tracer.language.elements import Leaf, element
from tracer.language.expression import Index
from tracer.practice.answers.answers import Answers, typed
from tracer.practice.answers.marks import Rules
from tracer.practice.checking.report import Report
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers, follow
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.carried import Carried
from tracer.practice.sheets.paper import follows, layout
from tracer.program.model import Assignment
from tracer.template.lessons import load_template
from tracer.template.read import template_of
from tracer.template.template import Template

NAN = np.nan


def _template(given: dict[str, Any], *equations: str, **more: Any) -> Template:
    raw = {"title": "t", "given": given, "steps": [{"equations": list(equations)}], **more}
    return template_of(raw, Path("t.toml"))


#: z = 0.6, m = 0.222, which is 0.2 where results are rounded to a decimal, q = 6.
ROUNDED = _template({"x": 0.6, "y": 1.0}, "z = x * y", "m = z * 0.37", "q = m * 30")
CHAIN = _template({"x": 4.0}, "a = x / 2", "b = 6 / a", "c = b + 1", "d = tanh(1 / b) + c")


def _numbers(template: Template, asked: dict[str, float], decimals: int | None) -> OwnNumbers:
    exercise = Exercise(template, 1, BlankChoice((*asked,)), decimals, live=True)
    answers = (typed(1, (name, 0), np.array(number)) for name, number in asked.items())
    return OwnNumbers(exercise.trace, Answers((*answers,)), live=True)


@pytest.mark.parametrize(
    ("template", "decimals", "asked", "expected"),
    [
        (ROUNDED, None, {"z": 0.6, "q": 9}, {"z": 0.6, "m": 0.222, "q": 9}),
        (ROUNDED, 1, {"z": 0.6, "q": 9}, {"z": 0.6, "m": 0.2, "q": 9}),
        (ROUNDED, 1, {"z": 0.7, "q": 9}, {"z": 0.7, "m": 0.3, "q": 9}),
        (ROUNDED, 1, {"z": 2.5}, {"z": 2.5, "m": 0.9, "q": 27}),
        # 2 / 0.8 = 2.5 and −0.5 round away from zero, as a spreadsheet rounds.
        (_template({"x": 1.0}, "a = 2 * x", "b = a / 0.8", "c = -a / 4"), 0, {"a": 2},
         {"b": 3, "c": -1}),
        # What can't be calculated from the student's numbers is nothing, as in the sheet.
        (CHAIN, None, {"a": 1}, {"b": 6, "c": 7}),
        (CHAIN, None, {"a": NAN}, {"a": NAN, "b": NAN, "c": NAN, "d": NAN}),
        (CHAIN, None, {"a": 0}, {"b": NAN, "c": NAN, "d": NAN}),
        (CHAIN, None, {"b": 0}, {"a": 2, "c": 1, "d": NAN}),
        (CHAIN, None, {"a": 1, "c": NAN}, {"b": 6, "c": NAN, "d": NAN}),
    ],
)  # fmt: skip
def test_numbers_of_the_sheet(
    template: Template, decimals: int | None, asked: dict[str, float], expected: dict[str, float]
) -> None:
    numbers = _numbers(template, asked, decimals)
    program = numbers.trace.program
    found = {name: float(numbers.own(program.newest(name), 1)) for name in expected}
    assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        ([-0.25, 0.5], {"loss": -np.log(0.5), "root": 0, "share": 2, "branch": 0.5, "fails": NAN}),
        ([0.0, 0.25], {"loss": -np.log(0.25), "root": 0, "share": 4, "branch": 0.5}),
        ([-0.25, -0.5], {"loss": NAN, "root": 0, "share": -2}),
    ],
)
def test_0_times_what_cannot_be_calculated_is_0(p: list[float], expected: dict[str, float]) -> None:
    exercise = Exercise(students.spared(), 1, live=True)
    program = exercise.program
    answers = Answers((typed(1, ("p", 0), np.array(p)),))
    numbers = OwnNumbers(exercise.trace, answers, live=True)
    found = {name: float(numbers.own(program.newest(name), 1)) for name in expected}
    assert found == pytest.approx(expected, rel=1e-12, nan_ok=True)
    carried = Carried(OwnNumbers(exercise.trace, Answers(()), live=True), 1, program.iterate)
    changed = carried.with_change(("p", 0), np.array(p))
    calculable = {name: number for name, number in expected.items() if np.isfinite(number)}
    found = {name: float(changed[name, 0]) for name in calculable if name != "branch"}
    assert found == pytest.approx({k: calculable[k] for k in found}, rel=1e-12)


def test_sheets_say_the_same_of_what_fails_there() -> None:
    exercise = Exercise(students.spared(), 1, BlankChoice(("all",)))
    texts = {b.slot.name: follows(b, (), exercise) for b in layout(exercise) if not b.slot.shape}
    guarded = {name for name, text in texts.items() if "<>0," in text}
    assert guarded == {"root", "share"}  # a logarithm is of a tiny number at least


def test_gaps_are_filled_by_what_would_stand_there() -> None:
    numbers = _numbers(CHAIN, {"a": 1, "c": NAN}, None)
    found = [float(numbers.filled(numbers.trace.program.newest(n), 1)) for n in "abcd"]
    assert found == pytest.approx([1, 6, 7, np.tanh(1 / 6) + 7])
    given = OwnNumbers(numbers.trace, numbers.answers)
    assert float(given.filled(given.trace.program.newest("c"), 1)) == 4  # the exact one


@pytest.mark.parametrize(
    ("template", "decimals", "asked", "said"),
    [
        (ROUNDED, 1, {"z": 0.6, "q": 9}, "0.2 × 30 = 6"),
        (ROUNDED, 1, {"z": 0.9, "q": 7}, "0.3 × 30 = 9"),
        (ROUNDED, 1, {"m": 0.4}, "0.6 × 0.37 = 0.222 ≈ 0.2"),
        (ROUNDED, 0, {"m": 4}, "1 × 0.37 = 0.37 ≈ 0"),
        (ROUNDED, None, {"z": 0.7, "q": 9}, "0.259 × 30 = 7.77"),
        # Nothing follows from a blank: then all of it is exact, not half of it.
        (CHAIN, None, {"a": 1, "b": NAN, "c": 9}, "3 + 1 = 4"),
        (CHAIN, None, {"a": 0, "d": 9}, "tanh(1 ÷ 3) + 4 = 4.32151"),
    ],
)
def test_the_arithmetic_shown_is_true(
    template: Template, decimals: int | None, asked: dict[str, float], said: str
) -> None:
    numbers = _numbers(template, asked, decimals)
    report = Report("a", numbers, mark(numbers, Rules()))
    assert report.wrong[-1].arithmetic == said


def test_transformed_equations_round_as_the_program_does() -> None:
    halves = _template({"x": [[0.25, 0.75], [-0.25, 1.35]]}, "a = x * 1")
    exercise = Exercise(halves, decimals=1)
    numbers = OwnNumbers(exercise.trace, Answers(()))
    attempt = Attempt(numbers, 1, exercise.program.iterate[0])
    (found,) = attempt.results(attempt.expression)
    assert found.tolist() == numbers.exact(attempt.slot, 1).tolist() == [[0.3, 0.8], [-0.3, 1.4]]


def test_rows_that_are_used_in_turn_are_found() -> None:
    """An array with a length of its own, whose rows batches take one after the other."""
    template = _template(
        {"X": [[1.0], [2.0], [3.0]], "M": [[2.0], [10.0]]},
        "H = X * M",
        batch={"size": 1, "of": ["X"], "cycle": ["M"]},
    )
    trace = Exercise(template, 3).trace
    numbers = OwnNumbers(trace, Answers((typed(3, ("H", 0), np.array([[7.0]])),)))
    report = Report("a", numbers, mark(numbers, Rules()))
    assert report.wrong[0].arithmetic == "3 × 2 = 6"


# -- against one number after the other ---------------------------------------------------------


def _alone(numbers: OwnNumbers, made: Assignment, iteration: int, index: Index) -> float:
    """Return a number of the sheet, calculated from those beside it by its formula."""
    program = numbers.trace.program

    def of(cell: Leaf) -> float:
        return float(numbers.own(program.slot(cell.name), iteration)[cell.origin])

    return follow(element(made.equation.expression, index), of, program.decimals)


@pytest.mark.parametrize("decimals", [None, 2])
@pytest.mark.parametrize("name", ["ray", "softmax", "adam"])
def test_whole_arrays_hold_what_single_cells_give(name: str, decimals: int | None) -> None:
    known = {"softmax": students.softmax, "adam": students.adam}
    template = known[name]() if name in known else load_template(name)
    random = np.random.default_rng(5)
    choice = BlankChoice(("all",), 0.2, 3)
    exercise = Exercise(template, 3, choice, decimals, live=True)

    def slip(iteration: int, key: tuple[str, int], value: np.ndarray) -> np.ndarray:
        lost = random.random(value.shape) < 0.2
        return np.where(lost, NAN, value + random.normal(size=value.shape).round(2))

    sheet = students.calculated(exercise, slip)
    numbers = students.numbers(exercise, sheet, live=True)
    compared = empty = 0
    for (iteration, key), mask in exercise.derived.items():
        made = exercise.program.made(key)
        assert made is not None
        for index in map(tuple, np.argwhere(mask).tolist()):
            found = float(numbers.own(made.slot, iteration)[index])
            alone = _alone(numbers, made, iteration, index)
            assert found == pytest.approx(alone, rel=1e-12, nan_ok=True)
            compared, empty = compared + 1, empty + bool(np.isnan(found))
    assert compared > empty > 0
