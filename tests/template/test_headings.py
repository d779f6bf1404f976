"""What columns of data are called: read, written, translated, and safe to show."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tracer.data.numbers import read_number
from tracer.errors import TemplateError
from tracer.template.headings import LONGEST, shown
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.template.translation import translated
from tracer.template.write import template_text

TEXT = 'title = "t"\n[given]\nX = {X}\nv = [1, 2]\n{more}\n[[steps]]\nequations = ["s = X * 2"]\n'


def _read(folder: Path, more: str, given: str = "[[1, 2], [3, 4]]") -> Template:
    path = folder / "t.toml"
    path.write_text(TEXT.replace("{X}", given).replace("{more}", more), "utf-8")
    return read_template(path)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('[headings]\nx = ["a"]', "'x' is neither given nor a parameter. Did you mean X?"),
        ('[headings]\nX = ["a"]', "headings: 'X' has 2 columns, not 1."),
        ('[headings]\nX = "a"', 'headings: X must be a list of texts: X = ["…"].'),
        ("[headings]\nX = [1, 2]", 'headings: X must be a list of texts: X = ["…"].'),
        ('[headings]\nv = ["a", "b"]', "'v' is no matrix: only the columns of one have headings."),
    ],
)
def test_faults_are_named(more: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as caught:
        _read(tmp_path, more)
    assert message in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("given", "more", "wanted"),
    [
        ("[[1, 2]]", '[headings]\nX = ["a", "=1+1"]', ("a", "=1+1")),
        ('{ file = "d.csv" }', "", ("p", "2. q")),
        ('{ file = "d.csv", columns = ["2. q"] }', "", ("2. q",)),
        ('{ file = "d.csv" }', '[headings]\nX = ["a", "b"]', ("a", "b")),
        ("[[1, 2]]", "", None),
    ],
)
def test_columns_keep_their_names_when_written(
    given: str, more: str, wanted: tuple[str, ...] | None, tmp_path: Path
) -> None:
    (tmp_path / "d.csv").write_text("p,2. q\n1,2\n", "utf-8")
    made = _read(tmp_path, more, given)
    assert made.headings.get("X") == wanted
    (tmp_path / "again.toml").write_text(template_text(made), "utf-8")
    assert read_template(tmp_path / "again.toml").headings == made.headings


def test_they_are_translated() -> None:
    made = translated(tracer.load_template("exam-hand"), "de")
    assert made.headings == {"X": ("Lernstunden", "Schlafstunden")}


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("Größe in cm", "Größe in cm"),
        ("a\n b", "a b"),
        ("=1+1", "[=1+1]"),
        ("2. Note", "[2. Note]"),
        ("-3", "[-3]"),
        ("@x", "[@x]"),
        ("", "[]"),
        ("x" * 300, "x" * (LONGEST - 1) + "…"),
    ],
)
def test_they_are_shown_safely(heading: str, wanted: str) -> None:
    assert shown(heading) == wanted
    assert read_number(shown(heading), ".") is None
