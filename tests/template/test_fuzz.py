"""A share of the fuzzing, in every run of the tests; `python -m tests.template.fuzz` does more."""

from __future__ import annotations

import os

import pytest

from tests.template import fuzz


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the time limit needs Unix signals")
def test_broken_inputs_are_read_or_refused() -> None:
    found = fuzz.run(6_000, 11)
    assert sum(found.values()) == 6_000
    assert min(found["read"], found["refused"]) > 200
