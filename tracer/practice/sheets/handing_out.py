"""Writing practice files: one sheet, or one for every student and the answer book; all or none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tracer.atomic import aside, check_inputs, check_output, mask, put_in_place, written
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
    new_file: str | None = None,
    force: bool = False,
    progress: Callable[[int], None] | None = None,
) -> list[Path]:
    """Write an assignment's files and the teacher's answer book; return their paths.

    With students, `target` is a folder that gets a file for each of them; without, a file.
    Everything is written aside first, so that a fault leaves nothing behind. What was `read`
    is never replaced. `new_file` is the text of the assignment's file where that isn't there yet:
    it is written before anything else, and stays whatever happens, since no sheet could be marked
    without its secret. Raises TracerError.
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
            ready = prepared(target, folder, names_aside)
        else:
            ready = [(folder / "0.xlsx", target)]
        ready.append((folder / "answers.xlsx", answers))
        with _kept(made.path, new_file):
            put_in_place(ready, {answers})
    return [*files.values(), answers]


@contextmanager
def _kept(path: Path, text: str | None) -> Iterator[None]:
    """Write a new assignment's file before its sheets are put in place, if there is a text."""
    if text is None:
        yield
        return
    with written(path, private=True) as temporary:
        temporary.write_text(text, "utf-8")
    try:
        yield
    except OutputError as error:
        raise OutputError(
            f"{error} But {path} is made, with its secret: the same command without the template"
            " and its options goes on with it."
        ) from None


def prepared(target: Path, folder: Path, files: Mapping[Path, str]) -> list[tuple[Path, Path]]:
    """Return what `tracer.atomic.put_in_place` is to do for files prepared in `folder`.

    Each goes into `target` under its name; a new folder appears with all of them. Raises
    OutputError.
    """
    if target.exists():
        return [(path, target / name) for path, name in files.items()]
    whole = folder / "whole"
    try:
        whole.mkdir()
        whole.chmod(0o777 & ~mask())
        for path, name in files.items():
            path.replace(whole / name)
            (whole / name).chmod(0o666 & ~mask())
    except OSError as error:
        raise OutputError(f"{target}: can't be made: {error.strerror}.") from None
    return [(whole, target)]
