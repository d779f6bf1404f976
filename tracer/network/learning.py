"""Optimizers and learning-rate schedules: one row for each, as `[optimizer]` names them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Optimizer:
    """A way to update: its usual learning rate and its own settings with their usual values."""

    name: str
    rate: float
    words: str
    options: dict[str, float] = field(default_factory=dict)


OPTIMIZERS: dict[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer("gradient_descent", 0.1, "each parameter goes a step against its gradient"),
        Optimizer("momentum", 0.02, "steps build up speed in a direction that stays the same",
                  {"momentum": 0.9}),
        Optimizer("nesterov", 0.02, "momentum that looks ahead", {"momentum": 0.9}),
        Optimizer("adagrad", 0.1, "each parameter's steps get shorter the further it has come",
                  {"epsilon": 1e-8}),
        Optimizer("rmsprop", 0.01, "steps are divided by the recent size of the gradient",
                  {"decay": 0.9, "epsilon": 1e-8}),
        Optimizer("adam", 0.01, "momentum, divided by the recent size of the gradient",
                  {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}),
        Optimizer("adamw", 0.01, "adam, and every step also makes the weights a little smaller",
                  {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01}),
    )
}  # fmt: skip
OPTIMIZER_ALIASES = {"sgd": "gradient_descent", "gd": "gradient_descent"}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes: its settings; those without a value must be given."""

    name: str
    options: dict[str, float | None] = field(default_factory=dict)


SCHEDULES: dict[str, Schedule] = {
    row.name: row
    for row in (
        Schedule("constant"),
        Schedule("step", {"every": None, "factor": 0.5}),
        Schedule("exponential", {"factor": 0.99}),
        Schedule("cosine", {"over": None}),
        Schedule("warm_up", {"over": None}),
    )
}
