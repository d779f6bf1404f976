"""A template by its name, wherever one is taken: a lesson, a template's file, or a program."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tracer.code.options import asked
from tracer.errors import DataError
from tracer.template import lessons

if TYPE_CHECKING:
    from tracer.template.template import Template


def load_template(
    name: str | Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Read a lesson by its name, or a template or a program by its path.

    `seed` is that of random arrays, of a program of what it draws without one; `data_folder` is
    for templates. Raises TemplateError, DataError or CodeError.
    """
    options = asked()
    if not lessons.is_program(str(name)):
        if options.typed():
            raise DataError(f"{options.typed()[0]} is for programs, and {name} is a template.")
        return lessons.load_template(name, seed=seed, data_folder=data_folder)
    # Only programs need what reads them.
    from tracer.code.read import read

    if seed is None:
        made = read(Path(name), options)
        return replace(made.template, settings=options.typed())
    made = read(Path(name), replace(options, seed=seed))
    if not made.read.remarks:
        raise DataError(
            f"{name}: --seed changes nothing: the program draws no random numbers without a seed."
        )
    return replace(made.template, settings=(*options.typed(), f"--seed {seed}"))
