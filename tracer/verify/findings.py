"""Gradients of the first iteration against central differences of the loss.

A template may write its backward pass in any way; what counts is what its update does. The
step of a parameter (start - new) must be the gradient of the loss times one positive number,
the same for every element: its factor, found from the elements that agree on one. Usually it
is the learning rate, or that times a constant such as the number of samples, where a mean is
the loss and a sum is differentiated. The factor is shown and not judged, but for this: the
step must grow in proportion to the learning rate. What the learning rate is, is found by
doubling: a single given number that an update reads and the loss doesn't depend on. Where
doubling it makes the step four times as large, it is applied twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tracer.backward.vocabulary import RATE_NAMES
from tracer.language.expression import place_text
from tracer.language.functions import Array
from tracer.program.model import Assignment, Slot
from tracer.template.template import Template
from tracer.verify.blame import Blame, sample
from tracer.verify.gradients import ElementCheck, GradientCheck, Gradients, Verdict
from tracer.verify.slopes import WIDTH, FirstIteration, Places
from tracer.wording import Said

#: How far a gradient may be off, relative to the largest one of the same parameter.
TOLERANCE = 1e-6
#: Elements checked of a larger parameter; fewer where one iteration is much work.
MOST_ELEMENTS, FEW_ELEMENTS = 60, 12
MUCH_WORK = 200_000
EPSILON = float(np.finfo(float).eps)


def check_gradients(template: Template) -> Gradients:
    """Compare the first update of every parameter with central differences of the loss."""
    program = template.program()
    if program.loss is None:
        return Gradients("", (), (Said("gradients.no_loss"),))
    starts = [
        slot
        for slot in program.of_role("parameter")
        if program.newest(slot.name).role == "updated"
        # What a derived update remembers has no gradient, and needs no word about it.
        and (not template.gradients or slot.name in template.gradients)
    ]
    if not starts:
        return Gradients(program.loss, (), (Said("gradients.no_update"),))
    return _GradientChecker(template, starts).gradients()


@dataclass(frozen=True)
class _Rate:
    """A setting that scales a parameter's step: doubling it gives 2 ** power times as much."""

    name: str
    value: float
    power: int


@dataclass(frozen=True)
class _Measured:
    """A parameter's step and slopes at the elements looked at."""

    start: Slot
    places: Places
    step: Array
    slopes: Array
    noise: float
    rate: _Rate | None


