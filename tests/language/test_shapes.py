from __future__ import annotations

import re
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.language.strategies import SHAPES, expressions, numpy_of, read, values
from tracer.language.expression import EquationError, Number, Shape

KNOWN: dict[str, Shape] = {"n": (), "u": (3,), "v": (4,), "X": (3, 4), "W": (4, 2), "c": (3, 1)}

FITTING: dict[str, Shape] = {
    "X @ W": (3, 2),
    "X @ v": (3,),
    "u @ X": (4,),
    "v @ v": (),
    "X * n": (3, 4),
    "X + v": (3, 4),
    "X + c": (3, 4),
    "u + c": (3, 3),
    "c * c.T": (3, 3),
    "X > 0": (3, 4),
    "-v": (4,),
    "X.T": (4, 3),
    "v.T": (4,),
    "n.T": (),
    "where(X > 0, n, v)": (3, 4),
    "round(X, 2)": (3, 4),
    "sum(X)": (),
    "sum(X, keepdims=True)": (1, 1),
    "sum(X, axis=0)": (4,),
    "sum(X, axis=1)": (3,),
    "sum(X, axis=-1, keepdims=True)": (3, 1),
    "max(v, axis=0)": (),
    "var(v, axis=-1, keepdims=True)": (1,),
    "mean(n)": (),
    "X[0]": (4,),
    "X[-1, 2]": (),
    "X[:, 1:3]": (3, 2),
    "X[:, :100]": (3, 4),
    "X[::-2]": (2, 4),
    "v[:, None]": (4, 1),
    "v[None]": (1, 4),
    "n[None]": (1,),
    "[1, n, 3]": (3,),
    "[[1, n]]": (1, 2),
    "vstack([X, v, X])": (7, 4),
    "vstack([n, n])": (2, 1),
    "hstack([u, n])": (4,),
    "hstack([X, c])": (3, 5),
    "zeros_like(X)": (3, 4),
    "zeros((2, len(X) // 2))": (2, 1),
    "ones(5)": (5,),
    "zeros(())": (),
    "eye(len(X))": (3, 3),
    "arange(0, 1, 0.3)": (4,),
    "full(X.shape, n)": (3, 4),
    "X.reshape(-1, 6)": (2, 6),
    "X.reshape(12 // 2, X.shape[1] - 2)": (6, 2),
    "c.squeeze()": (3,),
    "c[:1].squeeze()": (),
    "n.reshape(1, 1)": (1, 1),
    "ravel(n)": (1,),
    "concatenate([v, u], axis=-1)": (7,),
    "concatenate([X, c], 1)": (3, 5),
    "np.c_[u, n + u]": (3, 2),
    "np.c_[n, n]": (1, 2),
    "np.r_[X, X]": (6, 4),
    "column_stack([c, X, u])": (3, 6),
    "argmax(X, axis=0)": (4,),
    "outer(X, v)": (12, 4),
    "softmax(X)": (3, 4),
    "softmax(v)": (4,),
}


@pytest.mark.parametrize("text", FITTING)
def test_shape(text: str) -> None:
    assert read(text, KNOWN).shape == FITTING[text]


