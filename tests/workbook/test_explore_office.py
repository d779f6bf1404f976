"""Explore in a real spreadsheet program: colours, arithmetic and numbers for any choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.spreadsheet import Seen, convert, needs_office, seen, with_values
from tests.workbook.made import Made, make
from tests.workbook.odd import ODD
from tracer.language.elements import cells, element
from tracer.program import Assignment
from tracer.template import read_template
from tracer.workbook.palette import OPERAND, RESULT, TUTORIAL
from tracer.workbook.sheets.band import cell_of, drawn, index_at

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

LESSONS = ("ray", "two-class", "exam-scores", "diary-n-layer", "odd")
YELLOW, ORANGE = (TUTORIAL.tones[tone] for tone in (RESULT, OPERAND))
#: Equations whose every cell is chosen once.
EVERY_CELL = {
    "ray": {"hidden_layer_input", "Error_at_hidden_layer"},
    "exam-scores": {"largest_hours", "o_new"},
    "odd": {"stacked", "gram", "second", "numbers"},
}
Spot = tuple[int, int]


@dataclass(frozen=True)
class Chosen:
    """One choice on Explore: iteration, equation, cell counted from 0 (None: the whole block)."""

    iteration: int
    assignment: Assignment
    spot: Spot | None


def _choices(made: Made) -> Iterator[Chosen]:
    program = made.trace.program
    random = np.random.default_rng(1)
    for number, assignment in enumerate([*program.prepare, *program.iterate]):
        rows, columns = drawn(assignment.slot.shape)
        iteration = number % made.trace.iterations + 1
        spot = int(random.integers(rows)), int(random.integers(columns))
        yield Chosen(iteration, assignment, spot)
        if number % 3 == 0 or made.template.name == "odd":
            yield Chosen(iteration, assignment, None)
        if assignment.slot.name in EVERY_CELL.get(made.template.name, ()):
            for i in range(rows):
                for j in range(columns):
                    yield Chosen(iteration, assignment, (i, j))


def _entry(made: Made, assignment: Assignment) -> str:
    number = made.trace.program.steps[assignment.step].number
    # An asterisk would match any text; E and e are one to a spreadsheet.
    mark = " ′" if assignment.slot.label == "e" else ""
    return f"{number.replace('*', '·')} {assignment.slot.label}{mark}"


@pytest.fixture(scope="module")
def explored(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[str, tuple[Made, Sequence[tuple[Chosen, dict[Spot, Seen]]]]]:
    """Every lesson with every choice, recalculated in one run of the spreadsheet program."""
    folder = tmp_path_factory.mktemp("explored")
    made: dict[str, Made] = {}
    choices: list[tuple[str, Chosen]] = []
    files: list[Path] = []
    for name in LESSONS:
        if name == "odd":
            (folder / "odd.toml").write_text(ODD, "utf-8")
            template = read_template(folder / "odd.toml")
        else:
            template = tracer.load_template(name)
        made[name] = make(template, folder / f"{name}.xlsx", 3, sheets=[])
        for chosen in _choices(made[name]):
            row, column = chosen.spot or (0, 0)
            values: dict[str, float | str] = {
                "B3": chosen.iteration,
                "B4": _entry(made[name], chosen.assignment),
                "B5": "whole block" if chosen.spot is None else "one cell",
                "B6": row + 1,
                "B7": column + 1,
            }
            out = folder / f"{name}-{len(choices)}.xlsx"
            files.append(with_values(made[name].path, out, "Explore", values))
            choices.append((name, chosen))
    pages = convert(files, folder / "html", "html:HTML (StarCalc)")
    found: dict[str, list[tuple[Chosen, dict[Spot, Seen]]]] = {name: [] for name in LESSONS}
    for (name, chosen), page in zip(choices, pages, strict=True):
        found[name].append((chosen, seen(page)["Explore"]))
    return {name: (made[name], found[name]) for name in LESSONS}


def _corners(made: Made, sheet: Mapping[Spot, Seen]) -> dict[tuple[str, int], Spot]:
    """Return where each block's numbers begin, found by the labels above them."""
    program = made.trace.program
    labels = {slot.label: slot.key for slot in program.slots if slot.step is None}
    for assignment in (*program.prepare, *program.iterate):
        labels[_entry(made, assignment)] = assignment.slot.key
    return {
        labels[text]: (row + 1, column)
        for (row, column), cell in sheet.items()
        if column > 3 and (text := re.sub(r"^[▶•] ", "", cell.text)) in labels
        if sheet[row + 1, column].number is not None
    }


