"""Steps → program: every name resolved, every shape known, every fault found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer.errors import TemplateError, did_you_mean
from tracer.language.calls import Definition
from tracer.language.expression import (
    Equation,
    EquationError,
    Name,
    Shape,
    Span,
    names,
    shape_text,
)
from tracer.language.parse import parse_definition, parse_equation
from tracer.language.shapes import Lookup, shaped
from tracer.program.layout import laid_out
from tracer.program.model import Assignment, Batch, Program, Role, Slot, Step


@dataclass(frozen=True)
class Fault:
    """One fault of one equation, with all that its reader needs to mend it."""

    step: Step | None
    text: str
    error: EquationError
    shapes: Mapping[str, Shape]

    def show(self, source: str, lines: Mapping[str, int]) -> str:
        """Return the fault as text: where, the equation with carets, why, what to do."""
        line = lines.get(self.text)
        where = f"{source}, line {line}" if line else source
        if self.step is not None:
            where += f': step {self.step.number} "{self.step.title}"'
        span = self.error.span
        start = min(span.start, len(self.text))
        carets = " " * start + "^" * max(1, min(span.end, len(self.text)) - start)
        shown = [f"{where}: {self.error.message}.", f"    {self.text}", f"    {carets}"]
        if self.shapes:
            listed = ", ".join(f"{n} is {shape_text(s)}" for n, s in self.shapes.items())
            shown.append(f"  Shapes: {listed}.")
        if self.error.hint:
            shown.append(f"  {self.error.hint}")
        return "\n".join(shown)


class _Compiler:
    """Checks steps one after the other and collects every fault."""

    def __init__(self, steps: Sequence[Step], helpers: Mapping[str, Definition]) -> None:
        self.steps = steps
        self.helpers = helpers
        self.slots: list[Slot] = []
        self.current: dict[str, Slot] = {}
        self.unknown: set[str] = set()
        self.faults: list[Fault] = []
        self.givens: set[str] = set()
        self.parameters: set[str] = set()
        self.parsed = {
            index: [self._parse(step, text) for text in step.equations]
            for index, step in enumerate(steps)
        }

    def _parse(self, step: Step, text: str) -> Equation | None:
        try:
            return parse_equation(text, self.helpers)
        except EquationError as error:
            self.faults.append(Fault(step, text, error, {}))
            return None

    def add(self, name: str, shape: Shape, role: Role, step: int | None = None) -> Slot:
        version = self.current[name].version + 1 if name in self.current else 0
        slot = Slot(name, version, shape, role, step)
        self.slots.append(slot)
        self.current[name] = slot
        return slot

    def check(self, index: int) -> Iterator[Assignment]:
        """Check one step's equations and yield the sound ones."""
        step = self.steps[index]
        for text, equation in zip(step.equations, self.parsed[index], strict=True):
            if equation is None:
                assigned = _TARGET.match(text)
                self.unknown.update([assigned[1]] if assigned else [])
                continue
            try:
                role = self._target_role(equation, step)
                expression = shaped(equation.expression, self._lookup(index))
            except EquationError as error:
                self.unknown.add(equation.target)
                self.faults.append(Fault(step, equation.text, error, self._shapes_in(equation)))
                continue
            except _UnknownShape:
                self.unknown.add(equation.target)
                continue
            slot = self.add(equation.target, expression.shape, role, index)
            if slot.size > 100_000_000:
                large = EquationError(
                    f"the result would have {slot.size:,} elements", Span(0, len(equation.text))
                )
                self.faults.append(Fault(step, equation.text, large, {}))
            yield Assignment(index, replace(equation, expression=expression), slot)

    def _target_role(self, equation: Equation, step: Step) -> Role:
        target = equation.target
        span = Span(0, len(target))
        if target in self.givens:
            raise EquationError(
                f"'{target}' is given, and a step can't assign it",
                span,
                f"Give the result a name of its own, or move {target} to [parameters]"
                " if training changes it.",
            )
        if target in ("np", "numpy"):
            raise EquationError(f"'{target}' means NumPy and can't be assigned", span)
        if step.phase == "prepare":
            if target in self.parameters:
                raise EquationError(
                    f"'{target}' is a parameter, and prepare steps run once, before training",
                    span,
                    "Compute it in a step of another phase.",
                )
            return "prepared"
        slot = self.current.get(target)
        if slot is not None and slot.role in ("prepared", "batch"):
            raise EquationError(
                f"'{target}' was prepared once, and an iteration can't assign it again",
                span,
                "Give the result a name of its own.",
            )
        return "updated" if target in self.parameters else "computed"

    def _lookup(self, index: int) -> Lookup:
        def find(name: Name) -> tuple[int, Shape]:
            slot = self.current.get(name.id)
            if slot is not None:
                if name.id in self.unknown:
                    raise _UnknownShape
                return slot.version, slot.shape
            if name.id in self.unknown:
                raise _UnknownShape
            later = self._computed_by(name.id)
            if name.id in self.parameters:
                raise EquationError(
                    f"'{name.id}' is a parameter, and prepare steps run before there are any",
                    name.span,
                    "Use it in a step of another phase.",
                )
            if later == index:
                raise EquationError(
                    f"'{name.id}' is used before it has a value",
                    name.span,
                    f"Give {name.id} a start under [parameters], or compute it in an earlier step.",
                )
            if later is not None:
                raise EquationError(
                    f"'{name.id}' is used before anything computes it"
                    f" (step {self.steps[later].number} does, later)",
                    name.span,
                    "Move this step down; or, if the value carries over from one iteration"
                    f" to the next, give {name.id} a start under [parameters].",
                )
            known = [*self.current, *(e.target for es in self.parsed.values() for e in es if e)]
            near = did_you_mean(name.id, known).strip()
            raise EquationError(
                f"'{name.id}' is not known here",
                name.span,
                near or "Give it under [given] or [parameters], or compute it in an earlier step.",
            )

        return find

    def _computed_by(self, name: str) -> int | None:
        for index, equations in self.parsed.items():
            if any(equation and equation.target == name for equation in equations):
                return index
        return None

    def _shapes_in(self, equation: Equation) -> dict[str, Shape]:
        return {
            name.id: self.current[name.id].shape
            for name in names(equation.expression)
            if name.id in self.current
        }


