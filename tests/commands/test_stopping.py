"""Ctrl-C while a long run is traced."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

#: Ctrl-C is pressed when the run asks for the third time whether it was: no clock says when.
PRESSED = """
import contextlib, os, signal, sys
from tracer.commands import main, stopping

stoppable = stopping.stoppable

@contextlib.contextmanager
def pressed(say):
    asked = []
    def ask():
        asked.append(True)
        if len(asked) == 3:
            os.kill(os.getpid(), signal.SIGINT)
        return was_pressed()
    with stoppable(say) as was_pressed:
        yield ask

stopping.stoppable = pressed
main.main(sys.argv[1:])
"""


#: Is ended in what looks like the middle of an import, then computes for ever.
IMPORTING = """
import os, signal, sys
from tracer.api import making
from tracer.commands import main

signal.signal(signal.SIGINT, signal.default_int_handler)
CODE = f"os.kill(os.getpid(), {sys.argv[1]}); print('imported', flush=True)"

def computed(name):
    exec(compile(CODE, "<frozen importlib._bootstrap>", "exec"))
    while True:
        pass

making.verify = computed
main.main(sys.argv[2:])
"""


@pytest.mark.skipif(os.name != "posix", reason="sends signals as Unix does")
@pytest.mark.parametrize("number", [2, 15])
def test_an_import_is_never_left_half_done(number: int) -> None:
    """Its lock would stay closed, and the next import wait for it for ever."""
    words = [sys.executable, "-c", IMPORTING, str(number), "verify", "perceptron-bias"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=300)
    assert (done.stdout, done.returncode) == ("imported\n", 128 + number)


@pytest.mark.skipif(os.name != "posix", reason="sends a signal as Unix does")
def test_ctrl_c_writes_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "digits.xlsx"
    words = ["trace", "diary-mnist", "-n", "100000", "-o", str(path)]
    done = subprocess.run(
        [sys.executable, "-c", PRESSED, *words], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Stopping: what was done so far is written." in done.stderr
    assert "diary-mnist: " in done.stdout
    count = int(done.stdout.split("diary-mnist: ")[1].split(" ")[0].replace(",", ""))
    assert 1 <= count < 100_000
    book = openpyxl.load_workbook(path, read_only=True)
    assert f"Iteration {count}" in book.sheetnames
    assert [p.name for p in tmp_path.iterdir()] == ["digits.xlsx"]
