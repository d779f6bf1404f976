"""Derived gradients against PyTorch's autograd, for random programs and by name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.autograd import by_template, gradients
from tests.language.strategies import SHAPES, expressions, read, values
from tracer.backward.derivation import derive
from tracer.errors import TemplateError
from tracer.language.functions import Array
from tracer.program.compile import check
from tracer.program.model import Program, Step

NUMBERS = values(seed=11)


def program_of(
    equations: Sequence[str],
    parameters: Mapping[str, Array],
    given: Mapping[str, Array] | None = None,
    backward: Sequence[Step] = (),
) -> Program:
    return check(
        source="test.toml",
        steps=[Step("1", "Forward", "forward", tuple(equations)), *backward],
        given={name: array.shape for name, array in (given or {}).items()},
        parameters={name: array.shape for name, array in parameters.items()},
        loss="loss",
    )


def compare(
    equations: Sequence[str],
    parameters: Mapping[str, Array],
    given: Mapping[str, Array] | None = None,
) -> list[str]:
    """Assert that derived gradients are PyTorch's; return the derived equations."""
    known = dict(given or {})
    forward = program_of(equations, parameters, known)
    derived = derive(forward, known, "words", "test.toml")
    whole = program_of(equations, parameters, known, derived.steps)
    expected = gradients(forward, {**known, **parameters})
    found = by_template(whole, {**known, **parameters}, derived.gradients)
    if not all(np.isfinite(gradient).all() for gradient in expected.values()):
        assume(False)  # a square root of 0, say
    for name, gradient in expected.items():
        scale = max(1.0, float(np.abs(gradient).max()))
        mine = found.get(name, np.zeros_like(gradient))
        assert mine.shape == gradient.shape
        assert np.abs(mine - gradient).max() <= 1e-10 * scale, (name, mine, gradient)
    return [text for step in derived.steps for text in step.equations]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(expressions(), expressions(), st.sampled_from(("A", "B", "s", "v", "c")))
def test_random_forward_programs(first: str, second: str, name: str) -> None:
    shape = read(first).shape
    # The second expression reads the first one where it would read a name of that shape.
    same = [n for n in SHAPES if SHAPES[n] == shape]
    linked = re.sub(rf"\b{same[0]}\b", "P", second) if same else second
    equations = [f"P = {first}", f"R = {linked}", "loss = sum(R * R) / 3 + mean(P)"]
    forward = program_of(equations, NUMBERS)
    try:
        derive(forward, {}, "words", "test.toml")
    except TemplateError as error:
        # Everything leads through sign, round or comparisons.
        assert "no gradient reaches" in str(error) or "not computed from" in str(error)
        assume(False)
    try:
        compare(equations, NUMBERS)
    except TemplateError as error:
        # An equation may be so long that what is derived from it is too long for one.
        assert "is longer than" in str(error)


