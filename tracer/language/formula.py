"""One element → a spreadsheet formula that every spreadsheet program computes alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from tracer.language.addresses import column_letters as column_letters
from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.functions import (
    ADDITIVE,
    MULTIPLICATIVE,
    NEGATIVE,
    OPERATORS,
    POWER,
    PRIMITIVES,
)
from tracer.language.source import typed_number

#: A sum with more terms than this is written over ranges where its cells lie in line.
MOST_WRITTEN_TERMS = 8
MOST_ARGUMENTS = 255
LONGEST_FORMULA = 8_192
DEEPEST_FORMULA = 64
_ATOM = 9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cell lies: row and column counted from 1; `sheet` as a formula writes it.

    A cell that is `alone` is never referred to as part of a range.
    """

    row: int
    column: int
    sheet: str = ""
    fixed_row: bool = False
    fixed_column: bool = False
    alone: bool = False

    def text(self) -> str:
        """Return the reference, such as `B5`, `$C$3` or `Inputs!C5`."""
        return self.sheet + self.local()

    def local(self) -> str:
        """Return the reference without its sheet."""
        column = ("$" if self.fixed_column else "") + column_letters(self.column)
        return f"{column}{'$' if self.fixed_row else ''}{self.row}"


def quoted_sheet(title: str) -> str:
    """Return a sheet's name as a formula writes it before a reference."""
    plain = title.isidentifier() and title.isascii() and not title[-1].isdigit()
    return title + "!" if plain else "'" + title.replace("'", "''") + "'!"


class FormulaTooLong(Exception):
    """The formula would be longer, or nested deeper, than a spreadsheet allows."""


def formula(tree: Element, place: Callable[[Leaf], Place]) -> str:
    """Return the formula of an element, without its leading `=`.

    `place` says where each cell lies. Raises FormulaTooLong above 8,192 characters or 64
    levels of brackets.
    """
    text = _boolean_as_number(tree, place)
    if len(text) > LONGEST_FORMULA - 1 or _depth(text) > DEEPEST_FORMULA:
        raise FormulaTooLong
    return text


def _depth(text: str) -> int:
    if text.count("(") <= DEEPEST_FORMULA:
        return 0
    return max(accumulate((character == "(") - (character == ")") for character in text))


def _boolean_as_number(tree: Element, place: Callable[[Leaf], Place]) -> str:
    text = _write(tree, place)[0]
    return f"IF({text},1,0)" if _compares(tree) else text


def _compares(tree: Element) -> bool:
    return isinstance(tree, Compute) and tree.function in ("<", "<=", ">", ">=", "==", "!=")


def _write(tree: Element, place: Callable[[Leaf], Place]) -> tuple[str, int]:
    """Return an element's text and how tightly its outermost operator binds."""
    match tree:
        case Constant(value=number):
            return number_text(number), _ATOM if number >= 0 else NEGATIVE
        case Leaf():
            return place(tree).text(), _ATOM
        case Reduce():
            return _gather(tree, place)
        case Compute(function=function, args=args) if function in OPERATORS:
            return _operation(function, args, place)
        case Compute(function=function, args=args):
            return _call(function, args, place)


def number_text(number: float) -> str:
    """Return a number as a formula writes it: shortest exact form, whole numbers without point."""
    return typed_number(number).upper()


def _inside(tree: Element, place: Callable[[Leaf], Place], binding: int) -> str:
    """Return an operand's text, in brackets where its operator binds less tightly."""
    text, own = _write(tree, place)
    if _compares(tree):
        return f"IF({text},1,0)"
    return f"({text})" if own < binding else text


def _operation(
    operator: str, args: tuple[Element, ...], place: Callable[[Leaf], Place]
) -> tuple[str, int]:
    row = OPERATORS[operator]
    if operator == "neg":
        # A spreadsheet's minus sign binds tighter than its power: -(B5^2) needs brackets.
        return f"-{_inside(args[0], place, _ATOM)}", NEGATIVE
    if operator == "**":
        # Powers group to the left in spreadsheets, to the right in Python.
        base, exponent = (_inside(arg, place, _ATOM) for arg in args)
        return f"{base}^{exponent}", POWER
    left = _inside(args[0], place, row.binding)
    # The right operand keeps its brackets also at equal strength: the order of the
    # arithmetic is the order of the equation.
    right = _inside(args[1], place, row.binding + 1)
    return f"{left}{row.excel}{right}", row.binding


