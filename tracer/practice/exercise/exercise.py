"""What is to be practised: a template, its iterations, and which of their cells are blank."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from tracer.errors import TracerError, did_you_mean
from tracer.language.expression import Index, SlotKey, names
from tracer.language.functions import Array
from tracer.practice.answers.marks import Rules
from tracer.practice.exercise.made import Numbers, calculated_from, holds, made_in
from tracer.program.model import PHASES, Assignment, Program, Slot
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.template import Template
from tracer.template.translation import spoken, translated
from tracer.wording import Wording
from tracer.wording.catalogue import FIRST
from tracer.workbook.book import worded
from tracer.workbook.plan.palette import TUTORIAL, find_palette

EVERYTHING = "all"
MOST_ITERATIONS = 50
MOST_BLANKS, MOST_TO_CHOOSE_FROM = 20_000, 200_000


@dataclass(frozen=True)
class BlankChoice:
    """Which cells are blank: names of phases, steps or quantities, and what share of them.

    Below a share of 1 the cells are picked at random, the same for the same seed.
    """

    blank: tuple[str, ...] = (EVERYTHING,)
    share: float = 1.0
    seed: int = 1


@dataclass(frozen=True)
class Exercise:
    """A template of which some results, in some iterations, are to be filled in.

    `decimals` rounds every result of the calculation itself, as `tracer trace --round` does.
    Results that are not blank are given; but if `live`, those that depend on blanks are
    calculated from what the student fills in, since given they would tell it.
    `lang` is the language of the sheets, on which the place of a blank may depend; `palette`
    the name of their colours. An exercise `like` this one, with other numbers, has found out
    before what follows from shapes alone.
    Raises TracerError where the choice doesn't fit the template, and for a language or a
    palette there is none of.
    """

    template: Template
    iterations: int = 1
    choice: BlankChoice = field(default_factory=BlankChoice)
    decimals: int | None = None
    rules: Rules = field(default_factory=Rules)
    live: bool = False
    lang: str = FIRST
    palette: str = TUTORIAL.name
    like: Exercise | None = field(default=None, repr=False, compare=False)

    @cached_property
    def wording(self) -> Wording:
        """What the sheets say."""
        return worded(self.lang, find_palette(self.palette))

    @cached_property
    def program(self) -> Program:
        """The checked program."""
        if self.like is not None:
            return self.like.program
        return spoken(self.template.program(decimals=self.decimals), self.template, self.wording)

    @cached_property
    def lesson(self) -> Template:
        """The template with its texts in the sheets' language."""
        return translated(self.template, self.lang)

    @cached_property
    def trace(self) -> ProgramTrace:
        """What the exact results are."""
        everything = range(1, self.iterations + 1)
        return trace_template(
            self.template, self.iterations, sheets=list(everything), program=self.program
        )

    @property
    def printed(self) -> ProgramTrace | None:
        """What the results are with the lesson's own numbers, where these are others."""
        return None if self.like is None else self.like.trace

    @cached_property
    def asked(self) -> Numbers:
        """Which cells of a result are blank, by iteration and slot; only where there are some."""
        if self.like is not None:
            return self.like.asked
        return _asked(self.program, self.iterations, self.choice)

    @cached_property
    def derived(self) -> Numbers:
        """Which cells are calculated from what the student fills in; none unless `live`."""
        if self.like is not None:
            return self.like.derived
        if not self.live:
            return {}
        return calculated_from(
            self.trace, self.iterations, self.asked, lambda spot: not holds(self.asked, spot)
        )

    def own(self, iteration: int, key: SlotKey, index: Index) -> bool:
        """Say whether a number is the student's: filled in, or calculated from what is."""
        spot = iteration, key, index
        return holds(self.asked, spot) or holds(self.derived, spot)

    def checked(self) -> Exercise:
        """Return the exercise. Raises TracerError where the choice doesn't fit the template."""
        _ = self.asked
        return self

    def with_numbers(self, values: Mapping[str, Array]) -> Exercise:
        """Return the exercise with other given numbers or starting parameters."""
        template = self.template.with_values(values)
        return replace(self, template=template, like=self.like or self)

    @property
    def count(self) -> int:
        """How many cells are blank."""
        return sum(int(mask.sum()) for mask in self.asked.values())

    def made_in(self, slot: Slot, index: Index, iteration: int) -> tuple[int, Slot, Index]:
        """Return where a number that an iteration uses was made: iteration, slot and index."""
        return made_in(self.trace, slot, index, iteration)


