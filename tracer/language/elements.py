"""One element of an equation: which cells it is computed from, and how.

`element` walks from the wanted index down to single cells, through products, transposes,
slices, sums and broadcasting. Formulas, spelled-out arithmetic and the set of operands are
all read from the small tree it returns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import isfinite, nan

import numpy as np

from tracer.language.expression import (
    Apply,
    Constants,
    Fill,
    Helper,
    Hits,
    Index,
    Item,
    Labelled,
    Literal,
    Name,
    Node,
    Number,
    Operation,
    Pick,
    Put,
    Reshape,
    Shape,
    Stack,
    Transpose,
    drawn_leaves,
    is_leaf,
)
from tracer.language.functions import PRIMITIVES, Array
from tracer.language.known import CONSTANT_ARRAYS
from tracer.language.nearly import spoil
from tracer.language.operators import OPERATORS


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the equation."""

    value: float


@dataclass(frozen=True, slots=True)
class Leaf:
    """One element of a leaf: `index` as the leaf is drawn, `origin` in the named array."""

    leaf: Node
    index: Index
    name: Name
    origin: Index


@dataclass(frozen=True, slots=True)
class Compute:
    """An operator or an elementwise function over single values."""

    function: str
    args: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Reduce:
    """A reduction (sum, mean, max, min, var) over single values."""

    function: str
    terms: tuple[Element, ...]


Element = Constant | Leaf | Compute | Reduce
#: Called with each leaf cell before it is used; may raise to stop.
Visit = Callable[[Leaf], object]
#: Inside a helper: the leaves of its call, which are drawn, unlike what its body makes of them.
Drawn = tuple[Node, ...] | None


def element(node: Node, index: Index, visit: Visit | None = None) -> Element:
    """Return how one element of a shaped expression is computed from single cells."""
    return _element(node, index, visit, None)


