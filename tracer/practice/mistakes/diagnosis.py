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
from decimal import Decimal
from itertools import groupby

import numpy as np

from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.practice.answers.answers import Truth
from tracer.practice.answers.marks import Marked, Verdict
from tracer.practice.marking.own import OwnNumbers
from tracer.practice.mistakes import CELL_MISTAKES, MISTAKES
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import CellMistake, Mistake, changed
from tracer.program.model import Assignment

#: Up to this chance an explanation is named as the likely one; up to the second, as possible.
LIKELY, POSSIBLE = 0.02, 0.26
NEARLY_SURE = 1e-4
#: How far from a transformed equation's result a typed number may be, in units of its last
#: digit: rounded once, or calculated from rounded numbers.
WIDTHS = (0.5, 1.5)
#: A zero says little: it is typed for other reasons, too.
CHANCE_OF_ZERO = 0.25
#: Values this near, relatively, are the same.
SAME = 1e-9
MOST_SLIPS = 16
MOST_NAMED = 3
MOST_DECIMALS = 15
FEW_DECIMALS = 4


@dataclass(frozen=True)
class Explanation:
    """A mistake that fits: its row's key, what happened in words, and where.

    `chance` is how likely a random wrong number would be explained as well; `everywhere`
    says whether the rest of the block fits it, too.
    """

    key: str
    words: str
    chance: float
    everywhere: bool


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
        """How sure this is, in a word or two."""
        if self.chance <= NEARLY_SURE:
            return "almost certainly"
        return "probably" if self.chance <= LIKELY else "possibly"

    @property
    def sentence(self) -> str:
        """The diagnosis in a sentence."""
        named = self.explanations if self.apart else self.explanations[:MOST_NAMED]
        joint = "; and " if self.apart else "; or "
        return f"{self.sureness}: {joint.join(dict.fromkeys(e.words for e in named))}"


@dataclass(frozen=True)
class _Wrong:
    """The wrong cells of a block as vectors: typed, right, the unit of the last digit."""

    places: tuple[Index, ...]
    typed: Array
    right: Array
    units: Array
    decimals: int

    def chances(self, width: float) -> Array:
        """Return how likely a random wrong number is within `width` units of a given one."""
        far = np.abs(self.typed - self.right)
        scale = np.maximum(np.abs(self.typed), np.abs(self.right))
        # Close by, wrong numbers are dense: most come from rounding.
        scale = np.minimum(scale, 10 * far)
        if width == 0:
            return np.asarray(np.minimum(0.5, self.units / np.maximum(scale, 1e-300)))
        return np.asarray(np.minimum(1.0, 2 * width * self.units / np.maximum(scale, 1e-300)))

    def beside(self, values: Array) -> float:
        """Return how likely random numbers would fit values as well, 1 where these don't."""
        width = self.within(values)
        return 1.0 if width is None else float(np.prod(self.chances(width)))

    def on_grid(self, values: Array) -> bool:
        """Say whether values have no more decimals than the typed ones."""
        return bool((np.abs(values - np.round(values, self.decimals)) <= SAME).all())

    def within(self, values: Array) -> float | None:
        """Return the width within which values fit the typed ones, or None.

        Width 0 is for values that have no more digits than the typed ones, and are the same.
        """
        off = np.abs(values - self.typed)
        better = off < 0.5 * np.abs(self.typed - self.right)
        if self.decimals <= FEW_DECIMALS and self.on_grid(values) and (off <= SAME).all():
            return 0.0
        for width in WIDTHS:
            if (better & (off <= width * self.units * (1 + 1e-6))).all():
                return width
        return None


def diagnose(numbers: OwnNumbers, marked: Marked) -> Diagnosis | None:
    """Return what explains the wrong cells of a block, or None where nothing does."""
    places = tuple(map(tuple, np.argwhere(marked.verdicts == Verdict.WRONG).tolist()))
    if not places:
        return None
    attempt = Attempt(numbers, marked.answer.iteration, _assignment(numbers, marked))
    wrong = _wrong(marked, places)
    found = _structural(attempt, marked, wrong)
    if not found or found[0].chance > NEARLY_SURE:
        found += _slips(attempt, wrong)
    found = _ranked(found)
    if found:
        return Diagnosis(tuple(found), places)
    apart = _apart(attempt, marked, wrong)
    return Diagnosis(apart, places, apart=True) if apart else None


