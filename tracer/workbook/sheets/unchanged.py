"""Whether a reader has changed an input: a formula over the sheet Inputs.

Only what every program can do: comparisons and sums, since not all go through a range's rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from tracer.language.formula import number_text
from tracer.language.functions import Array
from tracer.language.places import Place
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.plan.plan import area
from tracer.workbook.sheets.band import drawn
from tracer.workbook.sheets.inputs import Inputs

#: A spreadsheet's function takes so many arguments.
MOST_ARGUMENTS = 250
MOST_CHARACTERS = 8_000


class Fineness(NamedTuple):
    """How arrays are compared.

    Those of so many `numbers` number by number; others with so many rows and columns by the
    sum of each of those (`sums`); the rest by the sum of all numbers and of their squares.
    """

    numbers: int
    sums: int


#: From the finest on; what is coarser takes less room.
FINENESS = Fineness(40, 40), Fineness(1, 40), Fineness(1, 0)
#: How much apart two sums may be that were added up in different order, relative to their size.
NEAR = 1e-11
#: Programs keep so many digits of a number in a formula.
DIGITS = 15


def unchanged(
    trace: ProgramTrace,
    inputs: Inputs,
    slots: Sequence[Slot] | None = None,
    fine: Fineness = FINENESS[0],
) -> str | None:
    """Return the condition that inputs, every one if none are named, are as they were made.

    None where it would be too long for a cell.
    """
    compared = [slot for slot in slots or inputs.slots if inputs.whole(slot)]
    terms = [term for slot in compared for term in _same(trace, inputs, slot, fine)]
    groups = [terms[at : at + MOST_ARGUMENTS] for at in range(0, len(terms), MOST_ARGUMENTS)]
    text = ",".join(f"AND({','.join(group)})" for group in groups)
    text = text if len(groups) == 1 else f"AND({text})"
    return text if terms and len(text) <= MOST_CHARACTERS else None


def _same(trace: ProgramTrace, inputs: Inputs, slot: Slot, fine: Fineness) -> Iterator[str]:
    """Yield conditions that an input is what it was; together they tell of any one change."""
    rows, columns = drawn(slot.shape)
    values = np.asarray(trace.value(slot, 1), np.float64).reshape(rows, columns)
    corner = inputs.place(slot, (0,) * len(slot.shape))
    assert corner is not None

    def part(row: int, column: int, height: int, width: int) -> str:
        place = Place(corner.row + row, corner.column + column)
        return area(place.row, place.column, height, width, sheet=inputs.prefix, fixed=False)

    if slot.size <= fine.numbers:
        for (i, j), value in np.ndenumerate(values):
            yield _equal(part(i, j, 1, 1), float(value))
    elif rows + columns <= fine.sums:
        for i in range(rows):
            yield _sum(f"SUM({part(i, 0, 1, columns)})", values[i])
        for j in range(columns):
            yield _sum(f"SUM({part(0, j, rows, 1)})", values[:, j])
    else:
        whole = part(0, 0, rows, columns)
        yield _sum(f"SUM({whole})", values)
        yield _sum(f"SUMPRODUCT({whole},{whole})", values**2)


def _equal(cell: str, value: float) -> str:
    if float(f"{value:.{DIGITS}g}") == value:
        return f"{cell}={number_text(value)}"
    return f"ABS({cell}-{number_text(value)})<={number_text(float(f'{abs(value) * NEAR:.3g}'))}"


def _sum(formula: str, values: Array) -> str:
    near = float(f"{max(float(np.abs(values).sum()), 1.0) * NEAR:.3g}")
    return f"ABS({formula}-{number_text(float(values.sum()))})<={number_text(near)}"
