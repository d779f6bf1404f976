"""What a verification says: gradients beside differences, printed beside computed figures."""

from __future__ import annotations

from collections.abc import Sequence

from tracer.language.expression import element_text, shape_text
from tracer.template.template import Template
from tracer.verify.gradients import GradientCheck, Gradients
from tracer.verify.published import Figure
from tracer.wording.terminal import columns, wrapped

HEADINGS = ("parameter", "shape", "checked", "step / gradient", "largest difference", "verdict")
#: Figures that a source prints, and those that follow from it: the heading of each kind, what
#: its numbers are called, and whether they were computed for the lesson.
KINDS = (
    ("Printed by the source", "printed", False),
    ("Not printed, computed from it for this lesson", "expected", True),
)
AGREES, DIFFERS = "✓ agrees", "✗ differs"


def verdict(agrees: bool) -> str:
    """Return a verdict as a symbol and a word."""
    return AGREES if agrees else DIFFERS


def gradients_text(template: Template, gradients: Gradients) -> str:
    """Return the table of gradients, and a sentence for each that disagrees."""
    lines = [f"{template.name}: {template.title}"]
    if gradients.checks:
        words = (
            f"Gradients of {gradients.loss} in the first iteration, beside central differences."
            " The ratio of step to gradient may be any positive number; differences are"
            " relative to the parameter's largest gradient."
        )
        lines += ["", *wrapped(words, whole_words=False), "", *_table(gradients.checks)]
    for check in gradients.checks:
        if check.sentence:
            lines += ["", *_hanging(f"{check.parameter}: {check.sentence}")]
            lines += [f"    {line}" for line in check.code or (check.equation,)]
    if gradients.notes:
        lines += [
            "",
            *(line for note in gradients.notes for line in wrapped(note, whole_words=False)),
        ]
    return "\n".join(lines)


def _table(checks: Sequence[GradientCheck]) -> list[str]:
    return columns([HEADINGS, *map(_row, checks)])


def _row(check: GradientCheck) -> tuple[str, ...]:
    return (
        check.parameter,
        shape_text(check.shape),
        f"{len(check.rows)} of {check.size:,}",
        check.factor_text,
        f"{check.largest:.1e}",
        verdict(check.agrees),
    )


def figures_text(figures: Sequence[Figure]) -> str:
    """Return every figure beside the computed one, what the source prints first."""
    if not figures:
        return "The template lists no published figures."
    lines: list[str] = []
    for heading, label, ours in KINDS:
        of_kind = [figure for figure in figures if figure.published.computed == ours]
        if of_kind:
            right = sum(figure.agrees for figure in of_kind)
            lines += [""] * bool(lines) + [f"{heading}: {right} of {len(of_kind)} agree."]
            lines += [line for figure in of_kind for line in _figure(figure, label)]
    return "\n".join(lines)


def _figure(figure: Figure, label: str) -> list[str]:
    """Return an entry in lines; `label` is what its numbers are called."""
    item = figure.published
    # One index of a matrix picks a row, which prints several numbers.
    row = len(item.index) == 1 and len(item.printed) > 1
    quantity = (
        f"row {item.index[0] + 1} of {item.quantity}"
        if row
        else element_text(item.quantity, item.index)
    )
    when = f"iteration {item.iteration:,}" if item.iteration else "before training"
    lines = ["", *_hanging(f"{verdict(figure.agrees)}  {item.place}: {quantity}, {when}")]
    lines += _hanging(f"  {label:<8}  {' '.join(item.printed)}", 12)
    if figure.computed:
        lines += _hanging(f"  computed  {' '.join(figure.computed)}", 12)
    if item.note:
        lines += wrapped(item.note, "  ", "  ", whole_words=False)
    if figure.faults:
        shown = "; ".join(figure.faults[:5]) + ("; …" if len(figure.faults) > 5 else "")
        lines += _hanging(f"  {shown}.")
    return lines


def _hanging(text: str, indent: int = 2) -> list[str]:
    """Return a text in lines, all but the first indented; its own spacing is kept."""
    return wrapped(text, hanging=" " * indent)
