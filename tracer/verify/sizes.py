"""Of a program whose updates follow their gradients: where the size of a step is another one."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.template.template import Template
from tracer.verify.judged import Judged, usual_factor
from tracer.verify.slopes import FirstIteration
from tracer.wording import Said

#: How far two factors may be apart, relatively, and be the same.
SAME = 1e-3


def sizes(template: Template, of: FirstIteration, judged: Sequence[Judged]) -> list[Said]:
    """Return a word on steps that are not once the rate times the gradient, of programs only."""
    told = [j for j in judged if j.agrees and j.times and j.measured.rate is not None]
    common = usual_factor(told)
    if template.code is None or common is None:
        return []
    unlike = [j for j in told if _apart(j.times, common)]
    if unlike:
        return [_unlike(template, of, j, told, common) for j in unlike]
    says = {"factor": told[0].factor_says, "loss": template.loss}
    return [Said("gradients.times", says)] if _apart(common, 1.0) else []


def _apart(times: float | None, other: float) -> bool:
    return abs((times or 0.0) / other - 1) > SAME


def _unlike(
    template: Template, of: FirstIteration, judged: Judged, told: Sequence[Judged], common: float
) -> Said:
    """Return a word on a parameter whose factor is unlike most others', with the line."""
    others = [j for j in told if not _apart(j.times, common)]
    innocent = {a.slot.key for j in others for a in of.chain(j.start)}
    forward = {a.slot.key for a in of.forward}
    chain = of.chain(judged.start)
    own = [a for a in chain if a.slot.key not in innocent]
    read = [a for a in own if any(s.key in forward for s in of.program.reads(a))]
    blamed = next(iter(read), chain[-1])
    said: dict[str, object] = {
        "name": judged.start.name,
        "factor": judged.factor_says,
        "usual": others[0].factor_says,
    }
    line = of.program.steps[blamed.step].line(blamed.place)
    if template.code is None or not line:
        return Said("gradients.size", said)
    where = {"place": template.code.place(line), "text": template.code.text(line)}
    return Said("gradients.size_line", {**said, **where})
