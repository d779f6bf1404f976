"""Random arrays from a seed: one row per way to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tracer.errors import DataError, did_you_mean
from tracer.language.expression import Shape
from tracer.language.functions import Array

LARGEST_ARRAY = 100_000_000
Draw = Callable[[Callable[..., Any], Callable[..., Any], Shape, Mapping[str, float]], Array]


def _fans(shape: Shape, options: Mapping[str, float]) -> tuple[float, float]:
    """Return how many values go into a neuron and out of one: rows in, columns out.

    With samples in columns the weights lie the other way round: `fan_in` says so.
    """
    rows, columns = (1, *shape)[-2:]
    fan_in = options.get("fan_in", rows)
    return fan_in, (columns if fan_in == rows else rows)


def _scaled(
    variance: float, *, both: bool = False, flat: bool = False
) -> tuple[Draw, tuple[str, ...]]:
    """Return a way whose variance is so much, divided by the values in (and out, with `both`).

    It draws from the normal distribution; with `flat`, from the uniform one.
    """

    def draw(
        uniform: Callable[..., Any],
        normal: Callable[..., Any],
        shape: Shape,
        options: Mapping[str, float],
    ) -> Array:
        fans = _fans(shape, options)
        count = sum(fans) if both else fans[0]
        bound = math.sqrt(3 * variance / count)
        drawn: Array = (
            uniform(-bound, bound, shape)
            if flat
            else normal(0.0, math.sqrt(variance / count), shape)
        )
        return drawn

    return draw, ("fan_in",)


#: name → (draw(uniform, normal, shape, options), options it takes). Sources: Glorot and
#: Bengio 2010 (variance 2 / (in + out)), He et al. 2015 (variance 2 / in), LeCun et al. 1998
#: (variance 1 / in).
WAYS: dict[str, tuple[Draw, tuple[str, ...]]] = {
    "uniform": (
        lambda uniform, normal, shape, o: uniform(o.get("low", 0.0), o.get("high", 1.0), shape),
        ("low", "high"),
    ),
    "normal": (
        lambda uniform, normal, shape, o: normal(o.get("mean", 0.0), o.get("std", 1.0), shape),
        ("mean", "std"),
    ),
    "zeros": (lambda uniform, normal, shape, o: np.zeros(shape), ()),
    "constant": (
        lambda uniform, normal, shape, o: np.full(shape, float(o.get("value", 0.0))),
        ("value",),
    ),
    "glorot_uniform": _scaled(2, both=True, flat=True),
    "glorot_normal": _scaled(2, both=True),
    "he_uniform": _scaled(2, flat=True),
    "he_normal": _scaled(2),
    "lecun_uniform": _scaled(1, flat=True),
    "lecun_normal": _scaled(1),
    "bernoulli": (
        lambda uniform, normal, shape, o: 1.0 * (uniform(0.0, 1.0, shape) < o.get("p", 0.5)),
        ("p",),
    ),
}
SYNONYMS = {
    "glorot": "glorot_uniform",
    "xavier": "glorot_uniform",
    "xavier_uniform": "glorot_uniform",
    "xavier_normal": "glorot_normal",
    "he": "he_normal",
    "kaiming_uniform": "he_uniform",
    "kaiming_normal": "he_normal",
    "lecun": "lecun_normal",
}
_COMMON = ("random", "shape", "seed", "stream", "skip")


class Streams:
    """The random streams of one template: arrays with the same seed share one, in order.

    `stream = "legacy"` is NumPy's old generator (`np.random.seed`), which articles use;
    the default is NumPy's current one.
    """

    def __init__(self, seed: int, override: int | None = None) -> None:
        self._seed = seed
        self._override = override
        self._open: dict[tuple[str, int], Any] = {}
        self.used = False

    def draw(self, spec: Mapping[str, Any], what: str) -> Array:
        """Return the array that `{ random = …, shape = […], … }` describes."""
        name = SYNONYMS.get(str(spec["random"]), str(spec["random"]))
        if name not in WAYS:
            raise DataError(
                f"{what}: random = '{spec['random']}' is not known."
                f"{did_you_mean(name, WAYS)} Known: {', '.join(WAYS)}."
            )
        way, options = WAYS[name]
        for key, value in spec.items():
            if key not in (*_COMMON, *options):
                raise DataError(
                    f"{what}: '{key}' is not an option of {name}."
                    f"{did_you_mean(key, (*_COMMON, *options))}"
                )
            if key in options and not _is_finite(value):
                raise DataError(f"{what}: {key} must be a finite number, not {value!r}.")
            if key == "fan_in" and value <= 0:
                raise DataError(f"{what}: fan_in must be above 0.")
            if key == "p" and not 0 <= value <= 1:
                raise DataError(f"{what}: p, the share of ones, must be from 0 to 1.")
        shape = _shape(spec.get("shape"), what)
        generator = self._generator(spec, what)
        try:
            drawn = way(generator.uniform, generator.normal, shape, spec)
        except (ValueError, OverflowError) as error:
            raise DataError(f"{what}: {error}.") from None
        return np.asarray(drawn, dtype=np.float64)

    def _generator(self, spec: Mapping[str, Any], what: str) -> Any:
        kind = spec.get("stream", "current")
        if kind not in ("legacy", "current"):
            raise DataError(f'{what}: stream is "legacy" or "current", not {kind!r}.')
        own = spec.get("seed", self._seed)
        seed = own if self._override is None else self._override
        skip = spec.get("skip", 0)
        for label, number in (("seed", seed), ("skip", skip)):
            if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**32:
                raise DataError(f"{what}: {label} must be a whole number from 0, not {number!r}.")
        if WAYS[SYNONYMS.get(spec["random"], spec["random"])][1] not in ((), ("value",)):
            self.used = True
        if (kind, seed) not in self._open:
            legacy = kind == "legacy"
            self._open[kind, seed] = (
                np.random.RandomState(seed) if legacy else np.random.default_rng(seed)
            )
        generator = self._open[kind, seed]
        if skip > LARGEST_ARRAY:
            raise DataError(f"{what}: skip is larger than {LARGEST_ARRAY:,}.")
        if skip:
            generator.uniform(size=skip)
        return generator


def _is_finite(value: object) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and abs(float(str(value))) < 1e300


def _shape(value: object, what: str) -> Shape:
    sizes: Sequence[object] = value if isinstance(value, list) else [value]
    whole = all(isinstance(n, int) and not isinstance(n, bool) and n > 0 for n in sizes)
    if value is None or not whole or len(sizes) > 2:
        raise DataError(f"{what}: shape must be one or two whole numbers: shape = [4, 3].")
    shape = tuple(int(str(n)) for n in sizes)
    if math.prod(shape) > LARGEST_ARRAY:
        raise DataError(f"{what}: the shape has more than {LARGEST_ARRAY:,} elements.")
    return shape
