"""Glossary: the terms that this lesson uses, each in a sentence or two; signs with a picture."""

from __future__ import annotations

from textwrap import wrap

from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets.glossary_pictures import PICTURES, draw_picture
from tracer.workbook.sheets.glossary_terms import TERM, terms

#: The least width of the terms' column, what a bold character takes of it, the width of a
#: picture's cells, and how many characters of a meaning stand in one line.
TERMS_WIDTH, BOLD, CELL_WIDTH, LINE = 22.0, 1.15, 7.0, 100
MEANING = 2


def glossary_sheet(trace: ProgramTrace, wording: Wording) -> Sheet:
    """Return the sheet; its terms stand in the order of the language's alphabet."""
    back = 6, wording.sheet("start")
    page = Page(wording.sheet("glossary"), about=wording("about.glossary"), back=back)
    page.sheet.width = CELL_WIDTH
    found = terms(trace, wording)
    longest = max(len(wording(f"glossary.{name}{TERM}")) for name in found)
    page.sheet.widths = {1: max(TERMS_WIDTH, 1 + BOLD * longest)}
    page.hold(3)
    page.row = 3
    for name in found:
        page.sheet.begins.add(page.row)
        page.pattern.text(page.row, 1, "label", wording(f"glossary.{name}{TERM}"))
        for line in wrap(wording(f"glossary.{name}"), LINE):
            page.pattern.text(page.row, MEANING, "line", line)
            page.row += 1
        if name in PICTURES:
            page.row = draw_picture(page.pattern, PICTURES[name], page.row, MEANING) + 1
    return page.sheet
