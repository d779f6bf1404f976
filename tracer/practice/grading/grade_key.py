"""The grade key: from how many per cent of the points on there is which grade, live."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import fmean

from tracer.language.addresses import column_letters
from tracer.language.formula import quoted_sheet
from tracer.practice.grading.columns import FIRST_ROW, HEAD_ROW, MEAN_ROW
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Choice, Sheet

#: Grades, each with the per cent from which it is given, the best first.
GradeKey = Sequence[tuple[str, float]]
LABEL, FROM, COUNT = 1, 2, 3
KEY_ROW = HEAD_ROW + 1
#: Rows for grades; the one below them stays empty: who is below all thresholds has no grade.
ROWS = 16
KEY_ROWS = range(KEY_ROW, KEY_ROW + ROWS)
#: Decimals of a percentage that count.
FINE = 9
_WHOLE = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)
#: Per cent that can be a threshold.
LEAST, MOST = 0, 100


def usual_key(wording: Wording) -> GradeKey:
    """Return the grades that are usual in a language."""
    pairs = (part.rsplit(" ", 1) for part in wording("numbers.grades").split(", "))
    return [(label, float(least)) for label, least in pairs]


def grade_of(share: float, key: GradeKey) -> str | float:
    """Return the grade for a share of the points; empty below every threshold."""
    percent = round(100 * share, FINE)
    return next((as_number(label) for label, least in key if percent >= least), "")


def as_number(label: str) -> str | float:
    """Return a grade as a number where it is one, so that there is a mean of them."""
    return float(label) if _WHOLE.fullmatch(label) else label


def grade_formula(percent: str, wording: Wording) -> str:
    """Return the formula of the grade for the cell with a share of the points.

    So many thresholds are above it, so many grades are passed over.
    """
    title = quoted_sheet(wording("grading.key"))
    labels, least = (
        f"{title}${letters}${KEY_ROW}:${letters}${KEY_ROW + ROWS}"
        for letters in map(column_letters, (LABEL, FROM))
    )
    above = f"SUMPRODUCT(({least}>ROUND(100*{percent},{FINE}))*1)"
    grade = f"INDEX({labels},1+{above})"
    return f'IF({percent}="","",IF({grade}="","",{grade}))'


def key_sheet(
    key: GradeKey, grades: Sequence[str | float], at: tuple[int, int], wording: Wording
) -> Sheet:
    """Return the sheet with the key, and how many have which of the `grades`.

    They stand `at` a column of the sheet of grades, in so many rows.
    """
    column, count = at
    says = wording("grading.key_says")
    page = Page(wording("grading.key"), about=says, subtitle=says)
    page.hold(KEY_ROW)
    page.sheet.width = 11.0
    page.row = HEAD_ROW
    page.heads([wording(f"grading.{name}") for name in ("grade", "from_percent", "students")])
    letters = column_letters(column)
    there = quoted_sheet(wording("grading.grades"))
    last = FIRST_ROW + max(1, count) - 1
    where = f"{there}${letters}${FIRST_ROW}:${letters}${last}"
    for place, row in enumerate(KEY_ROWS):
        label, least = key[place] if place < len(key) else ("", None)
        shown = as_number(label)
        if isinstance(shown, str) and shown:
            page.pattern.verbatim(row, LABEL, "input", shown)
        else:
            page.pattern.number(row, LABEL, "input", None if isinstance(shown, str) else shown)
        page.pattern.number(row, FROM, "input", least)
        cell = f"{column_letters(LABEL)}{row}"
        now = float(grades.count(shown)) if label else ""
        page.pattern.live(
            row, COUNT, "count", f'IF({cell}="","",SUMPRODUCT(({where}={cell})*1))', now
        )
    low = f"{column_letters(FROM)}{KEY_ROW}"
    page.sheet.choices.append(
        Choice(
            f"{low}:{column_letters(FROM)}{KEY_ROW + ROWS - 1}",
            "decimal",
            low=str(LEAST),
            high=str(MOST),
            error=wording("grading.key_error"),
        )
    )
    mean = f"{there}${letters}${MEAN_ROW}"
    row = KEY_ROW + ROWS + 1
    page.pattern.text(row, LABEL, "subhead", wording("grading.mean"))
    page.pattern.live(row, FROM, "total", mean, mean_grade(grades), "0.00")
    return page.sheet


def mean_grade(grades: Sequence[str | float]) -> str | float:
    """Return the mean of the grades that are numbers; empty without one."""
    numbers = [grade for grade in grades if isinstance(grade, float)]
    return fmean(numbers) if numbers else ""
