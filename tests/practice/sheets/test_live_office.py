"""The live verdicts in a real spreadsheet program are the marker's, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.practice import students
from tests.spreadsheet import Seen, convert, needs_office, seen
from tracer.language.expression import SlotKey
from tracer.practice.answers.marks import Marks, Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.marking.marking import mark
from tracer.practice.sheets.live import LOOKS
from tracer.practice.sheets.paper import layout, right_of
from tracer.practice.sheets.worksheet import self_study
from tracer.workbook.book import write_book
from tracer.workbook.plan.palette import TUTORIAL

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

EXERCISES = {
    "ray": Exercise(tracer.load_template("ray"), 2, BlankChoice(("all",))),
    "ray-some": Exercise(
        tracer.load_template("ray"), 2, BlankChoice(("backward", "update"), 0.6, 2)
    ),
    "two-class": Exercise(tracer.load_template("two-class"), 1, BlankChoice(("all",))),
    "softmax": Exercise(students.softmax(), 2, BlankChoice(("all",))),
    "adam": Exercise(students.adam(), 2, BlankChoice(("all",))),
    "ray-rounded": Exercise(tracer.load_template("ray"), 1, BlankChoice(("all",)), decimals=2),
}
Filled = dict[tuple[int, SlotKey], np.ndarray]


def _slip(exercise: Exercise) -> Filled:
    first = next(place for place in exercise.asked if place[0])

    def change(iteration: int, key: SlotKey, value: np.ndarray) -> np.ndarray:
        if (iteration, key) == first:
            value.flat[np.flatnonzero(exercise.asked[first])[0]] += 2.5
        return value

    return students.calculated(exercise, change)


def _by_hand(exercise: Exercise, decimals: int) -> Filled:
    return students.calculated(exercise, lambda iteration, key, value: np.round(value, decimals))


def _mixture(exercise: Exercise, seed: int) -> Filled:
    random = np.random.default_rng(seed)

    def change(iteration: int, key: SlotKey, value: np.ndarray) -> np.ndarray:
        # Some slips are carried on, so that there is something to follow.
        slips = random.random(value.shape) < 0.1
        return np.where(slips, value + random.normal(size=value.shape), value)

    filled = students.calculated(exercise, change)
    for (iteration, key), typed in filled.items():
        right = exercise.trace.value(
            next(s for s in exercise.program.slots if s.key == key), max(1, iteration)
        )
        for index in np.ndindex(typed.shape):
            number, exact = typed[index], float(right[index])
            near = [round(exact, 1), round(float(number), 2), exact + 0.005, exact * 1.005]
            odd = [0.0, -1.5, None, "0,5", "x", 12345.678]
            choices = [number, number, number, exact, *near, *odd]
            typed[index] = random.choice(np.array(choices, object))
    return filled


def _all(value: object) -> Callable[[Exercise], Filled]:
    def fill(exercise: Exercise) -> Filled:
        return {k: np.full_like(v, value) for k, v in students.exact(exercise).items()}

    return fill


SCENARIOS: dict[str, Callable[[Exercise], Filled]] = {
    "right": students.exact,
    "slip": _slip,
    "by-hand": partial(_by_hand, decimals=2),
    "cut": lambda exercise: {
        k: np.asarray(np.vectorize(lambda x: round(x, 2), otypes=[object])(v), object)
        for k, v in students.exact(exercise).items()
    },
    "one-decimal": partial(_by_hand, decimals=1),
    "blank": _all(None),
    "text": _all("abc"),
    "spaces": _all("  "),
    "zeros": _all(0.0),
    **{f"mixture-{n}": partial(_mixture, seed=n) for n in range(3)},
}
EVERY = [(name, scenario) for name in EXERCISES for scenario in SCENARIOS]


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[tuple[str, str], tuple[Marks, Path]]:
    """Every student's workbook: what the marker says, and the page with its colours."""
    folder = tmp_path_factory.mktemp("practice")
    files, marks = [], []
    for name, exercise in EXERCISES.items():
        write_book(self_study(exercise), folder / f"{name}.xlsx")
        for scenario, make in SCENARIOS.items():
            sheet = make(exercise)
            out = folder / f"{name}-{scenario}.xlsx"
            files.append(students.fill(exercise, folder / f"{name}.xlsx", out, sheet))
            marks.append(mark(students.numbers(exercise, sheet), exercise.rules))
    pages = convert(files, folder / "html", "html:HTML (StarCalc)")
    return dict(zip(EVERY, zip(marks, pages, strict=True), strict=True))


def _pages(page: Path, exercise: Exercise) -> dict[str, dict[tuple[int, int], Seen]]:
    titles = dict.fromkeys(["Practice", *(block.sheet for block in layout(exercise))])
    return {title: seen(page, title) for title in titles}


def _color(verdict: int) -> str:
    role = LOOKS.get(Verdict(verdict))
    return TUTORIAL.looks[role].fill or "" if role else "FFFFFF"


