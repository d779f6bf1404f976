"""Reverse-mode differentiation of one equation.

From the gradient of its value to the gradients of what it is computed from:
`Pullback.pull(node, gradient)` goes down an expression and adds, for every name that is
`active`, its share of the gradient. Shares are sums of terms (see `algebra`) that broadcast
to the name's shape. What deserves a name of its own (an error, a slope, a delta) is handed to
`namer`, which returns what to write instead.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from math import prod
from typing import Literal as OneOf

from tracer.calculus.algebra import (
    ONE,
    ZERO,
    Term,
    Terms,
    added,
    call,
    difference,
    expression,
    filled,
    is_plain,
    negated,
    number,
    operation,
    picked,
    reduced,
    shape_of,
    terms,
    times,
    transposed,
)
from tracer.calculus.builtin import arguments, is_builtin, is_elementwise, parsed, put_in
from tracer.calculus.cancel import sigmoid_with_cross_entropy, softmax_with_cross_entropy
from tracer.calculus.scatter import Piece, gathered, is_strided, unpicked, unstacked
from tracer.language.calls import measure
from tracer.language.expression import (
    Apply,
    Helper,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Shape,
    Stack,
    Transpose,
    key,
    map_parts,
    names,
    walk,
)
from tracer.language.functions import PRIMITIVES, SLOPES
from tracer.language.source import helper_axis, length_text

Key = tuple[str, int]
#: What a named part of a backward pass is: see `Namer.name`.
Kind = OneOf["error", "slope", "delta", "combined", "inside"]
#: Functions that pass a gradient on without an error, a slope and a delta of their own.
ORDINARY = ("exp", "log", "sqrt", "abs", "sign", "floor", "sin", "cos", "round")
#: A gradient of more parts than this gets a name of its own.
LONGEST = 40
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


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


class Pullback:
    """Differentiates expressions; `gradient` has that of every active name so far."""

    def __init__(self, namer: Namer, leaf: Node | None = None) -> None:
        """`leaf` is a part to stop at, as if it were a name: its gradient is `at_leaf`."""
        self._found: dict[Key, Terms] = {}
        self._pieces: dict[Key, tuple[Node, list[Piece]]] = {}
        self.at_leaf: Terms = ZERO
        self._namer = namer
        self._leaf = None if leaf is None else key(leaf)

    def pull(self, node: Node, gradient: Terms, whole: Name | None = None) -> None:
        """Add what a gradient of `node` says of the names inside it.

        `whole` is the quantity whose whole equation `node` is.
        """
        if not gradient or not self._wanted(node):
            return
        if self._leaf is not None and key(node) == self._leaf:
            self.at_leaf = added(self.at_leaf, gradient)
            return
        if self._leaf is None and _size(gradient) > LONGEST:
            gradient = self._namer.name("inside", gradient, None)
        if isinstance(node, Name):
            here = (node.id, node.version)
            self.add(here, gradient)
        elif type(node) in _RULES:
            _RULES[type(node)](self, node, gradient, whole)

    def add(self, key: Key, gradient: Terms) -> None:
        """Add a share of a quantity's gradient."""
        self._found[key] = added(self._found.get(key, ZERO), gradient)

    def gradient(self, key: Key) -> Terms:
        """Return the gradient of a quantity, as far as it was pulled."""
        whole = self._found.get(key, ZERO)
        if key not in self._pieces:
            return whole
        array, pieces = self._pieces[key]
        return added(whole, gathered(pieces, array))

    # -- whether and how ----------------------------------------------------------------

    def _wanted(self, node: Node) -> bool:
        if self._leaf is not None:
            return any(key(part) == self._leaf for part in walk(node))
        return any(self._namer.active(name) for name in names(node))

    def _split(self, node: Operation | Apply | Stack, gradient: Terms) -> Terms:
        """Return a gradient that several operands need, under a name unless it is short."""
        several = sum(self._wanted(arg) for arg in node.args) > 1
        short = is_plain(gradient) or (
            len(gradient) == 1
            and len(gradient[0].over) + len(gradient[0].under) <= 2
            and all(map(_is_short, (*gradient[0].over, *gradient[0].under)))
        )
        if several and not short and self._leaf is None:
            return self._namer.name("inside", gradient, None)
        return gradient

    def _full(self, gradient: Terms, like: Node) -> Node:
        """Return a gradient as one expression of just the shape of `like`."""
        node = expression(gradient)
        if node.shape == like.shape:
            return node
        ones = filled(self._of(like), 1)
        return ones if gradient == ONE else operation("*", node, ones)

    def _of(self, node: Node) -> Node:
        """Return an expression, with the quantities in place of what they were computed as."""
        known = self._namer.known(node)
        return known if known is not None else map_parts(node, self._of)

    def _share(self, node: Node, operand: Node, gradient: Terms) -> None:
        """Pull an operand's share, added up over what broadcasting repeated it along."""
        if gradient and self._wanted(operand):
            self.pull(operand, _fitted(gradient, node.shape, operand.shape))

    # -- kinds of nodes -------------------------------------------------------------------

    def _operation(self, node: Operation, gradient: Terms, whole: Name | None) -> None:
        if node.operator == "@":
            self._product(node, gradient)
        elif node.operator not in COMPARISONS:
            _OPERATORS[node.operator](self, node, self._split(node, gradient))

    def _apply(self, node: Apply, gradient: Terms, whole: Name | None) -> None:
        if node.function == "where":
            self._where(node, expression(self._split(node, gradient)))
        elif PRIMITIVES[node.function].kind == "elementwise":
            self._elementwise(node, gradient, whole)
        else:
            self._reduction(node, gradient)

    def _transpose(self, node: Transpose, gradient: Terms, whole: Name | None) -> None:
        self.pull(node.arg, terms(transposed(self._full(gradient, node))))

    def _pick(self, node: Pick, gradient: Terms, whole: Name | None) -> None:
        if self._leaf is not None or not isinstance(node.arg, Name):
            whole_gradient = unpicked(self._full(gradient, node), node.arg, node.items)
            self.pull(node.arg, terms(whole_gradient))
            return
        if is_strided(node.items, node.arg.shape):
            gradient = self._namer.name("inside", gradient, None)
        piece = Piece(node.items, terms(self._full(gradient, node)))
        here = (node.arg.id, node.arg.version)
        self._pieces.setdefault(here, (node.arg, []))[1].append(piece)

    def _stack(self, node: Stack, gradient: Terms, whole: Name | None) -> None:
        full = self._full(self._split(node, gradient), node)
        for arg, items in zip(node.args, unstacked(node, node.axis), strict=True):
            self.pull(arg, terms(picked(full, *items)))

    def _literal(self, node: Literal, gradient: Terms, whole: Name | None) -> None:
        full = self._full(self._namer.name("inside", gradient, None), node)
        for i, row in enumerate(node.rows):
            for j, part in enumerate(row):
                if self._wanted(part):
                    self.pull(part, terms(picked(full, *((j,) if node.vector else (i, j)))))

    # -- operators ----------------------------------------------------------------------

    def _plus(self, node: Operation, gradient: Terms) -> None:
        for arg in node.args:
            self._share(node, arg, gradient)

    def _minus(self, node: Operation, gradient: Terms) -> None:
        self._share(node, node.args[0], gradient)
        self._share(node, node.args[1], negated(gradient))

    def _negative(self, node: Operation, gradient: Terms) -> None:
        self._share(node, node.args[0], negated(gradient))

    def _times(self, node: Operation, gradient: Terms) -> None:
        left, right = node.args
        self._share(node, left, times(gradient, self._factor(right)))
        self._share(node, right, times(gradient, self._factor(left)))

    def _divided(self, node: Operation, gradient: Terms) -> None:
        left, right = node.args
        divisor = terms(operation("/", number(1), self._of(right)))
        self._share(node, left, times(gradient, divisor))
        squared = terms(operation("/", self._of(left), _power(self._of(right), 2)))
        self._share(node, right, negated(times(gradient, squared)))

    def _to_the_power(self, node: Operation, gradient: Terms) -> None:
        base, exponent = node.args
        if isinstance(exponent, Number) and not exponent.text:
            slope = times(terms(exponent), terms(_power(self._of(base), exponent.value - 1)))
        else:
            lower = operation("-", self._of(exponent), number(1))
            slope = times(self._factor(exponent), terms(operation("**", self._of(base), lower)))
        self._share(node, base, times(gradient, slope))
        growth = times(terms(self._of(node)), terms(call("log", self._of(base))))
        self._share(node, exponent, times(gradient, growth))

    def _factor(self, node: Node) -> Terms:
        found = terms(self._of(node))
        return found if len(found) < 2 else (Term(over=(expression(found),)),)

    def _product(self, node: Operation, gradient: Terms) -> None:
        left, right = node.args
        g = self._full(self._split(node, gradient), node)
        a, b = self._of(left), self._of(right)
        match len(a.shape), len(b.shape):
            case 1, 1:
                to_left, to_right = operation("*", g, b), operation("*", g, a)
            case 1, 2:
                to_left, to_right = operation("@", b, g), operation("*", _column(a), _row(g))
            case 2, 1:
                to_left = operation("*", _column(g), _row(b))
                to_right = operation("@", transposed(a), g)
            case _:
                to_left = operation("@", g, transposed(b))
                to_right = operation("@", transposed(a), g)
        if self._wanted(left):
            self.pull(left, terms(to_left))
        if self._wanted(right):
            self.pull(right, terms(to_right))

    # -- functions ----------------------------------------------------------------------

    def _where(self, node: Apply, gradient: Node) -> None:
        condition, yes, no = node.args
        chosen = self._of(condition)
        self._share(node, yes, terms(call("where", chosen, gradient, number(0))))
        self._share(node, no, terms(call("where", chosen, number(0), gradient)))

    def _elementwise(self, node: Apply, gradient: Terms, whole: Name | None) -> None:
        values = dict(zip(("x", "b"), map(self._of, node.args), strict=False))
        texts = PRIMITIVES[node.function].slopes
        if len(node.args) == 1:
            slope = self._slope(texts[0], {**values, "y": self._of(node)})
            self._chain(node, node.args[0], gradient, slope, whole)
            return
        gradient = self._split(node, gradient)
        for arg, text in zip(node.args, texts, strict=True):
            if self._wanted(arg):
                slope = self._slope(text, {**values, "y": self._of(node)})
                self._share(node, arg, times(gradient, slope))

    def _slope(self, text: str, values: Mapping[str, Node]) -> Terms:
        found = terms(put_in(parsed(text), values))
        return found if len(found) < 2 else (Term(over=(expression(found),)),)

    def _chain(
        self, node: Node, arg: Node, gradient: Terms, slope: Terms, whole: Name | None
    ) -> None:
        """Go through an elementwise function: its delta is the error times its slope."""
        combined = ZERO
        if isinstance(node, Apply) and node.function == "sigmoid":
            combined = sigmoid_with_cross_entropy(self._of(node), gradient)
        if combined:
            if whole is not None:
                combined = self._namer.name("combined", combined, _about(arg, whole))
        elif whole is not None and not _is_ordinary(node):
            gradient = self._namer.name("error", gradient, whole)
            slope = self._namer.name("slope", slope, whole)
            combined = self._namer.name("delta", times(gradient, slope), _about(arg, whole))
        else:
            combined = times(gradient, slope)
        self._share(node, arg, combined)

    def _helper(self, node: Helper, gradient: Terms, whole: Name | None) -> None:
        builtin = is_builtin(node)
        if builtin and node.name == "softmax":
            self._softmax(node, gradient, whole)
        elif builtin and node.name in SLOPES:
            values = arguments(node, [self._of(arg) for arg in node.args])
            slope = self._slope(SLOPES[node.name], {**values, "y": self._of(node)})
            self._chain(node, node.args[0], gradient, slope, whole)
        elif whole is not None and len(node.args) == 1 and is_elementwise(node, node.args[0]):
            inner = Pullback(self._namer, leaf=node.args[0])
            inner.pull(node.body, ONE)
            self._chain(node, node.args[0], gradient, inner.at_leaf, whole)
        else:
            self.pull(node.body, gradient)

    def _softmax(self, node: Helper, gradient: Terms, whole: Name | None) -> None:
        axis = helper_axis(node.name, node.body)
        assert axis is not None
        p, arg = self._of(node), node.args[0]
        combined = softmax_with_cross_entropy(p, axis, gradient, self._namer.adds_up_to_one)
        if combined:
            delta = combined
            if whole is not None:
                delta = self._namer.name("combined", delta, _about(arg, whole))
        else:
            if whole is not None:
                gradient = self._namer.name("error", gradient, whole)
            error = expression(gradient)
            mixed = reduced("sum", operation("*", error, p), axis, True)
            delta = times((Term(over=(p,)),), difference(error, mixed))
            if whole is not None:
                delta = self._namer.name("delta", delta, _about(arg, whole))
        self.pull(arg, delta)

    def _reduction(self, node: Apply, gradient: Terms) -> None:
        arg, axis = node.args[0], node.axis
        if axis == 1 and not node.keepdims and shape_of(gradient):
            # One number a row: as a column it broadcasts along the row.
            gradient = terms(_column(self._full(gradient, node)))
        rule = _REDUCTIONS[node.function]
        self.pull(arg, times(gradient, rule(self, node, self._of(arg))))

    def _each(self, node: Apply, arg: Node) -> Terms:
        return ONE

    def _share_of_mean(self, node: Apply, arg: Node) -> Terms:
        return terms(operation("/", number(1), _count(arg, node.axis)))

    def _share_of_largest(self, node: Apply, arg: Node) -> Terms:
        # Equals share the gradient.
        largest = reduced(node.function, arg, node.axis, True)
        hit = operation("==", arg, largest)
        return terms(operation("/", hit, reduced("sum", hit, node.axis, True)))

    def _share_of_variance(self, node: Apply, arg: Node) -> Terms:
        apart = operation("-", arg, reduced("mean", arg, node.axis, True))
        twice = (Term(over=(apart,)),)
        count = terms(operation("/", number(2), _count(arg, node.axis)))
        return times(count, twice)


