"""What is followed beside the loss: accuracy, each class, the test rows, the answer's units."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.network.design import Design
from tracer.network.losses import NUMBER
from tracer.network.parts import StepText, answer_equations, running_part

#: With more classes, Training follows accuracy only.
MOST_FOLLOWED = 10
#: Characters of a class's name in a name of an equation, which may have 100.
LONGEST_NAME = 60
TEST, PLAIN = "_test", "_plain"


def measure_parts(design: Design) -> tuple[list[StepText], list[str]]:
    """Return the measure steps, and the metrics that Training follows."""
    words, data, say = design.words, design.data, design.say
    y, a = words.target, words.activation(design.layers)
    parts, metrics = [], []
    if design.batch_norm:
        parts.append(running_part(design))
    if design.own_answers:
        left_out = "dropout_" * design.drops + "statistics_" * design.batch_norm
        texts = answer_equations(design, words.activation(0), PLAIN)
        title = say(f"new.answers_without_{left_out.strip('_')}")
        parts.append(StepText(title, "measure", texts, say("new.answers_says")))
    if data.kind == NUMBER:
        parts += _number_parts(design)
        metrics.append("mean_error")
    else:
        texts, names = _class_equations(design, y, a, "")
        parts.append(StepText(say("new.right"), "measure", texts, _right(design)))
        metrics += names
    if design.test:
        y_test, a_test = y + TEST, words.activation(design.layers, TEST)
        texts = answer_equations(design, words.activation(0, TEST), TEST)
        parts.append(
            StepText(
                say("new.test_forward"),
                "measure",
                texts,
                say("new.test_forward_says", count=design.test),
            )
        )
        texts = loss_equations(design, y_test, a_test, TEST)
        metrics.append(f"loss{TEST}")
        if data.kind == NUMBER:
            texts.append(_mean_error(design, y_test, a_test, TEST))
            metrics.append(f"mean_error{TEST}")
        else:
            more, names = _class_equations(design, y_test, a_test, TEST)
            texts += more[: next(i for i, t in enumerate(more) if t.startswith("accuracy")) + 1]
            metrics.append(f"accuracy{TEST}")
        parts.append(
            StepText(
                say("new.test_loss"),
                "measure",
                texts,
                say("new.test_loss_says"),
            )
        )
    return parts, metrics


def loss_equations(design: Design, y: str, a: str, suffix: str, name: str = "loss") -> list[str]:
    """Return the equations of the loss, without what it adds for large weights."""
    named = f"{name}{suffix}"
    return [text.format(y=y, a=a, s=suffix, l=named) for text in design.loss.equations]


def answer_name(design: Design) -> str:
    """Return the quantity that is the answer for a new row."""
    if design.data.kind == NUMBER and design.target_scaling.name != "none":
        return "answer"
    return _plain_output(design)


def class_names(classes: Sequence[str]) -> list[str]:
    """Return a distinct name for each class that an equation can use."""
    names: list[str] = []
    for position, text in enumerate(classes):
        name = "".join(c if c.isascii() and c.isalnum() else "_" for c in text.lower()).strip("_")
        name = name[:LONGEST_NAME].rstrip("_") or f"class_{position}"
        names.append(name if name not in names else f"{name}_{position}")
    return names


def _plain_output(design: Design) -> str:
    suffix = PLAIN if design.own_answers else ""
    return design.words.activation(design.layers, suffix)


def _number_parts(design: Design) -> list[StepText]:
    scaling, a, say = design.target_scaling, design.words.activation(design.layers), design.say
    what = ", ".join(design.data.targets)
    error = _mean_error(design, design.words.target, a, "")
    if scaling.name == "none":
        return [StepText(say("new.far"), "measure", [error], say("new.far_says", targets=what))]
    back = scaling.back.format(x=_plain_output(design), n="targets")
    title, explain = say("new.units", targets=what), say("new.units_says", targets=what)
    return [StepText(title, "measure", [f"answer = {back}", error], explain)]


def _mean_error(design: Design, y: str, a: str, suffix: str) -> str:
    """Return the equation of the mean distance, in the target's own units."""
    distance = f"abs({a} - {y})"
    if design.target_scaling.name != "none":
        distance += f" * {design.target_scaling.unit.format(n='targets')}"
    return f"mean_error{suffix} = mean({distance})"


def _right(design: Design) -> str:
    say = design.say
    if design.columns:
        chosen = say("new.right_largest")
    else:
        above = threshold(design)
        chosen = say("new.right_above", threshold=above, name=design.data.classes[1])
    return f"{chosen} {say('new.right_says')}"


def threshold(design: Design) -> float:
    """Return the output above which the answer is the second class."""
    return 0.0 if design.loss.signs else 0.5


def _class_equations(design: Design, y: str, a: str, s: str) -> tuple[list[str], list[str]]:
    """Return the equations of accuracy and each class's measures, and what to follow."""
    truth = f"truth{s}" if design.loss.signs else y
    texts = [f"{truth} = {y} > 0"] if design.loss.signs else []
    names = class_names(design.data.classes)
    metrics = [f"accuracy{s}"]
    if design.columns:
        texts += [
            f"largest{s} = {a} == max({a}, axis=1, keepdims=True)",
            f"chosen{s} = largest{s} / sum(largest{s}, axis=1, keepdims=True)",
            f"accuracy{s} = sum(chosen{s} * {truth}) / len({truth})",
        ]
        if len(names) <= MOST_FOLLOWED:
            texts += [
                f"hits{s} = sum(chosen{s} * {truth}, axis=0)",
                f"recall{s} = hits{s} / maximum(sum({truth}, axis=0), 1)",
                f"precision{s} = hits{s} / maximum(sum(chosen{s}, axis=0), 0.000001)",
            ]
            for place, name in enumerate(names):
                for measure in ("recall", "precision"):
                    texts.append(f"{measure}_{name}{s} = {measure}{s}[{place}]")
                    metrics.append(f"{measure}_{name}{s}")
        return texts, metrics
    texts += [
        f"chosen{s} = {a} > {threshold(design):g}",
        f"accuracy{s} = mean(chosen{s} == {truth})",
    ]
    for name, right, taken in (
        (names[0], f"(1 - {truth})", f"(1 - chosen{s})"),
        (names[1], truth, f"chosen{s}"),
    ):
        texts += [
            f"recall_{name}{s} = sum({taken} * {right}) / maximum(sum({right}), 1)",
            f"precision_{name}{s} = sum({taken} * {right}) / maximum(sum({taken}), 1)",
        ]
        metrics += [f"recall_{name}{s}", f"precision_{name}{s}"]
    return texts, metrics
