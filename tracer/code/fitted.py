"""Which of the usual losses a program's updates follow, where it computes none that is one."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tracer.code.equations import Equations
from tracer.code.record.graph import Value
from tracer.code.record.simpler import simplified
from tracer.code.steps import ReadStep
from tracer.code.turns import Turn
from tracer.template.template import Template
from tracer.verify.findings import check_gradients

#: The usual losses, the likelier first.
FORMS = (
    "sum(({out} - {y}) ** 2) / 2",
    "mean(({out} - {y}) ** 2)",
    "sum(({out} - {y}) ** 2)",
    "-sum({y} * log({out}) + (1 - {y}) * log(1 - {out}))",
    "-mean({y} * log({out}) + (1 - {y}) * log(1 - {out}))",
    "-sum({y} * log({out}))",
    "-sum({y} * log({out})) / {n}",
)
#: What is said of a step that is the rate times the gradient.
_ONCE = "gradients.factor_rate"
#: What is computed for people: no gradient is taken of it.
_FOR_PEOPLE = frozenset(("abs", "sign", "round", "argmax"))


@dataclass(frozen=True)
class Error:
    """A difference between what the network answers and the target."""

    value: Value
    out: Value
    target: Value


def errors(turn: Turn, moving: set[int]) -> Iterator[Error]:
    """Yield the differences between something computed and something given, of the same shape."""
    for value in turn.values:
        if value.kind == "operation" and value.what == "-" and len(value.args) == 2:
            inner = [a for a in value.args if a.number in moving]
            given = [a for a in value.args if a.number not in moving]
            if len(inner) == 1 and inner[0].kind != "leaf" and inner[0].shape == given[0].shape:
                yield Error(value, inner[0], given[0])


def for_people(loss: Value) -> bool:
    """Say whether a measure is none that a gradient is taken of, such as the mean distance."""
    return any(v.kind == "call" and v.what in _FOR_PEOPLE for v in loss.behind())


def losses_of(error: Error, equations: Equations) -> Iterator[str]:
    """Yield the usual losses of an error, as expressions."""
    out, target = (ast.unparse(equations.said(v)) for v in (error.out, error.target))
    rows = error.out.shape[0] if error.out.shape else 1
    for form in FORMS:
        yield form.format(out=out, y=target, n=rows)


def fitting(
    error: Error,
    equations: Equations,
    steps: list[ReadStep],
    build: Callable[[list[ReadStep], str], Template],
) -> tuple[Template, str] | None:
    """Return the template with the loss that all first updates follow, and that loss.

    `build` makes a template of steps and the name of their loss. None where no loss fits.
    """
    name = equations.names.take("loss")
    found: tuple[Template, str] | None = None
    for expression in losses_of(error, equations):
        step = ReadStep("Loss", "forward", (f"{name} = {expression}",), (0,), None)
        template = build(_after(steps, error, equations, step), name)
        checked = check_gradients(template)
        if checked.checks and checked.agree:
            found = found or (template, expression)
            if all(c.factor_says and c.factor_says.key == _ONCE for c in checked.checks):
                return template, expression
    return found


def _after(
    steps: list[ReadStep], error: Error, equations: Equations, added: ReadStep
) -> list[ReadStep]:
    """Return the steps with another one behind the step that computes the output."""
    wanted = {simplified(v).number for v in (error.out, error.value)}
    texts = [line.text for line in equations.lines if line.value.number in wanted][:1]
    at = next((n for n, s in enumerate(steps) if texts and texts[0] in s.equations), 0)
    return [*steps[: at + 1], added, *steps[at + 1 :]]
