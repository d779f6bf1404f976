"""The function table: one row holds all that the project knows of a function.

Adding a function is adding a row: with NumPy and a spreadsheet's form, or, where the language
can say it, with a definition.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from tracer.language import kernels, nearly
from tracer.language.kernels import (
    FURTHER,
    LARGEST_EXPONENT,
    SMALLEST_LOG_ARGUMENT,
    Array,
    Chain,
    at_decimals,
    filling,
    round_half_away,
    round_nearly,
    rounded_once,
)
from tracer.language.nearly import MOST_LACKING, NEAR
from tracer.language.structural import MAKERS

__all__ = [
    "Array",
    "Chain",
    "at_decimals",
    "filling",
    "round_half_away",
    "round_nearly",
    "rounded_once",
]


@dataclass(frozen=True)
class Function:
    """A row of the table: a function that NumPy and spreadsheets have.

    `compute` takes the arguments and writes into its keyword `out` (reductions also take
    `axis` and `keepdims`). `excel` is a format string over the argument texts. What a
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
    #: Other spellings that articles use.
    aliases: tuple[str, ...] = ()
    #: An activation: what goes back through it has an error, a slope and a delta to look at.
    activation: bool = False
    #: Of infinities it makes ordinary numbers.
    hides: bool = False
    #: Of a reduction: a second argument is the axis.
    axis_second: bool = True
    #: Of a reduction that says where a number stands: which number; its form is for cells in line.
    place_of: str = ""


@dataclass(frozen=True)
class DefinedFunction:
    """A row of the table: a function that the language itself can say.

    `parameters` as in a helper's definition; in `body`, `AXIS` stands for the axis of a call,
    if a function `takes_axis` (the last one by itself). `slope` is a shorter form of the
    derivative than the body's own: of `y`, the value, and the parameters.
    """

    name: str
    parameters: str
    body: str
    slope: str = ""
    aliases: tuple[str, ...] = ()
    #: As of `Function`.
    activation: bool = True

    @property
    def takes_axis(self) -> bool:
        """Say whether a call works along an axis."""
        return "AXIS" in self.body

    def text(self, axis: int | None) -> str:
        """Return the definition for a call along an axis."""
        return f"{self.name}({self.parameters}) = {self.body.replace('AXIS', str(axis))}"


PRIMITIVES: dict[str, Function] = {
    row.name: row
    for row in (
        Function("exp", "elementwise", np.exp, "EXP({0})", slopes=("y",), hides=True),
        Function(
            "log",
            "elementwise",
            kernels.log,
            f"LN(MAX({{0}},{SMALLEST_LOG_ARGUMENT:G}))",
            slopes=("1 / x",),
            aliases=("ln",),
        ),
        Function(
            "log2",
            "elementwise",
            kernels.log2,
            f"LN(MAX({{0}},{SMALLEST_LOG_ARGUMENT:G}))/LN(2)",
            atomic=False,
            slopes=("1 / (0.6931471805599453 * x)",),
        ),
        Function(
            "log10",
            "elementwise",
            kernels.log10,
            f"LN(MAX({{0}},{SMALLEST_LOG_ARGUMENT:G}))/LN(10)",
            atomic=False,
            slopes=("1 / (2.302585092994046 * x)",),
        ),
        # Near 0, LN(1+x) and EXP(x)-1 would lose most of their digits (Kahan).
        Function(
            "log1p",
            "elementwise",
            np.log1p,
            "IF(1+({0})=1,{0},LN(1+({0}))*(({0})/((1+({0}))-1)))",
            slopes=("1 / (1 + x)",),
        ),
        Function(
            "expm1",
            "elementwise",
            np.expm1,
            "TANH(({0})/2)*(EXP({0})+1)",
            atomic=False,
            slopes=("y + 1",),
            hides=True,
        ),
        Function("sqrt", "elementwise", np.sqrt, "SQRT({0})", slopes=("1 / (2 * y)",)),
        Function(
            "abs",
            "elementwise",
            np.absolute,
            "ABS({0})",
            slopes=("sign(x)",),
            aliases=("absolute",),
        ),
        Function(
            "sign",
            "elementwise",
            nearly.sign,
            f"IF(ABS({{0}})>{NEAR:G},SIGN({{0}}),0)",
            slopes=("0",),
            hides=True,
        ),
        Function(
            "floor",
            "elementwise",
            nearly.floor,
            f"INT({{0}}+MIN({MOST_LACKING},{NEAR:G}*(1+ABS({{0}}))))",
            slopes=("0",),
        ),
        Function("sin", "elementwise", np.sin, "SIN({0})", slopes=("cos(x)",)),
        Function("cos", "elementwise", np.cos, "COS({0})", slopes=("-sin(x)",)),
        Function(
            "tanh",
            "elementwise",
            np.tanh,
            "TANH({0})",
            slopes=("1 - y ** 2",),
            activation=True,
            hides=True,
        ),
        Function(
            "sigmoid",
            "elementwise",
            kernels.sigmoid,
            f"1/(1+EXP(-MAX({-LARGEST_EXPONENT:g},{{0}})))",
            atomic=False,
            slopes=("y * (1 - y)",),
            aliases=("logistic",),
            activation=True,
            hides=True,
        ),
        Function(
            "relu",
            "elementwise",
            kernels.relu,
            "MAX(0,{0})",
            slopes=("where(x > 0, 1, 0)",),
            activation=True,
            hides=True,
        ),
        # At a tie the second argument counts: any split would be a slope there.
        Function(
            "maximum",
            "elementwise",
            np.maximum,
            "MAX({0},{1})",
            (2, 2),
            slopes=("where(x > b, 1, 0)", "where(x > b, 0, 1)"),
            hides=True,
        ),
        Function(
            "minimum",
            "elementwise",
            np.minimum,
            "MIN({0},{1})",
            (2, 2),
            slopes=("where(x < b, 1, 0)", "where(x < b, 0, 1)"),
            hides=True,
        ),
        Function("where", "elementwise", kernels.where, "IF({0},{1},{2})", (3, 3)),
        Function(
            "round",
            "elementwise",
            kernels.rounded,
            f"ROUND(ROUND({{0}},{{1}}+{FURTHER}),{{1}})",
            (1, 2),
            slopes=("0", "0"),
            aliases=("around", "round_"),
        ),
        Function("sum", "reduction", np.add.reduce, "SUM({0})"),
        Function("mean", "reduction", kernels.mean, "AVERAGE({0})", aliases=("average",)),
        Function("max", "reduction", np.maximum.reduce, "MAX({0})", aliases=("amax",), hides=True),
        Function("min", "reduction", np.minimum.reduce, "MIN({0})", aliases=("amin",), hides=True),
        Function("var", "reduction", kernels.var, "VARP({0})"),
        Function("std", "reduction", kernels.std, "STDEVP({0})"),
        Function("norm", "reduction", kernels.norm, "SQRT(SUMSQ({0}))", axis_second=False),
        Function(
            "argmax",
            "reduction",
            nearly.argmax,
            "",
            place_of="max",
            hides=True,
        ),
        Function(
            "argmin",
            "reduction",
            nearly.argmin,
            "",
            place_of="min",
            hides=True,
        ),
    )
}

