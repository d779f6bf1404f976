"""`python -m tests.benchmarks`: every comparison side by side in one run, as Markdown tables.

Each case runs in a process of its own; rounds alternate between the competitors, so that a
machine that grows slower slows them all. Times are CPU seconds, with one thread for products of
matrices; a ratio is the median of the rounds' ratios. `--sizes 10000,100000,1000000` chooses the
sizes, `--rounds N` the rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from tests.benchmarks import grading
from tests.benchmarks.case import FLOOR
from tests.benchmarks.writers import OTHERS

#: Threads that wait for each other take processor time, too: not of the work measured.
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "MKL", "OMP")}
PACKAGES = ("numpy", "openpyxl", "pandas", "xlsxwriter", "torch")
#: lesson → iterations of its loop.
LOOPS = {"ray": 20_000, "loy": 20_000, "ray-moons": 2_000, "diary-mnist": 200}
#: What a command is measured against.
STARTS = {
    "python -c 'import click'": ("tracer --help", "tracer templates"),
    "python -c 'import numpy, openpyxl'": ("tracer trace ray -n 3",),
}
PARTS = ("writing", "loops", "grading")
Cases = dict[str, tuple[str, ...]]


def machine() -> str:
    """Return what the figures hold for: the machine, and the versions of what is compared."""
    processor = platform.processor() or platform.machine()
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        processor = next(iter(names), processor)
    versions = [f"{name} {version(name)}" for name in PACKAGES if find_spec(name) is not None]
    where = f"{os.cpu_count()} × {processor}, {platform.system()} {platform.machine()}"
    return ", ".join([where, f"Python {platform.python_version()}", *versions])


def measure(*words: str) -> dict[str, float]:
    """Run one case in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.case", *words],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **ONE_THREAD},
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def rounds(cases: Cases, count: int) -> dict[str, list[dict[str, float]]]:
    """Measure every case once a round."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for _ in range(count):
        for name, words in cases.items():
            found[name].append(measure(*words))
    return found


def table(title: str, unit: str, found: dict[str, list[dict[str, float]]]) -> None:
    """Print one comparison; the first case is what the others are measured against."""
    first = next(iter(found))
    print(f"\n### {title}\n")
    print(f"| | thousand {unit} a second | the tracer is faster by | peak memory |")
    print("|---|---|---|---|")
    for name, results in found.items():
        speed = median(r["cells"] / r["seconds"] / 1e3 for r in results)
        ratios = [
            (ours["cells"] / ours["seconds"]) / (theirs["cells"] / theirs["seconds"])
            for ours, theirs in zip(found[first], results, strict=True)
        ]
        memory = median(r["memory"] for r in results)
        ratio = "" if name == first else f"{median(ratios):.2f} times"
        print(f"| {name} | {speed:,.4g} | {ratio} | {memory:.0f} MB |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, help="one part of it")
    options = parser.parse_args()
    if find_spec("xlsxwriter") is None:
        sys.exit("The comparison needs XlsxWriter: pip install -e '.[bench]'")
    print(f"{machine()}.")
    parts = [options.only] if options.only else PARTS
    sizes = options.sizes.split(",") if "writing" in parts else []
    for size in sizes:
        for kind, title in (("Iteration", "Iteration sheets"), ("Training", "Training")):
            names = ["tracer", FLOOR, *OTHERS]
            cases: Cases = {name: ("writing", kind, name, size) for name in names}
            found = rounds(cases, options.rounds)
            table(f"{title}, about {int(size):,} cells", "cells", found)
    for lesson, iterations in (LOOPS if "loops" in parts else {}).items():
        whose = ["tracer", "plain NumPy loop"]
        if find_spec("torch") is not None:
            whose.append("PyTorch, eager with autograd")
        cases = {who: ("loop", lesson, who, str(iterations)) for who in whose}
        found = rounds(cases, max(5, options.rounds))
        table(f"Training {lesson}, recorded ({iterations:,} iterations)", "iterations", found)
    for first, others in (STARTS if "loops" in parts else {}).items():
        cases = {who: ("start", "-", who, "1") for who in (first, *others)}
        starts(rounds(cases, max(9, options.rounds)))
    if "grading" in parts:
        grading.compare(options.rounds)


def starts(found: dict[str, list[dict[str, float]]]) -> None:
    """Print how long commands take from start to end, against the first of them."""
    first = next(iter(found))
    print("\n### Start-up\n\n| | milliseconds | times the first |\n|---|---|---|")
    for name, results in found.items():
        taken = median(r["seconds"] for r in results) * 1e3
        ratio = median(
            theirs["seconds"] / ours["seconds"]
            for ours, theirs in zip(found[first], results, strict=True)
        )
        print(f"| `{name}` | {taken:,.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
