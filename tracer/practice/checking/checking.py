"""Answers → report: from a practice workbook, from loose files, from arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tracer.errors import DataError, RunError, TracerError
from tracer.practice.answers.answers import Answer, Answers
from tracer.practice.answers.grid import Typed, typed_cell
from tracer.practice.answers.loose import read_loose, read_values
from tracer.practice.answers.marks import Rules
from tracer.practice.answers.plain import plain
from tracer.practice.answers.source import HIGHEST_ITERATION
from tracer.practice.answers.wording import recipe_titles
from tracer.practice.checking.report import Report
from tracer.practice.exercise.assignment import ClassAssignment, read_assignment
from tracer.practice.exercise.claims import claim_of, claimed, recipe_in
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.recipe import Recipe
from tracer.practice.marking.marking import mark
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.safe.limits import WORKBOOKS, RefusedError
from tracer.practice.safe.pool import Pool, Request
from tracer.practice.safe.workbook import Wanted
from tracer.practice.sheets.anchors import ChangedError, expected
from tracer.practice.sheets.paper import BlankBlock
from tracer.program.cost import cost
from tracer.program.model import Program
from tracer.run.trace import trace_template
from tracer.template.lessons import load_template
from tracer.template.template import Template
from tracer.wording.catalogue import FIRST

#: Loose answers are often printed by a program. Numbers rounded by hand are "rounded".
LOOSE_RULES = Rules(relative=0.0005)
#: So many results that aren't right are looked at: each is calculated from the numbers before it.
MOST_AMISS = 1_000
#: What a template inside a stranger's file may cost.
MOST_NUMBERS, MOST_WORK = 2_000_000, 500_000_000
#: What the iterations up to that of loose answers may cost.
MOST_LOOSE_WORK = 5_000_000_000


def check_iteration(iteration: object) -> None:
    """Raise TracerError for what is no iteration."""
    whole = isinstance(iteration, int) and not isinstance(iteration, bool)
    if not whole or not 1 <= int(iteration) <= HIGHEST_ITERATION:  # type: ignore[call-overload]
        raise TracerError(f"iteration must be a whole number from 1 to {HIGHEST_ITERATION:,}.")


@dataclass(frozen=True)
class Loosely:
    """How loose answers are marked: of which iteration, how near they must be.

    The calculation itself rounds to `decimals`, if they are given.
    """

    iteration: int = 1
    tolerance: float | None = None
    decimals: int | None = None

    @property
    def given(self) -> bool:
        """Whether anything but the iteration is said."""
        return self.tolerance is not None or self.decimals is not None

    @property
    def rules(self) -> Rules:
        """How near an answer must be."""
        one = self.tolerance
        return LOOSE_RULES if one is None else Rules(one, one)


def check_loose(template: Template, path: Path, how: Loosely | None = None) -> Report:
    """Mark a file of answers by quantity name. Raises TracerError, one line."""
    how = how or Loosely()
    program = template.program(decimals=how.decimals)
    return _report(template, program, read_loose(path, program, how.iteration), how.rules)


def check_values(
    template: Template, values: Mapping[str, Any], how: Loosely | None = None
) -> Report:
    """Mark arrays or lists by quantity name. Raises TracerError."""
    how = how or Loosely()
    program = template.program(decimals=how.decimals)
    return _report(template, program, read_values(values, program, how.iteration), how.rules)


def _report(template: Template, program: Program, answers: Answers, rules: Rules) -> Report:
    wanted = sorted({max(1, answer.iteration) for answer in answers})
    if wanted[-1] * cost(program).work > MOST_LOOSE_WORK:
        raise DataError(
            f"answers for iteration {wanted[-1]:,} of {template.name} can't be checked: so many"
            " iterations take too long to calculate."
        )
    reach = range(wanted[0], wanted[-1] + 1)
    # What wasn't typed between the answers is calculated from them, while that is affordable.
    live = len(reach) == len(wanted) or len(reach) * program.size <= MOST_NUMBERS
    before = [max(1, k - 1) for k in (reach if live else wanted)]
    printed = None
    try:
        made = trace_template(template, wanted[-1], sheets=[*wanted, *before], program=program)
        if template.settings and template.code is None:  # the lesson's own numbers are others
            own = load_template(str(template.path))
            printed = trace_template(own, wanted[-1], sheets=[*wanted, *before], program=program)
    except RunError as error:
        raise TracerError(f"{template.path.name}: {error}") from None
    numbers = OwnNumbers(made, answers, live, printed, loose=live)
    return Report(template.name, numbers, mark(numbers, rules, MOST_AMISS))


# -- practice workbooks -----------------------------------------------------------------------


def check_workbook(path: Path, assignment: str | Path | None = None) -> Report:
    """Mark a practice workbook.

    A self-study workbook is marked from what it was made from, which is inside it; a workbook
    of an assignment from the teacher's file, whatever it says itself. Raises TracerError, one
    line, for anything else.
    """
    teacher = None if assignment is None else read_assignment(Path(assignment))
    with Pool(1) as pool:
        recipe = recipe_of(pool, path)
        exercise, title = recipe.exercise, path.name
        if teacher is not None:
            exercise = handed_in(path, recipe, teacher)
            if claimed(recipe):  # whose numbers these are marked by
                title = f"{path.name} ({claimed(recipe)})"
        elif exercise is None:
            raise DataError(
                f"{path}: this is an assignment; name the teacher's file:"
                f" tracer check {path.name} --assignment FILE.toml"
            )
        else:
            check_affordable(exercise, path)
        return check_exercise(pool, path, exercise, title)


def handed_in(path: Path, recipe: Recipe, teacher: ClassAssignment) -> Exercise:
    """Return the exercise that a student's file of an assignment belongs to.

    Only the assignment's name and the student's id are taken from the file. Raises DataError,
    also where there is no id and each has numbers of their own.
    """
    if recipe.kind != "assignment":
        raise DataError(f"{path}: this is a self-study workbook, not one of an assignment.")
    claim = claim_of(recipe, teacher)
    if claim is None:
        raise DataError(
            f"{path}: it belongs to another assignment than {teacher.path.name}, or that file"
            " was changed."
        )
    if claim.blanked and teacher.ranges:
        raise DataError(
            f"{path}: it says no student's id any more, and every student has own numbers;"
            " 'tracer grade' finds out by the file's name whose it is."
        )
    return teacher.exercise_of("" if claim.everyones else claim.student)


def recipe_of(pool: Pool, path: Path) -> Recipe:
    """Return what a practice workbook says it was made from. Raises DataError."""
    titles = recipe_titles()
    found = _read(pool, path, dict.fromkeys(titles.values()))
    try:
        recipe = recipe_in(found)
    except TracerError as error:
        raise DataError(f"{path}: {_one_line(error)}") from None
    if recipe is None:
        raise DataError(
            f"{path}: this is not a practice workbook (its sheet '{titles[FIRST]}' is missing)."
            " To check loose answers, name the lesson first: tracer check ray answers.xlsx"
        )
    return recipe


def _one_line(error: Exception) -> str:
    return plain(" ".join(str(error).split()))[:300]


def check_affordable(exercise: Exercise, path: Path) -> None:
    """Raise DataError where a stranger's template would take long or much memory."""
    try:
        program = exercise.program
    except TracerError as error:
        raise DataError(
            f"{path}: what it was made from can't be used: {_one_line(error)}"
        ) from None
    each = cost(program)
    if each.numbers > MOST_NUMBERS or each.work * exercise.iterations > MOST_WORK:
        raise DataError(f"{path}: what it was made from takes too much work to calculate.")