#: What a text that can't be parsed seems to assign.
_TARGET = re.compile(r"\s*(\w+)\s*[-+*/@]*=")


class _UnknownShape(Exception):
    """A name whose own equation is faulty: its users are not blamed as well."""


def parse_helpers(texts: Sequence[str]) -> tuple[dict[str, Definition], list[Fault]]:
    """Parse a template's helpers; each may use the ones before it."""
    helpers: dict[str, Definition] = {}
    faults: list[Fault] = []
    for text in texts:
        try:
            definition = parse_definition(text, helpers)
            helpers[definition.name] = definition
        except EquationError as error:
            faults.append(Fault(None, text, error, {}))
    return helpers, faults


def check(
    *,
    source: str,
    steps: Sequence[Step],
    given: Mapping[str, Shape],
    parameters: Mapping[str, Shape],
    helpers: Sequence[str] = (),
    loss: str | None = None,
    metrics: Sequence[str] = (),
    batch: Batch | None = None,
    decimals: int | None = None,
    lines: Mapping[str, int] | None = None,
) -> Program:
    """Return the checked program, or raise TemplateError with every fault found.

    `source` names the template in messages; `lines` maps an equation to its line.
    """
    definitions, faults = parse_helpers(helpers)
    checker = _Compiler(steps, definitions)
    checker.faults[:0] = faults
    checker.givens, checker.parameters = set(given), set(parameters)
    for name, shape in given.items():
        checker.add(name, shape, "given")
    prepare = [
        assignment
        for index, step in enumerate(steps)
        if step.phase == "prepare"
        for assignment in checker.check(index)
    ]
    for name, shape in parameters.items():
        checker.add(name, shape, "parameter")
    others: list[str] = []
    samples = _use_batch(checker, batch, others)
    iterate = [
        assignment
        for index, step in enumerate(steps)
        if step.phase != "prepare"
        for assignment in checker.check(index)
    ]
    _check_carried(checker, iterate)
    for what, number in [("loss", loss), *(("metric", metric) for metric in metrics)]:
        _check_number(checker, what, number, others)
    others += [
        f"step {step.number} \"{step.title}\" shows '{name}', which is not known."
        + did_you_mean(name, checker.current)
        for step in steps
        for name in step.shows
        if name not in checker.current and name not in checker.unknown
    ]
    if checker.faults or others:
        shown = [fault.show(source, lines or {}) for fault in checker.faults]
        raise TemplateError("\n".join(shown + [f"{source}: {text}" for text in others]))
    return laid_out(
        Program(
            steps=tuple(steps),
            slots=tuple(checker.slots),
            prepare=tuple(prepare),
            iterate=tuple(iterate),
            loss=loss,
            metrics=tuple(metrics),
            batch=batch,
            samples=samples,
            decimals=decimals,
        )
    )


