"""Which class the chosen sample is of, and which one the network answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tracer.language.functions import Array
from tracer.run.trace import ProgramTrace
from tracer.template.images import Images
from tracer.workbook.plan.plan import picked
from tracer.workbook.sheets.picture.choices import Choices
from tracer.workbook.sheets.picture.sources import Source, values
from tracer.workbook.sheets.picture.workings import Workings

#: What stands for the name of a class that there is none of.
UNKNOWN = "?"


@dataclass(frozen=True)
class ClassFound:
    """A class: the cell with its position among all, from 1; a formula for its name and the name.

    `now` is the position at first.
    """

    position: str
    now: int
    name: tuple[str, str]


class Classes:
    """Says what the sample is and what is answered; each of them None where it isn't known."""

    def __init__(
        self,
        images: Images,
        workings: Workings,
        sources: Mapping[str, Source],
        choices: Choices,
        trace: ProgramTrace,
    ) -> None:
        self._images = images
        self._workings = workings
        self._sources = sources
        self._choices = choices
        self._trace = trace
        self._names = workings.names(images.names) if images.names else None
        self._answers = self._numbers("output", "answers")

    def true(self) -> ClassFound | None:
        """Return the class of the sample."""
        found = self._numbers("target", "targets")
        if found is None:
            return None
        where, now = found
        if len(now) > 1:
            return self._largest("is", where, now)
        return self._class("is", f"{where}+1", int(now[0]) + 1)

    def answered(self) -> ClassFound | None:
        """Return the class that the network answers."""
        if self._answers is None:
            return None
        where, now = self._answers
        if len(now) > 1:
            return self._largest("answered", where, now)
        threshold = self._images.threshold
        if threshold is None:
            return None
        formula = f"IF({where}>{threshold!r},2,1)"
        return self._class("answered", formula, 2 if now[0] > threshold else 1)

    def answer(self) -> tuple[str, float] | None:
        """Return the cell with the answer, of several numbers the largest, and the answer."""
        if self._answers is None:
            return None
        where, now = self._answers
        if len(now) == 1:
            return where, float(now[0])
        largest = float(now.max())
        return self._workings.cell("answer_number", f"MAX({where})", largest), largest

    def _numbers(self, name: str, head: str) -> tuple[str, Array] | None:
        """List the sample's numbers of a quantity; return where they stand, and the numbers."""
        source = self._sources.get(name)
        if source is None:
            return None
        choices, sample = self._choices, self._choices.cell("sample")
        now = values(source.items, self._trace, choices.iteration)[0]
        found = [
            (source.pick(sample, number, choices.moment), value)
            for number, value in enumerate(now.tolist(), 1)
        ]
        return self._workings.numbers(head, found), now

    def _largest(self, name: str, where: str, now: Array) -> ClassFound:
        return self._class(name, f"MATCH(MAX({where}),{where},0)", int(np.argmax(now)) + 1)

    def _class(self, name: str, formula: str, now: int) -> ClassFound:
        assert self._names is not None  # where there are classes, they have names
        position = self._workings.cell(name, formula, float(now))
        names = self._images.names
        said = names[now - 1] if 1 <= now <= len(names) else UNKNOWN
        text = f'IFERROR({picked(*self._names, position)},"{UNKNOWN}")'
        return ClassFound(position, now, (text, said))
