"""Made-up data from a seed: one row per kind of points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.data.keys import Key, either, is_number, is_whole, table, text, wanted, whole
from tracer.errors import DataError, did_you_mean
from tracer.language.functions import Array

MOST_SAMPLES = 100_000


PARTS = either("inputs", "targets")
#: What a template's `{ made = … }` may say.
MADE_KEYS = table(
    "a key of made-up data",
    Key("made", text(), "which kind"),
    Key(
        "part",
        lambda value: f"{PARTS(value)}, not {value!r}" if PARTS(value) else None,
        '`"inputs"` (default) or `"targets"`, their classes or numbers',
        "inputs",
    ),
    Key("samples", whole(2, MOST_SAMPLES), "how many points (default 100)", 100),
    Key(
        "noise",
        wanted("a number from 0", lambda value: is_number(value) and 0 <= value < 1e6),
        "the standard deviation of what is added (default: the kind's own)",
    ),
    Key(
        "seed",
        wanted("a whole number from 0", lambda value: is_whole(value) and 0 <= value < 2**32),
        "of what is added (default 1)",
        1,
    ),
    Key(
        "rows",
        wanted("a list or a table", lambda value: isinstance(value, list | dict)),
        "as of a file",
    ),
)


@dataclass(frozen=True)
class Made:
    """A kind of made-up data: `points(samples)` gives inputs (n, d) and targets (n, 1).

    Kinds with `fixed` points have those and no others. `noise` is the standard deviation that
    is added unless another is asked for, to the inputs of classes and to the targets of
    `numbers`.
    """

    points: Callable[[int], tuple[Array, Array]]
    noise: float = 0.1
    fixed: bool = False
    numbers: bool = False


def _table(*targets: int) -> Callable[[int], tuple[Array, Array]]:
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float64)
    return lambda samples: (inputs, np.array(targets, np.float64)[:, None])


def _halves(samples: int) -> tuple[Array, Array, Array]:
    """Return how far along its curve each point lies (0 to 1), of two classes; and the class."""
    first = -(-samples // 2)
    counts = (first, samples - first)
    along = [np.linspace(0, 1, count) for count in counts]
    classes = np.repeat([0.0, 1.0], counts)[:, None]
    return along[0], along[1], classes


def _moons(samples: int) -> tuple[Array, Array]:
    first, second, classes = _halves(samples)
    upper = np.column_stack([np.cos(np.pi * first), np.sin(np.pi * first)])
    lower = np.column_stack([1 - np.cos(np.pi * second), 0.5 - np.sin(np.pi * second)])
    return np.vstack([upper, lower]), classes


def _blobs(samples: int) -> tuple[Array, Array]:
    *_, classes = _halves(samples)
    return np.where(classes > 0, 1.0, -1.0) * np.ones((1, 2)), classes


def _circles(samples: int) -> tuple[Array, Array]:
    first, second, classes = _halves(samples)
    # A circle's last point would be its first again.
    angles = [2 * np.pi * a * max(len(a) - 1, 0) / max(len(a), 1) for a in (first, second)]
    rings = [
        radius * np.column_stack([np.cos(angle), np.sin(angle)])
        for radius, angle in zip((1.0, 0.5), angles, strict=True)
    ]
    return np.vstack(rings), classes


def _spiral(samples: int) -> tuple[Array, Array]:
    first, second, classes = _halves(samples)
    arms = [
        along[:, None] * np.column_stack([np.cos(3 * np.pi * along), np.sin(3 * np.pi * along)])
        for along in (first, second)
    ]
    return np.vstack([arms[0], -arms[1]]), classes


def _line(samples: int) -> tuple[Array, Array]:
    x = np.linspace(0, 1, samples)[:, None]
    return x, 2 * x + 1


MADE: dict[str, Made] = {
    "xor": Made(_table(0, 1, 1, 0), 0, fixed=True),
    "and": Made(_table(0, 0, 0, 1), 0, fixed=True),
    "or": Made(_table(0, 1, 1, 1), 0, fixed=True),
    "moons": Made(_moons),
    "blobs": Made(_blobs, 0.5),
    "circles": Made(_circles, 0.05),
    "spiral": Made(_spiral, 0.02),
    "line": Made(_line, 0.1, numbers=True),
}


def make(spec: Mapping[str, Any], what: str) -> Array:
    """Return the inputs or the targets that `{ made = "moons", part = "inputs", … }` describes.

    Keys: `samples` (default 100), `noise` (the standard deviation of what is added), `seed`.
    Raises DataError, which names `what`.
    """
    name = spec["made"]
    if name not in MADE:
        raise DataError(
            f"{what}: made = {name!r} is not known.{did_you_mean(str(name), MADE)}"
            f" Known: {', '.join(MADE)}."
        )
    kind = MADE[name]
    faults = MADE_KEYS.faults(spec, f"{what}: ")
    if faults:
        raise DataError(faults[0])
    said = MADE_KEYS.filled(spec)
    noise = kind.noise if said["noise"] is None else said["noise"]
    if kind.fixed and ("samples" in spec or "noise" in spec):
        raise DataError(f"{what}: {name} is four fixed points, without samples or noise.")
    inputs, targets = kind.points(said["samples"])
    noisy = targets if kind.numbers else inputs
    noisy = noisy + noise * np.random.default_rng(said["seed"]).standard_normal(noisy.shape)
    if said["part"] == "inputs":
        return inputs if kind.numbers else noisy
    return noisy if kind.numbers else targets
