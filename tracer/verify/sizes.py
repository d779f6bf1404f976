"""Of a program whose updates follow their gradients: where the size of a step is another one."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.template.listing import Listing
from tracer.verify.judged import Judged, usual_factor
from tracer.verify.proportion import SAME_RATE
from tracer.verify.slopes import FirstIteration
from tracer.wording import Said


def sizes(code: Listing, of: FirstIteration, judged: Sequence[Judged]) -> list[Said]:
    """Return a word on a program's steps that are not once the rate times the gradient."""
    told = [j for j in judged if j.agrees and j.times and j.measured.rate is not None]
    common = usual_factor(told)
    if common is None:
        return []
    unlike = [j for j in told if _apart(j.times, common)]
    if unlike:
        return [_unlike(code, of, j, told, common) for j in unlike]
    says = {"factor": told[0].factor_says, "loss": of.program.loss}
    return [Said("gradients.times", says)] if _apart(common, 1.0) else []


def _apart(times: float | None, other: float) -> bool:
    return abs((times or 0.0) / other - 1) > SAME_RATE


def _unlike(
    code: Listing, of: FirstIteration, judged: Judged, told: Sequence[Judged], common: float
) -> Said:
    """Return a word on a parameter whose factor is unlike most others', with the line."""
    others = [j for j in told if not _apart(j.times, common)]
    innocent = {a.slot.key for j in others for a in of.chain(j.start)}
    blamed = of.first_reading(judged.start, innocent) or of.chain(judged.start)[-1]
    said: dict[str, object] = {
        "name": judged.start.name,
        "factor": judged.factor_says,
        "usual": others[0].factor_says,
    }
    line = of.program.steps[blamed.step].line(blamed.place)
    if not line:
        return Said("gradients.size", said)
    where = {"place": code.place(line), "text": code.text(line)}
    return Said("gradients.size_line", {**said, **where})
