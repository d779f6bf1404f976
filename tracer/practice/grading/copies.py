"""Which files are copies of each other: the same bytes, or wrong numbers that others have, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tracer.language.places import Place
from tracer.practice.answers.marks import Verdict
from tracer.practice.grading.judging import StudentMarks
from tracer.practice.sheets.references import ranges
from tracer.wording import Wording

#: So many wrong numbers must be the same, and so large a share of all that nothing explains.
FEWEST, SHARE = 3, 0.5
MOST_NAMED, MOST_CELLS = 3, 6
#: Numbers that many calculations give.
COMMON = (0.0, 1.0, -1.0)
#: What makes a number somebody's own.
GOOD = (Verdict.FOLLOWS, Verdict.ROUNDED, Verdict.RIGHT)


def same_bytes(digests: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    """Return for each file of (name, digest) the names of the others with the same bytes."""
    by_digest: dict[str, list[str]] = {}
    for name, digest in digests:
        if digest:
            by_digest.setdefault(digest, []).append(name)
    return {
        name: [other for other in names if other != name]
        for names in by_digest.values()
        if len(names) > 1
        for name in names
    }


@dataclass(frozen=True)
class Papers:
    """What a class handed in, in the order of the students: names of files, marks, and cells.

    `block_of` and `places` say for every blank which block it is in and where it stands.
    """

    files: Sequence[str]
    judged: Sequence[StudentMarks]
    block_of: np.ndarray
    places: Sequence[Place]


@dataclass(frozen=True)
class Copied:
    """What is said of a student's numbers that others have, too.

    In `blocks` wrong ones are somebody else's right ones: no mistake of a calculation.
    """

    remarks: tuple[str, ...] = ()
    blocks: frozenset[int] = frozenset()


def same_numbers(papers: Papers, wording: Wording) -> list[Copied]:
    """Return for each student what is said of wrong numbers that others have, too, or have right.

    Nothing is said of numbers that are right. Wrong ones are the same as another's, wrong as
    well: then nobody knows who was first. Or, where everyone has numbers of their own, they are
    another's right ones. A mistake that many make gives many the same wrong numbers, so those
    that a known mistake explains don't count; nor do 0, 1 and -1, which many calculations give.
    """
    if len(papers.judged) < 2:
        return [Copied() for _ in papers.judged]
    typed = np.array([one.typed for one in papers.judged])
    telling = np.array([_telling(one, papers.block_of) for one in papers.judged])
    telling &= np.isfinite(typed) & ~np.isin(typed, COMMON)
    right = np.isin(np.array([one.verdicts for one in papers.judged]), GOOD)
    enough = np.maximum(FEWEST, SHARE * telling.sum(axis=1))
    found: list[Copied] = []
    for i in range(len(typed)):
        same = telling[i] & (typed == typed[i])
        same[i] = False
        both, theirs = same & telling, same & right
        mine = (both | theirs).sum(axis=1)
        # Of two with the same wrong numbers, those may be most of what only one has wrong.
        shared = both.sum(axis=1)
        told = (mine >= enough[i]) | ((shared >= FEWEST) & (shared >= enough))
        listed = (("grading.same_numbers", both), ("grading.right_elsewhere", theirs))
        remarks = [said for key, here in listed for said in _said(key, here, told, papers, wording)]
        blocks = papers.block_of[theirs[told].any(axis=0)].tolist()
        found.append(Copied(tuple(remarks), frozenset(blocks)))
    return found


def _said(
    key: str, here: np.ndarray, told: np.ndarray, papers: Papers, wording: Wording
) -> Iterator[str]:
    """Yield what is said of the numbers `here`, by who else has them and blank."""
    counts = here.sum(axis=1)
    others = np.flatnonzero(told & (counts > 0)).tolist()
    if len(others) > MOST_NAMED and key == "grading.same_numbers":
        # Then it is perhaps a mistake that nobody knows yet.
        shown = ", ".join(papers.files[j] for j in others[:MOST_NAMED])
        yield wording("grading.same_as_many", count=len(others), others=shown)
        return
    for j in sorted(others, key=lambda j: -int(counts[j]))[:MOST_NAMED]:
        cells = _cells(papers.places[at] for at in np.flatnonzero(here[j]).tolist())
        yield wording(key, count=int(counts[j]), other=papers.files[j], cells=cells)


def _cells(places: Iterable[Place]) -> str:
    """Return where numbers stand: few ranges, each sheet named once."""
    said, before = [], ""
    for text in ranges(places):
        sheet, mark, cells = text.rpartition("!")
        said.append(cells if sheet == before else f"{sheet}{mark}{cells}")
        before = sheet
    return ", ".join(said[:MOST_CELLS]) + (", …" if len(said) > MOST_CELLS else "")


def _telling(judged: StudentMarks, block_of: np.ndarray) -> np.ndarray:
    """Return which blanks are wrong without a known mistake that explains it."""
    explained = [slip.at for slip in judged.slips if slip.key]
    wrong = judged.verdicts == Verdict.WRONG
    return np.asarray(wrong & ~np.isin(block_of, explained))
