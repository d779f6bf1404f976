"""What stands where: bands, operands, names, windows, links, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from openpyxl.utils import column_index_from_string

import tracer
from tests.workbook.made import Made, make
from tracer.errors import TracerError
from tracer.language.places import written
from tracer.template.read import read_template
from tracer.wording import load
from tracer.workbook.sheets.network import layer_sizes


def _write(folder: Path, text: str) -> Made:
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return make(read_template(path), folder / "mine.xlsx")


def _sheet(made: Made, title: str) -> Any:
    return openpyxl.load_workbook(made.path)[title]


def _texts(sheet: Any) -> list[str]:
    return [c.value for row in sheet.iter_rows() for c in row if isinstance(c.value, str)]


def _where(sheet: Any, text: str) -> tuple[int, int]:
    return next((c.row, c.column) for row in sheet.iter_rows() for c in row if c.value == text)


def _named(made: Made, sheet: str, name: str) -> Any:
    """Return the cells that a sheet-level name stands for."""
    book = openpyxl.load_workbook(made.path)
    _, _, address = book[sheet].defined_names[name].attr_text.rpartition("!")
    return book[sheet][address.replace("$", "")]


def test_the_first_band_of_the_example(books: Mapping[str, Made]) -> None:
    sheet = _sheet(books["ray"], "Iteration 2")
    row, _ = _where(sheet, "hidden_layer_input = X @ wh + bh")
    labels = {c.value: c.column for c in sheet[row + 1] if c.value}
    assert labels == {"X": 1, "wh": 6, "bh": 10, "hidden_layer_input": 14}
    signs = {c.value: c.column for c in sheet[row + 2] if c.value in ("·", "+", "=")}
    # The brief operands' first row is where the signs stand; bh has one.
    assert signs == {"·": 5, "+": 9, "=": 13}
    top = row + 2
    assert sheet.cell(top, 1).value == "=Inputs!B6"
    training = _sheet(books["ray"], "Training")
    for column, name in ((6, "wh"), (10, "bh")):
        # Row 8 is iteration 1: what iteration 2 starts from.
        found = re.fullmatch(r"=Training!([A-Z]+)8", sheet.cell(top, column).value)
        assert found is not None
        assert training[f"{found[1]}5"].value == name
    assert sheet.cell(top, 14).value == (
        f"=A{top}*F{top}+B{top}*F{top + 1}+C{top}*F{top + 2}+D{top}*F{top + 3}+J{top}"
    )
    assert sheet.cell(top + 4, 6).value == "[4 × 3]"


@pytest.mark.parametrize("name", ["ray", "two-class", "loy", "exam-scores", "diary-n-layer"])
def test_results_are_computed_from_their_own_band(name: str, books: Mapping[str, Made]) -> None:
    made = books[name]
    sheet = next(s for s in made.book.sheets if s.title == "Iteration 1")
    cells = {(c.row, c.column): c for c in sheet.pattern.cells}
    checked = 0
    for cell in sheet.pattern.cells:
        if cell.role != "result" or cell.formula is None:
            continue
        used = re.findall(r"(?<![A-Z$!'])([A-Z]{1,3})(\d+)", written(cell.formula))
        assert used, cell.formula
        for letters, row in used:
            column = column_index_from_string(letters)
            assert cells[int(row), column].role == "operand"
            assert abs(int(row) - cell.row) <= 20
        checked += 1
    assert checked > 10


def test_names_reach_inputs_and_results(books: Mapping[str, Made]) -> None:
    made = books["ray"]
    book = openpyxl.load_workbook(made.path)
    assert {n: book.defined_names[n].attr_text for n in ("lr", "X", "wh")} == {
        "lr": "Inputs!$B$16",
        "X": "Inputs!$B$6:$E$8",
        "wh": "Inputs!$B$20:$D$23",
    }
    values = openpyxl.load_workbook(made.path, data_only=True)["Iteration 3"]
    cells = _named(made, "Iteration 3", "wout")
    got = [values[cell.coordinate].value for (cell,) in cells]
    assert got == made.trace["wout"][2].ravel().tolist()
    assert {"_w1", "_b1", "_x1"} <= set(books["two-class"].book.names)


def test_a_name_assigned_twice_is_told_apart(tmp_path: Path) -> None:
    made = _write(
        tmp_path,
        'title = "t"\n[given]\na = [[1, 2]]\n[parameters]\nw = 3\n[[steps]]\n'
        'equations = ["d = a * w", "w = w - 1", "d = d + w", "d += 1"]\n',
    )
    sheet = _sheet(made, "Iteration 1")
    texts = _texts(sheet)
    assert {"d (1)", "d (2)", "d (3)", "w", "w (new)"} <= set(texts)
    # The third equation uses the new w and the first d.
    row, _ = _where(sheet, "d = d + w")
    assert [c.value for c in sheet[row + 1] if c.value] == ["d (1)", "w (new)", "d (2)"]
    names = set(openpyxl.load_workbook(made.path)["Iteration 1"].defined_names)
    assert names == {"d", "d_0", "d_1", "_w"}
    assert made.trace["d"][0].tolist() == [[6, 9]]


def test_a_wide_network_is_shown_as_a_window_that_says_so(tmp_path: Path) -> None:
    made = _write(
        tmp_path,
        'title = "wide"\niterations = 2\nloss = "loss"\n[given]\n'
        f"X = [{[1.0] * 200}, {[0.5] * 200}]\n"
        '[parameters]\nW = { random = "normal", shape = [200, 300] }\n'
        '[[steps]]\nequations = ["Z = X @ W", "loss = sum(Z ** 2)"]\n'
        '[[steps]]\nphase = "update"\nequations = ["W = W - 1e-6 * (X.T @ Z)"]\n',
    )
    assert not made.live
    texts = _texts(_sheet(made, "Iteration 1"))
    assert "[2 × 200, showing 2 × 8]" in texts
    assert "[200 × 300, showing 8 × 8]" in texts
    assert any(
        text.startswith("Italic: calculated from more numbers than are shown here")
        for text in texts
    )
    training = _texts(_sheet(made, "Training"))
    assert any(text.startswith("Stored values, not live") for text in training)


def test_windows_lie_where_the_data_differ_alike_in_all_blocks(tmp_path: Path) -> None:
    pixels = [[0] * 170 + [*range(k, k + 9)] + [0] * 21 for k in (1, 2)]
    made = _write(
        tmp_path,
        f'title = "dark edges"\n[given]\nX = {pixels}\n'
        '[parameters]\nW = { random = "normal", shape = [200, 300] }\n'
        '[[steps]]\nshows = ["X", "W"]\nequations = ["Y = X * 2", "Z = X @ W"]\n',
    )
    sheet = _sheet(made, "Iteration 1")
    texts = _texts(sheet)
    assert "[2 × 200, showing rows 1–2, columns 171–178]" in texts
    assert "[200 × 300, showing rows 171–178, columns 1–8]" in texts
    # X stands whole on Inputs: its column 171 is the first one shown.
    row, column = _where(sheet, "X")
    values = _sheet(made, "Inputs")
    shown = [sheet.cell(row + 1, column + k).value for k in range(8)]
    assert [values[cell.split("!")[1].replace("$", "")].value for cell in shown] == [*range(1, 9)]


def test_a_hundred_neurons_are_all_shown(tmp_path: Path) -> None:
    made = _write(
        tmp_path,
        'title = "t"\n[given]\nX = [[1, 2]]\n[parameters]\n'
        'W = { random = "normal", shape = [2, 100] }\n[[steps]]\nequations = ["Z = X @ W"]\n',
    )
    (cells,) = _named(made, "Iteration 1", "_Z")
    assert len(cells) == 100
    assert all(cell.value.startswith("=") for cell in cells)


def test_links_lead_to_sheets_there_are(books: Mapping[str, Made]) -> None:
    for name in ("ray", "exam-scores"):
        book = openpyxl.load_workbook(books[name].path)
        for sheet in book.worksheets:
            links = [c.hyperlink for row in sheet.iter_rows() for c in row if c.hyperlink]
            assert links or sheet.title == "Start"
            for link in links:
                assert link.location is not None
                assert link.location.rpartition("!")[0].strip("'") in book.sheetnames
        start = [c.value for c in book["Start"]["A"]]
        assert set(book.sheetnames) - {"Start"} <= set(start)


def test_sheets_are_set_up_to_read_and_print(books: Mapping[str, Made]) -> None:
    book = openpyxl.load_workbook(books["ray"].path)
    assert book.properties.title == "One hidden layer, step by step"
    assert book.properties.creator == f"step-tracer {tracer.__version__}"
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        # With a sheet fitted to a page's width, Excel takes no notice of breaks.
        assert sheet.page_setup.scale
        fit: Any = sheet.sheet_properties.pageSetUpPr
        assert not fit.fitToPage
        assert sheet.print_area
        assert sheet.print_title_rows
        assert sheet.freeze_panes
        assert not sheet.protection.sheet


def test_texts_stay_texts(tmp_path: Path) -> None:
    hostile = ["=1+1", "<&>'\\\"", "100 % %s %r", "x\\u0001y", "\\ue001\\ue010", "@SUM(A1)"]
    made = _write(
        tmp_path,
        f'title = "{" ".join(hostile)}"\nabout = "=HYPERLINK(1)"\nsource = "{hostile[1]}"\n'
        '[given]\na = 1\n[[steps]]\ntitle = "=2+2 %s <b>"\nexplain = "=3 & 4"\n'
        'equations = ["b = a < 2"]\n',
    )
    book = openpyxl.load_workbook(made.path)
    assert book["Start"]["A1"].value.startswith("=1+1 <&>'\" 100 % %s %r xy")
    assert book["Start"]["A1"].data_type == "s"
    sheet = book["Iteration 1"]
    for text in ("=2+2 %s <b>", "=3 & 4", "b = a < 2"):
        row, column = _where(sheet, text)
        assert sheet.cell(row, column).data_type == "s"


#: What only hands a number on: `=Inputs!B6`.
LINK = re.compile(r"=(?:\w+!|'[^']+'!)?\$?[A-Z]+\$?\d+")


def _calculations(path: Path) -> dict[tuple[str, str], str]:
    """Return every formula of Training and the iterations that calculates something."""
    return {
        (sheet.title, cell.coordinate): str(cell.value)
        for sheet in openpyxl.load_workbook(path)
        if sheet.title.startswith(("Training", "Iteration"))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f" and not LINK.fullmatch(str(cell.value))
    }


def test_no_character_of_a_persons_text_means_anything(tmp_path: Path) -> None:
    """Private-use characters stand in fonts for logos, say; none may be taken for a gap."""
    odd = "".join(chr(0xE000 + k) for k in range(0x120))
    path = tmp_path / "odd.toml"
    path.write_text(
        f'title = "{odd[:8]}"\niterations = 2\n[given]\nx = 2\n[parameters]\nw = 1\n'
        f'[[steps]]\ntitle = "s {odd} %s %r t"\nexplain = "row {odd} 100 %."\n'
        'phase = "update"\nequations = ["w = w + x"]\n',
        "utf-8",
    )
    tracer.trace(str(path)).to_excel(tmp_path / "odd.xlsx")
    book = openpyxl.load_workbook(tmp_path / "odd.xlsx")
    for iteration in (1, 2):
        texts = [cell.value for row in book[f"Iteration {iteration}"].iter_rows() for cell in row]
        # The explanation's lines.
        assert {f"s {odd} %s %r t", "row", odd, "100 %."} <= {*texts}
    assert book["Iteration 2"]["A1"].value == "Iteration 2 of 2"


def test_rounding_is_in_the_numbers_and_in_the_formulas(tmp_path: Path) -> None:
    template = tracer.load_template("ray")
    trace = tracer.trace(template, 2, decimals=2)
    assert trace["output"][0].ravel().tolist() == pytest.approx([0.79, 0.8, 0.79])
    for name in ("hidden_layer_input", "d_hiddenlayer", "wh", "loss"):
        assert np.abs(trace[name] * 100 - np.rint(trace[name] * 100)).max() < 1e-9, name
    trace.to_excel(tmp_path / "rounded.xlsx")
    tracer.trace(template, 2).to_excel(tmp_path / "exact.xlsx")
    rounded, exact = (_calculations(tmp_path / f"{name}.xlsx") for name in ("rounded", "exact"))
    # 80 numbers on the sheet of each iteration and in each of the two rows of Training.
    assert len(exact) == 4 * 80
    assert rounded == {place: f"=ROUND(ROUND({text[1:]},10),2)" for place, text in exact.items()}


def test_digits_follow_what_must_be_seen(books: Mapping[str, Made]) -> None:
    sheet = next(s for s in books["ray"].book.sheets if s.title == "Iteration 1")
    program = books["ray"].trace.program
    slots = {slot.offset: load().say(slot.label) for slot in program.slots}
    shown = {slots[c.at]: c.format for c in sheet.pattern.cells if c.at in slots}
    assert shown["X"] == "General"
    assert shown["hidden_layer_input"] == "0.00"
    assert shown["wh"] == shown["wh (new)"] == "0.00###"
    assert shown["d_hiddenlayer"] == "0.0000"
    assert shown["loss"] == "0.000000"


@pytest.mark.parametrize(
    ("sheets", "message"),
    [([4], "there is no iteration 4: the trace has 1 to 3."), ([0], "there is no iteration 0")],
)
def test_sheets_there_can_t_be(sheets: list[int], message: str, tmp_path: Path) -> None:
    with pytest.raises(TracerError, match=message):
        tracer.trace("ray", 3).to_excel(tmp_path / "x.xlsx", sheets=sheets)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "between"),
    {
        "ray": [["wh (4 × 3)", "bh (1 × 3)"], ["wout (3 × 1)", "bout (1 × 1)"]],
        "ray-columns": [["weights_input_hidden (4 × 3)"], ["weights_hidden_output (3 × 1)"]],
        # What an optimizer remembers has the same shapes, and isn't drawn.
        "xor": [["W1 (2 × 3)", "b1 (1 × 3)"], ["W2 (3 × 1)", "b2 (1 × 1)"]],
        "loy": [["weights1 (3 × 4)"], ["weights2 (4 × 1)"]],
    }.items(),
)
def test_the_network_is_drawn_with_its_parameters(
    name: str, between: list[list[str]], books: Mapping[str, Made]
) -> None:
    texts = _texts(_sheet(books[name], "Start"))
    for text in (text for step in between for text in step):
        assert text in texts
    sizes = layer_sizes(books[name].template.network)
    assert texts.count("○") == sum(sizes)
    assert not any(text.startswith("velocity") for text in texts)
    assert texts.index("inputs") < texts.index("hidden") < texts.index("outputs")


def test_long_names_of_parameters_have_room(books: Mapping[str, Made]) -> None:
    rows = [
        [cell.value for cell in row] for row in _sheet(books["ray-columns"], "Start").iter_rows()
    ]
    long = [row for row in rows if any(str(value).startswith("weights_") for value in row)]
    assert [sum(value is not None for value in row) for row in long] == [1, 1]


@pytest.mark.parametrize(
    ("text", "sizes"), [("4-3-1", [4, 3, 1]), ("", []), ("4", []), ("2-x-1", []), ("a", [])]
)
def test_layer_sizes(text: str, sizes: list[int]) -> None:
    assert layer_sizes(text) == sizes


def test_a_large_layer_is_drawn_in_part(books: Mapping[str, Made]) -> None:
    texts = _texts(_sheet(books["diary-mnist"], "Start"))
    assert texts.count("⋮") == 2
    assert {"784", "196", "1"} <= set(texts)


def test_inputs_take_numbers_only(books: Mapping[str, Made]) -> None:
    rules = _sheet(books["ray"], "Inputs").data_validations.dataValidation
    assert [rule.type for rule in rules] == ["decimal"] * 7
    assert {str(rule.sqref) for rule in rules} >= {"B16", "B6:E8"}


def test_the_glossary_explains_the_standard_terms(books: Mapping[str, Made]) -> None:
    terms = {cell.value for cell in _sheet(books["ray"], "Glossary")["A"]}
    assert {"activation", "delta", "gradient", "learning rate", "loss", "slope"} <= terms


def test_a_long_history_is_thinned_around_the_shown_iterations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tracer.workbook.sheets.training_columns.MOST_LIVE_CELLS", 1_000)
    monkeypatch.setattr("tracer.workbook.sheets.training_columns.MOST_STORED_CELLS", 2_500)
    path = tracer.trace("ray", 900).to_excel(tmp_path / "ray.xlsx", sheets=[1, 500, 900])
    book = openpyxl.load_workbook(path, data_only=True)
    column = book["Training"]["A"]
    rows = [cell.value for cell in column if isinstance(cell.value, int | float)]
    assert {1, 499, 500, 899, 900} < set(rows)
    assert 80 < len(rows) < 130
    assert rows[1:] == sorted(rows[1:])
    said = f"4. Training holds {len(rows)} of the 900 iterations, one per row, and the curve"
    assert any(text.startswith(said) for text in _texts(book["Start"]))
