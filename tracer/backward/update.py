"""Gradients → the steps that update the parameters: rate, clipping, optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.backward.optimizers import CLIPS, OPTIMIZERS, SCHEDULES, UpdateStep
from tracer.backward.settings import Settings
from tracer.backward.vocabulary import RATE_NAMES, free_name, step_of
from tracer.errors import TemplateError, did_you_mean
from tracer.language.expression import Shape
from tracer.language.functions import Array
from tracer.program.model import Step
from tracer.wording import Said

USUAL_RATE = 0.1


@dataclass(frozen=True)
class Update:
    """The steps of an update, and what they need: settings to give, states to start at 0."""

    steps: tuple[Step, ...]
    given: Mapping[str, Array]
    parameters: Mapping[str, Array]


def update(
    settings: Sequence[Settings],
    gradients: Mapping[str, str],
    shapes: Mapping[str, Shape],
    given: Mapping[str, Array],
    taken: Iterable[str],
    where: str,
    *,
    several: bool = False,
) -> Update:
    """Return the steps that move each parameter along its gradient.

    `gradients` says which quantity is a parameter's gradient, `shapes` how large the
    parameters are, `given` what the template gives, `taken` which names are in use. Several
    optimizers move the parameters that each of them names; with `several` there are more than
    these, and what is named is told apart.
    """
    in_use = set(taken)
    updates = [
        _UpdateBuilder(one, share, shapes, given, in_use, where, several).update()
        for one, share in zip(settings, _shares(settings, gradients, where), strict=True)
    ]
    return Update(
        tuple(step for made in updates for step in made.steps),
        {name: array for made in updates for name, array in made.given.items()},
        {name: array for made in updates for name, array in made.parameters.items()},
    )


def _shares(
    settings: Sequence[Settings], gradients: Mapping[str, str], where: str
) -> list[dict[str, str]]:
    """Return the gradients that each optimizer uses. Raises TemplateError."""
    if len(settings) == 1 and not settings[0].of:
        return [dict(gradients)]
    named = [parameter for one in settings for parameter in one.of]
    faults = [
        f"'{name}' is not a parameter that the loss depends on.{did_you_mean(name, gradients)}"
        for name in dict.fromkeys(named)
        if name not in gradients
    ]
    faults += [f"'{name}' is named twice." for name in gradients if named.count(name) > 1]
    missing = [name for name in gradients if name not in named]
    if missing:
        faults.append(
            f"none moves {', '.join(missing)}: each says in of = […] which parameters it moves."
        )
    if faults:
        raise TemplateError("\n".join(f"{where}: optimizer: {fault}" for fault in faults))
    return [{name: gradients[name] for name in one.of} for one in settings]


class _UpdateBuilder:
    def __init__(
        self,
        settings: Settings,
        gradients: Mapping[str, str],
        shapes: Mapping[str, Shape],
        given: Mapping[str, Array],
        taken: set[str],
        where: str,
        one_of_several: bool,
    ) -> None:
        self._several = one_of_several
        self._settings = settings
        self._gradients = dict(gradients)
        self._shapes = shapes
        self._where = where
        self._taken = taken
        self._given: dict[str, Array] = {}
        self._parameters: dict[str, Array] = {}
        self._steps: list[Step] = []
        #: What the patterns of the tables stand for.
        self._names: dict[str, str] = {"lr": self._rate(given)}
        self._names["rate"] = self._names["lr"]

    def update(self) -> Update:
        settings, row = self._settings, OPTIMIZERS[self._settings.name]
        schedule = SCHEDULES[settings.schedule]
        for name, value in {
            **settings.hyper,
            **settings.schedule_hyper,
            **settings.clips,
        }.items():
            self._names[name] = self._give(name, value)
        if row.counts or schedule.equation:
            self._count()
        if schedule.equation:
            self._names["rate"] = rate = self._free("current_rate")
            equation = f"{rate} = {schedule.equation.format(**self._names)}"
            self._add("optimizers.rate", [equation], schedule.explain)
        for clip in settings.clips:
            self._clip(CLIPS[clip])
        for part in row.parts:
            self._part(part, row.state)
        return Update(tuple(self._steps), self._given, self._parameters)

    def _rate(self, given: Mapping[str, Array]) -> str:
        rate = self._settings.rate
        if isinstance(rate, str):
            if rate not in given or given[rate].size != 1:
                raise TemplateError(
                    f'{self._where}: optimizer: rate = "{rate}" must name a single given'
                    f" number.{did_you_mean(rate, given)}"
                )
            return rate
        known = next((n for n in RATE_NAMES if n in given and given[n].size == 1), None)
        if rate is None and known is not None:
            return known
        return self._give("lr", USUAL_RATE if rate is None else rate)

    def _count(self) -> None:
        name = self._free("t")
        self._parameters[name] = np.zeros(())
        self._names["t"] = name
        self._add("optimizers.count", [f"{name} = {name} + 1"], "optimizers.count_says")

    def _clip(self, parts: Iterable[UpdateStep]) -> None:
        gradients = self._gradients.values()
        self._names["squares"] = " + ".join(f"sum({gradient} ** 2)" for gradient in gradients)
        self._names["norm"] = self._free("gradient_norm")
        self._names["shrink"] = self._free("shrink")
        clipped = {p: self._free(f"clipped_{p}") for p in self._gradients}
        for part in parts:
            self._part(part, (), clipped)
        self._gradients = clipped

    def _part(
        self, part: UpdateStep, state: tuple[str, ...], clipped: Mapping[str, str] | None = None
    ) -> None:
        if part.once:
            equations = [text.format(**self._names) for text in part.equations]
        else:
            equations = []
            for parameter, gradient in self._gradients.items():
                names = {**self._names, "p": parameter, "g": gradient}
                names |= {kind: self._state(kind, parameter) for kind in state}
                names["clipped"] = (clipped or {}).get(parameter, "")
                equations += [text.format(**names) for text in part.equations]
        self._add(part.title, equations, part.explain)

    def _state(self, kind: str, parameter: str) -> str:
        wanted = f"{kind}_{parameter}"
        known = self._names.get(wanted)
        if known is None:
            known = self._names[wanted] = self._free(wanted)
            self._parameters[known] = np.zeros(self._shapes[parameter])
        return known

    def _give(self, name: str, value: float) -> str:
        free = self._free(name)
        self._given[free] = np.array(float(value))
        return free

    def _add(self, title: str, equations: list[str], explain: str) -> None:
        """Add a step; its title and explanation are keys of the wording."""
        said = Said(title)
        if self._several:
            who = Said(OPTIMIZERS[self._settings.name].title)
            said = Said("optimizers.one_of", {"optimizer": who, "title": said})
        self._steps.append(step_of("update", said, equations, Said(explain)))

    def _free(self, name: str) -> str:
        if self._several and name in self._taken:
            # epsilon_adam says more than epsilon_2.
            name = f"{name}_{self._settings.name}"
        return free_name(name, self._taken)
