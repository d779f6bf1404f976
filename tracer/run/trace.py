"""Trace: what a program did, as arrays, as a table, as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from tracer import limits
from tracer.errors import TracerError, did_you_mean
from tracer.language.functions import Array
from tracer.program.cost import cost
from tracer.program.model import Program, Slot
from tracer.run.engine import MOST_KEPT, Progress, Record, Stop, run
from tracer.template.keys import MOST_ITERATIONS
from tracer.wording import load

if TYPE_CHECKING:
    import pandas as pd

    from tracer.template.template import Template

#: A quantity with at most this many elements is kept for every iteration of a long run.
LARGEST_BRIEF = 1_024


class ProgramTrace:
    """Every quantity of every iteration that a program computed.

    `trace["hidden_layer_input"]` is an array `(iterations, *shape)`; for a parameter it
    holds the value after each iteration's update (`trace.start(name)`: the value each
    iteration started from).
    """

    def __init__(self, template: Template, program: Program, record: Record) -> None:
        self.template = template
        self.program = program
        self.record = record

    @property
    def iterations(self) -> int:
        """How many iterations were run."""
        return self.record.iterations

    def __getitem__(self, name: str) -> Array:
        return self.over_iterations(self._newest(name))

    def start(self, name: str) -> Array:
        """Return what a quantity was at the start of every iteration: `(iterations, *shape)`."""
        self._newest(name)
        return self.over_iterations(self.program.start(name))

    def _newest(self, name: str) -> Slot:
        try:
            return self.program.newest(name)
        except KeyError:
            known = self.program.quantities()
            raise TracerError(
                f"'{name}' is not a quantity of this trace.{did_you_mean(name, known)}"
                f" Its quantities: {', '.join(known)}."
            ) from None

    def over_iterations(self, slot: Slot) -> Array:
        """Return a slot's value in every iteration.

        Raises TracerError when the run was too long to keep them all.
        """
        iterations = np.arange(1, self.iterations + 1)
        try:
            return self.values(slot, iterations)
        except KeyError as missing:
            raise TracerError(
                f"{load().say(slot.label)} was not kept for iteration {missing.args[0]}: the run is"
                " too long to keep every number. Trace fewer iterations."
            ) from None

    def values(self, slot: Slot, iterations: Sequence[int] | np.ndarray) -> Array:
        """Return a slot's value in the given iterations: `(len(iterations), *shape)`.

        Raises KeyError with the first iteration that was not kept.
        """
        wanted = np.asarray(iterations, np.int64)
        record, first = self.record, self.program.record_from
        shape = (len(wanted), *slot.shape)
        if slot.offset < first:
            constant = record.constant[slot.offset : slot.offset + slot.size]
            return np.broadcast_to(constant.reshape(slot.shape), shape)
        low = slot.offset - first
        rows, missing = _find(record.full_of, wanted)
        if not missing.any():
            return record.full[rows, low : low + slot.size].reshape(shape)
        places = np.flatnonzero(record.brief_at == low)
        if not record.brief.shape[1] or not len(places):
            raise KeyError(int(wanted[missing][0]))
        at = int(places[0])
        rows, missing = _find(record.brief_of, wanted)
        if missing.any():
            raise KeyError(int(wanted[missing][0]))
        return record.brief[rows, at : at + slot.size].reshape(shape)

    def value(self, slot: Slot, iteration: int) -> Array:
        """Return a slot's value in one iteration (from 1)."""
        one: Array = self.values(slot, [iteration])[0]
        return one

    def state(self, iteration: int) -> Array:
        """Return the whole state of one iteration that was kept in full. Raises KeyError."""
        rows, missing = _find(self.record.full_of, np.array([iteration]))
        if missing.any():
            raise KeyError(iteration)
        return np.concatenate([self.record.constant, self.record.full[rows[0]]])

    @property
    def loss(self) -> tuple[float, float] | None:
        """The loss in the first and the last iteration, where the template names one."""
        if self.program.loss is None:
            return None
        slot = self.program.newest(self.program.loss)
        first, last = self.values(slot, [1, self.iterations]).reshape(2)
        return float(first), float(last)

    def frame(self) -> pd.DataFrame:
        """Return the tidy table: iteration, step, quantity, row, column, value.

        Iteration 0 holds what there was before training: givens, prepared values and the
        starting parameters. Rows and columns count from 1; a single number has none.
        """
        import pandas as pd

        pieces = [self._piece(slot, "", 0) for slot in self.program.of_role("given")]
        for assignment in self.program.prepare:
            number = self.program.steps[assignment.step].number
            pieces.append(self._piece(assignment.slot, number, 0))
        pieces += [self._piece(slot, "", 0) for slot in self.program.of_role("parameter")]
        pieces += [
            self._piece(assignment.slot, self.program.steps[assignment.step].number, 1)
            for assignment in self.program.iterate
        ]
        table = pd.concat(pieces, ignore_index=True)
        return table.sort_values("iteration", kind="stable", ignore_index=True)

    def _piece(self, slot: Slot, step: str, first: int) -> pd.DataFrame:
        import pandas as pd

        kept = self.record.full_of if first else np.array([0])
        values = self.values(slot, kept if first else [1])
        index = np.indices(slot.shape).reshape(len(slot.shape), slot.size) + 1
        count = len(kept)
        blank = np.full(slot.size, pd.NA)
        row = index[0] if len(slot.shape) == 2 else blank
        column = index[-1] if slot.shape else blank
        return pd.DataFrame(
            {
                "iteration": np.repeat(kept, slot.size),
                "step": step,
                "quantity": slot.name,
                "row": pd.array(np.tile(row, count), dtype="Int64"),
                "column": pd.array(np.tile(column, count), dtype="Int64"),
                "value": values.reshape(-1),
            }
        )

    def to_csv(self, path: str | Path, *, force: bool = False) -> Path:
        """Write the tidy table. Raises OutputError for a path that can't be written."""
        from tracer.atomic import check_inputs, written

        check_inputs([Path(path)], self.template.files)
        with written(path, force=force) as temporary:
            self.frame().to_csv(temporary, index=False, lineterminator="\n")
        return Path(path)


