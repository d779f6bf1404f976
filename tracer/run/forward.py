"""The forward pass for samples that training never saw: what each number is computed from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from tracer.errors import TemplateError
from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce, cells, element
from tracer.language.expression import Index, Name, Span, names
from tracer.language.functions import OPERATORS, PRIMITIVES, Array, round_half_away
from tracer.program.compile import check
from tracer.program.model import Assignment, Program, Slot, Step
from tracer.run.trace import ProgramTrace
from tracer.template.prediction import Prediction, features, path
from tracer.wording import Said

#: A number of the forward pass: a quantity's name and version, and which of its elements.
Ref = tuple[str, int, Index]
#: The name of what is taken from all training samples, such as the largest of a column.
FROM_TRAINING = "\0"
#: A forward pass with more numbers for one sample, or more weights, is not drawn.
MOST_NUMBERS, MOST_WEIGHTS = 400, 4_096


@dataclass(frozen=True)
class Quantity:
    """One quantity of the forward pass for one sample; `slot` is what training computed."""

    slot: Slot
    refs: tuple[Ref, ...]
    trees: tuple[Element, ...]


@dataclass(frozen=True)
class Fixed:
    """What is the same for every sample: a parameter, a given, or a value from preparation."""

    label: str | Said
    slot: Slot | None
    refs: tuple[Ref, ...]
    shape: tuple[int, ...] = ()
    tree: Element | None = None


@dataclass(frozen=True)
class Forward:
    """The forward pass for one sample, from the input as it is typed to the answer.

    `fixed` are the numbers that no sample changes: parameters, and what preparation took
    from the training data (the largest of a column, say): a new sample is scaled by those,
    never by itself.
    """

    trace: ProgramTrace
    prediction: Prediction
    inputs: tuple[Ref, ...]
    quantities: tuple[Quantity, ...]
    fixed: tuple[Fixed, ...]
    outputs: tuple[Ref, ...]
    input_labels: tuple[str, ...]
    decimals: int | None = None
    _arrays: dict[tuple[str, int, int], Array] = field(default_factory=dict, repr=False)

    def fixed_values(self, iteration: int) -> dict[Ref, float]:
        """Return every fixed number, with the parameters after an iteration (0: the start)."""
        values: dict[Ref, float] = {}
        for item in self.fixed:
            if item.slot is None:
                assert item.tree is not None
                values[item.refs[0]] = self._training_value(item.tree)
                continue
            array = self._array(item.slot, iteration)
            values.update({ref: float(array[ref[2]]) for ref in item.refs})
        return values

    def run(self, rows: Array, iteration: int) -> dict[Ref, Array]:
        """Compute the forward pass for samples in rows; return every number of it."""
        rows = np.asarray(rows, np.float64)
        values: dict[Ref, Array] = {ref: rows[:, k] for k, ref in enumerate(self.inputs)}
        fixed = self.fixed_values(iteration)

        def of(cell: Leaf) -> Array:
            ref = reference(cell)
            return values[ref] if ref in values else np.full(len(rows), fixed[ref])

        with np.errstate(all="ignore"):
            for quantity in self.quantities:
                for ref, tree in zip(quantity.refs, quantity.trees, strict=True):
                    result = _compute(tree, of, len(rows))
                    if self.decimals is not None:
                        result = result.copy()
                        round_half_away(result, self.decimals, result)
                    values[ref] = result
        return values

    def whole(self, ref: Ref) -> Element:
        """Return a number of the forward pass as one tree over inputs and fixed numbers."""
        trees = {r: tree for q in self.quantities for r, tree in zip(q.refs, q.trees, strict=True)}

        def rounded(tree: Element) -> Element:
            if self.decimals is None:
                return tree
            return Compute("round", (tree, Constant(float(self.decimals))))

        def grown(tree: Element) -> Element:
            match tree:
                case Leaf():
                    inner = trees.get(reference(tree))
                    return tree if inner is None else rounded(grown(inner))
                case Compute(function=function, args=args):
                    return Compute(function, tuple(map(grown, args)))
                case Reduce(function=function, terms=terms):
                    return Reduce(function, tuple(map(grown, terms)))
                case Constant():
                    return tree

        return rounded(grown(trees[ref]))

    def _array(self, slot: Slot, iteration: int) -> Array:
        trace = self.trace
        if slot.role != "parameter":
            return self._kept(slot, 1)
        newest = trace.program.newest(slot.name)
        if iteration == 0 or newest.key == slot.key:
            return self._kept(slot, 1)
        return self._kept(newest, iteration)

    def _kept(self, slot: Slot, iteration: int) -> Array:
        key = (*slot.key, iteration)
        if key not in self._arrays:
            self._arrays[key] = self.trace.value(slot, iteration)
        return self._arrays[key]

    def _training_value(self, tree: Element) -> float:
        def of(cell: Leaf) -> Array:
            slot = self.trace.program.slot(cell.name)
            value: Array = self._kept(slot, 1)[cell.origin].reshape(1)
            return value

        return float(_compute(tree, of, 1)[0])


def reference(cell: Leaf) -> Ref:
    """Return which number of the forward pass a cell is."""
    return cell.name.id, cell.name.version, cell.origin


def _compute(tree: Element, of: Callable[[Leaf], Array], count: int) -> Array:
    """Compute an element for many samples at once."""
    match tree:
        case Constant(value=number):
            return np.full(count, number)
        case Leaf():
            return of(tree)
        case Compute(function=function, args=args):
            out = np.empty(count)
            row = OPERATORS.get(function) or PRIMITIVES[function]
            row.compute(*(_compute(arg, of, count) for arg in args), out=out)
            return out
        case Reduce(function=function, terms=terms):
            out = np.empty(count)
            numbers = np.array([_compute(term, of, count) for term in terms])
            PRIMITIVES[function].compute(numbers, axis=0, keepdims=False, out=out)
            return out


def forward_pass(trace: ProgramTrace) -> Forward | None:
    """Return the forward pass for new samples; None where the template names none.

    None also where an answer depends on other samples (statistics of a batch, a bias for
    each row), so that a single new sample has none.
    """
    if trace.template.predict is None:
        return None
    try:
        return _SampleReader(trace, trace.template.predict).read()
    except (_Mixed, TemplateError):
        return None


class _Mixed(Exception):
    """One sample's answer depends on other samples."""


