"""Which mistake explains what was typed, and how sure that is.

Every row of the catalogue changes the equation; what the changed equations give is compared
with the wrong cells. A number with few digits fits something by chance, so each explanation
carries a chance: how likely it is that some mistake of the catalogue, at least as common as
this one, fits a random wrong number of as many digits just as well. Only an explanation of
all wrong cells of a block is given, and only if that chance is small.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.practice.answers.marks import Marked, Verdict
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.marking.tolerance import old_slot
from tracer.practice.mistakes import CELL_MISTAKES, MISTAKES
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.evidence import WIDTHS, OtherCells, WrongCells
from tracer.practice.mistakes.kinds import CellMistake, Mistake, Part, said, variants
from tracer.wording import Said, Wording

#: Up to this chance an explanation is named as the likely one; up to the second, as possible.
LIKELY, POSSIBLE = 0.004, 0.26
NEARLY_SURE = 1e-4
#: Explanations whose chances differ by a smaller factor are about as good.
AS_GOOD = 20
#: A zero says little: it is typed for other reasons, too.
CHANCE_OF_ZERO = 0.25
#: Where more explain it, a bare zero gets no diagnosis.
MOST_FOR_ZERO = 3
MOST_SLIPS = 16
#: How many kinds of mistakes were tried when the first slip in single cells is, itself included.
AFTER_THE_BLOCK = 2
MOST_NAMED = 3


@dataclass(frozen=True)
class Explanation:
    """A mistake that fits: its row's key, what happened, and where.

    What happened is several things where single cells have slips of one kind. `chance` is how
    likely a random wrong number would be explained as well; `everywhere` says whether the rest
    of the block fits it, too, `exact` whether just what was typed comes out, rounded to it.
    """

    key: str
    happened: tuple[Said, ...]
    chance: float
    everywhere: bool
    exact: bool = False

    def words(self, wording: Wording) -> str:
        """Return what happened, in words."""
        return wording("numbers.between").join(map(wording.say, self.happened))


@dataclass(frozen=True)
class Diagnosis:
    """What explains all wrong cells of a block, the likeliest first; all fit equally well.

    `cells` are the wrong ones. Where single cells have mistakes of their own, `apart` is true
    and `explanations` has one for each of `cells`.
    """

    explanations: tuple[Explanation, ...]
    cells: tuple[Index, ...]
    apart: bool = False

    @property
    def chance(self) -> float:
        """How likely chance alone would give as good an explanation."""
        return max(e.chance for e in self.explanations) if self.apart else self.best.chance

    @property
    def best(self) -> Explanation:
        """The likeliest explanation."""
        return self.explanations[0]

    @property
    def sureness(self) -> str:
        """How sure this is: the key of a word or two in the wording's section `diagnosis`."""
        if self.chance <= NEARLY_SURE:
            return "almost_certainly"
        return "probably" if self.chance <= LIKELY else "possibly"

    def words(self, wording: Wording) -> str:
        """Return what explains the wrong cells, without how sure that is."""
        named = self.explanations if self.apart else self.explanations[:MOST_NAMED]
        between = wording("diagnosis.and" if self.apart else "diagnosis.or")
        return between.join(dict.fromkeys(e.words(wording) for e in named))

    def sentence(self, wording: Wording) -> str:
        """Return the diagnosis in a sentence."""
        sureness = wording(f"diagnosis.{self.sureness}")
        return wording("diagnosis.sentence", sureness=sureness, words=self.words(wording))


def diagnose(attempt: Attempt, marked: Marked) -> Diagnosis | None:
    """Return what explains the wrong cells of a block, or None where nothing does."""
    wrong = WrongCells.of_verdict(marked, Verdict.WRONG, before_update(attempt.numbers, marked))
    if wrong is None:
        return None
    found = _structural(attempt, marked, wrong)
    if not found or found[0].chance > NEARLY_SURE:
        found += _slips(attempt, wrong)
    found = _ranked(found)
    if wrong.are_nothing() and len(found) > MOST_FOR_ZERO:
        return None  # a 0 that much explains is explained by nothing
    if found:
        return Diagnosis(tuple(found), wrong.places)
    apart = _apart(attempt, marked, wrong)
    return Diagnosis(apart, wrong.places, apart=True) if apart else None


def coincidences(attempt: Attempt, marked: Marked) -> list[Explanation]:
    """Return the mistakes in a block's equation that give just its numbers, if perhaps by chance.

    None for zeros.
    """
    wrong = WrongCells.of_verdict(marked, Verdict.WRONG, before_update(attempt.numbers, marked))
    if wrong is None or wrong.are_nothing():
        return []
    return [e for e in _structural(attempt, marked, wrong) if e.everywhere and e.exact]


def before_update(numbers: OwnNumbers, marked: Marked) -> Array | None:
    """Return what a student's update starts from; None for a block that is none."""
    program, answer = numbers.trace.program, marked.answer
    old = old_slot(program, program.at(answer.key))
    return None if old is None else numbers.filled(old, answer.iteration)


# -- mistakes of the whole block --------------------------------------------------------------


@dataclass(frozen=True)
class _Fit:
    key: str
    happened: Said
    common: int
    width: float
    everywhere: bool
    beside: float


