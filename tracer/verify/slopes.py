"""The first iteration, and how the loss changes with any number in it.

Central differences know nothing of the template's backward pass: they only compute the loss
again with one number slightly changed. The number may be an element of a starting parameter
or any intermediate value of the forward pass, also one inside an equation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tracer.language.evaluate import Call, CallList, filled, touched
from tracer.language.expression import Name, SlotKey
from tracer.language.functions import Array
from tracer.program.model import Assignment, Program, Slot
from tracer.run.machine import Machine, schedule
from tracer.template.template import Template

#: How far a number is moved, relative to its size where that is above 1.
WIDTH = 1e-5
#: Narrower widths, tried where differences of the first don't agree within this part.
SCALES, ROUGHLY = (1.0, 0.1, 0.01, 0.001, 0.0001), 0.01
Places = NDArray[np.int64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Spot:
    """A value of the forward pass: its memory, and the first call that sees a change of it."""

    values: Array
    resume: int


class FirstIteration:
    """A template's first iteration: its values, its steps, and its loss as a function.

    Everything is computed without rounding, with the first batch. Where the loss is computed
    from parameters after their update, it is taken as a function of those before.
    """

    def __init__(
        self,
        template: Template,
        iteration: int = 0,
        *,
        loss: str | None = None,
        moves: Collection[str] | None = None,
    ) -> None:
        """Take the batch of an `iteration`, from 0.

        `loss` is another loss than the program's, `moves` the parameters that follow it: what
        the others were moved to before it is computed is taken as it is.
        """
        self._iteration = iteration
        self._moves = moves
        self.program: Program = template.program()
        self._given: Mapping[str, Array] = {**template.given, **template.parameters}
        self.loss = self.program.newest(loss or self.program.loss or "")
        self.whole = self._ready({})
        _run(self.whole.iterate)
        self._lay_forward()

    def _ready(self, changes: Mapping[str, Array]) -> Machine:
        program = self.program
        machine = Machine(program, {**self._given, **changes})
        _run(machine.prepare)
        if program.batch is not None:
            at = self._iteration
            rows = schedule(program.batch, program.samples, at + 1)[at]
            machine.batches(program.batch)(rows, at)
        return machine

    def _lay_forward(self) -> None:
        self.behind_loss = self._behind_loss()
        self.forward = tuple(a for a in self.program.iterate if a.slot.key in self.behind_loss)
        machine = self._ready({})
        if self._moves is not None:
            _run(machine.iterate)

        def view(name: Name) -> Array:
            return machine.views[self._seen(self.program.slot(name)).key]

        call_list = CallList(view)
        for assignment in self.forward:
            call_list.assign(machine.views[assignment.slot.key], assignment.equation.expression)
        self._calls: list[Call] = call_list.calls
        self._views = machine.views
        # Of a parameter that is the loss itself, too, the one before its update counts.
        loss = self.program.start(self.loss.name) if self.loss.role == "updated" else self.loss
        self._loss = machine.views[loss.key].reshape(-1)
        _run(self._calls)
        self._at_start = float(self._loss[0])
        self.height = abs(self._at_start)

    # -- what depends on what ---------------------------------------------------------

    def _behind_loss(self) -> set[SlotKey]:
        """Return the keys of all that the loss is computed from; parameters as they start."""
        program = self.program
        behind = program.behind(self.loss, ends=lambda slot: slot.role == "updated")
        return {self._seen(slot).key for slot in behind.values()}

    @property
    def finite(self) -> bool:
        """Whether all numbers of the iteration are some."""
        return all(np.isfinite(part).all() for part in (self.whole.constant, self.whole.recorded))

    def first_reading(self, start: Slot, innocent: Collection[SlotKey]) -> Assignment | None:
        """Return the first equation of a parameter's own that reads from the forward pass.

        `innocent` are the results that are not its own. None where there is none.
        """
        forward = {a.slot.key for a in self.forward}
        own = [a for a in self.chain(start) if a.slot.key not in innocent]
        reads = self.program.reads
        return next((a for a in own if any(s.key in forward for s in reads(a))), None)

    def _seen(self, slot: Slot) -> Slot:
        """Return what the loss is a function of where an equation reads a slot."""
        own = self._moves is None or slot.name in self._moves
        return self.program.start(slot.name) if slot.role == "updated" and own else slot

    def chain(self, start: Slot) -> list[Assignment]:
        """Return what leads from the forward pass to a parameter's new value, in order.

        Other parameters' updates are not part of it, also where it reads their results; what
        an optimizer remembers is.
        """
        forward = {a.slot.key for a in self.forward}

        def ends(slot: Slot) -> bool:
            foreign = (
                slot.role == "updated"
                and slot.name != start.name
                and (slot.name, 0) in self.behind_loss
            )
            made = self.program.made(slot.key) is not None
            return not made or slot.role == "prepared" or slot.key in forward or foreign

        behind = self.program.behind(self.program.newest(start.name), ends=ends)
        return [a for a in self.program.iterate if a.slot.key in behind and not ends(a.slot)]

    # -- steps and slopes -------------------------------------------------------------

    def step(self, start: Slot, machine: Machine | None = None) -> Array:
        """Return how far the first update moves a parameter, downhill counted positive."""
        views = (machine or self.whole).views
        return (views[start.key] - views[self.program.newest(start.name).key]).reshape(-1)

    def rerun(self, changes: Mapping[str, Array]) -> Machine:
        """Return the first iteration with other givens."""
        machine = self._ready(changes)
        _run(machine.iterate)
        return machine

    def parameter(self, start: Slot) -> Spot:
        """Return where a parameter's start enters the forward pass."""
        view = self._views[start.key]
        seen = (n for n, call in enumerate(self._calls) if _uses(call, view))
        return Spot(view.reshape(-1), next(seen, len(self._calls)))

    def spots(self) -> Iterator[Spot]:
        """Yield every intermediate value of the forward pass, in order."""
        for number, call in enumerate(self._calls):
            target = filled(call)
            if target.flags.c_contiguous:
                yield Spot(target.reshape(-1), number + 1)

    def slopes(self, spot: Spot, places: Sequence[int] | Places) -> Array:
        """Return the loss's slope at these elements, by central differences."""
        return self.differences(spot, places)[0]

    def differences(self, spot: Spot, places: Sequence[int] | Places) -> tuple[Array, Array]:
        """Return central differences, and how far the slopes of the two sides are apart."""
        found, apart = np.empty(len(places)), np.empty(len(places))
        for number, place in enumerate(places):
            original = float(spot.values[place])
            width = WIDTH * max(1.0, abs(original))
            above, below = original + width, original - width
            high = self._loss_with(spot, int(place), above)
            low = self._loss_with(spot, int(place), below)
            spot.values[place] = original
            found[number] = (high - low) / (above - below)
            apart[number] = abs((high - self._at_start) - (self._at_start - low)) / width
        _run(self._calls)
        return found, apart

    def slope(self, spot: Spot, place: int, width: float) -> float:
        """Return the loss's slope at one element, by a central difference of this width."""
        found = self._two_points(spot, place, width)
        _run(self._calls)
        return found

    def refined(self, spot: Spot, place: int) -> float:
        """Return a slope more reliably: the middle one of three differences.

        The widest width is taken at which the loss is finite and the three agree roughly:
        near the end of a square root, or inside a steep bend, only narrow ones do. NaN where
        there is none.
        """
        found = [(np.inf, np.nan)]
        for scale in SCALES:
            three = (
                self._two_points(spot, place, scale * WIDTH),
                self._four_points(spot, place, scale * 10 * WIDTH),
                self._four_points(spot, place, scale * 100 * WIDTH),
            )
            spread, middle = float(np.ptp(three)), float(np.median(three))
            if np.isfinite(spread):
                found.append((spread, middle))
            if spread <= ROUGHLY * abs(middle):
                break
        _run(self._calls)
        return min(found)[1]

    def has_corner(self, spot: Spot, place: int, height: float) -> bool:
        """Say whether the loss has a corner at an element, as relu has at 0: no slope there."""
        finest, fine, coarse = (
            self._gap(spot, place, scale * WIDTH) for scale in (0.01, 0.1, 10.0)
        )
        _run(self._calls)
        # Where the loss is smooth, the two sides' slopes meet as the width shrinks: a tenth of
        # it leaves a tenth of the gap. Of a corner nearby, all of it stays, or nothing.
        smooth = 0.05 * fine < finest < 0.2 * fine
        return fine > 1e-4 * height and fine > 0.3 * coarse and not smooth

    def _gap(self, spot: Spot, place: int, width: float) -> float:
        """Return how far the slopes of the two sides are apart."""
        original = float(spot.values[place])
        above = self._loss_with(spot, place, original + width)
        below = self._loss_with(spot, place, original - width)
        spot.values[place] = original
        return abs((above - self._at_start) - (self._at_start - below)) / width

    def _two_points(self, spot: Spot, place: int, width: float) -> float:
        original = float(spot.values[place])
        width *= max(1.0, abs(original))
        above, below = original + width, original - width
        rise = self._loss_with(spot, place, above) - self._loss_with(spot, place, below)
        spot.values[place] = original
        return rise / (above - below)

    def _four_points(self, spot: Spot, place: int, width: float) -> float:
        near, far = (self._two_points(spot, place, n * width) for n in (1, 2))
        return (4 * near - far) / 3

    def _loss_with(self, spot: Spot, place: int, value: float) -> float:
        spot.values[place] = value
        _run(self._calls[spot.resume :])
        return float(self._loss[0])


def _uses(call: Call, memory: Array) -> bool:
    """Say whether a call works on this memory."""
    return any(np.may_share_memory(array, memory) for array in touched(call))


def _run(calls: Sequence[Call]) -> None:
    with np.errstate(all="ignore"):
        for call in calls:
            call()


def sample(size: int, most: int) -> Places:
    """Return which elements are looked at: all, or the same few every time, in order."""
    if size <= most:
        return np.arange(size)
    chosen = np.random.default_rng(size).choice(size, most, replace=False)
    return np.sort(chosen).astype(np.int64)
