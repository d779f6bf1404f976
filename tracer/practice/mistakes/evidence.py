"""What was typed into a block's cells as vectors, and how well numbers fit it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.practice.answers.answers import Truth
from tracer.practice.answers.marks import Marked, Verdict

#: How far from a transformed equation's result a typed number may be, in units of its last
#: digit: rounded once, or calculated from rounded numbers.
WIDTHS = (0.5, 1.5)
#: Values this near, relatively, are the same.
SAME = 1e-9
#: So many of the largest step may wrong numbers of an update differ from the right ones, usually.
MOST_STEPS = 4
#: What is smaller, beside the largest right number, is as good as nothing.
LITTLE = 0.01
MOST_DECIMALS = 15
FEW_DECIMALS = 4


@dataclass(frozen=True)
class WrongCells:
    """The wrong cells of a block as vectors: typed, right, the unit of the last digit.

    `step` is the largest step of an update, infinite for what is none.
    """

    places: tuple[Index, ...]
    typed: Array
    right: Array
    units: Array
    decimals: int
    step: float = np.inf

    @classmethod
    def of_verdict(
        cls, marked: Marked, verdict: Verdict, old: Array | None = None
    ) -> WrongCells | None:
        """Return the cells of a block that have a verdict, None where none has.

        `old` is what an update starts from.
        """
        places = tuple(map(tuple, np.argwhere(marked.verdicts == verdict).tolist()))
        if not places:
            return None
        typed = np.array([marked.answer.values[p] for p in places])
        follows = np.array([marked.follows[p] for p in places])
        exact = np.array([marked.exact[p] for p in places])
        right = np.where(np.isfinite(follows), follows, exact)
        # The digits of the block: 0.5 among numbers of four decimals is 0.5000.
        decimals = max(decimals_typed(float(number)) for number in typed)
        unit = 10.0**-decimals
        units = np.maximum(unit, 2e-9 * np.maximum(np.abs(typed), np.abs(right)))
        step = np.inf if old is None else float(np.abs(marked.exact - old).max())
        return cls(places, typed, right, units, decimals, step)

    def single(self, number: int) -> WrongCells:
        """Return one of the cells alone; the digits are still those of the block."""
        here = slice(number, number + 1)
        places = (self.places[number],)
        return WrongCells(
            places, self.typed[here], self.right[here], self.units[here], self.decimals, self.step
        )

    def of(self, values: Array) -> Array:
        """Return what an array of the block's shape has in these cells."""
        at = tuple(np.array(axis) for axis in zip(*self.places, strict=True))
        return values[at] if at else values.reshape(1)

    def are_right(self, values: Array) -> bool:
        """Say whether values are what should stand in the cells."""
        return bool((np.abs(values - self.right) <= SAME * np.abs(self.right)).all())

    def are_nothing(self) -> bool:
        """Say whether what was typed is 0, or as good as that.

        One unit of its last digit, and little beside what is right: 0.000001, but not 1.
        """
        little = np.minimum(self.units, LITTLE * float(np.abs(self.right).max()))
        return bool((np.abs(self.typed) <= little * (1 + SAME)).all())

    def chances(self, width: float) -> Array:
        """Return how likely a random wrong number is within `width` units of a given one."""
        far = np.abs(self.typed - self.right)
        scale = np.maximum(np.abs(self.typed), np.abs(self.right))
        # Close by, wrong numbers are dense: most come from rounding. Those of an update differ
        # from the old ones by some steps.
        scale = np.minimum(np.minimum(scale, 10 * far), far + MOST_STEPS * self.step)
        if width == 0:
            return np.asarray(np.minimum(0.5, self.units / np.maximum(scale, 1e-300)))
        return np.asarray(np.minimum(1.0, 2 * width * self.units / np.maximum(scale, 1e-300)))

    def beside(self, values: Array) -> float:
        """Return how likely random numbers would fit values as well, 1 where these don't."""
        width = self.within(values)
        return 1.0 if width is None else float(np.prod(self.chances(width)))

    def on_grid(self, values: Array) -> bool:
        """Say whether values have no more decimals than the typed ones."""
        return bool((np.abs(values - np.round(values, self.decimals)) <= SAME).all())

    def within(self, values: Array) -> float | None:
        """Return the width within which values fit the typed ones, or None.

        Width 0 is for values that have no more digits than the typed ones, and are the same.
        """
        off = np.abs(values - self.typed)
        better = off < 0.5 * np.abs(self.typed - self.right)
        if self.decimals <= FEW_DECIMALS and self.on_grid(values) and (off <= SAME).all():
            return 0.0
        for width in WIDTHS:
            if (better & (off <= width * self.units * (1 + 1e-6))).all():
                return width
        return None


@dataclass(frozen=True)
class OtherCells:
    """The cells of a block that aren't wrong: they, too, speak for or against a mistake.

    `right` and `typed` are where those are that are not wrong, and what stands there; of those
    that are rounded too much it is doubtful what they speak for.
    """

    right: Truth
    typed: Array
    doubtful: WrongCells | None

    @classmethod
    def of(cls, marked: Marked) -> OtherCells:
        """Return a block's."""
        right = (marked.verdicts > Verdict.WRONG) & marked.answer.asked
        doubtful = WrongCells.of_verdict(marked, Verdict.ROUNDED)
        return cls(right, marked.answer.values[right], doubtful)

    def fit(self, values: Array) -> tuple[bool, float]:
        """Say whether a mistake in the whole block gives these cells, too.

        And how likely chance alone would make the doubtful ones fit as well, 1 where they don't.
        """
        slack = np.maximum(1e-9, np.abs(self.typed) * 5e-3)
        everywhere = bool((np.abs(self.typed - values[self.right]) <= slack).all())
        if not everywhere or self.doubtful is None:
            return everywhere, 1.0
        return everywhere, self.doubtful.beside(self.doubtful.of(values))


def decimals_typed(number: float) -> int:
    """Return with how many decimals a number was typed, at least: 2 for 0.25."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else MOST_DECIMALS


def unit_typed(values: Array) -> float:
    """Return the unit of a block's last digit: 0.01 where its numbers have two decimals."""
    there = values[np.isfinite(values)]
    return 10.0 ** -max((decimals_typed(float(number)) for number in there.flat), default=0)
