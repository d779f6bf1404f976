"""What would make a wrong update right: a quantity before it that should be a slope and isn't.

What stands on the way to an update may be right by itself and still be the fault, because it
would be right elsewhere: an error that lacks the slope of its activation is the slope of the
loss at the output, and a wrong one where the one before the activation is needed. So each
quantity on the way is replaced by the slopes of the loss at the values of the forward pass,
and by local derivatives (quotients of two such slopes). The first that makes the update follow
its gradient when it is replaced is to blame.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, takewhile

import numpy as np

from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.program.model import Assignment, Slot
from tracer.verify.proportion import quotient
from tracer.verify.slopes import FirstIteration, Places, sample

#: Larger quantities are not replaced, and no more of the update's elements are compared.
LARGEST, MOST_COMPARED = 200, 12
#: So many replacements of one quantity are tried.
MOST_TRIED = 400
#: How near the mended update must be to its gradient, relative to the largest element.
NEAR = 1e-5


class Repair:
    """Tries what would make the updates of one template right."""

    def __init__(self, of: FirstIteration) -> None:
        self._of = of
        self._slopes: dict[int, list[Array]] = {}

    def culprit(
        self,
        start: Slot,
        chain: Sequence[Assignment],
        blamed: Assignment,
        innocent: Collection[SlotKey],
    ) -> Assignment:
        """Return the first equation before the blamed one whose result, replaced, mends all.

        The blamed one where there is none.
        """
        if start.size < 2:
            # A single number is some multiple of every other.
            return blamed
        places = sample(start.size, MOST_COMPARED)
        slopes = self._of.slopes(self._of.parameter(start), places)
        if not slopes.any() or not np.isfinite(slopes).all():
            return blamed
        for number, assignment in enumerate(takewhile(lambda a: a is not blamed, chain)):
            slot = assignment.slot
            usable = slot.role != "updated" and slot.key not in innocent
            if not usable or not 1 < slot.size <= LARGEST:
                continue
            if self._mended(start, slot, chain[number + 1 :], places, slopes):
                return assignment
        return blamed

    def _mended(
        self, start: Slot, slot: Slot, after: Sequence[Assignment], places: Places, slopes: Array
    ) -> bool:
        machine = self._of.rerun({})
        calls = machine.calls(after, machine.views)
        for values in self._replacements(slot):
            machine.views[slot.key][...] = values
            with np.errstate(all="ignore"):
                for call in calls:
                    call()
            if _along(self._of.step(start, machine)[places], slopes):
                return True
        return False

    def _replacements(self, slot: Slot) -> Iterator[Array]:
        """Yield what may stand in a quantity's place, in its shape."""
        for values in islice(self._candidates(slot.size), MOST_TRIED):
            yield values.reshape(slot.shape)
            if len(slot.shape) == 2 and min(slot.shape) > 1:
                yield values.reshape(slot.shape[::-1]).T

    def _candidates(self, size: int) -> Iterator[Array]:
        found = self._of_size(size)
        yield from found
        for below in found:
            if (below != 0).all():
                yield from (above / below for above in found if above is not below)

    def _of_size(self, size: int) -> list[Array]:
        """Return the slopes of the loss at every value of the forward pass of that size."""
        if size not in self._slopes:
            found: list[Array] = []
            for spot in self._of.spots():
                if spot.values.size == size:
                    slopes = self._of.slopes(spot, np.arange(size))
                    if np.isfinite(slopes).all() and slopes.any():
                        found.append(slopes)
            self._slopes[size] = found
        return self._slopes[size]


def _along(step: Array, slopes: Array) -> bool:
    """Say whether a step is some multiple of the slopes, and not none."""
    if not step.any() or not np.isfinite(step).all():
        return False
    factor = quotient(step, slopes)
    off = np.abs(step - factor * slopes).max()
    return bool(factor) and bool(off <= NEAR * abs(factor) * np.abs(slopes).max())
