"""What names mean while a template's steps are checked, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from tracer import limits
from tracer.errors import did_you_mean
from tracer.language.expression import Equation, EquationError, Name, Shape, Span, names
from tracer.program.model import Role, Slot, Step

#: Returns the number of the step that computes a name, and whether that is the one being checked.
ComputedBy = Callable[[str], tuple[str, bool] | None]


class UnknownShapeError(Exception):
    """A name whose own equation is faulty: its users are not blamed as well."""


class Scope:
    """The slots there are so far; `current` has the newest of every name.

    `unknown` are names whose own equations are faulty, `givens` and `parameters` the names of
    the template's tables, also of parameters that prepare steps don't see yet.
    """

    def __init__(self) -> None:
        self.slots: list[Slot] = []
        self.current: dict[str, Slot] = {}
        self.unknown: set[str] = set()
        self.givens: set[str] = set()
        self.parameters: set[str] = set()

    def add(self, name: str, shape: Shape, role: Role, step: int | None = None) -> Slot:
        """Add a value of a name, which is its newest from here on."""
        version = self.current[name].version + 1 if name in self.current else 0
        slot = Slot(name, version, shape, role, step)
        self.slots.append(slot)
        self.current[name] = slot
        return slot

    def shapes_in(self, equation: Equation) -> Mapping[str, Shape]:
        """Return the shapes of the names that an equation reads, as far as they are known."""
        read = (name.id for name in names(equation.expression))
        return {name: self.current[name].shape for name in read if name in self.current}

    def role_of(self, target: str, step: Step) -> Role:
        """Return what a step's result is. Raises EquationError for one that it can't assign."""
        span = Span(0, len(target))
        if target in self.givens:
            raise EquationError(
                f"'{target}' is given, and a step can't assign it",
                span,
                f"Give the result a name of its own, or move {target} to [parameters]"
                " if training changes it.",
            )
        if target in ("np", "numpy"):
            raise EquationError(f"'{target}' means NumPy and can't be assigned", span)
        if len(target) > limits.NAME.most:
            most = limits.NAME.most
            raise EquationError(f"a name has at most {most} characters", span, "Shorten it.")
        if step.phase == "prepare":
            if target in self.parameters:
                raise EquationError(
                    f"'{target}' is a parameter, and prepare steps run once, before training",
                    span,
                    "Compute it in a step of another phase.",
                )
            return "prepared"
        slot = self.current.get(target)
        if slot is not None and slot.role in ("prepared", "batch"):
            raise EquationError(
                f"'{target}' was prepared once, and an iteration can't assign it again",
                span,
                "Give the result a name of its own.",
            )
        return "updated" if target in self.parameters else "computed"

    def find(
        self, name: Name, computed_by: ComputedBy, computed: Iterable[str]
    ) -> tuple[int, Shape]:
        """Return the version and the shape that a name has here.

        `computed` are all names that any step computes. Raises EquationError for a name that
        has no value here, and UnknownShapeError where its own equation is faulty.
        """
        if name.id in self.unknown:
            raise UnknownShapeError
        slot = self.current.get(name.id)
        if slot is not None:
            return slot.version, slot.shape
        raise self._missing(name, computed_by(name.id), computed)

    def _missing(
        self, name: Name, step: tuple[str, bool] | None, computed: Iterable[str]
    ) -> EquationError:
        """Return why a name has no value here."""
        if name.id in self.parameters:
            return EquationError(
                f"'{name.id}' is a parameter, and prepare steps run before there are any",
                name.span,
                "Use it in a step of another phase.",
            )
        if step is None:
            near = did_you_mean(name.id, [*self.current, *computed]).strip()
            return EquationError(
                f"'{name.id}' is not known here",
                name.span,
                near or "Give it under [given] or [parameters], or compute it in an earlier step.",
            )
        number, itself = step
        if itself:
            return EquationError(
                f"'{name.id}' is used before it has a value",
                name.span,
                f"Give {name.id} a start under [parameters], or compute it in an earlier step.",
            )
        return EquationError(
            f"'{name.id}' is used before anything computes it (step {number} does, later)",
            name.span,
            "Move this step down; or, if the value carries over from one iteration"
            f" to the next, give {name.id} a start under [parameters].",
        )
