"""Workbooks in every language and palette: nothing untranslated, nothing cut, same numbers."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openxml_audit import OpenXmlValidator

import tracer
from tests.spreadsheet import (
    convert,
    differences,
    needs_office,
    numbers,
    recalculated,
    seen,
    with_values,
)
from tests.workbook.large import fewer_samples
from tests.workbook.made import Made
from tracer.errors import TracerError
from tracer.language.addresses import column_letters
from tracer.language.places import written
from tracer.run.trace import ProgramTrace, trace_template
from tracer.template.headings import shown
from tracer.template.translation import translation_path
from tracer.wording import LANGUAGES, Wording, load
from tracer.wording.catalogue import Catalogue
from tracer.workbook import book as books_module
from tracer.workbook.book import BookOptions, plan_book, write_book
from tracer.workbook.plan.palette import PALETTES, TUTORIAL
from tracer.workbook.plan.plan import Book, Cell, LineChart, Sheet
from tracer.workbook.sheets.explore.name_lines import broken

LESSONS = ("ray", "two-class", "ray-moons")
#: Beside those, what only few lessons say: windows, wrong gradients, batches, columns, derived
#: steps.
SPOKEN = (*LESSONS, "ray-r", "two-class-rows", "exam-scores", "diary-n-layer", "diary-mnist", "xor")
OTHER = sorted({*LANGUAGES} - {"en"})
#: Sheets on which each language has as many lines, or terms, as it needs.
OWN_LINES = ("Glossary", "Article")


def _trace(name: str) -> ProgramTrace:
    template = tracer.load_template(name)
    if name == "ray-moons":
        # So many samples that blocks are drawn as windows, and no more.
        template = fewer_samples(template, 150)
    return trace_template(template, min(template.iterations, 3))


@pytest.fixture(scope="module")
def traces() -> Mapping[str, ProgramTrace]:
    return {name: _trace(name) for name in SPOKEN}


def _own_lines(name: str, lang: str) -> tuple[str, ...]:
    """The sheets with lines of their own: also Start, where the lesson's texts are translated."""
    path = translation_path(tracer.load_template(name).path, lang)
    return (*OWN_LINES, "Start") if path.is_file() else OWN_LINES


def _texts(book: Book) -> list[tuple[str, str]]:
    """Return every text of a plan, with its sheet: cells, formulas' texts, messages, charts."""
    found = []
    for sheet in book.sheets:
        said = [sheet.title, sheet.about]
        for cell in sheet.pattern.cells:
            said.append(cell.text or "")
            said += re.findall(r'"([^"]*)"', written(cell.formula or ""))
        for choice in (*sheet.choices, *sheet.pattern.choices):
            said += [choice.title, choice.error]
            said += [] if isinstance(choice.values, str) else choice.values
        for chart in sheet.charts:
            said += [chart.title, chart.x_title, chart.y_title, chart.says]
            if isinstance(chart, LineChart):
                said += [curve.name for curve in chart.curves]
                said += [curve.mean[1] for curve in chart.curves if curve.mean]
            else:
                said += [name for name, _, _ in chart.groups]
        found += [(sheet.title, text) for text in said]
    return [*found, ("", book.footer)]


#: What a made-up language puts before and after each of its texts.
BEFORE, AFTER = "⟦", "⟧"


@pytest.mark.parametrize("name", SPOKEN)
def test_every_text_comes_from_the_wording_or_the_template(
    name: str, traces: Mapping[str, ProgramTrace], monkeypatch: pytest.MonkeyPatch
) -> None:
    marked = {key: _marked(key, text) for key, text in load().texts.items()}
    titles = {f"{k}": f"{BEFORE}{v}{AFTER}" for k, v in load().known.items()}
    monkeypatch.setattr(
        books_module, "load", lambda _: Wording("made up", Catalogue.of(marked), titles)
    )
    trace = traces[name]
    own, sentences = _own(trace)
    sheets: dict[str, list[str]] = {}
    for sheet, text in _texts(plan_book(trace)):
        sheets.setdefault(sheet, []).append(text)
    inside = re.compile(f"{BEFORE}[^{BEFORE}{AFTER}]*{AFTER}")
    for sheet, texts in sheets.items():
        # Together, because long ones stand in several cells.
        rest = " ".join(" ".join(texts).replace("ᵀ", "").split())
        for sentence in sentences:
            rest = rest.replace(sentence, " ")
        while inside.search(rest):
            rest = inside.sub(" ", rest)
        words = {word for word in re.findall(r"\w+", rest) if re.search(r"[^\W\d_]{2}", word)}
        assert words - own == set(), sheet


