"""`python -m tests.benchmarks`: every comparison side by side in one run, as Markdown tables.

Each case runs in a process of its own; rounds alternate between the competitors, so that a
machine that grows slower slows them all. Times are CPU seconds; a ratio is the median of the
rounds' ratios. `--sizes 10000,100000,1000000` chooses the sizes, `--rounds N` the rounds.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from statistics import median

from tests.benchmarks.writers import OTHERS

#: The slowest writers are left out above this many cells.
SLOW, MOST_FOR_SLOW = ("openpyxl, named styles", "pandas.to_excel, values only"), 200_000


Cases = dict[str, tuple[str, ...]]


def measure(*words: str) -> dict[str, float]:
    """Run one case in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.case", *words],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
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
        print(f"| {name} | {speed:,.1f} | {ratio} | {memory:.0f} MB |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if find_spec("xlsxwriter") is None:
        sys.exit("The comparison needs XlsxWriter: pip install -e '.[bench]'")
    packages = ("numpy", "openpyxl", "pandas", "xlsxwriter")
    where = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    print(", ".join([where, *(f"{name} {version(name)}" for name in packages)]) + ".")
    for size in options.sizes.split(","):
        for kind, title in (("Iteration", "Iteration sheets"), ("Training", "Training")):
            names = ["tracer", *OTHERS]
            if int(size) > MOST_FOR_SLOW:
                names = [name for name in names if name not in SLOW]
            cases: Cases = {name: ("writing", kind, name, size) for name in names}
            found = rounds(cases, options.rounds)
            table(f"{title}, about {int(size):,} cells", "cells", found)
    cases = {who: ("loop", "ray", who, "20000") for who in ("tracer", "plain NumPy loop")}
    found = rounds(cases, max(11, options.rounds))
    table("Training loop, everything recorded (4-3-1, 20,000 iterations)", "iterations", found)


if __name__ == "__main__":
    main()
