"""Whether a step is the same multiple of its gradient with other samples.

With one sample and one output, a slope that is left out is a number like any other: the step is
some multiple of the gradient, and nothing is seen of it. With the next samples it is another
multiple, and no learning rate is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from tracer.template.template import Template
from tracer.verify.explained import Explainer
from tracer.verify.gradients import GradientCheck
from tracer.verify.judged import Judged
from tracer.verify.proportion import SAME_RATE
from tracer.verify.slopes import FirstIteration

#: So many further batches are looked at, of programs of at most so many numbers.
MORE, LARGEST = 3, 20_000

#: What judges the parameters in one iteration.
Judging = Callable[[FirstIteration], list[Judged]]


def changing(
    template: Template, of: FirstIteration, judged: Sequence[Judged], judging: Judging
) -> dict[str, GradientCheck]:
    """Return the checks of parameters whose factor changes with the samples, by their names.

    The template has batches; `judged` is what was found of the first iteration `of`, `judging`
    does the same with others.
    """
    if template.program().size > LARGEST:
        return {}
    known = {j.start.name: (of, j) for j in judged if _told(j)}
    found: dict[str, GradientCheck] = {}
    for other, again in _others(template, judging):
        told = [j for j in again if _told(j) and j.start.name not in found]
        moved = {
            j.start.name: known[j.start.name]
            for j in told
            if j.start.name in known and _moved(*known[j.start.name], other, j)
        }
        right = [replace(j, agrees=j.agrees and j.start.name not in moved) for j in again]
        explainer = Explainer(template, other, right)
        found |= {
            j.start.name: explainer.changing(moved[j.start.name][1], j)
            for j in told
            if j.start.name in moved
        }
        known = {j.start.name: (other, j) for j in told} | known
    return found


def _others(template: Template, judging: Judging) -> Iterator[tuple[FirstIteration, list[Judged]]]:
    for iteration in range(1, MORE + 1):
        of = FirstIteration(template, iteration)
        if of.finite:
            yield of, judging(of)


def _told(judged: Judged) -> bool:
    """Say whether there is a factor, and it is nothing else than one."""
    return judged.agrees and not judged.hidden and bool(judged.times)


def _moved(of: FirstIteration, before: Judged, other: FirstIteration, after: Judged) -> bool:
    """Say whether a factor has changed, and not as some rate of the batch has."""
    ratio = (after.times or 1) / (before.times or 1)
    if abs(ratio - 1) <= SAME_RATE:
        return False
    for slot in of.program.of_role("batch"):
        if slot.size == 1 and slot.key not in of.behind_loss:
            first, second = (float(o.whole.views[slot.key].reshape(-1)[0]) for o in (of, other))
            if first and abs(second - ratio * first) <= SAME_RATE * abs(second):
                return False
    return True
