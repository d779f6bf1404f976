"""Gradient check: each gradient as the template applies it, beside a central difference."""

from __future__ import annotations

from math import floor, log10
from textwrap import wrap

from tracer.language.expression import shape_text
from tracer.tracing import Trace
from tracer.verification import GradientCheck, Gradients, check_gradients
from tracer.workbook.numbers import decimals_format
from tracer.workbook.plan import TITLE_HEIGHT, Cell, Link, Pattern, Sheet, area

TITLE = "Gradient check"
#: Characters of a line of text.
LINE = 110
HEADS = ("element", "by the template", "central difference", "relative difference")
WIDTHS = {1: 16.0, 2: 22.0, 3: 22.0, 4: 22.0, 5: 4.0, 6: 12.0}
WORDS = {"agrees": "✓ agrees", "differs": "✗ differs"}
EXPLAINED = (
    (
        "By the template: what its first update subtracts, divided by the factor named in each"
        " block. Central difference: how the loss changes when only that element is moved a little"
        " up and down; the backward pass plays no part in it. Relative: to the parameter's largest"
        " gradient."
    ),
    (
        "These numbers were computed when this workbook was made. They do not follow the sheet"
        " Inputs; to check other numbers, make the workbook again with them."
    ),
)


def gradient_sheet(trace: Trace) -> Sheet | None:
    """Return the sheet; None where there is no loss or nothing that training updates."""
    if trace.program.loss is None:
        return None
    gradients = check_gradients(trace.template)
    if not gradients.checks:
        return None
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", TITLE)
    pattern.text(1, 6, "link", "Start")
    pattern.text(
        2, 1, "subtitle",
        f"Does every parameter's update follow the slope of {gradients.loss}? The first iteration,"
        " checked number by number.",
    )  # fmt: skip
    row = 4
    for text in (*EXPLAINED, *_special(trace), *gradients.notes):
        row = _text(pattern, row, text)
    row = _summary(pattern, row + 1, gradients)
    for check in gradients.checks:
        row = _block(pattern, row + 1, check)
    return Sheet(
        TITLE, pattern, about="every gradient beside a central difference of the loss",
        widths=dict(WIDTHS), freeze=(3, 1), repeat_rows=2, links=[Link(1, 6, "Start")],
    )  # fmt: skip


def _special(trace: Trace) -> list[str]:
    words = []
    if trace.program.decimals is not None:
        words.append("The check is computed without the rounding of the other sheets.")
    if trace.program.batch is not None:
        words.append("The loss is that of the first batch.")
    return words


def _summary(pattern: Pattern, row: int, gradients: Gradients) -> int:
    """Say at the top which parameters differ."""
    wrong = [check.parameter for check in gradients.checks if not check.agrees]
    role = "differs" if wrong else "agrees"
    pattern.text(row, 1, role, WORDS[role])
    words = f"{', '.join(wrong)}: see below" if wrong else "all parameters"
    pattern.text(row, 2, "meaning", words)
    return row + 1


def _block(pattern: Pattern, row: int, check: GradientCheck) -> int:
    heading = f"{check.parameter}  ·  {shape_text(check.shape)}"
    pattern.band(row, 1, 6, heading)
    pattern.text(row + 1, 1, check.verdict, WORDS[check.verdict])
    pattern.text(row + 1, 2, "meaning", f"step / gradient = {check.factor_text}")
    pattern.text(row + 1, 3, "meaning", "largest relative difference")
    largest = row + 1
    row += 2
    if check.sentence:
        row = _text(pattern, row, check.sentence[0].upper() + check.sentence[1:])
        for column in range(1, 7):
            pattern.text(row, column, "equation", check.equation if column == 1 else "")
        row += 1
    if len(check.rows) < check.size:
        row = _text(
            pattern, row,
            f"{len(check.rows)} of {check.size:,} elements, drawn at random, the same every time.",
        )  # fmt: skip
    for column, head in enumerate(HEADS, 1):
        pattern.text(row, column, "subhead", head)
    first = row + 1
    format_ = _format(check)
    for row, found in enumerate(check.rows, first):
        index = f"[{', '.join(map(str, found.index))}]" if found.index else "—"
        pattern.text(row, 1, "index", index)
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
