"""What follows from a student's numbers, and from a changed result that they didn't write down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import prod

import numpy as np

from tracer.language.elements import element
from tracer.language.evaluate import CallList
from tracer.language.expression import Name, Node, Operation, SlotKey, walk
from tracer.language.functions import Array, at_decimals
from tracer.practice.answers.answers import Answers, typed
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.marking.sparing import spared_value
from tracer.program.model import Assignment

#: In larger equations, what can't be calculated is not looked at number by number.
MOST_SPARED = 200
#: What is computed to carry one change: arrays by the results they are of.
Values = Mapping[SlotKey, Array]


def unwritten(numbers: OwnNumbers, iteration: int) -> tuple[Assignment, ...]:
    """Return the results of an iteration that a student calculated, but didn't write down."""
    return tuple(
        assignment
        for assignment in numbers.trace.program.in_iteration(iteration)
        if _is_unwritten(numbers, iteration, assignment.slot.key)
    )


def _is_unwritten(numbers: OwnNumbers, iteration: int, key: SlotKey) -> bool:
    answer = numbers.answers.of(iteration, key)
    if answer is None:
        return numbers.loose  # else it stands on the sheet
    return bool(answer.blank.all())


@dataclass(frozen=True)
class _Recomputed:
    """The calls that compute one equation into `target`; `work` counts products of numbers."""

    assignment: Assignment
    calls: Sequence[Callable[[], object]]
    target: Array
    work: int


