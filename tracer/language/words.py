"""One element → its arithmetic spelled out with numbers: `1 × 0.42 + 0 × 0.1 + 0.46`."""

from __future__ import annotations

from collections.abc import Callable

from tracer.language.elements import Cell, Compute, Constant, Element, Gather
from tracer.language.functions import ADDITIVE, NEGATIVE, OPERATORS, PRIMITIVES

_ATOM = 9


def words(tree: Element, show: Callable[[Cell], str]) -> str:
    """Return the arithmetic of an element; `show` writes the number of a cell."""
    return _write(tree, show)[0]


def _write(tree: Element, show: Callable[[Cell], str]) -> tuple[str, int]:
    match tree:
        case Constant(value=number):
            return f"{number:.10g}".replace("-", "−"), _ATOM if number >= 0 else NEGATIVE
        case Cell():
            text = show(tree)
            return text, NEGATIVE if text[:1] in "-−" else _ATOM
        case Gather(function="sum", terms=terms):
            if len(terms) == 1:
                return _write(terms[0], show)
            return " + ".join(_inside(term, show, ADDITIVE) for term in terms), ADDITIVE
        case Gather(function=function, terms=terms):
            listed = ", ".join(_write(term, show)[0] for term in terms)
            return PRIMITIVES[function].words.format(f"({listed})"), _ATOM
        case Compute(function="neg", args=(arg,)):
            return f"−{_inside(arg, show, _ATOM)}", NEGATIVE
        case Compute(function=function, args=(left, right)) if function in OPERATORS:
            row = OPERATORS[function]
            first = _inside(left, show, _ATOM if function == "**" else row.binding)
            second = _inside(right, show, row.binding + 1)
            return f"{first} {row.sign} {second}", row.binding
        case Compute(function=function, args=args):
            texts = [_write(arg, show)[0] for arg in args]
            return PRIMITIVES[function].words.format(*texts), _ATOM


def _inside(tree: Element, show: Callable[[Cell], str], binding: int) -> str:
    text, own = _write(tree, show)
    return f"({text})" if own < binding else text
