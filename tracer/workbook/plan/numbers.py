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
    program, template = trace.program, trace.template
    decimals = asked
    if decimals is None:
        decimals = DECIMALS if template.decimals is None else template.decimals
    printed = {} if asked is not None else _printed(trace)
    followed = {program.newest(name).key for name in (program.loss, *program.metrics) if name}
    found: dict[SlotKey, NumberFormat] = {}
    for slot in program.slots:
        fixed = slot.role in ("given", "prepared")
        values = trace.values(slot, iterations[:1] if fixed else iterations)
        least = max(decimals, printed.get(slot.name, 0))
        if slot.key in followed and asked is None:
            least = max(least, LOSS_DECIMALS)
        found[slot.key] = _format(
            values,
            _changes(trace, slot, iterations, values),
            least,
            typed=_typed(trace, slot, values),
            updated=slot.role == "updated",
            # Whoever asks for none gets none.
            most=0 if asked == 0 else MOST_DECIMALS,
        )
    return found


def _printed(trace: ProgramTrace) -> dict[str, int]:
    """Return with how many decimals the source prints quantities, by name."""
    found: dict[str, int] = {}
    for figure in trace.template.published:
        if not figure.computed:
            most = max(map(decimals_of, figure.printed))
            found[figure.quantity] = max(most, found.get(figure.quantity, 0))
    return found


def _typed(trace: ProgramTrace, slot: Slot, values: Array) -> int | None:
    """Return how many decimals somebody typed of what a quantity is or starts from."""
    template, given = trace.template, slot
    if slot.role == "batch":
        given = trace.program.whole(slot)
    # What is prepared may be the same in other words, and has no more decimals then.
    if given.role in ("given", "prepared"):
        by_hand = given.role == "given" and given.name not in template.origins
        return _own_decimals(values, WRITTEN_DECIMALS if by_hand else TYPED_DECIMALS)
    if slot.role in ("parameter", "updated"):
        return _own_decimals(template.parameters[slot.name], TYPED_DECIMALS)
    return None


def _own_decimals(values: Array, most: int) -> int | None:
    """Return how many decimals numbers have, None where they are more than that."""

    def enough(decimals: int) -> bool:
        return np.array_equal(np.round(values, decimals), values)

    return next(filter(enough, range(most)), most) if enough(most) else None


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


def _format(
    values: Array,
    changes: Array | None,
    decimals: int,
    *,
    typed: int | None = None,
    updated: bool = False,
    most: int = MOST_DECIMALS,
) -> NumberFormat:
    """Return the format of `(iterations, *shape)` numbers; `typed`: with how many decimals."""
    changing = changes is not None and bool(np.any(changes))
    sizes = _sizes(values)
    largest, smallest = float(max(sizes, default=0.0)), float(min(sizes, default=0.0))
    sign = bool(np.any(values < 0))
    whole = bool(np.all(values == np.round(values)) and largest < 1e12)
    before = sign + len(f"{largest:.0f}")
    if whole and not changing:
        return NumberFormat(None, room=before)
    if typed is not None and changes is None:
        return NumberFormat(typed, least=0, room=before + 1 + typed)
    if largest >= 1e9 or 0 < largest < 1e-6 or 0 < smallest < 10.0**-MOST_DECIMALS:
        return NumberFormat(2, scientific=True, room=sign + 8)
    small = (smallest, min(_sizes(changes), default=0.0)) if changes is not None else (smallest,)
    needed = min(max(decimals, *map(_needed, small)), max(most, decimals))
    # What somebody typed is the start; what it becomes has as many as other results.
    least = None if typed is None else max(1, typed, decimals if updated else 0)
    return NumberFormat(needed, least=least, room=before + 1 + needed)


def _sizes(values: Array) -> Array:
    """Return the largest number of every iteration that has one beside nothing."""
    sizes: Array = np.max(np.abs(values).reshape(len(values), -1), axis=1, initial=0)
    # Beside the others, what is left of differences between equal numbers is nothing.
    seen: Array = sizes[sizes > max(sizes, default=0.0) * _NOTHING]
    return seen


#: The part of a number that may be a rounding error of its last digits.
_NOTHING = 1e-12


def _needed(largest: float) -> int:
    """Return how many decimals show two digits of a number."""
    return 0 if largest == 0 else max(0, -int(np.floor(np.log10(largest))) + 1)
