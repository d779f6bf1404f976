"""Explore in a real spreadsheet program: colours, arithmetic and numbers for any choice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.spreadsheet import (
    Seen,
    convert,
    needs_office,
    numbers,
    recalculated,
    seen,
    with_values,
)
from tests.workbook.large import large
from tests.workbook.made import Made, make
from tests.workbook.odd import ODD
from tracer.language.elements import Leaf, cells, element
from tracer.language.expression import shape_text
from tracer.program.model import Assignment, Slot
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.wording import load
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.palette import GREY, OPERAND, RESULT, TUTORIAL
from tracer.workbook.sheets.band import cell_of, drawn, index_at
from tracer.workbook.sheets.explore.bench import Bench, View
from tracer.workbook.sheets.explore.dependence import Dependence
from tracer.workbook.sheets.explore.entries import entries
from tracer.workbook.sheets.explore.places import (
    ARITHMETIC,
    BENCH_ROW,
    EQUATION_ROW,
    LINES,
    NETWORK_COLUMN,
    STEP_ROW,
    WHICH,
)

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

YELLOW, ORANGE, GREY_FILL = (TUTORIAL.tones[tone] for tone in (RESULT, OPERAND, GREY))
#: Blocks are drawn whole, and their numbers are Training's.
WHOLE = ("ray", "two-class", "exam-scores", "diary-n-layer", "odd")
#: Some are drawn as windows, and the numbers are computed on the sheet.
LARGE = ("moons", "tall", "batched", "ray-moons")
LESSONS = (*WHOLE, *LARGE)
#: Equations whose every cell is chosen once.
EVERY_CELL = {
    "ray": {"hidden_layer_input", "Error_at_hidden_layer"},
    "exam-scores": {"largest_hours", "o_new"},
    "odd": {"stacked", "gram", "second", "numbers"},
    "tall": {"dW2", "W1"},
    "batched": {"db1"},
}
HTML, AT_ONCE = "html:HTML (StarCalc):SkipImages", 30
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
    assignments = [*program.assignments]
    if made.path.stem == "ray-moons":
        # Its page takes long: the last equation of each step.
        assignments = list({assignment.step: assignment for assignment in assignments}.values())
    for number, assignment in enumerate(assignments):
        rows, columns = drawn(assignment.slot.shape)
        iteration = number % made.trace.iterations + 1
        spot = int(random.integers(rows)), int(random.integers(columns))
        yield Chosen(iteration, assignment, spot)
        name = made.path.stem
        if name == "ray-moons":
            continue
        if number % 3 == 0 or name == "odd":
            yield Chosen(iteration, assignment, None)
        if rows * columns > 500 and number % 2:
            # The first page of a window, a middle one, and the last, which isn't full.
            yield Chosen(iteration, assignment, (0, 0))
            yield Chosen(iteration, assignment, (rows - 1, columns - 1))
        if assignment.slot.name in EVERY_CELL.get(name, ()):
            for i in range(rows):
                for j in range(columns):
                    yield Chosen(iteration, assignment, (i, j))


def _entry(made: Made, assignment: Assignment) -> str:
    number = made.trace.program.steps[assignment.step].number
    # An asterisk would match any text; E and e are one to a spreadsheet.
    mark = " ′" if load().say(assignment.slot.label) == "e" else ""
    return f"step {number.replace('*', '·')}: {load().say(assignment.slot.label)}{mark}"


def _number(made: Made, chosen: Chosen) -> int:
    """Return which number of all it is, in the order of calculation."""
    assert chosen.spot is not None
    assignments = [*made.trace.program.assignments]
    before = sum(a.slot.size for a in assignments[: assignments.index(chosen.assignment)])
    return before + chosen.spot[0] * drawn(chosen.assignment.slot.shape)[1] + chosen.spot[1] + 1


def _template(name: str, folder: Path) -> Template:
    if name == "odd":
        (folder / "odd.toml").write_text(ODD, "utf-8")
        return read_template(folder / "odd.toml")
    return large(name, folder) if name in LARGE[:-1] else tracer.load_template(name)


@dataclass(frozen=True)
class Explored:
    """A lesson's workbook, and how its sheet looks with each choice."""

    made: Made
    pages: Sequence[tuple[Chosen, Mapping[Spot, Seen]]]


