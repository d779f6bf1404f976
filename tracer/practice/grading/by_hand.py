"""What a teacher typed into a gradebook for one student: points of steps, points more, a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from tracer.language.functions import Array


@dataclass(frozen=True)
class ByHand:
    """Points of steps, by the steps' numbers; points more or fewer in all; and a note."""

    steps: Mapping[str, float] = field(default_factory=dict)
    more: float | None = None
    note: str = ""

    @property
    def points(self) -> bool:
        """Whether any points were typed."""
        return bool(self.steps) or self.more is not None

    def earned(self, marked: Array, numbers: Sequence[str]) -> Array:
        """Return the points of each step of `numbers`: typed, else marked; else, unmarked, none."""
        points = marked.copy() if len(marked) else np.zeros(len(numbers))
        for at, number in enumerate(numbers):
            points[at] = self.steps.get(number, points[at])
        return points


NOTHING = ByHand()