@pytest.mark.parametrize(("name", "scenario"), EVERY)
def test_colours_symbols_and_counts_are_the_markers(
    name: str,
    scenario: str,
    filled: Mapping[tuple[str, str], tuple[Marks, Path]],
) -> None:
    exercise = EXERCISES[name]
    marks, page = filled[name, scenario]
    cells = _pages(page, exercise)
    verdicts = {(m.answer.iteration, m.answer.key): m.verdicts for m in marks.marked}
    for block in layout(exercise):
        expected = verdicts[block.iteration, block.slot.key]
        rows: dict[int, list[str]] = {}
        for place, index in block.cells():
            where = f"{name} {scenario} {block.sheet} {block.slot.label} {place.text()}"
            shown = cells[block.sheet][place.row, place.column]
            assert shown.color.upper() == _color(int(expected[index])), where
            rows.setdefault(place.row, []).append(SYMBOLS[Verdict(int(expected[index]))])
        for row, symbols in rows.items():
            assert cells[block.sheet][row, right_of(block)].text == " ".join(symbols)
    total = [
        row
        for row in range(1, 60)
        if cells["Practice"].get((row, 2)) is not None
        and cells["Practice"][row, 2].text == "All steps"
    ]
    counts = [cells["Practice"][total[0], column].number for column in range(3, 11)]
    assert counts == [exercise.count, *(marks.count(verdict) for verdict in COUNTED)]
    # Only a student's own nonsense may lead to an error: nothing else shows one.
    texts = [cell.text for sheet in cells.values() for cell in sheet.values()]
    assert not [text for text in texts if text.startswith(("#", "Err:"))]


@pytest.mark.parametrize("name", EXERCISES)
def test_what_each_student_earns(
    name: str, filled: Mapping[tuple[str, str], tuple[Marks, Path]]
) -> None:
    count = EXERCISES[name].count
    counts = {
        scenario: {v: filled[name, scenario][0].count(v) for v in Verdict} for scenario in SCENARIOS
    }
    assert counts["right"][Verdict.RIGHT] == count
    # Adam divides by roots that two decimals round to zero.
    for flawless in ("cut",) if name == "adam" else ("by-hand", "cut"):
        assert counts[flawless][Verdict.WRONG] == 0, counts[flawless]
        assert counts[flawless][Verdict.ROUNDED] or name == "ray-rounded", counts[flawless]
    assert counts["blank"][Verdict.BLANK] == count
    assert counts["spaces"][Verdict.BLANK] == count
    assert counts["text"][Verdict.NOT_A_NUMBER] == count
    assert counts["slip"][Verdict.WRONG] == 1
    assert counts["slip"][Verdict.FOLLOWS] > 0
    assert counts["zeros"][Verdict.WRONG] > 0
    mixed = {v for n in range(3) for v, c in counts[f"mixture-{n}"].items() if c}
    # Numbers of two decimals leave no 0 open.
    assert mixed >= set(SYMBOLS) - ({Verdict.VAGUE} if name == "ray-rounded" else set())


def test_hints_and_answers_appear_on_demand(tmp_path: Path) -> None:
    exercise = EXERCISES["ray"]
    write_book(self_study(exercise), tmp_path / "blank.xlsx")
    block = next(b for b in layout(exercise) if b.slot.name == "output_layer_input")
    rows = {1: "equation", 2: "numbers"}
    files = []
    for number, hint in rows.items():
        files.append(
            students.fill(
                exercise,
                tmp_path / "blank.xlsx",
                tmp_path / f"{number}.xlsx",
                students.exact(exercise),
                {f"{block.sheet}!A{block.area.row - 2}": hint, "Practice!B7": "yes"},
            )
        )
    files.append(tmp_path / "blank.xlsx")
    pages = [_pages(p, exercise) for p in convert(files, tmp_path / "html", "html:HTML (StarCalc)")]
    equation, spelled, untouched = (p[block.sheet][block.area.row - 2, 2].text for p in pages)
    assert equation == block.assignment.equation.text
    assert re.fullmatch(r"[\d.]+ × 0.3 \+ [\d.]+ × 0.25 \+ [\d.]+ × 0.23 \+ 0.69 = \?", spelled)
    assert _summed(spelled) == pytest.approx(
        float(exercise.trace.value(block.slot, 1)[0, 0]), abs=2e-3
    )
    assert untouched == ""
    exact = exercise.trace.value(block.slot, 1).ravel()
    shown = [
        pages[0][block.sheet][block.area.row + i, right_of(block) + 2].number for i in range(3)
    ]
    assert shown == pytest.approx(list(exact), rel=1e-12)
    assert pages[2][block.sheet][block.area.row, right_of(block) + 2].number is None


def _summed(text: str) -> float:
    """Return the sum of products that a hint spells out."""
    total = 0.0
    for term in text.removesuffix(" = ?").split(" + "):
        product = 1.0
        for factor in term.split(" × "):
            product *= float(factor)
        total += product
    return total


def test_the_page_would_show_a_wrong_colour(tmp_path: Path) -> None:
    """Proof that the pages come from a recalculation: stored verdicts say "not filled in"."""
    exercise = EXERCISES["two-class"]
    write_book(self_study(exercise), tmp_path / "blank.xlsx")
    filled = students.fill(
        exercise, tmp_path / "blank.xlsx", tmp_path / "wrong.xlsx", _all(99.0)(exercise)
    )
    page = _pages(convert([filled], tmp_path, "html:HTML (StarCalc)")[0], exercise)
    block = layout(exercise)[0]
    assert page[block.sheet][block.area.row, block.area.column].color.upper() == _color(
        Verdict.WRONG
    )
