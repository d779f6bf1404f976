"""First pass: what reacts to what is typed: choices, rules that colour cells, colour scales."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule, Rule
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.numbers import BUILTIN_FORMATS_REVERSE, NumberFormat
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracer.workbook.plan.palette import Palette
from tracer.workbook.plan.plan import Choice, Highlight, Sheet

#: Numbers of format codes that only rules have begin here; those of cells stay well below.
FIRST_FORMAT = 300


class CellRules:
    """Adds to sheets what reacts; rules that look alike share their style."""

    def __init__(self, palette: Palette) -> None:
        self._looks = palette.looks
        self._styles: dict[tuple[str, str, str], DifferentialStyle] = {}
        self._codes: dict[str, int] = {}

    def add(self, plan: Sheet, sheet: Worksheet) -> None:
        """Add a sheet's choices, highlights and colour scales."""
        for choice in (*plan.choices, *plan.pattern.choices):
            sheet.add_data_validation(_validation(choice))
        for highlight in plan.highlights:
            # A rule that stops would take the colour of a scale away.
            stop = None if highlight.mark else True
            style, formula = self._style(highlight), [highlight.formula]
            rule = Rule("expression", dxf=style, stopIfTrue=stop, formula=formula)
            sheet.conditional_formatting.add(highlight.area, rule)
        for scale in plan.scales:
            kinds = ["min", "percentile", "max"]
            low, middle, high = scale.bounds or (None, 50, None)
            if scale.bounds is not None:
                kinds = ["formula" if isinstance(b, str) else "num" for b in scale.bounds]
            rule = ColorScaleRule(  # type: ignore[no-untyped-call]
                start_type=kinds[0],
                start_value=low,
                start_color=scale.colors[0],
                mid_type=kinds[1],
                mid_value=middle,
                mid_color=scale.colors[1],
                end_type=kinds[2],
                end_value=high,
                end_color=scale.colors[2],
            )
            sheet.conditional_formatting.add(scale.area, rule)

    def _style(self, highlight: Highlight) -> DifferentialStyle:
        key = highlight.role, highlight.mark, highlight.format
        if key not in self._styles:
            look = self._looks[highlight.role]
            side = Side("thin", color=look.border) if look.border else None
            fill = look.fill and PatternFill("solid", start_color=look.fill, end_color=look.fill)
            self._styles[key] = DifferentialStyle(
                font=Font(color=look.color, bold=look.bold or None, italic=look.italic or None),
                numFmt=self._format(highlight),
                fill=fill or None,
                border=Border(left=side, right=side, top=side, bottom=side) if side else None,
            )
        return self._styles[key]

    def _format(self, highlight: Highlight) -> NumberFormat | None:
        """Return a rule's number format: its own, or one that shows every number as a mark."""
        code = f'"{highlight.mark}"' if highlight.mark else highlight.format
        if not code:
            return None
        if code in BUILTIN_FORMATS_REVERSE:
            return NumberFormat(BUILTIN_FORMATS_REVERSE[code], code)
        return NumberFormat(self._codes.setdefault(code, FIRST_FORMAT + len(self._codes)), code)


def share_styles(workbook: Workbook) -> None:
    """Let rules name a style that one before them has brought, by its number.

    openpyxl numbers styles as it comes upon them, comparing each with all before: with a thousand
    rules that takes longer than all else. So this goes through the rules in its order.
    """
    numbers: dict[int, int] = {}
    for sheet in workbook.worksheets:
        for formatting in sheet.conditional_formatting:
            for rule in formatting.rules:
                if rule.dxf is None:
                    continue
                known = numbers.get(id(rule.dxf))
                if known is None:
                    numbers[id(rule.dxf)] = len(numbers)
                else:
                    rule.dxf, rule.dxfId = None, known


def _validation(choice: Choice) -> DataValidation:
    validation = DataValidation(sqref=choice.area, allow_blank=True)
    # Typed as closed sets of words, which the plan's are checked against by openpyxl itself.
    rule: Any = validation
    if choice.kind == "list":
        given = choice.values
        rule.type = "list"
        rule.formula1 = given if isinstance(given, str) else '"' + ",".join(given) + '"'
    else:
        rule.type, rule.operator = choice.kind, "between"
        rule.formula1, rule.formula2 = choice.low, choice.high
    if choice.error:
        rule.showErrorMessage = True
        rule.errorTitle, rule.error = choice.title[:32] or None, choice.error[:255]
    return validation
