"""What Start says to try: only what this workbook has, under the names it has there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tracer.program.model import Slot
from tracer.run.trace import ProgramTrace
from tracer.workbook.sheets.inputs import Inputs
from tracer.workbook.sheets.training import Training

#: How the names of learning rates begin: what is changed first, where there is one.
RATES = ("lr", "rate")


def how_to(
    trace: ProgramTrace, inputs: Inputs, training: Training, first: str | None
) -> Iterator[str]:
    """Yield what to try, each a numbered sentence.

    `first` is the title of the first iteration sheet; None where there are none.
    """
    for number, line in enumerate(_lines(trace, inputs, training, first), 1):
        yield f"{number}. {line}"


def _lines(
    trace: ProgramTrace, inputs: Inputs, training: Training, first: str | None
) -> Iterator[str]:
    wording = inputs.wording
    if first is not None:
        yield wording("how_to.read", sheet=first)
        yield wording("how_to.click")
    named = _named(inputs)
    if named:
        change = "how_to.change" if training.live else "how_to.change_stored"
        yield wording(change, name=named[0].name)
    kept, count = len(training.rows), trace.iterations
    rows = "one" if count == 1 else "every" if kept == count else "part"
    curve = "_curve" if training.loss_column() is not None and kept > 1 else ""
    yield wording(f"how_to.{rows}{curve}", kept=kept, count=count)
    names = _in_formulas(inputs, named)
    if len(names) > 1:
        yield wording("how_to.names", name=names[0], other=names[1])
    elif names:
        yield wording("how_to.name", name=names[0])


def _in_formulas(inputs: Inputs, named: Sequence[Slot]) -> list[str]:
    """Return names for formulas, those first that Inputs has as they are; of others, both."""
    same = [slot.name for slot in named if inputs.safe[slot.name] == slot.name]
    others = [slot.name for slot in named if slot.name not in same]
    renamed = (inputs.wording("how_to.renamed", name=inputs.safe[n], shown=n) for n in others)
    return [*same, *renamed]


def _named(inputs: Inputs) -> list[Slot]:
    """Return what has a name for formulas: a learning rate or another number, then arrays."""
    named = [slot for slot in inputs.slots if inputs.safe[slot.name] in inputs.names]
    if not named:
        return []
    first = min(named, key=lambda slot: (not slot.name.startswith(RATES), slot.size > 1))
    # Of numbers alone, the next one in order.
    others = sorted((slot for slot in named if slot is not first), key=lambda s: s.size == 1)
    return [first, *others]
