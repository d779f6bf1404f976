"""What the commands print: one lesson, a run's result."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.wording import load
from tracer.wording.terminal import shown, wrapped

if TYPE_CHECKING:
    from tracer.language.functions import Array
    from tracer.program.model import Program, Step
    from tracer.run.trace import ProgramTrace
    from tracer.template.template import Template

#: Larger arrays are named with their shape only.
MOST_SHOWN = 24


def describe(template: Template, program: Program) -> str:
    """Return all that a lesson says, as text for a terminal."""
    lines = [template.title, *_wrapped(template.about)]
    lines += _wrapped(f"Source: {template.source}") if template.source else []
    lines.append(f"Iterations: {template.iterations:,}. Network: {template.network or '—'}.")
    lines += _arrays("Given", template.given, template)
    lines += _arrays("Starting parameters", template.parameters, template)
    if template.helpers:
        lines += ["", "Helpers", *(f"  {text}" for text in template.helpers)]
    lines += ["", "Steps", *_steps(template.steps)]
    if program.loss:
        lines.append(f"  Loss: {program.loss}")
    for heading, ours in (("Published", False), ("Not published, computed from it", True)):
        items = [item for item in template.published if item.computed == ours]
        lines += ["", heading] if items else []
        for item in items:
            where = f"{item.quantity}, iteration {item.iteration}"
            lines += _wrapped(f"{item.place}: {where}: {' '.join(item.printed)}", "  ")
    for heading, notes in (
        ("Published, but not reproducible", template.unreproducible),
        ("Mistakes in the source", template.errata),
    ):
        if notes:
            lines += ["", heading]
            for note in notes:
                lines += _wrapped(f"{note.place}: {note.text}", "  ")
    return "\n".join(lines)


def derivation(template: Template) -> str:
    """Return the backward pass and the update that follow from a template's forward pass."""
    from tracer.backward.derivation import WRITTEN

    derived = template if template.gradients else template.derived({})
    written = [step for step in derived.steps if step.phase in WRITTEN]
    losses = [f"'{loss}'" for loss in dict.fromkeys(template.losses.values()) or [template.loss]]
    said = f"the loss{'es' * (len(losses) > 1)} {' and '.join(losses)}"
    heading = f"Derived from the forward steps and {said} of {template.name}"
    return "\n".join([heading, "", *_steps(written)])


def _steps(steps: Iterable[Step]) -> list[str]:
    lines = []
    for step in steps:
        lines.append(f"  {step.number:>3}  {step.title}  ({step.phase})")
        lines += [f"         {text}" for text in step.equations]
        if step.shows:
            lines.append(f"         shows {', '.join(step.shows)}")
    return lines


def _arrays(heading: str, arrays: Any, template: Template) -> list[str]:
    from tracer.language.expression import shape_text

    if not arrays:
        return []
    lines = ["", heading]
    for name, array in arrays.items():
        origin = load().say(template.origins.get(name, ""))
        text = shape_text(array.shape) + (f", {origin}" if origin else "")
        if array.size <= MOST_SHOWN and not origin:
            text = _numbers(array) if not array.shape else f"{text}: {_numbers(array)}"
        lines.append(f"  {name} = {text}" if not array.shape else f"  {name}: {text}")
    return lines


def _numbers(array: Array) -> str:
    if array.ndim < 2:
        return " ".join(f"{x:.10g}" for x in array.reshape(-1).tolist())
    return " / ".join(" ".join(f"{x:.10g}" for x in row) for row in array.tolist())


def _wrapped(text: str, indent: str = "") -> list[str]:
    return wrapped(text, indent, indent + "  " * bool(indent), whole_words=False)


def losses(trace: ProgramTrace) -> str:
    """Return how a run went: iterations, loss first → last, metrics at the end."""
    text = f"{trace.template.name}: {load()('counts.iterations', count=trace.iterations)}"
    if trace.loss is not None:
        first, last = trace.loss
        text += f", {trace.program.loss} {first:z.6g}"
        if trace.iterations > 1:
            text += f" → {last:z.6g}"
    for metric in trace.program.metrics:
        slot = trace.program.newest(metric)
        value = float(trace.value(slot, trace.iterations).reshape(-1)[0])
        text += f", {metric} {value:z.4g}"
    return text


def size(path: Path) -> str:
    """Return a file's size in words."""
    count = path.stat().st_size
    for unit in ("bytes", "kB", "MB"):
        if count < 1_000 or unit == "MB":
            return f"{count:.3g} {unit}" if unit != "bytes" else f"{count} bytes"
        count /= 1_000  # type: ignore[assignment]
    raise AssertionError


@contextmanager
def progress_bar(
    length: int, label: str
) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Show a bar on standard error; give what moves it and what sets the text behind it."""
    current = [""]
    # click's own type of the bar ties what it counts to an iterable; this one only counts.
    make: Any = click.progressbar
    with make(
        length=length,
        label=shown(label),
        item_show_func=lambda _: current[0] or None,
        file=sys.stderr,
    ) as bar:

        def text(words: str) -> None:
            current[0] = words

        def advance(done: int) -> None:
            bar.update(done, current[0])

        yield advance, text
