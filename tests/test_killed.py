"""Commands that write several files, ended at some moments; `tests.benchmarks.killed` knows all."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="ends processes as Unix does")
@pytest.mark.parametrize("name", ["practice, over a set", "grade"])
def test_nothing_is_lost_or_half_done(name: str) -> None:
    words = ["-m", "tests.benchmarks.killed", "--moments", "3", "--only", name]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{name}: 3 moments, 0 faults, "), done.stdout
