from __future__ import annotations

import numpy as np
import pytest

from tests.language.strategies import read
from tracer.language.elements import Leaf, element
from tracer.language.expression import Index, element_text, place_text
from tracer.language.pieces import Pieces
from tracer.language.words import left_out, shortened, words, words_with_gaps
from tracer.wording import load

KNOWN = {
    "X": [[1, 0, 1, 0], [1, 0, 1, 1]],
    "w": [[0.42, 0.88], [0.10, 0.73], [0.60, 0.18], [0.92, 0.11]],
    "b": [[0.46, 0.72]],
    "v": [0.5, -2, 3],
    "n": -3,
    "p": 4,
    "one": [7],
}
ARRAYS = {name: np.array(value, dtype=np.float64) for name, value in KNOWN.items()}


def show(cell: Leaf) -> str:
    return f"{ARRAYS[cell.name.id][cell.origin]:.10g}".replace("-", "−")


SPELLED: dict[tuple[str, Index], str] = {
    ("X @ w + b", (0, 0)): "1 × 0.42 + 0 × 0.1 + 1 × 0.6 + 0 × 0.92 + 0.46",
    ("X @ w - b", (1, 1)): "1 × 0.88 + 0 × 0.73 + 1 × 0.18 + 1 × 0.11 − 0.72",
    ("b - X @ w", (0, 0)): "0.46 − (1 × 0.42 + 0 × 0.1 + 1 × 0.6 + 0 × 0.92)",
    ("(X @ w) * 2", (0, 0)): "(1 × 0.42 + 0 × 0.1 + 1 × 0.6 + 0 × 0.92) × 2",
    ("X @ (w - 1)", (0, 0)): ("1 × (0.42 − 1) + 0 × (0.1 − 1) + 1 × (0.6 − 1) + 0 × (0.92 − 1)"),
    ("p - v", (1,)): "4 − (−2)",
    ("v * n", (0,)): "0.5 × (−3)",
    ("p - 1e-3", ()): "4 − 0.001",
    ("p * 3.1415926", ()): "4 × 3.1415926",
    ("p - -1.5", ()): "4 − (−1.5)",
    ("p - (v + 1)", (0,)): "4 − (0.5 + 1)",
    ("p / (2 * v)", (0,)): "4 ÷ (2 × 0.5)",
    ("p / 2 / v", (0,)): "4 ÷ 2 ÷ 0.5",
    ("p ** 2", ()): "4 ^ 2",
    ("n ** 2", ()): "(−3) ^ 2",
    ("(-2) ** p", ()): "(−2) ^ 4",
    ("-p ** 2", ()): "−(4 ^ 2)",
    ("(-p) ** 2", ()): "(−4) ^ 2",
    ("2 ** p ** 2", ()): "2 ^ (4 ^ 2)",
    ("(2 ** p) ** 2", ()): "(2 ^ 4) ^ 2",
    ("2 * p ** 2", ()): "2 × 4 ^ 2",
    ("-p", ()): "−4",
    ("-n", ()): "−(−3)",
    ("-p * 2", ()): "−4 × 2",
    ("p + n * p", ()): "4 + (−3) × 4",
    ("n * p + n", ()): "−3 × 4 + (−3)",
    ("p * (n * p + n)", ()): "4 × (−3 × 4 + (−3))",
    ("p + -p * 2", ()): "4 + (−4) × 2",
    ("2 * -p", ()): "2 × (−4)",
    ("-(p + 1)", ()): "−(4 + 1)",
    ("(p > 2) * n", ()): "(4 > 2) × (−3)",
    ("p != 2", ()): "4 ≠ 2",
    ("(p > 2) == (n > 2)", ()): "(4 > 2) = (−3 > 2)",
    ("sum(v)", ()): "0.5 + (−2) + 3",
    ("sum(v) * 2", ()): "(0.5 + (−2) + 3) × 2",
    ("sum(one)", ()): "7",
    ("sum(one + 1) * 2", ()): "(7 + 1) × 2",
    ("sum(v ** 2) / 2", ()): "(0.5 ^ 2 + (−2) ^ 2 + 3 ^ 2) ÷ 2",
    ("mean(v)", ()): "mean of (0.5, −2, 3)",
    ("max(v + 1)", ()): "largest of (0.5 + 1, −2 + 1, 3 + 1)",
    ("min(v)", ()): "smallest of (0.5, −2, 3)",
    ("var(v)", ()): "variance of (0.5, −2, 3)",
    ("std(v)", ()): "standard deviation of (0.5, −2, 3)",
    ("norm(v)", ()): "norm of (0.5, −2, 3)",
    ("argmax(v)", ()): "place from 0 of the largest of (0.5, −2, 3)",
    ("argmin(v) + 1", ()): "place from 0 of the smallest of (0.5, −2, 3) + 1",
    ("log2(p)", ()): "log2(4)",
    ("log10(p)", ()): "log10(4)",
    ("log1p(p)", ()): "ln(1 + 4)",
    ("2 * expm1(n)", ()): "2 × (exp(−3) − 1)",
    ("clip(v, 0, 1)", (1,)): "min(max(−2, 0), 1)",
    ("outer(v, v)", (0, 1)): "0.5 × (−2)",
    ("eye(3) * v", (1, 1)): "1 × (−2)",
    ("v.reshape(3, 1) * 2", (2, 0)): "3 × 2",
    ("exp(-v)", (0,)): "exp(−0.5)",
    ("log(v)", (0,)): "ln(0.5)",
    ("sqrt(p)", ()): "√(4)",
    ("abs(n)", ()): "|−3|",
    ("sigmoid(p + 1)", ()): "sigmoid(4 + 1)",
    ("relu(n)", ()): "max(0, −3)",
    ("minimum(n, p)", ()): "min(−3, 4)",
    ("where(p > 2, n, 0)", ()): "(−3 if 4 > 2, else 0)",
    ("round(p / 3, 2)", ()): "4 ÷ 3 rounded to 2 decimals",
    ("p * round(n / 3, 2)", ()): "4 × (−3 ÷ 3 rounded to 2 decimals)",
    ("2 * sigmoid(p)", ()): "2 × sigmoid(4)",
    ("w.T", (1, 2)): "0.18",
}


