"""A block's formula: one value with the element's row and column as its unknowns.

The cells of a block have the same formula, one row or column further. So it is made once, of the
first element; the element below it and the one beside it say which references move with the row,
and which with the column, and the last one proves it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from tracer.language.elements import Compute, Constant, Element, Leaf, Reduce, element
from tracer.language.expression import Index, Node, in_pieces
from tracer.language.formula import FormulaTooLong, moving_formula
from tracer.language.places import COLUMN, ROW, Place, Text


class _Unlike(Exception):
    """The elements of a block have no common formula."""


def block_formula(
    expression: Node,
    size: tuple[int, int],
    index: Callable[[int, int], Index],
    place: Callable[[Leaf], Place],
) -> Text | None:
    """Return the formula of all elements of a block, over places that move by `ROW` and `COLUMN`.

    `size` are the block's rows and columns, `index` says which element stands in a row and
    column, `place` where each cell lies. None where the elements have no common formula.
    """
    rows, columns = size
    if in_pieces(expression):
        return None
    corners = ((0, 0), (min(1, rows - 1), 0), (0, min(1, columns - 1)), (rows - 1, columns - 1))
    made = {corner: element(expression, index(*corner), place) for corner in {*corners}}
    trees = [made[corner] for corner in corners]
    alike = _Alike(size, place)
    try:
        alike.compare(*trees)
        return moving_formula(trees[0], lambda leaf: alike.moving[id(leaf)])
    except (_Unlike, FormulaTooLong):
        # An element by itself may be shorter: its references have no room to move.
        return None


@dataclass(frozen=True)
class _Move:
    """How a number changes with the row and the column of a block's element."""

    down: int
    right: int

    @property
    def name(self) -> str:
        names = {(0, 0): "", (1, 0): ROW, (0, 1): COLUMN}
        if (self.down, self.right) not in names:
            raise _Unlike
        return names[self.down, self.right]


class _Alike:
    """Compares elements of a block part by part; notes how the cells of the first move."""

    def __init__(self, size: tuple[int, int], place: Callable[[Leaf], Place]) -> None:
        self._size = size
        self._place = place
        self._seen: set[int] = set()
        #: Where each cell of the first element lies and moves to, by what it is, not what it says:
        #: a cell may be met twice, once as the element's own and once as one of all.
        self.moving: dict[int, Place] = {}

    def compare(self, *trees: Element) -> None:
        """Compare the first element, the one below, the one beside it and the last one."""
        if id(trees[0]) in self._seen:
            return
        self._seen.add(id(trees[0]))
        if any(type(one) is not type(other) for one, other in pairwise(trees)):
            raise _Unlike
        match trees[0]:
            case Leaf():
                self._leaves(*(tree for tree in trees if isinstance(tree, Leaf)))
            case Constant():
                if any(one != other for one, other in pairwise(trees)):
                    raise _Unlike
            case Compute() | Reduce():
                self._inside(*(tree for tree in trees if isinstance(tree, Compute | Reduce)))

    def _inside(self, *trees: Compute | Reduce) -> None:
        parts = [tree.args if isinstance(tree, Compute) else tree.terms for tree in trees]
        kinds = {(tree.function, len(part)) for tree, part in zip(trees, parts, strict=True)}
        if len(kinds) > 1:
            raise _Unlike
        for each in zip(*parts, strict=True):
            self.compare(*each)

    def _leaves(self, first: Leaf, below: Leaf, beside: Leaf, last: Leaf) -> None:
        start, *others = map(self._place, (first, below, beside, last))
        if start.down or start.right:
            raise _Unlike
        one, two, end = others
        rows = _Move(one.row - start.row, two.row - start.row)
        columns = _Move(one.column - start.column, two.column - start.column)
        far = self._size[0] - 1, self._size[1] - 1
        moved = replace(
            start,
            row=start.row + rows.down * far[0] + rows.right * far[1],
            column=start.column + columns.down * far[0] + columns.right * far[1],
        )
        if end != moved or any(place.sheet != start.sheet for place in others):
            raise _Unlike
        self.moving[id(first)] = replace(start, down=rows.name, right=columns.name)
