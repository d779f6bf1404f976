"""Whether a parameter's step is its gradient: what was measured, put in the units of slopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracer.language.functions import Array
from tracer.program.model import Slot
from tracer.verify.gradients import ElementCheck, GradientCheck
from tracer.verify.measured import TOLERANCE, Measured, Rate
from tracer.verify.proportion import EPSILON, SAME_FACTOR, likeness
from tracer.verify.slopes import FirstIteration
from tracer.wording import Said

#: Where something agrees only because rounding errors are larger than this part of it, there
#: is nothing to be seen.
HIDDEN = 1e-3


@dataclass(frozen=True)
class Judged:
    """A parameter's gradient beside the loss's slopes, and whether they agree.

    `factor` is what the step was divided by, `factor_says` what is said of it.
    """

    measured: Measured
    rows: tuple[ElementCheck, ...]
    agrees: bool
    factor: float | None = None
    factor_says: Said | None = None

    @property
    def start(self) -> Slot:
        """The parameter as it starts."""
        return self.measured.start

    @property
    def largest(self) -> float:
        """The largest relative difference."""
        return max(row.relative for row in self.rows)

    @property
    def hidden(self) -> bool:
        """Whether it agrees only because rounding errors hide all that there is."""
        return self.agrees and self.largest > HIDDEN

    @property
    def times(self) -> float | None:
        """The factor in units of the learning rate, where one is known."""
        if not self.factor:
            return None
        rate = self.measured.rate
        return self.factor / (abs(rate.unit or 1.0) if rate else 1.0)

    def in_units(self, factor: float, says: Said) -> Judged:
        """Return the same with the step divided by another factor."""
        shown = compared(self.measured, self.measured.step / factor, self.measured.noise)
        return replace(shown, agrees=self.agrees, factor=factor, factor_says=says)

    def check(self) -> GradientCheck:
        """Return it as what is shown of a parameter."""
        start = self.start
        return GradientCheck(
            parameter=start.name,
            shape=start.shape,
            size=start.size,
            rows=self.rows,
            factor=self.factor,
            factor_says=self.factor_says,
            verdict="agrees" if self.agrees else "differs",
        )


def compared(m: Measured, gradients: Array, noise: Array) -> Judged:
    """Return gradients beside slopes; `noise` is how far rounding may put each one off."""
    shape = m.start.shape
    height = float(np.abs(m.slopes).max())
    allowed = TOLERANCE * height + noise
    if height <= noise.max():
        height = max(height, float(np.abs(gradients).max()))
    apart = np.abs(gradients - m.slopes)
    relative = apart / height if height else apart
    indices = np.array(np.unravel_index(m.places, shape or (1,))).T
    numbers = zip(gradients.tolist(), m.slopes.tolist(), relative.tolist(), strict=True)
    rows = tuple(
        ElementCheck(tuple(index) if shape else (), *three)
        for index, three in zip(indices.tolist(), numbers, strict=True)
    )
    return Judged(m, rows, bool((apart <= allowed).all()))


class Judge:
    """Judges what was measured of the parameters of one template."""

    def __init__(self, of: FirstIteration, starts: Sequence[Slot]) -> None:
        self._of = of
        self._memory = {s.key for s in starts if s.key not in of.behind_loss}

    def named(self, m: Measured, name: str) -> Judged:
        """Judge a gradient that the template names."""
        rate = self._plain_rate(m.start, name)
        says = (
            Said("gradients.factor_optimizer", {"name": name})
            if rate is None
            else Said("gradients.factor_rate", {"rate": rate})
        )
        return replace(compared(m, m.step, m.noise), factor=1.0, factor_says=says)

    def _plain_rate(self, start: Slot, name: str) -> str | None:
        """Return the number whose product with the named gradient the step is; None for none."""
        program, views = self._of.program, self._of.whole.views
        made = program.made(program.newest(start.name).key)
        read = {s.key: s for s in program.reads(made)} if made is not None else {}
        gradient = program.newest(name)
        if gradient.key not in read:
            return None
        step, slopes = self._of.step(start), views[gradient.key].reshape(-1)
        # A small step off a large number is known to no more digits than that number.
        slack = 4 * EPSILON * float(np.abs(views[start.key]).max())
        for slot in read.values():
            if slot.size == 1 and slot.key not in (start.key, gradient.key):
                expected = views[slot.key].reshape(-1)[0] * slopes
                if np.allclose(step, expected, rtol=SAME_FACTOR, atol=slack):
                    return slot.name
        return None

    def all(self, found: Sequence[Measured]) -> list[Judged]:
        """Judge the steps of parameters, a single number also by what the others are."""
        judged = [self._judged(m) for m in found]
        usual = usual_factor(judged)
        return [replace(j, agrees=j.agrees and not _unlike(j, usual)) for j in judged]

    def _judged(self, m: Measured) -> Judged:
        factor = m.factor
        rounding = 4 * EPSILON * float(np.abs(self._of.whole.views[m.start.key]).max())
        noise = m.noise + (rounding / factor if factor > 0 else 0)
        found = compared(m, m.step / abs(factor) if factor else m.step, noise)
        found = replace(found, factor=factor or None, factor_says=factor_says(factor, m.rate))
        if not found.agrees:
            return self._through_optimizer(m, noise) or found
        return replace(found, agrees=m.rate is None or m.rate.power == 1)

    def _through_optimizer(self, m: Measured, noise: Array) -> Judged | None:
        """Judge a gradient that an optimizer with a memory turns into the step."""
        of, start = self._of, m.start
        known = of.program.behind(of.program.newest(start.name))
        if not known.keys() & self._memory or likeness(m.step, m.slopes) <= 0:
            return None
        for assignment in of.chain(start):
            slot = assignment.slot
            if slot.role != "computed" or slot.shape != start.shape:
                continue
            values = of.whole.views[slot.key].reshape(-1)[m.places]
            for gradients in (values, -values):
                found = compared(m, gradients, noise)
                if found.agrees and gradients.any():
                    says = Said("gradients.factor_optimizer", {"name": slot.label})
                    return replace(found, factor_says=says)
        return None


def usual_factor(judged: Sequence[Judged]) -> float | None:
    """Return the factor, in units of the rate, that most numbers checked have; None for none."""
    counts: dict[float, int] = {}
    for j in judged:
        times = j.times if j.agrees and j.measured.slopes.any() else None
        if times:
            same = next((t for t in counts if abs(times / t - 1) <= SAME_FACTOR), times)
            counts[same] = counts.get(same, 0) + len(j.rows)
    return max(counts, key=lambda t: (counts[t], -abs(t - 1)), default=None)


def _unlike(judged: Judged, usual: float | None) -> bool:
    """Say whether a single number, which fits any factor, has another than most others."""
    m, times = judged.measured, judged.times
    if m.start.size > 1 or not times or not usual or not m.slopes.any():
        return False
    known = [usual] if m.rate is None else [usual, 1.0]
    return all(abs(times / t - 1) > SAME_FACTOR for t in known)


def factor_says(factor: float, rate: Rate | None) -> Said:
    """Return what is said of a factor: in units of the learning rate, where one is known."""
    if not factor:
        return Said("gradients.factor_none")
    if rate is None or rate.unit is None:
        return Said("gradients.factor", {"number": factor})
    times = factor / rate.unit
    power = rate.name if rate.power == 1 else f"{rate.name} ** {rate.power}"
    if f"{times:.6g}" == "1":
        return Said("gradients.factor_rate", {"rate": power})
    return Said("gradients.factor_times", {"rate": power, "number": times})
