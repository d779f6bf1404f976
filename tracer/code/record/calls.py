"""Functions of Python, math and NumPy, as the language says them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.record.arrays import ARRAY_RULES
from tracer.code.record.builder import Maker, Rule
from tracer.code.record.graph import Value
from tracer.code.values.listed import listed

#: Results that are not numbers, or that nothing is computed from: nobody has to follow them.
SILENT = frozenset(
    listed(
        "numpy.ndim numpy.shape numpy.size numpy.isscalar numpy.array_equal numpy.allclose "
        "numpy.isclose numpy.may_share_memory numpy.shares_memory numpy.array_str "
        "numpy.array_repr numpy.finfo numpy.iinfo numpy.dtype numpy.result_type "
        "numpy.can_cast numpy.nonzero builtins.repr builtins.format builtins.callable"
    )
)

#: What gives back its argument's numbers as they are.
SAME = frozenset(
    listed(
        "numpy.copy numpy.asarray numpy.asanyarray numpy.ascontiguousarray numpy.float64 "
        "numpy.float_ numpy.positive builtins.float numpy.nan_to_num numpy.double "
        "float64.item float64.copy float64.astype array.item numpy.real"
    )
)

#: Element by element, by the same name as in the language.
_ALIKE = listed("exp log sqrt abs sign floor sin cos tanh square maximum minimum")
_BY_NAME = {
    **{f"numpy.{n}": n for n in _ALIKE},
    "numpy.absolute": "abs",
    "numpy.fabs": "abs",
    "numpy.fmax": "maximum",
    "numpy.fmin": "minimum",
    "builtins.abs": "abs",
    "math.fabs": "abs",
    **{f"math.{n}": n for n in ("exp", "log", "sqrt", "sin", "cos", "tanh", "floor")},
    "scipy.special.expit": "sigmoid",
}
_SIGNS = {
    "numpy.add": "+",
    "numpy.subtract": "-",
    "numpy.multiply": "*",
    "numpy.divide": "/",
    "numpy.true_divide": "/",
    "numpy.power": "**",
    "numpy.float_power": "**",
    "math.pow": "**",
    "numpy.negative": "-",
    "numpy.greater": ">",
    "numpy.greater_equal": ">=",
    "numpy.less": "<",
    "numpy.less_equal": "<=",
    "numpy.equal": "==",
    "numpy.not_equal": "!=",
    "numpy.matmul": "@",
    "numpy.floor_divide": "//",
    "numpy.mod": "%",
    "numpy.remainder": "%",
}
_REDUCED = {
    **{f"numpy.{n}": n for n in ("sum", "mean", "max", "min", "var", "std", "argmax")},
    "numpy.amax": "max",
    "numpy.amin": "min",
    "numpy.average": "mean",
}


def _by_name(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    if name == "math.log" and len(args) == 2:
        top = to.call("log", args[:1], np.log(args[0]))
        return to.operation("/", (top, to.call("log", args[1:], np.log(args[1]))), real)
    return to.call(_BY_NAME[name], args, real)


def _sign(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.operation(_SIGNS[name], args, real)


def _reduced(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    given = dict(zip(("a", "axis"), args, strict=False)) | keywords
    array, axis = given.pop("a"), given.pop("axis", None)
    keep = bool(given.pop("keepdims", False))
    given.pop("dtype", None)
    for key, usual in (("ddof", 0), ("weights", None), ("initial", None), ("where", None)):
        if given.get(key, usual) == usual:
            given.pop(key, None)
    if given or len(args) > 2:
        return to.refused(f"{name} with {', '.join(given) or 'these arguments'}", (array,), real)
    shape = np.shape(array)
    if isinstance(axis, tuple):
        if len(axis) != len(shape):
            return to.refused(f"{name} along several axes", (array,), real)
        axis = None
    if axis is not None:
        axis = int(axis) % max(1, len(shape))
        axis = None if len(shape) == 1 and not keep else axis
    return to.call(_REDUCED[name], (array,), real, (("axis", axis), ("keepdims", keep)))


def _dot(to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any) -> Value:
    a, b = args[:2]
    if not np.ndim(a) or not np.ndim(b):
        return to.operation("*", (a, b), real)
    if name == "numpy.inner" and np.ndim(b) == 2:
        return to.operation("@", (a, to.call("transpose", (b,), np.transpose(b))), real)
    return to.operation("@", (a, b), real)


def _where(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    if len(args) != 3:
        return to.refused("np.where with one argument", args, real)
    return to.call("where", args, real)


def _clip(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    given = dict(zip(("a", "low", "high"), args, strict=False))
    low = keywords.get("a_min", keywords.get("min", given.get("low")))
    high = keywords.get("a_max", keywords.get("max", given.get("high")))
    inner = given["a"]
    if low is not None:
        inner = to.call("maximum", (inner, low), np.maximum(np.asarray(args[0]), low))
    if high is not None:
        inner = to.call("minimum", (inner, high), real)
    return to.value(inner) if not isinstance(inner, Value) else inner


def _scaled_log(base: float) -> Rule:
    def rule(
        to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
    ) -> Value:
        return to.operation(
            "/", (to.call("log", args[:1], np.log(args[0])), float(np.log(base))), real
        )

    return rule


def _log1p(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.call("log", (to.operation("+", (1, args[0]), 1 + args[0]),), real)


def _expm1(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.operation("-", (to.call("exp", args[:1], np.exp(args[0])), 1), real)


def _reciprocal(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.operation("/", (1, args[0]), real)


def _python_sum(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    """Say Python's own sum of an array: it adds up the rows."""
    array, start = args
    axis = 0 if np.ndim(array) == 2 else None
    total = to.call(
        "sum", (array,), np.sum(array, axis=axis), (("axis", axis), ("keepdims", False))
    )
    plain = not isinstance(start, np.ndarray) and start == 0
    return total if plain else to.operation("+", (start, total), real)


def _best(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    function = "maximum" if name.endswith("max") else "minimum"
    best: Any = args[0]
    so_far = args[0]
    for other in args[1:]:
        so_far = max(so_far, other) if function == "maximum" else min(so_far, other)
        best = to.call(function, (best, other), so_far)
    return best if isinstance(best, Value) else to.value(best)


RULES: dict[str, Rule] = {
    **dict.fromkeys(_BY_NAME, _by_name),
    **dict.fromkeys(_SIGNS, _sign),
    **dict.fromkeys(_REDUCED, _reduced),
    "numpy.dot": _dot,
    "numpy.inner": _dot,
    "numpy.vdot": _dot,
    "numpy.where": _where,
    "numpy.clip": _clip,
    "numpy.log2": _scaled_log(2),
    "numpy.log10": _scaled_log(10),
    "math.log2": _scaled_log(2),
    "math.log10": _scaled_log(10),
    "numpy.log1p": _log1p,
    "math.log1p": _log1p,
    "numpy.expm1": _expm1,
    "numpy.reciprocal": _reciprocal,
    "builtins.sum": _python_sum,
    "builtins.max": _best,
    "builtins.min": _best,
    **ARRAY_RULES,
}
