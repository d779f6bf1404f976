"""What a reader of Explore chooses, and in words and arithmetic what that choice is."""

from __future__ import annotations

from tracer.workbook.plan.plan import Choice, Highlight, Pattern, Sheet, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.explore.helpers import Helpers
from tracer.workbook.sheets.explore.layout import (
    CHOICE,
    COLUMN_ROW,
    EQUATION,
    EQUATION_ROW,
    HEAD_ROW,
    ITERATION_ROW,
    LABEL,
    MORE,
    NAME,
    ROW_ROW,
    SAYS,
    SHOW_ROW,
    STEP,
    WHY,
    WORDS,
    Layout,
)
from tracer.workbook.sheets.spelled import literal


class Controls:
    """Draws the choices, what they mean, and the list of equations."""

    def __init__(self, layout: Layout, helpers: Helpers, sheet: Sheet) -> None:
        self._layout = layout
        self._helpers = helpers
        self._wording = layout.wording
        self._sheet = sheet

    @property
    def _pattern(self) -> Pattern:
        return self._sheet.pattern

    def draw(self) -> None:
        """Draw the choices and what they mean."""
        first = self._layout.initial
        count = self._layout.trace.iterations
        pattern, wording = self._pattern, self._wording
        label = wording("explore.iteration_label", count=count)
        pattern.text(ITERATION_ROW, LABEL, "label", label)
        pattern.text(EQUATION_ROW, LABEL, "label", wording("explore.equation"))
        pattern.text(SHOW_ROW, LABEL, "label", wording("explore.show"))
        sizes = [self._layout.helper_cell(row, 2) for row in (ROW_ROW, COLUMN_ROW)]
        for row, name, size, now in zip(
            (ROW_ROW, COLUMN_ROW), ("row", "column"), sizes, first.reading.size, strict=True
        ):
            label = wording(f"explore.{name}_label")
            self._pattern.live(row, LABEL, "label", f"{literal(label)}&{size}", f"{label}{now}")
        for row, chosen in ((ITERATION_ROW, 1), (ROW_ROW, 1), (COLUMN_ROW, 1)):
            pattern.number(row, CHOICE, "choice", chosen, "0")
        pattern.text(EQUATION_ROW, CHOICE, "choice", first.entry)
        pattern.text(SHOW_ROW, CHOICE, "choice", wording("explore.one_cell"))
        self._add_choices(sizes)
        self._lines()

    def _add_choices(self, sizes: list[str]) -> None:
        entries = area(HEAD_ROW + 1, CHOICE, len(self._layout.equations), 1)
        count, wording = self._layout.trace.iterations, self._wording
        shows = wording("explore.one_cell"), wording("explore.whole_block")
        message = wording("explore.iteration_message", count=count)
        if self._layout.nearest:
            message += f" {wording('explore.nearest')}"
        error = wording("explore.iteration_error", count=count)
        title = wording("common.iteration")
        self._whole_number(ITERATION_ROW, str(count), title, message, error)
        self._one_of(EQUATION_ROW, entries, "equation")
        self._one_of(SHOW_ROW, shows, "show")
        for row, size, name in zip((ROW_ROW, COLUMN_ROW), sizes, ("row", "column"), strict=True):
            texts = (wording(f"explore.{name}{part}") for part in ("", "_message", "_error"))
            self._whole_number(row, size, *texts)

    def _whole_number(self, row: int, most: str, title: str, message: str, error: str) -> None:
        here = area(row, CHOICE, 1, 1, fixed=False)
        choice = Choice(here, "whole", (), "1", most, title, message, error)
        self._sheet.choices.append(choice)

    def _one_of(self, row: int, values: tuple[str, ...] | str, name: str) -> None:
        here = area(row, CHOICE, 1, 1, fixed=False)
        title, message = (self._wording(f"explore.{name}{part}") for part in ("", "_message"))
        error = self._wording("explore.choose")
        choice = Choice(here, "list", values, title=title, message=message, error=error)
        self._sheet.choices.append(choice)

    def _lines(self) -> None:
        """Write what the choice means: which number, its arithmetic, its equation, what for."""
        first, whole = self._layout.initial, self._layout.whole_cell
        row, column = self._layout.axis_cell("row"), self._layout.axis_cell("column")
        typed = [area(r, CHOICE, 1, 1) for r in (ROW_ROW, COLUMN_ROW)]
        beyond = f"AND({whole}=0,OR({typed[0]}<>{row},{typed[1]}<>{column}))"
        chosen = self._layout.of_chosen
        pieces = ("iteration", "row", "column", "whole", "no_row")
        said = {piece: self._wording(f"explore.says_{piece}") for piece in pieces}
        says = {piece: literal(text) for piece, text in said.items()}
        iteration = f'{says["iteration"]}&{self._layout.helper_cell(ITERATION_ROW)}&": "'
        place = f"{says['row']}&{row}&{says['column']}&{column}"
        none = f'{says["no_row"]}&{typed[0]}&{says["column"]}&{typed[1]}&")"'
        named = f'IF({whole}=1,{says["whole"]},{place}&IF({beyond},{none},""))'
        initially = (
            f"{said['iteration']}1: {self._layout.name(first)}{said['row']}1{said['column']}1"
        )
        which = f"{iteration}&{chosen(NAME)}&{named}"
        self._pattern.live(ITERATION_ROW, SAYS, "muted", which, initially)
        arithmetic = f"IF({whole}=1,{chosen(EQUATION)},{chosen(WORDS)})"
        lines: list[tuple[int, CellRole, str, int]] = [
            (EQUATION_ROW, "arithmetic", arithmetic, WORDS),
            (SHOW_ROW, "mono", f'IF({whole}=1,"",{chosen(EQUATION)})', EQUATION),
            (ROW_ROW, "label", chosen(STEP), STEP),
            (COLUMN_ROW, "line", f'{chosen(WHY)}&""', WHY),
            (COLUMN_ROW + 1, "line", f'{chosen(MORE)}&""', MORE),
        ]
        now = self._helpers.says(first)
        for where, role, formula, column_of in lines:
            text = self._helpers.spelled(first)[1] if column_of == WORDS else now[column_of]
            self._pattern.live(where, SAYS, role, formula, text)

    def list_equations(self) -> None:
        """List the equations; a sign and a colour mark the chosen one."""
        pattern, equations = self._pattern, self._layout.equations
        pattern.text(HEAD_ROW, LABEL, "band", self._wording("explore.equations"))
        pattern.text(HEAD_ROW, CHOICE, "band", self._wording("explore.step_result"))
        for row, equation in enumerate(equations, HEAD_ROW + 1):
            pointer = f'IF({self._layout.equation_cell}={equation.number},"▶","")'
            now = "▶" if equation is self._layout.initial else ""
            pattern.live(row, LABEL, "pointer", pointer, now)
            pattern.text(row, CHOICE, "line", equation.entry)
        top = area(HEAD_ROW + 1, CHOICE, 1, 1)
        listed = area(HEAD_ROW + 1, CHOICE, len(equations), 1, fixed=False)
        chosen = f"ROW()-ROW({top})+1={self._layout.equation_cell}"
        self._sheet.highlights.append(Highlight(listed, chosen, "active"))
