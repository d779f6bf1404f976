"""The public functions: what `import tracer` offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tracer.data.files import as_array
from tracer.errors import TracerError
from tracer.run import trace as tracing
from tracer.run.trace import trace_template
from tracer.template.lessons import load_template
from tracer.template.template import Template

if TYPE_CHECKING:
    from tracer.practice.checking.report import Report


class Trace(tracing.ProgramTrace):
    """A trace that can also write its workbook."""

    def to_excel(
        self,
        path: str | Path,
        *,
        sheets: Sequence[int] | None = None,
        decimals: int = 3,
        lang: str = "en",
        palette: str = "tutorial",
        force: bool = False,
    ) -> Path:
        """Write the workbook, with a sheet for each iteration in `sheets`.

        `lang` is the language of its texts ("en", "de"), `palette` its colours ("tutorial",
        "okabe-ito" for readers with a colour weakness, "grey" for print).

        Raises OutputError for a path that can't be written, TracerError for an iteration
        that was not kept, a language or a palette there is none of.
        """
        # Only this needs the workbook's libraries.
        from tracer.workbook.book import BookOptions, plan_book, write_book

        options = BookOptions(sheets=sheets, decimals=decimals, lang=lang, palette=palette)
        write_book(plan_book(self, options), path, force=force)
        return Path(path)


def trace(
    template: str | Template,
    iterations: int | None = None,
    *,
    seed: int | None = None,
    decimals: int | None = None,
    **values: Any,
) -> Trace:
    """Run a template and return its trace.

    Args:
        template: a lesson's name, the path of a template, or a loaded Template.
        iterations: how many; the template's own number if not given.
        seed: replaces the seed of every random array.
        decimals: rounds every result to so many decimals, as one does by hand.
        values: other givens or starting parameters by name: `lr=1.0`, `X=my_array`.

    Raises:
        TracerError: for anything wrong with the template, the values or the numbers.

    """
    if iterations is not None and iterations < 1:
        raise TracerError("iterations must be at least 1.")
    loaded = load_template(template, seed=seed) if isinstance(template, str) else template
    if values:
        plain = {n: v.tolist() if isinstance(v, np.ndarray) else v for n, v in values.items()}
        loaded = loaded.with_values({name: as_array(v, name) for name, v in plain.items()})
    made = trace_template(loaded, iterations, decimals=decimals)
    return Trace(made.template, made.program, made.record)


def check(
    template: str | Path | Template,
    file: str | Path | None = None,
    *,
    iteration: int = 1,
    answers: Mapping[str, Any] | None = None,
    assignment: str | Path | None = None,
    **named: Any,
) -> Report:
    """Mark answers and say where and why the first one is wrong.

    `check("ray", d_output=my_array)` marks arrays or lists by quantity name, `check("ray",
    "answers.csv")` a .csv, .json, .npz or .xlsx file, `check("practice.xlsx")` a practice
    workbook. An array has the quantity's shape, or one such for each iteration; None and NaN
    are blank. The report prints as text and shows itself in a notebook.

    Args:
        template: a lesson's name, the path of a template, a loaded Template, or a workbook.
        file: the answers, if they stand in a file.
        iteration: which iteration they belong to, where they don't say so (from 1).
        answers: further quantities, for names that can't be keywords here.
        assignment: the teacher's assignment file, for a workbook of an assignment.
        named: the answers by quantity name.

    Raises:
        TracerError: for a file, a name or a shape that can't be used.

    """
    from tracer.practice.checking import checking

    values = {**(answers or {}), **named}
    checking.check_iteration(iteration)
    if isinstance(template, Template):
        loaded = template
    elif Path(template).suffix.lower() == ".xlsx":
        if file is not None or values:
            raise TracerError(f"{template}: a practice workbook is checked alone.")
        return checking.check_workbook(Path(template), assignment)
    else:
        loaded = load_template(str(template))
    if assignment is not None:
        raise TracerError("check: an assignment file is for practice workbooks.")
    if (file is None) == (not values):
        raise TracerError("check needs answers: a file, or arrays such as output=[[0.8]].")
    if file is not None:
        return checking.check_loose(loaded, Path(file), iteration)
    return checking.check_values(loaded, values, iteration)
