"""The public functions: what `import tracer` offers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tracer.api.arguments import check_number, check_whole, path_of
from tracer.api.python_words import python_words
from tracer.api.traced import Trace
from tracer.code import load
from tracer.data.arrays import as_array
from tracer.data.outside import reading_outside
from tracer.errors import TracerError
from tracer.run.trace import trace_template
from tracer.template.template import Template

if TYPE_CHECKING:
    from tracer.practice.checking.checking import Loosely
    from tracer.practice.checking.report import Report


#: A lesson's name, a path, or a loaded template.
Named = str | os.PathLike[str] | Template
#: The largest number of decimals that results are rounded to, and the largest seed.
MOST_ROUNDED, MOST_SEED = 15, 2**32 - 1


def loaded_template(template: Named, seed: int | None = None) -> Template:
    """Return a template that is named or loaded. Raises TracerError."""
    if isinstance(template, Template):
        if seed is not None:
            raise TracerError("seed: a loaded template has drawn its numbers; load it with a seed.")
        return template
    if not isinstance(template, str | os.PathLike):
        raise TracerError(
            f"{template!r} is no template: give a lesson's name, a path, or a loaded one."
        )
    return load.load_template(os.fspath(template), seed=seed)


def with_numbers(template: Template, values: Mapping[str, Any]) -> Template:
    """Return a template with other givens or starting parameters. Raises TracerError."""
    if not values:
        return template
    # Arrays of every library, and tables: they know how to become NumPy's.
    plain = {n: np.asarray(v).tolist() if hasattr(v, "__array__") else v for n, v in values.items()}
    return template.with_values({name: as_array(v, name) for name, v in plain.items()})


@python_words()
def load_template(
    template: str | os.PathLike[str], *, seed: int | None = None, outside: bool = False
) -> Template:
    """Read a lesson by its name, or a template or a program by its path.

    Args:
        template: the name or the path.
        seed: replaces the seed of every random array.
        outside: let the template read data outside of its folder; only if you trust it.

    Raises:
        TracerError: for a template or data that can't be used.

    """
    with reading_outside() if outside else nullcontext():
        return loaded_template(template, seed)


@python_words()
def trace(
    template: Named,
    iterations: int | None = None,
    *,
    seed: int | None = None,
    decimals: int | None = None,
    **values: Any,
) -> Trace:
    """Run a template and return its trace.

    Args:
        template: a lesson's name, the path of a template or program, or a loaded Template.
        iterations: how many; the template's own number if not given.
        seed: replaces the seed of every random array.
        decimals: rounds every result to so many decimals, as one does by hand.
        values: other givens or starting parameters by name: `lr=1.0`, `X=my_array`.

    Raises:
        TracerError: for anything wrong with the template, the values or the numbers.

    """
    for name, number, low, high in (
        ("iterations", iterations, 1, None),
        ("seed", seed, 0, MOST_SEED),
        ("decimals", decimals, 0, MOST_ROUNDED),
    ):
        if number is not None:
            check_whole(name, number, low, high)
    loaded = loaded_template(template, seed)
    loaded = with_numbers(loaded, values)
    made = trace_template(loaded, iterations, decimals=decimals)
    return Trace(made.template, made.program, made.record)


def _loosely(iteration: int, tolerance: float | None, decimals: int | None) -> Loosely:
    """Return how loose answers are marked. Raises TracerError for what is no number for that."""
    from tracer.practice.checking import checking

    checking.check_iteration(iteration)
    if tolerance is not None:
        check_number("tolerance", tolerance, 0, 1e9)
    if decimals is not None:
        check_whole("decimals", decimals, 0, MOST_ROUNDED)
    return checking.Loosely(iteration, tolerance, decimals)


@python_words()
def check(
    template: Named,
    file: str | Path | None = None,
    *,
    iteration: int = 1,
    answers: Mapping[str, Any] | None = None,
    assignment: str | Path | None = None,
    tolerance: float | None = None,
    decimals: int | None = None,
    **named: Any,
) -> Report:
    """Mark answers and say where and why the first one is wrong.

    `check("ray", d_output=my_array)` marks arrays or lists by quantity name, `check("ray",
    "answers.csv")` a .csv, .json, .npz, .xlsx or .ods file, `check("practice.xlsx")` a practice
    workbook. An array has the quantity's shape, or one such for each iteration; None and NaN
    are blank. The report prints as text and shows itself in a notebook.

    Args:
        template: a lesson's name, the path of a template or program, a loaded Template, or a
                workbook.
        file: the answers, if they stand in a file.
        iteration: which iteration they belong to, where they don't say so (from 1).
        answers: further quantities, for names that can't be keywords here.
        assignment: the teacher's assignment file, for a workbook of an assignment.
        tolerance: how near loose answers must be, absolute, or relative to the size of what is
            asked if that is more (0.0005 of that size where none is given).
        decimals: the calculation itself rounds every result to so many.
        named: the answers by quantity name.

    Raises:
        TracerError: for a file, a name or a shape that can't be used.

    """
    from tracer.practice.checking import checking
    from tracer.practice.safe.limits import WORKBOOKS

    if answers is not None and not isinstance(answers, Mapping):
        raise TracerError(f"answers must be arrays by their names, not {answers!r}.")
    if not isinstance(template, str | os.PathLike | Template):
        loaded_template(template)
    file, assignment = (path if path is None else path_of(path) for path in (file, assignment))
    values = {**(answers or {}), **named}
    how = _loosely(iteration, tolerance, decimals)
    if isinstance(template, Template):
        loaded = template
    elif Path(template).suffix.lower() in WORKBOOKS:
        if file is not None or values or how.given:
            raise TracerError(f"{template}: a practice workbook is checked alone.")
        return checking.check_workbook(Path(template), assignment)
    else:
        loaded = loaded_template(template)
    if assignment is not None:
        raise TracerError("check: an assignment file is for practice workbooks.")
    if (file is None) == (not values):
        raise TracerError("check needs answers: a file, or arrays such as output=[[0.8]].")
    if file is not None:
        return checking.check_loose(loaded, Path(file), how)
    return checking.check_values(loaded, values, how)
