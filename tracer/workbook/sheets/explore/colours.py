"""Explore's colours: rules that follow the choice, one per entry and block it uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracer.language.expression import SlotKey
from tracer.workbook.plan.numbers import NumberFormat
from tracer.workbook.plan.plan import Highlight, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import drawn
from tracer.workbook.sheets.explore.bench import View
from tracer.workbook.sheets.explore.dependence import Dependence, Lines, Product
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation, ListedShow
from tracer.workbook.sheets.explore.layout import Layout, shifted, within

#: Shows a number that isn't calculated yet.
HIDDEN = " "
#: Says of a cell, by its axis, which row or column of its block it is.
Here = Callable[[int], str]


class Colours:
    """The rules that colour the blocks, below and on the bench, made from the layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._highlights: list[Highlight] = []

    def rules(self) -> list[Highlight]:
        """Return every rule; for each block those of what is computed come first."""
        for entry in self._layout.entries:
            for view in self._layout.bench.views[entry.number]:
                self._view_rules(entry, view)
        for equation in self._layout.equations:
            self._result_rules(equation)
        for key in self._layout.areas:
            self._operand_rules(key)
        return self._highlights

    def _add(
        self, where: str, formula: str, role: CellRole, shown: str = "", mark: str = ""
    ) -> None:
        self._highlights.append(Highlight(where, formula, role, mark, shown))

    def _chosen(self, entry: Entry) -> str:
        return f"{self._layout.equation_cell}={entry.number}"

    # -- the network ------------------------------------------------------------------------

    def _result_rules(self, equation: ListedEquation) -> None:
        key = equation.slot.key
        block = self._layout.areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)
        row, column = (self._layout.here(key, axis) for axis in range(2))
        self._add(where, self._layout.later(equation, f"({row})", column), "later", mark=HIDDEN)
        self._add(where, self._active(equation, row, column), "active")
        self._add(where, self._chosen(equation), "framed")

    def _active(self, equation: ListedEquation, row: str, column: str) -> str:
        axes = (self._layout.axis_cell(axis) for axis in ("row", "column"))
        here = ",".join(f"{a}={b}" for a, b in zip((row, column), axes, strict=True))
        return f"AND({self._chosen(equation)},OR({self._layout.whole_cell}=1,AND({here})))"

    def _operand_rules(self, key: SlotKey) -> None:
        layout, block = self._layout, self._layout.areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)

        def here(axis: int) -> str:
            return layout.here(key, axis)

        for entry in layout.entries:
            if isinstance(entry, ListedShow) and key in {slot.key for slot in entry.slots}:
                self._add(where, self._chosen(entry), "framed")
            if not isinstance(entry, ListedEquation) or key not in entry.reading.operands:
                continue
            if key in entry.listed:
                test = layout.in_list(layout.block_mark(key), here(0), here(1))
            else:
                size = drawn(block.shape)
                products = entry.reading.products(key) or []
                tests = [self._product_test(entry.reading, p, here, size) for p in products]
                test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            self._add(where, _both(self._chosen(entry), test), "used")

    # -- the bench --------------------------------------------------------------------------

    def _view_rules(self, entry: Entry, view: View) -> None:
        layout, chosen, shown = self._layout, self._chosen(entry), self._layout.shown_as(view)
        where = area(view.row, view.column, *view.shown, fixed=False)

        def here(axis: int) -> str:
            return within(view.row, view.column, axis, layout.first(entry, view, axis) or "1")

        if not isinstance(entry, ListedEquation):
            self._add(where, chosen, "framed", shown)
        elif view.leaf is None:
            self._result_view(entry, where, here, shown)
        else:
            leaf = view.leaf.span
            if leaf in entry.listed_leaves:
                test = layout.in_list(layout.leaf_mark(entry, leaf), here(0), here(1))
            else:
                product = entry.reading.leaf_product(leaf)
                assert product is not None
                test = self._product_test(entry.reading, product, here, view.size)
            self._add(where, _both(chosen, test), "used", shown)
            self._add(where, chosen, "shown", shown)

    def _result_view(
        self, equation: ListedEquation, where: str, here: Here, shown: NumberFormat
    ) -> None:
        chosen, later = (
            self._chosen(equation),
            self._layout.later(equation, f"({here(0)})", here(1)),
        )
        self._add(where, _both(chosen, later), "later", mark=HIDDEN)
        self._add(where, self._active(equation, here(0), here(1)), "active", shown)
        self._add(where, chosen, "framed", shown)

    # -- tests --------------------------------------------------------------------------------

    def _product_test(
        self, reading: Dependence, product: Product, here: Here, size: tuple[int, int]
    ) -> str:
        """Return the test whether a cell is used; TRUE where all are."""
        tests = [
            self._lines_test(reading, lines, here(axis), size[axis])
            for axis, lines in enumerate((product.rows, product.columns))
        ]
        both = [test for test in tests if test]
        if len(both) == 2:
            return f"AND({both[0]},{both[1]})"
        return both[0] if both else "TRUE"

    def _lines_test(self, reading: Dependence, lines: Lines, here: str, size: int) -> str:
        """Return the test whether a cell lies in the rows or columns used; empty if all do."""
        inside = _within(here, reading.all_lines(lines), size)
        if not lines.follows:
            return inside
        follows = f"{here}={shifted(self._layout.axis_cell(lines.follows), lines.shift)}"
        whole = f"{self._layout.whole_cell}=1"
        return f"OR({f'AND({whole},{inside})' if inside else whole},{follows})"


def _both(chosen: str, test: str) -> str:
    return chosen if test in ("", "TRUE") else f"AND({chosen},{test})"


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
