"""`python -m tests.fuzz.commands`: command lines by the hundred thousand.

Every command with its options, values and files, sound and broken. Each line must end in status
0, 1 or 2, with at most so much time and memory, without a traceback and without anything that a
terminal would obey; a line that is refused leaves nothing behind, and no line changes a file that
was there unless it says --force. From a seed: a fault can be had again. `--lines N` says how
many, `--seed N` which, `--processes N` by how many at once; one line in 400 runs as a process of
its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from click.testing import CliRunner

from tests.fuzz import stock
from tests.fuzz.words import Speaker
from tests.template.fuzz import CHARACTERS, PIECES, TOML_PIECES, mutated
from tracer.commands.main import main as tracer_main

#: Of the processor, of the clock, and of memory, which libraries alone take much of.
SECONDS, WAITED, MEMORY = 20.0, 60.0, 3 << 30
#: One in so many runs as a process of its own, and one in so many on a mutated file.
OWN_PROCESS, MUTATED = 400, 4
#: What a terminal would obey.
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe]")
#: Statuses, and those of processes that a signal of the fuzzer ended.
STATUSES = (0, 1, 2)


class TooSlow(BaseException):
    """The time limit of one line."""


def stop(number: int, frame: FrameType | None) -> None:
    raise TooSlow


@dataclass
class Found:
    """How lines ended, by status; and what went wrong, with the number of the line."""

    ended: Counter[int] = field(default_factory=Counter)
    faults: list[tuple[int, list[str], str]] = field(default_factory=list)


class Bench:
    """A folder with the stock, in which one line after the other is run."""

    def __init__(self, folder: Path, master: Path) -> None:
        self.folder = folder
        self._master = master
        self.restore()

    def restore(self) -> None:
        """Make the folder what the master is."""
        os.chdir("/")
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for source in self._master.rglob("*"):
            target = self.folder / source.relative_to(self._master)
            if source.is_symlink():
                target.symlink_to(source.readlink())
            elif source.is_dir():
                target.mkdir(exist_ok=True)
            elif source.is_fifo():
                os.mkfifo(target)
            else:
                target.parent.mkdir(exist_ok=True)
                shutil.copy2(source, target)
        os.chdir(self.folder)
        self.before = self.state()

    def state(self) -> dict[str, tuple[int, int, int]]:
        """Return what stands in the folder: sizes, times and numbers of files by name."""
        return {path: (s.st_size, s.st_mtime_ns, s.st_ino) for path, s in _walk(".")}


def _walk(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            found = entry.stat(follow_symlinks=False)
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path)
            else:
                yield entry.path, found


def _mutate(dice: random.Random) -> None:
    """Write a text of the stock with a few things done to it, under a name of its own."""
    name = dice.choice([*stock.TEXTS])
    pieces = (*TOML_PIECES, *PIECES, *CHARACTERS, *OPERATIONS)
    text = mutated(stock.TEXTS[name], dice, pieces, [*stock.TEXTS.values()])
    target = Path(f"mutated.{name.split('.', 1)[1]}")
    target.write_text(text, "utf-8", errors="surrogatepass", newline="")


#: What programs, tables and answers are made of.
OPERATIONS = (
    *("while 1: pass\n", "x = [0] * 10**9\n", "2 ** 10 ** 9"),
    *("np.zeros((10**5, 10**5))", "def f(): return f()\nf()\n", "import os\n"),
    *("open('/etc/passwd')", ";;;;", '"' * 3, "\r", "\n\n\n", "1e400", "-0", "=1+1", "@"),
    *("id,id\n", "9" * 22),
)


def run(lines: int, seed: int, processes: int = 1, *, first: int = 0) -> Found:
    """Run so many lines; return how they ended."""
    found = Found()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as root:
        master = Path(root) / "master"
        master.mkdir()
        stock.make(master)
        shares = [
            (root, seed, range(first + k, first + lines, processes)) for k in range(processes)
        ]
        context = multiprocessing.get_context("fork")
        with context.Pool(processes, maxtasksperchild=1) as pool:
            for ended, faults in pool.imap_unordered(_share, shares):
                found.ended += ended
                found.faults += faults
    return found


def _share(job: tuple[str, int, range]) -> tuple[Counter[int], list[tuple[int, list[str], str]]]:
    root, seed, numbers = job
    # Workers of a pool may have no children of their own; grading starts some.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, stop)
    signal.signal(signal.SIGALRM, stop)
    bench = Bench(Path(root) / f"bench{numbers.start}", Path(root) / "master")
    found = Found()
    for number in numbers:
        dice = random.Random(f"{seed}-{number}")
        words = Speaker(dice).line()
        if number % MUTATED == 0:
            _mutate(dice)
            bench.before = bench.state()
        own = number % OWN_PROCESS == 7
        status, output, wrong = _as_process(words) if own else _within(words)
        found.ended[status] += 1
        wrong = wrong or _wrong(status, output, words, bench)
        if wrong:
            found.faults.append((number, words, wrong))
            sys.stderr.write(f"\n{number}: tracer {' '.join(map(repr, words))}\n{wrong}\n")
        if bench.state() != bench.before:
            bench.restore()
    os.chdir("/")
    return found.ended, found.faults


def _within(words: list[str]) -> tuple[int, str, str]:
    """Run a line in this process; return its status, what it prints, and what went wrong."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    signal.setitimer(signal.ITIMER_REAL, WAITED)
    try:
        done = CliRunner().invoke(tracer_main, words, prog_name="tracer")
    except TooSlow:
        return -1, "", f"takes more than {SECONDS:g} s\n{_innermost()}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    error = done.exception
    if error is not None and not isinstance(error, SystemExit):
        return done.exit_code, done.output, "".join(traceback.format_exception(error)[-4:])
    return done.exit_code, done.output, ""


