"""The command `tracer check`: read the options, call one function, print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from tracer.commands.options import (
    DECIMALS,
    call_option,
    data_option,
    flag,
    loop_option,
    option,
    outside_option,
    path_option,
)
from tracer.commands.streams import say
from tracer.errors import TracerError
from tracer.paths import exists
from tracer.practice.safe.limits import OTHER_WORKBOOKS, WORKBOOKS

SAYS_ITSELF = "a practice workbook says itself what it was made with."


@click.command()
@click.argument("what", metavar="WHAT")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@path_option("--assignment", "The teacher's file (.toml), for a workbook of an assignment.")
@option(
    "--iteration",
    "N",
    "Which iteration loose answers belong to, where they don't say.  [default: 1]",
    click.IntRange(1, 1_000_000),
)
@option(
    "--tolerance",
    "A",
    "How near an answer must be: absolute, or relative to the size of what is asked if that is"
    " more.  [default: 0.0005 of that size only]",
    float,
)
@option(
    "--round decimals", "N", "The calculation itself rounds every result to N decimals.", DECIMALS
)
@option(
    "--set settings",
    "NAME=VALUE",
    "Another value for a given or a starting parameter. Repeatable.",
    multiple=True,
)
@path_option("--html", "Also write the report as an HTML page.", "PAGE")
@loop_option
@call_option
@data_option
@outside_option
@flag("--force", "Replace the page if it exists.")
@click.pass_context
def check(
    ctx: click.Context,
    what: str,
    file: Path | None,
    assignment: Path | None,
    iteration: int | None,
    tolerance: float | None,
    decimals: int | None,
    settings: Sequence[str],
    html: Path | None,
    force: bool,
) -> None:
    """Mark answers, and say where and why the first one is wrong.

    WHAT is a practice workbook; or a lesson's name (or a .toml file, or a program), followed by
    FILE with answers by quantity name: .csv, .json, .npz, .xlsx or .ods. Files are only read:
    nothing in them is recalculated or run.

    \b
    tracer check practice.xlsx
    tracer check ray answers.csv
    tracer check ray answers.json --iteration 2 --set lr=1 --round 3
    tracer check handed-in.xlsx --assignment week-3.toml

    Exit status: 0 when all is right, 1 when something is wrong or blank, 2 when the file
    can't be used.
    """
    from tracer.api.public import check as check_answers
    from tracer.atomic import check_inputs, check_output, written
    from tracer.code.load import load_template
    from tracer.commands.settings import changed

    if html is not None:
        check_inputs([html], _read(what, file, assignment) if exists(html) else ())
        check_output(html, force=force)
    if file is None and what.lower().endswith(OTHER_WORKBOOKS):
        raise TracerError(f"{what}: save it as .xlsx or .ods, and check that file.")
    if file is None and not what.lower().endswith(WORKBOOKS):
        raise TracerError(
            f"check: name the file with the answers, too: tracer check {what} answers.csv"
        )
    said = {"iteration": iteration, "tolerance": tolerance, "round": decimals}
    _check_asked(file, said, settings)
    template = changed(load_template(what), settings) if file is not None and settings else what
    report = check_answers(
        template,
        file,
        iteration=iteration or 1,
        assignment=assignment,
        tolerance=tolerance,
        decimals=decimals,
    )
    if html is not None:
        with written(html, force=force) as temporary:
            temporary.write_text(report.page(), "utf-8")
    say(str(report))
    if not report.right:
        ctx.exit(1)


def _check_asked(
    file: Path | None, said: Mapping[str, float | None], settings: Sequence[str]
) -> None:
    """Raise TracerError for what can't be asked of a practice workbook, or at all."""
    for name, value in {**said, "set": len(settings) or None}.items():
        if file is None and value is not None:
            raise TracerError(f"--{name} is for loose answers: {SAYS_ITSELF}")
    tolerance = said["tolerance"]
    if tolerance is not None and not 0 <= tolerance <= 1e9:
        raise TracerError(f"--tolerance must be a number from 0, not {tolerance:g}.")


def _read(what: str, file: Path | None, assignment: Path | None) -> list[Path]:
    """Return the files that are read. Raises TracerError."""
    from tracer.code.load import load_template
    from tracer.practice.exercise.assignment import read_assignment

    named = [Path(what), *(path for path in (file, assignment) if path is not None)]
    if assignment is not None:
        return [*named, *read_assignment(assignment).exercise.template.files]
    return [*named, *(() if what.lower().endswith(WORKBOOKS) else load_template(what).files)]
