"""Slips of the pen: mistakes in a single cell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np

from tracer.language.elements import Compute, Element, Leaf, Reduce, cells, element, value
from tracer.language.expression import Index, Shape, element_said
from tracer.language.functions import at_decimals
from tracer.practice.mistakes.attempt import Attempt
from tracer.practice.mistakes.kinds import Candidate, CellMistake, detail

#: Elements with more operands are not tried operand by operand.
MOST_OPERANDS = 40
MOST_DIGITS = 15


def _shifted(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    for places in (-3, -2, -1, 1, 2, 3):
        said = detail("to_the_left" if places < 0 else "to_the_right", count=abs(places))
        yield right * 10.0**places, said
        # Rounded first, shifted then.
        yield float(at_decimals(np.array(right), decimals)) * 10.0**places, said


def _swapped(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    text = f"{abs(right):.{min(decimals, MOST_DIGITS)}f}"
    sign = -1.0 if right < 0 else 1.0
    places = [p for p, character in enumerate(text) if character != "."]
    for a, b in pairwise(places):
        if text[a] != text[b]:
            swapped = text[:a] + text[b] + text[a + 1 : b] + text[a] + text[b + 1 :]
            yield sign * float(swapped), detail("both", one=text[a], other=text[b])


def _sign(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    yield -right, ""


def _neighbour(attempt: Attempt, index: Index, right: float, decimals: int) -> Iterator[Candidate]:
    values = attempt.exact(attempt.slot)
    for place in _beside(index, values.shape):
        yield float(values[place]), element_said(attempt.slot.name, place)


def _beside(index: Index, shape: Shape) -> Iterator[Index]:
    """Yield the places up to two rows or columns away."""
    for axis, at in enumerate(index):
        for other in range(max(0, at - 2), min(shape[axis], at + 3)):
            if other != at:
                yield (*index[:axis], other, *index[axis + 1 :])


def _another_operand(
    attempt: Attempt, index: Index, right: float, decimals: int
) -> Iterator[Candidate]:
    """Calculate with one operand taken from beside the right one."""
    tree = element(attempt.expression, index)
    known = _known(attempt, tree)
    for cell in known:
        array, name = attempt.own(attempt.program.slot(cell.name)), cell.name.id
        for place in _beside(cell.origin, array.shape):
            shown = element_said(name, place), element_said(name, cell.origin)
            said = detail("in_place", one=shown[0], other=shown[1])
            yield _value(attempt, tree, {**known, cell: float(array[place])}), said


def _term_left_out(
    attempt: Attempt, index: Index, right: float, decimals: int
) -> Iterator[Candidate]:
    """Leave out one term of a sum, or one of the products in it taken as a sum."""
    tree = element(attempt.expression, index)
    known = _known(attempt, tree)
    for changed, number in _without_a_term(tree) if known else ():
        yield _value(attempt, changed, known), detail("term", number=number)


def _known(attempt: Attempt, tree: Element) -> dict[Leaf, float]:
    """Return what the student calculates an element from; nothing where that is too much."""
    operands = dict.fromkeys(cells(tree))
    if len(operands) > MOST_OPERANDS:
        return {}
    own = {cell: attempt.own(attempt.program.slot(cell.name)) for cell in operands}
    return {cell: float(array[cell.origin]) for cell, array in own.items()}


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


def _value(attempt: Attempt, tree: Element, known: dict[Leaf, float]) -> float:
    with np.errstate(all="ignore"):
        found = value(tree, known.__getitem__)
    return float(at_decimals(np.array(found), attempt.program.decimals))


#: The most common first.
SLIPS = (
    CellMistake("another_element", _another_operand),
    CellMistake("neighbour_copied", _neighbour, copied=True),
    CellMistake("digits_swapped", _swapped, copied=True),
    CellMistake("point_shifted", _shifted, copied=True),
    CellMistake("sign_lost", _sign, copied=True),
    CellMistake("term_of_the_sum_forgotten", _term_left_out),
)
