"""A template by its name, wherever one is taken: a lesson, a template's file, or a program."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tracer.errors import TemplateError
from tracer.template import lessons

if TYPE_CHECKING:
    from tracer.template.template import Template


def load_template(
    name: str | Path, *, seed: int | None = None, data_folder: Path | None = None
) -> Template:
    """Read a lesson by its name, or a template or a program by its path.

    `seed` and `data_folder` are for templates. Raises TemplateError, DataError or CodeError.
    """
    if not lessons.is_program(str(name)):
        return lessons.load_template(name, seed=seed, data_folder=data_folder)
    if seed is not None:
        raise TemplateError(
            f"{name}: --seed is for templates; a program draws its random numbers itself."
        )
    # Only programs need what reads them.
    from tracer.code.read import read

    return read(Path(name)).template