def _element(node: Node, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    if is_leaf(node) and (drawn is None or isinstance(node, Name) or node in drawn):
        name, origin = _origin(node, index)
        cell = Leaf(node, index, name, origin)
        if visit is not None:
            visit(cell)
        return cell
    return _RULES[type(node)](node, index, visit, drawn)


def _constant(node: Number | Fill, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    return Constant(node.value)


def _helper(node: Helper, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    return _element(node.body, index, visit, _drawn(node.args) if drawn is None else drawn)


def _transpose(node: Transpose, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    return _element(node.arg, index[::-1], visit, drawn)


def _pick(node: Pick, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    return _element(node.arg, picked(node.items, node.arg.shape, index), visit, drawn)


def _put(node: Put, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    inside = position(node.items, node.shape, index)
    if inside is None:
        return _element(node.arg, index, visit, drawn)
    return _element(node.value, _spread(node.value.shape, inside), visit, drawn)


def _known(node: Constants, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    return Constant(CONSTANT_ARRAYS[node.function].at(node.numbers, index))


def _reshape(node: Reshape, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    place = 0
    for size, i in zip(node.shape, index, strict=True):
        place = place * size + i
    found: list[int] = []
    for size in reversed(node.arg.shape):
        place, i = divmod(place, size)
        found.insert(0, i)
    return _element(node.arg, tuple(found), visit, drawn)


def _operation(node: Operation, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    if node.operator == "@":
        return _product(node.args[0], node.args[1], index, visit, drawn)
    return Compute(node.row, _each(node.args, index, visit, drawn))


def _apply(node: Apply, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    if PRIMITIVES[node.function].kind == "reduction":
        return _reduction(node, index, visit, drawn)
    return Compute(node.function, _each(node.args, index, visit, drawn))


def _literal(node: Literal, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    part = node.rows[0][index[0]] if node.vector else node.rows[index[0]][index[1]]
    return _element(part, (), visit, drawn)


def _each(
    args: tuple[Node, ...], index: Index, visit: Visit | None, drawn: Drawn
) -> tuple[Element, ...]:
    """Return the elements of operands that are broadcast to each other."""
    return tuple(_element(arg, _spread(arg.shape, index), visit, drawn) for arg in args)


def _drawn(args: tuple[Node, ...]) -> tuple[Node, ...]:
    return tuple(leaf for arg in args for leaf in drawn_leaves(arg))


def cells(tree: Element) -> Iterator[Leaf]:
    """Yield every cell that an element is computed from, in the order of the arithmetic."""
    match tree:
        case Leaf():
            yield tree
        case Compute(args=inner) | Reduce(terms=inner):
            for part in inner:
                yield from cells(part)


def rebuilt(tree: Element, change: Callable[[Element], Element]) -> Element:
    """Return an element with what its outermost operation is computed from changed."""
    match tree:
        case Compute(function=function, args=args):
            return Compute(function, tuple(map(change, args)))
        case Reduce(function=function, terms=terms):
            return Reduce(function, tuple(map(change, terms)))
    return tree


def picked(items: tuple[Item, ...], shape: Shape, index: Index) -> Index:
    """Return the index in an array of `shape` that `array[items][index]` shows."""
    wanted = iter(index)
    found: list[int] = []
    sizes = iter(shape)
    for item in items:
        if item is None:
            next(wanted)
            continue
        size = next(sizes)
        if isinstance(item, slice):
            found.append(range(*item.indices(size))[next(wanted)])
        else:
            found.append(item % size)
    return (*found, *wanted)


def position(items: tuple[Item, ...], shape: Shape, index: Index) -> Index | None:
    """Return where in `array[items]` the number at `index` of the array stands; None if nowhere.

    The reverse of `picked`, for items without a new axis.
    """
    found: list[int] = []
    for item, size, at in zip(items, shape, index, strict=False):
        if isinstance(item, slice):
            places = range(*item.indices(size))
            if at not in places:
                return None
            found.append(places.index(at))
        elif item is not None and item % size != at:
            return None
    return (*found, *index[len(items) :])


def is_kept(expression: Node, index: Index) -> bool:
    """Say whether assigning a part of an array leaves one of its numbers as it was."""
    if not isinstance(expression, Put):
        return False
    return position(expression.items, expression.shape, index) is None


def _origin(leaf: Node, index: Index) -> tuple[Name, Index]:
    while not isinstance(leaf, Name):
        if isinstance(leaf, Transpose):
            index = index[::-1]
        else:
            assert isinstance(leaf, Pick)
            index = picked(leaf.items, leaf.arg.shape, index)
        assert isinstance(leaf, Transpose | Pick)
        leaf = leaf.arg
    return leaf, index


def _spread(shape: Shape, index: Index) -> Index:
    """Return the index of the operand's element that broadcasting puts at `index`."""
    tail = index[len(index) - len(shape) :]
    return tuple(0 if size == 1 else i for size, i in zip(shape, tail, strict=True))


def _product(left: Node, right: Node, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    rows = len(left.shape) - 1
    row, column = index[:rows], index[rows:]
    terms = tuple(
        Compute(
            "*",
            (_element(left, (*row, k), visit, drawn), _element(right, (k, *column), visit, drawn)),
        )
        for k in range(left.shape[-1])
    )
    return terms[0] if len(terms) == 1 else Reduce("sum", terms)


def _reduction(node: Apply, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    arg, axis = node.args[0], node.axis
    every: Iterable[Index] = product(*(range(size) for size in arg.shape))
    if axis is not None:
        head = index[:axis]
        tail = index[axis + 1 :] if node.keepdims else index[axis:]
        every = ((*head, k, *tail) for k in range(arg.shape[axis]))
    return Reduce(node.function, tuple(_element(arg, where, visit, drawn) for where in every))


def _stacked(node: Stack, index: Index, visit: Visit | None, drawn: Drawn) -> Element:
    axis = node.axis
    along = 0 if len(node.shape) == 1 else axis
    place = index[along]
    for arg in node.args:
        full = arg.shape
        if axis == 0 and len(full) < 2:
            full = (1,) * (2 - len(full)) + full
        elif not full:
            full = (1,)
        if place < full[along]:
            inner = [*index]
            inner[along] = place
            return _element(arg, tuple(inner[len(full) - len(arg.shape) :]), visit, drawn)
        place -= full[along]
    raise AssertionError("index outside the stack")


_RULES: dict[type[Node], Callable[..., Element]] = {
    Number: _constant,
    Fill: _constant,
    Operation: _operation,
    Apply: _apply,
    Helper: _helper,
    Hits: _helper,
    Labelled: _helper,
    Transpose: _transpose,
    Pick: _pick,
    Put: _put,
    Stack: _stacked,
    Reshape: _reshape,
    Constants: _known,
    Literal: _literal,
}


def value(tree: Element, of: Callable[[Leaf], float]) -> float:
    """Compute an element from the values of its cells, with the table's own NumPy.

    As a spreadsheet does, only the branch that is taken; NaN where a number on the way is infinite
    or none, which is an error there.
    """
    match tree:
        case Constant(value=number):
            return number
        case Leaf():
            return of(tree)
        case Compute(function="where", args=(condition, yes, no)):
            holds = value(condition, of)
            return value(yes if holds else no, of) if isfinite(holds) else nan
        case Compute(args=args):
            operands = [np.array(value(arg, of)) for arg in args]
        case Reduce(terms=terms):
            operands = [np.array([value(term, of) for term in terms])]
    out = np.empty(())
    computed(tree, operands, out)
    return float(out)


def computed(tree: Compute | Reduce, operands: Sequence[Array], out: Array) -> None:
    """Write what an element's operation makes of its operands; NaN where one is an error.

    Those of a reduction lie in one array, along its first axis.
    """
    if isinstance(tree, Reduce):
        PRIMITIVES[tree.function].compute(operands[0], axis=0, keepdims=False, out=out)
        spoil(np.add.reduce(0.0 * operands[0]), out)
        return
    row = OPERATORS.get(tree.function) or PRIMITIVES[tree.function]
    row.compute(*operands, out=out)
    # Of what is chosen between, the other one makes no difference.
    for operand in operands[:1] if tree.function == "where" else operands:
        spoil(operand, out)
