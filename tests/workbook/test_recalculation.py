"""The proof: a real spreadsheet program, made to recalculate, gives the recorded numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

import tracer
from tests.spreadsheet import (
    differences,
    needs_office,
    numbers,
    parts,
    recalculated,
    with_value,
)
from tests.workbook.made import KINDS, Made, make
from tracer.run.sample import forward_pass
from tracer.template.template import Template
from tracer.workbook.sheets import iteration
from tracer.workbook.sheets.predict import opening_rows

pytestmark = [pytest.mark.office, pytest.mark.slow, needs_office]

#: What doesn't follow the inputs, and says so.
STORED = ("Gradient check",)
#: Settings that are not changed: a momentum above 1 makes rounding grow from row to row.
UNSTABLE = {("xor", "momentum")}
#: Lessons whose steps are laid out otherwise where numbers have more digits: to be compared cell by
#: cell, both workbooks are made with lines of as many columns.
LAID_OUT_ANEW = {
    *("attention", "autoencoder", "clip", "diffusion", "graph-convolution", "lstm", "seq2seq"),
    "vae",
}
COLUMNS = 12


@dataclass(frozen=True)
class Changed:
    """A workbook with one input changed in the file, and the trace of the same change."""

    name: str
    start: Path
    path: Path
    fresh: Made


def _address(made: Made, name: str) -> tuple[str, str]:
    """Return the sheet and first cell that a defined name stands for."""
    found = re.search(
        rf'<definedName name="{re.escape(name)}"[^>]*>([^<!]+)!\$(\w+)\$(\d+)',
        parts(made.path)["xl/workbook.xml"],
    )
    assert found is not None, f"no name {name}"
    return found[1], found[2] + found[3]


def _change(made: Made, folder: Path, names: Sequence[str]) -> Changed:
    """Change the first number of some inputs by a tenth, in the file and in the template."""
    if made.template.name not in LAID_OUT_ANEW:
        return _changed(_with_rows(made, folder), folder, names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iteration, "_across", lambda formats: COLUMNS)
        alike = folder / f"{made.template.name}-alike.xlsx"
        made = make(_same_rows(made, made.template), alike, made.trace.iterations)
        return _changed(made, folder, names)


def _changed(made: Made, folder: Path, names: Sequence[str]) -> Changed:
    inputs = {**made.template.given, **made.template.parameters}
    values, path = {}, made.path
    for name in names:
        values[name] = inputs[name].copy()
        new = float(values[name].flat[0]) * 1.1 + 0.05
        values[name].flat[0] = new
        titles = made.book.names.items()
        safe = next(safe for safe, where in titles if safe.lstrip("_") == name or safe == name)
        sheet, address = _address(made, safe)
        target = folder / f"{made.template.name}-{name}.xlsx"
        path = with_value(path, target, sheet, address, new)
    fresh = make(
        _same_rows(made, made.template.with_values(values)),
        folder / f"{made.template.name}-fresh.xlsx",
        made.trace.iterations,
    )
    return Changed(" and ".join(names), made.path, path, fresh)


def _with_rows(made: Made, folder: Path) -> Made:
    """Return a workbook whose Predict opens with rows that the template gives, as the fresh one's.

    What is wanted of a training row stands beside it only where the rows are training's own.
    """
    template = _same_rows(made, made.template)
    if template is made.template:
        return made
    return make(template, folder / f"{made.template.name}-rows.xlsx", made.trace.iterations)


def _same_rows(made: Made, changed: Template) -> Template:
    """Let the changed template's Predict open with what stands in the first one's cells."""
    forward = forward_pass(made.trace)
    if forward is None or changed.predict is None:
        return changed
    rows = tuple(tuple(map(float, row)) for row in opening_rows(forward))
    return replace(changed, predict=replace(changed.predict, rows=rows))


def _changeable(made: Made) -> list[str]:
    """Return a setting, a data array and a parameter: what every live workbook must follow."""
    given = made.template.given
    scalars = [
        name
        for name, array in given.items()
        if array.ndim == 0 and (made.template.name, name) not in UNSTABLE
    ]
    arrays = [name for name, array in given.items() if array.ndim and array.size < 1_000]
    return scalars[-1:] + arrays[:1] + list(made.template.parameters)[:1]


@pytest.fixture(scope="session")
def recomputed(
    books: Mapping[str, Made], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """A lesson of each kind, recalculated as it is in one run of the spreadsheet program.

    That tells of its texts and of what is stored; of all numbers, all lessons with changed inputs.
    """
    names = KINDS
    out = tmp_path_factory.mktemp("recomputed")
    files = recalculated([books[name].path for name in names], out)
    return dict(zip(names, files, strict=True))


@pytest.fixture(scope="session")
def changed(
    books: Mapping[str, Made], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, tuple[Changed, Path]]:
    """Every live lesson with its inputs changed, all in one run of the spreadsheet program."""
    folder = tmp_path_factory.mktemp("changed")
    made = {
        name: _change(books[name], folder, _changeable(books[name]))
        for name in tracer.template_names()
        if books[name].live
    }
    files = recalculated([change.path for change in made.values()], folder / "out")
    return {n: (made[n], path) for n, path in zip(made, files, strict=True)}


@pytest.mark.parametrize("name", KINDS)
def test_every_number_is_the_recorded_one(
    name: str, books: Mapping[str, Made], recomputed: Mapping[str, Path]
) -> None:
    assert differences(books[name].path, recomputed[name]) == []


def test_recalculation_is_forced(books: Mapping[str, Made], tmp_path: Path) -> None:
    made = books["ray"]
    false = with_value(made.path, tmp_path / "false.xlsx", "Training", "B8", 123.0)
    assert numbers(false)["Training", 8, 2] == 123.0
    true = numbers(recalculated([false], tmp_path / "out")[0])["Training", 8, 2]
    assert true == pytest.approx(made.trace["loss"][0], rel=1e-12)


@pytest.mark.parametrize("name", tracer.template_names())
def test_changed_inputs_change_everything(
    name: str, books: Mapping[str, Made], changed: Mapping[str, tuple[Changed, Path]]
) -> None:
    """Had one of the changes not arrived, the numbers would not be the fresh ones."""
    if not books[name].live:
        pytest.skip("its Training holds stored values")
    change, recomputed = changed[name]
    found = differences(change.fresh.path, recomputed, texts=False, without=STORED)
    assert found == [], change.name
    before, after = numbers(change.start), numbers(recomputed)
    moved = [key for key, value in after.items() if value != before.get(key)]
    assert len(moved) > 1, f"changing {change.name} changed nothing"


@pytest.mark.parametrize(("name", "count"), [("ray", 5_000), ("lstm", 130)])
def test_long_tables_follow_a_change(name: str, count: int, tmp_path: Path) -> None:
    """Equal formulas in 100 rows and more, which LibreOffice would compute in parallel."""
    made = make(tracer.load_template(name), tmp_path / f"{name}.xlsx", count)
    assert made.live
    change = _change(made, tmp_path, ["lr"])
    recomputed = recalculated([change.path], tmp_path / "out")[0]
    assert differences(change.fresh.path, recomputed, texts=False, without=STORED) == []


def test_the_changed_lessons_are_most_of_them(books: Mapping[str, Made]) -> None:
    stored = {name for name in tracer.template_names() if not books[name].live}
    assert stored <= {"diary-mnist", "ray-moons", "ray-blobs"}
    assert np.isfinite([books[name].trace.record.full.sum() for name in stored]).all()
