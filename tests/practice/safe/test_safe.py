"""Strangers' files: each refused in one line, in little time and memory; honest ones are read."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

import tracer
from tests.practice.hostile import STRANGE, active, all_refused, package, write, zipped
from tracer.language.addresses import column_letters
from tracer.practice.safe import pool as pool_module
from tracer.practice.safe.limits import MEMORY_BYTES, RefusedError
from tracer.practice.safe.pool import Pool, Request, read_file
from tracer.practice.safe.workbook import place, shows_date

resource = pytest.importorskip("resource")

REFUSED = list(all_refused())
#: Of processor time, which no other process takes away; they need two at most.
SECONDS = 10.0


def used(request: Request) -> tuple[object, float]:
    """Read a file; return what came of it, and the CPU seconds of the child process.

    Its memory is limited by the system; what a process's peak is said to be also counts what
    it had of its parent before it started.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with Pool(1) as pool:
        (found,) = pool.read_all([request])
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_no_file_gets_more_than_500_megabytes() -> None:
    assert MEMORY_BYTES <= 500_000_000


@pytest.mark.parametrize(
    ("suffix", "build", "pattern"),
    [case[1:] for case in REFUSED],
    ids=[case[0] for case in REFUSED],
)
def test_hostile_files_are_refused_by_one_line(
    suffix: str, build: Callable[[], bytes], pattern: str, tmp_path: Path
) -> None:
    path = write(tmp_path, suffix, build)
    refused, seconds = used(Request(path, {"S1": ["A1"]}))
    assert isinstance(refused, RefusedError)
    assert re.search(pattern, str(refused)), str(refused)
    assert "\n" not in str(refused)
    assert len(str(refused)) < 200
    assert seconds < SECONDS


@pytest.mark.parametrize("name", STRANGE)
def test_strange_files_cost_nothing(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, ".xlsx", STRANGE[name])
    found, seconds = used(Request(path, {"S1": ["A1", "B1"]}))
    assert isinstance(found, dict), found
    assert set(found["sheets"]) <= {"S1"}
    assert seconds < SECONDS


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.csv"
    good.write_text("E,1\n", "utf-8")
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"no")
    with Pool(2) as pool:
        found = list(pool.read_all([Request(p) for p in (good, bad, tmp_path / "none.csv", good)]))
    assert [isinstance(one, RefusedError) for one in found] == [False, True, True, False]


def test_a_file_that_takes_too_long_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "import sys, time; sys.stdin.readline(); time.sleep(3600)"
    path = tmp_path / "a.csv"
    path.write_text("E,1\n", "utf-8")
    with Pool(1, seconds=0.3) as pool:
        with monkeypatch.context() as patch:
            patch.setattr(pool_module, "_PROGRAM", slow)
            with pytest.raises(RefusedError, match=r"longer than 0\.3 s"):
                pool.read(Request(path))
        assert read_file(path) == [["E", "1"]]


def test_a_process_that_dies_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text("E,1\n", "utf-8")
    with Pool(1) as pool:
        with monkeypatch.context() as patch:
            patch.setattr(pool_module, "_PROGRAM", "import os; os._exit(3)")
            with pytest.raises(RefusedError, match="failed"):
                pool.read(Request(path))
        assert pool.read(Request(path)) == [["E", "1"]]


