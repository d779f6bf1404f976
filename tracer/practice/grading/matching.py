"""Whose file is whose: by the id inside, else by the name; and what is odd about that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from tracer.practice.exercise.roster import Student
from tracer.practice.grading.files import HandedIn
from tracer.wording import Wording

#: A shorter id inside a longer name ("week 1") says nothing.
SHORTEST_PIECE = 3


@dataclass
class Outcome:
    """What became of a file: whose it is, if anyone's, and why it isn't marked, if it isn't.

    `remarks` are what a teacher should look at. `named` is somebody else whose file it is by
    its name.
    """

    file: HandedIn
    student: Student | None = None
    why_not: str = ""
    remarks: list[str] = field(default_factory=list)
    named: Student | None = None


class Names:
    """Finds students by the id that a file says, and by file names."""

    def __init__(self, students: Sequence[Student]) -> None:
        self._by_id = {student.id: student for student in students}
        # Where case alone tells ids apart, it must count; class lists refuse such ids.
        self._by_folded = {student.id.casefold(): student for student in students}
        self._by_name = {student.file_name.casefold(): student for student in students}

    def by_id(self, text: str) -> Student | None:
        """Return the student with an id."""
        return self._by_id.get(text) or self._by_folded.get(text.casefold())

    def by_name(self, name: str) -> Student | None:
        """Return the one student whose id is in a file's name; None for nobody or several.

        The whole name, without what browsers and course systems add: "0042 (1)", "0042-2",
        "ann_0042_late"; then the folders above it.
        """
        *folders, last = name.split("/")
        for part in (PurePath(last).stem, *reversed(folders)):
            stem = part.casefold()
            bare = re.sub(r"(?: ?\(\d{1,3}\)|-\d{1,2})$", "", stem)
            for whole in (stem, bare):
                if whole in self._by_name:
                    return self._by_name[whole]
            words = re.split(r"[^a-z0-9@.-]+", bare)
            pieces = {"_".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, i + 5)}
            found = {
                self._by_name[piece].id
                for piece in pieces
                if len(piece) >= SHORTEST_PIECE and piece in self._by_name
            }
            if len(found) == 1:
                return self._by_id[found.pop()]
        return None


def match(
    files: Sequence[HandedIn], students: Sequence[Student], wording: Wording
) -> list[Outcome]:
    """Return what becomes of every file, in order: at most one of each student's is marked."""
    names = Names(students)
    outcomes = [_outcome(file, names, wording) for file in files]
    if any(file.student for file in files):  # else nobody's says one: a sheet for everyone
        for outcome in outcomes:
            if outcome.student is not None and not outcome.why_not and not outcome.file.student:
                outcome.remarks.append(wording("grading.by_name"))
    by_student: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.student is not None and not outcome.why_not:
            by_student.setdefault(outcome.student.id, []).append(outcome)
    for several in by_student.values():
        _choose(several, names, wording)
    return outcomes


def _outcome(file: HandedIn, names: Names, wording: Wording) -> Outcome:
    named = names.by_name(file.name)
    if file.refused:
        # A file that can't be read may still tell that somebody handed something in.
        return Outcome(file, names.by_id(file.student) or named, file.refused)
    if not file.student:
        if named is None:
            return Outcome(file, None, wording("grading.unknown_name"))
        return Outcome(file, named)
    student = names.by_id(file.student)
    if student is None:
        return Outcome(file, named, wording("grading.unknown_id", id=file.student))
    outcome = Outcome(file, student)
    if named is not None and named is not student:
        outcome.named = named
        ids = {"other": named.id, "student": student.id}
        outcome.remarks.append(wording("grading.name_differs", file=file.name, **ids))
    return outcome


def _choose(several: list[Outcome], names: Names, wording: Wording) -> None:
    """Leave one of a student's files to be marked: the one so named, the newest, the first."""

    def rank(outcome: Outcome) -> tuple[bool, float]:
        return names.by_name(outcome.file.name) is outcome.student, outcome.file.changed

    best = max(several, key=rank)  # the first of those that are equal
    for outcome in several:
        if outcome is best:
            continue
        better, own = rank(best), rank(outcome)
        if better[0] != own[0]:
            why = "superseded_name"
        else:
            why = "superseded_newer" if better[1] != own[1] else "superseded_first"
        assert outcome.student is not None
        outcome.why_not = wording(
            "grading.superseded",
            other=best.file.name,
            student=outcome.student.id,
            why=wording(f"grading.{why}"),
        )
