"""A folder of files and a class list → the marks of the class, and everything written of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from tracer.atomic import aside, check_apart, check_inputs, check_output, put_in_place
from tracer.errors import OutputError
from tracer.paths import lies_in
from tracer.practice.exercise.assignment import ClassAssignment
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.copies import Papers, same_bytes, same_numbers
from tracer.practice.grading.exports import canvas_csv, moodle_csv
from tracer.practice.grading.files import find_files, read_files
from tracer.practice.grading.gradebook import gradebook
from tracer.practice.grading.judging import StudentMarks
from tracer.practice.grading.matching import Outcome, match
from tracer.practice.grading.processes import Marker, Task, mark_all
from tracer.practice.grading.remarks import by_hand_lines
from tracer.practice.grading.results import ClassMarks, StudentRow, places_of
from tracer.practice.grading.typed_before import TypedBefore, typed_before
from tracer.practice.sheets.handing_out import prepared
from tracer.wording import Wording
from tracer.workbook.book import write_book

Progress = Callable[[int], None]


#: From so many zeros in place of other numbers on, a teacher is told.
MANY_ZEROS = 2
#: From such a share of numbers on that wrong ones make 0, or leave as they were, as well.
MUCH = 0.25
#: Of what can't be read, so many cells are named.
MOST_CELLS = 5


@dataclass(frozen=True)
class Outputs:
    """Where things go. Marked copies go into the folder `feedback`: everyone's, or those `only`."""

    gradebook: Path
    canvas: Path | None = None
    moodle: Path | None = None
    feedback: Path | None = None
    only: tuple[str, ...] = ()

    def files(self) -> list[Path]:
        """Return the single files."""
        return [path for path in (self.gradebook, self.canvas, self.moodle) if path is not None]