class _GradientChecker:
    """Checks one template."""

    def __init__(self, template: Template, starts: Sequence[Slot]) -> None:
        self._template = template
        self._starts = starts
        self._of = FirstIteration(template)
        self._loss_from = self._of.behind_loss
        few = self._of.program.size > MUCH_WORK
        self._blame: Blame | None = None
        self._most = FEW_ELEMENTS if few else MOST_ELEMENTS

    def gradients(self) -> Gradients:
        """Return every parameter's check, and notes on those left out."""
        checked = [s for s in self._starts if s.key in self._loss_from]
        notes = [
            Said("gradients.independent", {"name": slot.name})
            for slot in self._starts
            if slot not in checked
        ]
        whole = self._of.whole
        if not all(np.isfinite(part).all() for part in (whole.constant, whole.recorded)):
            return Gradients(self._of.loss.name, (), (Said("gradients.not_finite"),))
        if self._template.gradients:
            found = [self._measure(slot, None) for slot in checked]
            notes += self._corners(found)
            direct = tuple(self._direct(m) for m in found if len(m.places))
            return Gradients(self._of.loss.name, direct, tuple(notes))
        rates = self._rates(checked)
        found = [self._measure(slot, rates.get(slot.name)) for slot in checked]
        notes += self._corners(found)
        pairs = [(m, self._check(m)) for m in found if len(m.places)]
        usual = _usual(pairs)
        pairs = [(m, self._alone(m, check, usual)) for m, check in pairs]
        right = [m.start for m, check in pairs if check.agrees]
        beside = {t for m, c in pairs if c.agrees for t in [_times(m, c)] if t}
        checks = [c if c.agrees else self._explained(m, c, right, beside) for m, c in pairs]
        return Gradients(self._of.loss.name, tuple(checks), tuple(notes))

    def _corners(self, found: Sequence[_Measured]) -> list[Said]:
        """Return notes on elements where the loss has no slope."""
        notes = []
        for m in found:
            left_out = min(m.start.size, self._most) - len(m.places)
            if left_out:
                what = {"name": m.start.name, "count": left_out}
                notes.append(Said("gradients.left_out", what))
        return notes

    def _direct(self, m: _Measured) -> GradientCheck:
        """Return the check of a parameter whose gradient the template names."""
        check = self._rows(m, m.step, m.noise)
        name = self._template.gradients[m.start.name]
        said = Said("gradients.factor_rate", {"rate": name})
        wrong = None if check.agrees else Said("gradients.not_slope", {"name": name})
        return replace(check, factor=1.0, factor_says=said, says=wrong)

    # -- measuring --------------------------------------------------------------------

    def _rates(self, starts: Sequence[Slot]) -> Mapping[str, _Rate]:
        """Return the learning rate of each parameter, where one is found by doubling."""
        found: dict[str, _Rate] = {}
        before = {s.name: self._of.step(s) for s in starts}
        for slot in self._settings(starts):
            value = float(self._template.given[slot.name].reshape(-1)[0])
            doubled = self._of.rerun({slot.name: np.full(slot.shape, 2 * value)})
            for start in starts:
                power = _power(before[start.name], self._of.step(start, doubled))
                known = found.get(start.name)
                if power > 0 and (known is None or power > known.power):
                    found[start.name] = _Rate(slot.name, value, power)
        return found

    def _settings(self, starts: Sequence[Slot]) -> list[Slot]:
        """Return the single givens that could be a learning rate, likely names last."""
        read: set[str] = set()
        for start in starts:
            for assignment in self._of.chain(start):
                names = {s.name for s in self._of.reads(assignment) if s.role == "given"}
                read |= names if self._updates(assignment) else names & {*RATE_NAMES}
        found = [
            slot for slot in self._of.program.of_role("given")
            if slot.name in read and slot.size == 1 and slot.key not in self._loss_from
            and self._template.given[slot.name].any()
        ]  # fmt: skip
        return sorted(found, key=lambda slot: slot.name not in RATE_NAMES)

    def _updates(self, assignment: Assignment) -> bool:
        phase = self._of.program.steps[assignment.step].phase
        return phase == "update" or assignment.slot.role == "updated"

    def _measure(self, start: Slot, rate: _Rate | None) -> _Measured:
        places = sample(start.size, self._most)
        spot = self._of.parameter(start)
        slopes, apart = self._of.differences(spot, places)
        step = self._moves(start)[places]
        noise = 4 * EPSILON * self._of.height / WIDTH
        factor = _factor(step, slopes, rate)
        height = float(np.abs(slopes).max())
        off = np.abs(step / (factor or 1) - slopes)
        smooth = np.ones(len(places), bool)
        for number, place in enumerate(places.tolist()):
            if apart[number] > 1e-3 * height + noise:
                smooth[number] = not self._of.has_corner(spot, place, height)
            # A finer difference changes the last digits only; what is far off stays so.
            if 0.1 * TOLERANCE * height + noise < off[number] < 1e-2 * height:
                slopes[number] = self._of.refined(spot, place)
        smooth &= np.isfinite(slopes)
        return _Measured(start, places[smooth], step[smooth], slopes[smooth], noise, rate)

    def _moves(self, start: Slot) -> Array:
        """Return what stands for a parameter's gradient: the one it names, or its step."""
        name = self._template.gradients.get(start.name)
        if name is None:
            return self._of.step(start)
        return self._of.whole.views[self._of.program.newest(name).key].reshape(-1)

    # -- judging ----------------------------------------------------------------------

    def _check(self, m: _Measured) -> GradientCheck:
        factor = _factor(m.step, m.slopes, m.rate)
        rounding = 4 * EPSILON * float(np.abs(self._of.whole.views[m.start.key]).max())
        noise = m.noise + (rounding / factor if factor > 0 else 0)
        check = self._rows(m, m.step / abs(factor) if factor else m.step, noise)
        check = replace(check, factor=factor or None, factor_says=_factor_says(factor, m.rate))
        if not check.agrees:
            return self._through_optimizer(m, noise) or check
        if m.rate is not None and m.rate.power > 1:
            return replace(check, verdict="differs")
        return check

    def _alone(self, m: _Measured, check: GradientCheck, usual: float | None) -> GradientCheck:
        """Judge a single number, which fits any factor, by the factor of most others."""
        times = _times(m, check)
        if m.start.size > 1 or not check.agrees or not times or not m.slopes.any():
            return check
        known = [usual] if m.rate is None else [usual, 1.0]
        if usual and all(abs(times / t - 1) > 1e-5 for t in known if t):
            return replace(check, verdict="differs")
        return check

    def _rows(self, m: _Measured, gradients: Array, noise: float) -> GradientCheck:
        start = m.start
        height = float(np.abs(m.slopes).max())
        allowed = TOLERANCE * height + noise
        if height <= noise:
            height = max(height, float(np.abs(gradients).max()))
        apart = np.abs(gradients - m.slopes)
        relative = apart / height if height else apart
        indices = np.array(np.unravel_index(m.places, start.shape or (1,))).T
        rows = tuple(
            ElementCheck(tuple(index) if start.shape else (), *numbers)
            for index, numbers in zip(
                indices.tolist(),
                zip(gradients.tolist(), m.slopes.tolist(), relative.tolist(), strict=True),
                strict=True,
            )
        )
        verdict: Verdict = "agrees" if (apart <= allowed).all() else "differs"
        return GradientCheck(start.name, start.shape, start.size, rows, None, None, verdict)

    def _through_optimizer(self, m: _Measured, noise: float) -> GradientCheck | None:
        """Return the check of a gradient that an optimizer with a memory turns into the step."""
        of, start = self._of, m.start
        known = of.ancestors(of.program.newest(start.name))
        memory = [s for s in self._starts if s.key not in self._loss_from and s.key in known]
        if not memory or float(m.step @ m.slopes) <= 0:
            return None
        for assignment in of.chain(start):
            slot = assignment.slot
            if slot.role != "computed" or slot.shape != start.shape:
                continue
            values = of.whole.views[slot.key].reshape(-1)[m.places]
            for gradients in (values, -values):
                check = self._rows(m, gradients, noise)
                if check.agrees and gradients.any():
                    says = Said("gradients.factor_optimizer", {"name": slot.label})
                    return replace(check, factor_says=says)
        return None

    # -- explaining -------------------------------------------------------------------

    def _explained(
        self, m: _Measured, check: GradientCheck, right: Sequence[Slot], beside: set[float]
    ) -> GradientCheck:
        start, rate = m.start, m.rate
        chain = self._of.chain(start)
        if rate is not None and rate.power > 1:
            blamed, words = self._twice(rate, chain)
            says = Said("gradients.factor_not", {"factor": check.factor_says, "rate": rate.name})
            check = replace(
                self._rows(m, m.step / abs(rate.value), m.noise),
                factor=abs(rate.value), factor_says=says,
            )  # fmt: skip
            return self._blaming(check, blamed, *words)
        if not m.step.any():
            return self._blaming(check, chain[-1], Said("gradients.still", {"name": start.name}))
        common, alone = sorted(beside), check
        if rate is not None and common and np.ptp(common) <= 1e-5 * max(common):
            # The other parameters say what the factor should have been.
            factor = abs(rate.value) * common[0]
            check = replace(
                self._rows(m, m.step / factor, m.noise),
                factor=factor, factor_says=_factor_says(factor, rate),
            )  # fmt: skip
        if self._blame is None:
            self._blame = Blame(self._of, right, beside)
        blamed = self._blame.first_wrong(start, check.largest)
        if float(m.step @ m.slopes) < 0 and _parallel(m) and blamed is chain[-1]:
            blamed = self._blame.first_turned(start)
            return self._blaming(check, blamed, Said("gradients.turns", {"name": start.name}))
        if start.size == 1 and alone.largest <= TOLERANCE:
            unlike = Said("gradients.unlike", {"factor": alone.factor_says})
            return self._blaming(check, blamed, unlike)
        return self._blaming(check, blamed, _which(check), *self._hints(start, blamed))

    def _twice(self, rate: _Rate, chain: Sequence[Assignment]) -> tuple[Assignment, list[Said]]:
        reading = [a for a in chain if rate.name in {s.name for s in self._of.reads(a)}]
        early = [a for a in reading if not self._updates(a)]
        key = {2: "gradients.twice", 3: "gradients.three_times"}.get(rate.power, "gradients.often")
        what = {"rate": rate.name, "count": rate.power, "factor": 2**rate.power}
        words = [Said(key, what)]
        if early and len(reading) > 1:
            again = self._of.program.steps[reading[-1].step].number
            words.append(Said("gradients.again", {"number": again}))
        return (early or reading or list(chain))[0], words

    def _hints(self, start: Slot, blamed: Assignment) -> list[Said]:
        words = []
        new = [s for s in self._of.reads(blamed) if s.role == "updated" and s.name != start.name]
        if new and blamed.slot.role != "updated":
            words.append(Said("gradients.too_late", {"name": new[0].name}))
        forward = {a.slot.key for a in self._of.forward}
        parameters = {s.key for s in self._of.program.of_role("parameter")}
        live = any(
            slot.key in forward or (slot.key in parameters and slot.name != start.name)
            or (slot.key == start.key and assignment.slot.role != "updated")
            for assignment in self._of.chain(start)
            for slot in self._of.reads(assignment)
        )  # fmt: skip
        if not live:
            words.append(Said("gradients.constant"))
        return words

    def _blaming(self, check: GradientCheck, blamed: Assignment, *why: Said) -> GradientCheck:
        step = self._of.program.steps[blamed.step]
        where = (step.number, step.title)
        what = {"number": step.number, "title": step.title, "why": why}
        return replace(
            check, verdict="differs", step=where, says=Said("gradients.first", what),
            equation=blamed.equation.text,
        )  # fmt: skip


