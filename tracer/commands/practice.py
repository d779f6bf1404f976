"""The command `tracer practice`: read the options, call one function, print."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.commands.default_folder import default_folder
from tracer.errors import OutputError, TracerError

if TYPE_CHECKING:
    from tracer.practice.exercise.exercise import Exercise

#: From so many students on, a bar shows how far it is.
LARGE_CLASS = 40


@click.command()
@click.argument("template", required=False)
@click.option("-b", "--blank", metavar="LIST", help="What is left blank: phases (forward,"
              " backward, update), step numbers and quantities, such as backward,11,loss."
              "  [default: all]")  # fmt: skip
@click.option("--share", type=float, metavar="S", help="Leave only this share of those cells"
              " blank (0 to 1), drawn at random.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**32 - 1), metavar="N",
              help="The seed of that draw.  [default: 1]")  # fmt: skip
@click.option("-n", "--iterations", type=click.IntRange(1, 50), metavar="N",
              help="How many iterations to fill in.  [default: 1]")  # fmt: skip
@click.option("--tolerance", type=float, metavar="A", help="How near an answer must be:"
              " absolute, or relative to the number's size if that is more."
              "  [default: 0.005]")  # fmt: skip
@click.option("--round", "rounding", type=click.IntRange(0, 15), metavar="N",
              help="The calculation itself rounds every result to N decimals.")  # fmt: skip
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
              help="Another value for a given or a starting parameter. Repeatable.")  # fmt: skip
@click.option("--assignment", "assignment_file", type=click.Path(path_type=Path), metavar="FILE",
              help="Make an assignment: FILE (.toml) is the teacher's file; it is made from the"
                   " other options if it isn't there.")  # fmt: skip
@click.option("--students", type=click.Path(path_type=Path), metavar="FILE",
              help="The class list (.csv with the heading id, perhaps name): a file for each"
                   " student, with numbers of their own.")  # fmt: skip
@click.option("--due", metavar="TEXT", help="What an assignment's sheets say of the deadline.")
@click.option("--lang", metavar="LANGUAGE",
              help="The language of the sheets' texts: en or de.  [default: en]")  # fmt: skip
@click.option("--palette", metavar="NAME",
              help="Their colours: tutorial, okabe-ito (told apart also with a colour weakness) or"
                   " grey (for print).  [default: tutorial]")  # fmt: skip
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH",
              help="Where to write: a workbook; with --students a folder."
                   "  [default: outputs/NAME-practice.xlsx, outputs/ASSIGNMENT]")  # fmt: skip
@click.option("--force", is_flag=True, help="Replace files that exist (never FILE.toml).")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def practice(
    template: str | None, blank: str | None, share: float | None, seed: int | None,
    iterations: int | None, tolerance: float | None, rounding: int | None,
    settings: Sequence[str], assignment_file: Path | None, students: Path | None,
    due: str | None, lang: str | None, palette: str | None, output: Path | None, force: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Write a workbook with blanks to fill in.

    For self-study it marks itself, live: green is right, amber follows correctly from an
    earlier mistake, red is wrong; with hints, and the answers on demand. With --assignment
    nothing in a file gives an answer away, and the teacher gets an answer book.

    \b
    tracer practice ray --blank backward,update
    tracer practice ray --blank all --share 0.3 --seed 7 -n 2
    tracer practice ray -b backward --assignment hw.toml --students class.csv
    tracer practice --assignment hw.toml --students class.csv --force
    """
    make = partial(
        _exercise, template, blank, share, seed, iterations, tolerance, rounding, settings, lang,
        palette,
    )  # fmt: skip
    if assignment_file is None:
        wrong = {"--students": students, "--due": due}
        given = [option for option, value in wrong.items() if value is not None]
        if given:
            raise TracerError(f"{given[0]} is for assignments: add --assignment FILE.toml.")
        exercise = make()
        report = _self_study(exercise, output, force)
    else:
        changes = (
            template, blank, share, seed, iterations, tolerance, rounding, due, lang, palette,
        )  # fmt: skip
        if settings:
            raise TracerError("--set: an assignment's numbers stand in its template and [vary].")
        new = not assignment_file.exists()
        if new:
            exercise = make()
            _new_file(assignment_file, str(template), exercise, due or "")
        elif any(change is not None for change in changes):
            raise TracerError(
                f"{assignment_file} is there already and says all this itself: leave out TEMPLATE"
                " and the options, or change them in the file."
            )
        try:
            report = _assignment(assignment_file, students, output, force, quiet)
        except TracerError:
            if new:  # a file of which nothing was made would only be in the way
                assignment_file.unlink()
            raise
    if not quiet:
        click.echo(report)


