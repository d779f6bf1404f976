"""Programs that are read, beside the same programs run by Python itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.code.beside import run
from tracer import trace
from tracer.code.read import read

PROGRAMS = Path(__file__).parent / "programs"

#: Where each program keeps what it trains, and the line of the loop that does.
TRAINED: dict[str, tuple[int, dict[str, str]]] = {
    "flat": (12, {"w1": "w1", "b1": "b1", "w2": "w2", "b2": "b2"}),
    "objects": (
        37,
        {"layers_0_weights": "net.layers[0].weights", "layers_0_bias": "net.layers[0].bias"},
    ),
    "rows": (10, {"weights": "weights", "bias": "bias"}),
    "momentum": (10, {"w": "params['w']", "b": "params['b']"}),
    "softmax": (8, {"W": "W"}),
    "squeezed": (12, {"W": "W"}),
    "aliases": (10, {"first": "first", "second": "second"}),
}
LOSS: dict[str, str | None] = {
    "flat": "loss",
    "objects": "losses",
    "rows": "loss",
    "momentum": "cost",
    "aliases": "loss",
    "softmax": "loss",
    "squeezed": "loss",
}


@pytest.mark.parametrize("name", TRAINED)
def test_a_program_that_is_read_trains_to_its_own_numbers(name: str) -> None:
    path = PROGRAMS / f"{name}.py"
    line, places = TRAINED[name]
    found = read(path)
    names = run(path)
    assert found.read.loop.key[1] == line
    assert found.template.loss == LOSS[name]
    traced = trace(found.template)
    for parameter, place in places.items():
        real = np.asarray(eval(place, names), float)
        assert traced[parameter][-1] == pytest.approx(real, rel=1e-9, abs=1e-12), parameter


def test_a_second_reading_of_what_was_written_is_the_same(tmp_path: Path) -> None:
    from tracer.template.read import read_template
    from tracer.template.write import template_text

    found = read(PROGRAMS / "flat.py").template
    path = tmp_path / "flat.toml"
    path.write_text(template_text(found), "utf-8")
    again = read_template(path)
    assert [s.equations for s in again.steps] == [s.equations for s in found.steps]
    assert trace(again)["w1"] == pytest.approx(trace(found)["w1"], rel=1e-12)


def test_steps_say_which_lines_they_are() -> None:
    steps = read(PROGRAMS / "flat.py").template.steps
    assert [(s.title, s.phase, s.explain, s.lines) for s in steps] == [
        ("Forward pass", "forward", "Lines 13 to 15 of flat.py.", (13, 14, 15)),
        ("Backward pass", "backward", "Lines 16 to 17 of flat.py.", (16, 17)),
        ("Update", "update", "Lines 18 to 21 of flat.py.", (18, 19, 20, 21)),
    ]


def test_what_is_told_of_a_reading() -> None:
    *said, proved = read(PROGRAMS / "flat.py").said()
    assert said == [
        "flat.py, line 12: the loop that trains, 60 iterations",
        "parameters: w1 [2 × 3], b1 [3], w2 [3 × 1], b2 a number",
        "given: X [4 × 2], y [4 × 1], rate a number",
        "loss: loss (line 15)",
        "left out: print (line 23)",
    ]
    assert proved.startswith("after 60 iterations its numbers are the program's own (largest")
