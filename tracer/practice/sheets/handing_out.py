"""Writing practice files: one sheet, or one for every student and the answer book; all or none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tracer.atomic import aside, check_inputs, check_output
from tracer.errors import OutputError
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.exercise.worth import step_worths
from tracer.practice.sheets.answer_book import answer_book
from tracer.practice.sheets.worksheet import HandIn, assignment, self_study
from tracer.workbook.book import write_book

EVERYONE = Student("")


def write_self_study(exercise: Exercise, path: Path, *, force: bool = False) -> None:
    """Write a self-study workbook. Raises TracerError; then nothing was written."""
    check_inputs([path], exercise.template.files)
    check_output(path, force=force)
    write_book(self_study(exercise), path, force=force)


def hand_out(
    made: ClassAssignment,
    students: Sequence[Student],
    target: Path,
    answers: Path,
    *,
    read: Sequence[Path] = (),
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Path]:
    """Write an assignment's files and the teacher's answer book; return their paths.

    With students, `target` is a folder that gets a file for each of them; without, a file.
    Everything is written aside first, so that a fault leaves nothing behind. What was `read`
    is never replaced.
    """
    files = {s: target / f"{s.file_name}.xlsx" for s in students} or {EVERYONE: target}
    if students and target.exists() and not target.is_dir():
        raise OutputError(f"{target}: this is a file; with students a folder is written.")
    check_inputs([*files.values(), answers], [*read, made.path, *made.exercise.template.files])
    for path in (*files.values(), answers):
        if path.parent != target or target.exists():
            check_output(path, force=force)
    exercises: dict[Student, Exercise] = {}
    points = step_worths(made.exercise, made.credit)
    named = made.id if students else made.everyones_id
    with aside(target.parent) as folder:
        for number, student in enumerate(files):
            own = made.exercise_of(student.id)
            hand_in = HandIn(named, student.id, student.name, made.due, points)
            write_book(assignment(own, hand_in), folder / f"{number}.xlsx")
            exercises[student] = own
            if progress is not None:
                progress(1)
        names = {student: path.name for student, path in files.items()}
        write_book(answer_book(made, exercises, names), folder / "answers.xlsx")
        if students:
            names_aside = {folder / f"{n}.xlsx": p.name for n, p in enumerate(files.values())}
            put_in_place(target, folder, names_aside)
        else:
            replace_file(folder / "0.xlsx", target)
        replace_file(folder / "answers.xlsx", answers)
    return [*files.values(), answers]


def put_in_place(target: Path, folder: Path, files: Mapping[Path, str]) -> None:
    """Put files prepared in `folder` into `target`, each under its name.

    A new folder appears with all of them. Raises OutputError.
    """
    if target.exists():
        for path, name in files.items():
            replace_file(path, target / name)
        return
    whole = folder / "whole"
    try:
        whole.mkdir()
        whole.chmod(0o777 & ~_mask())
    except OSError as error:
        raise OutputError(f"{target}: can't be made: {error.strerror}.") from None
    for path, name in files.items():
        replace_file(path, whole / name)
    replace_file(whole, target)


def replace_file(source: Path, target: Path) -> None:
    """Put a file or folder in another's place. Raises OutputError."""
    try:
        source.replace(target)
    except OSError as error:
        raise OutputError(f"{target}: can't be written: {error.strerror}.") from None


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
