"""What a student answered: numbers by iteration and quantity, and what isn't a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tracer.language.expression import Index, SlotKey
from tracer.language.functions import Array

Truth = NDArray[np.bool_]


@dataclass(frozen=True)
class Answer:
    """The answers to one quantity of one iteration; every array has the quantity's shape.

    `values` is NaN where there is no number. `asked` says which cells were to be filled in;
    the others count as given and right. `unreadable` marks cells that hold something other
    than a number; a cell that is asked, NaN and not unreadable is blank. `formulas` marks
    numbers that a formula made. `texts` are what stands in the unreadable ones: nothing for a
    formula of which no value is stored.
    """

    iteration: int
    key: SlotKey
    values: Array
    asked: Truth
    unreadable: Truth
    formulas: Truth
    texts: Mapping[Index, str] = field(default_factory=dict)

    @property
    def blank(self) -> Truth:
        """Which asked cells hold nothing."""
        return self.asked & np.isnan(self.values) & ~self.unreadable


def typed(iteration: int, key: SlotKey, values: Array, asked: Truth | None = None) -> Answer:
    """Return plain numbers as an answer: NaN is blank, every cell is asked unless said."""
    no = np.zeros(values.shape, np.bool_)
    everything = np.ones(values.shape, np.bool_)
    return Answer(iteration, key, values, everything if asked is None else asked, no, no)


class Answers:
    """All answers of one student, by iteration and the key of the slot they belong to.

    `notes` say what stands in their file and wasn't read, a line each.
    """

    def __init__(self, answers: tuple[Answer, ...], notes: tuple[str, ...] = ()) -> None:
        self.notes = notes
        self._by_place = {(a.iteration, a.key): a for a in answers}

    def of(self, iteration: int, key: SlotKey) -> Answer | None:
        """Return the answers to a quantity, or None where it wasn't asked."""
        return self._by_place.get((iteration, key))

    def __iter__(self) -> Iterator[Answer]:
        return iter(self._by_place.values())

    def __len__(self) -> int:
        return len(self._by_place)