def _assignment(numbers: OwnNumbers, marked: Marked) -> Assignment:
    program = numbers.trace.program
    return next(a for a in (*program.prepare, *program.iterate) if a.slot.key == marked.answer.key)


def _wrong(marked: Marked, places: tuple[Index, ...]) -> _Wrong:
    typed = np.array([marked.answer.values[p] for p in places])
    follows = np.array([marked.follows[p] for p in places])
    exact = np.array([marked.exact[p] for p in places])
    right = np.where(np.isfinite(follows), follows, exact)
    # The digits of the block: 0.5 among numbers of four decimals is 0.5000.
    decimals = max(decimals_typed(float(number)) for number in typed)
    unit = 10.0**-decimals
    units = np.maximum(unit, 2e-9 * np.maximum(np.abs(typed), np.abs(right)))
    return _Wrong(places, typed, right, units, decimals)


def decimals_typed(number: float) -> int:
    """Return with how many decimals a number was typed, at least: 2 for 0.25."""
    exponent = Decimal(repr(number)).normalize().as_tuple().exponent
    return min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else MOST_DECIMALS


# -- mistakes of the whole block --------------------------------------------------------------


@dataclass(frozen=True)
class _Fit:
    key: str
    words: str
    common: int
    width: float
    everywhere: bool
    beside: float


def _structural(attempt: Attempt, marked: Marked, wrong: _Wrong) -> list[Explanation]:
    seen: dict[bytes, tuple[int, bool]] = {}
    fits: list[_Fit] = []
    at = _columns(wrong.places)
    rounded = tuple(map(tuple, np.argwhere(marked.verdicts == Verdict.ROUNDED).tolist()))
    doubtful = _wrong(marked, rounded) if rounded else None
    right_ones = marked.verdicts > Verdict.WRONG
    height = float(np.abs(wrong.right).max()) or 1.0
    for row, detail, values in attempt.kept(_variants):
        there = values[at] if at else values.reshape(1)
        if (np.abs(there - wrong.right) <= SAME * np.abs(wrong.right)).all():
            continue
        mark = np.round(there / height, 9).tobytes()
        if mark not in seen or row.common < seen[mark][0]:
            seen[mark] = row.common, wrong.on_grid(there)
        width = wrong.within(there)
        if width is not None:
            words = row.words.format(detail)
            whole = _fits_elsewhere(values, marked, right_ones)
            beside = 1.0
            if whole and doubtful is not None:
                beside = doubtful.beside(values[_columns(rounded)])
            fits.append(_Fit(row.key, words, row.common, width, whole, beside))
    return [
        Explanation(fit.key, fit.words, _chance(wrong, fit, seen.values()), fit.everywhere)
        for fit in sorted(fits, key=lambda fit: (not fit.everywhere, fit.width, fit.common))
    ]


def _variants(attempt: Attempt) -> list[tuple[Mistake, str, Array]]:
    """Return what every mistake of the catalogue gives, wherever it can be made."""
    return [
        (row, detail, values)
        for row in MISTAKES
        for node, detail in changed(attempt, row)
        for values in attempt.results(node)
    ]


def _columns(places: Sequence[Index]) -> tuple[Array, ...]:
    """Return places as NumPy takes them: an array for each axis."""
    return tuple(np.array(axis) for axis in zip(*places, strict=True))


def _chance(wrong: _Wrong, fit: _Fit, tried: Collection[tuple[int, bool]]) -> float:
    """Return how likely chance alone would fit as well, after all that was tried."""
    if not wrong.typed.any():
        return CHANCE_OF_ZERO if len(wrong.typed) == 1 else 1.0
    count = sum(common <= fit.common and (grid or fit.width > 0) for common, grid in tried)
    either = 1 if fit.everywhere else 2
    most = either * max(1, count)
    return min(1.0, most * fit.beside * float(np.prod(wrong.chances(fit.width))))


