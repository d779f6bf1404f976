"""What is measured of a parameter: its step beside the loss's slopes, element by element."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.backward.vocabulary import RATE_NAMES
from tracer.language.functions import Array
from tracer.program.model import Assignment, Program, Slot
from tracer.template.template import Template
from tracer.verify.proportion import EPSILON, quotient, shared_factor
from tracer.verify.slopes import WIDTH, FirstIteration, Places, Spot, Truth, sample

#: How far a gradient may be off, relative to the largest one of the same parameter.
TOLERANCE = 1e-6
#: Elements checked of a larger parameter; fewer where one iteration is much work.
MOST_ELEMENTS, FEW_ELEMENTS = 60, 12
MUCH_WORK = 200_000


@dataclass(frozen=True)
class Rate:
    """A setting that scales a parameter's step: doubling it gives 2 ** power times as much."""

    name: str
    value: float
    power: int

    @property
    def size(self) -> float:
        """How large it is, its sign aside."""
        return abs(self.value)

    @property
    def unit(self) -> float | None:
        """The rate as often as it is applied; None where that is too large or too small."""
        unit = float(np.float64(self.value) ** self.power)
        return unit if unit and np.isfinite(unit) else None


@dataclass(frozen=True)
class Measured:
    """A parameter's step and slopes at the elements looked at.

    `noise` is how far rounding errors of the loss may put each slope off; `left_out` counts
    the elements where the loss has no slope.
    """

    start: Slot
    places: Places
    step: Array
    slopes: Array
    noise: Array
    rate: Rate | None
    left_out: int = 0

    @property
    def factor(self) -> float:
        """What the step is of the gradient, rounded where it is meant to be a round number."""
        found, plain = self.factors
        return plain if abs(found - plain) <= 1e-7 * plain else found

    @property
    def factors(self) -> tuple[float, float]:
        """What the step is of the gradient, as it was found and as a round number."""
        rate = self.rate
        found = shared_factor(self.step, self.slopes, rate.size if rate else 1.0)
        unit = abs(rate.unit or 1.0) if rate else 1.0
        return found, float(f"{found / unit:.4g}") * unit

    def at(self, kept: Truth) -> Measured:
        """Return what was measured at some of the elements."""
        return Measured(
            self.start,
            self.places[kept],
            self.step[kept],
            self.slopes[kept],
            self.noise[kept],
            self.rate,
            self.left_out + int((~kept).sum()),
        )


class Measuring:
    """Measures the parameters of a template in its first iteration."""

    def __init__(self, template: Template, of: FirstIteration) -> None:
        self._template = template
        self._of = of
        self._most = FEW_ELEMENTS if of.program.size > MUCH_WORK else MOST_ELEMENTS

    def rates(self, starts: Sequence[Slot]) -> Mapping[str, Rate]:
        """Return the learning rate of each parameter, where one is found by doubling."""
        found: dict[str, Rate] = {}
        before = {s.name: self._of.step(s) for s in starts}
        for slot in self._settings(starts):
            value = float(self._template.given[slot.name].reshape(-1)[0])
            doubled = self._of.rerun({slot.name: np.full(slot.shape, 2 * value)})
            for start in starts:
                power = _power(before[start.name], self._of.step(start, doubled))
                known = found.get(start.name)
                if power > 0 and (known is None or power > known.power):
                    found[start.name] = Rate(slot.name, value, power)
        return found

    def _settings(self, starts: Sequence[Slot]) -> list[Slot]:
        """Return the single givens that could be a learning rate, likely names last."""
        read = {name for start in starts for name in self._read(start)}
        found = [
            slot for slot in self._of.program.of_role("given")
            if slot.name in read and slot.size == 1 and slot.key not in self._of.behind_loss
            and self._template.given[slot.name].any()
        ]  # fmt: skip
        return sorted(found, key=lambda slot: slot.name not in RATE_NAMES)

    def _read(self, start: Slot) -> Iterator[str]:
        """Yield the givens that an update reads; what leads to it may read rates only."""
        for assignment in self._of.chain(start):
            for slot in self._of.program.reads(assignment):
                here = is_update(self._of.program, assignment) or slot.name in RATE_NAMES
                if here and slot.role == "given":
                    yield slot.name

    def measured(self, start: Slot, rate: Rate | None) -> Measured:
        """Return a parameter's step and slopes, where there are any."""
        places = sample(start.size, self._most)
        spot = self._of.parameter(start)
        slopes, apart = self._of.differences(spot, places)
        widths = WIDTH * np.maximum(1, np.abs(spot.values[places]))
        noise = 4 * EPSILON * self._of.height / widths
        self._straighten(spot, places, slopes, noise)
        found = Measured(start, places, self._moves(start)[places], slopes, noise, rate)
        smooth = np.isfinite(slopes) & np.isfinite(found.step)
        finite = found.at(smooth)
        # Differences that are all off alike give a factor that is off, too: the round one tells.
        factors = [factor or 1 for factor in finite.factors]
        height = float(np.abs(finite.slopes).max(initial=0))
        for number in np.flatnonzero(smooth):
            place, slack = int(places[number]), noise[number]
            if apart[number] > 1e-3 * height + slack:
                smooth[number] = not self._of.has_corner(spot, place, height)
            # A finer difference changes the last digits only; what is far off stays so.
            off = max(abs(found.step[number] / factor - slopes[number]) for factor in factors)
            if 0.1 * TOLERANCE * height + slack < off < 1e-2 * height:
                slopes[number] = self._of.refined(spot, place)
        return found.at(smooth & np.isfinite(slopes))

    def _straighten(self, spot: Spot, places: Places, slopes: Array, noise: Array) -> None:
        """Take slopes anew where the loss bends, or stops being finite, within the width.

        The steepest tells for all: where that one holds, the others can't be far off.
        """
        lost = ~np.isfinite(slopes)
        if not lost.all():
            steepest = int(np.argmax(np.where(lost, 0, np.abs(slopes))))
            place, slope = int(places[steepest]), slopes[steepest]
            finer = self._of.slope(spot, place, 0.1 * WIDTH)
            bent = abs(finer - slope) > 1e-3 * abs(slope) + 10 * noise[steepest]
            lost |= bent
        for number in np.flatnonzero(lost):
            slopes[number] = self._of.refined(spot, int(places[number]))

    def _moves(self, start: Slot) -> Array:
        """Return what stands for a parameter's gradient: the one it names, or its step."""
        name = self._template.gradients.get(start.name)
        if name is None:
            return self._of.step(start)
        return self._of.whole.views[self._of.program.newest(name).key].reshape(-1)


def is_update(program: Program, assignment: Assignment) -> bool:
    """Say whether an equation is part of an update."""
    return program.steps[assignment.step].phase == "update" or assignment.slot.role == "updated"


def _power(before: Array, after: Array) -> int:
    """Return n where doubling a setting made a step 2 ** n times as large; 0 for none."""
    if not (np.isfinite(before).all() and np.isfinite(after).all()):
        return 0
    ratio = quotient(after, before)
    far = np.abs(after - ratio * before).max(initial=0) > 1e-6 * np.abs(after).max(initial=0)
    if far or not 1 < ratio < np.inf:
        return 0
    power = round(float(np.log2(ratio)))
    return power if abs(float(np.ldexp(ratio, -power)) - 1) < 1e-6 else 0
