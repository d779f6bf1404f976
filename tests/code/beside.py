"""Programs that are run by the interpreter, or read, beside what Python itself makes of them."""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Mapping
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracer import trace
from tracer.code.python.machine import Interpreter
from tracer.code.read import read
from tracer.code.record.places import Path as Place
from tracer.code.source import Beside
from tracer.code.values.faults import Text
from tracer.code.world.files import Files


def names_after(
    code: str, folder: Path | None = None, given: Mapping[str, Path] | None = None
) -> dict[str, Any]:
    """Return a program's names after we ran it; its files and modules lie in the folder."""
    text = Text("program.py", tuple(code.splitlines()))
    modules: dict[str, Any] = {} if folder is None else {"beside": Beside(folder)}
    machine = Interpreter(text, ast.parse(code), files=Files(folder, given), **modules)
    machine.run()
    return machine.unit.names


def run(path: Path, **names: Any) -> dict[str, Any]:
    """Run a program of ours by Python itself, and return its names."""
    with redirect_stdout(io.StringIO()):
        exec(compile(path.read_text("utf-8"), str(path), "exec"), names)
    return names


def found(names: dict[str, Any], place: Place) -> Any:
    """Return what stands in a place after a program ran."""
    value: Any = names
    for kind, key in place:
        value = getattr(value, key) if kind == "attribute" else value[key]
    return value


def check_as_python(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Check that a program of ours is read to the numbers that Python computes.

    What a function keeps for itself is compared with the file's name W.
    """
    made = read(path)
    monkeypatch.setattr(sys, "argv", [path.name])
    monkeypatch.setitem(sys.modules, "net", type(sys)("net"))
    names = run(path, __name__="net")
    traced = trace(made.template)
    places = made.read.equations.parameters
    known = {place: name for place, name in places.items() if place[0][1] in names} or places
    for place, parameter in known.items():
        real = found(names, place) if place[0][1] in names else names["W"]
        own = np.asarray(traced[parameter][-1])
        assert own == pytest.approx(np.reshape(np.asarray(real, float), own.shape), rel=1e-9)
