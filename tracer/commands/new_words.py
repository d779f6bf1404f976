"""What the options of `tracer new` say of names: made from the tables that hold them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracer.backward.optimizers import OPTIMIZERS, SCHEDULES
from tracer.backward.vocabulary import VOCABULARIES
from tracer.commands.options import alternatives
from tracer.data.made import MADE
from tracer.network.activations import ACTIVATIONS
from tracer.network.initialisations import INITIALISATIONS
from tracer.network.losses import LOSSES, NUMBER, SEVERAL, TWO, USUAL_OUTPUT
from tracer.network.scalings import SCALINGS

#: What is added to a name: a setting that has no usual value, or a name that is better known.
MORE: Mapping[str, str] = {
    "step": ":every=100,factor=0.5",
    "exponential": ":factor=0.99",
    "cosine": ":over=200",
    "warm_up": ":over=50",
    "uniform": ":low=-1,high=1",
    "normal": ":std=0.1",
    "constant": ":value=0.1",
    "glorot_uniform": " (xavier)",
}
#: Names that have a shorter form that everyone knows.
SHORT = {"mean_squared_error": "mse", "mean_absolute_error": "mae"}


def data() -> str:
    """Return what --data says."""
    return f"A .csv or .xlsx file with headings, or made-up data: {', '.join(MADE)}."


def activation() -> str:
    """Return what --activation says."""
    return (
        f"Of the hidden layers, one for all or one for each: {', '.join(ACTIVATIONS)}."
        "  [default: tanh]"
    )


def output_activation() -> str:
    """Return what --output-activation says."""
    return (
        f"Of the last layer.  [default: {USUAL_OUTPUT[NUMBER]} for numbers,"
        f" {USUAL_OUTPUT[TWO]} for two classes, {USUAL_OUTPUT[SEVERAL]} for more]"
    )


def loss() -> str:
    """Return what --loss says."""
    names = alternatives(SHORT.get(name, name) for name in LOSSES)
    return f"{names}.  [default: fits the last activation]"


def optimizer() -> str:
    """Return what --optimizer says."""
    return f"{alternatives(OPTIMIZERS)}; with settings of its own: adam:beta1=0.8."


def schedule() -> str:
    """Return what --schedule says."""
    names = (name for name, row in SCHEDULES.items() if row.settings)
    return f"How the rate changes: {_with_more(names)}."


def init() -> str:
    """Return what --init says."""
    return f"How weights start: {_with_more(INITIALISATIONS)}.  [default: fits the activation]"


def scale() -> str:
    """Return what --scale says."""
    names = [*SCALINGS]
    return (
        f"How inputs are scaled: {alternatives([*names[1:], names[0]])}.  [default: none"
        " if they lie within -1 and 1, max for up to 9 rows, else standardise]"
    )


def names() -> str:
    """Return what --names says."""
    shown = {"words": "hidden_layer_input, wh", "ng": "Z1, W1, dZ1"}
    return f"{alternatives(f'{name} ({shown[name]})' for name in VOCABULARIES)}."


def _with_more(names: Iterable[str]) -> str:
    return ", ".join(f"{name}{MORE.get(name, '')}" for name in names)
