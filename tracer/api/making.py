"""`verify`, `practice`, `new` and `grade`, as Python calls them."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tracer.api.arguments import check_number, check_texts, check_whole, path_of
from tracer.api.public import (
    MOST_ROUNDED,
    MOST_SEED,
    Named,
    loaded_template,
    with_numbers,
)
from tracer.api.python_words import python_words
from tracer.errors import RunError, TracerError, did_you_mean
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import TUTORIAL

if TYPE_CHECKING:
    from tracer.practice.grading.results import ClassMarks
    from tracer.template.template import Template
    from tracer.verify.gradients import Gradients
    from tracer.verify.published import Figure

AnyPath = str | os.PathLike[str]


@dataclass(frozen=True)
class Verification:
    """Whether a template's gradients are right, and its source's figures; prints as text."""

    template: Template
    gradients: Gradients
    figures: tuple[Figure, ...]

    @property
    def agree(self) -> bool:
        """Whether every gradient and every figure agrees with what was computed."""
        return self.gradients.agree and all(figure.agrees for figure in self.figures)

    def __str__(self) -> str:
        from tracer.verify.verdicts import figures_text, gradients_text

        return f"{gradients_text(self.template, self.gradients)}\n\n{figures_text(self.figures)}"

    def __repr__(self) -> str:
        return str(self)


@python_words()
def verify(template: Named) -> Verification:
    """Compare first updates with central differences, and printed figures with computed ones.

    Args:
        template: a lesson's name, the path of a template or program, or a loaded Template.

    Raises:
        TracerError: for a template that can't be used.

    """
    from tracer.verify.findings import check_gradients
    from tracer.verify.published import check_published

    loaded = loaded_template(template)
    try:
        figures = check_published(loaded)
    except RunError as error:
        raise TracerError(f"{loaded.path.name}: {error}") from None
    return Verification(loaded, check_gradients(loaded), tuple(figures))


@python_words()
def practice(
    template: Named,
    path: AnyPath,
    *,
    blank: str | Sequence[str] = "all",
    share: float = 1.0,
    seed: int = 1,
    iterations: int = 1,
    tolerance: float | None = None,
    decimals: int | None = None,
    lang: str = FIRST,
    palette: str = TUTORIAL.name,
    force: bool = False,
    **values: Any,
) -> Path:
    """Write a workbook with blanks that marks itself, and return its path.

    Args:
        template: a lesson's name, the path of a template or program, or a loaded Template.
        path: the workbook to write (.xlsx).
        blank: phases ("backward"), numbers of steps and quantities that are left blank.
        share: of those cells, what share is blank (0 to 1), drawn with `seed`.
        seed: of that draw.
        iterations: how many to fill in.
        tolerance: how near an answer must be, absolute, or relative to the size of what is asked
            if that is more (0.005 of that size where none is given). A warning says in how many
            blanks this makes 0 or an old value right.
        decimals: the calculation itself rounds every result to so many.
        lang: the language of its texts.
        palette: the name of its colours.
        force: replace the workbook if it exists.
        values: other givens or starting parameters by name.

    Raises:
        TracerError: for what doesn't fit the template, and a path that can't be written.

    """
    from tracer.practice.answers.marks import Rules
    from tracer.practice.exercise.exercise import MOST_ITERATIONS, BlankChoice, Exercise
    from tracer.practice.marking.idle import told_nothing
    from tracer.practice.sheets.handing_out import write_self_study
    from tracer.run.last_bits import doubt_text, find_doubt
    from tracer.wording import load
    from tracer.workbook.plan.looks import check_looks

    target = path_of(path, ".xlsx")
    check_texts(lang=lang, palette=palette)
    check_looks(lang, palette)
    check_whole("iterations", iterations, 1, MOST_ITERATIONS)
    check_whole("seed", seed, 0, MOST_SEED)
    if decimals is not None:
        check_whole("decimals", decimals, 0, MOST_ROUNDED)
    check_number("share", share, 0, 1)
    if tolerance is not None:
        check_number("tolerance", tolerance, 0, 1e9)
    if not share:
        raise TracerError("share must be above 0: else nothing is blank.")
    if not isinstance(blank, str | Sequence):
        raise TracerError(f"blank must be names, such as ['backward', 'loss'], not {blank!r}.")
    names = blank.split(",") if isinstance(blank, str) else [str(name) for name in blank]
    exercise = Exercise(
        with_numbers(loaded_template(template), values),
        iterations,
        BlankChoice(tuple(name.strip() for name in names if name.strip()), float(share), seed),
        decimals,
        Rules() if tolerance is None else Rules(tolerance, tolerance),
        lang=lang,
        palette=palette,
    )
    exercise.checked()
    write_self_study(exercise, target, force=force)
    doubt = find_doubt(exercise.trace)
    for said in (told_nothing(exercise, load()), doubt_text(doubt, load()) if doubt else ""):
        if said:
            warnings.warn(said, stacklevel=3)
    return target


@python_words()
def new(path: AnyPath, data: AnyPath, *, force: bool = False, **options: Any) -> Template:
    """Write a template for a table or made-up data, and return it.

    `new("iris.toml", "iris.csv", target="species", layers=[8, 3], optimizer="adam", test=0.2)`;
    the options are those of `tracer new`, with underscores.

    Args:
        path: the template to write (.toml).
        data: a .csv or .xlsx file, or a kind of made-up data, such as "moons".
        force: replace the template if it exists.
        options: by name; lists for what may be several, True for what is on or off.

    Raises:
        TracerError: for options that don't fit each other or the data.

    """
    from tracer.atomic import check_inputs, written
    from tracer.data.outside import reading_outside
    from tracer.network.build import build
    from tracer.network.options import NewOptions
    from tracer.network.write import write
    from tracer.template.lessons import load_template

    target = path_of(path, ".toml")
    if not isinstance(data, str | os.PathLike):
        raise TracerError(f"data must be a path or a kind of made-up data, not {data!r}.")
    known = [field.name for field in fields(NewOptions) if field.name != "data"]
    for name in options:
        if name not in known:
            near = did_you_mean(name, known)
            raise TracerError(f"new has no option '{name}'.{near} It has: {', '.join(known)}.")
    typed = {name: _typed(name, value) for name, value in options.items() if value is not None}
    check_inputs([target], [Path(data)])
    made = write(build(NewOptions(data=os.fspath(data), **typed), target), _call(data, options))
    with written(target, force=force) as temporary:
        temporary.write_text(made.text, encoding="utf-8", newline="\n")
    with reading_outside():  # the data was named in the call
        return load_template(target)


#: Options that may be given several times; of the others, a list is one text.
_SEVERAL = ("target", "columns")
#: Those that are on or off.
_FLAGS = ("batch_norm", "in_order", "drop_missing")


def _typed(name: str, value: Any) -> Any:
    """Return an option's value as one types it."""
    if isinstance(value, bool) != (name in _FLAGS):
        wanted = "True or False" if name in _FLAGS else "a value, not True or False"
        raise TracerError(f"{name} must be {wanted}.")
    if name in _FLAGS:
        return value
    listed = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else None
    if name in _SEVERAL:
        return tuple(map(str, [value] if listed is None else listed))
    return str(value) if listed is None else ",".join(map(str, listed))


