"""Iteration k: the article's picture, one band per equation, every cell live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from textwrap import wrap

from tracer.language.expression import Index, SlotKey
from tracer.language.formula import quoted_sheet
from tracer.language.places import Place, Text
from tracer.program.model import Assignment, Slot, Step
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording
from tracer.workbook.plan.names import safe_names
from tracer.workbook.plan.numbers import Formats, column_width, widened
from tracer.workbook.plan.page import SAMPLE, SAMPLE_FORMAT, Page
from tracer.workbook.plan.paging import page_columns
from tracer.workbook.plan.plan import (
    BEFORE,
    OF,
    Link,
    Pattern,
    Sheet,
    area,
)
from tracer.workbook.plan.roles import STORED, CellRole
from tracer.workbook.sheets.band import Area, Bands, nowhere
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training import Training

FIRST_BAND_ROW = 5
#: The texts that each sheet has its own of: its title, and the links to the sheets beside it.
HEADING, PREVIOUS, NEXT, STARTS = "heading", "previous", "next", "starts"
#: Where numbers are stored, the row that says with which a sheet starts; below, what changed.
STARTS_ROW = FIRST_BAND_ROW - 1
START_COLUMN, BEFORE_COLUMN, AFTER_COLUMN = 6, 8, 10
LEGEND: tuple[CellRole, ...] = ("result", "operand")


def title(iteration: int, wording: Wording) -> str:
    """Return the title of an iteration's sheet."""
    return wording("sheets.iteration", number=str(iteration))


#: A line of a longer explanation has so many characters: it fits a screen and a page.
LINE = 140


class Preparation:
    """The Preparation sheet: the steps that run once, before training."""

    def __init__(self, trace: ProgramTrace, inputs: Inputs, formats: Formats) -> None:
        self._inputs = inputs
        wording = inputs.wording
        name = wording.sheet("preparation")
        self.prefix = quoted_sheet(name)
        self.origins: dict[SlotKey, Area] = {}
        self.sheet: Sheet | None = None
        program = trace.program
        if not program.prepare:
            return
        page = Page(
            name,
            about=wording("about.preparation"),
            back=(START_COLUMN, wording.sheet("start")),
            subtitle=wording("iteration.preparation"),
        )
        page.hold(4)
        pattern = page.pattern
        _legend(pattern, wording)
        bands = Bands(
            program,
            pattern,
            formats,
            self._source,
            inputs.place,
            nowhere,
            self.origins,
            wording,
            inputs.starts,
            across=_across(formats),
        )
        steps = [(i, step) for i, step in enumerate(program.steps) if step.phase == "prepare"]
        draw_steps(bands, steps, write_equation)
        _stored_note(pattern, wording)
        page.sheet.state = lambda: trace.state(1)
        page.sheet.widths = _widths(pattern)
        self.sheet = page.sheet

    def _source(self, slot: Slot, index: Index) -> Text | None:
        if slot.role == "prepared":
            place = self.origins[slot.key].place(index)
            return None if place is None else place.text()
        return self._inputs.formula(slot, index)

    def formula(self, slot: Slot, index: Index) -> str | None:
        """Return the reference that shows a prepared element on another sheet."""
        place = self.origins[slot.key].place(index)
        return None if place is None else self.prefix + place.text()

    def live(self, slot: Slot, index: Index) -> str | None:
        """Return the same for an element that is computed here; None for one that is stored."""
        place = self.origins[slot.key].place(index)
        if place is None or (place.row, place.column) not in self._computed:
            return None
        return self.prefix + place.text()

    @cached_property
    def _computed(self) -> frozenset[tuple[int, int]]:
        cells = self.sheet.pattern.cells if self.sheet is not None else ()
        return frozenset((cell.row, cell.column) for cell in cells if cell.formula is not None)


