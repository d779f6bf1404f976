"""Columns of 0 and 1 that add up to 1 are classes, and learn as one column of them does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.network.made import designed, templated
from tracer.errors import TracerError
from tracer.run.trace import trace_template

RESULTS = ("home", "draw", "away")
ROWS = [(k % 5, k * 7 % 4, (k * k + k // 4) % 3) for k in range(12)]


def _written(folder: Path, wrong: str = "") -> None:
    one = [f"{a},{b},{'012'[c]}" for a, b, c in ROWS]
    (folder / "one.csv").write_text("\n".join(["a,b,result", *one]) + "\n", "utf-8")
    hot = [f"{a},{b},{','.join('01'[c == k] for k in range(3))}" for a, b, c in ROWS]
    hot += [wrong] if wrong else []
    (folder / "hot.csv").write_text("\n".join([f"a,b,{','.join(RESULTS)}", *hot]) + "\n", "utf-8")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"task": "classes", "test": "4"},
        {"output_activation": "softmax", "loss": "categorical_cross_entropy"},
        {"output_activation": "sigmoid", "loss": "binary_cross_entropy", "batch": "5"},
        {"loss": "hinge"},
    ],
    ids=lambda options: " ".join(options.values()) or "usual",
)
def test_they_learn_the_same(options: dict[str, object], tmp_path: Path) -> None:
    _written(tmp_path)
    common = {**options, "iterations": "9"}
    hot = trace_template(templated(tmp_path, "hot.csv", target=RESULTS, **common))
    one = trace_template(
        templated(tmp_path, "one.csv", target=("result",), **{**common, "task": "classes"})
    )
    assert np.array_equal(hot["loss"], one["loss"])
    assert hot.template.predict is not None and hot.template.predict.names == RESULTS


def test_they_may_be_numbers_all_the_same(tmp_path: Path) -> None:
    _written(tmp_path)
    design = designed(tmp_path, "hot.csv", target=RESULTS, task="number")
    assert design.last.name == "identity" and not design.data.classes


@pytest.mark.parametrize("wrong", ["1,2,1,1,0", "1,2,0,0,0", "1,2,0.5,0.5,0"])
def test_what_adds_up_to_something_else_is_numbers(wrong: str, tmp_path: Path) -> None:
    _written(tmp_path, wrong)
    assert designed(tmp_path, "hot.csv", target=RESULTS).last.name == "identity"
    with pytest.raises(TracerError) as caught:
        designed(tmp_path, "hot.csv", target=RESULTS, task="classes")
    assert str(caught.value) == (
        "--task: classes stand in one column, or each class has a column of 0 and 1 that add up"
        " to 1 in every row; those of home, draw, away don't."
    )
    with pytest.raises(TracerError, match="or a column for each with 1 in the row's own"):
        designed(tmp_path, "hot.csv", target=RESULTS, output_activation="softmax")
