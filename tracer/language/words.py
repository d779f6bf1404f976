"""One element → its arithmetic spelled out with numbers: `1 × 0.42 + 0 × 0.1 + 0.46`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.expression import Name, Span
from tracer.language.functions import ADDITIVE, NEGATIVE, OPERATORS
from tracer.wording import Wording, load

_ATOM = 9
#: What the wording calls a function's arguments.
_ARGUMENTS = ("first", "second", "third")


Show = Callable[[Leaf], str]


def words(
    tree: Element, show: Show, bracketed: Show | None = None, wording: Wording | None = None
) -> str:
    """Return the arithmetic of an element; `show` writes the number of a cell.

    `bracketed` writes it where a negative number needs brackets, for a writer that doesn't
    know the sign yet. `wording` says the functions' words; English if not given.
    """
    return _WordWriter(show, bracketed, wording or load()).write(tree)[0]


def shortened(tree: Element, most: int) -> Element:
    """Return an element whose long sums leave out terms: `left_out` tells the cell for those.

    Sums inside sums keep half as many terms.
    """
    match tree:
        case Compute(function=function, args=args):
            return Compute(function, tuple(shortened(arg, most) for arg in args))
        case Reduce(function=function, terms=terms):
            kept = terms
            if len(terms) > most:
                span, count = Span(0, 0), (len(terms),)
                name = Name(span=span, id=_LEFT_OUT)
                kept = (*terms[: most - 1], Leaf(name, count, name, count), terms[-1])
            return Reduce(function, tuple(shortened(term, max(2, most // 2)) for term in kept))
    return tree


def left_out(cell: Leaf, wording: Wording | None = None) -> str | None:
    """Return what to write for terms that `shortened` left out; None for any other cell."""
    if cell.name.id != _LEFT_OUT:
        return None
    return (wording or load())("drawing.left_out", count=cell.index[0])


#: No equation can call a quantity this.
_LEFT_OUT = "…"


@dataclass(frozen=True)
class _WordWriter:
    show: Show
    bracketed: Show | None
    wording: Wording

    def write(self, tree: Element) -> tuple[str, int]:
        """Return an element's text and how tightly its outermost operator binds."""
        match tree:
            case Constant(value=number):
                text = self.wording.number(f"{number:.10g}".replace("-", "−"))
                return text, _ATOM if number >= 0 else NEGATIVE
            case Leaf():
                text = self.show(tree)
                return text, NEGATIVE if text[:1] in "-−" else _ATOM
            case Reduce(function="sum", terms=terms):
                if len(terms) == 1:
                    return self.write(terms[0])
                return " + ".join(self._inside(term, ADDITIVE) for term in terms), ADDITIVE
            case Reduce(function=function, terms=terms):
                between = self.wording("numbers.between")
                listed = between.join(self.write(term)[0] for term in terms)
                return self._call(function, f"({listed})"), _ATOM
            case Compute(function="neg", args=(arg,)):
                return f"−{self._inside(arg, _ATOM)}", NEGATIVE
            case Compute(function=function, args=(left, right)) if function in OPERATORS:
                row = OPERATORS[function]
                first = self._inside(left, _ATOM if function == "**" else row.binding)
                second = self._inside(right, row.binding + 1)
                return f"{first} {row.sign} {second}", row.binding
            case Compute(function=function, args=args):
                texts = [self.write(arg)[0] for arg in args]
                return self._call(function, *texts), _ATOM

    def _call(self, function: str, *texts: str) -> str:
        return self.wording(f"functions.{function}", **dict(zip(_ARGUMENTS, texts, strict=False)))

    def _inside(self, tree: Element, binding: int) -> str:
        if isinstance(tree, Leaf) and binding > NEGATIVE and self.bracketed is not None:
            return self.bracketed(tree)
        text, own = self.write(tree)
        return f"({text})" if own < binding else text
