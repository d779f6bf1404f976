"""Slips of the pen: mistakes in a single cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tracer.language.elements import Compute, Element, Leaf, Reduce, cells, element, value
from tracer.language.expression import Index
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import Candidate, CellMistake

#: Elements with more operands are not tried operand by operand.
MOST_OPERANDS = 40
MOST_DIGITS = 15


def _shifted(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    for places in (-3, -2, -1, 1, 2, 3):
        way = "left" if places < 0 else "right"
        said = f"{abs(places)} to the {way}"
        yield right * 10.0**places, said
        # Rounded first, shifted then.
        yield round(right, decimals) * 10.0**places, said


def _swapped(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    text = f"{abs(right):.{min(decimals, MOST_DIGITS)}f}"
    sign = -1.0 if right < 0 else 1.0
    places = [p for p, character in enumerate(text) if character != "."]
    for a, b in pairwise(places):
        if text[a] != text[b]:
            swapped = text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]
            yield sign * float(swapped), f"{text[a]} and {text[b]}"


def _sign(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    yield -right, ""


def _neighbour(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    values = attempt.exact(attempt.slot)
    for axis, at in enumerate(index):
        for other in range(max(0, at - 2), min(values.shape[axis], at + 3)):
            place = (*index[:axis], other, *index[axis + 1 :])
            if other != at:
                yield float(values[place]), _shown(attempt.slot.name, place)


def _shown(name: str, place: Index) -> str:
    return f"{name}[{', '.join(map(str, place))}]" if place else name


def _another_operand(
    attempt: Attempt, index: Index, right: float, decimals: int
) -> Iterator[Candidate]:
    """Calculate with one operand taken from beside the right one."""
    tree = element(attempt.expression, index)
    operands = list(dict.fromkeys(cells(tree)))
    if len(operands) > MOST_OPERANDS:
        return
    arrays = {id(cell): attempt.own(attempt.program.slot(cell.name)) for cell in operands}

    def of(cell: Leaf) -> float:
        return float(attempt.own(attempt.program.slot(cell.name))[cell.origin])

    known = {cell: of(cell) for cell in operands}
    for cell in operands:
        array = arrays[id(cell)]
        for axis, at in enumerate(cell.origin):
            for other in range(max(0, at - 2), min(array.shape[axis], at + 3)):
                if other == at:
                    continue
                place = (*cell.origin[:axis], other, *cell.origin[axis + 1 :])
                changed = {**known, cell: float(array[place])}
                name = cell.name.id
                said = f"{_shown(name, place)} in place of {_shown(name, cell.origin)}"
                yield _value(tree, changed), said


def _term_left_out(
    attempt: Attempt, index: Index, right: float, decimals: int
) -> Iterator[Candidate]:
    """Leave out one term of a sum, or one of the products in it taken as a sum."""
    tree = element(attempt.expression, index)
    operands = set(cells(tree))
    if len(operands) > MOST_OPERANDS:
        return
    known = {c: float(attempt.own(attempt.program.slot(c.name))[c.origin]) for c in operands}
    for changed, number in _without_a_term(tree):
        yield _value(changed, known), f"term {number}"


def _without_a_term(tree: Element) -> Iterator[tuple[Element, int]]:
    match tree:
        case Reduce(function="sum", terms=terms) if len(terms) > 1:
            for number in range(len(terms)):
                yield replace(tree, terms=(*terms[:number], *terms[number + 1 :])), number + 1
        case Reduce():
            return
        case Compute(args=args):
            for position, arg in enumerate(args):
                for changed, number in _without_a_term(arg):
                    inner = (*args[:position], changed, *args[position + 1 :])
                    yield replace(tree, args=inner), number


def _value(tree: Element, known: dict[Leaf, float]) -> float:
    with np.errstate(all="ignore"):
        return value(tree, known.__getitem__)


Values = Callable[[Attempt, Index, float, int], Iterator[Candidate]]

#: The most common first.
SLIPS = (
    CellMistake("another element used", "{}", _another_operand),
    CellMistake("neighbour copied", "this is the value of {}", _neighbour, copied=True),
    CellMistake("digits swapped", "the digits {} are swapped", _swapped, copied=True),
    CellMistake("decimal point shifted", "the decimal point is {}", _shifted, copied=True),
    CellMistake("sign lost", "the sign is turned", _sign, copied=True),
    CellMistake("a term left out", "{} of the sum is left out", _term_left_out),
)
