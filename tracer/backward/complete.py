"""Forward steps → all steps: with their backward pass and the updates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.backward.derivation import derive
from tracer.backward.settings import Optimizers, read_settings
from tracer.backward.update import update
from tracer.language.expression import Shape
from tracer.language.functions import Array
from tracer.language.whole import whole_ones
from tracer.program.compile import Compiler, DefinedHelpers
from tracer.program.model import Batch, Program, Step

#: What is differentiated; steps of other phases come after the update.
DIFFERENTIATED = ("prepare", "forward")
WRITTEN = ("backward", "update")


@dataclass(frozen=True)
class Completed:
    """A program of all steps; its settings and states; which quantity is whose gradient."""

    program: Program
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
    metrics: Sequence[str] = (),
    helpers: DefinedHelpers,
    batch: Batch | None = None,
    where: str,
) -> Completed:
    """Return the program of a template's steps with derived backward and update steps.

    They replace steps of those phases and stand after the last forward step; steps that
    measure follow. `optimizer` is the table of that name, or several. Raises TemplateError,
    with `where` as the template's name.
    """
    settings = read_settings(optimizer, where)
    forward = [step for step in steps if step.phase in DIFFERENTIATED]
    rest = [step for step in steps if step.phase not in (*DIFFERENTIATED, *WRITTEN)]
    compiler = Compiler(where, helpers, batch)
    compiler.given(_shapes(given), whole_ones(given))
    compiler.start(forward, _shapes(parameters))
    program = compiler.program(loss)
    derived = derive(program, given, settings[0].vocabulary, where)
    shapes = {slot.name: slot.shape for slot in program.of_role("parameter")}
    targets = {text.split("=")[0].strip() for step in derived.steps for text in step.equations}
    moved = update(
        settings, derived.gradients, shapes, given, {*program.quantities(), *targets}, where
    )
    numbered = _numbered([*forward, *derived.steps, *moved.steps], rest)
    compiler.renumbered(numbered[: len(forward)])
    compiler.given(_shapes(moved.given))
    compiler.extend(numbered[len(forward) :], _shapes(moved.parameters))
    return Completed(
        program=compiler.program(loss, metrics),
        given={**given, **moved.given},
        parameters={**parameters, **moved.parameters},
        gradients=derived.gradients,
    )


def _shapes(arrays: Mapping[str, Array]) -> dict[str, Shape]:
    return {name: array.shape for name, array in arrays.items()}


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
