"""Where a program's values lie in memory, and what a language calls them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.program.model import Assignment, Program, Role, Slot
from tracer.wording import Wording, load


def laid_out(program: Program) -> Program:
    """Give every slot its label and its place in the state."""
    newest = {slot.name: slot for slot in program.slots}
    updated = [
        slot.name
        for slot in program.slots
        if slot.role == "parameter" and newest[slot.name].role == "updated"
    ]
    constant = [s for s in program.slots if s.role in ("given", "prepared")]
    starts = [s for s in program.slots if s.role == "parameter" and s.name in updated]
    ends = [newest[name] for name in updated]
    placed = {s.key for s in (*constant, *starts, *ends)}
    rest = [s for s in program.slots if s.key not in placed]
    offsets: dict[tuple[str, int], int] = {}
    position = 0
    for slot in (*constant, *starts, *rest, *ends):
        offsets[slot.key] = position
        position += slot.size
    placed_program = replace(
        program,
        slots=tuple(replace(slot, offset=offsets[slot.key]) for slot in program.slots),
        record_from=sum(slot.size for slot in constant),
        carried=sum(slot.size for slot in starts),
        size=position,
    )
    return labelled(placed_program, load())


def labelled(program: Program, wording: Wording) -> Program:
    """Return the program with its values and derived steps called as a language calls them."""
    alike: dict[tuple[str, Role], list[int]] = {}
    for slot in program.slots:
        alike.setdefault((slot.name, slot.role), []).append(slot.version)
    slots = tuple(
        replace(slot, label=_label(slot, alike[slot.name, slot.role], wording))
        for slot in program.slots
    )
    by_key = {slot.key: slot for slot in slots}

    def place(assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
        return tuple(replace(a, slot=by_key[a.slot.key]) for a in assignments)

    return replace(
        program,
        steps=tuple(step.worded(wording) for step in program.steps),
        slots=slots,
        prepare=place(program.prepare),
        iterate=place(program.iterate),
        _by_key=by_key,
        _newest={slot.name: slot for slot in slots},
    )


def _label(slot: Slot, versions: Sequence[int], wording: Wording) -> str:
    """Return what the sheets call a value: the name, told apart where it has several."""
    number = f" {versions.index(slot.version) + 1}" if len(versions) > 1 else ""
    if slot.role == "updated":
        return wording("labels.new", name=slot.name, number=number)
    if slot.role == "batch":
        return wording("labels.batch", name=slot.name)
    return f"{slot.name} ({number.strip()})" if number else slot.name