class Carried:
    """The results of one iteration as they follow from what was written.

    What wasn't written down is calculated; what was is read as it was typed, and calculated
    aside, to be compared. Every array is computed on fixed memory, so that a change is carried
    through in microseconds.
    """

    def __init__(
        self, numbers: OwnNumbers, iteration: int, open_results: Sequence[Assignment]
    ) -> None:
        self.numbers = numbers
        self.iteration = iteration
        self.open = {assignment.slot.key for assignment in open_results}
        program = numbers.trace.program
        self._memory = {
            slot.key: np.array(numbers.filled(slot, iteration), float, order="C")
            for slot in program.slots
        }
        self._lines = [self._line(a) for a in program.in_iteration(iteration)]
        self._at = {line.assignment.slot.key: n for n, line in enumerate(self._lines)}
        for line in self._lines:
            self._compute(line)
        self._base = {line.assignment.slot.key: line.target.copy() for line in self._lines}
        self._affected: dict[SlotKey, tuple[_Recomputed, ...]] = {}

    def _line(self, assignment: Assignment) -> _Recomputed:
        key, expression = assignment.slot.key, assignment.equation.expression
        target = self._memory[key]
        if key not in self.open:
            target = np.empty_like(target)
        calls = CallList(self._view)
        calls.assign(target, expression)
        return _Recomputed(assignment, calls.calls, target, work_of(expression))

    def _view(self, name: Name) -> Array:
        return self._memory[name.id, name.version]

    def _compute(self, line: _Recomputed) -> None:
        with np.errstate(all="ignore"):
            for call in line.calls:
                call()
        if line.work <= MOST_SPARED and not np.isfinite(line.target).all():
            self._spare(line)
        if self.numbers.trace.program.decimals is not None:
            line.target[...] = at_decimals(line.target, self.numbers.trace.program.decimals)

    def _spare(self, line: _Recomputed) -> None:
        """Take 0 times what can't be calculated for 0, as a student does."""
        for index in map(tuple, np.argwhere(~np.isfinite(line.target)).tolist()):
            tree = element(line.assignment.equation.expression, index)
            line.target[index] = spared_value(
                tree, lambda cell: float(self._memory[cell.name.key][cell.origin])
            )

    # -- what follows -------------------------------------------------------------------

    def base(self, key: SlotKey) -> Array:
        """Return what a result is without any change."""
        return self._base[key]

    def affected(self, key: SlotKey) -> tuple[_Recomputed, ...]:
        """Return the equations that a change of a result goes through, in order."""
        if key not in self._affected:
            changed, lines = {key}, []
            for line in self._lines[self._at[key] + 1 :]:
                read = self.numbers.trace.program.reads(line.assignment)
                if any(slot.key in changed for slot in read):
                    lines.append(line)
                    changed |= {line.assignment.slot.key} & self.open
            self._affected[key] = tuple(lines)
        return self._affected[key]

    def reaches(self, key: SlotKey) -> set[SlotKey]:
        """Return the results that a change of a result changes."""
        return {line.assignment.slot.key for line in self.affected(key)}

    def work(self, key: SlotKey) -> int:
        """Return about how many products of numbers it takes to change a result and carry it."""
        own = self._lines[self._at[key]].work
        return own + sum(line.work for line in self.affected(key))

    def with_change(self, key: SlotKey, values: Array) -> Values:
        """Return what follows where a result that wasn't written has other values.

        The arrays hold that until the next change.
        """
        np.copyto(self._memory[key], values)
        found = self._through(self.affected(key))
        self._restore([key])
        return {key: values, **found}

    def _through(
        self, lines: Sequence[_Recomputed], decimals: int | None = None
    ) -> dict[SlotKey, Array]:
        """Return what equations give one after the other; the arrays are then as before.

        With `decimals`, every result that wasn't written is rounded.
        """
        found: dict[SlotKey, Array] = {}
        for line in lines:
            key = line.assignment.slot.key
            self._compute(line)
            if decimals is not None and key in self.open:
                line.target[...] = at_decimals(line.target, decimals)
            found[key] = line.target.copy()
        self._restore(found)
        return found

    def _restore(self, keys: Iterable[SlotKey]) -> None:
        for key in keys:
            if key in self.open:
                np.copyto(self._memory[key], self._base[key])

    def with_equations(self, changed: Mapping[SlotKey, Node]) -> Values:
        """Return what follows where several equations are others, the first to the last."""
        lines = [*self._lines]
        for key, expression in changed.items():
            lines[self._at[key]] = self._changed(lines[self._at[key]], expression)
        return self._through(lines[min(self._at[key] for key in changed) :])

    def with_rounding(self, decimals: int) -> Values:
        """Return what follows where every result that wasn't written is rounded on the way."""
        return self._through(self._lines, decimals)

    def with_starts(self, others: Values) -> Values:
        """Return what follows where the iteration starts from other numbers."""
        kept = {key: self._memory[key].copy() for key in others}
        for key, values in others.items():
            np.copyto(self._memory[key], values)
        found = self._through(self._lines)
        for key, values in kept.items():
            np.copyto(self._memory[key], values)
        return found

    @cached_property
    def all_work(self) -> int:
        """About how many products of numbers a whole iteration takes."""
        return sum(line.work for line in self._lines)

    def _changed(self, line: _Recomputed, expression: Node) -> _Recomputed:
        calls = CallList(self._view)
        calls.assign(line.target, expression)
        return _Recomputed(line.assignment, calls.calls, line.target, line.work)

    def assumed(self, values: Values) -> OwnNumbers:
        """Return the student's numbers with what wasn't written as it follows from a change."""
        kept = (
            answer
            for answer in self.numbers.answers
            if (answer.iteration, answer.key) not in {(self.iteration, key) for key in self.open}
        )
        filled = (typed(self.iteration, key, values.get(key, self._base[key])) for key in self.open)
        return replace(self.numbers, answers=Answers((*kept, *filled)))

    @cached_property
    def order(self) -> tuple[Assignment, ...]:
        """The results that weren't written, in the order of the calculation."""
        return tuple(
            line.assignment for line in self._lines if line.assignment.slot.key in self.open
        )


def work_of(expression: Node) -> int:
    """Return about how many products and sums an equation takes."""
    return sum(_work(node) for node in walk(expression))


def _work(node: Node) -> int:
    inner = 1
    if isinstance(node, Operation) and node.operator == "@":
        inner = node.args[0].shape[-1] if node.args[0].shape else 1
    return prod(node.shape) * inner
