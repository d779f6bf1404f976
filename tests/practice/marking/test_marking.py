"""Verdicts, one rule after the other, on numbers worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.practice import students
from tracer.practice.answers.answers import Answer, Answers, typed
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers, follow
from tracer.template.read import template_of

#: a = 3 × 0.729 = 2.187, b = a + 1 = 3.187, c = 10 / b.
CHAIN = template_of(
    {
        "title": "A chain",
        "given": {"x": 3.0, "y": 0.729},
        "steps": [{"equations": ["a = x * y", "b = a + 1", "c = 10 / b", "d = log(c) + 0 * x"]}],
    },
    Path("chain.toml"),
)
RULES = Rules(absolute=0.0005, relative=0.0, fewest_digits=2)
NAN = np.nan


def _verdicts(*numbers: float | None, rules: Rules = RULES) -> list[str]:
    exercise = Exercise(CHAIN, 1, BlankChoice(("a", "b", "c")), rules=rules)
    answers = Answers(
        tuple(
            typed(1, (name, 0), np.array(NAN if number is None else number))
            for name, number in zip("abc", numbers, strict=True)
        )
    )
    marks = mark(OwnNumbers(exercise.trace, answers), rules)
    return [Verdict(int(m.verdicts)).name for m in marks.marked]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        # c = 10 / 3.187 = 3.13775…
        ((2.187, 3.187, 3.1378), "RIGHT RIGHT RIGHT"),
        ((2.1875, 3.1865, 3.138), "RIGHT RIGHT RIGHT"),  # the boundary is inside
        ((2.1876, 3.187, 3.1378), "WRONG RIGHT RIGHT"),  # not rounded: four decimals
        ((2.2, 3.2, 3.125), "ROUNDED ROUNDED ROUNDED"),  # rounding carried on is no mistake
        ((2.19, 3.19, 3.1348), "ROUNDED ROUNDED ROUNDED"),
        ((2.2, 3.2, 3.109), "ROUNDED ROUNDED WRONG"),
        ((2.0, 3.0, 3.3333), "WRONG FOLLOWS FOLLOWS"),  # 2 has too few digits
        ((2.5, 3.5, 2.8571), "WRONG FOLLOWS FOLLOWS"),
        ((2.5, 3.187, 3.1378), "WRONG RIGHT RIGHT"),
        ((2.5, 3.6, 2.7778), "WRONG WRONG FOLLOWS"),
        ((None, 1.0, 10.0), "BLANK WRONG FOLLOWS"),  # nothing is not zero
        ((None, 3.187, None), "BLANK RIGHT BLANK"),
        ((0.0, 1.0, 10.0), "WRONG FOLLOWS FOLLOWS"),
        ((-1.0, 0.0, 0.0), "WRONG FOLLOWS WRONG"),  # 10 / 0 gives nothing to follow
        ((float("inf"), 3.187, 3.1378), "NOT_A_NUMBER RIGHT RIGHT"),
    ],
)
def test_verdicts_along_a_chain(numbers: tuple[float | None, ...], expected: str) -> None:
    assert " ".join(_verdicts(*numbers)) == expected


def test_what_follows_from_right_numbers_is_right() -> None:
    """10 / 3.1865 is 0.0005 off the exact value, and no mistake."""
    rules = Rules(absolute=0.0005, relative=0.0)
    assert abs(10 / 3.1865 - 10 / 3.187) < 0.0005 < abs(3.1387 - 10 / 3.187)
    assert _verdicts(2.1865, 3.1865, 3.1387, rules=rules) == ["RIGHT"] * 3
    assert _verdicts(2.1865, 3.1865, 3.1393, rules=rules)[2] == "WRONG"


def test_rounding_that_runs_away_is_not_right() -> None:
    """From a = 0, within the tolerance of 0.02, follows 1000; the exact result is 47.6."""
    rules = Rules(absolute=0.3, relative=0.0)
    exact = 10 / 3.187
    assert abs(10 / 2.9 - exact) > 0.3 > abs(3.187 - 2.9)
    assert _verdicts(2.187, 2.9, 10 / 2.9, rules=rules)[2] == "RIGHT"
    rules = Rules(absolute=0.03, relative=0.0)
    far = template_of(
        {
            "title": "t",
            "given": {"x": 0.04},
            "steps": [{"equations": ["a = x / 2", "b = 1 / (a + 0.001)"]}],
        },
        Path("far.toml"),
    )
    exercise = Exercise(far, rules=rules)
    answers = Answers((typed(1, ("a", 0), np.array(0.0)), typed(1, ("b", 0), np.array(1000.0))))
    marks = mark(OwnNumbers(exercise.trace, answers), rules)
    assert [int(m.verdicts) for m in marks.marked] == [Verdict.RIGHT, Verdict.FOLLOWS]


def test_texts_are_no_numbers_and_given_cells_are_right() -> None:
    exercise = Exercise(students.softmax(), 1, BlankChoice(("Z",)))
    exact = exercise.trace.value(exercise.program.newest("Z"), 1)
    asked = np.array([[True, True, True], [False, False, False]])
    values, text = exact.copy(), np.zeros((2, 3), bool)
    values[0, 1], text[0, 1] = NAN, True
    answer = Answer(1, ("Z", 0), values, asked, text, np.zeros((2, 3), bool))
    (marked,) = mark(OwnNumbers(exercise.trace, Answers((answer,))), Rules()).marked
    right, given = Verdict.RIGHT, Verdict.GIVEN
    expected = [[right, Verdict.NOT_A_NUMBER, right], [given, given, given]]
    assert marked.verdicts.tolist() == expected


def test_an_arithmetic_fault_on_the_way_gives_nothing_to_follow() -> None:
    from tracer.language.elements import Leaf, cells, element

    exercise = Exercise(CHAIN)
    equation = next(a for a in exercise.program.iterate if a.slot.name == "c").equation
    tree = element(equation.expression, ())
    (leaf,) = cells(tree)
    assert isinstance(leaf, Leaf)
    assert np.isnan(follow(tree, {leaf: 0.0}.__getitem__))
    assert np.isnan(follow(tree, {leaf: NAN}.__getitem__))
    assert follow(tree, {leaf: 3.0}.__getitem__) == 10 / 3
    assert follow(tree, {leaf: 3.0}.__getitem__, 2) == 3.33
