"""Functions of NumPy's that make, join and reshape arrays, as the language says them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tracer.code.record.builder import Maker, Rule
from tracer.code.record.graph import Value


def _stacked(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    which = name.split(".")[1]
    parts = (
        tuple(args[0])
        if which not in {"append", "c_", "r_"}
        else tuple(args[:2] if which == "append" else args)
    )
    axis = keywords.get(
        "axis",
        args[2]
        if which == "append" and len(args) > 2
        else (args[1] if which in {"concatenate", "stack"} and len(args) > 1 else None),
    )
    return to.call(which, parts, real, (("axis", axis),))


def _reshaped(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    if keywords.get("order", "C") != "C":
        return to.refused("reshape in the order of columns", args[:1], real)
    return to.call("reshape", args[:1], real, (tuple(np.shape(real)),))


def _turned(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.call("transpose", args[:1], real)


def _made(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    """Say an array of a constant number, or one that counts."""
    return to.call(name.split(".")[1], (), real, (np.array(real),))


def _outer(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    return to.call("outer", args[:2], real)


def _filled(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    number = {"numpy.zeros_like": 0, "numpy.empty_like": 0, "numpy.ones_like": 1}[name]
    return to.call("ones_like" if number else "zeros_like", args[:1], real)


def _norm(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    if (
        (len(args) > 1 and args[1] not in (None, 2))
        or keywords.get("ord") not in (None, 2)
        or (len(args) > 1 and np.ndim(args[0]) == 2 and args[1] == 2)
    ):
        return to.refused("a norm of another order", args[:1], real)
    axis, keep = keywords.get("axis"), bool(keywords.get("keepdims", False))
    squared = to.operation("**", (args[0], 2), np.square(args[0]))
    total = to.call("sum", (squared,), np.square(real), (("axis", axis), ("keepdims", keep)))
    return to.call("sqrt", (total,), real)


def _softmax(
    to: Maker, name: str, args: tuple[Any, ...], keywords: dict[str, Any], real: Any
) -> Value:
    axis = keywords.get("axis", args[1] if len(args) > 1 else None)
    if axis is None and np.ndim(args[0]) > 1:
        return to.refused("softmax over a whole matrix", args[:1], real)
    return to.call(
        "softmax",
        args[:1],
        real,
        (("axis", None if axis is None else axis % np.ndim(args[0])), ("keepdims", False)),
    )


_JOINING = ("concatenate", "vstack", "hstack", "stack", "column_stack", "append", "c_", "r_")
_RESHAPING = ("reshape", "ravel", "squeeze", "expand_dims", "atleast_1d", "atleast_2d")
_MAKING = ("zeros", "ones", "empty", "full", "eye", "identity", "arange", "linspace")
#: What makes an array out of nothing but sizes.
MADE = frozenset(f"numpy.{n}" for n in _MAKING)
ARRAY_RULES: dict[str, Rule] = {
    "numpy.zeros_like": _filled,
    "numpy.empty_like": _filled,
    "numpy.ones_like": _filled,
    "numpy.outer": _outer,
    **dict.fromkeys([f"numpy.{n}" for n in _JOINING], _stacked),
    **dict.fromkeys([f"numpy.{n}" for n in _RESHAPING], _reshaped),
    "array.flatten": _reshaped,
    "numpy.transpose": _turned,
    "numpy.linalg.norm": _norm,
    "scipy.special.softmax": _softmax,
    **dict.fromkeys(MADE, _made),
}
