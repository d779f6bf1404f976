"""A program's memory, and the calls that run one iteration on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracer.language.evaluate import Call, CallList
from tracer.language.expression import SlotKey
from tracer.language.functions import Array, round_nearly
from tracer.program.model import Assignment, Batch, Program, Slot

#: What a slot's memory looks like, by the slot's key.
Views = Mapping[SlotKey, Array]
#: How many iterations lie side by side in a reel; shorter runs and larger states use none.
REEL, SHORTEST_FOR_REEL, LARGEST_FOR_REEL = 16, 200, 4_096


class Load(Protocol):
    """Puts the samples of one iteration in their place: which rows, and of which iteration."""

    def __call__(self, rows: NDArray[np.int64], iteration: int = 0) -> None:
        """Load them; iterations count from 0."""


class Machine:
    """A program's memory and the calls that run it once."""

    def __init__(
        self, program: Program, values: Mapping[str, Array], compiled: type[CallList] = CallList
    ) -> None:
        """`values` holds every given and parameter; `compiled` makes calls of equations."""
        self.program = program
        self._compiled = compiled
        # Two arrays, so that a record can keep the first without the other, or a copy.
        self.constant = np.zeros(program.record_from)
        self.recorded = np.zeros(program.size - program.record_from)
        self.views = {slot.key: self._view(slot) for slot in program.slots}
        for slot in program.of_role("given", "parameter"):
            self.views[slot.key][...] = values[slot.name]
        self._starts = self.recorded[: program.carried]
        self._ends = self.recorded[len(self.recorded) - program.carried :]
        self.prepare = self.calls(program.prepare, self.views)
        self.iterate = self.calls(program.iterate, self.views)

    def _view(self, slot: Slot) -> Array:
        place, memory = slot.offset, self.constant
        if place >= len(memory):
            place, memory = place - len(memory), self.recorded
        return memory[place : place + slot.size].reshape(slot.shape)

    def calls(self, assignments: Sequence[Assignment], views: Views) -> list[Call]:
        """Return what computes equations, in order, on the memory that `views` shows."""
        call_list = self._compiled(lambda name: views[name.id, name.version])
        for assignment in assignments:
            target = views[assignment.slot.key]
            call_list.assign(target, assignment.equation.expression)
            if self.program.decimals is not None:
                call_list.calls.append(partial(round_nearly, target, self.program.decimals, target))
        return call_list.calls

    def carry(self) -> None:
        """Let the next iteration start from the new parameters."""
        self._starts[:] = self._ends

    def batches(self, batch: Batch) -> Load:
        """Return what puts the samples of one iteration (counted from 0) in their place."""
        pairs = [self._whole_and_part(name) for name in batch.names]
        cycles = [(name, *self._whole_and_part(name)) for name in batch.turns]

        def load(rows: NDArray[np.int64], iteration: int = 0) -> None:
            for whole, part in pairs:
                np.take(whole, rows, axis=batch.axis, out=part, mode="clip")
            for name, whole, part in cycles:
                turn = turn_of(batch, name, iteration, whole.shape[batch.axis])
                np.take(whole, turn, axis=batch.axis, out=part, mode="clip")

        return load

    def _whole_and_part(self, name: str) -> tuple[Array, Array]:
        slot = next(s for s in self.program.of_role("batch") if s.name == name)
        return self.views[self.program.whole(slot).key], self.views[slot.key]


class OneByOne:
    """Runs iterations one after the other in a machine's own memory.

    `order` says which samples each of them uses, if it isn't all. What a chunk is to hold is
    copied there, unless the chunk is the machine's memory itself.
    """

    def __init__(self, machine: Machine, order: NDArray[np.int64] | None, *, copied: bool) -> None:
        self._machine = machine
        batch = machine.program.batch
        self._load = None if batch is None else machine.batches(batch)
        self._order = order
        self._copied = copied

    def run(self, chunk: Array, first: int) -> None:
        """Run as many iterations as the chunk has rows, from `first` (from 0)."""
        machine, load, order = self._machine, self._load, self._order
        for row, iteration in enumerate(range(first, first + len(chunk))):
            if iteration:
                machine.carry()
            if load is not None and order is not None:
                load(order[iteration], iteration)
            for call in machine.iterate:
                call()
            if self._copied:
                chunk[row] = machine.recorded


class Reel:
    """The memory of several iterations, each of which reads its parameters from the last.

    Between small iterations, copying the state and starting over takes as long as a few
    equations; on a reel that is done once for all of its iterations.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        program = machine.program
        self._carried = program.carried
        self._block = np.zeros((REEL, len(machine.recorded)))
        self._calls = [machine.calls(program.iterate, self._views(k)) for k in range(REEL)]
        # Also numbers that no iteration changes stand in every row.
        self._block[:] = machine.recorded

    def _views(self, row: int) -> dict[SlotKey, Array]:
        program, width = self._machine.program, self._block.shape[1]
        found: dict[SlotKey, Array] = {}
        for slot in program.slots:
            place, memory = slot.offset - program.record_from, self._block[row]
            if place < 0:
                found[slot.key] = self._machine.views[slot.key]
                continue
            if place < self._carried and row:
                place, memory = place + width - self._carried, self._block[row - 1]
            found[slot.key] = memory[place : place + slot.size].reshape(slot.shape)
        return found

    def run(self, chunk: Array, first: int = 0) -> None:
        """Run as many iterations as the chunk has rows, and write them there.

        They follow those of the call before; which is the first, from 0, makes no difference.
        """
        block, carried = self._block, self._carried
        for start in range(0, len(chunk), REEL):
            part = chunk[start : start + REEL]
            for calls in self._calls[: len(part)]:
                for call in calls:
                    call()
            # The rows' own starts, which nothing read: the ends of the rows before.
            block[1:, :carried] = block[:-1, block.shape[1] - carried :]
            part[:] = block[: len(part)]
            block[0, :carried] = part[-1, block.shape[1] - carried :]


def turn_of(batch: Batch, name: str, iteration: int, length: int) -> NDArray[np.int64]:
    """Return which rows an iteration takes of an array with a length of its own, all from 0."""
    count = batch.taken(name)
    return np.arange(iteration * count, (iteration + 1) * count) % length


def schedule(batch: Batch, samples: int, iterations: int) -> NDArray[np.int64]:
    """Return which samples (from 0) each iteration uses, as (iterations, size).

    Samples come as an endless stream, pass after pass; each iteration takes the next few.
    Shuffled, every pass has an order of its own. No samples where no array is split into them.
    """
    if not batch.size:
        return np.zeros((iterations, 0), np.int64)
    passes = -(-iterations * batch.size // batch.passed(samples))
    if batch.order:
        stream = np.tile(np.array(batch.order, np.int64), passes)
    elif batch.shuffled:
        generator = np.random.default_rng(batch.seed)
        stream = np.concatenate([generator.permutation(samples) for _ in range(passes)])
    else:
        stream = np.tile(np.arange(samples), passes)
    return stream[: iterations * batch.size].reshape(iterations, batch.size)
