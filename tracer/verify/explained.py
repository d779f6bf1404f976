"""Why a gradient disagrees: the first wrong step, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from tracer.language.expression import Helper, place_text, walk
from tracer.program.model import Assignment, Slot
from tracer.template.template import Template
from tracer.verify.blame import Blame
from tracer.verify.gradients import GradientCheck
from tracer.verify.judged import Judged, factor_says
from tracer.verify.measured import TOLERANCE, Measured, Rate, is_update
from tracer.verify.proportion import SAME_FACTOR, likeness, quotient
from tracer.verify.repair import Repair
from tracer.verify.slopes import FirstIteration
from tracer.wording import Said


class Explainer:
    """Explains the wrong gradients of one template, knowing which are right."""

    def __init__(self, template: Template, of: FirstIteration, judged: Sequence[Judged]) -> None:
        self._of = of
        self._code = template.code
        names = (text.partition("(")[0].strip() for text in template.helpers)
        self._helper_lines = dict(zip(names, template.helper_lines, strict=False))
        self._right = [j.start for j in judged if j.agrees]
        self._beside = sorted({j.times for j in judged if j.agrees and j.times})

    @cached_property
    def _blame(self) -> Blame:
        return Blame(self._of, self._right, self._beside)

    @cached_property
    def _repair(self) -> Repair:
        return Repair(self._of)

    def explained(self, judged: Judged) -> GradientCheck:
        """Return the check of a gradient that disagrees, with the step to blame and why."""
        m = judged.measured
        rate, chain = m.rate, self._of.chain(m.start)
        if rate is not None and rate.power > 1:
            return self._twice(judged, rate, chain)
        if not m.step.any():
            return self._blaming(judged, chain[-1], Said("gradients.still", {"name": m.start.name}))
        shown = self._in_usual_units(judged)
        blamed = self._blame.first_wrong(m.start, shown.largest)
        if blamed is chain[-1] and _uphill(m):
            blamed = self._blame.first_turned(m.start)
            return self._blaming(shown, blamed, Said("gradients.turns", {"name": m.start.name}))
        if m.start.size == 1 and judged.largest <= TOLERANCE:
            unlike = Said("gradients.unlike", {"factor": judged.factor_says})
            return self._blaming(shown, blamed, unlike)
        blamed = self._repair.culprit(m.start, chain, blamed, self._blame.innocent)
        return self._blaming(shown, blamed, _which(shown), *self._hints(m.start, blamed))

    def changing(self, before: Judged, after: Judged) -> GradientCheck:
        """Return the check of a gradient whose factor is another one with other samples."""
        start = after.start
        blamed = self._blame.first_wrong(start, 1.0)
        if blamed is self._of.chain(start)[-1]:
            blamed = self._of.first_reading(start, self._blame.innocent) or blamed
        factors = {"first": before.factor_says, "second": after.factor_says}
        check = self._blaming(before, blamed, Said("gradients.changes", factors))
        return replace(check, verdict="differs")

    def _twice(self, judged: Judged, rate: Rate, chain: Sequence[Assignment]) -> GradientCheck:
        """Explain a step to which the learning rate is applied more than once."""
        program = self._of.program
        reads = self._of.program.reads
        reading = [a for a in chain if rate.name in {s.name for s in reads(a)}]
        early = [a for a in reading if not is_update(program, a)]
        key = {2: "gradients.twice", 3: "gradients.three_times"}.get(rate.power, "gradients.often")
        words = [Said(key, {"rate": rate.name, "count": rate.power, "factor": 2**rate.power})]
        if early and len(reading) > 1:
            again = program.steps[reading[-1].step].number
            words.append(Said("gradients.again", {"number": again}))
        says = Said("gradients.factor_not", {"factor": judged.factor_says, "rate": rate.name})
        return self._blaming(
            judged.in_units(rate.size, says), (early or reading or list(chain))[0], *words
        )

    def _in_usual_units(self, judged: Judged) -> Judged:
        """Return it in the units that the other parameters' factors say it should have."""
        rate, usual = judged.measured.rate, self._beside
        if rate is None or not usual or np.ptp(usual) > SAME_FACTOR * max(usual):
            return judged
        factor = rate.size * usual[0]
        return judged.in_units(factor, factor_says(factor, rate))

    def _hints(self, start: Slot, blamed: Assignment) -> list[Said]:
        words = []
        read = self._of.program.reads(blamed)
        new = [s for s in read if s.role == "updated" and s.name != start.name]
        if new and blamed.slot.role != "updated":
            words.append(Said("gradients.too_late", {"name": new[0].name}))
        if not self._lives(start):
            words.append(Said("gradients.constant"))
        return words

    def _lives(self, start: Slot) -> bool:
        """Say whether anything in a gradient comes from the forward pass of the iteration."""
        forward = {a.slot.key for a in self._of.forward}
        others = {s.key for s in self._of.program.of_role("parameter")} - {start.key}
        return any(
            slot.key in forward | others
            or (slot.key == start.key and assignment.slot.role != "updated")
            for assignment in self._of.chain(start)
            for slot in self._of.program.reads(assignment)
        )

    def _blaming(self, judged: Judged, blamed: Assignment, *why: Said) -> GradientCheck:
        step = self._of.program.steps[blamed.step]
        what = {"number": step.number, "title": step.title, "why": why}
        found = replace(
            judged.check(),
            step=(step.number, step.title),
            says=Said("gradients.first", what),
            equation=blamed.equation.text,
        )
        line = step.line(blamed.place)
        if self._code is None or not line:
            return found
        says = Said("gradients.first_line", {**what, "place": self._code.place(line)})
        lines = dict.fromkeys([line, *self._inside(blamed)])
        return replace(found, says=says, code=tuple(map(self._code.quoted, lines)))

    def _inside(self, blamed: Assignment) -> list[int]:
        """Return the lines of the helpers that an equation calls, but the forward pass doesn't."""
        called = [name for name in _calls(blamed) if name not in self._forward_calls]
        lines = map(self._helper_lines.get, called)
        return [line for line in lines if line]

    @cached_property
    def _forward_calls(self) -> set[str]:
        """What the forward pass calls, too: it is what it is meant to be."""
        return {name for assignment in self._of.forward for name in _calls(assignment)}


def _calls(assignment: Assignment) -> list[str]:
    """Return the names of the helpers that an equation calls."""
    return [p.name for p in walk(assignment.equation.expression) if isinstance(p, Helper)]


def _uphill(m: Measured) -> bool:
    """Say whether a step is a multiple of the slopes, but leads up."""
    if likeness(m.step, m.slopes) >= 0:
        return False
    off = np.abs(m.step - quotient(m.step, m.slopes) * m.slopes).max()
    return bool(off <= 1e-4 * np.abs(m.step).max())


def _which(judged: Judged) -> Said:
    """Return which elements are off."""
    name = judged.start.name
    if judged.start.size == 1:
        return Said("gradients.wrong", {"name": name})
    off = [place_text(row.index) for row in judged.rows if row.relative > TOLERANCE]
    listed = "; ".join(off[:4]) + ("; …" if len(off) > 4 else "")
    counts = {"count": len(off), "checked": len(judged.rows)}
    return Said("gradients.wrong_in", {"name": name, "listed": listed, **counts})
