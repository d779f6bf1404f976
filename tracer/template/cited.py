"""What a template says of its source: printed figures, pictures, mistakes, what can't be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tracer.errors import TemplateError, did_you_mean

if TYPE_CHECKING:
    from tracer.program.model import Program


@dataclass(frozen=True)
class Published:
    """A figure that a source prints, as printed, and where the trace has it.

    Iteration 0 is before training. `index` picks from the quantity as `[i, j]` does. One that
    is `computed` follows from the source without being printed there. `step` is the number of the
    one that it stands after in the source; empty, the one that computes it.
    """

    place: str
    quantity: str
    iteration: int
    printed: tuple[str, ...]
    index: tuple[int, ...] = ()
    note: str = ""
    computed: bool = False
    step: str = ""


@dataclass(frozen=True)
class Erratum:
    """A mistake in what a source prints: where it stands, and what is right.

    Also a figure that can't be reproduced, and why. `printed` is what stands there, `quantity`
    what is right, where the trace has it; `step` as of a published figure, empty after them all.
    """

    place: str
    text: str
    step: str = ""
    printed: str = ""
    quantity: str = ""
    iteration: int = 1
    index: tuple[int, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A picture or diagram of a source: the quantity that it shows, or a sheet that shows it."""

    place: str
    text: str = ""
    step: str = ""
    quantity: str = ""
    iteration: int = 1
    sheet: str | None = None


Cited = Published | Erratum | Picture


def wrong_reference(item: Cited, program: Program) -> str | None:
    """Say which quantity or step of what is cited the program hasn't got; None if it has all."""
    numbers = [step.number for step in program.steps]
    for what, name, known in (
        ("quantity", item.quantity, program.quantities()),
        ("step", item.step, numbers),
    ):
        if name and name not in known:
            return f"'{name}' is not a {what} of the template.{did_you_mean(name, known)}"
    return None


def nowhere(note: Erratum) -> Erratum:
    """Return a note without what it says of a program that has become another."""
    return replace(note, step="", quantity="")


def read_places(raw: Mapping[str, Any], where: str) -> dict[str, str]:
    """Return where the source has each step: what is said of one holds on.

    `raw` is a template's content, `where` names it. Raises TemplateError.
    """
    numbers = [str(step.get("number", n)) for n, step in enumerate(raw["steps"], 1)]
    said = raw.get("places", {})
    for number, place in said.items():
        if number not in numbers or not isinstance(place, str):
            raise TemplateError(f"{where}: places.{number} must be a step's, and a text.")
    found: dict[str, str] = {}
    for number in numbers:
        if number in said or found:
            found[number] = said.get(number) or found[numbers[numbers.index(number) - 1]]
    return found
