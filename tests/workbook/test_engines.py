"""Spreadsheet engines of other makings compute what is recorded, from the formulas alone."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

import tracer
from tests.spreadsheet import RELATIVE, differences, parts
from tests.workbook.engines import ENGINES, computed, resaved_by_gnumeric, without_values
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


@pytest.mark.parametrize("name", BOOKS)
@pytest.mark.parametrize("engine", ENGINES)
def test_an_engine_computes_what_is_recorded(
    engine: str, name: str, emptied: Callable[[str], Emptied]
) -> None:
    if not ENGINES[engine].here:
        pytest.skip(f"needs {ENGINES[engine].install}")
    book = emptied(name)
    given = ENGINES[engine].calculate(book.empty, book.computed)
    assert [cell for cell in book.computed if is_error(given.get(cell))] == []
    wrong = {
        cell: (one.value, given.get(cell))
        for cell, one in book.computed.items()
        if isinstance(one.value, float) and not agree(one.value, given.get(cell))
    }
    assert wrong == {}


def agree(ours: float, theirs: object) -> bool:
    if isinstance(theirs, bool) or not isinstance(theirs, int | float):
        return False
    return abs(ours - theirs) <= RELATIVE * max(abs(ours), abs(theirs))


def is_error(value: object) -> bool:
    return isinstance(value, str) and value.startswith("#")


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
