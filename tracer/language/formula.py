"""One element → a spreadsheet formula that every spreadsheet program computes alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import overload

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.functions import PRIMITIVES, Function
from tracer.language.kernels import FURTHER
from tracer.language.least import LeastLengths
from tracer.language.nearly import COMPARISONS, MIRRORED, NEAR
from tracer.language.operators import (
    ADDITIVE,
    COMPARISON,
    MULTIPLICATIVE,
    NEGATIVE,
    OPERATORS,
    POWER,
    is_comparison,
)
from tracer.language.pieces import between, filled, joined
from tracer.language.places import Place, Text, written
from tracer.language.source import typed_number

#: A sum with more terms than this is written over ranges where its cells lie in line.
MOST_WRITTEN_TERMS = 8
MOST_ARGUMENTS = 255
LONGEST_FORMULA = 8_192
DEEPEST_FORMULA = 64
#: Room for what sheets write around a formula (ROUND, or IF all inputs are there), and for a
#: reference's row, which may have so many more digits where it moves to.
AROUND, LONGER_REFERENCE = 80, 6
_ATOM = 9


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
    return written(moving_formula(tree, place))


def moving_formula(tree: Element, place: Callable[[Leaf], Place]) -> Text:
    """Return the formula of an element, as `formula` does, over places some of which move."""
    if LeastLengths().length(tree) > LONGEST_FORMULA - 1:
        raise FormulaTooLong
    found = _boolean_as_number(tree, place)
    text = written(found)
    if len(text) + _room(found) > LONGEST_FORMULA - 1 or _depth(text) > DEEPEST_FORMULA:
        raise FormulaTooLong
    return found


def _room(found: Text) -> int:
    """Return how many characters a formula may grow by: references that move, what goes around."""
    moving = 0 if isinstance(found, str) else sum(not isinstance(p, str) for p in found.pieces)
    return AROUND + LONGER_REFERENCE * moving


def _depth(text: str) -> int:
    if text.count("(") <= DEEPEST_FORMULA:
        return 0
    return max(accumulate((character == "(") - (character == ")") for character in text))


def _boolean_as_number(tree: Element, place: Callable[[Leaf], Place]) -> Text:
    text = _write(tree, place)[0]
    return joined("IF(", text, ",1,0)") if _compares(tree) else text


def _compares(tree: Element) -> bool:
    return isinstance(tree, Compute) and is_comparison(tree.function)


def _write(tree: Element, place: Callable[[Leaf], Place]) -> tuple[Text, int]:
    """Return an element's text and how tightly its outermost operator binds."""
    match tree:
        case Constant(value=number):
            return number_text(number), _ATOM if number >= 0 else NEGATIVE
        case Leaf():
            return place(tree).reference(), _ATOM
        case Reduce():
            return _gather(tree, place)
        case Compute(function=function, args=args) if function in OPERATORS:
            return _operation(function, args, place)
        case Compute(function=function, args=args):
            return _call(function, args, place)


def number_text(number: float) -> str:
    """Return a number as a formula writes it: shortest exact form, whole numbers without point."""
    return typed_number(number).upper()


def _inside(tree: Element, place: Callable[[Leaf], Place], binding: int) -> Text:
    """Return an operand's text, in brackets where its operator binds less tightly."""
    text, own = _write(tree, place)
    if _compares(tree):
        return joined("IF(", text, ",1,0)")
    return joined("(", text, ")") if own < binding else text


def _operation(
    operator: str, args: tuple[Element, ...], place: Callable[[Leaf], Place]
) -> tuple[Text, int]:
    row = OPERATORS[operator]
    if is_comparison(operator) and not row.excel:
        return _nearly(operator, args, place), COMPARISON
    if operator == "neg":
        # A spreadsheet's minus sign binds tighter than its power: -(B5^2) needs brackets.
        return joined("-", _inside(args[0], place, _ATOM)), NEGATIVE
    if operator == "**":
        # Powers group to the left in spreadsheets, to the right in Python.
        power = between("^", [_inside(arg, place, _ATOM) for arg in args])
        if _is_not_zero(args[1]):
            return power, POWER
        # In Excel, 0 to the power of 0 is an error.
        return joined("IF(", _boolean_as_number(args[1], place), "=0,1,", power, ")"), _ATOM
    left = _inside(args[0], place, row.binding)
    # The right operand keeps its brackets also at equal strength: the order of the
    # arithmetic is the order of the equation.
    right = _inside(args[1], place, row.binding + 1)
    return joined(left, row.excel, right), row.binding


@overload
def rounded(text: str, decimals: int | None) -> str: ...


@overload
def rounded(text: Text, decimals: int | None) -> Text: ...


def rounded(text: Text, decimals: int | None) -> Text:
    """Return a formula that rounds as `round_nearly` does; itself where nothing is rounded."""
    if decimals is None:
        return text
    return joined("ROUND(ROUND(", text, f",{decimals + FURTHER}),{decimals})")


def _is_not_zero(exponent: Element) -> bool:
    return isinstance(exponent, Constant) and exponent.value != 0


