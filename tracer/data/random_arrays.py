"""Random arrays from a seed: one row per way to draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from tracer import limits
from tracer.data.keys import (
    Key,
    either,
    is_number,
    is_whole,
    quoted,
    table,
    text,
    wanted,
)
from tracer.errors import DataError, did_you_mean
from tracer.language.expression import Shape
from tracer.language.functions import Array

#: How many numbers are skipped at a time.
SKIPPED = 1_000_000
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
#: Other names, as in Keras (glorot, he, lecun) and PyTorch (xavier, kaiming).
SYNONYMS = {
    "glorot": "glorot_uniform",
    "xavier": "glorot_uniform",
    "xavier_uniform": "glorot_uniform",
    "xavier_normal": "glorot_normal",
    "he": "he_normal",
    "kaiming": "he_normal",
    "kaiming_uniform": "he_uniform",
    "kaiming_normal": "he_normal",
    "lecun": "lecun_normal",
    "zero": "zeros",
}


def _finite(value: object) -> str | None:
    return None if is_number(value) and abs(float(str(value))) < 1e300 else "a finite number"


def _at_least_one_value(value: Any) -> str | None:
    return _finite(value) or (None if value > 0 else "above 0")


def _share(value: Any) -> str | None:
    return _finite(value) or (None if 0 <= value <= 1 else "from 0 to 1: the share of ones")


_SEED = quoted(
    wanted("a whole number from 0", lambda value: is_whole(value) and 0 <= value < 2**32)
)
#: What a template's `{ random = … }` may say besides the options of its way.
RANDOM = table(
    "an option",
    Key("random", text(), "which way to draw"),
    Key(
        "shape",
        wanted("one or two whole numbers: shape = [4, 3]", lambda value: bool(_sizes(value))),
        "`[4, 3]`, or one number for a vector",
    ),
    Key("seed", _SEED, "of its stream (default: the template's)"),
    Key(
        "stream",
        quoted(either("legacy", "current")),
        '`"legacy"`: the stream of `np.random.seed`, which articles use',
        "current",
    ),
    Key("skip", _SEED, "leaves out so many of the stream's next uniform numbers", 0),
)
#: The options of the ways.
OPTIONS = table(
    "an option",
    Key("low", quoted(_finite), "of `uniform` (default 0)"),
    Key("high", quoted(_finite), "of `uniform` (default 1)"),
    Key("mean", quoted(_finite), "of `normal` (default 0)"),
    Key("std", quoted(_finite), "of `normal` (default 1)"),
    Key("value", quoted(_finite), "of `constant` (default 0)"),
    Key("p", quoted(_share), "of `bernoulli`: how probable a 1 is (default 0.5)"),
    Key(
        "fan_in",
        quoted(_at_least_one_value),
        "how many values go into a neuron (default: the number of rows)",
    ),
)


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
        known = (*RANDOM.keys, *options)
        for key in spec:
            if key not in known:
                near = did_you_mean(key, known)
                raise DataError(f"{what}: '{key}' is not an option of {name}.{near}")
        mine = {key: spec[key] for key in options if key in spec}
        common = {"shape": None, **{key: spec[key] for key in RANDOM.keys if key in spec}}
        for fault in (
            *OPTIONS.faults(mine, f"{what}: "),
            *RANDOM.faults(common, f"{what}: "),
        ):
            raise DataError(fault)
        shape = _sizes(spec["shape"]) or ()
        check_amount([spec], what)
        generator = self._generator(spec, what)
        try:
            drawn = way(generator.uniform, generator.normal, shape, spec)
        except (ValueError, OverflowError) as error:
            raise DataError(f"{what}: {error}.") from None
        return np.asarray(drawn, dtype=np.float64)

    def _generator(self, spec: Mapping[str, Any], what: str) -> Any:
        said = RANDOM.filled(spec)
        kind, skip = said["stream"], said["skip"]
        own = self._seed if said["seed"] is None else said["seed"]
        seed = own if self._override is None else self._override
        if _SEED(seed):
            raise DataError(f"{what}: seed must be {_SEED(seed)}.")
        if WAYS[SYNONYMS.get(spec["random"], spec["random"])][1] not in ((), ("value",)):
            self.used = True
        if (kind, seed) not in self._open:
            legacy = kind == "legacy"
            self._open[kind, seed] = (
                np.random.RandomState(seed) if legacy else np.random.default_rng(seed)
            )
        generator = self._open[kind, seed]
        for left in range(skip, 0, -SKIPPED):
            generator.uniform(size=min(left, SKIPPED))
        return generator


def _sizes(value: object) -> Shape | None:
    """Return one or two sizes; nothing where it is something else."""
    sizes = value if isinstance(value, list) else [value]
    found = tuple(size for size in sizes if is_whole(size) and size > 0)
    return found if len(found) == len(sizes) <= 2 else None


def check_amount(specs: Iterable[Mapping[str, Any]], what: str) -> None:
    """Raise DataError where arrays together would have too many numbers, before one is drawn."""
    total = 0
    for spec in specs:
        shape, skip = _sizes(spec.get("shape")), spec.get("skip", 0)
        total += math.prod(shape or (0,)) + (skip if is_whole(skip) else 0)
    if total > limits.NUMBERS.most:
        raise DataError(
            f"{what}: {total:,} random numbers, skipped ones included; at most"
            f" {limits.NUMBERS.most:,} are drawn."
        )
