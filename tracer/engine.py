"""Program → numbers: run every iteration and record what it computed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tracer.errors import RunError
from tracer.language.evaluate import Call, Tape
from tracer.language.expression import element_text
from tracer.language.functions import Array, round_half_away
from tracer.program import Assignment, Batch, Program, Slot

#: Numbers kept by default before a long run is thinned: 120 MB.
MOST_KEPT = 15_000_000
#: After how many iterations numbers are looked at for NaN, and progress is told.
STRIDE = 500
#: What a slot's memory looks like, by the slot's key.
Views = Mapping[tuple[str, int], Array]
Progress = Callable[[int, float | None], None]


class Load(Protocol):
    """Puts the samples of one iteration in their place: which rows, and of which iteration."""

    def __call__(self, rows: NDArray[np.int64], iteration: int = 0) -> None:
        """Load them; iterations count from 0."""


#: How many iterations lie side by side in a reel; shorter runs and larger states use none.
REEL, SHORTEST_FOR_REEL, LARGEST_FOR_REEL = 16, 200, 4_096


@dataclass(frozen=True)
class Record:
    """What a run left: rows of numbers for the iterations that were kept.

    `full[i]` is the recorded state of iteration `full_of[i]`; `brief[i]` the numbers at
    `brief_at` of iteration `brief_of[i]`. Iterations count from 1. `constant` is the part of
    the state that iterations don't change.
    """

    iterations: int
    constant: Array
    full_of: NDArray[np.int64]
    full: Array
    brief_of: NDArray[np.int64]
    brief: Array
    brief_at: NDArray[np.int64]
    schedule: NDArray[np.int64] | None = None


class Machine:
    """A program's memory and the calls that run it once."""

    def __init__(self, program: Program, values: Mapping[str, Array]) -> None:
        """`values` holds every given and parameter."""
        self.program = program
        self.state = np.zeros(program.size)
        self.views = {slot.key: self._view(slot) for slot in program.slots}
        for slot in program.of_role("given", "parameter"):
            self.views[slot.key][...] = values[slot.name]
        first = program.record_from
        self.recorded = self.state[first:]
        self._starts = self.state[first : first + program.carried]
        self._ends = self.state[program.size - program.carried :]
        self.prepare = self.calls(program.prepare, self.views)
        self.iterate = self.calls(program.iterate, self.views)

    def _view(self, slot: Slot) -> Array:
        return self.state[slot.offset : slot.offset + slot.size].reshape(slot.shape)

    def calls(self, assignments: Sequence[Assignment], views: Views) -> list[Call]:
        """Return what computes equations, in order, on the memory that `views` shows."""
        tape = Tape(lambda name: views[name.id, name.version])
        for assignment in assignments:
            target = views[assignment.slot.key]
            tape.assign(target, assignment.equation.expression)
            if self.program.decimals is not None:
                tape.calls.append(partial(round_half_away, target, self.program.decimals, target))
        return tape.calls

    def carry(self) -> None:
        """Let the next iteration start from the new parameters."""
        self._starts[:] = self._ends

    def batches(self, batch: Batch) -> Load:
        """Return what puts the samples of one iteration (counted from 0) in their place."""
        pairs = [self._whole_and_part(name) for name in batch.names]
        cycles = [self._whole_and_part(name) for name in batch.cycle]
        along = np.arange(batch.size)

        def load(rows: NDArray[np.int64], iteration: int = 0) -> None:
            for whole, part in pairs:
                np.take(whole, rows, axis=batch.axis, out=part, mode="clip")
            for whole, part in cycles:
                next_rows = along + iteration * batch.size
                np.take(whole, next_rows, axis=batch.axis, out=part, mode="wrap")

        return load

    def _whole_and_part(self, name: str) -> tuple[Array, Array]:
        slot = next(s for s in self.program.of_role("batch") if s.name == name)
        return self.views[name, slot.version - 1], self.views[slot.key]


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

    def _views(self, row: int) -> dict[tuple[str, int], Array]:
        program, width = self._machine.program, self._block.shape[1]
        found: dict[tuple[str, int], Array] = {}
        for slot in program.slots:
            place, memory = slot.offset - program.record_from, self._block[row]
            if place < 0:
                found[slot.key] = self._machine.views[slot.key]
                continue
            if place < self._carried and row:
                place, memory = place + width - self._carried, self._block[row - 1]
            found[slot.key] = memory[place : place + slot.size].reshape(slot.shape)
        return found

    def run(self, chunk: Array) -> None:
        """Run as many iterations as the chunk has rows, and write them there."""
        block, carried = self._block, self._carried
        for first in range(0, len(chunk), REEL):
            part = chunk[first : first + REEL]
            for calls in self._calls[: len(part)]:
                for call in calls:
                    call()
            # The rows' own starts, which nothing read: the ends of the rows before.
            block[1:, :carried] = block[:-1, block.shape[1] - carried :]
            part[:] = block[: len(part)]
            block[0, :carried] = part[-1, block.shape[1] - carried :]


