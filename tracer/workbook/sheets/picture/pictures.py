"""The squares of the sheet Picture, the bars that say their colours, and the lines above them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, log

import numpy as np

from tracer.language.functions import Array
from tracer.run.trace import ProgramTrace
from tracer.template.images import Images
from tracer.workbook.plan.plan import Pattern
from tracer.workbook.plan.roles import CellRole
from tracer.workbook.sheets.picture.choices import Choices
from tracer.workbook.sheets.picture.classes import Classes
from tracer.workbook.sheets.picture.places import ANSWER_ROW, GRID_ROW, HEAD_ROW, Places
from tracer.workbook.sheets.picture.sources import FIRST, Source, values
from tracer.workbook.sheets.picture.workings import Workings
from tracer.workbook.sheets.spelled import literal

#: A number that its cell doesn't show: the square is too small for it.
HIDDEN = ";;;"
#: Digits of the numbers in texts.
DIGITS = 3
#: A formula, and what it gives now.
Said = tuple[str, str]


class Pictures:
    """Draws the pictures; each returns the cells with the bounds of its colours."""

    def __init__(
        self,
        pattern: Pattern,
        places: Places,
        workings: Workings,
        choices: Choices,
        sources: Mapping[str, Source],
        trace: ProgramTrace,
    ) -> None:
        self._pattern = pattern
        self._places = places
        self._workings = workings
        self._wording = workings.wording
        self._choices = choices
        self._sources = sources
        self._trace = trace

    def sample(self, images: Images) -> tuple[str, str, str]:
        """Draw the sample that is chosen, what it is, and what the network answers."""
        source, workings = self._sources["samples"], self._workings
        every = values(source.items, self._trace, 1)[: source.reach]
        item = self._choices.cell("sample")
        self._squares(0, lambda p: source.pick(item, p, FIRST), every[0])
        low, high = float(every.min()), float(every.max())
        least = workings.cell("smallest", f"MIN({source.where})", low)
        most, more = f"MAX({source.where})", f"{least}+1"
        high = high if high > low else low + 1
        largest = workings.cell("largest", f"IF({most}>{least},{most},{more})", high)
        middle = workings.cell("middle", f"({least}+{largest})/2", (low + high) / 2)
        self._bar(0, (least, low), (largest, high))
        self._says(images)
        return least, middle, largest

    def weights(self) -> tuple[str, str, str]:
        """Draw the weights of the neuron that is chosen, or how they changed."""
        source, choices = self._sources["weights"], self._choices
        item, flag = choices.cell("neuron"), choices.change
        now = values(source.items, self._trace, choices.iteration)[0]

        def formula(number: int) -> str:
            text = source.pick(item, number, choices.moment)
            return f"{text}-{flag}*{source.pick(item, number, FIRST)}" if flag else text

        if flag:
            now = now - values(source.items, self._trace, 1)[0]
        self._squares(1, formula, now)
        grid = self._places.grid(1)
        size = float(np.abs(now).max()) or 1.0
        found = f"MAX(MAX({grid}),-MIN({grid}))"
        reach = self._workings.cell("reach", f"IF({found}=0,1,{found})", size)
        least = self._workings.cell("smallest", f"-{reach}", -size)
        middle = self._workings.cell("middle", f"({least}+{reach})/2", 0.0)
        self._bar(1, (least, -size), (reach, size))
        self._line(HEAD_ROW, 1, self._neuron())
        return least, middle, reach

    # -- squares ------------------------------------------------------------------------

    def _squares(self, picture: int, formula: Callable[[int], str], now: Array) -> None:
        columns = self._places.shape[1]
        left = self._places.column(picture)
        for number, value in enumerate(now.tolist()):
            i, j = divmod(number, columns)
            text = formula(number + 1)
            self._pattern.live(GRID_ROW + i, left + j, "pixel", text, value, HIDDEN)

    def _bar(self, picture: int, low: tuple[str, float], high: tuple[str, float]) -> None:
        """Draw squares from the smallest number to the largest, and below them the two."""
        row, last = self._places.bar_row, self._places.shape[1] - 1
        left = self._places.column(picture)
        for k in range(last + 1):
            text = f"{low[0]}+({high[0]}-{low[0]})*{k}/{last}"
            value = low[1] + (high[1] - low[1]) * k / last
            self._pattern.live(row, left + k, "pixel", text, value, HIDDEN)
        self._pattern.live(row + 1, left, "muted", *self._number(*low))
        self._pattern.live(row + 1, left + last, "quiet", *self._number(*high))

    # -- lines --------------------------------------------------------------------------

    def _says(self, images: Images) -> None:
        """Write what the sample is, and what the network answers."""
        sample = self._choices.cell("sample"), "1"
        classes = Classes(images, self._workings, self._sources, self._choices, self._trace)
        true, answered = classes.true(), classes.answered()
        said = self._sentence("head_sample", sample=sample)
        if true is not None:
            said = self._sentence("head_class", sample=sample, name=true.name)
        self._line(HEAD_ROW, 0, said)
        answer = classes.answer()
        if answer is None:
            return
        cells = {"iteration": self._iteration(), "answer": self._number(*answer)}
        said = self._sentence("answer", **cells)
        if answered is not None:
            said = self._sentence("answer_class", **cells, name=answered.name)
        if true is not None and answered is not None:
            agrees = f'IF({true.position}={answered.position}," ✓"," ✗")'
            sign = " ✓" if true.now == answered.now else " ✗"
            said = f"{said[0]}&{agrees}", said[1] + sign
        self._line(ANSWER_ROW, 0, said)

    def _neuron(self) -> Said:
        """Return the line above a neuron's weights."""
        name = self._sources["weights"].items.slot.name
        cells: dict[str, Said | str] = {"neuron": (self._choices.cell("neuron"), "1"), "name": name}
        if not self._sources["weights"].varies:
            return self._sentence("head_neuron", **cells)
        cells["iteration"] = self._iteration()
        weights = self._sentence("head_weights", **cells)
        if not self._choices.change:
            return weights
        change = self._sentence("head_change", **cells)
        return f"IF({self._choices.change}=1,{change[0]},{weights[0]})", change[1]

    def _iteration(self) -> Said:
        return self._choices.cell("iteration"), str(self._choices.iteration)

    def _line(self, row: int, picture: int, said: Said) -> None:
        role: CellRole = "label" if row == HEAD_ROW else "line"
        self._pattern.live(row, self._places.column(picture), role, *said)

    def _sentence(self, key: str, **cells: Said | str) -> Said:
        """Return a text as a formula in which cells take the places of its gaps."""
        pieces = self._wording.parts(f"picture.{key}", **cells)
        said = [(literal(p), p) if isinstance(p, str) else p for p in pieces]
        found = [piece for piece in said if isinstance(piece, tuple)]
        return "&".join(formula for formula, _ in found), "".join(now for _, now in found)

    def _number(self, where: str, value: float) -> Said:
        """Return a number as a text of a few digits."""
        places = f"{DIGITS - 1}-INT(LN(ABS({where}))/LN(10))"
        # A number comes with a hyphen, which is no minus sign.
        text = f'SUBSTITUTE(ROUND({where},{places})&"","-","−")'
        formula = f'IF({where}=0,"0",{text})'
        if not value:
            return formula, "0"
        digits = round(value, DIGITS - 1 - floor(log(abs(value)) / log(10)))
        return formula, self._wording.number(f"{digits:.15g}".replace("-", "−"))
