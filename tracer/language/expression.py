"""The parts of an equation: frozen nodes that remember where in the text they stood."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from tracer.language.nearly import AS_THEY_ARE
from tracer.wording import Said, Wording, load

Shape = tuple[int, ...]
Index = tuple[int, ...]
#: What a name stands for: its text, and which of the values that it has in turn.
SlotKey = tuple[str, int]
Item = int | slice | None


class EquationError(Exception):
    """A fault in one equation: what is wrong, where it stands, what to do about it."""

    def __init__(self, message: str, span: Span, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part stands in its equation's text: characters [start, end)."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A part of an expression. `shape` is filled in when the program is checked."""

    span: Span
    shape: Shape = (-1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(Node):
    """A constant; `text` is how it was written where that isn't the number itself: `len(X)`."""

    value: float
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Name(Node):
    """A quantity; `version` tells apart the values that one name has in turn."""

    id: str
    version: int = 0

    @property
    def key(self) -> SlotKey:
        """What it refers to a slot by, once its version is known."""
        return self.id, self.version


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Node):
    """An operator between two operands, or `neg` before one.

    `exact`: a comparison of numbers as they are, because they are whole, say.
    """

    operator: str
    args: tuple[Node, ...]
    exact: bool = False

    @property
    def row(self) -> str:
        """Where the table of operators has it."""
        return self.operator + AS_THEY_ARE if self.exact else self.operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Apply(Node):
    """A function of the table; `axis` and `keepdims` belong to reductions."""

    function: str
    args: tuple[Node, ...]
    axis: int | None = None
    keepdims: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper(Node):
    """A call of a defined function: its arguments as written, and its body with them put in.

    `table`: it is a call of the function table's own, not of a helper that a template defines.
    `axis` is what such a call works along, if the function takes an axis; None is all numbers.
    """

    name: str
    args: tuple[Node, ...]
    body: Node
    axis: int | None = None
    table: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits(Helper):
    """1 in the place that a label says, else 0: `labels[:, None] == arange(size)`."""

    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled(Helper):
    """What labels pick from a table: whole `rows`, or one number `across` rows, `down` columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transpose(Node):
    """Rows and columns exchanged."""

    arg: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick(Node):
    """Constant indexing and slicing."""

    arg: Node
    items: tuple[Item, ...]

    def __hash__(self) -> int:
        """Return the same for equal parts; Python's own ranges have a hash only from 3.12 on."""
        return hash((self.arg, tuple(map(_bounds, self.items))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Put(Node):
    """An array with a part of it replaced: what `A[0] = value` makes of A.

    It is a whole equation's expression, never a part of one.
    """

    arg: Node
    items: tuple[Item, ...]
    value: Node

    def __hash__(self) -> int:
        """Return the same for equal parts, as of `Pick`."""
        return hash((self.arg, tuple(map(_bounds, self.items)), self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Node):
    """Arrays below each other (axis 0) or beside each other (axis 1)."""

    args: tuple[Node, ...]
    axis: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reshape(Node):
    """The same numbers, row by row, in another shape: of these sizes, or of an array's.

    Without either, sizes of 1 are left out.
    """

    arg: Node
    sizes: tuple[Node, ...]
    like: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Constants(Node):
    """An array that is known as soon as its sizes are, such as `zeros((2, 3))`."""

    function: str
    args: tuple[Node, ...]

    @property
    def numbers(self) -> tuple[float, ...]:
        """The numbers that it is made from, once shapes are known."""
        return tuple(arg.value for arg in self.args if isinstance(arg, Number))


@dataclass(frozen=True, slots=True, kw_only=True)
class Literal(Node):
    """An array written out: one row of elements (a vector) or several (a matrix)."""

    rows: tuple[tuple[Node, ...], ...]
    vector: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill(Node):
    """An array shaped like another, filled with one number."""

    arg: Node
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(Node):
    """The size of an array along one axis: a constant once shapes are known."""

    arg: Node
    axis: int


@dataclass(frozen=True, slots=True)
class Equation:
    """`target = expression`, with the text it came from."""

    target: str
    expression: Node
    text: str


def parts(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside `node`, in the order of the text."""
    if isinstance(node, Helper):
        yield node.body
        return
    for field in fields(node):
        yield from _nodes(getattr(node, field.name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for inner in value:
            yield from _nodes(inner)


def map_parts(node: Node, change: Callable[[Node], Node]) -> Node:
    """Return `node` with `change` applied to each node directly inside it."""
    inside: dict[str, Any] = {
        field.name: _mapped(value, change)
        for field in fields(node)
        if isinstance(value := getattr(node, field.name), Node | tuple)
    }
    changed = {name: value for name, value in inside.items() if value is not getattr(node, name)}
    return replace(node, **changed) if changed else node


def _mapped(value: Node | tuple[Any, ...], change: Callable[[Node], Node]) -> Any:
    """Return a field with nodes changed; itself where there are none in it."""
    if isinstance(value, Node):
        return change(value)
    if any(isinstance(part, Node | tuple) for part in value):
        return tuple(_mapped(part, change) for part in value)
    return value


def walk(node: Node) -> Iterator[Node]:
    """Yield `node` and everything inside it."""
    yield node
    for part in parts(node):
        yield from walk(part)


def names(node: Node) -> Iterator[Name]:
    """Yield every name in an expression, in the order of the text."""
    return (part for part in walk(node) if isinstance(part, Name))


def key(node: Node) -> tuple[object, ...]:
    """Return what two parts have in common that mean the same, wherever they stand."""
    own = tuple(
        _bounds(value)
        for field in fields(node)
        if field.name not in ("span", "shape", "exact")
        for value in _plain(getattr(node, field.name))
    )
    return (type(node).__name__, own, tuple(map(key, parts(node))))


def _bounds(item: object) -> object:
    """Return a range as what Python 3.11 can look up, too: its bounds."""
    return (item.start, item.stop, item.step) if isinstance(item, slice) else item


def _plain(value: object) -> Iterator[object]:
    if isinstance(value, tuple):
        for inner in value:
            yield from _plain(inner)
    elif not isinstance(value, Node):
        yield value


#: What only puts numbers elsewhere: each number of the result is one of those inside.
ARRANGED = (Transpose, Pick, Put, Stack, Reshape, Literal)


def in_pieces(node: Node) -> bool:
    """Say whether an expression puts arrays together, so that a rule may change along a side."""
    return any(isinstance(part, Stack | Literal | Put | Reshape | Constants) for part in walk(node))


def is_leaf(node: Node) -> bool:
    """Say whether a node is drawn as one block: a name, also transposed or sliced."""
    while isinstance(node, Transpose | Pick):
        node = node.arg
    return isinstance(node, Name)


def drawn_leaves(node: Node) -> Iterator[Node]:
    """Yield the leaves of an expression as it is drawn: of a helper, those of its arguments."""
    if is_leaf(node):
        yield node
        return
    for part in node.args if isinstance(node, Helper) else parts(node):
        yield from drawn_leaves(part)


def base(leaf: Node) -> Name:
    """Return the name under a leaf's transposes and slices."""
    while isinstance(leaf, Transpose | Pick):
        leaf = leaf.arg
    assert isinstance(leaf, Name)
    return leaf


def place_text(index: Sequence[int]) -> str:
    """Return an element's row and column as people count them, from 1: `2, 1`."""
    return ", ".join(str(number + 1) for number in index)


def element_said(name: Said | str, index: Sequence[int]) -> Said | str:
    """Return what an element is called, in no language yet; a single number is called `b`."""
    said = Said("common.element", {"place": place_text(index), "name": name})
    return said if len(index) else name


def element_text(name: Said | str, index: Sequence[int], wording: Wording | None = None) -> str:
    """Return what an element is called: `element 2, 1 of W`; a single number is `b`."""
    said = element_said(name, index)
    return (wording or load()).say(said)


def shape_text(shape: Shape) -> str:
    """Return a shape as people write it: `3 × 4`, `vector of 3`, `number`."""
    return load().size(shape)
