"""Explore: the whole network in any iteration; choose a number and see what it is made from.

Everything reacts to a few choices without macros: each number picks its iteration from
Training, and colours follow rules that were derived from the equations.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import ceil

from tracer.language.expression import shape_text
from tracer.language.formula import Place
from tracer.program import Assignment, Slot
from tracer.tracing import Trace
from tracer.workbook.plan import (
    TITLE_HEIGHT,
    Cell,
    Choice,
    Highlight,
    Link,
    Pattern,
    Sheet,
    area,
)
from tracer.workbook.sheets.band import LONGEST_SIDE, Area, drawn, flat, index_at
from tracer.workbook.sheets.dependence import Coordinate, Lines, Product, Reading, SlotKey, Used
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.spelled import Shown, literal, spelled
from tracer.workbook.sheets.training import Training

TITLE = "Explore"
ITERATION_ROW, EQUATION_ROW, SHOW_ROW, ROW_ROW, COLUMN_ROW = 3, 4, 5, 6, 7
HEAD_ROW = 9
LABEL, CHOICE, SAYS = 1, 2, 4
ONE_CELL, WHOLE_BLOCK = "one cell", "whole block"
#: Blocks stand beside each other in so many columns, then below.
MOST_ACROSS, COLUMN_WIDTH, LABEL_CHARACTERS = 20, 9.0, 8.5
#: Larger networks get no such sheet.
MOST_NUMBERS, MOST_EQUATIONS, MOST_READ, LONGEST_LIST = 10_000, 240, 500_000, 32_000
LINE = 150
GROUPS = (
    ("Given and starting parameters", ()),
    ("Preparation (once)", ("prepare",)),
    ("Forward", ("forward",)),
    ("Backward", ("backward",)),
    ("Update", ("update",)),
    ("Measure", ("measure",)),
)
#: The columns of the helper table, counted from its first.
NUMBER, ROWS, COLUMNS, NAME, EQUATION, STEP, WHY, MORE, WORDS, FIRST = range(10)
HEADS = (
    "no.", "rows", "columns", "result", "equation", "step", "explained", "and more",
    "spelled out", "first in list",
)  # fmt: skip
LIST, LIST_WORDS = 11, 12


def explore_sheet(
    trace: Trace, inputs: Inputs, training: Training, formats: Mapping[tuple[str, int], str]
) -> Sheet | None:
    """Return the sheet Explore; None where Training is not live or there is too much to show."""
    program = trace.program
    assignments = [*program.prepare, *program.iterate]
    if not training.live or not 0 < len(assignments) <= MOST_EQUATIONS:
        return None
    if any(max(drawn(slot.shape)) > LONGEST_SIDE for slot in program.slots):
        return None
    if sum(slot.size for slot in program.slots) > MOST_NUMBERS:
        return None
    readings: list[Reading] = []
    read = 0
    for assignment in assignments:
        reading = Reading.of(program, assignment, MOST_READ - read)
        if reading is None:
            return None
        read += sum(map(len, reading.used))
        readings.append(reading)
    explore = _Explore(trace, inputs, training, formats, readings)
    return explore.sheet() if explore.fits else None


@dataclass
class _Equation:
    """An equation as the sheet lists it."""

    number: int
    reading: Reading
    entry: str
    #: For operands whose cells follow no simple rule, the sheet lists them: from this row on.
    listed: set[SlotKey] = field(default_factory=set)
    first: int = 0

    @property
    def slot(self) -> Slot:
        return self.reading.assignment.slot


class _Explore:
    def __init__(
        self,
        trace: Trace,
        inputs: Inputs,
        training: Training,
        formats: Mapping[tuple[str, int], str],
        readings: list[Reading],
    ) -> None:
        self._trace = trace
        self._program = trace.program
        self._inputs = inputs
        self._training = training
        self._formats = dict(formats)
        for slot in self._program.of_role("given", "parameter"):
            # What a person typed is shown as typed, as on Inputs.
            if slot.role == "given" and slot.name not in trace.template.origins:
                self._formats[slot.key] = "General"
        self._state = trace.state(1)
        self._pattern = Pattern(heights={1: TITLE_HEIGHT})
        self._choices: list[Choice] = []
        self._highlights: list[Highlight] = []
        self._equations = self._list(readings)
        computed = [e.number for e in self._equations if e.slot.role != "prepared"]
        self._initial = self._equations[(computed or [1])[0] - 1]
        self._areas: dict[SlotKey, Area] = {}
        self._bands: list[tuple[int, str]] = []
        self._last_row, self._last_column = self._lay_out()
        self._helper = self._last_column + 3
        self._next = HEAD_ROW + 1
        self.fits = all(map(self._plan_list, self._equations))

    # -- what there is ------------------------------------------------------------------

    def _list(self, readings: list[Reading]) -> list[_Equation]:
        """Name every equation for the drop-down: texts that a spreadsheet tells apart."""
        taken: set[str] = set()
        found = []
        for number, reading in enumerate(readings, 1):
            assignment = reading.assignment
            entry = self._entry(assignment)
            while entry.casefold() in taken:
                entry += " ′"
            taken.add(entry.casefold())
            found.append(_Equation(number, reading, entry))
        return found

    def _entry(self, assignment: Assignment) -> str:
        number = self._program.steps[assignment.step].number
        # What a spreadsheet's search takes for any text.
        plain = number.translate(str.maketrans("*?~", "···"))
        return f"{plain} {assignment.slot.label}"[:200]

    def _lay_out(self) -> tuple[int, int]:
        """Give every block its place; return the last row and column."""
        shown = {e.slot.key for e in self._equations}
        shown.update(key for e in self._equations for key in e.reading.operands())
        entries = {e.slot.key: e.entry for e in self._equations}
        row, last = HEAD_ROW, SAYS
        for heading, phases in GROUPS:
            slots = [
                slot for slot in self._program.slots
                if slot.key in shown and self._belongs(slot, phases)
            ]  # fmt: skip
            if not slots:
                continue
            self._bands.append((row, heading))
            row, column, height = row + 1, SAYS, 0
            for slot in slots:
                rows, columns = drawn(slot.shape)
                label = len(entries.get(slot.key, slot.label)) + 2
                span = max(columns, ceil(label / LABEL_CHARACTERS - 0.2))
                if column > SAYS and column + span > SAYS + MOST_ACROSS:
                    row, column, height = row + height + 2, SAYS, 0
                self._areas[slot.key] = Area(row + 1, column, slot.shape)
                last = max(last, column + max(columns, span) - 1)
                column += span + 1
                height = max(height, rows)
            row += height + 2
        return max(row - 2, HEAD_ROW + len(self._equations)), last

    def _belongs(self, slot: Slot, phases: tuple[str, ...]) -> bool:
        if slot.step is None:
            return not phases
        return self._program.steps[slot.step].phase in phases

    def _plan_list(self, equation: _Equation) -> bool:
        """Find out which cells must be listed one by one; False if a list is too long."""
        reading = equation.reading
        for slot in reading.operands():
            if reading.products(slot) is None:
                equation.listed.add(slot)
        if equation.listed or reading.coordinates() is None:
            equation.first = self._next
            # One row per element, and one for the whole block.
            self._next += len(reading.spots) + 1
        return len(self._listed(equation, reading.used)) <= LONGEST_LIST

    # -- references -----------------------------------------------------------------------

    def _helper_cell(self, row: int, column: int = 1) -> str:
        return area(row, self._helper + column, 1, 1)

    @property
    def _equation_cell(self) -> str:
        return self._helper_cell(EQUATION_ROW)

    @property
    def _whole_cell(self) -> str:
        return self._helper_cell(SHOW_ROW)

    def _axis_cell(self, axis: str) -> str:
        return self._helper_cell(ROW_ROW if axis == "row" else COLUMN_ROW)

    def _table(self, column: int) -> str:
        """Return the helper table's column, one row per equation."""
        return area(HEAD_ROW + 1, self._helper + column, len(self._equations), 1)

    def _of_chosen(self, column: int) -> str:
        return f"INDEX({self._table(column)},{self._equation_cell})"

    def _block(self, slot: SlotKey) -> str:
        block = self._areas[slot]
        return area(block.row, block.column, *block.shown)

    def _corner(self, slot: SlotKey) -> str:
        block = self._areas[slot]
        return area(block.row, block.column, 1, 1)

    # -- the sheet --------------------------------------------------------------------------

    def sheet(self) -> Sheet:
        """Return the sheet."""
        self._top()
        for row, heading in self._bands:
            for column in range(SAYS, self._last_column + 1):
                self._pattern.text(row, column, "band", heading if column == SAYS else "")
        self._list_of_equations()
        for key, block in self._areas.items():
            self._numbers(self._slot(key), block)
        self._helpers()
        for equation in self._equations:
            self._result_rules(equation)
        for key in self._areas:
            self._operand_rules(key)
        width = max(len(e.entry) for e in self._equations) * 1.1 + 2
        return Sheet(
            TITLE, self._pattern,
            about="any iteration, any equation, any number: choose one, see what it is made from",
            state=lambda: self._state, width=COLUMN_WIDTH,
            widths={LABEL: 19.0, CHOICE: min(max(16.0, width), 40.0), CHOICE + 1: 2.5},
            freeze=(HEAD_ROW, SAYS), repeat_rows=HEAD_ROW - 1, links=[Link(1, 3, "Start")],
            choices=self._choices, highlights=self._highlights,
            printed=(self._last_row, max(self._last_column, SAYS + MOST_ACROSS - 1)),
        )  # fmt: skip

    def _slot(self, key: SlotKey) -> Slot:
        return next(slot for slot in self._program.slots if slot.key == key)

    def _live(self, row: int, column: int, role: str, formula: str, now: str | float) -> None:
        """Add a live cell that is a text or a number."""
        text, number = (now, None) if isinstance(now, str) else (None, now)
        self._pattern.cells.append(
            Cell(row, column, role, text=text, number=number, formula=formula)
        )

    def _top(self) -> None:
        first = self._initial
        count = self._trace.iterations
        pattern = self._pattern
        pattern.text(1, LABEL, "title", TITLE)
        pattern.text(1, 3, "link", "Start")
        pattern.text(
            2, LABEL, "subtitle",
            "Choose in the blue cells: the number being calculated turns yellow (▶ its block),"
            " the numbers it is calculated from turn orange (• their blocks).",
        )  # fmt: skip
        pattern.text(ITERATION_ROW, LABEL, "label", f"Iteration, 1 to {count:,}")
        pattern.text(EQUATION_ROW, LABEL, "label", "Equation")
        pattern.text(SHOW_ROW, LABEL, "label", "Show")
        sizes = [self._helper_cell(row, 2) for row in (ROW_ROW, COLUMN_ROW)]
        for row, name, size, now in zip(
            (ROW_ROW, COLUMN_ROW), ("Row", "Column"), sizes, first.reading.size, strict=True
        ):
            self._live(row, LABEL, "label", f'"{name}, 1 to "&{size}', f"{name}, 1 to {now}")
        for row, chosen in ((ITERATION_ROW, 1), (ROW_ROW, 1), (COLUMN_ROW, 1)):
            pattern.cells.append(Cell(row, CHOICE, "choice", number=chosen, format="0"))
        pattern.text(EQUATION_ROW, CHOICE, "choice", first.entry)
        pattern.text(SHOW_ROW, CHOICE, "choice", ONE_CELL)
        self._add_choices(sizes)
        self._lines()

    def _add_choices(self, sizes: list[str]) -> None:
        def at(row: int) -> str:
            return area(row, CHOICE, 1, 1, fixed=False)

        entries = area(HEAD_ROW + 1, CHOICE, len(self._equations), 1)
        count = self._trace.iterations
        self._choices += [
            Choice(
                at(ITERATION_ROW), "whole", low="1", high=str(count), title="Iteration",
                message=f"1 to {count:,}: all numbers below are of this iteration.",
                error=f"A whole number from 1 to {count:,}.",
            ),
            Choice(
                at(EQUATION_ROW), "list", entries, title="Equation",
                message="Which equation: its step and its result, as listed below.",
                error="Choose from the list.",
            ),
            Choice(
                at(SHOW_ROW), "list", (ONE_CELL, WHOLE_BLOCK), title="Show",
                message="One number of the result, or all of them.",
                error="Choose from the list.",
            ),
        ]  # fmt: skip
        for row, size, name in zip((ROW_ROW, COLUMN_ROW), sizes, ("row", "column"), strict=True):
            self._choices.append(
                Choice(
                    at(row), "whole", low="1", high=size, title=name.capitalize(),
                    message=f"Which {name} of the result.",
                    error=f"The result has no such {name}: the label beside says how many.",
                )
            )  # fmt: skip

    def _lines(self) -> None:
        """Write what the choice means: which number, its arithmetic, its equation, what for."""
        first, whole = self._initial, self._whole_cell
        row, column = self._axis_cell("row"), self._axis_cell("column")
        typed = [area(r, CHOICE, 1, 1) for r in (ROW_ROW, COLUMN_ROW)]
        beyond = f"AND({whole}=0,OR({typed[0]}<>{row},{typed[1]}<>{column}))"
        self._live(
            ITERATION_ROW, SAYS, "muted",
            f'{self._of_chosen(NAME)}&IF({whole}=1,": the whole block",": row "&{row}&", column "'
            f'&{column}&IF({beyond}," (the block has no row "&{typed[0]}&", column "'
            f'&{typed[1]}&")",""))',
            f"{self._name(first)}: row 1, column 1",
        )  # fmt: skip
        words = self._of_chosen(WORDS)
        lines = [
            (EQUATION_ROW, "heading", f"IF({whole}=1,{self._of_chosen(EQUATION)},{words})", WORDS),
            (SHOW_ROW, "mono", f'IF({whole}=1,"",{self._of_chosen(EQUATION)})', EQUATION),
            (ROW_ROW, "label", self._of_chosen(STEP), STEP),
            (COLUMN_ROW, "line", self._of_chosen(WHY), WHY),
            (COLUMN_ROW + 1, "line", self._of_chosen(MORE), MORE),
        ]
        now = self._says(first)
        for where, role, formula, which in lines:
            text = self._spelled(first)[1] if which == WORDS else now[which]
            self._live(where, SAYS, role, formula, text)

    def _name(self, equation: _Equation) -> str:
        return f"{equation.slot.label} ({shape_text(equation.slot.shape)})"

    def _says(self, equation: _Equation) -> dict[int, str]:
        """Return the texts of the helper table: name, equation, step, what it is for."""
        step = self._program.steps[equation.reading.assignment.step]
        why = textwrap.wrap(step.explain, LINE) or [" "]
        return {
            NAME: self._name(equation),
            EQUATION: equation.reading.assignment.equation.text,
            STEP: f"Step {step.number}: {step.title}",
            WHY: why[0],
            MORE: " ".join(why[1:]) or " ",
        }

    def _list_of_equations(self) -> None:
        pattern = self._pattern
        pattern.text(HEAD_ROW, LABEL, "band", "Equations")
        pattern.text(HEAD_ROW, CHOICE, "band", "step and result")
        for row, equation in enumerate(self._equations, HEAD_ROW + 1):
            self._live(
                row, LABEL, "pointer", f'IF({self._equation_cell}={equation.number},"▶","")',
                "▶" if equation is self._initial else "",
            )  # fmt: skip
            pattern.text(row, CHOICE, "line", equation.entry)
        top = area(HEAD_ROW + 1, CHOICE, 1, 1)
        self._highlights.append(
            Highlight(
                area(HEAD_ROW + 1, CHOICE, len(self._equations), 1, fixed=False),
                f"ROW()-ROW({top})+1={self._equation_cell}", "active",
            )
        )  # fmt: skip

    def _numbers(self, slot: Slot, block: Area) -> None:
        """Write a block: its label, which says its part in the chosen equation, and its numbers."""
        made = next((e for e in self._equations if e.slot.key == slot.key), None)
        users = [e.number for e in self._equations if slot.key in e.reading.operands()]
        name = slot.label if made is None else made.entry
        formula = literal(name)
        marks = []
        if users:
            tests = [f"{self._equation_cell}={number}" for number in users]
            test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            marks.append((test, "• "))
        if made is not None:
            marks.append((f"{self._equation_cell}={made.number}", "▶ "))
        mark = '""'
        for test, sign in marks:
            mark = f'IF({test},"{sign}",{mark})'
        now = "▶ " if made is self._initial else "• " if self._initial.number in users else ""
        if marks:
            self._live(block.row - 1, block.column, "label", f"{mark}&{formula}", now + name)
        else:
            self._pattern.text(block.row - 1, block.column, "label", name)
        iteration = self._helper_cell(ITERATION_ROW)
        for i in range(block.shown[0]):
            for j in range(block.shown[1]):
                index = index_at(slot.shape, i, j)
                self._pattern.cells.append(
                    Cell(
                        block.row + i, block.column + j, "shown",
                        at=slot.offset + flat(slot.shape, index),
                        formula=self._training.any_formula(slot, index, iteration),
                        format=self._formats[slot.key],
                    )
                )  # fmt: skip

    # -- colours ----------------------------------------------------------------------------

    def _result_rules(self, equation: _Equation) -> None:
        key = equation.slot.key
        block = self._areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)
        chosen = f"{self._equation_cell}={equation.number}"
        here = [f"{axis}={self._axis_cell(axis.lower())}" for axis in ("ROW", "COLUMN")]
        corner = self._corner(key)
        here = [
            f"{function}()-{function}({corner})+1={self._axis_cell(axis)}"
            for function, axis in (("ROW", "row"), ("COLUMN", "column"))
        ]
        active = f"AND({chosen},OR({self._whole_cell}=1,AND({here[0]},{here[1]})))"
        self._highlights.append(Highlight(where, active, "active"))
        self._highlights.append(Highlight(where, chosen, "framed"))

    def _operand_rules(self, key: SlotKey) -> None:
        block = self._areas[key]
        where = area(block.row, block.column, *block.shown, fixed=False)
        for equation in self._equations:
            reading = equation.reading
            if key not in reading.operands():
                continue
            chosen = f"{self._equation_cell}={equation.number}"
            if key in equation.listed:
                number = list(self._areas).index(key) + 1
                row, column = (f"{f}()-{f}({self._corner(key)})+1" for f in ("ROW", "COLUMN"))
                wanted = f'"|{number}."&{row}&"."&{column}&"|"'
                tests = [f"ISNUMBER(SEARCH({wanted},{self._helper_cell(COLUMN_ROW + 1)}))"]
            else:
                products = reading.products(key) or []
                tests = [self._product_test(equation, key, product) for product in products]
            test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            formula = f"AND({chosen},{test})" if test else chosen
            self._highlights.append(Highlight(where, formula, "used"))

    def _product_test(self, equation: _Equation, key: SlotKey, product: Product) -> str:
        sizes = self._areas[key].shown
        tests = [
            self._lines_test(equation, key, lines, function, size)
            for lines, function, size in (
                (product.rows, "ROW", sizes[0]), (product.columns, "COLUMN", sizes[1]),
            )
        ]  # fmt: skip
        both = [test for test in tests if test]
        if len(both) == 2:
            return f"AND({both[0]},{both[1]})"
        return both[0] if both else "TRUE"

    def _lines_test(
        self, equation: _Equation, key: SlotKey, lines: Lines, function: str, size: int
    ) -> str:
        """Return the test whether a cell lies in the rows or columns used; empty if all do."""
        here = f"{function}()-{function}({self._corner(key)})+1"
        every = equation.reading.all_lines(lines)
        within = _within(here, every, size)
        if not lines.follows:
            return within
        follows = f"{here}={_shifted(self._axis_cell(lines.follows), lines.shift)}"
        whole = f"{self._whole_cell}=1"
        return f"OR({f'AND({whole},{within})' if within else whole},{follows})"

    # -- helper cells -------------------------------------------------------------------------

    def _helpers(self) -> None:
        pattern, helper, first = self._pattern, self._helper, self._initial
        pattern.text(1, helper, "muted", "Helper cells")
        pattern.text(
            2, helper, "helper", "The sheet's own workings: nothing to type, nothing to read."
        )
        typed = {row: area(row, CHOICE, 1, 1) for row in range(ITERATION_ROW, COLUMN_ROW + 1)}
        entries = area(HEAD_ROW + 1, CHOICE, len(self._equations), 1)
        match = f"MATCH({typed[EQUATION_ROW]},{entries},0)"
        rows, columns = first.reading.size
        count = self._trace.iterations

        def within(row: int, most: str) -> str:
            return f"MIN(MAX(1,INT({typed[row]})),{most})"

        sizes = [self._helper_cell(row, 2) for row in (ROW_ROW, COLUMN_ROW)]
        whole = f'IF({typed[SHOW_ROW]}="{WHOLE_BLOCK}",1,0)'
        cells: list[tuple[int, str, str, float]] = [
            (ITERATION_ROW, "iteration", within(ITERATION_ROW, str(count)), 1),
            (EQUATION_ROW, "equation", f"IF(ISNUMBER({match}),{match},1)", first.number),
            (SHOW_ROW, "whole block", whole, 0),
            (ROW_ROW, "row, of", within(ROW_ROW, sizes[0]), 1),
            (COLUMN_ROW, "column, of", within(COLUMN_ROW, sizes[1]), 1),
        ]
        for row, label, formula, now in cells:
            pattern.text(row, helper, "helper", label)
            self._live(row, helper + 1, "helper", formula, now)
        self._live(ROW_ROW, helper + 2, "helper", self._of_chosen(ROWS), rows)
        self._live(COLUMN_ROW, helper + 2, "helper", self._of_chosen(COLUMNS), columns)
        for column, head in enumerate(HEADS):
            pattern.text(HEAD_ROW, helper + column, "helper", head)
        for equation in self._equations:
            self._table_row(equation)
        if any(equation.first for equation in self._equations):
            self._lists()

    def _table_row(self, equation: _Equation) -> None:
        row, helper = HEAD_ROW + equation.number, self._helper
        rows, columns = equation.reading.size
        for column, number in (
            (NUMBER, equation.number), (ROWS, rows), (COLUMNS, columns), (FIRST, equation.first),
        ):  # fmt: skip
            self._pattern.cells.append(Cell(row, helper + column, "helper", number=number))
        for column, text in self._says(equation).items():
            self._pattern.text(row, helper + column, "helper", text)
        formula, now = self._spelled(equation)
        chosen = f"{self._equation_cell}={equation.number}"
        self._live(
            row, helper + WORDS, "helper", f'IF({chosen},{formula},"")',
            now if equation is self._initial else "",
        )  # fmt: skip

    def _spelled(self, equation: _Equation) -> tuple[str, str]:
        """Return the live arithmetic of the chosen element, and what it says at first."""
        reading, slot = equation.reading, equation.slot
        if equation.first:
            # One text per element stands in the list.
            words = area(HEAD_ROW + 1, self._helper + LIST_WORDS, self._next - HEAD_ROW - 1, 1)
            now = self._spelled_element(equation, 0)[1]
            return f"INDEX({words},{self._element_cell()})", now
        found = reading.coordinates()
        assert found is not None
        uses = reading.used[0]

        def operand(position: int) -> Shown:
            use, (row, column) = uses[position], found[position]
            return self._shown(use, self._picked(use.slot, row, column))

        chosen = (Coordinate("row" if reading.size[0] > 1 else ""),
                  Coordinate("column" if reading.size[1] > 1 else ""))  # fmt: skip
        result = self._shown(Used(slot.key, 0, 0, reading.assignment.equation.expression.span),
                             self._picked(slot.key, *chosen))  # fmt: skip
        return spelled(reading.trees[0], operand, result)

    def _spelled_element(self, equation: _Equation, number: int) -> tuple[str, str]:
        reading = equation.reading
        span = reading.assignment.equation.expression.span

        def fixed(use: Used) -> Shown:
            block = self._areas[use.slot]
            place = Place(block.row + use.row, block.column + use.column, "", True, True)
            return self._shown(use, place.text())

        return spelled(
            reading.trees[number],
            lambda position: fixed(reading.used[number][position]),
            fixed(Used(equation.slot.key, *reading.spots[number], span)),
        )

    def _shown(self, use: Used, reference: str) -> Shown:
        slot = self._slot(use.slot)
        at = slot.offset + flat(slot.shape, index_at(slot.shape, use.row, use.column))
        return Shown(reference, self._formats[use.slot], float(self._state[at]))

    def _picked(self, slot: SlotKey, row: Coordinate, column: Coordinate) -> str:
        """Return the reference to a block's cell whose row and column may follow the choice."""
        if not row.follows and not column.follows:
            block = self._areas[slot]
            return area(block.row + row.shift, block.column + column.shift, 1, 1)
        texts = [self._coordinate(row), self._coordinate(column)]
        return f"INDEX({self._block(slot)},{texts[0]},{texts[1]})"

    def _coordinate(self, coordinate: Coordinate) -> str:
        if not coordinate.follows:
            return str(coordinate.shift + 1)
        cell = self._axis_cell(coordinate.follows)
        if coordinate.table:
            return f"CHOOSE({cell},{','.join(str(number + 1) for number in coordinate.table)})"
        return _shifted(cell, coordinate.shift)

    # -- lists of cells ---------------------------------------------------------------------

    def _element_cell(self) -> str:
        return self._helper_cell(COLUMN_ROW + 1, 2)

    def _listed(self, equation: _Equation, used: list[list[Used]]) -> str:
        """Return the cells of the listed operands as text: `|block.row.column|…|`."""
        numbers = {key: number for number, key in enumerate(self._areas, 1)}
        spots = dict.fromkeys(
            f"{numbers[u.slot]}.{u.row + 1}.{u.column + 1}"
            for uses in used for u in uses if u.slot in equation.listed
        )  # fmt: skip
        return f"|{'|'.join(spots)}|" if spots else ""

    def _lists(self) -> None:
        """List element by element what follows no simple rule, and pick the chosen one's row."""
        pattern, helper = self._pattern, self._helper
        row, column, whole = self._axis_cell("row"), self._axis_cell("column"), self._whole_cell
        columns, rows = self._helper_cell(COLUMN_ROW, 2), self._helper_cell(ROW_ROW, 2)
        first, top = self._of_chosen(FIRST), HEAD_ROW
        initial = self._initial
        element = f"{first}-{top}+IF({whole}=1,{rows}*{columns},({row}-1)*{columns}+{column}-1)"
        where = initial.first - top if initial.first else 1
        last = COLUMN_ROW + 1
        self._live(last, helper + 2, "helper", f"IF({first}=0,1,{element})", where)
        lists = area(top + 1, helper + LIST, self._next - top - 1, 1)
        one = [initial.reading.used[0]]
        self._live(
            last, helper + 1, "helper",
            f'IF({first}=0,"",INDEX({lists},{self._element_cell()})&"")',
            self._listed(initial, one) if initial.first else "",
        )  # fmt: skip
        pattern.text(last, helper, "helper", "cells used")
        pattern.text(top, helper + LIST, "helper", "cells used")
        pattern.text(top, helper + LIST_WORDS, "helper", "spelled out")
        for equation in self._equations:
            if equation.first:
                self._list_rows(equation)

    def _list_rows(self, equation: _Equation) -> None:
        used, helper = equation.reading.used, self._helper
        for number in range(len(used) + 1):
            row = equation.first + number
            cells = self._listed(equation, used if number == len(used) else [used[number]])
            if cells:
                self._pattern.text(row, helper + LIST, "helper", cells)
            if number == len(used):
                continue
            formula, now = self._spelled_element(equation, number)
            chosen = f"AND({self._equation_cell}={equation.number},{self._element_cell()}="
            self._live(
                row, helper + LIST_WORDS, "helper",
                f'IF({chosen}{row - HEAD_ROW}),{formula},"")',
                now if equation is self._initial and number == 0 else "",
            )  # fmt: skip


def _shifted(cell: str, shift: int) -> str:
    return f"{cell}+{shift}" if shift else cell


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