@pytest.fixture(scope="module", params=LESSONS)
def explored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Explored:
    """A lesson with every choice, recalculated by the spreadsheet program."""
    folder, name = tmp_path_factory.mktemp("explored"), request.param
    made = make(_template(name, folder), folder / f"{name}.xlsx", 3, sheets=[])
    titles = [sheet.title for sheet in made.book.sheets]
    # The other sheets, which Explore doesn't refer to, would be computed for every choice.
    needed = made.book.sheets[: titles.index("Explore") + 1]
    write_book(replace(made.book, sheets=needed), made.path, force=True)
    files: list[Path] = []
    choices = list(_choices(made))
    for number, chosen in enumerate(choices):
        row, column = chosen.spot or (0, 0)
        values: dict[str, float | str] = {
            "C4": chosen.iteration,
            "F4": _entry(made, chosen.assignment),
            "K4": row + 1,
            "M4": column + 1,
            "O4": "whole block" if chosen.spot is None else "one cell",
        }
        if chosen.spot is not None and number % 2:
            # On the walk the number rules, whatever else is chosen.
            values = {"A4": _number(made, chosen), "C4": chosen.iteration}
        out = folder / f"{name}-{number}.xlsx"
        files.append(with_values(made.path, out, "Explore", values))
    pages: list[Mapping[Spot, Seen]] = []
    # LibreOffice keeps the memory of every file that one run of it converts.
    for first in range(0, len(files), AT_ONCE):
        for page in convert(files[first : first + AT_ONCE], folder / "html", HTML):
            pages.append(seen(page, "Explore"))
            page.unlink()
    return Explored(made, list(zip(choices, pages, strict=True)))


def _corners(made: Made, sheet: Mapping[Spot, Seen]) -> dict[tuple[str, int], Spot]:
    """Return where each block's numbers begin, found by the labels above them."""
    program = made.trace.program
    labels = {load().say(slot.label): slot.key for slot in program.slots if slot.step is None}
    for assignment in program.assignments:
        labels[_entry(made, assignment)] = assignment.slot.key
    found: dict[tuple[str, int], Spot] = {}
    for (row, column), cell in sorted(sheet.items()):
        text = re.sub(r"^[▶•] ", "", cell.text)
        # What is in the same place further down are the sheet's own workings.
        there = column >= NETWORK_COLUMN and row > BENCH_ROW + 1 and text in labels
        # Between a label and the numbers, columns of data have their headings.
        first = next((r for r in (row + 1, row + 2) if _number_at(sheet, (r, column))), None)
        if there and first is not None:
            found.setdefault(labels[text], (first, column))
    return found


def _number_at(sheet: Mapping[Spot, Seen], spot: Spot) -> bool:
    return spot in sheet and sheet[spot].number is not None


def _shown(sheet: Mapping[Spot, Seen], slot: Slot, corner: Spot) -> tuple[range, range]:
    """Return which rows and columns of a block are shown, from what stands under a window."""
    found = []
    rows, columns = drawn(slot.shape)
    below = sheet.get((corner[0] + min(rows, 8), corner[1]))
    for name, count in (("rows", rows), ("columns", columns)):
        if count <= 8:
            found.append(range(count))
            continue
        assert below is not None and below.text.startswith(f"[{shape_text(slot.shape)}] ")
        first, last = re.findall(rf"{name} (\d+)–(\d+)", below.text)[0]
        found.append(range(int(first) - 1, int(last)))
        assert len(found[-1]) == 8 and found[-1][-1] < count
    return found[0], found[1]


