"""What a new template is given, and where its parameters start."""

from __future__ import annotations

from typing import Any

from tracer.network.dataset import Data
from tracer.network.design import Design
from tracer.network.losses import NUMBER
from tracer.network.parts import mask
from tracer.template.toml import comment

#: A store of dropout masks serves about this many iterations, then begins again one row on.
MASKS, MOST_MASK_NUMBERS = 8, 20_000
INPUTS, CODED, TARGETS = "inputs", "coded", "targets"


def dropping(design: Design) -> list[int]:
    """Return the hidden layers that drop neurons."""
    return [layer for layer, keep in enumerate(design.keep, 1) if keep < 1]


def givens(design: Design) -> dict[str, Any]:
    """Return what is given: the data, the settings, what never learns, the dropout masks."""
    data = design.data
    given: dict[str, Any] = {}
    for suffix, keep in (("", "training"), ("_test", "test"))[: 2 if design.test else 1]:
        sources = (given_name(design, "X", suffix), data.input_source), (
            given_name(design, "y", suffix), data.target_source
        )  # fmt: skip
        for name, source in sources:
            rows = {"rows": {"keep": keep, "test": design.test, "seed": design.seed}}
            given[name] = {**_table(data, source), **rows} if design.test else source
    given["lr"] = design.rate
    given |= design.penalties
    for layer in range(1, design.fixed + 1):
        given |= starts(design, layer)
    for layer in dropping(design):
        units = design.sizes[layer]
        bank = min(MASKS * design.rows, max(design.rows, MOST_MASK_NUMBERS // units)) + 1
        given[mask(design, layer)] = {
            "random": "bernoulli",
            "p": design.keep[layer - 1],
            "shape": [bank, units],
        }
    return given


def _table(data: Data, source: Any) -> dict[str, Any]:
    """Return a source as a table, of which rows can be chosen: the few fixed points by name."""
    if isinstance(source, dict):
        return source
    return {"made": data.made, "part": "inputs" if source is data.input_source else "targets"}


def given_name(design: Design, letter: str, suffix: str = "") -> str:
    """Return the name of the given array: the network's own where nothing is prepared."""
    if letter == "X":
        prepared = design.scaling.name != "none" or design.data.coded
        return (INPUTS if prepared else design.words.activation(0)) + suffix
    return (TARGETS if target_is_prepared(design) else design.words.target) + suffix


def target_is_prepared(design: Design) -> bool:
    """Say whether a prepare step makes the target of what is given."""
    if design.data.kind == NUMBER:
        return design.target_scaling.name != "none"
    return (design.columns and not design.data.one_hot) or design.loss.signs


def about_starts(design: Design) -> list[str]:
    """Return a comment on how weights and biases start."""
    start, options = design.starts[-1]
    say = design.say
    listed = say("numbers.between").join(f"{k} {say.number(f'{n:g}')}" for k, n in options.items())
    biases = {design.activation(k).bias for k in range(1, design.layers + 1)}
    how = say(f"new_starts.{start.name}") + (f" ({listed})" if listed else "")
    return comment(say("new.starts_corner" if any(biases) else "new.starts", how=how))


def starts(design: Design, layer: int) -> dict[str, Any]:
    """Return what a layer's weights and biases start as."""
    words = design.words
    start, options = design.starts[layer - 1]
    units, bias = design.sizes[layer], design.activation(layer).bias
    shape = [design.sizes[layer - 1], units]
    weight = {"random": start.name, **options, "shape": shape}
    if design.batch_norm and not words.is_last(layer):
        gamma, beta = (words.of_layer(stem, layer) for stem in ("gamma", "beta"))
        return {
            words.weight(layer): weight,
            gamma: _filled(1.0, units),
            beta: _filled(bias, units),
        }
    return {words.weight(layer): weight, words.bias(layer): _filled(bias, units)}


def parameters(design: Design) -> dict[str, Any]:
    """Return how every parameter starts."""
    words = design.words
    found: dict[str, Any] = {}
    for layer in range(1, design.layers + 1):
        if layer > design.fixed:
            found |= starts(design, layer)
        if design.batch_norm and not words.is_last(layer):
            units = design.sizes[layer]
            found[words.of_layer("running_mean", layer)] = _filled(0.0, units)
            found[words.of_layer("running_variance", layer)] = _filled(1.0, units)
    return found


def _filled(number: float, units: int) -> dict[str, Any]:
    """Return a row of equal numbers."""
    if not number:
        return {"random": "zeros", "shape": [1, units]}
    return {"random": "constant", "value": number, "shape": [1, units]}
