"""Where a number that an iteration uses was made, and what is calculated from it.

It was made by the update before, or taken from the whole data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from tracer.language.elements import cells, element
from tracer.language.expression import Index, SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.answers import Truth
from tracer.program.model import Assignment, Slot
from tracer.run.machine import turn_of
from tracer.run.trace import ProgramTrace

#: Prepare steps run once, before iteration 1.
BEFORE_TRAINING = 0
#: One number of a result: its iteration, its slot, its index.
Spot = tuple[int, SlotKey, Index]
#: Some numbers of some results, by their iteration and slot.
Numbers = Mapping[tuple[int, SlotKey], Truth]


@dataclass(frozen=True)
class Origin:
    """Where a slot's numbers were made: in which iteration, in which slot, and at which places.

    `samples` are the positions, along `axis` of the slot, that a batch took; None for all.
    """

    iteration: int
    slot: Slot
    samples: np.ndarray | None = None
    axis: int = 0

    def index(self, index: Index) -> Index:
        """Return where in the slot an element was made."""
        if self.samples is None:
            return index
        axis = self.axis
        return (*index[:axis], int(self.samples[index[axis]]), *index[axis + 1 :])

    def taken(self, whole: Array) -> Array:
        """Return the numbers that were taken from the slot's."""
        return whole if self.samples is None else np.take(whole, self.samples, self.axis)


def origin(trace: ProgramTrace, slot: Slot, iteration: int) -> Origin:
    """Return where the numbers of a slot were made that an iteration uses.

    A starting parameter was made by the update before; a sample of a batch was taken from the
    whole data.
    """
    program = trace.program
    if slot.role == "prepared":
        return Origin(BEFORE_TRAINING, slot)
    if slot.role == "batch":
        return _of_batch(trace, slot, iteration)
    newest = program.newest(slot.name)
    if slot.role == "parameter" and newest.key != slot.key and iteration > 1:
        return Origin(iteration - 1, newest)
    return Origin(iteration, slot)


def _of_batch(trace: ProgramTrace, slot: Slot, iteration: int) -> Origin:
    program, schedule = trace.program, trace.record.schedule
    batch = program.batch
    assert batch is not None and schedule is not None
    whole = program.whole(slot)
    samples: np.ndarray = schedule[iteration - 1]
    if slot.name in batch.turns:
        samples = turn_of(batch, slot.name, iteration - 1, whole.shape[batch.axis])
    return Origin(BEFORE_TRAINING, whole, samples, batch.axis)


def made_in(
    trace: ProgramTrace, slot: Slot, index: Index, iteration: int
) -> tuple[int, Slot, Index]:
    """Return where a number that an iteration uses was made: iteration, slot and index."""
    found = origin(trace, slot, iteration)
    return found.iteration, found.slot, found.index(index)


def made_from(
    trace: ProgramTrace, assignment: Assignment, index: Index, iteration: int
) -> Iterator[Spot]:
    """Yield where the numbers were made that one of a result is calculated from."""
    for cell in cells(element(assignment.equation.expression, index)):
        slot = trace.program.slot(cell.name)
        made, source, place = made_in(trace, slot, cell.origin, iteration)
        yield made, source.key, place


def holds(numbers: Numbers, spot: Spot) -> bool:
    """Say whether a number is among some."""
    iteration, key, index = spot
    found = numbers.get((iteration, key))
    return found is not None and bool(found[index])


def calculated_from(
    trace: ProgramTrace, iterations: int, numbers: Numbers, through: Callable[[Spot], bool]
) -> Numbers:
    """Return what is calculated from some numbers, or from what is calculated from them.

    Only numbers for which `through` holds are looked at.
    """
    found: dict[tuple[int, SlotKey], Truth] = {}

    def leads(spot: Spot) -> bool:
        return holds(numbers, spot) or holds(found, spot)

    for iteration in range(BEFORE_TRAINING, iterations + 1):
        for assignment in trace.program.in_iteration(iteration):
            key = assignment.slot.key
            mask = np.zeros(assignment.slot.shape, np.bool_)
            for index in np.ndindex(mask.shape):
                used = made_from(trace, assignment, index, iteration)
                mask[index] = through((iteration, key, index)) and any(map(leads, used))
            if mask.any():
                found[iteration, key] = mask
    return found
