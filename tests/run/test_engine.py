from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracer.errors import RunError, TracerError
from tracer.language.functions import Array, round_nearly
from tracer.program.compile import check
from tracer.program.model import Batch, Program, Step
from tracer.run.engine import Record, run
from tracer.run.machine import Machine, schedule
from tracer.run.trace import brief_slots, trace_template
from tracer.template.lessons import load_template
from tracer.template.read import read_template
from tracer.template.template import Template

Values = dict[str, Array]


def program(
    *equations: str | tuple[str, str],
    values: dict[str, object],
    parameters: Sequence[str] = (),
    loss: str | None = None,
    batch: Batch | None = None,
    decimals: int | None = None,
) -> tuple[Program, Values]:
    """Return a checked program and its values; a step is `equation` or `(phase, equation)`."""
    arrays = {name: np.array(value, dtype=np.float64) for name, value in values.items()}
    pairs = [item if isinstance(item, tuple) else ("forward", item) for item in equations]
    steps = [Step(str(i), f"Title {i}", phase, (text,)) for i, (phase, text) in enumerate(pairs, 1)]
    shapes = {name: array.shape for name, array in arrays.items()}
    made = check(
        source="t.toml",
        steps=steps,
        given={n: s for n, s in shapes.items() if n not in parameters},
        parameters={n: s for n, s in shapes.items() if n in parameters},
        loss=loss,
        batch=batch,
    )
    return replace(made, decimals=decimals), arrays


def column(record: Record, made: Program, name: str) -> Array:
    """Return a quantity's newest value in every iteration kept in full."""
    slot = made.newest(name)
    low = slot.offset - made.record_from
    return record.full[:, low : low + slot.size].reshape(-1, *slot.shape)


def ray_by_hand(template: Template, iterations: int) -> dict[str, list[Array]]:
    """Ray's network as the article programs it."""
    X, y, lr = (template.given[n] for n in ("X", "y", "lr"))  # noqa: N806
    wh, bh, wout, bout = (template.parameters[n].copy() for n in ("wh", "bh", "wout", "bout"))
    seen: dict[str, list[Array]] = {}
    for _ in range(iterations):
        hidden_layer_input = np.dot(X, wh) + bh
        hidden = 1 / (1 + np.exp(-hidden_layer_input))
        output = 1 / (1 + np.exp(-(np.dot(hidden, wout) + bout)))
        error = y - output
        loss = np.sum(error**2) / 2
        d_output = error * (output * (1 - output))
        d_hidden = d_output.dot(wout.T) * (hidden * (1 - hidden))
        wout = wout + hidden.T.dot(d_output) * lr
        wh = wh + X.T.dot(d_hidden) * lr
        bh = bh + np.sum(d_hidden, axis=0, keepdims=True) * lr
        bout = bout + np.sum(d_output, axis=0, keepdims=True) * lr
        for name, value in (
            ("hidden_layer_input", hidden_layer_input),
            ("output", output),
            ("loss", loss),
            ("d_hiddenlayer", d_hidden),
            ("wout", wout),
            ("wh", wh),
            ("bh", bh),
            ("bout", bout),
        ):
            seen.setdefault(name, []).append(value)
    return seen


def assert_same(got: Array, wanted: Array | list[Array], name: str = "") -> None:
    """Two routines that add in another order may differ in the last bits, on some processors."""
    np.testing.assert_allclose(got, np.array(wanted), rtol=1e-11, atol=1e-13, err_msg=name)


def test_ray_is_the_articles_loop() -> None:
    template = load_template("ray")
    trace = trace_template(template, 500)
    for name, expected in ray_by_hand(template, 500).items():
        assert_same(trace[name], expected, name)