def _own(trace: ProgramTrace) -> tuple[set[str], list[str]]:
    """Return the words of a template's equations and files, and its sentences, longest first."""
    template = trace.template
    # What a derived step says is no word of the template.
    steps = [step for step in template.steps if not any(step.said)]
    sentences = [template.title, template.about, template.source]
    sentences += [text for step in steps for text in (step.title, step.explain)]
    sentences += [f"{erratum.place}: {erratum.text}" for erratum in template.errata]
    for note in (*template.errata, *template.unreproducible):
        sentences += [note.place, note.text, note.printed]
    sentences += [text for picture in template.pictures for text in (picture.place, picture.text)]
    sentences += [text for figure in template.published for text in (figure.place, figure.note)]
    sentences += template.places.values()
    sentences += template.predict.names if template.predict else ()
    sentences += template.images.names if template.images else ()
    words = {*template.given, *template.parameters, *template.name.split("-")}
    code = [equation for step in template.steps for equation in step.equations]
    code += [origin for origin in template.origins.values() if isinstance(origin, str)]
    code += [step.number for step in steps]
    called = [shown(heading) for texts in template.headings.values() for heading in texts]
    called += template.predict.names if template.predict else ()
    code += [*called, *map(broken, called)]
    # On the bench names are broken into lines.
    code += [broken(slot.name) for slot in trace.program.slots]
    # On the bench names are broken behind underscores, too.
    for pattern in (r"\w+", r"[^\W_]+_", r"_?[^\W_]+", r"[^\W_]+"):
        words |= {word for text in code for word in re.findall(pattern, text)}
    # What several quantities of one kind are called together.
    words |= {part for metric in template.metrics for part in metric.split("_")}
    # The command that made the file.
    words |= {"tracer", "trace", "step", "set"}
    plain = {" ".join(text.replace("ᵀ", "").split()) for text in sentences}
    return words, sorted(plain - {""}, key=len, reverse=True)


def _marked(key: str, text: str) -> str:
    """Mark a text; of a function's words each, because numbers come between them."""
    if key.startswith("numbers."):
        return text
    if key.startswith("functions."):
        return re.sub(r"(?<!\{)\b[a-z]{2,}\b(?!\})", rf"{BEFORE}\g<0>{AFTER}", text)
    return f"{BEFORE}{text}{AFTER}"


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("name", SPOKEN)
def test_hardly_a_text_is_the_english_one(
    name: str, lang: str, traces: Mapping[str, ProgramTrace]
) -> None:
    english = {text for text in load().texts.values() if len(text) > 12 and " " in text}
    # Which a lesson without a translation may say in the same words as a new template.
    english -= {*load(lang).texts.values(), *_own(traces[name])[1]}
    for sheet, text in _texts(plan_book(traces[name], BookOptions(lang=lang))):
        assert text not in english, sheet


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("name", ["xor", "optimizers", "deep-relu", "lstm"])
def test_derived_steps_say_nothing_in_english(name: str, lang: str) -> None:
    trace = trace_template(tracer.load_template(name), 1)
    derived = [step for step in trace.program.steps if any(step.said)]
    assert len(derived) > 3
    said = {text for step in derived for text in (step.title, step.explain)} - {"", "AdaGrad"}
    found = {text for _, text in _texts(plan_book(trace, BookOptions(lang=lang)))}
    assert not found & said
    # Proof that the workbook says them at all.
    assert {step.title for step in derived} < {text for _, text in _texts(plan_book(trace))}


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("name", SPOKEN)
def test_the_plan_is_the_same_but_for_texts(
    name: str, lang: str, traces: Mapping[str, ProgramTrace]
) -> None:
    one, other = plan_book(traces[name]), plan_book(traces[name], BookOptions(lang=lang))
    assert len(one.sheets) == len(other.sheets)
    assert one.live_cells() == other.live_cells()
    assert list(one.names) == list(other.names)
    for a, b in zip(one.sheets, other.sheets, strict=True):
        assert list(a.names) == list(b.names)
        assert len(a.links) == len(b.links)
        if a.title in _own_lines(name, lang):
            continue
        assert a.cells() == b.cells()
        for first, second in zip(a.pattern.cells, b.pattern.cells, strict=True):
            assert (first.role, first.number, first.at) == (second.role, second.number, second.at)
            assert first.format == second.format


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("name", LESSONS)
def test_links_names_and_rules_hold(
    name: str, lang: str, palette: str, traces: Mapping[str, ProgramTrace], tmp_path: Path
) -> None:
    book = plan_book(traces[name], BookOptions(lang=lang, palette=palette))
    path = tmp_path / "book.xlsx"
    write_book(book, path)
    if name == "ray":
        assert [str(e) for e in OpenXmlValidator().validate(str(path)).errors] == []
    opened = openpyxl.load_workbook(path)
    titles = opened.sheetnames
    assert titles == [sheet.title for sheet in book.sheets]
    links = [
        cell.hyperlink
        for sheet in opened.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.hyperlink
    ]
    assert len(links) > 10
    for link in links:
        assert link.location is not None
        assert link.location.rpartition("!")[0].strip("'") in titles
    places = [*opened.defined_names.values()]
    for sheet in opened.worksheets:
        places += sheet.defined_names.values()
    for defined in places:
        assert str(defined.attr_text).rpartition("!")[0].strip("'") in titles
    for sheet in opened.worksheets:
        formulas = (c.value for row in sheet.iter_rows() for c in row if c.data_type == "f")
        for formula in formulas:
            for quoted, plain in re.findall(r"'([^']+)'!|\b([A-Za-z]+)!", str(formula)):
                assert (quoted or plain) in titles


