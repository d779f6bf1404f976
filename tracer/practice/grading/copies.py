"""Which files are copies of each other: the same bytes, or the same wrong numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracer.practice.answers.marks import Verdict
from tracer.practice.grading.judging import StudentMarks
from tracer.wording import Wording

#: So many wrong numbers must be the same, and so large a share of all that nothing explains.
FEWEST, SHARE = 3, 0.5
MOST_NAMED = 3


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


def same_numbers(
    judged: Mapping[str, StudentMarks],
    block_of: np.ndarray,
    names: Mapping[str, str],
    wording: Wording,
) -> dict[str, list[str]]:
    """Return for each student remarks about others with the same wrong numbers.

    A mistake that many make gives many the same wrong numbers, so those that a known mistake
    explains don't count; nor do zeros. Who has numbers of their own and types another's is
    wrong where the other may be right: one of the two being wrong is enough.
    """
    students = list(judged)
    found: dict[str, list[str]] = {student: [] for student in students}
    if len(students) < 2:
        return {}
    typed = np.array([judged[s].typed for s in students])
    telling = np.array([_telling(judged[s], block_of) for s in students])
    filled = np.isfinite(typed) & (typed != 0)
    for i, student in enumerate(students):
        same = filled[i] & filled & (typed == typed[i])
        either = (same & (telling[i] | telling)).sum(axis=1)
        enough = either >= np.maximum(FEWEST, SHARE * telling[i].sum())
        # Who is right was perhaps copied from: told to look at, too, but by the other's marks.
        enough |= either >= np.maximum(FEWEST, SHARE * telling.sum(axis=1))
        others = [j for j in np.flatnonzero(enough).tolist() if j != i]
        listed = [names[students[j]] for j in others]
        if len(others) > MOST_NAMED:  # then it is perhaps a mistake that nobody knows yet
            shown = ", ".join(listed[:MOST_NAMED])
            text = wording("grading.same_as_many", count=len(others), others=shown)
            found[student].append(text)
            continue
        for j, other in zip(others, listed, strict=True):
            text = wording("grading.same_numbers", count=int(either[j]), other=other)
            found[student].append(text)
    return {student: texts for student, texts in found.items() if texts}


def _telling(judged: StudentMarks, block_of: np.ndarray) -> np.ndarray:
    """Return which blanks are wrong without a known mistake that explains it."""
    explained = [slip.at for slip in judged.slips if slip.key]
    wrong = judged.verdicts == Verdict.WRONG
    return np.asarray(wrong & ~np.isin(block_of, explained))
