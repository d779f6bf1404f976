"""Where a run is stored, sheets say where they start, and once Inputs holds other numbers."""

from __future__ import annotations

from pathlib import Path

import formualizer
import numpy as np
import pytest

import tracer
from tests.spreadsheet import needs_office, numbers, recalculated, with_value
from tracer.commands.settings import changed
from tracer.language.places import written
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.wording import LANGUAGES, load
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.plan import Book, Cell

CHANGED = "Inputs was changed after this run was stored"
#: Which sheets rest on what Training stores, besides those of iterations.
RESTING = ("inputs", "training", "charts", "predict", "boundary", "explore")
#: Where they say so.
PLACE = {"explore": 2, "iteration": 5}
#: More samples than a row of Training has room for: so a run is stored.
STORED = """title = "Many"
iterations = 3
loss = "loss"
[given]
X = { random = "normal", shape = [150, 200], seed = 1 }
lr = 0.1
scale = 2
v = [1, 2.5]
[parameters]
w = { random = "normal", shape = [200, 1], seed = 2 }
[[steps]]
equations = ["a = tanh(X @ w) * scale + sum(v)", "loss = mean(a)", "w = w - lr * (X.T @ a)"]
"""


def _template(folder: Path) -> Template:
    path = folder / "many.toml"
    path.write_text(STORED, "utf-8")
    return read_template(path)


def _trace(template: Template) -> ProgramTrace:
    return trace_template(template, 3)


def _notices(book: Book, lang: str) -> dict[str, Cell]:
    """Return the cell of each sheet that says when Inputs holds other numbers, where one does."""
    wording = load(lang)
    rows = {wording.sheet(name): PLACE.get(name, 3) for name in RESTING}
    rows |= dict.fromkeys(_iterations(book, lang), PLACE["iteration"])
    return {
        sheet.title: cell
        for sheet in book.sheets
        for cell in sheet.pattern.cells
        if (cell.row, cell.column) == (rows.get(sheet.title), 1) and cell.formula is not None
    }


def _iterations(book: Book, lang: str) -> list[str]:
    first = load(lang)("sheets.iteration", number="")
    return [sheet.title for sheet in book.sheets if sheet.title.startswith(first)]


def _said(trace: ProgramTrace, lang: str, changes: dict[str, float]) -> object:
    """Return what Inputs says once the first numbers of some names are others."""
    book = plan_book(trace, BookOptions(lang=lang))
    title = load(lang).sheet("inputs")
    calculated = formualizer.Workbook()
    calculated.add_sheet(title)
    state = trace.state(1)
    for cell in next(sheet for sheet in book.sheets if sheet.title == title).pattern.cells:
        if cell.at is not None:
            calculated.set_value(title, cell.row, cell.column, float(state[cell.at]))
    for name, value in changes.items():
        row = int(_address(book, name)[1:])
        calculated.set_value(title, row, 2, value)
    calculated.set_formula(title, 3, 1, f"={written(_notices(book, lang)[title].formula or '')}")
    return calculated.evaluate_cell(title, 3, 1)


def _address(book: Book, name: str) -> str:
    """Return the first cell of a name on Inputs: all begin in column B."""
    return "B" + book.names[name].rpartition("!$B$")[2].partition(":")[0]


#: What is changed, and how what is said ends: with a command, where one makes the new run.
CHANGES: dict[str, tuple[dict[str, float], str]] = {
    "nothing": ({}, ""),
    "a number": ({"lr": 0.25}, "Run anew: tracer trace {path} -n 3 --set lr=0.25"),
    "two numbers": (
        {"lr": 0.25, "scale": 3},
        "Run anew: tracer trace {path} -n 3 --set lr=0.25 --set scale=3",
    ),
    "a list": ({"v": 1.5}, "make the workbook again with the new numbers."),
    "a large table": ({"X": 1.5}, "make the workbook again with the new numbers."),
    "both": ({"lr": 0.25, "_w": 1.5}, "make the workbook again with the new numbers."),
}