def _structural(attempt: Attempt, marked: Marked, wrong: WrongCells) -> list[Explanation]:
    tried: dict[bytes, tuple[int, bool]] = {}
    fits: list[_Fit] = []
    others = OtherCells.of(marked)
    # Zeros in some places of a block speak for what gives 0 in those, and right numbers elsewhere.
    single = len(wrong.places) == 1
    bare = wrong.are_nothing() and (single or not others.right.any())
    height = float(np.abs(wrong.right).max()) or 1.0
    for row, concerned, values in attempt.kept(_variants):
        there = wrong.of(values)
        if wrong.are_right(there) or (bare and (row.common > 1 or not single)):
            continue
        mark = np.round(there / height, 9).tobytes()
        if mark not in tried or row.common < tried[mark][0]:
            tried[mark] = row.common, wrong.on_grid(there)
        width = wrong.within(there)
        if width is not None:
            everywhere, beside = others.fit(values)
            fits.append(_Fit(row.key, said(row, concerned), row.common, width, everywhere, beside))
    return [
        Explanation(
            fit.key,
            (fit.happened,),
            _chance(wrong, fit, tried.values()),
            fit.everywhere,
            fit.width <= WIDTHS[0],
        )
        for fit in sorted(fits, key=lambda fit: (not fit.everywhere, fit.width, fit.common))
    ]


def _variants(attempt: Attempt) -> list[tuple[Mistake, Part, Array]]:
    """Return what every mistake of the catalogue gives, wherever it can be made."""
    return list(variants(attempt, MISTAKES))


def _chance(wrong: WrongCells, fit: _Fit, tried: Collection[tuple[int, bool]]) -> float:
    """Return how likely chance alone would fit as well, after all that was tried."""
    if wrong.are_nothing():
        return CHANCE_OF_ZERO if len(wrong.typed) == 1 or fit.everywhere else 1.0
    count = sum(common <= fit.common and (grid or fit.width > 0) for common, grid in tried)
    either = 1 if fit.everywhere else 2
    most = either * max(1, count)
    return min(1.0, most * fit.beside * float(np.prod(wrong.chances(fit.width))))


# -- slips in single cells --------------------------------------------------------------------


def _slips(attempt: Attempt, wrong: WrongCells) -> list[Explanation]:
    """Return slips of one kind that explain every wrong cell."""
    found: list[Explanation] = []
    if len(wrong.places) > MOST_SLIPS:
        return found
    for rank, row in enumerate(CELL_MISTAKES, AFTER_THE_BLOCK):
        pieces = [_slip(attempt, wrong, number, row) for number in range(len(wrong.places))]
        if all(piece is not None for piece in pieces):
            happened = dict.fromkeys(one for p in pieces if p is not None for one in p.happened)
            chance = float(np.prod([piece.chance for piece in pieces if piece is not None]))
            # The rows stand in the order of how common they are, and are tried in that order,
            # after the mistakes of the whole block.
            chance = min(1.0, chance * rank)
            found.append(Explanation(row.key, (*happened,)[:MOST_NAMED], chance, False))
    return found


def _slip(attempt: Attempt, wrong: WrongCells, number: int, row: CellMistake) -> Explanation | None:
    """Return a slip of one kind that explains one wrong cell."""
    single = wrong.single(number)
    tried: set[float] = set()
    best: tuple[float, Part] | None = None
    right = float(single.right[0])
    for value, concerned in row.values(attempt, wrong.places[number], right, wrong.decimals):
        if not np.isfinite(value):
            continue
        tried.add(float(f"{value:.10g}"))
        width = single.within(np.array([value]))
        if width is not None and row.copied and width > WIDTHS[0]:
            continue
        if width is not None and (best is None or width < best[0]):
            best = width, concerned
    if best is None:
        return None
    chance = CHANCE_OF_ZERO if single.typed[0] == 0 else float(single.chances(best[0])[0])
    return Explanation(row.key, (said(row, best[1]),), min(1.0, len(tried) * chance), False)


# -- choosing ---------------------------------------------------------------------------------


def _ranked(found: Sequence[Explanation]) -> list[Explanation]:
    """Return the explanations worth naming: the best, and others about as good."""
    near = about_as_good([e for e in found if e.chance <= POSSIBLE])
    near.sort(key=lambda e: not e.everywhere)
    return [next(same) for _, same in groupby(near, key=lambda e: (e.key, e.happened))]


def about_as_good(found: Sequence[Explanation]) -> list[Explanation]:
    """Return the best of some explanations, and the others that are about as good."""
    best = min((e.chance for e in found), default=0.0)
    return [e for e in found if e.chance <= max(AS_GOOD * best, NEARLY_SURE)]


def _apart(attempt: Attempt, marked: Marked, wrong: WrongCells) -> tuple[Explanation, ...]:
    """Return a mistake of its own for every wrong cell, if each is likely."""
    if not 1 < len(wrong.places) <= MOST_SLIPS:
        return ()
    found: list[Explanation] = []
    for number in range(len(wrong.places)):
        single = wrong.single(number)
        here = _ranked([*_structural(attempt, marked, single), *_slips(attempt, single)])
        if not here or here[0].chance > LIKELY / len(wrong.places):
            return ()
        found.append(here[0])
    return tuple(found) if len({e.happened for e in found}) <= MOST_NAMED else ()
