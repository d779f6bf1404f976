"""The gradebook: grades, what the class got wrong most, what to look at, and every file."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tracer.language.formula import column_letters
from tracer.practice.answers.wording import SYMBOLS
from tracer.practice.answers.wording import TEXTS as SHEETS
from tracer.practice.grading.remarks import slip_lines
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.practice.grading.wording import COUNTED, TEXTS
from tracer.version import __version__
from tracer.workbook.plan.palette import RIGHT, TUTORIAL, WHITE, WRONG
from tracer.workbook.plan.plan import TITLE_HEIGHT, Book, Cell, Pattern, Scale, Sheet, area

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
    return Book(
        title=f"{TEXTS['gradebook']}: {marks.name}",
        subject=marks.exercise.template.title,
        description=SHEETS["made_by"].format(version=__version__),
        sheets=[make(marks) for make in makers],
        names={},
        footer=TEXTS["footer"],
    )


def _sheet(key: str, title: str | None = None) -> Sheet:
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.cells.append(Cell(1, 1, "title", text=title or TEXTS[key]))
    pattern.text(2, 1, "subtitle", TEXTS[f"{key}_says"])
    return Sheet(
        TEXTS[key], pattern, about=TEXTS[f"{key}_says"], width=11.0,
        freeze=(HEAD_ROW + 1, 1), repeat_rows=HEAD_ROW,
    )  # fmt: skip


def _heads(pattern: Pattern, row: int, texts: Sequence[str], left: int = 0) -> None:
    """Write headings; the first `left` of them begin at the left, over texts."""
    for column, text in enumerate(texts, 1):
        pattern.text(row, column, "subhead_left" if column <= left else "subhead", text)


def _quoted(pattern: Pattern, row: int, column: int, text: str, role: str = "quoted") -> None:
    """Write a text from elsewhere: it stays one, whatever it begins with."""
    pattern.cells.append(Cell(row, column, role, text=text, format="@"))


def _number(pattern: Pattern, row: int, column: int, number: float, form: str = "General") -> None:
    pattern.cells.append(Cell(row, column, "count", number=float(number), format=form))


# -- grades -----------------------------------------------------------------------------------


def _points(number: float) -> tuple[float, str]:
    """Return points as stored, and how they are shown: whole ones without a point."""
    number = round(number, 9)
    return number, "General" if number.is_integer() else SHOWN_POINTS


def _grades(marks: ClassMarks) -> Sheet:
    scheme = marks.scheme
    sheet = _sheet("grades", f"{TEXTS['gradebook']}: {marks.name}")
    pattern = sheet.pattern
    steps = [TEXTS["step"].format(step=number) for number, *_ in scheme.steps]
    last = BEFORE + len(steps)
    total = last + 1
    grades = [TEXTS["grade"]] if scheme.graded else []
    counted = [f"{SYMBOLS[verdict]} {text}" for verdict, text in COUNTED.items()]
    heads = [TEXTS["id"], TEXTS["name"], TEXTS["status"], *steps, TEXTS["total"], *grades, *counted]
    _heads(pattern, HEAD_ROW, [*heads, TEXTS["look"]], BEFORE)
    pattern.cells[-1] = Cell(HEAD_ROW, len(heads) + 1, "subhead_left", text=TEXTS["look"])
    for row, key in ((POSSIBLE_ROW, "possible"), (MEAN_ROW, "mean")):
        for column in (1, 2):
            pattern.text(row, column, "muted", "")
        pattern.text(row, BEFORE, "muted", TEXTS[key])
    for column, (_, _, most, _) in enumerate(scheme.steps, BEFORE + 1):
        number, form = _points(most)
        _number(pattern, POSSIBLE_ROW, column, number, form)
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
    _live(pattern, row, column, f'IF(COUNT({steps})=0,"",SUM({steps}))', now, form)
    if scheme.graded:
        at = f"{column_letters(column)}{row}"
        formula = f'IF({at}="","",{scheme.formula(at)})'
        now, form = ("", "General") if total is None else _points(scheme.grade(total))
        _live(pattern, row, column + 1, formula, now, form)


def _live(
    pattern: Pattern, row: int, column: int, formula: str, now: str | float, form: str
) -> None:
    text, number = (now, None) if isinstance(now, str) else (None, now)
    pattern.cells.append(
        Cell(row, column, "total", text=text, number=number, formula=formula, format=form)
    )


def _row(marks: ClassMarks, pattern: Pattern, row: int, one: StudentRow) -> None:
    _quoted(pattern, row, 1, one.student.id)
    _quoted(pattern, row, 2, one.student.name)
    pattern.text(row, BEFORE, "line" if one.judged else "alarm", TEXTS[one.status])
    column = BEFORE + 1
    if one.judged is not None:
        for at, points in enumerate(one.points.tolist()):
            number, form = _points(points)
            _number(pattern, row, column + at, number, form)
    _totals(marks, pattern, row, one.total if one.judged is not None else None)
    column += len(marks.scheme.steps) + 1 + marks.scheme.graded
    if one.judged is not None:
        for at, verdict in enumerate(COUNTED):
            _number(pattern, row, column + at, one.judged.count(verdict))
    remarks = ([one.why_not] if one.why_not else []) + one.remarks
    if one.judged is not None and not remarks and one.judged.slips:
        remarks = [slip.place for slip in one.judged.slips[:1]]
    if remarks:
        _quoted(pattern, row, column + len(COUNTED), " · ".join(remarks))


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
        _live(pattern, MEAN_ROW, column, formula, now[at] if now else "", SHOWN_POINTS)


# -- mistakes ---------------------------------------------------------------------------------


def _mistakes(marks: ClassMarks) -> Sheet:
    sheet = _sheet("mistakes")
    pattern = sheet.pattern
    heads = ("step_column", "title", "quantity", "mistake", "students", "share")
    _heads(pattern, HEAD_ROW, [TEXTS[head] for head in heads], 4)
    marked = len(marks.with_status("marked"))
    row = HEAD_ROW + 1
    for mistake in marks.mistakes():
        block = marks.blocks[mistake.at]
        step = marks.exercise.program.steps[block.assignment.step]
        pattern.text(row, 1, "index", step.number)
        _quoted(pattern, row, 2, step.title)
        _quoted(pattern, row, 3, block.slot.label)
        _quoted(pattern, row, 4, mistake.words or TEXTS["unexplained"])
        _number(pattern, row, 5, len(mistake.students))
        _number(pattern, row, 6, len(mistake.students) / marked, PERCENT)
        named = ", ".join(mistake.students[:MOST_NAMED])
        _quoted(pattern, row, 7, named + (" …" if len(mistake.students) > MOST_NAMED else ""))
        row += 1
    pattern.text(HEAD_ROW, 7, "subhead_left", TEXTS["who"])
    sheet.widths = {2: 30.0, 3: 26.0, 4: 58.0, 5: 11.0, 6: 16.0, 7: 40.0}
    return sheet


def _results(marks: ClassMarks) -> Sheet:
    sheet = _sheet("results")
    pattern = sheet.pattern
    heads = [TEXTS["step_column"], TEXTS["title"], TEXTS["quantity"], TEXTS["right_share"]]
    _heads(pattern, HEAD_ROW, [*heads, *COUNTED.values()], 3)
    for row, result in enumerate(marks.results(), HEAD_ROW + 1):
        pattern.text(row, 1, "index", result.step)
        _quoted(pattern, row, 2, result.title)
        _quoted(pattern, row, 3, result.quantity)
        counts = [result.counts[verdict] for verdict in COUNTED]
        first, second, last = (column_letters(5 + at) for at in (0, 1, len(counts) - 1))
        blanks = f"{first}{row}:{last}{row}"
        right = f"({first}{row}+{second}{row})/SUM({blanks})"
        now = sum(counts[:2]) / sum(counts) if sum(counts) else ""
        _live(pattern, row, 4, f'IF(SUM({blanks})=0,"",{right})', now, PERCENT)
        for at, count in enumerate(counts):
            _number(pattern, row, 5 + at, count)
    sheet.widths = {2: 30.0, 3: 26.0}
    return sheet


# -- remarks and files ------------------------------------------------------------------------


def _remarks(marks: ClassMarks) -> Sheet:
    sheet = _sheet("remarks")
    pattern = sheet.pattern
    _heads(pattern, HEAD_ROW, [TEXTS[head] for head in ("id", "name", "quantity", "remark")], 4)
    row = HEAD_ROW + 1
    for one in marks.rows:
        said = [(TEXTS["look"], text) for text in one.remarks]
        said += [(TEXTS[one.status], one.why_not)] if one.why_not else []
        for slip in one.judged.slips if one.judged is not None else ():
            said.append((slip.quantity, f"{slip.place}: {' '.join(slip_lines(slip))}"))
        for what, text in said:
            for column, shown in enumerate((one.student.id, one.student.name, what, text), 1):
                _quoted(pattern, row, column, shown)
            row += 1
    for label, count, most in marks.zero_counts():
        text = TEXTS["zero_is_right"].format(count=count, all=most, quantity=label)
        for column, shown in enumerate(("", "", label, text), 1):
            _quoted(pattern, row, column, shown)
        row += 1
    sheet.widths = {1: 16.0, 2: 24.0, 3: 26.0, 4: 120.0}
    return sheet


def _files(marks: ClassMarks) -> Sheet:
    sheet = _sheet("files")
    pattern = sheet.pattern
    _heads(pattern, HEAD_ROW, [TEXTS[head] for head in ("file", "whose", "became")], 3)
    for row, outcome in enumerate(marks.outcomes, HEAD_ROW + 1):
        whose = outcome.student.id if outcome.student is not None else ""
        became = outcome.why_not or TEXTS["marked"]
        for column, text in enumerate((outcome.file.name, whose, became), 1):
            _quoted(pattern, row, column, text)
    sheet.widths = {1: 44.0, 2: 16.0, 3: 100.0}
    return sheet
