"""The diagnoses of a whole page: what explains each of its wrong blocks.

A block is explained by its own equation, or by a step before it that wasn't written down. Once
a step is found, all that follows from it counts as that, and what is still wrong is looked at
next: two slips are found one after the other.

Where numbers have so few digits that chance would be explained as well, nothing is diagnosed; but
what gives just these numbers is listed, as no more than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from tracer.language.expression import Index, SlotKey
from tracer.language.functions import Array
from tracer.practice.answers.marks import Marked, Marks, Verdict
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.carried import Carried, unwritten, work_of
from tracer.practice.mistakes.diagnosis import (
    LIKELY,
    Diagnosis,
    Explanation,
    about_as_good,
    coincidences,
    diagnose,
)
from tracer.practice.mistakes.evidence import unit_typed
from tracer.practice.mistakes.repeated import Repeated
from tracer.practice.mistakes.upstream import (
    MOST_REPEATED,
    SLACK,
    Allowance,
    Always,
    Cause,
    Upstream,
)
from tracer.program.model import Assignment
from tracer.wording import Wording

Place = tuple[int, SlotKey]
#: In networks whose iteration takes more products of numbers, unwritten steps are not searched.
LARGEST = 4_000_000
#: So many wrong blocks are looked at: who has more of them doesn't need to know of each.
MOST_BLOCKS = 100
#: So likely may chance explain as well, where so much more is tried as steps weren't written.
POSSIBLE_UNWRITTEN = 0.05
#: So many mistakes that may be coincidences are named; of more, only how many there are.
MOST_PERHAPS = 8


@dataclass(frozen=True)
class Findings:
    """What is known of the wrong blocks of a page, by iteration and result.

    `found` is what explains them, `perhaps` all that gives just their numbers where so few
    digits prove nothing.
    """

    found: Mapping[Place, Diagnosis]
    perhaps: Mapping[Place, Coincidences]


@dataclass(frozen=True)
class Coincidences:
    """The mistakes that give just the numbers of a block, perhaps by chance.

    Those `besides` a diagnosis are others than it names.
    """

    explanations: tuple[Explanation, ...]
    besides: bool

    def sentence(self, wording: Wording) -> str:
        """Return what to say of them: all, or how many there are."""
        every = tuple(dict.fromkeys(e.words(wording) for e in self.explanations))
        if len(every) > MOST_PERHAPS:
            return wording("diagnosis.many", count=len(every))
        key = "besides" if self.besides else "perhaps"
        return wording(f"diagnosis.{key}", count=len(every), words="; ".join(every))


@np.errstate(all="ignore")  # whatever somebody typed
def explained(numbers: OwnNumbers, marks: Marks) -> Findings:
    """Return what is known of the wrong blocks of a page, of the first so many."""
    page = _Explained(numbers, {(m.answer.iteration, m.answer.key): m for m in marks.marked})
    for place in [place for place, block in page.blocks.items() if _is_wrong(block)][:MOST_BLOCKS]:
        if _is_wrong(page.blocks[place]) and place not in page.found:
            page.diagnose(place)
    return Findings(page.found, page.perhaps)


def _is_wrong(marked: Marked) -> bool:
    return bool((marked.verdicts == Verdict.WRONG).any())


def _wrong(marked: Marked) -> tuple[Index, ...]:
    return tuple(map(tuple, np.argwhere(marked.verdicts == Verdict.WRONG).tolist()))


@dataclass(frozen=True)
class _Reason:
    """An explanation, and the mistake upstream that it is, if it is one."""

    explanation: Explanation
    upstream: Cause | None = None


class _Explained:
    """The blocks of a page, in the order of the calculation, while they are explained."""

    def __init__(self, numbers: OwnNumbers, blocks: dict[Place, Marked]) -> None:
        self.blocks = blocks
        self.found: dict[Place, Diagnosis] = {}
        self.perhaps: dict[Place, Coincidences] = {}
        self._numbers = numbers
        self._budget = Allowance()
        self._repeated = Allowance(MOST_REPEATED)
        self._open: dict[int, tuple[Assignment, ...]] = {}

    def diagnose(self, place: Place) -> None:
        """Find what explains a wrong block; note it for all the blocks that it explains."""
        marked = self.blocks[place]
        attempt = Attempt.at(self._numbers, marked)
        direct = diagnose(attempt, marked)
        carried, upstream = self._upstream(place)
        others = any(one.chance <= POSSIBLE_UNWRITTEN for one in upstream)
        doubtful = direct is not None and direct.chance > POSSIBLE_UNWRITTEN
        if carried is not None and doubtful and not others:
            direct = None
        if direct is not None and direct.apart and any(u.chance <= LIKELY for u in upstream):
            direct = None  # one mistake instead of several
        choices = [] if direct is not None and direct.apart else _choices(direct, upstream)
        if choices:
            direct = Diagnosis(tuple(c.explanation for c in choices), _wrong(marked))
        if direct is not None:
            self.found[place] = direct
        if carried is not None:
            self._list(place, attempt, upstream)
        best = choices[0].upstream if choices else None
        if best is not None and carried is not None and best.chance <= LIKELY:
            self._assume(place, carried, best, [one for one in choices if one.upstream])

    def _list(self, place: Place, attempt: Attempt, upstream: list[Cause]) -> None:
        """Note what gives just the numbers of a block, unless what is named is likely."""
        known = self.found.get(place)
        if known is not None and known.chance <= LIKELY:
            return
        every = coincidences(attempt, self.blocks[place])
        every += [
            Explanation(one.key, one.happened, one.chance, True, True)
            for one in upstream
            if one.exact and not one.missed
        ]
        named = set() if known is None else {e.happened for e in known.explanations}
        others = tuple(e for e in every if e.happened not in named)
        if others:
            self.perhaps[place] = Coincidences(others, known is not None)

    def _upstream(self, place: Place) -> tuple[Carried | None, list[Cause]]:
        iteration, key = place
        hidden = self._unwritten(iteration) if iteration else ()
        program = self._numbers.trace.program
        behind = program.behind(program.at(key))
        too_large = sum(work_of(a.equation.expression) for a in program.iterate) > LARGEST
        first = iteration > 1 and min(k for k, _ in self.blocks if k) == iteration
        first = first and self._numbers.loose
        if too_large or not (first or any(a.slot.key in behind for a in hidden)):
            return None, []
        carried = Carried(self._numbers, iteration, hidden)
        written = [
            m
            for (k, _), m in self.blocks.items()
            if k == iteration and bool(np.isfinite(m.answer.values).any())
        ]
        always = None
        if first:
            always = Always(Repeated(self._numbers, iteration), self._repeated)
        return carried, Upstream(carried, written, self._budget, always).found(key)

    def _assume(self, place: Place, carried: Carried, best: Cause, choices: list[_Reason]) -> None:
        """Take a mistake upstream for what happened, and judge the rest of the page by that."""
        iteration = place[0]
        for key in best.explained:
            if (iteration, key) in self.found:
                continue
            block = self.blocks[iteration, key]
            same = [c.upstream for c in choices if c.upstream and key in c.upstream.explained]
            every = _choices(diagnose(Attempt.at(self._numbers, block), block), same)
            explanations = tuple(choice.explanation for choice in every)
            self.found[iteration, key] = Diagnosis(explanations, _wrong(block))
        self._numbers = carried.assumed(best.values)
        self._open[iteration] = tuple(
            a for a in self._unwritten(iteration) if a.slot.key not in best.at
        )
        cause, after = self.found[place], dict[int, Carried]()
        for other, block in self.blocks.items():
            if other[0] >= iteration and other not in self.found and _is_wrong(block):
                k = other[0]
                if k not in after:
                    after[k] = Carried(self._numbers, k, self._unwritten(k))
                judged = _judged(block, after[k].base(other[1]))
                self.blocks[other] = judged
                if not _is_wrong(judged):
                    self.found[other] = replace(cause, cells=_wrong(block))

    def _unwritten(self, iteration: int) -> tuple[Assignment, ...]:
        """Return the results of an iteration that weren't written, but for those explained."""
        if iteration not in self._open:
            self._open[iteration] = unwritten(self._numbers, iteration)
        return self._open[iteration]


