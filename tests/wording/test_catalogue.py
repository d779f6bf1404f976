"""Every language says the same things: keys, placeholders, titles a spreadsheet takes."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import tracer
from tracer.backward.vocabulary import KINDS, TOGETHER
from tracer.errors import TracerError
from tracer.language.functions import PRIMITIVES
from tracer.practice.answers.wording import SYMBOLS
from tracer.program.model import PHASES
from tracer.wording import LANGUAGES, Said, Wording, load
from tracer.wording.catalogue import FIRST, FOLDER, Catalogue
from tracer.workbook.plan.palette import PALETTES
from tracer.workbook.sheets.glossary_terms import OCCURS

PACKAGE = Path(tracer.__file__).parent
others = pytest.mark.parametrize("language", sorted({*LANGUAGES} - {FIRST}))
every = pytest.mark.parametrize("language", LANGUAGES)
#: What any text may name; everything else is a text's own.
SHARED = re.compile(r"\w+_(sheet|colour)")


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@others
def test_languages_have_the_same_keys_and_placeholders(language: str) -> None:
    own, others = _named(FIRST), _named(language)
    # {title}, {count} and the like: none may be forgotten, none invented.
    assert others == own


def _named(language: str) -> dict[str, set[str]]:
    """Return what the texts name by their keys; of a text's forms, all together."""
    found: dict[str, set[str]] = {}
    for key, text in load(language).texts.items():
        named = {name for name in _placeholders(text) if not SHARED.fullmatch(name)}
        if not key.startswith("plurals."):
            found.setdefault(_base(key), set()).update(named)
    return found


def _base(key: str) -> str:
    """Return the key of a text without its form."""
    return ".".join(key.split(".")[:2])


@every
def test_every_text_with_forms_has_one_for_the_rest(language: str) -> None:
    wording = load(language)
    forms: dict[str, set[str]] = {}
    for key in wording.texts:
        if key.count(".") == 2:
            forms.setdefault(_base(key), set()).add(key.rpartition(".")[2])
    # Not every form of the language must differ, but what differs must be one it has.
    assert forms and all("other" in found for found in forms.values())
    assert {*wording.section("plurals")} >= set().union(*forms.values()) - {"other"}


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 numbers: x"), (1, "1 number: x"), (2, "2 numbers: x"),
                        (1.0, "1 number: x"), (1.5, "1.5 numbers: x"), (1001, "1,001 numbers: x")]
)  # fmt: skip
def test_a_count_chooses_the_form(count: float, said: str) -> None:
    assert load("en")("report.counts", count=count, counts="x") == said


def test_a_language_has_the_forms_that_its_file_says() -> None:
    texts = {"plurals.one": "1", "plurals.few": "(.*[^1])?[2-4]", "a.b.one": "{count} blok",
             "a.b.few": "{count} bloky", "a.b.other": "{count} bloku",
             "numbers.thousands": ""}  # fmt: skip
    wording = Wording("xx", Catalogue.of(texts))
    said = [wording("a.b", count=count).split()[1] for count in (1, 2, 11, 12, 24, 5)]
    assert said == ["blok", "bloky", "bloku", "bloku", "bloky", "bloku"]


@every
def test_sections_are_read_one_by_one_as_the_whole_file_would_be(language: str) -> None:
    content = tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))
    texts = load(language).texts
    for section, pairs in content.items():
        plain = {key: text for key, text in pairs.items() if isinstance(text, str)}
        assert plain.items() <= texts.section(section).items()
    forms = [
        len(text) if isinstance(text, dict) else 1 for p in content.values() for text in p.values()
    ]
    assert len(texts) == sum(forms) and texts.section("none such") == {}


@every
def test_what_texts_share_is_there(language: str) -> None:
    wording = load(language)
    known = {*wording.known, *(f"{use}_colour" for p in PALETTES.values() for use in p.names)}
    for key, text in wording.texts.items():
        shared = {name for name in _placeholders(text) if SHARED.fullmatch(name)}
        assert shared <= known, key
        assert "{}" not in text and not re.search(r"\{\d", text), key


@every
def test_colours_are_named_in_the_same_texts(language: str) -> None:
    first = load(FIRST).texts
    for key, text in load(language).texts.items():
        colours = {name for name in _placeholders(text) if name.endswith("_colour")}
        assert colours == {n for n in _placeholders(first[key]) if n.endswith("_colour")}, key


