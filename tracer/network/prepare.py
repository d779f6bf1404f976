"""Prepare steps: numbers scaled, and classes encoded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tracer.data.files import chosen_rows
from tracer.language.functions import Array
from tracer.network.design import Design, constant_columns
from tracer.network.given import CODED, INPUTS, TARGETS, target_is_prepared
from tracer.network.losses import NUMBER
from tracer.network.parts import StepText
from tracer.network.report import some
from tracer.network.scalings import Scaling, constant_equations
from tracer.template.toml import value


def prepare_parts(design: Design) -> tuple[list[StepText], list[str]]:
    """Return the steps that run once, and notes on columns that can't be scaled."""
    data, words = design.data, design.words
    parts: list[StepText] = []
    notes: list[str] = []
    scaling = design.scaling.name != "none"
    if data.coded:
        parts.append(_spread(design, CODED if scaling else words.activation(0)))
    if scaling:
        scaled = _Scaled(design, design.scaling, data.x, data.inputs)
        whole = CODED if data.coded else INPUTS
        parts.append(scaled.part(design.say("new.scale_inputs"), whole, "X"))
        notes += scaled.notes()
    if not target_is_prepared(design):
        return parts, notes
    if data.kind == NUMBER:
        scaled = _Scaled(design, design.target_scaling, data.y, data.targets)
        parts.append(scaled.part(design.say("new.scale_target"), TARGETS, words.target))
        notes += scaled.notes()
        return parts, notes
    compared = design.columns and not data.one_hot
    places = value([list(range(len(data.classes)))])
    made = f"{TARGETS}{{s}} == {places}" if compared else f"{TARGETS}{{s}}"
    if design.loss.signs:
        made = f"2 * ({made}) - 1" if compared else f"2 * {made} - 1"
    texts = [f"{words.target}{s} = {made.format(s=s)}" for s in _suffixes(design)]
    parts.append(StepText(design.say("new.encode"), "prepare", texts, encoded(design)))
    return parts, notes


def _spread(design: Design, name: str) -> StepText:
    """Return the step that gives each text of a column a column of its own."""
    say, data = design.say, design.data
    pieces: list[str] = []
    start = 0
    for place, column in enumerate(data.columns):
        if not column.texts:
            continue
        if start < place:
            pieces.append(f"{INPUTS}{{s}}[:, {start}:{place}]")
        texts = value([list(range(len(column.texts)))])
        pieces.append(f"({INPUTS}{{s}}[:, {place}:{place + 1}] == {texts})")
        start = place + 1
    if start < len(data.columns):
        pieces.append(f"{INPUTS}{{s}}[:, {start}:{len(data.columns)}]")
    whole = f"hstack([{', '.join(pieces)}])" if len(pieces) > 1 else pieces[0][1:-1]
    coded = [
        say(
            "new.encoded",
            targets=column.heading,
            classes=", ".join(
                say("new.class_is", name=text, number=k) for k, text in enumerate(column.texts)
            ),
        )
        for column in data.columns
        if column.texts
    ]
    explain = say("new.spread_says", texts=" ".join(coded), columns=some(data.inputs, say))
    equations = [f"{name}{s} = " + whole.replace("{s}", s) for s in _suffixes(design)]
    return StepText(say("new.spread"), "prepare", equations, explain)


def _suffixes(design: Design) -> tuple[str, ...]:
    return ("", "_test") if design.test else ("",)


@dataclass(frozen=True)
class _Scaled:
    """An array that is scaled: how, its numbers, and the headings of its columns."""

    design: Design
    scaling: Scaling
    values: Array
    headings: tuple[str, ...]

    def part(self, title: str, whole: str, name: str) -> StepText:
        """Return the step that scales `whole` into `name`."""
        texts = constant_equations(self.scaling, whole, guarded=bool(self.constant))
        texts += [
            f"{name}{s} = " + self.scaling.forward.format(x=whole + s, n=whole)
            for s in _suffixes(self.design)
        ]
        say = self.design.say
        how = say(f"new_scalings.{self.scaling.said}")
        explain = say("new.scaled", columns=some(self.headings, say), how=how)
        if self.design.test:
            explain += " " + say("new.scaled_test")
        return StepText(title, "prepare", texts, explain)

    @cached_property
    def constant(self) -> list[int]:
        """The columns by which this scaling would divide by zero."""
        design = self.design
        rows: dict[str, Any] = {"keep": "training", "test": design.test, "seed": design.seed}
        training = chosen_rows(np.asarray(self.values), rows if design.test else None, "rows")
        return list(constant_columns(training, self.scaling))

    def notes(self) -> list[str]:
        """Return a note on those columns."""
        if not self.constant:
            return []
        say = self.design.say
        named = some(tuple(self.headings[place] for place in self.constant), say)
        return [say("new.constant", columns=named)]


def encoded(design: Design) -> str:
    """Return how classes become numbers."""
    classes, say = design.data.classes, design.say
    listed = ", ".join(
        say("new.class_is", name=name, number=place) for place, name in enumerate(classes)
    )
    if list(classes) == ["0", "1"]:
        listed = say("new.class_0_or_1")
    targets = ", ".join(design.data.targets)
    if design.data.one_hot:
        off = "-1" if design.loss.signs else "0"
        return say("new.encoded_own", targets=targets, off=off)
    if design.columns:
        off = "-1" if design.loss.signs else "0"
        return say("new.encoded_columns", targets=targets, classes=listed, off=off)
    if design.loss.signs:
        first, second = classes[:2]
        return say("new.encoded_signs", targets=targets, classes=listed, first=first, second=second)
    return say("new.encoded", targets=targets, classes=listed)
