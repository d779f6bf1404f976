"""What a reader of Explore chooses, and in words and arithmetic what that choice is."""

from __future__ import annotations

from typing import Literal

from tracer.workbook.plan.plan import Choice, Highlight, Link, Sheet, Spin, area
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.explore.entries import ListedEquation, ListedShow
from tracer.workbook.sheets.explore.helpers import Helpers
from tracer.workbook.sheets.explore.layout import Layout
from tracer.workbook.sheets.explore.places import (
    ARITHMETIC,
    CHOICE_PLACES,
    CHOICES,
    COUNTED,
    ENTRY,
    EQUATION,
    EQUATION_ROW,
    LABELS,
    LINES,
    LIST_COLUMN,
    MORE,
    MORE_ROW,
    NAME,
    NETWORK_COLUMN,
    NUMBER,
    POSITION,
    START,
    STEP,
    STEP_ROW,
    TABLE_ROW,
    WHICH,
    WHY,
    WHY_ROW,
    WORDS,
    choice_cell,
)
from tracer.workbook.sheets.spelled import literal


class Controls:
    """Draws the choices, what they mean, and the list of entries."""

    def __init__(self, layout: Layout, helpers: Helpers, sheet: Sheet) -> None:
        self._layout = layout
        self._helpers = helpers
        self._wording = layout.wording
        self._sheet = sheet
        self._pattern = sheet.pattern

    def draw(self) -> None:
        """Draw the choices and what they mean."""
        layout, wording = self._layout, self._wording
        rows, columns = layout.initial.size
        labels = {name: wording(f"explore.{name}") for name in ("equation", "show", "later")}
        labels["number"] = wording("explore.number_label", count=str(layout.count))
        labels["iteration"] = wording("explore.iteration_label", count=str(layout.trace.iterations))
        for name, text in labels.items():
            if name != "equation":
                self._pattern.text(LABELS, CHOICE_PLACES[name].column, "label", text)
        # While the walk is on, it rules.
        ruled = wording("explore.equation_ruled")
        rule = f"IF({layout.cell(NUMBER)}>0,{literal(ruled)},{literal(labels['equation'])})"
        at = CHOICE_PLACES["equation"].column
        self._pattern.live(LABELS, at, "label", rule, labels["equation"])
        for name, now in (("row", rows), ("column", columns)):
            before, at = wording(f"explore.{name}_from"), CHOICE_PLACES[name].column
            formula = f"{literal(before)}&{layout.cell(name, 2)}"
            self._pattern.live(LABELS, at, "label", formula, f"{before}{now}")
        for name, value in ((NUMBER, 0), ("iteration", 1), ("row", 1), ("column", 1)):
            self._pattern.number(CHOICES, CHOICE_PLACES[name].column, "choice", value, "0")
        texts = {
            "equation": layout.initial.text,
            "show": wording("explore.one_cell"),
            "later": wording("explore.later_shown"),
        }
        for name, text in texts.items():
            place = CHOICE_PLACES[name]
            last = place.column + place.across - 1
            self._pattern.fill(CHOICES, place.column, last, "choice_wide", text)
        self._add_choices()
        self._lines()

    def _add_choices(self) -> None:
        layout, wording = self._layout, self._wording
        last = layout.trace.iterations
        for name, low, high in ((NUMBER, 0, layout.count), ("iteration", 1, last)):
            error = wording(f"explore.{name}_error", count=high)
            self._choice(name, "whole", str(low), str(high), error=error)
            place = CHOICE_PLACES[name]
            self._sheet.spins.append(
                Spin(CHOICES, place.column + 1, choice_cell(name), low, high, low, error)
            )
        for name in ("row", "column"):
            first = area(TABLE_ROW + 1, layout.helper + COUNTED, 1, 1)
            counted = area(TABLE_ROW + 1, layout.helper + COUNTED, self._helpers.counted, 1)
            size = layout.cell(name, 2)
            values = first if first == counted else f"{first}:INDEX({counted},{size})"
            self._choice(name, "list", values=values, error=wording(f"explore.{name}_error"))
        shows = wording("explore.one_cell"), wording("explore.whole_block")
        later = wording("explore.later_shown"), wording("explore.later_hidden")
        for name, values_of in (
            ("equation", layout.table(ENTRY)),
            ("show", shows),
            ("later", later),
        ):
            self._choice(name, "list", values=values_of, error=wording("explore.choose"))

    def _choice(
        self,
        name: str,
        kind: Literal["list", "whole"],
        low: str = "",
        high: str = "",
        *,
        values: tuple[str, ...] | str = (),
        error: str,
    ) -> None:
        here = area(CHOICES, CHOICE_PLACES[name].column, 1, 1, fixed=False)
        title = self._wording(f"explore.{name}_title")
        self._sheet.choices.append(Choice(here, kind, values, low, high, title=title, error=error))

    def _lines(self) -> None:
        """Write what the choice means: which number, its arithmetic, its equation, what for."""
        layout, first = self._layout, self._layout.initial
        chosen, whole = layout.of_chosen, layout.whole_cell
        self._pattern.live(WHICH, LINES, "muted", *self._which())
        arithmetic = f'IF({whole}=1,{chosen(EQUATION)}&"",{chosen(WORDS)})'
        lines: list[tuple[int, CellRole, str, int]] = [
            (ARITHMETIC, "arithmetic", arithmetic, WORDS),
            (EQUATION_ROW, "mono", f'IF({whole}=1,"",{chosen(EQUATION)})', EQUATION),
            (STEP_ROW, "label", chosen(STEP), STEP),
            (WHY_ROW, "line", f'{chosen(WHY)}&""', WHY),
            (MORE_ROW, "line", f'{chosen(MORE)}&""', MORE),
        ]
        now = self._helpers.says(first)
        for where, role, formula, column_of in lines:
            text = self._helpers.spelled(first)[1] if column_of == WORDS else now[column_of]
            self._pattern.live(where, LINES, role, formula, text)

    def _which(self) -> tuple[str, str]:
        """Return the line that says which number is chosen, and what it says at first."""
        layout, first, wording = self._layout, self._layout.initial, self._wording
        row, column = layout.axis_cell("row"), layout.axis_cell("column")
        typed = [choice_cell(name) for name in ("row", "column")]
        pieces = ("iteration", "row", "column", "whole", "no_row", "number", "of")
        said = {piece: wording(f"explore.says_{piece}") for piece in pieces}
        says = {piece: literal(text) for piece, text in said.items()}
        beyond = f"AND({layout.cell(NUMBER)}=0,OR({typed[0]}<>{row},{typed[1]}<>{column}))"
        none = f'{says["no_row"]}&{typed[0]}&{says["column"]}&{typed[1]}&")"'
        counted = (
            f"{says['number']}&{layout.cell(POSITION)}&{literal(said['of'] + str(layout.count))}"
        )
        place = f"{says['row']}&{row}&{says['column']}&{column}&{counted}"
        named = f'IF({layout.whole_cell}=1,{says["whole"]},{place}&IF({beyond},{none},""))'
        shows = f'IF({layout.of_chosen(START)}=0,"",{named})'
        formula = (
            f'{says["iteration"]}&{layout.cell("iteration")}&": "&{layout.of_chosen(NAME)}&{shows}'
        )
        now = (
            f"{said['iteration']}1: {layout.name(first)}{said['row']}1{said['column']}1"
            f"{said['number']}{first.before + 1}{said['of']}{layout.count}"
        )
        return formula, now

    def list_entries(self) -> None:
        """List what can be chosen, each linked to its block; a sign marks the chosen one."""
        layout, pattern = self._layout, self._pattern
        pattern.band(
            layout.head_row, LIST_COLUMN, NETWORK_COLUMN - 2, self._wording("explore.entries")
        )
        for row, entry in enumerate(layout.entries, layout.head_row + 1):
            chosen = f"{layout.equation_cell}={entry.number}"
            formula = f'IF({chosen},"▶ ","")&{literal(entry.text)}'
            now = "▶ " if entry is layout.initial else ""
            pattern.live(row, LIST_COLUMN, "link", formula, now + entry.text)
            slot = entry.slots[0] if isinstance(entry, ListedShow) else None
            if isinstance(entry, ListedEquation):
                slot = entry.slot
            assert slot is not None
            block = layout.areas[slot.key]
            there = area(block.row - 1, block.column, 1, 1, fixed=False)
            self._sheet.links.append(Link(row, LIST_COLUMN, self._sheet.title, there))
        top = area(layout.head_row + 1, LIST_COLUMN, 1, 1)
        listed = area(
            layout.head_row + 1, LIST_COLUMN, len(layout.entries), NETWORK_COLUMN - 2, fixed=False
        )
        chosen = f"ROW()-ROW({top})+1={layout.equation_cell}"
        self._sheet.highlights.append(Highlight(listed, chosen, "chosen"))
