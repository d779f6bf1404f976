"""New templates in every language: nothing stands in them that no wording says."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.network.made import designed
from tracer.commands.main import main
from tracer.network.activations import ACTIVATIONS
from tracer.network.initialisations import INITIALISATIONS
from tracer.network.losses import LOSSES
from tracer.network.scalings import SCALINGS
from tracer.network.write import write
from tracer.template.read import read_template
from tracer.wording import LANGUAGES, Wording, load
from tracer.wording.catalogue import Catalogue

TABLE = "a b;c;kind\n1,5;3;red\n2;4;blue\n3;;red\n3;1;green\n"
#: Options that together lead to every sentence.
CASES: dict[str, dict[str, Any]] = {
    "two classes": {"data": "xor"},
    "one layer": {"data": "or", "layers": "1"},
    "numbers": {"data": "line", "loss": "huber", "l1": "0.1", "l2": "0.1"},
    "several layers": {
        "data": "moons",
        "layers": "4,3,2,1",
        "activation": "relu",
        "batch": "10",
        "dropout": "0.2",
        "batch_norm": True,
        "test": "0.2",
        "optimizer": "adam",
    },
    "dropout": {"data": "spiral", "dropout": "0.1", "init": "normal:std=0.1"},
    "batch normalisation": {"data": "circles", "batch_norm": True, "schedule": "cosine:over=9"},
    "signs": {"data": "and", "loss": "hinge", "activation": "elu"},
    "what can't be learnt": {"data": "or", "activation": "step", "layers": "2,1"},
    "two that can't be learnt": {"data": "or", "activation": "tanh,step", "layers": "2,2,1"},
    "numbers as they are": {"data": "line", "scale_target": "none"},
    "what can't be reached": {
        "data": "line",
        "output_activation": "sigmoid",
        "scale_target": "standardise",
        "scale": "max",
    },
    "a file": {
        "data": "odd.csv",
        "target": ("kind",),
        "drop_missing": True,
        "scale": "max",
        "clip": "1",
    },
    "a file with signs": {
        "data": "odd.csv",
        "target": ("kind",),
        "drop_missing": True,
        "loss": "hinge",
    },
    "a constant": {"data": "same.csv", "target": ("y",), "scale": "standardise", "test": "1"},
    "a column for each class": {"data": "hot.csv", "target": ("p", "q", "r")},
    "texts": {"data": "texts.csv", "target": ("y",)},
    "many columns": {"data": "wide.csv", "target": ("y",), "scale": "min-max"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "odd.csv").write_text(TABLE, "utf-8")
    (tmp_path / "hot.csv").write_text("x,p,q,r\n1,1,0,0\n2,0,1,0\n3,0,0,1\n", "utf-8")
    (tmp_path / "same.csv").write_text("x,y\n5,10\n5,20\n5,40\n", "utf-8")
    (tmp_path / "texts.csv").write_text("p,q,y\nx,1,1\nz,2,0\nx,3,1\n", "utf-8")
    head = ",".join(f"x{k}" for k in range(14))
    rows = "".join(f"{','.join(str(k + n) for k in range(14))},{n}\n" for n in range(3))
    (tmp_path / "wide.csv").write_text(f"{head},y\n{rows}", "utf-8")
    return tmp_path


def texts(text: str) -> list[str]:
    """What a template tells its reader: title, sentences, and comments, each block in one."""
    raw = tomllib.loads(text)
    found = [raw["title"], raw["about"]]
    found += [step[key] for step in raw["steps"] for key in ("title", "explain")]
    blocks = re.findall(r"(?:^# .*\n)+", text, re.MULTILINE)
    return found + [block.replace("\n# ", " ").removeprefix("# ").strip() for block in blocks]


BEFORE, AFTER = "⟦", "⟧"


def made_up() -> Wording:
    """A language whose texts are the English ones, each marked."""

    def marked(key: str, text: str) -> str:
        return text if key.startswith("numbers.") else f"{BEFORE}{text}{AFTER}"

    english = load()
    return Wording("made up", Catalogue.of({k: marked(k, t) for k, t in english.texts.items()}))


@pytest.mark.parametrize("case", CASES)
def test_every_text_comes_from_the_wording(case: str, folder: Path) -> None:
    design = replace(designed(folder, **CASES[case]), say=made_up())
    made = write(design, "made")
    rest = " ".join([*texts(made.text), *made.notes])
    inside = re.compile(f"{BEFORE}[^{BEFORE}{AFTER}]*{AFTER}")
    while inside.search(rest):
        rest = inside.sub(" ", rest)
    assert re.findall(r"\w{2,}", rest) == []


def said(case: Mapping[str, Any], folder: Path, language: str) -> str:
    made = write(designed(folder, **case, lang=language), "made")
    return "\n".join([*texts(made.text), *made.notes])


def test_the_cases_lead_to_every_sentence(folder: Path) -> None:
    """But for the rows of tables, whose words the next test looks at, and odd files' notes."""
    asked: set[str] = set()

    class Noted(Wording):
        def __call__(self, key: str, /, **values: object) -> str:
            asked.add(key)
            return super().__call__(key, **values)

    for case in CASES.values():
        english = load()
        noted = Noted(english.language, english.texts, english.known)
        write(replace(designed(folder, **case), say=noted), "made")
    keys = {key for key in load().texts if key.startswith("new.")}
    # What is said of a file's reading alone: see test_dataset and test_as_found.
    reading = (
        *("encoding", "sheet", "header", "headless", "grouped", "left_out", "too_many"),
        *("points", "mostly_empty"),
    )
    assert keys - asked <= {"new.tab", "new.blank", *(f"new.data_{key}" for key in reading)}


@pytest.mark.parametrize("language", sorted({*LANGUAGES} - {"en"}))
@pytest.mark.parametrize("case", CASES)
def test_no_sentence_is_the_english_one(case: str, language: str, folder: Path) -> None:
    english, other = said(CASES[case], folder, "en"), said(CASES[case], folder, language)
    same = {*english.splitlines()} & {*other.splitlines()}
    assert same <= {"x"}
    path = folder / "t.toml"
    path.write_text(write(designed(folder, **CASES[case], lang=language), "made").text, "utf-8")
    read_template(path).program()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_of_the_tables_is_told(language: str) -> None:
    wording = load(language)
    for section, names in (
        ("new_activations", ACTIVATIONS),
        ("new_losses", LOSSES),
        ("new_loss_names", LOSSES),
        ("new_starts", INITIALISATIONS),
    ):
        assert [*wording.texts.section(section)] == [*names], section
    scalings = {row.said for row in SCALINGS.values()} | {"plain_max"}
    assert {*wording.texts.section("new_scalings")} == scalings


def test_the_command_writes_german_and_says_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", "netz.toml", "--data", "moons", "--lang", "de"])
    assert done.exit_code == 0, done.output
    assert "  moons: zwei ineinandergreifende Halbmonde.\n" in done.output
    assert done.output.endswith("next: tracer trace netz.toml --lang de\n")
    template = read_template(Path("netz.toml"))
    assert template.title == "class aus x1, x2"
    titles = [step.title for step in template.steps if not any(step.said)]
    assert "Verborgene Schicht: Aktivierung" in titles and "Hidden layer activation" not in titles
