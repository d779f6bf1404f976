"""A step as a template writes it, and the steps of the layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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

    def table(self) -> dict[str, Any]:
        """Return it as a table of a template file."""
        content: dict[str, Any] = {"title": self.title, "phase": self.phase}
        if self.shows:
            content["shows"] = list(self.shows)
        if self.equations:
            content["equations"] = list(self.equations)
        return {**content, "explain": self.explain}


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
    say = design.say
    z, a = words.total(layer), words.activation(layer)
    shaped = say(f"new_activations.{activation.name}")
    if words.is_last(layer):
        adds = say("new.adds_again" if layer > 1 else "new.adds")
        return [
            StepText(
                say("new.output" if layer > 1 else "new.output_only"),
                "forward",
                [_sum(design, layer, source, ""), f"{a} = {activation.of(z)}"],
                f"{adds} {shaped}",
            )
        ]
    said = words.said(layer)
    texts = [_sum(design, layer, source, "")]
    parts = [StepText(say("new.layer_input", layer=said), "forward", texts, say("new.adds"))]
    if design.batch_norm:
        mean, variance = (words.of_layer(n, layer) for n in ("batch_mean", "batch_variance"))
        parts.append(
            StepText(
                say("new.layer_normalised", layer=said),
                "forward",
                [
                    f"{mean} = mean({z}, axis=0, keepdims=True)",
                    f"{variance} = var({z}, axis=0, keepdims=True)",
                    *_normalised(design, layer, "", mean, variance),
                ],
                say("new.normalised"),
            )
        )
        z = words.of_layer("stretched", layer)
    parts.append(
        StepText(
            say("new.layer_activation", layer=said),
            "forward",
            [f"{a} = {activation.of(z)}"],
            shaped,
        )
    )
    keep = design.keep[layer - 1]
    if keep < 1:
        parts.append(
            StepText(
                say("new.layer_dropout", layer=said),
                "forward",
                [f"{_dropped(design, layer)} = {a} * {mask(design, layer)} / {keep:g}"],
                say("new.dropped", share=keep),
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
        texts.append(f"{a} = {design.activation(layer).of(z)}")
        source = a
    return texts


#: What large weights add to the loss: its equation's term.
PENALTIES = {
    "l1": "l1 * ({sum_of_sizes})",
    "l2": "l2 / 2 * ({sum_of_squares})",
}


def penalty_equation(design: Design) -> tuple[str, str]:
    """Return what large weights add to the loss, and the words for it."""
    weights = [design.words.weight(layer) for layer in range(1, design.layers + 1)]
    sums = {
        "sum_of_sizes": " + ".join(f"sum(abs({name}))" for name in weights),
        "sum_of_squares": " + ".join(f"sum({name} ** 2)" for name in weights),
    }
    terms = " + ".join(PENALTIES[name].format(**sums) for name in design.penalties)
    why = [design.say(f"new_penalties.{name}") for name in design.penalties]
    return f"penalty = {terms}", " ".join([*why, design.say("new.penalty")])


def running_part(design: Design) -> StepText:
    """Return the step that keeps the running means and variances of batch normalisation."""
    texts = []
    for layer in range(1, design.layers):
        for name in ("mean", "variance"):
            running = design.words.of_layer(f"running_{name}", layer)
            batch = design.words.of_layer(f"batch_{name}", layer)
            texts.append(f"{running} = {MOMENTUM} * {running} + {1 - MOMENTUM:g} * {batch}")
    return StepText(
        design.say("new.running"),
        "measure",
        texts,
        design.say("new.running_says"),
    )


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
