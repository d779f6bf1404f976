"""The module numpy, as far as a program may use it."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tracer.code.values.frames import Runner
from tracer.code.values.listed import listed
from tracer.code.values.objects import Inert, Module, Native, Unknown
from tracer.code.world.numpy_functions import FUNCTIONS, LINEAR

_TYPES = listed(
    "float16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 intp bool_ "
    "ndarray number integer floating generic"
)
_OLD_TYPES = {
    "float": float,
    "int": int,
    "bool": bool,
    "str": str,
    "object": object,
    "float_": np.float64,
    "int_": np.int64,
    "double": np.float64,
    "single": np.float32,
    "longdouble": np.float64,
    "uint": np.uint64,
}
_CONSTANTS = {
    "pi": np.pi,
    "e": np.e,
    "inf": np.inf,
    "Inf": np.inf,
    "nan": np.nan,
    "NaN": np.nan,
    "newaxis": None,
    "euler_gamma": np.euler_gamma,
    "NINF": -np.inf,
}
_SILENT = listed("set_printoptions seterr errstate printoptions get_printoptions warnings testing")
_REFUSED = {
    "matrix": ("np.matrix, whose * is a matrix product", "Use np.array, and @ for the product."),
    "mat": ("np.mat, whose * is a matrix product", "Use np.array, and @ for the product."),
    "asmatrix": ("np.asmatrix", "Use np.array, and @ for the product."),
    "frompyfunc": ("np.frompyfunc", "Write the function for whole arrays."),
    "longcomplex": ("complex numbers", ""),
    "fft": ("Fourier transforms", ""),
    "polyfit": ("np.polyfit", ""),
}


class Joiner:
    """What `np.c_` and `np.r_` are: arrays side by side or one after the other."""

    def __init__(self, name: str, builder: Any) -> None:
        self.name = name
        self.builder = builder

    def __getitem__(self, index: Any) -> Any:
        return self.builder[index]


def _vectorized(machine: Runner, function: Any, *_: Any, **__: Any) -> Native:
    """Return what `np.vectorize(function)` gives: the function, of each number."""

    def each(*arrays: Any) -> Any:
        spread = np.broadcast_arrays(*arrays)
        if not all(a.ndim for a in spread):
            return machine.call(function, arrays)
        values = [
            machine.call(function, one) for one in zip(*(a.ravel() for a in spread), strict=True)
        ]
        return machine.call(
            FUNCTIONS["reshape"], (machine.call(FUNCTIONS["array"], (values,)), spread[0].shape)
        )

    return Native("numpy.vectorized", each, followed=True)


def _along(machine: Runner, function: Any, axis: int, array: Any, *args: Any) -> Any:
    """Do `np.apply_along_axis`: the function of each row or column."""
    lines = np.moveaxis(array, axis, -1)
    if lines.ndim != 2:
        return machine.call(function, (array, *args))
    made = machine.call(
        FUNCTIONS["array"], ([machine.call(function, (line, *args)) for line in lines],)
    )
    return machine.call(FUNCTIONS["transpose"], (made,)) if made.ndim == 2 and axis == 0 else made


def _from_function(machine: Runner, function: Any, shape: Any, **_: Any) -> Any:
    machine.budget.compute(prod(shape))
    return machine.call(function, tuple(np.indices(shape)))


def numpy_module(random: Module, readers: dict[str, Any]) -> Module:
    """Return the module; `random` draws, `readers` read data files."""
    members: dict[str, Any] = {
        **FUNCTIONS,
        **_OLD_TYPES,
        **{name: getattr(np, name) for name in _TYPES},
        **_CONSTANTS,
        **{name: Inert(f"numpy.{name}") for name in _SILENT},
        **{
            name: Unknown(f"numpy.{name}", f"{what} can't be read", advice)
            for name, (what, advice) in _REFUSED.items()
        },
        **readers,
        "random": random,
        "linalg": Module("numpy.linalg", dict(LINEAR)),
        "vectorize": Native("numpy.vectorize", _vectorized, machine=True, followed=True),
        "apply_along_axis": Native("numpy.apply_along_axis", _along, machine=True, followed=True),
        "fromfunction": Native("numpy.fromfunction", _from_function, machine=True, followed=True),
        "c_": Joiner("numpy.c_", np.c_),
        "r_": Joiner("numpy.r_", np.r_),
        "finfo": Native("numpy.finfo", _limits),
        "iinfo": Native("numpy.iinfo", _limits),
        "dtype": Native("numpy.dtype", np.dtype),
        "nditer": Native("numpy.nditer", lambda array, *_, **__: list(np.ravel(array))),
        "ndenumerate": Native("numpy.ndenumerate", lambda array: list(np.ndenumerate(array))),
        "ndindex": Native("numpy.ndindex", lambda *shape: list(np.ndindex(*shape))),
        "__version__": np.__version__,
    }
    return Module("numpy", members)


def _limits(kind: Any) -> Module:
    known = np.finfo(kind) if np.dtype(kind).kind == "f" else np.iinfo(kind)
    names = ("eps", "max", "min", "tiny")
    return Module("numpy.finfo", {n: getattr(known, n) for n in names if hasattr(known, n)})
