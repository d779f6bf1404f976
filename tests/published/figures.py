"""Published figures: which number of a trace one stands for, and whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

import tracer
from tracer.language.functions import Array
from tracer.template import Published, Template


@cache
def template(name: str) -> Template:
    """Return a lesson, read once."""
    return tracer.load_template(name)


@cache
def traced(name: str, iterations: int) -> tracer.Trace:
    """Return a lesson's trace over so many iterations, run once."""
    return tracer.trace(template(name), max(1, iterations))


def figure(trace: tracer.Trace, quantity: str, iteration: int, index: Sequence[int] = ()) -> Array:
    """Return what a trace has for a quantity: a number, a row or the whole array.

    A parameter is meant after the update of that iteration; iteration 0 is before training:
    givens, prepared values, starting parameters.
    """
    program = trace.program
    slot = program.newest(quantity) if iteration else program.start(quantity)
    return np.asarray(trace.value(slot, max(1, iteration))[tuple(index)])


def half_a_unit(printed: str) -> float:
    """Return half a unit of a printed number's last digit: 0.005 for "1.48"."""
    _, _, decimals = printed.lower().partition("e")[0].partition(".")
    return 0.5 * 10.0 ** -len(decimals)


def disagreements(trace: tracer.Trace, published: Published) -> list[str]:
    """Return how a trace differs from a published figure; empty when it is reproduced.

    Each printed number must be the computed one rounded to as many decimals as are printed:
    off by at most half a unit of its last digit.
    """
    computed = figure(trace, published.quantity, published.iteration, published.index).reshape(-1)
    if len(computed) != len(published.printed):
        return [f"{len(published.printed)} numbers printed, {len(computed)} computed"]
    return [
        f"number {position}: printed {text}, computed {value:.12g}"
        for position, (text, value) in enumerate(zip(published.printed, computed, strict=True), 1)
        if not abs(value - float(text)) <= half_a_unit(text) * 1.0000001
    ]
