"""A practice workbook: the front sheet, the sheets to fill in, and what it was made from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import tracer
from tracer.practice.answers import Key
from tracer.practice.exercise import Exercise
from tracer.practice.front import SWITCHES, TITLE, front
from tracer.practice.hints import add_hints
from tracer.practice.live import Judged, Live
from tracer.practice.marks import Verdict
from tracer.practice.paper import ANY_FORMAT, Paper, draw, sheet_title
from tracer.practice.recipe import COLUMN, FIRST_ROW, Recipe, check_readable, pieces, recipe_text
from tracer.practice.wording import COUNTED, HOW, HOW_ASSIGNMENT, HOW_SELF_STUDY, SYMBOLS, TEXTS
from tracer.workbook.numbers import formats, value_format
from tracer.workbook.plan import TITLE_HEIGHT, Book, Link, Pattern, Sheet

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
    recipe = Recipe("self-study", exercise)
    check_readable(recipe)
    shown = formats(exercise.trace, range(1, exercise.iterations + 1), DECIMALS)
    paper = draw(exercise, shown, hints=True)
    live = Live(exercise, paper, shown, SWITCHES)
    add_hints(exercise, paper, shown)
    first = front(exercise, TEXTS["self_study"])
    first.field(TEXTS["name"], "")
    first.switches(exercise.rules)
    first.how((*HOW, *HOW_SELF_STUDY))
    first.legend()
    first.progress(exercise, live)
    sheets = _sheets(exercise, paper)
    for iteration, sheet in sheets.items():
        _counter(sheet.pattern, live.of(iteration))
        live.finish(iteration, sheet)
    return _book(exercise, first.sheet, sheets, recipe)


def assignment(exercise: Exercise, hand_in: HandIn) -> Book:
    """Return the plan of a workbook to hand in: no answer stands in it, in no form.

    Raises TracerError for an exercise that no sheet can hold.
    """
    first = front(exercise, TEXTS["assignment"])
    first.field(TEXTS["name"], hand_in.name)
    first.field(TEXTS["student"], hand_in.student)
    if hand_in.due:
        first.field(TEXTS["due"], hand_in.due)
    rules = exercise.rules
    first.line(
        TEXTS["assignment_tolerance"].format(
            absolute=f"{rules.absolute:g}", percent=f"{rules.relative * 100:g}%"
        )
    )
    first.how((*HOW, *HOW_ASSIGNMENT))
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
    sheets = {}
    iterations = list(paper.patterns)
    for iteration, after in zip(iterations, [*iterations[1:], None], strict=True):
        pattern, title = paper.patterns[iteration], sheet_title(iteration)
        heading = TEXTS["iteration_of"].format(iteration=iteration, iterations=exercise.iterations)
        pattern.text(1, 1, "title", heading if iteration else title)
        pattern.text(1, FRONT_COLUMN, "link", TEXTS["front_link"])
        links = [Link(1, FRONT_COLUMN, TITLE)]
        if after is not None:
            pattern.text(1, NEXT_COLUMN, "link", TEXTS["next"].format(sheet=sheet_title(after)))
            links.append(Link(1, NEXT_COLUMN, sheet_title(after)))
        for column, role, text in (
            (1, "blank", TEXTS["blank_here"]), (7, "operand", TEXTS["operand_here"]),
        ):  # fmt: skip
            pattern.text(3, column, role, "")
            pattern.text(3, column + 1, "meaning", text)
        sheets[iteration] = Sheet(
            title, pattern, about=title, widths={1: FIRST_WIDTH}, freeze=(4, 1), repeat_rows=3,
            links=links,
        )  # fmt: skip
    return sheets


def _counter(pattern: Pattern, judged: Sequence[Judged]) -> None:
    """Say above a sheet's steps how many of its blanks are what."""
    if not judged:
        return
    count = sum(int(j.block.asked.sum()) for j in judged)
    column = 1
    for verdict in COUNTED:
        # A sum over blocks may be long, so each count has a cell of its own.
        text = f'"{SYMBOLS[verdict]} "&{"+".join(j.counted(verdict) for j in judged)}'
        now = f"{SYMBOLS[verdict]} {count if verdict == Verdict.BLANK else 0}"
        pattern.live(
            2, column, "subtitle", f'{text}&" {COUNTED[verdict]}"', f"{now} {COUNTED[verdict]}"
        )
        column += 1 if column == 1 else 2


def _recipe_sheet(recipe: Recipe) -> Sheet:
    pattern = Pattern(heights={1: TITLE_HEIGHT})
    pattern.text(1, 1, "title", TEXTS["recipe"])
    pattern.text(2, 1, "subtitle", TEXTS["made_from"])
    for row, piece in enumerate(pieces(recipe_text(recipe)), FIRST_ROW):
        pattern.text(row, COLUMN, "mono", piece)
    return Sheet(
        TEXTS["recipe"], pattern, about=TEXTS["made_from"], widths={1: 100.0}, freeze=(3, 1)
    )


def _book(exercise: Exercise, first: Sheet, sheets: Mapping[int, Sheet], recipe: Recipe) -> Book:
    template = exercise.template
    return Book(
        title=template.title,
        subject=template.source,
        description=TEXTS["made_by"].format(version=tracer.__version__),
        sheets=[first, *sheets.values(), _recipe_sheet(recipe)],
        names={},
    )