@pytest.mark.parametrize("what", CHANGES)
def test_inputs_says_once_its_numbers_are_others(what: str, tmp_path: Path) -> None:
    changes, end = CHANGES[what]
    trace = _trace(_template(tmp_path))
    said = str(_said(trace, "en", changes))
    assert said.startswith(CHANGED if changes else "")
    assert said.endswith(end.format(path=trace.template.path)) and bool(said) == bool(changes)


def test_a_number_is_set_once_in_the_command(tmp_path: Path) -> None:
    template = _template(tmp_path)
    given = changed(template, ["lr=0.5", "v=[1, 3]"])
    start = f"tracer trace {template.path} -n 3 --set 'v=[1, 3]'"
    assert str(_said(_trace(given), "en", {"lr": 0.25})).endswith(f"{start} --set lr=0.25")
    said = str(_said(_trace(given), "en", {"scale": 3}))
    assert said.endswith(f"{start} --set lr=0.5 --set scale=3")


def test_no_command_is_named_for_what_was_changed_in_python(tmp_path: Path) -> None:
    trace = _trace(_template(tmp_path).with_values({"lr": np.array(0.5)}))
    assert str(_said(trace, "en", {"lr": 0.25})).endswith("again with the new numbers.")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sheet_on_stored_numbers_says_so(lang: str) -> None:
    wording = load(lang)
    book = plan_book(_trace(tracer.load_template("ray-moons")), BookOptions([1, 3], lang=lang))
    titles = {sheet.title: sheet for sheet in book.sheets}
    resting = {wording.sheet(key) for key in RESTING} & {*titles}
    notices = _notices(book, lang)
    assert {*notices} == resting | {*_iterations(book, lang)}
    for title, cell in notices.items():
        # Explore has no row for it: there it takes the place of what the sheet says else.
        assert bool(cell.text) == (title == wording.sheet("explore"))
        # Held in sight.
        assert (titles[title].freeze or (0, 0))[0] > cell.row


@pytest.mark.parametrize("lang", LANGUAGES)
def test_iterations_say_where_they_start(lang: str, tmp_path: Path) -> None:
    book = plan_book(_trace(_template(tmp_path)), BookOptions(lang=lang))
    starts = [sheet.texts["starts"] for sheet in book.sheets if "starts" in sheet.texts]
    wording = load(lang)
    italic = wording("iteration.starts_italic")
    assert starts == [
        f"{wording('iteration.starts_inputs')} {italic}",
        f"{wording('iteration.starts_stored', number=1)} {italic}",
        f"{wording('iteration.starts_stored', number=2)} {italic}",
    ]


def test_a_live_workbook_says_nothing_of_the_kind() -> None:
    book = plan_book(_trace(tracer.load_template("ray")))
    assert _notices(book, "en") == {}
    assert not any(cell.varies == "starts" for s in book.sheets for cell in s.pattern.cells)


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_a_changed_rate_is_told_on_every_sheet(tmp_path: Path) -> None:
    """In a spreadsheet program, where the reader writes decimals with a comma."""
    files, said = [], {}
    options = {"ray-moons": " -n 3 --sheets 1,2 --lang de", "diary-mnist": " -n 3 --sheets 1,2"}
    for name, lang in (("ray-moons", "de"), ("diary-mnist", "en")):
        book = plan_book(_trace(tracer.load_template(name)), BookOptions([1, 2], lang=lang))
        write_book(book, tmp_path / "made.xlsx", force=True)
        path, title = tmp_path / f"{name}.xlsx", load(lang).sheet("inputs")
        files.append(with_value(tmp_path / "made.xlsx", path, title, _address(book, "lr"), 0.25))
        said[path.stem] = _notices(book, lang)
    for file in recalculated(files, tmp_path / "out", "de-DE"):
        found = numbers(file)
        for title, cell in said[file.stem].items():
            text = str(found.get((title, cell.row, cell.column)))
            assert text.endswith(f"tracer trace {file.stem}{options[file.stem]} --set lr=0.25")
