"""What a program is: values with a place in memory, and equations that compute them in order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import prod
from typing import Literal

from tracer.language.expression import Equation, Name, Shape
from tracer.wording import Said, Wording, load

PHASES = ("prepare", "forward", "backward", "update", "measure")
Role = Literal["given", "prepared", "batch", "parameter", "computed", "updated"]


@dataclass(frozen=True)
class Step:
    """A numbered step as the template writes it.

    `said` are the title and the explanation where the tracer writes them: of a derived step
    both, of one that the template gives no title, that.
    """

    number: str
    title: str
    phase: str
    equations: tuple[str, ...]
    shows: tuple[str, ...] = ()
    explain: str = ""
    said: tuple[Said | None, Said | None] = (None, None)

    def worded(self, wording: Wording) -> Step:
        """Return the step with its texts in a language; the template's own stay as they are."""
        title, explain = self.said
        step = self
        if title is not None:
            text = wording.say(title)
            step = replace(step, title=text[:1].upper() + text[1:])
        return step if explain is None else replace(step, explain=wording.say(explain))

    def numbered(self, number: str) -> Step:
        """Return the step with another number; without a title of its own it is called by it."""
        said = self.said
        if said[0] == by_number(self.number):
            said = by_number(number), said[1]
        return replace(self, number=number, said=said).worded(load())


def by_number(number: str) -> Said:
    """Return what a step without a title is called."""
    return Said("common.step", {"number": number})


@dataclass(frozen=True)
class Slot:
    """One value that a name has: the memory cells `[offset, offset + size)` of the state."""

    name: str
    version: int
    shape: Shape
    role: Role
    step: int | None = None
    offset: int = 0
    label: str = ""

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def key(self) -> tuple[str, int]:
        """What an equation's resolved name refers to it by."""
        return self.name, self.version


@dataclass(frozen=True)
class Assignment:
    """An equation of a step, and the slot its result goes to."""

    step: int
    equation: Equation
    slot: Slot


@dataclass(frozen=True)
class Batch:
    """Which rows (or columns) of which arrays one iteration uses.

    `cycle` names arrays with a length of their own, such as a store of dropout masks: each
    iteration takes the next `size` of their rows, in order, the first again after the last.
    """

    size: int
    names: tuple[str, ...]
    axis: int = 0
    shuffled: bool = False
    seed: int = 0
    cycle: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """What a template computes.

    The state is one flat array of numbers; `record_from` is where the part begins that an
    iteration changes. New values of parameters lie in the same order as their starts, so
    that one copy carries them to the next iteration.
    """

    steps: tuple[Step, ...]
    slots: tuple[Slot, ...]
    prepare: tuple[Assignment, ...]
    iterate: tuple[Assignment, ...]
    loss: str | None = None
    metrics: tuple[str, ...] = ()
    batch: Batch | None = None
    samples: int = 0
    decimals: int | None = None
    record_from: int = 0
    carried: int = 0
    size: int = 0
    _by_key: dict[tuple[str, int], Slot] = field(default_factory=dict, repr=False)
    _newest: dict[str, Slot] = field(default_factory=dict, repr=False)

    def slot(self, name: Name) -> Slot:
        """Return the slot that a resolved name of an equation reads."""
        return self._by_key[name.id, name.version]

    def newest(self, name: str) -> Slot:
        """Return a quantity's last value within an iteration. Raises KeyError."""
        return self._newest[name]

    def start(self, name: str) -> Slot:
        """Return a quantity's first value: what a parameter starts an iteration from."""
        return self._by_key[name, 0]

    def of_role(self, *roles: Role) -> tuple[Slot, ...]:
        """Return the slots with one of these roles, in order."""
        return tuple(slot for slot in self.slots if slot.role in roles)

    def quantities(self) -> tuple[str, ...]:
        """Return every name once, in order of appearance."""
        return tuple(dict.fromkeys(slot.name for slot in self.slots))

    def results(self, step: int) -> tuple[Assignment, ...]:
        """Return the assignments of one step."""
        return tuple(a for a in (*self.prepare, *self.iterate) if a.step == step)
