"""Steps → program: every name resolved, every shape known, every fault found."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from tracer import limits
from tracer.errors import TemplateError, did_you_mean
from tracer.language.calls import Definition
from tracer.language.expression import (
    Equation,
    EquationError,
    Name,
    Shape,
    SlotKey,
    Span,
    shape_text,
    walk,
)
from tracer.language.parse import parse_definition, parse_equation
from tracer.language.shapes import Lookup, shaped
from tracer.language.whole import is_whole, told_whole
from tracer.program.faults import Fault
from tracer.program.labels import check_labels
from tracer.program.layout import laid_out
from tracer.program.model import Assignment, Batch, Program, Role, Step
from tracer.program.scope import Scope, UnknownShapeError
from tracer.program.whole import batched, samples_of, split_sizes, wrong_number

#: How many faults of each kind are told at once.
MOST_FAULTS = 50
#: What a text that can't be parsed seems to assign.
_TARGET = re.compile(r"\s*(\w+)\s*(?:\[[^=]*\])?\s*[-+*/@]*=")
#: The order in which a program lists its slots.
_ROLES: tuple[tuple[Role, ...], ...] = (
    ("given",),
    ("prepared",),
    ("parameter",),
    ("batch",),
    ("computed", "updated"),
)


@dataclass(frozen=True)
class DefinedHelpers:
    """The functions that a template defines, as texts, and on which line each stands."""

    texts: Sequence[str] = ()
    lines: Sequence[int | None] = ()

    def parsed(self, faults: list[Fault]) -> dict[str, Definition]:
        """Return the definitions; each may use the ones before it."""
        found: dict[str, Definition] = {}
        lines = self.lines or [None] * len(self.texts)
        for text, line in zip(self.texts, lines, strict=True):
            try:
                definition = parse_definition(text, found)
                found[definition.name] = definition
            except EquationError as error:
                faults.append(Fault(None, text, error, {}, line))
        return found


class Compiler:
    """Checks steps one after the other and collects every fault.

    Each equation is parsed and checked once: what is added later builds on what there is.
    """

    def __init__(self, source: str, helpers: DefinedHelpers, batch: Batch | None = None) -> None:
        """`source` names the template in messages."""
        self.source = source
        self.batch = batch
        self.faults: list[Fault] = []
        self.others: list[str] = []
        self.helpers = helpers.parsed(self.faults)
        self.steps: list[Step] = []
        self.scope = Scope()
        self.parsed: dict[int, list[Equation | None]] = {}
        self.assignments: list[Assignment] = []
        self.samples = 0
        #: Values that can only be whole numbers.
        self.whole: set[SlotKey] = set()
        self.relied: set[str] = set()
        self._numbers = self._parts = 0

    def given(self, shapes: Mapping[str, Shape], whole: Collection[str] = ()) -> None:
        """Add what is given; `whole` are those that hold nothing but small whole numbers."""
        self.scope.givens |= set(shapes)
        for name, shape in shapes.items():
            slot = self.scope.add(name, shape, "given")
            if name in whole:
                self.whole.add(slot.key)

    def start(
        self,
        steps: Sequence[Step],
        parameters: Mapping[str, Shape],
    ) -> None:
        """Check a template's steps: prepare steps see no parameters, and all samples."""
        self._read(steps)
        self.scope.parameters |= set(parameters)
        for index, step in enumerate(steps):
            if step.phase == "prepare":
                self._check(index)
        for name, shape in parameters.items():
            self.scope.add(name, shape, "parameter")
        if self.batch is not None:
            self.samples = self._split(self.batch)
        for index, step in enumerate(steps):
            if step.phase != "prepare":
                self._check(index)

    def extend(self, steps: Sequence[Step], parameters: Mapping[str, Shape]) -> None:
        """Check further steps of iterations, with the parameters that they need besides."""
        self.scope.parameters |= set(parameters)
        for name, shape in parameters.items():
            self.scope.add(name, shape, "parameter")
        first = len(self.steps)
        self._read(steps)
        for index in range(first, len(self.steps)):
            self._check(index)

    def program(self, loss: str | None, metrics: Sequence[str] = ()) -> Program:
        """Return the program as far as it goes. Raises TemplateError with every fault found."""
        self._check_carried()
        for what, name in [("loss", loss), *(("metric", metric) for metric in metrics)]:
            if name is not None and name not in self.scope.unknown:
                self.others += wrong_number(what, name, self.scope.current)
        self.others += [
            f"step {step.number} \"{step.title}\" shows '{name}', which is not known."
            + did_you_mean(name, self.scope.current)
            for step in self.steps
            for name in step.shows
            if name not in self.scope.current and name not in self.scope.unknown
        ]
        if self.faults or self.others:
            shown = [fault.show(self.source) for fault in self.faults[:MOST_FAULTS]]
            shown += [f"{self.source}: {text}" for text in self.others[:MOST_FAULTS]]
            left = len(self.faults) + len(self.others) - len(shown)
            shown += [f"{self.source}: … and {left:,} more."] if left else []
            raise TemplateError("\n".join(shown))
        slots = (slot for roles in _ROLES for slot in self.scope.slots if slot.role in roles)
        prepared = {i for i, step in enumerate(self.steps) if step.phase == "prepare"}
        return laid_out(
            Program(
                steps=tuple(self.steps),
                slots=tuple(slots),
                prepare=tuple(a for a in self.assignments if a.step in prepared),
                iterate=tuple(a for a in self.assignments if a.step not in prepared),
                loss=loss,
                metrics=tuple(metrics),
                batch=self.batch,
                samples=self.samples,
                whole_givens=tuple(sorted(self.relied & self.scope.givens)),
            )
        )

    # -- equations ------------------------------------------------------------------------

    def _read(self, steps: Sequence[Step]) -> None:
        for step in steps:
            index = len(self.steps)
            self.steps.append(step)
            self.parsed[index] = [self._parse(step, place) for place in range(len(step.equations))]

    def _parse(self, step: Step, place: int) -> Equation | None:
        if step.trees:
            return step.trees[place]
        try:
            found = parse_equation(step.equations[place], self.helpers)
        except EquationError as error:
            self._blame(step, place, error)
            return None
        self._parts += sum(1 for _ in walk(found.expression))
        if self._parts > limits.ALL_PARTS.most:
            raise TemplateError(
                f"{self.source}: step {step.number}: the equations up to here have more than"
                f" {limits.ALL_PARTS.most:,} parts together."
            )
        return found

    def _blame(
        self,
        step: Step,
        place: int,
        error: EquationError,
        shapes: Mapping[str, Shape] | None = None,
    ) -> None:
        text, line = step.equations[place], step.line(place)
        self.faults.append(Fault(step, text, error, shapes or {}, line))

    def _check(self, index: int) -> None:
        """Check one step's equations and keep the sound ones."""
        step = self.steps[index]
        for place, (text, equation) in enumerate(
            zip(step.equations, self.parsed[index], strict=True)
        ):
            if equation is None:
                assigned = _TARGET.match(text)
                self.scope.unknown.update([assigned[1]] if assigned else [])
                continue
            try:
                role = self.scope.role_of(equation.target, step)
                expression = shaped(equation.expression, self._lookup(index))
                check_labels(expression, lambda name: self.scope.current[name.id].role)
                expression = told_whole(expression, self._is_whole)
            except EquationError as error:
                self.scope.unknown.add(equation.target)
                self._blame(step, place, error, self.scope.shapes_in(equation))
                continue
            except UnknownShapeError:
                self.scope.unknown.add(equation.target)
                continue
            slot = self.scope.add(equation.target, expression.shape, role, index)
            self._numbers += slot.size
            if self._numbers > limits.NUMBERS.most:
                message = (
                    f"with this the results have {self._numbers:,} numbers together, and at most"
                    f" {limits.NUMBERS.most:,} are computed"
                )
                self._blame(step, place, EquationError(message, Span(0, len(text))))
                self._numbers = 0
            if is_whole(expression, self._is_whole):
                self.whole.add(slot.key)
            equation = replace(equation, expression=expression)
            self.assignments.append(Assignment(index, equation, slot, place))

    def _is_whole(self, name: Name) -> bool:
        if name.key not in self.whole:
            return False
        self.relied.add(name.id)
        return True

    def _lookup(self, index: int) -> Lookup:
        def computed_by(name: str) -> tuple[str, bool] | None:
            for step, equations in self.parsed.items():
                if any(equation and equation.target == name for equation in equations):
                    return self.steps[step].number, step == index
            return None

        def find(name: Name) -> tuple[int, Shape]:
            computed = (e.target for equations in self.parsed.values() for e in equations if e)
            return self.scope.find(name, computed_by, computed)

        return find

    # -- what holds for the whole ---------------------------------------------------------

    def _split(self, batch: Batch) -> int:
        """Give every batched array the version that one iteration sees; return the samples."""
        counts = split_sizes(batch, self.scope.current, self.others)
        samples = samples_of(batch, counts, self.others)
        for name in counts:
            all_of_it = self.scope.current[name]
            part = self.scope.add(name, batched(name, all_of_it.shape, batch), "batch")
            if all_of_it.key in self.whole:
                self.whole.add(part.key)
        return samples

    def _check_carried(self) -> None:
        starts = {slot.name: slot for slot in self.scope.slots if slot.role == "parameter"}
        for assignment in self.assignments:
            slot = assignment.slot
            start = starts.get(slot.name)
            newest = self.scope.current[slot.name] == slot
            if start is not None and newest and slot.shape != start.shape:
                error = EquationError(
                    f"the new {slot.name} is {shape_text(slot.shape)},"
                    f" but it starts as {shape_text(start.shape)}",
                    Span(0, len(slot.name)),
                    "A parameter keeps its shape; a sum may need keepdims=True.",
                )
                self._blame(self.steps[assignment.step], assignment.place, error)


def check(
    *,
    source: str,
    steps: Sequence[Step],
    given: Mapping[str, Shape],
    parameters: Mapping[str, Shape],
    helpers: DefinedHelpers | Sequence[str] = (),
    loss: str | None = None,
    metrics: Sequence[str] = (),
    batch: Batch | None = None,
    whole: Collection[str] = (),
) -> Program:
    """Return the checked program, or raise TemplateError with every fault found.

    `source` names the template in messages; `whole` are givens of small whole numbers only.
    """
    known = helpers if isinstance(helpers, DefinedHelpers) else DefinedHelpers(helpers)
    compiler = Compiler(source, known, batch)
    compiler.given(given, whole)
    compiler.start(steps, parameters)
    return compiler.program(loss, metrics)
