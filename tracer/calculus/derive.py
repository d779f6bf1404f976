"""Reverse-mode differentiation of one equation.

From the gradient of its value to the gradients of what it is computed from:
`Pullback.pull(node, gradient)` goes down an expression and adds, for every name that is
`active`, its share of the gradient. Shares are sums of terms (see `algebra`) that broadcast
to the name's shape. What deserves a name of its own (an error, a slope, a delta) is handed to
`namer`, which returns what to write instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tracer.calculus.algebra import (
    Terms,
    added,
    negated,
    picked,
    reshaped,
    shape_of,
    terms,
    transposed,
)
from tracer.calculus.applied import through_function, through_helper
from tracer.calculus.fitted import fitted
from tracer.calculus.operators import through_operator
from tracer.calculus.scatter import Piece, is_strided, unpicked, unstacked
from tracer.calculus.shares import LONGEST, Shares, size
from tracer.language.expression import (
    Apply,
    Helper,
    Hits,
    Labelled,
    Literal,
    Name,
    Node,
    Operation,
    Pick,
    Put,
    Reshape,
    Stack,
    Transpose,
    key,
)


class Pullback(Shares):
    """Differentiates expressions."""

    def pull(self, node: Node, gradient: Terms, whole: Name | None = None) -> None:
        """Add a gradient's shares, by the rule for the node's kind."""
        if not gradient or not self.wanted(node):
            return
        if self.leaf is not None and key(node) == self.leaf:
            self.at_leaf = added(self.at_leaf, gradient)
            return
        if self.leaf is None and size(gradient) > LONGEST:
            gradient = self.namer.name("inside", gradient, None)
        if isinstance(node, Name):
            self.add(node.key, gradient)
        elif type(node) in _RULES:
            _RULES[type(node)](self, node, gradient, whole)

    def up_to(self, leaf: Node) -> Pullback:
        """Return a differentiation of its own that stops at a part."""
        return Pullback(self.namer, leaf)

    def _transpose(self, node: Transpose, gradient: Terms, whole: Name | None) -> None:
        self.pull(node.arg, terms(transposed(self.full(gradient, node))))

    def _pick(self, node: Pick, gradient: Terms, whole: Name | None) -> None:
        if self.leaf is not None or not isinstance(node.arg, Name):
            whole_gradient = unpicked(self.full(gradient, node), node.arg, node.items)
            self.pull(node.arg, terms(whole_gradient))
            return
        if is_strided(node.items, node.arg.shape):
            gradient = self.namer.name("inside", gradient, None)
        piece = Piece(node.items, terms(self.full(gradient, node)))
        here = node.arg.key
        self.pieces.setdefault(here, (node.arg, []))[1].append(piece)

    def _put(self, node: Put, gradient: Terms, whole: Name | None) -> None:
        full = self.full(self.namer.name("inside", gradient, None), node)
        part = picked(full, *node.items)
        self.pull(node.value, fitted(terms(part), part.shape, node.value.shape))
        # What was replaced no longer counts.
        left = added(terms(full), negated(terms(unpicked(part, full, node.items))))
        self.pull(node.arg, left)

    def _reshape(self, node: Reshape, gradient: Terms, whole: Name | None) -> None:
        self.pull(node.arg, terms(reshaped(self.full(gradient, node), node.arg.shape)))

    def _stack(self, node: Stack, gradient: Terms, whole: Name | None) -> None:
        full = self.full(self.split(node, gradient), node)
        for arg, items in zip(node.args, unstacked(node, node.axis), strict=True):
            self.pull(arg, terms(picked(full, *items)))

    def _literal(self, node: Literal, gradient: Terms, whole: Name | None) -> None:
        inside = self.namer.name("inside", gradient, None)
        # One number for all of them is that of each.
        full = self.full(inside, node) if inside and shape_of(inside) else None
        for place, part in _places(node):
            if self.wanted(part):
                self.pull(part, inside if full is None else terms(picked(full, *place)))


def _places(node: Literal) -> Iterator[tuple[tuple[int, ...], Node]]:
    """Yield the parts of an array that is written out, each with its place."""
    for i, row in enumerate(node.rows):
        for j, part in enumerate(row):
            yield (j,) if node.vector else (i, j), part


_RULES: dict[type[Node], Callable[..., None]] = {
    Operation: through_operator,
    Apply: through_function,
    Helper: through_helper,
    Hits: through_helper,
    Labelled: through_helper,
    Transpose: Pullback._transpose,
    Pick: Pullback._pick,
    Put: Pullback._put,
    Stack: Pullback._stack,
    Reshape: Pullback._reshape,
    Literal: Pullback._literal,
}
