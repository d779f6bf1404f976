from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tracer
from tracer.errors import DataError, OutputError, TracerError
from tracer.run.trace import ProgramTrace, default_sheets

TEMPLATE = """\
title = "Small"
iterations = 3
loss = "loss"
batch = 2
[given]
X = [[1, 2], [3, 4], [5, 6]]
v = [7, 8]
lr = 0.5
[parameters]
w = [[1], [2]]
k = 3
[[steps]]
number = "0a"
phase = "prepare"
equations = ["Z = X / 2"]
[[steps]]
equations = ["h = X @ w", "loss = sum(h)"]
[[steps]]
phase = "update"
equations = ["w = w - lr", "h = h * 2"]
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    file = tmp_path / "small.toml"
    file.write_text(TEMPLATE, "utf-8")
    return str(file)


@pytest.fixture
def small(path: str) -> ProgramTrace:
    return tracer.trace(path)


class TestArrays:
    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("X", (3, 2, 2)),
            ("v", (3, 2)),
            ("lr", (3,)),
            ("Z", (3, 3, 2)),
            ("w", (3, 2, 1)),
            ("k", (3,)),
            ("h", (3, 2, 1)),
            ("loss", (3,)),
        ],
    )
    def test_one_for_each_iteration(
        self, small: ProgramTrace, name: str, shape: tuple[int, ...]
    ) -> None:
        assert small[name].shape == shape

    def test_a_parameter_is_its_new_value_and_starts_from_the_one_before(
        self, small: ProgramTrace
    ) -> None:
        assert small["w"][:, 0, 0].tolist() == [0.5, 0, -0.5]
        assert small.start("w")[:, 0, 0].tolist() == [1, 0.5, 0]
        assert small["k"].tolist() == small.start("k").tolist() == [3, 3, 3]

    def test_a_computed_name_is_its_last_value_and_starts_as_its_first(
        self, small: ProgramTrace
    ) -> None:
        np.testing.assert_array_equal(small["h"], 2 * small.start("h"))

    def test_a_batch_and_the_whole(self, small: ProgramTrace) -> None:
        assert small["X"][:, :, 0].tolist() == [[1, 3], [5, 1], [3, 5]]
        assert small.start("X")[1].tolist() == [[1, 2], [3, 4], [5, 6]]

    def test_values(self, small: ProgramTrace) -> None:
        slot = small.program.newest("loss")
        assert small.values(slot, [3, 1]).tolist() == [small["loss"][2], small["loss"][0]]
        assert float(small.value(slot, 2)) == small["loss"][1]
        assert small.loss == (small["loss"][0], small["loss"][2])
        assert len(small.state(1)) == small.program.size

    def test_no_loss_named(self, tmp_path: Path) -> None:
        file = tmp_path / "t.toml"
        file.write_text('title = "t"\n[[steps]]\nequations = ["h = [1, 2]"]', "utf-8")
        assert tracer.trace(str(file)).loss is None

    @pytest.mark.parametrize("look", [ProgramTrace.__getitem__, ProgramTrace.start])
    def test_an_unknown_name(self, small: ProgramTrace, look: object) -> None:
        with pytest.raises(TracerError) as caught:
            look(small, "los")  # type: ignore[operator]
        assert str(caught.value) == (
            "'los' is not a quantity of this trace. Did you mean loss?"
            " Its quantities: X, v, lr, Z, w, k, h, loss."
        )


class TestFrame:
    def test_columns_and_rows(self, small: ProgramTrace) -> None:
        frame = small.frame()
        assert list(frame.columns) == ["iteration", "step", "quantity", "row", "column", "value"]
        assert [str(t) for t in frame.dtypes[["row", "column", "value"]]] == [
            "Int64",
            "Int64",
            "float64",
        ]
        before = frame[frame.iteration == 0]
        assert list(dict.fromkeys(zip(before.step, before.quantity, strict=True))) == [
            ("", "X"),
            ("", "v"),
            ("", "lr"),
            ("0a", "Z"),
            ("", "w"),
            ("", "k"),
        ]
        assert before[before.quantity == "w"].value.tolist() == [1, 2]
        for iteration in (1, 2, 3):
            after = frame[frame.iteration == iteration]
            assert list(dict.fromkeys(zip(after.step, after.quantity, strict=True))) == [
                ("2", "h"),
                ("2", "loss"),
                ("3", "w"),
                ("3", "h"),
            ]
        assert frame.iteration.is_monotonic_increasing

    def test_indices_count_from_1(self, small: ProgramTrace) -> None:
        frame = small.frame()

        def places(name: str) -> list[tuple[object, ...]]:
            found = frame[(frame.iteration == 0) & (frame.quantity == name)]
            rows = found[["row", "column", "value"]].itertuples(index=False)
            return [tuple(None if pd.isna(x) else x for x in row) for row in rows]

        assert places("X")[:3] == [(1, 1, 1), (1, 2, 2), (2, 1, 3)]
        assert places("v") == [(None, 1, 7), (None, 2, 8)]
        assert places("lr") == [(None, None, 0.5)]

    def test_csv_round_trip(self, small: ProgramTrace, tmp_path: Path) -> None:
        path = small.to_csv(tmp_path / "out.csv")
        assert b"\r" not in path.read_bytes()
        types: dict[str, Any] = {"row": "Int64", "column": "Int64", "step": str}
        back = pd.read_csv(
            path, dtype=types, keep_default_na=False, na_values={"row": "", "column": ""}
        )
        pd.testing.assert_frame_equal(back, small.frame())

    def test_csv_is_not_overwritten(self, small: ProgramTrace, tmp_path: Path) -> None:
        path = small.to_csv(tmp_path / "out.csv")
        with pytest.raises(OutputError):
            small.to_csv(path)
        small.to_csv(path, force=True)


class TestTrace:
    def test_may_be_called_again_and_again(self, path: str) -> None:
        results = [tracer.trace(path, iterations=2)["loss"].tolist() for _ in range(3)]
        assert results[0] == results[1] == results[2]
        assert callable(tracer.trace)

    def test_names_of_the_package(self) -> None:
        assert issubclass(tracer.Trace, ProgramTrace)
        assert set(tracer.__all__) >= {"trace", "load_template", "template_names", "TracerError"}
        assert all(getattr(tracer, name) is not None for name in tracer.__all__)
        with pytest.raises(AttributeError, match="module 'tracer' has no attribute 'nothing'"):
            _ = tracer.nothing

    def test_takes_a_lesson_a_path_or_a_template(self, path: str) -> None:
        assert tracer.trace("ray").iterations == 1_000
        template = tracer.load_template(path)
        assert tracer.trace(template)["loss"].tolist() == tracer.trace(path)["loss"].tolist()

    def test_other_values(self, path: str) -> None:
        trace = tracer.trace(path, 1, lr=0.25, w=[[10], [20]])
        assert trace["w"][0].tolist() == [[9.75], [19.75]]
        assert trace.template.settings == ("lr changed", "w changed")
        assert tracer.trace(path, 1)["w"][0].tolist() == [[0.5], [1.5]]

    def test_rounds(self, path: str) -> None:
        assert tracer.trace(path, 2, decimals=0)["w"][:, 0, 0].tolist() == [1, 1]

    @pytest.mark.parametrize("iterations", [0, -1])
    def test_at_least_one_iteration(self, path: str, iterations: int) -> None:
        with pytest.raises(TracerError, match=r"^iterations must be a whole number from 1, not"):
            tracer.trace(path, iterations)

    @pytest.mark.parametrize(
        ("values", "message"),
        [
            (
                {"learning_rate": 1},
                (
                    "'learning_rate' is neither given nor a parameter of small."
                    " It has: X, v, lr, w, k."
                ),
            ),
            (
                {"lrr": 1},
                (
                    "'lrr' is neither given nor a parameter of small. Did you mean lr?"
                    " It has: X, v, lr, w, k."
                ),
            ),
            ({"w": [1, 2]}, "w is 2 × 1 in small, not vector of 2."),
            ({"lr": [0.1]}, "lr is number in small, not vector of 1."),
        ],
    )
    def test_wrong_values(self, path: str, values: dict[str, Any], message: str) -> None:
        with pytest.raises(DataError) as caught:
            tracer.trace(path, **values)
        assert str(caught.value) == message

    @pytest.mark.parametrize("value", [float("nan"), float("inf")], ids=str)
    def test_values_that_are_not_finite(self, path: str, value: float) -> None:
        with pytest.raises(TracerError, match="is not a finite number"):
            tracer.trace(path, lr=value)

    @pytest.mark.parametrize("value", ["fast", [[1], [2, 3]]], ids=str)
    def test_values_that_are_no_numbers(self, path: str, value: object) -> None:
        with pytest.raises(TracerError):
            tracer.trace(path, lr=value)

    def test_a_seed_that_changes_nothing(self, path: str) -> None:
        with pytest.raises(DataError, match="seed changes nothing"):
            tracer.trace(path, seed=3)


@pytest.mark.parametrize(
    ("iterations", "sheets"),
    [(1, [1]), (3, [1, 2, 3]), (5, [1, 2, 3, 4, 5]), (6, [1, 2, 3, 6]), (999, [1, 2, 3, 999])],
)
def test_default_sheets(iterations: int, sheets: list[int]) -> None:
    assert default_sheets(iterations) == sheets
