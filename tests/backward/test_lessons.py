"""What lessons write by hand against what is derived, and both against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest

import tracer
from tests.autograd import by_template, gradients
from tests.verify.test_gradients import EXCEPTIONS, LESSONS
from tracer.run.trace import trace_template

#: The lesson whose point is that all gradients are exactly 0.
SATURATED = "ray-100"


@pytest.mark.parametrize("name", LESSONS)
def test_derived_gradients_are_pytorchs_and_the_lessons_own(name: str) -> None:
    template = tracer.load_template(name)
    # A lesson that is derived measures what it names, in its own vocabulary.
    derived = template if template.gradients else template.derived({})
    values = {**derived.given, **derived.parameters}
    program = derived.program()
    expected = gradients(program, values)
    found = by_template(program, values, derived.gradients)
    assert found
    for parameter, gradient in found.items():
        scale = np.abs(expected[parameter]).max()
        np.testing.assert_allclose(gradient, expected[parameter], atol=1e-10 * scale, rtol=1e-10)
    if template.gradients:
        return
    own = trace_template(template, 1)
    moves = {p: (own.start(p) - own[p])[0] for p in found}
    wrong = EXCEPTIONS.get(name, (set(), ""))[0]
    for parameter, gradient in found.items():
        if name == SATURATED:
            assert not gradient.any() and not moves[parameter].any()
            continue
        # Along the gradient, by any positive factor: a rate, or a constant of the loss.
        along = np.vdot(moves[parameter], gradient) / np.vdot(gradient, gradient)
        apart = np.abs(moves[parameter] - along * gradient).max()
        agrees = along > 0 and apart <= 1e-9 * np.abs(moves[parameter]).max()
        assert agrees != (parameter in wrong), parameter
