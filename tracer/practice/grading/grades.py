"""The gradebook's first sheet: points by step, by hand and in all, per cent, grades; live."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from tracer.language.addresses import column_letters
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, verdict_word
from tracer.practice.grading.columns import (
    FIRST_ROW,
    FIRST_STEP,
    HEAD_ROW,
    ID,
    MEAN_ROW,
    NAME,
    POSSIBLE_ROW,
    STATUS,
    GradeColumns,
)
from tracer.practice.grading.grade_key import grade_formula, grade_of, mean_grade
from tracer.practice.grading.judging import StudentMarks
from tracer.practice.grading.record import GradeRecord, write_record
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import RIGHT, TUTORIAL, WHITE, WRONG
from tracer.workbook.plan.plan import Pattern, Scale, Sheet
from tracer.workbook.plan.roles import CellRole

#: Above the headings: what signs and colours mean.
LEGEND_ROW = 3
#: From no points to all of them; no palette to choose here, as in practice sheets.
COLOURS = (TUTORIAL.tones[WRONG], TUTORIAL.tones[WHITE], TUTORIAL.tones[RIGHT])
SHOWN_POINTS, PERCENT, SIGNED = "0.##", "0.0%", "+0.##;-0.##;0"
#: What stands behind the points of a step with something wrong, or left blank.
WRONGS = (Verdict.WRONG, Verdict.NOT_A_NUMBER, Verdict.VAGUE)
#: So many digits of points are kept.
FINE = 9
EMPTY = ""


def book_title(marks: ClassMarks) -> str:
    """Return what a class's gradebook is called."""
    wording = marks.exercise.wording
    return wording("grading.titled", what=wording("grading.gradebook"), name=marks.name)


def gradebook_page(wording: Wording, key: str, heading: str | None = None) -> Page:
    """Open one of the gradebook's sheets."""
    says = wording(f"grading.{key}_says")
    page = Page(wording(f"grading.{key}"), about=says, heading=heading, subtitle=says)
    page.sheet.width = 11.0
    page.row = HEAD_ROW
    page.hold(HEAD_ROW + 1)
    return page


def columns_of(marks: ClassMarks) -> GradeColumns:
    """Return where the sheet has what."""
    return GradeColumns(len(marks.scheme.steps), marks.scheme.graded)


def share_of(marks: ClassMarks, row: StudentRow) -> float | None:
    """Return a student's share of the points possible; None without any."""
    possible = marks.scheme.possible
    return marks.total(row) / possible if row.counts and possible else None


def grades_sheet(marks: ClassMarks, others: Sequence[Sheet]) -> Sheet:
    """Return the sheet of grades; `others` are the gradebook's other sheets."""
    scheme, wording, columns = marks.scheme, marks.exercise.wording, columns_of(marks)
    page = gradebook_page(wording, "grades", book_title(marks))
    sheet, pattern = page.sheet, page.pattern
    _legend(pattern, wording)
    page.heads(list(_heads(marks)), left=STATUS)
    for column in (columns.note, columns.look):
        name = "note" if column == columns.note else "look"
        pattern.text(HEAD_ROW, column, "subhead_left", wording(f"grading.{name}"))
    for row, key in ((POSSIBLE_ROW, "possible"), (MEAN_ROW, "mean")):
        for column in (ID, NAME):
            pattern.text(row, column, "muted", "")
        pattern.text(row, STATUS, "muted", wording(f"grading.{key}"))
    for column, (_, _, most, _) in enumerate(scheme.steps, FIRST_STEP):
        pattern.number(POSSIBLE_ROW, column, "count", *_points(most))
    _sums(marks, pattern, POSSIBLE_ROW, scheme.possible)
    for row, one in enumerate(marks.rows, FIRST_ROW):
        _row(marks, pattern, row, one)
    end = FIRST_ROW + len(marks.rows) - 1
    _means(marks, pattern, end)
    sheet.widths = {ID: 16.0, NAME: 24.0, STATUS: 14.0, columns.note: 24.0, columns.look: 80.0}
    sheet.freeze = (FIRST_ROW, STATUS)
    sheet.printed = (end, columns.note - 1)
    sheet.hidden = columns.hidden
    sheet.scales = list(_scales(marks))
    record = GradeRecord(tuple(scheme.numbers), scheme.graded, tuple(marks.stated_key))
    write_record(pattern, others, wording("grading.key"), record, len(marks.rows))
    return sheet


