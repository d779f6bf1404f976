"""The learning rate that usually suits an optimizer, and what it does in a few words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Learning:
    """What a new network says of an optimizer; its settings are the derivation's."""

    name: str
    rate: float
    words: str


LEARNING: dict[str, Learning] = {
    row.name: row
    for row in (
        Learning("gradient_descent", 0.1, "each parameter goes a step against its gradient"),
        Learning("momentum", 0.02, "steps build up speed in a direction that stays the same"),
        Learning("nesterov", 0.02, "momentum that looks ahead"),
        Learning("adagrad", 0.1, "each parameter's steps get shorter the further it has come"),
        Learning("rmsprop", 0.01, "steps are divided by the recent size of the gradient"),
        Learning("adam", 0.01, "momentum, divided by the recent size of the gradient"),
        Learning("adamw", 0.01, "adam, and every step also makes the weights a little smaller"),
    )
}
OPTIMIZER_ALIASES = {"sgd": "gradient_descent", "gd": "gradient_descent"}
