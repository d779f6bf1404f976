"""How many digits a quantity shows: as many as what must be seen needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace

MOST_DECIMALS = 8
#: Loss and metrics are read along a column, where late changes are small.
LOSS_DECIMALS = 6


class NumberFormat(str):
    """A number format: as a text its code, as the file has it; and what it shows.

    `decimals` is how many, None for as many as a number has; a `scientific` one shows them of
    the power of ten's factor.
    """

    decimals: int | None
    scientific: bool

    def __new__(cls, decimals: int | None, *, scientific: bool = False) -> NumberFormat:
        """Make a format with so many decimals."""
        code = "General"
        if decimals is not None:
            code = "0" if decimals <= 0 else "0." + "0" * decimals
        made = super().__new__(cls, f"{code}E+00" if scientific else code)
        made.decimals, made.scientific = decimals, scientific
        return made

    @property
    def digits(self) -> int:
        """How much it shows, to be compared: a scientific one as much as six decimals."""
        return _AS_MUCH if self.scientific else self.decimals or 0


#: As many decimals show as small a number as a power of ten with two.
_AS_MUCH = 6
GENERAL = NumberFormat(None)
#: What shows a quantity, by slot.
Formats = Mapping[SlotKey, NumberFormat]


def decimals_format(decimals: int) -> NumberFormat:
    """Return the number format with so many decimals."""
    return NumberFormat(max(0, decimals))


def formats(trace: ProgramTrace, iterations: Sequence[int], decimals: int) -> Formats:
    """Return the number format of every slot, judged by the iterations shown.

    Whole numbers show no decimals; values below 0.01 and parameters that change little show
    more than `decimals`, so that two digits of what matters can be seen.
    """
    found: dict[SlotKey, NumberFormat] = {}
    program = trace.program
    for slot in program.slots:
        values = trace.values(slot, iterations)
        changes = _changes(trace, slot, iterations, values)
        found[slot.key] = _format(values, changes, decimals)
    for name in dict.fromkeys((program.loss, *program.metrics)):
        key = program.newest(name).key if name else ("", 0)
        shown = found.get(key, GENERAL)
        if shown.decimals and not shown.scientific:
            least = LOSS_DECIMALS if decimals == 3 else decimals
            found[key] = decimals_format(max(shown.decimals, least))
    return found


def _changes(
    trace: ProgramTrace, slot: Slot, iterations: Sequence[int], values: Array
) -> Array | None:
    if slot.role not in ("parameter", "updated"):
        return None
    other = (
        trace.program.newest(slot.name)
        if slot.role == "parameter"
        else trace.program.start(slot.name)
    )
    # From one end of all numbers to the other is infinitely far.
    with np.errstate(over="ignore"):
        return np.asarray(values - trace.values(other, iterations))


def value_format(values: Array, decimals: int) -> NumberFormat:
    """Return the number format for values that are seen alone: no change of theirs matters."""
    return _format(values, None, decimals)


def _format(values: Array, changes: Array | None, decimals: int) -> NumberFormat:
    whole = bool(np.all(values == np.round(values)) and np.all(np.abs(values) < 1e12))
    if whole and (changes is None or not np.any(changes)):
        return GENERAL
    largest = float(np.max(np.abs(values), initial=0))
    if largest >= 1e9 or 0 < largest < 1e-6:
        return NumberFormat(2, scientific=True)
    needed = max(decimals, _needed(largest, decimals), _needed(_typical(changes), decimals))
    return decimals_format(min(needed, max(MOST_DECIMALS, decimals)))


def _typical(changes: Array | None) -> float:
    return 0.0 if changes is None else float(np.max(np.abs(changes), initial=0))


def _needed(largest: float, decimals: int) -> int:
    if largest == 0 or decimals == 0:
        return 0
    return max(0, -int(np.floor(np.log10(largest))) + 1)
