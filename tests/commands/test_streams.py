"""What is printed where it can't be written as it is: closed, full, unread, or in few signs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracer.commands.streams import nearest

POSIX = pytest.mark.skipif(os.name != "posix", reason="redirects and signals as Unix does")


def run(
    words: str, redirected: str = "", encoding: str = "utf-8"
) -> subprocess.CompletedProcess[bytes]:
    line = f'"{sys.executable}" -m tracer {words} {redirected}'
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    return subprocess.run(["bash", "-c", line], capture_output=True, check=False, env=environment)


FULL = b"Error: standard output: can't be written to: No space left on device.\n"
CLOSED = b"Error: standard output: can't be written to: Bad file descriptor.\n"
#: How the streams are: what is left on standard error, and the exit status.
REDIRECTED = {
    ">/dev/full": (FULL, 2),
    ">&-": (CLOSED, 2),
    ">&- 2>&- <&-": (b"", 2),
    ">/dev/null 2>&-": (b"", 0),
}


@POSIX
@pytest.mark.parametrize("redirected", REDIRECTED)
def test_streams_that_cannot_be_written_to(redirected: str) -> None:
    done = run("templates", redirected)
    assert (done.stderr, done.returncode) == REDIRECTED[redirected]


@POSIX
def test_nobody_reads() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    words = [sys.executable, "-m", "tracer", "templates"]
    done = subprocess.run(words, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.stderr, done.returncode) == (b"", 141)


@POSIX
def test_a_closed_output_gets_no_file_in_its_place(tmp_path: Path) -> None:
    """Else what is printed would end up in the file that is written."""
    done = run(f"new {tmp_path}/and.toml --data and", ">&-")
    assert (done.stderr, done.returncode) == (CLOSED, 2)
    assert (tmp_path / "and.toml").read_text("utf-8").startswith("# ")
    assert run(f"new {tmp_path}/or.toml --data or --quiet", ">&-").returncode == 0


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_every_encoding(encoding: str) -> None:
    done = run("verify perceptron-bias", encoding=encoding)
    assert (done.stderr, done.returncode) == (b"", 0)
    signs = done.stdout.decode(encoding)
    assert "v agrees" in signs or "✓ agrees" in signs


def test_usage_and_faults_in_ascii() -> None:
    said = run("trace Ünï→.toml", encoding="ascii")
    assert said.returncode == 2 and said.stderr.decode("ascii").startswith("Error: Uni->.toml: ")
    assert run("--help", encoding="ascii").stdout.decode("ascii").count("grade FOLDER ...") == 1


def test_signs_stay_apart() -> None:
    assert nearest("✓ ✗ ≈0 ➜ · 1 − 2 × 3 ÷ 4 → 10⁻³, Größe “é” wᵀ") == (
        'v x ~0 => . 1 - 2 x 3 / 4 -> 10-3, Grosse "e" wT'
    )
    assert nearest("网 \udcff") == "? ?"


#: Presses Ctrl-C, or ends the command from outside, at a moment when it computes.
PRESSED = """
import os, signal, sys
from tracer.api import making
from tracer.commands import main

signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs this may have it ignored
signal.signal(signal.SIGHUP, signal.SIG_DFL)
making.verify = lambda name: os.kill(os.getpid(), int(sys.argv[1]))
main.main(sys.argv[2:])
"""


@POSIX
@pytest.mark.parametrize(("number", "said"), [(2, b"\nStopped.\n"), (15, b""), (1, b"")])
def test_exit_status_of_what_is_stopped(number: int, said: bytes, tmp_path: Path) -> None:
    words = [sys.executable, "-c", PRESSED, str(number), "verify", "perceptron-bias"]
    done = subprocess.run(words, capture_output=True, check=False, cwd=tmp_path)
    assert (done.stderr, done.returncode) == (said, 128 + number)
    assert number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    assert list(tmp_path.iterdir()) == []