@pytest.mark.parametrize("count", [200, 201, 215, 1_003])
def test_iterations_side_by_side_are_those_one_after_the_other(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, values = program(
        "h = w * 0.5 + kept",
        "loss = sum(h)",
        ("update", "w = w * 0.9 + h / 7 + c"),
        ("update", "n = n + 1"),
        "after = w * n",
        values={"w": [1, 2], "c": 0.25, "kept": 3, "n": 0},
        parameters=["w", "kept", "n"],
        loss="loss",
    )
    fast = run(made, values, count)
    monkeypatch.setattr("tracer.run.engine.SHORTEST_FOR_REEL", count + 1)
    assert_same(fast.full, run(made, values, count).full)
    assert column(fast, made, "n")[-1] == count


def test_a_wide_state_is_kept_like_a_narrow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made, values = counter()
    options: dict[str, Any] = {"wanted": [7, 501], "brief": brief_slots(made), "most_kept": 2_500}
    narrow = run(made, values, 1_200, **options)
    told: list[int] = []
    monkeypatch.setattr("tracer.run.engine.WIDE", 1)
    wide = run(made, values, 1_200, progress=lambda count, loss: told.append(count), **options)
    for name in ("full_of", "full", "brief_of", "brief", "brief_at"):
        assert_same(getattr(wide, name), getattr(narrow, name), name)
    assert sum(told) == 1_200


@pytest.mark.parametrize("most_kept", [10_000_000, 2_500, 242])
@pytest.mark.parametrize("wide", [1, 4_096])
def test_a_stopped_run_is_one_of_fewer_iterations(
    most_kept: int, wide: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, values = counter()
    monkeypatch.setattr("tracer.run.engine.WIDE", wide)
    asked = iter([False, True])
    record = run(
        made,
        values,
        1_700,
        wanted=[7, 1_600],
        brief=brief_slots(made),
        most_kept=most_kept,
        stop=lambda: next(asked),
    )
    last = record.iterations
    assert last < 1_700
    assert record.full_of[-1] == record.brief_of[-1] == last
    assert record.brief_of.tolist() == sorted(set(record.brief_of.tolist()))
    fresh = run(made, values, last, wanted=[7], brief=brief_slots(made))
    for iteration, row in zip(record.full_of, record.full, strict=True):
        assert_same(row, fresh.full[iteration - 1])
    if record.brief.size:
        assert record.brief[:, 1].tolist() == record.brief_of.tolist()


def test_parameters_carry_over_and_computed_values_do_not() -> None:
    made, values = program(
        "h = w * 2", ("update", "w = w + h"), "after = w", values={"w": 1}, parameters=["w"]
    )
    record = run(made, values, 4)
    assert column(record, made, "h").tolist() == [2, 6, 18, 54]
    assert column(record, made, "w").tolist() == [3, 9, 27, 81]
    assert column(record, made, "after").tolist() == [3, 9, 27, 81]
    assert values["w"] == 1


def test_picked_numbers_follow_the_iterations() -> None:
    made, values = program(
        "h = w[0] + [w[1], 1][0]",
        ("update", "w = w * w[1]"),
        values={"w": [1, 2]},
        parameters=["w"],
    )
    record = run(made, values, 3)
    assert column(record, made, "h").tolist() == [3, 2 + 4, 8 + 16]


def test_prepared_values_are_computed_once() -> None:
    made, values = program(
        ("prepare", "Z = X / max(X)"),
        "h = Z * w",
        ("update", "w = w + 1"),
        values={"X": [1, 2, 4], "w": 1},
        parameters=["w"],
    )
    machine = Machine(made, values)
    assert (len(machine.prepare), len(machine.iterate)) == (2, 2)
    record = run(made, values, 2)
    assert column(record, made, "h").tolist() == [[0.25, 0.5, 1], [0.5, 1, 2]]
    slot = made.newest("Z")
    assert record.constant[slot.offset : slot.offset + 3].tolist() == [0.25, 0.5, 1]
    assert "Z" not in {s.name for s in made.slots if s.offset >= made.record_from}


def test_every_result_is_rounded() -> None:
    made, values = program(
        ("prepare", "Z = X / 3"),
        "h = Z * w",
        ("update", "w = w - h[0] / 7"),
        values={"X": [1, 2], "w": 1.005},
        parameters=["w"],
        decimals=2,
    )

    def by_hand(x: object) -> Array:
        rounded = np.array(x, dtype=np.float64)
        round_nearly(rounded, 2, rounded)
        return rounded

    record = run(made, values, 3)
    z, w = by_hand([1 / 3, 2 / 3]), np.array(1.005)
    for iteration in range(3):
        h = by_hand(z * w)
        w = by_hand(w - h[0] / 7)
        assert_same(column(record, made, "h")[iteration], h)
        assert_same(column(record, made, "w")[iteration], w)
    assert record.constant[made.newest("Z").offset] == 0.33


class TestBatches:
    X = (np.arange(10.0) * 10).reshape(5, 2)

    def rows(self, iterations: int, **options: object) -> list[list[float]]:
        batch = Batch(**{"size": 2, "names": ("X",), **options})  # type: ignore[arg-type]
        made, values = program("h = X[:, 0]", values={"X": self.X}, batch=batch)
        record = run(made, values, iterations)
        assert record.schedule is not None
        assert column(record, made, "X").shape == (iterations, batch.size, 2)
        found: list[list[float]] = (column(record, made, "h") / 20).tolist()
        assert found == record.schedule.tolist()
        return found

    def test_in_order_as_an_endless_stream(self) -> None:
        assert self.rows(5) == [[0, 1], [2, 3], [4, 0], [1, 2], [3, 4]]

    def test_one_row_at_a_time(self) -> None:
        assert self.rows(6, size=1) == [[0], [1], [2], [3], [4], [0]]

    def test_all_rows(self) -> None:
        assert self.rows(2, size=5) == [[0, 1, 2, 3, 4]] * 2

    def test_shuffled_differs_and_repeats_with_the_seed(self) -> None:
        first = self.rows(5, shuffled=True, seed=3)
        assert first == self.rows(5, shuffled=True, seed=3)
        assert first != self.rows(5, shuffled=True, seed=4)
        assert first != self.rows(5)

    def test_columns_and_several_arrays_together(self) -> None:
        made, values = program(
            "h = X - y",
            values={"X": self.X.T, "y": self.X.T[:1]},
            batch=Batch(2, ("X", "y"), axis=1, shuffled=True, seed=1),
        )
        record = run(made, values, 5)
        assert (column(record, made, "h")[:, 0] == 0).all()
        assert (column(record, made, "h")[:, 1] == 10).all()

    @given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 40), st.integers(0, 99))
    def test_each_shuffled_pass_uses_every_sample_once(
        self, samples: int, size: int, iterations: int, seed: int
    ) -> None:
        size = min(size, samples)
        order = schedule(Batch(size, ("X",), 0, True, seed), samples, iterations)
        assert order.shape == (iterations, size)
        stream = order.ravel().tolist()
        for start in range(0, len(stream), samples):
            part = stream[start : start + samples]
            assert len(set(part)) == len(part)
            assert set(part) <= set(range(samples))
        straight = schedule(Batch(size, ("X",)), samples, iterations).ravel()
        assert straight.tolist() == [i % samples for i in range(iterations * size)]

    def test_an_array_with_a_length_of_its_own_cycles(self) -> None:
        made, values = program(
            "h = X[:, 0] + M",
            values={"X": self.X * 0, "M": np.arange(7.0)},
            batch=Batch(3, ("X",), shuffled=True, cycle=(("M", 3),)),
        )
        found = column(run(made, values, 4), made, "h").tolist()
        assert found == [[0, 1, 2], [3, 4, 5], [6, 0, 1], [2, 3, 4]]

    def test_a_cycle_shorter_than_a_batch(self) -> None:
        made, values = program(
            "h = X[0] + M",
            values={"X": self.X.T * 0, "M": np.array([[5.0, 6.0]])},
            batch=Batch(3, ("X",), axis=1, cycle=(("M", 3),)),
        )
        found = column(run(made, values, 2), made, "h").tolist()
        assert found == [[[5, 6, 5]], [[6, 5, 6]]]

    def test_a_cycle_that_takes_more_rows_than_a_batch(self) -> None:
        made, values = program(
            "h = M.T + X[0, 0]",
            values={"X": self.X * 0, "M": np.arange(7.0)[:, None]},
            batch=Batch(1, ("X",), cycle=(("M", 3),)),
        )
        found = column(run(made, values, 3), made, "h").tolist()
        assert found == [[[0, 1, 2]], [[3, 4, 5]], [[6, 0, 1]]]

    def test_nothing_but_cycles(self) -> None:
        batch = Batch(0, (), cycle=(("M", 1), ("N", 2)))
        masks, numbers = np.array([[1.0], [2.0]]), np.array([10.0, 20.0, 30.0])
        made, known = program("h = M[0, 0] + N", values={"M": masks, "N": numbers}, batch=batch)
        found = column(run(made, known, 3), made, "h").tolist()
        assert found == [[11, 21], [32, 12], [21, 31]]

    def test_an_order_that_is_written_out_is_repeated(self) -> None:
        rows = self.rows(4, order=(3, 0, 0, 2, 4))
        assert rows == [[3, 0], [0, 2], [4, 3], [0, 0]]

    def test_a_longer_run_begins_like_a_shorter_one(self) -> None:
        batch = Batch(2, ("X",), 0, True, 7)
        np.testing.assert_array_equal(schedule(batch, 5, 4), schedule(batch, 5, 40)[:4])