#: expression → message, the text under the carets, hint
UNFITTING = {
    "X @ X": (
        "the inner sizes don't fit: 3 × 4 @ 3 × 4",
        "X @ X",
        (
            "The left one's columns must be as many as the right one's rows."
            " Transposing the right one (.T) would make them fit."
        ),
    ),
    "W @ X.T": ("the inner sizes don't fit: 4 × 2 @ 4 × 3", "W @ X.T", None),
    "W @ v": (
        "the inner sizes don't fit: 4 × 2 @ vector of 4",
        "W @ v",
        (
            "The left one's columns must be as many as the right one's rows."
            " Transposing the left one (.T) would make them fit."
        ),
    ),
    "u @ v": (
        "the inner sizes don't fit: vector of 3 @ vector of 4",
        "u @ v",
        "The left one's columns must be as many as the right one's rows.",
    ),
    "1 + X @ n": (
        "@ needs two arrays, and this multiplies 3 × 4 by number",
        "X @ n",
        "Write * to multiply by a number.",
    ),
    "dot(2, X)": (
        "@ needs two arrays, and this multiplies number by 3 × 4",
        "dot(2, X)",
        "Write * to multiply by a number.",
    ),
    "X * W": (
        "the shapes don't fit: 3 × 4 and 4 × 2",
        "X * W",
        "Element by element, sizes must be equal or 1. For the matrix product write @.",
    ),
    "X - X.T": (
        "the shapes don't fit: 3 × 4 and 4 × 3",
        "X - X.T",
        (
            "Element by element, sizes must be equal or 1."
            " Transposing one of them (.T) would make them fit."
        ),
    ),
    "X + u": (
        "the shapes don't fit: 3 × 4 and vector of 3",
        "X + u",
        "Element by element, sizes must be equal or 1.",
    ),
    "where(X > 0, u, v)": (
        "the shapes don't fit: 3 × 4 and vector of 3 and vector of 4",
        "where(X > 0, u, v)",
        "Element by element, sizes must be equal or 1.",
    ),
    "sum(v, axis=1)": (
        "sum has no axis 1 to work along: its argument is a vector of 4",
        "sum(v, axis=1)",
        "Leave axis out.",
    ),
    "max(n, axis=0)": (
        "max has no axis 0 to work along: its argument is a number",
        "max(n, axis=0)",
        "Leave axis out.",
    ),
    "X[3]": ("this index is outside a 3 × 4", "X[3]", "Indices count from 0."),
    "X[0, -5]": ("this index is outside a 3 × 4", "X[0, -5]", "Indices count from 0."),
    "v[0, 0]": ("this index is outside a vector of 4", "v[0, 0]", "Indices count from 0."),
    "n[0]": ("this index is outside a number", "n[0]", "Indices count from 0."),
    "sum(X[3:])": ("this slice of a 3 × 4 is empty", "X[3:]", ""),
    "v[2:1]": ("this slice of a vector of 4 is empty", "v[2:1]", ""),
    "X[:, None]": ("arrays have at most two dimensions here", "X[:, None]", ""),
    "[1, v]": (
        "an array is written out of numbers, and this is a vector of 4",
        "v",
        "Use vstack([a, b]) or hstack([a, b]).",
    ),
    "vstack([X, W, n])": (
        "these arrays can't be stacked: 3 × 4, 4 × 2, number",
        "vstack([X, W, n])",
        "Below each other they need equally many columns, beside each other rows.",
    ),
    "hstack([X, v])": (
        "these arrays can't be stacked: 3 × 4, vector of 4",
        "hstack([X, v])",
        "Below each other they need equally many columns, beside each other rows.",
    ),
    "X // 2": (
        "// is only for numbers that are known beforehand, such as len(X)",
        "X // 2",
        "Write floor(a / b).",
    ),
    "1 + n % 2": (
        "% is only for numbers that are known beforehand, such as len(X)",
        "n % 2",
        "Write a - b * floor(a / b).",
    ),
    "len(X) // 0": (
        "// is only for numbers that are known beforehand, such as len(X)",
        "len(X) // 0",
        "Write floor(a / b).",
    ),
    "zeros((2, n))": (
        "a size must be known beforehand",
        "n",
        "Write a number, len(X) or X.shape[1]: a given number may be changed later.",
    ),
    "ones(len(X) / 2)": ("a size is a whole number from 1", "len(X) / 2", ""),
    "eye(-1)": ("a size is a whole number from 1", "-1", ""),
    "arange(0)": ("this range is empty", "arange(0)", ""),
    "arange(1, 2, 0)": ("this range is empty", "arange(1, 2, 0)", ""),
    "arange(0, 9e307, 1e-307)": (
        "this has more than 1,000,000 numbers",
        "arange(0, 9e307, 1e-307)",
        "",
    ),
    "zeros(9e307 * 10)": ("a size must be known beforehand", "9e307 * 10", None),
    "9e307 * 10 // 2": (
        "// is only for numbers that are known beforehand, such as len(X)",
        "9e307 * 10 // 2",
        None,
    ),
    "arange(1e300)": ("this has more than 1,000,000 numbers", "arange(1e300)", ""),
    "zeros((2, 2, 2))": ("arrays have at most two dimensions here", "zeros((2, 2, 2))", ""),
    "1 + zeros((2000, 2000))": ("this has more than 1,000,000 numbers", "zeros((2000, 2000))", ""),
    "X.reshape(5, 2)": (
        "a 3 × 4 has 12 numbers, and a 5 × 2 10",
        "X.reshape(5, 2)",
        "The sizes must multiply to as many numbers.",
    ),
    "X.reshape(5, -1)": (
        "a 3 × 4 has 12 numbers, and a 5 × 2 10",
        "X.reshape(5, -1)",
        "The sizes must multiply to as many numbers.",
    ),
    "X.reshape(-1, -1)": ("only one size can be -1", "X.reshape(-1, -1)", ""),
    "reshape(X, (2, 2, 3))": (
        "arrays have at most two dimensions here",
        "reshape(X, (2, 2, 3))",
        "",
    ),
    "concatenate([X, v])": (
        "concatenate can't join these arrays: 3 × 4, vector of 4",
        "concatenate([X, v])",
        "Write hstack or vstack, or give a vector a new axis: v[:, None].",
    ),
    "concatenate([n, n])": (
        "concatenate can't join these arrays: number, number",
        "concatenate([n, n])",
        None,
    ),
    "concatenate([u, v], axis=1)": (
        "concatenate has no axis 1 to work along: it joins arrays of 1 dimension",
        "concatenate([u, v], axis=1)",
        "Leave axis out.",
    ),
    "np.r_[X, v]": (
        "r_ can't join these arrays: 3 × 4, vector of 4",
        "np.r_[X, v]",
        "Write vstack, or give a vector a new axis: v[None, :].",
    ),
    "column_stack([X, v])": (
        "these arrays can't be stacked: 3 × 4, 4 × 1",
        "column_stack([X, v])",
        None,
    ),
    "v.shape[1]": ("a vector of 4 has no size number 1", "v.shape[1]", ""),
    "len(n)": ("a number has no size number 0", "len(n)", ""),
    "X + softmax(n)": (
        "max has no axis -1 to work along: its argument is a number",
        "softmax(n)",
        "Leave axis out.",
    ),
}


