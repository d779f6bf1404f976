"""What to tell a student, in sentences: the mistakes, and what earned how much."""

from __future__ import annotations

from collections.abc import Iterator

from tracer.practice.answers.marks import Credit, Verdict
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.practice.grading.wording import TEXTS


def slip_lines(slip: WrongResult) -> list[str]:
    """Return what a student should know of a result with wrong numbers, line by line."""
    text = TEXTS["you_wrote_own"] if slip.own else TEXTS["you_wrote"]
    lines = [text.format(typed=slip.typed, wanted=slip.wanted)]
    if slip.more:
        more = "one_more_wrong" if slip.more == 1 else "more_wrong"
        lines[0] += " " + TEXTS[more].format(count=slip.more)
    lines.append(TEXTS["arithmetic"].format(arithmetic=slip.arithmetic))
    if slip.words:
        lines.append(TEXTS["explained"].format(sureness=slip.sureness, words=slip.words))
    return lines


def credit_lines(judged: StudentMarks, credit: Credit) -> Iterator[str]:
    """Yield what numbers that are neither right nor wrong earn, and what couldn't be read."""
    shares = {
        Verdict.FOLLOWS: ("follow", credit.follows),
        Verdict.ROUNDED: ("rounded", credit.rounded),
    }
    for verdict, (name, share) in shares.items():
        if count := judged.count(verdict):
            yield TEXTS[name].format(count=count, share=f"{share:.0%}")
    formulas = int(judged.formulas.sum())
    if formulas and not credit.formulas:
        yield TEXTS["formula_cells"].format(count=formulas)
    for verdict, name in ((Verdict.NOT_A_NUMBER, "not_numbers"), (Verdict.BLANK, "blank_left")):
        if count := judged.count(verdict):
            yield TEXTS[name].format(count=count)


def summary(judged: StudentMarks, points: str, possible: str) -> str:
    """Return one line for a course system's feedback column."""
    parts = [TEXTS["summary"].format(points=points, possible=possible)]
    if judged.slips:
        first = judged.slips[0]
        said = TEXTS["summary_first"].format(place=first.place)
        if first.key:
            said += " " + TEXTS["summary_why"].format(words=first.cause)
        parts.append(f"{said}.")
    return " ".join(parts)


def points_text(number: float) -> str:
    """Return points as people write them: no digits that mean nothing."""
    return f"{round(number, 2) + 0.0:g}" if abs(number) < 1e5 else f"{number:.10g}"
