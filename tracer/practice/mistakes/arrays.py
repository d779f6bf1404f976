"""Rows and columns: transposed, multiplied, summed and averaged the wrong way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import prod

from tracer.language.build import NOWHERE, number, operation
from tracer.language.expression import Apply, Name, Node, Pick, Stack, Transpose
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import (
    Change,
    Mistake,
    arguments,
    detail,
    flat,
    is_count,
    is_operation,
    renamed,
)
from tracer.wording import Said

#: Rows or columns of larger arrays are not tried one by one.
MOST_TURNS = 6
#: By so many rows or columns whole results are moved, up or down.
MOST_MOVED = 3


def _result_transposed(attempt: Attempt, node: Node) -> Iterator[Change]:
    shape = node.shape
    if len(shape) == 2 and shape[0] == shape[1] > 1:
        yield Transpose(arg=node, span=NOWHERE), attempt.slot.name


def _operand_transposed(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Transpose) and not flat(node.shape):
        yield node.arg, attempt.text(node)
    elif isinstance(node, Name) and not flat(node.shape):
        yield Transpose(arg=node, span=NOWHERE), attempt.text(node)


def _elementwise(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "@"):
        left, right = arguments(node)
        for a, b in ((left, right), (_turned(left), right), (left, _turned(right))):
            yield operation("*", a, b), attempt.text(node)


def _turned(node: Node) -> Node:
    return node.arg if isinstance(node, Transpose) else Transpose(arg=node, span=NOWHERE)


def _matrix_product(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "*"):
        left, right = arguments(node)
        for a, b in ((left, right), (_turned(left), right), (left, _turned(right))):
            yield operation("@", a, b), attempt.text(node)


def _factors_exchanged(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "@"):
        left, right = arguments(node)
        yield operation("@", right, left), attempt.text(node)


def _sum_for_mean(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.function == "mean":
        yield replace(node, function="sum"), attempt.text(node)


def _mean_for_sum(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.function == "sum":
        yield replace(node, function="mean"), attempt.text(node)
    elif is_operation(node, "@"):
        inner = arguments(node)[0].shape[-1]
        if inner > 1:
            yield operation("/", node, number(inner)), attempt.text(node)


def _divided_by_samples(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Divide the whole by a number of samples that the lesson knows."""
    slots = attempt.program.of_role("given", "prepared", "batch")
    sizes = {size for slot in slots for size in slot.shape if size > 1}
    if attempt.slot.size == 1 or attempt.phase == "backward":
        for size in sorted(sizes)[:4]:
            yield operation("/", node, number(size)), f"1/{size}"
            yield operation("*", node, number(size)), f"{size}"


def _divided_twice(attempt: Attempt, node: Node) -> Iterator[Change]:
    if is_operation(node, "/"):
        below = arguments(node)[1]
        if is_count(attempt, below):
            yield operation("/", node, below), attempt.text(below)


