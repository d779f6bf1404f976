"""What isn't marked of someone's answers: no number there, or too much amiss before it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tracer.language.expression import Index
from tracer.practice.answers.marks import Marked, Marks
from tracer.wording import Wording

#: So many cells are told one by one.
MOST_CELLS = 6
#: What may be wrong with a text, and the sentence that says what to do; the first that fits.
ADVICE = (
    (re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}"), "date"),
    (re.compile(r"[+\-−]?\d[\d.,]*\s*[^\W\d]+"), "unit"),
    (re.compile(r".*\d.*", re.DOTALL), "alone"),
)


def note_lines(
    marks: Marks, place: Callable[[Marked, Index], str], wording: Wording
) -> Iterator[str]:
    """Yield a line for each cell that holds no number, for formulas without a value, and the end.

    Where so much isn't right that marking ended before the answers did, that is told, too.
    """
    yield from _unread_lines(marks, place, wording)
    if marks.stopped is not None:
        yield wording("report.stopped", iteration=marks.stopped)


def _unread_lines(
    marks: Marks, place: Callable[[Marked, Index], str], wording: Wording
) -> Iterator[str]:
    found = [(m, index, text) for m in marks.marked for index, text in m.answer.texts.items()]
    texts = [one for one in found if one[2]]
    for marked, index, text in texts[:MOST_CELLS]:
        kind = next((name for form, name in ADVICE if form.fullmatch(text)), None)
        advice = "" if kind is None else wording(f"report.unread_{kind}")
        yield wording("report.unread", place=place(marked, index), text=text[:60], advice=advice)
    if len(texts) > MOST_CELLS:
        yield wording("report.unread_more", count=len(texts) - MOST_CELLS)
    if len(texts) < len(found):
        yield wording("grading.unstored", count=len(found) - len(texts))
