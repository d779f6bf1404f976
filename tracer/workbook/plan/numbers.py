"""How many digits a quantity shows: as many as what must be seen needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tracer.language.expression import SlotKey
from tracer.language.functions import Array
from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.verify.published import decimals_of
from tracer.workbook.plan.plan import Pattern

#: How many decimals show, unless somebody asks for others.
DECIMALS = 3
MOST_DECIMALS = 8
#: Loss and metrics are read along a column, where late changes are small.
LOSS_DECIMALS = 6
#: Numbers with more decimals weren't typed but drawn or calculated, unless they stand written.
TYPED_DECIMALS, WRITTEN_DECIMALS = 6, 12


class NumberFormat(str):
    """A number format: as a text its code, as the file has it; and what it shows.

    `decimals` is how many, None for as many as a number has; a `scientific` one shows them of
    the power of ten's factor. Of those after `least`, only the ones that a number has show.
    `room` is how many characters the longest of its numbers takes, where that is known.
    """

    decimals: int | None
    scientific: bool
    room: int

    def __new__(
        cls,
        decimals: int | None,
        *,
        least: int | None = None,
        scientific: bool = False,
        room: int = 0,
    ) -> NumberFormat:
        """Make a format with so many decimals."""
        code = "General"
        # Without any that always shows, whole numbers would end in a point.
        if decimals is not None and least != 0:
            always = max(0, decimals if least is None else min(least, decimals))
            code = "0." + "0" * always + "#" * (decimals - always) if decimals > 0 else "0"
        made = super().__new__(cls, f"{code}E+00" if scientific else code)
        made.decimals, made.scientific, made.room = decimals, scientific, room
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


def column_width(shown: str) -> float:
    """Return the width of a column, in characters, in which such numbers stand whole."""
    return shown.room + 1.0 if isinstance(shown, NumberFormat) else 0.0


def widened(widths: Mapping[int, float], pattern: Pattern, usual: float = 10.0) -> dict[int, float]:
    """Return the widths of columns, of those too that need more than the usual for numbers."""
    found = dict(widths)
    for cell in pattern.cells:
        found[cell.column] = max(found.get(cell.column, usual), column_width(cell.format))
    return {column: width for column, width in found.items() if width != usual or column in widths}


def formats(trace: ProgramTrace, iterations: Sequence[int], asked: int | None = None) -> Formats:
    """Return the number format of every slot: one that suits each of the iterations shown.

    `asked` is how many decimals somebody asked for; else the template says it. Whole numbers
    show no decimals; what was typed shows as typed; what is small in any of the iterations,
    parameters that change little and what the source prints more exactly show more, so that
    two digits of what matters can be seen.
    """
    digits = _Digits(trace, iterations, asked)
    return {slot.key: digits.of(slot) for slot in trace.program.slots}


class _Digits:
    """Says of each quantity of a trace how it shows."""

    def __init__(self, trace: ProgramTrace, iterations: Sequence[int], asked: int | None) -> None:
        program = trace.program
        usual = DECIMALS if trace.template.decimals is None else trace.template.decimals
        self._trace = trace
        self._iterations = iterations
        self._asked = asked
        self._decimals = usual if asked is None else asked
        self._printed = {} if asked is not None else _printed(trace)
        followed = (program.loss, *program.metrics)
        self._followed = {program.newest(name).key for name in followed if name}

    def of(self, slot: Slot) -> NumberFormat:
        """Return the number format of a slot."""
        same = slot.role in ("given", "prepared")
        values = self._trace.values(slot, self._iterations[:1] if same else self._iterations)
        changes = self._changes(slot, values)
        typed = self._typed(slot, values)
        if typed and changes is None:
            return NumberFormat(typed, least=0, room=_before(values) + 1 + typed)
        shown = _format(values, changes, self._wanted(slot, typed), self._least(slot, typed))
        # Whoever asks for none gets none.
        return NumberFormat(0) if shown.decimals and self._asked == 0 else shown

    def _wanted(self, slot: Slot, typed: int | None) -> int:
        """Return how many decimals a slot shows at least."""
        followed = self._asked is None and slot.key in self._followed
        others = self._printed.get(slot.name, 0), typed or 0, LOSS_DECIMALS if followed else 0
        return max(self._decimals, *others)

    def _least(self, slot: Slot, typed: int | None) -> int | None:
        """Return how many of them also show where they are noughts; None: all."""
        if typed is None:
            return self._printed.get(slot.name)
        # What was typed is where a parameter starts; what it becomes is a result like others.
        return max(typed, self._decimals) if slot.role == "updated" else typed

    def _typed(self, slot: Slot, values: Array) -> int | None:
        """Return how many decimals somebody typed of what a quantity is or starts from."""
        template, given = self._trace.template, slot
        if slot.role == "batch":
            given = self._trace.program.whole(slot)
        # What is prepared may be the same in other words, and has no more decimals then.
        if given.role in ("given", "prepared"):
            by_hand = given.role == "given" and given.name not in template.origins
            return _own_decimals(values, WRITTEN_DECIMALS if by_hand else TYPED_DECIMALS)
        if slot.role in ("parameter", "updated"):
            return _own_decimals(template.parameters[slot.name], TYPED_DECIMALS)
        return None

    def _changes(self, slot: Slot, values: Array) -> Array | None:
        program = self._trace.program
        if slot.role not in ("parameter", "updated"):
            return None
        ends = program.newest if slot.role == "parameter" else program.start
        # From one end of all numbers to the other is infinitely far.
        with np.errstate(over="ignore"):
            return np.asarray(values - self._trace.values(ends(slot.name), self._iterations))


def _printed(trace: ProgramTrace) -> dict[str, int]:
    """Return with how many decimals the source prints quantities, by name."""
    found: dict[str, int] = {}
    for figure in trace.template.published:
        if not figure.computed:
            most = max(map(decimals_of, figure.printed))
            found[figure.quantity] = max(most, found.get(figure.quantity, 0))
    return found


def _own_decimals(values: Array, most: int) -> int | None:
    """Return how many decimals numbers have, None where they are more than that."""

    def enough(decimals: int) -> bool:
        with np.errstate(over="ignore"):
            return np.array_equal(np.round(values, decimals), values)

    return next(filter(enough, range(most)), most) if enough(most) else None


def value_format(values: Array, decimals: int) -> NumberFormat:
    """Return the number format for `(iterations, *shape)` values that are seen alone.

    No change of theirs matters.
    """
    return _format(values, None, decimals)


def _format(
    values: Array, changes: Array | None, decimals: int, least: int | None = None
) -> NumberFormat:
    before, sizes = _before(values), _sizes(values)
    largest, smallest = float(max(sizes, default=0.0)), float(min(sizes, default=0.0))
    whole = bool(np.all(values == np.round(values)) and largest < 1e12)
    if whole and (changes is None or not np.any(changes)):
        return NumberFormat(None, room=before)
    if largest >= 1e9 or 0 < largest < 1e-6 or 0 < smallest < 10.0**-MOST_DECIMALS:
        return NumberFormat(2, scientific=True, room=_SCIENTIFIC_ROOM)
    small = [smallest] if changes is None else [smallest, min(_sizes(changes), default=0.0)]
    needed = min(max(decimals, *map(_needed, small)), max(MOST_DECIMALS, decimals))
    least = None if least is None else max(1, least)
    return NumberFormat(needed, least=least, room=before + 1 + needed)


#: How many characters a number as a power of ten takes, "-1.23E-100".
_SCIENTIFIC_ROOM = 10
#: The part of a number that may be a rounding error of its last digits.
_NOTHING = 1e-12


def _before(values: Array) -> int:
    """Return how many characters stand in front of the point."""
    return max(len(f"{end:.0f}") for end in (np.min(values), np.max(values)))


def _sizes(values: Array) -> Array:
    """Return the largest number of every iteration that has one beside nothing."""
    sizes: Array = np.max(np.abs(values).reshape(len(values), -1), axis=1, initial=0)
    # Beside the others, what is left of differences between equal numbers is nothing.
    seen: Array = sizes[sizes > max(sizes, default=0.0) * _NOTHING]
    return seen


def _needed(size: float) -> int:
    """Return how many decimals show two digits of a number."""
    return 0 if size == 0 else max(0, -int(np.floor(np.log10(size))) + 1)
