"""Texts of a template in another language: complete where it matters, never stale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import tracer
from tracer.commands.main import main
from tracer.errors import TemplateError
from tracer.run.trace import trace_template
from tracer.template.lessons import folder, template_names
from tracer.template.read import read_template
from tracer.template.reading import listed
from tracer.template.template import Template
from tracer.template.translation import (
    read_translation,
    spoken,
    translated,
    translation_path,
)
from tracer.wording import LANGUAGES, load
from tracer.workbook.book import BookOptions, plan_book

TRANSLATED = sorted(
    (path.name.split(".")[0], language)
    for language in LANGUAGES
    for path in folder().glob(f"*.{language}.toml")
)
#: Planning their workbooks takes seconds.
LARGE = ("iris", "diary-mnist")


def texts(template: Template) -> list[str]:
    """Every text that a template has written itself, on one line each."""
    found = [template.title, template.about, template.reading.part or template.source]
    for step in template.steps:
        found += ["" if step.said[0] else step.title, "" if step.said[1] else step.explain]
    for figure in template.published:
        found += [figure.place, figure.note]
    for note in (*template.unreproducible, *template.errata):
        found += [note.place, note.text]
    for picture in template.pictures:
        found += [picture.place, picture.text]
    found += [heading for texts in template.headings.values() for heading in texts]
    found += [*template.places.values(), *(template.predict.names if template.predict else ())]
    found += template.images.names if template.images else ()
    # What has no letters, a shape, reads alike in every language.
    return [" ".join(text.split()) for text in found if any(map(str.isalpha, text))]


def test_which_lessons_speak_german() -> None:
    german = {name for name, language in TRANSLATED if language == "de"}
    begun = {one.name for one in listed() if one.reading.begin and one.reading.article}
    assert german >= begun
    assert german <= set(template_names())


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_a_lesson_is_translated_whole_and_nothing_else_is(name: str, language: str) -> None:
    lesson = tracer.load_template(name)
    said = read_translation(translation_path(lesson.path, language))
    assert set(said) == set(texts(lesson))
    same = {text for text, to in said.items() if " ".join(to.split()) == text}
    assert not same


@pytest.mark.parametrize(
    ("name", "language"),
    [
        pytest.param(name, language, marks=pytest.mark.slow if name in LARGE else ())
        for name, language in TRANSLATED
    ],
)
def test_a_workbook_says_none_of_its_lesson_s_texts_in_english(name: str, language: str) -> None:
    lesson = tracer.load_template(name)
    book = plan_book(trace_template(lesson, 2), BookOptions(lang=language))
    found = " ".join(
        " ".join(cell.text or "" for cell in sheet.pattern.cells) for sheet in book.sheets
    )
    found += book.title + book.subject
    assert [text for text in texts(lesson) if len(text) > 12 and text in found] == []
    assert translated(lesson, language).title in found


@pytest.mark.parametrize(("name", "language"), TRANSLATED)
def test_a_translation_says_the_same_numbers(name: str, language: str) -> None:
    lesson = tracer.load_template(name)
    checked = lesson.program()
    told = translated(lesson, language)
    kept = {"given", "parameters", "iterations", "loss", "metrics", "batch", "path", "name"}
    assert all(getattr(told, key) is getattr(lesson, key) for key in kept)
    program = spoken(checked, lesson, load(language))
    assert program.iterate == checked.iterate and told.program().iterate is checked.iterate
    assert [s.title for s in program.steps if not s.said[0]] == [
        s.title for s in told.steps if not s.said[0]
    ]
    assert told.program().steps == told.steps


PLAIN = 'title = "A line"\n[given]\nx = 2\n[[steps]]\ntitle = "Double"\nequations = ["y = 2 * x"]\n'


def own(folder: Path, translation: str | None) -> Template:
    path = folder / "line.toml"
    path.write_text(PLAIN, "utf-8")
    if translation is not None:
        path.with_suffix(".de.toml").write_text(translation, "utf-8")
    return read_template(path)


def test_what_has_no_translation_stays(tmp_path: Path) -> None:
    line = own(tmp_path, '[texts]\n"Double" = "Verdoppeln"\n"Gone" = "Weg"\n')
    told = translated(line, "de")
    assert (told.title, told.steps[0].title) == ("A line", "Verdoppeln")
    assert translated(line, "en") is line
    assert translated(own(tmp_path, None), "fr") == replace(line)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[text]\n", "'text' is not a key of a translation. Did you mean texts? Known: texts."),
        ("texts = 1\n", "texts must be a table."),
        ("[texts]\nDouble = 2\n", "'Double': a text is needed."),
        ("[texts\n", "this is not TOML"),
    ],
)
def test_a_translation_that_can_t_be_read(text: str, said: str, tmp_path: Path) -> None:
    line = own(tmp_path, text)
    with pytest.raises(TemplateError, match=r"line\.de\.toml: ") as error:
        translated(line, "de")
    assert said in str(error.value)


def test_practice_sheets_are_in_one_language(tmp_path: Path) -> None:
    import openpyxl

    out = tmp_path / "p.xlsx"
    done = CliRunner().invoke(main, ["practice", "ray", "--lang", "de", "-o", str(out), "--quiet"])
    assert done.exit_code == 0, done.output
    book = openpyxl.load_workbook(out)
    found = {
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    }
    assert "Delta an der Ausgabeschicht" in found
    assert "Delta at the output layer" not in found
    assert book.properties.title == "Eine verborgene Schicht, Schritt für Schritt"
