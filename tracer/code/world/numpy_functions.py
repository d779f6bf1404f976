"""NumPy's functions that a program may call.

They are called as they are, on real numbers; what an array would cost is asked before.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.listed import listed
from tracer.code.values.objects import Native

#: Element by element.
ELEMENTWISE = listed(
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt square abs absolute fabs sign floor ceil "
    "trunc rint sin cos tan arcsin arccos arctan arctan2 sinh cosh tanh arctanh arcsinh "
    "arccosh maximum minimum fmax fmin add subtract multiply divide true_divide floor_divide "
    "mod remainder fmod power float_power negative positive reciprocal greater greater_equal "
    "less less_equal equal not_equal logical_and logical_or logical_not logical_xor "
    "bitwise_and bitwise_or bitwise_xor invert isnan isinf isfinite heaviside hypot deg2rad "
    "rad2deg"
)
#: Others, whose result is not larger than what they take.
OTHERS = listed(
    "clip where nan_to_num round around sinc sum prod mean average median std var max min "
    "amax amin ptp argmax argmin argsort sort cumsum cumprod any all count_nonzero nonzero "
    "unique diff percentile quantile nansum nanmean nanmax nanmin bincount histogram cov "
    "corrcoef trace dot matmul inner vdot cross reshape ravel squeeze expand_dims transpose "
    "swapaxes moveaxis concatenate vstack hstack dstack stack column_stack append insert "
    "delete split array_split hsplit vsplit flip fliplr flipud roll rot90 atleast_1d "
    "atleast_2d ndim shape size take choose isclose allclose array_equal searchsorted "
    "digitize unravel_index isin copy array asarray asanyarray ascontiguousarray zeros_like "
    "ones_like empty_like diagonal triu tril gradient interp argwhere flatnonzero intersect1d "
    "union1d setdiff1d extract compress select piecewise may_share_memory shares_memory "
    "array2string array_str array_repr isscalar iscomplexobj lexsort partition argpartition "
    "copyto result_type can_cast unpackbits packbits ix_ einsum tensordot full_like convolve"
)


def _shape(shape: Any, *_: Any, **__: Any) -> int:
    sizes = shape if isinstance(shape, tuple | list) else (shape,)
    return prod(max(0, int(s)) for s in sizes)


def _square(n: Any, m: Any = None, *_: Any, **__: Any) -> int:
    return int(n) * int(n if m is None else m)


def _steps(*ends: Any, **_: Any) -> int:
    numbers = [float(e) for e in ends[:3] if isinstance(e, int | float | np.number)]
    start, stop, step = (0.0, *numbers, 1.0)[:3] if len(numbers) == 1 else (*numbers, 1.0)[:3]
    return int(abs((stop - start) / step)) + 1 if step else 0


def _pairs(a: Any, b: Any, *_: Any, **__: Any) -> int:
    return int(np.size(a)) * int(np.size(b))


def _repeated(a: Any, times: Any = 1, *_: Any, **keywords: Any) -> int:
    count = keywords.get("reps", keywords.get("repeats", times))
    return int(np.size(a)) * prod(max(0, int(c)) for c in np.ravel(np.asarray(count)))


def _padded(a: Any, width: Any, *_: Any, **__: Any) -> int:
    most = int(np.max(np.asarray(width))) if np.size(width) else 0
    return prod(s + 2 * most for s in np.shape(a))


def _grid(*axes: Any, **_: Any) -> int:
    return len(axes) * prod(int(np.size(a)) for a in axes)


def _line(start: Any, stop: Any, num: Any = 50, *_: Any, **__: Any) -> int:
    return int(num)


def _diagonal(values: Any, *_: Any, **__: Any) -> int:
    return int(np.size(values)) ** 2


def _counted(values: Any, *_: Any, minlength: Any = 0, **__: Any) -> int:
    return max(int(np.max(values, initial=0)) + 1, int(minlength))


def _broadcast(*args: Any, **_: Any) -> int:
    try:
        return prod(np.broadcast_shapes(*(np.shape(a) for a in args if not isinstance(a, str))))
    except (ValueError, TypeError):
        return 0  # NumPy says it better.


def _product(a: Any, b: Any, *_: Any, **__: Any) -> int:
    last = np.shape(b)[-1] if np.ndim(b) > 1 else 1
    return int(np.size(a)) * last // 64 + 1


_COST: dict[str, Callable[..., int]] = {
    **dict.fromkeys(ELEMENTWISE, _broadcast),
    "where": _broadcast,
    "clip": _broadcast,
    "dot": _product,
    "matmul": _product,
    "inner": _product,
    "tensordot": _pairs,
    "convolve": _pairs,
    "bincount": _counted,
    "cov": _diagonal,
    "corrcoef": _diagonal,
    "unpackbits": _repeated,
}

#: Those that make arrays of a size that is asked for, and how many numbers that is.
_MAKERS: dict[str, Callable[..., int]] = {
    "zeros": _shape,
    "ones": _shape,
    "empty": _shape,
    "full": _shape,
    "eye": _square,
    "identity": _square,
    "arange": _steps,
    "linspace": _line,
    "logspace": _line,
    "outer": _pairs,
    "kron": _pairs,
    "tile": _repeated,
    "repeat": _repeated,
    "pad": _padded,
    "meshgrid": _grid,
    "diag": _diagonal,
    "diagflat": _diagonal,
    "broadcast_to": lambda a, shape, *_, **__: _shape(shape),
    "tri": _square,
    "vander": lambda x, n=None, *_, **__: int(np.size(x)) * int(n or np.size(x)),
    "indices": _shape,
    "resize": lambda a, shape, *_, **__: _shape(shape),
}

#: FreeNames that NumPy had, and what they mean.
OLD_NAMES = {
    "row_stack": "vstack",
    "asfarray": "asarray",
    "product": "prod",
    "round_": "round",
    "in1d": "isin",
    "alltrue": "all",
    "sometrue": "any",
    "cumproduct": "cumprod",
}


def _empty(shape: Any, *args: Any, **keywords: Any) -> Any:
    """Return what `empty` gives: what stands there by chance is taken as 0."""
    return np.zeros(shape, *args, **keywords)


def _array(value: Any, *args: Any, **keywords: Any) -> Any:
    if isinstance(value, (set, frozenset)):
        raise Refusal("an array of a set, whose order is nobody's", "Sort it: np.array(sorted(…)).")
    if callable(getattr(value, "__next__", None)):
        value = list(value)
    return np.array(value, *args, **keywords)


def _asfarray(value: Any, dtype: Any = float) -> Any:
    return np.asarray(value, dtype)


def _clip(a: Any, a_min: Any = None, a_max: Any = None, *args: Any, **keywords: Any) -> Any:
    """Clip as NumPy 2 does, whichever is here: either bound may be left out, or called min, max."""
    bounds = {"a_min": a_min, "a_max": a_max}
    bounds |= {f"a_{key}": keywords.pop(key) for key in ("min", "max") if key in keywords}
    if bounds["a_min"] is None and bounds["a_max"] is None:
        return np.array(a)
    return np.clip(a, bounds["a_min"], bounds["a_max"], *args, **keywords)


_INSTEAD: dict[str, Callable[..., Any]] = {
    "clip": _clip,
    "empty": _empty,
    "empty_like": np.zeros_like,
    "array": _array,
    "asfarray": _asfarray,
}


def _native(name: str) -> Native:
    compute = _INSTEAD.get(name) or getattr(np, name)
    return Native(f"numpy.{name}", compute, cost=_COST.get(name) or _MAKERS.get(name))


FUNCTIONS: dict[str, Native] = {
    name: _native(name) for name in (*ELEMENTWISE, *OTHERS, *_MAKERS) if hasattr(np, name)
}
FUNCTIONS |= {old: FUNCTIONS[new] for old, new in OLD_NAMES.items()}
FUNCTIONS["asfarray"] = Native("numpy.asarray", _asfarray)

#: Of `numpy.linalg`.
LINEAR: dict[str, Native] = {
    name: Native(f"numpy.linalg.{name}", getattr(np.linalg, name))
    for name in (
        "norm",
        "inv",
        "pinv",
        "det",
        "solve",
        "eig",
        "eigh",
        "svd",
        "qr",
        "cholesky",
        "lstsq",
        "matrix_rank",
    )
}
