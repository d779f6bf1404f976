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
    ("layer-norm", "is the first one times 100", lambda q: same(q("X")[1], 100 * q("X")[0])),
    ("layer-norm", "now nearly the same", lambda q: same(q("n")[0], q("n")[1], 1e-3)),
    ("layer-norm", "get the same answer", lambda q: same(q("p"), q("y"), 1e-3)),
    ("residual", "over a hundred times", lambda q: q("size_short", 1) > 100 * q("size_plain", 1)),
    ("residual", "answers right", lambda q: q("loss_short", 10) < 1e-4),
    ("residual", "hardly begun", lambda q: q("loss_plain", 10) > 0.99 * q("loss_plain", 1)),
    ("word2vec", "pointing the same way", lambda q: q("cat_and_kitten") > 0.98),
    ("word2vec", "another way", lambda q: q("cat_and_car") < 0.2),
    ("word2vec", "in the end 2, sleeps", lambda q: q("guess").tolist() == [2, 2, 5, 5]),
    ("gru", "the first one", lambda q: same(q("p"), q("X")[:, :1], 0.02)),
    (
        "multi-head-attention",
        "above the diagonal nothing is left",
        lambda q: not np.triu(q("A1"), 1).any() and not np.triu(q("A2"), 1).any(),
    ),
    (
        "multi-head-attention",
        "can look at nothing but itself",
        lambda q: q("A1")[0, 0] == q("A2")[0, 0] == 1,
    ),
    (
        "multi-head-attention",
        "mean of the numbers so far",
        lambda q: (
            same(q("target")[:, 1], np.cumsum(q("X")[:, 0]) / [1, 2, 3, 4])
            and same(q("target")[:, 0], q("X")[0, 0])
            and same(q("Y"), q("target"), 0.03)
        ),
    ),
    (
        "transformer-block",
        "become the one after them",
        lambda q: (
            same(q("target"), np.roll(q("x"), -1, axis=0)) and same(q("out"), q("target"), 0.1)
        ),
    ),
    (
        "gpt",
        "it writes “noon”",
        lambda q: "".join("no"[k] for k in q("w3").argmax(axis=1)) == "noon",
    ),
    ("gpt", "hides those after it", lambda q: not np.triu(q("A"), 1).any()),
    ("learning-rates", "hardly anything happens", lambda q: q("w_001") < 1),
    ("learning-rates", "gets there step by step", lambda q: same(q("w_01"), 3, 0.05)),
    ("learning-rates", "0.5 at once", lambda q: q("w_05", 1) == 3),
    (
        "learning-rates",
        "each time less far",
        lambda q: q("w_09", 1) > 3 > q("w_09", 2) and abs(q("w_09", 2) - 3) < abs(q("w_09", 1) - 3),
    ),
    (
        "learning-rates",
        "between 0 and 6 for ever",
        lambda q: all(q("w_10", k) == (6 if k % 2 else 0) for k in range(1, 21)),
    ),
    (
        "learning-rates",
        "longer than the one before",
        lambda q: all(abs(q("w_11", k + 1) - 3) > abs(q("w_11", k) - 3) for k in range(1, 20)),
    ),
    (
        "autoencoder",
        "another combination of signs",
        lambda q: (
            len({*map(tuple, np.sign(q("code")))}) == 4
            and (q("out").argmax(axis=1) == [0, 1, 2, 3]).all()
        ),
    ),
    (
        "seq2seq",
        "the same ones in reverse order",
        lambda q: same(q("Y")[:, 1:], q("X")[:, ::-1]) and same(q("p"), q("Y")[:, 1:], 0.1),
    ),
    (
        "k-means",
        "nothing changes any more",
        lambda q: (
            not same(q("centres", 1), q("centres", 2))
            and all(same(q("centres", k), q("centres", 2)) for k in (3, 4, 5))
        ),
    ),
    ("k-means", "two groups are found", lambda q: same(q("belongs")[:, 0], [1, 1, 1, 0, 0, 0])),
    (
        "k-means",
        "makes it larger",
        lambda q: all(q("spread", k + 1) <= q("spread", k) for k in (1, 2, 3, 4)),
    ),
    ("hopfield", "One step mends", lambda q: same(q("state", 1)[:2], q("stored"))),
    ("hopfield", "first pattern's negative", lambda q: same(q("state", 1)[2], -q("stored")[0])),
    ("hopfield", "nothing changes", lambda q: same(q("state", 1), q("state", 3))),
    ("hopfield", "only falls", lambda q: (q("energies", 2) < q("energies", 1)).all()),
    ("svm", "no loss and no say", lambda q: same(q("hinge")[[0, 4, 5]], 0)),
    (
        "svm",
        "three of the six",
        lambda q: (abs(q("margin") - 1) < 0.1)[:, 0].tolist() == [0, 1, 1, 1, 0, 0],
    ),
    ("svm", "part two classes", lambda q: q("accuracy") == 1),
    ("lora", "nothing is different", lambda q: same(q("out", 1), q("frozen", 1))),
    ("lora", "A has no gradient yet", lambda q: not q("gradient_A", 1).any()),
    ("lora", "does what it should", lambda q: same(q("out"), q("target"), 0.01)),
    (
        "mixture-of-experts",
        "left of it",
        lambda q: same((q("gate") > 0) @ [1, 2], [2, 2, 2, 1, 1, 1]) and same(q("p"), q("y"), 0.2),
    ),
    (
        "graph-convolution",
        "club of their circle",
        lambda q: q("accuracy") == 1 and q("known").sum() == 2,
    ),
    (
        "clip",
        "stand on the diagonal",
        lambda q: all((q("fit").argmax(axis=axis) == [0, 1, 2]).all() for axis in (0, 1)),
    ),
    (
        "q-learning",
        "only the last room's number",
        lambda q: q("Q", 5)[2, 1] > 0 and np.count_nonzero(q("Q", 5)) == 1,
    ),
    ("q-learning", "the room before hears", lambda q: q("Q", 10)[1, 1] > 0 == q("Q", 10)[0, 1]),
    ("q-learning", "1, 0.9 and 0.81", lambda q: same(q("Q")[:, 1], [0.81, 0.9, 1], 0.02)),
    ("reinforce", "nine times in ten", lambda q: q("policy")[0, 1] > 0.9),
    ("reinforce", "at first one half", lambda q: same(q("policy", 1), 0.5)),
    ("rbm", "come closer", lambda q: q("apart") < 0.05 * q("apart", 1)),
    (
        "vae",
        "below 0 they give one pattern",
        lambda q: same(q("made").round(), q("X")[[1, 1, 0, 0]]) and (q("drawn")[:2] < 0).all(),
    ),
    ("diffusion", "end near -1 or 1", lambda q: same(abs(q("made")), 1, 0.15)),
    ("mamba", "the number before", lambda q: same(q("p"), q("target"), 0.03)),
    ("mamba", "the number before", lambda q: same(q("target")[1:], q("x")[:-1])),
    ("mamba", "between 0 and 1", lambda q: ((q("keep") > 0) & (q("keep") < 1)).all()),
    ("gan", "starts round 0", lambda q: abs(q("mean_made", 1)) < 0.1),
    ("gan", "makes numbers round 3", lambda q: same(q("made"), 3, 0.6)),
    ("gan", "of the real ones is 3", lambda q: same(q("real").mean(), 3)),
    ("gan", "no better than one half", lambda q: same(q("judged"), 0.5, 0.01)),
)