def _use_batch(checker: _Compiler, batch: Batch | None, faults: list[str]) -> int:
    """Give every batched array the version that one iteration sees; return the sample count."""
    if batch is None:
        return 0
    counts: dict[str, int] = {}
    for name in (*batch.names, *batch.cycle):
        slot = checker.current.get(name)
        if slot is not None and slot.role == "parameter":
            faults.append(f"batch: '{name}' is a parameter; only data can be split.")
        elif slot is None or slot.role not in ("given", "prepared"):
            faults.append(
                f"batch: '{name}' is not given or prepared." + did_you_mean(name, checker.current)
            )
        elif len(slot.shape) <= batch.axis:
            faults.append(f"batch: {name} is a {shape_text(slot.shape)} and can't be split.")
        else:
            counts[name] = slot.shape[batch.axis]
    split = {name: count for name, count in counts.items() if name not in batch.cycle}
    if len(set(split.values())) > 1:
        listed = ", ".join(f"{name} has {count}" for name, count in split.items())
        faults.append(f"batch: the arrays must have equally many samples: {listed}.")
    faults += [f"batch: '{n}' is both in of and in cycle." for n in batch.cycle if n in batch.names]
    samples = next(iter(split.values()), 0)
    if split and not 1 <= batch.size <= samples:
        faults.append(f"batch: {batch.size} samples at a time, but there are {samples}.")
    for name in counts:
        shape = list(checker.current[name].shape)
        shape[batch.axis] = batch.size
        checker.add(name, tuple(shape), "batch")
    return samples


def _check_carried(checker: _Compiler, iterate: Sequence[Assignment]) -> None:
    starts = {slot.name: slot for slot in checker.slots if slot.role == "parameter"}
    for assignment in iterate:
        slot = assignment.slot
        start = starts.get(slot.name)
        newest = checker.current[slot.name] == slot
        if start is not None and newest and slot.shape != start.shape:
            error = EquationError(
                f"the new {slot.name} is {shape_text(slot.shape)},"
                f" but it starts as {shape_text(start.shape)}",
                Span(0, len(slot.name)),
                "A parameter keeps its shape; a sum may need keepdims=True.",
            )
            step = checker.steps[assignment.step]
            checker.faults.append(Fault(step, assignment.equation.text, error, {}))


def _check_number(checker: _Compiler, what: str, name: str | None, faults: list[str]) -> None:
    if name is None or name in checker.unknown:
        return
    slot = checker.current.get(name)
    if slot is None:
        faults.append(
            f"the {what} '{name}' is not computed by any step."
            + did_you_mean(name, checker.current)
        )
    elif slot.size != 1:
        faults.append(
            f"the {what} '{name}' must be a single number, not {shape_text(slot.shape)}:"
            " take its sum or mean."
        )
