from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given

from tests.language.strategies import expressions, numpy_of, read, values
from tracer.language.evaluate import CallList, evaluate
from tracer.language.expression import Name
from tracer.language.functions import PRIMITIVES, Array

KNOWN = values()
A, B, Q, c, r, s, t, u, v = (KNOWN[name] for name in ("A", "B", "Q", "c", "r", "s", "t", "u", "v"))


def computed(text: str) -> Array:
    return evaluate(read(text), lambda name: KNOWN[name.id])


def rows(function: Callable[[Array], Any], array: Array) -> list[Any]:
    """Apply a function to each row by itself."""
    return [function(row) for row in array]


#: text → the same by hand, out of Python's own arithmetic and plain NumPy
BY_HAND: dict[str, Any] = {
    "A + v": [[a + b for a, b in zip(row, v, strict=True)] for row in A],
    "A - c": [[a - b for a in row] for row, (b,) in zip(A, c, strict=True)],
    "s * u": [s * x for x in u],
    "u / c": [[x / y for x in u] for (y,) in c],
    "A ** 2": [[x * x for x in row] for row in A],
    "abs(A) ** 0.5": [[abs(x) ** 0.5 for x in row] for row in A],
    "2 ** u": [2.0**x for x in u],
    "-u": [-x for x in u],
    "--u": list(u),
    "A @ B.T": [[sum(x * y for x, y in zip(a, b, strict=True)) for b in B] for a in A],
    "A @ v": [sum(x * y for x, y in zip(row, v, strict=True)) for row in A],
    "u @ A": [sum(x * y for x, y in zip(u, column, strict=True)) for column in A.T],
    "v.dot(v)": sum(x * x for x in v),
    "A.T": [list(column) for column in zip(*A, strict=True)],
    "u < 0": [float(x < 0) for x in u],
    "u <= u[1]": [float(x <= u[1]) for x in u],
    "u > s": [float(x > s) for x in u],
    "u >= u[1]": [float(x >= u[1]) for x in u],
    "u == u[1]": [0, 1, 0],
    "u != u[1]": [1, 0, 1],
    "(u > 0) + (u > -5)": [1 + float(x > 0) for x in u],
    "-(u > -5)": [-1, -1, -1],
    "where(u > 0, u, 7)": [x if x > 0 else 7 for x in u],
    "where(1, u, s / 0)": list(u),
    "maximum(u, s)": [max(x, s) for x in u],
    "minimum(c, u)": [[min(x, y) for x in u] for (y,) in c],
    "relu(u)": [max(0, x) for x in u],
    "leaky_relu(u, 0.5)": [x if x > 0 else x / 2 for x in u],
    "sign([-2, 0, 3])": [-1, 0, 1],
    "sigmoid([0, 800, -800])": [0.5, 1, 1 / (np.exp(700) + 1)],
    "softplus([0, 800, -800])": [np.log(2), 800, 0],
    "softmax([1000, 1000, 0])": [0.5, 0.5, 0],
    "log([1, 0, 1e-305])": [0, np.log(1e-300), np.log(1e-300)],
    "log([1, -1])": [0, np.nan],
    "sqrt(-1)": np.nan,
    "1 / (s - s)": np.inf,
    "round([0.5, 1.5, 2.5, -0.5, -2.5])": [1, 2, 3, -1, -3],
    "round([1.005, 2.675, -0.125], 2)": [1.01, 2.68, -0.13],
    "round([1250, -35, 44], -1)": [1250, -40, 40],
    "sum(A)": sum(sum(row) for row in A),
    "sum(A, axis=0)": rows(sum, A.T),
    "sum(A, axis=1)": rows(sum, A),
    "sum(A, axis=-1, keepdims=True)": [[x] for x in rows(sum, A)],
    "sum(A, axis=0, keepdims=True)": [rows(sum, A.T)],
    "sum(A, keepdims=True)": [[sum(sum(row) for row in A)]],
    "mean(A)": sum(sum(row) for row in A) / 12,
    "mean(A, axis=0)": [sum(column) / 3 for column in A.T],
    "mean(A, axis=1, keepdims=True)": [[sum(row) / 4] for row in A],
    "max(A)": max(max(row) for row in A),
    "max(A, axis=1)": rows(max, A),
    "max(A, axis=0, keepdims=True)": [rows(max, A.T)],
    "min(A)": min(min(row) for row in A),
    "min(A, axis=-2)": rows(min, A.T),
    "var(u)": sum((x - sum(u) / 3) ** 2 for x in u) / 3,
    "var(A, axis=0)": rows(lambda x: sum((x - sum(x) / 3) ** 2) / 3, A.T),
    "var(s)": 0,
    "max(s)": float(s),
    "A[1]": list(A[1]),
    "A[1, 2]": float(A[1, 2]),
    "A[-1, -2]": float(A[2, 2]),
    "--A[1, 2] - -v[-1]": float(A[1, 2] + v[3]),
    "A[:, 0]": [row[0] for row in A],
    "A[1:, ::2]": [[row[0], row[2]] for row in A[1:]],
    "v[::-1]": list(reversed(v)),
    "v[-1:0:-2]": [v[3], v[1]],
    "v[:, None]": [[x] for x in v],
    "v[None]": [list(v)],
    "A.T[0]": [row[0] for row in A],
    "A[0][1]": float(A[0, 1]),
    "[1, s, A[0, 0] + 1]": [1, s, A[0, 0] + 1],
    "[[s, 2], [3, t]]": [[s, 2], [3, t]],
    "vstack([A, v])": [*A.tolist(), v.tolist()],
    "vstack([s, t])": [[s], [t]],
    "vstack([u])": [u],
    "hstack([u, s, v])": [*u, s, *v],
    "hstack([c, A])": [[x, *row] for (x,), row in zip(c, A, strict=True)],
    "log2([8, 0.5])": [3, -1],
    "log10([100, 0.1, 0])": [2, -1, np.log(1e-300) / np.log(10)],
    "log1p([1e-20, 0])": [1e-20, 0],
    "expm1([1e-20, 0])": [1e-20, 0],
    "clip([-1, 0.5, 7], 0, 1)": [0, 0.5, 1],
    "outer(u, v)": [[x * y for y in v] for x in u],
    "np.outer(c, r)": [[x * y for y in r[0]] for (x,) in c],
    "std(u)": (sum((x - sum(u) / 3) ** 2 for x in u) / 3) ** 0.5,
    "np.linalg.norm(A)": sum(x * x for row in A for x in row) ** 0.5,
    "linalg.norm(A, axis=1)": rows(lambda x: sum(a * a for a in x) ** 0.5, A),
    "argmax([1, 3, 3, 2])": 1,
    "argmax([[1, 2], [4, 3]], axis=0)": [1, 1],
    "argmax([[1, 2], [4, 3]])": 2,
    "argmin([[1, 2], [4, 3]], axis=1, keepdims=True)": [[0], [1]],
    "A.reshape(2, 6)": [[*A[0], *A[1][:2]], [*A[1][2:], *A[2]]],
    "A.T.reshape(-1, 6)": [[*A[:, 0], *A[:, 1]], [*A[:, 2], *A[:, 3]]],
    "reshape(A, 12) - ravel(A)": [0] * 12,
    "c.squeeze()": [x for (x,) in c],
    "v.reshape(A[:1].shape)": [list(v)],
    "concatenate([u, v])": [*u, *v],
    "concatenate((A, Q), axis=1)": [[*a, *q] for a, q in zip(A, Q, strict=True)],
    "np.concatenate([A, r])": [*A.tolist(), r[0].tolist()],
    "np.c_[u, A]": [[x, *row] for x, row in zip(u, A, strict=True)],
    "np.r_[s, u]": [s, *u],
    "np.r_[A, r]": [*A.tolist(), r[0].tolist()],
    "column_stack([u, c])": [[x, y] for x, (y,) in zip(u, c, strict=True)],
    "zeros((2, 3)) + ones(3)": [[1] * 3] * 2,
    "np.zeros(A.shape)": [[0] * 4] * 3,
    "full((2, len(u)), s)": [[s] * 3] * 2,
    "eye(3) * u": np.diag(u),
    "np.identity(2)": [[1, 0], [0, 1]],
    "eye(2, 3)": [[1, 0, 0], [0, 1, 0]],
    "arange(len(v)) + arange(1, 9, 2)": [1, 4, 7, 10],
    "arange(3, 0, -1)": [3, 2, 1],
    "len(v) // 3 + len(v) % 3 * 10": 11,
    "-7 // 2 + 10 * (-7 % 4)": 6,
    "zeros_like(A)": [[0] * 4] * 3,
    "ones_like(u) * s": [s] * 3,
    "len(A) * A.shape[1]": 12,
    "s": float(s),
    "u": list(u),
    "3": 3,
}


