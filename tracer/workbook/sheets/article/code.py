"""Code: the program that the template was read from; each line leads to what it computes."""

from __future__ import annotations

from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.template.listing import Listing
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Link, Sheet
from tracer.workbook.sheets.article.counterparts import Counterparts

#: Columns: the line's number, what it computes, its text; and how wide the first two are.
NUMBER, COMPUTES, TEXT = 1, 2, 3
WIDTHS = {NUMBER: 7.0, COMPUTES: 22.0}
#: The text's column is as wide as its longest line, within these bounds.
NARROWEST, WIDEST = 40, 88
#: Of a longer file the lines from the first that computes something are shown, so many.
MOST_LINES = 2_000
_FIRST = 5


def code_sheet(trace: ProgramTrace, counterparts: Counterparts, wording: Wording) -> Sheet | None:
    """Return the sheet; None for a template that isn't read from a program."""
    code = trace.template.code
    if code is None:
        return None
    back = TEXT, wording.sheet("start")
    page = Page(
        wording.sheet("code"),
        about=wording("about.code"),
        back=back,
        subtitle=wording("code.sheet", file=code.name),
    )
    longest = max(map(len, code.lines), default=0)
    page.sheet.widths = {**WIDTHS, TEXT: float(min(max(longest, NARROWEST), WIDEST))}
    page.row = _FIRST - 1
    page.heads([wording("code.number"), wording("code.computes"), code.name], left=TEXT)
    page.hold(_FIRST)
    computed = _computed(trace)
    for number in _shown(code, computed):
        page.pattern.text(page.row, NUMBER, "muted", str(number))
        slots = computed.get(number, [])
        if slots:
            _lead(page, slots, counterparts)
        # Tabs are as wide as in most editors.
        text = code.lines[number - 1].rstrip().expandtabs(4)
        if text:
            page.pattern.text(page.row, TEXT, "equation" if slots else "code", text)
        page.row += 1
    return page.sheet


def _shown(code: Listing, computed: dict[int, list[Slot]]) -> range:
    """Return the lines that are shown: all, or of a long file those around what it computes."""
    first = 1
    if len(code.lines) > MOST_LINES and computed:
        first = max(1, min(computed) - MOST_LINES // 4)
    return range(first, min(len(code.lines), first + MOST_LINES - 1) + 1)


def _computed(trace: ProgramTrace) -> dict[int, list[Slot]]:
    """Return what each line of the file computes."""
    found: dict[int, list[Slot]] = {}
    program = trace.program
    for assignment in program.assignments:
        line = program.steps[assignment.step].line(assignment.place)
        if line:
            found.setdefault(line, []).append(assignment.slot)
    return found


def _lead(page: Page, slots: list[Slot], counterparts: Counterparts) -> None:
    """Write what a line computes, and lead to the first of it that the workbook shows."""
    names = ", ".join(dict.fromkeys(slot.name for slot in slots))
    places = (counterparts.first(slot) for slot in slots)
    place = next((found for found in places if found is not None), None)
    page.pattern.text(page.row, COMPUTES, "muted" if place is None else "link", names)
    if place is not None:
        page.sheet.links.append(Link(page.row, COMPUTES, place.sheet, place.place.text()))