@pytest.mark.parametrize("text", UNFITTING)
def test_shapes_that_do_not_fit(text: str) -> None:
    message, under, hint = UNFITTING[text]
    with pytest.raises(EquationError) as caught:
        read(text, KNOWN)
    error = caught.value
    assert (error.message, text[error.span.start : error.span.end]) == (message, under)
    assert hint is None or error.hint == hint


@pytest.mark.parametrize(
    ("text", "size"), [("len(X)", 3), ("X.shape[1]", 4), ("X.shape[-2]", 3), ("len(X.T @ X)", 4)]
)
def test_sizes_become_numbers(text: str, size: int) -> None:
    node = read(text, KNOWN)
    assert isinstance(node, Number)
    assert node.value == size


@given(expressions(inner=(1, 3, 10)))
def test_well_shaped_expressions_have_numpys_shape(text: str) -> None:
    assert read(text).shape == numpy_of(text, values()).shape


_SIZES = st.integers(1, 3)
_SHAPES = st.one_of(
    st.just(()), st.tuples(_SIZES), st.tuples(_SIZES, _SIZES), st.tuples(_SIZES, _SIZES)
)
_FORMS = st.sampled_from(
    [
        *("a + b", "a @ b", "a * b.T", "a.T @ b", "(a @ b) - c", "(a + b).T @ c"),
        *("a[0] + b", "a[:, 1]", "a[1:, :2] @ b", "a[-2]", "a[None] + b", "a[:, None]"),
        *("vstack([a, b])", "hstack([a, b, c])", "[a, 1, b]", "[[a], [b]]", "zeros_like(a) + b"),
        *("maximum(a, b) / c", "where(a > b, b, c)", "softmax(a, axis=0) + b"),
        *("len(a) * b", "a.shape[1] + b[0]"),
    ]
)
_REDUCED = st.builds(
    "{}({}{}{})".format,
    st.sampled_from(["sum", "mean", "max", "min", "var"]),
    st.sampled_from(["a", "a + b", "a @ b", "a.T"]),
    st.sampled_from(["", ", axis=0", ", axis=1", ", axis=-1", ", axis=-2"]),
    st.sampled_from(["", ", keepdims=True"]),
)


@given(st.one_of(_FORMS, _REDUCED), _SHAPES, _SHAPES, _SHAPES)
def test_any_expression_has_numpys_shape_or_is_refused_as_numpy_refuses(
    text: str, a: Shape, b: Shape, c: Shape
) -> None:
    shapes = {"a": a, "b": b, "c": c}
    try:
        ours: Shape | None = read(text, shapes).shape
    except EquationError:
        ours = None
    assert ours == _numpys_shape(text, shapes)


def _numpys_shape(text: str, shapes: dict[str, Shape]) -> Shape | None:
    known = {name: np.ones(shape) for name, shape in shapes.items()}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape = numpy_of(text, known).shape
            # NumPy lets a number have an axis 0; there is none to see.
            for inside, axis in re.findall(r"\((\S.*), axis=(-?\d)", text):
                numpy_of(f"np.moveaxis({inside}, {axis}, 0)", known)
    except (ValueError, IndexError, TypeError):
        return None
    literal = text.startswith("[") and any(shapes[name] for name in "ab")
    return None if len(shape) > 2 or 0 in shape or literal else shape


def test_the_shapes_of_the_random_expressions_are_all_used() -> None:
    assert {len(shape) for shape in SHAPES.values()} == {0, 1, 2}