#: forward equations → what is derived from them, as a person would write it.
WRITTEN: dict[str, tuple[list[str], list[str]]] = {
    "half squared error through a sigmoid": (
        ["z = X @ w + b", "a = sigmoid(z)", "E = y - a", "loss = sum(E ** 2) / 2"],
        [
            "slope_of_a = a * (1 - a)",
            "delta_z = -E * slope_of_a",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "mean squared error through tanh": (
        ["z = X @ w + b", "a = tanh(z)", "loss = mean((a - y) ** 2)"],
        [
            "error_at_a = 2 * (a - y) / (len(a) * a.shape[1])",
            "slope_of_a = 1 - a ** 2",
            "delta_z = error_at_a * slope_of_a",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "sigmoid with cross-entropy": (
        ["z = X @ w + b", "a = sigmoid(z)", "loss = -mean(y * log(a) + (1 - y) * log(1 - a))"],
        [
            "delta_z = (a - y) / (len(y) * y.shape[1])",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "softmax with cross-entropy": (
        ["z = X @ w + b", "p = softmax(z)", "loss = -sum(y * log(p)) / len(y)"],
        [
            "delta_z = (p - y) / len(y)",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "softmax with cross-entropy in two equations": (
        ["z = X @ w + b", "p = softmax(z)", "H = -sum(y * log(p), axis=1)", "loss = mean(H)"],
        [
            "delta_z = (p - y) / len(H)",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "softmax without cross-entropy": (
        ["z = X @ w + b", "p = softmax(z)", "loss = sum((p - y) ** 2)"],
        [
            "error_at_p = 2 * (p - y)",
            "delta_z = p * (error_at_p - sum(error_at_p * p, axis=1, keepdims=True))",
            "gradient_w = X.T @ delta_z",
            "gradient_b = sum(delta_z, axis=0)",
        ],
    ),
    "a parameter used twice": (
        ["h = tanh(X @ w)", "g = tanh(h @ v)", "k = tanh(g @ v)", "loss = sum(k)"],
        [
            "slope_of_k = 1 - k ** 2",
            "error_at_g = slope_of_k @ v.T",
            "slope_of_g = 1 - g ** 2",
            "delta_g = error_at_g * slope_of_g",
            "error_at_h = delta_g @ v.T",
            "slope_of_h = 1 - h ** 2",
            "delta_h = error_at_h * slope_of_h",
            "gradient_w = X.T @ delta_h",
            "gradient_v = g.T @ slope_of_k + h.T @ delta_g",
        ],
    ),
    "gates that are slices": (
        ["z = X @ w", "i = sigmoid(z[:, :1])", "o = tanh(z[:, 1:])", "loss = sum(i * o)"],
        [
            "slope_of_o = 1 - o ** 2",
            "delta_o = i * slope_of_o",
            "slope_of_i = i * (1 - i)",
            "delta_i = o * slope_of_i",
            "error_at_z = hstack([delta_i, delta_o])",
            "gradient_w = X.T @ error_at_z",
        ],
    ),
    "single numbers of a table": (
        ["p = v[0, 0] * X[:, 0] + v[1, 0] * X[:, 1]", "q = tanh(v[1, 1] * p)", "loss = sum(q)"],
        [
            "slope_of_q = 1 - q ** 2",
            "error_at_p = slope_of_q * v[1, 1]",
            (
                "gradient_v = [[sum(error_at_p * X[:, 0]), 0],"
                " [sum(error_at_p * X[:, 1]), sum(slope_of_q * p)]]"
            ),
        ],
    ),
    "a kernel that slides": (
        [
            "y1 = v[0, 0] * X[:-1, :-1] + v[0, 1] * X[:-1, 1:]",
            "z = y1 + v[1, 0] * X[1:, :-1] + v[1, 1] * X[1:, 1:]",
            "loss = sum(z ** 2)",
        ],
        [
            "error_at_z = 2 * z",
            "gradient_v_0_0 = sum(error_at_z * X[:-1, :-1])",
            "gradient_v_0_1 = sum(error_at_z * X[:-1, 1:])",
            "gradient_v_1_0 = sum(error_at_z * X[1:, :-1])",
            "gradient_v_1_1 = sum(error_at_z * X[1:, 1:])",
            "gradient_v = [[gradient_v_0_0, gradient_v_0_1], [gradient_v_1_0, gradient_v_1_1]]",
        ],
    ),
    "every other number": (
        ["m = maximum(u[0::2], u[1::2])", "loss = sum(m ** 2)"],
        [
            "error_at_m = 2 * m",
            "error_inside_m = error_at_m * where(u[0::2] > u[1::2], 1, 0)",
            "error_inside_m_2 = error_at_m * where(u[0::2] > u[1::2], 0, 1)",
            (
                "gradient_u = hstack([error_inside_m[0:1], error_inside_m_2[0:1],"
                " error_inside_m[1:2], error_inside_m_2[1:2]])"
            ),
        ],
    ),
    "a penalty on the weights": (
        ["E = X @ w - y", "loss = mean(E ** 2) + 0.01 * sum(w ** 2)"],
        [
            "error_at_E = 2 * E / (len(E) * E.shape[1])",
            "gradient_w = 2 * 0.01 * w + X.T @ error_at_E",
        ],
    ),
}
GENERATOR = np.random.default_rng(3)
GIVEN = {
    "X": GENERATOR.normal(size=(4, 3)),
    "y": np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0]]),
}
PARAMETERS = {
    "w": GENERATOR.normal(size=(3, 2)),
    "b": GENERATOR.normal(size=2),
    "v": GENERATOR.normal(size=(2, 2)),
    "u": GENERATOR.normal(size=4),
}


@pytest.mark.parametrize("case", WRITTEN)
def test_derived_equations_read_as_a_person_writes_them(case: str) -> None:
    equations, expected = WRITTEN[case]
    read_names = set(re.findall(r"\w+", " ".join(equations)))
    used = {n: a for n, a in PARAMETERS.items() if n in read_names}
    assert compare(equations, used, GIVEN) == expected


#: Programs whose gradients go through every part of the language.
PROGRAMS: dict[str, list[str]] = {
    "slices": ["a = w[0, :] * 2", "c = w[1:, 0]", "loss = sum(a) * sum(c ** 2) + w[-1, -1] ** 3"],
    "steps back": ["a = w[::-1, ::-1]", "loss = sum(a * w) + sum(w[::2] ** 2)"],
    "stacks": [
        "a = vstack([w, b])",
        "c = hstack([a, a ** 2])",
        "loss = sum(c * c) + sum(hstack([b, b[0]]))",
    ],
    "literals": ["a = [[b[0], b[1]], [b[1], w[0, 0]]]", "loss = sum(a @ v)"],
    "vectors": ["a = w @ b", "c = b @ v", "d = c @ b", "loss = sum(a) * d + a @ a"],
    "added axes": ["a = b[:, None] * b[None, :]", "loss = sum(a ** 2) + sum(b[None, :])"],
    "largest": ["loss = max(w) + sum(max(w, axis=0) ** 2) + sum(min(v, axis=1, keepdims=True))"],
    "variance": [
        "m = mean(w, axis=0)",
        "s = var(w, axis=0)",
        "n = (w - m) / sqrt(s + 1e-5)",
        "loss = sum(n ** 3) + var(v)",
    ],
    "branches": [
        "a = where(w > 0, w ** 2, -3 * w)",
        "loss = sum(maximum(a, 0.1) * minimum(w, 0.2))",
    ],
    "powers": ["a = exp(b) ** b[::-1]", "loss = sum(2 ** b) + sum(a) + sum(exp(b) ** -0.5)"],
    "softmax down": ["a = softmax(w, axis=0)", "loss = sum(a ** 2) - sum(log(a[0]))"],
    "log of softmax": ["loss = -sum(y[:3] * log(softmax(w))) / 3"],
    "weighted cross-entropy": [
        "a = sigmoid(X @ w)",
        "loss = -sum([2, 1] * (y * log(a) + (1 - y) * log(1 - a)))",
    ],
    "targets that don't add up to 1": [
        "a = softmax(X @ w)",
        "loss = -sum((y + X[:, :2] ** 2) * log(a))",
    ],
    "numbers broadcast": ["a = sum(b) * w", "loss = mean(a) + sum(a.T @ a) * mean(b)"],
    "slices that overlap": ["loss = sum(w[:2] ** 2) * sum(w[1:] ** 3) + sum(b[:1]) * b[0]"],
    "slices with gaps": [
        "a = maximum(w[::2], w[::-2])",
        "c = w[1] * w[0, ::-1]",
        "loss = sum(a ** 2) + sum(c)",
    ],
    "slices and all of it": ["loss = sum(w[:1] * w[1:2]) + sum(w ** 2) + w[0, 1] ** 2 * w[2, 0]"],
    "numbers of a table picked twice": [
        "loss = w[0, 0] * w[2, 1] + w[0, 0] ** 2 * w[-1, 1] - w[1, 0] * b[0] + b[-2] * b[1]",
    ],
    "reshaped and joined": [
        "a = concatenate([w.reshape(2, -1), b[:2].reshape(1, 2)[:, ::-1] ** 2 @ w.T[:, :3]])",
        "c = np.c_[ravel(w), reshape(w.T, 6)]",
        "d = np.r_[b, b[:1].squeeze(), b]",
        "loss = sum(a ** 3) + sum(c[:, 0] * c[:, 1]) + sum(d ** 2) + sum(outer(b, b) ** 3)",
    ],
    "picked by label": [
        "p = softmax(X @ w)",
        "c = p[arange(4), [0, 1, 1, 0]]",
        "d = w[[2, 0, 2, 2]] * eye(2)[[1, 0, 0, 1]]",
        "loss = -mean(log(c)) + sum(d ** 2) + sum(p[[1, 3], arange(2)])",
    ],
    "places of labels and masks": [
        "a = X @ w",
        "c = a * 2",
        "c[arange(4), [0, 1, 1, 0]] -= b[0]",
        "c[a > 0.1] = b[1]",
        "loss = sum(c ** 3)",
    ],
    "spread": ["loss = std(w) ** 2 + sum(std(w, axis=0)) + norm(b) + sum(norm(w, axis=1) ** 3)"],
    "logarithms": [
        "a = log2(exp(w)) * log10(2 + w ** 2)",
        "loss = sum(a ** 2) + sum(log1p(w ** 2)) + sum(expm1(b) * clip(b, -0.3, 0.4))",
    ],
    "known arrays": [
        "a = eye(3) @ w + full((3, 2), b[0]) * zeros((3, 2)) + ones(2)",
        "loss = sum(a ** 2) + b[1] * argmax(w) + sum(arange(2) * b)",
    ],
    "assigned parts": [
        "a = X @ w",
        "a[0] = w[0] * b",
        "a[1:, 0] += w[0, 1]",
        "a[:, 1:] = b[:1] - a[:, :1]",
        "loss = sum(a ** 3) + a[0, 1]",
    ],
    "a part of a table of zeros": [
        "a = zeros_like(w)",
        "a[1] = b",
        "loss = sum((a + w) ** 3)",
    ],
    "a ones array": ["loss = sum(ones_like(w) * 2 * w) + sum(zeros_like(w) + b)"],
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_every_part_of_the_language_has_its_gradient(case: str) -> None:
    read_names = set(re.findall(r"\w+", " ".join(PROGRAMS[case])))
    compare(PROGRAMS[case], {n: a for n, a in PARAMETERS.items() if n in read_names}, GIVEN)


#: forward equations → the fault.
FAULTS: dict[str, tuple[list[str], str]] = {
    "no way through a step": (
        ["p = step(X @ w)", "loss = sum((y - p) ** 2)"],
        "no gradient reaches 'w'",
    ),
    "nothing to train": (["loss = sum(X) + sum(zeros_like(w))"], "no gradient reaches 'w'"),
    "no parameter": (["loss = sum(X)"], "is not computed from any parameter"),
    "a value replaced": (
        ["a = X @ w", "c = a ** 2", "a = c + 1", "loss = sum(a)"],
        "needs a value of 'a'",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_derived_is_said(case: str) -> None:
    equations, message = FAULTS[case]
    forward = program_of(equations, {"w": PARAMETERS["w"]}, GIVEN)
    with pytest.raises(TemplateError, match=message):
        derive(forward, GIVEN, "words", "test.toml")


def test_the_other_vocabulary_and_names_in_use() -> None:
    equations = ["Z1 = X @ w", "A1 = tanh(Z1)", "dZ1 = sum(A1)", "loss = dZ1 ** 2"]
    forward = program_of(equations, {"w": PARAMETERS["w"]}, GIVEN)
    found = derive(forward, GIVEN, "ng", "test.toml")
    assert [text.split(" = ")[0] for step in found.steps for text in step.equations] == [
        "ddZ1",
        "slope_A1",
        "dZ1_2",
        "dw",
    ]
    assert found.gradients == {"w": "dw"}


#: Helpers named as a function of the table: what each says is what counts.
SHADOWING = {
    "softmax without its largest, of all numbers": "softmax(a) = exp(a) / sum(exp(a))",
    "softmax of the columns": (
        "softmax(a) = exp(a - max(a, axis=0, keepdims=True))"
        " / sum(exp(a - max(a, axis=0, keepdims=True)), axis=0, keepdims=True)"
    ),
    "softmax with no sum at all": "softmax(a) = exp(a)",
    "softmax with two parameters": "softmax(a, b=2) = exp(a / b) / sum(exp(a / b))",
    "softplus of another steepness": "softmax(a) = log(1 + exp(2 * a)) / 2",
    "silu of another steepness": "silu(a) = a * sigmoid(1.702 * a)",
    "step that isn't flat": "step(a) = sigmoid(10 * a)",
    "sigmoid of its own": "sigmoid(a) = 1 / (1 + exp(-a))",
    "elu with two parameters in the other order": "elu(alpha, x=1) = alpha * exp(x) + alpha ** 2",
    "square with a default": "square(a, b=3) = a ** b",
}


@pytest.mark.parametrize("case", SHADOWING)
def test_helpers_named_as_a_function_of_the_table(case: str) -> None:
    helper = SHADOWING[case]
    name = helper.partition("(")[0]
    steps = [Step("1", "Forward", "forward", (f"p = {name}(X @ W)", "loss = -sum(y * log(p))"))]
    arrays = {"X": np.array([[1.0, 2.0], [0.5, 1.5]]), "y": np.array([[1.0, 0, 0], [0, 0, 1]])}
    start = {"W": np.array([[0.1, 0.2, 0.3], [0.3, 0.1, 0.2]])}

    def checked(backward: Sequence[Step] = ()) -> Program:
        return check(
            source="test.toml",
            steps=[*steps, *backward],
            given={key: array.shape for key, array in arrays.items()},
            parameters={key: array.shape for key, array in start.items()},
            helpers=[helper],
            loss="loss",
        )

    derived = derive(checked(), arrays, "words", "test.toml")
    values = {**arrays, **start}
    found = by_template(checked(derived.steps), values, derived.gradients)
    expected = gradients(checked(), values)
    np.testing.assert_allclose(found["W"], expected["W"], rtol=1e-9)


def test_a_softmax_of_all_numbers_keeps_its_axis_in_the_derived_text() -> None:
    equations = ["p = softmax(W, axis=None)", "loss = -sum(y * log(p))"]
    start = {"W": np.array([[0.1, 0.2], [0.3, 0.4]])}
    compare(equations, start, {"y": np.array([[1.0, 0], [0, 0]])})


@pytest.mark.parametrize(
    ("prepared", "shortened"),
    [
        (["t = y * 3", "t = t / 3"], True),
        (["t = y * 1", "t = t * 2"], False),
        (["t = y * 2"], False),
    ],
    ids=["in the end", "only at first", "never"],
)
def test_rows_that_add_up_to_one_do_so_after_all_preparation(
    prepared: list[str], shortened: bool
) -> None:
    arrays = {"X": np.array([[1.0, 2.0], [0.5, 1.5]]), "y": np.array([[1.0, 0], [0, 1]])}
    program = check(
        source="test.toml",
        steps=[
            Step("1", "Targets", "prepare", tuple(prepared)),
            Step("2", "", "forward", ("p = softmax(X @ W)", "loss = -sum(t * log(p))")),
        ],
        given={key: array.shape for key, array in arrays.items()},
        parameters={"W": (2, 2)},
        loss="loss",
    )
    derived = derive(program, arrays, "words", "test.toml")
    first = derived.steps[0].equations[0]
    assert first.endswith("= p - t") is shortened