def counter(**options: object) -> tuple[Program, Values]:
    """Return a program whose parameter n counts the iterations, beside ballast."""
    return program(
        "ballast = zeros_like(X) + n",
        "loss = n * 2",
        ("update", "n = n + 1"),
        values={"X": np.zeros(20), "n": 0},
        parameters=["n"],
        loss="loss",
    )


class TestWhatIsKept:
    def test_everything_while_it_fits(self) -> None:
        made, values = counter()
        record = run(made, values, 30, most_kept=30 * 23)
        assert record.full_of.tolist() == record.brief_of.tolist() == list(range(1, 31))
        assert record.full.shape == (30, 23)
        assert column(record, made, "n").tolist() == list(range(1, 31))

    def test_a_long_run_keeps_wanted_iterations_and_little_of_the_others(self) -> None:
        made, values = counter()
        record = run(made, values, 1_200, wanted=[7, 501], brief=brief_slots(made), most_kept=2_500)
        assert record.full_of.tolist() == [1, 7, 501, 1_200]
        assert column(record, made, "ballast")[:, 0].tolist() == [0, 6, 500, 1_199]
        assert record.brief_of.tolist() == list(range(1, 1_201))
        assert record.brief.tolist() == [[2 * (i - 1), i] for i in range(1, 1_201)]

    def test_a_very_long_run_is_thinned_evenly(self) -> None:
        made, values = counter()
        record = run(made, values, 1_205, wanted=[55], brief=brief_slots(made), most_kept=242)
        assert record.brief_of.tolist() == sorted({1, 54, 55, 1_205, *range(10, 1_206, 10)})
        assert record.brief[:, 1].tolist() == record.brief_of.tolist()
        assert record.full_of.tolist() == [1, 55, 1_205]

    def test_a_trace_says_what_was_not_kept(self, tmp_path: Path) -> None:
        template = _counting(tmp_path)
        trace = trace_template(template, 1_205, most_kept=242)
        slot = trace.program.newest("n")
        assert trace.values(slot, [10, 20, 1_205]).tolist() == [10, 20, 1_205]
        with pytest.raises(KeyError) as missing:
            trace.values(slot, [10, 11, 12])
        assert missing.value.args == (11,)
        with pytest.raises(TracerError) as caught:
            trace["ballast"]
        assert str(caught.value) == (
            "ballast was not kept for iteration 4: the run is too long to keep every number."
            " Trace fewer iterations."
        )
        with pytest.raises(KeyError):
            trace.state(4)
        assert trace.state(3).shape == (trace.program.size,)
        assert trace.loss == (0, 2_408)
        assert trace.frame()["iteration"].unique().tolist() == [0, 1, 2, 3, 1_205]

    @pytest.mark.parametrize("wanted", [0, 1_300])
    def test_wanted_iterations_that_are_not_run(self, wanted: int) -> None:
        made, values = counter()
        record = run(made, values, 1_200, wanted=[wanted], most_kept=10)
        assert record.full_of.tolist() == [1, 1_200]

    def test_the_loss_of_a_long_run_that_ended_early(self, tmp_path: Path) -> None:
        template = _counting(tmp_path, "h = 1 / (456 - n)")
        trace = trace_template(template, 1_205, most_kept=242, until_error=True)
        assert trace.loss == (0, 2 * (trace.iterations - 1))


