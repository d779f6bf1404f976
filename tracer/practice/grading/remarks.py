"""What to tell a student, in sentences: the mistakes, and what earned how much."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.practice.answers.marks import Credit, Verdict
from tracer.practice.answers.wording import COUNTED, verdict_word
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.practice.grading.points import Scheme
from tracer.practice.grading.results import ClassMarks, StudentRow
from tracer.wording import Wording


def slip_lines(slip: WrongResult, wording: Wording) -> list[str]:
    """Return what a student should know of a result with wrong numbers, line by line."""
    lines = [_wrote(slip, wording)]
    if slip.more:
        lines[0] += " " + wording("grading.more_wrong", count=slip.more)
    lines.append(wording("grading.arithmetic", arithmetic=slip.arithmetic))
    if slip.words:
        lines.append(wording("grading.explained", sureness=slip.sureness, words=slip.words))
    return lines


def _wrote(slip: WrongResult, wording: Wording) -> str:
    key = "grading.you_wrote_own" if slip.own else "grading.you_wrote"
    return wording(key, typed=slip.typed, wanted=slip.wanted)


def credit_lines(judged: StudentMarks, credit: Credit, wording: Wording) -> Iterator[str]:
    """Yield what numbers that are neither right nor wrong earn, and what couldn't be read."""
    shares = {
        Verdict.FOLLOWS: ("follow", credit.follows),
        Verdict.ROUNDED: ("rounded", credit.rounded),
    }
    for verdict, (name, share) in shares.items():
        if count := judged.count(verdict):
            yield wording(f"grading.{name}", count=count, percent=f"{100 * share:.0f}")
    if judged.unstored:
        yield wording("grading.unstored", count=judged.unstored)
    if judged.by_formula and not credit.formulas:
        yield wording("grading.formula_cells", count=judged.by_formula)
    for verdict, name in ((Verdict.NOT_A_NUMBER, "not_numbers"), (Verdict.BLANK, "blank_left")):
        if count := judged.count(verdict):
            yield wording(f"grading.{name}", count=count)


def summary(judged: StudentMarks, total: float, scheme: Scheme, wording: Wording) -> str:
    """Return two sentences for a course system: what is how, and where to look first.

    What is rounded is only told apart from what is right where it earns less.
    """
    found = {verdict: judged.count(verdict) for verdict in COUNTED}
    if scheme.credit.rounded == 1:
        found |= {Verdict.RIGHT: judged.rights, Verdict.ROUNDED: 0}
    counts = [(count, verdict_word(verdict, wording)) for verdict, count in found.items()]
    said = wording(
        "grading.summary_counts",
        points=points_text(total, wording),
        possible=points_text(scheme.possible, wording),
        count=len(judged.verdicts),
        counts=", ".join(f"{count} {word}" for count, word in counts if count),
    )
    return f"{said} {look_first(judged, wording)}"


def look_first(judged: StudentMarks, wording: Wording) -> str:
    """Return a sentence about the first mistake, else the first blank; or that there is none."""
    if judged.slips:
        slip = judged.slips[0]
        why = f"{slip.cause}." if slip.key else _wrote(slip, wording)
        return wording("grading.look_first", place=slip.place, why=why)
    if judged.left is None:
        return wording("grading.no_mistake")
    verdict, place = judged.left
    return wording(f"grading.first_{verdict.name.lower()}", place=place)


def by_hand_lines(marks: ClassMarks, row: StudentRow) -> list[str]:
    """Return what to remember of a student's points: that some were typed by hand."""
    wording, by_hand = marks.exercise.wording, row.by_hand
    marked = dict(zip(marks.scheme.numbers, row.points.tolist(), strict=False))
    lines = []
    for step, points in by_hand.steps.items():
        said = {"step": step, "points": points_text(points, wording)}
        if step in marked:
            was = points_text(marked[step], wording)
            lines.append(wording("grading.step_by_hand", marked=was, **said))
        else:
            lines.append(wording("grading.step_by_hand_only", **said))
    if by_hand.more is not None:
        more = f"{'−' if by_hand.more < 0 else '+'}{points_text(abs(by_hand.more), wording)}"
        lines.append(wording("grading.more_by_hand", points=more))
    return lines


def of_points(total: float, possible: float, wording: Wording) -> str:
    """Return a sentence with how many of the possible points somebody has."""
    points, most = (points_text(number, wording) for number in (total, possible))
    return wording("grading.summary", points=points, possible=most, count=possible)


def points_text(number: float, wording: Wording) -> str:
    """Return points as people write them: no digits that mean nothing."""
    text = f"{round(number, 2) + 0.0:g}" if abs(number) < 1e5 else f"{number:.10g}"
    return wording.number(text)
