"""Explore's helper cells: what the choice means, and the arithmetic spelled out."""

from __future__ import annotations

import textwrap

from tracer.workbook.plan.plan import Pattern, area
from tracer.workbook.sheets.band import flat, index_at
from tracer.workbook.sheets.explore.dependence import Coordinate, SlotKey, Used
from tracer.workbook.sheets.explore.layout import (
    CHOICE,
    COLUMN_ROW,
    COLUMNS,
    EQUATION,
    EQUATION_ROW,
    FIRST,
    HEAD_ROW,
    HEADS,
    ITERATION_ROW,
    LINE,
    LIST,
    LIST_WORDS,
    MORE,
    NAME,
    NUMBER,
    ROW_ROW,
    ROWS,
    SHOW_ROW,
    STEP,
    WHY,
    WORDS,
    Layout,
    ListedEquation,
    shifted,
)
from tracer.workbook.sheets.spelled import Shown, literal, spelled
from tracer.workbook.sheets.training import Training


class Helpers:
    """The cells that the sheet computes for itself, to the right of the blocks."""

    def __init__(self, layout: Layout, training: Training, pattern: Pattern) -> None:
        self._layout = layout
        self._training = training
        self._wording = layout.wording
        self._pattern = pattern

    def says(self, equation: ListedEquation) -> dict[int, str]:
        """Return the texts of the helper table: name, equation, step, what it is for."""
        step = self._layout.program.steps[equation.reading.assignment.step]
        why = textwrap.wrap(step.explain, LINE) or [""]
        return {
            NAME: self._layout.name(equation),
            EQUATION: equation.reading.assignment.equation.text,
            STEP: self._wording("common.step_title", number=step.number, title=step.title),
            WHY: why[0],
            MORE: " ".join(why[1:]),
        }

    def write(self) -> None:
        """Write them."""
        pattern, helper, first = self._pattern, self._layout.helper, self._layout.initial
        wording = self._wording
        pattern.text(1, helper, "muted", wording("explore.helpers"))
        pattern.text(2, helper, "helper", wording("explore.helpers_say"))
        typed = {row: area(row, CHOICE, 1, 1) for row in range(ITERATION_ROW, COLUMN_ROW + 1)}
        entries = area(HEAD_ROW + 1, CHOICE, len(self._layout.equations), 1)
        match = f"MATCH({typed[EQUATION_ROW]},{entries},0)"
        rows, columns = first.reading.size
        count = self._layout.trace.iterations

        def within(row: int, most: str) -> str:
            return f"MIN(MAX(1,INT({typed[row]})),{most})"

        sizes = [self._layout.helper_cell(row, 2) for row in (ROW_ROW, COLUMN_ROW)]
        whole = f"IF({typed[SHOW_ROW]}={literal(wording('explore.whole_block'))},1,0)"
        iteration = within(ITERATION_ROW, str(count))
        if self._layout.nearest:
            position = self._layout.position_cell
            before = self._training.position(f"({iteration}-1)")
            pattern.live(ITERATION_ROW, helper + 2, "helper", before, 1)
            iteration = f"{self._training.kept_at(position)}+1"
        numbered = f"IF(ISNUMBER({match}),{match},1)"
        cells: list[tuple[int, str, str, float]] = [
            (ITERATION_ROW, wording("explore.helper_iteration"), iteration, 1),
            (EQUATION_ROW, wording("explore.helper_equation"), numbered, first.number),
            (SHOW_ROW, wording("explore.whole_block"), whole, 0),
            (ROW_ROW, wording("explore.helper_row"), within(ROW_ROW, sizes[0]), 1),
            (COLUMN_ROW, wording("explore.helper_column"), within(COLUMN_ROW, sizes[1]), 1),
        ]
        for row, label, formula, now in cells:
            pattern.text(row, helper, "helper", label)
            pattern.live(row, helper + 1, "helper", formula, now)
        chosen = self._layout.of_chosen
        pattern.live(ROW_ROW, helper + 2, "helper", chosen(ROWS), rows)
        pattern.live(COLUMN_ROW, helper + 2, "helper", chosen(COLUMNS), columns)
        self._windows()
        for column, head in enumerate(HEADS):
            pattern.text(HEAD_ROW, helper + column, "helper", wording(f"explore_heads.{head}"))
        for equation in self._layout.equations:
            self._table_row(equation)
        if any(equation.first for equation in self._layout.equations):
            self._lists()

    def _windows(self) -> None:
        """Write where the windows of larger blocks begin."""
        layout, pattern, wording = self._layout, self._pattern, self._wording
        sizes, chosen = (
            tuple(layout.helper_cell(row, column) for row in (ROW_ROW, COLUMN_ROW))
            for column in (2, 1)
        )
        for k, length in enumerate(layout.windows.lengths):
            formula = layout.windows.formula(length, (sizes[0], sizes[1]), (chosen[0], chosen[1]))
            column = layout.helper + 3 + k + 1
            says = wording("explore.helper_window", count=length)
            pattern.text(EQUATION_ROW, column, "helper", says)
            pattern.live(SHOW_ROW, column, "helper", formula, 1)

    def _table_row(self, equation: ListedEquation) -> None:
        row, helper = HEAD_ROW + equation.number, self._layout.helper
        rows, columns = equation.reading.size
        numbers = {NUMBER: equation.number, ROWS: rows, COLUMNS: columns, FIRST: equation.first}
        for column, number in numbers.items():
            self._pattern.number(row, helper + column, "helper", number)
        for column, text in self.says(equation).items():
            self._pattern.text(row, helper + column, "helper", text)
        formula, now = self.spelled(equation)
        chosen = f"{self._layout.equation_cell}={equation.number}"
        self._pattern.live(
            row,
            helper + WORDS,
            "helper",
            f'IF({chosen},{formula},"")',
            now if equation is self._layout.initial else "",
        )

    def spelled(self, equation: ListedEquation) -> tuple[str, str]:
        """Return the live arithmetic of the chosen element, and what it says at first."""
        reading, slot = equation.reading, equation.slot
        if equation.first:
            # One text per element stands in the list.
            words = area(
                HEAD_ROW + 1,
                self._layout.helper + LIST_WORDS,
                self._layout.next_row - HEAD_ROW - 1,
                1,
            )
            now = self._spelled_element(equation, 0)[1]
            return f"INDEX({words},{self._layout.element_cell()})", now
        found = reading.coordinates()
        assert found is not None
        uses = reading.used[0]

        def operand(position: int) -> Shown:
            use, (row, column) = uses[position], found[position]
            return self._shown(use, self._picked(use.slot, row, column))

        chosen = (
            Coordinate("row" if reading.size[0] > 1 else ""),
            Coordinate("column" if reading.size[1] > 1 else ""),
        )
        result = self._shown(
            Used(slot.key, 0, 0, reading.assignment.equation.expression.span),
            self._picked(slot.key, *chosen),
        )
        return spelled(reading.trees[0], operand, result, self._wording)

    def _spelled_element(self, equation: ListedEquation, number: int) -> tuple[str, str]:
        reading = equation.reading
        span = reading.assignment.equation.expression.span

        def fixed(use: Used) -> Shown:
            home = self._layout.homes[use.slot]
            return self._shown(use, home.pick(str(use.row + 1), str(use.column + 1)))

        return spelled(
            reading.trees[number],
            lambda position: fixed(reading.used[number][position]),
            fixed(Used(equation.slot.key, *reading.spots[number], span)),
            self._wording,
        )

    def _shown(self, use: Used, reference: str) -> Shown:
        slot = self._layout.slot(use.slot)
        at = slot.offset + flat(slot.shape, index_at(slot.shape, use.row, use.column))
        decimal = self._wording("numbers.decimal")
        value = float(self._layout.state[at])
        return Shown(reference, self._layout.formats[use.slot], value, decimal)

    def _picked(self, slot: SlotKey, row: Coordinate, column: Coordinate) -> str:
        """Return the reference to a block's cell whose row and column may follow the choice."""
        return self._layout.homes[slot].pick(self._coordinate(row), self._coordinate(column))

    def _coordinate(self, coordinate: Coordinate) -> str:
        if not coordinate.follows:
            return str(coordinate.shift + 1)
        cell = self._layout.axis_cell(coordinate.follows)
        if coordinate.table:
            return f"CHOOSE({cell},{','.join(str(number + 1) for number in coordinate.table)})"
        return shifted(cell, coordinate.shift)

    def _lists(self) -> None:
        """List element by element what follows no simple rule, and pick the chosen one's row."""
        pattern, helper = self._pattern, self._layout.helper
        row, column, whole = (
            self._layout.axis_cell("row"),
            self._layout.axis_cell("column"),
            self._layout.whole_cell,
        )
        columns, rows = (
            self._layout.helper_cell(COLUMN_ROW, 2),
            self._layout.helper_cell(ROW_ROW, 2),
        )
        first, top = self._layout.of_chosen(FIRST), HEAD_ROW
        initial = self._layout.initial
        element = f"{first}-{top}+IF({whole}=1,{rows}*{columns},({row}-1)*{columns}+{column}-1)"
        where = initial.first - top if initial.first else 1
        last = COLUMN_ROW + 1
        self._pattern.live(last, helper + 2, "helper", f"IF({first}=0,1,{element})", where)
        lists = area(top + 1, helper + LIST, self._layout.next_row - top - 1, 1)
        one = [initial.reading.used[0]]
        self._pattern.live(
            last,
            helper + 1,
            "helper",
            f'IF({first}=0,"",INDEX({lists},{self._layout.element_cell()})&"")',
            self._layout.listed(initial, one) if initial.first else "",
        )
        used = self._wording("explore.cells_used")
        spelled_out = self._wording("explore.spelled_out")
        pattern.text(last, helper, "helper", used)
        pattern.text(top, helper + LIST, "helper", used)
        pattern.text(top, helper + LIST_WORDS, "helper", spelled_out)
        for equation in self._layout.equations:
            if equation.first:
                self._list_rows(equation)

    def _list_rows(self, equation: ListedEquation) -> None:
        used, helper = equation.reading.used, self._layout.helper
        for number in range(len(used) + 1):
            row = equation.first + number
            cells = self._layout.listed(equation, used if number == len(used) else [used[number]])
            if cells:
                self._pattern.text(row, helper + LIST, "helper", cells)
            if number == len(used):
                continue
            formula, now = self._spelled_element(equation, number)
            chosen = (
                f"AND({self._layout.equation_cell}={equation.number},{self._layout.element_cell()}="
            )
            self._pattern.live(
                row,
                helper + LIST_WORDS,
                "helper",
                f'IF({chosen}{row - HEAD_ROW}),{formula},"")',
                now if equation is self._layout.initial and number == 0 else "",
            )
