"""What can be chosen on Explore: every equation, and every step that only shows numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from tracer.language.expression import SlotKey, Span
from tracer.program.model import Program, Slot, Step
from tracer.wording import Wording
from tracer.workbook.sheets.explore.dependence import Dependence

#: An explanation is written in lines of so many characters.
LINE = 150
#: Of what a step shows, the list names so much.
LONGEST_NAMES = 24


@dataclass
class Entry:
    """What the sheet lists to be chosen; `before` counts the numbers computed before it."""

    number: int
    text: str
    step: Step
    before: int

    @property
    def size(self) -> tuple[int, int]:
        """The rows and columns there are to choose from."""
        return 1, 1

    @property
    def equation(self) -> str:
        """The equation as it is written; empty where there is none."""
        return ""

    def explained(self) -> list[str]:
        """Return the step's explanation, line by line."""
        return textwrap.wrap(self.step.explain, LINE) or [""]


@dataclass
class ListedShow(Entry):
    """A step that only shows numbers."""

    slots: tuple[Slot, ...]


@dataclass
class ListedEquation(Entry):
    """An equation, and how its numbers are computed."""

    reading: Dependence
    #: Blocks, and leaves, whose cells follow no simple rule: the sheet lists them.
    listed: set[SlotKey] = field(default_factory=set)
    listed_leaves: set[Span] = field(default_factory=set)
    #: The lists' first row; 0 where there are none.
    first: int = 0

    @property
    def slot(self) -> Slot:
        """What the equation computes."""
        return self.reading.assignment.slot

    @property
    def size(self) -> tuple[int, int]:
        """The result's rows and columns."""
        return self.reading.size

    @property
    def equation(self) -> str:
        """The equation as it is written."""
        return self.reading.assignment.equation.text

    @property
    def count(self) -> int:
        """How many numbers the equation computes."""
        return self.size[0] * self.size[1]


def entries(program: Program, readings: Sequence[Dependence], wording: Wording) -> list[Entry]:
    """Return what can be chosen, in the order of the steps."""
    of_step: dict[int, list[Dependence]] = {}
    for reading in readings:
        of_step.setdefault(reading.assignment.step, []).append(reading)
    found: list[Entry] = []
    taken: set[str] = set()
    before = 0
    for number, step in enumerate(program.steps):
        if step.shows:
            slots = tuple(program.start(name) for name in step.shows)
            names = _few([wording.say(slot.label) for slot in slots])
            text = _told_apart(step, names, taken, wording)
            found.append(ListedShow(len(found) + 1, text, step, before, slots))
        for reading in of_step.get(number, ()):
            name = wording.say(reading.assignment.slot.label)
            text = _told_apart(step, name, taken, wording)
            entry = ListedEquation(len(found) + 1, text, step, before, reading)
            before += entry.count
            found.append(entry)
    return found


def _few(names: Sequence[str]) -> str:
    """Return names as a list that is short enough to be chosen from."""
    said = ", ".join(names)
    while len(said) > LONGEST_NAMES and len(names) > 1:
        names = names[:-1]
        said = f"{', '.join(names)}, …"
    return said


def _told_apart(step: Step, name: str, taken: set[str], wording: Wording) -> str:
    """Return how the list calls an entry: a text that a spreadsheet tells from the others."""
    # What a spreadsheet's search takes for any text.
    plain = step.number.translate(str.maketrans("*?~", "···"))
    text = wording("explore.entry", number=plain, name=name)[:200]
    while text.casefold() in taken:
        text += " ′"
    taken.add(text.casefold())
    return text
