"""Random well-shaped equations as texts, and what real NumPy makes of such a text.

`grow` writes an expression of a wanted shape; `choose` picks from a sequence, so that both
hypothesis and a seeded generator can steer it. Numbers stay moderate: nothing overflows, no
comparison is near a tie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.language.ways import WAYS, Choose
from tracer.language.calls import Definition
from tracer.language.elements import Leaf
from tracer.language.expression import EquationError, Name, Node, Shape
from tracer.language.functions import Array
from tracer.language.parse import parse_equation, parse_expression
from tracer.language.shapes import shaped
from tracer.language.whole import told_whole

SHAPES: dict[str, Shape] = {
    "s": (),
    "t": (),
    "u": (3,),
    "v": (4,),
    "A": (3, 4),
    "B": (3, 4),
    "Q": (3, 3),
    "r": (1, 4),
    "c": (3, 1),
    "L": (3, 10),
    "M": (10, 3),
    "W": (3, 16),
    "g": (10,),
}
#: Targets of the random expressions.
TARGETS: tuple[Shape, ...] = ((), (3,), (4,), (3, 4), (4, 3), (3, 3), (1, 4), (3, 1))


def grow(choose: Choose, shape: Shape, depth: int, inner: Sequence[int] = (1, 3, 4)) -> str:
    """Return the text of an expression of `shape`; `inner` are sizes to sum over."""

    def deeper(wanted: Shape) -> str:
        return grow(choose, wanted, depth - 1, inner)

    k = int(choose([str(n) for n in inner]))
    ways = [way for way, (dimensions, _) in WAYS.items() if len(shape) in dimensions]
    way = choose(["leaf", "elementwise", "paired", *ways]) if depth > 0 else "leaf"
    return WAYS[way][1](choose, deeper, shape, k) if way in WAYS else _leaf(choose, shape)


def _leaf(choose: Choose, shape: Shape) -> str:
    found = [name for name, own in SHAPES.items() if own == shape]
    found += [f"{name}.T" for name, own in SHAPES.items() if own == shape[::-1] and len(own) == 2]
    if shape == ():
        found += ["0.3", "-1.25", "A[1, 2]", "v[-1]", "1 / 3"]
    if shape == (1, 1):
        found = ["np.array([[0.3]])", "A[:1, 1:2]"]
    if len(shape) == 1:
        literal = f"np.array({[0.7, -0.2, 1.1, 0.4, -1.6][: shape[0]]})"
        found += [literal] * (shape[0] <= 5)
        found += [f"W[1, :{shape[0]}]", f"W[-1, {shape[0]}:0:-1]"] * (shape[0] < 10)
    if len(shape) == 2 and max(shape) <= 3:
        found += [f"A[:{shape[0]}, :{shape[1]}]"]
    if found:
        return choose(found)
    if len(shape) == 2:
        rows, columns = shape
        stacked = ", ".join([f"W[0, :{columns}]"] * rows)
        return f"vstack([{stacked}])"
    return f"W[0, :{shape[0]}]"


@st.composite
def expressions(draw: st.DrawFn, inner: Sequence[int] = (1, 3, 4), most: int = 3) -> str:
    """Draw the text of a well-shaped expression over the names of SHAPES."""

    def choose(options: Sequence[str]) -> str:
        return draw(st.sampled_from(options))

    shape = draw(st.sampled_from(TARGETS))
    return grow(choose, shape, draw(st.integers(1, most)), inner)


#: Parts that can be assigned, and their shapes.
PARTS: dict[str, Shape] = {
    "u[0]": (),
    "u[-2:]": (2,),
    "A[1, -1]": (),
    "A[2]": (4,),
    "A[:, 1]": (3,),
    "A[1:, ::2]": (2, 2),
    "A[::-1, 3:0:-1]": (3, 3),
    "Q[:]": (3, 3),
    "r[0, 1:]": (3,),
    "A[arange(3), [2, 0, 3]]": (3,),
    "A[[2, 0, 1, 1], arange(4)]": (4,),
    "A[B > 0.1234567]": (),
    "A[(u > 0.1234567) * (u < 1)]": (),
}


@st.composite
def assignments(draw: st.DrawFn, inner: Sequence[int] = (1, 3, 4)) -> str:
    """Draw the text of an equation that assigns a part of one of the arrays."""

    def choose(options: Sequence[str]) -> str:
        return draw(st.sampled_from(options))

    return grow_assignment(choose, inner)


def grow_assignment(choose: Choose, inner: Sequence[int] = (1, 3, 4)) -> str:
    """Return the text of an equation that assigns a part of one of the arrays."""
    part = choose(list(PARTS))
    shape = PARTS[part][int(choose("001")) :] if PARTS[part] else ()
    value = grow(choose, shape, int(choose("012")), inner)
    return f"{part} {choose(('=', '+=', '-=', '*='))} {value}"


def values(shapes: Mapping[str, Shape] = SHAPES, seed: int = 5) -> dict[str, Array]:
    """Return moderate, irregular numbers for every name."""
    generator = np.random.default_rng(seed)
    return {name: generator.uniform(-2, 2, shape) for name, shape in shapes.items()}


def read(
    text: str,
    shapes: Mapping[str, Shape] = SHAPES,
    helpers: Mapping[str, Definition] | None = None,
) -> Node:
    """Parse an expression and fill in its shapes."""
    return with_shapes(parse_expression(text, helpers), shapes)


def read_equation(text: str, shapes: Mapping[str, Shape] = SHAPES) -> Node:
    """Parse an equation and fill in the shapes of its expression."""
    return with_shapes(parse_equation(text).expression, shapes)


def with_shapes(expression: Node, shapes: Mapping[str, Shape]) -> Node:
    """Fill in the shapes of an expression, no name being known for whole numbers."""

    def lookup(name: Name) -> tuple[int, Shape]:
        if name.id not in shapes:
            raise EquationError("unknown", name.span)
        return 0, shapes[name.id]

    return told_whole(shaped(expression, lookup), lambda name: False)


def numpy_of(text: str, known: Mapping[str, Array]) -> Array:
    """Let Python and NumPy compute a text: the reference that shares no code with the tracer."""
    with np.errstate(all="ignore"):
        return np.asarray(eval(text, dict(_NUMPY), dict(known)), dtype=np.float64)


def assigned_by_numpy(text: str, known: Mapping[str, Array]) -> Array:
    """Let Python and NumPy run an equation; return what its target is then."""
    copies: dict[str, Any] = {name: array.copy() for name, array in known.items()}
    with np.errstate(all="ignore"):
        exec(text, dict(_NUMPY), copies)
    return np.asarray(copies[re.split(r"\W", text)[0]], dtype=np.float64)


def element_of(known: Mapping[str, Array]) -> Callable[[Leaf], float]:
    """Return what looks up the value of a cell."""
    return lambda cell: float(known[cell.name.id][cell.origin])


def _sigmoid(x: Any) -> Any:
    return np.exp(-np.logaddexp(0, -x))


def _softmax(x: Any, axis: int | None = -1) -> Any:
    odds = np.exp(x - np.max(x))
    return odds / np.sum(odds, axis=axis, keepdims=True)


_NUMPY: dict[str, Any] = {
    "np": np,
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
    "sin": np.sin,
    "cos": np.cos,
    "step": lambda x: (np.asarray(x) >= 0) * 1.0,
    "elu": lambda x, alpha=1: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
    "silu": lambda x: x * _sigmoid(x),
    "gelu": lambda x: x / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda x: x * (x > 0),
    "leaky_relu": lambda x, slope=0.01: np.where(x > 0, x, slope * x),
    "softplus": lambda x: np.logaddexp(0, x),
    "square": np.square,
    "log2": np.log2,
    "log10": np.log10,
    "log1p": np.log1p,
    "expm1": np.expm1,
    "std": np.std,
    "norm": np.linalg.norm,
    "argmax": np.argmax,
    "argmin": np.argmin,
    "clip": np.clip,
    "outer": np.outer,
    "zeros": np.zeros,
    "ones": np.ones,
    "full": np.full,
    "eye": np.eye,
    "arange": np.arange,
    "reshape": np.reshape,
    "ravel": np.ravel,
    "concatenate": np.concatenate,
    "column_stack": np.column_stack,
    "softmax": _softmax,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "where": np.where,
    "round": np.round,
    "sum": np.sum,
    "mean": np.mean,
    "max": np.max,
    "min": np.min,
    "var": np.var,
    "zeros_like": np.zeros_like,
    "ones_like": np.ones_like,
    "vstack": np.vstack,
    "hstack": np.hstack,
    "dot": np.dot,
    "array": np.array,
    "transpose": np.transpose,
    "len": len,
}
