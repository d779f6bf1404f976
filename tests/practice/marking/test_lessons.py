"""What every lesson's practice sheet calls right: no zeros, and every way of rounding."""

from __future__ import annotations

import numpy as np
import pytest

import tracer
from tests.practice import students
from tracer.errors import TracerError
from tracer.language.expression import SlotKey
from tracer.practice.answers.marks import Marks, Rules, Verdict
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.marking.idle import all_idle_rights
from tracer.practice.marking.marking import mark
from tracer.practice.marking.tolerance import old_slot

#: Larger sheets say nothing that these don't.
MOST_BLANKS = 450
Place = tuple[int, SlotKey]


def _exercises() -> dict[str, Exercise]:
    found = {}
    for name in tracer.template_names():
        exercise = Exercise(tracer.load_template(name))
        try:
            small = exercise.checked().count <= MOST_BLANKS
        except TracerError:  # too many blanks for any sheet
            continue
        if small:
            found[name] = exercise
    return found


EXERCISES = _exercises()
LESSONS = pytest.mark.parametrize("name", EXERCISES)


def _idle(exercise: Exercise) -> dict[Place, np.ndarray]:
    """Return what somebody types who calculates nothing: 0, and old values for new ones."""
    typed = {}
    for (iteration, key), exact in students.exact(exercise).items():
        old = old_slot(exercise.program, exercise.program.at(key))
        same = np.zeros(exact.shape) if old is None else exercise.trace.value(old, iteration)
        typed[iteration, key] = np.asarray(same, object)
    return typed


def _marks(exercise: Exercise, sheet: dict[Place, np.ndarray]) -> Marks:
    return mark(students.numbers(exercise, sheet), exercise.rules)


@LESSONS
def test_zeros_and_old_values_are_only_right_where_they_are_the_answer(name: str) -> None:
    exercise = EXERCISES[name]
    sheet, exact = _idle(exercise), students.exact(exercise)
    passed = earned = 0
    for marked in _marks(exercise, sheet).marked:
        place = marked.answer.iteration, marked.answer.key
        bits = 1e-12 * max(1.0, float(np.abs(marked.exact).max()))
        answer = np.abs((sheet[place] - exact[place]).astype(float)) <= bits
        passed += int((marked.verdicts[~answer] > Verdict.VAGUE).sum())
        earned += int((marked.verdicts[answer] == Verdict.RIGHT).sum())
        assert (marked.verdicts[answer] == Verdict.RIGHT).all(), marked.answer.key
    # Sums over products of zeros that a network's own zeros make are theirs.
    assert passed <= 1, (passed, earned)
    assert all_idle_rights(exercise) == 0


def test_an_absolute_tolerance_may_make_them_right_and_is_counted() -> None:
    from tracer.practice.exercise.exercise import BlankChoice

    choice = BlankChoice(("backward", "update"))
    exercise = Exercise(tracer.load_template("ray"), 1, choice, rules=Rules(0.005, 0.005))
    right = _marks(exercise, _idle(exercise)).count(Verdict.RIGHT)
    assert (exercise.count, right, all_idle_rights(exercise)) == (52, 24, 24)


@LESSONS
@pytest.mark.parametrize("decimals", [2, 3, 4, 5])
def test_rounding_every_result_is_no_mistake(name: str, decimals: int) -> None:
    exercise = EXERCISES[name]
    exact = students.exact(exercise)
    each = {p: np.asarray(np.round(v.astype(float), decimals), object) for p, v in exact.items()}
    on_the_way = students.rounded_by_hand(exercise, decimals)
    wrong = [_marks(exercise, sheet).count(Verdict.WRONG) for sheet in (each, on_the_way)]
    assert wrong == [0, 0]


def _with_a_slip(
    exercise: Exercise, random: np.random.Generator, decimals: int, *, on_the_way: bool
) -> tuple[Place, int, dict[Place, np.ndarray]]:
    places = sorted(exercise.asked)
    place = places[int(random.integers(len(places)))]
    at = int(random.integers(exercise.asked[place].size))
    factor = float(random.choice([-1, 2, 0.5, 1.3]))

    def change(iteration: int, key: SlotKey, value: np.ndarray) -> np.ndarray:
        if (iteration, key) == place:
            value.flat[at] = value.flat[at] * factor if value.flat[at] else 0.1
        return np.round(value, decimals) if on_the_way else value

    typed = students.calculated(exercise, change)
    rounded = {p: np.round(value.astype(float), decimals) for p, value in typed.items()}
    return place, at, {p: np.asarray(value, object) for p, value in rounded.items()}


@pytest.mark.parametrize("on_the_way", [True, False])
@pytest.mark.parametrize("name", ["ray", "two-class", "xor", "rnn", "exam-hand", "attention"])
def test_with_one_slip_no_other_number_is_wrong(name: str, on_the_way: bool) -> None:
    exercise, random = EXERCISES[name], np.random.default_rng(7)
    for decimals in (2, 3, 4, 5):
        for _ in range(3):
            place, at, sheet = _with_a_slip(exercise, random, decimals, on_the_way=on_the_way)
            for marked in _marks(exercise, sheet).marked:
                wrong = np.flatnonzero(marked.verdicts == Verdict.WRONG).tolist()
                slip = (marked.answer.iteration, marked.answer.key) == place
                assert wrong in ([], [at] if slip else []), (decimals, place, marked.answer.key)
