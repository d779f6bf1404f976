"""Columns of data keep their names on the sheets: safe to show, and where one types, too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.network.made import templated
from tests.workbook.made import Made
from tests.workbook.test_typing import _completing
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.wording import LANGUAGES
from tracer.workbook.book import BookOptions, plan_book
from tracer.workbook.plan.plan import Book

#: The heading, and how it is shown.
HOSTILE = {
    "=1+1": "[=1+1]",
    "2. Größe": "[2. Größe]",
    "x" * 300: "x" * 39 + "…",
}


def _texts(book: Book, title: str) -> list[str]:
    sheet = next(s for s in book.sheets if s.title == title)
    return [cell.text or "" for cell in sheet.pattern.cells]


@pytest.mark.parametrize(
    ("name", "sheet", "wanted"),
    [
        ("iris", "Inputs", ["sepal_length", "petal_width", "[120 × 4] · iris.csv, rows 31 to 150"]),
        ("iris", "Predict", ["sepal_length", "petal_width", "setosa", "virginica"]),
        ("iris", "Explore", ["sepal_\nlength", "petal_\nwidth", "setosa", "virginica"]),
        ("exam-scores", "Inputs", ["hours of study", "hours of sleep", "score"]),
        ("exam-scores", "Predict", ["hours of study", "hours of sleep"]),
        ("exam-scores", "Boundary", ["hours of study →", "hours of sleep ↑"]),
    ],
)
def test_names_stand_on_the_sheets(
    name: str, sheet: str, wanted: list[str], books: Mapping[str, Made]
) -> None:
    found = _texts(books[name].book, sheet)
    assert [text for text in wanted if not any(f.startswith(text) for f in found)] == []


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_hostile_headings_are_texts_that_complete_no_number(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "t.toml"
    listed = ", ".join(f'"{heading}"' for heading in HOSTILE)
    path.write_text(
        'title = "t"\nloss = "l"\nbackward = "derived"\n[given]\nX = [[1, 2, 3], [3, 4, 5]]\n'
        f"lr = 0.1\n[headings]\nX = [{listed}]\n[parameters]\nw = [[0.1], [0.2], [0.3]]\n"
        '[[steps]]\nequations = ["p = X @ w", "l = mean(p ** 2)"]\n'
        '[predict]\ninput = "X"\noutput = "p"\n',
        "utf-8",
    )
    book = plan_book(trace_template(read_template(path), 2), BookOptions(lang=lang))
    assert [*_completing(book)] == []
    sheets = {s.title: [c.text for c in s.pattern.cells if c.formula is None] for s in book.sheets}
    with_names = [title for title, texts in sheets.items() if set(HOSTILE.values()) <= {*texts}]
    assert len(with_names) == 2
    assert not any(h in (texts or ()) for h in HOSTILE for texts in sheets.values())


def test_classes_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,b,kind\n1,2,yes\n2,4,no\n3,1,no\n4,1,maybe\n", "utf-8")
    made = templated(tmp_path, str(tmp_path / "d.csv"), target=("kind",))
    book = plan_book(trace_template(made, 2))
    kinds = ["maybe", "no", "yes"]
    assert [t for t in _texts(book, "Inputs") if "maybe = 0, no = 1, yes = 2" in t]
    # Above what preparation made of the target, and above the answers.
    assert [t for t in _texts(book, "Explore") if t in kinds] == kinds * 2
    sheet = next(s for s in book.sheets if s.title == "Predict")
    wanted = [c.text for c in sheet.pattern.cells if c.role == "plain" and c.text]
    assert wanted == ["yes", "no", "no", "maybe"]
