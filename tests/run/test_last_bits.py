"""What hangs on last bits is found, and nothing else."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.run.last_bits import doubt_text, find_doubt, shaking
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.wording import load

HEAD = """title = "t"
iterations = 100
[given]
x = [0.1, 0.2, 0.7]
large = [1e6, 3e5, 0.1, 0.2]
[parameters]
w = 0.3
"""
UPDATE = '[[steps]]\nphase = "update"\nequations = ["w = w * 1"]\n'

#: Equations, the iteration and the number in which they hang on last bits.
DOUBTFUL: dict[str, tuple[int, str]] = {
    "h = large[0] * (large[2] + large[3]) - large[1] > 0": (1, "h"),
    "p = 1 - 3e-15 * w / 0.3\\nh = log(1 - p)": (1, "h"),
    "d = sum(x) - 1\\nh = d / (abs(d) + 1e-16)": (1, "h"),
    "h = 1 / (0.1 + 0.2 - w)": (1, "h"),
    "h = exp(-720 * w / 0.3)": (1, "h"),
    "h = (x * 1e-160) ** 2": (1, "h"),
    "h = 1e3 ** floor(-500 * x)": (1, "h"),
    "h = sin(1e9 * x)": (1, "h"),
    "h = (large[0] + 5e-10) - 1e6 != w - 0.3": (1, "h"),
    "s = sum(1 / 6 * array([1, 1, 1, -1, -1, -1]) * w)\\nh = s / (abs(s) + 1e-10)": (1, "h"),
    "h = log(1 - sigmoid(100 * w))": (1, "h"),
    "h = log(1 - sigmoid(150 * w))": (1, "h"),
    "h = log(1 - 1 / (1 + exp(-150 * w)))": (1, "h"),
    "w = 3.9 * w * (1 - w)": (30, "w (new)"),
}
SURE = (
    "h = x[0] + x[1] > w",
    "h = sum(x) == 1",
    "h = relu(x[0] + x[1] - w)",
    "h = sum(x) - 1",
    "h = argmax(softmax(x - w))",
    "h = floor(w / 0.1)",
    "h = 0.1 * large[0] * 10 > large[0]",
    "w = w - 0.1 * (w - x[0])",
    "w = 0.5 * w",
    "h = round(x * 5, 0)",
    "p = sigmoid(150 * w)\\nh = log(1 - p)",
    "h = 1 / (1 + exp(-150 * w))",
    "h = (0 * x) ** 2 + sin(x) ** 2",
)


def written(folder: Path, equations: str) -> Path:
    path = folder / "t.toml"
    lines = ", ".join(f'"{text}"' for text in equations.split("\\n"))
    steps = f"[[steps]]\nequations = [{lines}]\n"
    if not equations.startswith("w ="):
        steps += UPDATE
    path.write_text(HEAD + steps, "utf-8")
    return path


@pytest.mark.parametrize("equations", DOUBTFUL)
def test_finds_where_it_begins(equations: str, tmp_path: Path) -> None:
    doubt = find_doubt(trace_template(read_template(written(tmp_path, equations))))
    assert doubt is not None
    iteration, what = DOUBTFUL[equations]
    assert load().say(doubt.slot.label) == what
    assert abs(doubt.iteration - iteration) <= (15 if iteration > 1 else 0)


@pytest.mark.parametrize("equations", SURE)
def test_finds_nothing_else(equations: str, tmp_path: Path) -> None:
    assert find_doubt(trace_template(read_template(written(tmp_path, equations)))) is None


@pytest.mark.parametrize("name", [n for n in tracer.template_names() if n != "diary-mnist"])
def test_lessons_are_sure(name: str) -> None:
    assert find_doubt(trace_template(tracer.load_template(name))) is None


def test_a_lesson_that_is_trained_too_long() -> None:
    doubt = find_doubt(trace_template(tracer.load_template("optimizers"), 200))
    assert doubt is not None
    assert 100 < doubt.iteration < 200
    assert doubt.slot.name.endswith("rmsprop")


def test_large_inputs_are_no_trouble(tmp_path: Path) -> None:
    path = written(tmp_path, "h = large / 1e300")
    path.write_text(path.read_text("utf-8").replace("1e6,", "1.7e308,"), "utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert find_doubt(trace_template(read_template(path))) is None


def test_inputs_that_excel_takes_as_0(tmp_path: Path) -> None:
    path = written(tmp_path, "h = x * 2")
    path.write_text(path.read_text("utf-8").replace("0.7]", "7e-310]"), "utf-8")
    doubt = find_doubt(trace_template(read_template(path)))
    assert doubt is not None
    assert (doubt.iteration, doubt.slot.name, doubt.index) == (0, "x", (2,))
    assert "element 3 of x was recorded as 7e−310" in doubt_text(doubt, load())


def test_short_numbers_stay_and_equal_ones_stay_equal() -> None:
    numbers = np.array([[0.5, 3.0, 0.0], [0.1, 0.1, -0.1], [1e-9, 1e9 + 0.1, 1 / 3]])
    before = numbers.copy()
    for call in shaking(numbers):
        call()
    assert (numbers[0] == before[0]).all()
    assert numbers[1, 0] == numbers[1, 1] == -numbers[1, 2]
    assert (numbers[1:] != before[1:]).all()
    np.testing.assert_allclose(numbers, before, rtol=5e-15)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("equations", DOUBTFUL)
def test_is_said_in_every_language(lang: str, equations: str, tmp_path: Path) -> None:
    doubt = find_doubt(trace_template(read_template(written(tmp_path, equations))))
    assert doubt is not None
    said = doubt_text(doubt, load(lang))
    assert "{" not in said
    assert load(lang).digits(doubt.here, 3)[:3] in said


def test_a_workbook_says_it_and_python_warns(tmp_path: Path) -> None:
    trace = tracer.trace(written(tmp_path, "h = 1 / (0.1 + 0.2 - w)"))
    with pytest.warns(UserWarning, match=r"From the beginning, .* h was recorded as 1.80144e\+16"):
        trace.to_excel(tmp_path / "h.xlsx")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tracer.trace(written(tmp_path, SURE[0])).to_excel(tmp_path / "sure.xlsx")
