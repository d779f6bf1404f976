"""The front sheet of a practice workbook: whose it is, how it works, how far it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.language.addresses import column_letters
from tracer.language.formula import quoted_sheet
from tracer.practice.answers.marks import Rules, Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, counted, meaning
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.sheets.live import LOOKS, HiddenNumbers, Live, Switches
from tracer.practice.sheets.to_do import Counter, empty_in
from tracer.wording import Wording
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Choice

VALUE_COLUMN, SAYS_COLUMN = 2, 3
LAST_COLUMN = 11
#: The rows of a self-study workbook's switches: the name stands above them.
ABSOLUTE_ROW, RELATIVE_ROW, SHOW_ROW = 5, 6, 7


def switches(wording: Wording) -> Switches:
    """Return where a self-study workbook in a language has its switches."""
    values = f"{quoted_sheet(wording('practice.front'))}${column_letters(VALUE_COLUMN)}$"
    return Switches(*(f"{values}{row}" for row in (ABSOLUTE_ROW, RELATIVE_ROW, SHOW_ROW)))


class Front(Page):
    """Draws the front sheet from the top down."""

    columns = LAST_COLUMN - 1

    def __init__(self, exercise: Exercise, about: str) -> None:
        """Open the sheet with the exercise's title, and what its workbook is."""
        self.wording = exercise.wording
        super().__init__(
            self.wording("practice.front"),
            about=about,
            heading=exercise.lesson.title,
            subtitle=about,
        )
        longest = max(len(step.title) for step in exercise.program.steps)
        self.sheet.widths = {1: 15.0, 2: max(24.0, longest * 1.1)}
        self.hold(3)

    def field(self, label: str, text: str) -> None:
        """Draw a labelled text that stays a text, whatever it begins with."""
        row = self.line(label, "label")
        self.pattern.verbatim(row, VALUE_COLUMN, "field", text)

    def switches(self, rules: Rules) -> None:
        """Draw the tolerances and the switch that shows the answers."""
        assert self.row == ABSOLUTE_ROW
        for name, number in (("absolute", rules.absolute), ("relative", rules.relative)):
            row = self.line(self.wording(f"practice.{name}"), "label")
            self.pattern.number(row, VALUE_COLUMN, "input", number)
            error = self.wording("practice.tolerance_error")
            choice = Choice(_value(row), "decimal", low="0", high="1E+300", error=error)
            self._says(row, f"{name}_says", choice)
        row = self.line(self.wording("practice.show"), "label")
        answers = self.wording("practice.no"), self.wording("practice.yes")
        self.pattern.text(row, VALUE_COLUMN, "choice", answers[0])
        error = self.wording("practice.switch_error")
        self._says(row, "show_says", Choice(_value(row), "list", answers, error=error))

    def _says(self, row: int, key: str, choice: Choice) -> None:
        """Say what a row's cell is for, and what may be typed there."""
        self.pattern.text(row, SAYS_COLUMN, "meaning", self.wording(f"practice.{key}"))
        self.sheet.choices.append(choice)

    def how(self, lines: Sequence[str]) -> None:
        """Draw how the workbook works."""
        self.heading(self.wording("practice.how"))
        self.lines(lines)

    def legend(self) -> None:
        """Draw what the colours and symbols of answers mean."""
        self.heading(self.wording("practice.colours"))
        for verdict in COUNTED:
            says = f"{SYMBOLS[verdict]}  {meaning(verdict, self.wording)}"
            if verdict in LOOKS:
                self.sample(LOOKS[verdict], says)
            else:
                self.pair("blank", "", says)

    def progress(self, exercise: Exercise, live: Live) -> None:
        """Draw how many blanks of each step are right, live, and how many of all."""
        self.heading(self.wording("practice.progress"))
        heads = [self.wording("practice.step"), "", self.wording("practice.asked")]
        self.heads([*heads, *(counted(v, self.wording) for v in COUNTED)], left=2)
        first = self.row
        for number, step in enumerate(exercise.program.steps):
            judged = [j for j in live.judged.values() if j.block.assignment.step == number]
            if judged:
                self._counts(step.number, step.title, judged)
        self._total(first, exercise.count)

    def to_do(
        self, exercise: Exercise, counters: Sequence[Counter], points: Mapping[int, float]
    ) -> None:
        """Draw how many blanks and points each step has, and how many blanks are empty, live."""
        self.heading(self.wording("practice.progress"))
        heads = [self.wording(f"practice.{name}") for name in ("step", "points", "asked")]
        self.heads([heads[0], "", *heads[1:], counted(Verdict.BLANK, self.wording)], left=2)
        first = self.row
        for number, step in enumerate(exercise.program.steps):
            here = [one for one in counters if one.block.assignment.step == number]
            if not here:
                continue
            said = self.wording("common.step", number=step.number)
            row = self.pair("index", said, step.title, beside="line")
            if number in points:
                self.pattern.number(row, 3, "count", points[number])
            count = float(sum(one.count for one in here))
            self.pattern.number(row, 4, "count", count)
            self.pattern.live(row, 5, "count", empty_in(here), count)
        row = self.pair("subhead", "", self.wording("practice.all"), beside="subhead_left")
        count = float(sum(one.count for one in counters))
        for column, now in enumerate((float(sum(points.values())), count, count), 3):
            letters = column_letters(column)
            text = f"SUM({letters}{first}:{letters}{row - 1})"
            self.pattern.live(row, column, "subhead", text, now)
        self.row += 1

    def _counts(self, number: str, title: str, judged: Sequence[HiddenNumbers]) -> None:
        count = sum(int(j.block.asked.sum()) for j in judged)
        said = self.wording("common.step", number=number)
        row = self.pair("index", said, title, beside="line")
        self.pattern.number(row, 3, "count", float(count))
        for column, verdict in enumerate(COUNTED, 4):
            text = "+".join(j.counted(verdict, sheet=True) for j in judged)
            now = float(count if verdict == Verdict.BLANK else 0)
            self.pattern.live(row, column, "count", text, now)

    def _total(self, first: int, count: int) -> None:
        row = self.pair("subhead", "", self.wording("practice.all"), beside="subhead_left")
        for column, verdict in enumerate([None, *COUNTED], 3):
            letters = column_letters(column)
            now = float(count if verdict in (None, Verdict.BLANK) else 0)
            text = f"SUM({letters}{first}:{letters}{row - 1})"
            self.pattern.live(row, column, "subhead", text, now)
        self.row += 1


def _value(row: int) -> str:
    """Return the cell of a row that something is typed into."""
    return f"{column_letters(VALUE_COLUMN)}{row}"
