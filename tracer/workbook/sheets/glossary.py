"""Glossary: the terms that the sheets use, each in one sentence."""

from __future__ import annotations

from tracer.wording import Wording
from tracer.workbook.plan.plan import TITLE_HEIGHT, Link, Pattern, Sheet

#: How the key of a term ends; its meaning has the key without.
TERM = "_term"


def glossary_sheet(wording: Wording) -> Sheet:
    """Return the sheet; its terms stand in the order of the language's alphabet."""
    start, title = wording.sheet("start"), wording.sheet("glossary")
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", title)
    pattern.text(1, 3, "link", start)
    for row, (term, meaning) in enumerate(_terms(wording), 3):
        pattern.text(row, 1, "label", term)
        pattern.text(row, 2, "line", meaning)
    return Sheet(
        title,
        pattern,
        about=wording("about.glossary"),
        widths={1: 22.0, 2: 90.0},
        freeze=(3, 1),
        repeat_rows=2,
        links=[Link(1, 3, start)],
    )


def _terms(wording: Wording) -> list[tuple[str, str]]:
    texts = wording.section("glossary")
    terms = [
        (text, texts[key.removesuffix(TERM)]) for key, text in texts.items() if key.endswith(TERM)
    ]
    return sorted(terms, key=lambda pair: pair[0].casefold())
