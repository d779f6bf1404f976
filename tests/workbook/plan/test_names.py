"""Names of ranges: ones that Excel takes in any of its languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.workbook.made import make
from tracer.template.read import read_template
from tracer.workbook.plan.names import refused, safe_names


@pytest.mark.parametrize(
    ("name", "is_refused"),
    [
        *((name, False) for name in ("lr", "X", "y", "wh", "hidden_1", "ABCD1", "Rows", "a")),
        *((name, False) for name in ("c_1", "C_FOO", "_c1", "layer1", "Z_wrt_W", "rows")),
        # Addresses, and what begins like one.
        *((name, True) for name in ("w1", "AB12", "XFD1", "r2", "C3", "b1", "R1C1")),
        *((name, True) for name in ("c1_", "R2D2", "C3PO", "r1_mean", "C2d", "rc1x", "w11_")),
        # The same in the notation of other languages.
        *((name, True) for name in ("z1_", "Z1S1", "s001_total", "Z2_wrt_W2", "l1_", "k5x")),
        *((name, True) for name in "CRZSLFKWOcrzslfkwo"),
        *((name, True) for name in ("rc", "ZS", "lc", "true", "False")),
    ],
)
def test_which_names_excel_refuses(name: str, is_refused: bool) -> None:
    assert refused(name) is is_refused


@pytest.mark.parametrize(
    ("names", "safe"),
    [
        (["lr", "wh"], ["lr", "wh"]),
        (["z1", "z2"], ["_z1", "_z2"]),
        (["X", "x"], ["X", "_x"]),
        (["_z1", "z1"], ["_z1", "__z1"]),
        (["S", "s", "_S"], ["_S", "__s", "___S"]),
        (["true", "TRUE"], ["_true", "__TRUE"]),
        (["a" * 300], ["a" * 247]),
        (["z1" + "a" * 300], ["_z1" + "a" * 245]),
    ],
)
def test_an_underscore_in_front_tells_names_apart(names: list[str], safe: list[str]) -> None:
    assert list(safe_names(names).values()) == safe


AWKWARD = ["c1", "r2", "r1_mean", "C2d", "z", "Z1_", "s001", "W", "k", "_c1", "true_rate", "AB12x"]
#: Once more beside the function under test: the letters of every language, and all that ends so.
AMISS = re.compile(r"(?i)[a-z]{1,3}[0-9]|[crzslfkwo]$|(true|false)$")


def test_a_template_with_awkward_names_gets_names_that_excel_takes(tmp_path: Path) -> None:
    given = "\n".join(f"{name} = [[{k}.5, 2]]" for k, name in enumerate(AWKWARD))
    steps = ", ".join(f'"{name}_ = {name} * 2"' for name in AWKWARD)
    text = f'title = "t"\n[given]\n{given}\n[[steps]]\nequations = [{steps}]\n'
    (tmp_path / "t.toml").write_text(text, "utf-8")
    book = make(read_template(tmp_path / "t.toml"), tmp_path / "t.xlsx").book
    scopes = [list(book.names), *(list(sheet.names) for sheet in book.sheets)]
    assert sum(map(len, scopes)) >= 2 * len(AWKWARD)
    for names in scopes:
        assert [name for name in names if AMISS.match(name)] == []
        assert len({name.casefold() for name in names}) == len(names)
