"""Gradient check: each gradient as the template applies it, beside a central difference."""

from __future__ import annotations

from math import floor, log10
from textwrap import wrap

from tracer.language.expression import place_text
from tracer.run.trace import ProgramTrace
from tracer.verify.findings import check_gradients
from tracer.verify.gradients import GradientCheck, Gradients
from tracer.wording import Said, Wording
from tracer.workbook.plan.numbers import decimals_format
from tracer.workbook.plan.plan import TITLE_HEIGHT, Cell, Link, Pattern, Sheet, area

#: Characters of a line of text.
LINE = 110
HEADS = ("element", "by_template", "difference", "relative")
WIDTHS = {1: 16.0, 2: 22.0, 3: 22.0, 4: 22.0, 5: 4.0, 6: 12.0}


def gradient_sheet(trace: ProgramTrace, wording: Wording) -> Sheet | None:
    """Return the sheet; None where there is no loss or nothing that training updates."""
    if trace.program.loss is None:
        return None
    gradients = check_gradients(trace.template)
    if not gradients.checks:
        return None
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    own, start = wording.sheet("gradient_check"), wording.sheet("start")
    pattern.text(1, 1, "title", own)
    pattern.text(1, 6, "link", start)
    pattern.text(2, 1, "subtitle", wording("gradient_check.subtitle", loss=gradients.loss))
    row = 4
    for said in (*_general(trace), *gradients.says):
        row = _text(pattern, row, wording.say(said))
    row = _summary(pattern, row + 1, gradients, wording)
    for check in gradients.checks:
        row = _block(pattern, row + 1, check, wording)
    longest = max(len(_factor(check, wording)) for check in gradients.checks)
    widths = {**WIDTHS, 2: max(WIDTHS[2], longest + 1.0)}
    return Sheet(
        own, pattern, about=wording("about.gradient_check"),
        widths=widths, freeze=(3, 1), repeat_rows=2, links=[Link(1, 6, start)],
    )  # fmt: skip


def _general(trace: ProgramTrace) -> list[Said]:
    words = ["method", "stored"]
    if trace.program.decimals is not None:
        words.append("unrounded")
    if trace.program.batch is not None:
        words.append("batch")
    return [Said(f"gradient_check.{word}") for word in words]


def _summary(pattern: Pattern, row: int, gradients: Gradients, wording: Wording) -> int:
    """Say at the top which parameters differ."""
    wrong = [check.parameter for check in gradients.checks if not check.agrees]
    role = "differs" if wrong else "agrees"
    pattern.text(row, 1, role, wording(f"gradient_check.{role}"))
    which = "some" if wrong else "all"
    words = wording(f"gradient_check.{which}", names=", ".join(wrong))
    pattern.text(row, 2, "meaning", words)
    return row + 1


def _block(pattern: Pattern, row: int, check: GradientCheck, wording: Wording) -> int:
    heading = f"{check.parameter}  ·  {wording.size(check.shape)}"
    pattern.band(row, 1, 6, heading)
    pattern.text(row + 1, 1, check.verdict, wording(f"gradient_check.{check.verdict}"))
    pattern.text(row + 1, 2, "meaning", _factor(check, wording))
    pattern.text(row + 1, 3, "meaning", wording("gradient_check.largest"))
    largest = row + 1
    row += 2
    if check.says is not None:
        sentence = wording.say(check.says)
        row = _text(pattern, row, sentence[0].upper() + sentence[1:])
        for column in range(1, 7):
            pattern.text(row, column, "equation", check.equation if column == 1 else "")
        row += 1
    if len(check.rows) < check.size:
        part = wording("gradient_check.drawn", shown=len(check.rows), count=check.size)
        row = _text(pattern, row, part)
    for column, head in enumerate(HEADS, 1):
        pattern.text(row, column, "subhead", wording(f"gradient_check.{head}"))
    first = row + 1
    format_ = _format(check)
    for row, found in enumerate(check.rows, first):
        pattern.text(row, 1, "index", place_text(found.index) or "—")
        numbers = (found.by_template, found.by_difference)
        for column, number in enumerate(numbers, 2):
            pattern.cells.append(Cell(row, column, "number", number=number, format=format_))
        pattern.cells.append(Cell(row, 4, "number", number=found.relative, format="0.0E+00"))
    where = area(first, 4, len(check.rows), 1, fixed=False)
    pattern.cells.append(
        Cell(
            largest, 4, "shown", number=check.largest, formula=f"MAX({where})", format="0.0E+00"
        )
    )  # fmt: skip
    return row + 1


def _factor(check: GradientCheck, wording: Wording) -> str:
    return wording("gradient_check.factor", factor=check.factor_says or "")


def _format(check: GradientCheck) -> str:
    """Return the format that shows about six digits of the largest gradient."""
    height = max(max(abs(r.by_template), abs(r.by_difference)) for r in check.rows)
    decimals = 5 - floor(log10(height)) if height else 1
    return decimals_format(max(decimals, 1)) if decimals <= 10 else "0.00000E+00"


def _text(pattern: Pattern, row: int, text: str) -> int:
    for line in wrap(text, LINE):
        pattern.text(row, 1, "line", line)
        row += 1
    return row
