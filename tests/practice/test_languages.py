"""Practice sheets in every language and palette: translated, uncut, read and marked alike."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

import tracer
from tests.practice import students
from tests.spreadsheet import convert, needs_office, seen
from tests.workbook.test_languages import AFTER, BEFORE, _cut, _marked, _own, _texts
from tracer.commands.main import main
from tracer.errors import TracerError
from tracer.language.places import written
from tracer.practice.answers.marks import Verdict
from tracer.practice.answers.wording import COUNTED, SYMBOLS
from tracer.practice.checking.checking import check_workbook
from tracer.practice.exercise import exercise as exercises
from tracer.practice.exercise.assignment import read_assignment
from tracer.practice.exercise.exercise import BlankChoice, Exercise
from tracer.practice.exercise.recipe import Recipe, read_recipe, recipe_text
from tracer.practice.exercise.roster import Student
from tracer.practice.marking.marking import mark
from tracer.practice.sheets.answer_book import answer_book
from tracer.practice.sheets.handing_out import write_self_study
from tracer.practice.sheets.hints import hint_choices
from tracer.practice.sheets.live import LOOKS
from tracer.practice.sheets.paper import layout, right_of
from tracer.practice.sheets.worksheet import HandIn, assignment, self_study
from tracer.wording import LANGUAGES, Wording, load
from tracer.wording.catalogue import Catalogue
from tracer.workbook.plan.palette import PALETTES
from tracer.workbook.plan.plan import Book

OTHER = sorted({*LANGUAGES} - {"en"})
LESSONS = ("ray", "two-class", "xor")
SECRET = "0123456789abcdef"


def _exercise(name: str, lang: str = "en", palette: str = "tutorial") -> Exercise:
    template = tracer.load_template(name)
    return Exercise(template, 2, BlankChoice(("all",), 0.5, 3), lang=lang, palette=palette)


def _books(exercise: Exercise, folder: Path) -> dict[str, Book]:
    path = folder / "hw.toml"
    path.write_text(
        f'template = "{exercise.template.name}"\nsecret = "{SECRET}"\n'
        f'lang = "{exercise.lang}"\npalette = "{exercise.palette}"\n',
        "utf-8",
    )
    made, ann = read_assignment(path), Student("1", "Ann")
    return {
        "self-study": self_study(exercise),
        "assignment": assignment(made.exercise, HandIn("a1", "1", "Ann", "1. 1.")),
        "answers": answer_book(made, {ann: made.exercise}, {ann: "1.xlsx"}),
    }


@pytest.mark.parametrize("name", LESSONS)
def test_every_text_comes_from_the_wording_or_the_template(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {key: _marked(key, text) for key, text in load().texts.items()}
    titles = {key: f"{BEFORE}{title}{AFTER}" for key, title in load().known.items()}
    colours = {f"{use}_colour": "colour" for use in PALETTES["tutorial"].names}
    made_up = Wording("made up", Catalogue.of(texts), titles | colours)
    monkeypatch.setattr(exercises, "worded", lambda *_: made_up)
    exercise = _exercise(name)
    own, sentences = _own(exercise.trace)
    inside = re.compile(f"{BEFORE}[^{BEFORE}{AFTER}]*{AFTER}")
    for kind, book in _books(exercise, tmp_path).items():
        # What the file was made from is no text for people; the student's file isn't ours.
        said = [
            text
            for sheet in book.sheets
            for cell in sheet.pattern.cells
            if cell.role != "mono"
            for text in (cell.text or "", *re.findall(r'"([^"]*)"', written(cell.formula or "")))
        ]
        said += [
            text
            for sheet in book.sheets
            for choice in (*sheet.choices, *sheet.pattern.choices)
            for text in (choice.title, choice.error, *choice.values)
        ]
        rest = " ".join(" ".join([*said, book.description, book.footer]).replace("ᵀ", "").split())
        for sentence in sentences:
            rest = rest.replace(sentence, " ")
        while inside.search(rest):
            rest = inside.sub(" ", rest)
        rest = re.sub(r"\b[0-9a-f]{12}\b", " ", rest)  # the assignment's name
        words = {word for word in re.findall(r"\w+", rest) if re.search(r"[^\W\d_]{2}", word)}
        assert words - own - {"Ann", "xlsx"} == set(), kind


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("name", LESSONS)
def test_no_text_is_english_or_cut_that_is_whole_in_english(
    name: str, lang: str, tmp_path: Path
) -> None:
    english = {text for text in load().texts.values() if len(text) > 12 and " " in text}
    english -= set(load(lang).texts.values())
    first = _books(_exercise(name), tmp_path)
    for kind, book in _books(_exercise(name, lang), tmp_path).items():
        assert [text for _, text in _texts(book) if text in english] == []
        for a, b in zip(first[kind].sheets, book.sheets, strict=True):
            taken = [
                {(c.row, c.column) for c in s.pattern.cells if c.text or c.text is None}
                for s in (a, b)
            ]
            for one, other in zip(a.pattern.cells, b.pattern.cells, strict=True):
                if other.text and other.role != "mono" and _cut(b, other, taken[1]):
                    assert one.text and _cut(a, one, taken[0]), (b.title, other.row, other.text)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_recipe_keeps_language_palette_and_places(lang: str, palette: str) -> None:
    exercise = _exercise("xor", lang, palette)
    text = recipe_text(Recipe("self-study", exercise))
    again = read_recipe(text).exercise
    assert again is not None and (again.lang, again.palette) == (lang, palette)
    assert [(b.sheet, b.area) for b in layout(again)] == [
        (b.sheet, b.area) for b in layout(exercise)
    ]
    for old, new in ((lang, "xx"), (palette, "blue")):
        with pytest.raises(TracerError, match="it was changed"):
            read_recipe(text.replace(f'"{old}"', f'"{new}"'))
    assert {sheet.title for sheet in self_study(exercise).sheets} >= {
        block.sheet for block in layout(exercise)
    }


def test_a_recipe_from_before_there_were_languages_is_english() -> None:
    text = recipe_text(Recipe("self-study", _exercise("ray")))
    old = text.replace('"lang":"en","palette":"tutorial",', "")
    again = read_recipe(old).exercise
    assert old != text and again is not None
    assert (again.lang, again.palette) == ("en", "tutorial")


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_colours_that_texts_name_are_the_palettes(lang: str, palette: str) -> None:
    book = self_study(_exercise("ray", lang, palette))
    assert book.palette is PALETTES[palette]
    text = " ".join(text for _, text in _texts(book))
    colours, names = load(lang).section("colours"), PALETTES[palette].names
    used = {colours[names[use]] for use in ("right", "follows", "wrong", "operand", "input")}
    others = {colours[name] for name in {*colours} - {*names.values()}}
    assert all(colour in text for colour in used)
    for colour in others:
        assert not re.search(rf"(?<![\w -]){colour}:", text), colour


def test_an_assignments_id_follows_its_language_not_its_colours(tmp_path: Path) -> None:
    ids = {}
    for lang, palette in (("en", "tutorial"), ("de", "tutorial"), ("de", "grey")):
        _books(_exercise("ray", lang, palette), tmp_path)
        ids[lang, palette] = read_assignment(tmp_path / "hw.toml").id
    assert ids["en", "tutorial"] != ids["de", "tutorial"] == ids["de", "grey"]
    plain = f'template = "ray"\nsecret = "{SECRET}"\n'
    (tmp_path / "hw.toml").write_text(plain, "utf-8")
    assert read_assignment(tmp_path / "hw.toml").id == ids["en", "tutorial"]
    (tmp_path / "hw.toml").write_text(plain + 'lang = "xx"\npalette = 3\n', "utf-8")
    known = ", ".join(LANGUAGES)
    wrong = f"lang must be one of {known}.\n.*palette must be one of tutorial, okabe-ito, grey."
    with pytest.raises(TracerError, match=wrong):
        read_assignment(tmp_path / "hw.toml")


@pytest.mark.parametrize("lang", OTHER)
def test_a_filled_in_sheet_is_read_in_its_language(lang: str, tmp_path: Path) -> None:
    exercise = _exercise("xor", lang, "grey")
    write_self_study(exercise, tmp_path / "blank.xlsx")
    students.fill(
        exercise, tmp_path / "blank.xlsx", tmp_path / "done.xlsx", students.exact(exercise)
    )
    report = check_workbook(tmp_path / "done.xlsx")
    assert report.marks.count(Verdict.RIGHT) == exercise.count


@pytest.mark.parametrize("lang", OTHER)
def test_the_command(lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, ["practice", *words])
        return done.exit_code, done.output

    looks = ("--lang", lang, "--palette", "grey")
    assert call("ray", *looks, "-o", "own.xlsx")[0] == 0
    assert openpyxl.load_workbook("own.xlsx").sheetnames[0] == load(lang)("practice.front")
    assert call("ray", *looks, "--assignment", "hw.toml", "-o", "class.xlsx")[0] == 0
    made = read_assignment(Path("hw.toml")).exercise
    assert (made.lang, made.palette) == (lang, "grey")
    assert openpyxl.load_workbook("class.xlsx").sheetnames == [
        load(lang)("practice.front"),
        load(lang)("sheets.iteration", number="1"),
        load(lang)("practice.recipe"),
    ]
    code, said = call("--assignment", "hw.toml", "--lang", "en", "--force")
    assert code == 2 and "says all this itself" in said
    for wrong in (("--lang", "xx"), ("--palette", "grau")):
        code, said = call("ray", *wrong, "-o", "none.xlsx")
        assert code == 2 and f"{wrong[0]}: '{wrong[1]}' is not" in said
    assert not Path("none.xlsx").exists()


@pytest.mark.office
@needs_office
@pytest.mark.parametrize("lang", OTHER)
def test_live_marking_is_the_markers(lang: str, tmp_path: Path) -> None:
    palette = "okabe-ito"
    template = tracer.load_template("two-class")
    exercise = Exercise(template, 1, BlankChoice(("all",)), lang=lang, palette=palette)
    write_self_study(exercise, tmp_path / "blank.xlsx")
    sheet = students.exact(exercise)
    random = np.random.default_rng(1)
    for typed in sheet.values():
        for index in np.ndindex(typed.shape):
            exact = float(typed[index])
            typed[index] = random.choice(
                np.array([exact, exact, exact + 1, round(exact, 1), "x", None], object)
            )
    block = layout(exercise)[0]
    wording = exercise.wording
    others = {
        f"{block.sheet}!A{block.area.row - 2}": hint_choices(wording)[1],
        f"{wording('practice.front')}!B7": wording("practice.yes"),
    }
    filled = students.fill(exercise, tmp_path / "blank.xlsx", tmp_path / "f.xlsx", sheet, others)
    page = convert([filled], tmp_path / "html", "html:HTML (StarCalc)")[0]
    marks = mark(students.numbers(exercise, sheet), exercise.rules)
    verdicts = {(m.answer.iteration, m.answer.key): m.verdicts for m in marks.marked}
    assert len({int(v) for each in verdicts.values() for v in each.flat}) > 3
    pages = {b.sheet: seen(page, b.sheet) for b in layout(exercise)}
    for other in layout(exercise):
        rows: dict[int, list[str]] = {}
        for place, index in other.cells():
            verdict = Verdict(int(verdicts[other.iteration, other.slot.key][index]))
            role = LOOKS.get(verdict)
            fill = PALETTES[palette].looks[role].fill if role else "FFFFFF"
            assert pages[other.sheet][place.row, place.column].color.upper() == fill, place
            rows.setdefault(place.row, []).append(SYMBOLS[verdict])
        for row, symbols in rows.items():
            assert pages[other.sheet][row, right_of(other)].text == " ".join(symbols)
    first = seen(page, wording("practice.front"))
    total = next(
        row
        for (row, column), cell in first.items()
        if column == 2 and cell.text == wording("practice.all")
    )
    counts = [first[total, column].number for column in range(4, 11)]
    assert counts == [marks.count(verdict) for verdict in COUNTED]
    # The hint and the exact numbers answer to the language's own words.
    assert pages[block.sheet][block.area.row - 2, 2].text == block.assignment.equation.text
    place, index = next(block.cells())
    exact_at = right_of(block) + 2
    shown = pages[block.sheet][block.area.row, exact_at].number
    assert shown == pytest.approx(float(exercise.trace.value(block.slot, 1)[index]), rel=1e-9)


def test_places_may_depend_on_the_language() -> None:
    """Proof that a recipe needs the language: some words in a band are wider in one of them."""
    iris = Exercise(tracer.load_template("iris"), 1, BlankChoice(("all",), 0.02, 1))
    areas = {lang: [b.area for b in layout(replace(iris, lang=lang))] for lang in LANGUAGES}
    assert areas["en"] != areas["de"]
