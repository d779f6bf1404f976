"""Scikit-learn's scales and codes of data, with its numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import Native
from tracer.code.world.tables import check_loop, unwrapped

_EPS = float(np.finfo(float).eps)


class Scaler:
    """An object with `fit`, `transform` and `fit_transform`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.known: dict[str, Any] = {}

    def fit(self, values: Any) -> None:
        """Learn what to transform by."""
        raise NotImplementedError

    def transform(self, values: Any) -> Any:
        """Return the values transformed."""
        raise NotImplementedError

    def back(self, values: Any) -> Any:
        """Return what was transformed as it was."""
        raise Refusal(f"inverse_transform of {self.name}")

    def offered(self, machine: Runner, name: str) -> Any:
        """Return a method, or what was learned. Raises AttributeError."""
        if name in self.known:
            return self.known[name]
        methods: dict[str, Callable[[Any], Any]] = {
            "fit": self._fitted,
            "transform": self._transformed,
            "fit_transform": lambda values: self._fitted(values)._transformed(values),
            "inverse_transform": self.back,
        }
        if name not in methods:
            raise AttributeError(f"{self.name} has no '{name}' that can be read")

        def call(values: Any, *_: Any) -> Any:
            check_loop(machine, (values,))
            return methods[name](np.asarray(unwrapped(values)))

        return Native(f"sklearn.{self.name}.{name}", call)

    def _fitted(self, values: Any) -> Scaler:
        self.fit(values)
        return self

    def _transformed(self, values: Any) -> Any:
        if not self.known:
            raise ValueError(f"{self.name} isn't fitted yet")
        return self.transform(values)


def _wide(values: Any) -> Any:
    if values.ndim != 2:
        raise ValueError(f"expected rows and columns, got an array of shape {values.shape}")
    if values.dtype in (np.float16, np.float32):
        raise Refusal("a scale of short numbers", "Use astype(float) before.")
    return np.array(values, float)


class _Standard(Scaler):
    """Each column less its mean, by its deviation (the mean's rounding is taken off again)."""

    def fit(self, values: Any) -> None:
        table = _wide(values)
        n = table.shape[0]
        mean = table.sum(axis=0) / n
        off = table - mean
        correction = off.sum(axis=0)
        var = ((off**2).sum(axis=0) - correction**2 / n) / n
        constant = var <= n * _EPS * var + (n * mean * _EPS) ** 2
        scale = np.where(constant, 1.0, np.sqrt(var))
        self.known = {"mean_": mean, "var_": var, "scale_": scale}

    def transform(self, values: Any) -> Any:
        return (_wide(values) - self.known["mean_"]) / self.known["scale_"]

    def back(self, values: Any) -> Any:
        return values * self.known["scale_"] + self.known["mean_"]


class _MinMax(Scaler):
    """Each column from its smallest and largest value to a range."""

    def __init__(self, name: str, low: float, high: float) -> None:
        super().__init__(name)
        self._low, self._high = low, high

    def fit(self, values: Any) -> None:
        table = _wide(values)
        least, most = table.min(axis=0), table.max(axis=0)
        wide = np.where(most - least < 10 * _EPS, 1.0, most - least)
        scale = (self._high - self._low) / wide
        self.known = {
            "data_min_": least,
            "data_max_": most,
            "scale_": scale,
            "min_": self._low - least * scale,
        }

    def transform(self, values: Any) -> Any:
        return _wide(values) * self.known["scale_"] + self.known["min_"]

    def back(self, values: Any) -> Any:
        return (values - self.known["min_"]) / self.known["scale_"]


class _Coder(Scaler):
    """Each column's values as columns of 0 and 1, in their order."""

    def fit(self, values: Any) -> None:
        if values.ndim != 2:
            raise ValueError(f"expected rows and columns, got an array of shape {values.shape}")
        self.known = {"categories_": [np.unique(column) for column in values.T]}

    def transform(self, values: Any) -> Any:
        pairs = zip(values.T, self.known["categories_"], strict=True)
        return Coded(np.hstack([_places(column, kinds) for column, kinds in pairs]))


class _PlainCoder(_Coder):
    def transform(self, values: Any) -> Any:
        return super().transform(values).array


class Coded:
    """What OneHotEncoder gives where it isn't told otherwise: a sparse matrix."""

    def __init__(self, array: Any) -> None:
        self.array = array

    def offered(self, machine: Runner, name: str) -> Any:
        """Return what makes it an array. Raises AttributeError."""
        if name in {"toarray", "todense"}:
            return Native(f"sparse.{name}", lambda: self.array)
        if name == "shape":
            return self.array.shape
        raise AttributeError(f"a sparse matrix has no '{name}' that can be read")


def _places(column: Any, kinds: Any) -> Any:
    if not np.isin(column, kinds).all():
        raise ValueError("a value that wasn't there in fit")
    return (column[:, None] == kinds[None, :]).astype(float)


class _Labels(Scaler):
    """Each label's position among all of them."""

    def fit(self, values: Any) -> None:
        self.known = {"classes_": np.unique(values)}

    def transform(self, values: Any) -> Any:
        return _places(np.ravel(values), self.known["classes_"]).argmax(axis=1)

    def back(self, values: Any) -> Any:
        return self.known["classes_"][values]


class _Binary(_Labels):
    """Labels as columns of 0 and 1; of two labels, one column."""

    def transform(self, values: Any) -> Any:
        coded = _places(np.ravel(values), self.known["classes_"]).astype(int)
        return coded[:, 1:] if coded.shape[1] == 2 else coded


def _standard(machine: Runner, *, copy: bool = True, **options: Any) -> Scaler:
    _none("StandardScaler", options)
    return _Standard("StandardScaler")


def _min_max(machine: Runner, feature_range: Any = (0, 1), **options: Any) -> Scaler:
    _none("MinMaxScaler", options)
    return _MinMax("MinMaxScaler", *feature_range)


def _one_hot(machine: Runner, **options: Any) -> Scaler:
    sparse = options.pop("sparse_output", options.pop("sparse", True))
    options = {k: v for k, v in options.items() if (k, v) != ("categories", "auto")}
    _none("OneHotEncoder", options)
    return (_Coder if sparse else _PlainCoder)("OneHotEncoder")


def _none(name: str, options: dict[str, Any]) -> None:
    if options:
        raise Refusal(f"{name} with {next(iter(options))}=")


#: Makers of scales and codes by name.
SCALERS: dict[str, Callable[..., Any]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": _min_max,
    "OneHotEncoder": _one_hot,
    "LabelBinarizer": lambda machine: _Binary("LabelBinarizer"),
    "LabelEncoder": lambda machine: _Labels("LabelEncoder"),
}
