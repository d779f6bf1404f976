"""Explore: the whole network in any iteration; choose a number and see what it is made from.

Everything reacts to a few choices without macros: each number picks its iteration from
Training, or is computed here where Training hasn't got it, and colours follow rules that were
derived from the equations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from tracer.language.formula import FormulaTooLong
from tracer.program.model import Assignment, Program, Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import (
    Cell,
    Choice,
    Highlight,
    Pattern,
    Sheet,
    area,
)
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.band import LONGEST_SIDE, Area, drawn, flat, index_at
from tracer.workbook.sheets.explore.colours import Colours
from tracer.workbook.sheets.explore.dependence import Dependence
from tracer.workbook.sheets.explore.helpers import Helpers
from tracer.workbook.sheets.explore.homes import Home
from tracer.workbook.sheets.explore.layout import (
    CHOICE,
    COLUMN_ROW,
    COLUMN_WIDTH,
    EQUATION,
    EQUATION_ROW,
    HEAD_ROW,
    ITERATION_ROW,
    LABEL,
    MORE,
    NAME,
    ROW_ROW,
    SAYS,
    SHOW_ROW,
    STEP,
    WHY,
    WORDS,
    Layout,
)
from tracer.workbook.sheets.explore.numbers import Computed, FromTraining, NotKept
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.spelled import literal
from tracer.workbook.sheets.training import Training

#: Larger networks get no such sheet. Of equations that read more, some elements stand for all.
MOST_NUMBERS, MOST_EQUATIONS, MOST_READ = 100_000, 240, 500_000


def explore_sheet(
    trace: ProgramTrace, inputs: Inputs, training: Training, formats: Mapping[tuple[str, int], str]
) -> Sheet | str:
    """Return the sheet Explore, or why the workbook has none."""
    program, wording = trace.program, inputs.wording
    assignments = [*program.prepare, *program.iterate]
    if not 0 < len(assignments) <= MOST_EQUATIONS:
        return wording("left_out.many_equations" if assignments else "left_out.no_equations")
    if sum(slot.size for slot in program.slots) > MOST_NUMBERS:
        return wording("left_out.too_large")
    given = program.of_role("given")
    if not all(map(inputs.whole, given)):
        return wording("left_out.too_large")
    readings = _readings(program, assignments)
    if readings is None:
        return wording("left_out.too_large")
    on_inputs = {slot.key: _home(inputs, slot) for slot in given}
    computed = not training.live or not all(_whole(slot) for slot in program.slots)
    nearest = computed and training.thinned
    layout = Layout(trace, formats, readings, on_inputs, wording, nearest=nearest)
    if not layout.fits:
        return wording("left_out.too_large")
    cells = layout.iteration_cell, layout.position_cell
    numbers: Computed | FromTraining = FromTraining(training, cells[0])
    if computed:
        at = layout.below, layout.in_full
        numbers = Computed(
            program, inputs, training, readings, layout.homes, layout.state, cells, at
        )
    try:
        return _Explore(layout, training, numbers).sheet()
    except FormulaTooLong:
        return wording("left_out.too_large")
    except NotKept:
        return wording("left_out.not_kept")


def _whole(slot: Slot) -> bool:
    return max(drawn(slot.shape)) <= LONGEST_SIDE


def _readings(program: Program, assignments: Sequence[Assignment]) -> list[Dependence] | None:
    readings: list[Dependence] = []
    read = 0
    for assignment in assignments:
        reading = Dependence.of(
            program, assignment, MOST_READ - read, whole=_whole(assignment.slot)
        )
        if reading is None:
            return None
        read += sum(map(len, reading.used))
        readings.append(reading)
    return readings


def _home(inputs: Inputs, slot: Slot) -> Home:
    place = inputs.place(slot, (0,) * len(slot.shape))
    assert place is not None
    return Home(place.row, place.column, drawn(slot.shape), place.sheet)


class _Explore:
    def __init__(
        self, layout: Layout, training: Training, numbers: Computed | FromTraining
    ) -> None:
        self._layout = layout
        self._numbers_of = numbers
        self._wording = layout.wording
        self._pattern = Pattern(heights={EQUATION_ROW: 20.0})
        self._helpers = Helpers(layout, training, self._pattern)
        self._choices: list[Choice] = []
        self._highlights: list[Highlight] = []

    def sheet(self) -> Sheet:
        """Return the sheet."""
        wording = self._wording
        says = wording("explore.subtitle")
        if isinstance(self._numbers_of, Computed):
            says += f" {wording('explore.computed')}"
        page = Page(
            wording.sheet("explore"),
            about=wording("about.explore"),
            back=(3, wording.sheet("start")),
            subtitle=says,
            pattern=self._pattern,
        )
        page.hold(HEAD_ROW, SAYS)
        self._top()
        for row, heading in self._layout.bands:
            self._pattern.band(row, SAYS, self._layout.last_column, heading)
        self._list_of_equations()
        for key, block in self._layout.areas.items():
            self._numbers(self._layout.slot(key), block)
        self._in_full()
        self._helpers.write()
        self._highlights += Colours(self._layout).rules()
        listed = [wording("explore.step_result"), *(e.entry for e in self._layout.equations)]
        width = max(map(len, listed)) * 1.1 + 2
        sheet = page.sheet
        sheet.state = lambda: self._layout.state
        widths = {LABEL: 19.0, CHOICE: round(min(max(16.0, width), 40.0), 1), CHOICE + 1: 2.5}
        sheet.widths, sheet.width = widths | self._layout.widths(), COLUMN_WIDTH
        sheet.choices, sheet.highlights = self._choices, self._highlights
        sheet.printed = self._layout.last_row, self._layout.last_column
        return sheet

    def _top(self) -> None:
        first = self._layout.initial
        count = self._layout.trace.iterations
        pattern, wording = self._pattern, self._wording
        label = wording("explore.iteration_label", count=count)
        pattern.text(ITERATION_ROW, LABEL, "label", label)
        pattern.text(EQUATION_ROW, LABEL, "label", wording("explore.equation"))
        pattern.text(SHOW_ROW, LABEL, "label", wording("explore.show"))
        sizes = [self._layout.helper_cell(row, 2) for row in (ROW_ROW, COLUMN_ROW)]
        for row, name, size, now in zip(
            (ROW_ROW, COLUMN_ROW), ("row", "column"), sizes, first.reading.size, strict=True
        ):
            label = wording(f"explore.{name}_label")
            self._pattern.live(row, LABEL, "label", f"{literal(label)}&{size}", f"{label}{now}")
        for row, chosen in ((ITERATION_ROW, 1), (ROW_ROW, 1), (COLUMN_ROW, 1)):
            pattern.number(row, CHOICE, "choice", chosen, "0")
        pattern.text(EQUATION_ROW, CHOICE, "choice", first.entry)
        pattern.text(SHOW_ROW, CHOICE, "choice", wording("explore.one_cell"))
        self._add_choices(sizes)
        self._lines()

    def _add_choices(self, sizes: list[str]) -> None:
        def at(row: int) -> str:
            return area(row, CHOICE, 1, 1, fixed=False)

        entries = area(HEAD_ROW + 1, CHOICE, len(self._layout.equations), 1)
        count, wording = self._layout.trace.iterations, self._wording
        shows = wording("explore.one_cell"), wording("explore.whole_block")
        message = wording("explore.iteration_message", count=count)
        if self._layout.nearest:
            message += f" {wording('explore.nearest')}"
        self._choices += [
            Choice(
                at(ITERATION_ROW), "whole", low="1", high=str(count),
                title=wording("common.iteration"), message=message,
                error=wording("explore.iteration_error", count=count),
            ),
            Choice(
                at(EQUATION_ROW), "list", entries, title=wording("explore.equation"),
                message=wording("explore.equation_message"), error=wording("explore.choose"),
            ),
            Choice(
                at(SHOW_ROW), "list", shows, title=wording("explore.show"),
                message=wording("explore.show_message"), error=wording("explore.choose"),
            ),
        ]  # fmt: skip
        for row, size, name in zip((ROW_ROW, COLUMN_ROW), sizes, ("row", "column"), strict=True):
            self._choices.append(
                Choice(
                    at(row), "whole", low="1", high=size, title=wording(f"explore.{name}"),
                    message=wording(f"explore.{name}_message"),
                    error=wording(f"explore.{name}_error"),
                )
            )  # fmt: skip

    def _lines(self) -> None:
        """Write what the choice means: which number, its arithmetic, its equation, what for."""
        first, whole = self._layout.initial, self._layout.whole_cell
        row, column = self._layout.axis_cell("row"), self._layout.axis_cell("column")
        typed = [area(r, CHOICE, 1, 1) for r in (ROW_ROW, COLUMN_ROW)]
        beyond = f"AND({whole}=0,OR({typed[0]}<>{row},{typed[1]}<>{column}))"
        chosen = self._layout.of_chosen
        pieces = ("iteration", "row", "column", "whole", "no_row")
        said = {piece: self._wording(f"explore.says_{piece}") for piece in pieces}
        says = {piece: literal(text) for piece, text in said.items()}
        iteration = f'{says["iteration"]}&{self._layout.helper_cell(ITERATION_ROW)}&": "'
        place = f"{says['row']}&{row}&{says['column']}&{column}"
        none = f'{says["no_row"]}&{typed[0]}&{says["column"]}&{typed[1]}&")"'
        named = f'IF({whole}=1,{says["whole"]},{place}&IF({beyond},{none},""))'
        initially = (
            f"{said['iteration']}1: {self._layout.name(first)}{said['row']}1{said['column']}1"
        )
        which = f"{iteration}&{chosen(NAME)}&{named}"
        self._pattern.live(ITERATION_ROW, SAYS, "muted", which, initially)
        arithmetic = f"IF({whole}=1,{chosen(EQUATION)},{chosen(WORDS)})"
        lines: list[tuple[int, CellRole, str, int]] = [
            (EQUATION_ROW, "arithmetic", arithmetic, WORDS),
            (SHOW_ROW, "mono", f'IF({whole}=1,"",{chosen(EQUATION)})', EQUATION),
            (ROW_ROW, "label", chosen(STEP), STEP),
            (COLUMN_ROW, "line", f'{chosen(WHY)}&""', WHY),
            (COLUMN_ROW + 1, "line", f'{chosen(MORE)}&""', MORE),
        ]
        now = self._helpers.says(first)
        for where, role, formula, column_of in lines:
            text = self._helpers.spelled(first)[1] if column_of == WORDS else now[column_of]
            self._pattern.live(where, SAYS, role, formula, text)

    def _list_of_equations(self) -> None:
        pattern = self._pattern
        pattern.text(HEAD_ROW, LABEL, "band", self._wording("explore.equations"))
        pattern.text(HEAD_ROW, CHOICE, "band", self._wording("explore.step_result"))
        for row, equation in enumerate(self._layout.equations, HEAD_ROW + 1):
            self._pattern.live(
                row,
                LABEL,
                "pointer",
                f'IF({self._layout.equation_cell}={equation.number},"▶","")',
                "▶" if equation is self._layout.initial else "",
            )
            pattern.text(row, CHOICE, "line", equation.entry)
        top = area(HEAD_ROW + 1, CHOICE, 1, 1)
        self._highlights.append(
            Highlight(
                area(HEAD_ROW + 1, CHOICE, len(self._layout.equations), 1, fixed=False),
                f"ROW()-ROW({top})+1={self._layout.equation_cell}", "active",
            )
        )  # fmt: skip

    def _numbers(self, slot: Slot, block: Area) -> None:
        """Write a block: its label, which says its part in the chosen equation, and its numbers."""
        made = next((e for e in self._layout.equations if e.slot.key == slot.key), None)
        users = [e.number for e in self._layout.equations if slot.key in e.reading.operands()]
        name = slot.label if made is None else made.entry
        formula = literal(name)
        marks = []
        if users:
            tests = [f"{self._layout.equation_cell}={number}" for number in users]
            test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
            marks.append((test, "• "))
        if made is not None:
            marks.append((f"{self._layout.equation_cell}={made.number}", "▶ "))
        mark = '""'
        for test, sign in marks:
            mark = f'IF({test},"{sign}",{mark})'
        now = (
            "▶ "
            if made is self._layout.initial
            else "• "
            if self._layout.initial.number in users
            else ""
        )
        if marks:
            self._pattern.live(
                block.row - 1, block.column, "label", f"{mark}&{formula}", now + name
            )
        else:
            self._pattern.text(block.row - 1, block.column, "label", name)
        self._block(slot, block)

    def _block(self, slot: Slot, block: Area) -> None:
        """Write a block's numbers; of a window, those that its home holds."""
        if block.whole:
            for (i, j), cell in self._cells(slot, block.shown, "shown"):
                self._pattern.cells.append(
                    replace(cell, row=block.row + i, column=block.column + j)
                )
            return
        windows, home = self._layout.windows, self._layout.homes[slot.key]
        first = [windows.first(block, axis) for axis in range(2)]
        for i, j in product(*map(range, block.shown)):
            row, column = (
                str(k + 1) if start == "1" else f"{start}+{k}"
                for start, k in zip(first, (i, j), strict=True)
            )
            at = slot.offset + flat(slot.shape, index_at(slot.shape, i, j))
            shown, formula = self._layout.formats[slot.key], home.pick(row, column)
            self._pattern.of_state(block.row + i, block.column + j, "shown", at, shown, formula)
        formula, now = windows.caption(slot, block)
        self._pattern.live(block.row + block.shown[0], block.column, "size", formula, now)

    def _in_full(self) -> None:
        """Write larger blocks in full, out of the way, and what long sums need."""
        layout, pattern = self._layout, self._pattern
        homes = {k: layout.homes[k] for k, b in layout.areas.items() if not b.whole}
        own = {key: home for key, home in homes.items() if not home.sheet}
        if own:
            pattern.text(HEAD_ROW - 1, layout.in_full, "helper", self._wording("explore.in_full"))
        for key, home in own.items():
            slot = layout.slot(key)
            pattern.text(home.row - 1, home.column, "helper", layout.name_of(slot))
            for (i, j), cell in self._cells(slot, home.size, "helper"):
                pattern.cells.append(replace(cell, row=home.row + i, column=home.column + j))
        if isinstance(self._numbers_of, Computed) and self._numbers_of.pieces:
            pattern.text(layout.below - 1, layout.in_full, "helper", self._wording("explore.parts"))
            pattern.cells += self._numbers_of.pieces

    def _cells(
        self, slot: Slot, size: tuple[int, int], role: CellRole
    ) -> Iterator[tuple[tuple[int, int], Cell]]:
        """Yield a block's places and cells, which stand nowhere yet."""
        number_format = self._layout.formats[slot.key]
        every = product(*map(range, size))
        for (i, j), formula in zip(every, self._numbers_of.formulas(slot), strict=True):
            at = slot.offset + flat(slot.shape, index_at(slot.shape, i, j))
            yield (i, j), Cell(1, 1, role, at=at, formula=formula, format=number_format)