def _find(kept: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the wanted iterations lie among the kept ones, and which are missing."""
    rows = np.minimum(np.searchsorted(kept, wanted), len(kept) - 1)
    return rows, kept[rows] != wanted


def default_sheets(iterations: int) -> list[int]:
    """Return which iterations get a sheet unless asked otherwise: all to 5, else 3 and the last."""
    return list(range(1, iterations + 1)) if iterations <= 5 else [1, 2, 3, iterations]


def trace_template(
    template: Template,
    iterations: int | None = None,
    *,
    sheets: Sequence[int] = (),
    decimals: int | None = None,
    program: Program | None = None,
    progress: Progress | None = None,
    until_error: bool = False,
    most_kept: int = MOST_KEPT,
    stop: Stop | None = None,
) -> ProgramTrace:
    """Run a template and return its trace.

    `decimals` rounds every result; `program` is the template's, if it is checked already;
    `sheets` names iterations to keep whole also when the run is too long to keep everything;
    once `stop` says so, the trace ends with the iteration that is complete then.
    """
    program = program or template.program(decimals=decimals)
    count = template.iterations if iterations is None else iterations
    if not 1 <= count <= MOST_ITERATIONS:
        raise TracerError(f"{count:,} iterations: 1 to {MOST_ITERATIONS:,} can be traced.")
    wanted = {*default_sheets(count), *sheets}
    _check_affordable(program, count, len(wanted))
    values: Mapping[str, Array] = {**template.given, **template.parameters}
    record = run(
        program,
        values,
        count,
        wanted=sorted(wanted),
        brief=brief_slots(program),
        progress=progress,
        until_error=until_error,
        most_kept=most_kept,
        stop=stop,
    )
    return ProgramTrace(template, program, record)


def _check_affordable(program: Program, iterations: int, kept: int) -> None:
    """Raise TracerError for a run that would take days, or more memory than there may be."""
    width, batch = program.size - program.record_from, program.batch
    samples = iterations * (batch.size if batch else 0)
    if samples > limits.SAMPLES.most:
        raise TracerError(
            f"{iterations:,} iterations would take {samples:,} samples one after the other; at"
            f" most {limits.SAMPLES.most:,} can be taken: take fewer iterations."
        )
    if cost(program).work * iterations > limits.WORK.most:
        raise TracerError(
            f"{iterations:,} iterations of so many numbers would take days: take fewer."
        )
    if kept * width > limits.NUMBERS.most:
        raise TracerError(
            f"{kept:,} iterations kept whole would be {kept * width:,} numbers; at most"
            f" {limits.NUMBERS.most:,} can be kept: ask for fewer."
        )


def brief_slots(program: Program) -> list[Slot]:
    """Return what is kept of every iteration of a long run: loss, metrics, small parameters."""
    named = [program.newest(n) for n in dict.fromkeys((program.loss, *program.metrics)) if n]
    newest = [program.newest(slot.name) for slot in program.of_role("parameter")]
    return named + [s for s in newest if s.size <= LARGEST_BRIEF and s not in named]
