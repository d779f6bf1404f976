"""The command `tracer practice`: read the options, call one function, print."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracer.commands.default_folder import default_folder
from tracer.commands.options import (
    DECIMALS,
    SEEDS,
    call_option,
    data_option,
    flag,
    lang_option,
    loop_option,
    option,
    outside_option,
    palette_option,
    path_option,
    quiet_option,
)
from tracer.commands.streams import say
from tracer.errors import OutputError, TracerError
from tracer.paths import exists
from tracer.wording import load

if TYPE_CHECKING:
    from tracer.practice.exercise.exercise import Exercise

#: From so many students on, a bar shows how far it is.
LARGE_CLASS = 40


@dataclass(frozen=True)
class PracticeOptions:
    """The options of `tracer practice` as typed; `None` were not."""

    template: str | None
    blank: str | None
    share: float | None
    seed: int | None
    iterations: int | None
    tolerance: float | None
    rounding: int | None
    settings: Sequence[str]
    assignment_file: Path | None
    students: Path | None
    due: str | None
    lang: str | None
    palette: str | None
    output: Path | None
    force: bool
    quiet: bool

    @property
    def of_exercise(self) -> tuple[object, ...]:
        """What an assignment's file says itself."""
        return (
            *(self.template, self.blank, self.share, self.seed, self.iterations),
            *(self.tolerance, self.rounding, self.due, self.lang, self.palette),
        )


@click.command()
@click.argument("template", required=False)
@option(
    "-b --blank",
    "LIST",
    "What is left blank: phases (forward, backward, update), step numbers and quantities,"
    " such as backward,11,loss.  [default: all]",
)
@option(
    "--share",
    "S",
    "Leave only this share of those cells blank (0 to 1), drawn at random.",
    float,
)
@option("--seed", "N", "The seed of that draw.  [default: 1]", SEEDS)
@option(
    "-n --iterations",
    "N",
    "How many iterations to fill in.  [default: 1]",
    click.IntRange(1, 50),
)
@option(
    "--tolerance",
    "A",
    "How near an answer must be: absolute, whatever that makes right; or relative to the size"
    " of what is asked, if that is more.  [default: 0.005 of that size only]",
    float,
)
@option(
    "--round rounding",
    "N",
    "The calculation itself rounds every result to N decimals.",
    DECIMALS,
)
@option(
    "--set settings",
    "NAME=VALUE",
    "Another value for a given or a starting parameter. Repeatable.",
    multiple=True,
)
@path_option(
    "--assignment assignment_file",
    "Make an assignment: FILE (.toml) is the teacher's file; it is made from the"
    " other options if it isn't there.",
)
@path_option(
    "--students",
    "The class list (.csv, .xlsx or .ods with the heading id, perhaps name): a file for each"
    " student, with numbers of their own.",
)
@option("--due", "TEXT", "What an assignment's sheets say of the deadline.")
@lang_option("the sheets'")
@palette_option("Their")
@path_option(
    "-o --output",
    "Where to write: a workbook; with --students a folder."
    "  [default: outputs/NAME-practice.xlsx, outputs/ASSIGNMENT]",
    "PATH",
)
@loop_option
@call_option
@data_option
@outside_option
@flag("--force", "Replace files that exist (never FILE.toml).")
@quiet_option
def practice(**typed: Any) -> None:
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
    options = PracticeOptions(**typed)
    report = _self_study(options) if options.assignment_file is None else _assigned(options)
    if not options.quiet:
        say(report)


def _exercise(options: PracticeOptions) -> Exercise:
    from tracer.code.load import load_template
    from tracer.commands.settings import changed
    from tracer.practice.answers.marks import Rules
    from tracer.practice.exercise.exercise import BlankChoice, Exercise
    from tracer.wording.catalogue import FIRST
    from tracer.workbook.plan.looks import check_looks
    from tracer.workbook.plan.palette import TUTORIAL

    if options.template is None:
        raise TracerError("name a template, such as 'tracer practice ray'.")
    tolerance, share, seed = options.tolerance, options.share, options.seed
    if tolerance is not None and not 0 <= tolerance <= 1e9:
        raise TracerError(f"--tolerance must be a number from 0, not {tolerance:g}.")
    if share is not None and not 0 < share <= 1:
        raise TracerError(f"--share must be above 0 and at most 1, not {share:g}.")
    if seed is not None and share is None:
        raise TracerError("--seed changes nothing without --share.")
    lang, palette = options.lang or FIRST, options.palette or TUTORIAL.name
    check_looks(lang, palette)
    names = tuple(
        name.strip()
        for name in ("all" if options.blank is None else options.blank).split(",")
        if name.strip()
    )
    exercise = Exercise(
        changed(load_template(options.template), options.settings),
        options.iterations or 1,
        BlankChoice(names, 1.0 if share is None else share, 1 if seed is None else seed),
        options.rounding,
        Rules() if tolerance is None else Rules(tolerance, tolerance),
        lang=lang,
        palette=palette,
    )
    exercise.checked()  # before anything is written
    return exercise


