"""What `tracer grade` prints: the class in a few lines, or a student in full."""

from __future__ import annotations

from tracer.practice.answers.wording import COUNTED, verdict_word
from tracer.practice.grading.remarks import credit_lines, of_points, points_text, slip_lines
from tracer.practice.grading.results import ClassMarks, ClassMistake, StudentRow
from tracer.wording.terminal import wrapped


def class_report(marks: ClassMarks, most_mistakes: int) -> str:
    """Return how the class did, every file that can't be marked, and what to look at."""
    counts = {s: len(marks.with_status(s)) for s in ("marked", "missing", "unreadable")}
    wording = marks.exercise.wording
    lines = [wording("grading.said_marked", name=marks.name, count=len(marks.rows), **counts)]
    if marks.mean is not None:
        mean, possible = (points_text(n, wording) for n in (marks.mean, marks.scheme.possible))
        lines.append(wording("grading.said_mean", mean=mean, possible=possible))
    refused = [
        f"{outcome.file.name}: {outcome.why_not}" for outcome in marks.outcomes if outcome.why_not
    ]
    lines += _listed(wording("grading.said_refused"), refused)
    missing = [row.student.id for row in marks.with_status("missing")]
    if missing:
        lines += _wrapped(wording("grading.said_missing", who=", ".join(missing)), "")
    look = [f"{row.student.id}: {text}" for row in marks.rows for text in row.remarks]
    look += [
        wording("grading.zero_is_right", right=count, count=most, quantity=label)
        for label, count, most in marks.zero_counts()
    ]
    lines += _listed(wording("grading.said_look"), look)
    mistakes = [_mistake(marks, m, counts["marked"]) for m in marks.mistakes() if m.key]
    lines += _listed(wording("grading.said_teach"), mistakes[:most_mistakes])
    return "\n".join(lines)


def _mistake(marks: ClassMarks, mistake: ClassMistake, marked: int) -> str:
    return marks.exercise.wording(
        "grading.said_mistake",
        students=len(mistake.students),
        marked=marked,
        quantity=marks.blocks[mistake.at].slot.label,
        words=mistake.words,
    )


def _listed(heading: str, texts: list[str]) -> list[str]:
    lines = [heading] if texts else []
    for text in texts:
        lines += _wrapped(text, "  ")
    return lines


def _wrapped(text: str, indent: str) -> list[str]:
    return wrapped(text, indent, indent + "  ")


def student_report(marks: ClassMarks, row: StudentRow) -> str:
    """Return a student's marks in full."""
    name = f" {row.student.name}" if row.student.name else ""
    wording = marks.exercise.wording
    lines = [f"{row.student.id}{name}: {wording(f'grading.{row.status}')}"]
    if row.judged is None:
        for text in (row.why_not or wording("grading.missing_says"), *row.remarks):
            lines += _wrapped(text, "  ")
        return "\n".join(lines)
    total = marks.total(row)
    points = of_points(total, marks.scheme.possible, wording)
    if marks.scheme.graded:
        both = marks.scheme.grade(total), marks.scheme.best
        grade, best = (points_text(number, wording) for number in both)
        points += " " + wording("grading.said_grade", grade=grade, best=best)
    counts = ((row.judged.count(verdict), verdict_word(verdict, wording)) for verdict in COUNTED)
    lines += [f"  {points}", "  " + ", ".join(f"{n} {text}" for n, text in counts if n)]
    for text in (*row.remarks, *credit_lines(row.judged, marks.scheme.credit, wording)):
        lines += _wrapped(text, "  ")
    for slip in row.judged.slips:
        lines += _wrapped(f"{slip.place}:", "  ")
        for text in slip_lines(slip, wording):
            lines += _wrapped(text, "    ")
    return "\n".join(lines)
