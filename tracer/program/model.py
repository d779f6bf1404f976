"""What a program is: values with a place in memory, and equations that compute them in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Literal

from tracer.language.expression import Equation, Name, Shape, SlotKey, names
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
    #: The line of the file on which each equation begins, where it stands in one.
    lines: tuple[int, ...] = field(default=(), compare=False)
    #: The equations as trees, where they have been parsed before.
    trees: tuple[Equation, ...] = field(default=(), compare=False, repr=False)

    def line(self, place: int) -> int | None:
        """Return the line on which one of its equations begins; None where it is derived."""
        return self.lines[place] if place < len(self.lines) else None

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
    """One value that a name has: the memory cells `[offset, offset + size)` of the state.

    `label` is what people call it, in no language yet: a wording says it.
    """

    name: str
    version: int
    shape: Shape
    role: Role
    step: int | None = None
    offset: int = 0
    label: Said | str = ""

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return prod(self.shape)

    @property
    def key(self) -> SlotKey:
        """What an equation's resolved name refers to it by."""
        return self.name, self.version


@dataclass(frozen=True)
class Assignment:
    """An equation of a step, the slot its result goes to, and which of the step's it is."""

    step: int
    equation: Equation
    slot: Slot
    place: int = 0


@dataclass(frozen=True)
class Batch:
    """Which rows (or columns) of which arrays one iteration uses.

    `order` are the samples (from 0) that iterations take, `size` at a time, over and over; all of
    them in order, or `shuffled`, if it is empty. `cycle` says of arrays with a length of their
    own, such as a store of dropout masks, how many of their rows an iteration takes: the next
    ones, in order, the first again after the last. Where there are no `names`, `size` is 0.
    """

    size: int
    names: tuple[str, ...]
    axis: int = 0
    shuffled: bool = False
    seed: int = 0
    cycle: tuple[tuple[str, int], ...] = ()
    order: tuple[int, ...] = ()

    @cached_property
    def turns(self) -> Mapping[str, int]:
        """How many rows an iteration takes of each array with a length of its own."""
        return dict(self.cycle)

    def taken(self, name: str) -> int:
        """Return how many rows an iteration takes of an array."""
        return self.turns.get(name, self.size)

    def passed(self, samples: int) -> int:
        """Return how many samples a pass takes, where there are so many."""
        return len(self.order) or samples


@dataclass(frozen=True)
class Program:
    """What a template computes: a finished graph of slots and the equations that make them.

    The state is one flat array of numbers; `record_from` is where the part begins that an
    iteration changes. New values of parameters lie in the same order as their starts, so
    that one copy carries them to the next iteration. `whole_givens` are those that it takes
    to be small whole numbers.
    """

    steps: tuple[Step, ...]
    slots: tuple[Slot, ...]
    prepare: tuple[Assignment, ...]
    iterate: tuple[Assignment, ...]
    loss: str | None = None
    metrics: tuple[str, ...] = ()
    batch: Batch | None = None
    samples: int = 0
    whole_givens: tuple[str, ...] = ()
    decimals: int | None = None
    record_from: int = 0
    carried: int = 0
    size: int = 0

    # -- its slots ----------------------------------------------------------------------

    @cached_property
    def _by_key(self) -> Mapping[SlotKey, Slot]:
        return {slot.key: slot for slot in self.slots}

    @cached_property
    def _newest(self) -> Mapping[str, Slot]:
        return {slot.name: slot for slot in self.slots}

    def slot(self, name: Name) -> Slot:
        """Return the slot that a resolved name of an equation reads."""
        return self._by_key[name.id, name.version]

    def at(self, key: SlotKey) -> Slot:
        """Return the slot with a key. Raises KeyError."""
        return self._by_key[key]

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

    def whole(self, batch: Slot) -> Slot:
        """Return the array with all the samples of which a batch's name has some."""
        return self._by_key[batch.name, batch.version - 1]

    # -- its equations ------------------------------------------------------------------

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every assignment in the order in which they are computed, the prepare steps' first."""
        return (*self.prepare, *self.iterate)

    def in_iteration(self, iteration: int) -> tuple[Assignment, ...]:
        """Return the assignments that an iteration computes; iteration 0 are the prepare steps."""
        return self.iterate if iteration else self.prepare

    def results(self, step: int) -> tuple[Assignment, ...]:
        """Return the assignments of one step."""
        return tuple(a for a in self.assignments if a.step == step)

    @cached_property
    def _made(self) -> Mapping[SlotKey, Assignment]:
        return {a.slot.key: a for a in self.assignments}

    def made(self, key: SlotKey) -> Assignment | None:
        """Return the assignment that makes a slot; None for what is given or starts training."""
        return self._made.get(key)

    def step_of(self, key: SlotKey) -> Step | None:
        """Return the step that makes a slot; None for one that none makes."""
        made = self._made.get(key)
        return None if made is None else self.steps[made.step]

    @cached_property
    def _reads(self) -> Mapping[SlotKey, tuple[Slot, ...]]:
        return {
            a.slot.key: tuple(
                dict.fromkeys(self.slot(name) for name in names(a.equation.expression))
            )
            for a in self.assignments
        }

    def reads(self, assignment: Assignment) -> tuple[Slot, ...]:
        """Return the slots that an equation reads, each once, in the order of the equation."""
        return self._reads[assignment.slot.key]

    def readers(self, key: SlotKey) -> tuple[Assignment, ...]:
        """Return the assignments whose equations read a slot."""
        return tuple(a for a in self.assignments if any(s.key == key for s in self.reads(a)))

    # -- what depends on what -----------------------------------------------------------

    def behind(
        self, *slots: Slot, ends: Callable[[Slot], bool] = lambda slot: False
    ) -> dict[SlotKey, Slot]:
        """Return all that slots are computed from, themselves included, by key.

        Behind a batch lies the array with all its samples. What `ends` says of a slot that it
        does lies behind, but nothing behind it is looked for.
        """
        found: dict[SlotKey, Slot] = {}
        waiting = [*slots]
        while waiting:
            slot = waiting.pop()
            if slot.key in found:
                continue
            found[slot.key] = slot
            if ends(slot):
                continue
            waiting += self._sources(slot)
        return found

    def _sources(self, slot: Slot) -> tuple[Slot, ...]:
        """Return what a slot is computed from, or taken from, directly."""
        if slot.role == "batch":
            return (self.whole(slot),)
        assignment = self._made.get(slot.key)
        return () if assignment is None else self.reads(assignment)

    def after(self, keys: Iterable[SlotKey]) -> set[SlotKey]:
        """Return the keys of all that is computed from slots, themselves included."""
        found = {*keys}
        # Slots stand in the order in which they get their values.
        for slot in self.slots:
            if any(source.key in found for source in self._sources(slot)):
                found.add(slot.key)
        return found