def _innermost() -> str:
    return "".join(traceback.format_exc().splitlines(keepends=True)[-8:])


def _as_process(words: list[str]) -> tuple[int, str, str]:
    """Run a line as a process of its own."""
    program = [sys.executable, "-m", "tracer", *words]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(
            program, capture_output=True, timeout=WAITED, check=False, env=environment
        )
    except subprocess.TimeoutExpired:
        return -1, "", f"takes more than {WAITED:g} s"
    return done.returncode, (done.stdout + done.stderr).decode("utf-8", "surrogateescape"), ""


def _wrong(status: int, output: str, words: list[str], bench: Bench) -> str:
    """Return what is wrong with how a line ended; nothing where all is well."""
    if status not in STATUSES:
        return f"status {status}"
    if "Traceback" in output and "\n  File " in output:
        return output[-600:]
    if obeyed := OBEYED.search(output):
        return f"prints {obeyed[0]!r}: {output[max(0, obeyed.start() - 80) : obeyed.end()]!r}"
    if "not enough memory" in output or "nested too deeply." in output:
        return f"was caught at the end only: {output[-200:]}"
    if not output.strip() and "--quiet" not in words:
        return "says nothing"
    return _left(status, words, bench)


def _left(status: int, words: list[str], bench: Bench) -> str:
    """Return what is wrong with what a line leaves behind."""
    after = bench.state()
    new = [path for path in after if path not in bench.before]
    changed = [path for path, one in bench.before.items() if after.get(path) != one]
    if any(".tracer-" in path or path.endswith(".tmp") for path in new):
        return f"leaves {new}"
    if status == 2 and any(".gitignore" not in path for path in new):
        return f"is refused and leaves {new}"
    if changed and ("--force" not in words or status == 2):
        return f"changes {changed}"
    return ""


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first line")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    began = time.monotonic()
    found = run(options.lines, options.seed, options.processes, first=options.first)
    for number, words, wrong in sorted(found.faults):
        print(f"\n{number}: tracer {' '.join(map(repr, words))}\n{wrong}")
    took = time.monotonic() - began
    print(f"{options.lines:,} lines in {took:.0f} s, by status: {dict(found.ended)};", end=" ")
    print(f"{len(found.faults)} faults")
    sys.exit(bool(found.faults))


if __name__ == "__main__":
    main()