def _self_study(options: PracticeOptions) -> str:
    from tracer.commands.listing import size
    from tracer.practice.sheets.handing_out import write_self_study

    for name, value in (("--students", options.students), ("--due", options.due)):
        if value is not None:
            raise TracerError(f"{name} is for assignments: add --assignment FILE.toml.")
    exercise = _exercise(options)
    target = _workbook(options.output)
    if target is None:
        target = default_folder() / f"{exercise.template.name}-practice.xlsx"
    write_self_study(exercise, target, force=options.force)
    return f"{_said(exercise)}\n{target} ({size(target)})"


def _assigned(options: PracticeOptions) -> str:
    """Make an assignment's file where it isn't there, and hand out what it says."""
    path = options.assignment_file
    assert path is not None
    if options.settings:
        raise TracerError("--set: an assignment's numbers stand in its template and [vary].")
    if exists(path):
        if any(value is not None for value in options.of_exercise):
            raise TracerError(
                f"{path} is there already and says all this itself: leave out TEMPLATE"
                " and the options, or change them in the file."
            )
        return _handed_out(path, options)
    text = _new_file(path, str(options.template), _exercise(options), options.due or "")
    return _handed_out(path, options, text)


def _new_file(path: Path, template: str, exercise: Exercise, due: str) -> str:
    """Return the text of a new assignment's file."""
    import secrets

    from tracer.atomic import check_output
    from tracer.practice.exercise.assignment import new_assignment
    from tracer.template.lessons import is_path

    if path.suffix != ".toml":
        raise OutputError(f"{path}: an assignment file's name must end in .toml.")
    if exercise.template.code is not None and exercise.template.settings:
        raise TracerError(
            f"{exercise.template.settings[0]}: an assignment can't say how a program is read."
            f" Write its template first (tracer read {template} … --toml), and name that."
        )
    # Like every path in it, the template's is meant from the file's own folder.
    name = os.path.relpath(template, path.parent) if is_path(template) else template
    check_output(path, force=False)
    return new_assignment(name, exercise, secrets.token_hex(20), due)


def _handed_out(path: Path, options: PracticeOptions, new_file: str | None = None) -> str:
    from tracer.commands.listing import progress_bar
    from tracer.practice.exercise.assignment import assignment_of, read_assignment
    from tracer.practice.exercise.roster import read_roster
    from tracer.practice.sheets.handing_out import hand_out

    if new_file is None:
        made = read_assignment(path)
    else:
        made = assignment_of(tomllib.loads(new_file), path)
    listed = read_roster(options.students) if options.students is not None else []
    if listed:
        target = options.output or default_folder() / path.stem
    else:
        target = _workbook(options.output) or default_folder() / f"{path.stem}.xlsx"
    answers = _answer_book(target)
    with ExitStack() as stack:
        progress = None
        if len(listed) >= LARGE_CLASS and sys.stderr.isatty() and not options.quiet:
            progress, _ = stack.enter_context(progress_bar(len(listed), "Writing"))
        force = options.force
        read = [options.students] if options.students is not None else []
        files = hand_out(
            made,
            listed,
            target,
            answers,
            read=read,
            new_file=new_file,
            force=force,
            progress=progress,
        )
    who = f"{load()('counts.students', count=len(listed))}, " if listed else ""
    named = made.id if listed else made.everyones_id
    own = f"own numbers for {', '.join(made.ranges)}\n" if listed and made.ranges else ""
    return (
        f"{_said(made.exercise)}\n{who}assignment {named}\n{own}"
        f"{target if listed else files[0]}\n{answers} (for the teacher)"
    )


def _answer_book(target: Path) -> Path:
    if not target.name:
        raise OutputError(f"{target}: name a folder for the class's files.")
    return target.with_name(f"{target.name.removesuffix('.xlsx')}-answers.xlsx")


def _said(exercise: Exercise) -> str:
    from tracer.practice.marking.idle import told_nothing
    from tracer.run.last_bits import doubt_text, find_doubt

    said = load()
    doubt = find_doubt(exercise.trace)
    warnings = [told_nothing(exercise, said), doubt_text(doubt, said) if doubt else ""]
    blanks = said("counts.blanks", count=exercise.count)
    results = said("counts.results", count=len({key for _, key in exercise.asked}))
    iterations = said("counts.iterations", count=exercise.iterations)
    counts = f"{exercise.template.name}: {blanks} in {results}, {iterations}"
    return "\n".join([counts, *filter(None, warnings)])


def _workbook(output: Path | None) -> Path | None:
    if output is not None and output.suffix.lower() != ".xlsx":
        raise OutputError(f"{output}: the name must end in .xlsx.")
    return output
