"""Finding lessons by name and templates by path; what the commands print about them."""

from __future__ import annotations

from pathlib import Path

import pytest

import tracer
from tracer.commands.listing import describe, size
from tracer.errors import TemplateError
from tracer.template.lessons import find_template, folder, template_names

LESSONS = {
    *("ray", "ray-step7", "ray-r", "ray-columns", "ray-columns-training", "ray-moons", "ray-blobs"),
    *("perceptron-threshold", "perceptron-weights", "perceptron-bias", "two-class"),
    *("two-class-as-coded", "two-class-rows", "two-class-matrix", "exam-scores", "exam-hand"),
    *("loy", "diary-linear", "diary-logistic", "diary-two-layer", "diary-n-layer", "diary-mnist"),
}


def test_every_system_of_the_articles_has_a_lesson() -> None:
    assert set(template_names()) >= LESSONS


@pytest.mark.parametrize("name", template_names())
def test_every_lesson_says_what_it_is(name: str) -> None:
    template = tracer.load_template(name)
    assert template.title and template.about and template.network
    assert template.source
    assert all(step.explain for step in template.steps)


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ray", folder() / "ray.toml"),
        ("my.toml", Path("my.toml")),
        ("a/b", Path("a/b")),
        ("C:\\x\\y.toml", Path("C:\\x\\y.toml")),
    ],
)
def test_names_and_paths(name: str, path: Path) -> None:
    assert find_template(name) == path


def test_an_unknown_name_gets_the_nearest_ones() -> None:
    with pytest.raises(TemplateError, match="Did you mean exam-scores"):
        find_template("exam-score")


def test_a_description_has_no_endless_lines_of_numbers() -> None:
    loaded = tracer.load_template("ray-moons")
    text = describe(loaded, loaded.program())
    assert "1000 × 2, moons.csv" in text
    assert len(text) < 8_000


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_000, "1 kB"), (46_800, "46.8 kB"), (7e6, "7 MB")],
)
def test_sizes(count: float, text: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    with path.open("wb") as stream:
        stream.truncate(int(count))
    assert size(path) == text