def _expected(made: Made, chosen: Chosen) -> dict[tuple[str, int], set[Spot]]:
    """Return the operand cells of the chosen elements, as the language says."""
    assignment = chosen.assignment
    rows, columns = drawn(assignment.slot.shape)
    every = [(i, j) for i in range(rows) for j in range(columns)]
    found: dict[tuple[str, int], set[Spot]] = {}
    for spot in every if chosen.spot is None else [chosen.spot]:
        index = index_at(assignment.slot.shape, *spot)
        for cell in cells(element(assignment.equation.expression, index)):
            slot = made.trace.program.slot(cell.name)
            found.setdefault(slot.key, set()).add(cell_of(cell.origin))
    return found


@pytest.mark.parametrize("name", LESSONS)
def test_exactly_the_operands_are_orange(
    name: str, explored: Mapping[str, tuple[Made, Sequence[tuple[Chosen, dict[Spot, Seen]]]]]
) -> None:
    made, choices = explored[name]
    for chosen, sheet in choices:
        corners = _corners(made, sheet)
        last = max(row for row, _ in corners.values()) + 30
        right = max(column for _, column in corners.values()) + 30
        colored = {
            color: {
                where for where, cell in sheet.items()
                if cell.color.upper() == color and where[1] > 3 and where < (last, right)
            }
            for color in (ORANGE, YELLOW)
        }  # fmt: skip
        orange = {
            (corners[key][0] + i, corners[key][1] + j)
            for key, spots in _expected(made, chosen).items()
            for i, j in spots
        }
        what = f"{chosen.assignment.equation.text} {chosen.spot}"
        assert colored[ORANGE] == orange, what
        row, column = corners[chosen.assignment.slot.key]
        rows, columns = drawn(chosen.assignment.slot.shape)
        every = [(i, j) for i in range(rows) for j in range(columns)]
        spots = every if chosen.spot is None else [chosen.spot]
        assert colored[YELLOW] == {(row + i, column + j) for i, j in spots}, what


@pytest.mark.parametrize("name", LESSONS)
def test_the_arithmetic_ends_in_the_number(
    name: str, explored: Mapping[str, tuple[Made, Sequence[tuple[Chosen, dict[Spot, Seen]]]]]
) -> None:
    made, choices = explored[name]
    for chosen, sheet in choices:
        line = sheet[4, 4].text
        if chosen.spot is None:
            assert line == re.sub(r"\s+", " ", chosen.assignment.equation.text)
            continue
        slot = chosen.assignment.slot
        expected = made.trace.value(slot, chosen.iteration)[index_at(slot.shape, *chosen.spot)]
        written = line.rpartition(" = ")[2]
        decimals = len(written.partition(".")[2])
        assert "E" in written or "." in written or float(expected).is_integer(), line
        near = 0.51 * 10.0**-decimals if "E" not in written else abs(expected) * 0.01
        assert abs(float(written) - expected) <= near, line
        assert sheet[5, 4].text == re.sub(r"\s+", " ", chosen.assignment.equation.text)
        step = made.trace.program.steps[chosen.assignment.step]
        assert sheet[6, 4].text == f"Step {step.number}: {step.title}"


@pytest.mark.parametrize("name", LESSONS)
def test_the_numbers_are_those_of_the_chosen_iteration(
    name: str, explored: Mapping[str, tuple[Made, Sequence[tuple[Chosen, dict[Spot, Seen]]]]]
) -> None:
    made, choices = explored[name]
    for chosen, sheet in choices:
        corners = _corners(made, sheet)
        for slot in made.trace.program.slots:
            corner = corners.get(slot.key)
            if corner is None:
                continue
            rows, columns = drawn(slot.shape)
            shown = [
                sheet[corner[0] + i, corner[1] + j].number
                for i in range(rows)
                for j in range(columns)
            ]
            expected = made.trace.value(slot, chosen.iteration).ravel()
            assert np.array(shown, float) == pytest.approx(expected, rel=1e-9, abs=2e-13)
