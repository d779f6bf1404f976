"""What the steps of an exercise are worth, in points."""

from __future__ import annotations

from tracer.practice.answers.marks import EACH, Credit
from tracer.practice.exercise.exercise import Exercise


def step_worths(exercise: Exercise, credit: Credit) -> dict[int, float]:
    """Return the points of each step with blanks, by its place among the steps, in order."""
    found: dict[int, float] = {}
    for (_, key), mask in exercise.asked.items():
        made = exercise.program.made(key)
        assert made is not None  # only what is computed is asked
        worth = 1.0 if credit.each == EACH[0] else float(mask.sum())
        found[made.step] = found.get(made.step, 0.0) + worth
    steps = exercise.program.steps
    return {step: credit.steps.get(steps[step].number, found[step]) for step in sorted(found)}
