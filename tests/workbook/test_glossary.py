"""Glossary: the terms that occur in a lesson and no others; signs with pictures in cells."""

from __future__ import annotations

from collections.abc import Mapping

import openpyxl
import pytest

import tracer
from tests.workbook.made import Made
from tracer.program.layout import in_words
from tracer.run.trace import ProgramTrace, trace_template
from tracer.wording import LANGUAGES, load
from tracer.workbook.book import BookOptions, plan_book
from tracer.workbook.sheets.glossary import glossary_sheet
from tracer.workbook.sheets.glossary_pictures import PICTURES
from tracer.workbook.sheets.glossary_terms import OCCURS, TERM, terms

#: Lesson, terms that its glossary has, and terms that it hasn't.
LESSONS = (
    ("attention", "attention softmax dot adam why_transposed", "bias sigmoid epoch momentum"),
    ("batches", "batch loss sum_down", "sigmoid layer softmax"),
    ("diary-linear", "sum_across transpose dot stretched", "sigmoid momentum sum_down"),
    ("exam-hand", "dot sigmoid weight", "loss gradient update difference backward"),
    ("iris", "softmax cross_entropy accuracy", "sigmoid tanh momentum hidden_state"),
    ("lstm", "gate hidden_state tanh pre_activation", "momentum relu softmax"),
    ("optimizers", "adam adagrad rmsprop momentum", "sigmoid activation"),
    ("perceptron-threshold", "threshold", "weight bias loss backward difference dot"),
    ("ray", "sigmoid sigmoid_slope delta times sum_down", "tanh momentum softmax epoch batch"),
    ("ray-100", "saturation", "softmax"),
    ("two-class", "chain_rule sigmoid_slope", "dot transpose sum_down why_transposed"),
    ("two-class-rows", "sgd batch epoch", "momentum"),
    ("xor", "tanh momentum cross_entropy", "softmax relu"),
)


def _trace(name: str, lang: str) -> ProgramTrace:
    """Return a lesson's first iteration, its derived steps in a language."""
    trace = trace_template(tracer.load_template(name), 1)
    return ProgramTrace(trace.template, in_words(trace.program, load(lang)), trace.record)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("name", "there", "missing"), LESSONS)
def test_terms_occur_or_are_left_out(name: str, there: str, missing: str, lang: str) -> None:
    found = set(terms(_trace(name, lang), load(lang)))
    assert set(there.split()) - found == set()
    assert set(missing.split()) & found == set()


def test_every_term_has_its_row() -> None:
    texts = load().section("glossary")
    assert {key.removesuffix(TERM) for key in texts} == set(OCCURS)
    assert set(PICTURES) <= set(OCCURS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_is_in_some_lesson(lang: str) -> None:
    names = [name for name in tracer.template_names() if name not in ("diary-mnist", "ray-moons")]
    traces = [_trace(name, lang) for name in names]
    assert {term for trace in traces for term in terms(trace, load(lang))} == set(OCCURS)


def test_pictures_stand_below_their_signs(books: Mapping[str, Made]) -> None:
    values = openpyxl.load_workbook(books["ray"].path, data_only=True)["Glossary"]
    formulas = openpyxl.load_workbook(books["ray"].path)["Glossary"]
    (row,) = (cell.row for cell in values["A"] if cell.value == load()("glossary.dot_term"))
    while not isinstance(values.cell(row, 2).value, int | float):
        row += 1
    shown = [values.cell(row, column).value for column in range(2, 8)]
    assert shown == [1, 2, 3, "·", 4, "="]
    assert [values.cell(row + k, 6).value for k in range(3)] == [4, 5, 6]
    assert values.cell(row, 8).value == 32
    assert formulas.cell(row, 8).value == f"=B{row}*F{row}+C{row}*F{row + 1}+D{row}*F{row + 2}"


@pytest.mark.parametrize("name", ["ray", "xor", "two-class-rows"])
def test_every_language_has_the_same_terms(name: str) -> None:
    trace = trace_template(tracer.load_template(name), 1)
    counts = set()
    for lang in LANGUAGES:
        book = plan_book(trace, BookOptions(lang=lang))
        title = load(lang).sheet("glossary")
        cells = next(sheet for sheet in book.sheets if sheet.title == title).pattern.cells
        shown = {cell.text for cell in cells if cell.role == "label"}
        assert shown == {load(lang)(f"glossary.{term}{TERM}") for term in terms(trace, load())}
        counts.add(len(shown))
    assert len(counts) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["ray", "perceptron-threshold", "two-class-rows"])
def test_no_term_is_cut(name: str, lang: str) -> None:
    sheet = glossary_sheet(trace_template(tracer.load_template(name), 1), load(lang))
    longest = max(len(c.text or "") for c in sheet.pattern.cells if c.role == "label")
    assert sheet.widths[1] > 1.1 * longest
