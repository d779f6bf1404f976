"""The arithmetic that a report shows is true: a calculator gives what it says."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping

import numpy as np
import pytest

import tracer
from tests.calculator import holds
from tests.practice.students import Change, Sheet, calculated, exact, numbers
from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.marks import Rules
from tracer.practice.checking.report import Report
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.mistakes.page import Findings
from tracer.wording import load

LESSONS = ("ray", "two-class", "xor", "exam-hand", "attention", "convolution", "deep-relu", "lstm")
RULES = Rules(1e-6, 1e-6)


def everywhere(change: Callable[[Array], Array]) -> Change:
    """Return a slip in every result; from each the student goes on correctly."""
    return lambda iteration, key, values: change(values)


def one(iteration: int, key: SlotKey, values: Array) -> Array:
    """A slip in the first number of every result: its neighbours follow from earlier slips."""
    values.flat[0] = 1.1 * values.flat[0] + 0.013
    return values


SLIPS: Mapping[str, Callable[[Exercise], Sheet]] = {
    "one number of each result": lambda e: calculated(e, one),
    "rounded to two decimals, and 0.1 too much": lambda e: calculated(
        e, everywhere(lambda values: np.round(values, 2) + 0.1)
    ),
    "a thousandth of it": lambda e: calculated(e, everywhere(lambda values: values / 1000 + 1e-5)),
    "a sign": lambda e: calculated(e, everywhere(lambda values: -values - 0.01)),
    "all wrong, and nothing of it used": lambda e: {
        place: np.asarray(1.3 * np.asarray(values, float) + 0.5, object)
        for place, values in exact(e).items()
    },
}


def shown(exercise: Exercise, sheet: Sheet) -> list[tuple[str, str]]:
    """Return each arithmetic that is shown of a student's answers, and what is called right."""
    own = numbers(exercise, sheet)
    report = Report("a", own, mark(own, RULES))
    return [(block.arithmetic, load().digits(block.wanted)) for block in report.wrong]


@pytest.mark.parametrize("decimals", [None, 3])
@pytest.mark.parametrize("name", LESSONS)
def test_every_arithmetic_adds_up(
    name: str, decimals: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What may be the reason takes long to find, and is no arithmetic.
    monkeypatch.setattr(sys.modules[Report.__module__], "explained", lambda *_: Findings({}, {}))
    exercise = Exercise(tracer.load_template(name), 1, decimals=decimals)
    lines = [pair for slips in SLIPS.values() for pair in shown(exercise, slips(exercise))]
    whole = [pair for pair in lines if "…" not in pair[0]]
    assert len(whole) > len(lines) / 2 > len(SLIPS)
    assert [line for line, wanted in whole if not holds(line)] == []
    assert [pair for pair in whole if re.split(" [=≈] ", pair[0])[-1] != pair[1]] == []


@pytest.mark.parametrize(
    ("line", "true"),
    [
        ("0.033 × 0.2251 = 0.0074283", True),
        ("0.033 × 0.2251 = 0.0075", False),
        ("0.033 × 0.2251 = 0.0074283 ≈ 0.01", True),
        ("0.033 × 0.2251 = 0.0074283 ≈ 0.02", False),
        ("−1 × 1e−05 + 1 × 1e−05 = 1.7e−21", False),
    ],
)
def test_what_holds(line: str, true: bool) -> None:
    assert holds(line) is true
