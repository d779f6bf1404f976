"""How long reading a class takes, beside openpyxl: python -m tests.benchmarks.reading."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path
from statistics import median

import openpyxl

from tracer.practice.checking.checking import answers_in
from tracer.practice.exercise.exercise import Exercise
from tracer.practice.safe.limits import RefusedError
from tracer.practice.safe.pool import Pool, Request
from tracer.practice.sheets.anchors import expected
from tracer.practice.sheets.handing_out import write_self_study
from tracer.template.lessons import load_template

FILES, ROUNDS = 200, 3


def main() -> None:
    exercise = Exercise(load_template("ray"), 1)
    sheets = expected(exercise)
    blocks = sheets.blocks
    wanted = sheets.wanted()
    with tempfile.TemporaryDirectory() as name:
        first = Path(name) / "0.xlsx"
        write_self_study(exercise, first)
        paths = [first] + [Path(shutil.copy(first, f"{name}/{n}.xlsx")) for n in range(1, FILES)]
        ours, theirs = [], []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            with Pool(2) as pool:
                for found in pool.read_all([Request(path, wanted) for path in paths]):
                    assert not isinstance(found, RefusedError)
                    answers_in(blocks, found["sheets"])
            ours.append(time.perf_counter() - start)
            start = time.perf_counter()
            for path in paths:
                _with_openpyxl(path, list(wanted))
            theirs.append(time.perf_counter() - start)
    print(
        f"{FILES} files of {first.stem}: ours {median(ours):.2f} s in two processes,"
        f" openpyxl read-only, values and formulas, {median(theirs):.2f} s"
        f" ({median(theirs) / median(ours):.1f} times as long)"
    )


def _with_openpyxl(path: Path, titles: list[str]) -> None:
    for values in (False, True):
        book = openpyxl.load_workbook(path, read_only=True, data_only=values)
        for title in titles:
            for _ in book[title].iter_rows(values_only=True):
                pass
        book.close()


if __name__ == "__main__":
    main()
