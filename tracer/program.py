"""Checked equations in order: every name resolved, every shape known, every fault found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

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
from tracer.wording import Said, Wording, load

PHASES = ("prepare", "forward", "backward", "update", "measure")
Role = Literal["given", "prepared", "batch", "parameter", "computed", "updated"]


@dataclass(frozen=True)
class Step:
    """A numbered step as the template writes it; of a derived one `said` are its two texts."""

    number: str
    title: str
    phase: str
    equations: tuple[str, ...]
    shows: tuple[str, ...] = ()
    explain: str = ""
    said: tuple[Said, Said] | None = None

    def worded(self, wording: Wording) -> Step:
        """Return a derived step with its texts in a language; others keep the template's."""
        if self.said is None:
            return self
        title, explain = map(wording.say, self.said)
        return replace(self, title=title[:1].upper() + title[1:], explain=explain)


@dataclass(frozen=True)
class Slot:
    """One value that a name has: the memory cells `[offset, offset + size)` of the state."""

    name: str
    version: int
    shape: Shape
    role: Role
    step: int | None = None
    offset: int = 0
    label: str = ""

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def key(self) -> tuple[str, int]:
        """What an equation's resolved name refers to it by."""
        return self.name, self.version


@dataclass(frozen=True)
class Assignment:
    """An equation of a step, and the slot its result goes to."""

    step: int
    equation: Equation
    slot: Slot


@dataclass(frozen=True)
class Batch:
    """Which rows (or columns) of which arrays one iteration uses.

    `cycle` names arrays with a length of their own, such as a store of dropout masks: each
    iteration takes the next `size` of their rows, in order, the first again after the last.
    """

    size: int
    names: tuple[str, ...]
    axis: int = 0
    shuffled: bool = False
    seed: int = 0
    cycle: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """What a template computes.

    The state is one flat array of numbers; `record_from` is where the part begins that an
    iteration changes. New values of parameters lie in the same order as their starts, so
    that one copy carries them to the next iteration.
    """

    steps: tuple[Step, ...]
    slots: tuple[Slot, ...]
    prepare: tuple[Assignment, ...]
    iterate: tuple[Assignment, ...]
    loss: str | None = None
    metrics: tuple[str, ...] = ()
    batch: Batch | None = None
    samples: int = 0
    decimals: int | None = None
    record_from: int = 0
    carried: int = 0
    size: int = 0
    _by_key: dict[tuple[str, int], Slot] = field(default_factory=dict, repr=False)
    _newest: dict[str, Slot] = field(default_factory=dict, repr=False)

    def slot(self, name: Name) -> Slot:
        """Return the slot that a resolved name of an equation reads."""
        return self._by_key[name.id, name.version]

    def newest(self, name: str) -> Slot:
        """Return a quantity's last value within an iteration. Raises KeyError."""
        return self._newest[name]

    def start(self, name: str) -> Slot:
        """Return a quantity's first value: what a parameter starts an iteration from."""
        return self._by_key[name, 0]

    def of_role(self, *roles: Role) -> tuple[Slot, ...]:
        """Return the slots with one of these roles, in order."""
        return tuple(slot for slot in self.slots if slot.role in roles)

    def quantities(self) -> tuple[str, ...]:
        """Return every name once, in order of appearance."""
        return tuple(dict.fromkeys(slot.name for slot in self.slots))

    def results(self, step: int) -> tuple[Assignment, ...]:
        """Return the assignments of one step."""
        return tuple(a for a in (*self.prepare, *self.iterate) if a.step == step)


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


