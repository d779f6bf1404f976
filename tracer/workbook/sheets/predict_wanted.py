"""The class that is wanted of a row with which the sheet Predict opens, where it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tracer.language.addresses import column_letters
from tracer.language.expression import Index
from tracer.language.functions import Array
from tracer.language.places import Place
from tracer.run.forward import Forward
from tracer.workbook.sheets.inputs import Inputs

#: With more inputs, a row isn't compared with the training row that it was.
MOST_COMPARED = 60


@dataclass(frozen=True)
class Wanted:
    """The true classes of the rows with which the sheet opens, and where all of that stands.

    A class is a position from 0 in `names`.
    """

    forward: Forward
    inputs: Inputs
    names: Sequence[str]

    def known(self) -> bool:
        """Say whether the classes of the rows are said, or stand in the workbook."""
        prediction = self.forward.prediction
        if prediction.wanted:
            return max(prediction.wanted) < len(self.names)
        if prediction.rows or prediction.target is None or len(prediction.input) != 1:
            return False
        if len(self.forward.inputs) > MOST_COMPARED or not self.names:
            return False
        slots = [
            self.forward.trace.program.start(name)
            for name in (prediction.input[0], prediction.target)
        ]
        positions = {float(k) for k in range(len(self.names))}
        return all(map(self.inputs.whole, slots)) and set(self._truth.tolist()) <= positions

    @cached_property
    def _truth(self) -> Array:
        target = self.forward.prediction.target
        assert target is not None
        truth: Array = self.forward.trace.template.given[target].reshape(-1)
        return truth

    def now(self, number: int) -> str:
        """Return the name of a row's true class."""
        if self.forward.prediction.wanted:
            return self.names[self.forward.prediction.wanted[number]]
        return self.names[int(self._truth[number])]

    def formula(self, number: int, row: int, column: int, complete: str) -> str:
        """Return what names a row's true class while its inputs, from a cell on, are those.

        `complete` is the test whether all of them are numbers.
        """
        same = ",".join(
            f"{column_letters(column + k)}{row}={home}"
            for k, home in enumerate(self._homes(number))
        )
        if self.forward.prediction.wanted:
            return f'IF({complete},IF(AND({same}),{quoted(self.now(number))},""),"")'
        name = quoted(self.names[-1])
        for k in reversed(range(len(self.names) - 1)):
            name = f"IF({self._class_of(number)}<{k}.5,{quoted(self.names[k])},{name})"
        return f'IF({complete},IF(AND({same}),{name},""),"")'

    def _class_of(self, number: int) -> str:
        target = self.forward.prediction.target
        assert target is not None
        shape = self.forward.trace.program.start(target).shape
        return self._home(target, tuple(int(i) for i in np.unravel_index(number, shape)))

    def _homes(self, number: int) -> list[str]:
        prediction, count = self.forward.prediction, len(self.forward.inputs)
        if prediction.wanted:
            return [repr(value) for value in prediction.rows[number]]
        name = prediction.input[0]
        indices: list[Index] = [(number, k) for k in range(count)]
        if prediction.in_columns:
            indices = [(k, number) for k in range(count)]
        if len(self.forward.trace.program.start(name).shape) == 1:
            indices = [(number,)]
        return [self._home(name, index) for index in indices]

    def _home(self, name: str, index: Index) -> str:
        place: Place | None = self.inputs.place(self.forward.trace.program.start(name), index)
        assert place is not None  # all of it stands there
        return place.text()


def quoted(text: str) -> str:
    """Return a text as a formula says it."""
    return '"' + text.replace('"', '""') + '"'
