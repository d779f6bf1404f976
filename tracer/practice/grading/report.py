"""What `tracer grade` prints: the class in a few lines, or a student in full."""

from __future__ import annotations

from tracer.practice.grading.remarks import credit_lines, points_text, slip_lines
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.practice.grading.wording import COUNTED, TEXTS
from tracer.wording.terminal import wrapped


def class_report(marks: ClassMarks, most_mistakes: int) -> str:
    """Return how the class did, every file that can't be marked, and what to look at."""
    counts = {s: len(marks.with_status(s)) for s in ("marked", "missing", "unreadable")}
    lines = [TEXTS["said_marked"].format(name=marks.name, students=len(marks.rows), **counts)]
    if marks.mean is not None:
        possible = points_text(marks.scheme.possible)
        mean = TEXTS["said_mean"].format(mean=points_text(marks.mean), possible=possible)
        lines.append(mean)
    refused = [
        f"{outcome.file.name}: {outcome.why_not}" for outcome in marks.outcomes if outcome.why_not
    ]
    lines += _listed(TEXTS["said_refused"], refused)
    missing = [row.student.id for row in marks.with_status("missing")]
    if missing:
        lines += _wrapped(TEXTS["said_missing"].format(who=", ".join(missing)), "")
    look = [f"{row.student.id}: {text}" for row in marks.rows for text in row.remarks]
    look += [
        TEXTS["zero_is_right"].format(count=count, all=most, quantity=label)
        for label, count, most in marks.zero_counts()
    ]
    lines += _listed(TEXTS["said_look"], look)
    marked = counts["marked"]
    mistakes = [
        f"{len(m.students)} of {marked}: {marks.blocks[m.at].slot.label}, {m.words}"
        for m in marks.mistakes()
        if m.key
    ]
    lines += _listed(TEXTS["said_teach"], mistakes[:most_mistakes])
    return "\n".join(lines)


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
    lines = [f"{row.student.id}{name}: {TEXTS[row.status]}"]
    if row.judged is None:
        lines += _wrapped(row.why_not or TEXTS["missing_says"], "  ")
        return "\n".join(lines)
    possible = points_text(marks.scheme.possible)
    points = TEXTS["summary"].format(points=points_text(row.total), possible=possible)
    if marks.scheme.graded:
        grade = points_text(marks.scheme.grade(row.total))
        points += f" {TEXTS['grade']}: {grade} {TEXTS['of']} {points_text(marks.scheme.best)}."
    counts = ((row.judged.count(verdict), text) for verdict, text in COUNTED.items())
    lines += [f"  {points}", "  " + ", ".join(f"{n} {text}" for n, text in counts if n)]
    for text in (*row.remarks, *credit_lines(row.judged, marks.scheme.credit)):
        lines += _wrapped(text, "  ")
    for slip in row.judged.slips:
        lines += _wrapped(f"{slip.place}:", "  ")
        for text in slip_lines(slip):
            lines += _wrapped(text, "    ")
    return "\n".join(lines)
