"""How near an answer must be, worked out by hand; and what rounding can cause."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from tracer.language.elements import cells, element, value
from tracer.practice.answers.answers import Answers, typed
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.marking.rounding import rounding, spread
from tracer.practice.marking.tolerance import coarsest, half_units, size_of
from tracer.template.read import template_of


def _exercise(equation: str, given: Mapping[str, object], **more: object) -> Exercise:
    raw = {"title": "t", "given": given, "steps": [{"equations": [equation]}], **more}
    return Exercise(template_of(raw, Path("t.toml")))


BLOCK = _exercise("a = x * 1", {"x": [[2.0, 0.001, 0.0, -1e-9]]})
#: 0.4 + 0.0002, and an element that stays.
UPDATE = _exercise("w -= lr * g", {"lr": 0.1, "g": [0.002, 0.0]}, parameters={"w": [0.4, 0.7]})
TINY = _exercise("a = x / 4", {"x": 4e-9})
#: What is left of 0.1 + 0.2 − 0.3 is no number.
BITS = _exercise("a = x + y - z", {"x": 0.1, "y": 0.2, "z": 0.3})


@pytest.mark.parametrize(
    ("exercise", "rules", "expected"),
    [
        (BLOCK, Rules(), [[0.01, 0.0005, 0.01, 5e-10]]),
        (BLOCK, Rules(absolute=0.005), [[0.01, 0.005, 0.01, 0.005]]),
        (UPDATE, Rules(), [1e-6, 1e-6]),
        (UPDATE, Rules(relative=1.0), [1e-4, 2e-4]),
        (TINY, Rules(), 5e-12),
    ],
)
def test_the_tolerance_follows_the_size(exercise: Exercise, rules: Rules, expected: object) -> None:
    allowed = size_of(exercise.trace, exercise.program.iterate[0], 1).allowed(rules)
    assert allowed == pytest.approx(np.array(expected), rel=1e-9)


@pytest.mark.parametrize(
    ("exercise", "numbers", "expected"),
    [
        (BLOCK, [[2.009, 0.0014, 0.009, -1.4e-9]], "RIGHT RIGHT RIGHT RIGHT"),
        (BLOCK, [[2.011, 0.0016, 0.011, 1e-9]], "WRONG WRONG WRONG WRONG"),
        (BLOCK, [[0.0, 0.0, 0.0, 0.0]], "WRONG VAGUE RIGHT VAGUE"),
        (UPDATE, [0.3998, 0.7], "RIGHT RIGHT"),
        (UPDATE, [0.4, 0.7], "VAGUE RIGHT"),
        (UPDATE, [0.4002, 0.0], "WRONG WRONG"),
        (TINY, 0.0, "VAGUE"),
        (TINY, 1e-9, "RIGHT"),
        (TINY, 1.1e-9, "WRONG"),
        (BITS, 0.0, "RIGHT"),
    ],
)
def test_zero_and_the_old_value(exercise: Exercise, numbers: object, expected: str) -> None:
    slot = exercise.program.iterate[0].slot
    answers = Answers((typed(1, slot.key, np.array(numbers)),))
    (marked,) = mark(OwnNumbers(exercise.trace, answers), Rules()).marked
    assert " ".join(Verdict(int(v)).name for v in marked.verdicts.flat) == expected


def test_half_a_unit_of_what_was_typed() -> None:
    numbers = np.array([3.0, 0.5, -0.25, 0.1 + 0.2, 1e-9, 1 / 3, 0.0, 1200.0])
    expected = [0.5, 0.05, 0.005, 0.05, 5e-10, 0.0, 0.5, 0.5]
    assert half_units(numbers).tolist() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("number", "fewest", "expected"),
    [
        (0.7293, 1, 0.05),
        (0.7293, 2, 0.005),
        (0.0456, 1, 0.005),
        (0.0456, 2, 0.0005),
        (12.6, 1, 5.0),
        (1000.0, 2, 50.0),
        (0.0007, 1, 0.005),
        (0.0, 1, 0.005),
        (0.0, 2, 0.0),
    ],
)
def test_two_decimals_or_the_fewest_digits(number: float, fewest: int, expected: float) -> None:
    assert coarsest(number, Rules(fewest_digits=fewest)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "equation",
    [
        "a = x * y + z",
        "a = x - y * x",
        "a = x / y",
        "a = x ** 2 / (y + 3)",
        "a = exp(x) * sigmoid(y)",
        "a = softmax(vstack((x, y)), axis=0)[0] + relu(z)",
        "a = maximum(x, y) * tanh(z)",
        "a = where(x > 10, x, y) + sqrt(z)",
        "a = mean(vstack((x, y))) + var(vstack((x, y, z))) + max(vstack((x, z)))",
    ],
)
def test_the_bound_holds_whatever_rounding_does(equation: str) -> None:
    """No change within the operands' rounding changes a result by more; some by half of it."""
    given = {"x": [[0.7]], "y": [[1.9]], "z": [[0.4]]}
    exercise = _exercise(equation, given)
    assignment = exercise.program.iterate[0]
    index = tuple(0 for _ in assignment.slot.shape)
    tree = element(assignment.equation.expression, index)
    numbers = {cell.name.id: float(given[cell.name.id][0][0]) for cell in cells(tree)}
    rough = {name: 0.05 * (n + 1) for n, name in enumerate(numbers)}
    bound = spread(
        rounding(tree, lambda cell: True), lambda c: numbers[c.name.id], lambda c: rough[c.name.id]
    )
    random, far = np.random.default_rng(1), 0.0
    exact = value(tree, lambda c: numbers[c.name.id])
    moved: dict[str, float] = {}
    for _ in range(400):
        for n in numbers:
            moved[n] = numbers[n] + float(random.choice([-1, 1, 0.3])) * rough[n]
        far = max(far, abs(value(tree, lambda c: moved[c.name.id]) - exact))
    assert far <= bound * (1 + 1e-12) < np.inf


def test_a_divisor_that_may_be_zero_gives_no_bound() -> None:
    exercise = _exercise("a = x / y", {"x": 1.0, "y": 0.01})
    tree = element(exercise.program.iterate[0].equation.expression, ())
    numbers = {"x": 1.0, "y": 0.01}
    found = spread(rounding(tree, lambda c: True), lambda c: numbers[c.name.id], lambda c: 0.02)
    assert found == np.inf
    assert rounding(tree, lambda c: False) is None