class _Checker:
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
                f"'{target}' is given, and a step can't assign it", span,
                f"Give the result a name of its own, or move {target} to [parameters]"
                " if training changes it.",
            )  # fmt: skip
        if target in ("np", "numpy"):
            raise EquationError(f"'{target}' means NumPy and can't be assigned", span)
        if step.phase == "prepare":
            if target in self.parameters:
                raise EquationError(
                    f"'{target}' is a parameter, and prepare steps run once, before training",
                    span, "Compute it in a step of another phase.",
                )  # fmt: skip
            return "prepared"
        slot = self.current.get(target)
        if slot is not None and slot.role in ("prepared", "batch"):
            raise EquationError(
                f"'{target}' was prepared once, and an iteration can't assign it again", span,
                "Give the result a name of its own.",
            )  # fmt: skip
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
                    name.span, "Use it in a step of another phase.",
                )  # fmt: skip
            if later == index:
                raise EquationError(
                    f"'{name.id}' is used before it has a value", name.span,
                    f"Give {name.id} a start under [parameters], or compute it in an earlier step.",
                )  # fmt: skip
            if later is not None:
                raise EquationError(
                    f"'{name.id}' is used before anything computes it"
                    f" (step {self.steps[later].number} does, later)", name.span,
                    "Move this step down; or, if the value carries over from one iteration"
                    f" to the next, give {name.id} a start under [parameters].",
                )  # fmt: skip
            known = [*self.current, *(e.target for es in self.parsed.values() for e in es if e)]
            near = did_you_mean(name.id, known).strip()
            raise EquationError(
                f"'{name.id}' is not known here", name.span,
                near or "Give it under [given] or [parameters], or compute it in an earlier step.",
            )  # fmt: skip

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
    checker = _Checker(steps, definitions)
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
    return _laid_out(
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


def _use_batch(checker: _Checker, batch: Batch | None, faults: list[str]) -> int:
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


def _check_carried(checker: _Checker, iterate: Sequence[Assignment]) -> None:
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


def _check_number(checker: _Checker, what: str, name: str | None, faults: list[str]) -> None:
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


def _laid_out(program: Program) -> Program:
    """Give every slot its label and its place in the state."""
    newest = {slot.name: slot for slot in program.slots}
    updated = [
        slot.name
        for slot in program.slots
        if slot.role == "parameter" and newest[slot.name].role == "updated"
    ]
    constant = [s for s in program.slots if s.role in ("given", "prepared")]
    starts = [s for s in program.slots if s.role == "parameter" and s.name in updated]
    ends = [newest[name] for name in updated]
    placed = {s.key for s in (*constant, *starts, *ends)}
    rest = [s for s in program.slots if s.key not in placed]
    offsets: dict[tuple[str, int], int] = {}
    position = 0
    for slot in (*constant, *starts, *rest, *ends):
        offsets[slot.key] = position
        position += slot.size
    placed_program = replace(
        program,
        slots=tuple(replace(slot, offset=offsets[slot.key]) for slot in program.slots),
        record_from=sum(slot.size for slot in constant),
        carried=sum(slot.size for slot in starts),
        size=position,
    )
    return labelled(placed_program, load())


def labelled(program: Program, wording: Wording) -> Program:
    """Return the program with its values and derived steps called as a language calls them."""
    alike: dict[tuple[str, Role], list[int]] = {}
    for slot in program.slots:
        alike.setdefault((slot.name, slot.role), []).append(slot.version)
    slots = tuple(
        replace(slot, label=_label(slot, alike[slot.name, slot.role], wording))
        for slot in program.slots
    )
    by_key = {slot.key: slot for slot in slots}

    def place(assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
        return tuple(replace(a, slot=by_key[a.slot.key]) for a in assignments)

    return replace(
        program,
        steps=tuple(step.worded(wording) for step in program.steps),
        slots=slots,
        prepare=place(program.prepare),
        iterate=place(program.iterate),
        _by_key=by_key,
        _newest={slot.name: slot for slot in slots},
    )


def _label(slot: Slot, versions: Sequence[int], wording: Wording) -> str:
    """Return what the sheets call a value: the name, told apart where it has several."""
    number = f" {versions.index(slot.version) + 1}" if len(versions) > 1 else ""
    if slot.role == "updated":
        return wording("labels.new", name=slot.name, number=number)
    if slot.role == "batch":
        return wording("labels.batch", name=slot.name)
    return f"{slot.name} ({number.strip()})" if number else slot.name
