"""A program over all samples → the forward pass of one: what each of its numbers comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from tracer.errors import TemplateError
from tracer.language.build import named
from tracer.language.elements import Element, Leaf, Reduce, cells, element, rebuilt
from tracer.language.expression import Index, SlotKey
from tracer.program.compile import check
from tracer.program.model import Assignment, Program, Slot, Step
from tracer.run.forward import FROM_TRAINING, Fixed, Forward, Quantity, Ref
from tracer.run.trace import ProgramTrace
from tracer.template.headings import shown
from tracer.template.prediction import Prediction, features, path
from tracer.wording import Said

#: A forward pass with more numbers for one sample, or more weights, is not drawn.
MOST_NUMBERS, MOST_WEIGHTS = 400, 4_096


#: Why a new sample has no forward pass: its answer depends on other samples (statistics of a
#: batch, a bias for each row), or it would have too many numbers or weights.
Lacking = Literal["together", "too_many"]


def forward_pass(trace: ProgramTrace) -> Forward | None:
    """Return the forward pass for new samples; None where there is none."""
    found = forward_or_why(trace)
    return found if isinstance(found, Forward) else None


def forward_or_why(trace: ProgramTrace) -> Forward | Lacking | None:
    """Return the forward pass for new samples, or why a single new sample has none.

    None where the template names none.
    """
    prediction = trace.template.predict
    if prediction is None:
        return None
    kept = path(prediction, trace.program)
    try:
        samples = _laid(trace, prediction, kept)
        if samples.too_large():
            return "too_many"
        return _SampleReader(trace, prediction, samples, kept).read()
    except (_Mixed, TemplateError):
        return "together"


class _Mixed(Exception):
    """One sample's answer depends on other samples."""


# -- where the samples lie --------------------------------------------------------------------


@dataclass(frozen=True)
class _Samples:
    """A program of the forward pass alone, and along which axis of each value samples lie.

    What has no axis is the same for all samples. `count` is how many lie there; 0 where one
    sample is all there is, a number in each of several arrays: then every axis is -1.
    """

    program: Program
    axes: Mapping[SlotKey, int]
    count: int

    def of(self, slot: Slot, sample: int) -> list[Index]:
        """Return the indices of one sample's elements."""
        axis = self.axes[slot.key]
        sizes = [[sample] if a == axis else range(n) for a, n in enumerate(slot.shape)]
        return list(product(*sizes))

    def sample(self, slot: Slot, index: Index) -> int:
        """Return to which sample an element belongs."""
        axis = self.axes[slot.key]
        return index[axis] if axis >= 0 else 0

    def foreign(self, cell: Leaf, sample: int) -> bool:
        """Say whether a cell belongs to another sample."""
        axis = self.axes.get(cell.name.key, -1)
        return axis >= 0 and cell.origin[axis] != sample

    def too_large(self) -> bool:
        """Say whether one sample has too many numbers, or is computed from too many."""
        program = self.program
        changing = sum(a.slot.size for a in program.assignments if a.slot.key in self.axes)
        read = {s.key: s for a in program.assignments for s in program.reads(a)}
        weights = sum(slot.size for slot in read.values() if slot.key not in self.axes)
        return changing > MOST_NUMBERS * max(self.count, 2) or weights > MOST_WEIGHTS


def _laid(trace: ProgramTrace, prediction: Prediction, kept: Sequence[Assignment]) -> _Samples:
    """Return where the samples lie in each value that leads to the answer."""
    shape = trace.program.start(prediction.input[0]).shape
    count = shape[prediction.axis] if shape else 0
    at_least = max(count, 2)
    program = _with_samples(trace, prediction, kept, at_least if count else None)
    read = {slot.name for a in program.prepare for slot in program.reads(a)}
    if count == 1 and prediction.input[0] in read:
        raise _Mixed
    if count:
        larger = _with_samples(trace, prediction, kept, at_least + 1)
        axes = _growing(program, larger)
    else:
        axes = dict.fromkeys(program.after(program.start(n).key for n in prediction.input), -1)
    return _Samples(program, axes, count)


def _with_samples(
    trace: ProgramTrace, prediction: Prediction, kept: Sequence[Assignment], samples: int | None
) -> Program:
    """Return a program of the forward pass alone, for so many samples."""
    template, steps = trace.template, trace.program.steps
    given = {name: array.shape for name, array in template.given.items()}
    if samples is not None:
        shape = [*given[prediction.input[0]]]
        shape[prediction.axis] = samples
        given[prediction.input[0]] = tuple(shape)
    return check(
        source=template.name,
        steps=[
            Step(
                steps[a.step].number,
                "",
                steps[a.step].phase,
                (a.equation.text,),
                trees=(a.equation,),
            )
            for a in kept
        ],
        given=given,
        parameters={name: array.shape for name, array in template.parameters.items()},
        helpers=template.helpers,
    )


def _growing(program: Program, larger: Program) -> dict[SlotKey, int]:
    """Return the axis of each value that grows with the samples."""
    axes: dict[SlotKey, int] = {}
    for one, other in zip(program.slots, larger.slots, strict=True):
        sizes = zip(one.shape, other.shape, strict=True)
        grown = [axis for axis, (a, b) in enumerate(sizes) if a != b]
        if len(grown) > 1:
            raise _Mixed
        if grown:
            axes[one.key] = grown[0]
    return axes


# -- what no sample changes -------------------------------------------------------------------