def schedule(batch: Batch, samples: int, iterations: int) -> NDArray[np.int64]:
    """Return which samples (from 0) each iteration uses, as (iterations, size).

    Samples come as an endless stream, pass after pass; each iteration takes the next few.
    Shuffled, every pass has an order of its own.
    """
    passes = -(-iterations * batch.size // samples)
    if batch.shuffled:
        generator = np.random.default_rng(batch.seed)
        stream = np.concatenate([generator.permutation(samples) for _ in range(passes)])
    else:
        stream = np.tile(np.arange(samples), passes)
    return stream[: iterations * batch.size].reshape(iterations, batch.size)


def run(
    program: Program,
    values: Mapping[str, Array],
    iterations: int,
    *,
    wanted: Sequence[int] = (),
    brief: Sequence[Slot] = (),
    most_kept: int = MOST_KEPT,
    progress: Progress | None = None,
    until_error: bool = False,
) -> Record:
    """Run a program and return its record.

    Everything of every iteration is kept while that is at most `most_kept` numbers. Above
    that, the `wanted` iterations are kept whole, and of the others the `brief` slots, in
    evenly spaced iterations if need be. Raises RunError when a number stops being finite
    (`until_error`: returns the iterations before that, if there are any).
    """
    machine = Machine(program, values)
    order = schedule(program.batch, program.samples, iterations) if program.batch else None
    with np.errstate(all="ignore"):
        for call in machine.prepare:
            call()
        _check_prepared(program, machine)
        recorder = _Recorder(program, iterations, wanted, brief, most_kept)
        _loop(program, machine, recorder, iterations, order, progress, until_error)
    return recorder.record(machine.state[: program.record_from].copy(), order)


def _loop(
    program: Program,
    machine: Machine,
    recorder: _Recorder,
    iterations: int,
    order: NDArray[np.int64] | None,
    progress: Progress | None,
    until_error: bool,
) -> None:
    calls, recorded = machine.iterate, machine.recorded
    load = machine.batches(program.batch) if program.batch else None
    small = len(recorded) <= LARGEST_FOR_REEL and iterations >= SHORTEST_FOR_REEL
    reel = Reel(machine) if small and load is None else None
    loss = program.newest(program.loss) if program.loss else None
    loss_at = 0 if loss is None else loss.offset - program.record_from
    for first in range(0, iterations, recorder.stride):
        last = min(first + recorder.stride, iterations)
        chunk = recorder.chunk(last - first)
        if reel is not None:
            reel.run(chunk)
        else:
            for row, iteration in enumerate(range(first, last)):
                if iteration:
                    machine.carry()
                if load is not None and order is not None:
                    load(order[iteration], iteration)
                for call in calls:
                    call()
                chunk[row] = recorded
        bad = _first_bad(chunk)
        if bad is not None:
            if until_error and first + bad:
                recorder.keep(first, chunk[:bad])
                recorder.stop(first + bad)
                return
            raise _not_finite(program, chunk[bad], first + bad + 1)
        recorder.keep(first, chunk)
        if progress is not None:
            progress(last - first, None if loss is None else float(chunk[-1, loss_at]))


class _Recorder:
    """Decides what of a run is kept, and keeps it."""

    def __init__(
        self,
        program: Program,
        iterations: int,
        wanted: Sequence[int],
        brief: Sequence[Slot],
        most_kept: int,
    ) -> None:
        width = program.size - program.record_from
        self.iterations = iterations
        self.stride = max(1, min(STRIDE, 4_000_000 // max(width, 1)))
        self.whole = width * iterations <= most_kept
        places = [
            np.arange(slot.offset, slot.offset + slot.size) - program.record_from for slot in brief
        ]
        self.brief_at = np.concatenate([np.empty(0, np.int64), *places]).astype(np.int64)
        fits = max(1, most_kept // max(1, len(self.brief_at)))
        every = -(-iterations // fits)
        wanted = [k for k in wanted if 1 <= k <= iterations]
        kept = set(range(every, iterations + 1, every)) | {1, iterations} | set(wanted)
        previous = {k - 1 for k in wanted if k > 1}
        self.brief_of = np.array(sorted(kept | previous), np.int64)
        chosen = range(1, iterations + 1) if self.whole else sorted({*wanted, 1, iterations})
        self.full_of = np.array(list(chosen), np.int64)
        self.full = np.empty((len(self.full_of), width))
        self.brief = np.empty((0 if self.whole else len(self.brief_of), len(self.brief_at)))
        self._chunk = np.empty((0, width)) if self.whole else np.empty((self.stride, width))
        self._done = 0
        self._newest = np.empty(width)

    def chunk(self, length: int) -> Array:
        """Return where the next iterations are to be written."""
        if self.whole:
            return self.full[self._done : self._done + length]
        return self._chunk[:length]

    def keep(self, first: int, chunk: Array) -> None:
        """Keep what is wanted of the iterations from `first` (counted from 0)."""
        self._done = first + len(chunk)
        if self.whole or not len(chunk):
            return
        self._newest[:] = chunk[-1]
        for of, rows, columns in (
            (self.full_of, self.full, slice(None)),
            (self.brief_of, self.brief, self.brief_at),
        ):
            low, high = np.searchsorted(of, (first + 1, self._done + 1))
            rows[low:high] = chunk[of[low:high] - first - 1][:, columns]

    def stop(self, iterations: int) -> None:
        """Say that the run ended early, after this many iterations."""
        self.iterations = iterations
        full, brief = self.full_of <= iterations, self.brief_of <= iterations
        self.full_of, self.full = self.full_of[full], self.full[full]
        if not self.whole:
            self.brief = self.brief[brief]
        self.brief_of = self.brief_of[brief]
        # What is now the last iteration was perhaps not among those to keep.
        if self.full_of[-1] != iterations:
            self.full_of = np.append(self.full_of, iterations)
            self.full = np.vstack([self.full, self._newest])
        if not self.whole and self.brief_of[-1] != iterations:
            self.brief_of = np.append(self.brief_of, iterations)
            self.brief = np.vstack([self.brief, self._newest[self.brief_at]])

    def record(self, constant: Array, order: NDArray[np.int64] | None) -> Record:
        """Return what was kept."""
        brief_of, brief = self.brief_of, self.brief
        if self.whole:
            brief_of, brief = self.full_of, np.empty((len(self.full_of), 0))
        return Record(
            self.iterations, constant, self.full_of, self.full, brief_of, brief,
            self.brief_at, None if order is None else order[: self.iterations],
        )  # fmt: skip


def _first_bad(chunk: Array) -> int | None:
    # A sum is finite exactly when its parts are, but for sums that overflow: cheap first look.
    if np.isfinite(chunk.sum()):
        return None
    bad = ~np.isfinite(chunk).all(axis=1)
    return int(np.argmax(bad)) if bad.any() else None


def _check_prepared(program: Program, machine: Machine) -> None:
    for assignment in program.prepare:
        if not np.isfinite(machine.views[assignment.slot.key]).all():
            raise _describe(program, assignment, machine.views[assignment.slot.key], 0)


def _not_finite(program: Program, row: Array, iteration: int) -> RunError:
    for assignment in program.iterate:
        slot = assignment.slot
        start = slot.offset - program.record_from
        values = row[start : start + slot.size].reshape(slot.shape)
        if not np.isfinite(values).all():
            return _describe(program, assignment, values, iteration)
    return RunError(f"iteration {iteration}: a number is not finite.", iteration)


def _describe(program: Program, assignment: Assignment, values: Array, iteration: int) -> RunError:
    where = np.argwhere(~np.isfinite(values))[0]
    bad = values[tuple(where)]
    kind = "is not a number (NaN)" if np.isnan(bad) else "is infinite"
    step, what = program.steps[assignment.step], element_text(assignment.slot.label, where)
    when = f"iteration {iteration}" if iteration else "before training"
    hint = (
        " A smaller learning rate may keep the numbers finite; --until-error writes the"
        " iterations before this one."
        if iteration > 1
        else " Look for a division by zero or a logarithm of a negative number."
    )
    return RunError(
        f'{when}, step {step.number} "{step.title}": {what} {kind}'
        f" ({assignment.equation.text}).{hint}",
        iteration,
    )
