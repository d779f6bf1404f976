"""Numbers of their own for every student: the same again next time, and not to be guessed.

Each number is drawn by HMAC-SHA-256 from the assignment's secret and the student's id, so no
library's generator has a say in it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from tracer.errors import TracerError
from tracer.language.functions import Array
from tracer.practice.exercise.exercise import Exercise
from tracer.template.template import Template

#: From the lowest to the highest there are at least so many numbers to draw from.
FEWEST_CHOICES = 20
MOST_DECIMALS = 6
ATTEMPTS = 200
#: A result this much larger than the template's own is no number for a lesson.
MOST_TIMES = 1_000
#: A result nearer to zero than this counts as zero.
ZERO = 1e-9
SLACK = 1e-6


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, with so many decimals."""

    low: float
    high: float
    decimals: int

    def number(self, unit: float) -> float:
        """Return the number that a `unit` from 0 to below 1 picks, all equally likely."""
        scale = 10**self.decimals
        # What is a bound but for the last bits counts as inside.
        lowest, highest = ceil(self.low * scale - SLACK), floor(self.high * scale + SLACK)
        drawn: float = (lowest + int(unit * (highest - lowest + 1))) / scale
        return drawn


def own_range(array: Array) -> Range | None:
    """Return the range that an array's own numbers span; None for nothing but zeros.

    Where they are all one number, half of it to one and a half times it.
    """
    low, high = float(np.min(array)), float(np.max(array))
    if low == high:
        low, high = sorted((low * 0.5, high * 1.5))
    if low == high:
        return None
    decimals = next((d for d in range(3) if np.array_equal(np.round(array, d), array)), 2)
    fewest = _power_of_ten(FEWEST_CHOICES / (high - low))
    return Range(low, high, min(MOST_DECIMALS, max(decimals, fewest)))


def _power_of_ten(number: float) -> int:
    """Return the exponent of the smallest power of ten that is at least a positive number."""
    return ceil(log10(number))


def stated_range(array: Array, low: float, high: float) -> Range:
    """Return a stated range, in whole numbers where its bounds and the array's are whole."""
    whole = float(low).is_integer() and float(high).is_integer()
    if whole and np.array_equal(np.round(array), array):
        return Range(low, high, 0)
    return Range(
        low, high, min(MOST_DECIMALS, max(2, _power_of_ten(FEWEST_CHOICES / (high - low))))
    )


def unit(secret: str, *parts: str | int) -> float:
    """Return a number from 0 to below 1 that the secret and the parts decide."""
    text = json.dumps(parts).encode()
    digest = hmac.new(secret.encode(), text, hashlib.sha256).digest()
    return int.from_bytes(digest[:6], "big") / 2**48


def own_numbers(
    exercise: Exercise, ranges: Mapping[str, Range], secret: str, student: str
) -> Exercise:
    """Return the exercise with a student's own numbers.

    Numbers that make a result infinite, huge or mostly zero where the template's own isn't
    are drawn again. Raises TracerError where that goes on for too long.
    """
    for attempt in range(ATTEMPTS):
        changed = {
            name: _drawn(exercise.template, name, one, secret, student, attempt)
            for name, one in ranges.items()
        }
        varied = exercise.with_numbers(changed)
        if _sound(exercise, varied):
            return varied
    raise TracerError(
        f"no sound numbers were found for student '{student}' in {ATTEMPTS} attempts: state"
        " narrower ranges under [vary]."
    )


def _drawn(
    template: Template, name: str, one: Range, secret: str, student: str, attempt: int
) -> Array:
    array = {**template.given, **template.parameters}[name]
    drawn = [
        one.number(unit(secret, "number", student, name, position, attempt))
        for position in range(array.size)
    ]
    return np.array(drawn).reshape(array.shape)


def _sound(exercise: Exercise, varied: Exercise) -> bool:
    """Say whether the results are as good to calculate as the template's own."""
    try:
        trace = varied.trace
    except TracerError:
        return False
    for iteration, key in exercise.asked:
        slot = exercise.program.at(key)
        own = np.abs(trace.value(slot, max(1, iteration)))
        usual = np.abs(exercise.trace.value(slot, max(1, iteration)))
        if np.max(own) > MOST_TIMES * max(1.0, float(np.max(usual))):
            return False
        if np.count_nonzero(own > ZERO) < np.count_nonzero(usual > ZERO) / 2:
            return False
    return True
