"""Which cells each element of an equation is computed from, said as a rule.

`hidden[i, j]` uses row i of one operand and column j of the other: such rules are looked for
among a few simple ones and kept only where they give exactly the cells of every element.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from tracer.language.elements import Compute, Constant, Element, Leaf, cells, element
from tracer.language.expression import SlotKey, Span, in_pieces
from tracer.program.model import Assignment, Program
from tracer.workbook.sheets.band import cell_of, drawn, index_at

Spot = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Used:
    """A cell that an element is computed from: where it is drawn, and by which leaf.

    `place` is where the leaf has it, which may be transposed or a part.
    """

    slot: SlotKey
    row: int
    column: int
    leaf: Span
    place: Spot = (0, 0)


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A row or column number, counted from 0: fixed, or following the chosen row or column.

    `table` holds the number for each choice where it is not the choice plus `shift`.
    """

    follows: Literal["", "row", "column"]
    shift: int = 0
    table: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows (or columns) of a block that a chosen element uses: fixed ones, or one of them."""

    follows: Literal["", "row", "column"]
    shift: int = 0
    fixed: tuple[int, ...] = ()

    def chosen(self, spot: Spot) -> tuple[int, ...]:
        """Return the lines that one element uses."""
        if not self.follows:
            return self.fixed
        return (spot[self.follows == "column"] + self.shift,)


@dataclass(frozen=True, slots=True)
class Product:
    """Cells of a block: all where these rows and these columns cross."""

    rows: Lines
    columns: Lines

    def chosen(self, spot: Spot) -> frozenset[Spot]:
        """Return the cells that one element uses."""
        return frozenset((r, c) for r in self.rows.chosen(spot) for c in self.columns.chosen(spot))


#: A result of more elements is read by some of them, where those tell how all are computed.
FEW = 64


class Dependence:
    """One equation, element by element: how each is computed, and from which cells.

    Of a large result some elements stand for all (`sampled`): without pieces put together,
    each operand's row and column is a number plus a row or column of the result, or the same
    for all, so the first three lines and the last tell every other.
    """

    def __init__(self, program: Program, assignment: Assignment, *, sampled: bool = False) -> None:
        self.assignment = assignment
        self.sampled = sampled
        shape = assignment.slot.shape
        self.size = drawn(shape)
        rows, columns = (_sample(n) if sampled else range(n) for n in self.size)
        self.spots: list[Spot] = [(i, j) for i in rows for j in columns]
        self.trees: list[Element] = []
        self.used: list[list[Used]] = []
        self._leaf_products: dict[Span, Product | None] = {}
        signatures: set[tuple[object, ...]] = set()
        for spot in self.spots:
            tree = element(assignment.equation.expression, index_at(shape, *spot))
            signature: list[object] = []
            used: list[Used] = []
            _flatten(tree, program, used, signature)
            signatures.add(tuple(signature))
            self.trees.append(tree)
            self.used.append(used)
        #: Whether all elements are computed in the same way, only from other cells.
        self.uniform = len(signatures) == 1

    @classmethod
    def of(
        cls, program: Program, assignment: Assignment, most: int, *, whole: bool = True
    ) -> Dependence | None:
        """Read an equation, element by element if they use at most `most` cells in all.

        Else, and where the result isn't drawn whole, some stand for all; None if they can't.
        """
        shape = assignment.slot.shape
        parted = in_pieces(assignment.equation.expression)
        if assignment.slot.size > FEW and not parted:
            reading = cls(program, assignment, sampled=True)
            if reading._tells_all():
                return reading
        first = element(assignment.equation.expression, (0,) * len(shape))
        if whole and sum(1 for _ in cells(first)) * assignment.slot.size <= most:
            return cls(program, assignment)
        if parted:
            return None
        reading = cls(program, assignment, sampled=True)
        return None if reading.coordinates() is None else reading

    def _tells_all(self) -> bool:
        """Say whether some elements give simple rules for all that the equation reads."""
        leaves = dict.fromkeys(use.leaf for used in self.used for use in used)
        return (
            self.coordinates() is not None
            and all(self.products(slot) is not None for slot in self.operands)
            and all(self.leaf_product(leaf) is not None for leaf in leaves)
        )

    @cached_property
    def operands(self) -> list[SlotKey]:
        """The blocks that the equation reads, each once."""
        return list(dict.fromkeys(use.slot for used in self.used for use in used))

    def coordinates(self) -> list[tuple[Coordinate, Coordinate]] | None:
        """Return where each number of the arithmetic stands, as the choice goes; None if unclear.

        The numbers are counted in the order of the arithmetic.
        """
        if not self.uniform:
            return None
        found: list[tuple[Coordinate, Coordinate]] = []
        for position in range(len(self.used[0])):
            row = self._coordinate([used[position].row for used in self.used])
            column = self._coordinate([used[position].column for used in self.used])
            if row is None or column is None:
                return None
            found.append((row, column))
        return found

    def _coordinate(self, numbers: Sequence[int]) -> Coordinate | None:
        if len(set(numbers)) == 1:
            return Coordinate("", numbers[0])
        axes: tuple[tuple[Literal["row", "column"], int], ...] = (("row", 0), ("column", 1))
        for axis, place in axes:
            by_choice: dict[int, set[int]] = {}
            for spot, number in zip(self.spots, numbers, strict=True):
                by_choice.setdefault(spot[place], set()).add(number)
            if any(len(values) > 1 for values in by_choice.values()):
                continue
            table = tuple(min(by_choice[choice]) for choice in sorted(by_choice))
            if all(min(by_choice[choice]) - table[0] == choice for choice in by_choice):
                return Coordinate(axis, table[0])
            return None if self.sampled else Coordinate(axis, 0, table)
        return None

    def cells_of(self, slot: SlotKey) -> list[frozenset[Spot]]:
        """Return the cells of a block that each element uses."""
        return [frozenset((u.row, u.column) for u in used if u.slot == slot) for used in self.used]

    def products(self, slot: SlotKey) -> list[Product] | None:
        """Return rules that together give exactly what every element uses of a block.

        None where there are none so simple.
        """
        whole = self._product(self.cells_of(slot))
        if whole is not None:
            return [whole]
        leaves = dict.fromkeys(u.leaf for used in self.used for u in used if u.slot == slot)
        found: list[Product] = []
        for leaf in leaves:
            part = self._product(
                [
                    frozenset((u.row, u.column) for u in used if (u.slot, u.leaf) == (slot, leaf))
                    for used in self.used
                ]
            )
            if part is None:
                return None
            found.append(part)
        return found

    def leaf_cells(self, leaf: Span) -> list[frozenset[Spot]]:
        """Return the cells of a leaf, as its equation has it, that each element uses."""
        return [frozenset(u.place for u in used if u.leaf == leaf) for used in self.used]

    def leaf_product(self, leaf: Span) -> Product | None:
        """Return a rule that gives exactly what every element uses of a leaf; None without one."""
        if leaf not in self._leaf_products:
            self._leaf_products[leaf] = self._product(self.leaf_cells(leaf))
        return self._leaf_products[leaf]

    def _product(self, wanted: Sequence[frozenset[Spot]]) -> Product | None:
        rows = list(self._lines([{row for row, _ in cells} for cells in wanted]))
        columns = list(self._lines([{column for _, column in cells} for cells in wanted]))
        union = frozenset().union(*wanted)
        for row in rows:
            for column in columns:
                product = Product(row, column)
                exact = all(
                    product.chosen(spot) == cells
                    for spot, cells in zip(self.spots, wanted, strict=True)
                )
                if exact and self._fills(product, union):
                    return product
        return None

    def _fills(self, product: Product, union: frozenset[Spot]) -> bool:
        """Say whether a rule gives all used cells, and no others, for the whole result."""
        if not self.sampled:
            return union == self.whole(product)
        row, column = product.rows.follows, product.columns.follows
        return not row or row != column

    def whole(self, product: Product) -> frozenset[Spot]:
        """Return what a rule gives when the whole result is chosen."""
        return frozenset(
            (r, c) for r in self.all_lines(product.rows) for c in self.all_lines(product.columns)
        )

    def all_lines(self, lines: Lines) -> tuple[int, ...]:
        """Return the rows or columns that all elements together use."""
        if not lines.follows:
            return lines.fixed
        count = self.size[lines.follows == "column"]
        return tuple(range(lines.shift, lines.shift + count))

    def _lines(self, wanted: Sequence[set[int]]) -> Iterator[Lines]:
        first = wanted[0]
        if all(lines == first for lines in wanted):
            yield Lines("", fixed=tuple(sorted(first)))
        if len(first) != 1:
            return
        start = min(first)
        if all(lines == {spot[0] + start} for spot, lines in zip(self.spots, wanted, strict=True)):
            yield Lines("row", start)
        if all(lines == {spot[1] + start} for spot, lines in zip(self.spots, wanted, strict=True)):
            yield Lines("column", start)


def _sample(count: int) -> list[int]:
    return sorted({*range(min(count, 3)), count - 1})


def _flatten(tree: Element, program: Program, used: list[Used], signature: list[object]) -> None:
    """Collect an element's cells in the order of the arithmetic, and what is done with them."""
    inner: Iterable[Element]
    match tree:
        case Constant(value=value):
            signature.append(value)
            return
        case Leaf(name=name, index=index, origin=origin, leaf=leaf):
            slot = program.slot(name).key
            used.append(Used(slot, *cell_of(origin), leaf.span, cell_of(index)))
            signature.append(slot)
            return
        case Compute(function=function, args=inner):
            pass
        case _:
            function, inner = tree.function, tree.terms
    inner = tuple(inner)
    signature.append((function, len(inner)))
    for part in inner:
        _flatten(part, program, used, signature)
