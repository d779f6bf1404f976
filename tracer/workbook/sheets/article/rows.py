"""What a lesson's source has, row by row, in the source's order.

The order is that of the steps: a step's equations, then the pictures, figures and mistakes that
stand with it in the source; at the end what stands with no step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Literal

from tracer.language.expression import Index
from tracer.program.model import Program, Slot
from tracer.template.cited import Cited, Erratum, Picture, Published
from tracer.template.template import Template
from tracer.workbook.sheets.article.counterparts import Counterpart, Counterparts

#: What a row says is so: a text that nothing but the source decides, or a comparison.
Kind = Literal["equation", "picture", "figure", "ours", "erratum", "unreproducible"]


@dataclass(frozen=True)
class Row:
    """One row: where it stands in the source, what is printed there, and where it stands here.

    `place` is empty where a step says it (`step`). `iteration` is that of a number which the
    workbook hasn't got; `says` what else is to say of the row.
    """

    kind: Kind
    place: str
    step: int | None = None
    printed: str = ""
    here: Counterpart | None = None
    sheet: str | None = None
    iteration: int | None = None
    says: str = ""


def rows(template: Template, program: Program, cells: Counterparts) -> list[Row]:
    """Return a lesson's rows in the order of its source."""
    places: dict[int, list[Row]] = {}
    for item in _cited(template):
        at = _step_of(item, program)
        places.setdefault(at, []).extend(_ROWS[type(item)](item, cells, template))
    found = places.pop(BEFORE, [])
    for number, step in enumerate(program.steps):
        for assignment in program.results(number):
            here = cells.first(assignment.slot)
            place = template.places.get(step.number, "")
            text = assignment.equation.text
            found.append(Row("equation", place, number, text, here))
        found += places.pop(number, [])
    return found + places.pop(AFTER, [])


#: Where what stands with no step is put: before them all, or after.
BEFORE, AFTER = -1, -2


def _cited(template: Template) -> Iterator[Cited]:
    yield from template.pictures
    yield from template.published
    yield from template.unreproducible
    yield from template.errata


def _step_of(item: Cited, program: Program) -> int:
    """Return after which step an item stands: the one it says, or the one that computes it."""
    numbers = [step.number for step in program.steps]
    if item.step:
        return numbers.index(item.step)
    if not isinstance(item, Published) or item.iteration > 1:
        return AFTER
    if item.iteration:
        made = program.made(program.newest(item.quantity).key)
        if made is not None:
            return made.step
    shown = (n for n, step in enumerate(program.steps) if item.quantity in step.shows)
    made = program.made(program.start(item.quantity).key)
    return next(shown, BEFORE if made is None else made.step)


def _picture(item: Picture, cells: Counterparts, template: Template) -> list[Row]:
    here = None
    if item.quantity:
        here = cells.first(cells.slot(item.quantity, item.iteration))
    return [Row("picture", item.place, printed=item.text, here=here, sheet=item.sheet)]


def _figure(item: Published, cells: Counterparts, template: Template) -> list[Row]:
    """Return a row for each number of a figure; what is to say of it stands under the last."""
    slot = cells.slot(item.quantity, item.iteration)
    kind: Kind = "ours" if item.computed else "figure"
    found = []
    for printed, index in zip(item.printed, _indices(slot, item.index), strict=False):
        here = cells.find(slot, index, item.iteration)
        missing = item.iteration if here is None else None
        found.append(Row(kind, item.place, None, printed, here, iteration=missing))
    if found and item.note:
        found[-1] = replace(found[-1], says=item.note)
    return found


def _note(item: Erratum, cells: Counterparts, template: Template) -> list[Row]:
    kind: Kind = "unreproducible" if item in template.unreproducible else "erratum"
    here = None
    if item.quantity:
        slot = cells.slot(item.quantity, item.iteration)
        index = (*item.index, *(0,) * (len(slot.shape) - len(item.index)))
        here = cells.find(slot, index, item.iteration)
    return [Row(kind, item.place, None, item.printed, here, says=item.text)]


def _indices(slot: Slot, picked: Index) -> list[Index]:
    """Return the elements of a value that `picked` leaves, in order."""
    rest = slot.shape[len(picked) :]
    return [(*picked, *others) for others in product(*(range(size) for size in rest))]


_ROWS: dict[type, Callable[..., list[Row]]] = {
    Picture: _picture,
    Published: _figure,
    Erratum: _note,
}
