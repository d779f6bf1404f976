"""One equation as one student met it: what it was computed from, exactly and by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from tracer.backward.vocabulary import RATE_NAMES
from tracer.language.build import NOWHERE, named
from tracer.language.evaluate import evaluate
from tracer.language.expression import EquationError, Name, Node, Shape, names
from tracer.language.functions import Array, at_decimals
from tracer.language.shapes import shaped
from tracer.practice.answers.marks import Marked
from tracer.practice.marking.own import OwnNumbers
from tracer.program.model import Assignment, Program, Slot
from tracer.wording import Said

Made = TypeVar("Made")


@dataclass
class Attempt:
    """An equation in one iteration (0 for the prepare steps), with a student's answers.

    Transformations of the equation are computed by `results`; `hold` puts an array of its
    own into one.
    """

    numbers: OwnNumbers
    iteration: int
    assignment: Assignment
    _held: dict[str, Array] = field(default_factory=dict)
    _kept: dict[Callable[[Attempt], Any], Any] = field(default_factory=dict)

    @classmethod
    def at(cls, numbers: OwnNumbers, marked: Marked) -> Self:
        """Return the attempt at a block, which is computed by an equation."""
        made = numbers.trace.program.made(marked.answer.key)
        assert made is not None  # only what is computed is asked
        return cls(numbers, marked.answer.iteration, made)

    @property
    def program(self) -> Program:
        """The program that the equation belongs to."""
        return self.numbers.trace.program

    @property
    def expression(self) -> Node:
        """The right side of the equation, as it should be."""
        return self.assignment.equation.expression

    @property
    def slot(self) -> Slot:
        """Where the equation's result goes."""
        return self.assignment.slot

    @property
    def phase(self) -> str:
        """What its step is for: forward, backward, update, …."""
        return self.program.steps[self.assignment.step].phase

    def text(self, node: Node) -> str | Said:
        """Return a part of the equation as it is written there; a change of one has no text."""
        written = self.assignment.equation.text[node.span.start : node.span.end].strip()
        return written or Said("details.it")

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Every name the equation reads, once."""
        return tuple({n.key: n for n in names(self.expression)}.values())

    def slot_of(self, name: Name) -> Slot | None:
        """Return what a name of the equation stands for; None for a held array."""
        return None if name.id in self._held else self.program.slot(name)

    def name(self, slot: Slot) -> Name:
        """Return a name that reads a slot."""
        return named(slot.key, slot.shape)

    def made(self, name: Name) -> Node | None:
        """Return the expression that a name's value is computed by, if it is computed."""
        if name.id in self._held:
            return None
        made = self.program.made(name.key)
        return None if made is None else made.equation.expression

    def uses(self, name: Name) -> Iterator[tuple[Slot, Node]]:
        """Yield the results that read a name, with their expressions."""
        for assignment in self.program.readers(name.key):
            yield assignment.slot, assignment.equation.expression

    @cached_property
    def rates(self) -> tuple[Slot, ...]:
        """The learning rates: single given numbers of a usual name."""
        given = self.program.of_role("given")
        return tuple(s for s in given if s.size == 1 and s.name.lower() in RATE_NAMES)

    def kept(self, make: Callable[[Attempt], Made]) -> Made:
        """Return what `make` makes of the attempt, made once."""
        if make not in self._kept:
            self._kept[make] = make(self)
        made: Made = self._kept[make]
        return made

    # -- values -----------------------------------------------------------------------

    def exact(self, slot: Slot, iteration: int | None = None) -> Array:
        """Return a slot's exact value."""
        return self.numbers.exact(slot, self.iteration if iteration is None else iteration)

    def own(self, slot: Slot, iteration: int | None = None) -> Array:
        """Return a slot's value as the student has it, every gap filled."""
        return self.numbers.filled(slot, self.iteration if iteration is None else iteration)

    def hold(self, array: Array) -> Name:
        """Return a name that stands for an array in transformed equations."""
        key = f"·{len(self._held)}"
        self._held[key] = np.array(array, float)
        return Name(id=key, span=NOWHERE, shape=np.shape(array))

    @cached_property
    def alike(self) -> bool:
        """Whether the student's numbers for all the equation reads are the exact ones."""
        slots = [self.program.slot(name) for name in self.names]
        return all(np.array_equal(self.own(slot), self.exact(slot)) for slot in slots)

    def results(self, node: Node) -> Iterator[Array]:
        """Yield what a transformed equation gives: from the student's numbers, from exact ones.

        Nothing where its shapes don't fit the result's, or its numbers are not finite.
        """
        fitted = self._shaped(node)
        if fitted is None:
            return
        found = [self._computed(fitted, own=True)]
        if not self.alike:
            found.append(self._computed(fitted, own=False))
        for values in found:
            fit = fitting(values, self.slot.shape)
            if fit is not None and np.isfinite(fit).all():
                yield fit

    def fitting(self, node: Node) -> Node | None:
        """Return a transformed equation with its shapes; None where these aren't the result's."""
        fitted = self._shaped(node)
        return fitted if fitted is not None and fitted.shape == self.slot.shape else None

    def lasting(self, node: Node) -> Node | None:
        """Return a transformed equation as it may be in every iteration; None where it can't.

        What holds an array of one iteration can't, nor what hasn't the result's shape.
        """
        fitted = self.fitting(node)
        held = fitted is None or any(name.id in self._held for name in names(fitted))
        return None if held else fitted

    def _shaped(self, node: Node) -> Node | None:
        try:
            return shaped(node, self._look_up)
        except EquationError:
            return None

    def _computed(self, node: Node, *, own: bool) -> Array:
        def of(name: Name) -> Array:
            if name.id in self._held:
                return self._held[name.id]
            slot = self.program.slot(name)
            return self.own(slot) if own else self.exact(slot)

        return at_decimals(evaluate(node, of), self.program.decimals)

    def _look_up(self, name: Name) -> tuple[int, Shape]:
        if name.id in self._held:
            return name.version, self._held[name.id].shape
        return name.version, self.program.slot(name).shape


def fitting(values: Array, shape: Sequence[int]) -> Array | None:
    """Return values in a shape that they can be read into, else None."""
    if values.size == np.prod(shape, dtype=int):
        return values.reshape(shape)
    try:
        return np.broadcast_to(values, tuple(shape))
    except ValueError:
        return None
