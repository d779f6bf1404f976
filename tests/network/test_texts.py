"""Columns of texts are inputs: a column of 0 and 1 for each text, made by a visible step."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.network.made import designed, templated
from tracer.errors import DataError
from tracer.run.trace import trace_template
from tracer.template.read import read_template

#: A table, and the inputs that come of it: names and numbers.
TABLES: dict[str, tuple[str, tuple[str, ...], list[list[float]]]] = {
    "texts alone": (
        "pet,y\ncat,1\ndog,2\ncat,3\n",
        ("pet=cat", "pet=dog"),
        [[1, 0], [0, 1], [1, 0]],
    ),
    "between numbers": (
        "a,pet,b,y\n2,dog,5,1\n3,cat,6,2\n",
        ("a", "pet=cat", "pet=dog", "b"),
        [[2, 0, 1, 5], [3, 1, 0, 6]],
    ),
    "two beside each other": (
        "pet,yes,y\ndog,NA,1\ncat,none,2\neel,NA,3\n",
        ("pet=cat", "pet=dog", "pet=eel", "yes=NA", "yes=none"),
        [[0, 1, 0, 1, 0], [1, 0, 0, 0, 1], [0, 0, 1, 1, 0]],
    ),
}


@pytest.mark.parametrize("scale", ["none", "max", "standardise"])
@pytest.mark.parametrize("case", TABLES)
def test_a_column_for_each_text(case: str, scale: str, tmp_path: Path) -> None:
    content, names, expected = TABLES[case]
    (tmp_path / "d.csv").write_text(content, "utf-8")
    design = designed(tmp_path, "d.csv", target=("y",))
    assert (design.data.inputs, design.data.x.tolist()) == (names, expected)
    trace = trace_template(templated(tmp_path, "d.csv", target=("y",), scale=scale), 9)
    x = np.array(expected)
    scaled = {
        "none": x,
        "max": x / x.max(axis=0),
        "standardise": (x - x.mean(axis=0)) / x.std(axis=0),
    }[scale]
    assert trace["X"][0] == pytest.approx(scaled)
    assert trace["loss"][-1] < trace["loss"][0]


def test_the_step_says_what_its_columns_are(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text(TABLES["between numbers"][0], "utf-8")
    made = templated(tmp_path, "d.csv", target=("y",))
    assert made.given["inputs"].tolist() == [[2, 1, 5], [3, 0, 6]]
    assert made.headings["inputs"] == ("a", "pet", "b")
    assert made.steps[0].explain == (
        "pet: cat is 0, dog is 1. Each text has a column of its own: 1 where the row says it, else"
        " 0. The columns are a, pet=cat, pet=dog, b."
    )


def test_test_rows_have_the_same_columns(tmp_path: Path) -> None:
    rows = "".join(f"{k},{'xyz'[k % 3]},{k}\n" for k in range(12))
    (tmp_path / "d.csv").write_text(f"a,k,y\n{rows}", "utf-8")
    trace = trace_template(templated(tmp_path, "d.csv", target=("y",), test="4", scale="max"), 2)
    assert trace["X"].shape[1:] == (8, 4) and trace["X_test"].shape[1:] == (4, 4)
    assert (trace["X_test"][0][:, 1:].sum(axis=1) == 1).all()


def test_names_are_left_out(tmp_path: Path) -> None:
    rows = "".join(f"n{k},{k},{k}\n" for k in range(31))
    (tmp_path / "d.csv").write_text(f"name,a,y\n{rows}", "utf-8")
    design = designed(tmp_path, "d.csv", target=("y",))
    assert design.data.inputs == ("a",)
    assert [design.say.say(note) for note in design.data.notes] == [
        "d.csv: left out, having more than 30 different texts: 'name'."
    ]


def test_a_text_of_no_class_is_named(tmp_path: Path) -> None:
    (tmp_path / "d.csv").write_text("a,pet,y\n1,cat,1\n2,dog,2\n", "utf-8")
    templated(tmp_path, "d.csv", target=("y",))
    (tmp_path / "d.csv").write_text("a,pet,y\n1,cat,1\n2,eel,2\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_template(tmp_path / "t.toml")
    assert "row 3, column 'pet': 'eel' is not one of the classes cat, dog." in str(caught.value)
