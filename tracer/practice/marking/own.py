"""A student's own numbers: what they typed, and what follows from it where nothing was asked."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from tracer.language.evaluate import evaluate
from tracer.language.expression import Name
from tracer.language.functions import Array
from tracer.practice.answers.answers import Answers, Key
from tracer.practice.exercise.exercise import BEFORE_TRAINING
from tracer.program.model import Assignment, Slot
from tracer.run.trace import ProgramTrace


@dataclass
class OwnNumbers:
    """The values of a trace beside those that a student has in their place.

    Where nothing was typed a value is the exact one; but if `live`, results that were not
    asked are calculated from the student's numbers, as the sheet does. Arrays are the same
    objects each time: equations are computed on fixed memory.
    """

    trace: ProgramTrace
    answers: Answers
    live: bool = False
    _exact: dict[tuple[Key, int], Array] = field(default_factory=dict)
    _own: dict[tuple[Key, int], Array] = field(default_factory=dict)
    _carried_to: int = -1

    def exact(self, slot: Slot, iteration: int) -> Array:
        """Return a slot's exact value; iteration 0 is before training."""
        place = slot.key, iteration
        if place not in self._exact:
            self._exact[place] = np.asarray(self.trace.value(slot, max(1, iteration)))
        return self._exact[place]

    def own(self, slot: Slot, iteration: int) -> Array:
        """Return a slot's value as the student has it."""
        place = slot.key, iteration
        if place not in self._own:
            if self.live:
                self._carry(iteration)
            self._own.setdefault(place, self._found(slot, iteration))
        return self._own[place]

    def _found(self, slot: Slot, iteration: int) -> Array:
        program, exact = self.trace.program, self.exact(slot, iteration)
        newest, batch = program.newest(slot.name), program.batch
        if slot.role == "prepared" and iteration != BEFORE_TRAINING:
            return self.own(slot, BEFORE_TRAINING)
        if slot.role == "batch" and batch is not None:
            schedule = self.trace.record.schedule
            whole = next(s for s in program.slots if s.key == (slot.name, slot.version - 1))
            if schedule is None or whole.role != "prepared":
                return exact
            rows = schedule[iteration - 1]
            return np.asarray(np.take(self.own(whole, BEFORE_TRAINING), rows, batch.axis))
        if slot.role == "parameter" and newest.key != slot.key and iteration > 1:
            return self.own(newest, iteration - 1)
        return self._typed(slot, iteration, exact)

    def _typed(self, slot: Slot, iteration: int, otherwise: Array) -> Array:
        answer = self.answers.of(iteration, slot.key)
        if answer is None:
            return otherwise
        typed = answer.asked & np.isfinite(answer.values)
        return np.asarray(np.where(typed, answer.values, otherwise))

    def _carry(self, last: int) -> None:
        """Calculate every result from the student's numbers, iteration by iteration."""
        program = self.trace.program
        while self._carried_to < last:
            self._carried_to += 1
            iteration = self._carried_to
            for assignment in program.iterate if iteration else program.prepare:
                self._own[assignment.slot.key, iteration] = self._calculated(assignment, iteration)

    def _calculated(self, assignment: Assignment, iteration: int) -> Array:
        program, slot = self.trace.program, assignment.slot

        def of(name: Name) -> Array:
            return self.own(program.slot(name), iteration)

        exact = self.exact(slot, iteration)
        value = evaluate(assignment.equation.expression, of)
        # Numbers without slips give the exact ones, not almost.
        same = np.isclose(value, exact, rtol=1e-12, atol=0) | ~np.isfinite(value)
        return self._typed(slot, iteration, np.where(same, exact, value))