def _visible(sheet: Mapping[Spot, Seen], slot: Slot, corner: Spot) -> dict[Spot, Spot]:
    """Return where on the sheet each element of a block that is shown stands."""
    rows, columns = _shown(sheet, slot, corner)
    return {
        (row, column): (corner[0] + i, corner[1] + j)
        for i, row in enumerate(rows)
        for j, column in enumerate(columns)
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


def test_exactly_the_operands_are_orange(explored: Explored) -> None:
    made, choices = explored.made, explored.pages
    for chosen, sheet in choices:
        corners = _corners(made, sheet)
        last = max(row for row, _ in corners.values()) + 30
        first, right = (
            min(row for row, _ in corners.values()),
            max(c for _, c in corners.values()) + 30,
        )
        colored = {
            color: {
                where
                for where, cell in sheet.items()
                if cell.color.upper() == color and where[1] >= NETWORK_COLUMN
                if first <= where[0] < last and where[1] < right
            }
            for color in (ORANGE, YELLOW)
        }
        places = {
            slot.key: _visible(sheet, slot, corners[slot.key])
            for slot in made.trace.program.slots
            if slot.key in corners
        }
        orange = {
            places[key][spot]
            for key, spots in _expected(made, chosen).items()
            for spot in spots & {*places[key]}
        }
        what = f"{chosen.assignment.equation.text} {chosen.spot}"
        assert colored[ORANGE] == orange, what
        result = places[chosen.assignment.slot.key]
        yellow = set(result.values()) if chosen.spot is None else {result[chosen.spot]}
        assert colored[YELLOW] == yellow, what


def _on_bench(bench: Bench, sheet: Mapping[Spot, Seen], view: View) -> dict[Spot, Spot]:
    """Return where each element that a block on the bench shows stands, by its caption."""
    below = sheet[bench.last_row, view.column].text
    firsts = []
    for name, start in zip(("rows", "columns"), view.starts, strict=True):
        firsts.append(int(re.findall(rf"{name} (\d+)–", below)[0]) - 1 if start else 0)
    return {
        (firsts[0] + i, firsts[1] + j): (view.row + i, view.column + j)
        for i in range(view.shown[0])
        for j in range(view.shown[1])
    }


def test_the_bench_shows_the_equation(explored: Explored) -> None:
    made = explored.made
    program = made.trace.program
    readings = [Dependence(program, a, sampled=max(a.slot.shape, default=0) > 128)
                for a in program.assignments]  # fmt: skip
    every = entries(program, readings, load())
    bench = Bench(program, every, load())
    numbers_of = {entry.text: entry.number for entry in every}
    for chosen, sheet in explored.pages:
        slot = chosen.assignment.slot
        spots = [chosen.spot] if chosen.spot else [*np.ndindex(*drawn(slot.shape))]
        used: dict[object, set[Spot]] = {}
        for spot in spots:
            index = index_at(slot.shape, *spot)
            for cell in cells(element(chosen.assignment.equation.expression, index)):
                used.setdefault(cell.leaf.span, set()).add(cell_of(cell.index))
        colored: dict[str, set[Spot]] = {ORANGE: set(), YELLOW: set()}
        seen_results = 0
        for view in bench.views[numbers_of[_entry(made, chosen.assignment)]]:
            places = _on_bench(bench, sheet, view)
            wanted = {*spots} if view.leaf is None else used.get(view.leaf.span, set())
            color = YELLOW if view.leaf is None else ORANGE
            colored[color] |= {places[spot] for spot in wanted & {*places}}
            seen_results += view.leaf is None and bool(wanted & {*places})
            values = made.trace.value(view.slot, chosen.iteration)
            for spot, where in places.items():
                at = index_at(view.shape, *spot)
                if view.leaf is not None:
                    leaf = element(view.leaf, at)
                    assert isinstance(leaf, Leaf)
                    at = leaf.origin
                assert sheet[where].number == pytest.approx(float(values[at]), rel=1e-9, abs=2e-13)
        assert seen_results, "the number that is calculated is in sight"
        rows = range(BENCH_ROW, bench.last_row)
        for color, wanted_there in colored.items():
            found = {w for w, c in sheet.items() if w[0] in rows and c.color.upper() == color}
            assert found == wanted_there, f"{chosen.assignment.equation.text} {chosen.spot}"


def test_what_is_not_calculated_yet_is_hidden(tmp_path: Path) -> None:
    made = make(tracer.load_template("ray"), tmp_path / "ray.xlsx", 3, sheets=[])
    program = made.trace.program
    values: dict[str, float | str] = {"A4": 30, "Q4": "hidden"}
    path = with_values(made.path, tmp_path / "hidden.xlsx", "Explore", values)
    sheet = seen(convert([path], tmp_path / "html", HTML)[0], "Explore")
    corners = _corners(made, sheet)
    done = 0
    for assignment in program.assignments:
        slot = assignment.slot
        for spot, where in _visible(sheet, slot, corners[slot.key]).items():
            place = done + spot[0] * drawn(slot.shape)[1] + spot[1] + 1
            assert (sheet[where].color.upper() == GREY_FILL) == (place > 30), (slot.key, spot)
        done += slot.size
    assert done == 80


def test_the_arithmetic_ends_in_the_number(explored: Explored) -> None:
    made, choices = explored.made, explored.pages
    for chosen, sheet in choices:
        line = sheet[ARITHMETIC, LINES].text
        if chosen.spot is None:
            assert line == re.sub(r"\s+", " ", chosen.assignment.equation.text)
            continue
        slot = chosen.assignment.slot
        expected = made.trace.value(slot, chosen.iteration)[index_at(slot.shape, *chosen.spot)]
        written = re.split(" [=≈] ", line)[-1].replace("−", "-")
        decimals = len(written.partition(".")[2])
        whole = abs(float(expected) - round(float(expected))) < 5e-4
        assert "E" in written or "." in written or whole, line
        near = 0.51 * 10.0**-decimals if "E" not in written else abs(expected) * 0.01
        assert abs(float(written) - expected) <= near, line
        assert sheet[EQUATION_ROW, LINES].text == re.sub(
            r"\s+", " ", chosen.assignment.equation.text
        )
        step = made.trace.program.steps[chosen.assignment.step]
        assert sheet[STEP_ROW, LINES].text == f"Step {step.number}: {step.title}"


def test_the_numbers_are_those_of_the_chosen_iteration(explored: Explored) -> None:
    made, choices = explored.made, explored.pages
    for chosen, sheet in choices:
        corners = _corners(made, sheet)
        for slot in made.trace.program.slots:
            corner = corners.get(slot.key)
            if corner is None:
                continue
            expected = made.trace.value(slot, chosen.iteration)
            for spot, where in _visible(sheet, slot, corner).items():
                number = float(expected[index_at(slot.shape, *spot)])
                assert sheet[where].number == pytest.approx(number, rel=1e-9, abs=2e-13)


def test_larger_blocks_stand_in_full(explored: Explored) -> None:
    made, choices = explored.made, explored.pages
    program = made.trace.program
    full = {
        f"{load().say(s.label)} ({shape_text(s.shape)})": s
        for s in program.slots
        if max(s.shape, default=0) > 8
    }
    for chosen, sheet in choices:
        found = {
            full[cell.text].key: (row + 1, column)
            for (row, column), cell in sheet.items()
            if cell.text in full and sheet[row + 1, column].number is not None
        }
        # What is given stands on Inputs.
        assert {*found} == {slot.key for slot in full.values() if slot.role != "given"}
        for key, (row, column) in found.items():
            slot = next(slot for slot in program.slots if slot.key == key)
            rows, columns = drawn(slot.shape)
            shown = [sheet[row + i, column + j].number for i in range(rows) for j in range(columns)]
            expected = made.trace.value(slot, chosen.iteration).ravel()
            assert np.array(shown, float) == pytest.approx(expected, rel=1e-9, abs=2e-13)


#: Iterations typed on Explore of a run whose history is thinned.
THINNED = (1, 2, 40, 299, 300)


def test_the_last_iteration_that_training_can_start_is_shown(tmp_path: Path) -> None:
    template = large("tall", tmp_path)
    trace = trace_template(template, 300, most_kept=200)
    whole = trace_template(template, 300, most_kept=10**9)
    kept = {0, *trace.record.brief_of.tolist()}
    assert len(kept) < 60
    path = tmp_path / "thinned.xlsx"
    write_book(plan_book(trace, BookOptions(sheets=[])), path)
    files = [
        with_values(path, tmp_path / f"thinned-{k}.xlsx", "Explore", {"C4": k}) for k in THINNED
    ]
    for typed, page in zip(THINNED, recalculated(files, tmp_path / "out"), strict=True):
        found = {key[1:]: v for key, v in numbers(page).items() if key[0] == "Explore"}
        shown = max(k + 1 for k in kept if k < typed)
        assert str(found[WHICH, LINES]).startswith(f"Iteration {shown}: "), typed
        label = next(
            where
            for where, text in found.items()
            if str(text).endswith("loss") and where[1] >= NETWORK_COLUMN and where[0] > BENCH_ROW
            if isinstance(found.get((where[0] + 1, where[1])), float)
        )
        assert found[label[0] + 1, label[1]] == pytest.approx(whole["loss"][shown - 1], rel=1e-9)
