"""Another language is one file: with a made-up one beside the others, every text is in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import openpyxl
import pytest

import tracer
from tests.practice.grading import classroom
from tests.workbook.test_languages import AFTER, BEFORE, _marked
from tracer.language.addresses import column_letters
from tracer.wording import load
from tracer.wording.catalogue import FIRST

PACKAGE = Path(tracer.__file__).parent
TESTS = Path(__file__).parent.parent.parent
#: Lower-case, as files of languages are named; no language is called so.
MADE_UP = "xx"
UNMARKED = ("plurals.", "numbers.", "language.")

#: A class hands in, is marked, and one of them checks alone; every output is printed or kept.
DRIVER = """
import sys
from pathlib import Path
from click.testing import CliRunner
from tests.practice.grading.classroom import assignment, build
from tracer.commands.main import main

folder = Path(sys.argv[1])
build(folder, assignment(folder, lang=sys.argv[2]))
grade = ["grade", "in", "--assignment", "week-1.toml", "--roster", "class.csv", "--force"]
books = ["-o", "grades.xlsx", "--feedback", "marked", "--canvas", "c.csv", "--moodle", "m.csv"]
for words in (
    [*grade, *books],
    [*grade, "-o", "g.xlsx", *(w for n in range(101, 117) for w in ("--student", str(n)))],
    ["check", "in/102.xlsx", "--assignment", "week-1.toml", "--html", "page.html"],
    ["check", "in/107.xlsx", "--assignment", "week-1.toml"],
):
    done = CliRunner().invoke(main, words)
    assert done.exit_code < 2, done.output
    print(done.output)
"""


def _written(texts: Mapping[str, str]) -> str:
    """Return a language's file."""
    sections: dict[str, dict[str, str | dict[str, str]]] = {}
    for key, text in texts.items():
        section, name, *form = key.split(".")
        if form:
            forms = sections.setdefault(section, {}).setdefault(name, {})
            assert isinstance(forms, dict)
            forms[form[0]] = text
        else:
            sections.setdefault(section, {})[name] = text
    lines = []
    for section, pairs in sections.items():
        lines += ["", f"[{section}]", *(f"{name} = {_value(said)}" for name, said in pairs.items())]
    return "\n".join(lines) + "\n"


def _value(said: str | Mapping[str, str]) -> str:
    if isinstance(said, str):
        return json.dumps(said, ensure_ascii=False)
    return "{ " + ", ".join(f"{form} = {_value(text)}" for form, text in said.items()) + " }"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return what a class and its teacher get in the made-up language, by where it stands."""
    home = tmp_path_factory.mktemp("language")
    shutil.copytree(PACKAGE, home / "tracer", ignore=shutil.ignore_patterns("__pycache__"))
    texts = load(FIRST).texts
    marked = {k: t if k.startswith(UNMARKED) else _marked(k, t) for k, t in texts.items()}
    (home / "tracer" / "wording" / f"{MADE_UP}.toml").write_text(_written(marked), "utf-8")
    folder = home / "class"
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", DRIVER, str(folder), MADE_UP],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env=os.environ | {"PYTHONPATH": f"{home}{os.pathsep}{TESTS}", "PYTHONUTF8": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = {"printed": done.stdout, "page": (folder / "page.html").read_text("utf-8")}
    found["moodle"] = (folder / "m.csv").read_text("utf-8")
    found["gradebook"] = "\n".join(_cells(folder / "grades.xlsx"))
    for path in sorted((folder / "marked").glob("*.xlsx")):
        found[path.stem] = "\n".join(_cells(path))
    return found


def _cells(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path).worksheets:
        yield sheet.title
        # What a gradebook keeps of itself is hidden, and no text for people.
        hidden = {name for name, one in sheet.column_dimensions.items() if one.hidden}
        for row in sheet.iter_rows():
            shown = (cell for cell in row if column_letters(cell.column) not in hidden)
            yield from (str(cell.value) for cell in shown if isinstance(cell.value, str))


def _unmarked(text: str) -> set[str]:
    """Return the words of a text that stand outside of every mark."""
    inside = re.compile(f"{BEFORE}[^{BEFORE}{AFTER}]*{AFTER}")
    rest = " ".join(re.sub(r"<style>.*?</style>|<[^>]*>|ᵀ", " ", text).split())
    while inside.search(rest):
        rest = inside.sub(" ", rest)
    return {word for word in re.findall(r"\w+", rest) if re.search(r"[^\W\d_]{2}", word)}


#: The template, the names of the class and of files, formulas, headings of course systems.
OWN = {
    word
    for text in (
        classroom.TEMPLATE,
        classroom.ASSIGNMENT,
        *(f"{case.name} {case.typed}" for case in classroom.MARKED),
        *(student.name for student in classroom.OTHERS),
        "step tracer xlsx pdf csv week hw notes grades marked Self_Study_111_week1",
        "IF COUNT SUM AVERAGE ROUND INDEX OR SUMPRODUCT Username ID number Email address Full name",
    )
    for word in re.findall(r"\w+", text)
}


def test_a_language_is_one_file(said: Mapping[str, str]) -> None:
    assert len(said) > 10 and all(BEFORE in text for text in said.values())


@pytest.mark.parametrize("where", ["printed", "page", "moodle", "gradebook", "101", "102", "107"])
def test_every_text_is_in_the_language(said: Mapping[str, str], where: str) -> None:
    assert _unmarked(said[where]) - OWN == set()
    # Proof that unmarked words are noticed, and that something was said.
    assert _unmarked(f"{BEFORE}a{AFTER} forgotten {BEFORE}b {BEFORE}c{AFTER}{AFTER}") == {
        "forgotten"
    }
