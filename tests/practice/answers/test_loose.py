"""Answers by quantity name, in every layout that people use; and what can't be used."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.workbook.defined_name import DefinedName

import tracer
from tests.practice.hostile import active
from tracer.api.traced import Trace
from tracer.errors import DataError, TracerError
from tracer.practice.answers.answers import Answers
from tracer.practice.answers.loose import read_loose, read_values

RAY = tracer.trace("ray", 3)
E = RAY["E"][0]
BH = RAY["bh"][0]


def read(path: Path, trace: Trace = RAY, iteration: int = 1) -> Answers:
    return read_loose(path, trace.program, iteration)


def values(answers: Answers, name: str, iteration: int = 1) -> list[float]:
    answer = answers.of(iteration, RAY.program.newest(name).key)
    assert answer is not None
    found: list[float] = answer.values.reshape(-1).tolist()
    return found


def _csv(text: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "answers.csv"
        path.write_text(text, "utf-8")
        return path

    return make


def _json(value: object) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "answers.json"
        path.write_text(json.dumps(value), "utf-8")
        return path

    return make


def _npz(**arrays: np.ndarray) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = folder / "answers.npz"
        np.savez(path, **arrays)  # type: ignore[arg-type]
        return path

    return make


def _xlsx(fill: Callable[[openpyxl.Workbook], object]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        book = openpyxl.Workbook()
        fill(book)
        path = folder / "answers.xlsx"
        book.save(path)
        return path

    return make


def _sheet_each(book: openpyxl.Workbook) -> None:
    blocks: dict[str, list[list[float | str]]] = {
        "E": [[0.25], [0.5], [-0.75]],
        "bh": [["0,5", 0.75, "1/8"]],
    }
    for name, rows in blocks.items():
        sheet = book.create_sheet(name)
        sheet["A1"] = "my numbers"
        for i, row in enumerate(rows, 3):
            for j, value in enumerate(row, 2):
                sheet.cell(i, j, value)


def _headings(book: openpyxl.Workbook) -> None:
    rows: list[list[str | float | None]] = [
        ["E", None, "bh", 0.5, 0.75, 0.125],
        [0.25],
        [0.5],
        [-0.75],
    ]
    for row in rows:
        active(book).append(row)


def _defined(book: openpyxl.Workbook) -> None:
    sheet = active(book)
    for i, value in enumerate((0.25, 0.5, -0.75), 5):
        sheet.cell(i, 3, value)
    for j, number in enumerate((0.5, 0.75, 0.125), 7):
        sheet.cell(2, j, number)
    book.defined_names["E"] = DefinedName("E", attr_text="Sheet!$C$5:$C$7")
    book.defined_names["bh"] = DefinedName("bh", attr_text="Sheet!$G$2:$I$2")


def _tidy_sheet(book: openpyxl.Workbook) -> None:
    active(book).append(["quantity", "row", "column", "value"])
    for i, value in enumerate((0.25, 0.5, -0.75), 1):
        active(book).append(["E", i, 1, value])
    for j, value in enumerate((0.5, 0.75, 0.125), 1):
        active(book).append(["bh", 1, j, value])


TIDY = (
    "iteration,quantity,row,column,value\n"
    + "".join(f"1,E,{i},1,{v}\n" for i, v in enumerate((0.25, 0.5, -0.75), 1))
    + "".join(f"1,bh,1,{j},{v}\n" for j, v in enumerate((0.5, 0.75, 0.125), 1))
)

LAYOUTS: dict[str, Callable[[Path], Path]] = {
    "tidy": _csv(TIDY),
    "tidy, no iteration": _csv(
        TIDY.replace("iteration,", "").replace("1,E", "E").replace("1,bh", "bh")
    ),
    "tidy, sides of 1 left out": _csv(
        "quantity,row,value\nE,1,0.25\nE,2,0.5\nE,3,-0.75\nbh,1,0.5\nbh,2,0.75\nbh,3,0.125\n"
    ),
    "name, then numbers": _csv("E,0.25,0.5,-0.75\nbh,0.5,0.75,0.125\n"),
    "decimal commas": _csv("E;0,25;0,5;−0,75\nbh;0,5;75 %;1/8\n"),
    "name above": _csv("E\n0.25\n0.5\n-0.75\n\nbh\n0.5,0.75,0.125\n"),
    "labels": _csv("E,0.25,0.5,-0.75\nbh (new),0.5,0.75,0.125\n"),
    "json": _json({"E": [[0.25], [0.5], [-0.75]], "bh": [[0.5, 0.75, 0.125]]}),
    "json, flat lists": _json({"E": [0.25, 0.5, -0.75], "bh": ["0,5", "75%", "1/8"]}),
    "json by iteration": _json({"1": {"E": [0.25, 0.5, -0.75], "bh": [0.5, 0.75, 0.125]}}),
    "json records": _json(
        [{"quantity": "E", "row": i, "value": v} for i, v in ((1, 0.25), (2, 0.5), (3, -0.75))]
        + [
            {"quantity": "bh", "column": j, "value": v}
            for j, v in ((1, 0.5), (2, 0.75), (3, 0.125))
        ]
    ),
    "npz": _npz(E=np.array([[0.25], [0.5], [-0.75]]), bh=np.array([0.5, 0.75, 0.125])),
    "npz, an iteration each": _npz(
        E=np.array([[[0.25], [0.5], [-0.75]]]), bh=np.array([[[0.5, 0.75, 0.125]]])
    ),
    "a sheet each": _xlsx(_sheet_each),
    "headings on a sheet": _xlsx(_headings),
    "defined names": _xlsx(_defined),
    "a tidy sheet": _xlsx(_tidy_sheet),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(layout: str, tmp_path: Path) -> None:
    found = read(LAYOUTS[layout](tmp_path))
    assert values(found, "E") == [0.25, 0.5, -0.75]
    assert values(found, "bh") == [0.5, 0.75, 0.125]
    assert len(found) == 2


def test_the_tidy_table_that_trace_writes_is_all_right(tmp_path: Path) -> None:
    path = RAY.to_csv(tmp_path / "ray.csv")
    report = tracer.check("ray", path)
    assert report.right
    assert sum(report.counts.values()) == 240


def test_several_iterations() -> None:
    found = read_values({"E": RAY["E"]}, RAY.program)
    assert [answer.iteration for answer in found] == [1, 2, 3]
    assert values(found, "E", 3) == RAY["E"][2].reshape(-1).tolist()
    later = read_values({"E": E}, RAY.program, 2)
    assert [answer.iteration for answer in later] == [2]


def test_prepared_quantities_belong_before_training() -> None:
    trace = tracer.trace("diary-logistic", 1)
    found = read_values({"n": 8}, trace.program)
    assert [answer.iteration for answer in found] == [0]


@pytest.mark.parametrize(
    ("value", "blank", "unreadable"),
    [
        ([None, 0.5, -0.75], 1, 0),
        ([np.nan, 0.5, 1], 1, 0),
        (["", "0,5", "x"], 1, 1),
        ([True, 0.5, 1], 0, 1),
        ([np.inf, 0.5, 1], 0, 1),
        (["nan", 1, 2], 0, 1),
        (np.ma.masked_array([1.0, 2, 3], [True, False, False]), 1, 0),
        ([1j, 2, 3], 0, 1),
        (np.array([1, 2, 3], np.int8), 0, 0),
        ([10**400, 1, 2], 0, 1),
    ],
)
def test_cells_without_a_number(value: object, blank: int, unreadable: int) -> None:
    (answer,) = read_values({"E": value}, RAY.program)
    assert (int(answer.blank.sum()), int(answer.unreadable.sum())) == (blank, unreadable)


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "an unknown name": (_json({"outputt": [1, 2, 3]}), "Did you mean output"),
    "a name that steers a terminal": (_json({"\x1b[2J": 1}), "'?[2J' is not a quantity"),
    "a given one": (_json({"X": [1]}), "'X' is given, not calculated"),
    "a wrong shape": (_json({"E": [1, 2]}), "E has shape vector of 2, but must be 3 × 1"),
    "transposed": (_json({"wh": np.zeros((3, 4)).tolist()}), "seems to be transposed"),
    "ragged": (_json({"wh": [[1, 2], [3]]}), "not equally long"),
    "nothing known": (_csv("a,b\n"), "no quantity of this lesson"),
    "an unknown name in a table": (
        _csv("E,1,2,3\noutputt,1,2,3\n"),
        "'outputt' (row 2) is not a quantity here. Did you mean output",
    ),
    "an unknown heading": (
        _csv("iteration,loss,losss\n1,0.3,0.2\n"),
        "'losss' (row 1) is not a quantity here. Did you mean loss",
    ),
    "two rows for an iteration": (
        _csv("iteration,loss\n1,0.3\n1,0.2\n"),
        "row 3: iteration 1 has two rows",
    ),
    "an element that isn't there": (
        _csv('iteration,"wout[9, 1]"\n1,0.3\n'),
        "wout is 3 × 1: it has no element 9, 1",
    ),
    "more columns than numbers": (
        _csv("iteration,E,,,\n1,1,2,3,4\n"),
        "E has more columns than its 3 numbers",
    ),
    "no rows": (_csv("quantity,value\n"), "no quantity of this lesson"),
    "a row too far": (_csv("quantity,row,column,value\nE,9,1,0.5\n"), "no row and column 9, 1"),
    "a row that is none": (_csv("quantity,row,value\nE,x,0.5\n"), "row 2: the row 'x'"),
    "a row twice": (_csv("quantity,row,value\nE,1,0.5\nE,1,0.6\n"), "row 3: E has this row"),
    "twice": (_csv("E,1,2,3\nE,1,2,3\n"), "answered twice"),
    "too many numbers": (_csv("E,1,2,3,4\n"), "E has shape 1 × 4, but must be 3 × 1"),
    "a list": (_json([1, 2]), "must be an object"),
    "an object inside": (_json({"E": {"a": 1}}), "must be a number or a list"),
    "an iteration that is none": (_json({"1": [1]}), "iteration 1 must hold"),
    "nothing at all": (_json({}), "no quantity"),
    "an empty list": (_json({"E": []}), "E has shape"),
    "an empty workbook": (_xlsx(lambda book: None), "no quantity"),
    "a name of a wrong range": (
        _xlsx(lambda b: b.defined_names.add(DefinedName("E", attr_text="Sheet!$A$1:$B$9"))),
        "E has shape 9 × 2",
    ),
    "another suffix": (lambda folder: folder / "answers.odt", "answers are read from"),
    "no such file": (lambda folder: folder / "answers.csv", "there is no such file"),
    "iteration 0 in a table": (_csv("iteration,quantity,row,value\n0,E,1,1\n"), "no quantity"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_can_t_be_used(case: str, tmp_path: Path) -> None:
    make, message = BAD[case]
    with pytest.raises(DataError) as error:
        read(make(tmp_path))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: tracer.check("ray"), "needs answers"),
        (lambda: tracer.check("ray", "a.csv", E=[1, 2, 3]), "needs answers"),
        (lambda: tracer.check("ray", E=[1, 2, 3], iteration=0), "iteration must be"),
        (lambda: tracer.check("ray", E=[1, 2, 3], iteration=True), "iteration must be"),
        (lambda: tracer.check("rayy", E=[1, 2, 3]), "Did you mean"),
        (lambda: tracer.check("a.xlsx", E=[1, 2, 3]), "checked alone"),
        (lambda: tracer.check("ray", E=[[1, 2], [3]]), "not equally long"),
        (lambda: tracer.check("ray", nothing=1), "not a quantity"),
    ],
)
def test_calls_that_can_t_be_answered(call: Callable[[], object], message: str) -> None:
    with pytest.raises(TracerError, match=message):
        call()
