"""Spreadsheet engines of other makings compute what is recorded, from the formulas alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import TypeGuard

import pytest

import tracer
from tests.spreadsheet import RELATIVE, differences, parts
from tests.workbook.engines import ENGINES, computed, mentions, resaved_by_gnumeric, without_values
from tests.workbook.made import make

pytestmark = pytest.mark.slow


def lesson(name: str, iterations: int) -> Callable[[Path], object]:
    return lambda path: make(tracer.load_template(name), path, iterations)


def practice(path: Path) -> object:
    return tracer.practice("ray", path, blank="backward,update")


BOOKS = {
    "ray": lesson("ray", 3),
    "two-class": lesson("two-class", 1),
    "iris": lesson("iris", 2),
    "lstm": lesson("lstm", 2),
    "xor": lesson("xor", 5),
    "a practice sheet": practice,
}
LARGE = ("iris", "lstm")


class Emptied:
    """A workbook, the same without values, and what its formulas gave."""

    def __init__(self, name: str, folder: Path) -> None:
        self.path = folder / f"{name}.xlsx"
        BOOKS[name](self.path)
        self.computed = computed(self.path)
        self.empty = without_values(self.path, folder / f"{name} without values.xlsx")


@pytest.fixture(scope="module")
def emptied(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Emptied]:
    folder = tmp_path_factory.mktemp("engines")
    return cache(lambda name: Emptied(name, folder))


@pytest.mark.parametrize(
    ("engine", "name"),
    [(e, name) for e in ENGINES for name in BOOKS if not (ENGINES[e].slow and name in LARGE)],
)
def test_an_engine_computes_what_is_recorded(
    engine: str, name: str, emptied: Callable[[str], Emptied]
) -> None:
    asked = ENGINES[engine]
    if not asked.here:
        pytest.skip(f"needs {asked.install}")
    book = emptied(name)
    given = asked.calculate(book.empty, book.computed)
    others = {cell for cell, one in book.computed.items() if not agree(one.value, given.get(cell))}
    # What is calculated from another number is another one, too.
    first = {
        cell: (book.computed[cell], given.get(cell))
        for cell in others
        if not mentions(book.computed[cell].formula, cell[0], others - {cell})
    }
    told = {cell: one for cell, one in first.items() if not excused(one[0].formula, asked.faults)}
    assert told == {}
    assert len(others) < len(book.computed) / 2


def agree(ours: object, theirs: object) -> bool:
    if not number(ours):
        return ours == ("" if theirs is None else theirs)
    return number(theirs) and abs(ours - theirs) <= RELATIVE * max(abs(ours), abs(theirs))


def number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def excused(formula: str, faults: Iterable[str]) -> bool:
    return any(re.search(fault, formula) for fault in faults)


def test_no_value_is_left_to_trust(emptied: Callable[[str], Emptied]) -> None:
    book = emptied("ray")
    empty = computed(book.empty)
    assert empty.keys() == book.computed.keys()
    assert [one for one in empty.values() if not isinstance(one.value, str)] == []


def charts(path: Path) -> int:
    return sum(name.startswith("xl/charts/chart") for name in parts(path))


def test_gnumeric_keeps_charts_and_values(
    emptied: Callable[[str], Emptied], tmp_path: Path
) -> None:
    if not ENGINES["Gnumeric"].here:
        pytest.skip(f"needs {ENGINES['Gnumeric'].install}")
    path = emptied("ray").path
    saved = resaved_by_gnumeric(path, tmp_path / "saved.xlsx")
    assert charts(saved) == charts(path) > 0
    assert differences(path, saved) == []
