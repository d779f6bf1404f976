"""Activations: one row for each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Activation:
    """What a neuron makes of its sum.

    `equation` is a format over `{z}`; `low` and `high` bound what can come out; `start` is
    the initialisation that suits it; `bias` what biases start at: above 0 where a sum of
    exactly 0 would lie on a corner. `flat`: its slope is 0 everywhere, so nothing can be learnt
    through it.
    """

    name: str
    equation: str
    words: str
    start: str = "glorot_uniform"
    low: float | None = None
    high: float | None = None
    flat: bool = False
    bias: float = 0.0


ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation("identity", "{z}", "The sum goes on as it is."),
        Activation("step", "step({z})", "1 where the sum is above 0, else 0.", low=0, high=1,
                   flat=True),
        Activation("sigmoid", "sigmoid({z})", "The sigmoid squeezes each sum into a number"
                   " between 0 and 1.", low=0, high=1),
        Activation("tanh", "tanh({z})", "tanh squeezes each sum into a number between -1 and 1.",
                   low=-1, high=1),
        Activation("relu", "relu({z})", "A sum below 0 becomes 0, the others go on as they are.",
                   "he_normal", low=0, bias=0.01),
        Activation("leaky_relu", "leaky_relu({z})", "A sum below 0 becomes a hundredth of itself,"
                   " the others go on as they are.", "he_normal", bias=0.01),
        Activation("elu", "elu({z})", "A sum z below 0 becomes exp(z) - 1, the others go on as"
                   " they are.", "he_normal", low=-1, bias=0.01),
        Activation("softplus", "softplus({z})", "ln(1 + exp(z)) of each sum z: a rounded ReLU.",
                   "he_normal", low=0),
        Activation("silu", "silu({z})", "Each sum times its sigmoid.", "he_normal", low=-0.2785),
        Activation("gelu", "gelu({z})", "Each sum times (nearly) the normal distribution below"
                   " it, in its tanh form.", "he_normal", low=-0.1701),
        Activation("softmax", "softmax({z})", "exp of each sum, divided by the row's total: the"
                   " numbers of a row are positive and add up to 1.", low=0, high=1),
    )
}  # fmt: skip
ACTIVATION_ALIASES = {
    "linear": "identity",
    "none": "identity",
    "logistic": "sigmoid",
    "heaviside": "step",
    "leaky": "leaky_relu",
    "leakyrelu": "leaky_relu",
    "swish": "silu",
}
