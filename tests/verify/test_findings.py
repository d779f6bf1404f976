"""Gradients against central differences: which lessons agree, and who is blamed for what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.template.cited import Published
from tracer.template.read import read_template
from tracer.verify.findings import check_gradients
from tracer.verify.gradients import Gradients
from tracer.verify.measured import TOLERANCE
from tracer.verify.published import check_published, compared

#: Each lesson's parameters: what the step is of the gradient where they agree, or the number
#: of the first wrong step.
LESSONS: Mapping[str, Mapping[str, str]] = {
    "diary-linear": dict.fromkeys(("W1", "b1"), "lr"),
    "diary-logistic": dict.fromkeys(("W1", "b1"), "lr"),
    "diary-mnist": dict.fromkeys(("W1", "b1", "W2", "b2"), "lr"),
    "diary-n-layer": dict.fromkeys(("W1", "b1", "W2", "b2", "W3", "b3"), "lr"),
    "diary-two-layer": dict.fromkeys(("W1", "b1", "W2", "b2"), "lr"),
    "exam-hand": {},
    "exam-scores": dict.fromkeys(("W1", "W2"), "lr × 1.5"),
    "deep-relu": dict.fromkeys((f"{x}{k}" for k in range(1, 6) for x in "Wb"), "lr"),
    "iris": dict.fromkeys("Wb", "lr"),
    "xor": {n: f"gradient_{n}, which the optimizer uses" for n in ("W1", "b1", "W2", "b2")},
    "loy": dict.fromkeys(("weights1", "weights2"), "lr"),
    "perceptron-bias": {},
    "perceptron-threshold": {},
    "perceptron-weights": {},
    "ray": dict.fromkeys(("wh", "bh", "wout", "bout"), "lr"),
    "ray-blobs": dict.fromkeys(("weights_input_hidden", "weights_hidden_output"), "lr × 60"),
    "ray-columns": dict.fromkeys(("weights_input_hidden", "weights_hidden_output"), "lr × 3"),
    "ray-columns-training": dict.fromkeys(
        ("weights_input_hidden", "weights_hidden_output"), "lr × 3"
    ),
    "ray-moons": dict.fromkeys(("weights_input_hidden", "weights_hidden_output"), "lr × 1000"),
    "ray-r": {"wh": "lr", "bh": "step 11", "wout": "lr", "bout": "lr"},
    "ray-step7": dict.fromkeys(("wh", "bh", "wout", "bout"), "step 7"),
    "two-class": dict.fromkeys((f"w{k}" for k in range(1, 9)), "eta"),
    "two-class-as-coded": {"weights_h": "step 11", "weights_y": "step 8"},
    "two-class-matrix": dict.fromkeys(("weights_h", "weights_y"), "eta"),
    "two-class-rows": dict.fromkeys(("weights_h", "weights_y"), "eta"),
}


@cache
def lesson(name: str) -> Gradients:
    return check_gradients(tracer.load_template(name))


def _found(gradients: Gradients) -> dict[str, str]:
    return {
        c.parameter: c.factor_text if c.step is None else f"step {c.step[0]}"
        for c in gradients.checks
    }


def _said(gradients: Gradients, parameter: str) -> str:
    return next(c.sentence for c in gradients.checks if c.parameter == parameter)


@pytest.mark.parametrize("name", tracer.template_names())
def test_lessons_agree_or_are_found_out(name: str) -> None:
    gradients = lesson(name)
    assert _found(gradients) == dict(LESSONS.get(name, _found(gradients)))
    wrong = [c for c in gradients.checks if not c.agrees]
    assert all(c.largest <= TOLERANCE for c in gradients.checks if c.agrees)
    assert all(c.sentence and c.equation and c.step for c in wrong)
    assert gradients.agree is not bool(wrong)
    assert bool(gradients.checks) or bool(gradients.notes)
    if name not in LESSONS:
        assert wrong == [], "a lesson whose updates don't follow its loss must be listed"


def test_what_is_said_of_the_learning_rate_twice() -> None:
    assert _said(lesson("ray-step7"), "wout") == (
        'step 7 "Delta at the output layer" is the first that disagrees: the learning rate lr is'
        " applied twice: doubling it makes the step 4 times as large. The update in step 10"
        " applies it again."
    )
    check = lesson("ray-step7").checks[0]
    assert check.equation == "d_output = E * slope_output_layer * lr"
    for row in check.rows:
        assert row.by_template == pytest.approx(row.by_difference / 10, rel=1e-5)


def test_what_is_said_of_stale_values() -> None:
    said = _said(lesson("two-class-as-coded"), "weights_y")
    assert "in 2 of 4 elements checked (row, column: 2, 1; 2, 2)." in said
    assert "Nothing in this gradient comes from the forward pass" in said
    assert "Nothing" not in _said(lesson("ray-r"), "bh")


def test_rows_hold_what_a_hand_computed_gradient_says() -> None:
    trace = tracer.trace("ray", 1)
    (check, *_) = lesson("ray").checks
    gradient = -(trace["X"][0].T @ trace["d_hiddenlayer"][0])
    assert [row.index for row in check.rows] == list(np.ndindex(4, 3))
    got = np.array([[r.by_template, r.by_difference] for r in check.rows]).T
    np.testing.assert_allclose(got[0], gradient.reshape(-1), rtol=1e-12)
    np.testing.assert_allclose(got[1], gradient.reshape(-1), rtol=1e-6)


def test_large_parameters_are_sampled_the_same_every_time() -> None:
    first, *_ = lesson("diary-mnist").checks
    assert (len(first.rows), first.size) == (12, 196 * 784)
    assert check_gradients(tracer.load_template("diary-mnist")) == lesson("diary-mnist")


# -- templates made by hand ------------------------------------------------------------

NETWORK = """
title = "Two layers"
loss  = "loss"
[given]
X  = [[0.5, -1.2], [1.1, 0.3], [-0.7, 0.8], [0.2, 0.9]]
y  = [[1], [0], [1], [0]]
lr = 0.5
[parameters]
W1 = [[0.3, -0.4, 0.8], [0.6, 0.1, -0.5]]
b1 = [[0.1, 0.2, -0.3]]
W2 = [[0.7], [-0.9], [0.4]]
b2 = [[0.05]]
[[steps]]
title = "Forward"
equations = ["Z1 = X @ W1 + b1", "A1 = sigmoid(Z1)", "A2 = sigmoid(A1 @ W2 + b2)",
  "loss = sum((A2 - y) ** 2) / 2"]
