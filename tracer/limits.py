"""What a file may cost that somebody else made: one table, from which all others take theirs.

Whatever would cost more is refused before it is computed, in one line. `templates/README.md`
prints the rows. What reads handed-in workbooks has limits of its own, `tracer.practice.safe`,
since its process starts without anything else; so has what reads programs, `tracer.code.values`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Limit:
    """At most how much of what, in words that follow the number."""

    most: int
    says: str


TEMPLATE: Final = Limit(4_000_000, "bytes of a template")
KEY_PARTS: Final = Limit(20, "parts of a dotted key")
WHOLE: Final = Limit(2**63 - 1, "as a whole number, also below 0")
TEXT: Final = Limit(2_000, "characters of a text other than an equation")
NAME: Final = Limit(100, "characters of a name in equations")
DATA_FILE: Final = Limit(400_000_000, "bytes of a data file")
UNPACKED: Final = Limit(100_000_000, "bytes of a packed data file once it is unpacked")
TABLE: Final = Limit(60_000_000, "cells of a text file's table, or signs that separate some")
SHEET: Final = Limit(10_000_000, "cells of an Excel sheet, empty ones between others included")
NUMBERS: Final = Limit(
    60_000_000,
    "numbers of all arrays together: given, parameters, drawn, left out with `skip`, and results",
)
KNOWN: Final = Limit(1_000_000, "numbers of an array like `zeros((2, 3))` in an equation")
EQUATION: Final = Limit(4_000, "characters of an equation")
PARTS: Final = Limit(2_000, "parts of an equation, with those of the helpers it calls")
ALL_PARTS: Final = Limit(150_000, "parts of all equations together")
LOOPED: Final = Limit(1_000, "steps, or arrays, that come of a template's loops")
EQUATIONS: Final = Limit(5_000, "equations that come of loops, and turns of a loop")
WRITTEN: Final = Limit(2_000_000, "characters of the equations that come of loops")
SIZE: Final = Limit(1_000_000, "as a size, or as a loop's value, also below 0")
DEPTH: Final = Limit(100, "parts of an equation inside each other")
ITERATIONS: Final = Limit(100_000_000, "iterations")
SAMPLES: Final = Limit(50_000_000, "samples that all iterations take together, with `batch`")
WORK: Final = Limit(10**13, "operations on numbers of all iterations together: some hours")
#: All rows, in the order in which they are printed.
LIMITS: Final = (
    *(TEMPLATE, KEY_PARTS, WHOLE, TEXT, NAME, DATA_FILE, UNPACKED, TABLE, SHEET, NUMBERS, KNOWN),
    *(EQUATION, PARTS, ALL_PARTS, LOOPED, EQUATIONS, WRITTEN, SIZE),
    *(DEPTH, ITERATIONS, SAMPLES, WORK),
)
