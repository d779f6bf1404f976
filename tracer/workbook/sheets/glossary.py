"""Glossary: the terms that the sheets use, each in one sentence."""

from __future__ import annotations

from tracer.workbook.plan import TITLE_HEIGHT, Link, Pattern, Sheet

TITLE = "Glossary"
TERMS = (
    ("activation", "What a neuron passes on: its pre-activation after the activation function."),
    ("backward pass", "The steps that carry the error back from the output to every parameter."),
    ("batch", "The samples that one iteration uses: all of them, some, or one."),
    ("bias", "A number that a neuron adds to its weighted sum, whatever the inputs are."),
    ("central difference", "The loss a little above minus a little below, over the distance."),
    ("delta", "Error times slope: how much the loss answers to a neuron's pre-activation."),
    ("epoch", "One pass over all samples."),
    ("error", "How far an output is from the wanted one; also that distance carried back."),
    ("forward pass", "The steps that compute the output from the inputs."),
    ("gradient", "For every parameter, how much the loss grows where the parameter grows."),
    ("iteration", "Forward pass, backward pass and update, once."),
    ("layer", "Neurons that take the same inputs at the same time."),
    ("learning rate", "What a gradient is multiplied by before it changes a parameter."),
    ("loss", "One number for how wrong all outputs are; training makes it smaller."),
    ("parameter", "A number that training changes: a weight or a bias."),
    ("pre-activation", "A neuron's weighted sum of its inputs, with its bias."),
    ("sample", "One example of the data: its inputs and the wanted output."),
    ("sigmoid", "1 / (1 + exp(-x)): squeezes any number into one between 0 and 1."),
    ("slope", "How much an activation answers to a small change of its pre-activation."),
    ("transpose", "A matrix with rows and columns exchanged, written with .T or ᵀ."),
    ("update", "The step that moves every parameter against its gradient."),
    ("weight", "What an input is multiplied by on its way into a neuron."),
)


def glossary_sheet() -> Sheet:
    """Return the sheet."""
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", TITLE)
    pattern.text(1, 3, "link", "Start")
    for row, (term, meaning) in enumerate(TERMS, 3):
        pattern.text(row, 1, "label", term)
        pattern.text(row, 2, "line", meaning)
    return Sheet(
        TITLE,
        pattern,
        about="the terms used here, each in a sentence",
        widths={1: 22.0, 2: 90.0},
        freeze=(3, 1),
        repeat_rows=2,
        links=[Link(1, 3, "Start")],
    )
