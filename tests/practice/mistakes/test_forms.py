"""Forms of a formula that textbooks and programs differ in, and slips in any term of a sum."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.language.functions import Array
from tracer.practice.answers.marks import Verdict
from tracer.practice.checking.checking import check_values
from tracer.template.lessons import load_template
from tracer.wording import load

X = np.array([[1.0, 2.5], [2.0, 0.5], [4.0, 3.0], [0.3, 1.7]])
D = np.array([[0.23], [-0.31], [0.17], [0.4]])
W = np.array([[0.37], [-0.29]])
GIVEN = f"""title = "Forms"
[given]
X = {X.tolist()}
d = {D.tolist()}
w = {W.tolist()}
lam = 0.7
"""

Z = X[:, 0]
#: The right equation, what a student gives for it, the mistake's words.
FORMS: list[tuple[str, Array, str]] = [
    ("v = var(X, axis=0)", X.var(0, ddof=1), "divided by n − 1 = 3 in place of n = 4"),
    ("v = sum((X - mean(X, axis=0)) ** 2, axis=0) / 4", X.var(0, ddof=1),
     "divided by 4 − 1"),
    ("g = lam * w + X.T @ d", -0.7 * W + X.T @ D, "the sign of lam * w is turned"),
    ("g = X.T @ d + lam * w", -X.T @ D + 0.7 * W, "the sign of X.T @ d is turned"),
    ("g = lam * w + X.T @ d", 1.4 * W + X.T @ D, "a factor 2 too much in lam * w"),
    ("g = X.T @ d + lam * w", 1.4 * W + X.T @ D, "a factor 2 too much in lam * w"),
    ("g = lam * w - X.T @ d", 0.7 * W - X.T @ D / 2, "a factor 1/2 too much in X.T @ d"),
    ("a = sigmoid(X)", np.exp(X),
     "1 / exp(−x) is taken, the 1 below the line left out, with x = X"),
    ("a = sigmoid(X)", np.tanh(X / 2),
     "2 / (1 + exp(−x)) − 1 is taken, the bipolar sigmoid, with x = X"),
    ("h = -sum(X * log(X), axis=0)", -(X * np.log2(X)).sum(0),
     "the logarithm is taken to base 2, not the natural one"),
    ("e = d @ w.T", np.ones((4, 1)) @ W.T, "ones stand in place of the factor d"),
]  # fmt: skip


def template(folder: Path, equation: str) -> Path:
    path = folder / "forms.toml"
    step = f'[[steps]]\ntitle = "Step"\nphase = "backward"\nequations = ["{equation}"]\n'
    path.write_text(GIVEN + step, encoding="utf-8")
    return path


@pytest.mark.parametrize(("equation", "typed", "words"), FORMS)
def test_forms_of_a_formula(equation: str, typed: Array, words: str, tmp_path: Path) -> None:
    name = equation.partition(" ")[0]
    report = check_values(
        load_template(str(template(tmp_path, equation))), {name: np.round(typed, 6)}
    )
    first = report.first_wrong
    assert first is not None
    assert first.diagnosis is not None
    assert words in first.diagnosis.words(load())


def test_a_factor_one_over_n_is_said_as_what_it_is(tmp_path: Path) -> None:
    path = template(tmp_path, "g = X.T @ d / 4")
    for typed, words in ((X.T @ D, "a factor 4 too much"), (X.T @ D / 16, "a factor 1/4 too much")):
        first = tracer.check(str(path), g=np.round(typed, 6)).first_wrong
        assert first is not None
        assert first.diagnosis is not None
        assert any(e.words(load()) == words for e in first.diagnosis.explanations)


BOWL = """title = "Bowl"
loss = "f"
iterations = 3
backward = "derived"
[optimizer]
name = "{name}"
rate = 0.057
[parameters]
w = 4.37
[[steps]]
title = "Loss"
equations = ["f = w ** 2"]
"""


def rate_inside(v: float, g: float) -> float:
    return 0.9 * v + 0.057 * g


def rate_inside_with_minus(v: float, g: float) -> float:
    return 0.9 * v - 0.057 * g


def averaging(v: float, g: float) -> float:
    return 0.9 * v + 0.1 * g


@pytest.mark.parametrize(
    ("form", "key"),
    [
        (rate_inside, "rate_in_the_velocity"),
        (rate_inside_with_minus, "rate_in_the_velocity"),
        (averaging, "share_in_the_velocity"),
    ],
)
def test_forms_of_momentum(form: Callable[[float, float], float], key: str, tmp_path: Path) -> None:
    path = tmp_path / "bowl.toml"
    path.write_text(BOWL.format(name="momentum"), encoding="utf-8")
    velocity = form(0.0, 2 * 4.37)
    first = tracer.check(str(path), velocity_w=round(velocity, 6)).first_wrong
    assert first is not None
    assert first.diagnosis is not None
    assert key in [e.key for e in first.diagnosis.explanations]


def test_a_form_of_momentum_is_named_before_a_step_that_was_not_written(tmp_path: Path) -> None:
    """Also where one digit says little: 0.5 may be either."""
    path = tmp_path / "bowl.toml"
    text = BOWL.format(name="momentum").replace("0.057", "0.05").replace("4.37", "5")
    path.write_text(text, encoding="utf-8")
    first = tracer.check(str(path), velocity_w=0.5).first_wrong
    assert first is not None
    assert first.diagnosis is not None
    assert first.diagnosis.sureness == "possibly"
    assert first.diagnosis.best.key == "rate_in_the_velocity"


def test_adam_s_corrected_mean_carried_on(tmp_path: Path) -> None:
    path = tmp_path / "bowl.toml"
    path.write_text(BOWL.format(name="adam"), encoding="utf-8")
    right = tracer.trace(str(path))
    slip = 0.9 * right["m_w_hat"][0] + 0.1 * right["gradient_w"][1]
    first = tracer.check(str(path), iteration=2, m_w=np.round(slip, 8)).first_wrong
    assert first is not None
    assert first.diagnosis is not None
    assert first.diagnosis.best.key == "corrected_carried_on"


LINE = """title = "A line"
iterations = 3
[given]
x = [1, 2, 3]
y = [3, 5, 8]
lr = 0.05
[parameters]
w = 0.2
[[steps]]
title = "Gradient"
phase = "backward"
equations = ["dw = sum((w * x - y) * x) / 3"]
[[steps]]
title = "Update"
phase = "update"
equations = ["w = w - lr * dw"]
"""


def test_what_was_not_typed_is_calculated_from_what_was(tmp_path: Path) -> None:
    (tmp_path / "line.toml").write_text(LINE, encoding="utf-8")
    x, y = np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 8.0])
    weights = [0.512345]  # a slip in the first iteration
    for _ in range(2):
        weights.append(weights[-1] - 0.05 * float(((weights[-1] * x - y) * x).mean()))
    page = tmp_path / "page.csv"
    rows = [f"{k},w,{round(w, 6)}" for k, w in enumerate(weights, 1)]
    page.write_text("\n".join(["iteration,quantity,value", *rows]), encoding="utf-8")
    report = tracer.check(str(tmp_path / "line.toml"), str(page))
    verdicts = [int(v) for m in report.marks.marked for v in m.verdicts.flat]
    assert verdicts == [Verdict.WRONG, Verdict.FOLLOWS, Verdict.FOLLOWS]
    # A gap of an iteration is calculated, too.
    page.write_text("\n".join(["iteration,quantity,value", rows[0], rows[2]]), encoding="utf-8")
    report = tracer.check(str(tmp_path / "line.toml"), str(page))
    verdicts = [int(v) for m in report.marks.marked for v in m.verdicts.flat]
    assert verdicts == [Verdict.WRONG, Verdict.FOLLOWS]


def test_a_bare_zero_gets_no_noise(tmp_path: Path) -> None:
    """As good as nothing was typed: nothing is said to be sure, and not many things at once."""
    path = template(tmp_path, "g = X.T @ d")
    first = tracer.check(str(path), g=np.array([[0.000001], [0.000001]])).first_wrong
    assert first is not None
    assert first.diagnosis is None or first.diagnosis.sureness == "possibly"
