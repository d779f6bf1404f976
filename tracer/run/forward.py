"""The forward pass for samples that training never saw: what each number is computed from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce, computed, rebuilt
from tracer.language.expression import Index
from tracer.language.formula import LONGEST_FORMULA, FormulaTooLong
from tracer.language.functions import Array, round_nearly
from tracer.language.least import LeastLengths
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.template.prediction import Prediction
from tracer.wording import Said

#: A number of the forward pass: a quantity's name and version, and which of its elements.
Ref = tuple[str, int, Index]
#: The name of what is taken from all training samples, such as the largest of a column.
FROM_TRAINING = "\0"
#: Of a whole network as one formula: with more operations nested, its brackets would be, too.
MOST_LEVELS = 160


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
                        round_nearly(result, self.decimals, result)
                    values[ref] = result
        return values

    def whole(self, wanted: Ref) -> Element:
        """Return a number of the forward pass as one tree over inputs and fixed numbers.

        What is used several times is one part of the tree, not several: a network of many
        layers has few parts, and so many uses that no memory holds them. Raises
        FormulaTooLong where a formula can't hold them, once that is sure.
        """
        lengths = LeastLengths()
        made: dict[Ref, Element] = {}

        def grown(tree: Element) -> Element:
            if isinstance(tree, Leaf):
                return made.get(reference(tree), tree)
            return rebuilt(tree, grown)

        for quantity in self.quantities:
            for ref, tree in zip(quantity.refs, quantity.trees, strict=True):
                whole = grown(tree)
                if self.decimals is not None:
                    whole = Compute("round", (whole, Constant(float(self.decimals))))
                if lengths.length(whole) > LONGEST_FORMULA or lengths.levels(whole) > MOST_LEVELS:
                    raise FormulaTooLong
                made[ref] = whole
        return made[wanted]

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
        case Compute(args=args):
            operands = [_compute(arg, of, count) for arg in args]
        case Reduce(terms=terms):
            operands = [np.array([_compute(term, of, count) for term in terms])]
    out = np.empty(count)
    computed(tree, operands, out)
    return out