def _judged(marked: Marked, follows: Array) -> Marked:
    """Return a block judged by what follows now."""
    near = np.abs(marked.answer.values - follows) <= SLACK * unit_typed(marked.answer.values)
    wrong = marked.verdicts == Verdict.WRONG
    verdicts = np.where(wrong & near, Verdict.FOLLOWS, marked.verdicts).astype(np.int8)
    return replace(marked, follows=np.where(wrong, follows, marked.follows), verdicts=verdicts)


def _choices(direct: Diagnosis | None, upstream: list[Cause]) -> list[_Reason]:
    """Return the explanations of a block that are about as good as the best, in order."""
    choices = [_Reason(e) for e in (() if direct is None else direct.explanations)]
    choices += [
        _Reason(Explanation(one.key, one.happened, one.chance, True), one)
        for one in upstream
        if one.chance <= POSSIBLE_UNWRITTEN
    ]
    near = about_as_good([c.explanation for c in choices])
    places: Counter[tuple[SlotKey, ...]] = Counter()
    ordered = []
    for choice in choices:
        if choice.explanation in near:
            one = choice.upstream
            at = () if one is None else one.at
            # What explains more of the page comes first; then one for each result, the nearest
            # first, before others for the same.
            explained, missed = (1, 0) if one is None else (len(one.explained), one.missed)
            ordered.append(((-explained, missed, places[at], one is not None), choice))
            places[at] += 1
    return [choice for _, choice in sorted(ordered, key=lambda pair: pair[0])]
