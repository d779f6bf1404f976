"""Which files a template may read: those in its own folder, unless somebody asks for others.

A template may come from a stranger: a path that leads out of its folder, through links as well,
would put a file of its reader's into a workbook that is handed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path, PureWindowsPath

from tracer.errors import DataError
from tracer.paths import lies_in

_ASKED: ContextVar[bool] = ContextVar("outside", default=False)


@contextmanager
def reading_outside() -> Iterator[None]:
    """Let templates that are read meanwhile name files outside of their folders."""
    token = _ASKED.set(True)
    try:
        yield
    finally:
        _ASKED.reset(token)


def named_file(file: str, folder: Path) -> Path:
    """Return the path of a file that a template in a folder names.

    Raises DataError where it lies outside of the folder, and nobody asked for that.
    """
    if not _ASKED.get() and lies_outside(file, folder):
        raise DataError(
            f"{folder / file}: it lies outside of the template's folder, where a template reads"
            " only with --outside: a stranger's may mean a file of yours."
        )
    return folder / file


def lies_outside(file: str, folder: Path) -> bool:
    """Say whether a file that is named from a folder lies outside of it, also through links."""
    if Path(file).is_absolute() or PureWindowsPath(file).anchor:
        return True
    try:
        return not lies_in(folder / file, folder)
    except (OSError, ValueError, RuntimeError):  # a name that is none, or links in a circle
        return False
