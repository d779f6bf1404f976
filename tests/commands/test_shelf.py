"""`tracer templates`: the lessons by article, in reading order; searching them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import tracer
from tracer.commands.main import main
from tracer.commands.shelf import MOST, shelf
from tracer.template.reading import Listed, Reading, by_heading, listed
from tracer.template.reading import _in_order as in_order


def call(*words: str) -> Result:
    return CliRunner().invoke(main, ["templates", *words])


def names(text: str) -> list[str]:
    """The lessons that a list names, from the top down."""
    return re.findall(r"^(?:▶|  )? ?([a-z][a-z0-9-]+)  ", text, re.MULTILINE)


def test_every_lesson_is_listed_in_reading_order() -> None:
    found = names(call().output)
    assert sorted(found) == tracer.template_names()
    assert found == [one.name for one in listed()]


def test_lessons_of_an_article_or_a_group_stand_under_it() -> None:
    text = call().output
    headings = [heading for heading, _ in by_heading(listed())]
    assert len(set(headings)) == len(headings) and "" not in headings
    places = [f"\n{' '.join(text.split())}".index(heading) for heading in headings]
    assert places == sorted(places)


def test_every_group_says_where_to_begin() -> None:
    for heading, group in by_heading(listed()):
        assert [one.reading.begin for one in group].count(True) == 1, heading
    assert "Begin with: tracer trace ladder-dot-product." in call().output


@pytest.mark.parametrize("width", [0, 50, 80, 100])
def test_nothing_is_cut_at_any_width(width: int) -> None:
    text = shelf(width)
    assert max(map(len, text.splitlines())) <= (width or 80) <= MOST
    flat = " ".join(text.split())
    for one in listed():
        assert one.title in flat and one.reading.part in flat and one.reading.heading in flat


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("backprop", "exam-hand exam-scores diary-linear rnn"),
        ("BACKPROP diary", "diary-linear diary-n-layer"),
        ("narrow valley", "optimizers"),
        ("ray-", "ray-step7 ray-moons"),
        ("softmax", "iris attention"),
    ],
)
def test_words_are_searched(words: str, found: str) -> None:
    done = call(*words.split())
    assert done.exit_code == 0, done.output
    assert f"No lesson is called “{words}”" in done.output
    assert set(found.split()) <= set(names(done.output)) < set(tracer.template_names())


def test_a_lesson_is_shown_rather_than_searched() -> None:
    assert call("rnn").output.startswith(tracer.load_template("rnn").title)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("zzz",), "there is no template 'zzz'."),
        (("rayy",), "Did you mean ray"),
        (("ernel",), "there is no template 'ernel'."),  # not in the middle of words
        (("softmax", "--derive"), "there is no template 'softmax'."),
        (("none.toml",), "there is no such file"),
    ],
)
def test_what_is_found_nowhere(words: tuple[str, ...], said: str) -> None:
    done = call(*words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_file_beside_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("softmax.toml").write_text("", "utf-8")
    done = call("softmax")
    assert done.exit_code == 2
    assert "for the file write softmax.toml" in done.output


def test_lessons_without_an_order_come_last_in_their_group() -> None:
    def lesson(name: str, article: str, order: int | None, group: str = "") -> Listed:
        return Listed(name, name, "", Reading(article, order=order, group=group))

    mixed = [
        *(lesson("a", "", 1), lesson("b", "B", None), lesson("c", "B", 20)),
        *(lesson("d", "A", 30), lesson("e", "A", 25), lesson("f", "B", None), lesson("g", "", 0)),
        *(lesson("h", "", None, "C"), lesson("i", "", 22, "C")),
    ]
    assert "".join(one.name for one in in_order(mixed)) == "cbfihedga"


def test_the_page_of_lessons_has_them_in_the_same_order() -> None:
    page = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text("utf-8")
    assert re.findall(r"^\| `([a-z0-9-]+)` \|", page, re.MULTILINE) == [o.name for o in listed()]