def _fits_elsewhere(values: Array, marked: Marked, right_ones: Truth) -> bool:
    """Say whether the cells that are not wrong agree with a mistake in the whole block."""
    others = right_ones & marked.answer.asked
    typed = marked.answer.values[others]
    expected = values[others]
    slack = np.maximum(1e-9, np.abs(typed) * 5e-3)
    return bool((np.abs(typed - expected) <= slack).all())


# -- slips in single cells --------------------------------------------------------------------


def _slips(attempt: Attempt, wrong: _Wrong) -> list[Explanation]:
    """Return slips of one kind that explain every wrong cell."""
    found: list[Explanation] = []
    if len(wrong.places) > MOST_SLIPS:
        return found
    for rank, row in enumerate(CELL_MISTAKES, 1):
        pieces = [_slip(attempt, wrong, number, row) for number in range(len(wrong.places))]
        if all(piece is not None for piece in pieces):
            words = dict.fromkeys(piece.words for piece in pieces if piece is not None)
            chance = float(np.prod([piece.chance for piece in pieces if piece is not None]))
            # The rows stand in the order of how common they are, and are tried in that order.
            chance = min(1.0, chance * rank)
            text = ", ".join([*words][:MOST_NAMED])
            found.append(Explanation(row.key, text, chance, False))
    return found


def _slip(attempt: Attempt, wrong: _Wrong, number: int, row: CellMistake) -> Explanation | None:
    """Return a slip of one kind that explains one wrong cell."""
    single = _single(wrong, number)
    tried: set[float] = set()
    best: tuple[float, str] | None = None
    right = float(single.right[0])
    for value, detail in row.values(attempt, wrong.places[number], right, wrong.decimals):
        if not np.isfinite(value):
            continue
        tried.add(float(f"{value:.10g}"))
        width = single.within(np.array([value]))
        if width is not None and row.copied and width > WIDTHS[0]:
            continue
        if width is not None and (best is None or width < best[0]):
            best = width, detail
    if best is None:
        return None
    chance = CHANCE_OF_ZERO if single.typed[0] == 0 else float(single.chances(best[0])[0])
    words = row.words.format(best[1])
    return Explanation(row.key, words, min(1.0, len(tried) * chance), False)


def _single(wrong: _Wrong, number: int) -> _Wrong:
    here = slice(number, number + 1)
    return _Wrong(
        (wrong.places[number],),
        wrong.typed[here],
        wrong.right[here],
        wrong.units[here],
        wrong.decimals,
    )


# -- choosing ---------------------------------------------------------------------------------


def _ranked(found: Sequence[Explanation]) -> list[Explanation]:
    """Return the explanations worth naming: the best, and others about as good."""
    possible = [e for e in found if e.chance <= POSSIBLE]
    if not possible:
        return []
    best = min(e.chance for e in possible)
    near = [e for e in possible if e.chance <= max(10 * best, NEARLY_SURE)]
    near.sort(key=lambda e: not e.everywhere)
    return [next(same) for _, same in groupby(near, key=lambda e: (e.key, e.words))]


def _apart(attempt: Attempt, marked: Marked, wrong: _Wrong) -> tuple[Explanation, ...]:
    """Return a mistake of its own for every wrong cell, if each is likely."""
    if not 1 < len(wrong.places) <= MOST_SLIPS:
        return ()
    found: list[Explanation] = []
    for number in range(len(wrong.places)):
        single = _single(wrong, number)
        here = _ranked([*_structural(attempt, marked, single), *_slips(attempt, single)])
        if not here or here[0].chance > LIKELY / len(wrong.places):
            return ()
        found.append(here[0])
    return tuple(found) if len({e.words for e in found}) <= MOST_NAMED else ()
