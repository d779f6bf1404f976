"""One element → its arithmetic spelled out with numbers: `1 × 0.42 + 0 × 0.1 + 0.46`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic

from tracer.language.build import NOWHERE
from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.expression import Name
from tracer.language.operators import ADDITIVE, COMPARISON, NEGATIVE, OPERATORS
from tracer.language.pieces import Gap, Pieces, between, joined
from tracer.wording import Wording, load

_ATOM = 9
#: What is said behind a number: of how much before it, brackets tell.
_TRAILING = {"round": COMPARISON - 1}
#: What the wording calls a function's arguments.
_ARGUMENTS = ("first", "second", "third")


Show = Callable[[Leaf], str]
#: Writes the number of a cell, or leaves a gap for it.
ShowLater = Callable[[Leaf], str | Pieces[Gap]]


def words(tree: Element, show: Show, wording: Wording | None = None) -> str:
    """Return the arithmetic of an element; `show` writes the number of a cell.

    `wording` says the functions' words; English if not given.
    """
    found = _WordWriter[str](show, None, wording or load()).write(tree)[0]
    assert isinstance(found, str)
    return found


def words_with_gaps(
    tree: Element, show: ShowLater[Gap], bracketed: ShowLater[Gap], wording: Wording
) -> str | Pieces[Gap]:
    """Return the arithmetic of an element with gaps where `show` leaves some.

    `bracketed` is asked where a negative number needs brackets: behind a sign, and as what is
    raised to a power. The number's sign isn't known yet.
    """
    return _WordWriter[Gap](show, bracketed, wording).write(tree)[0]


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
                span, count = NOWHERE, (len(terms),)
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
class _WordWriter(Generic[Gap]):
    """Writes elements; a negative number is in brackets wherever something stands before it."""

    show: ShowLater[Gap]
    bracketed: ShowLater[Gap] | None
    wording: Wording

    def write(self, tree: Element, *, first: bool = True) -> tuple[str | Pieces[Gap], int]:
        """Return an element's text and how tightly its outermost operator binds.

        `first` says that nothing of the same arithmetic stands before it.
        """
        match tree:
            case Constant(value=number):
                text = self.wording.number(f"{number:.10g}".replace("-", "−"))
                return text, _ATOM if number >= 0 else NEGATIVE
            case Leaf():
                shown = self.show(tree)
                negative = isinstance(shown, str) and shown[:1] in "-−"
                return shown, NEGATIVE if negative else _ATOM
            case Reduce(function="sum", terms=terms):
                if len(terms) == 1:
                    return self.write(terms[0], first=first)
                return self._between(" + ", terms, ADDITIVE, ADDITIVE, first=first), ADDITIVE
            case Reduce(function=function, terms=terms):
                sign = self.wording("numbers.between")
                listed = between(sign, [self.write(term)[0] for term in terms])
                return self._call(function, joined("(", listed, ")")), _ATOM
            case Compute(function="neg", args=(arg,)):
                return joined("−", self._inside(arg, _ATOM, first=False)), NEGATIVE
            case Compute(function=function, args=(left, right)) if function in OPERATORS:
                row = OPERATORS[function]
                # What two comparisons in a row mean, no two people agree on.
                binding = row.binding + (row.binding == COMPARISON)
                binding = _ATOM if function == "**" else binding
                sides, sign = (left, right), f" {row.sign} "
                return self._between(
                    sign, sides, binding, row.binding + 1, first=first
                ), row.binding
            case Compute(function=function, args=args):
                texts = [self.write(arg)[0] for arg in args]
                return self._call(function, *texts), _TRAILING.get(function, _ATOM)

    def _call(self, function: str, *texts: str | Pieces[Gap]) -> str | Pieces[Gap]:
        key, named = f"functions.{function}", dict(zip(_ARGUMENTS, texts, strict=False))
        if not any(isinstance(text, Pieces) for text in texts):
            return self.wording(key, **named)
        parts = self.wording.parts(key, **named)
        return joined(*(p if isinstance(p, str | Pieces) else str(p) for p in parts))

    def _between(
        self, sign: str, trees: tuple[Element, ...], left: int, right: int, *, first: bool
    ) -> str | Pieces[Gap]:
        """Return operands with a sign between them; how tightly the first and others must bind."""
        head, *others = trees
        start = self._inside(head, left, first=first)
        return between(sign, [start, *(self._inside(t, right, first=False) for t in others)])

    def _inside(self, tree: Element, binding: int, *, first: bool) -> str | Pieces[Gap]:
        """Return an operand, in brackets if it binds less tightly or has a sign in the middle."""
        if isinstance(tree, Leaf) and self.bracketed is not None:
            # The sign isn't known yet.
            return self.show(tree) if first and binding <= NEGATIVE else self.bracketed(tree)
        text, own = self.write(tree, first=first)
        if own >= binding and (first or own != NEGATIVE):
            return text
        return joined("(", self.write(tree)[0], ")")