def _call(
    function: str, args: tuple[Element, ...], place: Callable[[Leaf], Place]
) -> tuple[str, int]:
    row = PRIMITIVES[function]
    bare = [
        _write(arg, place)[0]
        if function == "where" and i == 0 and _compares(arg)
        else _boolean_as_number(arg, place)
        for i, arg in enumerate(args)
    ]
    return row.excel.format(*bare), _ATOM if row.atomic else MULTIPLICATIVE


def _gather(tree: Reduce, place: Callable[[Leaf], Place]) -> tuple[str, int]:
    ranged = _over_ranges(tree, place)
    if ranged:
        return ranged, _ATOM
    texts = [_boolean_as_number(term, place) for term in tree.terms]
    count = len(texts)
    if tree.function in ("sum", "mean"):
        joined = "+".join(_inside(term, place, ADDITIVE) for term in tree.terms)
        if tree.function == "sum":
            return joined, ADDITIVE if count > 1 else _write(tree.terms[0], place)[1]
        return f"({joined})/{count}", MULTIPLICATIVE
    row = PRIMITIVES[tree.function]
    while tree.function in ("max", "min") and len(texts) > MOST_ARGUMENTS:
        texts = [
            row.excel.format(",".join(texts[i : i + MOST_ARGUMENTS]))
            for i in range(0, len(texts), MOST_ARGUMENTS)
        ]
    if len(texts) > MOST_ARGUMENTS:
        raise FormulaTooLong
    return row.excel.format(",".join(texts)), _ATOM


def _over_ranges(tree: Reduce, place: Callable[[Leaf], Place]) -> str | None:
    """Write a gathering over ranges, where the cells lie in line; else return None."""
    terms = tree.terms
    plain = [place(term) for term in terms if isinstance(term, Leaf)]
    if len(plain) == len(terms):
        if tree.function == "sum" and len(terms) <= 2:
            return None
        area = rectangle(plain)
        return PRIMITIVES[tree.function].excel.format(area) if area else None
    if tree.function != "sum" or len(terms) <= MOST_WRITTEN_TERMS:
        return None
    pairs = [
        (place(left), place(right))
        for term in terms
        if isinstance(term, Compute) and term.function == "*"
        for left, right in [term.args]
        if isinstance(left, Leaf) and isinstance(right, Leaf)
    ]
    if len(pairs) != len(terms):
        return None
    lefts, rights = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    first, second = rectangle(lefts), rectangle(rights)
    if first is None or second is None:
        return None
    left_lies, right_lies = _lies(lefts), _lies(rights)
    if left_lies == right_lies and left_lies:
        return f"SUMPRODUCT({first},{second})"
    if (left_lies, right_lies) == ("across", "down"):
        return f"SUMPRODUCT(MMULT({first},{second}))"
    if (left_lies, right_lies) == ("down", "across"):
        return f"SUMPRODUCT(MMULT({second},{first}))"
    return None


def _lies(places: Sequence[Place]) -> str:
    if len({place.row for place in places}) == 1:
        return "across"
    return "down" if len({place.column for place in places}) == 1 else ""


def rectangle(places: Sequence[Place]) -> str | None:
    """Return the range that the places fill, row by row in their order; None if they don't."""
    first, last = places[0], places[-1]
    width = last.column - first.column + 1
    height = last.row - first.row + 1
    if first.alone or width < 1 or height < 1 or width * height != len(places) or len(places) < 2:
        return None
    for number, place in enumerate(places):
        down, across = divmod(number, width)
        if place.row != first.row + down or place.column != first.column + across:
            break
        if place.sheet != first.sheet or place.fixed_row != first.fixed_row:
            return None
    else:
        return f"{first.text()}:{last.local()}"
    return None