def _call(data: AnyPath, options: Mapping[str, Any]) -> str:
    """Return the call as one would write it, for the template's first line."""
    said = [repr(os.fspath(data)), *(f"{name}={value!r}" for name, value in options.items())]
    return f"tracer.new(…, {', '.join(said)})"


@python_words()
def grade(
    folder: AnyPath,
    assignment: AnyPath,
    roster: AnyPath,
    output: AnyPath,
    *,
    feedback: AnyPath | None = None,
    canvas: AnyPath | None = None,
    moodle: AnyPath | None = None,
    lang: str | None = None,
    force: bool = False,
) -> ClassMarks:
    """Mark a class's files, write the gradebook, and return the marks; they print as text.

    Args:
        folder: holds the students' workbooks.
        assignment: the teacher's file (.toml).
        roster: the class list (.csv, .xlsx or .ods).
        output: the gradebook to write (.xlsx).
        feedback: a folder for marked copies.
        canvas: the grades as Canvas imports them (.csv).
        moodle: grades and feedback as Moodle imports them (.csv).
        lang: the language of all that is said, if not the assignment's.
        force: replace files that exist.

    Raises:
        TracerError: for files that can't be used.

    """
    from tracer.practice.exercise.assignment import read_assignment
    from tracer.practice.exercise.roster import read_roster
    from tracer.practice.grading.grading import Outputs, grade_class
    from tracer.workbook.plan.looks import check_looks

    outputs = Outputs(
        path_of(output, ".xlsx"),
        None if canvas is None else path_of(canvas, ".csv"),
        None if moodle is None else path_of(moodle, ".csv"),
        None if feedback is None else path_of(feedback),
    )
    made, students = read_assignment(path_of(assignment)), read_roster(path_of(roster))
    if lang is not None:
        check_texts(lang=lang)
        check_looks(lang)
        made = made.told_in(lang)
    read = [path_of(roster)]
    return grade_class(path_of(folder), made, students, outputs, read=read, force=force)
