"""A practice workbook: the front sheet, the sheets to fill in, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, counted
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.recipe import (
    FIRST_ROW,
    Recipe,
    check_readable,
    pieces,
    recipe_text,
)
from tracer.practice.sheets.front import Front, switches
from tracer.practice.sheets.hints import add_hints
from tracer.practice.sheets.live import LOOKS, HiddenNumbers, Live
from tracer.practice.sheets.paper import Paper, draw, sheet_title
from tracer.practice.sheets.to_do import draw_counters
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.numbers import GENERAL, Formats, formats, value_format
from tracer.workbook.plan.page import Page
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import Book, Pattern, Sheet
from tracer.workbook.plan.roles import CellRole

#: Given numbers show so many decimals that results rounded to two don't depend on the rest.
DECIMALS = 4
COUNTS_ROW = 2
FRONT_COLUMN, NEXT_COLUMN = 7, 9
#: Room for the drop-down of hints.
FIRST_WIDTH = 13.0


@dataclass(frozen=True)
class HandIn:
    """What an assignment's sheet says of itself: which it is, whose, and when it is due."""

    assignment: str
    student: str = ""
    name: str = ""
    due: str = ""
    #: What each step is worth, by its place among the steps.
    points: Mapping[int, float] = field(default_factory=dict)


def self_study(exercise: Exercise) -> Book:
    """Return the plan of a self-study workbook, which marks itself.

    Raises TracerError for an exercise that no sheet can hold.
    """
    recipe, wording = Recipe("self-study", exercise), exercise.wording
    check_readable(recipe)
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    paper = draw(exercise, shown, hints=True)
    live = Live(exercise, paper, shown, switches(wording))
    add_hints(exercise, paper, shown)
    first = Front(exercise, wording("practice.self_study"))
    first.field(wording("practice.name"), "")
    first.switches(exercise.rules)
    first.how(
        [
            *wording.section("practice_how").values(),
            *wording.section("practice_how_self_study").values(),
        ]
    )
    first.legend()
    first.progress(exercise, live)
    sheets = _sheets(exercise, paper)
    for iteration, sheet in sheets.items():
        _counter(sheet.pattern, live.of(iteration), wording)
        live.finish(iteration, sheet)
    return _book(exercise, first.sheet, sheets, recipe)


def assignment(exercise: Exercise, hand_in: HandIn) -> Book:
    """Return the plan of a workbook to hand in: no answer stands in it, in no form.

    Raises TracerError for an exercise that no sheet can hold.
    """
    wording = exercise.wording
    first = Front(exercise, wording("practice.assignment"))
    first.field(wording("practice.name"), hand_in.name)
    first.field(wording("practice.student"), hand_in.student)
    if hand_in.due:
        first.field(wording("practice.due"), hand_in.due)
    rules = exercise.rules
    percent = rules.relative * 100
    first.line(wording("practice.assignment_tolerance", percent=percent), "muted")
    if rules.absolute:
        first.line(wording("practice.assignment_absolute", absolute=rules.absolute), "muted")
    first.how(
        [
            *wording.section("practice_how").values(),
            *wording.section("practice_how_assignment").values(),
        ]
    )
    paper = draw(exercise, _given_formats(exercise))
    first.to_do(exercise, draw_counters(paper, wording), hand_in.points)
    sheets = _sheets(exercise, paper)
    recipe = Recipe("assignment", None, hand_in.assignment, hand_in.student)
    return _book(exercise, first.sheet, sheets, recipe)


def _given_formats(exercise: Exercise) -> Formats:
    """Return a number format for every slot that tells nothing of what is to be found out.

    How many digits a number shows would tell its size, or that of the update it is about to get.
    """
    own = {key for _, key in (*exercise.asked, *exercise.derived)}
    iterations = range(1, exercise.iterations + 1)
    return {
        slot.key: GENERAL
        if slot.key in own or slot.role in ("given", "parameter")
        else value_format(exercise.trace.values(slot, iterations), DECIMALS)
        for slot in exercise.program.slots
    }


def exercise_page(
    exercise: Exercise, paper: Paper, iteration: int, subtitle: str = "", front: str = "front"
) -> Page:
    """Open the sheet of an iteration, with links to the front sheet and to the one after it."""
    wording, iterations = exercise.wording, list(paper.patterns)
    title = sheet_title(iteration, wording)
    heading = wording("practice.iteration_of", iteration=iteration, iterations=exercise.iterations)
    pattern = paper.patterns[iteration]
    page = Page(
        title,
        about=title,
        heading=heading if iteration else title,
        subtitle=subtitle,
        pattern=pattern,
    )
    page.link(1, FRONT_COLUMN, wording(f"practice.{front}"), wording(f"practice.{front}_link"))
    for after in iterations[iterations.index(iteration) + 1 :][:1]:
        following = sheet_title(after, wording)
        page.link(1, NEXT_COLUMN, following, wording("practice.next", sheet=following))
    page.sheet.widths = {1: FIRST_WIDTH}
    page.hold(4)
    return page


def _sheets(exercise: Exercise, paper: Paper) -> dict[int, Sheet]:
    """Return the sheets to fill in, each with its heading and links, by iteration."""
    wording = exercise.wording
    legend: tuple[tuple[int, CellRole, str], ...] = (
        (1, "blank", wording("practice.blank_here")),
        (7, "operand", wording("practice.operand_here")),
    )
    sheets = {}
    for iteration in paper.patterns:
        page = exercise_page(exercise, paper, iteration)
        for column, role, text in legend:
            page.pattern.text(3, column, role, "")
            page.pattern.text(3, column + 1, "meaning", text)
        sheets[iteration] = page.sheet
    return sheets


def count_column(position: int) -> int:
    """Return where the count of a verdict stands: beside it is room for a word, two at the end."""
    return 1 + 2 * position + (position + 1 == len(COUNTED))


def _counter(pattern: Pattern, judged: Sequence[HiddenNumbers], wording: Wording) -> None:
    """Say above a sheet's steps how many of its blanks are what, in the colours for that."""
    if not judged:
        return
    count = sum(int(j.block.asked.sum()) for j in judged)
    for position, verdict in enumerate(COUNTED):
        # A sum over blocks may be long, so each count has a cell of its own.
        text = f'"{SYMBOLS[verdict]} "&{"+".join(j.counted(verdict) for j in judged)}'
        now = f"{SYMBOLS[verdict]} {count if verdict == Verdict.BLANK else 0}"
        column = count_column(position)
        pattern.live(COUNTS_ROW, column, LOOKS.get(verdict, "blank"), text, now)
        pattern.text(COUNTS_ROW, column + 1, "meaning", counted(verdict, wording))


def _recipe_sheet(recipe: Recipe, wording: Wording) -> Sheet:
    about = wording("practice.made_from")
    page = Page(wording("practice.recipe"), about=about, subtitle=about)
    page.row = FIRST_ROW
    page.lines(pieces(recipe_text(recipe)), "mono")
    page.sheet.widths = {1: 100.0}
    page.sheet.freeze = 3, 1
    return page.sheet


def _book(exercise: Exercise, first: Sheet, sheets: Mapping[int, Sheet], recipe: Recipe) -> Book:
    template, wording = exercise.lesson, exercise.wording
    return Book(
        title=template.title,
        subject=template.source,
        description=wording("practice.made_by", version=__version__),
        sheets=[first, *sheets.values(), _recipe_sheet(recipe, wording)],
        names={},
        palette=find_palette(exercise.palette),
        footer=wording("common.footer"),
        beyond=wording("common.footer_beyond"),
    )
