"""How much a program may do while it is read: a hostile one ends in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from mmap import PAGESIZE as PAGE
from pathlib import Path
from typing import TypeVar

from tracer.code.values.faults import Refusal

Item = TypeVar("Item")
_HELD = Path("/proc/self/statm")

#: Statements, calls and elements of loops.
MOST_STEPS = 12_000_000
#: Numbers that array operations compute, all together.
MOST_NUMBERS = 20_000_000_000
#: Numbers of one array, and characters of one text.
LARGEST_ARRAY = 50_000_000
#: Bytes that the process may hold while a program is read, looked at with each large array or list.
MOST_MEMORY = 1_500_000_000
_LARGE = 1_000_000
#: Items of one list, and digits (in bits) of one whole number.
LONGEST_LIST = 5_000_000
LONGEST_NUMBER = 4096
DEEPEST_CALL = 120


class Budget:
    """Counts what a program does, and ends it where that is too much."""

    def __init__(self, steps: int = MOST_STEPS, numbers: int = MOST_NUMBERS) -> None:
        self.steps = steps
        self.numbers = numbers
        self.depth = 0

    def step(self) -> None:
        """Count a step."""
        self.steps -= 1
        if self.steps < 0:
            raise Refusal(
                "the program goes on for too long",
                "Fewer iterations can be asked for with --iterations.",
            )

    def each(self, items: Iterable[Item]) -> Iterator[Item]:
        """Count a step for each item."""
        for item in items:
            self.step()
            yield item

    def compute(self, numbers: int) -> None:
        """Count the numbers that an operation computes."""
        if numbers > LARGEST_ARRAY:
            raise Refusal(
                f"an array of {numbers:,} numbers",
                f"At most {LARGEST_ARRAY:,} are read at once.",
            )
        if numbers > _LARGE:
            _check_memory()
        self.numbers -= numbers
        if self.numbers < 0:
            raise Refusal(
                "the program computes too many numbers",
                "Fewer iterations can be asked for with --iterations.",
            )

    def items(self, count: int) -> None:
        """Refuse a list or text that is too long."""
        if count > LONGEST_LIST:
            raise Refusal(f"{count:,} items in one list", f"At most {LONGEST_LIST:,} are read.")
        if count > _LARGE:
            _check_memory()

    def enter(self) -> None:
        """Enter a function."""
        self.step()
        self.depth += 1
        if self.depth > DEEPEST_CALL:
            raise Refusal(f"functions that call each other more than {DEEPEST_CALL} deep")

    def leave(self) -> None:
        """Leave a function."""
        self.depth -= 1


def _check_memory() -> None:
    """Refuse to go on where the process holds too much. Only Linux tells it as it is now."""
    try:
        pages = int(_HELD.read_text("ascii").split()[1])
    except OSError:
        return
    if pages * PAGE > MOST_MEMORY:
        raise Refusal(
            f"the program holds more than {MOST_MEMORY / 1e9:g} GB at once",
            "Fewer rows of data need less.",
        )
