"""Forward steps → all steps: with their backward pass and the updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.backward.derivation import derive
from tracer.backward.update import Optimizers, read_settings, update
from tracer.language.functions import Array
from tracer.program.compile import check
from tracer.program.model import Batch, Step

#: What is differentiated; steps of other phases come after the update.
DIFFERENTIATED = ("prepare", "forward")
WRITTEN = ("backward", "update")


@dataclass(frozen=True)
class Completed:
    """All steps; the settings and states that they need; which quantity is whose gradient."""

    steps: tuple[Step, ...]
    given: Mapping[str, Array]
    parameters: Mapping[str, Array]
    gradients: Mapping[str, str]


def complete(
    steps: Sequence[Step],
    given: Mapping[str, Array],
    parameters: Mapping[str, Array],
    optimizer: Optimizers,
    *,
    loss: str | None,
    helpers: Sequence[str] = (),
    batch: Batch | None = None,
    lines: Mapping[str, int] | None = None,
    where: str,
) -> Completed:
    """Return a template's steps with derived backward and update steps.

    They replace steps of those phases and stand after the last forward step; steps that
    measure follow. `optimizer` is the table of that name, or several. Raises TemplateError,
    with `where` as the template's name.
    """
    settings = read_settings(optimizer, where)
    forward = [step for step in steps if step.phase in DIFFERENTIATED]
    rest = [step for step in steps if step.phase not in (*DIFFERENTIATED, *WRITTEN)]
    program = check(
        source=where,
        steps=forward,
        given={name: array.shape for name, array in given.items()},
        parameters={name: array.shape for name, array in parameters.items()},
        helpers=helpers,
        loss=loss,
        batch=batch,
        lines=lines,
    )
    derived = derive(program, given, settings[0].vocabulary, where)
    shapes = {slot.name: slot.shape for slot in program.of_role("parameter")}
    targets = {text.split("=")[0].strip() for step in derived.steps for text in step.equations}
    moved = update(
        settings, derived.gradients, shapes, given, {*program.quantities(), *targets}, where
    )
    return Completed(
        steps=_numbered([*forward, *derived.steps, *moved.steps], rest),
        given={**given, **moved.given},
        parameters={**parameters, **moved.parameters},
        gradients=derived.gradients,
    )


def _numbered(steps: Sequence[Step], rest: Sequence[Step]) -> tuple[Step, ...]:
    """Give every derived step, and those behind it, the number after the one before."""
    numbered: list[Step] = []
    for step in (*steps, *rest):
        number = step.number
        if not number or step in rest:
            last = numbered[-1].number if numbered else ""
            number = str(int(last) + 1) if last.isdigit() else str(len(numbered) + 1)
        numbered.append(step.numbered(number))
    return tuple(numbered)
