"""Explore as planned: which cells, rules and choices; the rules against the language itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

import tracer
from tests.spreadsheet import sheet_parts
from tests.workbook.made import Made, make
from tests.workbook.odd import ODD
from tracer.language.expression import Span
from tracer.language.formula import LONGEST_FORMULA
from tracer.program import Program
from tracer.template import read_template
from tracer.workbook.plan import Sheet
from tracer.workbook.sheets.dependence import Coordinate, Lines, Product, Reading
from tracer.workbook.sheets.spelled import Shown, fixed, general, literal

EXPLORED = sorted({*tracer.template_names()} - {"diary-mnist", "ray-moons"})


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.toml").write_text(ODD, "utf-8")
    return make(read_template(folder / "odd.toml"), folder / "odd.xlsx")


def _explore(made: Made) -> Sheet:
    return next(sheet for sheet in made.book.sheets if sheet.title == "Explore")


def _readings(program: Program) -> dict[str, Reading]:
    return {
        assignment.slot.label: Reading(program, assignment)
        for assignment in (*program.prepare, *program.iterate)
    }


@pytest.mark.parametrize("name", tracer.template_names())
def test_live_workbooks_have_the_sheet(name: str, books: Mapping[str, Made]) -> None:
    titles = [sheet.title for sheet in books[name].book.sheets]
    assert ("Explore" in titles) == books[name].live == (name in EXPLORED)
    assert not titles[-1].startswith("Explore")


@pytest.mark.parametrize(
    ("what", "size"), [("longer than 128", (1, 129)), ("too many numbers", (101, 100))]
)
def test_what_is_too_large_has_none(what: str, size: tuple[int, int], tmp_path: Path) -> None:
    (tmp_path / "t.toml").write_text(
        f'title = "t"\n[given]\nX = 1\n[parameters]\nW = {{ random = "normal", shape = '
        f'{list(size)} }}\n[[steps]]\nequations = ["Z = sum(W) * X"]\n',
    )
    made = make(read_template(tmp_path / "t.toml"), tmp_path / "t.xlsx")
    assert made.live
    assert "Explore" not in [sheet.title for sheet in made.book.sheets], what


@pytest.mark.parametrize("name", [*EXPLORED, "odd"])
def test_rules_give_exactly_the_cells_that_the_language_says(name: str, odd: Made) -> None:
    program = odd.trace.program if name == "odd" else tracer.load_template(name).program()
    for label, reading in _readings(program).items():
        for key in reading.operands():
            products = reading.products(key)
            if products is None:
                assert name in ("odd", "two-class-as-coded"), label
                continue
            wanted = reading.cells_of(key)
            for spot, cells in zip(reading.spots, wanted, strict=True):
                assert frozenset().union(*(p.chosen(spot) for p in products)) == cells, label
            whole = frozenset().union(*(reading.whole(product) for product in products))
            assert whole == frozenset().union(*wanted), label


def test_rules_are_rows_and_columns() -> None:
    readings = _readings(tracer.load_template("ray").program())
    row, column = Lines("row"), Lines("column")
    hidden = readings["hidden_layer_input"]
    assert hidden.products(("X", 0)) == [Product(row, Lines("", fixed=(0, 1, 2, 3)))]
    assert hidden.products(("wh", 0)) == [Product(Lines("", fixed=(0, 1, 2, 3)), column)]
    assert hidden.products(("bh", 0)) == [Product(Lines("", fixed=(0,)), column)]
    # Transposed: the row of the result is the row of wout.
    assert readings["Error_at_hidden_layer"].products(("wout", 0)) == [
        Product(column, Lines("", fixed=(0,)))
    ]
    assert readings["wh (new)"].products(("X", 0)) == [Product(Lines("", fixed=(0, 1, 2)), row)]


def test_unusual_uses_fall_back_step_by_step(odd: Made) -> None:
    readings = _readings(odd.trace.program)
    # Two leaves of one block: a rule for each.
    gram = readings["gram"].products(("X", 0))
    assert gram is not None and len(gram) == 2
    # No rule: listed cell by cell.
    assert readings["second"].products(("X", 0)) is None
    found = readings["second"].coordinates()
    assert found == [(Coordinate("row", 0, (0, 2)), Coordinate("column", 1))]
    assert readings["stacked"].coordinates() is None
    spot = readings["last"].used[0][0]
    assert (spot.slot, spot.row, spot.column) == (("v", 0), 0, 2)
    assert isinstance(spot.leaf, Span)


@pytest.mark.parametrize("name", [*EXPLORED, "odd"])
def test_formulas_and_rules_are_ones_that_excel_takes(
    name: str, books: Mapping[str, Made], odd: Made
) -> None:
    sheet = _explore(odd if name == "odd" else books[name])
    entries = [c.text for c in sheet.pattern.cells if c.column == 2 and c.row > 9 and c.text]
    assert len({entry.casefold() for entry in entries}) == len(entries)
    assert not [entry for entry in entries if set(entry) & set("*?~")]
    formulas = [cell.formula for cell in sheet.pattern.cells if cell.formula]
    for formula in [*formulas, *(rule.formula for rule in sheet.highlights)]:
        assert len(formula) <= LONGEST_FORMULA
        assert all(len(text) <= 255 for text in re.findall(r'"([^"]*)"', formula))
    for rule in sheet.highlights:
        assert "!" not in rule.formula
    for cell in sheet.pattern.cells:
        assert len(cell.text or "") <= 32_767
    # The list's range holds every entry and nothing else.
    choice = next(c for c in sheet.choices if c.title == "Equation")
    assert choice.values == f"$B$10:$B${9 + len(entries)}" or len(entries) == 1
    places = [(cell.row, cell.column) for cell in sheet.pattern.cells]
    assert len(set(places)) == len(places)


def test_the_file_holds_choices_texts_and_rules(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    sheet = openpyxl.load_workbook(made.path)["Explore"]
    rules = {str(v.sqref): (v.type, v.formula1) for v in sheet.data_validations.dataValidation}
    assert rules["B4"] == ("list", "$B$10:$B$24")
    assert rules["B5"] == ("list", '"one cell,whole block"')
    assert rules["B3"] == ("whole", "1")
    assert [sheet[f"B{row}"].value for row in range(3, 8)] == [
        1, "2 hidden_layer_input", "one cell", 1, 1,
    ]  # fmt: skip
    assert sheet.freeze_panes == "D9"
    text = "1 × 0.42000 + 0 × 0.10000 + 1 × 0.60000 + 0 × 0.92000 + 0.46000 = 1.480"
    assert 't="str"><f>IF(' in sheet_parts(made.path)["Explore"]
    values = openpyxl.load_workbook(made.path, data_only=True)["Explore"]
    assert values["D4"].value == text
    assert text in Path("README.md").read_text("utf-8")
    assert values["D3"].value == "Iteration 1: hidden_layer_input (3 × 3), row 1, column 1"
    assert values["D5"].value == "hidden_layer_input = X @ wh + bh"
    labels = [values.cell(10, column).value for column in range(4, 24)]
    assert [label for label in labels if label] == [
        "• X", "y", "lr", "• wh", "• bh", "wout", "bout",
    ]  # fmt: skip


def test_numbers_come_from_training_and_inputs(books: Mapping[str, Made]) -> None:
    sheet = openpyxl.load_workbook(books["ray"].path)["Explore"]
    training = openpyxl.load_workbook(books["ray"].path)["Training"]
    assert sheet["D11"].value == "=Inputs!B6"
    where = {
        cell.value: (cell.row + 1, cell.column)
        for row in sheet.iter_rows(min_row=10) for cell in row
        if isinstance(cell.value, str) and cell.column > 3
    }  # fmt: skip
    for mark, first, last, name in (("wh", 7, 9, "wh"), ("10 wh (new)", 8, 10, "wh")):
        place = next(p for text, p in where.items() if text.endswith(f'"{mark}"'))
        found = re.fullmatch(
            rf"=INDEX\(Training!\$([A-Z]+)\${first}:\$\1\${last},\$[A-Z]+\$3\)",
            str(sheet.cell(*place).value),
        )
        assert found is not None
        assert training[f"{found[1]}5"].value == name


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (2.5, 0, "3"),
        (1e-9, 3, "0.000"),
        (7, 3, "7.000"),
        (-1e40, 1, "-1" + "0" * 40 + ".0"),
    ],
)
def test_fixed_rounds_as_a_spreadsheet_does(value: float, decimals: int, text: str) -> None:
    assert fixed(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1"), (-0.5, "-0.5"), (0.1 + 0.2, "0.3"), (1e-7, "1E-07"), (1.5e-12, "1.5E-12")],
)
def test_numbers_joined_to_texts(value: float, text: str) -> None:
    assert general(value) == text


def test_texts_in_formulas_are_quoted_and_cut() -> None:
    assert literal('a "b"') == '"a ""b"""'
    assert literal("") == '""'
    assert literal("x" * 600).count('"&"') == 2