def test_nothing_beside_the_files_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json.py", "zipfile.py", "tracer.py"):
        (tmp_path / name).write_text("raise SystemExit('run!')\n", "utf-8")
    path = tmp_path / "a.csv"
    path.write_text("E,1\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_file(path) == [["E", "1"]]


def test_the_reading_process_needs_only_the_standard_library() -> None:
    program = (
        "import sys; from tracer.practice.safe import child;"
        "print(sorted({'numpy', 'pandas', 'openpyxl', 'click'} & set(sys.modules)))"
    )
    root = Path(tracer.__file__).parents[1]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


# -- honest workbooks -------------------------------------------------------------------------


def test_cells_are_what_openpyxl_reads(tmp_path: Path) -> None:
    path = tmp_path / "ray.xlsx"
    tracer.trace("ray", 3).to_excel(path)
    found = read_file(path)["sheets"]
    formulas = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    compared = 0
    for title in formulas.sheetnames:
        for row in formulas[title].iter_rows():
            for cell in row:
                value = values[title][cell.coordinate].value
                kind, text, formula = found[title].get(cell.coordinate, ("nothing", "", False))
                assert formula == (cell.data_type == "f"), cell.coordinate
                if kind == "number":
                    assert float(text) == value
                elif kind == "nothing":
                    assert value is None
                else:
                    assert text == (value or "")
                compared += kind != "nothing"
    assert compared > 2_000


def test_only_the_wanted_cells_are_returned(tmp_path: Path) -> None:
    path = tmp_path / "ray.xlsx"
    tracer.trace("ray", 3).to_excel(path)
    found = read_file(path, {"Inputs": ["B6", "ZZ99"], "No such sheet": ["A1"]})
    assert found["sheets"] == {"Inputs": {"B6": ["number", "1.0", False]}}


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (0.5, ["number", "0.5", False]),
        ("0,5", ["text", "0,5", False]),
        (True, ["truth", "1", False]),
        ("=1/2", ["nothing", "", True]),
        ("#N/A", ["error", "#N/A", False]),
        (None, None),
    ],
)
def test_kinds_of_cells(value: object, cell: list[object] | None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    active(book)["B2"] = value  # type: ignore[assignment]
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert read_file(path, {"Sheet": ["B2"]})["sheets"]["Sheet"].get("B2") == cell


def test_dates_are_told_by_their_format(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row, code in enumerate(("dd.mm.yyyy", "0.00", "[h]:mm", '0.0 "days"'), 1):
        active(book).cell(row, 1, 46024.25).number_format = code
    path = tmp_path / "a.xlsx"
    book.save(path)
    cells = read_file(path)["sheets"]["Sheet"]
    assert [cells[f"A{n}"][0] for n in (1, 2, 3, 4)] == ["date", "number", "date", "number"]


@pytest.mark.parametrize(
    ("code", "date"),
    [
        ("General", False),
        ("0.00", False),
        ("[Red]0.0", False),
        ("m/d/yy", True),
        ("h:mm", True),
        ('"day" 0', False),
        ("[$-407]dd. mmm", True),
        ("0.00E+00", False),
        ("[s]", True),
    ],
)
def test_formats_of_dates(code: str, date: bool) -> None:
    assert shows_date(code) == date


def test_cells_without_an_address_count_from_the_one_before(tmp_path: Path) -> None:
    inside = '<row r="3"><c r="B3"><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>'
    path = tmp_path / "a.xlsx"
    path.write_bytes(zipped(package(inside)))
    cells = read_file(path)["sheets"]["S1"]
    assert {address: cell[1] for address, cell in cells.items()} == {
        "B3": "1",
        "C3": "2",
        "A4": "3",
    }


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns(number: int, letters: str) -> None:
    assert column_letters(number) == letters
    assert place(f"{letters}7") == (7, number)


@pytest.mark.parametrize("text", ["", "A0", "7", "a1", "AAAA1", "A1:B2", "A99999999"])
def test_what_is_no_address(text: str) -> None:
    assert place(text) is None


def test_arrays_are_read_as_numpy_writes_them(tmp_path: Path) -> None:
    arrays = {
        "f8": np.array([[1.5, np.nan], [np.inf, -2]]),
        "f4": np.array([0.25], np.float32),
        "i4": np.arange(6, dtype=np.int32).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "number": np.array(3.0),
        "truth": np.array([True]),
    }
    path = tmp_path / "a.npz"
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    found = read_file(path)
    assert set(found) == set(arrays)
    assert found["f8"]["values"] == [1.5, None, None, -2.0]
    assert found["columns"]["by_columns"] is True
    assert found["columns"]["values"] == [0, 3, 1, 4, 2, 5]
    assert found["number"]["shape"] == []
    assert found["truth"]["values"] == ["True"]


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        (b"a;1,5\nb;2\n", [["a", "1,5"], ["b", "2"]]),
        (b"a,1.5\n", [["a", "1.5"]]),
        (b"a\t1,5\n", [["a", "1,5"]]),
        ("a;½\n".encode("utf-8-sig"), [["a", "½"]]),
        ("a\t1\n".encode("utf-16"), [["a", "1"]]),
        ("é,1\n".encode("cp1252"), [["é", "1"]]),
    ],
)
def test_tables_as_programs_save_them(raw: bytes, rows: list[list[str]], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(raw)
    assert read_file(path) == rows


def test_patterns_are_sound() -> None:
    for _, _, _, pattern in REFUSED:
        re.compile(pattern)
    assert len(REFUSED) + len(STRANGE) >= 50