[[steps]]
title = "Slopes"
phase = "backward"
equations = ["s2 = A2 * (1 - A2)", "s1 = A1 * (1 - A1)"]
[[steps]]
title = "Delta at the output"
phase = "backward"
equations = ["d2 = (A2 - y) * s2"]
[[steps]]
title = "Hidden error"
phase = "backward"
equations = ["e1 = d2 @ W2.T"]
[[steps]]
title = "Hidden delta"
phase = "backward"
equations = ["d1 = e1 * s1"]
[[steps]]
title = "Gradients"
phase = "backward"
equations = ["dW1 = X.T @ d1", "db1 = sum(d1, axis=0, keepdims=True)", "dW2 = A1.T @ d2",
  "db2 = sum(d2, axis=0, keepdims=True)"]
[[steps]]
title = "Update"
phase = "update"
equations = ["W1 = W1 - lr * dW1", "b1 = b1 - lr * db1", "W2 = W2 - lr * dW2",
  "b2 = b2 - lr * db2"]
"""


def _checked(folder: Path, *changes: tuple[str, str], text: str = NETWORK) -> Gradients:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return check_gradients(read_template(path))


RIGHT = dict.fromkeys(("W1", "b1", "W2", "b2"), "lr")


@pytest.mark.parametrize(
    ("old", "new", "expected", "words"),
    [
        ("loss = ", "loss = ", {}, ""),
        ("W1 = W1 - lr * dW1", "W1 = W1 + lr * dW1", {"W1": "step 7"}, "the sign turns"),
        ("d1 = e1 * s1", "d1 = -e1 * s1", {"W1": "step 5", "b1": "step 5"}, "the sign turns"),
        ("d2 = (A2 - y) * s2", "d2 = (y - A2) * s2", dict.fromkeys(RIGHT, "step 7"), "sign"),
        ("s1 = A1 * (1 - A1)", "s1 = A1 * (1 + A1)", {"W1": "step 2", "b1": "step 2"}, ""),
        ("d1 = e1 * s1", "d1 = e1 * s1 ** 2", {"W1": "step 5", "b1": "step 5"}, ""),
        ("e1 = d2 @ W2.T", "e1 = d2 @ (W2.T + 1)", {"W1": "step 4", "b1": "step 4"}, ""),
        ("dW1 = X.T @ d1", "dW1 = X.T @ e1", {"W1": "step 6"}, "6 of 6 elements"),
        ("dW2 = A1.T @ d2", "dW2 = Z1.T @ d2", {"W2": "step 6"}, ""),
        ("db1 = sum(d1, axis=0, keepdims=True)", "db1 = d1[0:1]", {"b1": "step 6"}, ""),
        ("db2 = sum(d2", "db2 = mean(d2", {"b2": "step 6"}, "lr × 0.25 times the gradient"),
        ("db1 = sum(d1", "db1 = mean(d1", {"b1": "lr × 0.25"}, ""),
        ("d2 = (A2 - y)", "d2 = lr * (A2 - y)", dict.fromkeys(RIGHT, "step 3"), "applied twice"),
        ("W1 = W1 - lr * dW1", "W1 = W1 - lr * lr * dW1", {"W1": "step 7"}, "applied twice"),
        ("W1 = W1 - lr * dW1", "W1 = W1 - 0 * dW1", {"W1": "step 7"}, "doesn't move W1"),
        ("W1 = W1 - lr", "W1 = 0.9 * W1 - lr", {"W1": "step 7"}, "6 of 6"),
    ],
    ids=[
        "right",
        "uphill",
        "sign turned in the middle",
        "all uphill",
        "slope",
        "delta",
        "hidden error",
        "delta left out",
        "sums for activations",
        "one row for all",
        "mean of one number",
        "mean",
        "rate in the delta",
        "rate twice in the update",
        "never moves",
        "decay",
    ],
)
def test_who_is_blamed(
    old: str, new: str, expected: Mapping[str, str], words: str, tmp_path: Path
) -> None:
    gradients = _checked(tmp_path, (old, new))
    assert _found(gradients) == {**RIGHT, **expected}
    wrong = [c for c in gradients.checks if not c.agrees]
    assert all(words in c.sentence for c in wrong)


def test_weights_used_after_their_update_are_named(tmp_path: Path) -> None:
    early = NETWORK.replace('"W2 = W2 - lr * dW2",\n', "").replace(
        'equations = ["d2 = (A2 - y) * s2"]',
        'equations = ["d2 = (A2 - y) * s2", "dW2 = A1.T @ d2", "W2 = W2 - lr * dW2"]',
    )
    gradients = _checked(tmp_path, ('"dW2 = A1.T @ d2",\n', ""), text=early)
    assert _found(gradients) == {**RIGHT, "W1": "step 4", "b1": "step 4"}
    assert "It reads W2 after its update" in _said(gradients, "W1")


OPTIMIZER = """
[parameters]
m = [[0, 0, 0], [0, 0, 0]]
v = [[0, 0, 0], [0, 0, 0]]
"""


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ('"m = 0.9 * m + dW1", "W1 = W1 - lr * m"', "lr"),
        ('"m = 0.9 * m + 0.1 * dW1", "W1 = W1 - lr * m"', "lr × 0.1"),
        (
            (
                '"m = 0.9 * m + 0.1 * dW1", "v = 0.99 * v + 0.01 * dW1 ** 2",'
                ' "W1 = W1 - lr * (m / 0.1) / (sqrt(v / 0.01) + 1e-8)"'
            ),
            "dW1, which the optimizer uses",
        ),
    ],
    ids=["momentum", "average", "adam"],
)
def test_optimizers_with_a_memory_agree(update: str, expected: str, tmp_path: Path) -> None:
    gradients = _checked(tmp_path, ("[parameters]", OPTIMIZER), ('"W1 = W1 - lr * dW1"', update))
    assert _found(gradients) == {**RIGHT, "W1": expected}
    assert any(note.startswith("m: the loss doesn't depend on it") for note in gradients.notes)


def test_a_loss_after_the_update_is_taken_before_it(tmp_path: Path) -> None:
    late = '\n[[steps]]\ntitle = "New loss"\nphase = "measure"\nequations = ["q = sum((sigmoid('
    late += 'sigmoid(X @ W1 + b1) @ W2 + b2) - y) ** 2) / 2"]\n'
    gradients = _checked(tmp_path, ('loss  = "loss"', 'loss = "q"'), text=NETWORK + late)
    assert _found(gradients) == RIGHT


@pytest.mark.parametrize(("update", "factor"), [("w - 0.1 * x", "x × 0.1"), ("w - 0.1 * w", "0.1")])
def test_a_parameter_may_be_the_loss_itself(update: str, factor: str, tmp_path: Path) -> None:
    text = 'title = "t"\nloss = "w"\n[given]\nx = 2\n[parameters]\nw = 1\n[[steps]]\n'
    text += f'phase = "update"\nequations = ["w = {update}"]\n'
    assert _found(_checked(tmp_path, text=text)) == {"w": factor}


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (NETWORK.replace('loss  = "loss"', ""), "names no loss"),
        (NETWORK.split('[[steps]]\ntitle = "Slopes"', maxsplit=1)[0], "update no parameter"),
        (NETWORK.replace("y  = [[1], [0]", "y  = [[1e200], [0]"), "not finite"),
    ],
    ids=["no loss", "no update", "not finite"],
)
def test_what_cannot_be_checked_says_so(text: str, note: str, tmp_path: Path) -> None:
    gradients = _checked(tmp_path, text=text)
    assert gradients.checks == ()
    assert note in " ".join(gradients.notes)


SCALARS = """
title = "Two numbers and two more"
loss  = "loss"
[given]
x  = 0.7
t  = 0.2
lr = 0.5
[parameters]
w1 = 0.3
b1 = 0.1
w2 = -0.8
b2 = 0.4
[[steps]]
title = "Forward"
equations = ["h = sigmoid(w1 * x + b1)", "o = sigmoid(w2 * h + b2)", "loss = (o - t) ** 2 / 2"]
[[steps]]
title = "Backward"
phase = "backward"
equations = ["do = (o - t) * o * (1 - o)", "dh = do * w2"]
[[steps]]
title = "On to the sum"
phase = "backward"
equations = ["dz = dh * h * (1 - h)"]
[[steps]]
title = "Update"
phase = "update"
equations = ["w1 -= lr * dz * x", "b1 -= lr * dz", "w2 -= lr * do * h", "b2 -= lr * do"]
"""


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ("loss = ", "loss = ", {}),
        ("dz = dh * h * (1 - h)", "dz = dh * h", {"w1": "step 3", "b1": "step 3"}),
        ("dh = do * w2", "dh = do * w1", {"w1": "step 2", "b1": "step 2"}),
        ("w2 -= lr * do * h", "w2 -= lr * do * x", {"w2": "step 4"}),
        ("b2 -= lr * do", "b2 += lr * do", {"b2": "step 4"}),
    ],
    ids=["right", "half a slope", "another weight", "another input", "uphill"],
)
def test_single_numbers_are_judged_by_the_others(
    old: str, new: str, wrong: Mapping[str, str], tmp_path: Path
) -> None:
    gradients = _checked(tmp_path, (old, new), text=SCALARS)
    assert _found(gradients) == {**dict.fromkeys(("w1", "b1", "w2", "b2"), "lr"), **wrong}


RELU = """
title = "A corner"
loss  = "loss"
[given]
x = [[0, 0], [1, 2]]
[parameters]
w = [[1.0, -1.0], [0.5, 0.7]]
b = [[0, 0]]
[[steps]]
equations = ["z = x @ w + b", "loss = sum(relu(z))"]
[[steps]]
phase = "update"
equations = ["w -= 0.1 * (x.T @ (z > 0))", "b -= 0.1 * sum(z > 0, axis=0, keepdims=True)"]
"""


def test_corners_of_the_loss_are_left_out(tmp_path: Path) -> None:
    gradients = _checked(tmp_path, text=RELU)
    assert _found(gradients) == {"w": "0.1"}
    assert [note[:32] for note in gradients.notes] == ["b: 2 elements are left out, beca"]


def test_flat_parameters_agree_when_they_stay(tmp_path: Path) -> None:
    gradients = _checked(tmp_path, ("A1 @ W2 + b2", "A1 @ W2 + b2 * 0"), ("db2 = ", "db2 = 0 * "))
    assert all(c.agrees for c in gradients.checks)


# -- published figures -----------------------------------------------------------------


@pytest.mark.parametrize("name", ["ray", "exam-hand", "two-class", "loy"])
def test_published_figures_agree(name: str) -> None:
    figures = check_published(tracer.load_template(name))
    assert figures and all(figure.agrees for figure in figures)
    assert all(len(f.computed) == len(f.published.printed) for f in figures)


@pytest.mark.parametrize(
    ("published", "fault"),
    [
        (Published("p", "output", 1, ("0.8",), (7, 0)), "output has no such element"),
        (Published("p", "output", 0, ("0.8",), (0, 0)), "has no value before training"),
        (Published("p", "bout", 0, ("much",)), "'much' is not a number"),
        (Published("p", "bout", 0, ("0.7",)), ""),
        (Published("p", "bout", 0, ("6.9e-1",)), ""),
        (Published("p", "bout", 0, ("7.0e-1",)), "printed 7.0e-1, computed 0.69"),
        (Published("p", "bout", 0, ("1e9999",)), "'1e9999' is not a number"),
        (Published("p", "bout", 0, ("nan",)), "'nan' is not a number"),
        (Published("p", "bout", 0, ("0e9999",)), ""),
        (Published("p", "bout", 0, ("1e-9999",)), "printed 1e-9999, computed 0.69"),
    ],
    ids=[
        "index",
        "iteration",
        "word",
        "rounded",
        "exponent",
        "wrong exponent",
        "too large",
        "none",
        "anything",
        "too small",
    ],
)
def test_what_a_figure_can_have_wrong(published: Published, fault: str) -> None:
    found = compared(tracer.trace("ray", 1), published)
    assert found.agrees is not bool(fault)
    assert fault in " ".join(found.faults)
