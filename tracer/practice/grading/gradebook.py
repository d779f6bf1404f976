"""The gradebook: grades, what the class got wrong most, what to look at, and every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from tracer.language.addresses import column_letters
from tracer.practice.answers.wording import COUNTED, SYMBOLS, verdict_word
from tracer.practice.grading.remarks import slip_lines
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import RIGHT, TUTORIAL, WHITE, WRONG
from tracer.workbook.plan.plan import Book, Pattern, Scale, Sheet, area

HEAD_ROW = 4
#: On the grades' sheet, below the headings: the points possible, the means, the students.
POSSIBLE_ROW, MEAN_ROW, FIRST_ROW = HEAD_ROW + 1, HEAD_ROW + 2, HEAD_ROW + 3
BEFORE = 3  # columns before the steps: id, name, status
MOST_NAMED = 12
#: From no points to all of them; no palette to choose here, as in practice sheets.
COLOURS = (TUTORIAL.tones[WRONG], TUTORIAL.tones[WHITE], TUTORIAL.tones[RIGHT])
PERCENT, SHOWN_POINTS = "0%", "0.##"


def gradebook(marks: ClassMarks) -> Book:
    """Return the plan of a class's gradebook."""
    makers: Sequence[Callable[[ClassMarks], Sheet]] = (
        _grades,
        _mistakes,
        _results,
        _remarks,
        _files,
    )
    wording = marks.exercise.wording
    return Book(
        title=_title(marks),
        subject=marks.exercise.lesson.title,
        description=wording("practice.made_by", version=__version__),
        sheets=[make(marks) for make in makers],
        names={},
        footer=wording("common.footer"),
    )


def _title(marks: ClassMarks) -> str:
    wording = marks.exercise.wording
    return wording("grading.titled", what=wording("grading.gradebook"), name=marks.name)


def _page(wording: Wording, key: str, heading: str | None = None) -> Page:
    says = wording(f"grading.{key}_says")
    page = Page(wording(f"grading.{key}"), about=says, heading=heading, subtitle=says)
    page.sheet.width = 11.0
    page.hold(HEAD_ROW + 1)
    return page


def _rows(page: Page, rows: Iterable[Sequence[str]]) -> None:
    """Write rows of texts from elsewhere."""
    for texts in rows:
        for column, text in enumerate(texts, 1):
            page.pattern.verbatim(page.row, column, "quoted", text)
        page.row += 1


# -- grades -----------------------------------------------------------------------------------


def _points(number: float) -> tuple[float, str]:
    """Return points as stored, and how they are shown: whole ones without a point."""
    number = round(number, 9)
    return number, "General" if number.is_integer() else SHOWN_POINTS


def _grades(marks: ClassMarks) -> Sheet:
    scheme, wording = marks.scheme, marks.exercise.wording
    page = _page(wording, "grades", _title(marks))
    sheet, pattern = page.sheet, page.pattern
    steps = [wording("grading.step", step=number) for number, *_ in scheme.steps]
    total = BEFORE + len(steps) + 1
    grades = [wording("grading.grade")] if scheme.graded else []
    counted = [f"{SYMBOLS[verdict]} {verdict_word(verdict, wording)}" for verdict in COUNTED]
    before = [wording(f"grading.{name}") for name in ("id", "name", "status")]
    heads = [*before, *steps, wording("grading.total"), *grades, *counted]
    page.heads(heads, left=BEFORE)
    pattern.text(HEAD_ROW, len(heads) + 1, "subhead_left", wording("grading.look"))
    for row, key in ((POSSIBLE_ROW, "possible"), (MEAN_ROW, "mean")):
        for column in (1, 2):
            pattern.text(row, column, "muted", "")
        pattern.text(row, BEFORE, "muted", wording(f"grading.{key}"))
    for column, (_, _, most, _) in enumerate(scheme.steps, BEFORE + 1):
        number, form = _points(most)
        pattern.number(POSSIBLE_ROW, column, "count", number, form)
    end = FIRST_ROW + len(marks.rows) - 1
    _totals(marks, pattern, POSSIBLE_ROW, scheme.possible)
    for row, one in enumerate(marks.rows, FIRST_ROW):
        _row(marks, pattern, row, one)
    _means(marks, pattern, [*range(BEFORE + 1, total + 1 + len(grades))], end)
    sheet.widths = {1: 16.0, 2: 24.0, 3: 14.0, len(heads) + 1: 80.0}
    sheet.freeze = (FIRST_ROW, BEFORE)
    sheet.printed = (end, len(heads))
    sheet.scales = [
        Scale(area(FIRST_ROW, column, len(marks.rows), 1, fixed=False), COLOURS, (0.0, m / 2, m))
        for column, m in enumerate([p for _, _, p, _ in scheme.steps] + [scheme.possible], 4)
        if m > 0
    ]
    return sheet