_GELU_INNER = "0.7978845608028654 * (x + 0.044715 * x ** 3)"

#: Sources: Maas et al. 2013 (leaky ReLU), Clevert et al. 2015 (ELU), Elfwing et al. 2017 and
#: Ramachandran et al. 2017 (SiLU, swish), Hendrycks and Gimpel 2016 (GELU), Dugas et al. 2001
#: (softplus), Bridle 1990 (softmax).
DEFINED: dict[str, DefinedFunction] = {
    row.name: row
    for row in (
        DefinedFunction("square", "x", "x ** 2", "2 * x", activation=False),
        DefinedFunction(
            "clip", "a, a_min, a_max", "minimum(maximum(a, a_min), a_max)", activation=False
        ),
        DefinedFunction("outer", "a, b", "ravel(a)[:, None] * ravel(b)", activation=False),
        DefinedFunction("step", "x", "where(x >= 0, 1, 0)", "0"),
        DefinedFunction(
            "leaky_relu", "x, slope=0.01", "where(x > 0, x, slope * x)", "where(x > 0, 1, slope)"
        ),
        # e^x is only needed below 0; above it must not overflow.
        DefinedFunction(
            "elu",
            "x, alpha=1",
            "where(x > 0, x, alpha * (exp(minimum(x, 0)) - 1))",
            "where(x > 0, 1, y + alpha)",
        ),
        DefinedFunction(
            "silu",
            "x",
            "x * sigmoid(x)",
            "sigmoid(x) * (1 + x * (1 - sigmoid(x)))",
            aliases=("swish",),
        ),
        # The approximation with tanh; 0.7978845608028654 = √(2/π).
        DefinedFunction(
            "gelu",
            "x",
            f"x / 2 * (1 + tanh({_GELU_INNER}))",
            f"(1 + tanh({_GELU_INNER})) / 2 + x / 2 * (1 - tanh({_GELU_INNER}) ** 2)"
            " * 0.7978845608028654 * (1 + 0.134145 * x ** 2)",
        ),
        # ln(1 + e^x), written so that e^x can't overflow.
        DefinedFunction("softplus", "x", "maximum(0, x) + log(1 + exp(-abs(x)))", "sigmoid(x)"),
        # Less the largest, which changes nothing but keeps exp small.
        DefinedFunction(
            "softmax",
            "x",
            "exp(x - max(x, axis=AXIS, keepdims=True))"
            " / sum(exp(x - max(x, axis=AXIS, keepdims=True)), axis=AXIS, keepdims=True)",
        ),
    )
}

#: Other spellings that articles use, and what they mean.
ALIASES: dict[str, str] = {
    alias: name
    for table in (PRIMITIVES, DEFINED)
    for name, row in table.items()
    for alias in row.aliases
}

#: Functions of Python's own, which go through a matrix row by row where NumPy's take it whole.
OWN = ("sum", "max", "min")

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


def known_functions() -> list[str]:
    """Return every function name that an equation may call, for error messages and help."""
    return sorted({*PRIMITIVES, *DEFINED, *ALIASES, *OPERATOR_CALLS, *MAKERS})


def is_activation(name: str) -> bool:
    """Say whether a function of the table is an activation."""
    row = PRIMITIVES.get(name) or DEFINED.get(name)
    return row is not None and row.activation
