"""Refusing a language or a palette there is none of, before anything is computed."""

from __future__ import annotations

from tracer.errors import TracerError
from tracer.wording import load
from tracer.wording.catalogue import FIRST
from tracer.workbook.plan.palette import TUTORIAL, find_palette


def check_looks(lang: str = FIRST, palette: str = TUTORIAL.name) -> None:
    """Raise TracerError, naming the option, for a language or a palette there is none of."""
    for option, find, name in (("--lang", load, lang), ("--palette", find_palette, palette)):
        try:
            find(name)
        except TracerError as error:
            raise TracerError(f"{option}: {error}") from None
