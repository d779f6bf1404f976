"""Explore's helper cells: what the choice means, and the arithmetic spelled out."""

from __future__ import annotations

from tracer.language.expression import SlotKey
from tracer.workbook.plan.plan import Pattern
from tracer.workbook.sheets.band import flat, index_at
from tracer.workbook.sheets.explore.dependence import Coordinate, Used
from tracer.workbook.sheets.explore.entries import Entry, ListedEquation
from tracer.workbook.sheets.explore.layout import Layout, shifted
from tracer.workbook.sheets.explore.places import (
    BEFORE,
    CELLS,
    COLUMNS,
    COUNTED,
    ENTRY,
    EQUATION,
    FIRST,
    HEADS,
    ITERATION,
    LIST,
    LIST_WORDS,
    MORE,
    NAME,
    NO,
    NUMBER,
    POSITION,
    ROWS,
    START,
    STARTS,
    STEP,
    TABLE_ROW,
    WHY,
    WINDOWS,
    WORDS,
    choice_cell,
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

    @property
    def counted(self) -> int:
        """How many rows or columns there are to choose from at most."""
        return max(max(entry.size) for entry in self._layout.entries)

    def says(self, entry: Entry) -> dict[int, str]:
        """Return the texts of the helper table: name, equation, step, what it is for."""
        why = entry.explained()
        number, title = entry.step.number, entry.step.title
        return {
            NAME: self._layout.name(entry),
            ENTRY: entry.text,
            EQUATION: entry.equation,
            STEP: self._wording("common.step_title", number=number, title=title),
            WHY: why[0],
            MORE: " ".join(why[1:]),
        }

    def write(self) -> None:
        """Write them."""
        pattern, helper, wording = self._pattern, self._layout.helper, self._wording
        pattern.text(1, helper, "muted", wording("explore.helpers"))
        pattern.text(2, helper, "helper", wording("explore.helpers_say"))
        for name, (formula, now) in self._cells().items():
            pattern.text(CELLS[name], helper, "helper", wording(f"explore.helper_{name}"))
            pattern.live(CELLS[name], helper + 1, "helper", formula, now)
        for name, column, size in zip(
            ("row", "column"), (ROWS, COLUMNS), self._layout.initial.size, strict=True
        ):
            there = CELLS[name], helper + 2
            pattern.live(*there, "helper", self._layout.of_chosen(column), size)
        self._windows()
        for column, head in HEADS.items():
            pattern.text(TABLE_ROW, helper + column, "helper", wording(f"explore_heads.{head}"))
        for entry in self._layout.entries:
            self._table_row(entry)
        for number in range(1, self.counted + 1):
            pattern.number(TABLE_ROW + number, helper + COUNTED, "helper", number)
        if any(equation.first for equation in self._layout.equations):
            self._lists()

    def _cells(self) -> dict[str, tuple[str, str | float]]:
        """Return the cells that say what is chosen: formulas, and what they give at first."""
        layout, first = self._layout, self._layout.initial
        chosen, number = layout.of_chosen, layout.cell(NUMBER)

        def within(typed: str, most: str, least: int = 1) -> str:
            return f"MIN(MAX({least},INT({typed})),{most})"

        typed = choice_cell(NUMBER)
        walk = f"IF(ISNUMBER({typed}),{within(typed, str(layout.count), 0)},0)"
        iteration = within(choice_cell("iteration"), str(layout.trace.iterations))
        if layout.nearest:
            before = self._training.position(f"({iteration}-1)")
            self._pattern.live(CELLS[ITERATION], layout.helper + 2, "helper", before, 1)
            iteration = f"{self._training.kept_at(layout.position_cell)}+1"
        match = f"MATCH({choice_cell('equation')},{layout.table(ENTRY)},0)"
        listed = f"IF(ISNUMBER({match}),{match},1)"
        counted = f"MATCH({number},{layout.table(START)},1)"
        rows, columns = (layout.cell(name, 2) for name in ("row", "column"))
        place = f"({number}-{chosen(START)})"
        row = f"INT({place}/{columns})"
        column = within(choice_cell("column"), columns)
        whole = literal(self._wording("explore.whole_block"))
        hidden = literal(self._wording("explore.later_hidden"))
        count = f"IF({layout.whole_cell}=1,{rows}*{columns},{{}})"
        element = f"({layout.cell('row')}-1)*{columns}+{layout.cell('column')}"
        of_entry = f"IF({chosen(START)}=0,0,{count.format(element)})"
        shows = f"OR({choice_cell('show')}={whole},{chosen(START)}=0)"
        return {
            NUMBER: (walk, 0),
            ITERATION: (iteration, 1),
            "equation": (f"IF({number}>0,{counted},{listed})", first.number),
            "whole": (f"IF(AND({number}=0,{shows}),1,0)", 0),
            "row": (f"IF({number}>0,{row}+1,{within(choice_cell('row'), rows)})", 1),
            "column": (f"IF({number}>0,{place}-{row}*{columns}+1,{column})", 1),
            "hide": (f"IF({choice_cell('later')}={hidden},1,0)", 0),
            POSITION: (f"{chosen(BEFORE)}+{of_entry}", first.before + 1),
        }

    def _windows(self) -> None:
        """Write where the windows of larger blocks begin."""
        layout, pattern, wording = self._layout, self._pattern, self._wording
        sizes, chosen = (
            (layout.cell("row", column), layout.cell("column", column)) for column in (2, 1)
        )
        for k, side in enumerate(layout.windows.sides):
            formula = layout.windows.formula(side, sizes, chosen)
            column = layout.helper + STARTS + k
            says = wording("explore.helper_window", count=side[0])
            pattern.text(WINDOWS - 1, column, "helper", says)
            pattern.live(WINDOWS, column, "helper", formula, 1)

    def _table_row(self, entry: Entry) -> None:
        row, helper = TABLE_ROW + entry.number, self._layout.helper
        rows, columns = entry.size
        numbers = {NO: entry.number, ROWS: rows, COLUMNS: columns, BEFORE: entry.before}
        if isinstance(entry, ListedEquation):
            numbers |= {FIRST: entry.first, START: entry.before + 1}
            formula, now = self.spelled(entry)
            chosen = f"{self._layout.equation_cell}={entry.number}"
            said = now if entry is self._layout.initial else ""
            text = f'IF({chosen},{formula},"")'
            self._pattern.live(row, helper + WORDS, "helper", text, said)
        for column, number in numbers.items():
            self._pattern.number(row, helper + column, "helper", number)
        for column, said in self.says(entry).items():
            self._pattern.text(row, helper + column, "helper", said)

    def spelled(self, equation: ListedEquation) -> tuple[str, str]:
        """Return the live arithmetic of the chosen element, and what it says at first."""
        reading, slot = equation.reading, equation.slot
        if equation.first:
            # One text per element stands in the list.
            now = self._spelled_element(equation, 0)[1]
            return self._layout.of_element(LIST_WORDS), now
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
        pattern, layout, helper = self._pattern, self._layout, self._layout.helper
        row, column, whole = layout.cell("row"), layout.cell("column"), layout.whole_cell
        rows, columns = layout.cell("row", 2), layout.cell("column", 2)
        first, top, initial = layout.of_chosen(FIRST), TABLE_ROW, layout.initial
        element = f"{first}-{top}+IF({whole}=1,{rows}*{columns},({row}-1)*{columns}+{column}-1)"
        where = initial.first - top if initial.first else 1
        here = CELLS["listed"]
        pattern.live(here, helper + 2, "helper", f"IF({first}=0,1,{element})", where)
        now = layout.listed(initial, [initial.reading.used[0]]) if initial.first else ""
        listed = f'IF({first}=0,"",{layout.of_element(LIST)}&"")'
        pattern.live(here, helper + 1, "helper", listed, now)
        used = self._wording("explore.cells_used")
        pattern.text(here, helper, "helper", used)
        pattern.text(top, helper + LIST, "helper", used)
        pattern.text(top, helper + LIST_WORDS, "helper", self._wording("explore.spelled_out"))
        for equation in layout.equations:
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
                f'IF({chosen}{row - TABLE_ROW}),{formula},"")',
                now if equation is self._layout.initial and number == 0 else "",
            )
