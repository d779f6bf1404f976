"""What marking found: a verdict for every cell that was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tracer.language.functions import Array
from tracer.practice.answers.answers import Answer


class Verdict(IntEnum):
    """What is said of one cell; the worksheet's hidden status cells hold the same numbers.

    They are in order: the smallest of some cells is at least RIGHT where all of them are
    right or given. VAGUE are 0 and the old value of an update where the right number rounds
    to them, or where they follow from such numbers: nothing shows that they were calculated.
    """

    BLANK = 0
    NOT_A_NUMBER = 1
    WRONG = 2
    VAGUE = 3
    FOLLOWS = 4
    ROUNDED = 5
    RIGHT = 6
    GIVEN = 7


@dataclass(frozen=True)
class Rules:
    """How near an answer must be. Boundaries are inclusive.

    An answer is right within `relative` of the size of what is asked (a block's largest number,
    an update's largest step), but never where 0 or the old value would be as right; or within
    `absolute`, whatever that makes right. It is "rounded" where the right number rounds to it
    with as many decimals as it has: two, or so many that `fewest_digits` of it count.
    """

    absolute: float = 0.0
    relative: float = 0.005
    fewest_digits: int = 1


#: What is worth one point where nothing else is said, first what is usual.
EACH = ("result", "blank")


@dataclass(frozen=True)
class Credit:
    """What a verdict is worth, as a share of the cell's points.

    A step named in `steps` is worth so many points in all, shared out equally over its results,
    or over its blanks, as `each` says: "result" or "blank"; in every other step each is worth one
    point. With `formulas` off, a number that a formula made earns nothing.
    """

    follows: float = 1.0
    rounded: float = 1.0
    formulas: bool = True
    each: str = EACH[0]
    steps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Marked:
    """One quantity of one iteration: what was answered, what is right, and the verdicts.

    `follows` is what the equation gives from the student's own earlier values (NaN where one
    of them is missing, or where the answer is near the exact value anyway).
    """

    answer: Answer
    exact: Array
    follows: Array
    verdicts: NDArray[np.int8]


@dataclass(frozen=True)
class Marks:
    """Every marked quantity, in the order of the steps, iteration by iteration.

    `stopped` is the iteration behind which nothing was marked any more, since so much isn't right.
    """

    marked: tuple[Marked, ...]
    stopped: int | None = None

    def count(self, verdict: Verdict) -> int:
        """Return how many cells have a verdict."""
        return sum(int((m.verdicts == verdict).sum()) for m in self.marked)

    @property
    def first_wrong(self) -> Marked | None:
        """The first quantity with a wrong cell, in the order of the calculation."""
        return next((m for m in self.marked if (m.verdicts == Verdict.WRONG).any()), None)