def test_shown_numbers_follow_their_format() -> None:
    assert Shown("$D$5", "0.00", 1.005).formula() == "FIXED($D$5,2,TRUE)"
    assert Shown("$D$5", "General", 3.0).text() == "3"
    small = Shown("$D$5", "0.00E+00", 1.23456e-8)
    assert small.text() == "1.23E-08"
    assert Shown("$D$5", "0.00E+00", 0.0).text() == "0"
    assert "TEXT(" not in small.formula()


def test_digits_do_not_depend_on_iteration_sheets(tmp_path: Path) -> None:
    made = make(tracer.load_template("ray"), tmp_path / "ray.xlsx", sheets=[])
    assert not [sheet for sheet in made.book.sheets if sheet.title.startswith("Iteration")]
    formats = {cell.format for cell in _explore(made).pattern.cells if cell.role == "shown"}
    assert {"0.000", "0.00000", "0.000000"} <= formats


def test_columns_are_wide_enough_for_every_iteration(odd: Made) -> None:
    sheet = _explore(odd)
    loss = odd.trace.program.newest("loss")
    cell = next(c for c in sheet.pattern.cells if c.at == loss.offset and c.role == "shown")
    longest = max(len(f"{value:.6f}") for value in odd.trace["loss"].ravel())
    assert longest >= 10
    assert sheet.widths[cell.column] > longest