class _SampleReader:
    """Reads one sample's forward pass from a program over all samples.

    The equations on the way from input to output are checked again for one sample more:
    what grows has a sample axis, what doesn't is the same for all.
    """

    def __init__(self, trace: ProgramTrace, prediction: Prediction) -> None:
        self.trace = trace
        self.prediction = prediction
        self.kept = path(prediction, trace.program)
        shape = trace.program.start(prediction.input[0]).shape
        self.samples = shape[prediction.axis] if shape else 0
        self.program = self._variant(max(self.samples, 2))
        self.assignments = (*self.program.prepare, *self.program.iterate)
        if self.samples == 1 and any(self._reads_input(a) for a in self.program.prepare):
            raise _Mixed
        self.axes = self._axes()
        if self._too_large():
            raise _Mixed
        self.fixed: dict[tuple[str, int], Fixed] = {}
        self.taken: list[Element] = []
        self.same: dict[tuple[str, int], Assignment] = {}

    def _variant(self, samples: int) -> Program:
        """Return a program of the forward pass alone, for so many samples."""
        template, steps = self.trace.template, self.trace.program.steps
        prediction = self.prediction
        given = {name: array.shape for name, array in template.given.items()}
        if self.samples:
            shape = [*given[prediction.input[0]]]
            shape[prediction.axis] = samples
            given[prediction.input[0]] = tuple(shape)
        return check(
            source=template.name,
            steps=[
                Step(steps[a.step].number, "", steps[a.step].phase, (a.equation.text,))
                for a in self.kept
            ],
            given=given,
            parameters={name: array.shape for name, array in template.parameters.items()},
            helpers=template.helpers,
        )

    def _axes(self) -> dict[tuple[str, int], int]:
        """Return the sample axis of each slot that has one; -1 where one sample is all."""
        if not self.samples:
            axes = {self.program.start(name).key: -1 for name in self.prediction.input}
            for assignment in self.assignments:
                if any(s.key in axes for s in self._read_by(assignment)):
                    axes[assignment.slot.key] = -1
            return axes
        larger = self._variant(max(self.samples, 2) + 1)
        axes = {}
        for one, other in zip(self.program.slots, larger.slots, strict=True):
            grown = [
                axis
                for axis, (a, b) in enumerate(zip(one.shape, other.shape, strict=True))
                if a != b
            ]
            if len(grown) > 1:
                raise _Mixed
            if grown:
                axes[one.key] = grown[0]
        return axes

    def _too_large(self) -> bool:
        samples = max(self.samples, 2)
        changing = sum(a.slot.size for a in self.assignments if a.slot.key in self.axes)
        read = {s.key: s for a in self.assignments for s in self._read_by(a)}
        weights = sum(slot.size for slot in read.values() if slot.key not in self.axes)
        return changing > MOST_NUMBERS * samples or weights > MOST_WEIGHTS

    def _read_by(self, assignment: Assignment) -> list[Slot]:
        return [self.program.slot(name) for name in names(assignment.equation.expression)]

    def _reads_input(self, assignment: Assignment) -> bool:
        return any(slot.name == self.prediction.input[0] for slot in self._read_by(assignment))

    def read(self) -> Forward:
        program, prediction = self.program, self.prediction
        origin = dict(zip([a.slot.key for a in self.assignments], self.kept, strict=True))
        self.origin = {key: a.slot for key, a in origin.items()}
        quantities = []
        self.reached = {program.start(name).key for name in prediction.input}
        for assignment in self.assignments:
            slot = assignment.slot
            depends = any(s.key in self.reached for s in self._read_by(assignment))
            if depends:
                self.reached.add(slot.key)
            prepared = slot.role == "prepared"
            if slot.key not in self.axes:
                if depends and not prepared:
                    raise _Mixed
                if not prepared:
                    self.same[slot.key] = assignment
                continue
            indices = self._indices(slot, max(self.samples, 2) - 1)
            trees = tuple(
                self._one(element(assignment.equation.expression, i), i, slot, prepared)
                for i in indices
            )
            if not prepared and self.samples:
                for index in self._indices(slot, 0):
                    self._one(element(assignment.equation.expression, index), index, slot, False)
            refs = tuple((slot.name, slot.version, i) for i in indices)
            quantities.append(Quantity(self.origin[slot.key], refs, trees))
        inputs, labels = self._inputs()
        refs_of = {q.refs[0][:2]: q.refs for q in quantities}
        outputs = [program.newest(name) for name in prediction.output]
        if any(slot.key not in refs_of for slot in outputs):
            raise _Mixed
        return Forward(
            self.trace, prediction, inputs, tuple(quantities), tuple(self.fixed.values()),
            tuple(ref for slot in outputs for ref in refs_of[slot.key]), labels,
            self.trace.program.decimals,
        )  # fmt: skip

    def _inputs(self) -> tuple[tuple[Ref, ...], tuple[str, ...]]:
        slots = [self.program.start(name) for name in self.prediction.input]
        if not self.samples:
            return tuple((s.name, 0, ()) for s in slots), tuple(s.name for s in slots)
        slot = slots[0]
        indices = self._indices(slot, max(self.samples, 2) - 1)
        count = features(self.prediction, slot.shape)
        labels = tuple(f"{slot.name} {k + 1}" if count > 1 else slot.name for k in range(count))
        return tuple((slot.name, 0, index) for index in indices), labels

    def _indices(self, slot: Slot, sample: int) -> list[Index]:
        axis = self.axes[slot.key]
        sizes = [[sample] if a == axis else range(n) for a, n in enumerate(slot.shape)]
        return list(product(*sizes))

    def _foreign(self, cell: Leaf, sample: int) -> bool:
        axis = self.axes.get(self.program.slot(cell.name).key, -1)
        return axis >= 0 and cell.origin[axis] != sample

    def _one(self, tree: Element, index: Index, slot: Slot, prepared: bool) -> Element:
        axis = self.axes[slot.key]
        sample = index[axis] if axis >= 0 else 0

        def walked(part: Element) -> Element:
            match part:
                case Constant():
                    return part
                case Leaf():
                    if self._foreign(part, sample):
                        return self._take(part, prepared)
                    return self._leaf(part, walked)
                case Compute(function=function, args=args):
                    return Compute(function, tuple(map(walked, args)))
                case Reduce(function=function, terms=terms):
                    if any(self._foreign(cell, sample) for cell in cells(part)):
                        return self._take(part, prepared)
                    return Reduce(function, tuple(map(walked, terms)))

        return walked(tree)

    def _leaf(self, cell: Leaf, walked: Callable[[Element], Element]) -> Element:
        slot = self.program.slot(cell.name)
        if slot.key in self.axes:
            return cell
        if slot.key in self.same:
            return walked(element(self.same[slot.key].equation.expression, cell.origin))
        if slot.key not in self.fixed:
            program = self.trace.program
            there = self.origin[slot.key] if slot.role == "prepared" else program.start(slot.name)
            every = product(*(range(n) for n in slot.shape))
            refs = tuple((slot.name, slot.version, i) for i in every)
            self.fixed[slot.key] = Fixed(slot.name, there, refs, slot.shape)
        return cell

    def _take(self, part: Element, prepared: bool) -> Element:
        """Return the cell that stands for what all training samples give together."""
        if not prepared:
            raise _Mixed
        tree = self._in_trace(part)
        if tree not in self.taken:
            self.taken.append(tree)
            number = len(self.taken) - 1
            found = ", ".join(dict.fromkeys(cell.name.id for cell in cells(part)))
            word = part.function if isinstance(part, Reduce) else "element"
            self.fixed[FROM_TRAINING, number] = Fixed(
                Said(f"taken.{word}", {"names": found}),
                None,
                ((FROM_TRAINING, number, ()),),
                (),
                tree,
            )
        name = Name(span=Span(0, 0), id=FROM_TRAINING, version=self.taken.index(tree))
        return Leaf(name, (), name, ())

    def _in_trace(self, part: Element) -> Element:
        """Return a tree whose names are those of the trace's own program."""
        renamed: Mapping[tuple[str, int], Slot] = self.origin

        def moved(tree: Element) -> Element:
            match tree:
                case Leaf(leaf=leaf, index=index, name=name, origin=origin):
                    slot = renamed.get((name.id, name.version))
                    version = slot.version if slot is not None else 0
                    if version == name.version:
                        return tree
                    return Leaf(leaf, index, replace(name, version=version), origin)
                case Compute(function=function, args=args):
                    return Compute(function, tuple(map(moved, args)))
                case Reduce(function=function, terms=terms):
                    return Reduce(function, tuple(map(moved, terms)))
                case Constant():
                    return tree

        return moved(part)
