"""Ctrl-C while a long run is traced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest


@pytest.mark.skipif(os.name != "posix", reason="sends a signal as Unix does")
def test_ctrl_c_writes_what_was_done(tmp_path: Path) -> None:
    path = tmp_path / "digits.xlsx"
    command = [sys.executable, "-m", "tracer", "trace", "diary-mnist", "-n", "100000"]
    process = subprocess.Popen(
        [*command, "-o", str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    time.sleep(8)
    process.send_signal(signal.SIGINT)
    said, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert "Stopping: what was done so far is written." in told
    assert "diary-mnist: " in said
    count = int(said.split("diary-mnist: ")[1].split(" ")[0].replace(",", ""))
    assert 1 <= count < 100_000
    book = openpyxl.load_workbook(path, read_only=True)
    assert f"Iteration {count}" in book.sheetnames
    assert [p.name for p in tmp_path.iterdir()] == ["digits.xlsx"]
