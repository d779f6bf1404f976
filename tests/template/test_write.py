"""What is written of a template reads as the same template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import tracer
from tracer import limits
from tracer.commands.main import main
from tracer.program.model import Step
from tracer.template.lessons import template_names
from tracer.template.read import read_template
from tracer.template.template import Template
from tracer.template.write import template_text

#: Networks of `tracer new` that use what no lesson does.
NEW = {
    "dropout": ("--data", "moons", "--layers", "4,1", "--dropout", "0.25", "--batch", "10"),
    "classes": ("--data", "spiral", "--layers", "5,2", "--batch-norm", "--test", "20"),
    "optimizer": (
        "--data",
        "line",
        "--optimizer",
        "adam",
        "--schedule",
        "cosine:over=9",
        "--clip",
        "1",
    ),
}


KEYS = ("title", "source", "about", "network", "iterations", "loss", "metrics", "helpers", "batch")
NOTES = ("decimals", "published", "unreproducible", "errata", "predict", "images", "reading")


def spoken(steps: Sequence[Step]) -> list[Step]:
    """Return steps as they are in English, whoever wrote their texts."""
    return [replace(step, said=(None, None)) for step in steps]


def assert_same(one: Template, other: Template) -> None:
    """Assert that two templates say and compute the same, but for where their numbers come from."""
    for key in (*KEYS, *NOTES):
        assert getattr(one, key) == getattr(other, key), key
    for key in ("given", "parameters"):
        mine, yours = getattr(one, key), getattr(other, key)
        assert [*mine] == [*yours]
        for name in mine:
            assert np.array_equal(mine[name], yours[name]) and mine[name].shape == yours[name].shape
    assert spoken(one.steps) == spoken(other.steps)
    assert one.program().iterate == other.program().iterate
    assert one.program().slots == other.program().slots


def again(template: Template, tmp_path: Path) -> Template:
    path = tmp_path / f"{template.name}.toml"
    path.write_text(template_text(template), encoding="utf-8")
    return read_template(path)


@pytest.mark.parametrize("name", template_names())
def test_lessons(name: str, tmp_path: Path) -> None:
    lesson = tracer.load_template(name)
    if sum(array.size for array in lesson.given.values()) * 10 > limits.TEMPLATE.most:
        lesson = tracer.load_template("diary-logistic")
    assert_same(lesson, again(lesson, tmp_path))


@pytest.mark.parametrize("name", NEW)
def test_new_networks(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["new", "net.toml", "--samples", "40", "--quiet", *NEW[name]])
    assert done.exit_code == 0, done.output
    made = read_template(tmp_path / "net.toml")
    (tmp_path / "again").mkdir()
    assert_same(made, again(made, tmp_path / "again"))


ODD = """
title = 'A "title" \\ with ü'
backward = "derived"
loss = "L"
decimals = 7
helpers = ["twice(a) = a * 2"]
[given]
x = [1, 2.5, 1e-300]
m = [[-0.0, 123456789012345680]]
[parameters]
w = 0.1
[[steps]]
title = ""
number = "2b"
equations = ["L = sum((twice(w) * x) ** 2)"]
[[errata]]
place = "page 3"
text = "tab\there"
"""


def test_numbers_and_texts_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(ODD, encoding="utf-8")
    made = read_template(path)
    (tmp_path / "again").mkdir()
    assert_same(made, again(made, tmp_path / "again"))
