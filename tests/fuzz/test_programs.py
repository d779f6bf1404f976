"""A share of the fuzzed programs; `python -m tests.fuzz.programs` runs more."""

from __future__ import annotations

import os

import pytest

from tests.fuzz import programs


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the time limit needs Unix signals")
def test_every_program_is_read_or_refused() -> None:
    found, faults = programs.run(60, 31)
    assert faults == []
    assert min(found["read"], found["refused"]) > 5