def _counting(folder: Path, *more: str) -> Template:
    path = folder / "counting.toml"
    equations = ["ballast = zeros_like(X) + n", "loss = n * 2", *more, "n = n + 1"]
    path.write_text(
        f'title = "t"\nloss = "loss"\n[given]\nX = {[0] * 20}\n[parameters]\nn = 0\n'
        f"[[steps]]\nequations = {equations}\n",
        "utf-8",
    )
    return read_template(path)


#: equations over w → what is wrong, in iteration 3 of w = 1, 2, 3, …
NOT_FINITE = {
    "h = 1 / (w - 3)": 'iteration 3, step 1 "Title 1": h is infinite (h = 1 / (w - 3)).',
    "h = log(2 - w)": 'iteration 3, step 1 "Title 1": h is not a number (NaN) (h = log(2 - w)).',
    "h = [1, w, sqrt(2 - w)]": (
        'iteration 3, step 1 "Title 1": element 3 of h is not a number (NaN)'
        " (h = [1, w, sqrt(2 - w)])."
    ),
    "h = [[1, 2], [3, exp(300 * w)]]": (
        'iteration 3, step 1 "Title 1": element 2, 2 of h is infinite'
        " (h = [[1, 2], [3, exp(300 * w)]])."
    ),
}
_LATER = " A smaller learning rate may keep the numbers finite."
_INFINITE = " Look for a division by zero, or numbers that grow too large."


