"""Where the gradebook's sheet of grades has what: its rows and columns."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.practice.answers.wording import COUNTED

HEAD_ROW = 4
#: Below the headings: the points possible, the means, the students.
POSSIBLE_ROW, MEAN_ROW, FIRST_ROW = HEAD_ROW + 1, HEAD_ROW + 2, HEAD_ROW + 3
#: GradeColumns before the steps: id, name, status.
ID, NAME, STATUS = 1, 2, 3
FIRST_STEP = STATUS + 1


@dataclass(frozen=True)
class GradeColumns:
    """The columns for so many steps; with points that are `scaled`, one more."""

    steps: int
    scaled: bool

    @property
    def more(self) -> int:
        """Points more or fewer, typed by hand; it ends what is added up."""
        return FIRST_STEP + self.steps

    @property
    def total(self) -> int:
        """The sum of the points."""
        return self.more + 1

    @property
    def percent(self) -> int:
        """The share of the points possible."""
        return self.total + 1

    @property
    def grade(self) -> int:
        """The grade by the key."""
        return self.percent + 1

    @property
    def counts(self) -> int:
        """The first of the counts of verdicts; just before it the points as scaled, if they are."""
        return self.grade + 1 + self.scaled

    @property
    def note(self) -> int:
        """What the teacher notes."""
        return self.counts + len(COUNTED)

    @property
    def look(self) -> int:
        """What to look at."""
        return self.note + 1

    @property
    def record(self) -> int:
        """Hidden: how to tell what was typed since; the points as marked follow, step by step."""
        return self.look + 1

    @property
    def hidden(self) -> range:
        """The columns that aren't shown."""
        return range(self.record, self.record + 1 + self.steps)

    @property
    def typed(self) -> tuple[int, ...]:
        """The columns that a teacher may type into."""
        return (*range(FIRST_STEP, self.more + 1), self.note)