def _one_less(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Divide by n - 1 instead of n: the sample variance of Excel's VAR, of R and of pandas."""
    if isinstance(node, Apply) and node.function in ("var", "mean"):
        count = prod(node.args[0].shape) // max(1, prod(node.shape))
        if count > 1:
            yield operation("*", node, number(count / (count - 1))), _less(count)
    elif is_operation(node, "/"):
        above, below = arguments(node)
        if is_count(attempt, below):
            less = operation("-", below, number(1))
            yield operation("/", above, less), detail("one_less", part=attempt.text(below))


def _less(count: int) -> Said:
    return detail("less_than_n", less=count - 1, count=count)


def _other_axis(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.axis is not None and len(node.args[0].shape) == 2:
        other = replace(node, axis=1 - node.axis, keepdims=False)
        yield _shaped_like(other, node), attempt.text(node)
        yield replace(node, axis=1 - node.axis), attempt.text(node)


def _shaped_like(vector: Node, node: Apply) -> Node:
    """Lay a vector out as the reduction it stands for."""
    if not node.keepdims:
        return vector
    everything = slice(None, None, None)
    items = (None, everything) if node.axis == 0 else (everything, None)
    return Pick(arg=vector, items=items, span=NOWHERE)


def _over_everything(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Apply) and node.axis is not None:
        yield replace(node, axis=None, keepdims=False), attempt.text(node)


def _one_of_the_sum(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Take one row or column where all are to be added up."""
    if not isinstance(node, Apply) or node.function not in ("sum", "mean"):
        return
    arg = node.args[0]
    if node.axis is None or len(arg.shape) != 2:
        for position in range(min(MOST_TURNS, arg.shape[0] if len(arg.shape) == 1 else 0)):
            yield Pick(arg=arg, items=(position,), span=NOWHERE), _nth(position, 0)
        return
    everything = slice(None, None, None)
    for position in range(min(MOST_TURNS, arg.shape[node.axis])):
        kept = slice(position, position + 1) if node.keepdims else position
        items = (kept, everything) if node.axis == 0 else (everything, kept)
        yield Pick(arg=arg, items=items, span=NOWHERE), _nth(position, node.axis)


def _nth(position: int, axis: int) -> Said:
    return detail("column" if axis else "row", number=position + 1)


def _one_sample(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Take one sample's part of a product that adds up over all samples."""
    if is_operation(node, "@") and attempt.phase in ("backward", "update"):
        left, right = arguments(node)
        if len(left.shape) == 2 and len(right.shape) == 2 and 1 < left.shape[1] <= MOST_TURNS:
            everything = slice(None, None, None)
            for k in range(left.shape[1]):
                one = slice(k, k + 1)
                a = Pick(arg=left, items=(everything, one), span=NOWHERE)
                b = Pick(arg=right, items=(one, everything), span=NOWHERE)
                yield operation("@", a, b), detail("sample", number=k + 1)


def _other_rows(axis: int) -> Callable[[Attempt, Node], Iterator[Change]]:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        """Read another row (or column) of an operand, all of them moved by as many."""
        for name in attempt.names:
            shape = name.shape
            if len(shape) <= axis or not 1 < shape[axis] <= MOST_TURNS:
                continue
            for turn in range(1, shape[axis]):
                yield renamed(node, name, _rolled(name, turn, axis)), name.id

    return change


def _moved(axis: int) -> Callable[[Attempt, Node], Iterator[Change]]:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        """Write the result's rows (or columns) down some places off, the rest of them first."""
        shape = node.shape
        for turn in _turns(shape[axis]) if axis < len(shape) <= 2 else ():
            here, there = (0, turn) if turn > 0 else (-turn, 0)
            said = detail("moved", here=_nth(here, axis), there=_nth(there, axis))
            yield _rolled(node, -turn % shape[axis], axis), said

    return change


def _turns(size: int) -> Iterator[int]:
    """Yield by how many of so many places rows may be moved, down and up; each turn once."""
    for by in range(1, min(MOST_MOVED, size // 2) + 1):
        yield by
        if by % size != -by % size:
            yield -by


def _rolled(name: Node, turn: int, axis: int) -> Node:
    everything = slice(None, None, None)

    def part(low: int | None, high: int | None) -> Node:
        kept = slice(low, high)
        items = (kept,) if axis == 0 else (everything, kept)
        return Pick(arg=name, items=items, span=NOWHERE)

    along = 1 if len(name.shape) == 1 else axis
    return Stack(args=(part(turn, None), part(None, turn)), axis=along, span=NOWHERE)


def _one_row_for_all(axis: int) -> Callable[[Attempt, Node], Iterator[Change]]:
    def change(attempt: Attempt, node: Node) -> Iterator[Change]:
        """Read the same row (or column) of an operand for all of them."""
        everything = slice(None, None, None)
        for name in attempt.names:
            shape = name.shape
            if len(shape) != 2 or not 1 < shape[axis] <= MOST_TURNS:
                continue
            for position in range(shape[axis]):
                one = slice(position, position + 1)
                items = (one, everything) if axis == 0 else (everything, one)
                picked = Pick(arg=name, items=items, span=NOWHERE)
                same = operation("+", operation("*", name, number(0)), picked)
                yield (
                    renamed(node, name, same),
                    detail("of", which=_nth(position, axis), name=name.id),
                )

    return change


def _sibling(attempt: Attempt, node: Node) -> Iterator[Change]:
    """Read a quantity whose name differs in one digit: w7 for w8, beta1 for beta2."""
    for name in attempt.names:
        for other in _siblings(attempt, name):
            yield renamed(node, name, other), detail("in_place", one=other.id, other=name.id)


def _sibling_once(attempt: Attempt, node: Node) -> Iterator[Change]:
    if isinstance(node, Name):
        for other in _siblings(attempt, node):
            yield other, detail("in_place", one=other.id, other=node.id)


def _siblings(attempt: Attempt, name: Name) -> Iterator[Name]:
    if attempt.slot_of(name) is None:
        return
    for slot in attempt.program.slots:
        if (
            slot.key != attempt.slot.key
            and slot.shape == name.shape
            and siblings(slot.name, name.id)
        ):
            yield attempt.name(slot)


def siblings(a: str, b: str) -> bool:
    """Say whether two names differ in exactly one digit, as w7 and w8."""
    if len(a) != len(b):
        return False
    apart = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
    return len(apart) == 1 and apart[0][0].isdigit() and apart[0][1].isdigit()


def _siblings_exchanged(attempt: Attempt, node: Node) -> Iterator[Change]:
    read = attempt.names
    for position, one in enumerate(read):
        for other in read[position + 1 :]:
            if one.shape == other.shape and siblings(one.id, other.id):
                aside = attempt.hold(attempt.own(attempt.program.slot(one)))
                swapped = renamed(renamed(renamed(node, one, aside), other, one), aside, other)
                yield swapped, detail("both", one=one.id, other=other.id)


ARRAYS = (
    Mistake("rows_and_columns", "part", _other_axis, 1),
    Mistake("transposed", "whole", _result_transposed, 1),
    Mistake("operand_transposed", "part", _operand_transposed, 1),
    Mistake("elementwise_not_matrix", "part", _elementwise, 1),
    Mistake("matrix_not_elementwise", "part", _matrix_product, 1),
    Mistake("factors_exchanged", "part", _factors_exchanged),
    Mistake("summed_not_averaged", "part", _sum_for_mean, 1),
    Mistake("averaged_not_summed", "part", _mean_for_sum, 1),
    Mistake("factor_one_over_n", "whole", _divided_by_samples),
    Mistake("divided_twice", "part", _divided_twice),
    Mistake("one_less_than_the_count", "part", _one_less),
    Mistake("sum_over_everything", "part", _over_everything),
    Mistake("one_row_of_the_sum", "part", _one_of_the_sum),
    Mistake("one_sample_of_the_product", "part", _one_sample),
    Mistake("rows_moved", "whole", _moved(0), 1, typing=True),
    Mistake("columns_moved", "whole", _moved(1), 1, typing=True),
    Mistake("another_row", "whole", _other_rows(0)),
    Mistake("another_column", "whole", _other_rows(1)),
    Mistake("one_row_for_all", "whole", _one_row_for_all(0)),
    Mistake("one_column_for_all", "whole", _one_row_for_all(1)),
    Mistake("sibling", "whole", _sibling, 1),
    Mistake("sibling_once", "part", _sibling_once),
    Mistake("two_exchanged", "whole", _siblings_exchanged, 1),
)
