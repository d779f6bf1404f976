"""Gradients → the steps that update the parameters: rate, clipping, optimizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.backward.optimizers import CLIPS, OPTIMIZERS, SCHEDULES, UpdateStep
from tracer.backward.vocabulary import RATE_NAMES, VOCABULARIES, free_name, step_of
from tracer.errors import TemplateError, did_you_mean
from tracer.language.expression import Shape
from tracer.language.functions import Array
from tracer.program.model import Step
from tracer.wording import Said

USUAL_RATE = 0.1
#: A table [optimizer], or several of them that each move some of the parameters.
Optimizers = Mapping[str, Any] | Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Settings:
    """A table [optimizer] of a template, checked; `of` names the parameters it moves."""

    name: str = "gradient_descent"
    rate: float | str | None = None
    hyper: Mapping[str, float] = field(default_factory=dict)
    schedule: str = "constant"
    schedule_hyper: Mapping[str, float] = field(default_factory=dict)
    clips: Mapping[str, float] = field(default_factory=dict)
    vocabulary: str = "words"
    of: tuple[str, ...] = ()


def read_settings(raw: Optimizers, where: str) -> list[Settings]:
    """Check the table [optimizer], or several. Raises TemplateError with every fault found."""
    if isinstance(raw, Mapping):
        return [_read(raw, f"{where}: optimizer")]
    if not raw or not all(isinstance(table, Mapping) for table in raw):
        raise TemplateError(f"{where}: optimizer must be a table, or several: [[optimizer]].")
    return [_read(table, f"{where}: optimizer {n}") for n, table in enumerate(raw, 1)]


def _read(raw: Mapping[str, Any], where: str) -> Settings:
    faults: list[str] = []
    name = _one_of(raw.get("name", "gradient_descent"), OPTIMIZERS, "name", faults)
    vocabulary = _one_of(raw.get("names", "words"), VOCABULARIES, "names", faults)
    rate = raw.get("rate")
    if rate is not None and not isinstance(rate, str):
        rate = _number(rate, "rate", faults)
    row = OPTIMIZERS[name]
    common = ("name", "of", "names", "rate", "schedule", *CLIPS)
    hyper = dict(row.settings)
    for key in raw:
        if key in row.settings:
            hyper[key] = _number(raw[key], key, faults)
        elif key not in common:
            known = [*common, *row.settings]
            faults.append(
                f"'{key}' is not a setting of {name}.{did_you_mean(key, known)}"
                f" Known: {', '.join(known)}."
            )
    schedule, schedule_hyper = _schedule(raw.get("schedule", "constant"), faults)
    clips = {key: _number(raw[key], key, faults, above=0) for key in CLIPS if key in raw}
    if len(clips) > 1:
        faults.append(f"give one of {', '.join(CLIPS)}, not both.")
    of = raw.get("of", [])
    if not isinstance(of, list) or not all(isinstance(parameter, str) for parameter in of):
        faults.append("of must be a list of parameters.")
    if faults:
        raise TemplateError("\n".join(f"{where}: {fault}" for fault in faults))
    return Settings(name, rate, hyper, schedule, schedule_hyper, clips, vocabulary, tuple(of))


def _schedule(raw: Any, faults: list[str]) -> tuple[str, dict[str, float]]:
    table = raw if isinstance(raw, dict) else {"name": raw}
    name = _one_of(table.get("name", "constant"), SCHEDULES, "schedule", faults)
    settings = SCHEDULES[name].settings
    faults += [
        f"schedule: '{key}' is not a setting of {name}.{did_you_mean(key, settings)}"
        f" Known: {', '.join(settings) or 'none'}."
        for key in table
        if key != "name" and key not in settings
    ]
    found: dict[str, float] = {}
    for key, usual in settings.items():
        value = table.get(key, usual)
        if value is None:
            faults.append(f"schedule: {name} needs {key} = ….")
        else:
            found[key] = _number(value, f"schedule: {key}", faults, above=0)
    return name, found


def _one_of(value: Any, known: Iterable[str], what: str, faults: list[str]) -> str:
    names = tuple(known)
    if isinstance(value, str) and value in names:
        return value
    listed = ", ".join(names)
    faults.append(f"{what} must be one of {listed}.{did_you_mean(str(value), names)}")
    return names[0]


def _number(value: Any, what: str, faults: list[str], above: float | None = None) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not np.isfinite(value) or (above is not None and value <= above):
        least = "" if above is None else f" above {above:g}"
        faults.append(f"{what} must be a number{least}, not {value!r}.")
        return 1.0
    return float(value)


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
) -> Update:
    """Return the steps that move each parameter along its gradient.

    `gradients` says which quantity is a parameter's gradient, `shapes` how large the
    parameters are, `given` what the template gives, `taken` which names are in use. Several
    optimizers move the parameters that each of them names.
    """
    in_use = set(taken)
    updates = [
        _UpdateBuilder(one, share, shapes, given, in_use, where, len(settings) > 1).update()
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
