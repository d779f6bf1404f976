"""Which attributes and methods of Python's and NumPy's own values a program may use."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from tracer.code.values.listed import listed


class DefaultDictionary(dict[object, object]):
    """What `collections.defaultdict` makes; the program's own function fills it."""

    default_factory: object = None


#: Methods of arrays that are functions of NumPy's, too: they are called as those.
ARRAY_FUNCTIONS = frozenset(
    listed(
        "dot sum mean std var max min prod argmax argmin argsort cumsum cumprod reshape ravel "
        "transpose squeeze clip round repeat take copy any all nonzero trace diagonal "
        "swapaxes ptp conj searchsorted"
    )
)
#: What an array tells of itself.
ARRAY_ATTRIBUTES = frozenset(listed("T shape size ndim dtype real nbytes itemsize flat"))
#: Other methods of arrays.
ARRAY_METHODS = frozenset(listed("astype tolist item flatten fill sort view resize tobytes"))

METHODS: dict[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        list: "append extend insert pop remove reverse sort index count copy clear",
        tuple: "index count",
        dict: "keys values items get pop popitem update setdefault copy clear",
        set: "add remove discard union intersection difference update pop copy issubset issuperset"
        " symmetric_difference clear",
        frozenset: "union intersection difference issubset issuperset",
        str: "upper lower strip lstrip rstrip split rsplit splitlines join replace format"
        " startswith endswith find rfind index count isdigit isalpha isspace isupper islower"
        " isnumeric isalnum"
        " title capitalize zfill ljust rjust center encode swapcase partition rpartition translate"
        " isdecimal removeprefix removesuffix",
        bytes: "decode split strip startswith endswith hex",
        int: "bit_length conjugate is_integer",
        float: "is_integer conjugate",
        range: "index count",
        np.generic: "item astype tolist sum mean max min round copy reshape dot any all"
        " flatten ravel squeeze",
        np.random.RandomState: "rand randn random random_sample uniform normal randint"
        " permutation shuffle choice standard_normal binomial poisson exponential beta gamma"
        " multivariate_normal"
        " laplace tomaxint random_integers seed multinomial",
        np.random.Generator: "random uniform normal integers permutation shuffle choice"
        " standard_normal binomial poisson exponential beta gamma multivariate_normal laplace"
        " permuted multinomial",
        random.Random: "random uniform randint choice shuffle sample gauss normalvariate randrange"
        " choices seed betavariate expovariate triangular",
    }.items()
}

ATTRIBUTES: dict[type, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        range: "start stop step",
        slice: "start stop step",
        int: "real imag numerator denominator",
        float: "real imag",
        np.generic: "T shape size ndim dtype real itemsize nbytes",
        np.dtype: "name kind itemsize type",
    }.items()
}

#: Values with items that are not lists, dictionaries or arrays.
SUBSCRIPTED: tuple[type[Any], ...] = (range, bytes, np.generic, np.flatiter)


def allowed(tables: dict[type, frozenset[str]], value: object, name: str) -> bool:
    """Say whether a table has a name for a value's type, or for one it is a kind of."""
    return any(isinstance(value, kind) and name in names for kind, names in tables.items())


def kinds(tables: dict[type, frozenset[str]], value: object) -> set[str]:
    """Return the names that a table has for a value."""
    return {n for kind, names in tables.items() if isinstance(value, kind) for n in names}