def _factor(step: Array, slopes: Array, rate: _Rate | None) -> float:
    """Return the number that makes most slopes into steps; 0 where the step is 0.

    The quotient that most elements share; between equals, the one nearest to the learning
    rate. It is negative only where no element goes downhill.
    """
    height = float(np.abs(slopes).max())
    if not step.any() or not height:
        # With no slope to compare with, the step is shown as it is, in units of the rate.
        return (abs(rate.value) if rate else 1.0) if step.any() else 0.0
    steep = np.abs(slopes) > 1e-3 * height
    quotients = step[steep] / slopes[steep]
    if not (quotients > 0).any():
        return min(float(step @ slopes) / float(slopes @ slopes), -EPSILON)
    quotients = quotients[quotients > 0]
    apart = np.abs(step[:, None] - quotients * slopes[:, None])
    shared = apart <= 1e-5 * height * quotients
    counts = shared.sum(axis=0)
    wanted = abs(rate.value) if rate else 1.0
    near = np.abs(np.log(quotients / wanted)) if wanted else np.zeros(len(quotients))
    best = int(np.lexsort((near, -counts))[0])
    agreed = shared[:, best]
    if counts[best] * 2 < len(step) and float(step @ slopes) > 0:
        agreed = np.ones(len(step), bool)
    found = float(step[agreed] @ slopes[agreed]) / float(slopes[agreed] @ slopes[agreed])
    unit = abs(rate.value) ** rate.power if rate else 1.0
    plain = float(f"{found / unit:.4g}") * unit if unit else found
    return plain if abs(found - plain) <= 1e-7 * plain else found


