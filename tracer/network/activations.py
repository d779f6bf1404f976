"""Activations: one row for each says what the function table doesn't."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.language.functions import ALIASES, DEFINED, PRIMITIVES, is_activation

IDENTITY = "identity"


@dataclass(frozen=True)
class Activation:
    """What a neuron makes of its sum: a function of the table, or the identity.

    What a step says of it stands in the wording, under its name. `low` and `high` bound what can
    come out; `start` is the initialisation that suits it; `bias` what biases start at: above 0
    where a sum of exactly 0 would lie on a corner.
    """

    name: str
    start: str = "glorot_uniform"
    low: float | None = None
    high: float | None = None
    bias: float = 0.0

    def of(self, z: str) -> str:
        """Return the function of a pre-activation, in the template's language."""
        return z if self.name == IDENTITY else f"{self.name}({z})"

    @property
    def flat(self) -> bool:
        """Say whether its slope is 0 everywhere, so that nothing can be learnt through it."""
        defined = DEFINED.get(self.name)
        if defined is not None:
            return defined.slope == "0"
        return self.name in PRIMITIVES and set(PRIMITIVES[self.name].slopes) == {"0"}


ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation(IDENTITY),
        Activation("step", low=0, high=1),
        Activation(
            "sigmoid",
            low=0,
            high=1,
        ),
        Activation("tanh", low=-1, high=1),
        Activation(
            "relu",
            "he_normal",
            low=0,
            bias=0.01,
        ),
        Activation(
            "leaky_relu",
            "he_normal",
            bias=0.01,
        ),
        Activation(
            "elu",
            "he_normal",
            low=-1,
            bias=0.01,
        ),
        Activation("softplus", "he_normal", low=0),
        Activation("silu", "he_normal", low=-0.2785),
        Activation(
            "gelu",
            "he_normal",
            low=-0.1701,
        ),
        Activation(
            "softmax",
            low=0,
            high=1,
        ),
    )
}
#: What else people call them: as in equations, and more that is no function's name.
ACTIVATION_ALIASES = {
    **{alias: name for alias, name in ALIASES.items() if is_activation(name)},
    "linear": IDENTITY,
    "none": IDENTITY,
    "heaviside": "step",
    "leaky": "leaky_relu",
    "leakyrelu": "leaky_relu",
}
