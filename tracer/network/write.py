"""A design → the text of a template that its reader can follow and edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tracer.data.files import chosen_rows
from tracer.network.design import Design, constant_columns, unreachable
from tracer.network.losses import NUMBER
from tracer.network.measures import answer_name, loss_equations, measure_parts, threshold
from tracer.network.parts import (
    StepText,
    layer_parts,
    mask,
    outcome,
    parameter_names,
    penalty_equation,
)
from tracer.network.report import some
from tracer.network.scalings import Scaling, constant_equations
from tracer.network.toml import comment, lines, step, value

#: A store of dropout masks serves about this many iterations, then begins again one row on.
MASKS, MOST_MASK_NUMBERS = 8, 20_000
INPUTS, TARGETS = "inputs", "targets"


@dataclass(frozen=True)
class Written:
    """The template's text, and what there is to say about it, a line each."""

    text: str
    notes: tuple[str, ...]


def write(design: Design, command: str) -> Written:
    """Return the template of a design; `command` is how it was asked for."""
    return _TemplateWriter(design).written(command)


@dataclass
class _TemplateWriter:
    design: Design
    notes: list[str] = field(default_factory=list)

    def written(self, command: str) -> Written:
        design, data = self.design, self.design.data
        self.notes += data.notes
        prepare = self._prepare()
        forward = self._forward()
        measures, metrics = measure_parts(design)
        rows = [
            *comment(f"Made by: {command}"),
            *comment("An ordinary template: change in it what you like."),
            "",
            *lines(self._head(metrics)),
            *self._optimizer(),
            "",
            *[line for note in data.notes for line in comment(note)],
            "[given]",
            *lines(self._given()),
            "",
            *self._about_starts(),
            "[parameters]",
            *lines(self._parameters()),
        ]
        for part in (*prepare, *forward, *measures):
            rows += step(part)
        rows += ["", "[predict]", *lines(self._predict())]
        if design.fixed:
            named = ", ".join(self._starts(1)) if design.fixed == 1 else "what comes before it"
            self.notes.append(
                f"The slope of step is 0, so {named} can't be learnt and stays as drawn (given)."
            )
        note = unreachable(data, design.last, design.target_scaling)
        return Written("\n".join(rows) + "\n", (*self.notes, *([note] if note else [])))

    # -- the head ---------------------------------------------------------------------

    def _head(self, metrics: list[str]) -> dict[str, Any]:
        design, data = self.design, self.design.data
        what = ", ".join(data.targets)
        inputs = ", ".join(data.inputs[:4]) + (", …" if len(data.inputs) > 4 else "")
        head: dict[str, Any] = {
            "title": design.title or f"{what} from {inputs}",
            "about": self._about(),
            "network": design.network,
            "iterations": design.iterations,
            "seed": design.seed,
            "loss": "loss",
            "metrics": metrics,
            "backward": "derived",
        }
        batch = self._batch()
        return {**head, "batch": batch} if batch else head

    def _about(self) -> str:
        design, data = self.design, self.design.data
        hidden = ", ".join(activation.name for activation in design.hidden)
        between = f"hidden {hidden}, " if hidden else ""
        test = f", {design.test:,} more are held out to test it" if design.test else ""
        return (
            f"A {design.network} network learns {', '.join(data.targets)} from"
            f" {design.training:,} rows ({data.name}){test}: {between}{design.last.name} at the"
            f" output, {design.loss.name.replace('_', ' ')}, {design.optimizer.name}."
        )

    def _batch(self) -> dict[str, Any] | None:
        design = self.design
        if design.batch is None and not design.drops:
            return None
        batch: dict[str, Any] = {
            "size": design.rows,
            "of": [design.words.activation(0), design.words.target],
        }
        if design.batch is not None and not design.in_order:
            batch |= {"order": "shuffled", "seed": design.seed}
        if design.drops:
            batch["cycle"] = [mask(design, layer) for layer in self._dropping()]
        return batch

    def _dropping(self) -> list[int]:
        return [layer for layer, keep in enumerate(self.design.keep, 1) if keep < 1]

    def _optimizer(self) -> list[str]:
        design = self.design
        settings: dict[str, Any] = {
            "name": design.optimizer.name,
            "rate": "lr",
            **design.optimizer_settings,
        }
        if design.schedule is not None:
            settings["schedule"] = {"name": design.schedule, **design.schedule_settings}
        if design.clip is not None:
            settings["clip"] = design.clip
        settings["names"] = design.words.kind
        text = f"{design.optimizer.name}: {design.optimizer.words}."
        return [
            "",
            *comment(f"Backward and update steps follow from the forward steps. {text}"),
            "[optimizer]",
            *lines(settings),
        ]

    # -- data and parameters ------------------------------------------------------------

    def _given(self) -> dict[str, Any]:
        design, data = self.design, self.design.data
        given: dict[str, Any] = {}
        for suffix, keep in (("", "training"), ("_test", "test"))[: 2 if design.test else 1]:
            sources = (self._name("X", suffix), data.input_source), (
                self._name("y", suffix), data.target_source
            )  # fmt: skip
            for name, source in sources:
                rows = {"rows": {"keep": keep, "test": design.test, "seed": design.seed}}
                given[name] = {**source, **rows} if design.test else source
        given["lr"] = design.rate
        given |= design.penalties
        for layer in range(1, design.fixed + 1):
            given |= self._starts(layer)
        for layer in self._dropping():
            units = design.sizes[layer]
            bank = min(MASKS * design.rows, max(design.rows, MOST_MASK_NUMBERS // units)) + 1
            given[mask(design, layer)] = {
                "random": "bernoulli",
                "p": design.keep[layer - 1],
                "shape": [bank, units],
            }
        return given

    def _name(self, letter: str, suffix: str) -> str:
        """Return the name of the given array: the network's own where nothing is prepared."""
        if letter == "X":
            scaled = self.design.scaling.name != "none"
            return (INPUTS if scaled else self.design.words.activation(0)) + suffix
        return (TARGETS if self._target_is_prepared() else self.design.words.target) + suffix

    def _target_is_prepared(self) -> bool:
        design = self.design
        if design.data.kind == NUMBER:
            return design.target_scaling.name != "none"
        return design.columns or design.loss.signs

    def _about_starts(self) -> list[str]:
        start, options = self.design.starts[-1]
        listed = ", ".join(f"{key} {number:g}" for key, number in options.items())
        biases = {self.design.activation(k).bias for k in range(1, self.design.layers + 1)}
        corner = " (or just above, where a sum of 0 would be a corner)" if any(biases) else ""
        return comment(
            f"Weights start {start.words}{f' ({listed})' if listed else ''}; one row for each"
            " neuron that sends, one column for each that receives. Biases start at"
            f" 0{corner}."
        )

    def _starts(self, layer: int) -> dict[str, Any]:
        """Return what a layer's weights and biases start as."""
        design, words = self.design, self.design.words
        start, options = design.starts[layer - 1]
        units, bias = design.sizes[layer], design.activation(layer).bias
        shape = [design.sizes[layer - 1], units]
        weight = {"random": start.name, **options, "shape": shape}
        if design.batch_norm and not words.is_last(layer):
            gamma, beta = (words.of_layer(stem, layer) for stem in ("gamma", "beta"))
            return {
                words.weight(layer): weight,
                gamma: _filled(1.0, units),
                beta: _filled(bias, units),
            }
        return {words.weight(layer): weight, words.bias(layer): _filled(bias, units)}

    def _parameters(self) -> dict[str, Any]:
        design, words = self.design, self.design.words
        found: dict[str, Any] = {}
        for layer in range(1, design.layers + 1):
            if layer > design.fixed:
                found |= self._starts(layer)
            if design.batch_norm and not words.is_last(layer):
                units = design.sizes[layer]
                found[words.of_layer("running_mean", layer)] = _filled(0.0, units)
                found[words.of_layer("running_variance", layer)] = _filled(1.0, units)
        return found

    # -- steps --------------------------------------------------------------------------

    def _prepare(self) -> list[StepText]:
        design, data, words = self.design, self.design.data, self.design.words
        parts: list[StepText] = []
        suffixes = ["", "_test"] if design.test else [""]
        if design.scaling.name != "none":
            guarded = self._constant(data.x, design.scaling, data.inputs)
            texts = constant_equations(design.scaling, INPUTS, guarded=guarded)
            texts += [
                f"X{s} = " + design.scaling.forward.format(x=INPUTS + s, n=INPUTS) for s in suffixes
            ]
            parts.append(
                StepText(
                    "Scale the inputs", "prepare", texts, self._scaled(design.scaling, data.inputs)
                )
            )
        if not self._target_is_prepared():
            return parts
        y = words.target
        if data.kind == NUMBER:
            guarded = self._constant(data.y, design.target_scaling, data.targets)
            texts = constant_equations(design.target_scaling, TARGETS, guarded=guarded)
            texts += [
                f"{y}{s} = " + design.target_scaling.forward.format(x=TARGETS + s, n=TARGETS)
                for s in suffixes
            ]
            explain = self._scaled(design.target_scaling, data.targets)
            parts.append(StepText("Scale the target", "prepare", texts, explain))
            return parts
        places = value([list(range(len(data.classes)))])
        made = f"{TARGETS}{{s}} == {places}" if design.columns else f"{TARGETS}{{s}}"
        if design.loss.signs:
            made = f"2 * ({made}) - 1" if design.columns else f"2 * {made} - 1"
        texts = [f"{y}{s} = {made.format(s=s)}" for s in suffixes]
        parts.append(StepText("Encode the classes", "prepare", texts, self._encoded()))
        return parts

    def _encoded(self) -> str:
        """Return how classes become numbers."""
        design, classes = self.design, self.design.data.classes
        listed = ", ".join(f"{name} is {place}" for place, name in enumerate(classes))
        if list(classes) == ["0", "1"]:
            listed = "0 or 1"
        off = "-1" if design.loss.signs else "0"
        if design.columns:
            how = (
                f"each class has a column of its own: 1 where the row is of that class, else {off}"
            )
        elif design.loss.signs:
            how = f"{classes[0]} becomes -1, {classes[1]} becomes 1"
        else:
            return f"{', '.join(design.data.targets)}: {listed}."
        return f"{', '.join(design.data.targets)}: {listed}; {how}."

    def _scaled(self, scaling: Scaling, headings: tuple[str, ...]) -> str:
        text = f"{some(headings)}: {scaling.words}."
        if self.design.test:
            text += " The test rows are scaled by the training rows' numbers."
        return text

    def _constant(self, values: Any, scaling: Scaling, headings: tuple[str, ...]) -> bool:
        """Say whether this scaling would divide by zero, and note it."""
        design = self.design
        rows: dict[str, Any] = {"keep": "training", "test": design.test, "seed": design.seed}
        training = chosen_rows(np.asarray(values), rows if design.test else None, "rows")
        constant = constant_columns(training, scaling)
        if constant:
            named = some(tuple(headings[place] for place in constant))
            self.notes.append(
                f"{named}: the same number in every row, so it is divided by 1 instead of by 0."
            )
        return bool(constant)

    def _forward(self) -> list[StepText]:
        design, words = self.design, self.design.words
        shows = [name for k in range(1, design.layers + 1) for name in parameter_names(design, k)]
        inputs = [words.activation(0), words.target]
        explain_weights = "Training starts from these numbers and changes nothing else."
        parts = [
            StepText("Data", "forward", [], self._rows_shown(), inputs),
            StepText("Weights and biases", "forward", [], explain_weights, shows),
        ]
        for layer in range(1, design.layers + 1):
            parts += layer_parts(design, layer, outcome(design, layer - 1))
        y, a = words.target, words.activation(design.layers)
        explain = design.loss.words.format(y=y)
        if not design.penalties:
            return [*parts, StepText("Loss", "forward", loss_equations(design, y, a, ""), explain)]
        penalty, why = penalty_equation(design)
        texts = [*loss_equations(design, y, a, "", "data_loss"), penalty]
        texts.append("loss = data_loss + penalty")
        return [*parts, StepText("Loss", "forward", texts, f"{explain} {why}")]

    def _rows_shown(self) -> str:
        design, data = self.design, self.design.data
        text = f"Each row is one sample; the columns are {some(data.inputs)}."
        if design.batch is not None:
            text += f" An iteration uses {design.batch:,} of the {design.training:,} rows."
        if data.kind == NUMBER:
            return f"{text} {design.words.target} holds what is wanted: {some(data.targets)}."
        return f"{text} {design.words.target} holds the classes. {self._encoded()}"

    # -- predictions ----------------------------------------------------------------------

    def _predict(self) -> dict[str, Any]:
        design, data = self.design, self.design.data
        table: dict[str, Any] = {"input": self._name("X", ""), "output": answer_name(design)}
        if data.kind == NUMBER:
            return table
        if design.columns:
            table["classes"] = True
        else:
            table["threshold"] = threshold(design)
            if len(data.inputs) == 2:
                table["target"] = self._name("y", "")
        if list(data.classes) != ["0", "1"]:
            table["names"] = list(data.classes)
        return table


def _filled(number: float, units: int) -> dict[str, Any]:
    """Return a row of equal numbers."""
    if not number:
        return {"random": "zeros", "shape": [1, units]}
    return {"random": "constant", "value": number, "shape": [1, units]}
