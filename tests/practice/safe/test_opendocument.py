"""OpenDocument files: hostile ones are refused by one line, honest ones read as .xlsx are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.practice.opendocument import HOSTILE, STRANGE, cell, document, row
from tests.practice.safe.test_safe import SECONDS, used
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.pool import Request, read_file


@pytest.mark.parametrize("wanted", [{"S1": ["A1"]}, None], ids=["some", "all"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_by_one_line(
    name: str, wanted: dict[str, list[str]] | None, tmp_path: Path
) -> None:
    raw, pattern = HOSTILE[name]
    (tmp_path / "file.ods").write_bytes(raw)
    refused, seconds = used(Request(tmp_path / "file.ods", wanted))
    assert isinstance(refused, RefusedError), refused
    assert re.search(pattern, str(refused)), str(refused)
    assert "\n" not in str(refused)
    assert seconds < SECONDS


@pytest.mark.parametrize("name", STRANGE)
def test_strange_files_cost_nothing(name: str, tmp_path: Path) -> None:
    (tmp_path / "file.ods").write_bytes(STRANGE[name])
    found, seconds = used(Request(tmp_path / "file.ods"))
    assert isinstance(found, dict), found
    assert set(found["sheets"]) == {"S1"}
    assert seconds < SECONDS


def _typed(kind: str, more: str, text: str = "") -> str:
    inner = f"<text:p>{text}</text:p>" if text else ""
    return f'<table:table-cell office:value-type="{kind}" {more}>{inner}</table:table-cell>'


#: A cell, and what it is.
CELLS: dict[str, tuple[str, list[object] | None]] = {
    "number": (cell(1.5), ["number", "1.5", False]),
    "text": (cell("a < b"), ["text", "a < b", False]),
    "spaces": (
        (
            '<table:table-cell office:value-type="string"><text:p>a<text:s text:c="3"/>b</text:p>'
            "<text:p>c<text:tab/>d</text:p></table:table-cell>"
        ),
        ["text", "a   b\nc\td", False],
    ),
    "a part in bold": (
        (
            '<table:table-cell office:value-type="string"><text:p>0,<text:span>5</text:span>'
            "</text:p></table:table-cell>"
        ),
        ["text", "0,5", False],
    ),
    "a comment": (
        (
            '<table:table-cell office:value-type="string"><office:annotation><text:p>no</text:p>'
            "</office:annotation><text:p>yes</text:p></table:table-cell>"
        ),
        ["text", "yes", False],
    ),
    "percent": (_typed("percentage", 'office:value="0.5"', "50 %"), ["number", "0.5", False]),
    "formula": (
        _typed("float", 'office:value="2" table:formula="of:=1+1"', "2"),
        ["number", "2", True],
    ),
    "formula without a value": (
        '<table:table-cell table:formula="of:=1+1"/>',
        ["nothing", "", True],
    ),
    "truth": (_typed("boolean", 'office:boolean-value="true"'), ["truth", "TRUE", False]),
    "date": (
        _typed("date", 'office:date-value="2026-02-01"', "1.2.26"),
        ["date", "2026-02-01", False],
    ),
    "time": (_typed("time", 'office:time-value="PT12H00M00S"', "12"), ["date", "0.5", False]),
    "nothing": (cell(None), None),
}


@pytest.mark.parametrize("name", CELLS)
def test_cells(name: str, tmp_path: Path) -> None:
    markup, expected = CELLS[name]
    (tmp_path / "file.ods").write_bytes(document(row(cell(7), markup, cell(8))))
    found = read_file(tmp_path / "file.ods")["sheets"]["S1"]
    assert found.get("B1") == expected
    assert (found["A1"][1], found["C1"][1]) == ("7", "8")


def test_repeated_cells_stand_where_they_are_repeated(tmp_path: Path) -> None:
    lines = (
        row(cell(None, 'table:number-columns-repeated="2"'), cell(1), cell(2)),
        row(attributes='table:number-rows-repeated="3"'),
        row(
            cell(3, 'table:number-columns-repeated="2"'),
            "<table:covered-table-cell/>",
            cell(4),
            attributes='table:number-rows-repeated="2"',
        ),
    )
    (tmp_path / "file.ods").write_bytes(document("".join(lines)))
    found = read_file(tmp_path / "file.ods")["sheets"]["S1"]
    numbers = {address: float(cell[1]) for address, cell in found.items()}
    assert numbers == {
        "C1": 1,
        "D1": 2,
        "A5": 3,
        "B5": 3,
        "D5": 4,
        "A6": 3,
        "B6": 3,
        "D6": 4,
    }
    some = read_file(tmp_path / "file.ods", {"S1": ["B6", "A2"]})["sheets"]["S1"]
    assert list(some) == ["B6"]
