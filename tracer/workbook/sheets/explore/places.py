"""Where Explore's choices and helper cells stand: one place for what formulas point at."""

from __future__ import annotations

from typing import NamedTuple

from tracer.workbook.plan.plan import area

#: The rows of the sheet's head, from the top down.
LABELS, CHOICES, WHICH, ARITHMETIC, EQUATION_ROW, STEP_ROW, WHY_ROW, MORE_ROW = range(3, 11)
#: What is held in sight while the network is scrolled.
HELD = EQUATION_ROW
#: The bench: names, then numbers, then sizes.
BENCH_NAMES = 11
BENCH_ROW, BENCH_COLUMN = BENCH_NAMES + 1, 1
#: Lines begin beside the first column: numbers are typed there, which texts must not complete.
LINES = 2
LIST_COLUMN = 1
#: The network begins right of the list.
NETWORK_COLUMN = 7


class ChoicePlace(NamedTuple):
    """A choice's column, and how many columns its cell takes up."""

    column: int
    across: int = 1


#: The choices from left to right. Beside a number there is room for a spin button.
CHOICE_PLACES = {
    "number": ChoicePlace(1),
    "iteration": ChoicePlace(3),
    "equation": ChoicePlace(6, 5),
    "row": ChoicePlace(11),
    "column": ChoicePlace(13),
    "show": ChoicePlace(15, 2),
    "later": ChoicePlace(17, 2),
}

#: The helper cells, each in a row of its own, counted in the sheet's rows.
ITERATION, POSITION, NUMBER = "iteration", "position", "number"
CELLS = {
    name: row
    for row, name in enumerate(
        (
            *(NUMBER, ITERATION, "equation", "whole", "row", "column"),
            *("listed", "hide", POSITION),
        ),
        3,
    )
}
#: The row of the cells that say where windows begin, among the helpers.
WINDOWS = 13
TABLE_ROW = 15
#: The columns of the helper table, counted from its first.
(ROWS, COLUMNS, NAME, ENTRY, EQUATION, STEP, WHY, MORE, WORDS, FIRST, BEFORE, START) = range(1, 13)
NO = 0
HEADS = {
    NO: "number",
    ROWS: "rows",
    COLUMNS: "columns",
    NAME: "name",
    ENTRY: "entry",
    EQUATION: "equation",
    STEP: "step",
    WHY: "why",
    MORE: "more",
    WORDS: "words",
    FIRST: "first",
    BEFORE: "before",
    START: "start",
}
#: The numbers that rows and columns are chosen from.
COUNTED = 13
LIST, LIST_WORDS = 14, 15
#: From here on stand the cells that say where windows begin.
STARTS = 17


def choice_cell(name: str) -> str:
    """Return the cell of a choice."""
    return area(CHOICES, CHOICE_PLACES[name].column, 1, 1)
