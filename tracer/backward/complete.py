"""Forward steps → all steps: with their backward pass and the updates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.backward.derivation import WRITTEN, Derived, derive
from tracer.backward.settings import Optimizers, Settings, read_settings
from tracer.backward.update import Update, update
from tracer.backward.vocabulary import spoken
from tracer.errors import TemplateError
from tracer.language.expression import Shape
from tracer.language.functions import Array
from tracer.language.whole import whole_ones
from tracer.program.compile import Compiler, DefinedHelpers
from tracer.program.model import Batch, Program, Step
from tracer.wording import Said, load

#: What is differentiated; steps of other phases come after the update.
DIFFERENTIATED = ("prepare", "forward")


@dataclass(frozen=True)
class Completed:
    """A program of all steps; its settings and states; which quantity is whose gradient."""

    program: Program
    given: Mapping[str, Array]
    parameters: Mapping[str, Array]
    gradients: Mapping[str, str]


@dataclass(frozen=True)
class _Goal:
    """A loss and the parameters that follow it; None where it is the only one."""

    loss: str | None
    moves: tuple[str, ...] | None


def complete(
    steps: Sequence[Step],
    given: Mapping[str, Array],
    parameters: Mapping[str, Array],
    optimizer: Optimizers,
    *,
    loss: str | None,
    losses: Mapping[str, str] | None = None,
    metrics: Sequence[str] = (),
    helpers: DefinedHelpers,
    batch: Batch | None = None,
    where: str,
) -> Completed:
    """Return the program of a template's steps with derived backward and update steps.

    They replace steps of those phases and stand after the last forward step; steps that
    measure follow. Where each parameter follows one of several `losses`, those of a loss stand
    after the step that computes it, and the forward steps after them see the new values.
    `optimizer` is the table of that name, or several. Raises TemplateError, with `where` as the
    template's name.
    """
    completing = _Completing(given, parameters, read_settings(optimizer, where), where)
    completing.compiler = Compiler(where, helpers, batch)
    completing.compiler.given(_shapes(given), whole_ones(given))
    forward = [step for step in steps if step.phase in DIFFERENTIATED]
    for part, goals in _stages(forward, _goals(loss, losses or {}), where):
        completing.stage(part, goals)
    completing.extend([s for s in steps if s.phase not in (*DIFFERENTIATED, *WRITTEN)])
    return Completed(
        program=completing.compiler.program(loss, metrics),
        given=completing.given,
        parameters=completing.parameters,
        gradients=completing.gradients,
    )


def _goals(loss: str | None, losses: Mapping[str, str]) -> list[_Goal]:
    if not losses:
        return [_Goal(loss, None)]
    return [
        _Goal(one, tuple(name for name, of in losses.items() if of == one))
        for one in dict.fromkeys(losses.values())
    ]


def _stages(
    forward: Sequence[Step], goals: Sequence[_Goal], where: str
) -> Iterator[tuple[Sequence[Step], list[_Goal]]]:
    """Yield the forward steps up to where losses are computed, with those; the last has the rest.

    Losses of the same step are differentiated together, before any parameter moves.
    """
    last = len(forward) - 1
    ends = [last if len(goals) == 1 else _computing(goal, forward) for goal in goals]
    begin = 0
    for end in sorted(set(ends)):
        stop = last if end == max(ends) else end
        part = forward[begin : stop + 1]
        if begin and any(step.phase == "prepare" for step in part):
            raise TemplateError(
                f"{where}: prepare steps must stand before the step that computes the first loss."
            )
        yield part, [goal for goal, at in zip(goals, ends, strict=True) if at == end]
        begin = stop + 1


def _computing(goal: _Goal, forward: Sequence[Step]) -> int:
    """Return the position of the last step that assigns a loss; the last of all without one."""
    found = [n for n, step in enumerate(forward) if goal.loss in _targets([step])]
    return found[-1] if found else len(forward) - 1


class _Completing:
    """A program that grows: forward steps, what is derived of them, further forward steps."""

    compiler: Compiler

    def __init__(
        self,
        given: Mapping[str, Array],
        parameters: Mapping[str, Array],
        settings: Sequence[Settings],
        where: str,
    ) -> None:
        self.given = dict(given)
        self.parameters = dict(parameters)
        self.gradients: dict[str, str] = {}
        self._settings = settings
        self._where = where
        self._steps: list[Step] = []

    def stage(self, forward: Sequence[Step], goals: Sequence[_Goal]) -> None:
        """Add forward steps, the backward passes of their losses, and the updates."""
        if self._steps:
            self.extend(forward)
        else:
            self._steps = [*forward]
            self.compiler.start(forward, _shapes(self.parameters))
        derived: list[Derived] = []
        for goal in goals:
            taken = _targets(step for one in derived for step in one.steps)
            derived.append(self._derived(goal, taken))
        self.extend([step for one in derived for step in one.steps])
        for goal, one in zip(goals, derived, strict=True):
            self.gradients |= one.gradients
            moved = self._moved(goal, one)
            self.extend(moved.steps, moved.parameters)

    def _derived(self, goal: _Goal, taken: Iterable[str]) -> Derived:
        program = self.compiler.program(goal.loss)
        vocabulary = self._settings[0].vocabulary
        found = derive(program, self.given, vocabulary, self._where, only=goal.moves, taken=taken)
        if goal.moves is None:
            return found
        missing = [name for name in goal.moves if name not in found.gradients]
        if missing:
            raise TemplateError(
                f"{self._where}: loss.{goal.loss}: it is not computed from {', '.join(missing)}."
            )
        return replace(found, steps=tuple(_of_loss(step, goal.loss) for step in found.steps))

    def _moved(self, goal: _Goal, derived: Derived) -> Update:
        """Return a loss's updates, and add to what is given."""
        settings = [one for one in self._settings if self._is_of(one, goal)]
        shapes = {name: self.parameters[name].shape for name in derived.gradients}
        taken = {*self.compiler.scope.current, *self.given}
        several = len(self._settings) > 1
        moved = update(
            settings, derived.gradients, shapes, self.given, taken, self._where, several=several
        )
        self.given |= moved.given
        self.parameters |= moved.parameters
        self.compiler.given(_shapes(moved.given))
        if goal.moves is None:
            return moved
        return replace(moved, steps=tuple(_of_loss(step, goal.loss) for step in moved.steps))

    def _is_of(self, settings: Settings, goal: _Goal) -> bool:
        """Say whether an optimizer moves the parameters of a loss."""
        if goal.moves is None or not settings.of:
            return True
        own = set(settings.of) & set(goal.moves)
        if own and len(own) < len(settings.of):
            raise TemplateError(
                f"{self._where}: optimizer: {', '.join(settings.of)} don't all follow"
                f" {goal.loss}: write an optimizer for each loss."
            )
        return bool(own)

    def extend(self, steps: Sequence[Step], parameters: Mapping[str, Array] | None = None) -> None:
        """Add further steps, numbered on, with the parameters that they need."""
        numbered = _numbered(self._steps, steps)
        self._steps += numbered
        self.compiler.extend(numbered, _shapes(parameters or {}))


def _of_loss(step: Step, loss: str | None) -> Step:
    """Return a derived step whose title says of which of several losses it is."""
    title, explain = step.said
    said = {"loss": spoken(loss or ""), "title": title or step.title}
    return replace(step, said=(Said("derived_titles.of_loss", said), explain)).worded(load())


def _targets(steps: Iterable[Step]) -> set[str]:
    """Return what steps assign."""
    return {text.split("=")[0].strip() for step in steps for text in step.equations}


def _shapes(arrays: Mapping[str, Array]) -> dict[str, Shape]:
    return {name: array.shape for name, array in arrays.items()}


def _numbered(before: Sequence[Step], steps: Sequence[Step]) -> list[Step]:
    """Give every step the number after the one before."""
    numbered: list[Step] = []
    last = before[-1].number if before else ""
    for position, step in enumerate(steps, len(before) + 1):
        last = str(int(last) + 1) if last.isdigit() else str(position)
        numbered.append(step.numbered(last))
    return numbered
