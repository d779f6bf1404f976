"""`python -m tests.fuzz.programs`: programs that are read, with things done to them.

Each must be read as a template or refused in words, within limits on time and memory. Programs
are those of the tests, with statements, pieces and characters changed, doubled, moved and left
out, from a seed. `--programs N` says how many, `--seed N` which, `--first N` from which on.
"""

from __future__ import annotations

import argparse
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.commands import MEMORY, TooSlow, stop
from tests.template.fuzz import mutated
from tracer.code.read import Options, read
from tracer.errors import TracerError

PROGRAMS = Path(__file__).resolve().parents[1] / "code" / "programs"
#: Of the processor, for one program: what the reader allows itself takes most of that.
SECONDS = 30.0
#: Larger programs take long by themselves.
LARGEST = 6_000
#: What may stand in a program, and what would cost too much or reach outside.
PIECES = (
    *("import os\n", "from os import *\n", "__import__('os')", "open('/etc/passwd')", "exec('1')"),
    *("eval('1')", "globals()", "getattr(np, 'load')", "np.load('x.npy')", "().__class__"),
    *("def f(n): return f(n + 1)\n", "f(0)\n", "class A:\n    pass\n", "yield 1", "await x"),
    *("[0] * 10**12", "'a' * 10**12", "2 ** 10 ** 9", "10 ** 10 ** 10", "np.zeros((10**6, 10**6))"),
    *("np.eye(10**5)", "range(10**12)", "list(range(10**9))", "np.arange(1e12)", "np.ones(10**10)"),
    *("x[...]", "x[::-1]", "x[None, :, None]", "x[10**9]", "x[True]", "x[[0, 1]]", "x[x > 0]"),
    *("np.nan", "np.inf", "1e400", "-0.0", "1j", "None", "...", "b'1'", "f'{x!r:>{9**9}}'"),
    *("'%1000000000d' % 1", "lambda: 0", "async ", "return\n"),
    *("if 1:\n    pass\n", "try:\n    1 / 0\nexcept:\n    pass\n"),
    *("with open('x') as f:\n    f.read()\n", "global w\n", "del w\n", "w = w\n", "w += w.T\n"),
    *("X, y = y, X\n", "break\n", "continue\n"),
    *("print(w)\n", "assert 0\n", "raise ValueError\n", "w.sort()\n", "w[:] = 0\n"),
    *("w.shape = (1,)\n", "{}"),
    *("@", "**", "//", "%", "~", "not ", " is ", " in ", ":=", "\\\n", "\t", ";"),
    *("#", '"""', "\x0c", "é"),
)  # fmt: skip


def broken(text: str, dice: random.Random, others: list[str]) -> str:
    """Return a program with a few things done to it."""
    for _ in range(dice.choice((1, 1, 1, 2))):
        lines = text.splitlines(keepends=True) or [""]
        place, other = dice.randrange(len(lines)), dice.randrange(len(lines))
        match dice.randrange(5):
            case 0:
                lines[place], lines[other] = lines[other], lines[place]
            case 1:
                del lines[place]
            case 2:
                lines.insert(place, lines[other])
            case 3:
                indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
                lines.insert(place, indent + dice.choice(PIECES))
            case _:
                text = mutated("".join(lines), dice, PIECES, others)
                continue
        text = "".join(lines)
    return text


def run(count: int, seed: int, first: int = 0) -> tuple[Counter[str], list[tuple[int, str, str]]]:
    """Feed so many programs; return how each kind of end was had, and what went wrong."""
    texts = [path.read_text("utf-8") for path in sorted(PROGRAMS.rglob("*.py"))]
    texts = [text for text in texts if len(text) < LARGEST]
    found: Counter[str] = Counter()
    faults = []
    before = signal.signal(signal.SIGPROF, stop)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.py"
        for number in range(first, first + count):
            dice = random.Random(f"{seed}-{number}")
            text = broken(dice.choice(texts), dice, texts)
            path.write_text(text, "utf-8", errors="surrogatepass", newline="")
            end, wrong = _feed(path)
            found[end] += 1
            if wrong:
                faults.append((number, text, wrong))
                sys.stderr.write(f"\n{number}:\n{wrong}\n")
    signal.signal(signal.SIGPROF, before)
    return found, faults


def _feed(path: Path) -> tuple[str, str]:
    """Read a program; return how that ended, and what went wrong."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        made = read(path, Options())
        return "read", "" if made.template.program().assignments else "computes nothing"
    except TracerError as error:
        said = str(error)
        return "refused", "" if said.strip() and len(said) < 5_000 else f"says {said[:200]!r}"
    except TooSlow:
        return "too slow", "".join(traceback.format_exc().splitlines(keepends=True)[-12:])
    except BaseException as error:
        return "failed", "".join(traceback.format_exception(error)[-6:])
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--programs", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    began = time.monotonic()
    found, faults = run(options.programs, options.seed, options.first)
    took = time.monotonic() - began
    print(f"{options.programs:,} programs in {took:.0f} s: {dict(found)}; {len(faults)} faults")
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
