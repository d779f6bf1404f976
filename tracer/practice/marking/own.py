"""A student's own numbers: what they typed, and what follows from it where nothing was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan

import numpy as np

from tracer.language.elements import Element, Leaf, cells, element
from tracer.language.evaluate import evaluate, evaluate_soundly
from tracer.language.expression import Index, Name, SlotKey, names
from tracer.language.functions import Array, at_decimals
from tracer.practice.answers.answers import Answers
from tracer.practice.exercise.made import Origin, origin
from tracer.practice.marking.sparing import spared_value
from tracer.program.model import Assignment, Slot
from tracer.run.trace import ProgramTrace

#: The slots whose numbers equations make; the others' are given, or were made elsewhere.
RESULTS = ("prepared", "computed", "updated")
#: Numbers that differ by less, relatively, are the same but for the order of an addition.
SAME = 1e-12


@dataclass(frozen=True)
class _Held:
    """A slot's numbers in one iteration: as the sheet has them, and with every gap filled."""

    own: Array
    filled: Array


@dataclass(frozen=True, eq=False)
class OwnNumbers:
    """What stands in a student's sheet, beside the exact numbers of its trace.

    Everyone who needs a student's numbers asks here: they are calculated once, and kept. What
    was asked is as it was typed. What wasn't asked was given, and so is exact; but if `live`,
    as in an assignment and in loose answers, it is calculated from the student's numbers, and
    rounded as the program rounds. Where there is no sheet, in `loose` answers, the student
    calculated it, too, perhaps with mistakes. `printed` is what the lesson's own numbers give,
    where the student's are others. Arrays are the same objects each time: equations are computed
    on fixed memory.
    """

    trace: ProgramTrace
    answers: Answers
    live: bool = False
    printed: ProgramTrace | None = None
    loose: bool = False
    _exact: dict[tuple[SlotKey, int], Array] = field(default_factory=dict, init=False, repr=False)
    _kept: dict[tuple[SlotKey, int], _Held] = field(default_factory=dict, init=False, repr=False)
    _done: set[int] = field(default_factory=set, init=False, repr=False)

    def exact(self, slot: Slot, iteration: int) -> Array:
        """Return a slot's exact value, in its shape; iteration 0 is before training."""
        place = slot.key, iteration
        if place not in self._exact:
            self._exact[place] = np.asarray(self.trace.value(slot, max(1, iteration)))
        return self._exact[place]

    def own(self, slot: Slot, iteration: int) -> Array:
        """Return a slot's value as the student's sheet has it: NaN where there is no number."""
        return self._numbers(slot, iteration).own

    def filled(self, slot: Slot, iteration: int) -> Array:
        """Return the student's value of a slot with every gap filled.

        By what would stand there: what is calculated from their other numbers, else the exact
        number.
        """
        return self._numbers(slot, iteration).filled

    def follows(self, assignment: Assignment, iteration: int, index: Index) -> float:
        """Return what an equation gives from the student's numbers; NaN where it gives none."""
        tree = element(assignment.equation.expression, index)
        return follow(tree, self.operand(iteration), self.trace.program.decimals)

    def operand(self, iteration: int, *, exact: bool = False) -> Callable[[Leaf], float]:
        """Return what gives a number for a cell that an iteration's equation reads.

        The student's own, or the exact one.
        """
        slot_of, array_of = self.trace.program.slot, self.exact if exact else self.own
        return lambda cell: float(array_of(slot_of(cell.name), iteration)[cell.origin])

    # -- whole arrays -------------------------------------------------------------------

    def _numbers(self, slot: Slot, iteration: int) -> _Held:
        place = slot.key, iteration
        if place not in self._kept:
            made = origin(self.trace, slot, iteration)
            if self.live and made.slot.role in RESULTS:
                self._carry(made.iteration)
            if place not in self._kept:
                self._kept[place] = self._found(slot, iteration, made)
        return self._kept[place]

    def _found(self, slot: Slot, iteration: int, made: Origin) -> _Held:
        exact = self.exact(slot, iteration)
        if (made.slot.key, made.iteration) == (slot.key, iteration):
            return self._typed(slot, iteration, _Held(exact, exact))
        there = self._numbers(made.slot, made.iteration)
        if there.own is self.exact(made.slot, made.iteration):
            return _Held(exact, exact)
        own = made.taken(there.own)
        return _Held(own, own if there.filled is there.own else made.taken(there.filled))

    def _typed(self, slot: Slot, iteration: int, otherwise: _Held) -> _Held:
        answer = self.answers.of(iteration, slot.key)
        if answer is None:
            return otherwise
        readable = np.isfinite(answer.values) & ~answer.unreadable
        typed = np.where(readable, answer.values, np.nan)
        own = np.where(answer.asked, typed, otherwise.own)
        gaps = np.isnan(own)
        return _Held(own, np.where(gaps, otherwise.filled, own) if gaps.any() else own)

    def _carry(self, last: int) -> None:
        """Calculate every result up to an iteration from the student's numbers, in order."""
        program = self.trace.program
        first = min((answer.iteration for answer in self.answers), default=0)
        # Before the first answer everything is exact.
        for iteration in sorted({*range(first, last + 1)} - self._done):
            for assignment in program.in_iteration(iteration):
                calculated = self._calculated(assignment, iteration)
                typed = self._typed(assignment.slot, iteration, calculated)
                self._kept[assignment.slot.key, iteration] = typed
            self._done.add(iteration)

    def _calculated(self, assignment: Assignment, iteration: int) -> _Held:
        """Return what an equation gives from the student's numbers, typed or carried on."""
        program, expression = self.trace.program, assignment.equation.expression
        exact = self.exact(assignment.slot, iteration)
        read = {slot.key: slot for slot in map(program.slot, names(expression))}.values()
        if all(self.own(slot, iteration) is self.exact(slot, iteration) for slot in read):
            return _Held(exact, exact)

        def of(name: Name) -> Array:
            return self.filled(program.slot(name), iteration)

        def finished(values: Array) -> Array:
            values = at_decimals(values, program.decimals)
            # Numbers without slips give the exact ones, not almost.
            same = np.abs(values - exact) <= SAME * np.abs(exact)
            return np.where(same, exact, values)

        sound = None
        if all(self.own(slot, iteration) is self.filled(slot, iteration) for slot in read):
            sound = evaluate_soundly(expression, of)
        if sound is not None:
            own = finished(sound)
            return _Held(own, own)
        single = [self.follows(assignment, iteration, index) for index in np.ndindex(exact.shape)]
        own = finished(np.array(single).reshape(exact.shape))
        guess = finished(evaluate(expression, of))
        guess = np.where(np.isfinite(guess), guess, exact)
        return _Held(own, np.where(np.isnan(own), guess, own))


def follow(tree: Element, of: Callable[[Leaf], float], decimals: int | None = None) -> float:
    """Return what an equation's element gives from a student's numbers; NaN where it gives none.

    An arithmetic fault on the way counts as none, as it does in a spreadsheet, but 0 times
    whatever can't be calculated is 0.
    """
    if any(isnan(of(cell)) for cell in cells(tree)):
        return np.nan
    found = float(at_decimals(np.array(spared_value(tree, of)), decimals))
    return found if np.isfinite(found) else np.nan