class Iterations:
    """The iteration sheets: one pattern, filled with the numbers of each iteration shown."""

    def __init__(
        self,
        trace: ProgramTrace,
        inputs: Inputs,
        preparation: Preparation,
        training: Training,
        formats: Formats,
        shown: Sequence[int],
        told: str | None = None,
    ) -> None:
        """Draw the pattern; `told` is where it is said that a stored run is out of date."""
        self._told = told
        self._trace = trace
        self._program = trace.program
        self._inputs = inputs
        self._preparation = preparation
        self._training = training
        self._shown = list(shown)
        self._wording = inputs.wording
        self.origins: dict[SlotKey, Area] = {}
        self._pattern = self._draw(formats)
        self._names = self._result_names()
        self._widths = _widths(self._pattern)
        self.sheets = [self._sheet(place) for place in range(len(self._shown))]

    def _draw(self, formats: Formats) -> Pattern:
        wording = self._wording
        pattern = Page("", varies=HEADING, back=(START_COLUMN, wording.sheet("start"))).pattern
        pattern.varying(1, BEFORE_COLUMN, "link", PREVIOUS)
        pattern.varying(1, AFTER_COLUMN, "link", NEXT)
        self._loss_line(pattern, formats)
        _legend(pattern, wording)
        bands = Bands(
            self._program,
            pattern,
            formats,
            self._source,
            self._inputs.place,
            self._training.formula,
            self.origins,
            wording,
            self._inputs.starts,
            across=_across(formats),
        )
        steps = [(i, step) for i, step in enumerate(self._program.steps) if step.phase != "prepare"]
        if not self._training.live:
            pattern.varying(STARTS_ROW, 1, "note", STARTS)
        if self._told is not None:
            pattern.live(self._held, 1, "alarm", self._told, "")
        draw_steps(bands, steps, write_equation, self._held + 1)
        _stored_note(pattern, wording)
        return pattern

    def _loss_line(self, pattern: Pattern, formats: Formats) -> None:
        column = self._training.loss_column()
        if column is None or self._program.loss is None:
            return
        slot = self._program.newest(self._program.loss)
        pattern.text(2, 1, "muted", self._program.loss)
        formula = Place(0, column, self._training.prefix, down=OF).reference()
        pattern.of_state(2, 2, "number", slot.offset, formats[slot.key], formula)

    def _source(self, slot: Slot, index: Index) -> Text | None:
        """Return where an operand's number was made."""
        made = self.origins.get(slot.key)
        if made is not None:
            place = made.place(index)
            return None if place is None else place.text()
        match slot.role:
            case "given":
                return self._inputs.formula(slot, index)
            case "prepared":
                return self._preparation.formula(slot, index)
            case "batch":
                return self._training.formula(slot, index)
            case _:
                return self._training.start_formula(slot, index)

    def _result_names(self) -> dict[str, str]:
        """Return a name for each result block; of several values, the newest has the plain one."""
        keys = list(self.origins)
        ordered = sorted(keys, key=lambda key: key != self._program.newest(key[0]).key)
        wanted = {
            key: key[0] if key == self._program.newest(key[0]).key else f"{key[0]}_{key[1]}"
            for key in ordered
        }
        safe = safe_names(wanted.values())
        names = {}
        for key, name in wanted.items():
            block = self.origins[key]
            if block.whole:
                names[safe[name]] = area(block.row, block.column, *block.shown)
        return names

    @property
    def _held(self) -> int:
        """The last row above the steps, held in sight where numbers are stored."""
        return STARTS_ROW + (self._told is not None)

    def _starts(self, iteration: int) -> str:
        """Return with which numbers an iteration's sheet starts, where a run is stored."""
        where = "stored" if iteration > 1 else "inputs"
        words = [self._wording(f"iteration.starts_{where}", number=iteration - 1)]
        if any(cell.role in STORED.values() for cell in self._pattern.cells):
            words.append(self._wording("iteration.starts_italic"))
        return " ".join(words)

    def _sheet(self, position: int) -> Sheet:
        iteration = self._shown[position]
        links = [Link(1, START_COLUMN, self._wording.sheet("start"))]
        heading = self._wording(
            "iteration.title",
            number=iteration,
            count=self._trace.iterations,
        )
        starts = self._starts(iteration)
        texts = {HEADING: heading, PREVIOUS: "◀ —", NEXT: "▶ —", STARTS: starts}
        for name, column, sign, there in (
            (PREVIOUS, BEFORE_COLUMN, "◀", position - 1),
            (NEXT, AFTER_COLUMN, "▶", position + 1),
        ):
            if 0 <= there < len(self._shown):
                target = title(self._shown[there], self._wording)
                links.append(Link(1, column, target))
                texts[name] = f"{sign} {target}"
        return Sheet(
            title(iteration, self._wording),
            self._pattern,
            about=self._wording("about.iteration", number=str(iteration)),
            state=lambda: self._trace.state(iteration),
            texts=texts,
            moves={
                BEFORE: self._training.row_of(iteration - 1),
                OF: self._training.row_of(iteration),
            },
            widths=self._widths,
            freeze=(self._held + 1 - self._training.live, 1),
            repeat_rows=self._held - self._training.live,
            links=links,
            names=self._names,
        )


def _widths(pattern: Pattern) -> dict[int, float]:
    """Return the widths of columns: a step's number and every result stand there whole."""
    heads = (c.text or "" for c in pattern.cells if c.column == 1 and c.role == "band")
    return widened({1: max(10.0, max(map(len, heads), default=0) * 1.2)}, pattern)


def _across(formats: Formats) -> int:
    """Return how many columns a page holds that are wide enough for every number."""
    return page_columns(max(map(column_width, formats.values()), default=0.0))


def _legend(pattern: Pattern, wording: Wording) -> None:
    column = 1
    for role in LEGEND:
        pattern.number(3, column, role, SAMPLE, SAMPLE_FORMAT)
        pattern.text(3, column + 1, "meaning", wording(f"iteration.legend_{role}"))
        column += 6


def _stored_note(pattern: Pattern, wording: Wording) -> None:
    if any(cell.role in STORED.values() for cell in pattern.cells):
        pattern.text(2, 7, "note", wording("iteration.stored"))


def draw_steps(
    bands: Bands,
    steps: Sequence[tuple[int, Step]],
    head: Callable[[Bands, Assignment, int], None],
    row: int = FIRST_BAND_ROW,
) -> None:
    """Draw steps one below the other; `head` writes the line above each equation's picture."""
    program = bands.program
    heads: list[int] = []
    for index, step in steps:
        heads.append(row)
        name = bands.wording("common.step", number=step.number)
        bands.pattern.text(row, 1, "band", name)
        bands.pattern.text(row, 2, "band", step.title)
        row += 1
        for line in wrap(step.explain, LINE, break_long_words=False, break_on_hyphens=False):
            bands.pattern.text(row, 1, "note", line)
            row += 1
        if step.shows:
            row = bands.show([program.start(name) for name in step.shows], row)
        for assignment in program.results(index):
            head(bands, assignment, row)
            row = bands.draw(assignment, row + 1)
        row += 1
    _, last = bands.pattern.extent()
    for top in heads:
        bands.pattern.band(top, 3, last, "")


def write_equation(bands: Bands, assignment: Assignment, row: int) -> None:
    """Write an equation over the first columns."""
    bands.pattern.fill(row, 1, 7, "equation", assignment.equation.text)
