"""What docs/python.md and the README show of Python is what happens."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import tracer

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_page() -> None:
    done = doctest.testfile(
        str(ROOT / "docs" / "python.md"),
        module_relative=False,
        optionflags=doctest.IGNORE_EXCEPTION_DETAIL,
    )
    assert done.attempted > 20 and not done.failed


def test_the_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    section = (ROOT / "README.md").read_text("utf-8").partition("## From Python")[2]
    code = re.search(r"```python\n(.*?)```", section, re.DOTALL)
    assert code is not None
    drawn = []
    monkeypatch.setattr(tracer.Trace, "plot", lambda self: drawn.append(self))
    made = SimpleNamespace()
    exec(code[1], made.__dict__)  # the page's own lines
    assert np.shape(made.trace["wout"]) == (3, 3, 1) and drawn == [made.trace]
    assert Path("ray.xlsx").is_file()