def _legend(pattern: Pattern, wording: Wording) -> None:
    """Say above the headings what the signs and the looks of points mean."""
    wrong, blank = SYMBOLS[Verdict.WRONG], SYMBOLS[Verdict.BLANK]
    pattern.text(LEGEND_ROW, 1, "muted", wording("grading.signs", wrong=wrong, blank=blank))
    looks: tuple[tuple[CellRole, str, str], ...] = (
        ("index", f"0 {blank}", "only_blank_here"),
        ("typed_points", "", "to_type"),
    )
    for column, (role, text, key) in zip((FIRST_STEP, FIRST_STEP + 4), looks, strict=True):
        pattern.text(LEGEND_ROW, column, role, text)
        pattern.text(LEGEND_ROW, column + 1, "muted", wording(f"grading.{key}"))


def _heads(marks: ClassMarks) -> Iterator[str]:
    """Yield the headings, without those of the texts at the end."""
    wording, grading = marks.exercise.wording, marks.scheme.grading
    yield from (wording(f"grading.{name}") for name in ("id", "name", "status"))
    yield from (wording("grading.step", step=number) for number in marks.scheme.numbers)
    yield from (wording(f"grading.{name}") for name in ("by_hand", "total", "percent", "grade"))
    if grading.out_of:
        yield wording("grading.scaled", most=grading.out_of)
    elif marks.scheme.graded:
        yield wording("grading.to_multiples")
    yield from (f"{SYMBOLS[verdict]} {verdict_word(verdict, wording)}" for verdict in COUNTED)


def _points(number: float) -> tuple[float, str]:
    """Return points as stored, and how they are shown: whole ones without a point."""
    number = round(number, FINE)
    return number, "General" if number.is_integer() else SHOWN_POINTS


def _sums(marks: ClassMarks, pattern: Pattern, row: int, total: float | None) -> None:
    """Write what follows from a row's points, live; all of it stays empty without points."""
    scheme, columns = marks.scheme, columns_of(marks)
    first, last, here = (
        f"{column_letters(column)}{row}" for column in (FIRST_STEP, columns.more, columns.total)
    )
    now, form = (EMPTY, "General") if total is None else _points(total)
    formula = f'IF(COUNT({first}:{last})=0,"",SUM({first}:{last}))'
    pattern.live(row, columns.total, "total", formula, now, form)
    if row != POSSIBLE_ROW:
        _grade(marks, pattern, row, total)
    if scheme.graded:
        formula = f'IF({here}="","",{scheme.formula(here)})'
        now, form = (EMPTY, "General") if total is None else _points(scheme.grade(total))
        pattern.live(row, columns.counts - 1, "total", formula, now, form)


def _grade(marks: ClassMarks, pattern: Pattern, row: int, total: float | None) -> None:
    """Write a student's share of the points, and the grade by the key."""
    columns, possible = columns_of(marks), marks.scheme.possible
    here, share = (f"{column_letters(column)}{row}" for column in (columns.total, columns.percent))
    most = f"${column_letters(columns.total)}${POSSIBLE_ROW}"
    now = EMPTY if total is None or not possible else total / possible
    formula = f'IF(OR({here}="",{most}=0),"",{here}/{most})'
    pattern.live(row, columns.percent, "count", formula, now, PERCENT)
    grade = grade_of(now, marks.key) if isinstance(now, float) else EMPTY
    pattern.live(row, columns.grade, "total", grade_formula(share, marks.exercise.wording), grade)


def _row(marks: ClassMarks, pattern: Pattern, row: int, one: StudentRow) -> None:
    columns, judged = columns_of(marks), one.judged
    pattern.verbatim(row, ID, "quoted", one.student.id)
    pattern.verbatim(row, NAME, "quoted", one.student.name)
    status = marks.exercise.wording(f"grading.{one.status}")
    pattern.text(row, STATUS, "line" if judged else "alarm", status)
    _steps(marks, pattern, row, one)
    more = one.by_hand.more
    pattern.number(row, columns.more, "typed_points", more, SIGNED)
    pattern.verbatim(row, columns.note, "note_cell", one.by_hand.note)
    _sums(marks, pattern, row, marks.total(one) if one.counts else None)
    if judged is not None:
        for at, verdict in enumerate(COUNTED):
            pattern.number(row, columns.counts + at, "count", float(judged.count(verdict)))
    remarks = ([one.why_not] if one.why_not else []) + one.remarks
    if judged is not None and not remarks and judged.slips:
        remarks = [slip.place for slip in judged.slips[:1]]
    if remarks:
        pattern.verbatim(row, columns.look, "quoted", " · ".join(remarks))