def check_exercise(pool: Pool, path: Path, exercise: Exercise, title: str = "") -> Report:
    """Mark a workbook against an exercise that is known. Raises DataError.

    The report is called by the `title`, else by the file's name.
    """
    try:
        sheets = expected(exercise)
        blocks = sheets.blocks
        found = _read(pool, path, sheets.wanted())
        _check_sheets(blocks, found, path)
        if not sheets.in_place(found):
            whole = _read(pool, path, dict.fromkeys(found))
            found = sheets.found_again(whole, exercise.wording)
        sheets.check_order(exercise, found)
        numbers = OwnNumbers(
            exercise.trace, answers_in(blocks, found), exercise.live, exercise.printed
        )
        marks = mark(numbers, exercise.rules)
    except ChangedError as changed:
        raise DataError(f"{path}: {changed}") from None
    except DataError:
        raise
    except TracerError as error:
        raise DataError(
            f"{path}: what it was made from can't be used: {_one_line(error)}"
        ) from None
    where = {
        (block.iteration, block.slot.key, index): f"{block.sheet}!{at.local()}"
        for block in blocks
        for at, index in block.cells()
    }
    return Report(title or path.name, numbers, marks, where, exercise.wording)


def _check_sheets(blocks: Sequence[BlankBlock], found: Mapping[str, Any], path: Path) -> None:
    missing = [title for title in dict.fromkeys(b.sheet for b in blocks) if title not in found]
    if missing:
        raise DataError(f"{path}: its sheet '{missing[0]}' is missing or has another name.")


def _read(pool: Pool, path: Path, wanted: Wanted) -> Any:
    if path.suffix.lower() not in WORKBOOKS:
        raise DataError(f"{path}: a practice workbook is an .xlsx or .ods file.")
    try:
        return pool.read(Request(path, wanted))["sheets"]
    except RefusedError as refused:
        raise DataError(f"{path}: {refused}") from None


def answers_in(blocks: Sequence[BlankBlock], sheets: Mapping[str, Any]) -> Answers:
    """Return the answers that stand in the blanks of a workbook's sheets, as read."""
    return Answers(tuple(_answer(block, sheets.get(block.sheet, {})) for block in blocks))


def _answer(block: BlankBlock, cells: Mapping[str, Any]) -> Answer:
    shape = block.slot.shape
    values = np.full(shape, np.nan)
    unreadable, formulas = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
    texts = {}
    for at, index in block.cells():
        cell = cells.get(at.local())
        typed = Typed() if cell is None else typed_cell(tuple(cell))
        values[index] = typed.value
        unreadable[index], formulas[index] = typed.unreadable, typed.formula
        if typed.unreadable:
            texts[index] = typed.text
    key, asked = block.slot.key, block.asked
    return Answer(block.iteration, key, values, asked, unreadable, formulas, texts)