def _exercise(
    template: str | None, blank: str | None, share: float | None, seed: int | None,
    iterations: int | None, tolerance: float | None, rounding: int | None,
    settings: Sequence[str], lang: str | None, palette: str | None,
) -> Exercise:  # fmt: skip
    from tracer.commands.settings import changed
    from tracer.practice.answers.marks import Rules
    from tracer.practice.exercise.exercise import BlankChoice, Exercise
    from tracer.template.lessons import load_template
    from tracer.wording.catalogue import FIRST
    from tracer.workbook.plan.looks import check_looks
    from tracer.workbook.plan.palette import TUTORIAL

    if template is None:
        raise TracerError("name a template, such as 'tracer practice ray'.")
    if tolerance is not None and not 0 <= tolerance <= 1e9:
        raise TracerError(f"--tolerance must be a number from 0, not {tolerance:g}.")
    if share is not None and not 0 < share <= 1:
        raise TracerError(f"--share must be above 0 and at most 1, not {share:g}.")
    if seed is not None and share is None:
        raise TracerError("--seed changes nothing without --share.")
    lang, palette = lang or FIRST, palette or TUTORIAL.name
    check_looks(lang, palette)
    names = tuple(name.strip() for name in (blank or "all").split(",") if name.strip())
    exercise = Exercise(
        changed(load_template(template), settings),
        iterations or 1,
        BlankChoice(names, 1.0 if share is None else share, 1 if seed is None else seed),
        rounding,
        Rules() if tolerance is None else Rules(tolerance, tolerance),
        lang=lang,
        palette=palette,
    )
    exercise.asked  # noqa: B018 - a choice that doesn't fit is found before anything is written
    return exercise


def _self_study(exercise: Exercise, output: Path | None, force: bool) -> str:
    from tracer.commands.listing import size
    from tracer.practice.sheets.handing_out import write_self_study

    target = _workbook(output) or default_folder() / f"{exercise.template.name}-practice.xlsx"
    write_self_study(exercise, target, force=force)
    return f"{_said(exercise)}\n{target} ({size(target)})"


def _new_file(path: Path, template: str, exercise: Exercise, due: str) -> None:
    import secrets

    from tracer.atomic import written
    from tracer.practice.exercise.assignment import new_assignment

    if path.suffix != ".toml":
        raise OutputError(f"{path}: an assignment file's name must end in .toml.")
    # Like every path in it, the template's is meant from the file's own folder.
    name = os.path.relpath(template, path.parent) if template.endswith(".toml") else template
    with written(path) as temporary:
        text = new_assignment(name, exercise, secrets.token_hex(20), due)
        temporary.write_text(text, "utf-8")


def _assignment(
    path: Path, students: Path | None, output: Path | None, force: bool, quiet: bool
) -> str:
    from tracer.commands.listing import progress_bar
    from tracer.practice.exercise.assignment import read_assignment
    from tracer.practice.exercise.roster import read_roster
    from tracer.practice.sheets.handing_out import hand_out

    made = read_assignment(path)
    listed = read_roster(students) if students is not None else []
    if listed:
        target = output or default_folder() / path.stem
    else:
        target = _workbook(output) or default_folder() / f"{path.stem}.xlsx"
    answers = target.with_name(f"{target.name.removesuffix('.xlsx')}-answers.xlsx")
    with ExitStack() as stack:
        progress = None
        if len(listed) >= LARGE_CLASS and sys.stderr.isatty() and not quiet:
            progress, _ = stack.enter_context(progress_bar(len(listed), "Writing"))
        files = hand_out(made, listed, target, answers, force=force, progress=progress)
    who = f"{len(listed)} students, " if listed else ""
    own = f"own numbers for {', '.join(made.ranges)}\n" if listed and made.ranges else ""
    return (
        f"{_said(made.exercise)}\n{who}assignment {made.id}\n{own}"
        f"{target if listed else files[0]}\n{answers} (for the teacher)"
    )


def _said(exercise: Exercise) -> str:
    results = len({key for _, key in exercise.asked})
    many = "iteration" if exercise.iterations == 1 else "iterations"
    return (
        f"{exercise.template.name}: {exercise.count:,} blanks in {results} results,"
        f" {exercise.iterations} {many}"
    )


def _workbook(output: Path | None) -> Path | None:
    if output is not None and output.suffix.lower() != ".xlsx":
        raise OutputError(f"{output}: the name must end in .xlsx.")
    return output
