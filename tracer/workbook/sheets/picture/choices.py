"""What is chosen on the sheet Picture: sample, neuron, iteration, weights or their change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracer.workbook.plan.plan import Choice, Sheet, Spin, area
from tracer.workbook.sheets.picture.places import (
    CHOICE_COLUMN,
    CHOICE_ROWS,
    LABEL_COLUMN,
    SPIN_COLUMN,
    SPIN_ROWS,
)
from tracer.workbook.sheets.picture.sources import Kept, Moment, Source
from tracer.workbook.sheets.picture.workings import Workings
from tracer.workbook.sheets.spelled import literal


class Choices:
    """Draws the choices; knows their cells, and what is chosen at first."""

    def __init__(
        self,
        sheet: Sheet,
        workings: Workings,
        sources: Mapping[str, Source],
        states: Sequence[int],
        iterations: int,
    ) -> None:
        """Draw them; `states` are the iterations of which numbers are stored, where some are."""
        self._sheet = sheet
        self._workings = workings
        self._wording = workings.wording
        of_samples = [source for name, source in sources.items() if name != "weights"]
        self._counted("sample", min(s.reach for s in of_samples), of_samples[0].items.count)
        if "weights" in sources:
            self._counted("neuron", sources["weights"].reach, sources["weights"].items.count)
        #: Whether anything differs from iteration to iteration.
        self.varies = any(source.varies for source in sources.values())
        self.iteration = iterations
        state = "1"
        if self.varies:
            kept = any(s.varies and isinstance(s, Kept) for s in sources.values())
            if kept and len(states) < iterations:
                self.iteration = states[-1]
                self._listed(workings.iterations(states))
            else:
                self._counted("iteration", iterations, iterations, iterations)
            if kept:
                state = self._state(states)
        self.moment = Moment(self.cell("iteration"), state)
        self.change = ""
        if "weights" in sources and sources["weights"].varies and iterations > 1:
            self.change = self._change()

    def cell(self, name: str) -> str:
        """Return the address of a choice."""
        return area(CHOICE_ROWS[name], CHOICE_COLUMN, 1, 1)

    def _counted(self, name: str, reach: int, count: int, now: int = 1) -> None:
        """Draw the choice of a number with a button that counts it."""
        row, wording, pattern = CHOICE_ROWS[name], self._wording, self._sheet.pattern
        error = wording("picture.error", count=reach)
        says = wording("picture.range", reach=reach)
        if reach < count:
            says = wording("picture.range_of", reach=reach, count=count)
        pattern.number(row, CHOICE_COLUMN, "choice", now, "0")
        self._head(name, says)
        here = area(row, CHOICE_COLUMN, 1, 1, fixed=False)
        title = self._title(name)
        self._sheet.choices.append(
            Choice(here, "whole", low="1", high=str(reach), title=title, error=error)
        )
        self._sheet.spins.append(
            Spin(row, SPIN_COLUMN, self.cell(name), 1, reach, now, f"{title}: {error}", SPIN_ROWS)
        )

    def _listed(self, where: str) -> None:
        """Draw the choice of an iteration from a list."""
        row = CHOICE_ROWS["iteration"]
        self._sheet.pattern.number(row, CHOICE_COLUMN, "choice", self.iteration, "0")
        self._head("iteration", self._wording("picture.listed"))
        self._choose("iteration", where)

    def _state(self, states: Sequence[int]) -> str:
        """Return the cell that says which of the stored iterations is chosen."""
        iteration = self.cell("iteration")
        tests = [f"({iteration}>={state})" for state in states]
        return self._workings.cell("place", "+".join(tests), states.index(self.iteration) + 1)

    def _change(self) -> str:
        """Draw the choice between weights and their change; return the cell that is 1 for these."""
        wording, row = self._wording, CHOICE_ROWS["show"]
        weights, change = wording("picture.weights"), wording("picture.change")
        self._sheet.pattern.text(row, CHOICE_COLUMN, "choice", change)
        self._head("show", wording("picture.since"))
        self._choose("show", (weights, change))
        return self._workings.cell("flag", f"IF({self.cell('show')}={literal(change)},1,0)", 1.0)

    def _choose(self, name: str, values: tuple[str, ...] | str) -> None:
        here = area(CHOICE_ROWS[name], CHOICE_COLUMN, 1, 1, fixed=False)
        error = self._wording("picture.choose")
        self._sheet.choices.append(
            Choice(here, "list", values, title=self._title(name), error=error)
        )

    def _head(self, name: str, says: str) -> None:
        row, pattern = CHOICE_ROWS[name], self._sheet.pattern
        pattern.text(row, LABEL_COLUMN, "label", self._title(name))
        pattern.text(row + 1, LABEL_COLUMN, "muted", says)

    def _title(self, name: str) -> str:
        if name == "iteration":
            return self._wording("common.iteration")
        return self._wording(f"picture.{name}")
