"""What `tracer check` says: the count, the first wrong step and its arithmetic, the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import numpy as np

from tracer.language.elements import Leaf, element
from tracer.language.expression import Index
from tracer.language.words import left_out, shortened, words
from tracer.practice.answers.answers import Answers, Key
from tracer.practice.answers.marks import Marked, Marks, Verdict
from tracer.practice.answers.plain import plain
from tracer.practice.answers.wording import SYMBOLS
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.diagnosis import Diagnosis, diagnose
from tracer.program.model import Assignment
from tracer.run.trace import ProgramTrace
from tracer.wording.terminal import columns, wrapped

MOST_TERMS = 8
#: Further wrong blocks that are named one by one.
MOST_BLOCKS = 12
#: Cells named of a wrong block.
MOST_CELLS = 4
LABELS: dict[Verdict, str] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "right but rounded too much",
    Verdict.FOLLOWS: "following from your earlier value",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "not a number",
    Verdict.BLANK: "blank",
}
SHORT: dict[Verdict, str] = {
    Verdict.RIGHT: "right",
    Verdict.ROUNDED: "rounded",
    Verdict.FOLLOWS: "follow",
    Verdict.WRONG: "wrong",
    Verdict.NOT_A_NUMBER: "no number",
    Verdict.BLANK: "blank",
}
COLOURS: dict[Verdict, str] = {
    Verdict.RIGHT: "#d9ead3",
    Verdict.ROUNDED: "#d9ead3",
    Verdict.FOLLOWS: "#ffe8b3",
    Verdict.WRONG: "#f4cccc",
    Verdict.NOT_A_NUMBER: "#f4cccc",
    Verdict.BLANK: "#ffffff",
}
Where = Mapping[tuple[int, Key, Index], str]


@dataclass(frozen=True)
class WrongBlock:
    """A block with wrong cells: where, what should stand there and how, and why it is wrong."""

    marked: Marked
    place: str
    index: Index
    typed: float
    wanted: float
    own: bool
    arithmetic: str
    diagnosis: Diagnosis | None

    @property
    def lines(self) -> list[str]:
        """What to say of it, line by line."""
        own = ", as your own earlier numbers give" if self.own else ""
        cells = len(np.argwhere(self.marked.verdicts == Verdict.WRONG))
        more = f" (and {cells - 1} more wrong there)" if cells > 1 else ""
        typed, wanted = number(self.typed), number(self.wanted)
        said = [f"{self.place}: {typed}, but {wanted} is right{own}{more}."]
        said.append(f"  {self.arithmetic}")
        if self.diagnosis is not None:
            said.append(f"  {self.diagnosis.sentence}.")
        return said


@dataclass(frozen=True)
class Report:
    """The marks of one student's answers, with reasons; prints as text, shows in a notebook."""

    title: str
    trace: ProgramTrace
    answers: Answers
    marks: Marks
    where: Where = field(default_factory=dict)
    live: bool = False

    @cached_property
    def numbers(self) -> OwnNumbers:
        """The student's own numbers beside the exact ones."""
        return OwnNumbers(self.trace, self.answers, self.live)

    @property
    def right(self) -> bool:
        """Whether every cell asked is right, if perhaps rounded too much."""
        return all(v >= Verdict.ROUNDED for m in self.marks.marked for v in m.verdicts.flat)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cells have each verdict."""
        return {verdict: self.marks.count(verdict) for verdict in LABELS}

    @cached_property
    def wrong(self) -> tuple[WrongBlock, ...]:
        """The blocks with wrong cells, in the order of the calculation."""
        return tuple(
            self._wrong(m) for m in self.marks.marked if (m.verdicts == Verdict.WRONG).any()
        )

    @property
    def first_wrong(self) -> WrongBlock | None:
        """The first step that went wrong."""
        return self.wrong[0] if self.wrong else None

    # -- one block --------------------------------------------------------------------

    def _wrong(self, marked: Marked) -> WrongBlock:
        index = tuple(int(i) for i in np.argwhere(marked.verdicts == Verdict.WRONG)[0])
        follows, exact = float(marked.follows[index]), float(marked.exact[index])
        own = bool(np.isfinite(follows)) and not np.isclose(follows, exact, rtol=1e-9, atol=0)
        return WrongBlock(
            marked,
            self.place(marked, index),
            index,
            float(marked.answer.values[index]),
            follows if own else exact,
            own,
            self._arithmetic(marked, index),
            diagnose(self.numbers, marked),
        )

    def place(self, marked: Marked, index: Index) -> str:
        """Return where an answer stands, in words."""
        assignment = self._assignment(marked)
        step = self.trace.program.steps[assignment.step]
        key, iteration = marked.answer.key, marked.answer.iteration
        when = f"iteration {iteration}, " if iteration else ""
        shown = f"[{', '.join(map(str, index))}]" if index else ""
        cell = self.where.get((iteration, key, index))
        at = f" ({cell})" if cell else ""
        return f'{when}step {step.number} "{step.title}", {assignment.slot.label}{shown}{at}'

    def _assignment(self, marked: Marked) -> Assignment:
        program = self.trace.program
        return next(
            a for a in (*program.prepare, *program.iterate) if a.slot.key == marked.answer.key
        )

    def _arithmetic(self, marked: Marked, index: Index) -> str:
        """Return the arithmetic that should stand there, with the student's own numbers."""
        assignment = self._assignment(marked)
        attempt = Attempt(self.numbers, marked.answer.iteration, assignment)
        tree = shortened(element(assignment.equation.expression, index), MOST_TERMS)

        def show(cell: Leaf) -> str:
            said = left_out(cell)
            return said or number(float(attempt.own(attempt.program.slot(cell.name))[cell.origin]))

        follows = float(marked.follows[index])
        result = follows if np.isfinite(follows) else float(marked.exact[index])
        return f"{words(tree, show)} = {number(result)}"

    # -- text -------------------------------------------------------------------------

    @property
    def summary(self) -> str:
        """The counts in one line."""
        said = [f"{count} {SHORT[v]}" for v, count in self.counts.items() if count]
        total = sum(self.counts.values())
        return f"{total} {'number' if total == 1 else 'numbers'}: {', '.join(said)}"

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.summary}"]
        shown = self._table()
        lines += ["", *shown] if not self.right else []
        for position, block in enumerate(self.wrong[: MOST_BLOCKS + 1]):
            if position == MOST_BLOCKS:
                more = len(self.wrong) - MOST_BLOCKS
                lines += ["", f"… and {more} more results with wrong numbers."]
                break
            if position < 2:
                lines += ["", "First wrong:" if not position else "Then:"]
            for line in block.lines:
                deep = "  " if line.startswith(" ") else ""
                lines += wrapped(line, "  ", "    " + deep)
        return plain("\n".join(lines))

    def _table(self) -> list[str]:
        used = [v for v in LABELS if self.counts[v]]
        rows = [("iteration", "step", "quantity", *(SHORT[v] for v in used))]
        rows += self._rows(used)
        return columns(rows)

    def _rows(self, used: list[Verdict]) -> list[tuple[str, ...]]:
        """Return a row for every quantity that isn't entirely right."""
        rows = []
        for marked in self.marks.marked:
            if (marked.verdicts >= Verdict.RIGHT).all():
                continue
            assignment = self._assignment(marked)
            step = self.trace.program.steps[assignment.step].number
            counts = ((marked.verdicts == v).sum() for v in used)
            shown = (f"{SYMBOLS[v]} {n}" if n else "" for v, n in zip(used, counts, strict=True))
            rows.append((str(marked.answer.iteration or "–"), step, assignment.slot.label, *shown))
        return rows

    # -- notebook ---------------------------------------------------------------------

    def page(self) -> str:
        """Return the report as an HTML page that needs nothing else."""
        return (
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title><style>body{{font-family:sans-serif;"
            "max-width:60em;margin:2em auto}td,th{text-align:left;padding:2px 10px}</style>"
            f"</head><body>{self._repr_html_()}</body></html>\n"
        )

    def _repr_html_(self) -> str:
        used = [v for v in LABELS if self.counts[v]]
        marks = " ".join(
            f'<span style="background:{COLOURS[v]};color:#000;padding:1px 6px;'
            f'border:1px solid #bbb">{SYMBOLS[v]} {self.counts[v]} {escape(LABELS[v])}</span>'
            for v in used
        )
        parts = [f"<div><p><b>{escape(self.title)}</b> {marks}</p>"]
        rows = self._rows(used)
        if rows:
            head = "".join(
                f"<th>{escape(t)}</th>"
                for t in ("iteration", "step", "quantity", *(SHORT[v] for v in used))
            )
            body = "".join(
                "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
                for row in rows
            )
            parts.append(f"<table><tr>{head}</tr>{body}</table>")
        for block in self.wrong[:MOST_BLOCKS]:
            first, *rest = block.lines
            parts.append(
                f"<p>{escape(first)}"
                + "".join(
                    f"<br><code>{escape(x.strip())}</code>"
                    if n == 0
                    else f"<br><i>{escape(x.strip())}</i>"
                    for n, x in enumerate(rest)
                )
                + "</p>"
            )
        return "".join([*parts, "</div>"])


def number(value: float) -> str:
    """Return a number for reading: six digits that matter."""
    return f"{value + 0.0:.6g}".replace("-", "−")
