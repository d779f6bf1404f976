"""How long a formula becomes at least, and how deeply nested: asked before it is written out.

Elements may share parts: where three neurons read the same two, each of those is one part that
is used three times. Written out, each use is a text of its own, so that a network's length
multiplies with every layer. Asking takes a time in proportion to the parts, not to the text.
"""

from __future__ import annotations

from functools import cache

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce
from tracer.language.functions import PRIMITIVES
from tracer.language.operators import OPERATORS

#: The shortest reference; a number or a sign has at least one character.
_REFERENCE = 2


class LeastLengths:
    """The least length of each element that was asked for, and of all its parts.

    An element is known by being the same, not by being equal: comparing would walk through it.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[Element, int, int]] = {}

    def length(self, tree: Element) -> int:
        """Return how many characters an element's formula has at least, wherever its cells lie."""
        return self._of(tree)[1]

    def levels(self, tree: Element) -> int:
        """Return how many operations are nested in an element."""
        return self._of(tree)[2]

    def _of(self, tree: Element) -> tuple[Element, int, int]:
        known = self._known.get(id(tree))
        if known is None:
            # With the element itself: what is kept is not deleted, and no other gets its id.
            known = self._known[id(tree)] = (tree, *self._measured(tree))
        return known

    def _measured(self, tree: Element) -> tuple[int, int]:
        match tree:
            case Leaf():
                return _REFERENCE, 0
            case Constant():
                return 1, 0
            case Compute(function=function, args=args):
                own, uses = _form(function, len(args))
                parts = [self._of(arg) for arg in args]
                length = own + sum(n * part[1] for n, part in zip(uses, parts, strict=True))
            case Reduce(terms=terms):
                parts = [self._of(term) for term in terms]
                # Of cells in line, a range is written, however many they are.
                in_line = all(map(_may_lie_in_line, terms))
                length = _REFERENCE if in_line else sum(part[1] for part in parts)
        return length, 1 + max((part[2] for part in parts), default=0)


@cache
def _form(function: str, count: int) -> tuple[int, tuple[int, ...]]:
    """Return how many characters a function adds, and how often it uses each argument."""
    if function in OPERATORS:
        return 1, (1,) * count
    form = PRIMITIVES[function].excel
    uses = tuple(form.count(f"{{{k}}}") for k in range(count))
    return len(form) - sum(uses) * len("{0}"), uses


def _may_lie_in_line(term: Element) -> bool:
    match term:
        case Compute(function="*", args=(Leaf(), Leaf())):
            return True
    return isinstance(term, Leaf)
