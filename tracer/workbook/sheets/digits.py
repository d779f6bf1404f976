"""How exactly a line of arithmetic shows its numbers: as many digits as it takes to add up."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, log

import numpy as np

from tracer.language.functions import rounded_once
from tracer.workbook.plan.numbers import NumberFormat

#: Numbers whose format says nothing of decimals are shown as if it said so many.
USUAL_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Exactness:
    """How exactly numbers are shown: so many decimals more than their cell has.

    With `significant`, so many digits of each number, whatever its size.
    """

    more: int = 0
    significant: int = 0

    def places(self, shown: NumberFormat) -> int | None:
        """Return to how many decimals a number is rounded; None where its size says that."""
        if self.significant or shown.scientific:
            return None
        return (USUAL_DECIMALS if shown.decimals is None else shown.decimals) + self.more

    def of(self, shown: NumberFormat) -> int:
        """Return how many digits a number shows whose size says how many decimals."""
        return self.significant or _SCIENTIFIC + self.more


#: What scientific formats show.
_SCIENTIFIC = 3
#: Tried in this order until the arithmetic adds up: a few decimals; more; digits of what is
#: so small that its cell would show 0; as many as one can type, or where those are too many
#: to read, a few less.
NEAR, FINE, SMALL, MANY, FULL = (
    Exactness(more=1),
    Exactness(more=3),
    Exactness(significant=6),
    Exactness(significant=8),
    Exactness(significant=12),
)
#: What a result is rounded to, beside numbers shown as exactly as that. Where a result lies
#: half-way between two of four digits, three of them are sure.
RESULTS = {
    NEAR: Exactness(),
    FINE: Exactness(),
    SMALL: Exactness(significant=4),
    MANY: Exactness(significant=3),
    FULL: Exactness(significant=3),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A number of the arithmetic: the reference to its cell, its format, its value now."""

    reference: str
    format: NumberFormat
    value: float
    #: What the reader's spreadsheet puts between a number and its decimals.
    decimal: str = "."

    @property
    def known(self) -> bool:
        """Whether the number stands there already."""
        return True

    def rounded(self, exactness: Exactness) -> str:
        """Return the formula of the number as it is shown."""
        return f"ROUND({self.reference},{self.places(exactness)})"

    def places(self, exactness: Exactness) -> str:
        """Return the formula that says to how many decimals it is rounded."""
        places = exactness.places(self.format)
        if places is not None:
            return str(places)
        digits = exactness.of(self.format)
        # INT rounds down, so the size of 0.05 is −2; that of 0 is 0.
        ref = self.reference
        return f"{digits - 1}-INT(LN(ABS({ref})+({ref}=0))/LN(10))"

    def places_now(self, exactness: Exactness) -> int | None:
        """Return what that gives now."""
        places = exactness.places(self.format)
        if places is not None or not isfinite(self.value):
            return places
        return exactness.of(self.format) - 1 - floor(log(abs(self.value) or 1.0) / log(10))

    def now(self, exactness: Exactness) -> float:
        """Return the value as it is shown now."""
        places = self.places_now(exactness)
        return self.value if places is None else float(rounded_once(np.array(self.value), places))

    def formula(self, exactness: Exactness = NEAR) -> str:
        """Return what writes the number so exactly, in any locale."""
        return f'{self.rounded(exactness)}&""'

    def text(self, exactness: Exactness = NEAR) -> str:
        """Return what that writes now."""
        return general(self.now(exactness)).replace(".", self.decimal)


def general(value: float) -> str:
    """Return what a spreadsheet makes of a number joined to a text: 15 digits at most."""
    text = f"{value + 0.0:.15G}"
    digits, mark, exponent = text.partition("E")
    if not mark:
        return text
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return f"{digits}E{exponent[0]}{exponent[1:].zfill(2)}"
