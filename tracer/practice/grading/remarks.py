"""What to tell a student, in sentences: the mistakes, and what earned how much."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.practice.answers.marks import Credit, Verdict
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.wording import Wording


def slip_lines(slip: WrongResult, wording: Wording) -> list[str]:
    """Return what a student should know of a result with wrong numbers, line by line."""
    key = "grading.you_wrote_own" if slip.own else "grading.you_wrote"
    lines = [wording(key, typed=slip.typed, wanted=slip.wanted)]
    if slip.more:
        lines[0] += " " + wording("grading.more_wrong", count=slip.more)
    lines.append(wording("grading.arithmetic", arithmetic=slip.arithmetic))
    if slip.words:
        lines.append(wording("grading.explained", sureness=slip.sureness, words=slip.words))
    return lines


def credit_lines(judged: StudentMarks, credit: Credit, wording: Wording) -> Iterator[str]:
    """Yield what numbers that are neither right nor wrong earn, and what couldn't be read."""
    shares = {
        Verdict.FOLLOWS: ("follow", credit.follows),
        Verdict.ROUNDED: ("rounded", credit.rounded),
    }
    for verdict, (name, share) in shares.items():
        if count := judged.count(verdict):
            yield wording(f"grading.{name}", count=count, percent=f"{100 * share:.0f}")
    formulas = int(judged.formulas.sum())
    if formulas and not credit.formulas:
        yield wording("grading.formula_cells", count=formulas)
    for verdict, name in ((Verdict.NOT_A_NUMBER, "not_numbers"), (Verdict.BLANK, "blank_left")):
        if count := judged.count(verdict):
            yield wording(f"grading.{name}", count=count)


def summary(judged: StudentMarks, total: float, possible: float, wording: Wording) -> str:
    """Return one line for a course system's feedback column."""
    parts = [of_points(total, possible, wording)]
    if judged.slips:
        first = judged.slips[0]
        key = "grading.summary_why" if first.key else "grading.summary_first"
        parts.append(wording(key, place=first.place, words=first.cause))
    return " ".join(parts)


def of_points(total: float, possible: float, wording: Wording) -> str:
    """Return a sentence with how many of the possible points somebody has."""
    points, most = (points_text(number, wording) for number in (total, possible))
    return wording("grading.summary", points=points, possible=most, count=possible)


def points_text(number: float, wording: Wording) -> str:
    """Return points as people write them: no digits that mean nothing."""
    text = f"{round(number, 2) + 0.0:g}" if abs(number) < 1e5 else f"{number:.10g}"
    return wording.number(text)
