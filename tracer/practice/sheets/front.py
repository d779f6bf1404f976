"""The front sheet of a practice workbook: whose it is, how it works, how far it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tracer.language.formula import column_letters, quoted_sheet
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, TEXTS, counted, meaning
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.sheets.live import LOOKS, HiddenNumbers, Live, Switches
from tracer.wording import Wording, load
from tracer.workbook.plan.plan import TITLE_HEIGHT, Cell, Choice, Pattern, Sheet

#: The title where nothing else is said of the language.
TITLE = TEXTS["front"]
VALUE_COLUMN, SAYS_COLUMN = 2, 3
FIRST_FIELD, LAST_COLUMN = 4, 10
#: The rows of a self-study workbook's switches: the name stands above them.
ABSOLUTE_ROW, RELATIVE_ROW, SHOW_ROW = 5, 6, 7


def switches(wording: Wording) -> Switches:
    """Return where a self-study workbook in a language has its switches."""
    values = f"{quoted_sheet(wording('practice.front'))}${column_letters(VALUE_COLUMN)}$"
    return Switches(*(f"{values}{row}" for row in (ABSOLUTE_ROW, RELATIVE_ROW, SHOW_ROW)))


@dataclass
class Front:
    """Draws the front sheet from the top down; `row` is the next free one."""

    sheet: Sheet
    row: int = FIRST_FIELD
    wording: Wording = field(default_factory=load)

    @property
    def _pattern(self) -> Pattern:
        return self.sheet.pattern

    def field(self, label: str, text: str) -> None:
        """Draw a labelled text that stays a text, whatever it begins with."""
        self._pattern.text(self.row, 1, "label", label)
        self._pattern.cells.append(Cell(self.row, VALUE_COLUMN, "field", text=text, format="@"))
        self.row += 1

    def line(self, text: str) -> None:
        """Draw a line of small print."""
        self._pattern.text(self.row, 1, "muted", text)
        self.row += 1

    def switches(self, rules: Rules) -> None:
        """Draw the tolerances and the switch that shows the answers."""
        assert self.row == ABSOLUTE_ROW
        for name, number in (("absolute", rules.absolute), ("relative", rules.relative)):
            self._pattern.text(self.row, 1, "label", self.wording(f"practice.{name}"))
            self._pattern.cells.append(Cell(self.row, VALUE_COLUMN, "input", number=number))
            self._pattern.text(
                self.row, SAYS_COLUMN, "meaning", self.wording(f"practice.{name}_says")
            )
            self.sheet.choices.append(
                Choice(
                    f"{column_letters(VALUE_COLUMN)}{self.row}", "decimal", low="0", high="1E+300",
                    error=self.wording("practice.tolerance_error"),
                )
            )  # fmt: skip
            self.row += 1
        self._pattern.text(self.row, 1, "label", self.wording("practice.show"))
        self._pattern.text(self.row, VALUE_COLUMN, "choice", self.wording("practice.no"))
        self._pattern.text(self.row, SAYS_COLUMN, "meaning", self.wording("practice.show_says"))
        self.sheet.choices.append(
            Choice(
                f"{column_letters(VALUE_COLUMN)}{self.row}", "list",
                (self.wording("practice.no"), self.wording("practice.yes")),
                error=self.wording("practice.switch_error"),
            )
        )  # fmt: skip
        self.row += 1

    def how(self, lines: Sequence[str]) -> None:
        """Draw how the workbook works."""
        self._heading(self.wording("practice.how"))
        for text in lines:
            self._pattern.text(self.row, 1, "line", text)
            self.row += 1

    def legend(self) -> None:
        """Draw what the colours and symbols of answers mean."""
        self._heading(self.wording("practice.colours"))
        for verdict in COUNTED:
            seen = self.wording("common.sample") if verdict in LOOKS else ""
            self._pattern.text(self.row, 1, LOOKS.get(verdict, "blank"), seen)
            self._pattern.text(
                self.row, 2, "meaning", f"{SYMBOLS[verdict]}  {meaning(verdict, self.wording)}"
            )
            self.row += 1

    def progress(self, exercise: Exercise, live: Live) -> None:
        """Draw how many blanks of each step are right, live, and how many of all."""
        self._heading(self.wording("practice.progress"))
        heads = [
            self.wording("practice.step"),
            "",
            self.wording("practice.asked"),
            *(counted(v, self.wording) for v in COUNTED),
        ]
        for column, text in enumerate(heads, 1):
            role = "subhead_left" if column < 3 else "subhead"
            self._pattern.text(self.row, column, role, text)
        self.row += 1
        first = self.row
        for number, step in enumerate(exercise.program.steps):
            judged = [j for j in live.judged.values() if j.block.assignment.step == number]
            if judged:
                self._counts(step.number, step.title, judged)
        self._total(first, exercise.count)

    def _counts(self, number: str, title: str, judged: Sequence[HiddenNumbers]) -> None:
        count = sum(int(j.block.asked.sum()) for j in judged)
        self._pattern.text(self.row, 1, "index", number)
        self._pattern.text(self.row, 2, "line", title)
        self._pattern.cells.append(Cell(self.row, 3, "count", number=float(count)))
        for column, verdict in enumerate(COUNTED, 4):
            text = "+".join(j.counted(verdict, sheet=True) for j in judged)
            now = float(count if verdict == Verdict.BLANK else 0)
            self._pattern.live(self.row, column, "count", text, now)
        self.row += 1

    def _total(self, first: int, count: int) -> None:
        self._pattern.text(self.row, 1, "subhead", "")
        self._pattern.text(self.row, 2, "subhead_left", self.wording("practice.all"))
        for column, verdict in enumerate([None, *COUNTED], 3):
            letters = column_letters(column)
            now = float(count if verdict in (None, Verdict.BLANK) else 0)
            text = f"SUM({letters}{first}:{letters}{self.row - 1})"
            self._pattern.live(self.row, column, "subhead", text, now)
        self.row += 2

    def _heading(self, text: str) -> None:
        self.row += 1
        self._pattern.band(self.row, 1, LAST_COLUMN - 1, text)
        self.row += 1


def front(exercise: Exercise, about: str) -> Front:
    """Return a front sheet with its title."""
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", exercise.template.title)
    pattern.text(2, 1, "subtitle", about)
    longest = max(len(step.title) for step in exercise.program.steps)
    return Front(
        Sheet(
            exercise.wording("practice.front"), pattern, about=about,
            widths={1: 15.0, 2: max(24.0, longest * 1.1)},
            freeze=(3, 1), repeat_rows=2,
        ),
        wording=exercise.wording,
    )  # fmt: skip