def grade_class(
    folder: Path,
    assignment: ClassAssignment,
    students: Sequence[Student],
    outputs: Outputs,
    *,
    read: Sequence[Path] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> ClassMarks:
    """Mark the files of a folder, and write what `outputs` names: everything or nothing.

    What was `read`, as what is handed in, is never replaced.
    Raises TracerError for a folder or an output that can't be used; what is wrong with single
    files stands in the marks that are returned.
    """
    paths = find_files(folder)
    check_inputs(
        [*outputs.files(), *_copies(outputs, students)],
        [*read, assignment.path, *assignment.exercise.template.files, *paths],
    )
    _check(folder, outputs, students, force)
    marker = Marker(assignment)
    before = typed_before(outputs.gradebook, students, marker.scheme.numbers)
    with ExitStack() as stack:
        files = list(read_files(folder, paths, assignment, marker.expected, progress))
        outcomes = match(files, students, assignment.exercise.wording)
        copies = None
        if outputs.feedback is not None:
            copies = stack.enter_context(aside(outputs.feedback.parent))
        rows = _rows(marker, before, students, outcomes, outputs, copies)
        marks = ClassMarks(
            assignment.grading.name or assignment.path.stem,
            assignment.exercise,
            marker.sheets.blocks,
            marker.scheme,
            tuple(rows),
            tuple(outcomes),
            before.key,
        )
        _remark(marks, outcomes)
        _write(marks, outputs, copies, stack)
    return marks


def _check(handed_in: Path, outputs: Outputs, students: Sequence[Student], force: bool) -> None:
    for path in outputs.files():
        check_output(path, force=force)
    check_apart([*outputs.files(), *_copies(outputs, students)])
    folder = outputs.feedback
    if folder is None:
        return
    if folder.exists() and not folder.is_dir():
        raise OutputError(f"{folder}: this is a file; marked copies need a folder.")
    if lies_in(folder, handed_in):
        raise OutputError(
            f"{folder}: marked copies there would be taken for handed-in files the next time; name"
            " a folder elsewhere."
        )
    if not folder.parent.is_dir():
        raise OutputError(f"{folder}: the folder {folder.parent} does not exist.")
    for copy in _copies(outputs, students) if folder.exists() else ():
        check_output(copy, force=force)


def _copies(outputs: Outputs, students: Sequence[Student]) -> list[Path]:
    """Return where marked copies are to go."""
    folder = outputs.feedback
    wanted = [s for s in students if not outputs.only or s.id in outputs.only]
    return [] if folder is None else [_copy_of(student, folder) for student in wanted]


def _copy_of(student: Student, folder: Path) -> Path:
    return folder / f"{student.file_name}.xlsx"


def _rows(
    marker: Marker,
    before: TypedBefore,
    students: Sequence[Student],
    outcomes: Sequence[Outcome],
    outputs: Outputs,
    copies: Path | None,
) -> list[StudentRow]:
    """Mark everyone's file; return a row for each student, in the order of the class list."""
    rows = {s.id: StudentRow(s, by_hand=before.of(s)) for s in students}
    theirs = [
        (outcome, outcome.student)
        for outcome in outcomes
        if outcome.student and not outcome.why_not
    ]

    def task(outcome: Outcome, student: Student) -> Task:
        wanted = not outputs.only or student.id in outputs.only
        copy = _copy_of(student, copies) if copies is not None and wanted else None
        # The class list says whose numbers, whatever the file says of itself.
        numbers = student.id if outcome.file.own_numbers else ""
        return Task(student, numbers, outcome.file.cells, copy, before.of(student))

    tasks = [task(outcome, student) for outcome, student in theirs]
    with closing(mark_all(marker, tasks)) as found:  # its processes end before `copies` goes
        for (outcome, student), marks in zip(theirs, found, strict=True):
            row = rows[student.id]
            row.file = outcome.file.name
            if isinstance(marks, StudentMarks):
                row.judged = marks
                row.points = marker.scheme.points(marks.verdicts, marks.formulas)
            else:
                outcome.why_not = row.why_not = marks
    for outcome in outcomes:
        _not_marked(rows, outcome)
    return list(rows.values())


def _not_marked(rows: Mapping[str, StudentRow], outcome: Outcome) -> None:
    """Tell in the rows of a file's students what kept it from being marked as theirs."""
    if outcome.student is not None and rows[outcome.student.id].status == "missing":
        row = rows[outcome.student.id]
        row.file, row.why_not = outcome.file.name, outcome.why_not
    if outcome.named is not None:
        rows[outcome.named.id].others.append(outcome.file.name)


def _remark(marks: ClassMarks, outcomes: Sequence[Outcome]) -> None:
    """Put what a teacher should look at beside the students whom it concerns."""
    wording = marks.exercise.wording
    _remark_same_bytes(outcomes, wording)
    marked = [(row, row.judged) for row in marks.rows if row.judged is not None]
    files, judged = [row.file for row, _ in marked], [one for _, one in marked]
    papers = Papers(files, judged, marks.block_of, places_of(marks.blocks))
    said = zip(marked, same_numbers(papers, wording), strict=True)
    number_copies = {row.student.id: copied for (row, _), copied in said}
    for row in marks.rows:
        for outcome in outcomes:
            row.remarks += _of_outcome(row, outcome)
        row.copied = number_copies.get(row.student.id, row.copied)
        row.remarks += row.copied.remarks
        if row.judged is not None:
            row.remarks += _odd(row.judged, marks)
        row.remarks += by_hand_lines(marks, row)


def _remark_same_bytes(outcomes: Sequence[Outcome], wording: Wording) -> None:
    """Say of files that are the same byte by byte which they are."""
    copies = same_bytes([(outcome.file.name, outcome.file.digest) for outcome in outcomes])
    whose = {outcome.file.name: outcome.student for outcome in outcomes}
    for outcome in outcomes:
        for other in copies.get(outcome.file.name, ()):
            # Of a student's own two files one line is enough.
            if outcome.why_not or whose[other] is not outcome.student:
                text = wording("grading.same_bytes", file=outcome.file.name, other=other)
                outcome.remarks.append(text)


def _of_outcome(row: StudentRow, outcome: Outcome) -> list[str]:
    """Return the remarks on a file that concern a student: it is theirs, or named after them."""
    found = list(outcome.remarks) if outcome.named == row.student else []
    if outcome.student == row.student:
        if outcome.why_not and row.status == "marked":
            found.append(f"{outcome.file.name}: {outcome.why_not}")
        found += outcome.remarks
    return found


def _odd(judged: StudentMarks, marks: ClassMarks) -> list[str]:
    found, wording = [], marks.exercise.wording
    if judged.leaning or sum(count for _, count in judged.zeros) >= MANY_ZEROS:
        where = ", ".join(f"{label}: {count}" for label, count in judged.zeros)
        key = "grading.zeros_lead" if judged.leaning else "grading.zeros"
        found.append(wording(key, where=where, count=judged.leaning))
    if judged.idle >= MUCH * len(judged.verdicts) and not judged.leaning:
        found.append(wording("grading.idle", count=judged.idle))
    if judged.unread:
        cells = ", ".join(f"{cell} '{text}'" for cell, text in judged.unread[:MOST_CELLS])
        more = ", …" if len(judged.unread) > MOST_CELLS else ""
        found.append(wording("grading.unread", count=len(judged.unread), cells=cells + more))
    if judged.unstored:
        found.append(wording("grading.unstored", count=judged.unstored))
    if judged.by_formula:
        key = "formulas_count" if marks.scheme.credit.formulas else "formulas_lost"
        found.append(wording(f"grading.{key}", count=judged.by_formula))
    return found


def _write(marks: ClassMarks, outputs: Outputs, copies: Path | None, stack: ExitStack) -> None:
    """Prepare every file aside, then put all of them in place."""
    ready: dict[Path, Path] = {}
    for number, path in enumerate(outputs.files()):
        ready[path] = stack.enter_context(aside(path.parent)) / f"{number}{path.suffix}"
    write_book(gradebook(marks), ready[outputs.gradebook])
    tables: Mapping[Path | None, Callable[[ClassMarks], str]] = {
        outputs.canvas: canvas_csv,
        outputs.moodle: moodle_csv,
    }
    for target, text in tables.items():
        if target is not None:
            ready[target].write_bytes(text(marks).encode())
    found = [(source, path) for path, source in ready.items()]
    if copies is not None and outputs.feedback is not None:
        names = {path: path.name for path in sorted(copies.glob("*.xlsx"))}
        found += prepared(outputs.feedback, copies, names)
    put_in_place(found)
