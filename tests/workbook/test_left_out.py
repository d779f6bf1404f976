"""Start says of Explore, Predict and Boundary why there are none, where one would expect them."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.read import read_template
from tracer.wording import LANGUAGES, load
from tracer.workbook.book import BookOptions, plan_book

SHEETS = ("explore", "predict", "boundary")
#: What one would expect of a lesson but can't have, and why; nothing of the others.
LESSONS: dict[str, dict[str, str]] = {
    "ray": {},
    "xor": {},
    "attention": {},
    "rnn": {},
    "diary-mnist": {"explore": "too_large"},
    "diary-deep": {"boundary": "too_deep"},
    "two-class": {"boundary": "outputs"},
    "exam-hand": {"boundary": "one_sample"},
    "perceptron-bias": {},
}
#: Forward passes of two inputs, and why nobody can try them out.
MADE: dict[str, tuple[str, str, dict[str, str]]] = {
    "a bias for each sample": (
        "X = [[1, 2], [3, 4], [5, 7]]\nb = [[1], [2], [3]]\nw = [[0.1], [0.2]]",
        "p = X @ w + b",
        {"predict": "together", "boundary": "together"},
    ),
    "a mean over samples": (
        "X = [[1, 2], [3, 4], [5, 7]]\nw = [[0.1], [0.2]]",
        "p = (X - mean(X, axis=0)) @ w",
        {"predict": "together", "boundary": "together"},
    ),
    "three inputs, a mean over samples": (
        "X = [[1, 2, 3], [3, 4, 5]]\nw = [[0.1], [0.2], [1]]",
        "p = (X - mean(X, axis=0)) @ w",
        {"predict": "together"},
    ),
    "too many weights": (
        'X = [[1, 2], [3, 4]]\nv = { random = "normal", shape = [2, 2100], seed = 1 }',
        "p = sum(tanh(X @ v), axis=1)",
        {"predict": "too_many", "boundary": "too_many"},
    ),
    "one input that is always the same": (
        "X = [[1, 2], [1, 4], [1, 7]]\nw = [[0.1], [0.2]]",
        "p = X @ w",
        {"boundary": "no_plane"},
    ),
    "all there is": ("X = [[1, 2], [2, 4], [1, 7]]\nw = [[0.1], [0.2]]", "p = X @ w", {}),
}


def _said(trace: ProgramTrace, lang: str = "en") -> dict[str, str]:
    """Return what Start says of the sheets that aren't there."""
    book, wording = plan_book(trace, BookOptions(lang=lang)), load(lang)
    cells = book.sheets[0].pattern.cells
    beside = {c.row: c.text for c in cells if c.column == 2 and c.text}
    names = {wording.sheet(name): name for name in SHEETS}
    there = {sheet.title for sheet in book.sheets}
    return {
        names[c.text]: beside[c.row]
        for c in cells
        if c.column == 1 and c.role == "muted" and c.text in names and c.text not in there
    }


def _expected(reasons: dict[str, str], lang: str = "en") -> dict[str, str]:
    return {name: load(lang)(f"left_out.{why}", count=2) for name, why in reasons.items()}


@pytest.mark.parametrize("name", LESSONS)
def test_start_says_what_a_lesson_lacks(name: str) -> None:
    template = tracer.load_template(name)
    assert _said(trace_template(template, 1)) == _expected(LESSONS[name])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("what", MADE)
def test_start_says_why(what: str, lang: str, tmp_path: Path) -> None:
    given, equation, reasons = MADE[what]
    path = tmp_path / "t.toml"
    path.write_text(
        f'title = "t"\n[given]\n{given}\n[predict]\ninput = "X"\noutput = "p"\n'
        f'[[steps]]\nequations = ["{equation}"]\n',
        "utf-8",
    )
    trace = trace_template(read_template(path), 1)
    assert _said(trace, lang) == _expected(reasons, lang)
