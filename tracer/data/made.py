"""Made-up data from a seed: one row per kind of points."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tracer.errors import DataError, did_you_mean
from tracer.language.functions import Array

MADE_KEYS = ("made", "part", "samples", "noise", "seed", "rows")
PARTS = ("inputs", "targets")
MOST_SAMPLES = 100_000


@dataclass(frozen=True)
class Made:
    """A kind of made-up data: `points(samples)` gives inputs (n, d) and targets (n, 1).

    Kinds with `fixed` points have those and no others. `noise` is the standard deviation that
    is added unless another is asked for, to the inputs of classes and to the targets of
    `numbers`.
    """

    about: str
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
    "xor": Made(
        "exclusive or: 1 where one input is 1 and the other 0", _table(0, 1, 1, 0), 0, fixed=True
    ),
    "and": Made("and: 1 where both inputs are 1", _table(0, 0, 0, 1), 0, fixed=True),
    "or": Made("or: 1 where at least one input is 1", _table(0, 1, 1, 1), 0, fixed=True),
    "moons": Made("two interlocking half moons", _moons),
    "circles": Made("a small circle inside a large one", _circles, 0.05),
    "spiral": Made("two arms of a spiral", _spiral, 0.02),
    "line": Made("points near the line 2 x + 1", _line, 0.1, numbers=True),
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
    samples, noise = spec.get("samples", 100), spec.get("noise", kind.noise)
    seed, part = spec.get("seed", 1), spec.get("part", "inputs")
    if part not in PARTS:
        raise DataError(f'{what}: part must be "inputs" or "targets", not {part!r}.')
    if not _whole(samples) or not 2 <= samples <= MOST_SAMPLES:
        raise DataError(f"{what}: samples must be a whole number from 2 to {MOST_SAMPLES:,}.")
    if isinstance(noise, bool) or not isinstance(noise, int | float) or not 0 <= noise < 1e6:
        raise DataError(f"{what}: noise must be a number from 0.")
    if not _whole(seed) or not 0 <= seed < 2**32:
        raise DataError(f"{what}: seed must be a whole number from 0.")
    if kind.fixed and ("samples" in spec or "noise" in spec):
        raise DataError(f"{what}: {name} is four fixed points, without samples or noise.")
    inputs, targets = kind.points(samples)
    noisy = targets if kind.numbers else inputs
    noisy = noisy + noise * np.random.default_rng(seed).standard_normal(noisy.shape)
    if part == "inputs":
        return inputs if kind.numbers else noisy
    return noisy if kind.numbers else targets


def _whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
