"""Equation → NumPy calls on fixed memory.

An equation becomes a list of calls that each write into an array laid out beforehand, so
that a training loop only runs down the list. Nothing is generated as text, nothing is
allocated while running, and the value of each equation lands where the trace reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial

import numpy as np

from tracer.language.bounds import is_finite
from tracer.language.expression import (
    Apply,
    Constants,
    Fill,
    Helper,
    Hits,
    Labelled,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Reshape,
    Shape,
    Stack,
    Transpose,
)
from tracer.language.functions import PRIMITIVES, Array, Chain, filling
from tracer.language.known import CONSTANT_ARRAYS
from tracer.language.nearly import COMPARISONS, MIRRORED, Comparison, spoil
from tracer.language.operators import OPERATORS, is_comparison

Call = Callable[[], object]
#: Larger sums are left to NumPy's own, which adds in pairs and so rounds less.
MOST_DOTTED = 512
#: In larger arrays, broadcasting takes less than a copy does.
MOST_COPIED = 1_024
_INFINITY = np.array(np.inf)


class CallList:
    """Collects the calls that compute equations over arrays at fixed places."""

    def __init__(self, view: Callable[[Name], Array]) -> None:
        """`view` returns the memory of a name's version."""
        self.calls: list[Call] = []
        self._view = view
        self._seen: dict[Hashable, Array] = {}
        self._constants: dict[float, Array] = {}
        self._all_ones: dict[int, Array] = {}

    def assign(self, target: Array, expression: Node) -> None:
        """Add the calls that compute a shaped expression into `target`."""
        # Equal parts of one equation are computed once; equations don't share, because a
        # name's memory may have changed in between.
        self._seen = {}
        result = self._compile(expression, target)
        if result is not target:
            self.calls.append(partial(np.copyto, target, result))

    def _compile(self, node: Node, out: Array | None = None) -> Array:
        found: Array = getattr(self, _RULES[type(node)])(node, out)
        return found

    def _number(self, node: Number, out: Array | None) -> Array:
        return self._constants.setdefault(node.value, np.array(node.value))

    def _name(self, node: Name, out: Array | None) -> Array:
        return self._view(node)

    def _transpose(self, node: Transpose, out: Array | None) -> Array:
        return self._compile(node.arg).T

    def _pick(self, node: Pick, out: Array | None) -> Array:
        # The dots make it a view also where one number is picked.
        return self._compile(node.arg)[(*node.items, ...)]

    def _helper(self, node: Helper, out: Array | None) -> Array:
        return self._compile(node.body, out)

    def _fill(self, node: Fill, out: Array | None) -> Array:
        return np.full(node.shape, node.value)

    def _known(self, node: Constants, out: Array | None) -> Array:
        return CONSTANT_ARRAYS[node.function].array(node.numbers)

    def _reshape(self, node: Reshape, out: Array | None) -> Array:
        whole = self._compile(node.arg)
        if whole.flags.c_contiguous:
            return whole.reshape(node.shape)
        target = np.empty(node.shape) if out is None else out
        self.calls.append(partial(np.copyto, target.reshape(whole.shape), whole))
        return target

    def _put(self, node: Put, out: Array | None) -> Array:
        whole, part = self._compile(node.arg), self._compile(node.value)
        target = np.empty(node.shape) if out is None else out
        self.calls.append(partial(np.copyto, target, whole))
        self.calls.append(partial(np.copyto, target[(*node.items, ...)], part))
        return target

    def _stack(self, node: Stack, out: Array | None) -> Array:
        pieces = [self._compile(arg) for arg in node.args]
        pieces = [np.atleast_2d(p) if node.axis == 0 else np.atleast_1d(p) for p in pieces]
        target = np.empty(node.shape) if out is None else out
        along = 0 if target.ndim == 1 else node.axis
        self.calls.append(partial(_concatenate, pieces, along, target))
        return target

    def _operation(self, node: Operation, out: Array | None) -> Array:
        operator, args, shape = node.operator, node.args, node.shape
        if operator == "**" and isinstance(args[1], Number) and args[1].value == 2:
            # np.power is many times slower than multiplying.
            base = self._compile(args[0])
            return self._call(np.square, (base,), shape, out)
        if is_comparison(operator):
            return self._comparison(node, out)
        arrays = tuple(map(self._compile, args))
        if operator == "/":
            arrays = (arrays[0], self._sound(args[1], arrays[1]))
        found = self._call(OPERATORS[operator].compute, arrays, shape, out)
        return self._spoiled(args, arrays, found) if operator == "**" else found

    def _comparison(self, node: Operation, out: Array | None) -> Array:
        operator, args = node.operator, node.args
        if isinstance(args[0], Number) and not isinstance(args[1], Number):
            operator, args = MIRRORED[operator], args[::-1]
        row = COMPARISONS[operator]
        compute: Callable[..., object] = row
        arrays = tuple(map(self._compile, args))
        if node.exact:
            compute = OPERATORS[node.row].compute
        elif isinstance(args[1], Number) and row.side:
            bound = row.bound(args[1].value)
            compute = row.ufunc
            arrays = (arrays[0], self._constants.setdefault(bound, np.array(bound)))
        found = self._call(compute, arrays, node.shape, out)
        return found if compute is row else self._spoiled(args, arrays, found)

    def _sound(self, node: Node, array: Array) -> Array:
        """Make infinities errors before an operation that would hide them."""
        if not is_finite(node):
            # The remainder of division by infinity: of finite numbers, themselves; of others, NaN.
            self.calls.append(partial(np.fmod, array, _INFINITY, array))
        return array

    def _spoiled(self, nodes: Sequence[Node], arrays: Sequence[Array], found: Array) -> Array:
        """Make errors of what an operation made of errors: 1 where NaN is compared, say."""
        for node, array in zip(nodes, arrays, strict=True):
            if not is_finite(node):
                self.calls.append(partial(spoil, array, out=found))
        return found

    def _apply(self, node: Apply, out: Array | None) -> Array:
        row = PRIMITIVES[node.function]
        arrays = tuple(map(self._compile, node.args))
        if row.hides:
            arrays = tuple(map(self._sound, node.args, arrays))
        elif node.function == "where":
            found = self._call(row.compute, arrays, node.shape, out)
            return self._spoiled(node.args[:1], arrays[:1], found)
        if node.function in ("sum", "mean") and arrays[0].size <= MOST_DOTTED:
            dotted = self._dotted(node, arrays[0], out)
            if dotted is not None:
                return dotted
        if row.kind == "reduction":
            options = {"axis": node.axis, "keepdims": node.keepdims}
            return self._call(row.compute, arrays, node.shape, out, **options)
        return self._call(row.compute, arrays, node.shape, out)

    def _dotted(self, node: Apply, array: Array, out: Array | None) -> Array | None:
        """Add up a small array as a product with ones: NumPy calls that three times as fast."""
        whole = array.ndim < 2 or node.axis is None
        if not array.ndim or (whole and not array.flags.c_contiguous):
            return None
        count = array.size if whole else array.shape[node.axis or 0]
        ones = self._ones(count)
        operands = (array.reshape(-1), ones)
        shape: Shape = ()
        if not whole:
            operands = (ones, array) if node.axis == 0 else (array, ones)
            shape = (array.size // count,)
        target = np.empty(node.shape) if out is None else out
        # Where the sum keeps its dimensions, they are 1 long: the memory is the same.
        self.calls.append(_product(*operands, target.reshape(shape)))
        if node.function == "mean":
            self.calls.append(partial(np.divide, target, np.array(float(count)), target))
        return target

    def _ones(self, size: int) -> Array:
        return self._all_ones.setdefault(size, np.ones(size))

    def _call(
        self,
        compute: Callable[..., object],
        arrays: tuple[Array, ...],
        shape: Shape,
        out: Array | None,
        **options: object,
    ) -> Array:
        key = (compute, tuple(_identity(array) for array in arrays), tuple(options.items()))
        if key in self._seen:
            return self._seen[key]
        target = np.empty(shape) if out is None else out
        if compute is np.dot:
            self.calls.append(_product(arrays[0], arrays[1], target))
        elif isinstance(compute, Chain):
            self.calls += compute.calls(arrays[0], target)
        elif isinstance(compute, Comparison):
            self.calls += compute.calls(arrays[0], arrays[1], target)
        elif isinstance(compute, np.ufunc):
            self.calls.append(filling(compute, self._spread(arrays, target), target))
        else:
            self.calls.append(partial(compute, *arrays, out=target, **options))
        self._seen[key] = target
        return target

    def _spread(self, arrays: tuple[Array, ...], target: Array) -> tuple[Array, ...]:
        """Return operands that need no broadcasting, which costs a small call most of its time.

        One number goes without dimensions, a row or a column is copied.
        """
        if target.size > 1:
            arrays = tuple(a.reshape(()) if a.size == 1 else a for a in arrays)
        narrow = [n for n, a in enumerate(arrays) if a.ndim and a.shape != target.shape]
        if len(narrow) != 1 or target.size > MOST_COPIED:
            return arrays
        # The target's memory is free until the ufunc fills it.
        self.calls.append(partial(np.copyto, target, arrays[narrow[0]]))
        return tuple(target if n == narrow[0] else a for n, a in enumerate(arrays))

    def _literal(self, node: Literal, out: Array | None) -> Array:
        target = np.empty(node.shape)
        cells = target.reshape(len(node.rows), -1)
        for i, row in enumerate(node.rows):
            for j, part in enumerate(row):
                value = self._compile(part)
                cell = cells[i, j : j + 1].reshape(())
                np.copyto(cell, value)
                if not isinstance(part, Number):
                    self.calls.append(partial(np.copyto, cell, value))
        return target


#: The methods that compile parts, by name: other kinds of calls may have their own.
_RULES: dict[type[Node], str] = {
    Number: "_number",
    Name: "_name",
    Operation: "_operation",
    Apply: "_apply",
    Helper: "_helper",
    Hits: "_helper",
    Labelled: "_helper",
    Transpose: "_transpose",
    Pick: "_pick",
    Put: "_put",
    Stack: "_stack",
    Reshape: "_reshape",
    Literal: "_literal",
    Fill: "_fill",
    Constants: "_known",
}


def _identity(array: Array) -> Hashable:
    """Name the memory that an array shows; the call_list keeps all of it alive."""
    return (array.__array_interface__["data"], array.shape, array.strides)


def touched(call: Call) -> Iterator[Array]:
    """Yield the arrays that a call_list's call works on, by its arguments."""
    assert isinstance(call, partial)
    own = getattr(call.func, "__self__", None)
    for argument in (own, *call.args, *call.keywords.values()):
        arrays = argument if isinstance(argument, list) else [argument]
        yield from (array for array in arrays if isinstance(array, np.ndarray))


def filled(call: Call) -> Array:
    """Return the array that a call_list's call writes into."""
    assert isinstance(call, partial)
    last = call.args[0 if call.func is np.copyto else -1]
    target: Array = call.keywords.get("out", last)
    return target


def _product(left: Array, right: Array, out: Array) -> Call:
    # The method is np.dot without the detour that lets other libraries' arrays answer.
    return partial(left.dot, right, out)


def _concatenate(pieces: list[Array], axis: int, target: Array) -> None:
    np.concatenate(pieces, axis=axis, out=target)


def evaluate(expression: Node, values: Callable[[Name], Array]) -> Array:
    """Compute a shaped expression once; `values` returns a name's array."""
    call_list = CallList(values)
    target = np.empty(expression.shape)
    call_list.assign(target, expression)
    with np.errstate(all="ignore"):
        for call in call_list.calls:
            call()
    return target


def evaluate_soundly(expression: Node, values: Callable[[Name], Array]) -> Array | None:
    """Compute a shaped expression once; None where a number on the way is infinite or none.

    A spreadsheet has an error then, whatever NumPy would make of it further on: 1 / (1 / 0).
    """
    call_list = CallList(values)
    target = np.empty(expression.shape)
    call_list.assign(target, expression)
    try:
        with np.errstate(over="raise", invalid="raise", divide="raise", under="ignore"):
            for call in call_list.calls:
                call()
                if not np.isfinite(filled(call)).all():
                    return None
    except FloatingPointError:
        return None
    return target
