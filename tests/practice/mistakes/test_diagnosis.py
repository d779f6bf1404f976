"""Mistakes written out as equations by hand, the sources' own mistakes, and random numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import tracer
from tracer.api.traced import Trace
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answers, typed
from tracer.practice.answers.marks import Marked, Rules, Verdict
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes import MISTAKES
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.diagnosis import Diagnosis, diagnose
from tracer.practice.mistakes.evidence import decimals_typed
from tracer.practice.mistakes.kinds import changed
from tracer.wording import load

DEEP = str(Path(__file__).parents[1] / "deep.toml")
TIGHT = Rules(absolute=1e-9, relative=1e-6)


def diagnosis_of(numbers: OwnNumbers, marked: Marked) -> Diagnosis | None:
    return diagnose(Attempt.at(numbers, marked), marked)


def diagnosed(
    trace: Trace, values: dict[str, Array], iteration: int = 1, rules: Rules = TIGHT
) -> Diagnosis | None:
    """Return the diagnosis of the first quantity with wrong numbers."""
    prepared = {a.slot.name for a in trace.program.prepare}
    answers = Answers(
        tuple(
            typed(0 if name in prepared else iteration, trace.program.newest(name).key, array)
            for name, array in values.items()
        )
    )
    first = mark(OwnNumbers(trace, answers), rules).first_wrong
    assert first is not None, "nothing is wrong"
    return diagnosis_of(OwnNumbers(trace, answers), first)


def keys(found: Diagnosis | None) -> list[str]:
    return [] if found is None else [e.key for e in found.explanations]


def with_equation(lesson: str, right: str, wrong: str) -> Trace:
    """Trace the first iteration of a lesson up to one equation, which is another."""
    template = tracer.load_template(lesson)
    steps = []
    for step in template.steps:
        equations = step.equations
        if right in equations:
            before = equations[: equations.index(right)]
            steps.append(replace(step, equations=(*before, wrong)))
            break
        steps.append(step)
    else:
        raise AssertionError(right)
    plain = replace(template, steps=tuple(steps), loss=None, metrics=(), predict=None)
    # What is cited may refer to steps that are cut off.
    plain = replace(plain, published=(), unreproducible=(), errata=(), pictures=())
    return tracer.trace(plain, 1)


WRONG = [
    ("ray", "hidden_layer_input = X @ wh + bh", "hidden_layer_input = X @ wh", "bias_forgotten"),
    ("ray", "hidden_layer_input = X @ wh + bh", "hidden_layer_input = X @ wh - bh",
     "subtracted_not_added"),
    ("ray", "hidden_layer_input = X @ wh + bh", "hidden_layer_input = (X @ wh).T + bh",
     None),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = hidden_layer_input + 0", "activation_forgotten"),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = 1 / (1 + exp(-1 / (1 + exp(-hidden_layer_input))))",
     "activation_twice"),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = 1 / (1 + exp(hidden_layer_input))", "exponential_sign"),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = 1 + exp(-hidden_layer_input)", "reciprocal_forgotten"),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = exp(-hidden_layer_input)", "exponential_alone"),
    ("ray", "hiddenlayer_activations = sigmoid(hidden_layer_input)",
     "hiddenlayer_activations = tanh(hidden_layer_input)", "another_activation"),
    ("ray", "E = y - output", "E = output - y", "difference_turned"),
    ("ray", "E = y - output", "E = y + output", "added_not_subtracted"),
    ("ray", "E = y - output", "E = y + 0", "term_forgotten"),
    ("ray", "loss = sum(E ** 2) / 2", "loss = sum(E ** 2)", "count_forgotten"),
    ("ray", "loss = sum(E ** 2) / 2", "loss = sum(E ** 2) / 3", None),
    ("ray", "loss = sum(E ** 2) / 2", "loss = sum(E) / 2", "square_forgotten"),
    ("ray", "loss = sum(E ** 2) / 2", "loss = sum(2 * E) / 2", "doubled_not_squared"),
    ("ray", "slope_output_layer = derivatives_sigmoid(output)",
     "slope_output_layer = derivatives_sigmoid(output_layer_input)", "pre_activation_used"),
    ("ray", "slope_hidden_layer = derivatives_sigmoid(hiddenlayer_activations)",
     "slope_hidden_layer = hidden_layer_input * (1 - hidden_layer_input)", "pre_activation_used"),
    ("ray", "d_output = E * slope_output_layer", "d_output = E + 0", "slope_forgotten"),
    ("ray", "d_output = E * slope_output_layer", "d_output = -E * slope_output_layer",
     "sign_turned"),
    ("ray", "d_output = E * slope_output_layer", "d_output = E * slope_output_layer * lr",
     "rate_too_early"),
    ("ray", "d_output = E * slope_output_layer", "d_output = 2 * E * slope_output_layer",
     "factor_2_or_half"),
    ("ray", "d_output = E * slope_output_layer", "d_output = E * slope_output_layer / 3",
     "factor_one_over_n"),
    ("ray", "d_output = E * slope_output_layer",
     "d_output = E * round(slope_output_layer, 2)", "rounded_too_early"),
    ("ray", "d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer",
     "d_hiddenlayer = Error_at_hidden_layer @ slope_hidden_layer",
     "matrix_not_elementwise"),
    ("ray", "d_hiddenlayer = Error_at_hidden_layer * slope_hidden_layer",
     "d_hiddenlayer = (Error_at_hidden_layer * slope_hidden_layer).T", "transposed"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout + hiddenlayer_activations.T @ d_output", "rate_forgotten"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout + hiddenlayer_activations.T @ d_output * lr * lr", "rate_twice"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout - hiddenlayer_activations.T @ d_output * lr", "subtracted_not_added"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout + hiddenlayer_activations @ d_output * lr", "operand_transposed"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = hiddenlayer_activations.T @ d_output * lr", "term_forgotten"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout + hiddenlayer_activations.T @ d_output * lr / 3", "averaged_not_summed"),
    ("ray", "wout = wout + hiddenlayer_activations.T @ d_output * lr",
     "wout = wout + hidden_layer_input.T @ d_output * lr", "pre_activation_used"),
    ("ray", "bh = bh + sum(d_hiddenlayer, axis=0, keepdims=True) * lr",
     "bh = bh + sum(d_hiddenlayer, axis=1)[None, :] * lr", "rows_and_columns"),
    ("ray", "bh = bh + sum(d_hiddenlayer, axis=0, keepdims=True) * lr",
     "bh = bh + mean(d_hiddenlayer, axis=0, keepdims=True) * lr", "averaged_not_summed"),
    ("ray", "bh = bh + sum(d_hiddenlayer, axis=0, keepdims=True) * lr",
     "bh = bh + d_hiddenlayer[0:1] * lr", "one_row_of_the_sum"),
    ("diary-logistic", "W1 = W1 - lr * dW1", "W1 = W1 + 0", "not_updated"),
    ("two-class-rows", "dE_dout_y = -(y_val - out_y)", "dE_dout_y = y_val - out_y",
     "minus_forgotten"),
    ("two-class-rows", "dE_dweights_y = dE_dy.T @ out_h", "dE_dweights_y = out_h.T @ dE_dy",
     "transposed"),
    ("two-class-rows", "E = (y_val - out_y) ** 2 / 2", "E = (y_val - out_y) ** 2",
     "count_forgotten"),
    ("two-class-rows", "weights_y = weights_y - eta * dE_dweights_y",
     "weights_y = weights_y - dE_dweights_y", "rate_forgotten"),
    ("two-class-rows", "dE_dout_h = dE_dy @ weights_y", "dE_dout_h = dE_dy @ weights_y.T",
     "operand_transposed"),
    ("diary-logistic", "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n",
     "J = -sum(Y * log(A1) - (1 - Y) * log(1 - A1)) / n", "subtracted_not_added"),
    ("diary-logistic", "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n",
     "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n / log(10)", "log_base_10"),
    ("diary-logistic", "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n",
     "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1))", "count_forgotten"),
    ("diary-logistic", "J = -sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n",
     "J = sum(Y * log(A1) + (1 - Y) * log(1 - A1)) / n", "sign_turned"),
    ("diary-logistic", "dZ1 = dA1 * sigmoid_derivative(Z1)", "dZ1 = dA1 * sigmoid_derivative(A1)",
     "activation_used"),
    ("diary-logistic", "dZ1 = dA1 * sigmoid_derivative(Z1)", "dZ1 = dA1 * 1", "slope_forgotten"),
    ("diary-logistic", "dW1 = dZ1 @ X.T / n", "dW1 = dZ1 @ X.T", "count_forgotten"),
    ("diary-logistic", "dW1 = dZ1 @ X.T / n", "dW1 = dZ1 @ X.T / n / n", "divided_twice"),
    ("exam-hand", "z = X @ W1", "z = X[:, ::-1] @ W1", "another_column"),
    (DEEP, "Z1 = X @ W1 + b1", "Z1 = relu(X @ W1 + b1)", "activation_too_early"),
    (DEEP, "A1 = relu(Z1)", "A1 = Z1 + 0", "activation_forgotten"),
    (DEEP, "P = softmax(Z2)", "P = Z2 / sum(Z2, axis=1, keepdims=True)",
     "softmax_without_exponential"),
    (DEEP, "P = softmax(Z2)", "P = exp(Z2)", "softmax_not_divided"),
    (DEEP, "P = softmax(Z2)", "P = exp(Z2) / sum(exp(Z2), axis=0, keepdims=True)",
     "softmax_wrong_way"),
    (DEEP, "dZ1 = dA1 * (Z1 > 0)", "dZ1 = dA1 * 1", "mask_forgotten"),
    (DEEP, "m = beta1 * m + (1 - beta1) * dW2", "m = beta2 * m + (1 - beta2) * dW2",
     "betas_swapped"),
    (DEEP, "m = beta1 * m + (1 - beta1) * dW2", "m = (1 - beta1) * m + beta1 * dW2",
     "shares_exchanged"),
    (DEEP, "m_hat = m / (1 - beta1 ** t)", "m_hat = m + 0", "correction_forgotten"),
    (DEEP, "v_hat = v / (1 - beta2 ** t)", "v_hat = v / (1 - beta2 ** (t + 1))",
     "step_count"),
    (DEEP, "W2 = W2 - lr * m_hat / (sqrt(v_hat) + epsilon)",
     "W2 = W2 - lr * m_hat / sqrt(v_hat + epsilon)", "epsilon_in_the_root"),
]  # fmt: skip


@pytest.mark.parametrize("decimals", [4, 8])
@pytest.mark.parametrize(("lesson", "right", "wrong", "key"), WRONG)
def test_mistakes_written_out_by_hand_are_found(
    lesson: str, right: str, wrong: str, key: str | None, decimals: int
) -> None:
    if decimals == 4 and key in ("rate_twice", "epsilon_in_the_root"):
        pytest.skip("four decimals don't show it")
    name = right.partition(" ")[0]
    values = np.round(with_equation(lesson, right, wrong)[name][0], decimals)
    rules = Rules(absolute=1.5 * 10.0**-decimals, relative=1e-9)
    found = diagnosed(tracer.trace(lesson), {name: values}, rules=rules)
    if key is None:
        assert found is None or found.sureness == "possibly"
    else:
        assert key in keys(found)
        assert found is not None
        assert key in keys(replace(found, explanations=found.explanations[:6]))


def test_the_new_weights_used_too_early() -> None:
    right = tracer.trace("ray")
    start, new = right.start("wout")[0], right["wout"][0]
    assert not np.array_equal(start, new)
    found = diagnosed(right, {"Error_at_hidden_layer": right["d_output"][0] @ new.T})
    assert found is not None
    assert found.best.key == "updated_too_early"
    assert found.sureness == "almost_certainly"
    assert (
        found.best.words(load()) == "the new wout is used where the one before the update belongs"
    )


# -- the mistakes that the five sources printed ---------------------------------------------


def test_the_hand_example_s_sum_used_another_neuron_s_weight() -> None:
    found = diagnosed(tracer.trace("exam-hand"), {"z": np.array([[7.6, 7.5, 6.5]])})
    assert found is not None
    assert found.best.key == "another_element"
    assert found.best.words(load()) == "element 2, 3 of W1 in place of element 2, 2 of W1"
    assert found.sureness == "possibly"  # two digits say little


def test_the_hand_example_s_sigmoid_lacks_its_reciprocal() -> None:
    values = {
        "z": np.array([[7.6, 7.5, 6.5]]),
        "z2": np.array([[0.999499799, 1.000553084, 0.998498818]]),
    }
    trace = tracer.trace("exam-hand")
    answers = Answers(tuple(typed(1, (name, 0), v) for name, v in values.items()))
    marks = mark(OwnNumbers(trace, answers), Rules(1e-6, 1e-6))
    found = diagnosis_of(OwnNumbers(trace, answers), marks.marked[1])
    assert keys(found) == ["reciprocal_forgotten"]
    assert found is not None
    assert found.sureness == "almost_certainly"


def test_the_picture_s_step_7_applies_the_learning_rate_too_early() -> None:
    wrong = tracer.trace("ray-step7")
    found = diagnosed(tracer.trace("ray"), {"d_output": wrong["d_output"][0]})
    assert found is not None
    assert found.best.key == "rate_too_early"


def test_the_r_code_s_row_sums() -> None:
    wrong = tracer.trace("ray-r")
    right = tracer.trace("ray")
    # What the R code adds to a column of its bias matrix is one bias for each row.
    steps = (wrong["bh"] - wrong.start("bh"))[0][:, 0]
    d_hidden = {"d_hiddenlayer": wrong["d_hiddenlayer"][0]}
    bias = right.start("bh")[0] + steps[None, :]
    answers = Answers(
        tuple(
            typed(1, right.program.newest(n).key, v) for n, v in (*d_hidden.items(), ("bh", bias))
        )
    )
    block = mark(OwnNumbers(right, answers), TIGHT).marked[-1]
    found = diagnosis_of(OwnNumbers(right, answers), block)
    assert found is not None
    assert found.best.key == "rows_and_columns"


def test_the_code_s_wrong_errors_for_w7_w8_and_w3_w4() -> None:
    wrong = tracer.trace("two-class-as-coded")
    right = tracer.trace("two-class")
    for name, word in (
        ("w7", "dE_total_dout_y1 in place of dE_total_dout_y2"),
        ("w8", "dE_total_dout_y1 in place of dE_total_dout_y2"),
        ("w3", "dE_total_dout_h1 in place of dE_total_dout_h2"),
        ("w4", "dE_total_dout_h1 in place of dE_total_dout_h2"),
    ):
        printed = wrong[f"dE_Total_d{name}"][0]
        found = diagnosed(right, {f"dE_total_d{name}": printed})
        assert found is not None, name
        assert found.best.key == "sibling"
        assert found.best.words(load()) == word
        assert found.chance < 0.02


def test_the_code_s_stale_forward_pass() -> None:
    coded = tracer.trace("two-class-as-coded", 8)
    right = tracer.trace("two-class-rows", 8)
    # Iteration 8 is row 4 again. The code never computes its forward pass anew:
    row = coded["h"][7][3:4]
    found = diagnosed(right, {"h": row}, iteration=8)
    assert found is not None
    assert found.best.words(load()) == "weights_h of iteration 1 used: never computed again"
    # and uses the first row's hidden output for every row.
    gradient = right["dE_dy"][7].T @ coded["out_h"][7][0:1]
    found = diagnosed(right, {"dE_dweights_y": gradient}, iteration=8)
    assert found is not None
    assert found.best.words(load()) == "out_h of iteration 1 used: never computed again"
    assert found.sureness == "almost_certainly"


def test_the_printed_sign_of_the_cross_entropy() -> None:
    right = tracer.trace("diary-logistic", 1)
    printed = np.array(0.0)  # what the formula as printed gives, in place of 0.35667494
    found = diagnosed(right, {"J_example": printed})
    assert found is None  # a zero alone may mean anything: more than three slips give it
    # On the lesson's own data the same slip is beyond doubt.
    y, a = right.template.given["Y"], right["A1"][0]
    slip = ((1 - y) * np.log(1 - a) - y * np.log(a)).sum() / 8
    found = diagnosed(right, {"J": np.array(slip)})
    assert found is not None
    assert "subtracted_not_added" in keys(found)
    assert "minus stands for plus" in found.sentence(load())
    assert found.sureness == "almost_certainly"


# -- slips of the pen -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (lambda v: v * [1, 1, 10], "point_shifted"),
        (lambda v: v * [1, 0.01, 1], "point_shifted"),
        (lambda v: v * [1, -1, 1], "sign_turned"),
        (lambda v: v[[1, 1, 2]], "neighbour_copied"),
    ],
)
def test_slips_in_a_single_cell(change: Callable[[Array], Array], key: str) -> None:
    trace = tracer.trace("ray")
    exact = trace["E"][0].reshape(-1)
    values = np.asarray(np.round(change(exact).reshape(3, 1), 6))
    assert key in keys(diagnosed(trace, {"E": values}, rules=Rules(1e-5, 1e-9)))


def test_swapped_digits() -> None:
    trace = tracer.trace("ray")
    values = np.round(trace["output"][0], 6)
    assert values[1, 0] == 0.798064
    values[1, 0] = 0.789064
    found = diagnosed(trace, {"output": values}, rules=Rules(1e-5, 1e-9))
    assert keys(found)[0] == "digits_swapped"
    assert found is not None
    assert "the digits 9 and 8 are swapped" in found.sentence(load())


def test_two_cells_with_a_mistake_each() -> None:
    rng = np.random.default_rng(3)
    whole = tracer.trace("ray", wh=rng.uniform(0, 1, (4, 3)), bh=[[0.1234, 0.2345, 0.3456]])
    exact = np.round(whole["hidden_layer_input"][0], 6)
    values = exact.copy()
    values[0, 0] *= 10
    values[2, 2] *= -1
    found = diagnosed(whole, {"hidden_layer_input": values}, rules=Rules(1e-5, 1e-9))
    assert found is not None
    assert found.apart
    assert found.cells == ((0, 0), (2, 2))
    assert "and" in found.sentence(load())


def test_a_mistake_is_looked_for_in_the_student_s_own_numbers() -> None:
    trace = tracer.trace("ray")
    slipped = trace["E"][0] + [[0.1], [0.0], [0.0]]
    values = {"E": slipped, "d_output": slipped * trace["slope_output_layer"][0] * 0.1}
    answers = Answers(tuple(typed(1, (name, 0), v) for name, v in values.items()))
    found = diagnosis_of(
        OwnNumbers(trace, answers), mark(OwnNumbers(trace, answers), TIGHT).marked[1]
    )
    assert found is not None
    assert found.best.key == "rate_too_early"


@pytest.mark.parametrize(
    ("number", "decimals"), [(7.5, 1), (7.0, 0), (0.25, 2), (1e-5, 5), (1e20, 0), (0.1 + 0.2, 15)]
)
def test_decimals_typed(number: float, decimals: int) -> None:
    assert decimals_typed(number) == decimals


# -- how many are found, how many are made up -------------------------------------------------


def introduced(lesson: str, iteration: int, decimals: int) -> tuple[int, list[str]]:
    """Introduce every mistake everywhere; return how often, and those that weren't found."""
    trace = tracer.trace(lesson, 3)
    count, missed = 0, []
    rules = Rules(absolute=1.5 * 10.0**-decimals, relative=1e-6)
    for assignment in trace.program.iterate:
        attempt = Attempt(OwnNumbers(trace, Answers(())), iteration, assignment)
        done: set[tuple[str, bytes]] = set()
        for row in MISTAKES:
            for node, detail in changed(attempt, row):
                for result in attempt.results(node):
                    values = np.round(result, decimals)
                    mark_of = (row.key, values.tobytes())
                    if mark_of in done or not values.any():
                        continue
                    done.add(mark_of)
                    answers = Answers((typed(iteration, assignment.slot.key, values),))
                    marked = mark(OwnNumbers(trace, answers), rules).marked[0]
                    if not (marked.verdicts == Verdict.WRONG).any():
                        continue
                    count += 1
                    if row.key not in keys(diagnosis_of(OwnNumbers(trace, answers), marked)):
                        missed.append(f"{assignment.equation.text}: {row.key} ({detail})")
    return count, missed


