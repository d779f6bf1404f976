"""Losses: one row for each."""

from __future__ import annotations

from dataclasses import dataclass

#: What a target can be: one or more numbers a row, one of two classes, one of several.
NUMBER, TWO, SEVERAL = "number", "two", "several"


@dataclass(frozen=True)
class Loss:
    """What is made small.

    `equations` are formats over `{y}` (wanted), `{a}` (computed), `{s}` (a suffix for
    names) and `{l}`, the loss's name, which the last gives. `outputs` are the last
    activations it can be used with, the first the usual one (empty: any); `kinds` the
    targets it suits. `signs`: classes are -1 and 1 instead of 0 and 1. `summed`: it grows with
    the number of rows.
    """

    name: str
    equations: tuple[str, ...]
    kinds: tuple[str, ...] = (NUMBER, TWO, SEVERAL)
    outputs: tuple[str, ...] = ()
    signs: bool = False
    summed: bool = False


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("half_squared_error", ("{l} = sum(({a} - {y}) ** 2) / 2",),
             summed=True),
        Loss("sum_of_squares", ("{l} = sum(({a} - {y}) ** 2)",),
             summed=True),
        Loss("mean_squared_error", ("{l} = mean(({a} - {y}) ** 2)",)),
        Loss("mean_absolute_error", ("{l} = mean(abs({a} - {y}))",)),
        Loss("huber", ("E{s} = {a} - {y}",
             "{l} = mean(where(abs(E{s}) <= 1, E{s} ** 2 / 2, abs(E{s}) - 0.5))")),
        Loss("binary_cross_entropy",
             ("{l} = -sum({y} * log({a}) + (1 - {y}) * log(1 - {a})) / len({y})",),
             (TWO, SEVERAL), ("sigmoid",)),
        Loss("categorical_cross_entropy", ("{l} = -sum({y} * log({a})) / len({y})",),
             (SEVERAL,), ("softmax",)),
        Loss("hinge", ("{l} = sum(maximum(0, 1 - {y} * {a})) / len({y})",),
             (TWO, SEVERAL), ("identity", "tanh"), signs=True),
    )
}  # fmt: skip
LOSS_ALIASES = {
    "half_squared": "half_squared_error",
    "half": "half_squared_error",
    "sse": "sum_of_squares",
    "sum_squares": "sum_of_squares",
    "mse": "mean_squared_error",
    "mean_squared": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mean_absolute": "mean_absolute_error",
    "bce": "binary_cross_entropy",
    "binary_crossentropy": "binary_cross_entropy",
    "cce": "categorical_cross_entropy",
    "cross_entropy": "categorical_cross_entropy",
    "categorical_crossentropy": "categorical_cross_entropy",
}

#: What a target's kind and the last activation lead to, unless another loss is asked for.
USUAL_OUTPUT = {NUMBER: "identity", TWO: "sigmoid", SEVERAL: "softmax"}


def usual_loss(kind: str, output: str) -> str:
    """Return the loss that belongs to a kind of target and a last activation."""
    for loss in LOSSES.values():
        if kind in loss.kinds and loss.outputs[:1] == (output,) and not loss.signs:
            return loss.name
    return "mean_squared_error"
