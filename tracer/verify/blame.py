"""Which step of a wrong gradient is the first that is wrong.

A parameter's update hangs on a chain of equations. What stands on that chain is taken to be
right when it is, up to one constant factor,

- the slope of the loss at some value of the forward pass, also one inside an equation, or at
  a parameter (central differences tell: they know nothing of the chain);
- a local derivative: the quotient of two such slopes, as for `a * (1 - a)`;
- a copy of a value of the forward pass, perhaps transposed;
- part of the chain of another parameter whose update is right.

From the update one goes back along the chain until something right is met. Of what is passed
on the way, the first in the order of the steps that could be compared with some slope (as
many elements) is blamed; where there is none, the update itself. A single number is always
some multiple of every other, so for those the factor must be 1 or -1, or what another
parameter's update has beside the learning rate. An update that goes uphill as a whole is
blamed on the first equation that turns the sign of what it is computed from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.program.model import Assignment, Slot
from tracer.verify.proportion import quotient
from tracer.verify.slopes import FirstIteration, Places, Spot, sample

#: Elements of an array that are compared, and values larger than this are not looked at.
MOST_PLACES, LARGEST = 12, 1_000_000
#: How far a right quantity may be off, relative to its largest element.
LOOSEST, STRICTEST = 1e-4, 1e-6


@dataclass(frozen=True)
class _Target:
    """A value of the forward pass and the loss's slope at some of its elements."""

    size: int
    values: Array
    places: Places
    slopes: Array


class Blame:
    """Finds the first wrong step of the parameters whose update is wrong."""

    def __init__(
        self, iteration: FirstIteration, right: Iterable[Slot], factors: Iterable[float] = ()
    ) -> None:
        """`right` are the parameters whose update is; `factors` are those beside the rate."""
        self._of = iteration
        #: What leads to the updates that are right.
        self.innocent = {a.slot.key for start in right for a in iteration.chain(start)}
        self._factors = {1.0, *factors}
        self._forward = {a.slot.key for a in iteration.forward}
        self._targets = self._measured()
        self._signs: dict[SlotKey, int] = {}

    def _measured(self) -> list[_Target]:
        of = self._of
        spots = [of.parameter(s) for s in of.program.of_role("parameter")]
        spots += of.spots()
        return [self._target(spot) for spot in spots if spot.values.size <= LARGEST]

    def _target(self, spot: Spot) -> _Target:
        size = spot.values.size
        places = sample(size, MOST_PLACES)
        return _Target(size, spot.values.copy(), places, self._of.slopes(spot, places))

    def first_wrong(self, start: Slot, worst: float) -> Assignment:
        """Return the equation to blame; `worst` is how far the update is off, relatively."""
        chain = self._of.chain(start)
        tolerance = min(LOOSEST, max(STRICTEST, worst / 10))
        within, last = {a.slot.key for a in chain}, chain[-1].slot

        judged: dict[SlotKey, bool] = {last.key: False}

        def innocent(slot: Slot) -> bool:
            if slot.key not in judged:
                judged[slot.key] = slot.key not in within or self._right(slot, tolerance)
            return judged[slot.key]

        suspects = self._of.program.behind(last, ends=innocent)
        for assignment in chain:
            slot = assignment.slot
            suspected = slot.key in suspects and not innocent(slot)
            if suspected and slot.role != "updated" and self._comparable(slot):
                return assignment
        return chain[-1]

    def first_turned(self, start: Slot) -> Assignment:
        """Return the equation to blame for an update that goes uphill."""
        chain = self._of.chain(start)
        for assignment in chain:
            slot = assignment.slot
            if slot.role == "updated" or slot.key in self.innocent:
                continue
            sign = self._sign(slot)
            before = {self._sign(s) for s in self._of.program.reads(assignment)} - {0}
            if sign and before == {-sign}:
                return assignment
        return chain[-1]

    # -- what is right ----------------------------------------------------------------

    def _right(self, slot: Slot, tolerance: float) -> bool:
        if slot.key in self.innocent or self._factor(slot, tolerance) is not None:
            return True
        single, places = slot.size == 1, sample(slot.size, MOST_PLACES)
        arrays = [array[places] for array in self._orders(slot)]
        return any(
            self._same(array, target.values[places], tolerance)
            for target in self._of_size(slot.size)
            for array in arrays
        ) or any(
            self._fits(array, quotient, tolerance, single=single)
            for quotient in self._quotients(slot.size)
            for array in arrays
        )

    def _factor(self, slot: Slot, tolerance: float) -> float | None:
        """Return what the slope of some value is to be multiplied with to give this one."""
        return self._single(slot, tolerance) if slot.size == 1 else self._multiple(slot, tolerance)

    def _single(self, slot: Slot, tolerance: float) -> float | None:
        value = self._value(slot).reshape(1)
        for target in self._targets:
            for slope in target.slopes:
                if self._fits(value, slope.reshape(1), tolerance, single=True):
                    return float(np.sign(value[0]) * np.sign(slope)) or None
        return None

    def _multiple(self, slot: Slot, tolerance: float) -> float | None:
        for target in self._of_size(slot.size):
            for array in self._orders(slot):
                picked = array[target.places]
                if self._fits(picked, target.slopes, tolerance, single=False):
                    return quotient(picked, target.slopes)
        return None

    def _sign(self, slot: Slot) -> int:
        if slot.key not in self._signs:
            computed = slot.role == "computed"
            factor = self._factor(slot, LOOSEST) if computed else None
            self._signs[slot.key] = int(np.sign(factor or 0))
        return self._signs[slot.key]

    def _fits(self, values: Array, slopes: Array, tolerance: float, *, single: bool) -> bool:
        if not (slopes.any() and np.isfinite(slopes).all() and np.isfinite(values).all()):
            return False
        factor = quotient(values, slopes)
        if single:
            return any(abs(abs(factor) - f) <= tolerance * f for f in self._factors)
        height = float(np.abs(values).max())
        return height > 0 and self._same(values, factor * slopes, tolerance)

    @staticmethod
    def _same(values: Array, others: Array, tolerance: float) -> bool:
        off = np.abs(values - others).max(initial=0)
        return bool(off < np.inf) and bool(off <= tolerance * np.abs(others).max(initial=0))

    def _quotients(self, size: int) -> Iterable[Array]:
        found = self._of_size(size)
        for below in found:
            height = np.abs(below.slopes).max(initial=0)
            if not (np.abs(below.slopes) > 1e-6 * height).all():
                continue
            for above in found:
                if above is not below:
                    yield above.slopes / below.slopes

    def _of_size(self, size: int) -> Sequence[_Target]:
        return [target for target in self._targets if target.size == size]

    def _orders(self, slot: Slot) -> list[Array]:
        value = self._value(slot)
        orders = [value.reshape(-1)]
        if value.ndim == 2 and min(value.shape) > 1:
            orders.append(value.T.reshape(-1))
        return orders

    def _value(self, slot: Slot) -> Array:
        return self._of.whole.views[slot.key]

    def _comparable(self, slot: Slot) -> bool:
        if slot.size > 1:
            return bool(self._of_size(slot.size))
        # A single number that no data reach is a setting, such as a rate divided by a count.
        for name, version in self._of.program.behind(slot):
            found = self._of.whole.views[name, version]
            if (name, version) in self._forward or found.size > 1:
                return True
        return False