@pytest.mark.parametrize(("lesson", "iteration"), [("exam-hand", 1)])
def test_mistakes_introduced_into_every_step_are_found(lesson: str, iteration: int) -> None:
    count, missed = introduced(lesson, iteration, 6)
    assert count > 50
    assert len(missed) <= 0.05 * count, missed


@pytest.mark.slow
@pytest.mark.parametrize(
    ("lesson", "iteration"),
    [("ray", 1), ("ray", 3), ("two-class-rows", 1), ("diary-logistic", 3), ("loy", 1), (DEEP, 3)],
)
def test_mistakes_introduced_into_every_step_of_lessons(lesson: str, iteration: int) -> None:
    count, missed = introduced(lesson, iteration, 6)
    assert count > 100
    assert len(missed) <= 0.04 * count, missed


def made_up(lesson: str, rounds: int, digits: tuple[int, ...]) -> tuple[int, int, int]:
    """Type random wrong numbers; return how many blocks, how many diagnoses, how many sure."""
    rng = np.random.default_rng(11)
    trace = tracer.trace(lesson, 2)
    blocks = named = sure = 0
    for assignment in trace.program.iterate:
        exact = trace.value(assignment.slot, 2)
        scale = float(np.abs(exact).max()) or 1.0
        for significant in digits:
            decimals = max(0, significant - 1 - int(np.floor(np.log10(scale))))
            for turn in range(3 * rounds):
                wild = rng.uniform(-2 * scale, 2 * scale, exact.shape)
                near = exact * (1 + rng.normal(0, 0.3, exact.shape))
                values = (wild, near, near)[turn % 3]
                if turn % 3 == 2:  # one wrong cell
                    chosen = np.arange(exact.size).reshape(exact.shape) == rng.integers(exact.size)
                    values = np.where(chosen, near, exact)
                values = np.round(values, decimals)
                answers = Answers((typed(2, assignment.slot.key, values),))
                rules = Rules(absolute=0.6 * 10.0**-decimals, relative=1e-6)
                marked = mark(OwnNumbers(trace, answers), rules).marked[0]
                if not (marked.verdicts == Verdict.WRONG).any():
                    continue
                blocks += 1
                found = diagnosis_of(OwnNumbers(trace, answers), marked)
                named += found is not None
                sure += found is not None and found.sureness != "possibly"
    return blocks, named, sure


def test_random_numbers_get_no_diagnosis() -> None:
    blocks, named, sure = made_up("ray", 1, (3, 4))
    assert blocks > 60
    assert named <= 0.05 * blocks
    assert sure <= 0.03 * blocks


@pytest.mark.slow
def test_random_numbers_seldom_get_a_diagnosis() -> None:
    found = np.array([made_up(lesson, 4, (2, 3, 4, 6)) for lesson in RANDOM])
    blocks, named, sure = found.sum(axis=0).tolist()
    assert blocks > 2_000
    assert named <= 0.016 * blocks
    assert sure <= 0.001 * blocks


#: Lessons with matrices, with single numbers, and with several layers.
RANDOM = ("ray", "two-class-rows", "diary-logistic", DEEP)
