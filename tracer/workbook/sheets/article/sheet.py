"""The sheet Article as it is drawn: places, what is printed there, the cell, the comparison."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from tracer.language.expression import place_text
from tracer.language.formula import number_text, quoted_sheet
from tracer.run.trace import ProgramTrace
from tracer.verify.published import agrees, decimals_of, half_a_unit
from tracer.wording import Wording
from tracer.workbook.plan.numbers import NumberFormat, decimals_format
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.plan import Highlight, Link, Sheet
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.article.counterparts import Counterpart, Counterparts
from tracer.workbook.sheets.article.rows import Row, rows
from tracer.workbook.sheets.unchanged import unchanged

PLACE, PRINTED, COMPUTED, STATUS, HERE = range(1, 6)
HEADS = ("place", "printed", "computed", "status", "here")
#: Characters of a line in the columns of texts, and in a line that runs over several of them.
PLACE_LINE, PRINTED_LINE, LINE = 27, 38, 96
WIDTHS = {PLACE: 29.0, PRINTED: 40.0, COMPUTED: 13.0, STATUS: 25.0, HERE: 32.0}
INPUTS_ROW, AGREE_ROW, HEAD_ROW = 3, 4, 5
#: What a result begins with, and the look that it then has.
SIGNS: Mapping[str, CellRole] = {"✓": "agrees", "✗": "differs"}


def article_sheet(
    trace: ProgramTrace, cells: Counterparts, wording: Wording, others: Collection[str]
) -> Sheet | None:
    """Return the sheet; None for a template without a source. `others` are sheets there are."""
    if not trace.template.source:
        return None
    found = rows(trace.template, trace.program, cells)
    return _ArticleDrawn(trace, cells, wording, others).sheet(found)


@dataclass
class _ArticleDrawn:
    trace: ProgramTrace
    cells: Counterparts
    wording: Wording
    others: Collection[str]
    #: The place in hand, the first row of its lines, and the first one below them.
    place: str = ""
    top: int = 0
    below: int = 0
    agreeing: int = 0

    def sheet(self, found: Sequence[Row]) -> Sheet:
        """Draw everything."""
        say = self.wording
        self.page = Page(
            say.sheet("article"),
            about=say("about.article"),
            back=(STATUS, say.sheet("start")),
            subtitle=say("article.subtitle"),
        )
        self.page.row = INPUTS_ROW
        self._inputs()
        self.page.row = HEAD_ROW
        self.page.heads([say(f"article.{head}") for head in HEADS], left=len(HEADS))
        self.page.hold(HEAD_ROW + 1)
        first = self.page.row
        for row in found:
            self._row(row)
        self.page.row = max(self.page.row, self.below)
        self._agreeing(found, first)
        self.page.sheet.widths = self._widths(found)
        where = f"D{first}:D{max(first, self.page.row - 1)}"
        self.page.sheet.highlights = [
            Highlight(where, f'LEFT($D{first},1)="{sign}"', role) for sign, role in SIGNS.items()
        ]
        return self.page.sheet

    # -- above the table ----------------------------------------------------------------

    @property
    def _other_numbers(self) -> bool:
        """Whether the workbook was made with other numbers than the lesson's own."""
        return bool(self.trace.template.settings) or self.trace.program.decimals is not None

    def _inputs(self) -> None:
        """Say whether the inputs are the lesson's own, as the comparisons below ask."""
        say, pattern, row = self.wording, self.page.pattern, INPUTS_ROW
        pattern.text(row, PLACE, "label", say("article.inputs"))
        same, changed = say("article.same"), say("article.changed")
        condition = None if self._other_numbers else unchanged(self.trace, self.cells.inputs)
        if condition is None:
            pattern.text(row, PRINTED, "meaning", changed if self._other_numbers else same)
        else:
            formula = f'IF({condition},"{same}","{changed}")'
            pattern.live(row, PRINTED, "meaning", formula, same)
        pattern.text(row, COMPUTED, "note", say("article.changed_says"))

    def _agreeing(self, found: Sequence[Row], first: int) -> None:
        count = sum(row.kind == "figure" and row.here is not None for row in found)
        if not count:
            return
        say, pattern = self.wording, self.page.pattern
        pattern.text(AGREE_ROW, PLACE, "label", say("article.agreeing"))
        where = f"$D${first}:$D${self.page.row - 1}"
        formula = f'COUNTIFS({where},"{say("article.agrees")}")'
        pattern.live(AGREE_ROW, PRINTED, "meaning", formula, float(self.agreeing), "0")
        pattern.text(AGREE_ROW, COMPUTED, "note", say("article.agreeing_of", count=count))

    def _widths(self, found: Sequence[Row]) -> dict[int, float]:
        longest = max((len(self._words(row)) for row in found), default=0)
        return {**WIDTHS, HERE: max(WIDTHS[HERE], longest + 2.0)}

    # -- the table ----------------------------------------------------------------------

    def _next(self) -> int:
        """Begin a row; return its number."""
        self.page.row += 1
        return self.page.row - 1

    def _row(self, row: Row) -> None:
        self._place(row.place or self._step(row))
        lines = [] if self._is_number(row) else self._lines(row)
        at = self._next()
        if at not in range(self.top + 1, self.below):
            self.page.sheet.begins.add(at)
        role: CellRole = "mono" if row.kind == "equation" else "meaning"
        pattern = self.page.pattern
        if self._is_number(row):
            pattern.number(at, PRINTED, "meaning", float(row.printed), _format(row.printed))
        elif lines:
            pattern.text(at, PRINTED, role, lines[0])
        for line in lines[1:]:
            pattern.text(self._next(), PRINTED, role, line)
        self._link(row, at)
        self._status(row, at)
        for line in _wrapped(row.says, LINE):
            pattern.text(self._next(), PRINTED, "note", line)

    def _place(self, place: str) -> None:
        """Write where in the source a row is, once for all rows of that place."""
        if place == self.place:
            return
        top = max(self.page.row, self.below)
        lines = _wrapped(place, PLACE_LINE)
        for row, line in enumerate(lines, top):
            self.page.pattern.text(row, PLACE, "label", line)
        self.place, self.page.row, self.top, self.below = place, top, top, top + len(lines)

    def _step(self, row: Row) -> str:
        assert row.step is not None
        step = self.trace.program.steps[row.step]
        return self.wording("common.step_title", number=step.number, title=step.title)

    def _lines(self, row: Row) -> list[str]:
        """Return what is printed, in lines."""
        text = row.printed or (self.wording("article.picture") if row.kind == "picture" else "")
        return _wrapped(text, PRINTED_LINE)

    def _is_number(self, row: Row) -> bool:
        if row.kind in ("equation", "picture"):
            return False
        try:
            float(row.printed)
        except ValueError:
            return False
        return True

    def _words(self, row: Row) -> str:
        """Return what stands where in this workbook, in words."""
        say = self.wording
        if row.here is None:
            if row.iteration is not None:
                return say("article.iteration", number=row.iteration)
            title = say.sheet(row.sheet) if row.sheet else ""
            return title if title in self.others else ""
        here = row.here
        name = say.say(here.slot.label)
        if here.index:
            name = f"{name}[{place_text(here.index)}]"
        if here.iteration is None:
            return say("article.there", sheet=here.sheet, name=name)
        return say("article.there_in", sheet=here.sheet, name=name, number=here.iteration)

    def _link(self, row: Row, at: int) -> None:
        words, pattern = self._words(row), self.page.pattern
        if not words:
            return
        if row.here is None:
            pattern.text(at, HERE, "link" if row.sheet else "muted", words)
            if row.sheet:
                self.page.sheet.links.append(Link(at, HERE, words))
            return
        here = row.here
        pattern.text(at, HERE, "link", words)
        self.page.sheet.links.append(Link(at, HERE, here.sheet, here.place.text()))
        shown = _format(row.printed) if self._is_number(row) else decimals_format(6)
        whole = here.value == round(here.value) and not self._is_number(row)
        pattern.live(
            at, COMPUTED, "shown", _reference(here), here.value, "General" if whole else shown
        )

    def _status(self, row: Row, at: int) -> None:
        say, pattern = self.wording, self.page.pattern
        if row.iteration is not None and row.here is None:
            beyond = row.iteration > self.trace.iterations
            words = say(f"article.{'later' if beyond else 'hidden'}", number=row.iteration)
            pattern.text(at, STATUS, "meaning", words)
        elif row.kind == "picture" and not self._words(row):
            pattern.text(at, STATUS, "meaning", say("article.missing"))
        elif row.here is None or not self._is_number(row) or row.kind == "unreproducible":
            pattern.text(at, STATUS, "meaning", say(f"article.is_{row.kind}"))
        else:
            formula, now = self._compared(row, row.here, at)
            pattern.live(at, STATUS, "meaning", formula, now)

    def _compared(self, row: Row, here: Counterpart, at: int) -> tuple[str, str]:
        """Return what compares a printed number with the computed one, and what it says now."""
        say = self.wording
        right = say("article.is_ours" if row.kind == "ours" else "article.agrees")
        wrong = say("article.is_erratum" if row.kind == "erratum" else "article.differs")
        moved = say("article.moved")
        near = number_text(half_a_unit(row.printed) * 1.0000001)
        same = f'$B${INPUTS_ROW}="{say("article.same")}"'
        formula = f'IF(ABS(C{at}-B{at})<={near},"{right}",IF({same},"{wrong}","{moved}"))'
        if agrees(row.printed, here.value):
            self.agreeing += row.kind == "figure"
            return formula, right
        return formula, moved if self._other_numbers else wrong


def _wrapped(text: str, line: int) -> list[str]:
    words = " ".join(text.split())
    return wrap(words, line, break_long_words=False, break_on_hyphens=False)


def _reference(here: Counterpart) -> str:
    return quoted_sheet(here.sheet) + here.place.text()


def _format(printed: str) -> NumberFormat:
    """Return the format that shows a number with as many digits as are printed."""
    scientific = "e" in printed.lower()
    decimals = decimals_of(printed)
    return NumberFormat(decimals, scientific=True) if scientific else decimals_format(decimals)
