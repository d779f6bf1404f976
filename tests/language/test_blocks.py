"""A block's one formula is, at every row and column, that of the element there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from tests.language.strategies import SHAPES, expressions, read
from tracer.language.blocks import block_formula
from tracer.language.elements import Leaf, element
from tracer.language.expression import Index, Node, Operation, Shape, walk
from tracer.language.formula import FormulaTooLong, formula
from tracer.language.places import COLUMN, ROW, Place, Text, written

SIZES: dict[str, Shape] = {
    "s": (),
    "u": (4,),
    "X": (3, 4),
    "Y": (3, 4),
    "w": (4, 3),
    "c": (3, 1),
    "r": (1, 4),
    "L": (3, 12),
    "M": (12, 3),
    "S": (3, 3),
}
#: Each name's block begins in a row of its own.
TOPS = {name: 1 + 20 * n for n, name in enumerate({**SIZES, **SHAPES})}


def place(cell: Leaf) -> Place:
    row, column = (0, 0, *cell.origin)[-2:]
    return Place(TOPS[cell.name.id] + row, 2 + column)


def at(shape: Shape, row: int, column: int) -> Index:
    return (row, column)[2 - len(shape) :]


def block(node: Node) -> Text | None:
    rows, columns = (1, 1, *node.shape)[-2:]
    return block_formula(node, (rows, columns), lambda i, j: at(node.shape, i, j), place)


def texts(node: Node, found: Text) -> list[tuple[str, str]]:
    """Each element's formula as the block says it, and by itself."""
    rows, columns = (1, 1, *node.shape)[-2:]
    return [
        (
            written(found, {ROW: i, COLUMN: j}),
            formula(element(node, at(node.shape, i, j)), place),
        )
        for i in range(rows)
        for j in range(columns)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "X + Y * 2",
        "X + c * r - u",
        "X @ w",
        "L @ M",
        "M @ X",
        "w @ X[:, :2] + s",
        "X - w.T",
        "S - S.T",
        "softmax(X)",
        "exp(X) / sum(exp(X), axis=1, keepdims=True)",
        "X - mean(X, axis=0)",
        "relu(X) * (X > 0)",
        "(X - Y) ** 2 / var(Y, axis=1, keepdims=True)",
        "L[:, 3:7] + X",
        "max(L, axis=0)",
        "sigmoid(X[1:, :]) * r",
        "X + sum(M)",
        "s * 2",
        "u",
    ],
)
def test_elements_have_one_formula(text: str) -> None:
    node = read(text, SIZES)
    found = block(node)
    assert found is not None
    for ours, by_itself in texts(node, found):
        assert ours == by_itself


@pytest.mark.parametrize(
    "text",
    [
        "vstack([X, X])",
        "hstack([X, Y]) * 2",
        "L[:, ::3] * 1",  # every third column
        "reshape(X, (4, 3))",
        "where(eye(3), S, 0)",
        "X @ w @ [[1, 2, 3], [4, s, 6], [7, 8, 9]]",
    ],
)
def test_others_have_none(text: str) -> None:
    assert block(read(text, SIZES)) is None


def test_a_place_that_moves_already_has_no_other_move() -> None:
    node = read("X + Y", SIZES)

    def moving(cell: Leaf) -> Place:
        return Place(TOPS[cell.name.id], 2, down="iteration")

    assert block_formula(node, (3, 4), lambda i, j: (i, j), moving) is None


@settings(max_examples=150)
@given(expressions())
def test_any_equation(text: str) -> None:
    node = read(text)
    try:
        found = block(node)
    except FormulaTooLong:
        return
    if found is None:
        return
    # Of two nearly equal numbers' cells, the shorter reference says the size.
    compared = any(
        isinstance(part, Operation) and part.row in "< <= > >= == !=" for part in walk(node)
    )
    for ours, by_itself in texts(node, found):
        assert compared or ours == by_itself
