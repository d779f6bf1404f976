"""What NumPy alone decides: whether a run would be another one if no numbers were nearly equal.

A program that someone brings has numbers of its own. Where they hang on last bits, it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from tracer.language.evaluate import CallList
from tracer.language.expression import Apply, Operation, walk
from tracer.language.functions import Array
from tracer.language.operators import is_comparison
from tracer.program.model import Program
from tracer.run.last_bits import Doubt, first_difference
from tracer.run.trace import ProgramTrace


class AsNumPy(CallList):
    """Computes equations in which nearly equal numbers are different ones."""

    def _comparison(self, node: Operation, out: Array | None) -> Array:
        return super()._comparison(replace(node, exact=True), out)

    def _apply(self, node: Apply, out: Array | None) -> Array:
        plain = _PLAIN.get(node.function)
        if plain is None:
            return super()._apply(node, out)
        arrays = (self._compile(node.args[0]),)
        if isinstance(plain, np.ufunc):
            return self._call(plain, arrays, node.shape, out)
        along = {"axis": node.axis, "keepdims": node.keepdims}
        return self._call(plain, arrays, node.shape, out, **along)


def _argmax(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    out[...] = np.argmax(x, axis, keepdims=keepdims)


def _argmin(x: Array, axis: int | None, keepdims: bool, out: Array) -> None:
    out[...] = np.argmin(x, axis, keepdims=keepdims)


_PLAIN: dict[str, Callable[..., object]] = {
    "sign": np.sign,
    "floor": np.floor,
    "argmax": _argmax,
    "argmin": _argmin,
}


def decides(program: Program) -> bool:
    """Say whether a program has anything to decide by."""
    parts = (part for a in program.assignments for part in walk(a.equation.expression))
    return any(
        is_comparison(part.operator) and not part.exact
        if isinstance(part, Operation)
        else isinstance(part, Apply) and part.function in _PLAIN
        for part in parts
    )


def decided_otherwise(trace: ProgramTrace) -> Doubt | None:
    """Return the first number that is another one for NumPy alone; None where there is none."""
    values = {**trace.template.given, **trace.template.parameters}
    return first_difference(trace, values, AsNumPy, trace.iterations)
