"""Whether a run hangs on the last bits of its numbers: run it again with others, and compare.

NumPy and a spreadsheet add up in another order, and spreadsheets make 0 of what nearly cancels.
That changes nothing that a person sees, unless something makes much of it: a difference of large
numbers that is compared with 0, a division by almost nothing, or a training that takes two starts
ever farther apart. (Parker 1997, Monte Carlo Arithmetic; here the change follows from the number,
so that equal numbers stay equal, and a run gives the same each time.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tracer.language.evaluate import Call, CallList
from tracer.language.expression import (
    Apply,
    Index,
    Node,
    Number,
    Operation,
    element_text,
    walk,
)
from tracer.language.functions import Array
from tracer.language.nearly import SMALLEST_NUMBER
from tracer.language.operators import is_comparison
from tracer.language.whole import is_bound
from tracer.program.model import Assignment, Program, Slot
from tracer.run.machine import Machine
from tracer.run.trace import ProgramTrace
from tracer.wording import Wording

#: How far from a number a spreadsheet's may be in relation: LibreOffice takes such as equal.
SHAKEN = 4e-15
#: What is no difference: of the numbers' size, and of the size of what they are computed from.
SAME, CANCELLED = 2e-8, 1e-11
#: After so many iterations, only a program that decides or divides is followed further.
FOLLOWED = 30
#: How many numbers are computed again at most.
MOST_NUMBERS = 5_000_000
_RISKY = ("sign", "floor", "round", "argmax", "argmin", "log", "log2", "log10", "log1p", "sqrt")
#: Inside an equation, what these give is shaken, too: Gnumeric rounds it in another place.
_ROUNDED = ("*", "/", "@", "**", "exp", "log", "tanh", "sigmoid", "sqrt", "sin", "cos", "mean")
#: Multiplied with a number's bits, this mixes them (Knuth: the golden ratio).
_MIXING = np.uint64(0x9E3779B97F4A7C15)
_SIGN = np.uint64(1 << 63)
_SIZE = ~_SIGN
_SHAKEN = np.array(SHAKEN).view(np.uint64)
#: Digits that matter, as many as show the difference.
_FEWEST, _MOST = 4, 17
#: Of larger angles, Excel has no sine.
LARGEST_ANGLE = 2.0**27 - 1


@dataclass(frozen=True)
class Doubt:
    """The first number that hangs on last bits: where, what it is here, and what with others."""

    iteration: int
    slot: Slot
    index: Index
    here: float
    there: float


def doubt_text(doubt: Doubt, wording: Wording) -> str:
    """Return what to say of it in a language."""
    when = wording("start.from_beginning")
    if doubt.iteration > 1:
        when = wording("start.from_iteration", number=doubt.iteration)
    what = element_text(doubt.slot.label, doubt.index, wording)
    if 0 < abs(doubt.here) < SMALLEST_NUMBER:
        here = wording.digits(doubt.here, _FEWEST)
        return wording("start.smallest", when=when, what=what, here=here)
    numbers = (doubt.here, doubt.there)
    if not np.isfinite(doubt.there):
        here, there = wording.digits(doubt.here), wording("start.error")
    else:
        tried = ([wording.digits(n, most) for n in numbers] for most in range(_FEWEST, _MOST))
        here, there = next((texts for texts in tried if texts[0] != texts[1]), map(repr, numbers))
    return wording("start.last_bits", when=when, what=what, here=here, there=there)


def find_doubt(trace: ProgramTrace) -> Doubt | None:
    """Return the first number of a trace that another spreadsheet program may show otherwise."""
    with np.errstate(all="ignore"):
        return _first(trace)


def _first(trace: ProgramTrace) -> Doubt | None:
    program = trace.program
    tiny = _tiny_inputs(trace)
    if tiny is not None:
        return tiny
    risky = any(map(_is_risky, program.assignments))
    most = min(trace.iterations, MOST_NUMBERS // max(1, program.size - program.record_from))
    if not risky:
        return _found(trace, 1, min(most, FOLLOWED))
    # Something may be decided otherwise only one way round.
    one = _found(trace, 1, most)
    other = _found(trace, -1, most if one is None else max(1, one.iteration) - 1)
    return other or one


def _tiny_inputs(trace: ProgramTrace) -> Doubt | None:
    """Return the first number to start from that is nearer to 0 than any that Excel knows."""
    values = {**trace.template.given, **trace.template.parameters}
    for slot in trace.program.of_role("given", "parameter"):
        sizes = np.abs(values[slot.name])
        tiny = np.argwhere((sizes > 0) & (sizes < SMALLEST_NUMBER))
        if len(tiny):
            index = tuple(map(int, tiny[0]))
            return Doubt(0, slot, index, float(values[slot.name][index]), 0.0)
    return None


def _found(trace: ProgramTrace, sign: int, most: int) -> Doubt | None:
    """Return the first number that differs in a run with other last bits."""
    values = {**trace.template.given, **trace.template.parameters}
    shaken = {name: _shaken(array, sign) for name, array in values.items()}
    return first_difference(trace, shaken, ShakenUp if sign > 0 else ShakenDown, most)


def first_difference(
    trace: ProgramTrace, values: Mapping[str, Array], compiled: type[CallList], most: int
) -> Doubt | None:
    """Return the first number that differs in a run of other numbers, or of other calls."""
    program, record = trace.program, trace.record
    machine = Machine(program, values, compiled)
    load = None if program.batch is None else machine.batches(program.batch)
    kept = {int(k): row for row, k in enumerate(record.full_of)}
    for call in machine.prepare:
        call()
    found = _differing(program, program.prepare, record.constant, machine.constant, 0)
    for iteration in range(most):
        if found is not None:
            return found
        if iteration:
            machine.carry()
        if load is not None and record.schedule is not None:
            load(record.schedule[iteration], iteration)
        for call in machine.iterate:
            call()
        row = kept.get(iteration + 1)
        if row is not None:
            state = np.concatenate([record.constant, record.full[row]])
            again = np.concatenate([machine.constant, machine.recorded])
            found = _differing(program, program.iterate, state, again, iteration + 1)
    return found


class ShakenUp(CallList):
    """Computes equations as a spreadsheet may: with other last bits, and its errors.

    What nearly cancels is 0, as LibreOffice has it.
    """

    sign = 1
    cancels = True

    def assign(self, target: Array, expression: Node) -> None:
        """Add the calls that compute a shaped expression into `target`."""
        super().assign(target, expression)
        self.calls += shaking(target, self.sign)

    def _operation(self, node: Operation, out: Array | None) -> Array:
        found = super()._operation(node, out)
        if node.operator == "**":
            # LibreOffice has an error where a power is too small for it, not 0.
            self.calls.append(partial(_small_powers, self._compile(node.args[0]), found))
        if node.operator in _ROUNDED:
            self.calls += shaking(found, self.sign)
        if node.operator in ("+", "-") and out is None:
            left, right = map(self._compile, node.args)
            self.calls.append(partial(_absorbed, left, right, found))
        if node.operator in ("+", "-", "@") and self.cancels:
            left, right = map(self._compile, node.args)
            sizes = _sizes_of_products if node.operator == "@" else np.hypot
            self.calls.append(partial(_cancelled, sizes, left, right, found))
        return found

    def _apply(self, node: Apply, out: Array | None) -> Array:
        found = super()._apply(node, out)
        if node.function in ("sin", "cos"):
            self.calls.append(partial(_large_angles, self._compile(node.args[0]), found))
        if node.function in ("sum", "mean") and self.cancels:
            sizes = partial(_sizes_of_terms, node)
            whole = self._compile(node.args[0])
            self.calls.append(partial(_cancelled, sizes, whole, whole, found))
        if node.function in _ROUNDED:
            self.calls += shaking(found, self.sign)
        if node.function in ("sigmoid", "tanh") and out is None:
            self.calls.append(partial(_saturated, found))
        return found


class ShakenDown(ShakenUp):
    """The same with the other ones, and with what is left of what cancels, as Gnumeric has it."""

    sign = -1
    cancels = False


def _sizes_of_products(left: Array, right: Array) -> Array:
    sizes: Array = np.dot(np.abs(left), np.abs(right))
    return sizes


def _sizes_of_terms(node: Apply, terms: Array, _: Array) -> Array:
    sizes: Array = np.sum(np.abs(terms), axis=node.axis, keepdims=node.keepdims)
    return sizes


def _cancelled(sizes: Callable[..., Array], left: Array, right: Array, out: Array) -> None:
    np.copyto(out, 0.0, where=np.abs(out) < 3 * SHAKEN * sizes(left, right))


def _absorbed(left: Array, right: Array, out: Array) -> None:
    """Leave of what is too small for a sum what longer numbers would have: Gnumeric computes so."""
    absorbed = ((out == left) & (right != 0)) | ((np.abs(out) == np.abs(right)) & (left != 0))
    np.multiply(out, 1 + SHAKEN, out, where=absorbed)


def _saturated(out: Array) -> None:
    np.multiply(out, 1 - SHAKEN, out, where=np.abs(out) == 1)


def _small_powers(base: Array, out: Array) -> None:
    np.copyto(out, np.nan, where=(np.abs(out) < SMALLEST_NUMBER) & (base != 0))


def _large_angles(angle: Array, out: Array) -> None:
    np.copyto(out, np.nan, where=np.abs(angle) > LARGEST_ANGLE)


def shaking(numbers: Array, sign: int = 1) -> list[Call]:
    """Return what changes numbers by some last bits, up or down as their own bits say, and `sign`.

    Short ones (0.5, 3) stay: they are computed without rounding everywhere.
    """
    flat = numbers.reshape(-1)
    bits = np.empty(flat.shape, np.uint64)
    change, short = bits.view(np.float64), np.empty(flat.shape, np.float32)
    long = np.empty(flat.shape, np.bool_)
    return [
        partial(np.copyto, change, flat),
        partial(np.bitwise_and, bits, _SIZE, bits),
        partial(np.multiply, bits, _MIXING, bits),
        partial(np.bitwise_and, bits, _SIGN, bits),
        partial(np.bitwise_or, bits, _SHAKEN, bits),
        partial(np.multiply, change, flat, change),
        partial(np.copyto, short, flat, "same_kind"),
        partial(np.not_equal, short, flat, long),
        partial(np.multiply, change, long, change),
        partial(np.add if sign > 0 else np.subtract, flat, change, flat),
    ]


def _shaken(numbers: Array, sign: int) -> Array:
    copied = np.array(numbers, np.float64)
    for call in shaking(copied, sign):
        call()
    return copied


def _is_risky(assignment: Assignment) -> bool:
    return any(map(_makes_much_of_little, walk(assignment.equation.expression)))


def _makes_much_of_little(node: Node) -> bool:
    match node:
        case Operation(operator="/" | "**", args=(_, other)):
            return not isinstance(other, Number)
        case Operation(operator=operator, args=args, exact=exact):
            return is_comparison(operator) and (not exact or any(map(is_bound, args)))
        case Apply(function=function):
            return function in _RISKY
    return False


def _differing(
    program: Program, made: tuple[Assignment, ...], state: Array, again: Array, iteration: int
) -> Doubt | None:
    apart, sizes = np.abs(state - again), np.abs(state)
    tiny = (sizes < SMALLEST_NUMBER) & (sizes > 0)
    far = ~(apart <= SAME * sizes) | tiny
    if not far.any():
        return None
    for assignment in made:
        slot = assignment.slot
        own = slice(slot.offset, slot.offset + slot.size)
        if not far[own].any():
            continue
        size = _size(program, assignment, state)
        wrong: NDArray[np.bool_] = far[own] & (tiny[own] | ~(apart[own] <= CANCELLED * size))
        if wrong.any():
            at = int(np.argmax(wrong))
            index = tuple(map(int, np.unravel_index(at, slot.shape)))
            place = slot.offset + at
            there = 0.0 if tiny[place] else float(again[place])
            return Doubt(iteration, slot, index, float(state[place]), there)
    return None


def _size(program: Program, assignment: Assignment, state: Array) -> float:
    """Return the size of what a result is computed from: its terms may cancel."""
    size = 1.0
    for slot in program.reads(assignment):
        read = state[slot.offset : slot.offset + slot.size]
        size = max(size, float(np.max(np.abs(read), initial=0.0)))
    return size