def _steps(marks: ClassMarks, pattern: Pattern, row: int, one: StudentRow) -> None:
    """Write the points of each step: typed by hand, or marked with a sign for what is amiss."""
    columns, earned = columns_of(marks), marks.earned(one).tolist()
    for at, (number, *_) in enumerate(marks.scheme.steps):
        column, typed = FIRST_STEP + at, number in one.by_hand.steps
        if one.judged is not None:
            marked = round(float(one.points[at]), FINE)
            pattern.number(row, columns.record + 1 + at, "helper", marked)
        if typed:
            pattern.number(row, column, "typed_points", *_points(earned[at]))
        elif one.judged is not None:
            points, form = _points(earned[at])
            sign = _sign(marks, one.judged, at)
            role: CellRole = "index" if _blank(marks, one.judged, at) else "count"
            pattern.number(row, column, role, points, f'{form}" {sign}"' if sign else form)


def _verdicts(marks: ClassMarks, judged: StudentMarks, at: int) -> np.ndarray:
    return np.asarray(judged.verdicts[marks.scheme.step_of == at])


def _sign(marks: ClassMarks, judged: StudentMarks, at: int) -> str:
    """Return the signs behind the points of a step: something wrong, something blank."""
    here = _verdicts(marks, judged, at)
    wrong = SYMBOLS[Verdict.WRONG] if np.isin(here, WRONGS).any() else ""
    return wrong + (SYMBOLS[Verdict.BLANK] if (here == Verdict.BLANK).any() else "")


def _blank(marks: ClassMarks, judged: StudentMarks, at: int) -> bool:
    """Say whether points of a step are lacking, and that is only for what was left blank."""
    here = _verdicts(marks, judged, at)
    return bool((here == Verdict.BLANK).any()) and not np.isin(here, WRONGS).any()


def _scales(marks: ClassMarks) -> Iterator[Scale]:
    """Yield the colours of the points: of each step where not only blanks are lacking; of all."""
    columns = columns_of(marks)
    for at, (number, _, most, _) in enumerate(marks.scheme.steps):
        rows = [
            row
            for row, one in enumerate(marks.rows, FIRST_ROW)
            if number not in one.by_hand.steps
            and one.judged is not None
            and not _blank(marks, one.judged, at)
        ]
        if rows and most > 0:
            yield Scale(_where(FIRST_STEP + at, rows), COLOURS, (0.0, most / 2, most))
    if marks.rows and (most := marks.scheme.possible) > 0:
        rows = [FIRST_ROW + at for at in range(len(marks.rows))]
        yield Scale(_where(columns.total, rows), COLOURS, (0.0, most / 2, most))


def _where(column: int, rows: Sequence[int]) -> str:
    """Return the ranges that some rows of a column are."""
    letters, runs = column_letters(column), [[rows[0], rows[0]]]
    for row in rows[1:]:
        if row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return " ".join(
        f"{letters}{first}:{letters}{last}" if last > first else f"{letters}{first}"
        for first, last in runs
    )


def _means(marks: ClassMarks, pattern: Pattern, end: int) -> None:
    """Write the means of the points, the shares and the grades, live."""
    scheme, columns = marks.scheme, columns_of(marks)
    counted = [row for row in marks.rows if row.counts]
    totals = [marks.total(row) for row in counted]
    shares = [share for row in counted if (share := share_of(marks, row)) is not None]
    now: dict[int, tuple[str | float, str]] = {}
    for at, number in enumerate(scheme.numbers):
        points = [
            float(marks.earned(row)[at])
            for row in counted
            if row.judged is not None or number in row.by_hand.steps
        ]
        now[FIRST_STEP + at] = _mean(points), SHOWN_POINTS
    now[columns.total] = _mean(totals), SHOWN_POINTS
    now[columns.percent] = _mean(shares), PERCENT
    now[columns.grade] = mean_grade([grade_of(s, marks.key) for s in shares]), "0.00"
    if scheme.graded:
        now[columns.counts - 1] = _mean([scheme.grade(total) for total in totals]), SHOWN_POINTS
    for column, (mean, form) in now.items():
        letters = column_letters(column)
        where = f"{letters}{FIRST_ROW}:{letters}{end}"
        formula = f'IF(COUNT({where})=0,"",AVERAGE({where}))'
        pattern.live(MEAN_ROW, column, "total", formula, mean, form)


def _mean(numbers: Sequence[float]) -> str | float:
    return sum(numbers) / len(numbers) if numbers else EMPTY
