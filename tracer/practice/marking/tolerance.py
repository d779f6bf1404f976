"""How near an answer must be: one source for sheets, checking and grading.

The tolerance follows the size of what is asked. A block's size is its largest number; an
update's is its largest step, new less old. Less than half of the way to 0 and to the old value
is always left out, so that neither of them is right unless it is the answer. Only an absolute
tolerance that a person chose may be wider.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log

import numpy as np

from tracer.language.elements import Leaf, element
from tracer.language.expression import Index, names
from tracer.language.functions import Array, rounded_once
from tracer.practice.answers.answers import Truth
from tracer.practice.answers.marks import Rules
from tracer.practice.marking.rounding import rounding, spread
from tracer.program.model import Assignment, Program, Slot
from tracer.run.trace import ProgramTrace

#: The boundary counts as inside, whatever the last bits say.
INCLUSIVE = 1 + 1e-9
#: Numbers that differ by less, relatively, are the same number.
SAME = 1e-12
#: What an addition that cancels leaves of its terms, relatively, is nothing but last bits.
NOISE = 1e-13
#: Results this small, compared with what they are calculated from, may be such rests.
SUSPICIOUS = 1e-9
#: Between an answer and 0, or the old value, at least this share of the way stays out.
APART = 0.5
#: Answers with more decimals than this are taken as they are, not as rounded.
MOST_DECIMALS = 9
#: Half a unit of the second decimal: who rounds to two decimals rounds as people do.
HUNDREDTH = 0.005
#: A power of ten has its digit, whatever the last bits of its logarithm say.
DIGIT = 1e-9


@dataclass(frozen=True)
class Size:
    """How large what is asked is; arrays have the block's shape.

    `apart` is how far an answer may be off at most, infinite where nothing is to be told apart;
    `noise` what the last bits may be off. `old` are the values before an update, else None.
    `moves` and `counts` say where the answer differs from the old value, and from 0.
    """

    scale: float
    apart: Array
    noise: Array
    old: Array | None
    counts: Truth
    moves: Truth

    def allowed(self, rules: Rules) -> Array:
        """Return how far each answer may be from the exact number."""
        own = np.minimum(rules.relative * self.scale, self.apart)
        return np.maximum(np.maximum(own, self.noise), rules.absolute)

    def told_nothing(self, exact: Array, rules: Rules) -> Truth:
        """Say where 0 or the old value is within the tolerance though it isn't the answer."""
        allowed = self.allowed(rules) * INCLUSIVE
        idle = self.counts & (np.abs(exact) <= allowed)
        if self.old is not None:
            idle |= self.moves & (np.abs(exact - self.old) <= allowed)
        return idle


def size_of(
    trace: ProgramTrace, assignment: Assignment, iteration: int, wanted: Truth | None = None
) -> Size:
    """Return how large a result of an iteration is (0: before training).

    What concerns single numbers holds for those that are `wanted` (of the result's shape; None:
    all); how large the result is, for all of it.
    """
    slot, at = assignment.slot, max(1, iteration)
    exact = np.asarray(trace.value(slot, at))
    before = old_slot(trace.program, slot)
    old = None if before is None else np.asarray(trace.value(before, at))
    far = exact if old is None else exact - old
    bits = _last_bits(trace, assignment, far, at, np.True_ if wanted is None else wanted)
    real = np.abs(far) > bits
    counts = real & (exact != 0) if old is None else exact != 0
    moves = real if old is not None else np.zeros(exact.shape, np.bool_)
    apart = np.where(counts, APART * np.abs(exact), np.inf)
    if old is not None:
        apart = np.where(moves, np.minimum(apart, APART * np.abs(far)), apart)
    scale = float(np.abs(far[real]).max(initial=0.0))
    noise = np.maximum(np.where(real, 0.0, bits), SAME * np.abs(exact))
    return Size(scale, apart, noise, old, counts, moves)


def old_slot(program: Program, slot: Slot) -> Slot | None:
    """Return the slot with a parameter's value before an update; None for what is no update."""
    return program.at((slot.name, slot.version - 1)) if slot.role == "updated" else None


def _last_bits(
    trace: ProgramTrace, assignment: Assignment, far: Array, at: int, wanted: Truth | np.bool_
) -> Array:
    """Return what the last bits of the operands make of results that may be nothing else.

    Each costs as much as its arithmetic: only what is wanted is looked at, and of the rest the
    largest ones, up to the first that is real, where all of the result may be nothing.
    """
    expression, program = assignment.equation.expression, trace.program
    read = [trace.value(program.slot(name), at) for name in names(expression)]
    largest = max((float(np.abs(array).max(initial=0.0)) for array in read), default=0.0)
    bits = np.zeros(far.shape)

    def of(cell: Leaf) -> float:
        return float(trace.value(program.slot(cell.name), at)[cell.origin])

    def look(index: Index) -> bool:
        tree = rounding(element(expression, index), lambda cell: True)
        rest = spread(tree, of, lambda cell: NOISE * abs(of(cell)))
        bits[index] = rest if np.isfinite(rest) else 0.0
        return bool(abs(far[index]) > bits[index])

    suspicious = (np.abs(far) <= SUSPICIOUS * largest) & (far != 0)
    for place in np.argwhere(suspicious & wanted).tolist():
        look(tuple(place))
    if not (suspicious | (far == 0)).all():
        return bits
    others = np.argwhere(suspicious & ~wanted)
    for place in others[np.argsort(-np.abs(far[suspicious & ~wanted]), kind="stable")].tolist():
        if look(tuple(place)):
            break
    return bits


def half_units(numbers: Array) -> Array:
    """Return half a unit of the last decimal of each number; 0 beyond MOST_DECIMALS."""
    found = np.zeros(numbers.shape)
    for decimals in range(MOST_DECIMALS, -1, -1):
        whole = np.abs(numbers - rounded_once(numbers, decimals)) <= SAME * np.abs(numbers)
        found = np.where(whole, 0.5 * 10.0**-decimals, found)
    return found


def coarsest(number: float, rules: Rules, least: float | None = None) -> float:
    """Return how far off rounding may put a number: to two decimals, or to the fewest digits.

    Where a teacher wants more than one digit, two decimals alone are not enough; `least`
    replaces what they allow.
    """
    if least is None:
        least = HUNDREDTH if rules.fewest_digits <= 1 else 0.0
    if number == 0:
        return least
    # As the sheets say it: with natural logarithms.
    size = floor(log(abs(number)) / log(10) + DIGIT)
    return max(least, 0.5 * 10.0 ** (size + 1 - rules.fewest_digits))


def grain_of(program: Program) -> float:
    """Return half a unit of the decimals that the calculation itself rounds to; 0 for none.

    Who goes on without that rounding is as far off.
    """
    return 0.0 if program.decimals is None else 0.5 * 10.0**-program.decimals


def follows_within(number: float, old: float, rules: Rules) -> float:
    """Return how near an answer must be to what follows from one's own numbers.

    It follows the size of that number, or of the step from the own `old` value (0: none).
    """
    own = min(rules.relative, APART) * abs(number - old)
    return max(own, SAME * abs(number), rules.absolute)
