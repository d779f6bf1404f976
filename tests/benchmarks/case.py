"""One measured case in a process of its own: prints seconds of CPU and peak memory as JSON."""

from __future__ import annotations

import importlib
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import tracer
from tests.benchmarks import plain, writers
from tracer.catalogue import load_template
from tracer.engine import run
from tracer.workbook.book import Options, plan_book

#: Cells of one iteration sheet and of one Training row of the 4-3-1 example, roughly.
SHEET_CELLS, ROW_CELLS = 680, 83


NEEDED = {
    "tracer": ("tracer.workbook.writer",),
    "XlsxWriter": ("xlsxwriter",),
    "XlsxWriter, constant memory": ("xlsxwriter",),
    "openpyxl, named styles": ("openpyxl",),
    "openpyxl, write-only": ("openpyxl",),
    "pandas.to_excel, values only": ("pandas", "openpyxl"),
}


def _seconds() -> float:
    return time.process_time()


def writing(kind: str, who: str, cells: int) -> dict[str, float]:
    """Write about `cells` cells of iteration sheets or of Training."""
    for module in NEEDED.get(who, ()):
        # Loading a library is not writing.
        importlib.import_module(module)
    sheets = list(range(1, cells // SHEET_CELLS + 2)) if kind == "Iteration" else []
    count = len(sheets) if sheets else cells // ROW_CELLS
    trace = tracer.trace("ray", count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        book = plan_book(trace, Options(sheets=sheets))
        written = sum(s.cells() for s in book.sheets if s.title.startswith(kind))
        if who == "tracer":
            written = book.cells()
            start = _seconds()
            writers.with_tracer(trace, sheets, path)
        else:
            plan = writers.cells_of(book, kind)
            start = _seconds()
            writers.OTHERS[who](plan, path)
        taken = _seconds() - start
        size = path.stat().st_size
    return {"seconds": taken, "cells": written, "bytes": size, "memory": _peak()}


def loop(who: str, iterations: int) -> dict[str, float]:
    """Train the 4-3-1 example: recorded by the tracer, or plain."""
    template = load_template("ray")
    values = {**template.given, **template.parameters}
    program = template.program()
    start = _seconds()
    if who == "tracer":
        run(program, values, iterations)
    else:
        plain.train(values, iterations)
    return {"seconds": _seconds() - start, "cells": iterations, "memory": _peak()}


def _peak() -> float:
    """Return the process's peak memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    what, kind, who, size = sys.argv[1:5]
    result = writing(kind, who, int(size)) if what == "writing" else loop(who, int(size))
    print(json.dumps(result))
