"""A mistake that was made in every iteration, where only the last one's numbers were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from tracer.language.evaluate import Call
from tracer.language.expression import Node, SlotKey
from tracer.language.functions import Array
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes.carried import work_of
from tracer.program.model import Assignment
from tracer.run.machine import Machine

#: What a call costs besides its arithmetic, in products of numbers.
EACH_CALL = 1_000


class Repeated:
    """Runs a program up to an iteration, with one equation changed, on fixed memory."""

    def __init__(self, numbers: OwnNumbers, iteration: int) -> None:
        trace, program = numbers.trace, numbers.trace.program
        starts = program.of_role("given", "parameter")
        self._iterations = iteration
        self._program = program
        self._machine = Machine(program, {slot.name: trace.value(slot, 1) for slot in starts})
        with np.errstate(all="ignore"):
            for call in self._machine.prepare:
                call()
        self._start = self._machine.recorded.copy()
        self._calls = {a.slot.key: self._calls_of(a) for a in program.iterate}
        self._load = None if program.batch is None else self._machine.batches(program.batch)
        self._samples = trace.record.schedule

    def _calls_of(self, assignment: Assignment) -> list[Call]:
        return self._machine.calls((assignment,), self._machine.views)

    @cached_property
    def work(self) -> int:
        """About what a run costs, in products of numbers."""
        arithmetic = sum(work_of(a.equation.expression) for a in self._program.iterate)
        calls = sum(map(len, self._calls.values()))
        return self._iterations * (arithmetic + EACH_CALL * calls)

    def with_equation(self, assignment: Assignment, expression: Node) -> Mapping[SlotKey, Array]:
        """Return the results of the last iteration where an equation was always another.

        The expression has the result's shape, and reads nothing but the program's own names.
        """
        equation = replace(assignment.equation, expression=expression)
        other = self._calls_of(replace(assignment, equation=equation))
        calls = [
            call
            for key, own in self._calls.items()
            for call in (other if key == assignment.slot.key else own)
        ]
        machine = self._machine
        machine.recorded[:] = self._start
        with np.errstate(all="ignore"):
            for iteration in range(self._iterations):
                if iteration:
                    machine.carry()
                if self._load is not None and self._samples is not None:
                    self._load(self._samples[iteration], iteration)
                for call in calls:
                    call()
        return {a.slot.key: machine.views[a.slot.key].copy() for a in self._program.iterate}
