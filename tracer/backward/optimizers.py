"""Optimizers, learning-rate schedules and clipping: one row each, as visible equations.

In the equations `{p}` is a parameter, `{g}` its gradient and `{rate}` the learning rate;
`{name}` is a setting or, with the parameter's name behind it, a state. All follow PyTorch's
conventions, so that a run can be compared with its optimizers number by number. Titles and
explanations are keys of the wording.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class UpdateStep:
    """One step of an update: equations for every parameter, or, with `once`, a single time."""

    title: str
    equations: tuple[str, ...]
    explain: str
    once: bool = False


@dataclass(frozen=True)
class Optimizer:
    """How parameters move: settings with their usual values, what it remembers, its steps.

    `rate` is the learning rate that usually suits it.
    `state` names arrays like the parameter that start at 0; `counts`: it needs the number of
    the iteration, `{t}`. Its title in the wording is its name's.
    """

    name: str
    rate: float
    parts: tuple[UpdateStep, ...]
    settings: Mapping[str, float] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    counts: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """The wording's key of what it is called."""
        return f"optimizers.{self.name}"


def _move(equation: str, explain: str) -> UpdateStep:
    return UpdateStep("optimizers.move", (equation,), explain)


_MEANS = (
    UpdateStep(
        "optimizers.mean",
        ("{m} = {beta1} * {m} + (1 - {beta1}) * {g}",),
        "optimizers.mean_says",
    ),
    UpdateStep(
        "optimizers.squares",
        ("{v} = {beta2} * {v} + (1 - {beta2}) * {g} ** 2",),
        "optimizers.squares_says",
    ),
    UpdateStep(
        "optimizers.correction",
        (
            "{m}_hat = {m} / (1 - {beta1} ** {t})",
            "{v}_hat = {v} / (1 - {beta2} ** {t})",
        ),
        "optimizers.correction_says",
    ),
)
_ADAM_STEP = "{rate} * {m}_hat / (sqrt({v}_hat) + {epsilon})"

#: Sources: Polyak 1964 (momentum), Nesterov 1983, Duchi et al. 2011 (AdaGrad), Hinton 2012
#: (RMSProp), Kingma and Ba 2014 (Adam), Loshchilov and Hutter 2017 (AdamW).
OPTIMIZERS: dict[str, Optimizer] = {
    row.name: row
    for row in (
        Optimizer(
            "gradient_descent",
            0.1,
            (
                _move(
                    "{p} = {p} - {rate} * {g}",
                    "optimizers.by_gradient",
                ),
            ),
            aliases=("sgd", "gd"),
        ),
        Optimizer(
            "momentum",
            0.02,
            (
                UpdateStep(
                    "optimizers.velocity",
                    ("{velocity} = {momentum} * {velocity} + {g}",),
                    "optimizers.velocity_says",
                ),
                _move(
                    "{p} = {p} - {rate} * {velocity}",
                    "optimizers.by_velocity",
                ),
            ),
            {"momentum": 0.9},
            ("velocity",),
        ),
        Optimizer(
            "nesterov",
            0.02,
            (
                UpdateStep(
                    "optimizers.velocity",
                    ("{velocity} = {momentum} * {velocity} + {g}",),
                    "optimizers.velocity_says",
                ),
                _move(
                    "{p} = {p} - {rate} * ({g} + {momentum} * {velocity})",
                    "optimizers.by_nesterov",
                ),
            ),
            {"momentum": 0.9},
            ("velocity",),
        ),
        Optimizer(
            "adagrad",
            0.1,
            (
                UpdateStep(
                    "optimizers.sum",
                    ("{square} = {square} + {g} ** 2",),
                    "optimizers.sum_says",
                ),
                _move(
                    "{p} = {p} - {rate} * {g} / (sqrt({square}) + {epsilon})",
                    "optimizers.by_sum",
                ),
            ),
            {"epsilon": 1e-10},
            ("square",),
        ),
        Optimizer(
            "rmsprop",
            0.01,
            (
                UpdateStep(
                    "optimizers.squares",
                    ("{square} = {decay} * {square} + (1 - {decay}) * {g} ** 2",),
                    "optimizers.squares_fade",
                ),
                _move(
                    "{p} = {p} - {rate} * {g} / (sqrt({square}) + {epsilon})",
                    "optimizers.by_squares",
                ),
            ),
            {"decay": 0.99, "epsilon": 1e-8},
            ("square",),
        ),
        Optimizer(
            "adam",
            0.01,
            (
                *_MEANS,
                _move(
                    "{p} = {p} - " + _ADAM_STEP,
                    "optimizers.by_adam",
                ),
            ),
            {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
            ("m", "v"),
            counts=True,
        ),
        Optimizer(
            "adamw",
            0.01,
            (
                *_MEANS,
                _move(
                    "{p} = {p} - {rate} * {weight_decay} * {p} - " + _ADAM_STEP,
                    "optimizers.by_adamw",
                ),
            ),
            {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
            ("m", "v"),
            counts=True,
        ),
    )
}
#: What else people call them.
OPTIMIZER_ALIASES = {alias: row.name for row in OPTIMIZERS.values() for alias in row.aliases}


@dataclass(frozen=True)
class Schedule:
    """How the learning rate changes: its settings (None: must be given) and its equation.

    `{lr}` is the rate it starts from, `{t}` counts iterations from 1.
    """

    equation: str
    settings: Mapping[str, float | None]
    explain: str


#: Sources: the usual forms; cosine after Loshchilov and Hutter 2016, without restarts.
SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule("", {}, ""),
    "step": Schedule(
        "{lr} * {factor} ** floor(({t} - 1) / {every})",
        {"every": None, "factor": 0.5},
        "optimizers.schedule_step",
    ),
    "exponential": Schedule(
        "{lr} * {factor} ** ({t} - 1)",
        {"factor": None},
        "optimizers.schedule_exponential",
    ),
    "cosine": Schedule(
        "{lr} * (1 + cos(np.pi * minimum({t} - 1, {over}) / {over})) / 2",
        {"over": None},
        "optimizers.schedule_cosine",
    ),
    "warm_up": Schedule(
        "{lr} * minimum({t} / {over}, 1)",
        {"over": None},
        "optimizers.schedule_warm_up",
    ),
}


#: How gradients are kept from becoming too large. `{squares}` adds up all their squares;
#: `{clip}` is the bound. By norm as PyTorch's clip_grad_norm_, which adds 1e-6.
CLIPS: dict[str, tuple[UpdateStep, ...]] = {
    "clip": (
        UpdateStep(
            "optimizers.norm",
            (
                "{norm} = sqrt({squares})",
                "{shrink} = minimum(1, {clip} / ({norm} + 1e-6))",
            ),
            "optimizers.norm_says",
            once=True,
        ),
        UpdateStep(
            "optimizers.clipped",
            ("{clipped} = {g} * {shrink}",),
            "optimizers.clip_says",
        ),
    ),
    "clip_each": (
        UpdateStep(
            "optimizers.clipped",
            ("{clipped} = maximum(-{clip_each}, minimum({clip_each}, {g}))",),
            "optimizers.clip_each_says",
        ),
    ),
}