def _totals(marks: ClassMarks, pattern: Pattern, row: int, total: float | None) -> None:
    """Write the live total of a row, and the grade over it; both stay empty without points."""
    scheme = marks.scheme
    column = BEFORE + len(scheme.steps) + 1
    first, last = column_letters(BEFORE + 1), column_letters(column - 1)
    steps = f"{first}{row}:{last}{row}"
    now, form = ("", "General") if total is None else _points(total)
    pattern.live(row, column, "total", f'IF(COUNT({steps})=0,"",SUM({steps}))', now, form)
    if scheme.graded:
        at = f"{column_letters(column)}{row}"
        formula = f'IF({at}="","",{scheme.formula(at)})'
        now, form = ("", "General") if total is None else _points(scheme.grade(total))
        pattern.live(row, column + 1, "total", formula, now, form)


def _row(marks: ClassMarks, pattern: Pattern, row: int, one: StudentRow) -> None:
    pattern.verbatim(row, 1, "quoted", one.student.id)
    pattern.verbatim(row, 2, "quoted", one.student.name)
    status = marks.exercise.wording(f"grading.{one.status}")
    pattern.text(row, BEFORE, "line" if one.judged else "alarm", status)
    column = BEFORE + 1
    if one.judged is not None:
        for at, points in enumerate(one.points.tolist()):
            number, form = _points(points)
            pattern.number(row, column + at, "count", number, form)
    _totals(marks, pattern, row, one.total if one.judged is not None else None)
    column += len(marks.scheme.steps) + 1 + marks.scheme.graded
    if one.judged is not None:
        for at, verdict in enumerate(COUNTED):
            pattern.number(row, column + at, "count", float(one.judged.count(verdict)))
    remarks = ([one.why_not] if one.why_not else []) + one.remarks
    if one.judged is not None and not remarks and one.judged.slips:
        remarks = [slip.place for slip in one.judged.slips[:1]]
    if remarks:
        pattern.verbatim(row, column + len(COUNTED), "quoted", " · ".join(remarks))


def _means(marks: ClassMarks, pattern: Pattern, columns: Sequence[int], end: int) -> None:
    marked = [row for row in marks.rows if row.judged is not None]
    scheme = marks.scheme
    now: list[float] = []
    if marked:
        table = [
            [*row.points.tolist(), row.total] + [scheme.grade(row.total)] * scheme.graded
            for row in marked
        ]
        now = [sum(column) / len(marked) for column in zip(*table, strict=True)]
    for at, column in enumerate(columns):
        letters = column_letters(column)
        where = f"{letters}{FIRST_ROW}:{letters}{end}"
        formula = f'IF(COUNT({where})=0,"",AVERAGE({where}))'
        pattern.live(MEAN_ROW, column, "total", formula, now[at] if now else "", SHOWN_POINTS)


# -- mistakes ---------------------------------------------------------------------------------


