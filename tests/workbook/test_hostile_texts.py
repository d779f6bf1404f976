"""Texts of a template that no file may hold as they are: every program must open the workbook."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tracer.commands.main import main

#: A text of each kind, and it stands wherever a template has a text.
TEXTS: dict[str, str] = {
    "long": '"L' * 200 + "x" * 1_600,
    "control characters": 'a\x01b\x0b\x1f\ufffe\uffff"&<>\r\n\t\x85\u2028',
    "private use": "\ue000\ue001zz\ue004\ue00f\ue010\ue011",
    "two units a sign": "😀" * 2_000,
    "markup": "]]>&amp;<a>_x000D_%s %d {0}",
}
NAME = "n" * 100
TEMPLATE = """
title = {text}
about = {text}
source = {text}
network = {text}
loss = "loss"
metrics = ["m"]
[given]
X = {{ file = "d.csv" }}
y = [[0.0], [1.0]]
[parameters]
{name} = [[0.5], [0.25]]
[headings]
y = [{text}]
[[steps]]
number = {text}
title = {text}
explain = {text}
equations = ["p = sigmoid(X @ {name})", "loss = mean((p - y) ** 2)"]
[[steps]]
phase = "update"
title = {text}
equations = ["{name} -= X.T @ (p - y)"]
[[steps]]
phase = "measure"
equations = ["m = sum(p)"]
[predict]
input = "X"
output = "p"
threshold = 0.5
target = "y"
names = [{text}, {text}]
[[published]]
place = {text}
quantity = "loss"
printed = "0.2"
note = {text}
[[errata]]
place = {text}
text = {text}
printed = {text}
[[pictures]]
place = {text}
text = {text}
"""
#: What Excel takes, in UTF-16's units; the rest of a pattern finds where it is said.
LONGEST = {
    r"<t(?: [^>]*)?>([^<]*)<": 32_767,
    r"<f(?: [^>]*)?>([^<]*)<": 8_192,
    r"<formula\d?>([^<]*)<": 8_192,
    r'\bprompt="([^"]*)"': 255,
    r'\bpromptTitle="([^"]*)"': 32,
    r'\berror="([^"]*)"': 255,
    r'\bdefinedName name="([^"]*)"': 255,
    r'<sheet [^>]*name="([^"]*)"': 31,
    r"<odd(?:Header|Footer)>([^<]*)<": 255,
}
LITERAL = re.compile(r'"((?:[^"]|"")*)"')


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parts(path: Path) -> Iterator[tuple[str, str]]:
    """Yield every part that is XML, as it is once it is read."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels", ".vml")):
                yield name, archive.read(name).decode("utf-8")


def entities(text: str) -> str:
    for sign, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#x27;", "'")):
        text = text.replace(sign, meant)
    return text.replace("&amp;", "&")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(kind: str) -> list[Path]:
    """Write a workbook and practice sheets of a template with such texts."""
    text = json.dumps(TEXTS[kind])
    if kind == "two units a sign":  # TOML has no pairs of surrogates
        text = f'"{TEXTS[kind]}"'
    Path("d.csv").write_text(f'"{TEXTS["markup"]}",b\n1,2\n2,1\n', "utf-8")
    Path("t.toml").write_text(TEMPLATE.format(text=text, name=NAME), "utf-8")
    for words in (
        ("trace", "t.toml", "-n", "2", "-o", "t.xlsx"),
        ("practice", "t.toml", "-o", "p.xlsx"),
        ("practice", "t.toml", "--assignment", "h.toml", "-o", "h.xlsx", "--due", TEXTS[kind]),
    ):
        done = CliRunner().invoke(main, words, catch_exceptions=False)
        assert done.exit_code == 0, done.output[-300:]
    return sorted(Path().glob("*.xlsx"))


@pytest.mark.parametrize("kind", TEXTS)
def test_every_part_is_xml_and_as_short_as_excel_takes_it(kind: str) -> None:
    for path in write(kind):
        for part, text in parts(path):
            ElementTree.fromstring(text)
            for pattern, longest in LONGEST.items():
                found = [entities(said) for said in re.findall(pattern, text)]
                long = [said[:80] for said in found if units(said) > longest]
                assert not long, (path.name, part, pattern)
                if longest == 8_192:
                    said = [one for formula in found for one in LITERAL.findall(formula)]
                    literals = [units(one.replace('""', '"')) for one in said]
                    assert max(literals, default=0) <= 255, (path.name, part)


def test_classes_of_long_names_can_be_learnt() -> None:
    first, second = ("a rather long answer " * 15 + end for end in ("no", "yes"))
    rows = "".join(f"{k},{k % 3},{(first, second)[k % 2]}\n" for k in range(8))
    Path("long.csv").write_text(f"a,b,y\n{rows}", "utf-8")
    for words in (
        ("new", "long.toml", "--data", "long.csv", "--target", "y"),
        ("trace", "long.toml", "-n", "2", "-o", "long.xlsx"),
    ):
        assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0
    for part, text in parts(Path("long.xlsx")):
        said = [entities(one) for one in re.findall(r"<f(?: [^>]*)?>([^<]*)<", text)]
        literals = [one for formula in said for one in LITERAL.findall(formula)]
        assert max((units(one.replace('""', '"')) for one in literals), default=0) <= 255, part
