from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from tests.language.strategies import element_of, expressions, numpy_of, read, values
from tracer.language.drawing import leaves
from tracer.language.elements import Compute, Leaf, Reduce, cells, element, picked, value
from tracer.language.evaluate import evaluate
from tracer.language.expression import Index, Item, Shape, is_leaf
from tracer.language.parse import parse_definition

KNOWN = values()


@settings(deadline=None)
@given(expressions())
def test_every_element_equals_the_whole(text: str) -> None:
    expression = read(text)
    whole = evaluate(expression, lambda name: KNOWN[name.id])
    for index in np.ndindex(whole.shape):
        tree = element(expression, index)
        assert value(tree, element_of(KNOWN)) == pytest.approx(whole[index], rel=1e-9, abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(expressions())
def test_cells_lie_where_their_leaf_is_drawn(text: str) -> None:
    expression = read(text)
    for index in np.ndindex(expression.shape):
        seen: list[Leaf] = []
        tree = element(expression, index, seen.append)
        assert seen == list(cells(tree))
        for cell in seen:
            assert is_leaf(cell.leaf)
            drawn = evaluate(cell.leaf, lambda name: KNOWN[name.id])
            assert drawn[cell.index] == KNOWN[cell.name.id][cell.origin]


#: text, index → the cells it uses, in the order of the arithmetic
USES: dict[tuple[str, Index], str] = {
    ("A", (1, 2)): "A12",
    ("A.T", (1, 2)): "A21",
    ("A[::-1]", (0, 1)): "A21",
    ("A.T[1:, 0]", (0,)): "A01",
    ("v[:, None]", (2, 0)): "v2",
    ("A + v", (1, 2)): "A12 v2",
    ("A * c", (1, 2)): "A12 c10",
    ("A * s", (1, 2)): "A12 s",
    ("c + u", (1, 2)): "c10 u2",
    ("Q @ A", (1, 2)): "Q10 A02 Q11 A12 Q12 A22",
    ("A @ v", (1,)): "A10 v0 A11 v1 A12 v2 A13 v3",
    ("u @ A", (3,)): "u0 A03 u1 A13 u2 A23",
    ("u @ u", ()): "u0 u0 u1 u1 u2 u2",
    ("c @ r", (1, 2)): "c10 r02",
    ("sum(A, axis=0)", (3,)): "A03 A13 A23",
    ("sum(A, axis=1, keepdims=True)", (1, 0)): "A10 A11 A12 A13",
    ("max(u)", ()): "u0 u1 u2",
    ("mean(Q, keepdims=True)", (0, 0)): "Q00 Q01 Q02 Q10 Q11 Q12 Q20 Q21 Q22",
    ("vstack([A, v])", (3, 1)): "v1",
    ("vstack([A, v])", (1, 1)): "A11",
    ("vstack([s, t])", (1, 0)): "t",
    ("hstack([c, A])", (2, 0)): "c20",
    ("hstack([c, A])", (2, 3)): "A22",
    ("hstack([u, s, v])", (3,)): "s",
    ("hstack([u, s, v])", (5,)): "v1",
    ("[s, 2, u[1]]", (2,)): "u1",
    ("[[s, 2], [3, u[1]]]", (1, 1)): "u1",
    ("where(A > s, v, 1)", (0, 3)): "A03 s v3",
    ("square(u)", (1,)): "u1",
    ("leaky_relu(u)", (1,)): "u1 u1 u1",
    ("zeros_like(A) + 1", (0, 0)): "",
    ("len(A) * u", (1,)): "u1",
}


@pytest.mark.parametrize(("text", "index"), USES, ids=lambda part: str(part))
def test_uses(text: str, index: Index) -> None:
    used = cells(element(read(text), index))
    shown = [cell.name.id + "".join(map(str, cell.origin)) for cell in used]
    assert " ".join(shown) == USES[text, index]


@pytest.mark.parametrize(
    ("items", "shape", "index", "origin"),
    [
        ((1,), (3, 4), (2,), (1, 2)),
        ((-1,), (3, 4), (2,), (2, 2)),
        ((slice(1, None), 2), (3, 4), (1,), (2, 2)),
        ((slice(None), slice(None, None, -1)), (3, 4), (1, 0), (1, 3)),
        ((slice(None, None, 2),), (5,), (2,), (4,)),
        ((slice(-2, None),), (5,), (1,), (4,)),
        ((None,), (4,), (0, 2), (2,)),
        ((slice(None), None), (4,), (2, 0), (2,)),
        ((), (3, 4), (1, 2), (1, 2)),
    ],
)
def test_picked(items: tuple[Item, ...], shape: Shape, index: Index, origin: Index) -> None:
    assert picked(items, shape, index) == origin
    array = np.arange(np.prod(shape)).reshape(shape)
    assert array[items][index] == array[origin]


def test_a_product_of_one_term_is_no_sum() -> None:
    assert isinstance(element(read("c @ r"), (0, 0)), Compute)
    assert isinstance(element(read("Q @ A"), (0, 0)), Reduce)


def test_a_visit_may_stop_the_walk() -> None:
    def stop(cell: Leaf) -> None:
        raise LookupError(cell.name.id)

    with pytest.raises(LookupError, match="A"):
        element(read("1 + sum(A)"), (), stop)


def test_the_reference_is_numpy_itself() -> None:
    np.testing.assert_allclose(numpy_of("A @ v", KNOWN), KNOWN["A"] @ KNOWN["v"], rtol=1e-12)


def test_in_a_helper_the_leaves_are_those_that_are_drawn() -> None:
    """What a helper makes of its arguments (a.T, b[0]) is not drawn: its cells lie in a and b."""
    first = parse_definition("first(a, b=1) = a.T @ b.T + b[0, 0]")
    helpers = {
        "first": first,
        "f": parse_definition("f(a, b) = first(a, b=b)[::-1]", {"first": first}),
    }
    for text in ("f(A[1:, :2], Q[:2, :2].T)", "f(b=Q[:2, :2].T, a=A[1:, :2])"):
        expression = read(text, helpers=helpers)
        drawn = leaves(expression)
        assert len(drawn) == 2
        whole = evaluate(expression, lambda name: KNOWN[name.id])
        for index in np.ndindex(whole.shape):
            tree = element(expression, index)
            assert all(cell.leaf in drawn for cell in cells(tree))
            assert value(tree, element_of(KNOWN)) == pytest.approx(whole[index], rel=1e-12)