@pytest.mark.parametrize("text", BY_HAND)
def test_equals_a_calculation_by_hand(text: str) -> None:
    expected = np.array(BY_HAND[text], dtype=np.float64)
    result = computed(text)
    assert result.shape == expected.shape
    np.testing.assert_allclose(result, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", PRIMITIVES)
def test_every_primitive_equals_numpy(name: str) -> None:
    row = PRIMITIVES[name]
    args = ["abs(A)", "v", "c"][: row.arguments[1]]
    if name == "round":
        args[1] = "3"
    forms = [f"{name}({', '.join(args)})"]
    if row.kind == "reduction":
        forms += [
            f"{name}(A{axis}{keep})"
            for axis in ("", ", axis=0", ", axis=1", ", axis=-1")
            for keep in ("", ", keepdims=True")
        ]
    for text in forms:
        np.testing.assert_allclose(computed(text), numpy_of(text, KNOWN), rtol=1e-12)


@given(expressions(inner=(1, 3, 10)))
def test_random_expressions_equal_numpy(text: str) -> None:
    np.testing.assert_allclose(computed(text), numpy_of(text, KNOWN), rtol=1e-9, atol=1e-9)


class TestTape:
    """The calls are laid out once and run again and again over memory that changes."""

    def run(self, text: str, **names: Any) -> tuple[Array, Callable[[], None]]:
        memory = {name: np.array(value, dtype=np.float64) for name, value in names.items()}
        shapes = {name: array.shape for name, array in memory.items()}
        expression = read(text, shapes)
        call_list = CallList(lambda name: memory[name.id])
        target = np.empty(expression.shape)
        call_list.assign(target, expression)

        def again(**changes: Any) -> None:
            for name, value in changes.items():
                memory[name][...] = value
            for call in call_list.calls:
                call()

        return target, partial(again)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("a", [5, 7]),
            ("a[0]", 5),
            ("[a[1], 1]", [7, 1]),
            ("a[::-1]", [7, 5]),
            ("[a[0], sum(a)]", [5, 12]),
            ("vstack([a, a[0] * a])", [[5, 7], [25, 35]]),
            ("hstack([a[0], 1])", [5, 1]),
            ("a + 0 * zeros_like(a)", [5, 7]),
            ("round(a[1] / 2)", 4),
            ("(a - a[0]) * (a - a[0])", [0, 4]),
        ],
    )
    def test_reads_its_names_anew_each_time(self, text: str, expected: Any) -> None:
        target, again = self.run(text, a=[1.0, 2.0])
        again()
        before = target.copy()
        again(a=[5.0, 7.0])  # type: ignore[call-arg]
        np.testing.assert_array_equal(target, expected)
        assert not np.array_equal(before, target)
        again(a=[1.0, 2.0])  # type: ignore[call-arg]
        np.testing.assert_array_equal(target, before)

    def test_computes_equal_parts_once(self) -> None:
        calls: list[Name] = []
        memory = np.array([1.0, 2.0])

        def view(name: Name) -> Array:
            calls.append(name)
            return memory

        call_list = CallList(view)
        call_list.assign(np.empty(2), read("exp(a) - (1 + exp(a))", {"a": (2,)}))
        assert len(call_list.calls) == 3

    def test_equations_do_not_share_parts(self) -> None:
        memory = np.array([1.0])
        call_list = CallList(lambda _: memory)
        first, second = np.empty(1), np.empty(1)
        expression = read("exp(a) * 2", {"a": (1,)})
        call_list.assign(first, expression)
        call_list.calls.append(partial(memory.__imul__, 0))
        call_list.assign(second, expression)
        for call in call_list.calls:
            call()
        assert (first[0], second[0]) == pytest.approx((2 * np.e, 2), rel=1e-14)

    def test_allocates_nothing_for_the_result(self) -> None:
        target, again = self.run("exp(a)", a=[0.0])
        address = target.__array_interface__["data"]
        again()
        assert (target[0], target.__array_interface__["data"]) == (1, address)
