"""Start: what this workbook is, where it comes from, how to read it, and links to the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.language.formula import column_letters
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.plan import TITLE_HEIGHT, Cell, Link, Pattern, Sheet
from tracer.workbook.sheets.network import draw_network
from tracer.workbook.sheets.training import FIRST_ROW, Training

#: Characters of a line of text, and the columns that hold it in any usual font.
LINE, FIRST_WIDTH, WIDTH, COLUMNS = 112, 16.0, 13.0, 8
HOW_TO = ("how_1", "how_2", "how_3", "how_4", "how_5")


def start_sheet(
    trace: ProgramTrace,
    training: Training,
    others: Sequence[Sheet],
    made_by: Sequence[str],
    left_out: Mapping[str, str],
    wording: Wording,
) -> Sheet:
    """Return the Start sheet; `others` are the sheets it leads to.

    `left_out` says of sheets that this workbook hasn't got why.
    """
    template = trace.template
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    links: list[Link] = []
    pattern.text(1, 1, "title", template.title)
    row = 2
    source = wording("start.source", source=template.source) if template.source else ""
    for text in (template.about, source):
        if text:
            row = _text(pattern, row, text)
    trained = template.gradients
    # What an optimizer remembers is no part of the network.
    parameters = [
        slot for slot in trace.program.of_role("parameter") if not trained or slot.name in trained
    ]
    row = draw_network(pattern, row + 1, template.network, parameters, wording)
    row = _losses(pattern, row, trace, training, wording)
    row = _heading(pattern, row + 1, wording("common.colours"))
    for role, words in wording.section("legend").items():
        pattern.text(row, 1, role, wording("common.sample"))
        pattern.text(row, 2, "meaning", words)
        row += 1
    row = _heading(pattern, row + 1, wording("start.how_to"))
    for line in HOW_TO:
        row = _text(pattern, row, wording(f"start.{line}"))
    row = _heading(pattern, row + 1, wording("start.sheets"))
    for sheet in others:
        pattern.text(row, 1, "link", sheet.title)
        links.append(Link(row, 1, sheet.title))
        pattern.text(row, 2, "line", sheet.about)
        row += 1
    for title, why in left_out.items():
        pattern.text(row, 1, "muted", title)
        pattern.text(row, 2, "muted", why)
        row += 1
    if template.errata:
        row = _heading(pattern, row + 1, wording("start.mistakes"))
        for erratum in template.errata:
            row = _text(pattern, row, f"{erratum.place}: {erratum.text}")
    row = _heading(pattern, row + 1, wording("start.made"))
    for line in made_by:
        row = _text(pattern, row, line)
    first = max(FIRST_WIDTH, *(len(sheet.title) + 2.0 for sheet in others))
    return Sheet(
        wording.sheet("start"), pattern, about=wording("about.start"),
        state=lambda: trace.state(trace.iterations),
        widths={1: first}, width=WIDTH, links=links, freeze=(2, 1),
    )  # fmt: skip


def _heading(pattern: Pattern, row: int, text: str) -> int:
    pattern.band(row, 1, COLUMNS, text)
    return row + 1


def _text(pattern: Pattern, row: int, text: str) -> int:
    """Write a text over the sheet's columns, in as many lines as it needs."""
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > LINE:
            pattern.text(row, 1, "line", line)
            row, line = row + 1, ""
        line = f"{line} {word}".strip()
    pattern.text(row, 1, "line", line)
    return row + 1


def _losses(
    pattern: Pattern, row: int, trace: ProgramTrace, training: Training, wording: Wording
) -> int:
    column = training.loss_column()
    name = trace.program.loss
    if column is None or name is None:
        return row
    slot = trace.program.newest(name)
    row = _heading(pattern, row, wording("start.loss"))
    last = FIRST_ROW + len(training.rows) - 1
    lines = ((1, FIRST_ROW), (trace.iterations, last))
    for iteration, where in lines[: 1 + (trace.iterations > 1)]:
        pattern.text(row, 1, "line", wording("start.iteration", number=iteration))
        value = float(trace.value(slot, iteration).reshape(-1)[0])
        pattern.cells.append(
            Cell(
                row, 2, "shown", number=value, format="0.000000",
                formula=f"{training.prefix}{column_letters(column)}{where}",
            )
        )  # fmt: skip
        row += 1
    return row
