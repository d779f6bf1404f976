"""Explore: the whole network in any iteration; choose a number and see what it is made from.

Everything reacts to a few choices without macros: each number picks its iteration from
Training, or is computed here where Training hasn't got it, and colours follow rules that were
derived from the equations.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracer.language.formula import FormulaTooLong
from tracer.program.model import Assignment, Program, Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.plan.numbers import Formats
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Highlight, Pattern, Sheet
from tracer.workbook.sheets.band import LONGEST_SIDE, drawn
from tracer.workbook.sheets.explore.bench_cells import BenchCells
from tracer.workbook.sheets.explore.blocks import Blocks
from tracer.workbook.sheets.explore.colours import Colours
from tracer.workbook.sheets.explore.controls import Controls
from tracer.workbook.sheets.explore.dependence import Dependence
from tracer.workbook.sheets.explore.helpers import Helpers
from tracer.workbook.sheets.explore.homes import Home
from tracer.workbook.sheets.explore.layout import COLUMN_WIDTH, Layout
from tracer.workbook.sheets.explore.numbers import Computed, FromTraining, NotKept
from tracer.workbook.sheets.explore.places import ARITHMETIC, CHOICE_PLACES, HELD, NETWORK_COLUMN
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.spelled import literal
from tracer.workbook.sheets.training import Training

#: Larger networks get no such sheet. Of equations that read more, some elements stand for all.
MOST_NUMBERS, MOST_EQUATIONS, MOST_READ = 100_000, 240, 500_000


def explore_sheet(
    trace: ProgramTrace,
    inputs: Inputs,
    training: Training,
    formats: Formats,
    told: str | None = None,
) -> Sheet | str:
    """Return the sheet Explore, or why the workbook has none.

    `told` is where it is said that a stored run is out of date.
    """
    program, wording = trace.program, inputs.wording
    assignments = program.assignments
    if not 0 < len(assignments) <= MOST_EQUATIONS:
        return wording("left_out.many_equations" if assignments else "left_out.no_equations")
    if sum(slot.size for slot in program.slots) > MOST_NUMBERS:
        return wording("left_out.too_large")
    given = program.of_role("given")
    if not all(map(inputs.whole, given)):
        return wording("left_out.too_large")
    computed = not training.live or not all(_whole(slot) for slot in program.slots)
    if computed and not all(map(training.keeps, program.of_role("parameter"))):
        return wording("left_out.not_kept")
    readings = _readings(program, assignments)
    if readings is None:
        return wording("left_out.too_large")
    on_inputs = {slot.key: _home(inputs, slot) for slot in given}
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
        return _drawn(layout, training, numbers, told)
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


def _drawn(
    layout: Layout, training: Training, numbers: Computed | FromTraining, told: str | None
) -> Sheet:
    wording = layout.wording
    page = Page(
        wording.sheet("explore"),
        about=wording("about.explore"),
        back=(3, wording.sheet("start")),
        subtitle=wording("explore.subtitle") if told is None else "",
        pattern=Pattern(heights={ARITHMETIC: 20.0}),
    )
    page.hold(HELD)
    if isinstance(numbers, Computed):
        # Beside the title, where all of it is on the screen.
        page.pattern.text(1, CHOICE_PLACES["equation"].column, "muted", wording("explore.computed"))
    sheet, pattern = page.sheet, page.pattern
    if told is not None:
        # No row is free: what to do here gives way to what is wrong here.
        says = wording("explore.subtitle")
        pattern.live(2, 1, "subtitle", f'IF({told}="",{literal(says)},{told})', says)
        # Rules that point at another sheet aren't understood everywhere.
        sheet.highlights.append(Highlight("A2", f"$A$2<>{literal(says)}", "alarm"))
    helpers = Helpers(layout, training, pattern)
    controls = Controls(layout, helpers, sheet)
    controls.draw()
    for row, heading in layout.bands:
        pattern.band(row, NETWORK_COLUMN, layout.last_column, heading)
    controls.list_entries()
    blocks = Blocks(layout, pattern, numbers)
    blocks.draw()
    BenchCells(layout, pattern, layout.below + blocks.lines + 2).draw()
    helpers.write()
    sheet.highlights += Colours(layout).rules()
    sheet.state = lambda: layout.state
    sheet.widths, sheet.width = layout.widths(), COLUMN_WIDTH
    sheet.printed = layout.last_row, layout.last_column
    return sheet
