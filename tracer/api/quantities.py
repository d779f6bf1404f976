"""Traces and iterations as mappings from names to arrays, as notebooks show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from tracer.errors import TracerError, did_you_mean
from tracer.language.functions import Array
from tracer.wording import load

if TYPE_CHECKING:
    from tracer.run.trace import ProgramTrace


class Iteration(Mapping[str, Array]):
    """Every quantity of one iteration by its name: `trace.at(3)["wh"]`.

    Of a parameter it is the value after the update, as in the trace; `start` has the one
    before. Iteration 0 is what there was before training.
    """

    def __init__(self, trace: ProgramTrace, number: int) -> None:
        self.trace, self.number = trace, number
        self._names = tuple(quantities(trace, before=number == 0))

    def __getitem__(self, name: str) -> Array:
        if name not in self._names:
            raise unknown(name, self._names, "iteration")
        program = self.trace.program
        slot = program.start(name) if self.number == 0 else program.newest(name)
        return self.trace.value(slot, max(1, self.number)).copy()

    def start(self, name: str) -> Array:
        """Return what a quantity was as the iteration began."""
        if name not in self._names:
            raise unknown(name, self._names, "iteration")
        return self.trace.value(self.trace.program.start(name), max(1, self.number)).copy()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._names)

    def __repr__(self) -> str:
        shapes = (f"{name} {load().size(array.shape)}" for name, array in self.items())
        said = f"{load().say(self.trace.template.name)}, iteration {self.number:,}"
        return f"<{said}: {', '.join(shapes)}>"

    def _repr_html_(self) -> str:
        from tracer.api.html import iteration_html

        return iteration_html(self.trace, self.number)


def quantities(trace: ProgramTrace, *, before: bool = False) -> list[str]:
    """Return the names of a trace's quantities; with `before`, of those there before training."""
    program = trace.program
    if not before:
        return list(program.quantities())
    there = [*program.of_role("given"), *program.of_role("prepared", "parameter")]
    return list(dict.fromkeys(slot.name for slot in there))


def unknown(name: object, known: tuple[str, ...] | list[str], whose: str) -> TracerError:
    """Return the fault of a name that there is no quantity of."""
    if not isinstance(name, str):
        return TracerError(
            f"{name!r} is no quantity's name: write a text, such as {whose}[{known[0]!r}];"
            " .at(3) has all quantities of iteration 3."
        )
    return TracerError(
        f"'{name}' is not a quantity of this {whose}.{did_you_mean(name, known)}"
        f" Its quantities: {', '.join(known)}."
    )
