"""Program → numbers: run every iteration and record what it computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from tracer.errors import RunError
from tracer.language.elements import Leaf
from tracer.language.expression import element_text
from tracer.language.functions import Array
from tracer.program.model import Assignment, Program, Slot
from tracer.run.failing import first_failure
from tracer.run.labels import check_labels
from tracer.run.machine import (
    LARGEST_FOR_REEL,
    SHORTEST_FOR_REEL,
    Machine,
    OneByOne,
    Reel,
    schedule,
)

#: Numbers kept by default before a long run is thinned: 120 MB.
MOST_KEPT = 15_000_000
#: After how many iterations numbers are looked at for NaN; after how many progress is told.
STRIDE, TOLD_EVERY = 500, 20
#: A larger state is not copied after every iteration, unless everything is kept.
WIDE = 4_096
#: Why a number may be infinite, and why it may be none.
CAUSES = (
    "a division by zero, or numbers that grow too large",
    "0 / 0, or a logarithm or a root of a negative number",
)
Progress = Callable[[int, float | None], None]
#: Asked now and then whether to end early, after an iteration that is complete.
Stop = Callable[[], bool]


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
    stop: Stop | None = None,
) -> Record:
    """Run a program and return its record.

    Everything of every iteration is kept while that is at most `most_kept` numbers. Above
    that, the `wanted` iterations are kept whole, and of the others the `brief` slots, in
    evenly spaced iterations if need be. Raises RunError when a number stops being finite
    (`until_error`: returns the iterations before that, if there are any). Once `stop` says
    so, the iterations up to then are returned.
    """
    machine = Machine(program, values)
    order = schedule(program.batch, program.samples, iterations) if program.batch else None
    recorder = _Recorder(program, iterations, wanted, brief, most_kept)
    with np.errstate(all="ignore"):
        for call in machine.prepare:
            call()
        _check_prepared(program, machine)
        check_labels(program, machine)
        runner = _runner(machine, order, recorder)
        try:
            _loop(program, machine, runner, recorder, progress, stop)
        except RunError as error:
            if not until_error or error.iteration < 2:
                raise
            # The same again, as far as it goes well: what to keep depends on where it ends.
            return run(
                program,
                values,
                error.iteration - 1,
                wanted=wanted,
                brief=brief,
                most_kept=most_kept,
            )
    return recorder.record(machine.constant, order)


def _runner(
    machine: Machine, order: NDArray[np.int64] | None, recorder: _Recorder
) -> Reel | OneByOne:
    """Return what runs the iterations: a reel where they are small, and many."""
    small = len(machine.recorded) <= LARGEST_FOR_REEL and recorder.iterations >= SHORTEST_FOR_REEL
    if small and order is None:
        return Reel(machine)
    return OneByOne(machine, order, copied=not recorder.wide)


def _loop(
    program: Program,
    machine: Machine,
    runner: Reel | OneByOne,
    recorder: _Recorder,
    progress: Progress | None,
    stop: Stop | None,
) -> None:
    iterations = recorder.iterations
    tell = _Teller(program, iterations, progress)
    for first in range(0, iterations, recorder.stride):
        last = min(first + recorder.stride, iterations)
        chunk = recorder.chunk(last - first, machine.recorded)
        runner.run(chunk, first)
        bad = _first_bad(chunk)
        if bad is not None:
            raise _not_finite(program, machine.constant, chunk[bad], first + bad + 1)
        recorder.keep(first, chunk)
        tell(last, chunk)
        if stop is not None and last < iterations and stop():
            recorder.stop(last, chunk)
            return


class _Teller:
    """Tells how many iterations are done, and the loss after them, now and then."""

    def __init__(self, program: Program, iterations: int, progress: Progress | None) -> None:
        self._progress = progress
        self._iterations = iterations
        loss = program.newest(program.loss) if program.loss else None
        self._loss_at = None if loss is None else loss.offset - program.record_from
        self._told = 0

    def __call__(self, last: int, chunk: Array) -> None:
        """Tell, if it is time, that iterations are done up to `last`; `chunk` ends with it."""
        done = last - self._told
        if self._progress is None or (done < TOLD_EVERY and last < self._iterations):
            return
        loss = None if self._loss_at is None else float(chunk[-1, self._loss_at])
        self._progress(done, loss)
        self._told = last


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
        self.whole = width * iterations <= most_kept
        self.wide = width > WIDE and not self.whole
        self.stride = 1 if self.wide else max(1, min(STRIDE, 4_000_000 // max(width, 1)))
        places = [
            np.arange(slot.offset, slot.offset + slot.size) - program.record_from for slot in brief
        ]
        self.brief_at = np.concatenate([np.empty(0, np.int64), *places]).astype(np.int64)
        fits = max(1, most_kept // max(1, len(self.brief_at)))
        every = -(-iterations // fits)
        wanted = [k for k in wanted if 1 <= k <= iterations]
        asked = [1, iterations, *wanted]
        spaced = np.arange(every, iterations + 1, every)
        self.brief_of = _with(spaced, [*asked, *(k - 1 for k in wanted if k > 1)])
        none = np.empty(0, np.int64)
        self.full_of = np.arange(1, iterations + 1) if self.whole else _with(none, asked)
        self.full = np.empty((len(self.full_of), width))
        self.brief = np.empty((0 if self.whole else len(self.brief_of), len(self.brief_at)))
        copied = not self.whole and not self.wide
        self._chunk = np.empty((self.stride if copied else 0, width))
        self._done = 0
        self._next_full = self._next_brief = 0

    def chunk(self, length: int, state: Array) -> Array:
        """Return where the next iterations are to be written; the state itself if it is wide."""
        if self.whole:
            return self.full[self._done : self._done + length]
        return state[None] if self.wide else self._chunk[:length]

    def keep(self, first: int, chunk: Array) -> None:
        """Keep what is wanted of the iterations from `first` (counted from 0)."""
        self._done = first + len(chunk)
        if self.whole or not len(chunk):
            return
        low = self._next_full
        self._next_full = high = self._behind(self.full_of, low)
        if high > low:
            self.full[low:high] = chunk[self.full_of[low:high] - first - 1]
        low = self._next_brief
        self._next_brief = high = self._behind(self.brief_of, low)
        if high > low:
            places = self.brief_of[low:high] - first - 1
            self.brief[low:high] = chunk[places[:, None], self.brief_at]

    def _behind(self, of: NDArray[np.int64], low: int) -> int:
        """Return where the kept iterations go on that have not been run yet."""
        if low == len(of) or of[low] > self._done:
            return low
        return low + int(np.searchsorted(of[low : low + self.stride], self._done + 1))

    def stop(self, iterations: int, chunk: Array) -> None:
        """Say that the run ended early, after this many iterations; `chunk` holds the last."""
        self.iterations = iterations
        if self.whole:
            self.full_of, self.full = self.full_of[:iterations], self.full[:iterations]
            self.brief_of = self.brief_of[:iterations]
            return
        full, brief = self.full_of <= iterations, self.brief_of <= iterations
        self.full_of, self.full = self.full_of[full], self.full[full]
        self.brief_of, self.brief = self.brief_of[brief], self.brief[brief]
        # What is now the last iteration, and what it starts from, may not be among those kept.
        if self.full_of[-1] != iterations:
            self.full_of = np.append(self.full_of, iterations)
            self.full = np.vstack([self.full, chunk[-1:]])
        for back in range(min(2, len(chunk)), 0, -1):
            iteration = iterations - back + 1
            if iteration not in self.brief_of[-2:]:
                place = int(np.searchsorted(self.brief_of, iteration))
                row = chunk[-back, self.brief_at]
                self.brief_of = np.insert(self.brief_of, place, iteration)
                self.brief = np.insert(self.brief, place, row, axis=0)

    def record(self, constant: Array, order: NDArray[np.int64] | None) -> Record:
        """Return what was kept."""
        brief_of, brief = self.brief_of, self.brief
        if self.whole:
            brief_of, brief = self.full_of, np.empty((len(self.full_of), 0))
        return Record(
            self.iterations,
            constant,
            self.full_of,
            self.full,
            brief_of,
            brief,
            self.brief_at,
            None if order is None else order[: self.iterations],
        )


def _with(numbers: NDArray[np.int64], others: Iterable[int]) -> NDArray[np.int64]:
    """Return ascending numbers with others, each once; the first are many, the others few."""
    more = np.array(sorted({*others}), np.int64)
    at = np.searchsorted(numbers, more)
    new = np.array([n == len(numbers) or numbers[n] != k for n, k in zip(at, more, strict=True)])
    return np.insert(numbers, at[new], more[new]) if new.any() else numbers


def _first_bad(chunk: Array) -> int | None:
    # A sum is finite exactly when its parts are, but for sums that overflow: cheap first look.
    if isfinite(np.add.reduce(chunk, axis=None)):
        return None
    bad = ~np.isfinite(chunk).all(axis=1)
    return int(np.argmax(bad)) if bad.any() else None


def _check_prepared(program: Program, machine: Machine) -> None:
    for assignment in program.prepare:
        if not np.isfinite(machine.views[assignment.slot.key]).all():
            raise _describe(program, assignment, machine.constant, 0)


def _not_finite(program: Program, constant: Array, row: Array, iteration: int) -> RunError:
    state = np.concatenate([constant, row])
    for assignment in program.iterate:
        if not np.isfinite(_held(state, assignment.slot)).all():
            return _describe(program, assignment, state, iteration)
    return RunError(f"iteration {iteration}: a number is not finite.", iteration)


def _held(state: Array, slot: Slot) -> Array:
    return state[slot.offset : slot.offset + slot.size].reshape(slot.shape)


def _describe(program: Program, assignment: Assignment, state: Array, iteration: int) -> RunError:
    values = _held(state, assignment.slot)
    where = tuple(map(int, np.argwhere(~np.isfinite(values))[0]))
    kind = _kind(values[where])
    step, what = program.steps[assignment.step], element_text(assignment.slot.label, where)
    when = f"iteration {iteration}" if iteration else "before training"
    hint = "A smaller learning rate may keep the numbers finite."
    if iteration <= 1:
        hint = f"Look for {CAUSES[bool(np.isnan(values[where]))]}."

    def number(cell: Leaf) -> float:
        return float(_held(state, program.slot(cell.name))[cell.origin])

    failed = first_failure(assignment.equation.expression, where, number)
    if failed is not None:
        hint = f"On the way, {failed[0]} {_kind(failed[1])}, and spreadsheets can't go on with it."
    return RunError(
        f'{when}, step {step.number} "{step.title}": {what} {kind}'
        f" ({assignment.equation.text}). {hint}",
        iteration,
    )


def _kind(number: float) -> str:
    return "is not a number (NaN)" if np.isnan(number) else "is infinite"
