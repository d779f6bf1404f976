"""Start: what this workbook is, where it comes from, how to read it, and links to the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap

from tracer.language.addresses import column_letters
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.plan.roles import STORED, CellRole
from tracer.workbook.sheets.network import draw_network
from tracer.workbook.sheets.training import Training
from tracer.workbook.sheets.training_columns import FIRST_ROW

#: Characters of a line of text, and the columns that hold it in any usual font.
LINE, FIRST_WIDTH, WIDTH = 112, 16.0, 13.0
#: The looks that the legend explains, the last one only where it occurs.
LEGEND: tuple[CellRole, ...] = ("result", "operand", "input", "stored_shown")


def start_sheet(
    trace: ProgramTrace,
    training: Training,
    others: Sequence[Sheet],
    made_by: Sequence[str],
    doubt: str,
    left_out: Mapping[str, str],
    how_to: Iterable[str],
    wording: Wording,
) -> Sheet:
    """Return the Start sheet; `others` are the sheets it leads to.

    `doubt` says what is doubtful about the numbers, `left_out` of sheets that this workbook hasn't
    got why, `how_to` what to try.
    """
    template = trace.template
    page = Page(wording.sheet("start"), about=wording("about.start"), heading=template.title)
    page.hold(2)
    page.row = 2
    page.lines(_wrapped(template.about))
    if template.source:
        page.lines(_wrapped(wording("start.source", source=template.source)))
    trained = template.gradients
    # What an optimizer remembers is no part of the network.
    parameters = [
        slot for slot in trace.program.of_role("parameter") if not trained or slot.name in trained
    ]
    page.row = draw_network(page.pattern, page.row + 1, template.network, parameters, wording)
    _losses(page, trace, training, wording)
    page.lines(_wrapped(doubt))
    page.heading(wording("common.colours"))
    italic = any(c.role in STORED.values() for sheet in others for c in sheet.pattern.cells)
    for role in LEGEND if italic else LEGEND[:-1]:
        page.sample(role, wording(f"legend.{role}"))
    page.heading(wording("start.how_to"))
    for line in how_to:
        page.lines(_wrapped(line))
    page.heading(wording("start.sheets"))
    for sheet in others:
        page.link(page.row, 1, sheet.title)
        page.pattern.text(page.row, 2, "line", sheet.about)
        page.row += 1
    for title, why in left_out.items():
        page.pair("muted", title, why, beside="muted")
    if template.errata:
        page.heading(wording("start.mistakes"))
        for erratum in template.errata:
            page.lines(_wrapped(f"{erratum.place}: {erratum.text}"))
    page.heading(wording("start.made"))
    for line in made_by:
        page.lines(_wrapped(line))
    page.sheet.state = lambda: trace.state(trace.iterations)
    page.sheet.width = WIDTH
    page.sheet.widths = {1: max(FIRST_WIDTH, *(len(sheet.title) + 2.0 for sheet in others))}
    return page.sheet


def _wrapped(text: str) -> list[str]:
    """Return the lines of a text that runs over the sheet's columns; no word is cut."""
    words = " ".join(text.split())
    return wrap(words, LINE, break_long_words=False, break_on_hyphens=False)


def _losses(page: Page, trace: ProgramTrace, training: Training, wording: Wording) -> None:
    column = training.loss_column()
    name = trace.program.loss
    if column is None or name is None:
        return
    slot = trace.program.newest(name)
    page.row -= 1
    page.heading(wording("start.loss"))
    last = FIRST_ROW + len(training.rows) - 1
    lines = ((1, FIRST_ROW), (trace.iterations, last))
    for iteration, where in lines[: 1 + (trace.iterations > 1)]:
        row = page.line(wording("start.iteration", number=iteration))
        value = float(trace.value(slot, iteration).reshape(-1)[0])
        formula = f"{training.prefix}{column_letters(column)}{where}"
        page.pattern.live(row, 2, "shown", formula, value, "0.000000")
