"""`python -m tests.benchmarks.killed`: every command that writes, killed at many moments.

Moments are calls of functions, counted, so that they are the same on a slow or a busy machine:
most of them spread over the whole run, the others close to each other at its end, where files get
their names. Each is ended by SIGKILL, SIGTERM or Ctrl-C in turn. What was there before is then
there still, or whole and new; what is read is as it was; a set is old or new as a whole; and the
same command, run again, leaves what it always does, and nothing else. `--moments N` says how many
for each command, `--only NAME` which.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from click.testing import CliRunner

from tracer.commands.main import main

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
TEMPORARY = ".tracer-"
#: At the end of a run, every so many calls: it is there that files get their names.
STEP = 7
#: The last calls are of this script.
OURS = 10
#: After so many seconds a command that was ended hangs.
STUCK = 120
State = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A command, what must be there for it, and how its results may stand.

    What is written comes in this `order`: each of these groups of files is old or new as a whole,
    and none is new where the one before it is old.
    """

    words: tuple[str, ...]
    prepare: Callable[[], object]
    order: tuple[tuple[str, ...], ...]
    again: tuple[str, ...] = ()


@dataclass
class Found:
    """What came out of one case: how many moments ended how, and all that is wrong."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    seconds: float = 0.0


def _call(*words: str) -> None:
    done = CliRunner().invoke(main, [*words, "--quiet"])
    assert done.exit_code in (0, 1), done.output


CLASS = "id,name\nann,Ann\nbob,Bob\ncy,Cy\n"
DATA = "hours,sleep,score\n2,9,92\n1,5,86\n3,6,89\n"
PROGRAM = """
import numpy as np
X = np.array([[0.0, 1.0], [1.0, 0.0]])
y = np.array([[1.0], [0.0]])
w = np.array([[0.1], [0.2]])
for i in range(3):
    p = X @ w
    loss = np.sum((p - y) ** 2)
    w = w - 0.1 * 2 * X.T @ (p - y)
"""
ASSIGNED = ("--assignment", "hw.toml", "--students", "class.csv", "-o", "hw")


def _class() -> None:
    Path("class.csv").write_text(CLASS, "utf-8")


def _set() -> None:
    """An older set of the same assignment, and the file changed since."""
    _class()
    _call("practice", "ray", "-b", "loss", *ASSIGNED)
    text = Path("hw.toml").read_text("utf-8")
    Path("hw.toml").write_text(text.replace('"loss"', '"update"'), "utf-8")


def _handed_in() -> None:
    """Sheets handed in, marked before, with other points."""
    _class()
    _call("practice", "ray", "-b", "loss", *ASSIGNED)
    Path("hw").rename("in")
    _call(*GRADE)
    text = Path("hw.toml").read_text("utf-8")
    Path("hw.toml").write_text(text.replace("[points]", "[points]\n5 = 3"), "utf-8")


GRADE = (
    *("grade", "in", "--assignment", "hw.toml", "--roster", "class.csv", "-o", "g.xlsx"),
    *("--feedback", "marked", "--moodle", "m.csv", "--canvas", "c.csv"),
)
SET = ("hw/ann.xlsx", "hw/bob.xlsx", "hw/cy.xlsx", "hw-answers.xlsx")
MARKED = ("marked/ann.xlsx", "marked/bob.xlsx", "marked/cy.xlsx", "g.xlsx", "m.csv", "c.csv")
CASES: dict[str, Case] = {
    "trace .xlsx": Case(
        ("trace", "ray", "-o", "r.xlsx", "--force"),
        lambda: _call("trace", "loy", "-o", "r.xlsx"),
        (("r.xlsx",),),
    ),
    "trace .csv": Case(("trace", "ray", "-o", "r.csv"), lambda: None, (("r.csv",),), ("--force",)),
    "new": Case(
        ("new", "n.toml", "--data", "d.csv", "--target", "score", "--force"),
        lambda: (
            Path("d.csv").write_text(DATA, "utf-8"),
            Path("n.toml").write_text("", "utf-8"),
        ),
        (("n.toml",),),
    ),
    "new, with its data": Case(
        ("new", "n.toml", "--data", "iris.csv", "--target", "species"),
        lambda: None,
        (("iris.csv",), ("n.toml",)),
        ("--force",),
    ),
    "read": Case(
        ("read", "net.py"),
        lambda: Path("net.py").write_text(PROGRAM, "utf-8"),
        (("net.toml",), ("outputs/net.xlsx",)),
        ("--force",),
    ),
    "practice": Case(
        ("practice", "ray", "-b", "update", "-o", "p.xlsx", "--force"),
        lambda: _call("practice", "ray", "-b", "loss", "-o", "p.xlsx"),
        (("p.xlsx",),),
    ),
    "practice, a new set": Case(
        ("practice", "ray", "-b", "loss", *ASSIGNED), _class, (("hw.toml",), SET)
    ),
    "practice, over a set": Case(("practice", *ASSIGNED, "--force"), _set, (SET,)),
    "check": Case(
        ("check", "p.xlsx", "--html", "p.html"),
        lambda: _call("practice", "ray", "-b", "loss", "-o", "p.xlsx"),
        (("p.html",),),
        ("--force",),
    ),
    "grade": Case((*GRADE, "--force"), _handed_in, (MARKED,)),
}


def _errors() -> Path:
    """Where a copy's standard error goes: beside the folder that it works in."""
    return Path.cwd().parent / "errors"