@every
def test_no_text_names_a_colour_itself(language: str) -> None:
    wording = load(language)
    words = {word for c in wording.section("colours").values() for word in re.split(r"[ -]", c)}
    words -= {"light", "dark", "sky"}
    for key, text in wording.texts.items():
        if not key.startswith("colours."):
            assert not words & set(re.findall(r"\w+", text.lower())), key


@every
def test_every_function_phase_and_colour_has_its_words(language: str) -> None:
    wording = load(language)
    functions = {key for key in wording.texts if key.startswith("functions.")}
    assert functions == {f"functions.{name}" for name in PRIMITIVES}
    taken = {name for name, row in PRIMITIVES.items() if row.kind == "reduction"} | {"element"}
    assert {key for key in wording.texts if key.startswith("taken.")} == {
        f"taken.{name}" for name in taken
    }
    assert all(f"explore.{phase}" in wording.texts for phase in PHASES)
    named = {c for palette in PALETTES.values() for c in palette.names.values()}
    assert {*wording.section("colours")} == named


@every
def test_titles_are_ones_that_spreadsheets_take(language: str) -> None:
    wording = load(language)
    titles = [title.replace("{number}", "1000000") for title in _titles(language)]
    # A practice workbook has some sheets of its own, and so has its answer book.
    titles += [wording(f"practice.{name}") for name in ("front", "recipe")]
    assert len({title.casefold() for title in titles}) == len(titles)
    for title in titles:
        assert 0 < len(title) <= 31 and not set(title) & set("[]:*?/\\'"), title
        assert title.casefold() not in ("history", "verlauf", "änderungsverlauf")
    assert wording.sheet("start") in titles


def _titles(language: str) -> list[str]:
    return [text for key, text in load(language).texts.items() if key.startswith("sheets.")]


@every
def test_titles_of_the_answer_book_are_ones_that_spreadsheets_take(language: str) -> None:
    titles = [load(language)(f"practice.{n}") for n in ("book", "book_numbers", "book_answers")]
    assert len({title.casefold() for title in titles}) == len(titles)
    for title in titles:
        assert 0 < len(title) <= 31 and not set(title) & set("[]:*?/\\'"), title


@every
def test_every_verdict_and_derived_quantity_has_its_words(language: str) -> None:
    wording = load(language)
    names = {verdict.name.lower() for verdict in SYMBOLS}
    assert {*wording.section("practice_counted")} == names
    assert {key for key in wording.texts if key.startswith("practice_meanings.")} == {
        f"practice_meanings.{name}" for name in names
    }
    steps = {f"derived_titles.{kind}" for kind in (*KINDS, "through", "gradients", "of_loss")}
    assert {key for key in wording.texts if key.startswith("derived_titles.")} == steps
    said = {f"derived.{'_'.join(kinds)}" for kinds in (*((kind,) for kind in KINDS), *TOGETHER)}
    assert {key for key in wording.texts if key.startswith("derived.")} == {
        *said,
        "derived.sentences",
    }


@every
def test_choices_and_messages_fit_where_excel_puts_them(language: str) -> None:
    texts = load(language).texts
    hints = [f"practice.hint_{name}" for name in ("none", "equation", "numbers")]
    for key in ("explore.one_cell", "explore.whole_block", "practice.no", "practice.yes", *hints):
        assert "," not in texts[key] and '"' not in texts[key]
    for key, text in texts.items():
        if key.endswith(
            (
                "_error",
                ".error",
                ".number_only",
                ".choose",
            )
        ):
            assert len(text) <= 255 - 25, key
    pieces = [text for key, text in texts.items() if key.startswith("explore.says_")]
    assert all(text == text.rstrip() or text.endswith(" ") for text in pieces)


@every
def test_terms_and_meanings_are_pairs(language: str) -> None:
    keys = {*load(language).section("glossary")}
    terms = {key.removesuffix("_term") for key in keys if key.endswith("_term")}
    assert terms == {key for key in keys if not key.endswith("_term")}


