"""What the columns of a program's blocks are called: by their data's headings, or by classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from tracer.language.expression import SlotKey
from tracer.run.trace import ProgramTrace
from tracer.template.headings import shown
from tracer.template.prediction import Prediction
from tracer.workbook.sheets.explore.name_lines import broken

#: A name is cut after so many lines.
MOST_LINES = 3


def column_names(trace: ProgramTrace) -> Mapping[SlotKey, tuple[str, ...]]:
    """Return the names of the columns of what has such: data with headings, answers of classes."""
    program, template = trace.program, trace.template
    starts = program.of_role("given", "parameter")
    found = {s.key: template.headings[s.name] for s in starts if s.name in template.headings}
    prediction = template.predict
    if prediction is not None and prediction.classes and len(prediction.output) == 1:
        slot = program.newest(prediction.output[0])
        # Where there are as many samples as classes, columns may be samples.
        if slot.shape[1:] == (len(prediction.names),) and slot.shape[0] != slot.shape[1]:
            found |= dict.fromkeys([slot.key, *_targets(trace, prediction)], prediction.names)
    return found


def _targets(trace: ProgramTrace, prediction: Prediction) -> Iterator[SlotKey]:
    """Yield what preparation made of the true classes: a column for each, 1 where it is."""
    given = trace.template.given
    if prediction.target is None:
        return
    truth = given[prediction.target].reshape(-1)
    wanted = truth[:, None] == np.arange(len(prediction.names))
    for slot in trace.program.of_role("prepared"):
        if slot.shape == wanted.shape and np.array_equal(trace.value(slot, 1), wanted):
            yield slot.key


def in_lines(name: str) -> str:
    """Return a column's name in a few short lines."""
    lines = broken(shown(name)).split("\n")
    return "\n".join(lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"])
