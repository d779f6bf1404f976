"""Where loose answers come from: what their names mean, and which shapes fit."""

from __future__ import annotations

from dataclasses import dataclass

from tracer.errors import DataError, did_you_mean
from tracer.language.expression import shape_text
from tracer.practice.answers.plain import plain
from tracer.program.model import Program, Slot
from tracer.wording import Said, load

HIGHEST_ITERATION = 1_000_000


@dataclass(frozen=True)
class Source:
    """Where answers come from, for messages; and the iteration of those that don't say one."""

    where: str
    program: Program
    iteration: int = 1
    #: Whether what belongs to nothing is only noted, as in workbooks, where other things stand.
    notes: list[str] | None = None

    def fault(self, text: str) -> DataError:
        """Return an error that says where."""
        return DataError(f"{self.where}: {plain(text)}")

    def slot(self, name: str, iteration: int) -> Slot:
        """Return the result that a name means. Raises DataError."""
        program = self.program
        made = program.in_iteration(iteration)
        plain = name.strip()
        named = [a.slot for a in made if plain in (a.slot.name, _called(a.slot.label))]
        if not named and iteration:
            named = [a.slot for a in program.prepare if a.slot.name == plain]
        if named:
            exact = [slot for slot in named if _called(slot.label) == plain]
            return (exact or named)[-1]
        if plain in program.quantities():
            when = "" if iteration else " before training"
            raise self.fault(f"'{plain[:60]}' is given{when}, not calculated: nothing to check.")
        raise self._unknown(plain[:60], "")

    def unknown(self, text: str, row: int) -> None:
        """Tell of numbers that belong to a name nobody knows. Raises DataError, or notes it."""
        text = text[:60]
        if self.notes is None:
            raise self._unknown(text, f" (row {row})")
        note = load()("report.not_read", text=plain(text), row=str(row))
        self.notes.append(note + did_you_mean(text, self._known()))

    def _unknown(self, text: str, where: str) -> DataError:
        known = self._known()
        return self.fault(
            f"'{text}'{where} is not a quantity here.{did_you_mean(text, known)}"
            f" Its results: {', '.join(known)}."
        )

    def _known(self) -> list[str]:
        return list(dict.fromkeys(a.slot.name for a in self.program.assignments))

    def given(self) -> set[str]:
        """Return the names of what isn't calculated: nothing to check, but known."""
        return set(self.program.quantities()) - {a.slot.name for a in self.program.assignments}

    def names(self) -> set[str]:
        """Return every name and label that a heading could be."""
        made = self.program.assignments
        return {text for a in made for text in (a.slot.name, _called(a.slot.label))}


def _called(label: Said | str) -> str:
    """Return what a result is called: loose answers are in the language of the commands."""
    return load().say(label)


def counted_in(source: Source, slot: Slot, iteration: int) -> int:
    """Return the iteration that a result counts as: prepared ones belong before training."""
    return 0 if slot.role == "prepared" else iteration


def fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Say whether numbers come in the wanted shape; a list may be a row or a column, too."""
    if len(shape) == len(wanted) == 2 and shape != wanted:
        return False
    return [n for n in shape if n > 1] == [n for n in wanted if n > 1] and 0 not in shape


def misfit(name: str, shape: tuple[int, ...], slot: Slot) -> str:
    """Return what to say of numbers that come in another shape."""
    hint = ""
    if len(shape) == 2 and shape[::-1] == slot.shape:
        hint = " It seems to be transposed: rows and columns are exchanged."
    return f"{name} has shape {shape_text(shape)}, but must be {shape_text(slot.shape)}.{hint}"