def test_numbers_are_written_as_the_language_does() -> None:
    said = Said("explore.iteration_label", {"count": 5000})
    assert load("en").say(said) == "Iteration 1–5,000"
    assert load("de").say(said) == "Iteration 1–5.000"
    factor = Said("gradients.factor_times", {"rate": "lr", "number": -0.25})
    nested = Said("gradients.unlike", {"factor": (factor,)})
    assert load("en").say(nested) == "the step is lr × -0.25 times the gradient, unlike the others."
    assert "lr × -0,25 mal" in load("de").say(nested)


def test_a_language_there_is_none_of() -> None:
    known = re.escape(", ".join(LANGUAGES))
    with pytest.raises(TracerError, match=f"^'xx' is not a language of workbooks: {known}\\.$"):
        load("xx")


# -- no text of a workbook stands anywhere else --------------------------------------------

_BACKWARD = ("derivation", "optimizers", "vocabulary")
_PRACTICE = ("marking", "mistakes", "checking", "grading")
_WORKBOOK = [
    *sorted((PACKAGE / "workbook").rglob("*.py")),
    *sorted((PACKAGE / "practice" / "sheets").rglob("*.py")),
    PACKAGE / "practice" / "answers" / "wording.py",
    *(PACKAGE / "backward" / f"{name}.py" for name in _BACKWARD),
    *(
        p
        for room in _PRACTICE
        for p in sorted((PACKAGE / "practice" / room).rglob("*.py"))
        if p.stem != "exports"
    ),  # its headings are course systems' own
]
_TEXT = re.compile(r"[A-Za-z]{2,}[,:;]? +\(?[A-Za-z]{2,}|^[A-Z][a-z]+[.:]?$")
#: A format, and the two fonts.
_NO_TEXTS = {"General", "Arial", "Consolas"}


def _literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that are neither documentation nor errors' messages."""
    if isinstance(tree, ast.Raise | ast.Assert):
        return
    if isinstance(tree, ast.Call) and getattr(tree.func, "id", "").endswith(("Error", "TypeVar")):
        return
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            yield child.lineno, child.value
        yield from _literals(child)


def test_a_fixed_sentence_in_a_module_is_noticed() -> None:
    code = 'def f():\n    """Say it."""\n    g("Type here", "Start", x, "E+00", f"step {n} of it")'
    found = [text for _, text in _literals(ast.parse(code)) if _TEXT.search(text)]
    assert found == ["Type here", "Start", " of it"]


@pytest.mark.parametrize("path", _WORKBOOK, ids=[path.stem for path in _WORKBOOK])
def test_sheets_hold_no_fixed_texts(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    found = [(line, text) for line, text in _literals(tree) if _TEXT.search(text)]
    # What the commands, which are English, say of a palette.
    allowed = _NO_TEXTS | COMMAND | {palette.why for palette in PALETTES.values()}
    # Patterns of words that a lesson, which is English, may have.
    allowed |= {occurs.words for occurs in OCCURS.values()}
    markup = re.compile(r'^[ ;]?<|\w="|^;')
    assert [f for f in found if f[1] not in allowed and not markup.search(f[1])] == []


#: The command that makes the same workbook again is the same in every language.
COMMAND = {"tracer trace"}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: p.stem)
def test_every_key_that_is_asked_for_exists(path: Path) -> None:
    texts = load(FIRST).texts
    sections = {key.partition(".")[0] for key in texts}
    tree = ast.parse(path.read_text("utf-8"))
    joined = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
    pieces = {id(part) for node in joined for part in node.values}
    for node in ast.walk(tree):
        if id(node) in pieces:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            section, dot, key = node.value.partition(".")
            if dot and section in sections and re.fullmatch(r"[a-z]\w+", key):
                assert {node.value, f"{node.value}.other"} & {*texts}, f"{path.name}: {node.value}"


def test_every_text_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    asked = set(re.findall(r"""["']([a-z_]+\.[a-z]\w*)["']""", code))
    # Sections whose keys are put together: from roles, phases, functions, columns, ….
    together = re.findall(r'f"([a-z_]+)\.(\w*)\{', code)
    whole = set(re.findall(r'section\("(\w+)"\)', code)) | {"sheets", "language", "numbers"}
    whole |= {"plurals", "refused"}
    for key in map(_base, load(FIRST).texts):
        section, _, rest = key.partition(".")
        if section in whole or key in asked:
            continue
        assert any(s == section and rest.startswith(start) for s, start in together), key
