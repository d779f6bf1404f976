"""Programs that are read, compared with what Python itself makes of them."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracer import trace
from tracer.code.read import read
from tracer.code.record.places import Path as Place


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
    names: dict[str, Any] = {"__name__": "net"}
    monkeypatch.setitem(sys.modules, "net", type(sys)("net"))
    with redirect_stdout(io.StringIO()):
        exec(compile(path.read_text("utf-8"), path.name, "exec"), names)
    traced = trace(made.template)
    places = made.read.equations.parameters
    known = {place: name for place, name in places.items() if place[0][1] in names} or places
    for place, parameter in known.items():
        real = found(names, place) if place[0][1] in names else names["W"]
        own = np.asarray(traced[parameter][-1])
        assert own == pytest.approx(np.reshape(np.asarray(real, float), own.shape), rel=1e-9)
