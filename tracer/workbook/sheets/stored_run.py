"""What is said where numbers stay as a run stored them, once those on Inputs are others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.plan.page import FIRST_FREE_ROW
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.spelled import literal
from tracer.workbook.sheets.unchanged import FINENESS, MOST_CHARACTERS, Fineness, unchanged

#: Below a sheet's title and subtitle, where nothing else stands.
NOTICE_ROW = FIRST_FREE_ROW - 1


@dataclass(frozen=True)
class Part:
    """A piece of a command; `sets` is the name of the number that it sets, if it does."""

    text: str
    sets: str = ""


def told_on_inputs(
    trace: ProgramTrace, inputs: Inputs, command: Sequence[Part], *, again: bool
) -> str | None:
    """Say on Inputs once its numbers are not those of the stored run; return where it is said.

    See `notice`; None where there is none.
    """
    formula = notice(trace, inputs, command, again=again)
    if formula is None:
        return None
    show_notice(inputs.sheet, formula)
    return f"{inputs.prefix}$A${NOTICE_ROW}"


def notice(
    trace: ProgramTrace, inputs: Inputs, command: Sequence[Part], *, again: bool
) -> str | None:
    """Return the formula that says that a stored run is not one with the numbers on Inputs.

    It says nothing where they are those it was made with. It names the `command` that makes a
    run with the new ones where there is one: where only numbers were changed, and the run could
    be made `again` by a command. None where no number can be changed, and where there are so
    many that no formula has room to compare them.
    """
    slots = [slot for slot in inputs.slots if inputs.whole(slot)]
    numbers = [slot for slot in slots if not slot.shape]
    arrays = [slot for slot in slots if slot.shape]
    say = inputs.wording
    other = literal(f"{say('stored_run.changed')} {say('stored_run.again')}")
    typed = other
    if again:
        typed = literal(f"{say('stored_run.changed')} {say('stored_run.command')} ")
        typed += f"&{_typed(trace, inputs, command, numbers)}"
    for fine in FINENESS if slots else ():
        same = [_same(trace, inputs, some, fine) for some in (arrays, numbers)]
        text = f'IF({same[0]},IF({same[1]},"",{typed}),{other})'
        if all(same) and len(text) <= MOST_CHARACTERS:
            return text
    return None


def _same(trace: ProgramTrace, inputs: Inputs, slots: Sequence[Slot], fine: Fineness) -> str | None:
    return unchanged(trace, inputs, slots, fine) if slots else "TRUE"


def _typed(
    trace: ProgramTrace, inputs: Inputs, command: Sequence[Part], numbers: Iterable[Slot]
) -> str:
    """Return the formula for a command that sets the numbers that were changed."""
    left = {slot.name: slot for slot in numbers}
    parts = [literal(" ".join(p.text for p in command if p.sets not in left))]
    before = {piece.sets: f" {piece.text}" for piece in command}
    for name, slot in left.items():
        cell = inputs.formula(slot, ())
        # A command has points, wherever the reader is.
        new = f'{literal(f" --set {name}=")}&SUBSTITUTE({cell},",",".")'
        same = _same(trace, inputs, [slot], FINENESS[0])
        parts.append(f"IF({same},{literal(before.get(name, ''))},{new})")
    return "&".join(parts)


def show_notice(sheet: Sheet, formula: str) -> None:
    """Show a notice below a sheet's title and subtitle, held in sight with them."""
    sheet.pattern.live(NOTICE_ROW, 1, "alarm", formula, "")
    row, column = sheet.freeze or (1, 1)
    sheet.freeze = max(row, NOTICE_ROW + 1), column
    sheet.repeat_rows = max(sheet.repeat_rows, NOTICE_ROW)
