"""Glossary: the terms that the sheets use, each in one sentence."""

from __future__ import annotations

from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Sheet

#: How the key of a term ends; its meaning has the key without.
TERM = "_term"


def glossary_sheet(wording: Wording) -> Sheet:
    """Return the sheet; its terms stand in the order of the language's alphabet."""
    back = 3, wording.sheet("start")
    page = Page(wording.sheet("glossary"), about=wording("about.glossary"), back=back)
    page.sheet.widths = {1: 22.0, 2: 90.0}
    page.hold(3)
    page.row = 3
    for term, meaning in _terms(wording):
        page.pair("label", term, meaning, beside="line")
    return page.sheet


def _terms(wording: Wording) -> list[tuple[str, str]]:
    texts = wording.section("glossary")
    terms = [
        (text, texts[key.removesuffix(TERM)]) for key, text in texts.items() if key.endswith(TERM)
    ]
    return sorted(terms, key=lambda pair: pair[0].casefold())
