"""What a check of gradients found, parameter by parameter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tracer.language.expression import Index, Shape
from tracer.wording import Said, load

Verdict = Literal["agrees", "differs"]


@dataclass(frozen=True)
class ElementCheck:
    """One element: the template's gradient, the central difference, and how far apart."""

    index: Index
    by_template: float
    by_difference: float
    relative: float


@dataclass(frozen=True)
class GradientCheck:
    """What was found of one parameter.

    `by_template` in the rows is the step divided by `factor`. Of a parameter that differs,
    `step` is the first wrong one (number, title), with its sentence and the equation.
    """

    parameter: str
    shape: Shape
    size: int
    rows: tuple[ElementCheck, ...]
    factor: float | None
    factor_says: Said | None
    verdict: Verdict
    step: tuple[str, str] | None = None
    says: Said | None = None
    equation: str = ""
    #: Of a program that was read: the lines of its file that are to blame, in its own words.
    code: tuple[str, ...] = ()

    @property
    def factor_text(self) -> str:
        """What a step is of its gradient, in English."""
        return "" if self.factor_says is None else load().say(self.factor_says)

    @property
    def sentence(self) -> str:
        """What is wrong, in English; empty where nothing is."""
        return "" if self.says is None else load().say(self.says)

    @property
    def largest(self) -> float:
        """The largest relative difference."""
        return max((row.relative for row in self.rows), default=0.0)

    @property
    def agrees(self) -> bool:
        """Whether the update follows the gradient."""
        return self.verdict == "agrees"


@dataclass(frozen=True)
class Gradients:
    """The checks of all updated parameters; `says`: what could not be checked and why."""

    loss: str
    checks: tuple[GradientCheck, ...]
    says: tuple[Said, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be checked and why, in English."""
        return tuple(map(load().say, self.says))

    @property
    def agree(self) -> bool:
        """Whether nothing disagrees."""
        return all(check.agrees for check in self.checks)
