"""Where a program's values lie in memory, and what people call them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tracer.language.expression import SlotKey
from tracer.program.model import Assignment, Program, Role, Slot
from tracer.wording import Said, Wording, load


def laid_out(program: Program) -> Program:
    """Give every slot its label and its place in the state, and derived steps their texts."""
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
    offsets: dict[SlotKey, int] = {}
    position = 0
    for slot in (*constant, *starts, *rest, *ends):
        offsets[slot.key] = position
        position += slot.size
    alike: dict[tuple[str, Role], list[int]] = {}
    for slot in program.slots:
        alike.setdefault((slot.name, slot.role), []).append(slot.version)
    slots = tuple(
        replace(slot, offset=offsets[slot.key], label=_label(slot, alike[slot.name, slot.role]))
        for slot in program.slots
    )
    by_key = {slot.key: slot for slot in slots}

    def placed_in(assignments: tuple[Assignment, ...]) -> tuple[Assignment, ...]:
        return tuple(replace(a, slot=by_key[a.slot.key]) for a in assignments)

    return in_words(
        replace(
            program,
            slots=slots,
            prepare=placed_in(program.prepare),
            iterate=placed_in(program.iterate),
            record_from=sum(slot.size for slot in constant),
            carried=sum(slot.size for slot in starts),
            size=position,
        ),
        load(),
    )


def in_words(program: Program, wording: Wording) -> Program:
    """Return the program with the texts of derived steps in a language."""
    return replace(program, steps=tuple(step.worded(wording) for step in program.steps))


def _label(slot: Slot, versions: Sequence[int]) -> Said | str:
    """Return what people call a value: the name, told apart where it has several."""
    number = f" {versions.index(slot.version) + 1}" if len(versions) > 1 else ""
    if slot.role == "updated":
        return Said("labels.new", {"name": slot.name, "number": number})
    if slot.role == "batch":
        return Said("labels.batch", {"name": slot.name})
    return f"{slot.name} ({number.strip()})" if number else slot.name
