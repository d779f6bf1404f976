"""What the rules of differentiation share: gradients so far, whose are wanted, and their names.

A rule hands every operand its share of a gradient; which rule a node has, `derive` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal as OneOf

from tracer.calculus.algebra import (
    ONE,
    ZERO,
    Term,
    Terms,
    added,
    expression,
    filled,
    is_plain,
    operation,
    terms,
)
from tracer.calculus.fitted import fitted
from tracer.calculus.scatter import Piece, gathered
from tracer.language.calls import measure
from tracer.language.expression import (
    Apply,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    SlotKey,
    Stack,
    key,
    map_parts,
    names,
    walk,
)

#: What a named part of a backward pass is: see `Namer.name`.
Kind = OneOf["error", "slope", "delta", "combined", "inside"]
#: A gradient of more parts than this gets a name of its own.
LONGEST = 40


class Namer(ABC):
    """What a derivation asks its surroundings."""

    @abstractmethod
    def name(self, kind: Kind, gradient: Terms, about: Node | None) -> Terms:
        """Return what to write for a gradient: the name it was given, or itself.

        `about` is the quantity that it is the error at, the slope of or the delta at;
        `combined` is a delta in which error and slope cancel.
        """

    @abstractmethod
    def active(self, name: Name) -> bool:
        """Say whether a gradient is wanted for a quantity."""

    @abstractmethod
    def known(self, node: Node) -> Node | None:
        """Return the quantity that an expression was computed as, if there is one."""

    @abstractmethod
    def adds_up_to_one(self, node: Node, axis: int) -> bool:
        """Say whether an array's numbers add up to 1 along an axis, whatever is trained."""


class Shares(ABC):
    """Gradients so far; `gradient` has that of every active name."""

    def __init__(self, namer: Namer, leaf: Node | None = None) -> None:
        """`leaf` is a part to stop at, as if it were a name: its gradient is `at_leaf`."""
        self._found: dict[SlotKey, Terms] = {}
        self.pieces: dict[SlotKey, tuple[Node, list[Piece]]] = {}
        self.at_leaf: Terms = ZERO
        self.namer = namer
        self.leaf = None if leaf is None else key(leaf)

    @abstractmethod
    def pull(self, node: Node, gradient: Terms, whole: Name | None = None) -> None:
        """Add what a gradient of `node` says of the names inside it.

        `whole` is the quantity whose whole equation `node` is.
        """

    @abstractmethod
    def up_to(self, leaf: Node) -> Shares:
        """Return a differentiation of its own that stops at a part."""

    def add(self, key: SlotKey, gradient: Terms) -> None:
        """Add a share of a quantity's gradient."""
        self._found[key] = added(self._found.get(key, ZERO), gradient)

    def gradient(self, key: SlotKey) -> Terms:
        """Return the gradient of a quantity, as far as it was pulled."""
        whole = self._found.get(key, ZERO)
        if key not in self.pieces:
            return whole
        array, pieces = self.pieces[key]
        return added(whole, gathered(pieces, array))

    def wanted(self, node: Node) -> bool:
        """Say whether a gradient is wanted for anything inside a node."""
        if self.leaf is not None:
            return any(key(part) == self.leaf for part in walk(node))
        return any(self.namer.active(name) for name in names(node))

    def split(self, node: Operation | Apply | Stack, gradient: Terms) -> Terms:
        """Return a gradient that several operands need, under a name unless it is short."""
        several = sum(self.wanted(arg) for arg in node.args) > 1
        short = is_plain(gradient) or (
            len(gradient) == 1
            and len(gradient[0].over) + len(gradient[0].under) <= 2
            and all(map(_is_short, (*gradient[0].over, *gradient[0].under)))
        )
        if several and not short and self.leaf is None:
            return self.namer.name("inside", gradient, None)
        return gradient

    def full(self, gradient: Terms, like: Node) -> Node:
        """Return a gradient as one expression of just the shape of `like`."""
        node = expression(gradient)
        if node.shape == like.shape:
            return node
        ones = filled(self.of(like), 1)
        return ones if gradient == ONE else operation("*", node, ones)

    def of(self, node: Node) -> Node:
        """Return an expression, with the quantities in place of what they were computed as."""
        known = self.namer.known(node)
        return known if known is not None else map_parts(node, self.of)

    def share(self, node: Node, operand: Node, gradient: Terms) -> None:
        """Pull an operand's share, added up over what broadcasting repeated it along."""
        if gradient and self.wanted(operand):
            self.pull(operand, fitted(gradient, node.shape, operand.shape))

    def factor(self, node: Node) -> Terms:
        """Return an operand as a single factor."""
        found = terms(self.of(node))
        return found if len(found) < 2 else (Term(over=(expression(found),)),)


def _is_short(node: Node) -> bool:
    return isinstance(node.arg if isinstance(node, Pick) else node, Name | Number)


def size(gradient: Terms) -> int:
    """Return how many parts a gradient has as it is written."""
    return sum(measure(node)[0] for term in gradient for node in (*term.over, *term.under))
