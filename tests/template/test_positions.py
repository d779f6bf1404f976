"""The line of every text of a file, against the file that says its own lines."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tracer
from tracer.errors import TemplateError
from tracer.template.lessons import folder
from tracer.template.positions import text_lines
from tracer.template.read import read_template

#: Files whose every text ends in the line that it begins on.
FILES = {
    "plain": 'a = "1"\nb = "x 2"\n',
    "a comment that looks like one": '# a = "7"\n\na = "3" # b = "9"\nb = "4"\n',
    "a list over several lines": 'a = [\n  "2",\n  # "7"\n  "4", "4",\n]\nb = "6"\n',
    "lists in lists": 'a = [["1", "1"],\n [["2"], []], [1, 2],\n "3"]\nb = "4"',
    "numbers, dates and words": "a = [1, 2.5, -inf]\nd = 1979-05-27 07:32:00\nt = true\nb = '4'\n",
    "tables": '[a]\nx = "2"\n[a.b]\nx = "4"\n["a b".c]\nx = "6"\n',
    "lists of tables": '[[s]]\ne = ["2"]\n[[s]]\ne = ["4", "4"]\n[s.t]\nx = "6"\n[[s]]\nx = "8"',
    "lists of tables in tables": '[[s]]\n[[s.t]]\nx = "3"\n[[s.t]]\nx = "5"\n'
    '[[s]]\n[[s.t]]\nx = "8"',
    "tables in a line": 'a = [{ x = "1", y = ["1"] }, { x = "1" }]\nb = { c.d = "2" }\n',
    "dotted and quoted keys": 'a.b."c.d" = "1"\n\'e\' . f = "2"\n"\\u0061b" = "3"',
    "texts over several lines": 'a = """\n2"""\nb = \'\'\'\n  4\'\'\'\nc = """5"""\nd = "6"',
    "quotes in texts": 'a = "say \\"hi\\" # [ 1"\nb = """2 "" \\""" 2"""\n'
    "c = '''3 ' \" 3'''\n"
    'd = """"4""""\n',
    "windows": 'a = "1"\r\n\r\nb = [\r\n"4"]\r\n',
    "a byte of its own": 'a = "ü 1"\n"ü" = "2"\n',
    "a dot between spaces": '[ a . b ]\nx="2"\n[[ c . d ]]\nx="4"\n',
}


def texts(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, item in items:
        if isinstance(item, str):
            yield (*place, key), item
        elif isinstance(item, dict | list):
            yield from texts(item, (*place, key))


@pytest.mark.parametrize("name", FILES)
def test_where_texts_stand(name: str) -> None:
    text = FILES[name]
    lines = text_lines(text)
    found = dict(texts(tomllib.loads(text)))
    assert set(found) == set(lines)
    assert {place: lines[place] for place in found} == {
        place: int("".join(c for c in said if c.isdigit())[-1]) for place, said in found.items()
    }


@pytest.mark.parametrize("path", sorted(folder().glob("*.toml")), ids=lambda path: path.stem)
def test_every_text_of_every_lesson_is_found(path: Path) -> None:
    text = path.read_text("utf-8")
    lines, rows = text_lines(text), text.splitlines()
    for place, said in texts(tomllib.loads(text)):
        first = said.strip().splitlines()[0][:20] if said.strip() else ""
        assert first in rows[lines[place] - 1].replace("\\", "").replace("\\\\", "\\") or any(
            c in first for c in '\\"'
        )


TWICE = """
title = "t"  # an old try: "z = x @ x"
helpers = ["f(a) = a",
           "g(a) = a ^ 2"]
[given]
x = [[1, 2]]
[[steps]]
equations = ["u = x", "z = x @ x"]
[[steps]]
equations = [
  "z = x @ x"]
"""


def test_faults_are_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "twice.toml"
    path.write_text(TWICE, encoding="utf-8")
    with pytest.raises(TemplateError) as caught:
        read_template(path).program()
    heads = [line for line in str(caught.value).splitlines() if "twice.toml" in line]
    assert [head.split(f"{path}, ")[1].split(":")[0] for head in heads] == [
        "line 4",
        "line 8",
        "line 11",
    ]


def test_lessons_keep_the_lines_of_their_equations() -> None:
    ray = tracer.load_template("ray")
    rows = ray.path.read_text("utf-8").splitlines()
    for step in ray.steps:
        for place, equation in enumerate(step.equations):
            assert equation in rows[(step.line(place) or 0) - 1]
