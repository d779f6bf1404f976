"""What is to be built: sizes, activations, loss and the rest, made to fit the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from tracer.backward.optimizers import Optimizer
from tracer.errors import TracerError
from tracer.language.functions import Array
from tracer.network.activations import ACTIVATIONS, Activation
from tracer.network.dataset import Data
from tracer.network.initialisations import Initialisation
from tracer.network.losses import LOSSES, NUMBER, SEVERAL, TWO, USUAL_OUTPUT, Loss, usual_loss
from tracer.network.scalings import SCALINGS, Scaling
from tracer.network.vocabulary import Vocabulary
from tracer.wording import Said, Wording, load

MOST_LAYERS, MOST_NEURONS, MOST_PARAMETERS = 20, 2_000, 1_000_000
#: With at most this many training rows, each iteration uses all of them.
SMALL = 200


@dataclass(frozen=True)
class Design:
    """A network with its data, ready to be written down.

    `sizes` counts the inputs, then the neurons of each layer. `keep` is, for each hidden
    layer, the share of neurons that dropout leaves in (1: no dropout). `test` rows are held
    out; `batch` rows are used by one iteration, `None` for all. `say` says what the template does.
    """

    data: Data
    sizes: tuple[int, ...]
    hidden: tuple[Activation, ...]
    last: Activation
    loss: Loss
    words: Vocabulary
    scaling: Scaling
    target_scaling: Scaling
    starts: tuple[tuple[Initialisation, Mapping[str, float]], ...]
    optimizer: Optimizer
    optimizer_settings: Mapping[str, float]
    rate: float
    schedule: str | None = None
    schedule_settings: Mapping[str, float] = field(default_factory=dict)
    penalties: Mapping[str, float] = field(default_factory=dict)
    clip: float | None = None
    keep: tuple[float, ...] = ()
    batch_norm: bool = False
    batch: int | None = None
    in_order: bool = False
    test: int = 0
    iterations: int = 200
    seed: int = 1
    title: str = ""
    say: Wording = field(default_factory=load)

    @property
    def layers(self) -> int:
        """How many layers of neurons there are."""
        return len(self.sizes) - 1

    @property
    def training(self) -> int:
        """How many rows training uses."""
        return self.data.rows - self.test

    @property
    def rows(self) -> int:
        """How many rows one iteration uses."""
        return self.batch or self.training

    @property
    def columns(self) -> bool:
        """Say whether each class has an output of its own."""
        return self.data.kind != NUMBER and self.sizes[-1] > 1

    @property
    def drops(self) -> bool:
        """Say whether any layer has dropout."""
        return any(keep < 1 for keep in self.keep)

    @property
    def fixed(self) -> int:
        """How many of the first layers can't learn, because a step follows them."""
        flat = [layer for layer, row in enumerate(self.hidden, 1) if row.flat]
        return max(flat, default=0)

    @property
    def own_answers(self) -> bool:
        """Say whether answers are computed otherwise than in training."""
        return self.drops or self.batch_norm

    def activation(self, layer: int) -> Activation:
        """Return a layer's activation; layers count from 1."""
        return self.last if layer == self.layers else self.hidden[layer - 1]

    @property
    def network(self) -> str:
        """The sizes as one writes them: 4-8-3."""
        return "-".join(map(str, self.sizes))

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return _parameters(self.sizes)


def _parameters(sizes: Sequence[int]) -> int:
    return sum((a + 1) * b for a, b in pairwise(sizes))


def fitting_sizes(
    data: Data, layers: Sequence[int] | None, last: Activation | None
) -> tuple[int, ...]:
    """Return all sizes, inputs first. Raises TracerError if the last doesn't fit the target.

    Where no layers are asked for: one hidden layer, and two outputs for two classes if the
    `last` activation asked for is one that compares them.
    """
    outputs = {NUMBER: [len(data.targets)], TWO: [1, 2], SEVERAL: [len(data.classes)]}[data.kind]
    if layers is None:
        compared = last is not None and last.name == "softmax"
        return (len(data.inputs), 4, outputs[-1 if compared else 0])
    given = ",".join(map(str, layers))
    if layers[-1] not in outputs:
        what = ", ".join(data.targets)
        if data.kind == NUMBER:
            count = "is a number" if len(data.targets) == 1 else f"are {len(data.targets)} numbers"
        else:
            count = f"has {len(data.classes)} classes"
        better = ",".join(map(str, [*layers[:-1], outputs[0]]))
        raise TracerError(
            f"--layers: {given} ends in {layers[-1]}, but the last is the output layer and"
            f" {what} {count}: write {better}, or {given},{outputs[0]}."
        )
    sizes = (len(data.inputs), *layers)
    if len(layers) > MOST_LAYERS or _parameters(sizes) > MOST_PARAMETERS:
        raise TracerError(
            f"--layers: at most {MOST_LAYERS} layers and {MOST_PARAMETERS:,} weights and biases"
            f" can be built; {given} would be {len(layers)} and {_parameters(sizes):,}."
        )
    return sizes


