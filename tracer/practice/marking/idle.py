"""How many blanks 0, or the old value of an update, fills right though it isn't the answer."""

from __future__ import annotations

import numpy as np

from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.made import BEFORE_TRAINING
from tracer.practice.marking.tolerance import size_of
from tracer.program.model import Assignment
from tracer.wording import Wording


def idle_rights(exercise: Exercise, iteration: int, assignment: Assignment) -> int:
    """Return how many of a result's blanks are so.

    None are, unless an absolute tolerance is wider than what is asked.
    """
    asked = exercise.asked.get((iteration, assignment.slot.key))
    if asked is None or not exercise.rules.absolute:
        return 0
    exact = np.asarray(exercise.trace.value(assignment.slot, max(1, iteration)))
    size = size_of(exercise.trace, assignment, iteration)
    return int((size.told_nothing(exact, exercise.rules) & asked).sum())


def told_nothing(exercise: Exercise, wording: Wording) -> str:
    """Return what to say where 0 or an old value is right though it isn't the answer; else ""."""
    count = all_idle_rights(exercise)
    if not count:
        return ""
    absolute = f"{exercise.rules.absolute:g}"
    return wording("practice.told_nothing", idle=count, count=exercise.count, absolute=absolute)


def all_idle_rights(exercise: Exercise) -> int:
    """Return how many of an exercise's blanks are so."""
    return sum(
        idle_rights(exercise, iteration, assignment)
        for iteration in range(BEFORE_TRAINING, exercise.iterations + 1)
        for assignment in exercise.program.in_iteration(iteration)
    )