class TestNumbersThatAreNone:
    @pytest.mark.parametrize("equation", NOT_FINITE)
    def test_message(self, equation: str) -> None:
        made, values = program(
            equation, ("update", "w = w + 1"), "after = h * 2", values={"w": 1}, parameters=["w"]
        )
        with pytest.raises(RunError) as caught:
            run(made, values, 5)
        assert str(caught.value) == NOT_FINITE[equation] + _LATER
        assert caught.value.iteration == 3

    def test_in_the_first_iteration(self) -> None:
        made, values = program("h = 9**9**9 * w", values={"w": 0})
        with pytest.raises(RunError) as caught:
            run(made, values, 5)
        assert str(caught.value) == (
            'iteration 1, step 1 "Title 1": h is not a number (NaN) (h = 9**9**9 * w).'
            " On the way, 9 ^ (9 ^ 9) is infinite, and spreadsheets can't go on with it."
        )

    def test_what_numpy_would_go_on_with(self) -> None:
        made, values = program(
            "h = 1 / (1 + exp(-w))", ("update", "w = w - 450"), values={"w": 0}, parameters=["w"]
        )
        with pytest.raises(RunError) as caught:
            run(made, values, 5)
        assert str(caught.value) == (
            'iteration 3, step 1 "Title 1": h is not a number (NaN) (h = 1 / (1 + exp(-w))).'
            " On the way, exp(−(−900)) is infinite, and spreadsheets can't go on with it."
        )

    def test_of_many_numbers_few_are_shown(self) -> None:
        made, values = program("h = minimum(sum(X), w)", values={"X": [1.7e308] * 9, "w": 0})
        with pytest.raises(RunError, match=r"1.7e\+308 \+ 1.7e\+308 \+ .* is infinite"):
            run(made, values, 1)

    def test_before_training(self) -> None:
        made, values = program(("prepare", "Z = X / (X - 1)"), "h = Z", values={"X": [[2, 1]]})
        with pytest.raises(RunError) as caught:
            run(made, values, 5)
        assert str(caught.value) == (
            'before training, step 1 "Title 1": element 1, 2 of Z is infinite (Z = X / (X - 1)).'
            + _INFINITE
        )
        assert caught.value.iteration == 0

    def test_an_update_is_named_as_the_sheets_name_it(self) -> None:
        made, values = program(("update", "w = w * w"), values={"w": 1e10}, parameters=["w"])
        with pytest.raises(RunError, match=r'iteration 5, step 1 "Title 1": w \(new\) is infinite'):
            run(made, values, 50)

    def test_large_numbers_whose_sum_overflows_are_fine(self) -> None:
        made, values = program("h = X", values={"X": [1.7e308, 1.7e308]})
        assert run(made, values, 2).full.shape == (2, 2)

    @pytest.mark.parametrize("most_kept", [10_000_000, 10])
    def test_until_error_keeps_what_was_before(self, most_kept: int) -> None:
        made, values = program(
            "h = 1 / (w - 700)", ("update", "w = w + 1"), values={"w": 1}, parameters=["w"]
        )
        record = run(made, values, 2_000, until_error=True, most_kept=most_kept)
        assert record.iterations == 699
        assert np.isfinite(record.full).all()
        assert record.full_of.max() <= 699
        assert len(record.full) == len(record.full_of)
        assert len(record.brief) == len(record.brief_of)

    def test_until_error_with_nothing_before_it_raises(self) -> None:
        made, values = program("h = 1 / w", values={"w": 0})
        with pytest.raises(RunError, match="iteration 1"):
            run(made, values, 5, until_error=True)

    def test_the_schedule_ends_with_the_run(self) -> None:
        made, values = program(
            "h = 1 / (w - 3)",
            "g = X",
            ("update", "w = w + 1"),
            values={"w": 1, "X": [[1], [2]]},
            parameters=["w"],
            batch=Batch(1, ("X",)),
        )
        record = run(made, values, 9, until_error=True)
        assert record.schedule is not None
        assert record.schedule.tolist() == [[0], [1]]


def test_progress_is_told_with_the_loss() -> None:
    made, values = counter()
    told: list[tuple[int, float | None]] = []
    run(made, values, 1_100, progress=lambda *news: told.append(news))
    assert told == [(500, 998), (500, 1_998), (100, 2_198)]
    made, values = program("h = X", values={"X": 1})
    run(made, values, 1, progress=lambda *news: told.append(news))
    assert told[-1] == (1, None)
