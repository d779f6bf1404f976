"""The function table: one row holds a function's NumPy and its spreadsheet form.

Adding a function is adding a row: a primitive to PRIMITIVES, or, where the language can say
it, a definition to DEFINITIONS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Below this the logarithm's argument is taken as this: keeps 0 × log(0) finite.
SMALLEST_LOG_ARGUMENT = 1e-300
#: exp(700) is still a double; exp(710) is not.
LARGEST_EXPONENT = 700.0


@dataclass(frozen=True)
class Function:
    """One row of the table.

    `compute` takes the arguments and writes into its keyword `out` (reductions also take
    `axis` and `keepdims`). `excel` is a format string over the argument texts;
    `{a0}` is the first argument in brackets unless it is a single reference or number. What a
    function is called in spelled-out arithmetic, each language's wording says.
    """

    name: str
    kind: Literal["elementwise", "reduction"]
    compute: Callable[..., Any]
    excel: str
    arguments: tuple[int, int] = (1, 1)
    atomic: bool = True
    #: The slope for each argument, in the language: of `y`, the value, and `x` (`x`, `b`).
    slopes: tuple[str, ...] = ()


def _log(x: Array, out: Array) -> None:
    np.maximum(x, SMALLEST_LOG_ARGUMENT, out=out)
    np.log(out, out=out)
    if np.min(x) < 0:
        out[np.less(x, 0)] = np.nan


def _where(condition: Array, yes: Array, no: Array, out: Array) -> None:
    np.copyto(out, no)
    np.copyto(out, yes, where=np.not_equal(condition, 0))


def _round(x: Array, decimals: Array | None = None, *, out: Array) -> None:
    round_half_away(x, 0 if decimals is None else int(decimals), out)


def round_half_away(x: Array, decimals: int, out: Array) -> None:
    """Round as by hand and as a spreadsheet's ROUND does: halves away from zero.

    A half is judged at 15 significant digits, so that 1.005 (stored as 1.00499…) rounds to
    1.01 at two decimals, as its reader expects; at no decimals it is judged exactly, as
    LibreOffice does.
    """
    power = 10.0 ** abs(decimals)
    size = np.abs(x)
    with np.errstate(all="ignore"):
        scaled = size * power if decimals >= 0 else size / power
        if decimals:
            whole = np.floor(_to_15_digits(scaled + 0.5))
        else:
            whole = np.floor(scaled)
            whole = whole + (scaled - whole >= 0.5)
        rounded = whole / power if decimals >= 0 else whole * power
    # From 2**52 on there is nothing behind the point; also NaN and infinity stay themselves.
    np.copysign(np.where(scaled < 2.0**52, rounded, size), x, out=out)
    np.add(out, 0.0, out=out)  # no minus before a zero


def _to_15_digits(x: Array) -> Array:
    """Return positive numbers as a spreadsheet takes them: at 15 significant digits."""
    power = 10.0 ** (14 - np.floor(np.log10(x)))
    near = np.floor(x * power + 0.5) / power
    few_binary_digits = np.floor(x * 2048) == x * 2048
    return np.where(few_binary_digits | ~(x <= 2.0**41), x, near)


def _mean(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    np.add.reduce(x, axis=axis, out=out, keepdims=keepdims)
    np.divide(out, x.size if axis is None else x.shape[axis], out)


def _var(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    np.var(x, axis=axis, out=out, keepdims=keepdims)


def filling(ufunc: np.ufunc, operands: Sequence[Array], out: Array) -> Callable[[], object]:
    """Return the call of a ufunc that writes into `out`."""
    if ufunc in (np.maximum, np.minimum):
        # NumPy deprecates a positional `out` for these two.
        return partial(ufunc, *operands, out=out)
    # Positional `out` is the fastest call.
    return partial(ufunc, *operands, out)


class Chain:
    """A function of one argument as ufuncs that work one after the other, in place.

    Each link is a ufunc with its second operand, if it has one. A training loop runs the
    links directly, without a call of Python's own around them.
    """

    def __init__(self, *links: tuple[np.ufunc, float | None]) -> None:
        self._links = tuple(
            (ufunc, () if operand is None else (np.array(operand),)) for ufunc, operand in links
        )

    def calls(self, x: Array, out: Array) -> list[Callable[[], object]]:
        """Return what computes the function of `x` into `out`."""
        sources = [x] + [out] * (len(self._links) - 1)
        return [
            filling(ufunc, (source, *operands), out)
            for source, (ufunc, operands) in zip(sources, self._links, strict=True)
        ]

    def __call__(self, x: Array, out: Array) -> None:
        """Compute the function of `x` into `out`."""
        for call in self.calls(x, out):
            call()


_sigmoid = Chain(
    (np.maximum, -LARGEST_EXPONENT),
    (np.negative, None),
    (np.exp, None),
    (np.add, 1.0),
    (np.reciprocal, None),
)
_relu = Chain((np.maximum, 0.0))

PRIMITIVES: dict[str, Function] = {
    row.name: row
    for row in (
        Function("exp", "elementwise", np.exp, "EXP({0})", slopes=("y",)),
        Function(
            "log", "elementwise", _log, "LN(MAX({0},1E-300))", slopes=("1 / x",),
        ),
        Function("sqrt", "elementwise", np.sqrt, "SQRT({0})", slopes=("1 / (2 * y)",)),
        Function("abs", "elementwise", np.absolute, "ABS({0})", slopes=("sign(x)",)),
        Function("sign", "elementwise", np.sign, "SIGN({0})", slopes=("0",)),
        Function("floor", "elementwise", np.floor, "INT({0})", slopes=("0",)),
        Function("sin", "elementwise", np.sin, "SIN({0})", slopes=("cos(x)",)),
        Function("cos", "elementwise", np.cos, "COS({0})", slopes=("-sin(x)",)),
        Function(
            "tanh", "elementwise", np.tanh, "TANH({0})", slopes=("1 - y ** 2",),
        ),
        Function(
            "sigmoid", "elementwise", _sigmoid,
            "1/(1+EXP(-MAX(-700,{0})))", atomic=False, slopes=("y * (1 - y)",),
        ),
        Function(
            "relu", "elementwise", _relu, "MAX(0,{0})",
            slopes=("where(x > 0, 1, 0)",),
        ),
        # At a tie the second argument counts: any split would be a slope there.
        Function(
            "maximum", "elementwise", np.maximum, "MAX({0},{1})", (2, 2),
            slopes=("where(x > b, 1, 0)", "where(x > b, 0, 1)"),
        ),
        Function(
            "minimum", "elementwise", np.minimum, "MIN({0},{1})", (2, 2),
            slopes=("where(x < b, 1, 0)", "where(x < b, 0, 1)"),
        ),
        Function(
            "where", "elementwise", _where,
            "IF({0},{1},{2})", (3, 3),
        ),
        Function(
            "round", "elementwise", _round,
            "ROUND({0},{1})", (1, 2), slopes=("0", "0"),
        ),
        Function("sum", "reduction", np.add.reduce, "SUM({0})"),
        Function("mean", "reduction", _mean, "AVERAGE({0})"),
        Function(
            "max", "reduction", np.maximum.reduce, "MAX({0})",
        ),
        Function(
            "min", "reduction", np.minimum.reduce, "MIN({0})",
        ),
        Function("var", "reduction", _var, "VARP({0})"),
    )
}  # fmt: skip

#: Functions that the language itself can say; `AXIS` stands for the call's axis.
DEFINITIONS: dict[str, str] = {
    "square": "square(x) = x ** 2",
    "step": "step(x) = where(x >= 0, 1, 0)",
    "leaky_relu": "leaky_relu(x, slope=0.01) = where(x > 0, x, slope * x)",
    # e^x is only needed below 0; above it must not overflow.
    "elu": "elu(x, alpha=1) = where(x > 0, x, alpha * (exp(minimum(x, 0)) - 1))",
    "silu": "silu(x) = x * sigmoid(x)",
    # Hendrycks and Gimpel 2016, the approximation with tanh; 0.7978845608028654 = √(2/π).
    "gelu": "gelu(x) = x / 2 * (1 + tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)))",
    # ln(1 + e^x), written so that e^x can't overflow.
    "softplus": "softplus(x) = maximum(0, x) + log(1 + exp(-abs(x)))",
    # Less the largest, which changes nothing but keeps exp small.
    "softmax": (
        "softmax(x, axis=-1) = exp(x - max(x, axis=AXIS, keepdims=True))"
        " / sum(exp(x - max(x, axis=AXIS, keepdims=True)), axis=AXIS, keepdims=True)"
    ),
}

#: The slopes of defined functions that are known by a shorter form than their definition's.
#: `x` is the argument, `y` the value; further parameters by their names.
SLOPES: dict[str, str] = {
    "square": "2 * x",
    "step": "0",
    "leaky_relu": "where(x > 0, 1, slope)",
    "elu": "where(x > 0, 1, y + alpha)",
    "silu": "sigmoid(x) * (1 + x * (1 - sigmoid(x)))",
    "softplus": "sigmoid(x)",
    "gelu": (
        "(1 + tanh(0.7978845608028654 * (x + 0.044715 * x ** 3))) / 2"
        " + x / 2 * (1 - tanh(0.7978845608028654 * (x + 0.044715 * x ** 3)) ** 2)"
        " * 0.7978845608028654 * (1 + 0.134145 * x ** 2)"
    ),
}

#: Other spellings that articles use.
ALIASES: dict[str, str] = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "average": "mean",
    "around": "round",
    "round_": "round",
    "ln": "log",
}

#: Functions that are another way to write an operator.
OPERATOR_CALLS: dict[str, str] = {
    "dot": "@",
    "matmul": "@",
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
}

#: Functions that build or reshape arrays; the parser has a case for each.
STRUCTURAL = ("array", "transpose", "zeros_like", "ones_like", "vstack", "hstack", "len")


@dataclass(frozen=True)
class Operator:
    """An operator: its NumPy, its spreadsheet and drawn signs, how tightly it binds."""

    compute: Callable[..., Any]
    excel: str
    sign: str
    binding: int


COMPARISON, ADDITIVE, MULTIPLICATIVE, POWER, NEGATIVE = 1, 2, 3, 4, 5

OPERATORS: dict[str, Operator] = {
    "+": Operator(np.add, "+", "+", ADDITIVE),
    "-": Operator(np.subtract, "-", "−", ADDITIVE),
    "*": Operator(np.multiply, "*", "×", MULTIPLICATIVE),
    "/": Operator(np.divide, "/", "÷", MULTIPLICATIVE),
    "@": Operator(np.dot, "", "·", MULTIPLICATIVE),
    "**": Operator(np.power, "^", "^", POWER),
    "<": Operator(np.less, "<", "<", COMPARISON),
    "<=": Operator(np.less_equal, "<=", "≤", COMPARISON),
    ">": Operator(np.greater, ">", ">", COMPARISON),
    ">=": Operator(np.greater_equal, ">=", "≥", COMPARISON),
    "==": Operator(np.equal, "=", "=", COMPARISON),
    "!=": Operator(np.not_equal, "<>", "≠", COMPARISON),
    "neg": Operator(np.negative, "-", "−", NEGATIVE),
}


def known_functions() -> list[str]:
    """Return every function name that an equation may call, for error messages and help."""
    return sorted({*PRIMITIVES, *DEFINITIONS, *ALIASES, *OPERATOR_CALLS, *STRUCTURAL})


def definition_text(name: str, axis: int | None) -> str:
    """Return a definition of the table for a call along an axis."""
    return DEFINITIONS[name].replace(", axis=-1", "").replace("AXIS", str(axis))
