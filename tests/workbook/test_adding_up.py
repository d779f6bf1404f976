"""Spelled-out arithmetic is true: a calculator that is given the digits shown gives the result."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import get_column_letter

import tracer
from tests.calculator import adds_up
from tests.language.strategies import read
from tests.spreadsheet import needs_office, recalculated
from tests.workbook.made import TOLD
from tracer.language.elements import Element, Leaf, cells, element, value
from tracer.program.model import Assignment
from tracer.run.trace import ProgramTrace, default_sheets, trace_template
from tracer.workbook.plan.numbers import GENERAL, Formats, NumberFormat, decimals_format, formats
from tracer.workbook.sheets.digits import Shown
from tracer.workbook.sheets.spelled import spelled

#: How many numbers of one equation are spelled out at most, and how many operands they have
#: together: of a few very large ones, not all.
MOST, OPERANDS = 400, 20_000
QUICK = ("ray", "exam-scores", "two-class", "xor", "perceptron-weights", "attention")
#: How many lines in a hundred may say ≈.
MOST_NEARLY = 3


def _traced(name: str) -> tuple[ProgramTrace, list[int]]:
    template = tracer.load_template(name)
    shown = default_sheets(min(template.iterations, 200))
    return trace_template(template, min(template.iterations, 200), sheets=shown), shown


def _numbers(
    trace: ProgramTrace, found: Formats, assignment: Assignment, iteration: int
) -> Iterator[tuple[list[Shown], Shown, Element]]:
    """Yield an equation's numbers and result, cell by cell."""
    slot = assignment.slot
    every = list(np.ndindex(slot.shape))
    each = sum(1 for _ in cells(element(assignment.equation.expression, every[-1]))) + 1
    most = min(MOST, -(-OPERANDS // each))
    values = {s.key: trace.value(s, iteration) for s in trace.program.slots}
    for index in every[:: -(-len(every) // most)]:
        tree = element(assignment.equation.expression, index)
        used = []
        for cell in cells(tree):
            key = trace.program.slot(cell.name).key
            used.append(Shown("", found[key], float(values[key][cell.origin])))
        yield used, Shown("", found[slot.key], float(values[slot.key][index])), tree


def _lines(trace: ProgramTrace, shown: list[int], decimals: int | None) -> Iterator[str]:
    found = formats(trace, shown, decimals)
    for iteration in shown:
        for assignment in trace.program.assignments:
            for used, result, tree in _numbers(trace, found, assignment, iteration):
                yield spelled(tree, used.__getitem__, result)[1]


def _judge(name: str, decimals: int | None) -> tuple[int, int]:
    """Return how many lines of a lesson say = and how many ≈. Fails where one isn't true."""
    trace, shown = _traced(name)
    counts = [0, 0]
    for line in _lines(trace, shown, decimals):
        if " ≈ " in line:
            counts[1] += 1
        elif "…" not in line and "(too long" not in line:
            assert adds_up(line), line
            counts[0] += 1
    return counts[0], counts[1]


@pytest.mark.parametrize("decimals", [2, None])
@pytest.mark.parametrize("name", QUICK)
def test_every_line_adds_up(name: str, decimals: int | None) -> None:
    equal, nearly = _judge(name, decimals)
    assert equal and nearly * 100 <= MOST_NEARLY * equal


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*TOLD} - {*QUICK}))
def test_every_line_of_every_kind_adds_up(name: str) -> None:
    equal, nearly = _judge(name, None)
    assert equal and nearly * 100 <= MOST_NEARLY * equal


@pytest.mark.parametrize(
    ("line", "true"),
    [
        ("1 × 0.42 + 0 × 0.1 + 0.46 = 0.88", True),
        ("0.033 × 0.2251 = 0.008", False),
        ("0.03297 × 0.2251 = 0.0074", True),
        ("−1 × 1.827 + (−1) × 0.07 + 0.1 = −1.797", True),
        ("−1 × 1.827 + (−1) × 0.07 + 0.1 = −1.796", False),
        ("sigmoid(0) × 1E−05 = 5E−06", True),
        ("((0.6 > 0.5) = 1) + (2 if 1 > 2, else 3) = 4", True),
        ("(4 ÷ 3 rounded to 2 decimals) × 3 = 3.99", True),
        ("largest of (−3, |−4|) ^ 2 = 16", True),
    ],
)
def test_the_calculator_calculates(line: str, true: bool) -> None:
    assert adds_up(line) is true


#: What else a line may have to show, by what it tests: equation, numbers, format, the line.
HARD: dict[str, tuple[str, dict[str, float], NumberFormat, str]] = {
    "few digits are enough": ("a * b", {"a": 0.032971, "b": 0.2251}, decimals_format(3), "?"),
    "no two roundings of one half": ("a * 1", {"a": 1.0734986}, decimals_format(3), "?"),
    "small": ("a * b", {"a": 1.2345678e-7, "b": 0.5}, decimals_format(3), "?"),
    "nearly one": ("1 - a", {"a": 0.99999987}, decimals_format(3), "?"),
    "nothing is left": ("a - b", {"a": 1.0, "b": 1.0}, decimals_format(3), "1 − 1 = 0"),
    "whole": ("a * b", {"a": 3.0, "b": -2.0}, GENERAL, "3 × (−2) = −6"),
    "a scientific format": (
        "a * b",
        {"a": 1.23456e-8, "b": 2.0},
        NumberFormat(2, scientific=True),
        "?",
    ),
    "more digits than there are": (
        "a - b",
        {"a": 1.0, "b": 1 - 2.0**-53},
        decimals_format(3),
        "1 − 1 ≈ 1.11E−16",
    ),
}


@pytest.mark.parametrize("case", HARD)
def test_hard_lines_add_up_or_say_that_they_do_not(case: str) -> None:
    text, numbers, form, wanted = HARD[case]
    tree = element(read(text, dict.fromkeys(numbers, ())), ())
    used = [numbers[cell.name.id] for cell in cells(tree)]
    result = value(tree, lambda cell: numbers[cell.name.id])
    line = spelled(tree, lambda k: Shown("$A$1", form, used[k]), Shown("$B$1", form, result))[1]
    assert line == wanted or (wanted == "?" and adds_up(line)), line


def _plainly(line: str) -> str:
    """Return a line with numbers in one notation: programs differ in when they write 1E−05."""
    return re.sub(r"\d[\d.]*(?:E[−+]\d+)?", lambda m: f"{float(m[0].replace('−', '-')):.9g}", line)


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_a_spreadsheet_says_the_same_whatever_the_numbers_are(tmp_path: Path) -> None:
    """Also of numbers other than those for which the line was written."""
    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = "Lines"
    wanted: list[str] = []
    draw = np.random.default_rng(1)
    for name in ("ray", "two-class-as-coded", "lstm", "attention", "exam-scores"):
        trace, shown = _traced(name)
        found = formats(trace, shown)
        for assignment in trace.program.assignments:
            listed = _numbers(trace, found, assignment, shown[-1])
            for used, result, tree in islice(listed, 6):
                scale = 10.0 ** draw.integers(-6, 1)
                row = len(wanted) + 1
                numbers = [float(n.value * scale * draw.normal(1, 0.1)) for n in used]
                placed = [
                    Shown(f"${get_column_letter(k + 3)}${row}", n.format, v)
                    for k, (n, v) in enumerate(zip(used, numbers, strict=True))
                ]
                by_cell = {id(c): v for c, v in zip(cells(tree), numbers, strict=True)}

                def scaled(cell: Leaf, by_cell: dict[int, float] = by_cell) -> float:
                    return by_cell[id(cell)]

                with np.errstate(all="ignore"):
                    now = value(tree, scaled)
                if not np.isfinite(now):
                    continue
                for k, number in enumerate([now, *numbers]):
                    page.cell(row, k + 2).value = number
                live, text = spelled(
                    tree, placed.__getitem__, Shown(f"$B${row}", result.format, now)
                )
                page.cell(row, 1).value = f"={live}"
                wanted.append(text)
    book.save(tmp_path / "lines.xlsx")
    (out,) = recalculated([tmp_path / "lines.xlsx"], tmp_path / "out")
    said = openpyxl.load_workbook(out, data_only=True)["Lines"]
    lines = [str(said.cell(k + 1, 1).value) for k in range(len(wanted))]
    assert list(map(_plainly, lines)) == list(map(_plainly, wanted))
    assert len(wanted) > 300
    assert all(adds_up(line) for line in lines if " ≈ " not in line and "…" not in line)
