"""Every lesson's update goes where its loss falls fastest: finite differences say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

import tracer
from tracer.language.evaluate import Call
from tracer.language.functions import Array
from tracer.program.model import Program, Slot
from tracer.run.machine import Machine, schedule
from tracer.template.template import Template

#: Elements looked at of a parameter that has more.
MOST_ELEMENTS = 20
LARGEST_DIFFERENCE = 1e-6

#: lesson → (the parameters whose update is not along the gradient of the loss, why).
#: The test asserts that these disagree and that all others agree.
#: No exceptions: in ray-step7 every update is the gradient times 0.01, lr twice, so only the
#: steps are too short; in ray-r the gradient of bout, one bias for each row, is right as such.
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "ray-r": (
        {"bh"},
        "a row's deltas are summed over the neurons and put on every bias of that row",
    ),
    "ten-points": (
        {"collected"},
        "what the full batch has collected is a store; the loss of the point doesn't depend on it",
    ),
    "two-class-as-coded": (
        {"weights_h", "weights_y"},
        "w7 and w8 learn from y1's error, w3 and w4 from h1's, and gradients are rounded",
    ),
}

#: With several losses, each parameter is checked against its own in tests/verify/test_findings.py.
LESSONS = [
    name
    for name in tracer.template_names()
    if tracer.load_template(name).loss is not None
    and not tracer.load_template(name).losses
    and any(slot.role == "updated" for slot in tracer.load_template(name).program().slots)
]


class Slopes:
    """A lesson's first iteration, and the loss as a function of its starting parameters."""

    def __init__(self, template: Template) -> None:
        self._derived = template.gradients
        self.program: Program = template.program()
        assert self.program.loss is not None
        loss = self.program.newest(self.program.loss)
        last = next(i for i, a in enumerate(self.program.iterate) if a.slot == loss)
        # Up to the loss is all that differences need: far quicker for large lessons.
        until_loss = replace(self.program, iterate=self.program.iterate[: last + 1])
        self._whole = self._ready(self.program, template)
        self._forward = self._ready(until_loss, template)
        self._loss = self._forward.views[loss.key]
        _run(self._whole.iterate)

    @staticmethod
    def _ready(program: Program, template: Template) -> Machine:
        machine = Machine(program, {**template.given, **template.parameters})
        _run(machine.prepare)
        if program.batch is not None:
            machine.batches(program.batch)(schedule(program.batch, program.samples, 1)[0])
        return machine

    def updated(self) -> list[Slot]:
        """Return the starts of the parameters that training changes.

        What an optimizer remembers is none: the loss doesn't depend on it.
        """
        starts = self.program.of_role("parameter")
        return [
            slot
            for slot in starts
            if self.program.newest(slot.name).role == "updated"
            and (not self._derived or slot.name in self._derived)
        ]

    def step(self, start: Slot, places: NDArray[np.int64]) -> Array:
        """Return how far the first update moves these elements, downhill counted positive.

        Where the updates are derived, as by Adam, which doesn't step along the gradient, it is
        the gradient itself.
        """
        if self._derived:
            gradient = self.program.newest(self._derived[start.name])
            return self._whole.views[gradient.key].reshape(-1)[places]
        new = self._whole.views[self.program.newest(start.name).key]
        return self._whole.views[start.key].reshape(-1)[places] - new.reshape(-1)[places]

    def gradient(self, start: Slot, places: NDArray[np.int64]) -> Array:
        """Return the loss's slope at these elements: differences of fourth order."""
        values = self._forward.views[start.key].reshape(-1)
        return np.array([self._slope(values, int(place)) for place in places])

    def _slope(self, values: Array, place: int) -> float:
        original = float(values[place])
        width = 1e-3 * max(1.0, abs(original))
        total = 0.0
        for shift, weight in ((-2, 1), (-1, -8), (1, 8), (2, -1)):
            values[place] = original + shift * width
            _run(self._forward.iterate)
            total += weight * float(self._loss.reshape(()))
        values[place] = original
        return total / (12 * width)


def _run(calls: Sequence[Call]) -> None:
    with np.errstate(all="ignore"):
        for call in calls:
            call()


def disagreement(step: Array, gradient: Array) -> float:
    """Return how far a step is from a positive multiple of the gradient, relative to it."""
    if not step.any() and np.abs(gradient).max() < 1e-9:
        return 0.0
    square = float(gradient @ gradient)
    rate = float(step @ gradient) / square if square else 0.0
    if rate <= 0:
        return float("inf")
    return float(np.linalg.norm(step - rate * gradient) / np.linalg.norm(step))


@pytest.mark.parametrize("name", LESSONS)
def test_updates_go_against_the_gradient(name: str) -> None:
    slopes = Slopes(tracer.load_template(name))
    generator = np.random.default_rng(2)
    wrong = {}
    for start in slopes.updated():
        places = np.arange(start.size)
        if start.size > MOST_ELEMENTS:
            places = np.sort(generator.choice(start.size, MOST_ELEMENTS, replace=False))
        found = disagreement(slopes.step(start, places), slopes.gradient(start, places))
        if found > LARGEST_DIFFERENCE:
            wrong[start.name] = found
    expected, why = EXCEPTIONS.get(name, (set(), "its updates follow its loss"))
    assert set(wrong) == expected, f"{name}: {why}, but the disagreements are {wrong}"


def test_exceptions_are_lessons() -> None:
    assert set(EXCEPTIONS) <= set(LESSONS)


@pytest.mark.parametrize(
    ("step", "gradient", "agrees"),
    [
        ([0.1, 0.2], [1.0, 2.0], True),
        ([0.1, 0.2], [-1.0, -2.0], False),
        ([0.1, 0.2], [1.0, 2.1], False),
        ([0.1, 0.2], [0.0, 0.0], False),
        ([0.0, 0.0], [1.0, 2.0], False),
        ([0.0, 0.0], [0.0, 0.0], True),
    ],
    ids=["parallel", "uphill", "askew", "no gradient", "no step", "nothing to do"],
)
def test_disagreement_tells(step: list[float], gradient: list[float], agrees: bool) -> None:
    found = disagreement(np.array(step), np.array(gradient))
    assert (found <= LARGEST_DIFFERENCE) == agrees
