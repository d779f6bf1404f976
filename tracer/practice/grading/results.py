"""A marked class: a row for each student, the outcome of each file, what was got wrong most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

import numpy as np

from tracer.language.functions import Array
from tracer.language.places import Place
from tracer.practice.answers.marks import Verdict
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.by_hand import NOTHING, ByHand
from tracer.practice.grading.copies import Copied
from tracer.practice.grading.grade_key import GradeKey, usual_key
from tracer.practice.grading.judging import StudentMarks, WrongResult
from tracer.practice.grading.matching import Outcome
from tracer.practice.grading.points import Scheme
from tracer.practice.marking.idle import idle_rights
from tracer.practice.sheets.paper import BlankBlock


@dataclass
class StudentRow:
    """One student: marked, with points for each step; or not, with the reason.

    What a teacher typed `by_hand` is no part of these points, but of the total. `others` are files
    that were handed in as theirs, but say that they are somebody else's.
    """

    student: Student
    file: str = ""
    judged: StudentMarks | None = None
    points: Array = field(default_factory=lambda: np.zeros(0))
    by_hand: ByHand = NOTHING
    why_not: str = ""
    remarks: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    copied: Copied = field(default_factory=Copied)

    @property
    def slips(self) -> tuple[WrongResult, ...]:
        """What is wrong, but for another's right numbers, of which a remark says where they are."""
        found = () if self.judged is None else self.judged.slips
        return tuple(slip for slip in found if slip.key or slip.at not in self.copied.blocks)

    @property
    def status(self) -> str:
        """Return "marked", "unreadable" or "missing"."""
        if self.judged is not None:
            return "marked"
        return "unreadable" if self.why_not else "missing"

    @property
    def counts(self) -> bool:
        """Whether there are points: marked, or typed by hand."""
        return self.judged is not None or self.by_hand.points


@dataclass(frozen=True)
class ClassMistake:
    """A mistake that some of the class made in one result; `key` is empty for unexplained."""

    at: int
    key: str
    words: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """How one quantity went, over all iterations: how many blanks have each verdict."""

    step: str
    title: str
    quantity: str
    counts: tuple[int, ...]  # by Verdict, from BLANK to RIGHT


#: Mistakes of the class that are printed; the gradebook has all.
MOST_MISTAKES = 3


@dataclass(frozen=True, repr=False)
class ClassMarks:
    """Everything that marking a class found; prints as the command does."""

    name: str
    exercise: Exercise
    blocks: tuple[BlankBlock, ...]
    scheme: Scheme
    rows: tuple[StudentRow, ...]
    outcomes: tuple[Outcome, ...]
    typed_key: GradeKey | None = None

    def __str__(self) -> str:
        from tracer.practice.grading.report import class_report

        return class_report(self, MOST_MISTAKES)

    def __repr__(self) -> str:
        return str(self)

    def with_status(self, status: str) -> list[StudentRow]:
        """Return the rows with a status."""
        return [row for row in self.rows if row.status == status]

    def earned(self, row: StudentRow) -> Array:
        """Return a student's points of each step, with those typed by hand."""
        return row.by_hand.earned(row.points, self.scheme.numbers)

    def total(self, row: StudentRow) -> float:
        """Return a student's points in all."""
        return float(np.sum(self.earned(row))) + (row.by_hand.more or 0.0)

    @property
    def key(self) -> GradeKey:
        """The grade key: the one typed into the gradebook, or else the one stated."""
        return self.typed_key or self.stated_key

    @property
    def stated_key(self) -> GradeKey:
        """The assignment's grade key, or else what is usual in the language."""
        return self.scheme.grading.key or usual_key(self.exercise.wording)

    @property
    def mean(self) -> float | None:
        """The mean of the points of those who have some."""
        totals = [self.total(row) for row in self.rows if row.counts]
        return fmean(totals) if totals else None

    def mistakes(self) -> list[ClassMistake]:
        """Return the mistakes of the class, those that most students made first."""
        found: dict[tuple[str, str], list[tuple[WrongResult, str]]] = {}
        for row in self.with_status("marked"):
            for slip in row.slips:
                found.setdefault((slip.quantity, slip.key), []).append((slip, row.student.id))
        made = []
        for (_, key), slips in found.items():
            causes = [slip.cause for slip, _ in slips]
            words = max(dict.fromkeys(causes), key=causes.count)
            who = tuple(dict.fromkeys(student for _, student in slips))
            made.append(ClassMistake(min(slip.at for slip, _ in slips), key, words, who))
        return sorted(made, key=lambda m: (-len(m.students), not m.key, m.at))

    def results(self) -> list[Result]:
        """Return how each quantity went, in the order of the calculation."""
        judged = [row.judged for row in self.rows if row.judged is not None]
        block_of = self.block_of
        found: dict[tuple[str, str, str], np.ndarray] = {}
        for at, block in enumerate(self.blocks):
            step = self.exercise.program.steps[block.assignment.step]
            counts = np.zeros(int(Verdict.RIGHT) + 1, int)
            for one in judged:
                counts += np.bincount(one.verdicts[block_of == at], minlength=len(counts))
            where = step.number, step.title, self.exercise.wording.say(block.slot.label)
            found[where] = found.get(where, 0) + counts
        return [Result(*where, tuple(map(int, counts))) for where, counts in found.items()]

    @property
    def block_of(self) -> np.ndarray:
        """Which block each blank is in."""
        return blocks_of(self.blocks)

    def zero_counts(self) -> list[tuple[str, int, int]]:
        """Return results in which 0, or the old value, is right although another number is.

        Each with its label, how many, and of how many. Judged by the template's own numbers.
        """
        found: dict[str, list[int]] = {}
        for block in self.blocks:
            count = idle_rights(self.exercise, block.iteration, block.assignment)
            here = found.setdefault(self.exercise.wording.say(block.slot.label), [0, 0])
            here[0] += count
            here[1] += int(block.asked.sum())
        return [(label, count, most) for label, (count, most) in found.items() if count]


def places_of(blocks: Sequence[BlankBlock]) -> list[Place]:
    """Return for every blank, in order, where it stands, its sheet as people read it."""
    return [
        replace(place, sheet=f"{block.sheet}!") for block in blocks for place, _ in block.cells()
    ]


def blocks_of(blocks: Sequence[BlankBlock]) -> np.ndarray:
    """Return for every blank, in order, the number of its block."""
    return np.concatenate([np.full(int(block.asked.sum()), at) for at, block in enumerate(blocks)])
