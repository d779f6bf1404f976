"""Blocks with headings and labels, short ones, and tables with a row for each iteration."""

from __future__ import annotations

from collections.abc import Callable
from math import nan
from pathlib import Path

import openpyxl
import pytest

import tracer
from tests.practice.hostile import active
from tracer.practice.answers.answers import Answers
from tracer.practice.answers.loose import read_loose

HAND = """
title = "A line"
[given]
x = [1, 2]
[parameters]
w = [0.5, 0.25]
b = 0.0
[[steps]]
title = "Forward"
equations = ["p = w * x + b", "m = [[1, 2], [3, 4]] * b"]
[[steps]]
title = "Update"
phase = "update"
equations = ["w = w - 0.1 * p", "b = b - 0.1 * p[0]"]
"""
Blocks = dict[tuple[int, str], list[float]]


def read(folder: Path, text: str) -> Answers:
    (folder / "hand.toml").write_text(HAND, "utf-8")
    (folder / "page.csv").write_text(text, "utf-8")
    program = tracer.load_template(folder / "hand.toml").program()
    return read_loose(folder / "page.csv", program)


def found(answers: Answers) -> Blocks:
    return {
        (answer.iteration, answer.key[0]): [*map(float, answer.values.reshape(-1))]
        for answer in answers
    }


M = {(1, "m"): [0.1, 0.2, 0.3, 0.4]}
P = {(1, "p"): [0.5, 0.25]}
PAGES: dict[str, tuple[str, Blocks]] = {
    "headings and labels": ("m,h1,h2\nrow 1,0.1,0.2\nrow 2,0.3,0.4\n", M),
    "headings and numbered rows": ("m,h1,h2\n1,0.1,0.2\n2,0.3,0.4\n", M),
    "rows and columns are numbered": ("m,1,2\n1,0.1,0.2\n2,0.3,0.4\n", M),
    "counted from 0": ("m,0,1\n0,0.1,0.2\n1,0.3,0.4\n", M),
    "headings alone": ("m\nh1,h2\n0.1,0.2\n0.3,0.4\n", M),
    "labels alone": ("m,\nfirst,0.1,0.2\nsecond,0.3,0.4\n", M),
    "labels, a column further": ("m\n,first,0.1,0.2\n,second,0.3,0.4\n", M),
    "labels of a vector": ("p,\nrow 1,0.5\nrow 2,0.25\n", P),
    "labels below the name's neighbour": ("p,,\n,row 1,0.5\n,row 2,0.25\n", P),
    "a label without a number": ("p\nrow 1,\nrow 2,0.25\n", {(1, "p"): [nan, 0.25]}),
    "a colon behind the name": ("p:,0.5,0.25\n", P),
    "numbers that count are answers": ("m\n1,2\n2,4\n", {(1, "m"): [1, 2, 2, 4]}),
    "a short row": ("p,0.5\nw,0.4,0.2\n", {(1, "p"): [0.5, nan], (1, "w"): [0.4, 0.2]}),
    "a short column": (
        "p,w\n0.5,0.4\n,0.2\nb\n0.3\n",
        {(1, "p"): [0.5, nan], (1, "w"): [0.4, 0.2], (1, "b"): [0.3]},
    ),
    "short rows of a matrix": (
        "m\n0.1,0.2\nw,0.4,0.2\n",
        {(1, "m"): [0.1, 0.2, nan, nan], (1, "w"): [0.4, 0.2]},
    ),
    "given numbers between": ("p,0.5\nx,1,2\nb,0.1\n", {(1, "p"): [0.5, nan], (1, "b"): [0.1]}),
    "a number that can't be read": ("p,0.5 V,0.25\n", {(1, "p"): [nan, 0.25]}),
    "single numbers over iterations": ("b,0.1,0.2,0.3\n", {(k, "b"): [k / 10] for k in (1, 2, 3)}),
    "the same, downwards": ("b\n0.1\n0.2\n", {(1, "b"): [0.1], (2, "b"): [0.2]}),
    "a row for each iteration": (
        "iteration,b,w,\n1,0.1,0.4,0.2\n2,0.2,0.3,0.1\n",
        {(1, "b"): [0.1], (2, "b"): [0.2], (1, "w"): [0.4, 0.2], (2, "w"): [0.3, 0.1]},
    ),
    "numbers with their places, epochs": (
        "Epoch,w1,w2\n0,0.5,0.25\n1,0.4,0.2\n",
        {(1, "w"): [0.4, 0.2]},
    ),
    "places counted from 0": ("k,w_1,w_0\n2,0.2,0.4\n", {(2, "w"): [0.4, 0.2]}),
    "a title, a blank, and given numbers": (
        "My table\n\nDurchlauf;x1;b\n1;1;0,1\n3;1;0,3\n",
        {(1, "b"): [0.1], (3, "b"): [0.3]},
    ),
}


@pytest.mark.parametrize("page", PAGES)
def test_blocks(page: str, tmp_path: Path) -> None:
    text, expected = PAGES[page]
    # As texts, of which nan is equal to nan.
    assert str(sorted(found(read(tmp_path, text)).items())) == str(
        sorted((place, [*map(float, numbers)]) for place, numbers in expected.items())
    )


def test_what_can_t_be_read_is_kept_with_its_place(tmp_path: Path) -> None:
    (answer,) = read(tmp_path, "p,0.5 V,0.25\n")
    assert answer.texts == {(0,): "0.5 V"}


def test_lists_over_iterations(tmp_path: Path) -> None:
    (tmp_path / "hand.toml").write_text(HAND, "utf-8")
    report = tracer.check(tmp_path / "hand.toml", b=[-0.05, -0.09], w=[[0.45, 0.2], [0.4, 0.1]])
    assert found(report.answers) == {
        (1, "b"): [-0.05],
        (2, "b"): [-0.09],
        (1, "w"): [0.45, 0.2],
        (2, "w"): [0.4, 0.1],
    }


@pytest.mark.parametrize("lang", ["en", "de"])
def test_our_own_workbook_is_read_from_its_table_of_iterations(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "ray.xlsx"
    tracer.trace("ray", 2).to_excel(path, lang=lang)
    report = tracer.check("ray", path)
    assert report.right
    assert {answer.iteration for answer in report.answers} == {1, 2}


def _beside(sheet: Callable[..., object]) -> None:
    for row in (["output", 0.79, 0.8, 0.79], ["Summe", 2.38], ["note", "of mine"]):
        sheet(row)


def test_a_workbook_says_what_was_not_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    _beside(active(book).append)
    book.save(tmp_path / "mine.xlsx")
    report = tracer.check("ray", tmp_path / "mine.xlsx")
    assert "Not read: “Summe” (row 2) is not a quantity here." in str(report)
    assert "note" not in str(report)
