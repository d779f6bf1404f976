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

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tracer.program.model import Slot
from tracer.template.template import Template
from tracer.verify.gradients import GradientCheck, Gradients
from tracer.verify.judged import Judge, Judged
from tracer.verify.measured import Measured, Measuring
from tracer.verify.slopes import FirstIteration
from tracer.wording import Said


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
    with np.errstate(all="ignore"):
        if template.losses:
            return _each_checked(template, starts)
        return _checked(template, program.loss, starts, FirstIteration(template))


def _each_checked(template: Template, starts: Sequence[Slot]) -> Gradients:
    """Check each of several losses' parameters against that loss."""
    losses = [*dict.fromkeys(template.losses.values())]
    found = []
    for loss in losses:
        moves = {name for name, of in template.losses.items() if of == loss}
        own = [slot for slot in starts if slot.name in moves]
        of = FirstIteration(template, loss=loss, moves=moves)
        found.append(_checked(template, loss, own, of))
    return Gradients(
        ", ".join(losses),
        tuple(check for each in found for check in each.checks),
        tuple(dict.fromkeys(said for each in found for said in each.says)),
    )


def _checked(
    template: Template, loss: str, starts: Sequence[Slot], of: FirstIteration
) -> Gradients:
    if not of.finite:
        return Gradients(loss, (), (Said("gradients.not_finite"),))
    trained = [s for s in starts if s.key in of.behind_loss]
    measuring, judge = Measuring(template, of), Judge(of, starts)
    named = template.gradients
    found = _measured(measuring, trained, rated=not named)
    there = [m for m in found if len(m.places)]
    judged = [judge.named(m, named[m.start.name]) for m in there] if named else judge.all(there)
    seen = [j for j in judged if not j.hidden]
    notes = (*_notes(starts, found, [j for j in judged if j.hidden]), *_unchanged(template))
    if named:
        return Gradients(loss, tuple(_named(j, named[j.start.name]) for j in seen), notes)
    unlike = _changing(template, of, seen, starts)
    if all(j.agrees for j in seen):
        words = [] if unlike else _sizes(template, of, seen)
        checks = [unlike.get(j.start.name) or j.check() for j in seen]
        return Gradients(loss, tuple(checks), (*notes, *words))
    # Every workbook checks its gradients; few have a wrong one to be explained.
    from tracer.verify.explained import Explainer

    explainer = Explainer(template, of, seen)
    checks = [
        (unlike.get(j.start.name) or j.check()) if j.agrees else explainer.explained(j)
        for j in seen
    ]
    return Gradients(loss, tuple(checks), notes)


def _measured(measuring: Measuring, trained: Sequence[Slot], *, rated: bool) -> list[Measured]:
    rates = measuring.rates(trained) if rated else {}
    return [measuring.measured(slot, rates.get(slot.name)) for slot in trained]


def _sizes(template: Template, of: FirstIteration, judged: Sequence[Judged]) -> list[Said]:
    """Return a word on the sizes of steps; only programs that were read get one."""
    if template.code is None:
        return []
    from tracer.verify.sizes import sizes

    return sizes(template.code, of, judged)


def _changing(
    template: Template, of: FirstIteration, judged: Sequence[Judged], starts: Sequence[Slot]
) -> dict[str, GradientCheck]:
    """Return the checks of parameters whose factor changes with the samples."""
    if template.batch is None:
        return {}
    from tracer.verify.samples import changing

    trained = [j.start for j in judged]

    def judging(other: FirstIteration) -> list[Judged]:
        found = _measured(Measuring(template, other), trained, rated=True)
        return Judge(other, starts).all([m for m in found if len(m.places)])

    return changing(template, of, judged, judging)


def _named(judged: Judged, name: str) -> GradientCheck:
    """Return the check of a gradient that the template names: nothing leads there to blame."""
    says = None if judged.agrees else Said("gradients.not_slope", {"name": name})
    return replace(judged.check(), says=says)


def _unchanged(template: Template) -> list[Said]:
    """Return a word on what a program computes a change of and never changes."""
    code = template.code
    if code is None:
        return []
    return [
        Said("gradients.unchanged", {"name": name, "place": code.place(at), "text": code.text(at)})
        for name, at in template.unchanged.items()
    ]


def _notes(
    starts: Sequence[Slot], found: Sequence[Measured], hidden: Sequence[Judged]
) -> tuple[Said, ...]:
    """Return a word on each parameter that is left out, or some of whose elements are."""
    trained = {m.start.name for m in found}
    left_out = {m.start.name: m.left_out for m in found if m.left_out}
    return (
        *(
            Said("gradients.independent", {"name": slot.name})
            for slot in starts
            if slot.name not in trained
        ),
        *(
            Said("gradients.left_out", {"name": name, "count": count})
            for name, count in left_out.items()
        ),
        *(Said("gradients.hidden", {"name": j.start.name}) for j in hidden),
    )
