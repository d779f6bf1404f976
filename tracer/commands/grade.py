"""The command `tracer grade`: read the options, call one function, print."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracer.commands.default_folder import default_folder
from tracer.commands.options import (
    flag,
    lang_option,
    option,
    outside_option,
    path_option,
    quiet_option,
)
from tracer.commands.streams import say
from tracer.errors import OutputError, TracerError, did_you_mean

if TYPE_CHECKING:
    from tracer.practice.exercise.roster import Student
    from tracer.practice.grading.results import ClassMarks

#: From so many files on, a bar shows how far it is.
LARGE_CLASS = 40


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@path_option(
    "--assignment assignment_file",
    "The teacher's file (.toml): tolerances, points, the grade.",
    required=True,
)
@path_option(
    "--roster",
    "The class list (.csv, .xlsx or .ods with the heading id, perhaps name), or a table that"
    " Canvas or Moodle exported.",
    required=True,
)
@path_option("-o --output", "The gradebook.  [default: outputs/ASSIGNMENT-grades.xlsx]")
@path_option("--feedback", "Also a marked copy for every student, in this folder.", "FOLDER")
@path_option("--canvas", "Also the grades as Canvas imports them (.csv).")
@path_option("--moodle", "Also grades and feedback as Moodle imports them (.csv).")
@option(
    "--student only",
    "ID",
    "Print this student's marks in full, and write no other marked copy. Repeatable.",
    multiple=True,
)
@lang_option("all", "the assignment's")
@outside_option
@flag("--force", "Replace files that exist.")
@quiet_option
@click.pass_context
def grade(
    ctx: click.Context,
    folder: Path,
    assignment_file: Path,
    roster: Path,
    output: Path | None,
    feedback: Path | None,
    canvas: Path | None,
    moodle: Path | None,
    only: Sequence[str],
    lang: str | None,
    force: bool,
    quiet: bool,
) -> None:
    """Mark a class.

    FOLDER holds the students' workbooks, also in folders of their own. Each is matched by the
    id in it, else by its name. Files are only read: nothing in them is recalculated, run or
    believed. A file that can't be read is reported; the others are marked.

    \b
    tracer grade handed-in --assignment hw.toml --roster class.csv
    tracer grade handed-in --assignment hw.toml --roster class.csv \\
        -o gradebook.xlsx --feedback marked --moodle grades.csv
    tracer grade handed-in --assignment hw.toml --roster class.csv \\
        --feedback marked --student 00123 --force

    After a changed rule or a late file, the same command with --force marks again.

    Exit status: 0 when all that was handed in is marked, 1 when somebody's can't be or nothing
    is, 2 when nothing could be done.
    """
    from tracer.commands.listing import progress_bar
    from tracer.practice.exercise.assignment import read_assignment
    from tracer.practice.exercise.roster import read_roster
    from tracer.practice.grading.grading import Outputs, grade_class
    from tracer.workbook.plan.looks import check_looks

    for path, suffix in ((output, ".xlsx"), (canvas, ".csv"), (moodle, ".csv")):
        if path is not None and path.suffix.lower() != suffix:
            raise OutputError(f"{path}: the name must end in {suffix}.")
    assignment, students = read_assignment(assignment_file), read_roster(roster)
    _check_ids(only, students)
    if lang is not None:
        check_looks(lang)
        assignment = assignment.told_in(lang)
    target = output or default_folder() / f"{assignment_file.stem}-grades.xlsx"
    outputs = Outputs(target, canvas, moodle, feedback, tuple(only))
    with ExitStack() as stack:
        progress = None
        if len(students) >= LARGE_CLASS and sys.stderr.isatty() and not quiet:
            progress, _ = stack.enter_context(progress_bar(len(students), "Reading"))
        marks = grade_class(
            folder, assignment, students, outputs, read=[roster], force=force, progress=progress
        )
    if not quiet:
        say(_said(marks, outputs.only))
        for path in (*outputs.files(), *([feedback] if feedback is not None else [])):
            say(str(path))
    ctx.exit(_status(marks, outputs.only))


def _check_ids(only: Sequence[str], students: Sequence[Student]) -> None:
    known = [student.id for student in students]
    for wanted in only:
        if wanted not in known:
            raise TracerError(
                f"--student: '{wanted}' is not in the class list.{did_you_mean(wanted, known)}"
            )


def _status(marks: ClassMarks, only: Sequence[str]) -> int:
    found = [row.status for row in marks.rows if not only or row.student.id in only]
    return int("unreadable" in found or "marked" not in found)


def _said(marks: ClassMarks, only: Sequence[str]) -> str:
    from tracer.practice.answers.plain import plain
    from tracer.practice.grading.report import student_report

    rows = [row for row in marks.rows if row.student.id in only]
    said = [student_report(marks, row) for row in rows] or [str(marks)]
    return plain("\n\n".join(said))
