"""A design → the text of a template that its reader can follow and edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tracer.network.design import Design, unreachable
from tracer.network.given import about_starts, dropping, given_name, givens, parameters, starts
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
from tracer.network.prepare import encoded, prepare_parts
from tracer.network.report import some
from tracer.template.headings import class_names
from tracer.template.toml import comment, lines


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
        say = design.say
        told = [say.say(note) for note in data.notes]
        self.notes += told
        prepare, constant = prepare_parts(design)
        self.notes += constant
        forward = self._forward()
        measures, metrics = measure_parts(design)
        rows = [
            *comment(say("new.made_by", command=command)),
            *comment(say("new.ordinary")),
            "",
            *lines(self._head(metrics)),
            *self._optimizer(),
            "",
            *[line for note in told for line in comment(note)],
            "[given]",
            *lines(givens(design)),
            "",
            *self._headings(),
            *about_starts(design),
            "[parameters]",
            *lines(parameters(design)),
        ]
        for part in (*prepare, *forward, *measures):
            rows += ["", "[[steps]]", *lines(part.table())]
        rows += ["", "[predict]", *lines(self._predict())]
        if design.fixed:
            first = design.fixed == 1
            named = ", ".join(starts(design, 1)) if first else say("new.before_step")
            self.notes.append(say("new.fixed", names=named))
        note = unreachable(data, design.last, design.target_scaling)
        self.notes += [] if note is None else [say.say(note)]
        return Written("\n".join(rows) + "\n", tuple(self.notes))

    def _headings(self) -> list[str]:
        """Return what the columns of made-up data are called; those of a file say it."""
        data = self.design.data
        if isinstance(data.input_source, dict) and "file" in data.input_source:
            return []
        return ["[headings]", *lines({given_name(self.design, "X"): list(data.inputs)}), ""]

    # -- the head ---------------------------------------------------------------------

    def _head(self, metrics: list[str]) -> dict[str, Any]:
        design, data = self.design, self.design.data
        what = ", ".join(data.targets)
        columns = [column.heading for column in data.columns] or data.inputs
        inputs = ", ".join(columns[:4]) + (", …" if len(columns) > 4 else "")
        head: dict[str, Any] = {
            "title": design.title or design.say("new.title", targets=what, inputs=inputs),
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
        say = design.say
        hidden = ", ".join(activation.name for activation in design.hidden)
        return say(
            "new.about",
            network=design.network,
            targets=", ".join(data.targets),
            rows=say("counts.rows", count=design.training),
            data=data.name,
            test=say("new.about_test", count=design.test) if design.test else "",
            hidden=say("new.about_hidden", names=hidden) if hidden else "",
            output=design.last.name,
            loss=say(f"new_loss_names.{design.loss.name}"),
            optimizer=design.optimizer.name,
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
            batch["cycle"] = [mask(design, layer) for layer in dropping(design)]
        return batch

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
        name, say = design.optimizer.name, design.say
        text = say("new.optimizer", name=name, how=say(f"new_optimizers.{name}"))
        return [
            "",
            *comment(f"{say('new.derived')} {text}"),
            "[optimizer]",
            *lines(settings),
        ]

    # -- steps --------------------------------------------------------------------------

    def _forward(self) -> list[StepText]:
        design, words = self.design, self.design.words
        shows = [name for k in range(1, design.layers + 1) for name in parameter_names(design, k)]
        inputs = [words.activation(0), words.target]
        say = design.say
        parts = [
            StepText(say("new.data"), "forward", [], self._rows_shown(), inputs),
            StepText(say("new.weights"), "forward", [], say("new.weights_says"), shows),
        ]
        for layer in range(1, design.layers + 1):
            parts += layer_parts(design, layer, outcome(design, layer - 1))
        y, a = words.target, words.activation(design.layers)
        title, explain = say("new.loss"), say(f"new_losses.{design.loss.name}", y=y)
        if not design.penalties:
            return [*parts, StepText(title, "forward", loss_equations(design, y, a, ""), explain)]
        penalty, why = penalty_equation(design)
        texts = [*loss_equations(design, y, a, "", "data_loss"), penalty]
        texts.append("loss = data_loss + penalty")
        return [*parts, StepText(title, "forward", texts, f"{explain} {why}")]

    def _rows_shown(self) -> str:
        design, data = self.design, self.design.data
        say, target = design.say, design.words.target
        texts = [say("new.rows", columns=some(data.inputs, say))]
        if design.batch is not None:
            texts.append(say("new.rows_batch", batch=design.batch, count=design.training))
        if data.kind == NUMBER:
            wanted = say("new.rows_numbers", name=target, columns=some(data.targets, say))
            return " ".join([*texts, wanted])
        return " ".join([*texts, say("new.rows_classes", name=target), encoded(design)])

    # -- predictions ----------------------------------------------------------------------

    def _predict(self) -> dict[str, Any]:
        design, data = self.design, self.design.data
        table: dict[str, Any] = {"input": given_name(design, "X"), "output": answer_name(design)}
        if data.kind == NUMBER:
            return table
        if design.columns:
            table["classes"] = True
        else:
            table["threshold"] = threshold(design)
        if not data.one_hot:
            table["target"] = given_name(design, "y")
        if list(data.classes) != ["0", "1"]:
            table["names"] = list(class_names(data.classes))
        return table
