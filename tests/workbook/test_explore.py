"""Explore as planned: which cells, rules and choices; the rules against the language itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import range_boundaries

import tracer
from tests.spreadsheet import needs_office, numbers, parts, recalculated, sheet_parts, with_values
from tests.workbook.large import large
from tests.workbook.made import Made, make
from tests.workbook.odd import ODD
from tracer.language.expression import Span, shape_text
from tracer.language.formula import LONGEST_FORMULA
from tracer.language.places import written
from tracer.program.model import Batch, Program, Slot
from tracer.run.machine import turn_of
from tracer.run.trace import trace_template
from tracer.template.read import read_template
from tracer.wording import load
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.numbers import GENERAL, NumberFormat, decimals_format
from tracer.workbook.plan.plan import Sheet
from tracer.workbook.sheets.band import drawn
from tracer.workbook.sheets.digits import general
from tracer.workbook.sheets.explore.dependence import Coordinate, Dependence, Lines, Product
from tracer.workbook.sheets.spelled import literal
from tracer.workbook.sheets.training_columns import turn_form

#: What stands in the sheet's place on Start.
TOO_LARGE, NOT_KEPT = map(load(), ("left_out.too_large", "left_out.not_kept"))
#: Programs with literals, stacks or slices that no rule of rows and columns describes.
CELL_BY_CELL = (
    *("odd", "two-class-as-coded", "convolution", "iris", "lstm"),
    *("diffusion", "gpt", "mamba", "mixture-of-experts", "multi-head-attention", "seq2seq"),
)
EXPLORED = sorted({*tracer.template_names()} - {"diary-mnist"})


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("odd")
    (folder / "odd.toml").write_text(ODD, "utf-8")
    return make(read_template(folder / "odd.toml"), folder / "odd.xlsx")


def _explore(made: Made) -> Sheet:
    return next(sheet for sheet in made.book.sheets if sheet.title == "Explore")


def _readings(program: Program) -> dict[str, Dependence]:
    return {
        load().say(assignment.slot.label): Dependence(program, assignment)
        for assignment in program.assignments
    }


@pytest.mark.parametrize("name", tracer.template_names())
def test_a_workbook_has_the_sheet_or_says_why_not(name: str, books: Mapping[str, Made]) -> None:
    titles = [sheet.title for sheet in books[name].book.sheets]
    assert ("Explore" in titles) == (name in EXPLORED)
    assert not titles[-1].startswith("Explore")
    start = {(c.row, c.column): c.text for c in books[name].book.sheets[0].pattern.cells}
    said = [start[row, 2] for (row, column), text in start.items() if text == "Explore"]
    assert said == [TOO_LARGE] if name not in EXPLORED else said and said != [TOO_LARGE]


#: Parameters, equations and what Start says of the sheet; None where there is one.
SIZES = {
    "longer than drawn": ([1, 129], ["Z = sum(W) * X"], None),
    "too many numbers": ([400, 300], ["Z = sum(W) * X"], TOO_LARGE),
    "a square window": ([140, 140], ["Z = W * X"], None),
    "a window on two sides": ([140, 150], ["Z = W * X"], None),
    "pieces put together": ([1, 140], ["Z = hstack([W, X * W])"], TOO_LARGE),
    "turned round": ([1, 140], ["Z = W[:, ::-1]"], TOO_LARGE),
    "no room in Training": ([60, 70], ["Z = sum(W) * X", "W = 0.99 * W"], NOT_KEPT),
}


@pytest.mark.parametrize("case", SIZES)
def test_what_is_too_large_has_none(case: str, tmp_path: Path) -> None:
    shape, equations, why = SIZES[case]
    (tmp_path / "t.toml").write_text(
        f'title = "t"\n[given]\nX = 1\n[parameters]\nW = {{ random = "normal", shape = {shape} }}\n'
        f'[[steps]]\nphase = "update"\nequations = {equations}\n',
        "utf-8",
    )
    trace = trace_template(read_template(tmp_path / "t.toml"), 500, most_kept=1_000)
    book = plan_book(trace, BookOptions(sheets=[]))
    assert ("Explore" in [sheet.title for sheet in book.sheets]) == (why is None)
    assert why is None or why in [cell.text for cell in book.sheets[0].pattern.cells]


@pytest.mark.parametrize("name", ["moons", "tall", "batched"])
def test_some_elements_stand_for_all_of_an_equation(name: str, tmp_path: Path) -> None:
    program = large(name, tmp_path, 141).program()
    compared = 0
    for assignment in program.assignments:
        some = Dependence.of(program, assignment, 0, whole=False)
        assert some is not None and some.sampled
        every = Dependence(program, assignment)
        assert some.coordinates() == every.coordinates(), assignment.equation.text
        for key in every.operands:
            products = some.products(key)
            assert products is not None
            for spot, cells in zip(every.spots, every.cells_of(key), strict=True):
                assert frozenset().union(*(p.chosen(spot) for p in products)) == cells
            used = frozenset().union(*every.cells_of(key))
            assert frozenset().union(*map(some.whole, products)) == used
            compared += 1
    assert compared > 20


def test_sums_too_long_for_a_formula_are_made_of_parts(tmp_path: Path) -> None:
    made = make(large("tall", tmp_path, 300), tmp_path / "tall.xlsx", 2, sheets=[])
    cells = {(c.row, c.column): c for c in _explore(made).pattern.cells}
    first = next(where for where, c in cells.items() if c.text == "parts of long sums")
    parts = [cells[first[0] + 1, first[1] + k] for k in range(5)]
    # 300 terms, 64 in each part but the last: the loss is minus their mean.
    assert (first[0] + 1, first[1] + 5) not in cells
    total = sum(part.number or 0 for part in parts)
    assert -total / 300 == pytest.approx(made.trace["loss"][0].item(), rel=1e-12)


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_any_iteration_of_the_moons_is_computed(tmp_path: Path) -> None:
    template = tracer.load_template("ray-moons")
    wanted = (1, 3_001, 7_000)
    trace = trace_template(template, sheets=wanted)
    path = tmp_path / "moons.xlsx"
    write_book(plan_book(trace, BookOptions(sheets=[])), path)
    files = [with_values(path, tmp_path / f"{k}.xlsx", "Explore", {"C4": k}) for k in wanted]
    slots = {f"{load().say(s.label)} ({shape_text(s.shape)})": s for s in trace.program.slots}
    for iteration, page in zip(wanted, recalculated(files, tmp_path / "out"), strict=True):
        found = {key[1:]: value for key, value in numbers(page).items() if key[0] == "Explore"}
        compared = 0
        for (row, column), text in found.items():
            slot = slots.get(str(text))
            if slot is None or not isinstance(found.get((row + 1, column)), float | int):
                continue
            rows, columns = drawn(slot.shape)
            shown = [found[row + 1 + i, column + j] for i in range(rows) for j in range(columns)]
            expected = trace.value(slot, iteration).ravel()
            assert np.array(shown, float) == pytest.approx(expected, rel=1e-9, abs=2e-13), text
            compared += slot.size
        assert compared > 60_000


@pytest.mark.parametrize("name", [*sorted({*EXPLORED} - {"ray-moons"}), "odd"])
def test_rules_give_exactly_the_cells_that_the_language_says(name: str, odd: Made) -> None:
    program = odd.trace.program if name == "odd" else tracer.load_template(name).program()
    for label, reading in _readings(program).items():
        for key in reading.operands:
            products = reading.products(key)
            if products is None:
                assert name in CELL_BY_CELL, label
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
    cells = {(c.row, c.column): c for c in sheet.pattern.cells}
    choice = next(c for c in sheet.choices if c.title == "Equation")
    assert isinstance(choice.values, str)
    left, top, right, bottom = range_boundaries(choice.values.replace("$", ""))
    assert left == right and top is not None and bottom is not None and left is not None
    entries = [cells[row, left].text or "" for row in range(top, bottom + 1)]
    # The list's range holds every entry and nothing else.
    assert all(entries) and (bottom + 1, left) not in cells
    assert len({entry.casefold() for entry in entries}) == len(entries)
    assert not [entry for entry in entries if set(entry) & set("*?~")]
    formulas = [written(cell.formula) for cell in sheet.pattern.cells if cell.formula]
    for formula in [*formulas, *(rule.formula for rule in sheet.highlights)]:
        assert len(formula) <= LONGEST_FORMULA
        assert all(len(text) <= 255 for text in re.findall(r'"([^"]*)"', formula))
        assert formula.count(",") <= 1_000
    for rule in sheet.highlights:
        assert "!" not in rule.formula
    for cell in sheet.pattern.cells:
        assert len(cell.text or "") <= 32_767
    assert len(cells) == len(sheet.pattern.cells)


def test_the_file_holds_choices_texts_and_rules(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    sheet = openpyxl.load_workbook(made.path)["Explore"]
    rules = {str(v.sqref): (v.type, v.formula1) for v in sheet.data_validations.dataValidation}
    assert rules["A4"] == ("whole", "0") and rules["C4"] == ("whole", "1")
    kinds = {where: kind for where, (kind, _) in rules.items()}
    assert kinds == dict.fromkeys(["F4", "K4", "M4", "O4", "Q4"], "list") | {
        "A4": "whole", "C4": "whole"
    }  # fmt: skip
    assert rules["O4"] == ("list", '"one cell,whole block"')
    assert [sheet[f"{column}4"].value for column in "ACFKMOQ"] == [
        0,
        1,
        "step 2: hidden_layer_input",
        1,
        1,
        "one cell",
        "shown",
    ]
    assert sheet.freeze_panes == "A7"
    assert 't="str"><f>IF(' in sheet_parts(made.path)["Explore"]
    values = openpyxl.load_workbook(made.path, data_only=True)["Explore"]
    text = str(values["B6"].value)
    assert re.fullmatch(r"1 × 0\.42\d* \+ .* \+ 0\.46\d* = 1\.48\d*", text)
    assert text in Path("docs/workbook.md").read_text("utf-8")
    said = "Iteration 1: hidden_layer_input (3 × 3), row 1, column 1 · number 1 of 80"
    assert values["B5"].value == said
    assert values["B7"].value == "hidden_layer_input = X @ wh + bh"
    top = next(c.row for c in values["G"] if c.value == "Given and starting parameters") + 1
    labels = [values.cell(top, column).value for column in range(7, 40)]
    assert [label for label in labels if label][:4] == ["• X", "y", "lr", "• wh"]


def test_spin_buttons_count_the_cells_of_choices(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    sheet = _explore(made)
    spins = {spin.cell: (spin.low, spin.high) for spin in sheet.spins}
    assert spins == {"$A$4": (0, 80), "$C$4": (1, made.trace.iterations)}
    every = parts(made.path)
    control = next(text for name, text in every.items() if name.endswith(".vml"))
    assert re.findall("<x:FmlaLink>([^<]*)<", control) == ["Explore!$A$4", "Explore!$C$4"]
    assert 'Extension="vml"' in every["[Content_Types].xml"]
    number = [*sheet_parts(made.path)].index("Explore") + 1
    assert "<legacyDrawing" in every[f"xl/worksheets/sheet{number}.xml"]
    assert f"controls{number}.vml" in every[f"xl/worksheets/_rels/sheet{number}.xml.rels"]


@pytest.mark.parametrize("name", [*EXPLORED, "odd"])
def test_the_bench_fits_a_laptop(name: str, books: Mapping[str, Made], odd: Made) -> None:
    sheet = _explore(odd if name == "odd" else books[name])
    bench = [c for c in sheet.pattern.cells if c.role in ("bench", "bench_name", "bench_size")]
    # What is chosen, what it is made from, and the arithmetic stand on the first screen: in a
    # window of 1366 × 768 LibreOffice shows 26 rows, and columns for 137 digits.
    last = max(cell.column for cell in bench)
    assert max(cell.row for cell in bench) <= 20
    widths = sum(sheet.widths.get(column, sheet.width) for column in range(1, last + 1))
    assert round(widths, 6) <= 137
    assert {c.column for c in sheet.pattern.cells if c.role == "choice"} <= set(range(1, 18))
    shown = [c for c in bench if c.role == "bench" and isinstance(c.number, float)]
    assert shown, "the first picture has numbers"


def test_numbers_come_from_training_and_inputs(books: Mapping[str, Made]) -> None:
    sheet = openpyxl.load_workbook(books["ray"].path)["Explore"]
    training = openpyxl.load_workbook(books["ray"].path)["Training"]
    where = {
        cell.value: (cell.row + 1, cell.column)
        for row in sheet.iter_rows(min_row=18, min_col=7)
        for cell in row
        if isinstance(cell.value, str)
    }
    given = next(p for text, p in where.items() if text.endswith('"X"'))
    assert sheet.cell(*given).value == "=Inputs!B6"
    for mark, first, last, name in (("wh", 7, 9, "wh"), ("step 10: wh (new)", 8, 10, "wh")):
        place = next(p for text, p in where.items() if text.endswith(f'"{mark}"'))
        found = re.fullmatch(
            rf"=INDEX\(Training!\$([A-Z]+)\${first}:\$\1\${last},\$[A-Z]+\$4\)",
            str(sheet.cell(*place).value),
        )
        assert found is not None
        assert training[f"{found[1]}5"].value == name


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


@pytest.mark.parametrize(
    ("shown", "code", "digits"),
    [
        (GENERAL, "General", 0),
        (decimals_format(0), "0", 0),
        (decimals_format(3), "0.000", 3),
        (NumberFormat(2, scientific=True), "0.00E+00", 6),
    ],
)
def test_a_number_format_knows_what_it_shows(shown: NumberFormat, code: str, digits: int) -> None:
    assert shown == code and shown.digits == digits


def test_digits_do_not_depend_on_iteration_sheets(tmp_path: Path) -> None:
    made = make(tracer.load_template("ray"), tmp_path / "ray.xlsx", sheets=[])
    assert not [sheet for sheet in made.book.sheets if sheet.title.startswith("Iteration")]
    formats = {cell.format for cell in _explore(made).pattern.cells if cell.role == "shown"}
    assert {"General", "0.00", "0.00###", "0.0000", "0.000000"} <= formats


def test_long_numbers_shrink_into_columns_that_fit_a_laptop(odd: Made) -> None:
    sheet = _explore(odd)
    loss = odd.trace.program.newest("loss")
    cell = next(c for c in sheet.pattern.cells if c.at == loss.offset and c.role == "shown")
    longest = max(len(f"{value:.6f}") for value in odd.trace["loss"].ravel())
    assert longest >= 10
    # Numbers of 10 points are no smaller than 7 then.
    assert sheet.width < sheet.widths[cell.column] < longest * 1.05 + 0.9
    assert sheet.widths[cell.column] >= 0.7 * longest
    styled = openpyxl.load_workbook(odd.path)["Explore"].cell(cell.row, cell.column)
    assert styled.alignment.shrink_to_fit


def test_the_row_of_an_array_that_cycles_is_the_one_an_iteration_takes() -> None:
    batch = Batch(2, ("X",), cycle=(("M", 3),))
    whole = Slot("M", 0, (4, 2), "given")
    for iteration in range(9):
        forms = [turn_form(batch, "M", number, whole).format(iteration + 1) for number in range(3)]
        rows = [eval(form, {"MOD": int.__mod__}) - 1 for form in forms]
        assert rows == turn_of(batch, "M", iteration, 4).tolist()
