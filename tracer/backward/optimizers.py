"""Optimizers, learning-rate schedules and clipping: one row each, as visible equations.

In the equations `{p}` is a parameter, `{g}` its gradient and `{rate}` the learning rate;
`{name}` is a setting or, with the parameter's name behind it, a state. All follow PyTorch's
conventions, so that a run can be compared with its optimizers number by number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Part:
    """One step of an update: equations for every parameter, or, with `once`, a single time."""

    title: str
    equations: tuple[str, ...]
    explain: str
    once: bool = False


@dataclass(frozen=True)
class Optimizer:
    """How parameters move: settings with their usual values, what it remembers, its steps.

    `state` names arrays like the parameter that start at 0; `counts`: it needs the number of
    the iteration, `{t}`.
    """

    title: str
    parts: tuple[Part, ...]
    settings: Mapping[str, float] = field(default_factory=dict)
    state: tuple[str, ...] = ()
    counts: bool = False


def _move(equation: str, explain: str) -> Part:
    return Part("New parameters", (equation,), explain)


_MEANS = (
    Part(
        "Running mean of the gradients",
        ("{m} = {beta1} * {m} + (1 - {beta1}) * {g}",),
        "A mean over the last gradients, in which older ones fade: it smooths their direction.",
    ),
    Part(
        "Running mean of the squares",
        ("{v} = {beta2} * {v} + (1 - {beta2}) * {g} ** 2",),
        "The same for the squared gradients: how large they usually are.",
    ),
    Part(
        "Bias correction",
        (
            "{m}_hat = {m} / (1 - {beta1} ** {t})",
            "{v}_hat = {v} / (1 - {beta2} ** {t})",
        ),
        "Both means start at 0 and are too small at first; dividing by what they lack mends it.",
    ),
)
_ADAM_STEP = "{rate} * {m}_hat / (sqrt({v}_hat) + {epsilon})"

#: Sources: Polyak 1964 (momentum), Nesterov 1983, Duchi et al. 2011 (AdaGrad), Hinton 2012
#: (RMSProp), Kingma and Ba 2014 (Adam), Loshchilov and Hutter 2017 (AdamW).
OPTIMIZERS: dict[str, Optimizer] = {
    "gradient_descent": Optimizer(
        "gradient descent",
        (
            _move(
                "{p} = {p} - {rate} * {g}",
                "Every parameter moves against its gradient, times the learning rate.",
            ),
        ),
    ),
    "momentum": Optimizer(
        "gradient descent with momentum",
        (
            Part(
                "Velocity",
                ("{velocity} = {momentum} * {velocity} + {g}",),
                "Each gradient adds to a velocity, which keeps a share of itself.",
            ),
            _move(
                "{p} = {p} - {rate} * {velocity}",
                "Every parameter moves against its velocity, times the learning rate.",
            ),
        ),
        {"momentum": 0.9},
        ("velocity",),
    ),
    "nesterov": Optimizer(
        "gradient descent with Nesterov's momentum",
        (
            Part(
                "Velocity",
                ("{velocity} = {momentum} * {velocity} + {g}",),
                "Each gradient adds to a velocity, which keeps a share of itself.",
            ),
            _move(
                "{p} = {p} - {rate} * ({g} + {momentum} * {velocity})",
                "Every parameter moves against the gradient and where the velocity leads next.",
            ),
        ),
        {"momentum": 0.9},
        ("velocity",),
    ),
    "adagrad": Optimizer(
        "AdaGrad",
        (
            Part(
                "Sum of the squares",
                ("{square} = {square} + {g} ** 2",),
                "All squared gradients so far, added up.",
            ),
            _move(
                "{p} = {p} - {rate} * {g} / (sqrt({square}) + {epsilon})",
                "Parameters whose gradients were large take smaller steps.",
            ),
        ),
        {"epsilon": 1e-10},
        ("square",),
    ),
    "rmsprop": Optimizer(
        "RMSProp",
        (
            Part(
                "Running mean of the squares",
                ("{square} = {decay} * {square} + (1 - {decay}) * {g} ** 2",),
                "How large the gradients usually are: a mean in which older ones fade.",
            ),
            _move(
                "{p} = {p} - {rate} * {g} / (sqrt({square}) + {epsilon})",
                "Every step is measured by the usual size of the gradient.",
            ),
        ),
        {"decay": 0.99, "epsilon": 1e-8},
        ("square",),
    ),
    "adam": Optimizer(
        "Adam",
        (
            *_MEANS,
            _move(
                "{p} = {p} - " + _ADAM_STEP,
                "Every parameter moves against its mean gradient, measured by its usual size.",
            ),
        ),
        {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        ("m", "v"),
        counts=True,
    ),
    "adamw": Optimizer(
        "AdamW",
        (
            *_MEANS,
            _move(
                "{p} = {p} - {rate} * {weight_decay} * {p} - " + _ADAM_STEP,
                "As Adam, and every parameter also shrinks a little by itself.",
            ),
        ),
        {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
        ("m", "v"),
        counts=True,
    ),
}


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
        "The learning rate is multiplied by the factor every so many iterations.",
    ),
    "exponential": Schedule(
        "{lr} * {factor} ** ({t} - 1)",
        {"factor": None},
        "The learning rate is multiplied by the factor after every iteration.",
    ),
    "cosine": Schedule(
        "{lr} * (1 + cos(np.pi * minimum({t} - 1, {over}) / {over})) / 2",
        {"over": None},
        "The learning rate falls from its start to 0 along half a cosine wave.",
    ),
    "warm_up": Schedule(
        "{lr} * minimum({t} / {over}, 1)",
        {"over": None},
        "The learning rate grows evenly to its full size over the first iterations.",
    ),
}


#: How gradients are kept from becoming too large. `{squares}` adds up all their squares;
#: `{clip}` is the bound. By norm as PyTorch's clip_grad_norm_, which adds 1e-6.
CLIPS: dict[str, tuple[Part, ...]] = {
    "clip": (
        Part(
            "Norm of the gradients",
            (
                "{norm} = sqrt({squares})",
                "{shrink} = minimum(1, {clip} / ({norm} + 1e-6))",
            ),
            "The length of all gradients together, and what to multiply them by where it is"
            " above the bound.",
            once=True,
        ),
        Part(
            "Clipped gradients",
            ("{clipped} = {g} * {shrink}",),
            "All gradients are shrunk alike, so that their direction stays.",
        ),
    ),
    "clip_each": (
        Part(
            "Clipped gradients",
            ("{clipped} = maximum(-{clip_each}, minimum({clip_each}, {g}))",),
            "No gradient may be larger than the bound.",
        ),
    ),
}
