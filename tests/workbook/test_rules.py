"""The rules that every workbook keeps, also those that only Excel enforces."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import range_boundaries
from openxml_audit import OpenXmlValidator

import tracer
from tests.spreadsheet import numbers, parts, sheet_parts
from tests.workbook.made import KINDS, Made, make

ALLOWED = {
    *("ABS", "AND", "AVERAGE", "CHAR", "CHOOSE", "COUNT", "COUNTIFS", "EXP", "FIXED"),
    *("IF", "IFERROR", "INDEX", "INT", "ISNUMBER", "LN", "MATCH", "MAX", "MIN", "MMULT", "OR"),
    *("ROUND", "ROW", "SIGN", "SQRT", "SUBSTITUTE", "SUM", "SUMPRODUCT", "TANH", "VARP"),
}
CELL = re.compile(
    r'<c r="([A-Z]+)(\d+)"([^>]*?)(?:/>|>(?:<f([^>]*?)(?:/>|>([^<]*)</f>))?(?:<v>([^<]*)</v>)?</c>)'
)
#: What Excel refuses as a range's name in one of its languages: it begins like an address in
#: either notation (German Z1S1, French L1C1, …), or is one of their letters alone.
AMISS = re.compile(r"(?i)[a-z]{1,3}[0-9]|[crzslfkwo]$|(true|false)$")
every_lesson = pytest.mark.parametrize("name", tracer.template_names())


def _cells(made: Made) -> Iterator[tuple[str, re.Match[str]]]:
    for title, xml in sheet_parts(made.path).items():
        for cell in CELL.finditer(xml):
            yield title, cell


def _code(formula: str) -> str:
    """Return a formula without the texts in it."""
    return re.sub(r'"[^"]*"', '""', html.unescape(formula))


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_the_file_is_valid_against_the_published_schemas(
    name: str, books: Mapping[str, Made]
) -> None:
    path = books[name].path
    if path.stat().st_size > 500_000:
        # The validator needs a minute for half a million cells; fewer iterations, same parts.
        path = make(books[name].template, path.with_name(f"{name}-short.xlsx"), 2).path
    assert [str(error) for error in OpenXmlValidator().validate(str(path)).errors] == []


@every_lesson
def test_formulas_have_values_and_nothing_forbidden(name: str, books: Mapping[str, Made]) -> None:
    formulas = 0
    for title, cell in _cells(books[name]):
        _, _, attributes, how, text, value = cell.groups()
        assert 't="e"' not in attributes, f"an error in {title} {cell[1]}{cell[2]}"
        if how is None:
            continue
        formulas += 1
        where = f"{title} {cell[1]}{cell[2]}"
        if 't="str"' in attributes:
            assert value is not None and text, where
        else:
            assert value not in (None, "", "nan", "inf", "-inf"), f"no value in {where}"
            float(str(value))
        if text:
            assert len(html.unescape(text)) <= 8_192, where
            assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", _code(text))) <= ALLOWED, where
            assert "[" not in _code(text), f"an external reference in {where}"
        else:
            assert 't="shared"' in how, where
    assert formulas == books[name].book.live_cells()


@every_lesson
def test_shared_formulas_stay_on_their_sheet_and_in_their_range(
    name: str, books: Mapping[str, Made]
) -> None:
    masters: dict[tuple[str, str], tuple[int, int, int, int]] = {}
    for title, cell in _cells(books[name]):
        how, text = cell[4] or "", cell[5]
        if 't="shared"' not in how:
            continue
        number = re.search(r'si="(\d+)"', how)
        assert number is not None
        key = title, number[1]
        if text:
            assert "!" not in text, f"another sheet in a shared formula of {title}"
            ref = re.search(r'ref="([^"]+)"', how)
            assert ref is not None and key not in masters
            left, top, right, bottom = range_boundaries(ref[1])
            masters[key] = int(left or 0), int(top or 0), int(right or 0), int(bottom or 0)
        left, top, right, bottom = masters[key]
        column = openpyxl.utils.column_index_from_string(cell[1])
        assert left <= column <= right and top <= int(cell[2]) <= bottom


@every_lesson
def test_names_and_titles_are_ones_that_excel_takes(name: str, books: Mapping[str, Made]) -> None:
    book = (
        openpyxl.load_workbook(books[name].path, read_only=False)
        if (books[name].path.stat().st_size < 400_000)
        else None
    )
    xml = parts(books[name].path)["xl/workbook.xml"]
    scopes: dict[str, list[str]] = {}
    for attributes in re.findall(r"<definedName ([^>]*)>", xml):
        found = re.search(r'name="([^"]+)"', attributes)
        scope = re.search(r'localSheetId="(\d+)"', attributes)
        assert found is not None
        if not found[1].startswith("_xlnm."):
            scopes.setdefault(scope[1] if scope else "", []).append(found[1])
    for names in scopes.values():
        assert len({n.casefold() for n in names}) == len(names)
        assert not [n for n in names if AMISS.match(n) or len(n) > 255]
    whole = {**books[name].template.given, **books[name].template.parameters}
    small = [n for n, array in whole.items() if array.size <= 40_000]
    assert len(scopes.get("", [])) == len(small)
    titles = [sheet.title for sheet in books[name].book.sheets]
    assert len({t.casefold() for t in titles}) == len(titles)
    assert not [t for t in titles if len(t) > 31 or set("[]:*?/\\") & set(t)]
    if book is not None:
        assert book.sheetnames == titles


@pytest.mark.parametrize("name", ["ray", "two-class-rows", "exam-scores", "diary-mnist"])
def test_the_same_inputs_give_the_same_bytes(name: str, tmp_path: Path) -> None:
    files = [make(tracer.load_template(name), tmp_path / f"{run}.xlsx", 3).path for run in range(2)]
    assert files[0].read_bytes() == files[1].read_bytes()


def test_pandas_sees_numbers(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    table = pd.read_excel(
        made.path, sheet_name="Training", header=None, skiprows=7, engine="openpyxl"
    )
    assert table.shape[0] == 3
    assert list(table[1]) == pytest.approx(list(made.trace["loss"]), rel=1e-15)


@every_lesson
def test_stored_values_are_the_recorded_ones(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    stored = numbers(made.path)
    for sheet in made.book.sheets:
        if sheet.state is None:
            continue
        state = sheet.state()
        for cell in sheet.pattern.cells:
            if cell.at is not None:
                assert stored[sheet.title, cell.row, cell.column] == state[cell.at]


def test_no_long_run_of_rows_has_the_same_formula(tmp_path: Path) -> None:
    """What a run of 64 rows breaks is written out, for its own row, and adds 0."""
    path = tracer.trace("ray", 200).to_excel(tmp_path / "ray.xlsx", sheets=[])
    text = sheet_parts(path)["Training"]
    first = r'<c r="(\w+)8"[^>]*><f t="shared" ref="\w+8:\w+207" si="\d+">(.*?)</f>'
    shared = re.search(first, text)
    assert shared is not None
    column, formula = shared.groups()
    for row in (71, 135, 199):
        found = re.search(rf'<c r="{column}{row}"[^>]*><f>(.*?)</f>', text)
        assert found is not None
        moved = formula
        for reference, number in re.findall(r"(?<![$\w.])(\$?[A-Z]+)(\d+)\b", formula):
            moved = re.sub(
                rf"(?<![$\w.]){re.escape(reference + number)}\b",
                f"{reference}{int(number) + row - 8}",
                moved,
            )
        assert found[1] == f"({moved})+0"


#: What a formula picks from: one cell, or cells in one row by a position alone. No Gnumeric
#: understands either.
PICKED = re.compile(r"INDEX\((?:[^(),]*!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?,([^()]*)")


@pytest.mark.parametrize(
    ("name", "iterations"),
    [
        *((name, None) for name in tracer.template_names()),
        ("two-class", 1),
        ("iris", 1),
        ("xor", 1),
    ],
)
def test_cells_are_picked_in_ways_that_every_program_understands(
    name: str, iterations: int | None, books: Mapping[str, Made], tmp_path: Path
) -> None:
    made = books[name]
    if iterations is not None:
        made = make(made.template, tmp_path / "one.xlsx", iterations)
    for title, cell in _cells(made):
        for left, top, right, bottom, rest in PICKED.findall(_code(cell[5] or "")):
            where = f"{title} {cell[1]}{cell[2]}: {cell[5]}"
            assert right and (left, top) != (right, bottom), where
            assert top != bottom or rest.startswith("1,"), where


def test_excel_marks_no_cell_as_a_likely_mistake(books: Mapping[str, Made]) -> None:
    for title, xml in sheet_parts(books["ray"].path).items():
        (cells,) = re.findall(r'<dimension ref="([^"]+)"', xml)
        spared = f'<ignoredErrors><ignoredError sqref="{cells}" numberStoredAsText="1"'
        assert xml.count(spared) == 1, title
        # The schema's order: a sheet's drawing comes last.
        assert 0 < xml.index("<headerFooter") < xml.index(spared)
        assert "<drawing" not in xml or xml.index(spared) < xml.index("<drawing")
