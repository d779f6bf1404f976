"""Explore's colours: rules that follow the choice, one per equation and block it uses."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.workbook.plan.plan import Highlight, area
from tracer.workbook.sheets.band import drawn
from tracer.workbook.sheets.explore.dependence import Lines, Product, SlotKey
from tracer.workbook.sheets.explore.layout import COLUMN_ROW, Layout, ListedEquation, shifted


class Colours:
    """The rules that colour the blocks, made from the layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._highlights: list[Highlight] = []

    def rules(self) -> list[Highlight]:
        """Return every rule; for each block the result's own come first."""
        for equation in self._layout.equations:
            self._result_rules(equation)
        for key in self._layout.areas:
            self._operand_rules(key)
        return self._highlights

    def _result_rules(self, equation: ListedEquation) -> None:
        key = equation.slot.key
        block = self._layout.areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)
        chosen = f"{self._layout.equation_cell}={equation.number}"
        here = [
            f"{self._layout.here(key, k)}={self._layout.axis_cell(axis)}"
            for k, axis in enumerate(("row", "column"))
        ]
        active = f"AND({chosen},OR({self._layout.whole_cell}=1,AND({here[0]},{here[1]})))"
        self._highlights.append(Highlight(where, active, "active"))
        self._highlights.append(Highlight(where, chosen, "framed"))

    def _operand_rules(self, key: SlotKey) -> None:
        block = self._layout.areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)
        for equation in self._layout.equations:
            reading = equation.reading
            if key not in reading.operands():
                continue
            chosen = f"{self._layout.equation_cell}={equation.number}"
            if key in equation.listed:
                number = list(self._layout.areas).index(key) + 1
                row, column = (self._layout.here(key, k) for k in range(2))
                wanted = f'"|{number}."&{row}&"."&{column}&"|"'
                tests = [f"ISNUMBER(SEARCH({wanted},{self._layout.helper_cell(COLUMN_ROW + 1)}))"]
            else:
                products = reading.products(key) or []
                tests = [self._product_test(equation, key, product) for product in products]
            test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            formula = f"AND({chosen},{test})" if test else chosen
            self._highlights.append(Highlight(where, formula, "used"))

    def _product_test(self, equation: ListedEquation, key: SlotKey, product: Product) -> str:
        tests = [
            self._lines_test(equation, key, lines, axis)
            for axis, lines in enumerate((product.rows, product.columns))
        ]
        both = [test for test in tests if test]
        if len(both) == 2:
            return f"AND({both[0]},{both[1]})"
        return both[0] if both else "TRUE"

    def _lines_test(self, equation: ListedEquation, key: SlotKey, lines: Lines, axis: int) -> str:
        """Return the test whether a cell lies in the rows or columns used; empty if all do."""
        here = self._layout.here(key, axis)
        every = equation.reading.all_lines(lines)
        within = _within(here, every, drawn(self._layout.areas[key].shape)[axis])
        if not lines.follows:
            return within
        follows = f"{here}={shifted(self._layout.axis_cell(lines.follows), lines.shift)}"
        whole = f"{self._layout.whole_cell}=1"
        return f"OR({f'AND({whole},{within})' if within else whole},{follows})"


def _within(here: str, lines: tuple[int, ...], size: int) -> str:
    """Return the test whether a place is one of some rows or columns; empty if all are."""
    if len(lines) == size:
        return ""
    runs = list(_runs(lines))
    tests = [
        f"{here}={low + 1}" if low == high else f"AND({here}>={low + 1},{here}<={high + 1})"
        for low, high in runs
    ]
    return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"


def _runs(lines: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    start = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or lines[at] != lines[at - 1] + 1:
            yield lines[start], lines[at - 1]
            start = at
