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
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Sheet, area
from tracer.workbook.plan.roles import CellRole

#: Characters of a line of text.
LINE = 110
HEADS = ("element", "by_template", "difference", "relative")
#: How a relative difference is shown.
RELATIVE = "0.0E+00"
WIDTHS = {1: 16.0, 2: 22.0, 3: 22.0, 4: 22.0, 5: 4.0, 6: 12.0}


def gradient_sheet(trace: ProgramTrace, wording: Wording) -> Sheet | None:
    """Return the sheet; None where there is no loss or nothing that training updates."""
    if trace.program.loss is None:
        return None
    gradients = check_gradients(trace.template)
    if not gradients.checks:
        return None
    page = Page(
        wording.sheet("gradient_check"),
        about=wording("about.gradient_check"),
        back=(6, wording.sheet("start")),
        subtitle=wording("gradient_check.subtitle", loss=gradients.loss),
    )
    page.hold(3)
    for said in (*_general(trace), *gradients.says):
        page.lines(wrap(wording.say(said), LINE))
    _summary(page, gradients, wording)
    for check in gradients.checks:
        _block(page, check, wording)
    longest = max(len(_factor(check, wording)) for check in gradients.checks)
    page.sheet.widths = {**WIDTHS, 2: max(WIDTHS[2], longest + 1.0)}
    return page.sheet


def _general(trace: ProgramTrace) -> list[Said]:
    words = ["method", "stored"]
    if trace.program.decimals is not None:
        words.append("unrounded")
    if trace.program.batch is not None:
        words.append("batch")
    return [Said(f"gradient_check.{word}") for word in words]


def _summary(page: Page, gradients: Gradients, wording: Wording) -> None:
    """Say at the top which parameters differ."""
    wrong = [check.parameter for check in gradients.checks if not check.agrees]
    role: CellRole = "differs" if wrong else "agrees"
    which = "some" if wrong else "all"
    page.row += 1
    words = wording(f"gradient_check.{which}", names=", ".join(wrong))
    page.pair(role, wording(f"gradient_check.{role}"), words)


def _block(page: Page, check: GradientCheck, wording: Wording) -> None:
    page.heading(f"{check.parameter}  ·  {wording.size(check.shape)}", len(WIDTHS))
    verdict = wording(f"gradient_check.{check.verdict}")
    largest = page.pair(check.verdict, verdict, _factor(check, wording))
    pattern = page.pattern
    pattern.text(largest, 3, "meaning", wording("gradient_check.largest"))
    if check.says is not None:
        sentence = wording.say(check.says)
        page.lines(wrap(sentence[0].upper() + sentence[1:], LINE))
        pattern.fill(page.row, 1, len(WIDTHS), "equation", check.equation)
        page.row += 1
    if len(check.rows) < check.size:
        part = wording("gradient_check.drawn", shown=len(check.rows), count=check.size)
        page.lines(wrap(part, LINE))
    page.heads([wording(f"gradient_check.{head}") for head in HEADS])
    where = area(page.row, 4, len(check.rows), 1, fixed=False)
    shown = _format(check)
    for found in check.rows:
        row = page.line(place_text(found.index) or "—", "index")
        pattern.number(row, 2, "number", found.by_template, shown)
        pattern.number(row, 3, "number", found.by_difference, shown)
        pattern.number(row, 4, "number", found.relative, RELATIVE)
    pattern.live(largest, 4, "shown", f"MAX({where})", check.largest, RELATIVE)


def _factor(check: GradientCheck, wording: Wording) -> str:
    return wording("gradient_check.factor", factor=check.factor_says or "")


def _format(check: GradientCheck) -> str:
    """Return the format that shows about six digits of the largest gradient."""
    height = max(max(abs(r.by_template), abs(r.by_difference)) for r in check.rows)
    decimals = 5 - floor(log10(height)) if height else 1
    return decimals_format(max(decimals, 1)) if decimals <= 10 else "0.00000E+00"