@pytest.mark.parametrize("lang", OTHER)
def test_printed_numbers_have_the_language_s_decimal_sign(
    lang: str, traces: Mapping[str, ProgramTrace]
) -> None:
    sheets = {s.title: s for s in plan_book(traces["ray"], BookOptions(lang=lang)).sheets}
    wording = load(lang)
    explore = sheets[wording.sheet("explore")]
    line = next(c for c in explore.pattern.cells if c.role == "arithmetic")
    assert line.text is not None and "0,42 + " in line.text and "." not in line.text
    start = sheets[wording.sheet("start")]
    assert sum(c.number == 1.23 for c in start.pattern.cells) == 3
    boundary = plan_book(traces["ray-moons"], BookOptions(lang=lang))
    legend = next(
        c.text or ""
        for s in boundary.sheets
        if s.title == wording.sheet("boundary")
        for c in s.pattern.cells
        if "●" in (c.text or "")
    )
    assert "0,5" in legend and "0.5" not in legend


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_name_the_palette_s_colours(
    lang: str, palette: str, traces: Mapping[str, ProgramTrace]
) -> None:
    book = plan_book(traces["ray"], BookOptions(lang=lang, palette=palette))
    text = " ".join(text for _, text in _texts(book))
    colours = load(lang).section("colours")
    names = PALETTES[palette].names
    used = {colours[names[use]] for use in ("result", "operand", "input")}
    for colour in used:
        assert colour in text
    others = {colours[n] for p in PALETTES.values() for n in p.names.values()} - used
    for colour in others:
        assert not any(re.search(rf"(?<![\w -]){colour}", t) for t in text.split(" ")), colour


# -- nothing is cut -------------------------------------------------------------------------

#: Of a usual font at 10 points: a letter's width in the unit of column widths.
LETTER, BOLD = 0.95, 1.08


def _cut(sheet: Sheet, cell: Cell, taken: set[tuple[int, int]]) -> bool:
    """Say whether a text is longer than its column and the free ones to its right."""
    look = TUTORIAL.looks[cell.role]
    needed = len(cell.text or "") * LETTER * look.size / 10 * (BOLD if look.bold else 1)
    column, room = cell.column, sheet.widths.get(cell.column, sheet.width)
    while (cell.row, column + 1) not in taken and room < 400:
        column += 1
        room += sheet.widths.get(column, sheet.width)
    return needed > room


