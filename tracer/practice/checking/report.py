"""What `tracer check` says: the count, the first wrong step and its arithmetic, the diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

import numpy as np

from tracer.language.adding_up import DIGITS, digits_that_add_up, without_residue
from tracer.language.elements import Element, Leaf, element
from tracer.language.expression import Index, SlotKey, element_said
from tracer.language.words import left_out, shortened, words
from tracer.practice.answers.answers import Answers
from tracer.practice.answers.marks import Marked, Marks, Verdict
from tracer.practice.answers.plain import plain
from tracer.practice.answers.wording import COUNTED, SYMBOLS, verdict_in_full, verdict_word
from tracer.practice.checking.unread import note_lines
from tracer.practice.marking.own import OwnNumbers, follow
from tracer.practice.mistakes.diagnosis import Diagnosis
from tracer.practice.mistakes.page import MOST_BLOCKS as MOST_EXPLAINED
from tracer.practice.mistakes.page import Coincidences, Findings, explained
from tracer.program.model import Assignment
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording, load
from tracer.wording.terminal import columns, wrapped

MOST_TERMS = 8
#: Further wrong blocks that are named one by one.
MOST_BLOCKS = 12
#: Results that are listed because something isn't right.
MOST_ROWS = 500
COLOURS: dict[Verdict, str] = {
    Verdict.RIGHT: "#d9ead3",
    Verdict.ROUNDED: "#d9ead3",
    Verdict.FOLLOWS: "#ffe8b3",
    Verdict.VAGUE: "#eeeeee",
    Verdict.WRONG: "#f4cccc",
    Verdict.NOT_A_NUMBER: "#f4cccc",
    Verdict.BLANK: "#ffffff",
}
Where = Mapping[tuple[int, SlotKey, Index], str]


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
    perhaps: Coincidences | None = None

    def lines(self, wording: Wording) -> list[str]:
        """Return what to say of it, line by line."""
        more = int((self.marked.verdicts == Verdict.WRONG).sum()) - 1
        said = wording(
            "report.wrong_own" if self.own else "report.wrong",
            place=self.place,
            typed=wording.digits(self.typed),
            wanted=wording.digits(self.wanted),
            more=wording("report.more", count=more) if more else "",
        )
        lines = [said, f"  {self.arithmetic}"]
        if self.diagnosis is not None:
            lines.append(f"  {self.diagnosis.sentence(wording)}.")
        if self.perhaps is not None:
            lines.append(f"  {self.perhaps.sentence(wording)}.")
        return lines


@dataclass(frozen=True, repr=False)
class Report:
    """The marks of one student's answers, with reasons; prints as text, shows in a notebook."""

    title: str
    numbers: OwnNumbers
    marks: Marks
    where: Where = field(default_factory=dict)
    wording: Wording = field(default_factory=load)

    @property
    def trace(self) -> ProgramTrace:
        """The exact numbers."""
        return self.numbers.trace

    @property
    def answers(self) -> Answers:
        """What was marked."""
        return self.numbers.answers

    @property
    def right(self) -> bool:
        """Whether every cell asked is right, if perhaps rounded too much."""
        return all(v >= Verdict.ROUNDED for m in self.marks.marked for v in m.verdicts.flat)

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many cells have each verdict."""
        return {verdict: self.marks.count(verdict) for verdict in COUNTED}

    @cached_property
    def wrong(self) -> tuple[WrongBlock, ...]:
        """The first blocks with wrong cells, in the order of the calculation."""
        known = explained(self.numbers, self.marks)
        return tuple(self._wrong(block, known) for block in self._wrong_blocks[:MOST_EXPLAINED])

    @cached_property
    def _wrong_blocks(self) -> list[Marked]:
        return [m for m in self.marks.marked if (m.verdicts == Verdict.WRONG).any()]

    @property
    def first_wrong(self) -> WrongBlock | None:
        """The first step that went wrong."""
        return self.wrong[0] if self.wrong else None

    # -- one block --------------------------------------------------------------------

    def _wrong(self, marked: Marked, known: Findings) -> WrongBlock:
        place = marked.answer.iteration, marked.answer.key
        index = tuple(int(i) for i in np.argwhere(marked.verdicts == Verdict.WRONG)[0])
        follows, exact = float(marked.follows[index]), float(marked.exact[index])
        own = bool(np.isfinite(follows)) and not np.isclose(follows, exact, rtol=1e-9, atol=0)
        return WrongBlock(
            marked,
            self.place(marked, index),
            index,
            float(marked.answer.values[index]),
            self._result(marked, index, own=own),
            own,
            self._arithmetic(marked, index),
            known.found.get(place),
            known.perhaps.get(place),
        )

    def place(self, marked: Marked, index: Index) -> str:
        """Return where an answer stands, in words."""
        assignment = self._assignment(marked)
        step = self.trace.program.steps[assignment.step]
        key, iteration = marked.answer.key, marked.answer.iteration
        cell = self.where.get((iteration, key, index))
        said = self.wording
        return said(
            "report.place",
            when=said("report.when", iteration=str(iteration)) if iteration else "",
            step=step.number,
            title=step.title,
            quantity=element_said(assignment.slot.label, index),
            cell=said("report.cell", cell=cell) if cell else "",
        )

    def _assignment(self, marked: Marked) -> Assignment:
        made = self.trace.program.made(marked.answer.key)
        assert made is not None  # only what is computed is asked
        return made

    def _arithmetic(self, marked: Marked, index: Index) -> str:
        """Return the arithmetic that should stand there.

        With the student's own numbers, or where nothing follows from those, with the exact ones.
        """
        said, follows = self.wording, float(marked.follows[index])
        own = bool(np.isfinite(follows))
        number = self._operand(marked, own=own)
        tree = self._tree(marked, index)

        results = [self._result(marked, index, own=own)]
        if self.trace.program.decimals is not None:
            results.insert(0, follow(tree, number))  # before it is rounded
        digits = digits_that_add_up(tree, number, results[0])
        operands, most = digits or DIGITS[0]

        def show(cell: Leaf) -> str:
            return left_out(cell, said) or said.digits(number(cell), operands)

        shown = " ≈ ".join(dict.fromkeys(said.digits(result, most) for result in results))
        sign = "=" if digits else "≈"
        return f"{words(shortened(tree, MOST_TERMS), show, wording=said)} {sign} {shown}"

    def _result(self, marked: Marked, index: Index, *, own: bool) -> float:
        """Return what should stand there, of the student's own numbers or of the exact ones."""
        result = float((marked.follows if own else marked.exact)[index])
        return without_residue(self._tree(marked, index), self._operand(marked, own=own), result)

    def _operand(self, marked: Marked, *, own: bool) -> Callable[[Leaf], float]:
        return self.numbers.operand(marked.answer.iteration, exact=not own)

    def _tree(self, marked: Marked, index: Index) -> Element:
        return element(self._assignment(marked).equation.expression, index)

    # -- text -------------------------------------------------------------------------

    @property
    def summary(self) -> str:
        """The counts in one line."""
        said = [f"{n} {verdict_word(v, self.wording)}" for v, n in self.counts.items() if n]
        total = sum(self.counts.values())
        return self.wording("report.counts", count=total, counts=", ".join(said))

    def __str__(self) -> str:
        lines = [f"{self.title}: {self.summary}"]
        shown = self._table()
        lines += ["", *shown] if not self.right else []
        notes = [*note_lines(self.marks, self.place, self.wording), *self.answers.notes]
        lines += [""] if notes else []
        lines += [line for note in notes for line in wrapped(note, "  ", "    ")]
        for position, block in enumerate(self.wrong[: MOST_BLOCKS + 1]):
            if position == MOST_BLOCKS:
                more = len(self._wrong_blocks) - MOST_BLOCKS
                lines += ["", self.wording("report.more_results", count=more)]
                break
            if position < 2:
                lines += ["", self.wording("report.then" if position else "report.first_wrong")]
            for line in block.lines(self.wording):
                deep = "  " if line.startswith(" ") else ""
                lines += wrapped(line, "  ", "    " + deep)
        return plain("\n".join(lines))

    def __repr__(self) -> str:
        return str(self)

    def _table(self) -> list[str]:
        used = self._used
        rows = self._rows(used)
        more = len(rows) - MOST_ROWS
        last = [self.wording("report.more_rows", count=more)] if more > 0 else []
        return [*columns([self._heads(used), *rows[:MOST_ROWS]]), *last]

    @property
    def _used(self) -> list[Verdict]:
        return [verdict for verdict in COUNTED if self.counts[verdict]]

    def _heads(self, used: list[Verdict]) -> tuple[str, ...]:
        names = (self.wording(f"report.{name}") for name in ("iteration", "step", "quantity"))
        return (*names, *(verdict_word(verdict, self.wording) for verdict in used))

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
            iteration = str(marked.answer.iteration or "–")
            rows.append((iteration, step, self.wording.say(assignment.slot.label), *shown))
        return rows

    # -- notebook ---------------------------------------------------------------------

    def page(self) -> str:
        """Return the report as an HTML page that needs nothing else."""
        return (
            f'<!DOCTYPE html><html lang="{self.wording.language}"><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title><style>body{{font-family:sans-serif;"
            "max-width:60em;margin:2em auto}td,th{text-align:left;padding:2px 10px}</style>"
            f"</head><body>{self._repr_html_()}</body></html>\n"
        )

    def _repr_html_(self) -> str:
        used = self._used
        marks = " ".join(
            f'<span style="background:{COLOURS[v]};color:#000;padding:1px 6px;'
            f'border:1px solid #bbb">{SYMBOLS[v]} {self.counts[v]} {escape(text)}</span>'
            for v, text in ((v, verdict_in_full(v, self.wording)) for v in used)
        )
        parts = [f"<div><p><b>{escape(self.title)}</b> {marks}</p>"]
        rows = self._rows(used)
        if rows:
            head = "".join(f"<th>{escape(text)}</th>" for text in self._heads(used))
            body = "".join(
                "<tr>" + "".join(f"<td>{escape(text)}</td>" for text in row) + "</tr>"
                for row in rows
            )
            parts.append(f"<table><tr>{head}</tr>{body}</table>")
        for block in self.wrong[:MOST_BLOCKS]:
            first, *rest = block.lines(self.wording)
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
