"""One measured case in a process of its own: prints seconds of CPU and peak memory as JSON."""

from __future__ import annotations

import importlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import tracer
from tests.benchmarks import plain, writers
from tracer.run.engine import run
from tracer.run.trace import brief_slots
from tracer.template.lessons import load_template
from tracer.workbook.book import BookOptions, plan_book

#: Cells of one iteration sheet and of one Training row of the 4-3-1 example, roughly.
SHEET_CELLS, ROW_CELLS = 680, 83


FLOOR = "floor: the numbers formatted, the same bytes deflated"
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
        book = plan_book(trace, BookOptions(sheets=sheets))
        written = sum(s.cells() for s in book.sheets if s.title.startswith(kind))
        if who == "tracer":
            written = book.cells()
            start = _seconds()
            writers.with_tracer(trace, sheets, path)
        elif who == FLOOR:
            written = book.cells()
            writers.with_tracer(trace, sheets, path)
            parts, numbers = writers.content(path)
            start = _seconds()
            writers.floor(parts, numbers)
        else:
            plan = writers.cells_of(book, kind)
            start = _seconds()
            writers.OTHERS[who](plan, path)
        taken = _seconds() - start
        size = path.stat().st_size
    return {"seconds": taken, "cells": written, "bytes": size, "memory": _peak()}


def loop(lesson: str, who: str, iterations: int) -> dict[str, float]:
    """Train a lesson: recorded by the tracer, or by a loop of one's own."""
    template = load_template(lesson)
    values = {**template.given, **template.parameters}
    program = template.program()
    if who == "tracer":
        start = _seconds()
        run(program, values, iterations, brief=brief_slots(program))
    else:
        train = plain.LOOPS[lesson][0] if who == "plain NumPy loop" else _eager(lesson)
        start = _seconds()
        train(values, iterations)
    return {"seconds": _seconds() - start, "cells": iterations, "memory": _peak()}


def _eager(lesson: str) -> Callable[[plain.Values, int], plain.Array]:
    # Loaded only where it is measured.
    import torch

    from tests.benchmarks.eager import LOOPS

    torch.set_num_threads(1)
    return LOOPS[lesson]


def starting(command: str) -> dict[str, float]:
    """Run a Python command in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        words = [word.replace("FOLDER", folder) for word in COMMANDS[command]]
        # As installed: what was imported once is not compiled again.
        surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *words], check=True, capture_output=True, env=surroundings)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": seconds, "cells": 1e-3, "memory": after.ru_maxrss / 1e3}


#: What an installed command `tracer` runs.
SCRIPT = ("-c", "from tracer.commands.main import main; main(prog_name='tracer')")
#: What is started: words after `python`.
COMMANDS: dict[str, tuple[str, ...]] = {
    "python -c 'import click'": ("-c", "import click"),
    "tracer --help": (*SCRIPT, "--help"),
    "tracer templates": (*SCRIPT, "templates"),
    "python -c 'import numpy, openpyxl'": ("-c", "import numpy, openpyxl"),
    "tracer trace ray -n 3": (*SCRIPT, "trace", "ray", "-n", "3", "-o", "FOLDER/ray.xlsx"),
}


def _peak() -> float:
    """Return the process's peak memory in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    what, kind, who, size = sys.argv[1:5]
    measured = {
        "writing": lambda: writing(kind, who, int(size)),
        "loop": lambda: loop(kind, who, int(size)),
        "start": lambda: starting(who),
    }[what]()
    print(json.dumps(measured))