_RULES: dict[type[Node], Callable[..., None]] = {
    Operation: Pullback._operation,
    Apply: Pullback._apply,
    Helper: Pullback._helper,
    Transpose: Pullback._transpose,
    Pick: Pullback._pick,
    Stack: Pullback._stack,
    Literal: Pullback._literal,
}
_OPERATORS: dict[str, Callable[[Pullback, Operation, Terms], None]] = {
    "+": Pullback._plus,
    "-": Pullback._minus,
    "*": Pullback._times,
    "/": Pullback._divided,
    "**": Pullback._to_the_power,
    "neg": Pullback._negative,
}
_REDUCTIONS: dict[str, Callable[[Pullback, Apply, Node], Terms]] = {
    "sum": Pullback._each,
    "mean": Pullback._share_of_mean,
    "max": Pullback._share_of_largest,
    "min": Pullback._share_of_largest,
    "var": Pullback._share_of_variance,
}


def _is_short(node: Node) -> bool:
    return isinstance(node.arg if isinstance(node, Pick) else node, Name | Number)


def _is_ordinary(node: Node) -> bool:
    """Say whether a function is one of calculus, not an activation with a slope to look at."""
    return isinstance(node, Apply) and node.function in ORDINARY


def _size(gradient: Terms) -> int:
    return sum(measure(node)[0] for term in gradient for node in (*term.over, *term.under))


