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
from tracer.template.lessons import folder
from tracer.template.template import KEYS, read_template

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


def test_the_format_page_names_every_key() -> None:
    page = (folder() / "README.md").read_text("utf-8")
    assert [key for key in KEYS if f"`{key}`" not in page and f"[{key}]" not in page] == []


def test_the_format_page_names_every_key_of_its_tables() -> None:
    from tracer.data.files import FILE_KEYS, SPLIT_KEYS
    from tracer.data.made import MADE, MADE_KEYS
    from tracer.data.random_arrays import WAYS
    from tracer.data.tables import ENCODINGS
    from tracer.template.batches import BATCH_KEYS

    page = (folder() / "README.md").read_text("utf-8")
    words = {*re.findall(r"[\w-]+", " ".join(re.findall(r"`([^`]*)`", page)))}
    known = {*BATCH_KEYS, *FILE_KEYS, *SPLIT_KEYS, *MADE_KEYS, *MADE, *WAYS, *ENCODINGS}
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
    from tracer.language.functions import DEFINITIONS, PRIMITIVES

    page = (folder() / "README.md").read_text("utf-8")
    (language,) = re.findall(r"^## The language\n(.*?)^## ", f"{page}\n## ", re.M | re.S)
    rows = re.findall(r"^\|(.*?)\|", language, re.M)
    named = {*re.findall(r"\w+", " ".join(re.findall(r"`([^`]*)`", " ".join(rows))))}
    assert {*PRIMITIVES, *DEFINITIONS} - named == set()


def test_version_and_dependencies_are_the_stated_ones() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = {re.split(r"[<>=]", text)[0] for text in project["dependencies"]}
    assert names == {"numpy", "openpyxl", "pandas", "click"}
    assert f"## {tracer.__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