@pytest.mark.parametrize(("text", "index"), SPELLED, ids=str)
def test_words(text: str, index: Index) -> None:
    shapes = {name: array.shape for name, array in ARRAYS.items()}
    assert words(element(read(text, shapes), index), show) == SPELLED[text, index]


def test_long_sums_leave_out_terms_and_say_how_many() -> None:
    tree = element(read("sum(a * a) / 2", {"a": (12,)}), ())
    short = shortened(tree, 4)

    def number(cell: Leaf) -> str:
        return left_out(cell) or str(cell.origin[0] + 1)

    assert words(short, number) == "(1 × 1 + 2 × 2 + 3 × 3 + … (12 terms) … + 12 × 12) ÷ 2"
    assert shortened(tree, 12) == tree
    inner = shortened(element(read("max(sum(b, axis=0))", {"b": (9, 3)}), ()), 4)
    assert words(inner, lambda c: left_out(c) or "x").count("… (9 terms) …") == 3


def test_brackets_where_a_sign_is_not_known_yet() -> None:
    tree = element(read("-a ** 2 + a * a", {"a": ()}), ())
    said = words_with_gaps(tree, lambda _: Pieces((1,)), lambda _: Pieces((2,)), load())
    assert isinstance(said, Pieces)
    assert said.pieces == ("−(", 2, " ^ 2) + ", 2, " × ", 2)
    assert said.written("<{}>".format) == "−(<2> ^ 2) + <2> × <2>"


@pytest.mark.parametrize(
    ("index", "place", "english", "german"),
    [
        ((), "", "W", "W"),
        ((0,), "1", "element 1 of W", "Element 1 von W"),
        ((1, 0), "2, 1", "element 2, 1 of W", "Element 2, 1 von W"),
        ((11, 2), "12, 3", "element 12, 3 of W", "Element 12, 3 von W"),
    ],
)
def test_elements_are_named_by_row_and_column_from_1(
    index: Index, place: str, english: str, german: str
) -> None:
    assert place_text(index) == place
    assert element_text("W", index) == english
    assert element_text("W", index, load("de")) == german
