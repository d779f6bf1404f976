"""Random numbers: NumPy's legacy and new streams, and Python's own, bit for bit."""

from __future__ import annotations

import random
from collections.abc import Callable
from math import prod
from typing import Any

import numpy as np

from tracer.code.values.budget import LARGEST_ARRAY
from tracer.code.values.faults import Refusal
from tracer.code.values.frames import Runner
from tracer.code.values.objects import Module, Native
from tracer.code.values.seeds import OUR_SEED
from tracer.code.world.hosts import METHODS


class RandomStreams:
    """The streams that a program draws from without a name for them."""

    def __init__(self, note: Callable[[str], None], start: int = OUR_SEED) -> None:
        self.start = start
        self.legacy = np.random.RandomState(start)
        self.python = random.Random(start)
        self.seeded: set[str] = set()
        self.told: set[str] = set()
        self._note = note

    def seed(self, which: str) -> None:
        """Note that the program seeds a stream itself."""
        self.seeded.add(which)

    def used(self, which: str) -> None:
        """Note that the program draws from a stream; once, where it didn't seed it."""
        if which not in self.seeded | self.told:
            self.told.add(which)
            self._note(which)


def checked_size(*args: Any, **keywords: Any) -> None:
    """Refuse to draw more numbers than can be read. Raises Refusal."""
    sizes = [keywords["size"]] if "size" in keywords else list(args)
    whole = [int(s) for s in sizes if isinstance(s, int | np.integer)]
    tuples = [
        prod(int(v) for v in s)
        for s in sizes
        if isinstance(s, tuple | list) and all(isinstance(v, int | np.integer) for v in s)
    ]
    largest = max([1, *tuples, prod(whole) if len(whole) == len(sizes) else 1])
    if largest > LARGEST_ARRAY:
        raise Refusal(
            f"{largest:,} random numbers", f"At most {LARGEST_ARRAY:,} are drawn at once."
        )


#: Functions that take sizes one by one: of the others, only `size` says how many.
_SIZES = {
    "rand",
    "randn",
    "random_sample",
    "random",
    "standard_normal",
    "permutation",
    "ranf",
    "sample",
}


def _guard(name: str, args: tuple[Any, ...], keywords: dict[str, Any]) -> None:
    if name in _SIZES:
        checked_size(*args, **keywords)
    elif "size" in keywords:
        checked_size(size=keywords["size"])
    elif args:
        checked_size(size=args[-1] if isinstance(args[-1], tuple | list) else 1)


def numpy_random(streams: RandomStreams) -> Module:
    """Return numpy.random: its own stream, and the makers of others."""

    def legacy(name: str) -> Native:
        def draw(*args: Any, **keywords: Any) -> Any:
            _guard(name, args, keywords)
            streams.used("numpy")
            return getattr(streams.legacy, name)(*args, **keywords)

        return Native(f"numpy.random.{name}", draw)

    def start(seed: Any = None) -> None:
        if seed is not None:
            streams.seed("numpy")
            streams.legacy.seed(seed)

    def state(seed: Any = None) -> Any:
        if seed is None:
            streams.used("numpy")
        return np.random.RandomState(streams.start if seed is None else seed)

    def generator(seed: Any = None) -> Any:
        if seed is None:
            streams.used("numpy")
        if isinstance(seed, np.random.Generator):
            return seed
        return np.random.default_rng(streams.start if seed is None else seed)

    names = sorted(METHODS[np.random.RandomState] - {"seed"})
    return Module(
        "numpy.random",
        {
            **{name: legacy(name) for name in names},
            "ranf": legacy("random_sample"),
            "sample": legacy("random_sample"),
            "seed": Native("numpy.random.seed", start),
            "RandomState": Native("numpy.random.RandomState", state),
            "default_rng": Native("numpy.random.default_rng", generator),
            "Generator": Native("numpy.random.Generator", lambda bits: bits),
            "PCG64": Native("numpy.random.PCG64", generator),
            "get_state": Native("numpy.random.get_state", lambda: streams.legacy.get_state()),
            "set_state": Native("numpy.random.set_state", lambda s: streams.legacy.set_state(s)),
        },
    )


def python_random(streams: RandomStreams) -> Module:
    """Return Python's module random."""

    def draw(name: str) -> Native:
        def drawn(machine: Runner, *args: Any, **keywords: Any) -> Any:
            streams.used("random")
            listed = [
                list(machine.iterate(a)) if name == "choices" and i == 0 else a
                for i, a in enumerate(args)
            ]
            return getattr(streams.python, name)(*listed, **keywords)

        return Native(f"random.{name}", drawn, machine=True)

    def seed(value: Any = None, *_: Any) -> None:
        if value is not None:
            streams.seed("random")
            streams.python.seed(value)

    return Module(
        "random",
        {
            **{name: draw(name) for name in sorted(METHODS[random.Random] - {"seed"})},
            "seed": Native("random.seed", seed),
            "Random": Native("random.Random", lambda value=streams.start: random.Random(value)),
        },
    )