def _nearly(operator: str, args: tuple[Element, ...], place: Callable[[Leaf], Place]) -> Text:
    """Write a comparison in which nearly equal numbers are equal: see `tracer.language.nearly`."""
    if isinstance(args[0], Constant):
        operator, args = MIRRORED[operator], args[::-1]
    row, (left, right) = COMPARISONS[operator], args
    first = _inside(left, place, ADDITIVE)
    if isinstance(right, Constant) and row.side:
        return joined(first, row.sign, number_text(row.bound(right.value)))
    apart = first
    if right != Constant(0.0):
        apart = joined(first, "-", _inside(right, place, ADDITIVE + 1))
    if not row.side:
        apart = joined("ABS(", apart, ")")
    if isinstance(right, Constant):
        return joined(apart, row.sign, number_text(row.bound(right.value)))
    # Nearly equal numbers are of the same size: the shorter of both says which.
    size = min((first, _boolean_as_number(right, place)), key=lambda text: len(written(text)))
    minus = "-" if row.side < 0 else ""
    return joined(apart, row.sign, f"{minus}{NEAR:G}*(1+ABS(", size, "))")


def _call(
    function: str, args: tuple[Element, ...], place: Callable[[Leaf], Place]
) -> tuple[Text, int]:
    row = PRIMITIVES[function]
    match args:
        case (number, Constant(value=decimals)) if function == "round":
            return rounded(_boolean_as_number(number, place), int(decimals)), _ATOM
    bare = [
        _write(arg, place)[0]
        if function == "where" and i == 0 and _compares(arg)
        else _boolean_as_number(arg, place)
        for i, arg in enumerate(args)
    ]
    return filled(row.excel, *bare), _ATOM if row.atomic else MULTIPLICATIVE


def _gather(tree: Reduce, place: Callable[[Leaf], Place]) -> tuple[Text, int]:
    if PRIMITIVES[tree.function].place_of:
        return _place_of(PRIMITIVES[tree.function], tree, place), _ATOM
    ranged = _over_ranges(tree, place)
    if ranged is not None:
        return ranged, _ATOM if PRIMITIVES[tree.function].atomic else ADDITIVE
    texts = [_boolean_as_number(term, place) for term in tree.terms]
    count = len(texts)
    if tree.function in ("sum", "mean"):
        total = between("+", [_inside(term, place, ADDITIVE) for term in tree.terms])
        if tree.function == "sum":
            return total, ADDITIVE if count > 1 else _write(tree.terms[0], place)[1]
        return joined("(", total, f")/{count}"), MULTIPLICATIVE
    row = PRIMITIVES[tree.function]
    if len(texts) > MOST_ARGUMENTS and tree.function not in ("max", "min"):
        raise FormulaTooLong
    return _over(row, texts), _ATOM


def _over(row: Function, texts: Sequence[Text]) -> Text:
    """Return a function of arguments, of parts of them where they are too many."""
    while len(texts) > MOST_ARGUMENTS:
        texts = [
            filled(row.excel, between(",", texts[i : i + MOST_ARGUMENTS]))
            for i in range(0, len(texts), MOST_ARGUMENTS)
        ]
    return filled(row.excel, between(",", texts))


def _place_of(row: Function, tree: Reduce, place: Callable[[Leaf], Place]) -> Text:
    """Write where the first of the largest (or smallest) numbers stands, one after the other."""
    if len(tree.terms) > DEEPEST_FORMULA:
        raise FormulaTooLong
    among = Reduce(row.place_of, tree.terms)
    least = row.place_of == "min"
    found: Text = str(len(tree.terms) - 1)
    for number, term in reversed([*enumerate(tree.terms[:-1])]):
        holds = _nearly("<=" if least else ">=", (term, among), place)
        found = filled("IF({0},{1},{2})", holds, str(number), found)
    return found


def _over_ranges(tree: Reduce, place: Callable[[Leaf], Place]) -> Text | None:
    """Write a gathering over ranges, where the cells lie in line; else return None."""
    terms = tree.terms
    plain = [place(term) for term in terms if isinstance(term, Leaf)]
    if len(plain) < len(terms):
        return _products(tree, place)
    if tree.function == "sum" and len(terms) <= 2:
        return None
    area = rectangle(plain)
    return None if area is None else filled(PRIMITIVES[tree.function].excel, area)


def _products(tree: Reduce, place: Callable[[Leaf], Place]) -> Text | None:
    """Write a long sum of products over the ranges in which their factors lie."""
    terms = tree.terms
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
    form = _PRODUCTS.get((_lies(lefts), _lies(rights)))
    if first is None or second is None or form is None:
        return None
    return filled(form, first, second)


#: How products are added up by how their factors lie.
_PRODUCTS = {
    ("across", "across"): "SUMPRODUCT({0},{1})",
    ("down", "down"): "SUMPRODUCT({0},{1})",
    ("across", "down"): "SUMPRODUCT(MMULT({0},{1}))",
    ("down", "across"): "SUMPRODUCT(MMULT({1},{0}))",
}


def _lies(places: Sequence[Place]) -> str:
    if len({place.row for place in places}) == 1:
        return "across"
    return "down" if len({place.column for place in places}) == 1 else ""


def rectangle(places: Sequence[Place]) -> Text | None:
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
        if (place.down, place.right) != (first.down, first.right):
            return None
    else:
        return joined(first.reference(), ":", last.corner())
    return None
