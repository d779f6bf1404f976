"""The package as Python sees it: its names, and messages in Python's words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import tracer
from tests.api.said import says_in_one_line
from tracer.api.python_words import in_python

PUBLIC = (
    *("Template", "Trace", "TracerError", "__version__", "check", "grade", "load_template"),
    *("new", "practice", "read", "template_names", "trace", "verify"),
)


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_its_names_are_the_public_ones() -> None:
    assert tuple(dir(tracer)) == PUBLIC == tuple(sorted(tracer.__all__))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = tracer.nope


@pytest.mark.parametrize("first", ["", "import tracer.verify.findings; import tracer.practice; "])
def test_functions_stay_where_rooms_have_their_names(first: str) -> None:
    program = (
        f"{first}import tracer; found = [getattr(tracer, name) for name in tracer.__all__];"
        " assert all(callable(one) or one == tracer.__version__ for one in found), found"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


@pytest.mark.parametrize("name", PUBLIC)
def test_what_is_public_says_what_it_is(name: str) -> None:
    assert name == "__version__" or getattr(tracer, name).__doc__


@pytest.mark.parametrize(
    ("command", "python"),
    [
        ("a.xlsx: the file exists; --force replaces it.", "a.xlsx: the file exists; force=True"),
        ("--output-activation: no.", "output_activation: no."),
        ("use identity, or --task classes.", "use identity, or task classes."),
        ("a--b and -x stay; so does --", "a--b and -x stay; so does --"),
        ("'tracer templates' lists them;", "tracer.template_names() lists them;"),
    ],
)
def test_messages_speak_python(command: str, python: str) -> None:
    assert in_python(command).startswith(python)


def _array(*shape: int) -> np.ndarray:
    return np.zeros(shape)


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "half an iteration": (
        lambda: tracer.trace("ray", iterations=2.5),  # type: ignore[arg-type]
        "iterations must be a whole number from 1, not 2.5.",
    ),
    "no iteration": (lambda: tracer.trace("ray", 0), "iterations must be a whole number from 1,"),
    "True": (lambda: tracer.trace("ray", True), "iterations must be a whole number from 1, not Tr"),
    "a text": (
        lambda: tracer.trace("ray", "3"),  # type: ignore[arg-type]
        "iterations must be a whole number from 1, not '3'.",
    ),
    "decimals": (lambda: tracer.trace("ray", 1, decimals=-1), "decimals must be a whole number fr"),
    "seed": (lambda: tracer.trace("loy", 1, seed=-1), "seed must be a whole number from 0 to 4,"),
    "no template": (
        lambda: tracer.trace(5),  # type: ignore[arg-type]
        "5 is no template: give a lesson's name, a path, or a loaded one.",
    ),
    "a seed too late": (
        lambda: tracer.trace(tracer.load_template("loy"), 1, seed=2),
        "seed: a loaded template has drawn its numbers; load it with a seed.",
    ),
    "unknown": (lambda: tracer.trace("rey"), "there is no template 'rey'. Did you mean ray"),
    "unknown, too": (lambda: tracer.load_template("rey"), "there is no template 'rey'. Did you m"),
    "a value": (lambda: tracer.trace("ray", lr="x"), "lr: 'x' is not a number."),
    "a shape": (lambda: tracer.trace("ray", wh=_array(3)), "wh is 4 × 3 in ray, not vector of 3."),
    "a row for a column": (
        lambda: tracer.check("ray", d_output=[[1, 2, 3]]),
        "check: d_output has shape 1 × 3, but must be 3 × 1. It seems to be transposed",
    ),
    "a transposed array": (
        lambda: tracer.check("ray", wh=_array(3, 4)),
        "check: wh has shape 3 × 4, but must be 4 × 3. It seems to be transposed",
    ),
    "half an answer": (
        lambda: tracer.check("ray", wh=_array(4, 3), iteration=1.5),  # type: ignore[arg-type]
        "iteration must be a whole number from 1 to 1,000,000.",
    ),
    "a file's number": (
        lambda: tracer.check("ray", 3),  # type: ignore[arg-type]
        "3 is no path.",
    ),
    "answers": (
        lambda: tracer.check("ray", answers=3),  # type: ignore[arg-type]
        "answers must be arrays by their names, not 3.",
    ),
    "nothing to mark": (
        lambda: tracer.check(3),  # type: ignore[arg-type]
        "3 is no template: give a lesson's name, a path, or a loaded one.",
    ),
    "nothing to check": (lambda: tracer.check("ray"), "check needs answers: a file, or arrays"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_one_line(name: str) -> None:
    says_in_one_line(*WRONG[name])


@pytest.mark.parametrize("shape", [(3,), (3, 1), (1, 3, 1), (2, 3, 1)])
def test_answers_come_in_their_shape_or_as_a_list(shape: tuple[int, ...]) -> None:
    exact = tracer.trace("ray", 2)["d_output"][:2]
    size = int(np.prod(shape))
    assert tracer.check("ray", d_output=exact.reshape(-1)[:size].reshape(shape)).right


@pytest.mark.parametrize("kind", [list, np.array, pd.DataFrame], ids=["list", "array", "table"])
def test_values_come_from_every_library(kind: Callable[[object], object]) -> None:
    rows = [[0.0, 1.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]]
    two: Any = np.int64(2)
    made = tracer.trace("ray", two, X=kind(rows), lr=np.float32(0.5))
    assert made["X"][0].tolist() == rows and made["lr"].tolist() == [0.5, 0.5]


def test_a_template_says_shortly_what_it_is() -> None:
    said = repr(tracer.load_template("xor"))
    assert said == "<Template xor: Exclusive or, with tanh and momentum, 2-3-1, 200 iterations>"
