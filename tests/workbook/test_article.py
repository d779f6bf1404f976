"""The sheet Article: each fact of a source beside the cell that computes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple
from openpyxl.worksheet.worksheet import Worksheet

import tracer
from tests.spreadsheet import needs_office, numbers, recalculated, with_values
from tests.workbook.made import TOLD, Made
from tracer.run.trace import trace_template
from tracer.template.cited import Erratum, Picture
from tracer.template.read import read_template
from tracer.wording import load
from tracer.workbook.book import BookOptions, plan_book

every_told = pytest.mark.parametrize("name", TOLD)
SAY = load()
AGREES, DIFFERS = SAY("article.agrees"), SAY("article.differs")


def sheet(made: Made, *, values: bool = False) -> Worksheet:
    return openpyxl.load_workbook(made.path, data_only=values)["Article"]


def column(made: Made, letter: str, first: int = 6) -> list[object]:
    cells = sheet(made, values=True)[letter][first - 1 :]
    return [cell.value for cell in cells if cell.value is not None]


@every_told
def test_every_link_leads_to_the_cell_whose_number_stands_beside_it(
    name: str, books: Mapping[str, Made]
) -> None:
    page, stored = sheet(books[name]), numbers(books[name].path)
    compared = 0
    for (cell,) in page["E6:E2000"]:
        if cell.hyperlink is None:
            continue
        there, _, address = str(cell.hyperlink.location).rpartition("!")
        beside = page.cell(cell.row, 3)
        assert str(cell.value).startswith(there.strip("'"))
        if beside.value is None:
            continue
        row, number = coordinate_to_tuple(address)
        assert beside.value == f"={there}!{address}"
        found = stored[there.strip("'"), row, number]
        assert stored["Article", cell.row, 3] == found
        compared += 1
    assert compared >= len(books[name].trace.program.assignments)


@every_told
def test_every_equation_figure_and_mistake_stands_on_it(
    name: str, books: Mapping[str, Made]
) -> None:
    template = books[name].template
    texts = [str(value) for letter in "AB" for value in column(books[name], letter)]
    text = " ".join(texts)
    for assignment in books[name].trace.program.assignments:
        assert assignment.equation.text in text
    notes: list[Erratum | Picture] = [*template.errata, *template.unreproducible]
    for note in [*notes, *template.pictures]:
        assert " ".join(note.place.split()) in text and note.text in text
    for figure in template.published:
        assert " ".join(figure.place.split()) in text
    printed = [float(number) for figure in template.published for number in figure.printed]
    found = [value for value in column(books[name], "B") if isinstance(value, int | float)]
    wrong = [float(n.printed) for n in template.errata if _is_number(n.printed)]
    assert sorted(found) == sorted(printed + wrong)
    status = column(books[name], "D")
    assert status.count(SAY("article.is_erratum")) == len(template.errata)
    assert status.count(SAY("article.is_unreproducible")) == len(template.unreproducible)


@every_told
def test_shapes_are_those_of_the_source(name: str, books: Mapping[str, Made]) -> None:
    program = books[name].trace.program
    for picture in books[name].template.pictures:
        if found := re.fullmatch(r"\((\d+), (\d+)\)", picture.text):
            shape = program.newest(picture.quantity).shape
            assert shape == (int(found[1]), int(found[2])), picture.place


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


@every_told
def test_what_is_printed_and_in_this_file_agrees(name: str, books: Mapping[str, Made]) -> None:
    template, status = books[name].template, column(books[name], "D")
    assert DIFFERS not in status and SAY("article.moved") not in status
    printed = sum(len(f.printed) for f in template.published if not f.computed)
    here = sum(
        len(f.printed)
        for f in template.published
        if not f.computed and f.iteration <= books[name].trace.iterations
    )
    agreeing = status.count(AGREES)
    assert agreeing <= printed
    if name not in ("ray-moons",):
        assert agreeing == here
    if here:
        assert sheet(books[name], values=True)["B4"].value == agreeing


def test_rows_follow_the_steps(books: Mapping[str, Made]) -> None:
    places = [str(place) for place in column(books["ray"], "A")]
    steps = [int(m[1]) for m in map(re.compile(r"Step (\d+)").match, places) if m]
    assert steps == sorted(steps)
    assert set(steps) == set(range(12))


OWN = """
title = "t"
source = "s"
iterations = 2
{top}
[given]
x = 2
v = [1, 2, 3, 4]
M = [[1, 2], [3, 4]]
lr = 0.5
[parameters]
u = 1
[[steps]]
phase = "update"
equations = ["y = u * x + sum(v) + sum(M)", "u = u - lr"]
[[published]]
place = "p"
quantity = "y"
printed = "22.0"
[[published]]
place = "q"
quantity = "u"
iteration = 7
printed = "0.1"
[[published]]
place = "r"
quantity = "u"
iteration = 2
printed = "0.3"
[[errata]]
place = "e"
text = "It is 22."
step = "1"
printed = "23"
quantity = "y"
"""


def own(folder: Path, top: str = "") -> Path:
    path = folder / "own.toml"
    path.write_text(OWN.format(top=top), "utf-8")
    return path


def status_of(path: Path) -> dict[str, str]:
    page = openpyxl.load_workbook(path, data_only=True)["Article"]
    rows = page.iter_rows(min_row=6, values_only=True)
    return {str(row[0]): str(row[3]) for row in rows if row[0] and row[3]}


def test_a_figure_differs_or_is_not_here_and_a_mistake_is_one(tmp_path: Path) -> None:
    path = tracer.trace(str(own(tmp_path))).to_excel(tmp_path / "own.xlsx")
    assert status_of(path) == {
        "Step 1: Step 1": SAY("article.is_equation"),
        "p": AGREES,
        "q": "not here: needs -n 7",
        "r": DIFFERS,
        "e": SAY("article.is_erratum"),
    }


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_what_a_reader_changes_is_no_mistake_of_the_source(tmp_path: Path) -> None:
    """Changed in the file and recalculated by a spreadsheet program, one input at a time."""
    path = tracer.trace(str(own(tmp_path))).to_excel(tmp_path / "own.xlsx")
    page = openpyxl.load_workbook(path)
    where = {name: str(d.attr_text).replace("$", "") for name, d in page.defined_names.items()}
    first = {name: place.partition("!")[2].partition(":")[0] for name, place in where.items()}
    inputs = page["Inputs"]
    row = inputs[first["M"]].row
    swapped: dict[str, float | str] = {f"B{row}": 2, f"C{row}": 1}
    across: dict[str, float | str] = {f"C{row}": 3, f"B{row + 1}": 2}
    changes: tuple[dict[str, float | str], ...] = (
        {first["x"]: 2.1},
        {first["u"]: 1.5},
        {first["lr"]: 0.25},
        swapped,
        across,
    )
    files = [path] + [
        with_values(path, tmp_path / f"{n}.xlsx", "Inputs", change)
        for n, change in enumerate(changes)
    ]
    done = recalculated(files, tmp_path / "out")
    said = [numbers(file)["Article", 3, 2] for file in done]
    assert said == [SAY("article.same")] + [SAY("article.changed")] * len(changes)
    status = [status_of(file) for file in done]
    assert [s["p"] for s in status[1:]] == [SAY("article.moved")] * 2 + [AGREES] * 3
    assert {s["r"] for s in status[1:]} == {SAY("article.moved")}
    assert status[0]["r"] == DIFFERS


@pytest.mark.parametrize("how", ["rounded", "other numbers"])
def test_a_file_of_other_numbers_says_so(how: str, tmp_path: Path) -> None:
    template = read_template(own(tmp_path))
    if how == "other numbers":
        template = template.with_values({"x": np.array(3.0)})
    trace = trace_template(template, 2, decimals=0 if how == "rounded" else None)
    page = next(s for s in plan_book(trace).sheets if s.title == "Article")
    texts = {cell.text for cell in page.pattern.cells}
    assert SAY("article.changed") in texts and SAY("article.moved") in texts
    assert DIFFERS not in texts


def test_a_network_without_a_source_has_no_article(tmp_path: Path) -> None:
    template = replace(read_template(own(tmp_path)), source="")
    titles = [sheet.title for sheet in plan_book(trace_template(template, 2)).sheets]
    assert "Article" not in titles


def test_pictures_lead_to_what_shows_the_same(tmp_path: Path) -> None:
    path = own(tmp_path)
    more = '[[pictures]]\nplace = "{p}"\ntext = "{t}"\n{key} = "{value}"\n'
    path.write_text(
        path.read_text("utf-8")
        + more.format(p="a", t="the line", key="sheet", value="training")
        + more.format(p="b", t="the plane", key="sheet", value="boundary")
        + more.format(p="c", t="the sum", key="quantity", value="y"),
        "utf-8",
    )
    book = openpyxl.load_workbook(tracer.trace(str(path)).to_excel(tmp_path / "own.xlsx"))
    found = {
        str(row[0].value): row[4].hyperlink.location if row[4].hyperlink else None
        for row in book["Article"].iter_rows(min_row=6)
        if row[0].value in ("a", "b", "c")
    }
    assert found["a"] == "Training!A1"
    assert found["b"] is None  # one input: there is no such sheet
    assert SAY("article.missing") in {row[3].value for row in book["Article"].iter_rows()}
    assert str(found["c"]).startswith("'Iteration 1'!")


def test_without_iteration_sheets_rows_lead_to_training(tmp_path: Path) -> None:
    trace = trace_template(read_template(own(tmp_path)), 2)
    page = next(s for s in plan_book(trace, BookOptions(sheets=[])).sheets if s.title == "Article")
    texts = [cell.text for cell in page.pattern.cells if cell.role == "link"]
    assert "Training: y, iteration 1" in texts
