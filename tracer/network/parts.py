"""A step as a template writes it, and the steps of the layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracer.network.design import Design

#: What keeps batch normalisation from dividing by zero, and how much of the running mean stays.
EPSILON, MOMENTUM = "1e-05", 0.9


@dataclass(frozen=True)
class StepText:
    """One step of a template."""

    title: str
    phase: str
    equations: Sequence[str]
    explain: str
    shows: Sequence[str] = ()


def mask(design: Design, layer: int) -> str:
    """Return the name of a hidden layer's dropout masks."""
    return design.words.of_layer("dropout_mask", layer)


def parameter_names(design: Design, layer: int) -> list[str]:
    """Return the names of what training changes in a layer."""
    words = design.words
    if design.batch_norm and not words.is_last(layer):
        return [words.weight(layer), words.of_layer("gamma", layer), words.of_layer("beta", layer)]
    return [words.weight(layer), words.bias(layer)]


def layer_parts(design: Design, layer: int, source: str) -> list[StepText]:
    """Return a layer's forward steps in training; `source` is what comes in."""
    words, activation = design.words, design.activation(layer)
    said, z, a = words.said(layer), words.total(layer), words.activation(layer)
    if words.is_last(layer):
        made = "The same once more: what comes in times the weights, and the bias."
        return [
            StepText(
                "Output" if layer > 1 else "Output: weighted sums",
                "forward",
                [_sum(design, layer, source, ""), f"{a} = {activation.equation.format(z=z)}"],
                f"{made if layer > 1 else _ADDS} {activation.words}",
            )
        ]
    parts = [StepText(f"{said} input", "forward", [_sum(design, layer, source, "")], _ADDS)]
    if design.batch_norm:
        mean, variance = (words.of_layer(n, layer) for n in ("batch_mean", "batch_variance"))
        parts.append(
            StepText(
                f"{said}, batch normalisation",
                "forward",
                [
                    f"{mean} = mean({z}, axis=0, keepdims=True)",
                    f"{variance} = var({z}, axis=0, keepdims=True)",
                    *_normalised(design, layer, "", mean, variance),
                ],
                "Each neuron's sums are brought to mean 0 and variance 1 over the rows of this"
                " iteration, then stretched by gamma and moved by beta, which are learnt (and"
                " do a bias's work).",
            )
        )
        z = words.of_layer("stretched", layer)
    parts.append(
        StepText(
            f"{said} activation",
            "forward",
            [f"{a} = {activation.equation.format(z=z)}"],
            activation.words,
        )
    )
    keep = design.keep[layer - 1]
    if keep < 1:
        parts.append(
            StepText(
                f"{said}, dropout",
                "forward",
                [f"{_dropped(design, layer)} = {a} * {mask(design, layer)} / {keep:g}"],
                f"A 0 in the mask leaves a neuron out for that row; dividing by {keep:g} makes up"
                " for those left out, so that answers need no correction.",
            )
        )
    return parts


def outcome(design: Design, layer: int) -> str:
    """Return the name of what a layer hands on in training; layer 0 is the input."""
    if 0 < layer < design.layers and design.keep[layer - 1] < 1:
        return _dropped(design, layer)
    return design.words.activation(layer)


def answer_equations(design: Design, source: str, suffix: str) -> list[str]:
    """Return the whole forward pass as answers are computed: no dropout, running statistics."""
    texts = []
    words = design.words
    for layer in range(1, design.layers + 1):
        z, a = words.total(layer, suffix), words.activation(layer, suffix)
        texts.append(_sum(design, layer, source, suffix))
        if design.batch_norm and not words.is_last(layer):
            statistics = [words.of_layer(f"running_{n}", layer) for n in ("mean", "variance")]
            texts += _normalised(design, layer, suffix, *statistics)
            z = words.of_layer("stretched", layer, suffix)
        texts.append(f"{a} = {design.activation(layer).equation.format(z=z)}")
        source = a
    return texts


#: What large weights add to the loss: its equation's term, and why.
PENALTIES = {
    "l1": ("l1 * ({sum_of_sizes})", "L1 adds l1 times the weights without their signs."),
    "l2": ("l2 / 2 * ({sum_of_squares})", "L2 adds half of l2 times the squared weights."),
}


def penalty_equation(design: Design) -> tuple[str, str]:
    """Return what large weights add to the loss, and the words for it."""
    weights = [design.words.weight(layer) for layer in range(1, design.layers + 1)]
    sums = {
        "sum_of_sizes": " + ".join(f"sum(abs({name}))" for name in weights),
        "sum_of_squares": " + ".join(f"sum({name} ** 2)" for name in weights),
    }
    rows = [PENALTIES[name] for name in design.penalties]
    terms = " + ".join(term.format(**sums) for term, _ in rows)
    why = " ".join(text for _, text in rows)
    return f"penalty = {terms}", f"{why} That keeps weights small; biases are free."


def running_part(design: Design) -> StepText:
    """Return the step that keeps the running means and variances of batch normalisation."""
    texts = []
    for layer in range(1, design.layers):
        for name in ("mean", "variance"):
            running = design.words.of_layer(f"running_{name}", layer)
            batch = design.words.of_layer(f"batch_{name}", layer)
            texts.append(f"{running} = {MOMENTUM} * {running} + {1 - MOMENTUM:g} * {batch}")
    return StepText(
        "Running mean and variance",
        "measure",
        texts,
        "Answers for new rows can't use the rows of an iteration: they use these instead.",
    )


_ADDS = "Every neuron adds up what comes in, each number times its weight, and its bias."


def _sum(design: Design, layer: int, source: str, suffix: str) -> str:
    words = design.words
    text = f"{words.total(layer, suffix)} = {source} @ {words.weight(layer)}"
    no_bias = design.batch_norm and not words.is_last(layer)
    return text if no_bias else f"{text} + {words.bias(layer)}"


def _normalised(design: Design, layer: int, suffix: str, mean: str, variance: str) -> list[str]:
    words = design.words
    normalised = words.of_layer("normalised", layer, suffix)
    gamma, beta = words.of_layer("gamma", layer), words.of_layer("beta", layer)
    total = words.total(layer, suffix)
    return [
        f"{normalised} = ({total} - {mean}) / sqrt({variance} + {EPSILON})",
        f"{words.of_layer('stretched', layer, suffix)} = {gamma} * {normalised} + {beta}",
    ]


def _dropped(design: Design, layer: int) -> str:
    return design.words.of_layer("dropped", layer)
