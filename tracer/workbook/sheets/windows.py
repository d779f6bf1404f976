"""Where the windows of large blocks lie: where the data differ, not where all are alike."""

from __future__ import annotations

import numpy as np

from tracer.language.functions import Array
from tracer.run.trace import ProgramTrace
from tracer.workbook.sheets.band import LONGEST_SIDE, WINDOW, drawn

#: The first rows or columns are kept where they differ this much, as a share of the best window.
ENOUGH = 0.25


def window_starts(trace: ProgramTrace) -> dict[int, int]:
    """Return the first row or column shown, counted from 0, for each length of a longer side.

    All sides of one length begin alike, so that factors of a product show the same part: the
    columns of W and the rows of X. Only data decide, given and prepared: parameters follow them.
    """
    differing: dict[int, Array] = {}
    for slot in trace.program.of_role("given", "prepared"):
        shape = drawn(slot.shape)
        for axis, length in enumerate(shape):
            if length > LONGEST_SIDE:
                block = trace.value(slot, 1).reshape(shape)
                counts = _differing(block, axis)
                differing[length] = differing.get(length, 0) + counts
    return {length: _start(counts) for length, counts in differing.items()}


def _differing(block: Array, axis: int) -> Array:
    """Count in every row (axis 0) or column (1) the numbers that aren't its smallest."""
    other = 1 - axis
    counts: Array = np.sum(block != block.min(axis=other, keepdims=True), axis=other)
    return counts


def _start(counts: Array) -> int:
    """Return where the window with most differing numbers begins; 0 if that one has enough."""
    sums = np.convolve(counts, np.ones(WINDOW, np.int64), "valid")
    return 0 if sums[0] >= ENOUGH * sums.max() else int(sums.argmax())