class _Shared:
    """Gathers what is the same for all samples, as the forward pass reads it."""

    def __init__(self, trace: ProgramTrace, origin: Mapping[SlotKey, Slot]) -> None:
        """`origin` are the trace's own slots of the values that are computed."""
        self._program = trace.program
        self._origin = origin
        self._taken: list[Element] = []
        self.fixed: dict[SlotKey, Fixed] = {}

    def keep(self, slot: Slot) -> None:
        """Keep all of a parameter, a given, or a value from preparation."""
        if slot.key in self.fixed:
            return
        prepared = slot.role == "prepared"
        there = self._origin[slot.key] if prepared else self._program.start(slot.name)
        every = product(*(range(n) for n in slot.shape))
        refs = tuple((slot.name, slot.version, i) for i in every)
        self.fixed[slot.key] = Fixed(slot.name, there, refs, slot.shape)

    def taken(self, part: Element) -> Leaf:
        """Return the cell that stands for what all training samples give together."""
        tree = self._in_trace(part)
        if tree not in self._taken:
            self._taken.append(tree)
            key = FROM_TRAINING, len(self._taken) - 1
            found = ", ".join(dict.fromkeys(cell.name.id for cell in cells(part)))
            word = part.function if isinstance(part, Reduce) else "element"
            said = Said(f"taken.{word}", {"names": found})
            self.fixed[key] = Fixed(said, None, ((*key, ()),), (), tree)
        name = named((FROM_TRAINING, self._taken.index(tree)))
        return Leaf(name, (), name, ())

    def _in_trace(self, tree: Element) -> Element:
        """Return a tree whose names are those of the trace's own program."""
        if not isinstance(tree, Leaf):
            return rebuilt(tree, self._in_trace)
        slot = self._origin.get(tree.name.key)
        version = slot.version if slot is not None else 0
        return replace(tree, name=replace(tree.name, version=version))


class _SampleReader:
    """Reads one sample's forward pass, quantity by quantity."""

    def __init__(
        self,
        trace: ProgramTrace,
        prediction: Prediction,
        samples: _Samples,
        kept: Sequence[Assignment],
    ) -> None:
        self._trace = trace
        self._prediction = prediction
        self._samples = samples
        self._program = program = samples.program
        made = zip(program.assignments, kept, strict=True)
        self._origin = {a.slot.key: own.slot for a, own in made}
        self._shared = _Shared(trace, self._origin)
        self._reached = program.after(program.start(name).key for name in prediction.input)
        self._same: dict[SlotKey, Assignment] = {}

    def read(self) -> Forward:
        """Return the forward pass of the last sample. Raises _Mixed where it has none."""
        read = [self._quantity(assignment) for assignment in self._program.assignments]
        quantities = tuple(quantity for quantity in read if quantity is not None)
        inputs, labels = self._inputs()
        refs_of = {q.refs[0][:2]: q.refs for q in quantities}
        outputs = [self._program.newest(name) for name in self._prediction.output]
        if any(slot.key not in refs_of for slot in outputs):
            raise _Mixed
        return Forward(
            trace=self._trace,
            prediction=self._prediction,
            inputs=inputs,
            quantities=quantities,
            fixed=tuple(self._shared.fixed.values()),
            outputs=tuple(ref for slot in outputs for ref in refs_of[slot.key]),
            input_labels=labels,
            decimals=self._trace.program.decimals,
        )

    def _quantity(self, assignment: Assignment) -> Quantity | None:
        """Return one sample's numbers of a result; None where all samples have the same."""
        slot, samples = assignment.slot, self._samples
        prepared = slot.role == "prepared"
        if slot.key not in samples.axes:
            if not prepared and slot.key in self._reached:
                raise _Mixed
            if not prepared:
                self._same[slot.key] = assignment
            return None
        indices = samples.of(slot, self._last)
        trees = tuple(self._tree(assignment, index) for index in indices)
        if not prepared and samples.count:
            # What is read of another sample shows at the first one, if not at the last.
            for index in samples.of(slot, 0):
                self._tree(assignment, index)
        refs = tuple((slot.name, slot.version, index) for index in indices)
        return Quantity(self._origin[slot.key], refs, trees)

    @property
    def _last(self) -> int:
        return max(self._samples.count, 2) - 1

    def _inputs(self) -> tuple[tuple[Ref, ...], tuple[str, ...]]:
        slots = [self._program.start(name) for name in self._prediction.input]
        if not self._samples.count:
            return tuple((s.name, 0, ()) for s in slots), tuple(s.name for s in slots)
        slot = slots[0]
        indices = self._samples.of(slot, self._last)
        count = features(self._prediction, slot.shape)
        labels = tuple(f"{slot.name} {k + 1}" if count > 1 else slot.name for k in range(count))
        headings = self._trace.template.headings.get(slot.name, ())
        if not self._prediction.in_columns and len(headings) == count:
            labels = tuple(map(shown, headings))
        return tuple((slot.name, 0, index) for index in indices), labels

    def _tree(self, assignment: Assignment, index: Index) -> Element:
        """Return what an element is computed from: cells of its own sample, and shared ones."""
        slot, samples = assignment.slot, self._samples
        sample = samples.sample(slot, index)

        def walked(part: Element) -> Element:
            together = isinstance(part, Leaf | Reduce)
            if together and any(samples.foreign(cell, sample) for cell in cells(part)):
                if slot.role != "prepared":
                    raise _Mixed
                return self._shared.taken(part)
            if not isinstance(part, Leaf):
                return rebuilt(part, walked)
            source = self._program.slot(part.name)
            if source.key in self._same:
                return walked(element(self._same[source.key].equation.expression, part.origin))
            if source.key not in samples.axes:
                self._shared.keep(source)
            return part

        return walked(element(assignment.equation.expression, index))
