"""Labels that are none are refused before training, and computed ones when a program is checked."""

from __future__ import annotations

import numpy as np
import pytest

from tracer.errors import RunError, TemplateError
from tracer.program.compile import check
from tracer.program.model import Batch, Program, Step
from tracer.run.engine import run

X = np.array([[1.0, 2], [0, 1], [3, 1]])


def program(*equations: str, batch: Batch | None = None, columns: int = 0) -> Program:
    return check(
        source="t",
        steps=[Step("2", "Pick", "forward", equations)],
        given={"X": (3, 2), "y": (3, columns) if columns else (3,)},
        parameters={"w": (3,)},
        batch=batch,
    )


def refused(made: Program, labels: object) -> str:
    values = {"X": X, "y": np.array(labels, dtype=np.float64), "w": np.zeros(3)}
    with pytest.raises(RunError) as caught:
        run(made, values, 1)
    return str(caught.value)


WRONG = {
    "too large": ([0, 2, 1], "2"),
    "below 0": ([0, 1, -1], "-1"),
    "between": ([0, 0.5, 1], "0.5"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_label_among_the_data_that_is_none(case: str) -> None:
    labels, said = WRONG[case]
    expected = f'step 2 "Pick": y says {said} as a label, but labels are whole numbers from 0 to 1.'
    assert refused(program("c = X[arange(3), y]"), labels) == expected
    assert refused(program("c = X", "c[range(3), y] -= 1"), labels) == expected
    assert refused(program("c = eye(2)[y]"), labels) == expected


def test_labels_are_looked_at_in_all_samples_not_only_in_the_first_batch() -> None:
    made = program("c = X[range(1), y.ravel() * 1]", batch=Batch(1, ("X", "y")), columns=1)
    assert "y says 5 as a label" in refused(made, [[0], [1], [5]])


def test_labels_written_out_are_looked_at() -> None:
    assert "a list says 2 as a label" in refused(program("c = X[arange(3), [0, 1, 2]]"), [0, 0, 0])


def test_computed_labels_are_only_those_of_argmax() -> None:
    made = program("c = eye(2)[argmax(X, axis=1)]", "d = X[argmax(X, axis=0), arange(2)]")
    record = run(made, {"X": X, "y": np.zeros(3), "w": np.zeros(3)}, 1)
    assert record.full.shape[0] == 1
    for equations in (["c = X[arange(3), w]"], ["k = argmax(X, axis=1)", "c = eye(2)[k]"]):
        with pytest.raises(TemplateError, match="labels must be given: they are whole numbers"):
            program(*equations)
    with pytest.raises(TemplateError, match="from 0 to 1"):
        program("c = eye(2)[argmax(X.T * w[0], axis=1)]")
