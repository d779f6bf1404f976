"""What a template says of its answers: read, checked, and refused with a word on why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.errors import TemplateError
from tracer.run.forward import Forward
from tracer.run.sample import forward_pass
from tracer.template.read import read_template
from tracer.workbook.sheets.predict import training_rows

LINE = """
title = "Line"
iterations = 2
[given]
x = [[1, 5], [2, 3], [4, 4]]
y = [[1], [0], [1]]
k = 3
[parameters]
w = [[1.0], [2.0]]
[[steps]]
phase = "prepare"
equations = ["m = mean(x, axis=0)", "s = (x - m) / max(abs(x - m))"]
[[steps]]
equations = ["p = s @ w", "e = mean((p - y) ** 2)"]
[[steps]]
phase = "update"
equations = ["w = w - 0.1 * s.T @ (p - y)"]
"""


def _path(tmp_path: Path, predict: str, text: str = LINE) -> Path:
    path = tmp_path / "line.toml"
    path.write_text(f"{text}\n[predict]\n{predict}\n", "utf-8")
    return path


def _forward(path: Path) -> Forward | None:
    return forward_pass(tracer.trace(str(path)))


@pytest.mark.parametrize(
    ("predict", "message"),
    [
        ('output = "p"', "input must be a name"),
        ('input = "x"\noutput = 1', "output must be a name"),
        ('input = "x"\noutput = "p"\ninputs = 1', "Did you mean input"),
        ('input = "x"\noutput = "p"\nsamples = "across"', 'samples must be "rows" or "columns"'),
        ('input = "x"\noutput = "p"\nrows = [[1], [1, 2]]', "rows must be equally long"),
        ('input = "x"\noutput = "p"\nrows = [[1]]', "must have 2 numbers"),
        ('input = "x"\noutput = "p"\nthreshold = "high"', "threshold must be a number"),
        ('input = "x"\noutput = "p"\nclasses = 1', "classes must be true or false"),
        ('input = "x"\noutput = "p"\nclasses = true\nthreshold = 1', "not both"),
        ('input = "x"\noutput = "p"\nnames = 3', "names must be a list"),
        ('input = "x"\noutput = "p"\nrows = [[1, 2]]\nwanted = [0, 1]', "a class for each of rows"),
        ('input = "x"\noutput = "p"\nwanted = [1]', "a class for each of rows"),
        ('input = "x"\noutput = "p"\nrows = [[1, 2]]\nwanted = [0.5]', "a list of classes"),
        ('input = "x"\noutput = "p"\ntarget = "k"', "'k' has 1 numbers for 3 samples"),
        ('input = "X"\noutput = "p"', "'X' is not given. Did you mean x?"),
        ('input = "s"\noutput = "p"', "'s' is not given."),
        ('input = "x"\noutput = "pp"', "'pp' is not computed by a step of an iteration."),
        ('input = "x"\noutput = "s"', "'s' is not computed by a step of an iteration."),
        ('input = "y"\noutput = "p"', "the output is not computed from the input 'y'"),
        ('input = ["x", "k"]\noutput = "p"', "several inputs must be single numbers"),
    ],
)
def test_faults_are_named(predict: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as error:
        read_template(_path(tmp_path, predict)).program()
    assert message in str(error.value)


def test_new_rows_are_scaled_by_the_training_data(tmp_path: Path) -> None:
    path = _path(tmp_path, 'input = "x"\noutput = "p"')
    forward = _forward(path)
    assert forward is not None
    x = np.array([[1, 5], [2, 3], [4, 4.0]])
    new = np.array([[10, 20], [0, 1.0]])
    scaled = (new - x.mean(axis=0)) / np.abs(x - x.mean(axis=0)).max()
    trace = tracer.trace(str(path))
    for iteration, w in ((0, [[1.0], [2.0]]), (1, trace["w"][0]), (2, trace["w"][1])):
        got = forward.run(new, iteration)[forward.outputs[0]]
        assert got == pytest.approx((scaled @ np.array(w)).ravel(), rel=1e-12)


@pytest.mark.parametrize(
    "equation",
    [
        "p = (x - mean(x, axis=0)) @ w",
        "p = x @ w / sum(x)",
        "p = x @ w - x[0, 0]",
        "p = b * (x @ w)",
    ],
)
def test_samples_that_depend_on_each_other_have_no_forward_pass(
    equation: str, tmp_path: Path
) -> None:
    text = LINE.replace("p = s @ w", equation).replace("k = 3", "k = 3\nb = [[1], [2], [3]]")
    assert _forward(_path(tmp_path, 'input = "x"\noutput = "p"', text)) is None


def test_samples_in_columns(tmp_path: Path) -> None:
    text = LINE.replace("x = [[1, 5], [2, 3], [4, 4]]", "x = [[1, 2, 4], [5, 3, 4]]").replace(
        '"m = mean(x, axis=0)", "s = (x - m) / max(abs(x - m))"', '"s = x.T"'
    )
    forward = _forward(_path(tmp_path, 'input = "x"\noutput = "p"\nsamples = "columns"', text))
    assert forward is not None
    assert forward.run(np.array([[10, 20.0]]), 0)[forward.outputs[0]] == pytest.approx([50])


@pytest.mark.parametrize("name", tracer.template_names())
def test_training_rows_get_the_recorded_answers(name: str) -> None:
    template = tracer.load_template(name)
    trace = tracer.trace(name, iterations=3)
    forward = forward_pass(trace)
    if forward is None or trace.program.batch is not None or len(forward.prediction.output) > 1:
        return
    rows = training_rows(forward, template.given)
    for iteration in (0, 2):
        values = forward.run(rows, iteration)
        recorded = np.atleast_2d(trace[forward.prediction.output[0]][iteration])
        if recorded.shape[0] != len(rows):
            recorded = recorded.T
        got = np.column_stack([values[ref] for ref in forward.outputs])
        assert got == pytest.approx(recorded.reshape(got.shape), rel=1e-11)
