"""Curves over the iterations, where matplotlib is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tracer.errors import TracerError
from tracer.language.expression import place_text
from tracer.program.model import Slot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tracer.run.trace import ProgramTrace

#: More lines than this can't be told apart.
MOST_LINES = 20


def plot(trace: ProgramTrace, names: Sequence[str], axes: Any, *, log: bool) -> Any:
    """Draw quantities against the iterations into matplotlib's axes, and return those.

    Without `axes`, into new ones. Raises TracerError without matplotlib, and for more numbers
    than can be told apart.
    """
    slots = [trace.program.newest(name) for name in names]
    count = sum(slot.size for slot in slots)
    if count > MOST_LINES:
        raise TracerError(
            f"plot: {', '.join(names)} would be {count:,} lines; at most {MOST_LINES} can be told"
            " apart."
        )
    if axes is None:
        axes = _new_axes()
    for slot in slots:
        kept = _kept(trace, slot)
        values = trace.values(slot, kept).reshape(len(kept), slot.size)
        for number, index in enumerate(np.ndindex(slot.shape)):
            label = f"{slot.name}[{place_text(index)}]" if slot.size > 1 else slot.name
            axes.plot(kept, values[:, number], label=label, marker="." if len(kept) < 30 else "")
    axes.set_xlabel("iteration")
    if log:
        axes.set_yscale("log")
    if count == 1:
        axes.set_ylabel(slots[0].name)
    else:
        axes.legend()
    axes.set_title(trace.template.title)
    return axes


def _kept(trace: ProgramTrace, slot: Slot) -> NDArray[np.int64]:
    """Return the iterations whose value was kept: of a long run not all."""
    record = trace.record
    try:
        trace.values(slot, record.brief_of)
    except KeyError:
        return record.full_of
    return record.brief_of


def _new_axes() -> Any:
    try:
        from matplotlib import pyplot
    except ImportError:
        raise TracerError(
            "plot needs matplotlib, which isn't installed: pip install 'step-tracer[plot]'."
        ) from None
    return pyplot.subplots()[1]