def fitting_output(
    data: Data, outputs: int, last: Activation | None, loss: Loss | None
) -> tuple[Activation, Loss]:
    """Return the last activation and the loss, each chosen to fit where it isn't said.

    Raises TracerError for what can't be learnt that way.
    """
    kind = SEVERAL if data.kind == TWO and outputs == 2 else data.kind
    if last is None and loss is not None and loss.outputs:
        last = ACTIVATIONS[loss.outputs[0]]
    if last is None:
        last = ACTIVATIONS[USUAL_OUTPUT[kind]]
    if loss is None:
        loss = LOSSES[usual_loss(kind, last.name)]
    _check_activation(last, outputs, kind)
    _check_loss(last, loss, kind, data)
    return last, loss


def _check_activation(last: Activation, outputs: int, kind: str) -> None:
    """Raise TracerError for a last activation that can't give what is to be learnt."""
    faults = (
        (
            last.flat,
            (
                f"the slope of {last.name} is 0 everywhere, so training would change nothing;"
                " use it in hidden layers only."
            ),
        ),
        (
            last.name == "softmax" and outputs == 1,
            "softmax of one neuron is always 1; use sigmoid, or a neuron for each class.",
        ),
        (
            last.name == "softmax" and kind == NUMBER,
            (
                "softmax gives shares that add up to 1, and the target is a number; use identity,"
                " or give it classes: one column of them (--task classes), or a column for each"
                " with 1 in the row's own and 0 in the others."
            ),
        ),
    )
    for wrong, why in faults:
        if wrong:
            raise TracerError(f"--output-activation: {why}")


def _check_loss(last: Activation, loss: Loss, kind: str, data: Data) -> None:
    """Raise TracerError for a loss that doesn't fit the target or the last activation."""
    if kind not in loss.kinds:
        fits = [name for name, row in LOSSES.items() if kind in row.kinds]
        target = {NUMBER: "a number", TWO: "two classes with one output"}.get(kind, "classes")
        two = " two outputs (--layers …,2) or" if kind == TWO else ""
        raise TracerError(
            f"--loss: {loss.name} doesn't fit {data.targets[0]}, which is {target}."
            f" Use{two} one of {', '.join(fits)}."
        )
    if loss.outputs and last.name not in loss.outputs:
        raise TracerError(
            f"--loss: {loss.name} needs {' or '.join(loss.outputs)} as the last activation,"
            f" not {last.name}."
        )


def fitting_scaling(x: Array) -> Scaling:
    """Return how inputs are scaled unless another way is asked for."""
    if np.abs(x).max() <= 1:
        return SCALINGS["none"]
    return SCALINGS["max" if len(x) < 10 else "standardise"]


def fitting_target_scaling(data: Data, last: Activation) -> Scaling:
    """Return how a target that is a number is brought to where the last activation can reach."""
    y = data.y
    low = -np.inf if last.low is None else last.low
    if data.kind != NUMBER or (np.abs(y).max() <= 1 and y.min() >= low):
        return SCALINGS["none"]
    return SCALINGS["max" if y.min() >= 0 or low <= -1 else "min-max"]


def unreachable(data: Data, last: Activation, scaling: Scaling) -> Said | None:
    """Return a note where the outputs can't become what is wanted."""
    y = data.y
    if data.kind != NUMBER or scaling.name == "min-max":
        return None
    if scaling.name == "max":
        y = y / np.where(np.abs(y).max(axis=0) == 0, 1, np.abs(y).max(axis=0))
    elif scaling.name == "standardise":
        y = y - y.mean(axis=0)
    reached = (last.low is None or y.min() >= last.low) and (
        last.high is None or y.max() <= last.high or scaling.name == "standardise"
    )
    if reached and not (scaling.name == "standardise" and last.high is not None):
        return None
    return Said("new.unreachable", {"name": last.name, "targets": ", ".join(data.targets)})


def constant_columns(x: Array, scaling: Scaling) -> list[int]:
    """Return the columns by which this scaling would divide by zero."""
    if scaling.name == "none":
        return []
    zero = np.abs(x).max(axis=0) if scaling.name == "max" else np.ptp(x, axis=0)
    return [int(place) for place in np.flatnonzero(zero == 0)]
