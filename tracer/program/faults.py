"""What is wrong with an equation, as its reader needs it to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tracer.errors import in_sight
from tracer.language.expression import EquationError, Shape, shape_text
from tracer.program.model import Step


@dataclass(frozen=True)
class Fault:
    """One fault of one equation or helper (without a step), and where it stands in the file."""

    step: Step | None
    text: str
    error: EquationError
    shapes: Mapping[str, Shape]
    line: int | None = None

    def show(self, source: str) -> str:
        """Return the fault as text: where, the equation with carets, why, what to do."""
        where = f"{source}, line {self.line}" if self.line else source
        if self.step is not None:
            where += f': step {self.step.number} "{self.step.title}"'
        span = self.error.span
        start, end = (min(place, len(self.text)) for place in (span.start, span.end))
        text, start, end = in_sight(self.text, start, end)
        carets = " " * start + "^" * max(1, end - start)
        shown = [f"{where}: {self.error.message}.", f"    {text}", f"    {carets}"]
        if self.shapes:
            listed = ", ".join(f"{n} is {shape_text(s)}" for n, s in self.shapes.items())
            shown.append(f"  Shapes: {listed}.")
        if self.error.hint:
            shown.append(f"  {self.error.hint}")
        return "\n".join(shown)