def _power(before: Array, after: Array) -> int:
    """Return n where doubling a setting made a step 2 ** n times as large; 0 for none."""
    square = float(before @ before)
    ratio = float(after @ before) / square if square else 0.0
    if ratio <= 1 or np.abs(after - ratio * before).max() > 1e-6 * np.abs(after).max():
        return 0
    power = round(float(np.log2(ratio)))
    return power if abs(ratio / 2**power - 1) < 1e-6 else 0


def _times(m: _Measured, check: GradientCheck) -> float | None:
    """Return a factor in units of the learning rate, where one is known."""
    if not check.factor:
        return None
    return check.factor / (abs(m.rate.value) ** m.rate.power if m.rate else 1.0)


def _usual(pairs: Sequence[tuple[_Measured, GradientCheck]]) -> float | None:
    """Return the factor, in units of the rate, that most numbers checked have; None for none."""
    counts: dict[float, int] = {}
    for m, check in pairs:
        times = _times(m, check) if check.agrees and m.slopes.any() else None
        if times:
            same = next((t for t in counts if abs(times / t - 1) <= 1e-5), times)
            counts[same] = counts.get(same, 0) + len(m.places)
    return max(counts, key=lambda t: (counts[t], -abs(t - 1)), default=None)


def _parallel(m: _Measured) -> bool:
    factor = float(m.step @ m.slopes) / float(m.slopes @ m.slopes)
    return bool(np.abs(m.step - factor * m.slopes).max() <= 1e-4 * np.abs(m.step).max())


def _factor_says(factor: float, rate: _Rate | None) -> Said:
    if not factor:
        return Said("gradients.factor_none")
    if rate is None or not rate.value:
        return Said("gradients.factor", {"number": factor})
    times = factor / rate.value**rate.power
    power = rate.name if rate.power == 1 else f"{rate.name} ** {rate.power}"
    if f"{times:.6g}" == "1":
        return Said("gradients.factor_rate", {"rate": power})
    return Said("gradients.factor_times", {"rate": power, "number": times})


def _which(check: GradientCheck) -> Said:
    """Return which elements are off."""
    if check.size == 1:
        return Said("gradients.wrong", {"name": check.parameter})
    off = [place_text(row.index) for row in check.rows if row.relative > TOLERANCE]
    listed = "; ".join(off[:4]) + ("; …" if len(off) > 4 else "")
    counts = {"count": len(off), "checked": len(check.rows)}
    return Said("gradients.wrong_in", {"name": check.parameter, "listed": listed, **counts})
