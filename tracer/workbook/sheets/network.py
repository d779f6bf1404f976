"""The network as a drawing in cells: a column of neurons per layer, parameters between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from tracer.language.expression import Shape
from tracer.program.model import Slot
from tracer.wording import Wording
from tracer.workbook.plan.plan import Pattern

#: Of larger layers the first neurons are drawn, and the number says how many there are.
MOST_NEURONS = 6
MOST_LAYERS = 6
#: A longer text between two layers gets a line of its own below, where it has room.
LONGEST_BETWEEN = 14


def layer_sizes(network: str) -> list[int]:
    """Return the sizes in a text such as `4-3-1`; none where it isn't one."""
    if not re.fullmatch(r"\d+(-\d+)+", network):
        return []
    return [int(size) for size in network.split("-")]


def draw_network(
    pattern: Pattern, row: int, network: str, parameters: Iterable[Slot], wording: Wording
) -> int:
    """Draw the layers from `row` on; return the next free row (the same if nothing is drawn).

    `parameters` are those to write between the layers, where their shapes fit.
    """
    sizes = layer_sizes(network)
    if not sizes or len(sizes) > MOST_LAYERS:
        return row
    between = _parameters(sizes, parameters, wording)
    height = max(min(size, MOST_NEURONS) for size in sizes)
    counts = row + height + 1
    below = counts + max(1, *map(len, between))
    if any(len(text) > LONGEST_BETWEEN for texts in between for text in texts):
        below = counts + 1
        for column, text in ((2 * k + 2, text) for k, ts in enumerate(between) for text in ts):
            pattern.text(below, column, "count", text)
            below += 1
        between = [[] for _ in between]
    for number, size in enumerate(sizes):
        column = 1 + 2 * number
        pattern.text(row, column, "layer", _title(number, len(sizes), wording))
        _neurons(pattern, row + 1, column, size, height)
        pattern.text(counts, column, "count", wording.whole(size))
    for column, texts in zip(range(2, 2 * len(sizes), 2), between, strict=True):
        pattern.text(row + 1 + (height - 1) // 2, column, "sign", "→")
        for line, text in enumerate(texts):
            pattern.text(counts + line, column, "count", text)
    return below + 1


def _neurons(pattern: Pattern, top: int, column: int, size: int, height: int) -> None:
    """Draw a layer's neurons in the middle of a height; the last sign stands for further ones."""
    shown = min(size, MOST_NEURONS)
    top += (height - shown) // 2
    for neuron in range(shown):
        last = neuron == shown - 1 and shown < size
        pattern.text(top + neuron, column, "neuron", "⋮" if last else "○")


def _title(number: int, layers: int, wording: Wording) -> str:
    if number == 0:
        return wording("start.layer_inputs")
    if number == layers - 1:
        return wording("start.layer_outputs")
    if layers == 3:
        return wording("start.layer_hidden")
    return wording("start.layer_hidden_number", number=number)


def _parameters(sizes: list[int], parameters: Iterable[Slot], wording: Wording) -> list[list[str]]:
    """Return, for each step from layer to layer, the parameters that fit it, in their order."""
    waiting = list(parameters)
    found: list[list[str]] = []
    for number, (before, after) in enumerate(pairwise(sizes), 1):
        later = len(sizes) - 1 - number
        texts: list[str] = []
        for slot in list(waiting):
            weights = not texts and sorted(slot.shape) == sorted((before, after))
            # A bias must leave enough parameters to be the later layers' weights.
            bias = len(texts) == 1 and _is_bias(slot.shape, after) and len(waiting) > later
            if weights or bias:
                texts.append(f"{slot.name} ({wording.size(slot.shape)})")
                waiting.remove(slot)
        found.append(texts)
    return found


def _is_bias(shape: Shape, size: int) -> bool:
    return shape in ((size,), (1, size), (size, 1)) or (size == 1 and shape == ())
