"""`python -m tests.disagreement`: look for numbers that spreadsheet programs have otherwise.

`--cells` says how many cells each program computes, `--seed` where to begin, `--keep FOLDER` where
the workbooks stay. It ends with status 1 where a number differs that nothing was told of.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.disagreement.equations import KINDS
from tests.disagreement.networks import networks, perceptrons
from tests.disagreement.search import Tally, compare, traced, workbook, written

#: Equations of a workbook, iterations of a network, workbooks that are computed at once.
EQUATIONS, ITERATIONS, AT_ONCE = 25, 40, 12
#: To how many decimals networks are rounded, one after the other.
DECIMALS = (None, 2, None, 3)
SIZES = {kind.name: kind.size for kind in KINDS}


def workbooks(folder: Path, first: int, tally: Tally) -> Iterator[Path]:
    """Yield workbooks without end: equations of every kind, then networks."""
    for seed in range(first, sys.maxsize):
        for kind in KINDS:
            path = written(folder, kind, seed, EQUATIONS, tally)
            if path is not None:
                yield path
        templates = [*perceptrons(folder, seed), *networks(folder, seed, 4)]
        for number, template in enumerate(templates):
            trace = traced(template, ITERATIONS, tally, DECIMALS[number % len(DECIMALS)])
            if trace is not None:
                yield workbook(trace, folder / f"network-{seed}-{number}.xlsx")


def size_of(path: Path) -> float:
    """Return how large the numbers are that cancel in a workbook."""
    return SIZES.get(path.stem.partition("-")[0], 1.0)


def main() -> None:
    """Search, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    tally = Tally()
    with TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = workbooks(folder, options.seed, tally)
        while not tally.cells or min(tally.cells.values()) < options.cells:
            before = len(tally.differences)
            compare([next(found) for _ in range(AT_ONCE)], folder / "out", tally, size_of)
            for one in tally.differences[before:]:
                print(f"{one.engine} {one.path.name} {one.cell}: {one.ours!r}, {one.theirs!r}")
            print(tally, flush=True)
    sys.exit(1 if tally.differences else 0)


if __name__ == "__main__":
    main()
