"""The project keeps its own rules: lint, types, one-way imports, true documentation."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tracer
from tracer.backward.settings import OPTIMIZER
from tracer.data.files import FILE, SPLIT
from tracer.data.keys import KeyTable
from tracer.data.made import MADE_KEYS
from tracer.data.random_arrays import OPTIONS, RANDOM
from tracer.template.batches import BATCH
from tracer.template.images import IMAGES
from tracer.template.keys import NOTE, PICTURE, PUBLISHED, STEP, TEMPLATE
from tracer.template.lessons import folder
from tracer.template.prediction import PREDICT
from tracer.template.read import read_template

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "."), ("ruff", "format", "--check", "."), ("mypy",)],
    ids=["lint", "format", "types"],
)
def test_the_checkers_find_nothing(command: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _modules() -> list[tuple[str, Path]]:
    return [
        (".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"), path)
        for path in sorted((ROOT / "tracer").rglob("*.py"))
    ]


def test_nothing_runs_text_as_code() -> None:
    for module, path in _modules():
        calls = [
            node.func.id
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        assert not {"eval", "exec", "compile", "__import__"} & set(calls), module


#: How many arguments a call has that says in which encoding a text is read or written.
ENCODED = {"read_text": 1, "write_text": 2}
#: What would make a test depend on how fast or how busy the machine is.
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "sleep"}


def _calls(path: Path) -> list[tuple[str, ast.Call]]:
    """Return the calls of a file, each with the name of what is called."""
    return [
        (node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id, node)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name)
    ]


@pytest.mark.parametrize("folder", ["tracer", "tests"])
def test_every_text_file_is_read_and_written_in_a_named_encoding(folder: str) -> None:
    unnamed = [
        f"{path.relative_to(ROOT)}, line {call.lineno}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name, call in _calls(path)
        if len(call.args) < ENCODED.get(name, 0)
        and "encoding" not in {keyword.arg for keyword in call.keywords}
    ]
    assert unnamed == []


def test_no_test_looks_at_a_clock() -> None:
    looks = [
        f"{path.relative_to(ROOT)}, line {call.lineno}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for name, call in _calls(path)
        if name in CLOCKS
    ]
    assert looks == []


#: The tables of the format's page: each row of the code stands there word for word.
TABLES: dict[str, KeyTable] = {
    "the top": TEMPLATE,
    "steps": STEP,
    "published": PUBLISHED,
    "errata": NOTE,
    "pictures": PICTURE,
    "batch": BATCH,
    "predict": PREDICT,
    "images": IMAGES,
    "files": FILE,
    "held out rows": SPLIT,
    "made-up data": MADE_KEYS,
    "random arrays": RANDOM,
    "options of random arrays": OPTIONS,
    "optimizer": OPTIMIZER,
}


@pytest.mark.parametrize("name", TABLES)
def test_the_format_page_says_what_the_tables_say(name: str) -> None:
    page = (folder() / "README.md").read_text("utf-8")
    rows = [f"| `{key.name}` | {key.says} |" for key in TABLES[name].keys.values()]
    assert [row for row in rows if row not in page.splitlines()] == []


def test_the_format_page_names_every_key_of_its_tables() -> None:
    from tracer.data.made import MADE
    from tracer.data.random_arrays import WAYS
    from tracer.data.tables import ENCODINGS

    page = (folder() / "README.md").read_text("utf-8")
    words = {*re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]*)`", page)))}
    known = {*MADE, *WAYS, *ENCODINGS}
    assert known - words == set()


def test_the_format_page_shows_a_template_that_works(tmp_path: Path) -> None:
    page = (folder() / "README.md").read_text("utf-8")
    found = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    assert found is not None
    path = tmp_path / "line.toml"
    path.write_text(found[1], "utf-8")
    trace = tracer.trace(str(path))
    assert read_template(path).title == "A line through four points"
    assert trace["loss"][-1] < 1e-4
    assert trace["w"][-1].item() == pytest.approx(2, abs=0.01)


def test_the_language_page_names_every_function() -> None:
    from tracer.language.functions import DEFINED, PRIMITIVES

    page = (folder() / "README.md").read_text("utf-8")
    (language,) = re.findall(r"^## The language\n(.*?)^## ", f"{page}\n## ", re.M | re.S)
    rows = re.findall(r"^\|(.*?)\|", language, re.M)
    named = {*re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", " ".join(rows))))}
    assert {*PRIMITIVES, *DEFINED} - named == set()


def test_version_and_dependencies_are_the_stated_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=]", text)[0] for text in project["dependencies"]}
    assert names == {"numpy", "openpyxl", "pandas", "click"}
    assert f"## {tracer.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_contributors_page_names_files_that_exist() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = re.findall(r"`((?:tracer|templates|tests)/[\w/.]+|\.ci/run)`", page)
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []
    for name in ("PRIMITIVES", "DEFINED", "OPTIMIZERS", "WRITTEN", "WRONG", "plan_book"):
        (where,) = re.findall(rf"`{name}`\s+in\s+`([\w/.]+)`", page)[:1]
        assert re.search(rf"^(?:def )?{name}\b", (ROOT / where).read_text("utf-8"), re.M), name


def test_the_contributors_page_shows_every_room() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = {path.parent.name for path in (ROOT / "tracer").glob("*/__init__.py")}
    assert {*re.findall(r"^\| `tracer/(\w+)` \|", page, re.M)} == rooms
