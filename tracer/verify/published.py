"""Published figures: which number of a trace one stands for, and whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from tracer.language.functions import Array
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.cited import Published
from tracer.template.template import Template


@dataclass(frozen=True)
class Figure:
    """A published entry beside what was computed; `faults` is empty where they agree."""

    published: Published
    computed: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every printed number is the computed one, rounded."""
        return not self.faults


def figure(trace: ProgramTrace, quantity: str, iteration: int, index: Sequence[int] = ()) -> Array:
    """Return what a trace has for a quantity: a number, a row or the whole array.

    A parameter is meant after the update of that iteration; iteration 0 is before training:
    givens, prepared values, starting parameters.
    """
    program = trace.program
    slot = program.newest(quantity) if iteration else program.start(quantity)
    return np.asarray(trace.value(slot, max(1, iteration))[tuple(index)])


def decimals_of(printed: str) -> int:
    """Return how many decimals a printed number has: 2 for "1.48"."""
    return len(printed.lower().partition("e")[0].partition(".")[2])


def half_a_unit(printed: str) -> float:
    """Return half a unit of a printed number's last digit: 0.005 for "1.48"."""
    exponent = printed.lower().partition("e")[2]
    # Read as a number, what is too large is infinite, and what is too small 0.
    return float(f"5e{int(exponent or 0) - decimals_of(printed) - 1}")


def agrees(printed: str, value: float) -> bool:
    """Say whether a printed number is the computed one, rounded to as many decimals.

    Raises ValueError for a text that is no finite number.
    """
    number = float(printed)
    if not isfinite(number):
        raise ValueError(printed)
    return abs(value - number) <= half_a_unit(printed) * 1.0000001


def disagreements(trace: ProgramTrace, published: Published) -> list[str]:
    """Return how a trace differs from a published figure; empty when it is reproduced.

    Each printed number must be the computed one rounded to as many decimals as are printed:
    off by at most half a unit of its last digit.
    """
    return list(compared(trace, published).faults)


def compared(trace: ProgramTrace, published: Published) -> Figure:
    """Return a published entry with the computed numbers and how they differ."""
    if not published.iteration and trace.program.start(published.quantity).role == "computed":
        return Figure(published, (), (f"{published.quantity} has no value before training",))
    try:
        found = figure(trace, published.quantity, published.iteration, published.index)
    except IndexError:
        return Figure(published, (), (f"{published.quantity} has no such element",))
    computed = found.reshape(-1)
    if len(computed) != len(published.printed):
        fault = f"{len(published.printed)} numbers printed, {len(computed)} computed"
        return Figure(published, tuple(f"{value:.6g}" for value in computed[:50]), (fault,))
    texts, faults = [], []
    for position, (text, value) in enumerate(zip(published.printed, computed, strict=True), 1):
        try:
            right = agrees(text, value)
        except ValueError:
            faults.append(f"number {position}: '{text}' is not a number")
            texts.append(f"{value:.6g}")
            continue
        if right and "e" not in text.lower():
            texts.append(f"{value:.{decimals_of(text)}f}")
        else:
            texts.append(f"{value:.12g}")
        if not right:
            faults.append(f"number {position}: printed {text}, computed {value:.12g}")
    return Figure(published, tuple(texts), tuple(faults))


def check_published(template: Template) -> tuple[Figure, ...]:
    """Run a template as far as its published figures reach (at least once); compare them all.

    Raises RunError when a number stops being finite before that.
    """
    wanted = sorted({1, *(max(1, item.iteration) for item in template.published)})
    trace = trace_template(template, wanted[-1], sheets=wanted)
    return tuple(compared(trace, item) for item in template.published)
