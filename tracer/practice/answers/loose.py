"""Answers that come without a sheet of ours: tables, lists and arrays by quantity name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tracer.practice.answers.answers import Answer, Answers
from tracer.practice.answers.arrays import of_array, of_arrays, of_json
from tracer.practice.answers.sheets import of_workbook
from tracer.practice.answers.source import Source
from tracer.practice.answers.tables import of_table
from tracer.practice.safe.limits import WORKBOOKS, RefusedError
from tracer.practice.safe.pool import read_file
from tracer.program.model import Program

#: What reads the answers in a file of each kind.
READERS: dict[str, Callable[[Source, Any], Iterator[Answer]]] = {
    ".csv": of_table,
    ".txt": of_table,
    ".json": of_json,
    ".npz": of_arrays,
    **dict.fromkeys(WORKBOOKS, of_workbook),
}


def read_loose(path: Path, program: Program, iteration: int = 1) -> Answers:
    """Return the answers of a .csv, .json, .npz or .xlsx file.

    Raises DataError, one line, for a file or a name that can't be used.
    """
    suffix = path.suffix.lower()
    notes: list[str] | None = [] if READERS.get(suffix) is of_workbook else None
    source = Source(str(path), program, iteration, notes)
    if suffix not in READERS:
        raise source.fault(f"answers are read from {', '.join(READERS)} files.")
    try:
        found = read_file(path)
    except RefusedError as refused:
        raise source.fault(str(refused)) from None
    return _collected(source, READERS[suffix](source, found))


def read_values(values: Mapping[str, Any], program: Program, iteration: int = 1) -> Answers:
    """Return arrays or lists by quantity name as answers. Raises DataError."""
    source = Source("check", program, iteration)
    found = (one for name, value in values.items() for one in of_array(source, name, value))
    return _collected(source, found)


def _collected(source: Source, answers: Iterator[Answer]) -> Answers:
    found = tuple(answers)
    if not found:
        some = ", ".join(list(dict.fromkeys(a.slot.name for a in source.program.iterate))[:8])
        raise source.fault(
            f"no quantity of this lesson is in it; name what the numbers are, such as: {some}."
        )
    counts = Counter((answer.iteration, answer.key) for answer in found)
    for (iteration, (name, _)), count in counts.items():
        if count > 1:
            raise source.fault(f"{name} is answered twice for iteration {iteration}.")
    return Answers(found, tuple(source.notes or ()))
