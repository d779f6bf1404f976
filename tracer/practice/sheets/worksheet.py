"""A practice workbook: the front sheet, the sheets to fill in, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracer.practice.answers.answers import Key
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS, counted
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.recipe import (
    COLUMN,
    FIRST_ROW,
    Recipe,
    check_readable,
    pieces,
    recipe_text,
)
from tracer.practice.sheets.front import front, switches
from tracer.practice.sheets.hints import add_hints
from tracer.practice.sheets.live import HiddenNumbers, Live
from tracer.practice.sheets.paper import ANY_FORMAT, Paper, draw, sheet_title
from tracer.version import __version__
from tracer.wording import Wording
from tracer.workbook.plan.numbers import formats, value_format
from tracer.workbook.plan.palette import find_palette
from tracer.workbook.plan.plan import TITLE_HEIGHT, Book, Link, Pattern, Sheet

#: Given numbers show so many decimals that results rounded to two don't depend on the rest.
DECIMALS = 4
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
    first = front(exercise, wording("practice.self_study"))
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
    first = front(exercise, wording("practice.assignment"))
    first.field(wording("practice.name"), hand_in.name)
    first.field(wording("practice.student"), hand_in.student)
    if hand_in.due:
        first.field(wording("practice.due"), hand_in.due)
    rules = exercise.rules
    first.line(
        wording(
            "practice.assignment_tolerance",
            absolute=rules.absolute,
            percent=rules.relative * 100,
        )
    )
    first.how(
        [
            *wording.section("practice_how").values(),
            *wording.section("practice_how_assignment").values(),
        ]
    )
    sheets = _sheets(exercise, draw(exercise, _given_formats(exercise)))
    recipe = Recipe("assignment", None, hand_in.assignment, hand_in.student)
    return _book(exercise, first.sheet, sheets, recipe)


def _given_formats(exercise: Exercise) -> dict[Key, str]:
    """Return a number format for every slot that tells nothing of what is to be found out.

    How many digits a number shows would tell its size, or that of the update it is about to get.
    """
    own = {key for _, key in (*exercise.asked, *exercise.derived)}
    iterations = range(1, exercise.iterations + 1)
    return {
        slot.key: ANY_FORMAT
        if slot.key in own or slot.role in ("given", "parameter")
        else value_format(exercise.trace.values(slot, iterations), DECIMALS)
        for slot in exercise.program.slots
    }


def _sheets(exercise: Exercise, paper: Paper) -> dict[int, Sheet]:
    """Return the sheets to fill in, each with its heading and links, by iteration."""
    sheets, wording = {}, exercise.wording
    iterations = list(paper.patterns)
    for iteration, after in zip(iterations, [*iterations[1:], None], strict=True):
        pattern, title = paper.patterns[iteration], sheet_title(iteration, wording)
        heading = wording(
            "practice.iteration_of", iteration=iteration, iterations=exercise.iterations
        )
        pattern.text(1, 1, "title", heading if iteration else title)
        pattern.text(1, FRONT_COLUMN, "link", wording("practice.front_link"))
        links = [Link(1, FRONT_COLUMN, wording("practice.front"))]
        if after is not None:
            following = sheet_title(after, wording)
            pattern.text(1, NEXT_COLUMN, "link", wording("practice.next", sheet=following))
            links.append(Link(1, NEXT_COLUMN, following))
        for column, role, text in (
            (1, "blank", wording("practice.blank_here")),
            (7, "operand", wording("practice.operand_here")),
        ):
            pattern.text(3, column, role, "")
            pattern.text(3, column + 1, "meaning", text)
        sheets[iteration] = Sheet(
            title, pattern, about=title, widths={1: FIRST_WIDTH}, freeze=(4, 1), repeat_rows=3,
            links=links,
        )  # fmt: skip
    return sheets


def _counter(pattern: Pattern, judged: Sequence[HiddenNumbers], wording: Wording) -> None:
    """Say above a sheet's steps how many of its blanks are what."""
    if not judged:
        return
    count = sum(int(j.block.asked.sum()) for j in judged)
    column = 1
    for verdict in COUNTED:
        # A sum over blocks may be long, so each count has a cell of its own.
        text = f'"{SYMBOLS[verdict]} "&{"+".join(j.counted(verdict) for j in judged)}'
        now = f"{SYMBOLS[verdict]} {count if verdict == Verdict.BLANK else 0}"
        word = counted(verdict, wording)
        pattern.live(2, column, "subtitle", f'{text}&" {word}"', f"{now} {word}")
        column += 1 if column == 1 else 2


def _recipe_sheet(recipe: Recipe, wording: Wording) -> Sheet:
    title, about = wording("practice.recipe"), wording("practice.made_from")
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", title)
    pattern.text(2, 1, "subtitle", about)
    for row, piece in enumerate(pieces(recipe_text(recipe)), FIRST_ROW):
        pattern.text(row, COLUMN, "mono", piece)
    return Sheet(title, pattern, about=about, widths={1: 100.0}, freeze=(3, 1))


def _book(exercise: Exercise, first: Sheet, sheets: Mapping[int, Sheet], recipe: Recipe) -> Book:
    template, wording = exercise.template, exercise.wording
    return Book(
        title=template.title,
        subject=template.source,
        description=wording("practice.made_by", version=__version__),
        sheets=[first, *sheets.values(), _recipe_sheet(recipe, wording)],
        names={},
        palette=find_palette(exercise.palette),
        footer=wording("common.footer"),
    )