def _power(base: Node, exponent: float) -> Node:
    if exponent == 1:
        return base
    return number(1) if exponent == 0 else operation("**", base, number(exponent))


def _column(node: Node) -> Node:
    return picked(node, slice(None), None)


def _row(node: Node) -> Node:
    return picked(node, None, slice(None))


def _about(arg: Node, whole: Name) -> Node:
    """Return the quantity that a delta is named after: the pre-activation if it has a name."""
    return arg if isinstance(arg, Name) else whole


def _count(node: Node, axis: int | None) -> Node:
    """Return over how many numbers a mean goes, as one writes it."""
    size = prod(node.shape) if axis is None else node.shape[axis]
    along = range(len(node.shape)) if axis is None else (axis,)
    for name in names(node):
        # A name says where the number comes from.
        if name.shape == node.shape and size > 1:
            lengths = [length_text(name, k) for k in along if node.shape[k] > 1]
            text = " * ".join(lengths)
            return number(size, f"({text})" if len(lengths) > 1 else text)
    return number(size)


def _fitted(gradient: Terms, shape: Shape, target: Shape) -> Terms:
    """Return a gradient of something of `shape`, for an operand that broadcasts to it."""
    if shape == target:
        return gradient
    own = shape_of(gradient)
    own = (1,) * (len(shape) - len(own)) + own
    wanted = (1,) * (len(shape) - len(target)) + target
    repeated = [axis for axis in range(len(shape)) if shape[axis] != wanted[axis]]
    count = prod(shape[axis] for axis in repeated if own[axis] == 1)
    gradient = times(gradient, terms(number(count)))
    summed = [axis for axis in repeated if own[axis] != 1]
    node = expression(gradient)
    if len(node.shape) <= len(target) and not summed:
        return gradient
    return terms(_summed(node, target))


def _summed(node: Node, target: Shape) -> Node:
    """Return an array added up to a smaller shape."""
    if node.shape == target:
        return node
    if not target:
        return reduced("sum", node, None, False)
    if len(node.shape) > len(target):
        node = reduced("sum", node, 0, False)
    elif len(node.shape) < len(target):
        node = _row(node)
    along = [k for k in range(len(target)) if target[k] == 1 and node.shape[k] != 1]
    if not along:
        return node
    return reduced("sum", node, None if len(along) == len(target) else along[0], True)
