"""Claims of lessons: the lesson, some of the words it says it with, and what they mean."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

#: A quantity after an iteration, from 1; without one, after the last.
Of = Callable[..., np.ndarray]
Claim = Callable[[Of], object]


def same(one: object, other: object, within: float = 1e-12) -> bool:
    """Say whether two arrays are the same but for rounding."""
    return bool(np.allclose(one, other, rtol=0, atol=within))  # type: ignore[arg-type]


CLAIMS: tuple[tuple[str, str, Claim], ...] = (
    ("ladder-dot-product", "are those of the step before", lambda q: same(q("dots"), q("costs"))),
    ("ladder-matrix-product", "the same four numbers", lambda q: same(q("flipped"), q("BA").T)),
    ("ladder-neuron", "are the weights themselves", lambda q: same(q("sums")[:3], q("w"))),
    ("ladder-neuron", "all that is left", lambda q: same(q("z")[5], q("bias"))),
    ("ladder-layer", "its bias brings it to 0", lambda q: q("z1")[0, 1] == 0),
    ("ladder-layer", "sum is 5", lambda q: (q("z1") - q("b1"))[0, 1] == 5),
    ("ladder-layer", "its answer is z2", lambda q: same(q("z"), q("z2"))),
    ("ladder-batch", "so their rows are, too", lambda q: same(q("Z")[0], q("Z")[3])),
    ("ladder-batch", "the second row of Z", lambda q: same(q("second")[0], q("Z")[1])),
    ("ladder-activation", "exactly one half for 0", lambda q: q("s")[3] == 0.5),
    ("ladder-activation", "adds up to 1", lambda q: same(q("s") + q("s")[::-1], 1)),
    ("ladder-activation", "in the sign only", lambda q: same(q("t"), -q("t")[::-1])),
    ("ladder-activation", "same numbers as tanh", lambda q: same(q("stretched"), q("t"))),
    (
        "ladder-activation",
        "turns the order",
        lambda q: all((np.diff(q(name), axis=0) >= 0).all() for name in ["on", "s", "t", "r"]),
    ),
    ("ladder-softmax", "its shares are the same", lambda q: same(q("shares")[0], q("shares")[1])),
    ("ladder-softmax", "plus 2", lambda q: same(q("scores")[1], q("scores")[0] + 2)),
    ("ladder-softmax", "times 2", lambda q: same(q("scores")[2], q("scores")[0] * 2)),
    ("ladder-softmax", "share is larger", lambda q: q("shares")[2].max() > q("shares")[0].max()),
    ("ladder-softmax", "all shares are", lambda q: same(q("shares")[3], 1 / 3)),
    ("ladder-softmax", "The shares are the same.", lambda q: same(q("same"), q("shares"))),
    (
        "ladder-loss",
        "by far the largest",
        lambda q: q("entropies")[4] > 5 * q("entropies")[:4].max(),
    ),
    ("ladder-slope", "both are the same", lambda q: same(q("rise"), q("slope"))),
    ("ladder-slope", "less than a thousandth", lambda q: same(q("s_rise"), q("s_slope"), 1e-3)),
    ("ladder-slope", "one quarter", lambda q: q("s_slope").max() == q("s_slope")[2] == 0.25),
    ("ladder-chain-rule", "six decimals", lambda q: same(q("differences"), q("loss_by_w"), 5e-7)),
    ("ladder-chain-rule", "All are below 0", lambda q: (q("loss_by_w") < 0).all()),
    ("ladder-gradient", "The third one is right", lambda q: q("errors")[2] == 0),
    (
        "ladder-gradient",
        "each column of the step before",
        lambda q: same(q("gradient_w")[:, 0], q("shares").sum(axis=0)),
    ),
    (
        "ladder-update",
        "from 9 to 0.0004",
        lambda q: q("loss", 1) == 9 and q("loss").round(4) == 0.0004,
    ),
)