def _asked(program: Program, iterations: int, choice: BlankChoice) -> Numbers:
    if not 1 <= iterations <= MOST_ITERATIONS:
        raise TracerError(f"iterations must be from 1 to {MOST_ITERATIONS}.")
    if not 0 < choice.share <= 1:
        raise TracerError(
            f"the share of blank cells must be above 0 and at most 1, not {choice.share:g}."
        )
    chosen = chosen_results(program, choice.blank)
    places = [
        (iteration, a.slot)
        for iteration in range(iterations + 1)
        for a in program.in_iteration(iteration)
        if a.slot.key in chosen
    ]
    total = sum(slot.size for _, slot in places)
    if total > MOST_TO_CHOOSE_FROM or choice.share * total > MOST_BLANKS:
        raise TracerError(
            f"{round(choice.share * total):,} blanks are too many (at most {MOST_BLANKS:,}):"
            " name fewer quantities, or take a smaller network."
        )
    order = sorted(_cells(places), key=lambda cell: _lot(choice.seed, *cell))
    kept = set(order[: max(1, round(choice.share * total))])
    asked = {}
    for iteration, slot in places:
        mask = np.zeros(slot.shape, np.bool_)
        for position in range(slot.size):
            mask.flat[position] = (iteration, slot.key, position) in kept
        if mask.any():
            asked[iteration, slot.key] = mask
    return asked


def _cells(places: Sequence[tuple[int, Slot]]) -> Iterator[tuple[int, SlotKey, int]]:
    for iteration, slot in places:
        for position in range(slot.size):
            yield iteration, slot.key, position


def _lot(seed: int, iteration: int, key: SlotKey, position: int) -> bytes:
    """Return the lot that a cell draws; a digest is the same in every version of every library."""
    text = f"{seed}|{iteration}|{key[0]}|{key[1]}|{position}"
    return hashlib.sha256(text.encode()).digest()


def chosen_results(program: Program, blank: Sequence[str]) -> set[SlotKey]:
    """Return the slots that names of phases, steps and quantities mean.

    Of a phase only what is calculated from numbers: how many rows a table has is nothing to fill
    in, unless the step or the quantity itself is named, or there is nothing else.
    Raises TracerError for a name that means nothing.
    """
    computed = program.assignments
    if not program.assignments:
        raise TracerError("the template computes nothing, so there is nothing to leave blank.")
    found: set[SlotKey] = set()
    for name in blank:
        meant = [a for a in computed if _means(program, a, name)]
        if not meant:
            raise TracerError(_unknown(program, name))
        if name in (EVERYTHING, *PHASES):
            meant = [a for a in meant if any(names(a.equation.expression))] or meant
        found |= {a.slot.key for a in meant}
    if not found:
        raise TracerError("nothing is blank: name phases, steps or quantities.")
    return found


def _means(program: Program, assignment: Assignment, name: str) -> bool:
    step = program.steps[assignment.step]
    return name in (EVERYTHING, step.phase, step.number, assignment.slot.name)


def _unknown(program: Program, name: str) -> str:
    if name in PHASES:
        used = dict.fromkeys(step.phase for step in program.steps if step.equations)
        return f"there is no {name} step to leave blank; the phases here: {', '.join(used)}."
    if any(step.number == name for step in program.steps):
        return f"step {name} computes nothing, so there is nothing to leave blank in it."
    if name in program.quantities():
        return f"'{name}' is given, not computed, so it can't be left blank."
    quantities = dict.fromkeys(a.slot.name for a in program.assignments)
    numbers = [step.number for step in program.steps if step.equations]
    known = [EVERYTHING, *PHASES, *quantities, *numbers]
    return (
        f"'{name}' is neither a phase, a step nor a quantity.{did_you_mean(name, known)}"
        f" Phases: {', '.join(dict.fromkeys(s.phase for s in program.steps if s.equations))}."
        f" Steps: {', '.join(numbers)}. Quantities: {', '.join(quantities)}."
    )
