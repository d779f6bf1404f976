from __future__ import annotations

import itertools

import pytest

from tests.language.strategies import read
from tracer.language.drawing import Block, drawing, leaves
from tracer.language.expression import Name, Node, Pick, Shape, Transpose
from tracer.language.parse import parse_definition

SHAPES: dict[str, Shape] = {"X": (3, 4), "w": (4, 2), "b": (2,), "v": (4,), "n": ()}
HELPERS = {"slope": parse_definition("slope(a, by=1) = a * (1 - a) * by")}


def leaf_text(leaf: Node) -> str:
    match leaf:
        case Name(id=name):
            return f"[{name}]"
        case Transpose(arg=arg):
            return leaf_text(arg)[:-1] + "ᵀ]"
        case Pick(arg=arg, items=items):
            return leaf_text(arg)[:-1] + f"{'|'.join(map(str, items))}]"
    raise AssertionError(leaf)


DRAWN = {
    "X @ w + b": "[X] · [w] + [b]",
    "X": "[X]",
    "X.T": "[Xᵀ]",
    "X[0]": "[X0]",
    "X.T @ X": "[Xᵀ] · [X]",
    "(X @ w).T": "( [X] · [w] ) ᵀ",
    "(X @ w)[0, 1:]": "( [X] · [w] ) [0, 1:]",
    "exp(X)[:, ::2]": "exp ( [X] ) [:, ::2]",
    "X * (v - 1)": "[X] × ( [v] − 1 )",
    "X - (v - 1)": "[X] − ( [v] − 1 )",
    "X - v - 1": "[X] − [v] − 1",
    "n / (2 * n)": "[n] ÷ ( 2 × [n] )",
    "-X": "− [X]",
    "-(n + 1)": "− ( [n] + 1 )",
    "-n ** 2": "− ( [n] ^ 2 )",
    "(-n) ** 2": "( − [n] ) ^ 2",
    "(-2) ** n": "( −2 ) ^ [n]",
    "n ** 2 ** n": "[n] ^ ( 2 ^ [n] )",
    "(n ** 2) ** n": "( [n] ^ 2 ) ^ [n]",
    "-(-n)": "− ( − [n] )",
    "n * -0.25": "[n] × −0.25",
    "sum(X)": "sum ( [X] )",
    "sum(X, axis=0)": "sum ↓ ( [X] )",
    "mean(X * 2, axis=-1, keepdims=True)": "mean → ( [X] × 2 )",
    "maximum(v, 0)": "maximum ( [v] , 0 )",
    "round(n, 2)": "round ( [n] , 2 )",
    "where(v > 0, v, n)": "where ( [v] > 0 , [v] , [n] )",
    "softmax(X)": "softmax ( [X] )",
    "slope(v + 1)": "slope ( [v] + 1 )",
    "slope(v, 2)": "slope ( [v] , 2 )",
    "slope(by=n, a=v)": "slope ( [v] , [n] )",
    "vstack([X, v])": "below each other ( [X] , [v] )",
    "hstack([v, n])": "beside ( [v] , [n] )",
    "[n, 2]": "array ( [n] , 2 )",
    "zeros_like(X)": "0 (3 × 4)",
    "ones_like(n) + n": "1 (number) + [n]",
    "zeros((3, 2)) + ones(2)": "0 (3 × 2) + 1 (vector of 2)",
    "eye(3) @ X": "eye (3 × 3) · [X]",
    "arange(4) * v": "arange (vector of 4) × [v]",
    "X.reshape(2, 6)": "as 2 × 6 ( [X] )",
    "ravel(v)": "[v]",
    "argmax(X, axis=1)": "argmax → ( [X] )",
    "outer(v, b)": "outer ( [v] , [b] )",
    "np.c_[v, v]": "beside ( [vslice(None, None, None)|None] , [vslice(None, None, None)|None] )",
    "len(X) // 2 * n": "1 × [n]",
    "len(X) * 0.1": "3 × 0.1",
    "n / 1e-12": "[n] ÷ 1e−12",
}


@pytest.mark.parametrize("text", DRAWN)
def test_drawing(text: str) -> None:
    parts = drawing(read(text, SHAPES, HELPERS))
    shown = [leaf_text(part.leaf) if isinstance(part, Block) else part.text for part in parts]
    assert " ".join(shown) == DRAWN[text]
    neighbours = itertools.pairwise(parts)
    assert not any(type(a) is type(b) and not isinstance(a, Block) for a, b in neighbours)


def test_leaves_in_the_order_of_the_drawing() -> None:
    found = leaves(read("n * exp(X.T @ X[:, 0]) + n", SHAPES))
    assert [leaf_text(leaf) for leaf in found] == [
        "[n]",
        "[Xᵀ]",
        "[Xslice(None, None, None)|0]",
        "[n]",
    ]