@pytest.mark.parametrize("lang", OTHER)
@pytest.mark.parametrize("name", SPOKEN)
def test_no_text_is_cut_that_is_whole_in_english(
    name: str, lang: str, traces: Mapping[str, ProgramTrace]
) -> None:
    one, other = plan_book(traces[name]), plan_book(traces[name], BookOptions(lang=lang))
    for a, b in zip(one.sheets, other.sheets, strict=True):
        if a.title in _own_lines(name, lang):
            continue
        taken = [
            {(c.row, c.column) for c in s.pattern.cells if c.text or c.text is None} for s in (a, b)
        ]
        for first, second in zip(a.pattern.cells, b.pattern.cells, strict=True):
            if second.text and second.role != "helper" and _cut(b, second, taken[1]):
                assert first.text and _cut(a, first, taken[0]), (b.title, second.row, second.text)


# -- the numbers ----------------------------------------------------------------------------

LOCALES = {"en": "en-US", "de": "de-DE"}


@pytest.mark.office
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("lang", LANGUAGES)
def test_recalculated_where_the_language_is_spoken(
    lang: str, traces: Mapping[str, ProgramTrace], tmp_path: Path
) -> None:
    """Numbers and texts alike: spelled-out arithmetic then has that place's decimal sign."""
    files = []
    for name, palette in itertools.product((*LESSONS, "ray-r", "exam-scores"), PALETTES):
        path = tmp_path / f"{name}-{palette}.xlsx"
        write_book(plan_book(traces[name], BookOptions(lang=lang, palette=palette)), path)
        files.append(path)
    done = recalculated(files, tmp_path / "out", locale=LOCALES[lang])
    for before, after in zip(files, done, strict=True):
        assert differences(before, after) == [], before.name
        plain = {k[1:]: v for k, v in numbers(before).items() if isinstance(v, float)}
        assert len(plain) > 300


@pytest.mark.office
@pytest.mark.slow
@needs_office
def test_the_place_is_the_one_asked_for(books: Mapping[str, Made], tmp_path: Path) -> None:
    away = recalculated([books["ray"].path], tmp_path / "out", locale="de-DE")[0]
    found = numbers(away)["Explore", 6, 2]
    assert str(found).startswith("1 × 0,42 + ")


@pytest.mark.office
@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("palette", PALETTES)
def test_explore_follows_a_choice_in_german(
    palette: str, traces: Mapping[str, ProgramTrace], tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    book = plan_book(traces["ray"], BookOptions(lang="de", palette=palette))
    write_book(book, path)
    explore = next(sheet for sheet in book.sheets if sheet.title == "Erkunden")
    top = {c.text: column_letters(c.column) for c in explore.pattern.cells if c.row == 4}
    values: dict[str, float | str] = {
        "C4": 2,
        f"{top['Schritt 2: hidden_layer_input']}4": "Schritt 4: output",
        f"{top['eine Zelle']}4": "ganzer Block",
    }
    changed = with_values(path, tmp_path / "changed.xlsx", "Erkunden", values)
    page = convert([changed], tmp_path / "out", "html:HTML (StarCalc)")[0]
    cells = seen(page, "Erkunden")
    texts = [cell.text for cell in cells.values()]
    assert any(t.startswith("Iteration 2: output (3 × 1), der ganze Block") for t in texts)
    assert texts.count("output = sigmoid(output_layer_input)") >= 1
    tones = PALETTES[palette].tones
    for tone in ("result", "operand"):
        color = tones[tone]
        colored = Counter(w[1] for w, cell in cells.items() if cell.color.upper() == color)
        # The block of three stands above, as a picture of its equation, and in the network below.
        assert sum(count >= 3 for count in colored.values()) == 2, tone


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (BookOptions(lang="xx"), f"'xx' is not a language of workbooks: {', '.join(LANGUAGES)}."),
        (BookOptions(palette="grau"), "'grau' is not a palette: tutorial, okabe-ito, grey."),
    ],
)
def test_what_there_is_none_of(
    options: BookOptions, message: str, traces: Mapping[str, ProgramTrace]
) -> None:
    with pytest.raises(TracerError, match=re.escape(message)):
        plan_book(traces["ray"], options)


def test_start_says_how_to_make_it_again(traces: Mapping[str, ProgramTrace]) -> None:
    book = plan_book(traces["ray"], BookOptions(lang="de", palette="grey"))
    assert book.description.endswith("tracer trace ray -n 3 --lang de --palette grey")
    assert replace(BookOptions(), lang="de") == BookOptions(lang="de")