def _state() -> State:
    files = (path for path in sorted(Path().rglob("*")) if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def _in_a_copy(words: Sequence[str], at: int, number: int) -> tuple[int, int]:
    """Run a command in a copy of this process that is ended at a call; return status and calls."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(words, at, number, writing)
    os.close(writing)
    with os.fdopen(reading) as stream:
        said = stream.read()
    return os.waitpid(child, 0)[1], int(said or -1)


def _run(words: Sequence[str], at: int, number: int, writing: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1):
        os.dup2(nothing, standard)
    errors = os.open(_errors(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(errors, 2)
    count = 0

    def called(frame: FrameType, event: str, of: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")
        if count == at:
            sys.setprofile(None)
            os.kill(os.getpid(), number)

    status = 1
    if hasattr(signal, "alarm"):
        signal.alarm(STUCK)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.setprofile(called)
    try:
        main(list(words))
    except SystemExit as end:
        status = int(end.code or 0)
    finally:
        sys.setprofile(None)
        os.write(writing, str(count).encode())
        os._exit(status)


def _moments(total: int, moments: int) -> Iterator[int]:
    last = total - OURS
    close = min(moments // 3, last // (2 * STEP))
    yield from (last * k // (moments - close) for k in range(1, moments - close + 1))
    yield from (last - STEP * k for k in range(1, close + 1))


def _mixed(case: Case, before: State, after: State, now: State) -> str:
    """Return what is wrong with the results: half written, mixed, or in another order."""
    seen_old = False
    for group in case.order:
        new = {path for path in group if now.get(path) == after[path]}
        old = {path for path in group if now.get(path) == before.get(path)}
        if new | old != set(group):
            return f"half written: {sorted(set(group) - new - old)}"
        changed = {path for path in group if before.get(path) != after[path]}
        if new & changed and changed - new:
            return f"mixed: {sorted(changed - new)} are old"
        if changed and not (new & changed):
            seen_old = True
        elif changed and seen_old:
            return f"in another order: {sorted(new)} are new"
    return ""


def _fault(case: Case, before: State, after: State, now: State) -> str:
    written = {path for group in case.order for path in group}
    kept = {path: text for path, text in now.items() if TEMPORARY not in path}
    for path, text in before.items():
        if path not in written and kept.get(path) != text:
            return f"{path} was changed"
    if more := set(kept) - set(before) - written:
        return f"left: {sorted(more)}"
    return _mixed(case, before, after, now)


def killed(case: Case, moments: int, folder: Path) -> Found:
    """End a command at so many moments; return how it ended each time, and all that is wrong."""
    found, start = Found(), time.perf_counter()
    secrets.token_hex = lambda nbytes=None: "0123456789" * 4  # the same in every copy
    base = folder / "base"
    base.mkdir()
    os.chdir(base)
    case.prepare()
    before = _state()
    words = (*case.words, "--quiet") if case.words[0] != "check" else case.words

    def again() -> str:
        now = _state()
        ran = words
        if "hw.toml" in case.order[0] and "hw.toml" in now:
            ran = ("practice", *ASSIGNED, "--force", "--quiet")
        elif case.again and any(path in now for group in case.order for path in group):
            ran = (*words, *case.again)
        status, _ = _in_a_copy(ran, -1, 0)
        if os.waitstatus_to_exitcode(status) not in (0, 1):
            return f"again: {_errors().read_text('utf-8')[-300:]}"
        return "" if _state() == after else f"again: {sorted(set(_state()) ^ set(after))}"

    whole = folder / "whole"
    shutil.copytree(base, whole, symlinks=True)
    os.chdir(whole)
    _, total = _in_a_copy(words, -1, 0)
    after = _state()
    for turn, at in enumerate(_moments(total, moments)):
        here = folder / "here"
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(base, here, symlinks=True)
        os.chdir(here)
        number = SIGNALS[turn % len(SIGNALS)]
        status, _ = _in_a_copy(words, at, number)
        found.ends[f"{number.name} {os.waitstatus_to_exitcode(status)}"] += 1
        said = _errors().read_text("utf-8")
        fault = _fault(case, before, after, _state())
        if not fault and number != signal.SIGKILL:
            left = [path for path in _state() if TEMPORARY in path]
            fault = f"left {left}" if left else "traceback" * ("Traceback" in said)
            fault = "hung" if os.waitstatus_to_exitcode(status) == -signal.SIGALRM else fault
        fault = fault or again()
        if fault:
            found.faults.append(f"{number.name} at {at} of {total}: {fault}")
    found.seconds = time.perf_counter() - start
    return found


def report(moments: int, only: str = "") -> None:
    """Print a line for each command, and all faults."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    for name, case in CASES.items():
        if only not in name:
            continue
        folder = Path(tempfile.mkdtemp())
        found = killed(case, moments, folder)
        os.chdir("/")
        shutil.rmtree(folder, ignore_errors=True)
        ends = ", ".join(f"{end}: {count}" for end, count in sorted(found.ends.items()))
        counted = f"{sum(found.ends.values())} moments, {len(found.faults)} faults"
        print(f"{name}: {counted}, {found.seconds:.0f} s ({ends})")
        for fault in found.faults:
            print(f"    {fault}")
        sys.stdout.flush()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moments", type=int, default=300)
    parser.add_argument("--only", default="")
    said = parser.parse_args()
    report(said.moments, said.only)
