"""Whose file is whose: by the id inside, else by the name; and what is odd about that."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from tracer.practice.exercise.file_names import folded, words
from tracer.practice.exercise.roster import Student
from tracer.practice.grading.files import HandedIn
from tracer.wording import Wording

#: What makes one of a student's files the one to mark, the first that tells them apart; and what
#: is said of it, again the first that is so.
RANKED = ("own", "filled", "name", "newer")
SAID = ("name", "own", "filled", "newer")
#: A shorter id inside a longer name ("week 1") says nothing.
SHORTEST_PIECE = 3
#: So many letters are a name rather than a word.
SHORTEST_NAME = 6


@dataclass
class Outcome:
    """What became of a file: whose it is, if anyone's, and why it isn't marked, if it isn't.

    `remarks` are what a teacher should look at. `named` is somebody else whose file it is by
    its name, or by a folder that it lies in.
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
        self._by_name = {folded(student.file_name): student for student in students}
        self._called = _called(students)

    def by_id(self, text: str) -> Student | None:
        """Return the student with an id."""
        return self._by_id.get(text) or self._by_folded.get(text.casefold())

    def by_name(self, name: str) -> Student | None:
        """Return the one student whose id is in a file's name; None for nobody or several.

        The whole name, without what browsers and course systems add: "0042 (1)", "0042-2",
        "ann_0042_late"; then the folders above it. Where no id is, the name of a student in
        front, as course systems put it: "Ann Bell_4711_file", "bellann_4711_week".
        """
        return next(self._named(name), None)

    def other_than(self, student: Student, name: str) -> Student | None:
        """Return the first other one whose id is in a file's name or in a folder above it."""
        return next((found for found in self._named(name) if found is not student), None)

    def _named(self, name: str) -> Iterator[Student]:
        *folders, last = name.split("/")
        for part in (PurePath(last).stem, *reversed(folders)):
            found = self._in(folded(part))
            if found is not None:
                yield found

    def _in(self, stem: str) -> Student | None:
        """Return the one student whose id is in one part of a name."""
        bare = re.sub(r"(?: ?\(\d{1,3}\)|-\d{1,2})$", "", stem)
        for whole in (stem, bare):
            if whole in self._by_name:
                return self._by_name[whole]
        parts = words(bare)
        pieces = {"_".join(parts[i:j]) for i in range(len(parts)) for j in range(i + 1, i + 5)}
        found = {
            self._by_name[piece].id
            for piece in pieces
            if len(piece) >= SHORTEST_PIECE and piece in self._by_name
        }
        if len(found) == 1:
            return self._by_id[found.pop()]
        return None if found else self._called.get(_letters(stem.partition("_")[0]))


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _called(students: Sequence[Student]) -> dict[str, Student]:
    """Return the students by their names, as long as nobody else has the same."""
    found = []
    for student in students:
        *first, last = student.name.casefold().replace(",", " ").split() or [""]
        turned = _letters(last + "".join(first))
        found += [(name, student) for name in {_letters(student.name), turned}]
    count = Counter(name for name, _ in found)
    return {n: one for n, one in found if len(n) >= SHORTEST_NAME and count[n] == 1}


def match(
    files: Sequence[HandedIn], students: Sequence[Student], wording: Wording
) -> list[Outcome]:
    """Return what becomes of every file, in order: at most one of each student's is marked."""
    names = Names(students)
    outcomes = [_outcome(file, names, wording) for file in files]
    some_say_it = any(file.student for file in files)  # else it is a sheet for everyone
    for outcome in outcomes:
        file = outcome.file
        if outcome.student is None or outcome.why_not or file.student:
            continue
        if file.own_numbers:
            outcome.remarks.append(wording("grading.id_removed"))
        elif some_say_it:
            outcome.remarks.append(wording("grading.by_name"))
    by_student: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.student is not None:
            by_student.setdefault(outcome.student.id, []).append(outcome)
    for several in by_student.values():
        _choose(several, names, wording)
    return outcomes


def _outcome(file: HandedIn, names: Names, wording: Wording) -> Outcome:
    named, student = names.by_name(file.name), names.by_id(file.student)
    if file.refused:
        # A file that can't be read may still tell that somebody handed something in.
        return Outcome(file, student or named, file.refused)
    if not file.student:
        return Outcome(file, named, "" if named else wording("grading.unknown_name"))
    if student is None:
        return Outcome(file, named, wording("grading.unknown_id", id=file.student))
    outcome = Outcome(file, student)
    other = names.other_than(student, file.name)
    if other is not None:
        outcome.named = other
        ids = {"other": other.id, "student": student.id}
        key = "name_differs" if named is other else "folder_differs"
        outcome.remarks.append(wording(f"grading.{key}", file=file.name, **ids))
    return outcome


def _choose(several: list[Outcome], names: Names, wording: Wording) -> None:
    """Leave one of a student's files to be marked: the one so named, the newest, the first.

    What somebody else handed in, or an empty sheet, takes nothing away from the student's own,
    even where that can't be marked.
    """

    def rank(outcome: Outcome) -> tuple[float, ...]:
        file = outcome.file
        named = names.by_name(file.name) is outcome.student
        return outcome.named is None, not file.empty, named, file.changed

    own = [outcome for outcome in several if outcome.named is None] or several
    best = max([outcome for outcome in own if not outcome.why_not] or own, key=rank)
    for outcome in several:
        if outcome is best or outcome.why_not:
            continue
        ranks = zip(RANKED, rank(best), rank(outcome), strict=True)
        ahead = {key for key, better, here in ranks if better > here}
        why = next((key for key in SAID if key in ahead), "first")
        assert outcome.student is not None
        outcome.why_not = wording(
            "grading.superseded",
            other=best.file.name,
            student=outcome.student.id,
            why=wording(f"grading.superseded_{why}"),
        )