def _mistakes(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = _page(wording, "mistakes")
    pattern = page.pattern
    pattern.text(HEAD_ROW, 7, "subhead_left", wording("grading.who"))
    heads = ("step_column", "title", "quantity", "mistake", "students", "share")
    page.heads([wording(f"grading.{head}") for head in heads], left=4)
    marked = len(marks.with_status("marked"))
    for mistake in marks.mistakes():
        block = marks.blocks[mistake.at]
        step = marks.exercise.program.steps[block.assignment.step]
        words = mistake.words or wording("grading.unexplained")
        _result(page, step.number, [step.title, wording.say(block.slot.label), words])
        count = len(mistake.students)
        pattern.number(page.row, 5, "count", float(count))
        pattern.number(page.row, 6, "count", count / marked, PERCENT)
        named = ", ".join(mistake.students[:MOST_NAMED]) + (" …" if count > MOST_NAMED else "")
        pattern.verbatim(page.row, 7, "quoted", named)
        page.row += 1
    page.sheet.widths = {2: 30.0, 3: 26.0, 4: 58.0, 5: 11.0, 6: 16.0, 7: 40.0}
    return page.sheet


def _result(page: Page, step: str, texts: Sequence[str]) -> None:
    """Write into the next row which result it is about."""
    page.pattern.text(page.row, 1, "index", step)
    for column, text in enumerate(texts, 2):
        page.pattern.verbatim(page.row, column, "quoted", text)


def _results(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = _page(wording, "results")
    names = ("step_column", "title", "quantity", "right_share")
    heads = [wording(f"grading.{name}") for name in names]
    page.heads([*heads, *(verdict_word(verdict, wording) for verdict in COUNTED)], left=3)
    first, second, last = (column_letters(5 + at) for at in (0, 1, len(COUNTED) - 1))
    for result in marks.results():
        row = page.row
        _result(page, result.step, [result.title, result.quantity])
        counts = [result.counts[verdict] for verdict in COUNTED]
        blanks = f"{first}{row}:{last}{row}"
        right = f"({first}{row}+{second}{row})/SUM({blanks})"
        now = sum(counts[:2]) / sum(counts) if sum(counts) else ""
        page.pattern.live(row, 4, "total", f'IF(SUM({blanks})=0,"",{right})', now, PERCENT)
        for at, count in enumerate(counts):
            page.pattern.number(row, 5 + at, "count", float(count))
        page.row += 1
    page.sheet.widths = {2: 30.0, 3: 26.0}
    return page.sheet


# -- remarks and files ------------------------------------------------------------------------


def _remarks(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = _page(wording, "remarks")
    heads = ("id", "name", "quantity", "remark")
    page.heads([wording(f"grading.{head}") for head in heads], left=4)
    for one in marks.rows:
        said = [(wording("grading.look"), text) for text in one.remarks]
        said += [(wording(f"grading.{one.status}"), one.why_not)] if one.why_not else []
        for slip in one.judged.slips if one.judged is not None else ():
            lines = " ".join(slip_lines(slip, wording))
            said.append((slip.quantity, f"{slip.place}: {lines}"))
        _rows(page, ((one.student.id, one.student.name, *words) for words in said))
    for label, count, most in marks.zero_counts():
        text = wording("grading.zero_is_right", right=count, count=most, quantity=label)
        _rows(page, [("", "", label, text)])
    page.sheet.widths = {1: 16.0, 2: 24.0, 3: 26.0, 4: 120.0}
    return page.sheet


def _files(marks: ClassMarks) -> Sheet:
    wording = marks.exercise.wording
    page = _page(wording, "files")
    page.heads([wording(f"grading.{head}") for head in ("file", "whose", "became")], left=3)
    for outcome in marks.outcomes:
        whose = outcome.student.id if outcome.student is not None else ""
        _rows(page, [(outcome.file.name, whose, outcome.why_not or wording("grading.marked"))])
    page.sheet.widths = {1: 44.0, 2: 16.0, 3: 100.0}
    return page.sheet
